"""The feed list: feeds.yaml ⇄ Feed, OPML ⇄ Feed, and the feeds that a page names."""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

import listparser
import lxml.html
from pydantic import BeforeValidator, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from pipeline import yamlfile
from pipeline.errors import ConfigError, Problem, UsageError
from pipeline.model import Feed, Page
from pipeline.text import urls
from pipeline.yamlfile import Section, Tree, kinds

__all__ = ["Examined", "Imported", "append", "discover", "examine", "from_opml", "load", "read_opml", "to_opml"]


# ---------------------------------------------------------------- feeds.yaml → feeds
def _country(value: Any) -> str:
    found = kinds.plain(value).upper() if isinstance(value, str) else ""
    if not re.fullmatch(r"[A-Z]{2}", found):
        raise kinds.expected("a country's code of two letters, such as SY or IQ,")
    return found


class FeedSection(Section):
    id: Annotated[str, kinds.ident]
    url: Annotated[str, kinds.address]
    outlet: Annotated[str, kinds.text(120)]
    language: Annotated[str | None, kinds.language] = None
    country: Annotated[str | None, BeforeValidator(_country)] = None
    every: Annotated[timedelta | None, kinds.span("1m", "30d")] = None
    enabled: Annotated[bool, kinds.yes_no] = True
    kind: Annotated[Literal["feed", "sitemap"], kinds.choice("feed", "sitemap")] = "feed"


class FeedsSection(Section):
    feeds: tuple[FeedSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was sound, every id that was written, and every mistake."""

    feeds: tuple[Feed, ...]
    ids: frozenset[str]
    problems: tuple[Problem, ...]


def load(path: Path) -> tuple[Feed, ...]:
    """A feeds.yaml; ConfigError with every mistake."""
    found = examine(path)
    if found.problems:
        raise ConfigError(found.problems)
    return found.feeds


def examine(path: Path, *, env: Mapping[str, str] | None = None) -> Examined:
    """As `load`, raising nothing."""
    try:
        tree = yamlfile.read(path, env)
    except ConfigError as error:
        return Examined(feeds=(), ids=frozenset(), problems=error.problems)
    return _examine(tree)


def _examine(tree: Tree) -> Examined:
    section, problems = yamlfile.check(tree, FeedsSection)
    for again, first in tree.repeated(("feeds",), "id"):
        what = f"this id stands in line {tree.spot(first).line} already"
        problems.append(tree.problem(again, what, "give one of the two feeds another id"))
    for again, first in tree.repeated(("feeds",), "url", _same_address):
        what = f"this address stands in line {tree.spot(first).line} already"
        problems.append(tree.problem(again, what, "take one of the two feeds away"))
    ids = {tree.word(("feeds", n, "id")) for n in range(tree.count(("feeds",)))}
    feeds = tuple(Feed(**dict(f)) for f in section.feeds) if section and not problems else ()
    return Examined(feeds=feeds, ids=frozenset(i for i in ids if i), problems=tuple(problems))


def _same_address(url: str) -> str:
    """Case of scheme and host, the usual port, a slash at the end and a fragment make no other address."""
    try:
        parts = urlsplit(kinds.plain_address(url))
        port = parts.port
    except ValueError:
        return url
    usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
    host = (parts.hostname or "").removesuffix(".") + (f":{port}" if port not in (None, usual) else "")
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{parts.path.rstrip('/')}{query}"


# ---------------------------------------------------------------- feeds → feeds.yaml
def append(text: str, feeds: Sequence[Feed]) -> str:
    """The text of a feeds.yaml with more feeds at its end; every comment and line of it stays.

    ConfigError where the text has mistakes, before or after.
    """
    tree = yamlfile.parse(text, "feeds.yaml")
    before = _examine(tree)
    if before.problems:
        raise ConfigError(before.problems)
    if not feeds:
        return text
    new = _appended_lines(text, tree, feeds) or _appended_flow(text, tree, feeds)
    after = _examine(yamlfile.parse(new, "feeds.yaml"))
    if after.problems:
        raise ConfigError(after.problems)
    return new


def _appended_lines(text: str, tree: Tree, feeds: Sequence[Feed]) -> str | None:
    """For a list with one `- ` a line, as people write it: new lines in its style after its last one."""
    items = tree.get(("feeds",))
    if not items:
        return None
    source = tree.text
    start = tree.spot(("feeds", len(items) - 1)).start
    line = source[source.rfind("\n", 0, start) + 1 : start]
    if not re.fullmatch(r" *- +", line) or source[start : start + 1] in "{[":
        return None
    dash = line.index("-")
    if tree.spot(("feeds",)).column != dash + 1:
        return None
    lines = source.split("\n")
    end = source.count("\n", 0, start) + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > dash):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    gap = [""] if len(items) > 1 and not lines[source.count("\n", 0, start) - 1].strip() else []
    added: list[str] = []
    for feed in feeds:
        added += gap
        added += [" " * dash + ("- " if n == 0 else "  ") + f"{k}: {v}" for n, (k, v) in enumerate(_written(feed))]
    rest = lines[end:] or [""]
    return _as_before(text, "\n".join([*lines[:end], *added, *rest]))


def _appended_flow(text: str, tree: Tree, feeds: Sequence[Feed]) -> str:
    """For `[]` and JSON."""
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    data = yaml.load(tree.text)
    plain = [{k: _quoted(v) for k, v in _fields(feed)} for feed in feeds]
    if data["feeds"]:
        data["feeds"].extend(plain)
    else:
        data["feeds"] = plain
        yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return _as_before(text, stream.getvalue())


def _quoted(value: Any) -> Any:
    """As JSON writes it, which is YAML in every place."""
    return DoubleQuotedScalarString(value.replace("${", "$${")) if isinstance(value, str) else value


def _as_before(old: str, new: str) -> str:
    return new.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in old else new


def _fields(feed: Feed) -> Iterator[tuple[str, Any]]:
    yield from (("id", feed.id), ("url", feed.url), ("outlet", feed.outlet))
    for key in ("language", "country"):
        if getattr(feed, key):
            yield key, getattr(feed, key)
    if feed.every:
        yield "every", kinds.show(feed.every)
    if not feed.enabled:
        yield "enabled", False
    if feed.kind != "feed":
        yield "kind", feed.kind


_BARE = re.compile(r"(?:https?://)?[^\W_][\w./?=&%+~-]*(?: [^\W_][\w.-]*)*")
_NOT_BARE = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n|[-+.0-9].*")


def _written(feed: Feed) -> Iterator[tuple[str, str]]:
    """Values as they stand in YAML: quoted only where they must be."""
    for key, value in _fields(feed):
        if isinstance(value, bool):
            yield key, "true" if value else "false"
        elif _BARE.fullmatch(value) and not _NOT_BARE.fullmatch(value):
            yield key, value
        else:
            yield key, "'" + value.replace("'", "''").replace("${", "$${") + "'"


# ---------------------------------------------------------------- OPML
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
    ids, addresses = {f.id for f in have}, {_same_address(f.url) for f in have}
    feeds: list[Feed] = []
    refused: list[tuple[str, str]] = []
    for item in found.feeds:
        tags = dict(t.split(":", 1) for t in item.tags if ":" in t)
        made = _feed(str(item.url), str(item.title or ""), tags, ids)
        if isinstance(made, str):
            refused.append((str(item.url)[:300], made))
        elif _same_address(made.url) not in addresses:
            addresses.add(_same_address(made.url))
            ids.add(made.id)
            feeds.append(made)
    return Imported(feeds=tuple(feeds), refused=tuple(refused))


def _feed(url: str, title: str, tags: dict[str, str], taken: Collection[str]) -> Feed | str:
    """A feed, or why it is none."""
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
    """OPML 2.0. What OPML has no word for stands in `category` as `id:…,language:…`, and comes back by `from_opml`."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">', "  <head><title>marsad</title></head>"]
    lines.append("  <body>")
    for feed in feeds:
        tags = ",".join(
            f"{k}:{str(v).lower() if isinstance(v, bool) else v}"
            for k, v in _fields(feed)
            if k not in ("url", "outlet")
        )
        attributes = {"type": "rss", "text": feed.outlet, "title": feed.outlet, "xmlUrl": feed.url, "category": tags}
        written = " ".join(f"{k}={quoteattr(_xml(v))}" for k, v in attributes.items())
        lines.append(f"    <outline {written}/>")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _xml(text: str) -> str:
    """Without the characters that no XML may hold."""
    return "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")


