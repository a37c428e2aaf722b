"""A selection, drawn: HTML for readers, Markdown for plain-text places, JSON for programs; the index and Atom feed of all editions.

Everything drawn comes from the selection, so the same selection gives the same bytes. Nothing from outside is trusted: Jinja2
escapes every value, `display` takes out what steers or hides, links go to http and https alone, and the page forbids itself
(by its own policy) to run or load anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from pipeline.digest import display, figures, plain
from pipeline.digest.markdown import edition_text
from pipeline.digest.words import Foreign, Line, Words

Json = Mapping[str, Any]

FED = 200
"""Stories in a watchlist's Atom feed."""
LATE = 12
"""Late arrivals that are listed before the rest is folded away."""
LINES = 30
"""Editions that a watchlist's line on the index page goes back."""

_HERE = Path(__file__).parent
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def json_text(edition: Json) -> str:
    """The selection itself, every text whole; what cannot be seen, and lone surrogates, as escapes, so places in texts stay true."""
    return display.visible(json.dumps(edition, ensure_ascii=False, indent=1)) + "\n"


def markdown(edition: Json, language: str = "ar") -> str:
    """The selection as Markdown that reads well unrendered."""
    return edition_text(edition, Words.of(edition, language))


def plain_text(edition: Json, language: str = "ar") -> str:
    """The selection as plain text."""
    return plain.edition_text(edition, Words.of(edition, language))


def html(edition: Json, language: str = "ar") -> str:
    """The selection as one self-contained page."""
    words = Words.of(edition, language)
    anchors = {
        (section["watchlist"], story["story"]): f"s{i}-{j}"
        for i, section in enumerate(edition["sections"], 1)
        for j, story in enumerate(section["stories"], 1)
    }
    return template("edition.html.j2").render(
        e=edition,
        w=words,
        css=_css(),
        today=date.fromisoformat(edition["date"]),
        anchor=lambda section, story: anchors.get((section, story)),
        chart=lambda section: chart(
            [day["articles"] for day in section["days"]],
            usual=section["usual"] if section["usual_days"] >= 7 else None,
            rtl=words.arabic,
        ),
        figure_nouns=figures.NOUNS,
        late_shown=LATE,
    )


def index_html(title: str, briefs: Iterable[Json], language: str = "ar") -> str:
    """The page of all editions: a calendar for each month and a line for each watchlist. `briefs` come oldest first."""
    editions = list(briefs)
    words = Words.of(editions[-1] if editions else {}, language)
    years: dict[int, list[Json]] = {}
    for month in _months(editions, words):
        years.setdefault(month["year"], []).insert(0, month)
    return template("index.html.j2").render(
        title=title,
        w=words,
        css=_css(),
        editions=editions,
        latest=editions[-1] if editions else None,
        latest_day=date.fromisoformat(editions[-1]["date"]) if editions else None,
        years=sorted(years.items(), reverse=True),
        lines=_lines(editions, words),
        shown=min(LINES, len(editions)),
    )


def atom(title: str, digest_id: str, briefs: Iterable[Json], language: str = "ar") -> str:
    """The Atom feed of all editions, newest first. Ids are tag: URIs of digest and day, links relative to the feed's own place."""
    editions = list(briefs)[::-1]
    words = Words.of(editions[0] if editions else {}, language)
    days = [date.fromisoformat(brief["date"]) for brief in editions]
    return template("feed.xml.j2").render(
        title=display.name(title, display.HEADLINE) or digest_id,
        digest=re.sub(r"[^A-Za-z0-9._~-]", "-", digest_id),
        w=words,
        entries=[
            {
                **brief,
                "name": f"{display.name(brief['title'], display.HEADLINE)} — {words.heading(day)}",
                "summary": _summary(brief, words),
            }
            for brief, day in zip(editions, days, strict=True)
        ],
    )


def watchlist_feed_name(watchlist: str) -> str:
    """The file of a watchlist's Atom feed; `feed.xml` is the digest's own, and no id has an underscore."""
    return "feed_.xml" if watchlist == "feed" else f"{watchlist}.xml"


