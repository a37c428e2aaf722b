"""A selection, drawn: HTML for readers, Markdown for plain-text places, JSON for programs; the index of all editions.

Everything drawn comes from the selection, so the same selection gives the same bytes. Nothing from outside is trusted: Jinja2
escapes every value, `display` takes out what steers or hides, links go to http and https alone, and the page forbids itself
(by its own policy) to run or load anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache, lru_cache
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup, escape

from pipeline.digest import display, figures, plain
from pipeline.digest.markdown import edition_text
from pipeline.digest.words import Foreign, Line, Words

Json = Mapping[str, Any]

LATE = 12
"""Late arrivals that are listed before the rest is folded away."""
_KEPT, _SHORT = 2**12, 400
"""Names and titles whose drawing is remembered, for they stand many times on a page; longer ones are not."""
LINES = 30
"""Editions that a watchlist's line on the index page goes back."""

_ATOMS = {True: "true", False: "false", None: "null"}
_HERE = Path(__file__).parent
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def json_text(edition: Json) -> str:
    """The selection itself, every text whole; what cannot be seen, and lone surrogates, as escapes, so places in texts stay true."""
    return display.visible(_indented(edition, "\n")) + "\n"


def _indented(value: object, line: str) -> str:
    """As `json.dumps(value, ensure_ascii=False, indent=1)`, which is twice as slow as it leaves its own fast way for the sake of the
    indentation. `line` begins a line at the value's depth.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)  # type: ignore[arg-type]
    if kind is int:
        return repr(value)
    if value is True or value is False or value is None:
        return _ATOMS[value]
    deeper = line + " "
    if isinstance(value, dict) and value:
        rows = [
            f"{encode_basestring(key)}: {encode_basestring(part) if type(part) is str else _indented(part, deeper)}"
            for key, part in value.items()
        ]
        return "{" + deeper + f",{deeper}".join(rows) + line + "}"
    if isinstance(value, list | tuple) and value:
        return "[" + deeper + f",{deeper}".join([_indented(part, deeper) for part in value]) + line + "]"
    return json.dumps(value, ensure_ascii=False)


def markdown(edition: Json, language: str = "ar") -> str:
    """The selection as Markdown that reads well unrendered."""
    return edition_text(edition, Words.of(edition, language))


def plain_text(edition: Json, language: str = "ar") -> str:
    """The selection as plain text."""
    return plain.edition_text(edition, Words.of(edition, language))


def html(edition: Json, language: str = "ar") -> str:
    """The selection as one self-contained page."""
    words, today = Words.of(edition, language), date.fromisoformat(edition["date"])

    def when(moment: str, precision: str | None = "minute") -> Markup:
        exact = moment[:10] if precision == "day" else moment
        told = words.when(moment, today, precision=precision)
        return Markup(f'<time datetime="{escape(exact)}">{escape(told)}</time>')  # noqa: S704  escaped

    anchors = {
        (section["watchlist"], story["story"]): f"s{i}-{j}"
        for i, section in enumerate(edition["sections"], 1)
        for j, story in enumerate(section["stories"], 1)
    }
    return template("edition.html.j2").render(
        e=edition,
        w=words,
        css=_css(),
        today=today,
        when=when,
        anchor=lambda section, story: anchors.get((section, story)),
        chart=lambda section: chart(
            [day["articles"] for day in section["days"]],
            usual=section["usual"] if section["usual_days"] >= 7 else None,
            rtl=words.arabic,
        ),
        figure_nouns=figures.NOUNS,
        late_shown=LATE,
    )


def index_html(
    title: str, briefs: Iterable[Json], language: str = "ar", *, feeds: Mapping[str, str] | None = None
) -> str:
    """The page of all editions: a calendar for each month and a line for each watchlist. `briefs` come oldest first, `feeds` are the
    files of the watchlists' Atom feeds.
    """
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
        lines=_lines(editions, words, feeds or {}),
        shown=min(LINES, len(editions)),
    )


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
    found.globals["linked"] = linked
    found.filters |= {
        "ink": ink,
        "foreign": foreign,
        "headline": lambda text: foreign(text, display.HEADLINE),
        "plain": lambda text, most=80: display.name(text, most),
        "quoted": quoted,
        "lang": _lang,
        "dir": display.direction,
        "day": date.fromisoformat,
    }
    return found


@lru_cache(64)
def _lang(code: str | None) -> Markup:
    """The attribute that names a text's language, where it is one."""
    return Markup(' lang="{}"').format(code) if code and _LANGUAGE.fullmatch(code) else Markup("")


def foreign(text: str, most: int = 80) -> Markup:
    """Text from outside inside a sentence: cleaned, clipped, isolated, in the direction that most of its letters have."""
    return _foreign(text, most) if len(text) <= _SHORT else _isolated(text, most)


def _isolated(text: str, most: int) -> Markup:
    told = display.name(text, most)
    return Markup(f'<bdi dir="{display.direction(told)}">{escape(told)}</bdi>')  # noqa: S704  escaped


_foreign = lru_cache(_KEPT)(_isolated)


def linked(url: str, text: str, most: int = display.HEADLINE, how: str = 'rel="noopener noreferrer"') -> Markup:
    """A text from outside that leads to an address; the text alone where the address may not be linked. `how` is ours."""
    address, told = display.link(url), foreign(text, most)
    return told if address is None else Markup(f'<a href="{escape(address)}" {how}>{told}</a>')  # noqa: S704  escaped


def ink(line: Line) -> Markup:
    """A sentence of ours, with what is not ours isolated."""
    drawn: list[str] = []
    for part in line:
        if not isinstance(part, Foreign):
            drawn.append(escape(part))
        elif part.kind == "code":
            drawn.append(f'<code dir="ltr">{escape(display.name(part.text, 200))}</code>')
        elif part.kind == "quote":
            drawn.append(f"«{foreign(part.text, 200)}»")
        elif part.kind == "reading":
            drawn.append(f'<bdi dir="rtl">{escape(display.name(part.text, 200))}</bdi>')
        else:
            drawn.append(foreign(part.text))
    return Markup("".join(drawn))  # noqa: S704  each part is escaped


def quoted(quote: Json) -> Markup:
    """A quote with its matches marked."""
    text, at = quote["text"], 0
    drawn = ["…\u00a0"] if quote["cut_before"] else []
    for start, end in quote["marks"]:
        drawn.append(escape(display.shown(text[at:start], first=not at)))
        drawn.append(f"<mark>{escape(display.shown(text[start:end], first=not start))}</mark>")
        at = end
    drawn.append(escape(display.shown(text[at:], first=not at)))
    if quote["cut_after"]:
        drawn.append("\u00a0…")
    return Markup("".join(drawn))  # noqa: S704  each part is escaped


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


def _lines(editions: Sequence[Json], words: Words, feeds: Mapping[str, str]) -> list[Json]:
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
                "feed": feeds.get(watchlist),
                "counts": counts,
                "chart": chart(counts, usual=None, rtl=words.arabic, width=6, height=28),
                "last": counts[-1],
                "most": max(counts),
            }
        )
    return found
