"""Sitemaps as feeds, for outlets that have no other: the addresses of a sitemap, the titles and dates of a news sitemap.

The order of a sitemap says nothing, and half of them begin with the oldest page, so the newest entries are kept.
"""

from __future__ import annotations

from datetime import UTC, datetime

from lxml import etree

from pipeline.model import Drop, Entry, Feed
from pipeline.parse import plain
from pipeline.parse.common import Found, dated, language
from pipeline.parse.document import MOST, Document
from pipeline.text import dates, urls

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def read(document: Document, url: str, feed: Feed, now: datetime) -> Found | Drop:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(document.text.encode("utf-8"), parser)
    if root is None:
        return Drop(reason="parse", detail="a sitemap that cannot be read")
    if document.root == "sitemapindex":
        first = next((e.text for e in root.iter("{*}loc") if e.text), "")
        named = f"; one of them is {address}" if (address := urls.absolute(url, first or "")) else ""
        return Drop(reason="not-a-feed", detail=f"an index of sitemaps, not a sitemap{named}")
    if feed.kind != "sitemap":
        return Drop(reason="not-a-feed", detail="a sitemap; write `kind: sitemap` at this feed to follow it")
    zone = dates.of_country(feed.country)
    rows = []
    news = False
    for words in _pages(root):
        news |= "publication_date" in words
        rows.append(
            Entry(
                feed=feed.id,
                guid="",
                url=urls.absolute(url, words.get("loc", "")),
                title=plain.title(words.get("title", "")),
                published=dated((words.get(name) for name in ("publication_date", "lastmod")), now, zone),
                language=language(words.get("language"), feed.language),
            )
        )
    rows = [row for row in rows if row.url]
    rows.sort(key=lambda row: row.published.at if row.published else _LONG_AGO, reverse=True)
    return Found(
        entries=rows[:MOST],
        format="news-sitemap" if news else "sitemap",
        cut=document.cut + max(0, len(rows) - MOST),
        truncated=document.truncated,
    )


def _pages(root: etree._Element) -> list[dict[str, str]]:
    """What each `<url>` says, by the names of its elements. One that was never closed ends where the next begins."""
    pages: list[dict[str, str]] = []
    for element in root.iter():
        name = etree.QName(element).localname if isinstance(element.tag, str) else ""
        if name == "url":
            pages.append({})
        elif name and pages:
            pages[-1][name] = (element.text or "").strip()
    return pages
