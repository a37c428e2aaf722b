"""Bytes → tree, once. Everything that a server may send as a page is answered here: a tree, or a `Drop` that names what it is."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from pipeline.model import Drop, Page
from pipeline.text import encoding

MOST_TEXT = 3_000_000
"""Characters of markup that are read; the rest is cut off. Real article pages end below one million."""

MOST_ELEMENTS = 30_000
"""Elements that are read. Beyond it the extractor's passes, a few microseconds an element each, leave the second behind."""

PAGE_KINDS = {
    "",
    "text/html",
    "application/xhtml+xml",
    "application/xml",
    "text/xml",
    "text/plain",
    "application/octet-stream",
}
"""Types under which pages are sent, the careless ones included: what they hold is looked at."""

MAGIC = (
    b"%PDF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"RIFF",
    b"\x00\x00\x00\x18ftyp",
    b"\x00\x00\x00 ftyp",
    b"ID3",
    b"OggS",
    b"Rar!",
    b"{\\rtf",
)
"""How files begin that are no pages, whatever their header says."""

_TAG = re.compile(
    r"<(?:!doctype|html|head|body|meta|title|div|p|article|main|section|table|span|script|h1|a)\b", re.IGNORECASE
)
_FEED = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:rss|feed|rdf:RDF)\b")
_ELEMENT = re.compile(r"<[a-zA-Z]")
_WRAPPER = re.compile(
    r"</?(?!(?:html|head|body|title|meta|link|script|style|h[1-6]|p|a|br|article|main|time|img|nav|footer|aside)\b)[a-zA-Z][^<>]*>",
    re.IGNORECASE,
)
"""Tags that a page can lose and still be read; taken out where the nesting is deeper than libxml2 goes."""

DEEPEST = 100
"""Levels of elements that are read. Deeper ones cost the extractor more than linear time, and no page of an outlet has them."""

_is_deep = etree.XPath(f"boolean({'/*' * DEEPEST})")
_BOX = re.compile(r"<(/?)([a-zA-Z][\w:-]*)[^<>]*+>")
_UNBOXED = frozenset(
    "area base br col embed hr img input link meta param source track wbr html head body title script style p".split()  # noqa: SIM905
)
"""Elements that hold nothing, or that close by themselves."""

_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class Markup:
    """A page's tree, and what was done to get it."""

    tree: HtmlElement
    size: int
    """Characters of markup that the page had."""
    cut: bool = False
    """The page was longer than `MOST_TEXT` or had more than `MOST_ELEMENTS`; its end was not read."""
    flattened: bool = False
    """Nested deeper than libxml2 reads; the wrappers were taken out first."""


def read(page: Page) -> Markup | Drop:
    """Drops: `empty`, `not-html`, `parse`."""
    content = _unpacked(page.body)
    if not content.strip(b"\x00 \t\r\n"):
        return Drop(reason="empty", detail="no bytes")
    kind = page.content_type.partition(";")[0].strip().lower()
    if kind not in PAGE_KINDS:
        return Drop(reason="not-html", detail=kind)
    if content[:64].lstrip().startswith(MAGIC):
        return Drop(reason="not-html", detail=f"a file that begins with {content[:64].lstrip()[:4]!r}")
    return parse(encoding.decode(content, page.content_type, kind="html").text)


def _unpacked(body: bytes) -> bytes:
    """Saved pages are often gzip, and some servers send gzip without saying so. No more is unpacked than is read."""
    if not body.startswith(b"\x1f\x8b\x08"):
        return body
    try:
        return zlib.decompressobj(31).decompress(body, 4 * MOST_TEXT)
    except zlib.error:
        return body


def parse(text: str) -> Markup | Drop:
    """Markup that is already text."""
    head = text[:100_000]
    if _FEED.match(head) or not _TAG.search(head):
        return Drop(reason="not-html", detail="no element of a page in it")
    size = len(text)
    text = _NOT_TEXT.sub("", text[:MOST_TEXT])
    short, cut = shorten(text)
    flattened = cut and short.count("<") > 3 * short.count("</")
    if flattened:  # hardly anything that was opened in the part that is read is closed in it
        short, cut = shorten(_WRAPPER.sub(" ", text))
    text = short
    tree, deep = _tree(text, huge=False)
    if deep:
        tree, deep = _tree(text, huge=True)
    if deep:
        flattened = True
        tree, _ = _tree(_WRAPPER.sub(" ", text), huge=True)
    if tree is not None and _is_deep(tree):
        flattened = True
        tree, _ = _tree(_flat(text), huge=True)
    if tree is not None and _is_deep(tree):
        tree, _ = _tree(_WRAPPER.sub(" ", text), huge=True)
    if tree is None:
        return Drop(reason="parse", detail="no tree")
    return Markup(tree=tree, size=size, cut=cut or size > MOST_TEXT, flattened=flattened)


def _flat(text: str) -> str:
    """Without the tags that stand deeper than two thirds of `DEEPEST`; one that is closed loses its end too."""
    depth = 0

    def tag(found: re.Match[str]) -> str:
        nonlocal depth
        if found[2].lower() in _UNBOXED or found[0].endswith("/>"):
            return found[0]
        if not found[1]:
            depth += 1
        kept = depth <= 2 * DEEPEST // 3
        if found[1]:
            depth = max(0, depth - 1)
        return found[0] if kept else " "

    return _BOX.sub(tag, text)


def shorten(text: str) -> tuple[str, bool]:
    """The part with `MOST_ELEMENTS`, and whether that is less than all of it."""
    if text.count("<") > MOST_ELEMENTS:
        for n, element in enumerate(_ELEMENT.finditer(text)):
            if n == MOST_ELEMENTS:
                return text[: element.start()], True
    return text, False


def _tree(text: str, *, huge: bool) -> tuple[HtmlElement | None, bool]:
    """The tree, and whether libxml2 gave up on its depth (it cuts off there without an error)."""
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=huge)
    try:
        tree = document_fromstring(text.encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        tree = None
    deep = any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log)
    return tree, deep
