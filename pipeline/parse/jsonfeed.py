"""JSON Feed 1.0 and 1.1, item by item: a broken item costs itself alone, and wrong types are no reason to lose the rest."""

from __future__ import annotations

import html
import json
from datetime import datetime, tzinfo
from typing import Any

from pipeline.model import Drop, Entry, Feed
from pipeline.parse import plain
from pipeline.parse.common import CONTENT, Found, address, dated, language
from pipeline.parse.document import MOST
from pipeline.text import dates

Json = dict[str, Any]


def read(text: str, url: str, feed: Feed, now: datetime) -> Found | Drop:
    """All or nothing of a document that is not whole: half a JSON document cannot be told from a wrong one."""
    try:
        # A raw newline in a string is a writer's slip; an id of five thousand digits is text to us.
        value = json.loads(text, strict=False, parse_int=str)
    except (ValueError, RecursionError) as error:
        reason = "parse" if "jsonfeed.org" in text[:2000] else "not-a-feed"
        return Drop(reason=reason, detail=f"broken JSON: {error}"[:300])
    version = value.get("version") if isinstance(value, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version:
        return Drop(reason="not-a-feed", detail="JSON, but no JSON Feed: its version names none")
    items = value.get("items")
    if not isinstance(items, list):
        return Drop(reason="parse", detail="a JSON Feed whose items are no list")
    zone = dates.of_country(feed.country)
    return Found(
        entries=[_entry(item, value, url, feed, now, zone) for item in items[:MOST] if isinstance(item, dict)],
        format="json" + version.rpartition("/")[2].replace(".", "")[:3],
        title=plain.title(_text(value, "title")),
        language=language(value.get("language")),
        cut=max(0, len(items) - MOST),
    )


def _text(value: Json, key: str) -> str:
    """The text under a key; numbers pass for text, as the format asks for ids. Halves of characters become U+FFFD."""
    found = value.get(key)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return ""
    text = found if isinstance(found, str) else json.dumps(found)
    return text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _entry(item: Json, value: Json, url: str, feed: Feed, now: datetime, zone: tzinfo) -> Entry:
    content = _text(item, "content_html") or html.escape(_text(item, "content_text"), quote=False)
    links = [_text(item, "url"), _text(item, "external_url")]
    return Entry(
        feed=feed.id,
        guid=plain.clean(_text(item, "id")),
        url=address(url, url, links, _text(item, "id")),
        title=plain.title(_text(item, "title")),
        summary=plain.plain(_text(item, "summary") or content),
        content=content[:CONTENT],
        author=plain.author(_author(item)),
        published=dated((_text(item, name) for name in ("date_published", "date_modified")), now, zone),
        updated=dated([_text(item, "date_modified")], now, zone),
        language=language(item.get("language"), feed.language, value.get("language")),
    )


def _author(item: Json) -> str:
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    return "، ".join(name for person in people[:5] if isinstance(person, dict) and (name := _text(person, "name")))
