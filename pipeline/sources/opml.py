"""OPML: the feed lists that feed readers exchange, in and out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from pydantic import ValidationError

from pipeline.errors import UsageError
from pipeline.model import Feed
from pipeline.sources.listing import FeedSection, fields, same_address
from pipeline.text import urls
from pipeline.yamlfile import kinds

MOST_BYTES = 5_000_000
MOST_FEEDS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """The feeds of an OPML list, and the addresses of it that cannot be feeds, each with the reason."""

    feeds: tuple[Feed, ...]
    refused: tuple[tuple[str, str], ...]


def from_opml(data: bytes) -> tuple[Feed, ...]:
    """The feeds of an OPML list; UsageError where it is none. Ids are made of title or host, and unique among them."""
    return read_opml(data).feeds


def read_opml(data: bytes, *, have: Sequence[Feed] = ()) -> Imported:
    """As `from_opml`, with what was refused. What `have` polls already is left out, and none of its ids is given again."""
    if len(data) > MOST_BYTES:
        raise UsageError("opml", f"the list is larger than {MOST_BYTES // 1_000_000} MB", "split it")
    import listparser  # noqa: PLC0415  it brings a client for the web, which every command would load with its configuration

    # listparser takes a text that begins with http for an address and asks it; ours must begin like XML
    if not data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<"):
        raise UsageError("opml", "this is no OPML list", "export one from a feed reader")
    try:
        found = listparser.parse(data)
    except (ValueError, LookupError, RecursionError) as error:
        raise UsageError("opml", f"this list cannot be read: {error}", "export it anew") from None
    if not found.version and not found.feeds:
        raise UsageError("opml", "this is no OPML list", "export one from a feed reader")
    if len(found.feeds) > MOST_FEEDS:
        raise UsageError("opml", f"the list has more than {MOST_FEEDS} feeds", "split it")
    ids, addresses = {f.id for f in have}, {same_address(f.url) for f in have}
    feeds: list[Feed] = []
    refused: list[tuple[str, str]] = []
    for item in found.feeds:
        tags = dict(t.split(":", 1) for t in item.tags if ":" in t)
        made = _feed(str(item.url), str(item.title or ""), tags, ids)
        if isinstance(made, str):
            refused.append((str(item.url)[:300], made))
        elif same_address(made.url) not in addresses:
            addresses.add(same_address(made.url))
            ids.add(made.id)
            feeds.append(made)
    return Imported(feeds=tuple(feeds), refused=tuple(refused))


def _feed(url: str, title: str, tags: dict[str, str], taken: Collection[str]) -> Feed | str:
    """A feed, or why it is none."""
    if "@" in url.partition("://")[2].partition("/")[0]:
        return "an address with a name and password in it is not taken from a list"
    host = urls.host(url)
    outlet = " ".join(kinds.visible(title).split())[:120].strip() or host or "?"
    raw: dict[str, Any] = {"id": "x", "url": url, "outlet": outlet}
    raw |= {k: tags[k] for k in ("language", "country", "every", "kind") if k in tags}
    raw["enabled"] = tags.get("enabled") != "false"
    while True:
        try:
            section = FeedSection.model_validate(raw)
            break
        except ValidationError as error:
            wrong = {str(e["loc"][0]): e for e in error.errors(include_url=False)}
            if wrong.keys() & {"url", "outlet"}:
                said = next(wrong[k] for k in ("url", "outlet") if k in wrong).get("ctx", {})
                return str(said.get("what", "")) + (" was expected" if "wrong" not in said else "")
            for key in wrong:  # another program's tag that only looks like ours
                del raw[key]
    return Feed(**dict(section) | {"id": _ident(tags.get("id", ""), title, host, taken)})


def _ident(wanted: str, title: str, host: str, taken: Collection[str]) -> str:
    """The id it had, else made of a Latin title, else of the host's name; with a number where it is taken."""
    slug = re.compile(r"[^a-z0-9]+")
    of_title = slug.sub("-", title.lower()).strip("-") if title.isascii() and not re.search(r"\.\w{2,}$", title) else ""
    labels = [x for x in host.split(".") if x not in {"www", "feeds", "feed", "rss", "arabic", "ar", "m"}]
    of_host = slug.sub("-", "-".join(labels[:-1] or labels).lower()).strip("-")
    bases = (b[:58].strip("-") for b in (wanted, of_title, of_host, "feed"))
    base = next(b for b in bases if kinds.ID.fullmatch(b) and b not in kinds.RESERVED)
    name, n = base, 2
    while name in taken:
        name, n = f"{base}-{n}", n + 1
    return name


def to_opml(feeds: Iterable[Feed]) -> str:
    """OPML 2.0. What OPML has no word for stands in `category` as `id:…,language:…`, and comes back by `from_opml`.

    Lists are handed around: the name and password of an address stay at home.
    """
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "  <head><title>marsad</title></head>"]
    lines.append("  <body>")
    for feed in feeds:
        tags = ",".join(
            f"{k}:{str(v).lower() if isinstance(v, bool) else v}" for k, v in fields(feed) if k not in ("url", "outlet")
        )
        attributes = {
            "type": "rss",
            "text": feed.outlet,
            "title": feed.outlet,
            "xmlUrl": urls.bare(feed.url),
            "category": tags,
        }
        written = " ".join(f"{k}={quoteattr(_xml(v))}" for k, v in attributes.items())
        lines.append(f"    <outline {written}/>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _xml(text: str) -> str:
    """Without the characters that no XML may hold."""
    return "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
