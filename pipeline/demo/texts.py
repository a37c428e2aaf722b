"""What the newsroom publishes: the outlets and texts of `news/`, each text with what the monitor must say of it.

Reprints stand in the files as what desks do to a wire, and are made here from the wire's own paragraphs.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from importlib import resources
from typing import Any, Literal

PORT = 8173
"""Part of every address, so it is fixed. When another program has it on 127.0.0.1, another loopback address is used, not another port."""

_MONTHS = (
    "كانون الثاني",
    "شباط",
    "آذار",
    "نيسان",
    "أيار",
    "حزيران",
    "تموز",
    "آب",
    "أيلول",
    "تشرين الأول",
    "تشرين الثاني",
    "كانون الأول",
)
_DAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Who publishes, and how."""

    id: str
    name: str
    host: str
    page: str
    """The template of its pages."""
    feed: Literal["rss", "atom", "json", "sitemap"]
    path: str
    """Of the feed."""
    address: str
    """Of an article: a format over its id, number and date."""
    language: str = "ar"
    encoding: str = "utf-8"
    tracking: str = ""
    """What the feed hangs on every link."""
    whole: bool = False
    """The feed carries the whole text."""
    sign: str = ""
    """How an agency signs its dateline."""
    fault: Literal["", "500", "html"] = ""
    """What its feed answers with instead."""
    fault_from: datetime | None = None

    @property
    def origin(self) -> str:
        return f"http://{self.host}:{PORT}"

    @property
    def feed_url(self) -> str:
        return self.origin + self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """What an outlet publishes, and what the monitor must say of it."""

    id: str
    number: int
    outlet: Outlet
    at: datetime
    """When it says it was published; with the outlets' offset."""
    seen: datetime
    """From when on it stands in the feed: `at`, unless it comes late."""
    title: str
    paragraphs: tuple[str, ...]
    """The text as the page shows it, datelines and credits included."""
    section: str = ""
    place: str = ""
    author: str = ""
    page: Literal["", "404", "503", "soft-404"] = ""
    """What its page answers with instead; `503` only for a while."""
    copy_of: str = ""
    """The piece it reprints."""
    follows: str = ""
    """The earlier report that it brings up to date."""
    event: str = ""
    """The piece of another outlet that reports the same event in other words."""
    tags: tuple[str, ...] = ()
    """The watchlists that must find it."""
    decoy: str = ""
    """Why a careless search would find it all the same."""

    @property
    def path(self) -> str:
        return self.outlet.address.format(id=self.id, number=self.number, date=self.at)

    @property
    def url(self) -> str:
        return self.outlet.origin + self.path

    @property
    def link(self) -> str:
        """The address as the feed gives it."""
        if not self.outlet.tracking:
            return self.url
        mark = "&" if "?" in self.path else "?"
        return self.url + mark + self.outlet.tracking.format(id=self.id, number=self.number)

    @property
    def day(self) -> str:
        """Its date in words, as an outlet writes it."""
        return f"{_DAYS[self.at.weekday()]} {self.at.day} {_MONTHS[self.at.month - 1]} {self.at.year}"

    @property
    def lead(self) -> str:
        return self.paragraphs[0] if self.paragraphs else ""

    @property
    def rfc2822(self) -> str:
        return format_datetime(self.at)


# ---------------------------------------------------------------- the texts
def outlets() -> dict[str, Outlet]:
    """All outlets by id, in the order of their file."""
    return {row["id"]: Outlet(**row) for row in _toml("outlets.toml")["outlet"]}


def pieces() -> dict[str, Piece]:
    """All pieces by id, in the order of the files; reprints are made from what they reprint."""
    known = outlets()
    made: dict[str, Piece] = {}
    days = sorted(f.name for f in resources.files(__package__).joinpath("news").iterdir() if f.name[:1].isdigit())
    rows = [row for day in days for row in _toml(day)["article"]]
    for number, row in enumerate(rows, 4101):
        piece = _reprint(row, made[row["copy_of"]]) if "copy_of" in row else _written(row, known[row["outlet"]])
        made[row["id"]] = replace(piece, outlet=known[row["outlet"]], number=number)
    return made


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads(text("news", name))


def text(*path: str) -> str:
    """A data file of this package."""
    return resources.files(__package__).joinpath(*path).read_text("utf-8")


def _written(row: Mapping[str, Any], outlet: Outlet) -> Piece:
    paragraphs = _paragraphs(row.get("body", ""))
    place = row.get("place", "")
    if outlet.sign and place:
        paragraphs = (f"{place} – {outlet.sign}: {paragraphs[0]}", *paragraphs[1:])
    elif outlet.language == "en" and place:
        paragraphs = (f"{place} — {paragraphs[0]}", *paragraphs[1:])
    return _piece(row, outlet, paragraphs)


def _reprint(row: Mapping[str, Any], first: Piece) -> Piece:
    """What desks do to a wire: cut its tail, change its headline, put a credit before, behind or into it."""
    source = first.outlet
    paragraphs = list(first.paragraphs[: row.get("paragraphs")])
    bare = paragraphs[0].removeprefix(f"{first.place} – {source.sign}: ")
    paragraphs[0] = f"{row['dateline']} – {bare}" if "dateline" in row else bare
    if "before" in row:
        paragraphs[:0] = [row["before"]]
    paragraphs += [row[key] for key in ("after", "credit") if key in row]
    kept = {"title": first.title, "place": first.place, "section": first.section}
    return _piece({**kept, **row}, source, tuple(paragraphs))


def _piece(row: Mapping[str, Any], outlet: Outlet, paragraphs: tuple[str, ...]) -> Piece:
    own = {
        k: row[k]
        for k in ("id", "at", "title", "section", "place", "author", "page", "copy_of", "follows", "event", "decoy")
        if k in row
    }
    return Piece(
        number=0,
        outlet=outlet,
        seen=row.get("seen", row["at"]),
        paragraphs=paragraphs,
        tags=tuple(row.get("tags", ())),
        **own,
    )


def _paragraphs(body: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in body.strip().split("\n\n") if part.strip())
