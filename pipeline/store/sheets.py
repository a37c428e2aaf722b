"""The sample of each host's pages from which boilerplate is learnt: a few sheets a day, for some days.

Which pages of a day are kept follows from their articles' ids alone, the smallest first, which is as good as chance and the same
whatever the order of arrival. Sheets go in with their article, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from . import schema

A_DAY = 10
"""Sheets of a host that are kept of a day."""

KEPT = timedelta(days=20)
"""For so long; learning asks for less, but pages that were put back belong to an earlier day than today's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The marks of a page's lines."""

    host: str
    day: str
    """Of the article's first being seen, as YYYY-MM-DD."""
    lines: tuple[str, ...]


def add(c: sa.Connection, article: str, sheet: Sheet) -> None:
    """Put a page in; of its host's day, pages above A_DAY go."""
    t = schema.sheets
    of_day = (t.c.host == sheet.host, t.c.day == sheet.day)
    kept = list(c.execute(sa.select(t.c.article).where(*of_day).order_by(t.c.article)).scalars())
    if article in kept or (len(kept) >= A_DAY and article > kept[A_DAY - 1]):
        return
    c.execute(sa.insert(t).values(host=sheet.host, day=sheet.day, article=article, lines=list(sheet.lines)))
    for other in kept[A_DAY - 1 :]:
        c.execute(sa.delete(t).where(*of_day, t.c.article == other))


def forget(c: sa.Connection, before: datetime) -> None:
    """Take out the sheets of days before that of then."""
    t = schema.sheets
    c.execute(sa.delete(t).where(t.c.day < before.date().isoformat()))


def read(c: sa.Connection, host: str, first: str, last: str) -> Sequence[tuple[str, list[str]]]:
    """(day, marks) of a host's sheets in the span, both ends included."""
    t = schema.sheets
    query = sa.select(t.c.day, t.c.lines).where(t.c.host == host, t.c.day >= first, t.c.day <= last)
    return [(row.day, row.lines) for row in c.execute(query.order_by(t.c.day, t.c.article))]
