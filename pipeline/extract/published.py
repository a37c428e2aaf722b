"""When it was published, where that was read, and how exactly it is known. No date is an answer; a wrong one spoils a digest.

The feed's moment wins when it has one to the minute: it is what the outlet sent out, it is what readers of feeds see, and pages
carry render times, times of the last edit and times without zone under the same names. Where the feed gives only a day or nothing, the order is:
JSON-LD, OpenGraph and its like, `<time>` and microdata by the headline, the feed's day, the address, a date printed by the headline; where
the metadata and a date printed with the headline part by days, the printed one wins (`_printed`).
A source that knows the hour of the same day refines one that knows only the day. A time that names no zone is read in that of the outlet's country. Nothing is looked for far from the headline: footers hold
copyright years, sidebars hold other articles' dates.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from pipeline.extract import phrases
from pipeline.extract.blocks import Survey
from pipeline.extract.head import Head
from pipeline.extract.survey import names_of
from pipeline.model import Dated
from pipeline.text import dates

Source = Literal["json-ld", "open-graph", "time", "url", "text", "rule"]

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far from now a date may be: no news is older than the web, none is from the day after tomorrow."""

DAY = timedelta(days=1)

RENDERED = timedelta(minutes=10)
"""A page's claim this close to now is the moment of rendering when the page also shows an older day."""

NEAR = 10
"""Blocks around the headline in which a date belongs to it."""

MOST_WORDS = 5
"""Words beside the date in a line that names it («كتب فلان الفلاني …»); more make a caption or a sentence."""

META = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publish-date", "publish_date", "publishdate", "publication_date",
    "pubdate", "article.published", "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date.created", "dc.date", "dcterms.date",
    "article_date_original", "og:pubdate", "date", "article:post_date", "originalpublicationdate", "datecreated",
)  # fmt: skip
"""Names under which pages state the time of publication, the reliable first. Times of modification are not among them."""

_URL_DAY = re.compile(r"(?:^|[/_-])((?:19|20)\d\d)[/_-](0?[1-9]|1[0-2])[/_-](0?[1-9]|[12]\d|3[01])(?:[/_.-]|$)")
_URL_DIGITS = re.compile(r"(?:^|[/_-])(20[0-3]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[/_.-]|$)")
SURE = 5
"""As many of them mean publication and nothing else. Then come others that say so in their name, then the rest."""

_PUBLISHED = re.compile(r"(?:^|[-_.:])publish(?:ed)?(?:[-_.:]?(?:date|time|at|on))?$")
_YEAR = re.compile(r"\d{4}")
_UPDATE = re.compile(
    r"تحديث|محدث|updated|modified|aktualisiert|mis à jour|actualizado|aggiornato|atualizado|güncel|به ?روز",
    re.IGNORECASE,
)
_PUBLISHED_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:date-?)?published(?:-?(?:date|on|at|time))?|publish-?date|pub-?date|entry-date|post-date|article-date)(?:$|[\s_-])",
    re.IGNORECASE,
)
_DATEFUL = re.compile(r"date|time|publish|posted|تاريخ", re.IGNORECASE)


def published(
    head: Head, survey: Survey, url: str, given: Dated | None, *, now: datetime, zone: tzinfo = UTC
) -> Dated | None:
    """`given` is the feed's; `now` bounds what can be and counts «منذ ساعتين» back; times that name no zone are read in `zone`."""
    if given is not None and not possible(given.at, now):
        given = None
    if given is not None and given.precision != "day":
        return given
    stated = [d for d in _stated(head, survey, now, zone) if possible(d.at, now)]
    shown = [s for s in _shown(survey, now, zone) if possible(s.dated.at, now)]
    address = [d for d in (_of_url(url),) if d is not None and possible(d.at, now)]
    older = min((d.at for d in (*address, *(s.dated for s in shown))), default=now)
    if now - older > 2 * DAY:
        stated = [d for d in stated if abs(now - d.at) >= RENDERED]
    printed = _printed(stated[0], shown) if stated else None
    if printed is not None:
        return printed
    ranked = [*stated, *([given] if given is not None else []), *address, *(s.dated for s in shown)]
    if not ranked:
        return None
    return _of_the_day(ranked)


def ruled(texts: Iterable[str], *, now: datetime, zone: tzinfo = UTC) -> Dated | None:
    """The first of these that names a moment: what stands where the user's rules say the date is."""
    found = (_read(text[: dates.LONGEST], "rule", now, zone, within=True) for text in texts)
    return next((d for d in found if d is not None and possible(d.at, now)), None)


def _printed(stated: Dated, shown: list[Shown]) -> Dated | None:
    """The date printed with the headline, where it is days away from what the metadata says and no printed date agrees with that.

    On six of seven pages where the two part like this the printed one is right: it is read every day, and a template writes the other. Dates
    further off, and times of an update, are no match for metadata.
    """
    if any(abs(s.dated.at - stated.at) <= 2 * DAY for s in shown):
        return None
    return next((s.dated for s in shown if not s.update and s.exact and -1 <= s.offset <= 5), None)


