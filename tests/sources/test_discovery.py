"""The feeds and sitemaps that a document names."""

import gzip

import pytest

from pipeline import sources
from pipeline.model import Page


def page(body: str | bytes, url: str = "https://news.example/section/page.html", kind: str = "text/html") -> Page:
    return Page(url=url, status=200, body=body.encode() if isinstance(body, str) else body, content_type=kind)


def test_a_page_names_its_feeds_and_sitemaps():
    found = sources.discover(
        page(
            """<html><head>
            <link rel="alternate" type="application/rss+xml" href="/feed/">
            <LINK REL="Alternate" TYPE="application/atom+xml; charset=utf-8" HREF="//cdn.news.example/atom.xml">
            <link rel="alternate" hreflang="en" href="/en/">
            <link rel="stylesheet" href="/feeds.css">
            <link rel="sitemap" type="application/xml" href="/map.xml">
            </head><body>
            <a href="rss">RSS</a> <a href="/feed/">again</a> <a href="/about-our-feedback">no</a>
            <a href="javascript:feed()">no</a> <a href="mailto:rss@news.example">no</a>
            <a href="/news-sitemap.xml">map</a> <a href="/?feed=rss2">old</a> <a href="/rss-feed.aspx?id=3">more</a>
            </body></html>"""
        )
    )
    assert found == (
        "https://news.example/feed/",
        "https://cdn.news.example/atom.xml",
        "https://news.example/section/rss",
        "https://news.example/?feed=rss2",
        "https://news.example/rss-feed.aspx?id=3",
        "https://news.example/map.xml",
        "https://news.example/news-sitemap.xml",
    )


def test_the_base_of_a_page_is_honoured():
    body = '<head><base href="https://other.example/x/"><link rel=alternate type="application/rss+xml" href="feed.xml"></head>'
    assert sources.discover(page(body)) == ("https://other.example/x/feed.xml",)
    body = '<head><base href="/y/"><link rel=alternate type="application/rss+xml" href="feed.xml"></head>'
    assert sources.discover(page(body)) == ("https://news.example/y/feed.xml",)
    body = '<head><base href="javascript:x"><link rel=alternate type="application/rss+xml" href="feed.xml"></head>'
    assert sources.discover(page(body)) == ("https://news.example/section/feed.xml",)


@pytest.mark.parametrize(
    "body",
    [
        "<?xml version='1.0'?><rss><channel/></rss>",
        "\ufeff\n<feed xmlns='x'/>",
        "<?xml version='1.0'?><!-- x --><urlset/>",
        "<rdf:RDF/>",
    ],
)
def test_a_feed_names_itself(body):
    assert sources.discover(page(body)) == ("https://news.example/section/page.html",)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n ",
        b"\x00\xff\xfe",
        b"<",
        b"plain text",
        b"<a href=" + b"x" * 3_000_000,
        b"<div>" * 200_000,
        b'<a href="/feed/">x</a>' * 50_000,
        b"<!--" * 500_000,
        b"<?xml " + b" " * 1_000_000,
        b'<base href="http://[">' + b'<a href="/feed/">',
        "<a href='/خلاصة/feed/'>".encode("cp1256"),
    ],
    ids=range(12),
)
def test_any_page_is_answered_soon(body):
    found = sources.discover(page(body, kind="text/html; charset=nonsense"))
    assert len(found) <= 100
    assert all(f.startswith("https://news.example/") for f in found)


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"<urlset/>"), b'{"version": "https://jsonfeed.org/version/1.1", "items": []}'],
    ids=["gzip", "json"],
)
def test_a_document_that_is_no_page_names_itself(body):
    assert sources.discover(page(body, url="https://news.example/map")) == ("https://news.example/map",)


def test_the_feeds_of_comments_come_last():
    body = """<link rel=alternate type="application/rss+xml" href="/comments/feed/">
        <link rel=alternate type="application/rss+xml" href="/feed/"><a href="/sitemap.xml">x</a>"""
    assert sources.discover(page(body)) == (
        "https://news.example/feed/",
        "https://news.example/sitemap.xml",
        "https://news.example/comments/feed/",
    )


ROBOTS = "https://news.example/robots.txt"


def test_a_robots_txt_names_its_sitemaps_those_of_news_first():
    body = """\ufeffUser-agent: *
        Sitemap:https://news.example/sitemap.xml
        SITEMAP : /maps/news.xml.gz # fresh
        # Sitemap: https://news.example/hidden.xml
        Sitemap: javascript:alert(1)
        Sitemap: https://news.example/sitemap.xml
        Disallow: /sitemap: x"""
    assert sources.discover(page(body, url=ROBOTS, kind="text/plain")) == (
        "https://news.example/maps/news.xml.gz",
        "https://news.example/sitemap.xml",
    )


def index(*rows: tuple[str, str]) -> Page:
    maps = "".join(f"<sitemap><loc>https://news.example/{name}</loc>{lastmod}</sitemap>" for name, lastmod in rows)
    return page(
        f'<?xml version="1.0"?><?xml-stylesheet href="x"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'
    )


def test_of_an_index_of_sitemaps_those_of_news_count():
    found = sources.discover(index(("2019.xml", ""), ("news-1.xml", ""), ("News/2.xml", ""), ("pages.xml", "")))
    assert found == ("https://news.example/news-1.xml", "https://news.example/News/2.xml")


def test_of_an_index_that_calls_none_news_the_one_changed_last_counts():
    new = "<lastmod>2026-03-02</lastmod>"
    found = sources.discover(index(("a.xml", "<lastmod>2025-01-01</lastmod>"), ("b.xml", new), ("c.xml", "")))
    assert found == ("https://news.example/b.xml",)
    assert sources.discover(index(("a.xml", ""), ("b.xml", ""))) == ("https://news.example/b.xml",)
    assert sources.discover(index()) == ()


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "body",
    [
        b"<sitemapindex>" + b"<sitemap><loc>https://news.example/news</loc>" * 50_000,
        b"<sitemapindex>" + b"<sitemap>" * 100_000,
        b'<!DOCTYPE a [<!ENTITY x "xx">]><sitemapindex><sitemap><loc>&x;</loc></sitemap></sitemapindex>',
        b"<sitemapindex",
        b"<sitemapindex>\xff\x00",
    ],
    ids=range(5),
)
def test_any_index_is_answered_soon(body):
    assert len(sources.discover(page(body))) <= 20