def is_watchlist_feed(text: str, digest: str) -> bool:
    """Whether a file that begins so is a watchlist's feed of this digest, drawn here."""
    name = re.escape(re.sub(r"[^A-Za-z0-9._~-]", "-", digest))
    return (
        re.match(rf"<\?xml [^>]*>\s*<feed [^>]*>\s*<id>tag:marsad\.invalid,2026:{name}/[^/<]+</id>", text) is not None
    )


def watchlist_atom(digest: str, watchlist: str, title: str, editions: Sequence[Json], language: str = "ar") -> str:
    """The Atom feed of one watchlist: an entry for each story of each edition (oldest edition first), newest first, at most FED."""
    words = Words.of(editions[-1] if editions else {}, language)
    entries = list(islice((entry for edition in reversed(editions) for entry in _told(edition, watchlist, words)), FED))
    return template("watchlist.xml.j2").render(
        title=display.name(title, display.HEADLINE) or watchlist,
        digest=re.sub(r"[^A-Za-z0-9._~-]", "-", digest),
        watchlist=watchlist,
        name=watchlist_feed_name(watchlist),
        updated=editions[-1]["until"] if editions else "1970-01-01T00:00:00+00:00",
        w=words,
        entries=entries,
    )


def _told(edition: Json, watchlist: str, words: Words) -> Iterator[Json]:
    """The stories of one edition that this watchlist tags, be it that they stand in full under another."""
    sections = {section["watchlist"]: section for section in edition["sections"]}
    if watchlist not in sections:
        return
    section = sections[watchlist]
    found: dict[str, Json] = {}
    for story in section["stories"]:
        found.setdefault(story["story"], story)
    for line in section["also"]:
        if line["story"] not in found:
            there = sections[line["section"]]["stories"]
            found[line["story"]] = next(story for story in there if story["story"] == line["story"])
    for name, story in found.items():
        yield {
            "date": edition["date"],
            "until": edition["until"],
            "key": sha256(name.encode("utf-8", "replace")).hexdigest()[:16],
            "title": ("" if story["status"] == "new" else f"{words.plain(story['status'])}: ")
            + (display.name(story["title"], display.HEADLINE) or display.name(story["url"], display.HEADLINE)),
            "outlet": display.name(story["outlet"]) or words.plain("program"),
            "url": display.link(story["url"]),
            "summary": display.name(story["excerpt"], 1000),
        }


def _summary(brief: Json, words: Words) -> str:
    told = [
        "".join(part.text if isinstance(part, Foreign) else part for part in line)
        for line in words.coverage(brief["coverage"])
    ]
    counts = [f"{display.name(s['title'])}: {words.count(s['articles'], 'article')}" for s in brief["sections"]]
    return " ".join(told + ([words.comma.join(counts) + "."] if counts else []))


# ---------------------------------------------------------------- pieces of a page
@cache
def _css() -> Markup:
    return Markup((_HERE / "style.css").read_text(encoding="utf-8"))  # noqa: S704  our own file


def template(name: str) -> Template:
    """One of the house's templates, with its filters."""
    return _environment().get_template(name)


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    found.filters |= {
        "ink": ink,
        "foreign": foreign,
        "headline": lambda text: foreign(text, display.HEADLINE),
        "plain": lambda text, most=80: display.name(text, most),
        "link": display.link,
        "quoted": quoted,
        "lang": lambda code: code if code and _LANGUAGE.fullmatch(code) else None,
        "dir": display.direction,
        "day": date.fromisoformat,
    }
    return found


def foreign(text: str, most: int = 80) -> Markup:
    """Text from outside inside a sentence: cleaned, clipped, isolated, in the direction that most of its letters have."""
    told = display.name(text, most)
    way = display.direction(told)
    return Markup('<bdi dir="{}">{}</bdi>').format(way, told)


