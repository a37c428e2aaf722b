"""Whether an article read again says something else, and what the page tells beside its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import extract
from pipeline.extract import revision
from pipeline.model import Article, Entry, Feed, Page

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
URL = "https://news.example.org/a/1"
FEED = Feed(id="f", url="https://news.example.org/feed", outlet="صحيفة الجسر", language="ar")
TEXT = [
    "أعلنت البلدية إصابة 12 شخصا في انهيار سقف السوق القديمة صباح اليوم، وقالت إن فرق الإنقاذ تواصل عملها.",
    "وأوضح المتحدث باسمها أن المبنى كان مغلقا أمام الزوار منذ شهر، وأن لجنة ستحقق في الحادث.",
]
OLD = Article(
    id="a", url=URL, feed="f", outlet="o", title="إصابات في السوق القديمة", body="\n".join(TEXT), first_seen=NOW
)


def body(*lines: str) -> Article:
    return replace(OLD, body="\n".join(lines))


@pytest.mark.parametrize(
    "new",
    [
        OLD,
        body(TEXT[0] + " ", TEXT[1]),
        body(TEXT[0].replace("إصابة", "اصابة"), TEXT[1]),
        body(TEXT[0].replace("البلدية", "البلديّة،"), TEXT[1]),
        body(TEXT[0].replace("تواصل", "تتابع"), TEXT[1]),
        body(TEXT[1], TEXT[0]),
        body("جزء"),
        replace(body(TEXT[0], TEXT[1], "تفاصيل كثيرة جديدة في نص آخر طويل"), note="paywall"),
        replace(body(TEXT[0], TEXT[1], "تفاصيل كثيرة جديدة في نص آخر طويل"), extractor="feed"),
    ],
    ids=["same", "space", "hamza", "marks", "one word", "order", "remnant", "doubtful", "the feed's words"],
)
def test_what_is_no_revision(new):
    assert not revision.changed(OLD, new)


@pytest.mark.parametrize(
    "new",
    [
        body(TEXT[0].replace("12", "15"), TEXT[1]),
        body(TEXT[0].replace("12", "١٥"), TEXT[1]),
        body(*TEXT, "وزار المحافظ الموقع ووعد بتعويض أصحاب المتاجر المتضررة."),
        body(TEXT[0]),
        replace(OLD, title="ارتفاع عدد المصابين في السوق القديمة"),
    ],
    ids=["a figure", "a figure in other digits", "a paragraph more", "a paragraph less", "the headline"],
)
def test_what_is_a_revision(new):
    assert revision.changed(OLD, new)


def test_the_page_replaces_the_summary_that_stood_in_for_it():
    assert revision.changed(replace(body(TEXT[0]), extractor="feed", note="too-short"), OLD)
    assert revision.changed(replace(body(TEXT[0]), note="http-503", extractor="feed"), OLD)
    assert not revision.changed(replace(OLD, note="http-503", extractor="feed"), body(TEXT[0]))


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_article_is_a_revision_of_itself_and_any_two_can_be_compared(one, other):
    assert not revision.changed(body(one), body(one))
    assert isinstance(revision.changed(body(one), body(other)), bool)


# ---------------------------------------------------------------- beside the text
def read(in_head: str = "", inside: str = "", url: str = URL) -> Article:
    text = inside or "".join(f"<p>{t}</p>" for t in TEXT)
    whole = f"<html><head>{in_head}</head><body><main><h1>إصابات في السوق</h1>{text}</main></body></html>"
    page = Page(url=url, status=200, body=whole.encode(), content_type="text/html; charset=utf-8")
    found = extract.article(page, Entry(feed="f", guid="g", url=url), FEED, now=NOW)
    assert isinstance(found, Article)
    return found


def meta(name: str, value: str) -> str:
    return f'<meta property="{name}" content="{value}">'


def ld(value: str) -> str:
    return f'<script type="application/ld+json">{value}</script>'


@pytest.mark.parametrize(
    ("in_head", "wanted"),
    [
        (meta("article:section", "محليات"), "محليات"),
        (meta("article:section", "محليات، سياسة"), "محليات"),
        (ld('{"@type":"NewsArticle","headline":"x","articleSection":["اقتصاد"]}'), "اقتصاد"),
        (meta("article:section", "Uncategorized"), None),
        (meta("article:section", "صحيفة الجسر"), None),
        (meta("article:section", "ا" * 200), None),
        ("", None),
    ],
)
def test_the_section_is_the_departments_name(in_head, wanted):
    assert read(in_head).section == wanted


@pytest.mark.parametrize(
    ("in_head", "wanted"),
    [
        (meta("og:image", "/img/1.jpg"), "https://news.example.org/img/1.jpg"),
        (meta("og:image", "https://cdn.example.net/1.jpg?w=9"), "https://cdn.example.net/1.jpg?w=9"),
        (ld('{"@type":"NewsArticle","headline":"x","image":{"url":"https://cdn.example.net/2.jpg"}}'), "https://cdn.example.net/2.jpg"),
        (ld('{"@graph":[{"@type":"NewsArticle","headline":"x","image":{"@id":"#i"}},{"@id":"#i","@type":"ImageObject","url":"/3.jpg"}]}'), "https://news.example.org/3.jpg"),
        (meta("og:image", "/static/logo.png"), None),
        (meta("og:image", "/default-image.jpg"), None),
        (meta("og:image", "data:image/png;base64,AAAA"), None),
        (meta("og:image", "javascript:alert(1)"), None),
        ("", None),
    ],
)  # fmt: skip
def test_the_image_is_an_absolute_address_that_is_not_the_sites_own_mark(in_head, wanted):
    assert read(in_head).image == wanted


CAPTION = "<p>شاهد لحظة انهيار سقف السوق القديمة كما صورها أحد المارة صباح اليوم في المدينة.</p>"


@pytest.mark.parametrize(
    ("in_head", "url", "note"),
    [
        (meta("og:type", "video.other"), URL, "video"),
        (ld('{"@type":"VideoObject","name":"x"}'), URL, "video"),
        (ld('{"@type":"ImageGallery","name":"x"}'), URL, "gallery"),
        ("", "https://news.example.org/videos/123-soq", "video"),
        ("", "https://news.example.org/%D8%B5%D9%88%D8%B1/123-soq", "gallery"),
        ("", "https://news.example.org/politics/videos-123", None),
        (ld('{"@type":"NewsArticle","headline":"x","video":{"@type":"VideoObject"}}'), URL, None),
    ],
)
def test_a_page_around_a_film_or_pictures_is_noted(in_head, url, note):
    assert read(in_head, CAPTION, url).note == note


def test_a_long_text_with_a_film_in_it_is_an_article():
    assert read(meta("og:type", "video.other"), "".join(f"<p>{t} {n}</p>" for n in range(6) for t in TEXT)).note is None


def test_the_sections_name_above_the_headline_is_no_text():
    whole = f'<html><body><main><p class="section">Society</p><h1>إصابات في السوق</h1>{"".join(f"<p>{t}</p>" for t in TEXT)}</main></body></html>'
    page = Page(url=URL, status=200, body=whole.encode(), content_type="text/html; charset=utf-8")
    found = extract.article(page, Entry(feed="f", guid="g", url=URL), FEED, now=NOW)
    assert isinstance(found, Article)
    assert found.body.split("\n") == TEXT


def test_the_feeds_whole_text_keeps_its_paragraphs_beside_a_summary_that_says_the_same():
    entry = Entry(feed="f", guid="g", url=URL, title="إصابات", summary=" ".join(TEXT), content="".join(f"<p>{t}</p>" for t in TEXT))  # fmt: skip
    found = extract.from_entry(entry, FEED, now=NOW)
    assert isinstance(found, Article)
    assert found.body.split("\n") == TEXT


def test_a_summary_that_says_more_than_the_content_stands():
    entry = Entry(feed="f", guid="g", url=URL, title="إصابات", summary=" ".join(TEXT), content="<p>التفاصيل</p>")
    found = extract.from_entry(entry, FEED, now=NOW)
    assert isinstance(found, Article)
    assert found.body == " ".join(TEXT)
