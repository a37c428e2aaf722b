"""Dates as feeds and pages print them, in the languages and month systems that Arabic and Persian media use.

    parse(text)   the whole text is a date: every word in it must be understood
    find(line)    a date somewhere in a short line («نشر: الأحد 4 آب 2013 - 10:20»)

Text is folded to one spelling, cut into tokens, and read once from left to right; what is found goes into groups, one for each
label («نشر», «آخر تحديث»). The rule of the room: **no date is an answer, a wrong one is not.** So a date without a year, two dates
that differ, a Hijri date alone, a two-digit year, a day that the month does not have, all give None; a time whose zone or half of
the day is doubtful gives the day alone.

Tried and rejected: dateparser takes «3 آب 2024» for now in one mode and knows the four Arabic month systems only one by one;
feedparser reads EEST as UTC, AST as the Atlantic, and a Hijri year as a Gregorian one; both need Arabic cleaned first, which is
most of the work here.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from pipeline.text.dates import names
from pipeline.text.dates.found import EARLIEST, FUTURE, Precision, When
from pipeline.text.dates.reading import Reader
from pipeline.text.dates.zones import of_country

__all__ = ["EARLIEST", "FUTURE", "LONGEST", "Precision", "When", "find", "of_country", "parse"]

LONGEST = 300
"""Code points of a text that is taken for a date, and of a line in which one is looked for."""


def parse(text: str, *, now: datetime, zone: tzinfo = UTC) -> When | None:
    """The moment that `text` names; times without a zone are read in `zone`. `now` (aware) is what «منذ ساعتين» counts from."""
    return _read(text, now, zone, whole=True)


def find(text: str, *, now: datetime, zone: tzinfo = UTC) -> When | None:
    """The one date in a short line; that of publication where an update is named too; never that of a copyright."""
    if (found := _read(text, now, zone, whole=True)) is not None:
        return found
    return None if names.COPYRIGHT.search(text[:LONGEST].casefold()) else _read(text, now, zone, whole=False)


def _read(text: str, now: datetime, zone: tzinfo, *, whole: bool) -> When | None:
    if len(text) > LONGEST or not text:
        return None
    reader = Reader(names.fold(text))
    if not reader.read(whole=whole):
        return None
    dated = [group for group in reader.groups if group.says_when]
    for label in ("published", "", "updated"):
        for group in dated:
            if group.label == label:
                return group.when(now, zone)
    return None
