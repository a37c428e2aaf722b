"""What is left of an article that was pruned: that it is known, and nothing else."""

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.model import Article, Attribution, Dated, Entry, FeedState, Placement
from pipeline.store import Store, schema

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=500)
FULL = "<p>" + "نص كامل من الخلاصة. " * 200 + "</p>"


@pytest.fixture
def store(store_url):
    opened = Store(store_url)
    yield opened
    opened.close()


def entry(n: int, *, feed: str = "rafid", guid: str | None = None) -> tuple[Entry, str]:
    url = f"https://rafid.example/news/{n}"
    dated = Dated(at=NOW, precision="second", source="feed")
    return Entry(feed=feed, guid=guid or f"{feed}-{n}", url=url, title=f"خبر {n}", content=FULL, published=dated), url


def poll(store: Store, *entries: tuple[Entry, str], now: datetime = NOW) -> None:
    store.save_feed(FeedState(feed=entries[0][0].feed), entries, now=now)


def file(store: Store, n: int, *, at: str = "news", now: datetime = NOW) -> bool:
    """The first entry that waits becomes an article, whose page says its own address."""
    url = f"https://rafid.example/{at}/{n}"
    item = store.pending(now)[0]
    body = f"{FULL} {n}"
    made = Article(id=url, url=url, feed="rafid", outlet="الرافد", title="خبر", body=body, first_seen=now)
    origin = Attribution(outlet="الرافد", basis="earliest")
    placed = Placement(story=url, relation="original", original=url, similarity=1.0, origin=origin)
    return store.save_article(
        item, made, placed, moved={}, tags=(), version="v", fingerprint={}, text_hash=url, band_keys=[]
    )


def kept(store: Store) -> dict[str, tuple[str, dict]]:
    """Guid → state of the entry, and what it says."""
    t = schema.entries
    with store._read() as c:
        return {row.guid: (row.state, row.entry) for row in c.execute(sa.select(t))}


# ---------------------------------------------------------------- what is kept while articles are there
def test_an_entry_that_was_read_keeps_what_tells_of_a_change_and_not_the_feeds_text(store):
    poll(store, entry(1))
    assert kept(store)["rafid-1"][1]["content"] == FULL
    file(store, 1)
    said = kept(store)["rafid-1"][1]
    assert (said["content"], said["title"], said["published"]["precision"]) == ("", "خبر 1", "second")
    same = replace(entry(1)[0], content=FULL + "<img src=counter>")
    poll(store, (same, "https://rafid.example/news/1"), now=NOW + timedelta(hours=1))
    assert store.changed() == []


def test_a_changed_entry_has_the_feeds_text_until_it_was_read(store):
    poll(store, entry(1))
    file(store, 1)
    new = replace(entry(1)[0], title="خبر جديد")
    poll(store, (new, "https://rafid.example/news/1"), now=NOW + timedelta(hours=1))
    (waiting,) = store.changed()
    assert waiting.entry.content == FULL
    store.settle(waiting)
    assert (store.changed(), kept(store)["rafid-1"][1]["content"]) == ([], "")
    assert kept(store)["rafid-1"][1]["title"] == "خبر جديد"


def test_what_a_mistake_of_ours_dropped_is_kept_whole(store):
    poll(store, entry(1), entry(2))
    first, second = store.pending(NOW)
    store.drop_entry(first, "bug", "Traceback")
    store.drop_entry(second, "paywall", "")
    found = kept(store)
    assert (found["rafid-1"][1]["content"], found["rafid-2"][1]["content"]) == (FULL, "")


# ---------------------------------------------------------------- prune
def test_of_a_pruned_article_guid_and_address_stay_and_nothing_else(store):
    poll(store, entry(1))
    file(store, 1)
    assert store.old(LATER) == 1
    assert store.prune(LATER) == 1
    assert kept(store) == {"rafid-1": ("dropped", {})}
    assert store.known_guids("rafid", ["rafid-1"]) == {"rafid-1"}
    assert (store.old(LATER), store.queue()["pending"], store.integrity()) == (0, 0, [])


