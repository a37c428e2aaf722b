"""What holds of copies and stories whatever arrives: through the collector's own filing, on a real archive."""

import json
import random
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import dedupe
from pipeline.collect.collector import Collector
from pipeline.collect.worker import Read
from pipeline.model import Article, Dated, Entry, FeedState
from pipeline.store import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TEXTS = json.loads((Path(__file__).parents[1] / "data" / "dedupe" / "texts.json").read_text("utf-8"))


def wire() -> list[Article]:
    """Of each text: the wire, a reprint that credits it, one with its paragraphs moved and one cut short, within half an hour."""
    made: list[Article] = []
    for n, (name, text) in enumerate(sorted(TEXTS.items())):
        title, lines = text["title"], text["body"].split("\n")
        for i, (outlet, headline, body, after) in enumerate(
            [
                ("الضفاف", title, lines, 0),
                ("المرسى", title, [*lines, "المصدر: الضفاف"], 7),
                ("الميناء", f"شاهد.. {title}", [lines[0], lines[2], lines[1], *lines[3:]], 11),
                ("القلوع", title, lines[:3], 23),
            ]
        ):
            made.append(
                Article(
                    id=f"{name}-{i}",
                    url=f"https://o{i}.example/{name}",
                    feed=f"o{i}",
                    outlet=outlet,
                    title=headline,
                    body="\n".join(body),
                    first_seen=NOW,
                    published=Dated(at=NOW + timedelta(minutes=n + after), precision="minute", source="feed"),
                )
            )
    return made


class Archive:
    """A store, and the collector's way into it."""

    def __init__(self, path: Path) -> None:
        self.store = Store(f"sqlite:///{path}")
        self.collector = Collector(self.store, None, None, [], version="v", now=NOW)

    def file(self, article: Article, guid: str = "") -> None:
        entry = Entry(feed=article.feed, guid=guid or article.id, url=article.url)
        self.store.save_feed(FeedState(feed=article.feed), [(entry, article.url)], now=NOW)
        (pending,) = self.store.pending(NOW)
        self.collector._file(pending, Read(article=article, tags=(), fingerprint=dedupe.fingerprint(article)))

    def placements(self) -> dict:
        return {f.article.id: f.placement for f in self.store.articles()}


def arrivals(articles: list[Article], seed: int) -> list[Article]:
    """In another order, and first seen in that order; when they were published stays."""
    shuffled = random.Random(seed).sample(articles, len(articles))
    return [replace(a, first_seen=NOW + timedelta(minutes=i)) for i, a in enumerate(shuffled)]


def groups(placements: dict) -> set[frozenset[str]]:
    joined = defaultdict(set)
    for i, p in placements.items():
        joined[p.original].add(i)
    return {frozenset(g) for g in joined.values()}


@pytest.fixture
def archive(tmp_path):
    made: list[Archive] = []

    def make() -> Archive:
        made.append(Archive(tmp_path / f"{len(made)}.sqlite"))
        return made[-1]

    yield make
    for one in made:
        one.store.close()


@pytest.mark.parametrize("seed", range(5))
def test_arrivals_shuffled_within_an_hour_leave_the_copy_groups_the_same(archive, seed):
    filed = archive()
    for a in arrivals(wire(), seed):
        filed.file(a)
    found = filed.placements()
    assert groups(found) == {frozenset(f"{name}-{i}" for i in range(4)) for name in TEXTS}
    assert {p.original for p in found.values()} == {f"{name}-0" for name in TEXTS}


@pytest.mark.parametrize("seed", range(3))
def test_every_filed_article_is_in_one_story_that_its_original_is_in_too(archive, seed):
    filed, articles = archive(), arrivals(wire(), seed)
    for n, a in enumerate(articles, 1):
        filed.file(a)
        found = filed.placements()
        assert set(found) == {b.id for b in articles[:n]}
        for i, p in found.items():
            assert p.story
            assert p.reason
            assert (p.relation == "copy") == (p.original != i)
            assert found[p.original].relation != "copy"
            assert found[p.original].story == p.story


def test_an_article_filed_again_changes_nothing(archive):
    filed, articles = archive(), arrivals(wire(), 1)
    for a in articles:
        filed.file(a)
    before = filed.placements()
    for a in articles:
        filed.file(a, guid=f"{a.id} again")
    assert filed.placements() == before
