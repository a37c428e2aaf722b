"""A selection as a letter: subject, HTML for mail programs, plain text.

Mail programs drop style sheets, cut pages above some 100 kB, draw no SVG, and some know no logical side. So every block and cell says
its direction itself, sides are left and right, bars are table cells, and a long edition is shortened in steps until it fits: fewer
stories in full, then fewer lines. What is left out is counted where it is missing; the plain text part has all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from typing import Any

from markupsafe import Markup

from pipeline.digest import display, figures, plain, render
from pipeline.digest.words import Words

Json = Mapping[str, Any]

LIMIT = 100_000
"""Bytes of the HTML that are never reached; large providers cut what is longer."""
SUBJECT = 78
_HEAD, _BARS, _FULL, _LINE = 400, 2500, 400, 250
"""Bytes that the head of a section, its chart, a story in full and one as a line take, however short their texts."""
_SIDE = {"rtl": "right", "ltr": "left"}
_LINK = 'style="color:#0b4f6c;text-decoration:none"'
BAR = 32
"""Pixels of the highest bar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is the same for every recipient of an edition."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True, slots=True)
class _Room:
    """How much of an edition is drawn."""

    full: int
    """Stories of a section with their quotes."""
    lines: int
    """Stories of a section as a line, and rows of any other list."""
    sections: int = 1 << 30
    bars: bool = True
    """Whether each section has its chart; its counts stand there as numbers in any case."""


# From all to next to nothing. The last holds for any edition: its texts are clipped, so a row has a bound.
_ROOMS = (
    _Room(1 << 30, 1 << 30),
    _Room(12, 12),
    _Room(8, 8),
    _Room(5, 8),
    _Room(3, 5),
    _Room(2, 3),
    _Room(2, 3, bars=False),
    _Room(1, 2, bars=False),
    _Room(0, 3, bars=False),
    _Room(0, 1, bars=False),
    _Room(0, 1, 30, bars=False),
    _Room(0, 0, 12, bars=False),
)


def letter(edition: Json, language: str = "ar", *, link: str | None = None) -> Letter:
    """`link`: where the edition's own page can be read on the web, if anywhere."""
    words = Words.of(edition, language)
    return Letter(
        subject=subject(edition, words), html=html(edition, words, link=link), text=plain.edition_text(edition, words)
    )


def brief(edition: Json, language: str = "ar", *, link: str | None = None) -> tuple[str, str]:
    """Title and text of a notice to a chat: what the edition holds, in a few lines."""
    words = Words.of(edition, language)
    return subject(edition, words), plain.brief_text(edition, words, link=link)


def subject(edition: Json, words: Words) -> str:
    """The digest's title and the day; a long title is clipped, the day never."""
    day = f" — {words.long_day(date.fromisoformat(edition['date']))}"
    return display.name(edition["title"], SUBJECT - len(day) - 1) + day


def html(edition: Json, words: Words, *, link: str | None = None) -> str:
    """The longest drawing of the edition that stays under LIMIT."""
    drawn = ""
    for room in _ROOMS:
        if room is not _ROOMS[-1] and _least(edition, room) > LIMIT:
            continue  # seen without drawing it
        drawn = _drawn(edition, words, room, link)
        if len(drawn.encode("utf-8", "replace")) < LIMIT:
            break
    return drawn


def _least(edition: Json, room: _Room) -> int:
    """Bytes that a drawing takes at least in this room, however short its texts."""
    sections: Sequence[Json] = edition["sections"][: room.sections]
    full: int = sum(min(sum(s["display"] == "full" for s in section["stories"]), room.full) for section in sections)
    rows: int = sum(min(len(section["stories"]), room.full + room.lines) for section in sections)
    heads = len(sections) * (_HEAD + (_BARS if room.bars else 0))
    return heads + full * _FULL + (rows - full) * _LINE


def _drawn(edition: Json, words: Words, room: _Room, link: str | None) -> str:

    def own(text: str, more: str) -> Markup:
        way = _way(text, words)
        return _block(way, _SIDE[way], more)

    def beside(text: str, more: str) -> Markup:
        """Words of ours on the side where such a text begins."""
        return _block(words.dir, _SIDE[_way(text, words)], more)

    urls = {(s["watchlist"], story["story"]): story["url"] for s in edition["sections"] for story in s["stories"]}
    sections = [_section(section, room) for section in edition["sections"][: room.sections]]
    lists = {
        "failed": edition["coverage"]["failed"],
        "quiet": edition["coverage"]["quiet"],
        "silent": edition["silent_watchlists"],
        "late": edition["late"],
    }
    rest = {name: max(0, len(rows) - room.lines) for name, rows in lists.items()}
    sections_rest = len(edition["sections"]) - len(sections)
    return render.template("mail.html.j2").render(
        e=edition,
        w=words,
        today=date.fromisoformat(edition["date"]),
        way=words.dir,
        side=_SIDE[words.dir],
        other="left" if words.arabic else "right",
        at=partial(_block, words.dir, _SIDE[words.dir]),
        own=own,
        beside=beside,
        linked=partial(render.linked, how=_LINK),
        url_of=lambda item: urls[item["section"], item["story"]],
        marked=_marked,
        figure_nouns=figures.NOUNS,
        sections=sections,
        sections_rest=sections_rest,
        lists={name: rows[: room.lines] for name, rows in lists.items()},
        rest=rest,
        shortened=bool(sections_rest or any(s["rest"] for s in sections) or any(rest.values())),
        link=link,
    )


def _section(section: Json, room: _Room) -> Json:
    """What of a section is drawn. A story beyond the full ones becomes a line, a line beyond those a number."""
    ranked: Sequence[Json] = section["stories"]
    full = [s for s in ranked if s["display"] == "full"][: room.full]
    names = {s["story"] for s in full}
    lines = [s for s in ranked if s["story"] not in names]
    also = section["also"]
    return {
        "of": section,
        "bars": _bars(section) if room.bars else [],
        "full": full,
        "lines": lines[: room.lines],
        "also": also[: room.lines],
        "rest": max(0, len(lines) - room.lines) + max(0, len(also) - room.lines),
    }


def _way(text: str, words: Words) -> str:
    found = display.direction(text)
    return words.dir if found == "auto" else found


@lru_cache(64)
def _block(way: str, side: str, more: str) -> Markup:
    """What every block says of itself: its direction, its side, no margin."""
    return Markup(f'dir="{way}" style="direction:{way};text-align:{side};margin:0;{more}"')  # noqa: S704  our own words


def _marked(quote: Json) -> Markup:
    """A quote whose matches are seen where <mark> has no style of its own."""
    drawn = str(render.quoted(quote))
    style = 'style="background-color:#fdf0b3;color:#1c1c1c"'
    return Markup(drawn.replace("<mark>", f"<mark {style}>"))  # noqa: S704  escaped where it was drawn


def _bars(section: Json) -> list[Json]:
    """Heights in whole pixels, the oldest day first."""
    counts = [day["articles"] for day in section["days"]]
    most = max([*counts, 1])
    last = len(counts) - 1
    return [{"h": max(2, round(n / most * BAR)) if n else 1, "now": i == last} for i, n in enumerate(counts)]