# ---------------------------------------------------------------- discovery
MOST_FOUND = 100
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_FEED_PATH = re.compile(r"(?i)(?:^|[/._-])(?:rss2?|atom|feeds?|rdf|mrss)(?:$|[/._?=&-])|\.(?:rss|atom|rdf)$|[?&]feed=")
_SITEMAP_PATH = re.compile(r"(?i)sitemap[^/]{0,80}\.xml(?:\.gz)?$|/sitemaps?/?$")


def discover(page: Page) -> tuple[str, ...]:
    """Absolute addresses of the feeds and sitemaps that a page names, the surest first. A feed names itself."""
    head = page.body[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if re.match(
        rb"(?:<\?xml[^>]{0,200}\?>\s{0,100}(?:<!--.{0,500}?-->\s{0,100})?)?<(?:rss|feed|rdf:rdf|urlset|sitemapindex)\b",
        head,
    ):
        return (page.url,)
    if not page.body.strip():
        return ()
    parser = lxml.html.HTMLParser(encoding=_charset(page), huge_tree=False)
    try:
        root = lxml.html.document_fromstring(page.body, parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return ()
    base = page.url
    for element in root.iter("base"):
        if element.get("href"):
            base = urls.absolute(page.url, element.get("href")) or page.url
            break
    found: dict[str, int] = {}
    for rank, link in _links(root):
        absolute = urls.absolute(base, link)
        if absolute and rank < found.get(absolute, 9):
            found[absolute] = rank
    return tuple(sorted(found, key=found.__getitem__))[:MOST_FOUND]


def _charset(page: Page) -> str | None:
    said = re.search(r"charset=[\"']?([\w-]{1,40})", page.content_type)
    try:
        return said[1] if said and "".encode(said[1]) == b"" else None
    except LookupError:
        return None


def _links(root: Any) -> Iterator[tuple[int, str]]:
    """(rank, address): 0 a link that says it is a feed, 1 an anchor that looks like one, 2 a sitemap."""
    for element in root.iter("link", "a", "area"):
        link = (element.get("href") or "").strip()
        if not link or len(link) > 2000:
            continue
        rel = set((element.get("rel") or "").lower().split())
        kind = (element.get("type") or "").partition(";")[0].strip().lower()
        if "sitemap" in rel or _SITEMAP_PATH.search(link.partition("?")[0]):
            yield 2, link
        elif kind in _FEED_TYPES or (element.tag == "link" and "feed" in rel):
            yield 0, link
        elif element.tag != "link" and _FEED_PATH.search(link.partition("#")[0]):
            yield 1, link
