"""A page of bytes → the entries of a feed. RSS 0.9 to 2.0, RDF, Atom 0.3 and 1.0, JSON Feed, sitemaps and news sitemaps.

    bytes → text.encoding → document (what it is, whole or cut, made harmless) → feeds | sitemap | jsonfeed → identities

Nothing that came whole is lost: of a document that was cut off, the complete items are kept and `truncated` says so; items above
the limit and the half one are counted in `cut`, empty ones in `empty`.

Identity: an entry's guid is the feed's own id, else its canonical address, else a hash of its words. Where one document gives one
id to different addresses, the id is worth nothing and all items that carry it go by id and address together; where even the
address is one, by their titles too. So a feed that writes its home page as the id of every item loses none of them, in this poll
or a later one. Marking only the second and later holders was rejected: which is the first changes from poll to poll.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.model import Drop, Entry, Feed, Page
from pipeline.parse import document, feeds, jsonfeed, sitemap
from pipeline.parse.common import Found
from pipeline.text import encoding, urls

__all__ = ["MOST", "ParsedFeed", "entries"]

MOST = document.MOST
MOST_UNPACKED = 10_000_000
"""Bytes of a document that comes as a gzip file."""
LONGEST_GUID = 512
"""Code points; a longer id is replaced by its hash (databases index short keys)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedFeed:
    """What one document holds. Entries are in the document's order; a sitemap's are the newest first."""

    entries: tuple[Entry, ...]
    format: str
    """`rss20`, `rss10`, `atom10`, `json11`, `sitemap`, `news-sitemap` …"""
    encoding: str
    """The Python name of the codec that read the bytes."""
    cut: int = 0
    """Items left out: above the limit of `MOST`, or cut off in the middle."""
    empty: int = 0
    """Items without title, text and address."""
    truncated: bool = False
    """The document ended before it was complete. Its validators must not be trusted: they would hide the rest for ever."""
    repaired: bool = False
    """Some bytes could not be read in any encoding."""
    shared_ids: int = 0
    """Items whose id another item has too."""
    ttl: timedelta | None = None
    """How long the feed asks not to be polled again."""
    skip_hours: int = 0
    """Hours of the day (UTC) in which it asks not to be polled: bit n is hour n."""
    title: str = ""
    language: str | None = None


def entries(page: Page, feed: Feed, *, now: datetime) -> ParsedFeed | Drop:
    """The entries of the feed document in `page`, or why it has none: empty, not-a-feed, parse, truncated."""
    body = _unpacked(page.body)
    if isinstance(body, Drop):
        return body
    if not body.strip():
        return Drop(reason="empty", detail="the answer has no content")
    head = body[:1024].lstrip(b"\xef\xbb\xbf\x00 \t\r\n")
    is_json = head[:1] in {b"{", b"["}
    decoded = encoding.decode(body, page.content_type, kind="json" if is_json else "xml")
    text = decoded.text.strip()
    if not text:
        return Drop(reason="empty", detail="the answer has no content")
    found = jsonfeed.read(text, page.url, feed, now) if text[0] in "{[" else _read_xml(text, page.url, feed, now)
    if isinstance(found, Drop):
        return found
    kept = [entry for entry in found.entries if entry.url or entry.title or entry.summary or entry.content]
    named, shared = _identified(kept[:MOST])
    return ParsedFeed(
        entries=named,
        format=found.format,
        encoding=decoded.encoding,
        cut=found.cut + max(0, len(kept) - MOST),
        empty=len(found.entries) - len(kept),
        truncated=found.truncated,
        repaired=decoded.repaired,
        shared_ids=shared,
        ttl=found.ttl,
        skip_hours=found.skip_hours,
        title=found.title,
        language=found.language,
    )


def _unpacked(body: bytes) -> bytes | Drop:
    """A document that is itself a gzip file, as `sitemap.xml.gz` is; what HTTP packs for the way is unpacked before we see it."""
    if body[:2] != b"\x1f\x8b":
        return body
    stream = zlib.decompressobj(31)
    try:
        plain = stream.decompress(body, MOST_UNPACKED + 1)
    except zlib.error as error:
        return Drop(reason="parse", detail=f"a gzip file that cannot be unpacked: {error}")
    if len(plain) > MOST_UNPACKED:
        return Drop(reason="too-large", detail=f"a gzip file with more than {MOST_UNPACKED} bytes in it")
    if not stream.eof:
        return Drop(reason="truncated", detail="a gzip file that ends in its middle")
    return plain


def _read_xml(text: str, url: str, feed: Feed, now: datetime) -> Found | Drop:
    read = document.read(text, url)
    if isinstance(read, Drop):
        return read
    if read.root in {"urlset", "sitemapindex"}:
        return sitemap.read(read, url, feed, now)
    return feeds.read(read, url, feed, now)


# ---------------------------------------------------------------- identities
def _identified(items: list[Entry]) -> tuple[tuple[Entry, ...], int]:
    """The same entries with a guid each, none twice, and how many shared an id. The same item twice is one entry."""
    addresses = [urls.canonical(entry.url) if entry.url else "" for entry in items]
    names = [entry.guid or address for entry, address in zip(items, addresses, strict=True)]
    names = _apart(names, addresses)
    names = _apart(names, [_hash(entry.title or entry.summary) for entry in items])
    named: dict[str, Entry] = {}
    for entry, name in zip(items, names, strict=True):
        guid = name or "text:" + _hash(f"{entry.title}\n{entry.summary}")
        if len(guid) > LONGEST_GUID:
            guid = f"sha256:{hashlib.sha256(guid.encode()).hexdigest()}"
        named.setdefault(guid, replace(entry, guid=guid))
    shared = sum(bool(entry.guid) and name != entry.guid for entry, name in zip(items, names, strict=True))
    return tuple(named.values()), shared


def _apart(names: list[str], marks: list[str]) -> list[str]:
    """Names that stand for several marks, with the mark added; the others as they are."""
    holders: dict[str, set[str]] = defaultdict(set)
    for name, mark in zip(names, marks, strict=True):
        holders[name].add(mark)
    return [
        f"{name} {mark}".strip() if name and len(holders[name]) > 1 else name
        for name, mark in zip(names, marks, strict=True)
    ]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
