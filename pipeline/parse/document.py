"""The text of a feed before any parser sees it: what it is, whole or cut, with everything dangerous or broken taken out.

In one linear pass over the text:

- the root element says what the document is; what stands before it (declarations, blank lines, a PHP warning) goes;
- a declaration of entities refuses the document: no feed needs one, and they are how XML parsers are made to explode or to read files;
- comments and processing instructions go, CDATA becomes escaped text, stray `&` and `<` are escaped, HTML's named characters
  become characters, references to characters that XML cannot hold go;
- elements that no entry is made of become empty words: the feed parser needs quadratic time for many categories or attributes,
  raises on some geographic elements, and lets a picture's title stand for the item's;
- a document that ends before its root does is cut back to its last complete item, and one with more than `MOST` items to those.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Literal

from pipeline.model import Drop
from pipeline.text import urls

MOST = 1_000
"""Items that are read of one document, the first ones. Sitemaps, whose order means nothing, are read whole and sorted."""
LONGEST_TAG = 4_096
MOST_ATTRIBUTES = 40

Root = Literal["rss", "rdf", "feed", "urlset", "sitemapindex"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """XML that is fit to parse, and what was done to it."""

    root: Root
    text: str
    items: int
    """Items that begin in the text."""
    cut: int = 0
    """Items left out: those above the limit, and the last, half one."""
    truncated: bool = False
    """The document ended before its root element did."""


# ---------------------------------------------------------------- what it is
_LANDMARK = re.compile(
    r"(?P<comment><!--)|(?P<entity><!(?-i:ENTITY)\b)|(?P<page><!doctype\s+html\b|<(?:html|head|body)(?=[\s>/]))"
    r"|<(?:(?P<prefix>[\w.-]{1,40}):)?(?P<root>rss|rdf|feed|urlset|sitemapindex)(?=[\s>/])",
    re.IGNORECASE,
)
_ROOTS: dict[str, Root] = {
    "rss": "rss",
    "rdf": "rdf",
    "feed": "feed",
    "urlset": "urlset",
    "sitemapindex": "sitemapindex",
}
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_ALTERNATE = re.compile(r"<link\b[^<>]{0,2000}+>", re.IGNORECASE)
_FEED_TYPE = re.compile(r"type\s*=\s*[\"']?\s*application/(?:rss\+xml|atom\+xml|feed\+json|rdf\+xml)", re.IGNORECASE)
_HREF = re.compile(r"href\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+))", re.IGNORECASE)


def read(text: str, url: str) -> Document | Drop:
    """The feed document in `text`, or why there is none. `url` is where it came from, to name a feed that a page points at."""
    found = _landmark(text)
    if found is None or found["page"]:
        return Drop(reason="not-a-feed", detail=_what_else(text, url, is_html=found is not None))
    if found["entity"]:
        return Drop(reason="parse", detail="the document declares entities, which are refused")
    return _cut(_ILLEGAL.sub("", text[found.start() :]), found["prefix"] or "", _ROOTS[found["root"].lower()])


def _landmark(text: str) -> re.Match[str] | None:
    """The first thing outside comments that tells what the document is."""
    at = 0
    while (found := _LANDMARK.search(text, at)) and found["comment"]:
        end = text.find("-->", found.end())
        if end < 0:
            return None
        at = end + 3
    return found


def _what_else(text: str, url: str, *, is_html: bool) -> str:
    head = text[:300].lstrip()
    if not is_html:
        element = re.search(r"<([A-Za-z][\w:.-]{0,40})", head)
        what = "a PDF" if head.startswith("%PDF") else f"<{element[1]}>" if element else "no markup at all"
        return f"neither a feed nor a sitemap: the document begins with {what}"
    for link in _ALTERNATE.finditer(text[:262_144]):
        href = _HREF.search(link[0]) if _FEED_TYPE.search(link[0]) else None
        address = urls.absolute(url, html.unescape(href[1] or href[2] or href[3] or "")) if href else None
        if address:
            return f"an HTML page; the feed it names is {address}"
    return "an HTML page that names no feed"


# ---------------------------------------------------------------- whole or cut
_SPECIAL = re.compile(r"<!\[CDATA\[|<!--|<[!?]")
_CLOSES = {"<![CDATA[": "]]>", "<!--": "-->", "<?": "?>", "<!": ">"}


_WHOLE_TAG = re.compile(r"<[^<>]{0,4000}/>\s*\Z")
"""A root element that is closed where it opens, and nothing after it: a feed without items."""


def _cut(text: str, prefix: str, root: Root) -> Document | Drop:
    item = {"rss": "item", "rdf": "item", "feed": "entry", "urlset": "url", "sitemapindex": "sitemap"}[root]
    segments = list(_segments(text))
    name = f"(?:{re.escape(prefix)}:)?{item}" if prefix else f"(?:rss:)?{item}"
    begins = _places(rf"<{name}(?=[\s>/])", text, segments)
    ends = _places(rf"</{name}\s*>", text, segments)
    closed = (
        bool(_places(rf"</(?:{re.escape(prefix)}:)?{root}\s*>", text, segments)) or _WHOLE_TAG.match(text) is not None
    )
    most = MOST if item in {"item", "entry"} else len(ends)
    if closed and len(ends) <= most:
        end, cut = len(text), 0
    elif ends:
        kept = min(len(ends), most)
        end = ends[kept - 1]
        cut = max(len(ends), len(begins)) - kept if closed or kept < len(ends) else len([b for b in begins if b > end])
    else:
        return Drop(reason="truncated", detail="the document ends before its first item is complete")
    healed = _heal(text, segments, end)
    if end < len(text):
        healed += ("</channel>" if root == "rss" else "") + f"</{_root_tag(text)}>"
    return Document(
        root=root,
        text=healed,
        items=len([b for b in begins if b < end]),
        cut=cut,
        truncated=not closed,
    )


def _root_tag(text: str) -> str:
    found = re.match(r"<([\w.:-]+)", text)
    assert found is not None
    return found[1]


def _segments(text: str) -> Iterator[tuple[str, int, int]]:
    """("markup" | "cdata", start, end) in order; comments, instructions and declarations between them are left out.

    Ends early inside a CDATA section that nothing closes.
    """
    at = 0
    closes = {"]]>": True, "-->": True, "?>": True, ">": True}
    while mark := _SPECIAL.search(text, at):
        yield "markup", at, mark.start()
        close = _CLOSES[mark[0]]
        # Once there is no closing sign there is none further on: looking again and again would take quadratic time.
        end = text.find(close, mark.end()) if closes[close] else -1
        closes[close] = end >= 0
        if mark[0] == "<![CDATA[":
            if end < 0:
                return
            yield "cdata", mark.end(), end
        at = end + len(close) if end >= 0 else mark.end()
    yield "markup", at, len(text)


def _places(pattern: str, text: str, segments: list[tuple[str, int, int]]) -> list[int]:
    """Where a tag ends, everywhere in the markup."""
    tag = re.compile(pattern, re.IGNORECASE)
    return [m.end() for kind, a, b in segments if kind == "markup" for m in tag.finditer(text, a, b)]


# ---------------------------------------------------------------- fit to parse
_KEPT = (
    "purl.org/rss/1.0",  # RSS 1.0 and its modules, content:encoded among them
    "purl.org/net/rss1.1",
    "purl.org/dc/",  # Dublin Core: dates, authors, languages
    "purl.org/atom/",
    "www.w3.org/2005/atom",
    "www.w3.org/1999/",  # RDF, XHTML
    "www.w3.org/xml/1998/namespace",
    "my.netscape.com/",
    "channel.netscape.com/",
    "backend.userland.com/",
    "blogs.law.harvard.edu/tech/rss",
    "rssnamespace.org/feedburner/",
    "www.sitemaps.org/",
    "www.google.com/schemas/sitemap/",
    "www.google.com/schemas/sitemap-news/",
)
"""Vocabularies that entries are made of; elements of any other are idle."""
_KNOWN_PREFIXES = frozenset(
    {"atom", "a", "rss", "rdf", "dc", "dcterms", "content", "feedburner", "xhtml", "html", "xml"}
)
"""Prefixes whose elements are kept where nothing declares them."""
_DECLARED = re.compile(r"xmlns:([\w.-]{1,40})\s{0,9}=\s{0,9}(?:\"([^\"]{0,300})\"|'([^']{0,300})')")
_IDLE = frozenset({"category", "keywords", "subject", "tags", "cloud", "enclosure", "width", "height"})

_REFERENCE = re.compile(r"&(?:#([0-9]++|[xX][0-9A-Fa-f]++);?|([A-Za-z][A-Za-z0-9]{1,31});)?+")
_PIECE = re.compile(r"<(/?)(?:([\w.-]++):)?+([\w.-]++)([^<>]*+)>|<|" + _REFERENCE.pattern)
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def _heal(text: str, segments: list[tuple[str, int, int]], end: int) -> str:
    kept = _kept_prefixes(text)
    out: list[str] = []

    def piece(found: re.Match[str]) -> str:
        if found[3] is not None:
            return _tag(found, kept)
        return "&lt;" if found[0] == "<" else _reference(found[5], found[6])

    for kind, a, b in segments:
        if a >= end:
            break
        raw = text[a : min(b, end)]
        out.append(_PIECE.sub(piece, raw) if kind == "markup" else html.escape(raw, quote=False))
    return _with_short_names("".join(out))


LONGEST_PERSON = 1_000
"""Characters of an element that names somebody."""
_PERSON = re.compile(
    r"<(/?)(?:[\w.-]{1,40}:)?(?:(author|creator|publisher|contributor|managingeditor|webmaster)|item|entry|channel|feed|rdf)"
    r"(?![\w:.-])[^<>]*+>",
    re.IGNORECASE,
)


def _with_short_names(text: str) -> str:
    """Elements that name people cut to `LONGEST_PERSON`: feedparser's search for an address in one takes quadratic time."""
    out: list[str] = []
    at, depth, left = 0, 0, LONGEST_PERSON
    for found in _PERSON.finditer(text):
        between = text[at : found.start()]
        if depth and len(between) > left:
            between = html.escape(html.unescape(re.sub(r"<[^<>]*+>", " ", between))[:left], quote=False)
        if depth:
            left = max(0, left - len(between))
        out += [between, found[0]]
        at = found.end()
        if found[2] is None:  # where an item begins or ends no name goes on
            depth = 0
        elif not found[0].endswith("/>"):
            depth = max(0, depth - 1) if found[1] else depth + 1
        if not depth:
            left = LONGEST_PERSON
    out.append(text[at:])
    return "".join(out)


