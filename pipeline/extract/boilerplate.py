"""Lines that an outlet puts around every article, learnt from its own pages: what stands on most of them is no news.

A page's *sheet* is the marks of its lines; a sample of sheets of every host and day lies in the archive. From the sheets of earlier
days, and of no others, `learn` tells what is boilerplate today. So nothing depends on the order in which pages arrive, and a run
that was killed and begun again reads its pages as the undisturbed one. docs/decisions/0009-boilerplate-and-revisions.md has the why.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from pipeline.extract import phrases
from pipeline.extract.candidates import Line
from pipeline.extract.lines import Tidied
from pipeline.extract.words import mark
from pipeline.text import urls

LONGEST = 500
"""Characters of a line that may be boilerplate; an outlet's word about itself is below that, an endless line is text."""

MOST_LINES = 80
"""Lines of a sheet: the first and the last of a page, for that is where boilerplate stands."""

DAYS = 10
"""Days before today whose sheets are asked."""

LEAST_SHEETS = 8
LEAST_DAYS = 2
"""A line must stand on so many sheets, of so many days: an outlet with few pages teaches nothing, and a running story of one day is none."""

SHARE = 0.5
"""Of a host's sheets: a line that more of them carry is the outlet's, not the article's."""


def sheet(tidied: Tidied) -> tuple[str, ...]:
    """The marks of a page's lines, those that were boilerplate already included: what is taken out must not be forgotten for it."""
    texts = [line.text for line in tidied.lines if _may(line)]
    texts += [text for why, text in tidied.gone if why == "boilerplate"]
    marks = list(dict.fromkeys(map(mark, texts)))
    half = MOST_LINES // 2
    return tuple(marks if len(marks) <= MOST_LINES else [*marks[:half], *marks[-half:]])


def _may(line: Line) -> bool:
    """Whether a line may be learnt; what may say whose text this is never is."""
    return len(line.text) <= LONGEST and not phrases.may_credit(line.text)


def host(url: str) -> str:
    """Whose pages look alike."""
    return urls.host(url).removeprefix("www.")


def day(first_seen: datetime) -> str:
    """The day a sheet belongs to, by the clock of nobody's country."""
    return first_seen.date().isoformat()


def span(first_seen: datetime) -> tuple[str, str]:
    """First and last of the days that a page first seen then may learn from."""
    return day(first_seen - timedelta(days=DAYS)), day(first_seen - timedelta(days=1))


def learn(sheets: Iterable[tuple[str, Sequence[str]]]) -> frozenset[str]:
    """(day, marks) of a host's pages → the marks that are boilerplate there."""
    given = [(when, frozenset(marks)) for when, marks in sheets]
    if len(given) < LEAST_SHEETS:
        return frozenset()
    counts = Counter(one for _, marks in given for one in marks)
    often = {one for one, n in counts.items() if n >= LEAST_SHEETS and n > SHARE * len(given)}
    days: Mapping[str, set[str]] = defaultdict(set)
    for when, marks in given:
        for one in marks & often:
            days[one].add(when)
    return frozenset(one for one in often if len(days[one]) >= LEAST_DAYS)
