"""The archive on both databases: the queue, the laws of its transactions, what it refuses."""

import contextlib
import fcntl
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import BusyError, StoreError
from pipeline.model import (
    Article,
    Attribution,
    Dated,
    Entry,
    FeedState,
    Match,
    Placement,
    Reading,
    Tag,
    Tally,
    WordReading,
)
from pipeline.store import Lock, Pending, Store, rows

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def store(store_url):
    opened = Store(store_url)
    yield opened
    opened.close()


def entry(n: int, feed: str = "rafid", **more) -> tuple[Entry, str]:
    url = f"https://rafid.example/news/{n}"
    return Entry(feed=feed, guid=f"{feed}-{n}", url=f"{url}?utm_source=rss", title=f"خبر {n}", **more), url


def article(n: int, **more) -> Article:
    base = Article(
        id=f"a{n}",
        url=f"https://rafid.example/news/{n}",
        feed="rafid",
        outlet="وكالة الرافد",
        title=f"خبر {n}",
        body="السطر الأول.\nالسطر الثاني.",
        first_seen=NOW,
        published=Dated(at=NOW - timedelta(hours=1), precision="minute", source="feed"),
        credits=("المصدر: الرافد",),
    )
    return replace(base, **more)


def placement(a: Article, **more) -> Placement:
    origin = Attribution(outlet=a.outlet, basis="earliest")
    base = Placement(story=a.id, relation="original", original=a.id, similarity=1.0, origin=origin)
    return replace(base, **more)


def tag(watchlist: str = "border", surface: str = "للحدود") -> Tag:
    word = WordReading(surface=surface, particles=("ل",), article=True, folds=("marks",))
    reading = Reading(term="حدود", surface=surface, words=(word,), mode="word", text="للحدود ← حدود: لل")
    match = Match(term="حدود", field="body", start=0, end=len(surface), surface=surface, reading=reading)
    return Tag(watchlist=watchlist, score=1.0, matches=(match,))


def taken(store: Store, n: int, feed: str = "rafid") -> Pending:
    """An entry that waits, as the queue gives it."""
    store.save_feed(FeedState(feed=feed, polled=NOW), [entry(n, feed)], now=NOW)
    return next(p for p in store.pending(NOW) if p.entry.guid == f"{feed}-{n}")


def file(store: Store, n: int, *, tags=(), bands=(), moved=None, placed=None, **more) -> bool:
    a = article(n, **more)
    return store.save_article(
        taken(store, n, a.feed),
        a,
        placed or placement(a),
        moved=moved or {},
        tags=tags,
        version="sha256:one",
        fingerprint={"v": 1},
        text_hash=f"hash-{n}",
        band_keys=bands,
    )


# ---------------------------------------------------------------- feeds and the queue
def test_a_feed_state_comes_back_as_it_was_written(store):
    state = FeedState(
        feed="rafid", etag='"x"', polled=NOW, next=NOW + timedelta(minutes=15), failures=0.75, reason="http-503"
    )
    store.save_feed(state, now=NOW)
    assert store.feed_states() == {"rafid": state}
    store.save_feed(replace(state, reason=None, failures=0.0), now=NOW)
    assert store.feed_states()["rafid"].reason is None


def test_an_entry_is_new_once_for_its_feed(store):
    pairs = [entry(1), entry(2), entry(2)]
    state = FeedState(feed="rafid", polled=NOW)
    assert store.save_feed(state, pairs, now=NOW) == 2
    assert store.save_feed(state, [*pairs, entry(3)], now=NOW) == 1
    assert store.save_feed(FeedState(feed="nahr", polled=NOW), [entry(1, "nahr")], now=NOW) == 1
    assert [p.entry.guid for p in store.pending(NOW)] == ["rafid-1", "rafid-2", "rafid-3", "nahr-1"]


