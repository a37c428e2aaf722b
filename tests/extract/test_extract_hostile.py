"""Pages made to hurt: each gives an article or a Drop, soon, and nothing raises."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import extract
from pipeline.extract import head, markup
from pipeline.model import Article, Drop, Entry, Feed, Page

NOW = datetime(2026, 1, 15, tzinfo=UTC)
URL = "https://news.example.org/a/1"
SOON = 15.0
"""Seconds; most take well under one, the limit allows for a busy machine."""

LEAD = "افتتحت البلدية مكتبة الحي صباح اليوم بحضور عدد كبير من الأهالي والطلاب والمعلمين في المدينة القديمة."
REST = "".join(
    f"<p>وقال المشرف رقم {n} إن المكتبة تفتح أبوابها كل يوم من التاسعة صباحا حتى السادسة مساء لجميع القراء.</p>"
    for n in range(6)
)


def html(inside: str = f"<p>{LEAD}</p>{REST}", before: str = "", after: str = "", in_head: str = "") -> str:
    return (
        f'<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>مكتبة الحي</title>{in_head}</head>'
        f"<body>{before}<article><h1>مكتبة الحي</h1>{inside}</article>{after}</body></html>"
    )


def read(text: str | bytes, kind: str = "text/html; charset=utf-8") -> Article | Drop:
    body = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    page = Page(url=URL, status=200, body=body, content_type=kind)
    return extract.article(
        page, Entry(feed="f", guid="g", url=URL, title="مكتبة الحي"), Feed(id="f", url=URL, outlet="o"), now=NOW
    )


def wrapped(tag: str, times: int) -> str:
    return (
        html()
        .replace("<article>", f"<{tag}>" * times + "<article>")
        .replace("</article>", "</article>" + f"</{tag}>" * times)
    )


READABLE = {
    "one line of 5 MB after it": html(after="<p>" + "كلمة" * 1_250_000 + "</p>"),
    "divs 50 000 deep": wrapped("div", 50_000),
    "spans 50 000 deep": wrapped("span", 50_000),
    "unknown elements 20 000 deep": wrapped("x-y", 20_000),
    "divs 1000 deep": wrapped("div", 1000),
    "100 000 links after it": html(after="".join(f'<a href="/{n}">رابط {n}</a> ' for n in range(100_000))),
    "a table of 300 000 rows after it": html(
        after="<table>" + "<tr><td>خلية</td><td>1</td></tr>" * 300_000 + "</table>"
    ),
    "10 000 labels in deep boxes": html(after="<div>" * 150 + "<b>اقرأ أيضا:</b><br>" * 10_000 + "</div>" * 150),
    "10 000 other articles": html(after="<article><h2>خبر</h2><p>نص</p></article>" * 10_000),
    "NULs": html().replace("من", "\0من\0"),
    "a megabyte of NULs before it": "\0" * 1_000_000 + html(),
    "an attribute list without end": html(before="<div " + 'a="1" ' * 200_000 + ">"),
    "a style without end": html(before='<div style="' + "font-size:0 " * 100_000 + '"></div>'),
    "a class without end": html(before='<div class="' + "share- " * 200_000 + '"></div>'),
    "JSON-LD 100 000 deep": html(
        in_head='<script type="application/ld+json">' + "[" * 100_000 + "]" * 100_000 + "</script>"
    ),
    "JSON-LD that is no JSON": html(
        in_head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "a "b" , }, // x</script>'
    ),
    "JSON-LD of wrong types": html(
        in_head='<script type="application/ld+json">{"@type":["NewsArticle",7],"headline":null,"author":[[["x"]]],"datePublished":{"@value":5},"publisher":42}</script>'
    ),
    "a title without end": html(in_head="<title>" + "أ - " * 300_000 + "</title>"),
    "unclosed inline elements": html(after="<b><i><u>" * 10_000),
}


@pytest.mark.parametrize("name", READABLE)
def test_the_article_is_found_in_spite_of(name):
    start = time.monotonic()
    found = read(READABLE[name])
    assert time.monotonic() - start < SOON
    assert isinstance(found, Article), found
    assert LEAD in found.body
    assert found.title == "مكتبة الحي"


ENDLESS = {
    "100 000 line breaks": html("<p>" + "نص قصير هنا<br>" * 100_000 + "</p>"),
    "one line repeated": html(f"<p>{LEAD}</p>" * 20_000),
    "5 MB of words in one paragraph": html("<p>" + "كلمة طويلة " * 450_000 + "</p>"),
    "ampersands": "<p>" + "&" * 2_000_000,
    "angle brackets": "<" * 2_000_000,
    "opening paragraphs": "<p>" * 500_000,
    "only a script": "<html><head><script>" + "var a=1;" * 200_000 + "</script></head><body></body></html>",
    "tables in tables": html("<table><tr><td>" * 2000),
    "frames": '<html><head><title>x</title></head><frameset cols="20%,80%"><frame src="/m"></frameset></html>',
    "broken tags": "<html><body><p>نص <b>مكسور <i>جدا</p></b><div<p>" + REST + '<a href="<<<>>',
    "letters for careless expressions": html(
        "<p>" + "a" * 100_000 + "!</p><p>" + "ا " * 50_000 + "</p><p>" + "(" * 50_000 + "</p>"
    ),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_an_answer_comes_soon_for(name):
    start = time.monotonic()
    found = read(ENDLESS[name])
    assert time.monotonic() - start < SOON
    assert isinstance(found, Article | Drop)


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"", "text/html", "empty"),
        (b"\0\0 \n", "text/html", "empty"),
        (b"%PDF-1.7 ...", "text/html", "not-html"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "text/html", "not-html"),
        (b"<p>x</p>", "image/jpeg", "not-html"),
        (b'{"a": 1}', "application/json", "not-html"),
        (b'{"a": 1}', "text/html", "not-html"),
        (b"just words", "text/plain", "not-html"),
        (b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>', "text/html", "not-html"),
    ],
)
def test_what_is_no_page_is_dropped_with_its_reason(body, kind, reason):
    found = read(body, kind)
    assert isinstance(found, Drop)
    assert found.reason == reason


def test_a_gzip_body_that_nobody_declared_is_unpacked():
    import gzip

    found = read(gzip.compress(html().encode()))
    assert isinstance(found, Article)
    assert LEAD in found.body


def test_a_gzip_bomb_is_unpacked_no_further_than_is_read():
    import gzip

    start = time.monotonic()
    found = read(gzip.compress(b"<p>" + b"a" * 200_000_000, compresslevel=1))
    assert time.monotonic() - start < SOON
    assert isinstance(found, Article | Drop)


def test_a_lying_json_ld_does_not_win_over_the_page():
    claim = {
        "@type": "NewsArticle",
        "headline": "عنوان كاذب",
        "datePublished": "2099-01-01",
        "articleBody": "نص كاذب " * 20,
    }
    found = read(html(in_head=f'<script type="application/ld+json">{json.dumps(claim)}</script>'))
    assert isinstance(found, Article)
    assert "كاذب" not in found.title + found.body
    assert found.published is None


def test_the_graph_of_a_hostile_script_is_read_in_part_only():
    script = json.dumps([{"@type": "NewsArticle", "headline": str(n)} for n in range(50_000)])
    assert len(list(head.nodes_of(script))) <= head.MOST_NODES


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_inside_a_page_gives_an_article_or_a_drop(text):
    assert isinstance(read(html(f"<p>{text}</p>")), Article | Drop)


@given(
    st.lists(
        st.sampled_from(
            [
                "<div>",
                "</div>",
                "<p>",
                "<table><tr><td>",
                "</table>",
                "<article>",
                "</article>",
                "<h1>",
                "اقرأ أيضا",
                "<br>",
                "<a href=x>",
                "</a>",
                "<ul><li>",
                "خبر طويل بعض الشيء عن المدينة",
                "<figure>",
                "<time datetime=2024-01-01>",
                "<!--",
                "<script>",
            ]
        ),
        max_size=60,
    )
)
@settings(max_examples=80, deadline=None)
def test_any_tangle_of_elements_gives_an_article_or_a_drop(pieces):
    assert isinstance(read("<html><body>" + "".join(pieces)), Article | Drop)


@given(st.binary(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_bytes_give_an_article_or_a_drop(body):
    assert isinstance(read(b"<html><body><p>" + body, "text/html"), Article | Drop)


def test_markup_that_is_cut_says_so():
    got = markup.parse(html(after="<p>" + "x" * markup.MOST_TEXT))
    assert not isinstance(got, Drop)
    assert got.cut
    assert not got.flattened
    assert got.size > markup.MOST_TEXT
