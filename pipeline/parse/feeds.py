"""RSS, RDF and Atom through feedparser, which lives here and nowhere else.

It gets UTF-8 that we decoded, in a stream (a string may be taken for a path or an address), without its sanitiser and its resolver
of addresses in HTML (ten seconds for a megabyte of links). It is not told where the document came from: it would resolve ids
against that, and ids must not change when a feed moves to https.
"""

from __future__ import annotations

import html
import io
import re
from datetime import datetime, timedelta, tzinfo
from typing import Any

import feedparser

from pipeline.model import Drop, Entry, Feed
from pipeline.parse import plain
from pipeline.parse.common import CONTENT, LONGEST_TTL, Found, address, dated, language
from pipeline.parse.document import Document
from pipeline.text import dates, urls

Fields = dict[str, Any]

SERVICES = ("feedburner.com", "feedproxy.google.com", "feedblitz.com", "rss.app", "fetchrss.com", "politepaul.com")
"""Hosts that hand out the feeds of others. Elsewhere the channel's own link is no base: too often it is left at a default."""


def read(document: Document, url: str, feed: Feed, now: datetime) -> Found | Drop:
    parsed = _parse(document.text)
    if isinstance(parsed, Drop):
        return parsed
    channel: Fields = parsed["feed"]
    items: list[Fields] = parsed["entries"]
    if document.items and not items:
        return Drop(
            reason="parse", detail=f"no item can be read: {parsed.get('bozo_exception', 'broken markup')}"[:300]
        )
    base = _base(url, channel)
    zone = dates.of_country(feed.country)
    return Found(
        entries=[_entry(item, channel, base, url, feed, now, zone) for item in items],
        format=parsed.get("version") or document.root,
        title=plain.title(_text(channel, "title")),
        language=language(_text(channel, "language")),
        ttl=_ttl(_text(channel, "ttl")),
        skip_hours=_skip_hours(document.text) if document.root == "rss" else 0,
        cut=document.cut,
        truncated=document.truncated,
    )


def _parse(text: str) -> Fields | Drop:
    source = io.BytesIO(b'<?xml version="1.0" encoding="utf-8"?>' + text.encode("utf-8"))
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        parsed: Fields = feedparser.parse(
            source, response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001  whatever it trips over lies in the document, not in us
        return Drop(reason="parse", detail=f"{type(error).__name__}: {error}"[:300])
    return parsed


def _text(fields: Fields, key: str) -> str:
    """A field as it is: FeedParserDict's own lookup answers with other fields where one is missing."""
    value = dict.get(fields, key)
    return value if isinstance(value, str) else ""


def _base(url: str, channel: Fields) -> str:
    """What relative links stand on: the document; the outlet's own address where a service hands out its feed."""
    site = urls.absolute(url, _text(channel, "link")) if urls.host(url).endswith(SERVICES) else None
    return site or url


def _ttl(text: str) -> timedelta | None:
    minutes = text.strip()
    if not (minutes.isascii() and minutes.isdigit()) or len(minutes) > 9 or int(minutes) == 0:
        return None
    return min(timedelta(minutes=int(minutes)), LONGEST_TTL)


_HOUR = re.compile(r"<hour>\s*([0-9]{1,2})\s*</hour>", re.IGNORECASE)
_LONGEST_SKIP = 2_000
"""Characters of a list of 24 hours, with room for blanks."""


def _skip_hours(text: str) -> int:
    """`skipHours` of RSS, which feedparser does not read; 0 for a feed that asks never to be polled."""
    begin = text.find("<skipHours>")
    if begin < 0:
        return 0
    listed, closed, _ = text[begin : begin + _LONGEST_SKIP].partition("</skipHours>")
    hours = {int(hour) % 24 for hour in _HOUR.findall(listed) if int(hour) <= 24} if closed else set()
    return sum(1 << hour for hour in hours) if len(hours) < 24 else 0


# ---------------------------------------------------------------- one item
def _entry(item: Fields, channel: Fields, base: str, document: str, feed: Feed, now: datetime, zone: tzinfo) -> Entry:
    summary, content = _texts(item)
    detail = dict.get(item, "title_detail") or {}
    return Entry(
        feed=feed.id,
        guid=plain.clean(_text(item, "id")),
        url=address(base, document, _links(item), _text(item, "id")),
        title=plain.title(_text(item, "title")),
        summary=plain.plain(summary),
        content=content[:CONTENT],
        author=plain.author(_text(item, "author")),
        published=dated((_text(item, name) for name in ("published", "created", "updated")), now, zone),
        updated=dated([_text(item, "updated")], now, zone),
        language=language(
            _text(item, "language"), feed.language, dict.get(detail, "language"), _text(channel, "language")
        ),
    )


def _links(item: Fields) -> list[str]:
    """Where the article may be, the likelier first: the address behind a counting service, then the links."""
    tried = [_text(item, "feedburner_origlink"), _text(item, "link")]
    # feedparser knows a link that is not text/html by no short name.
    return (
        tried + [_text(link, "href") for link in dict.get(item, "links") or [] if _text(link, "rel") == "alternate"]
    )[:9]


def _texts(item: Fields) -> tuple[str, str]:
    """HTML of the summary and of the whole text; a summary that is longer than what is kept of one is the whole text."""
    bodies = [_html(part) for part in dict.get(item, "content") or []]
    content = max(bodies, key=len, default="")
    summary = _text(item, "summary") or content
    if not content and len(summary) > plain.SUMMARY:
        content = summary
    return summary, content


def _html(part: Fields) -> str:
    kind, value = _text(part, "type"), _text(part, "value")
    if kind == "text/plain" and "<" not in value:
        return html.escape(value, quote=False)
    return value if kind.startswith("text/") or "html" in kind or not kind else ""