def test_an_entry_comes_back_whole_from_the_queue(store):
    published = Dated(at=NOW, precision="day", source="feed")
    given_entry, canonical = entry(
        1, summary="ملخّص «بين قوسين»", content="<p>نص</p>", author="مراسل", published=published
    )
    store.save_feed(FeedState(feed="rafid", polled=NOW), [(given_entry, canonical)], now=NOW)
    (waiting,) = store.pending(NOW)
    assert waiting.entry == given_entry
    assert (waiting.canonical, waiting.first_seen, waiting.attempts) == (canonical, NOW, 0)


def test_validators_are_never_kept_without_the_entries_they_vouch_for(store, monkeypatch):
    def fails(_entry):
        raise RuntimeError("the power went")

    before = FeedState(feed="rafid", etag='"old"', polled=NOW)
    store.save_feed(before, now=NOW)
    monkeypatch.setattr(rows, "entry_out", fails)
    with pytest.raises(RuntimeError):
        store.save_feed(replace(before, etag='"new"'), [entry(1)], now=NOW)
    assert store.feed_states()["rafid"].etag == '"old"'
    assert store.pending(NOW) == []


def test_an_entry_put_back_waits_for_its_time(store):
    first = taken(store, 1)
    store.retry_entry(first, "timeout", "20 s", NOW + timedelta(hours=1))
    assert store.pending(NOW) == []
    assert store.queue() == {"pending": 1, "retrying": 1}
    (again,) = store.pending(NOW + timedelta(hours=1))
    assert again.attempts == 1


def test_a_dropped_entry_keeps_its_reason_and_never_waits_again(store):
    first = taken(store, 1)
    store.drop_entry(first, "soft-404", "«الصفحة غير موجودة»")
    assert store.pending(NOW + timedelta(days=1)) == []
    assert store.dropped() == {"soft-404": 1}
    assert store.save_feed(FeedState(feed="rafid", polled=NOW), [entry(1)], now=NOW) == 0


# ---------------------------------------------------------------- articles
def test_an_article_comes_back_with_its_placement_and_tags(store):
    a = article(1)
    assert file(store, 1, tags=[tag("border"), tag("army")])
    (filed,) = store.articles()
    assert filed.article == a
    assert filed.placement == placement(a)
    assert [t.watchlist for t in filed.tags] == ["army", "border"]
    assert filed.tags[1] == tag("border")
    assert store.find("a1") == store.find("https://rafid.example/news/1") == filed
    assert store.find("nowhere") is None
    assert store.pending(NOW) == []


def test_filing_the_same_article_again_changes_nothing(store):
    assert file(store, 1, tags=[tag()])
    before = list(store.articles())
    store.save_feed(FeedState(feed="rafid", polled=NOW), [entry(9)], now=NOW)
    (again,) = store.pending(NOW)
    other = article(1, title="عنوان آخر")
    kept = store.save_article(
        again, other, placement(other), moved={}, tags=(), version="x", fingerprint={}, text_hash="h", band_keys=()
    )
    assert not kept
    assert list(store.articles()) == before
    assert store.pending(NOW) == []


def test_an_article_of_two_feeds_is_stored_once_and_knows_both(store):
    assert file(store, 1)
    store.link_entry(taken(store, 1, "nahr"), "a1")
    store.link_entry(taken(store, 2, "nahr"), "a1")
    assert store.other_feeds() == {"a1": ["nahr"]}
    assert len(list(store.articles())) == 1


def test_the_window_is_closed_at_its_begin_and_open_at_its_end(store):
    for n in range(3):
        file(store, n, first_seen=NOW + timedelta(hours=n))
    ids = [f.article.id for f in store.articles(NOW, NOW + timedelta(hours=2))]
    assert ids == ["a0", "a1"]
    assert [f.article.id for f in store.articles(newest_first=True)] == ["a2", "a1", "a0"]