@pytest.mark.parametrize(("feed", "guid"), [("rafid", "another guid"), ("sada", "sada-1")])
def test_a_pruned_article_does_not_come_back_under_another_guid_or_by_another_feed(store, feed, guid):
    poll(store, entry(1))
    file(store, 1)
    store.prune(LATER)
    poll(store, entry(1, feed=feed, guid=guid), entry(2, feed=feed), now=LATER)
    assert [p.entry.guid for p in store.pending(LATER)] == [f"{feed}-2"]
    assert kept(store)[guid] == ("dropped", {})


def test_a_pruned_article_is_known_by_the_address_that_its_page_gave(store):
    poll(store, entry(1))
    file(store, 7, at="a-page-of-its-own")
    store.prune(LATER)
    poll(store, entry(2), now=LATER)
    assert not file(store, 7, at="a-page-of-its-own", now=LATER)
    assert (store.summary()[0], store.pending(LATER), store.queue()["pending"]) == (0, [], 0)
    poll(store, entry(3), now=LATER)
    assert file(store, 3, now=LATER)
    assert store.prune(LATER + timedelta(days=1)) == 1
    assert store.prune(LATER + timedelta(days=1)) == 0


# ---------------------------------------------------------------- the file
@pytest.fixture
def large(tmp_path):
    """An archive of some megabytes."""
    opened = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    for n in range(300):
        poll(opened, entry(n))
        file(opened, n)
    yield opened
    opened.close()


def test_the_file_gets_smaller_after_a_pruning_and_stays_whole(large):
    before = large.bytes()
    assert large.shrink() == 0, "nothing is empty yet"
    poll(large, entry(1000), now=LATER)
    file(large, 1000, now=LATER)
    assert large.prune(LATER) == 300
    pruned = large.bytes()
    assert pruned >= before
    assert large.shrink() == pruned - large.bytes()
    assert large.bytes() < before / 4
    assert (large.integrity(), large.index_is_whole(), large.summary()[0]) == ([], True, 1)


def test_where_there_is_no_room_to_write_it_anew_the_file_keeps_its_size(large, monkeypatch):
    large.prune(LATER)
    before = large.bytes()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    with pytest.raises(StoreError, match=r"it keeps its size: that takes .* MB of room"):
        large.shrink()
    assert large.bytes() == before


def test_while_another_reads_the_file_keeps_its_size(large, monkeypatch):
    large.prune(LATER)
    monkeypatch.setattr("pipeline.store.keeping.WAIT", 0.05)
    with closing(sqlite3.connect(large.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM entries").fetchone()
        with pytest.raises(StoreError, match="it keeps its size: database is locked"):
            large.shrink()
    assert json.dumps(large.integrity()) == "[]"
    assert large.shrink() > 0


# ---------------------------------------------------------------- rows that somebody spoilt
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("published", '{"at": "yesterday-ish", "precision": "day", "source": "feed"}'),
        ("published", '{"at"'),
        ("published", "[1]"),
        ("origin", '{"outlet": "x", "no such": 1}'),
        ("credits", "5"),
        ("links", "not JSON"),
    ],
)
def test_a_spoilt_row_is_named_by_whoever_reads_it_and_by_the_check(tmp_path, column, value):
    path = tmp_path / "archive.sqlite"
    opened = Store(f"sqlite:///{path}")
    for n in (1, 2):
        poll(opened, entry(n))
        file(opened, n)
    with closing(sqlite3.connect(path)) as c, c:
        c.execute(f"UPDATE articles SET {column} = ? WHERE id LIKE '%/2'", (value,))
    told = "the row of https://rafid.example/news/2 cannot be read"
    with pytest.raises(StoreError, match=f"table articles: {told}"):
        list(opened.articles())
    (line,) = opened.integrity()
    assert told in line
    opened.close()


def test_a_spoilt_entry_is_named(tmp_path):
    path = tmp_path / "archive.sqlite"
    opened = Store(f"sqlite:///{path}")
    poll(opened, entry(1))
    with closing(sqlite3.connect(path)) as c, c:
        c.execute("UPDATE entries SET entry = '{}'")
    with pytest.raises(StoreError, match="table entries: the row of 1 cannot be read"):
        opened.pending(NOW)
    opened.close()