def ink(line: Line) -> Markup:
    """A sentence of ours, with what is not ours isolated."""
    drawn = Markup("")
    for part in line:
        if not isinstance(part, Foreign):
            drawn += escape(part)
        elif part.kind == "code":
            drawn += Markup('<code dir="ltr">{}</code>').format(display.name(part.text, 200))
        elif part.kind == "quote":
            drawn += Markup("«{}»").format(foreign(part.text, 200))
        else:
            drawn += foreign(part.text, 200 if part.kind == "reading" else 80)
    return drawn


def quoted(quote: Json) -> Markup:
    """A quote with its matches marked."""
    text, drawn, at = quote["text"], Markup(""), 0
    for start, end in quote["marks"]:
        drawn += escape(display.shown(text[at:start], first=not at))
        drawn += Markup("<mark>{}</mark>").format(display.shown(text[start:end], first=not start))
        at = end
    drawn += escape(display.shown(text[at:], first=not at))
    return Markup("{}{}{}").format(
        "…\u00a0" if quote["cut_before"] else "", drawn, "\u00a0…" if quote["cut_after"] else ""
    )


def chart(counts: Sequence[int], *, usual: float | None, rtl: bool, width: int = 8, height: int = 36) -> Json:
    """Bars of a small chart, the newest where reading ends; heights in whole units so that every machine draws the same bytes."""
    most = max([*counts, usual or 0, 1])
    bars = []
    for i, n in enumerate(counts):
        tall = max(2, round(n / most * height)) if n else 1
        place = len(counts) - 1 - i if rtl else i
        bars.append(
            {
                "x": place * width,
                "y": height - tall,
                "h": tall,
                "w": width - 2,
                "none": not n,
                "last": i == len(counts) - 1,
            }
        )
    line = height - round(usual / most * height) if usual else None
    return {"bars": bars, "width": width * len(counts) - 2, "height": height, "usual": line}


# ---------------------------------------------------------------- the index
def _months(editions: Sequence[Json], words: Words) -> list[Json]:
    """A calendar for each month that has an edition, oldest first; days without one stay empty."""
    by_day = {date.fromisoformat(brief["date"]): brief for brief in editions}
    most = max((brief["coverage"]["tagged"] for brief in editions), default=0)
    found: list[Json] = []
    for year, month in dict.fromkeys((d.year, d.month) for d in by_day):
        first = date(year, month, 1)
        columns = [weekday for weekday, _, _ in words.week()]
        day = first - timedelta(days=columns.index(first.weekday()))
        weeks = []
        while day < first or (day.year, day.month) == (year, month):
            weeks.append([_cell(day + timedelta(days=n), month, by_day, most, words) for n in range(7)])
            day += timedelta(days=7)
        found.append({"year": year, "month": month, "name": words.month_of(year, month), "weeks": weeks})
    return found


def _cell(day: date, month: int, by_day: Mapping[date, Json], most: int, words: Words) -> Json:
    brief = by_day.get(day) if day.month == month else None
    tagged = brief["coverage"]["tagged"] if brief else 0
    return {
        "day": words.digits(str(day.day)) if day.month == month else None,
        "date": day.isoformat() if brief else None,
        "tagged": tagged,
        "name": f"{words.long_day(day)}: {words.count(tagged, 'article')}" if brief else "",
        "level": 0 if not tagged else 1 + min(3, tagged * 4 // (most + 1)),
    }


def _lines(editions: Sequence[Json], words: Words) -> list[Json]:
    """For each watchlist of the newest editions its count edition by edition, oldest first."""
    recent = editions[-LINES:]
    titles: dict[str, str] = {}
    for brief in reversed(recent):
        for section in brief["sections"]:
            titles.setdefault(section["watchlist"], section["title"])
    found: list[Json] = []
    for watchlist, title in titles.items():
        counts = [next((s["articles"] for s in b["sections"] if s["watchlist"] == watchlist), 0) for b in recent]
        found.append(
            {
                "title": title,
                "counts": counts,
                "chart": chart(counts, usual=None, rtl=words.arabic, width=6, height=28),
                "last": counts[-1],
                "most": max(counts),
            }
        )
    return found