def test_neighbours_share_a_key_or_the_text_and_bring_their_story(store):
    file(store, 1, bands=["k1", "k2"])
    b = article(2)
    file(store, 2, bands=["k3"], placed=placement(b, story="a1", relation="copy", original="a1"))
    file(store, 3, bands=["k9"])
    file(store, 4, bands=["k1"], first_seen=NOW - timedelta(days=40))
    found = store.neighbours(["k2"], "no such text", NOW - timedelta(days=30))
    assert [n.article.id for n in found] == ["a1", "a2"]
    assert [n.article.id for n in store.neighbours([], "hash-3", NOW - timedelta(days=30))] == ["a3"]
    assert store.neighbours([], "", NOW - timedelta(days=30)) == []
    assert found[0].fingerprint == {"v": 1}


def test_keys_that_are_too_old_go_and_one_wrong_clock_takes_none(store):
    def met(at: datetime) -> list[str]:
        return [n.article.id for n in store.neighbours(["k"], "none", at - timedelta(days=400))]

    file(store, 1, bands=["k"])
    file(store, 2, bands=["k"], first_seen=NOW - timedelta(days=20))
    for at in (NOW, NOW + timedelta(days=3650)):  # the second by a clock that is ten years ahead
        store.forget(at)
        store.end_run(store.begin_run("collect", at), at, {})
        assert met(NOW) == ["a2", "a1"]
    store.forget(NOW + timedelta(days=20))
    assert met(NOW) == ["a1"]


def test_an_entry_that_a_wrong_clock_put_off_for_years_waits_no_longer(store):
    first = taken(store, 1)
    store.retry_entry(first, "timeout", "20 s", NOW + timedelta(days=3650))
    assert [p.id for p in store.pending(NOW)] == [first.id]


def test_kin_come_newest_first_with_what_they_share_and_when_they_came_out(store):
    met = []

    def none_of(kin):
        met.extend(kin)
        return []

    old = Dated(at=NOW - timedelta(days=9), precision="minute", source="feed")
    vague = replace(old, precision="day")
    file(store, 1, bands=["k1", "k2"], published=old)
    file(store, 2, bands=["k2"], published=vague, first_seen=NOW + timedelta(minutes=1))
    file(store, 3, bands=["k9"], first_seen=NOW + timedelta(minutes=2))
    assert store.neighbours(["k1", "k2"], "hash-3", NOW - timedelta(days=30), choose=none_of) == []
    assert [(k.id, sorted(k.bands), k.same_text) for k in met] == [
        ("a3", [], True),
        ("a2", ["k2"], False),
        ("a1", ["k1", "k2"], False),
    ]
    assert [k.came_out for k in met[1:]] == [int(at.timestamp()) for at in (NOW + timedelta(minutes=1), old.at)]


def test_a_later_original_turns_the_group(store):
    file(store, 1)
    b = article(2)
    turned = placement(article(1), story="a2", relation="copy", original="a2", reason="91 %")
    file(store, 2, placed=placement(b), moved={"a1": turned})
    placements = {f.article.id: f.placement for f in store.articles()}
    assert placements["a1"] == turned


def test_new_tags_replace_the_old_ones_with_their_version(store):
    file(store, 1, tags=[tag("border")])
    file(store, 2, tags=[tag("border")])
    store.save_tags({"a1": [tag("army")]}, "sha256:two")
    assert [t.watchlist for t in store.find("a1").tags] == ["army"]
    assert [f.article.id for f in store.articles(other_version="sha256:two")] == ["a2"]


def test_counts_by_day_and_by_feed(store):
    file(store, 1, tags=[tag("border"), tag("army")])
    file(store, 2, tags=[tag("border")], first_seen=NOW + timedelta(days=1))
    days = [(NOW + timedelta(days=n), NOW + timedelta(days=n + 1)) for n in range(3)]
    assert store.counts_by_day(days) == {"border": [1, 1, 0], "army": [1, 0, 0]}
    assert store.feed_counts(NOW, NOW + timedelta(hours=1)) == {"rafid": 1}
    assert store.summary() == (2, NOW)


