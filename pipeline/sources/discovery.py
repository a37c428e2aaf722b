"""The feeds and sitemaps that a document names: a page, a robots.txt, an index of sitemaps. A feed names itself.

`discover` reads a stranger's bytes: call it in a worker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import lxml.etree
import lxml.html

from pipeline.model import Page
from pipeline.text import urls

MOST_FOUND = 100
MOST_CHILDREN = 20
"""Sitemaps that are taken from an index. A newspaper's holds one for every month of its life."""
PLACES = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/sitemap-news.xml",
    "/news-sitemap.xml",
    "/sitemap.xml",
)
"""Where feeds and sitemaps usually are, on a site that names none."""

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_FEED_PATH = re.compile(r"(?i)(?:^|[/._-])(?:rss2?|atom|feeds?|rdf|mrss)(?:$|[/._?=&-])|\.(?:rss|atom|rdf)$|[?&]feed=")
_SITEMAP_PATH = re.compile(r"(?i)sitemap[^/]{0,80}\.xml(?:\.gz)?$|/sitemaps?/?$")
_COMMENTS = re.compile(r"(?i)(?:^|[/._=&-])comments?(?:$|[/._?=&-])")
_SITEMAP_LINE = re.compile(r"(?im)^[ \t]{0,20}sitemap[ \t]{0,20}:[ \t]{0,20}(\S{1,2000})")
_XML_ROOT = re.compile(
    rb"(?:<\?xml[^>]{0,200}\?>\s{0,100})?(?:<\?[^>]{0,300}\?>\s{0,100}|<!--.{0,500}?-->\s{0,100}){0,3}"
    rb"<(rss|feed|rdf:rdf|urlset|sitemapindex)\b",
    re.DOTALL,
)


def discover(page: Page) -> tuple[str, ...]:
    """Absolute addresses of the feeds and sitemaps that a document names, the surest first, comments' feeds last."""
    root = _XML_ROOT.match(page.body[:4000].lstrip(b"\xef\xbb\xbf \t\r\n").lower())
    if root is not None:
        return _children(page) if root[1] == b"sitemapindex" else (page.url,)
    if page.body[:2] == b"\x1f\x8b" or b"jsonfeed.org/version/" in page.body[:2000]:
        return (page.url,)
    ranked = _of_robots(page) if urlsplit(page.url).path == "/robots.txt" else _of_html(page)
    found: dict[str, int] = {}
    for rank, address in ranked:
        if rank < found.get(address, 9):
            found[address] = rank
    return tuple(sorted(found, key=found.__getitem__))[:MOST_FOUND]


def _of_robots(page: Page) -> Iterator[tuple[int, str]]:
    for line in _SITEMAP_LINE.finditer(page.body[:500_000].decode("utf-8", "replace")):
        address = urls.absolute(page.url, line[1])
        if address:
            yield 0 if "news" in urlsplit(address).path.lower() else 1, address


def _children(page: Page) -> tuple[str, ...]:
    """Of an index: the sitemaps of news by their names; where none is called so, the one changed last."""
    parser = lxml.etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    root = lxml.etree.fromstring(page.body, parser)
    children: dict[str, str] = {}
    for node in root.iter("{*}sitemap") if root is not None else ():
        address = urls.absolute(page.url, (node.findtext("{*}loc") or "").strip())
        if address:
            children.setdefault(address, (node.findtext("{*}lastmod") or "").strip())
    news = [c for c in children if "news" in urlsplit(c).path.lower()]
    if news or not children:
        return tuple(news[:MOST_CHILDREN])
    last = list(children)[-1]
    return (max(children, key=lambda c: (children[c], c == last)),)


# ---------------------------------------------------------------- pages
def _of_html(page: Page) -> Iterator[tuple[int, str]]:
    if not page.body.strip():
        return
    parser = lxml.html.HTMLParser(encoding=_charset(page), huge_tree=False)
    try:
        root = lxml.html.document_fromstring(page.body, parser=parser)
    except (lxml.etree.LxmlError, ValueError):
        return
    base = page.url
    for element in root.iter("base"):
        if element.get("href"):
            base = urls.absolute(page.url, element.get("href")) or page.url
            break
    for rank, link in _links(root):
        address = urls.absolute(base, link)
        if address:
            yield 3 if _COMMENTS.search(urlsplit(address).path) else rank, address


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