def _kept_prefixes(text: str) -> frozenset[str]:
    declared = {m[1]: (m[2] or m[3] or "").strip().lower().partition("//")[2] for m in _DECLARED.finditer(text)}
    kept = {prefix for prefix, vocabulary in declared.items() if vocabulary.startswith(_KEPT)}
    return frozenset(kept | (_KNOWN_PREFIXES - declared.keys()))


def _tag(found: re.Match[str], kept: frozenset[str]) -> str:
    close, prefix, name, rest = found[1], found[2], found[3], found[4]
    # feedparser would take `media_player` for the prefixed element; ours have no underscore.
    idle = name.lower() in _IDLE or ("_" in name if prefix is None else prefix not in kept)
    empty = "/" if rest.endswith("/") and not close else ""
    if idle:
        return f"<{close}idle{empty}>"
    tag = f"{prefix}:{name}" if prefix else name
    if len(rest) > LONGEST_TAG or rest.count("=") > MOST_ATTRIBUTES:
        return f"<{close}{tag}{empty}>"
    return f"<{close}{tag}{_REFERENCE.sub(_in_attribute, rest) if '&' in rest else rest}>"


def _in_attribute(found: re.Match[str]) -> str:
    return _reference(found[1], found[2])


def _reference(number: str | None, name: str | None) -> str:
    """A reference as XML can read it: the five that it knows, a character, or the escaped `&` of one that is none."""
    if number is not None:
        if len(number) > 9:
            return ""
        value = int(number[1:], 16) if number[0] in "xX" else int(number)
        if 0x80 <= value <= 0x9F:  # windows-1252, as every browser reads it
            return _ILLEGAL.sub("", html.unescape(f"&#{value};"))
        if value in {9, 10, 13} or (
            0x20 <= value <= 0x10FFFF and not 0xD800 <= value <= 0xDFFF and value & 0xFFFE != 0xFFFE
        ):
            return f"&#{value};"
        return ""
    if name is None:
        return "&amp;"
    if name in _XML_NAMES:
        return f"&{name};"
    known = html5.get(f"{name};")
    return known if known is not None else f"&amp;{name};"