def test_the_articles_that_some_watchlists_tag_come_alone_and_whole(store):
    file(store, 1, tags=[tag("border"), tag("army")])
    file(store, 2, tags=[tag("coast")])
    file(store, 3)
    found = list(store.articles(NOW, NOW + timedelta(hours=1), tagged_by=["army", "border", "nobody"]))
    assert [f.article.id for f in found] == ["a1"]
    assert [t.watchlist for t in found[0].tags] == ["army", "border"]
    assert list(store.articles(NOW, tagged_by=[])) == []
    assert list(store.articles(NOW + timedelta(seconds=1), tagged_by=["coast"])) == []


def test_a_tally_counts_articles_copies_and_stories_of_its_span(store):
    first = article(1)
    file(store, 1)
    file(store, 2, placed=placement(first, relation="copy"))
    file(store, 3, placed=placement(first, relation="report"))
    file(store, 4, first_seen=NOW + timedelta(hours=2))
    assert store.tally(NOW, NOW + timedelta(hours=1)) == Tally(articles=3, copies=1, stories=1)
    assert store.tally(NOW, NOW + timedelta(hours=3)) == Tally(articles=4, copies=1, stories=2)
    assert store.tally(NOW - timedelta(hours=1), NOW) == Tally(articles=0, copies=0, stories=0)


def test_pruning_takes_old_articles_and_never_brings_them_back_as_new(store):
    file(store, 1, tags=[tag()], bands=["k"], first_seen=NOW - timedelta(days=500))
    file(store, 2)
    store.save_edition("daily", "2026-03-02", NOW, edition={"date": "2026-03-02"}, brief={})
    assert store.prune(NOW - timedelta(days=400)) == 1
    assert [f.article.id for f in store.articles()] == ["a2"]
    assert store.edition("daily", "2026-03-02") == {"date": "2026-03-02"}
    assert store.save_feed(FeedState(feed="rafid", polled=NOW), [entry(1)], now=NOW) == 0
    assert store.integrity() == []


@given(text=st.text(alphabet=st.characters(exclude_categories=[]), max_size=40))
def test_any_text_that_a_stranger_sends_is_stored_without_harm(tmp_path_factory, text):
    path = tmp_path_factory.mktemp("any") / "a.sqlite"
    opened = Store(f"sqlite:///{path}")
    try:
        file(opened, 1, title=text, tags=[tag(surface=text)], credits=(text,))
        (found,) = opened.articles()
        if not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in text):
            assert found.article.title == text
            assert found.tags[0].matches[0].surface == text
    finally:
        opened.close()


def test_text_that_no_database_can_write_is_written_with_a_mark_in_its_place(store):
    nasty = "قبل\ud83dوبعد\0نهاية"
    file(store, 1, title=nasty, credits=(nasty,))
    (found,) = store.articles()
    assert found.article.title == "قبل\ufffdوبعد\ufffdنهاية"
    assert "\ud83d" not in found.article.credits[0]


def test_text_stays_data_in_every_query(store):
    nasty = "x'; DROP TABLE articles; --"
    file(store, 1, title=nasty, feed=nasty, bands=[nasty])
    assert store.find(nasty) is None
    assert store.neighbours([nasty], nasty, NOW - timedelta(days=1))[0].article.title == nasty


# ---------------------------------------------------------------- editions and runs
def test_editions_are_kept_by_day_with_their_brief(store):
    for day in ("2026-03-02", "2026-03-01"):
        store.save_edition("daily", day, NOW, edition={"date": day}, brief={"d": day})
    store.save_edition("daily", "2026-03-02", NOW, edition={"date": "2026-03-02", "again": True}, brief={"d": "again"})
    assert store.edition_dates("daily") == ["2026-03-01", "2026-03-02"]
    assert store.briefs("daily") == [{"d": "2026-03-01"}, {"d": "again"}]
    assert store.edition("daily", "2026-03-02")["again"]
    assert store.edition("weekly", "2026-03-02") is None


def test_a_run_that_was_cut_off_shows_as_not_finished(store):
    first = store.begin_run("collect", NOW)
    second = store.begin_run("collect", NOW)
    store.end_run(second, NOW + timedelta(minutes=1), {"articles": {"new": 3}})
    runs = store.runs()
    assert [r["id"] for r in runs] == [second, first]
    assert runs[0]["counts"] == {"articles": {"new": 3}}
    assert runs[1]["finished"] is None