def _of_the_day(ranked: list[Dated]) -> Dated:
    """The first, unless two others agree on the day before or after: then its clock was in another zone. The hour comes from who knows it."""
    day = ranked[0].at.date()
    close = [d for d in ranked if abs(d.at - ranked[0].at) < 2 * DAY]
    votes = Counter(d.at.date() for d in {d.source: d for d in reversed(close)}.values())
    agreed, most = votes.most_common(1)[0]
    if most > max(1, votes[day]):
        day = agreed
    of_day = [d for d in ranked if d.at.date() == day]
    return next((d for d in of_day if d.precision != "day"), of_day[0])


def possible(at: datetime, now: datetime) -> bool:
    return EARLIEST <= at <= now + AHEAD


def _read(text: str, source: Source, now: datetime, zone: tzinfo, *, within: bool = False) -> Dated | None:
    when = (dates.find if within else dates.parse)(text, now=now, zone=zone) if text else None
    return Dated(at=when.at, precision=when.precision, source=source) if when is not None else None


def _stated(head: Head, survey: Survey, now: datetime, zone: tzinfo) -> list[Dated]:
    """What the page tells machines, in order of trust."""
    claims = [_read(head.article.published, "json-ld", now, zone)]
    claims += [_read(head.meta.get(name, ""), "open-graph", now, zone) for name in META[:SURE]]
    # Of several times that one page calls publication the first was it.
    named = (_read(value, "open-graph", now, zone) for name, value in head.meta.items() if _PUBLISHED.search(name))
    others: list[Dated] = [d for d in named if d is not None]
    others.sort(key=lambda d: d.at)
    claims += others
    claims += [_read(head.meta.get(name, ""), "open-graph", now, zone) for name in META[SURE:]]
    claims += [_read(text, "time", now, zone) for text in _times(survey)]
    return [c for c in claims if c is not None]


def _times(survey: Survey) -> Iterator[str]:
    """`<time datetime>` and microdata, those marked as publication first, then those by the headline."""
    title = survey.title_at
    marked = [
        (at, e)
        for at, e in survey.times
        if (e.get("itemprop") or "").lower() == "datepublished" or e.get("pubdate") is not None
    ]
    named = [(at, e) for at, e in survey.times if _PUBLISHED_CLASS.search(names_of(e))]
    near = [(at, e) for at, e in survey.times if title is not None and -NEAR <= at - title <= NEAR]
    for _, element in [*marked, *named, *sorted(near, key=lambda x: abs(x[0] - (title or 0)))]:
        yield (element.get("datetime") or element.get("content") or element.text_content() or "")[: dates.LONGEST]


@dataclass(frozen=True, slots=True)
class Shown:
    """A date that readers see by the headline."""

    dated: Dated
    update: bool
    """It is called a time of change."""
    offset: int = 0
    """Blocks after the headline."""
    exact: bool = True
    """It names the year, which «منذ يومين» does not."""


def _shown(survey: Survey, now: datetime, zone: tzinfo) -> list[Shown]:
    """Dates in short lines by the headline: lines that say nothing else first, then elements called a date, the nearer first."""
    title = survey.title_at
    if title is None:
        return []
    near = sorted(
        (abs(n - title - 1), n) for n in range(max(0, title - NEAR), min(len(survey.blocks), title + NEAR + 1))
    )
    found: list[tuple[int, int, Shown]] = []
    for distance, n in near:
        text = survey.blocks[n].spaced(120)
        if n == title or len(text) > 120 or not any(c.isdigit() for c in text):
            continue
        alone, called = phrases.is_stamp(text), _DATEFUL.search(names_of(survey.blocks[n].element)) is not None
        if not alone and not called and phrases.beside_date(text) > MOST_WORDS and not phrases.is_publication(text):
            continue
        dated = _read(text, "text", now, zone, within=True)
        if dated is not None:
            found.append(
                (
                    0 if alone else 1 if called else 2,
                    distance,
                    Shown(dated, _UPDATE.search(text) is not None, n - title, _YEAR.search(text) is not None),
                )
            )
    return [shown for _, _, shown in sorted(found, key=lambda x: (x[2].update, *x[:2]))] or _labelled(survey, now, zone)


def _labelled(survey: Survey, now: datetime, zone: tzinfo) -> list[Shown]:
    """«تاريخ النشر» and a date, in one line or in two, wherever on the page."""
    for n, block in enumerate(survey.blocks):
        if block.noise or len(block.text) > 80 or not phrases.is_publication(block.text):
            continue
        after = survey.blocks[n + 1].text if n + 1 < len(survey.blocks) else ""
        for text in (block.text, after):
            dated = (
                _read(text, "text", now, zone, within=True)
                if len(text) <= 80 and any(c.isdigit() for c in text)
                else None
            )
            if dated is not None:
                return [Shown(dated, update=False)]
    return []


def _of_url(url: str) -> Dated | None:
    """The day that an address names in its path: /2024/05/18/, /2024-5-18-, /20240518/."""
    path = url.partition("?")[0]
    path = path.partition("://")[2] or path
    days = {m.groups() for pattern in (_URL_DAY, _URL_DIGITS) for m in pattern.finditer(path)}
    if len(days) != 1:
        return None
    year, month, day = map(int, days.pop())
    return _day(year, month, day, "url")


def _day(year: int, month: int, day: int, source: Source) -> Dated | None:
    try:
        return Dated(at=datetime(year, month, day, tzinfo=UTC), precision="day", source=source)
    except ValueError:
        return None
