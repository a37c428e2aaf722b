"""What every format's reader gives back, and what they share."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from pipeline.model import Dated, Entry
from pipeline.text import dates, urls

CONTENT = 500_000
"""Code points of HTML that are kept as an entry's content."""
LONGEST_TTL = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reader found. Guids may still be empty or shared."""

    entries: list[Entry]
    format: str
    title: str = ""
    language: str | None = None
    ttl: timedelta | None = None
    skip_hours: int = 0
    cut: int = 0
    truncated: bool = False


AHEAD = timedelta(days=1)
"""A publication further ahead is a wrong clock or another calendar."""


def dated(texts: Iterable[object], now: datetime, zone: tzinfo) -> Dated | None:
    """The first of a feed's texts that can be read as a publication date. Times without a zone are read in `zone`."""
    for text in texts:
        found = dates.parse(text.strip(), now=now, zone=zone) if isinstance(text, str) else None
        if found is not None and found.at <= now + AHEAD:
            return Dated(at=found.at, precision=found.precision, source="feed")
    return None


def address(base: str, document: str, links: Iterable[str], guid: str) -> str | None:
    """The article's address: the first of `links` that leads into the web, last of all an id that is itself an address. What leads to the
    feed's own `document` («#») is none.
    """
    here = urls.canonical(document)
    named = guid if _ADDRESS.match(guid) else ""
    found = (urls.absolute(base, link) for link in (*links, named) if link.strip())
    return next((link for link in found if link is not None and urls.canonical(link) != here), None)


_ADDRESS = re.compile(r"\s*https?://", re.IGNORECASE)


def language(*codes: object) -> str | None:
    """The first that is a language code, without its country: `ar-SY` → `ar`."""
    for code in codes:
        found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", code[:20]) if isinstance(code, str) else None
        if found:
            return found[1].lower()
    return None