def test_whoever_begins_a_run_closes_those_that_were_broken_off(store):
    ended = store.begin_run("collect", NOW)
    store.end_run(ended, NOW + timedelta(minutes=1), {"articles": {"new": 3}})
    killed = [store.begin_run("collect", NOW + timedelta(hours=n)) for n in (1, 2)]
    alive = store.begin_run("collect", NOW + timedelta(hours=3))
    aborted = {r["id"]: "aborted" in r["counts"] for r in store.runs()}
    assert aborted == {ended: False, killed[0]: True, killed[1]: True, alive: False}
    assert all(r["finished"] is None for r in store.runs() if aborted[r["id"]])  # nobody knows when


def test_the_last_run_that_ended_is_found_behind_any_number_that_did_not(store):
    assert store.last_run("collect") is None
    assert store.unended_runs("collect") == []
    first = store.begin_run("collect", NOW)
    assert [r["id"] for r in store.unended_runs("collect")] == [first]
    store.end_run(first, NOW + timedelta(minutes=1), {"articles": {"new": 3}})
    assert store.unended_runs("collect") == []
    later = [store.begin_run("collect", NOW + timedelta(hours=n)) for n in range(1, 13)]
    assert store.last_run("collect")["id"] == first
    assert store.last_run("collect")["finished"] == NOW + timedelta(minutes=1)
    assert [r["id"] for r in store.unended_runs("collect")] == later
    assert store.last_run("other") is None


# ---------------------------------------------------------------- opening, refusing
@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda b: b"this is no database at all\n" * 400, id="no database"),
        pytest.param(lambda b: b"\0" * 100 + b[100:], id="torn header"),
        pytest.param(lambda b: b[: len(b) // 3 // 4096 * 4096 + 1000], id="cut short"),
        pytest.param(lambda b: b[:-8192], id="last pages gone"),
        pytest.param(lambda _: b"", id="nothing left"),
    ],
)
def test_a_spoilt_archive_is_refused_and_left_as_it_was(tmp_path, spoil):
    path = tmp_path / "archive.sqlite"
    opened = Store(f"sqlite:///{path}")
    for n in range(20):
        file(opened, n)
    opened.close()
    bad = spoil(path.read_bytes())
    path.write_bytes(bad)
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{path}")
    assert str(path) in caught.value.lines()[0]
    assert path.read_bytes() == bad
    assert [p.name for p in tmp_path.iterdir()] == ["archive.sqlite"]


