"""What a user says about an outlet's pages: where the text, the title and the date are, what is no part of it."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime

import pytest

from pipeline import extract
from pipeline.extract import Rules, rules
from pipeline.model import Article, Dated, Drop, Entry, Feed, Page

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
URL = "https://news.example.org/a/1"
FEED = Feed(id="f", url="https://news.example.org/feed", outlet="صحيفة الجسر", language="ar")
GIVEN = Dated(at=datetime(2025, 5, 1, 7, 0, tzinfo=UTC), precision="second", source="feed")
TEXT = [f"وقالت مديرة المركز إن الورشة رقم {n} ستستمر حتى نهاية الأسبوع وإن المشاركين فيها كثيرون." for n in range(4)]
PAGE = f"""<html><body><h1>صحيفة الجسر</h1><b class="t">معرض في المركز</b><i data-x class="when">5 أيار 2025 - 09:12</i>
<div class="related" id="odd"><p>{TEXT[0]}</p><div class="box"><p>{TEXT[1]}</p></div><p>{TEXT[2]}</p></div>
<div class="long">{"".join(f"<p>{TEXT[3]} {n}</p>" for n in range(9))}</div></body></html>"""


def read(ruled: Rules) -> extract.Explained:
    page = Page(url=URL, status=200, body=PAGE.encode(), content_type="text/html; charset=utf-8")
    return extract.explain(page, Entry(feed="f", guid="g", url=URL, published=GIVEN), FEED, now=NOW, ruled=ruled)


def article(ruled: Rules) -> Article:
    found = read(ruled).result
    assert isinstance(found, Article)
    return found


def test_the_text_is_where_the_rule_says_even_where_its_class_is_furnitures():
    assert article(Rules(content=("#odd",))).body.split("\n") == TEXT[:3]


def test_what_the_rule_removes_is_gone():
    assert article(Rules(content=("#odd",), remove=(".box",))).body.split("\n") == [TEXT[0], TEXT[2]]


def test_the_title_and_the_time_are_where_the_rules_say():
    found = article(Rules(title=(".t",), date=("[data-x]",)))
    assert found.title == "معرض في المركز"
    assert found.published is not None
    assert (found.published.source, found.published.at.isoformat()) == ("rule", "2025-05-05T09:12:00+00:00")


def test_of_several_selectors_the_first_that_matches_counts():
    assert article(Rules(title=(".gone", ".t", "h1"))).title == "معرض في المركز"


def test_a_rule_that_names_nothing_changes_nothing_and_is_told():
    ruled = Rules(content=(".gone",), title=(".gone",), date=(".gone",), remove=(".gone",))
    found = read(ruled)
    assert found.result == article(Rules())
    assert {what for _, what in found.ruled} == {"nothing"}


def test_the_page_itself_cannot_be_removed():
    assert isinstance(read(Rules(remove=("*",))).result, Drop)
    assert article(Rules(remove=("body", "html"))) == article(Rules())


@pytest.mark.parametrize("selector", ["p >", "::before", "[x", "a!b", "x|y", ""])
def test_what_is_no_selector_is_named(selector):
    assert rules.wrong(selector)


@pytest.mark.parametrize("selector", ["#a .b", "div:has(p)", "p:nth-child(2n+1)", "a[href^='/x']", "h1, h2"])
def test_what_is_a_selector_is_let_through(selector):
    assert rules.wrong(selector) == ""


def test_rules_are_found_by_feed_first_then_by_the_nearest_host():
    by_feed, near, far = Rules(feed="f", title=("a",)), Rules(host="ar.example.org"), Rules(host="example.org")
    given = [far, near, by_feed]
    assert rules.of(given, "f", "https://ar.example.org/1") is by_feed
    assert rules.of(given, "g", "https://ar.example.org/1") is near
    assert rules.of(given, "g", "https://www.example.org/1") is far
    assert rules.of(given, "g", "https://notexample.org/1") == Rules()


def test_rules_travel_between_processes():
    ruled = Rules(host="example.org", content=("#odd",))
    assert pickle.loads(pickle.dumps(ruled)) == ruled
