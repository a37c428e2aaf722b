"""Whole pages, written for this, beside what an editor would take from each."""

from __future__ import annotations

import json
import pathlib
import pickle
import re
from collections import Counter
from datetime import UTC, datetime

import pytest

from pipeline import extract
from pipeline.model import Article, Dated, Drop, Entry, Feed, Page

DATA = pathlib.Path(__file__).parent.parent / "data" / "extract"
NOW = datetime(2026, 1, 15, tzinfo=UTC)
CASES = sorted(p.stem for p in DATA.glob("*.html"))
FLOORS = json.loads((DATA / "floors.json").read_text(encoding="utf-8"))


def read(name: str) -> tuple[Article | Drop, dict]:
    case = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    given = case["given"]
    when = given.get("published")
    page = Page(
        url=given["url"],
        status=200,
        body=(DATA / f"{name}.html").read_bytes(),
        content_type=given.get("content_type", "text/html; charset=utf-8"),
    )
    entry = Entry(
        feed="f",
        guid="g",
        url=given["url"],
        title=given.get("title", ""),
        summary=given.get("summary", ""),
        content=given.get("content", ""),
        author=given.get("author"),
        published=Dated(at=datetime.fromisoformat(when), precision="second", source="feed") if when else None,
    )
    feed = Feed(id="f", url="https://feeds.example.org/f", outlet=given["outlet"])
    return extract.article(page, entry, feed, now=NOW), case["expected"]


def seen(found: Article | Drop, wanted: dict) -> dict:
    """The found article in the words of the expectation, for one readable comparison."""
    if isinstance(found, Drop):
        return {"dropped": found.reason}
    date = found.published
    whole = {
        "title": found.title,
        "author": found.author,
        "published": None if date is None else date.at.isoformat(),
        "precision": date.precision if date else None,
        "source": date.source if date else None,
        "language": found.language,
        "url": found.url,
        "credits": list(found.credits),
        "links": list(found.links),
        "note": found.note,
        "extractor": found.extractor,
        "body": found.body.split("\n"),
    }
    told = wanted.get("published")
    if told and date:
        same = date.at == datetime.fromisoformat(told) if len(told) > 10 else whole["published"][:10] == told
        whole["published"] = told if same else whole["published"]
    return {k: v for k, v in whole.items() if k in wanted}


@pytest.mark.parametrize("name", CASES)
def test_a_page_gives_what_an_editor_would_take_from_it(name):
    found, wanted = read(name)
    assert seen(found, wanted) == wanted


def shingles(text: str) -> Counter:
    words = re.findall(r"\w+", text)
    return Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3)))


def test_measured_quality_does_not_fall_below_its_floors():
    score = titles = dates = pages = 0.0
    for name in CASES:
        found, wanted = read(name)
        if "dropped" in wanted or isinstance(found, Drop):
            continue
        pages += 1
        got, gold = shingles(found.body), shingles("\n".join(wanted["body"]))
        score += 2 * (got & gold).total() / (got.total() + gold.total())
        titles += found.title == wanted["title"]
        dates += (found.published.at.isoformat()[:10] if found.published else None) == (wanted["published"] or "")[
            :10
        ] or (found.published is None and wanted["published"] is None)
    assert pages >= FLOORS["pages"]
    assert score / pages >= FLOORS["f1"]
    assert titles / pages >= FLOORS["titles"]
    assert dates / pages >= FLOORS["dates"]


def test_arguments_and_results_travel_between_processes():
    found, _ = read("wordpress-graph")
    assert pickle.loads(pickle.dumps(found)) == found


def test_the_same_page_gives_the_same_article_twice():
    assert read("aspnet-agency")[0] == read("aspnet-agency")[0]


def test_lines_known_from_other_pages_of_the_outlet_leave_the_body():
    case = json.loads((DATA / "amp.json").read_text(encoding="utf-8"))
    page = Page(url=case["given"]["url"], status=200, body=(DATA / "amp.html").read_bytes(), content_type="text/html")
    known = case["expected"]["body"][3]
    entry, feed = Entry(feed="f", guid="g", url=page.url), Feed(id="f", url=page.url, outlet="o")
    found = extract.article(page, entry, feed, now=NOW, usual=[extract.mark(known)])
    assert isinstance(found, Article)
    assert found.body.split("\n") == case["expected"]["body"][:3]


def test_explain_says_what_each_candidate_gave_and_what_was_taken_out():
    page = Page(
        url="https://sada.example.org/x",
        status=200,
        body=(DATA / "wordpress-graph.html").read_bytes(),
        content_type="text/html",
    )
    told = extract.explain(
        page, Entry(feed="f", guid="g", url=page.url), Feed(id="f", url=page.url, outlet="صدى الرمانة"), now=NOW
    )
    assert isinstance(told.result, Article)
    assert [name for name, _, _ in told.candidates] == ["trafilatura"]
    assert told.why
    assert 0 < told.coverage <= 1
    assert {"named", "aside"} <= dict(told.furniture).keys()
    assert ("h1", told.result.title) in told.titles


def test_explain_of_what_is_no_page_carries_the_drop():
    page = Page(url="https://e.org/1", status=200, body=b"%PDF-1.7", content_type="application/pdf")
    told = extract.explain(
        page, Entry(feed="f", guid="g", url=page.url), Feed(id="f", url=page.url, outlet="o"), now=NOW
    )
    assert isinstance(told.result, Drop)
    assert told.result.reason == "not-html"