def test_another_programs_database_is_refused_and_left_as_it_was(tmp_path):
    path = tmp_path / "archive.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)")
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('0001')")
        other.commit()
    before = path.read_bytes()
    for create in (True, False):
        with pytest.raises(StoreError, match="this database is not marsad's; restore a backup, or move the file away"):
            Store(f"sqlite:///{path}", create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("at", ["migrated", "linked"])
def test_a_new_archive_that_is_killed_on_the_way_is_made_by_the_next_start(tmp_path, at):
    script = """
import os, signal, sys
from pipeline.store import Store, database
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "linked":
    os.link = kill
else:
    real = database.sa.Engine.dispose
    database.sa.Engine.dispose = kill
Store(sys.argv[1])
"""
    url = f"sqlite:///{tmp_path / 'archive.sqlite'}"
    assert subprocess.run([sys.executable, "-c", script, url, at], check=False).returncode == -signal.SIGKILL
    assert not (tmp_path / "archive.sqlite").exists()
    assert list(tmp_path.iterdir()), "it was killed on the way"
    opened = Store(url)
    file(opened, 1)
    opened.close()
    assert [p.name for p in tmp_path.iterdir()] == ["archive.sqlite"]
    assert stat.S_IMODE((tmp_path / "archive.sqlite").stat().st_mode) == 0o600


def test_of_many_that_make_an_archive_at_once_all_have_the_same(tmp_path):
    url = f"sqlite:///{tmp_path / 'archive.sqlite'}"
    script = """
import sys
from datetime import UTC, datetime
from pipeline.store import Store
Store(sys.argv[1]).begin_run("collect", datetime.now(UTC))
"""
    at_once = [subprocess.Popen([sys.executable, "-c", script, url]) for _ in range(4)]
    assert [one.wait() for one in at_once] == [0] * 4
    opened = Store(url, create=False)
    assert len(opened.runs()) == 4
    opened.close()
    assert [p.name for p in tmp_path.iterdir()] == ["archive.sqlite"]


def test_an_archive_of_a_newer_version_is_refused_undamaged(store_url):
    Store(store_url).close()
    engine = sa.create_engine(store_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        Store(store_url)
    with engine.begin() as connection:
        assert connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_reading_an_archive_that_is_not_there_makes_none(tmp_path):
    path = tmp_path / "archive.sqlite"
    with pytest.raises(StoreError, match="no archive yet"):
        Store(f"sqlite:///{path}", create=False)
    assert not path.exists()


def test_a_place_that_cannot_be_written_is_an_error_in_one_line(tmp_path):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("x")
    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{in_the_way}/archive.sqlite")
    assert str(in_the_way) in caught.value.lines()[0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # psycopg leaves its failed try open
def test_a_server_that_is_not_there_is_an_error_without_the_password():
    with pytest.raises(StoreError) as caught:
        Store("postgresql://someone:hunter2@127.0.0.1:1/archive")
    (line,) = caught.value.lines()
    assert "hunter2" not in line
    assert "127.0.0.1" in line


def test_a_full_disk_is_an_error_and_loses_nothing_that_was_written(tmp_path):
    script = """
import resource, signal, sys
from test_store import *
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
url = sys.argv[1]
s = Store(url)
file(s, 1)
resource.setrlimit(resource.RLIMIT_FSIZE, (s.path.stat().st_size + 8192,) * 2)
try:
    for n in range(2, 200):
        file(s, n, body="سطر طويل " * 2000)
except StoreError as error:
    print(len(error.lines()), error.exit_code)
"""
    url = f"sqlite:///{tmp_path / 'archive.sqlite'}"
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    done = subprocess.run([sys.executable, "-c", script, url], check=False, capture_output=True, text=True, env=env)
    assert done.stdout.split() == ["1", "4"], done.stderr
    opened = Store(url)
    assert opened.integrity() == []
    assert next(opened.articles()).article.id == "a1"
    opened.close()


# ---------------------------------------------------------------- one writer, copies
def test_a_second_instance_is_told_who_holds_the_archive_and_since_when(tmp_path):
    first, second = Lock(tmp_path / "a.lock"), Lock(tmp_path / "a.lock")
    first.acquire(NOW)
    with pytest.raises(BusyError) as caught:
        second.acquire(NOW)
    assert f"pid {os.getpid()}" in caught.value.what
    assert "2026-03-02T09:00:00" in caught.value.what
    first.release()
    second.acquire(NOW)
    second.release()


def test_whoever_only_looks_whether_a_lock_is_held_turns_nobody_away(tmp_path):
    path = tmp_path / "a.lock"
    path.touch()
    with path.open("rb") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        end = threading.Timer(0.1, lambda: fcntl.flock(looking, fcntl.LOCK_UN))
        end.start()
        lock = Lock(path)
        lock.acquire(NOW)
        lock.release()
        end.join()
        fcntl.flock(looking, fcntl.LOCK_SH | fcntl.LOCK_NB)
        with pytest.raises(BusyError):
            Lock(path).acquire(NOW)


def test_a_crash_frees_the_lock(tmp_path):
    path = tmp_path / "a.lock"
    script = (
        "import sys, time, pathlib, datetime\nfrom pipeline.store import Lock\n"
        "Lock.keep = Lock(pathlib.Path(sys.argv[1]))\nLock.keep.acquire(datetime.datetime.now(datetime.UTC))\n"
        "print('held', flush=True)\ntime.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=f"pid {holder.pid}"):
            Lock(path).acquire(NOW)
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        holder.stdout.close()
    after = Lock(path)
    after.acquire(NOW)
    after.release()


def test_the_lock_lies_beside_the_archive(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    assert opened.lock(tmp_path / "outputs").path == tmp_path / "archive.sqlite.lock"
    opened.close()


def test_a_backup_is_whole_and_can_be_opened(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    file(opened, 1, tags=[tag()])
    opened.backup(tmp_path / "copy.sqlite")
    file(opened, 2)
    opened.close()
    copy = Store(f"sqlite:///{tmp_path / 'copy.sqlite'}", create=False)
    assert [f.article.id for f in copy.articles()] == ["a1"]
    assert copy.integrity() == []
    copy.close()
    with pytest.raises(StoreError):
        opened.backup(tmp_path / "no such folder" / "copy.sqlite")


def test_a_backup_ends_though_a_run_writes_all_the_time(tmp_path):
    script = (
        "import sys\nfrom test_store import *\ns = Store(sys.argv[1])\nprint('writing', flush=True)\n"
        "for n in range(10000):\n    file(s, n)\n"
    )
    url = f"sqlite:///{tmp_path / 'archive.sqlite'}"
    opened = Store(url)
    for n in range(200):
        file(opened, n + 50_000, body="سطر " * 4000)
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    writer = subprocess.Popen([sys.executable, "-c", script, url], stdout=subprocess.PIPE, text=True, env=env)
    try:
        assert writer.stdout.readline() == "writing\n"
        opened.backup(tmp_path / "copy.sqlite")
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
        writer.stdout.close()
    opened.close()
    with sqlite3.connect(tmp_path / "copy.sqlite") as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    copy.close()


def test_a_writer_that_has_read_keeps_the_others_waiting(tmp_path):
    """Else both would read the same number, and one would fail or write over the other."""
    first, second = (Store(f"sqlite:///{tmp_path / 'archive.sqlite'}") for _ in range(2))
    first.save_feed(FeedState(feed="rafid"), now=NOW)

    def add_one(store: Store, pause: float) -> None:
        with store._write() as c:
            k = c.execute(sa.text("SELECT failures FROM feeds")).scalar()
            begun.set()
            time.sleep(pause)
            c.execute(sa.text("UPDATE feeds SET failures = :k"), {"k": k + 1})

    begun = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(add_one, first, 0.5)
        assert begun.wait(10)
        add_one(second, 0)
        slow.result()
    assert second.feed_states()["rafid"].failures == 2
    first.close()
    second.close()


def test_two_writers_lose_no_update(tmp_path):
    """The driver's own deferred transactions would let both read the same number and write it back."""
    script = (
        "import sys\nfrom test_store import *\ns = Store(sys.argv[1])\n"
        "print('ready', flush=True)\nsys.stdin.readline()\n"
        "for n in range(40):\n"
        "    with s._write() as c:\n"
        "        k = c.execute(sa.text('SELECT failures FROM feeds')).scalar()\n"
        "        c.execute(sa.text('UPDATE feeds SET failures = :k'), {'k': k + 1})\n"
    )
    url = f"sqlite:///{tmp_path / 'archive.sqlite'}"
    opened = Store(url)
    opened.save_feed(FeedState(feed="rafid", polled=NOW), now=NOW)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "env": env}
    writers = [subprocess.Popen([sys.executable, "-c", script, url], **pipes) for _ in range(2)]
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:  # both at once
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
    assert [w.returncode for w in writers] == [0, 0]
    assert opened.feed_states()["rafid"].failures == 80
    opened.close()


def test_what_is_stored_is_json_that_other_tools_can_read(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    file(opened, 1, tags=[tag()])
    opened.close()
    with sqlite3.connect(tmp_path / "archive.sqlite") as plain:
        (matches,) = plain.execute("SELECT matches FROM tags").fetchone()
    plain.close()
    assert json.loads(matches)[0]["reading"]["words"][0]["particles"] == ["ل"]
    assert "حدود" in matches
