"""Pages of many designs that no rule was written for: how much of each article is found, and which pages are told as what they are."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline import extract
from pipeline.model import Article, Drop, Entry, Feed, Page

DATA = Path(__file__).parent.parent / "data" / "extract" / "shells"
NOW = datetime(2026, 1, 15, tzinfo=UTC)

_spec = importlib.util.spec_from_file_location("shells_of_pages", DATA / "make.py")
make = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = make  # a dataclass asks for its module
_spec.loader.exec_module(make)
SHELLS = list(make.shells())


def read(shell) -> Article | Drop:
    entry = Entry(feed="f", guid="g", url=shell.url, **shell.entry)
    page = Page(url=shell.url, status=200, body=shell.html, content_type=shell.kind)
    feed = Feed(id="f", url="https://feeds.example.org/f", outlet=shell.outlet, language=shell.feed_language)
    return extract.article(page, entry, feed, now=NOW)


def words(text: str) -> Counter:
    return Counter(re.findall(r"\w+", text))


def f1(shell, found: Article) -> float:
    """Of the body's words, without those that editors disagree about."""
    want, got = words("\n".join(shell.body)), words(found.body)
    got -= words("\n".join(shell.neutral)) - want
    both = (want & got).total()
    return 2 * both / (want.total() + got.total())


def day(found: Article) -> str | None:
    return found.published.at.date().isoformat() if found.published and found.published.source != "first_seen" else None


def measured() -> dict[str, float | int]:
    articles = [(s, read(s)) for s in SHELLS if s.dropped is None]
    taken = [(s, a) for s, a in articles if isinstance(a, Article)]
    dated = [(s.date, day(a)) for s, a in taken]
    return {
        "taken": len(taken),
        "f1": sum(f1(s, a) for s, a in taken) / len(articles),
        "titles": sum(s.title == a.title for s, a in taken),
        "dates": sum(want == got for want, got in dated if want),
        "no wrong date": -sum(got is not None and want != got for want, got in dated),
        "told what they are": sum(
            isinstance(found := read(s), Drop) and found.reason == s.dropped for s in SHELLS if s.dropped
        ),
    }


def test_measured_quality_does_not_fall_below_its_floors():
    floors = json.loads((DATA / "floors.json").read_text(encoding="utf-8"))
    found = measured()
    assert {k: v for k, v in found.items() if v < floors[k]} == {}, found
    assert found.keys() == floors.keys()


@pytest.mark.parametrize("shell", [s for s in SHELLS if s.dropped], ids=lambda s: s.name)
def test_a_page_that_is_no_article_is_told_so(shell):
    assert isinstance(read(shell), Drop)
