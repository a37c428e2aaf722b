"""Editions: each that is due exactly once, in order, whole; never changed by what comes later."""

import gc
import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import publish
from pipeline.digest import edition, render
from pipeline.errors import StoreError
from pipeline.model import (
    Article,
    Attribution,
    Digest,
    Entry,
    Feed,
    FeedState,
    Filed,
    Match,
    Placement,
    Reading,
    Recipient,
    Tag,
    Tally,
    WordReading,
)
from pipeline.publish import CATCH_UP, Publisher
from pipeline.store import Store

MORNING = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""07:00 in Damascus."""

DAILY = Digest(id="daily", title="موجز الرصد", at=(7, 0), timezone="Asia/Damascus", watchlists=("border", "army"))
EDITION = ["2026-03-02.html", "2026-03-02.md", "2026-03-02.json"]
BESIDE = ["index.html", "feed.xml", "border.xml", "army.xml", "latest.html", "latest.md", "latest.json"]
FEEDS = (Feed(id="rafid", url="https://rafid.example/feed", outlet="وكالة الرافد"),)


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def publisher(store, tmp_path) -> Publisher:
    titles = {"border": "الحدود", "army": "الجيش"}
    return Publisher(
        store=store, outputs=tmp_path / "outputs", feeds=FEEDS, titles=titles, version="sha256:one", program="0.0.0"
    )


def file(store: Store, n: int, seen: datetime, watchlist: str = "border") -> None:
    """An article that a watchlist tagged, first seen at `seen`."""
    body = f"تعزيزات على الحدود رقم {n}."
    a = Article(
        id=f"a{n}",
        url=f"https://rafid.example/{n}",
        feed="rafid",
        outlet="وكالة الرافد",
        title=f"خبر {n}",
        body=body,
        first_seen=seen,
    )
    start = body.index("الحدود")
    word = WordReading(surface="الحدود", article=True)
    reading = Reading(term="حدود", surface="الحدود", words=(word,), mode="word", text="الحدود ← حدود: ال")
    match = Match(term="حدود", field="body", start=start, end=start + 6, surface="الحدود", reading=reading)
    entry = Entry(feed="rafid", guid=f"g{n}", url=a.url, title=a.title)
    store.save_feed(FeedState(feed="rafid", polled=seen, last_ok=seen), [(entry, a.url)], now=seen)
    pending = next(p for p in store.pending(seen) if p.entry.guid == entry.guid)
    placed = Placement(
        story=a.id,
        relation="original",
        original=a.id,
        similarity=1.0,
        origin=Attribution(outlet=a.outlet, basis="earliest"),
    )
    store.save_article(
        pending,
        a,
        placed,
        moved={},
        tags=[Tag(watchlist=watchlist, score=1.0, matches=(match,))],
        version="sha256:one",
        fingerprint={},
        text_hash=f"h{n}",
        band_keys=(),
    )


def members(made) -> list[str]:
    return [a["id"] for s in made["sections"] for story in s["stories"] for a in story["articles"]]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


# ---------------------------------------------------------------- what is due
def test_a_new_archive_begins_with_the_newest_day_that_is_due(store):
    assert publish.due(store, DAILY, MORNING) == [date(2026, 3, 2)]
    assert publish.due(store, DAILY, MORNING - timedelta(seconds=1)) == [date(2026, 3, 1)]


def test_every_missed_day_is_due_in_order_but_not_a_hundred(store):
    store.save_edition("daily", "2026-02-26", MORNING, edition={}, brief={})
    assert publish.due(store, DAILY, MORNING) == [
        date(2026, 2, 27),
        date(2026, 2, 28),
        date(2026, 3, 1),
        date(2026, 3, 2),
    ]
    late = publish.due(store, DAILY, MORNING + timedelta(days=300))
    assert len(late) == CATCH_UP
    assert late[-1] == date(2026, 12, 27)


def test_a_digest_appears_on_its_days_only(store):
    working = replace(DAILY, days=(6, 0, 1, 2, 3))  # Sunday to Thursday
    store.save_edition("daily", "2026-02-26", MORNING, edition={}, brief={})
    found = publish.due(store, working, MORNING)
    assert [d.isoformat() for d in found] == ["2026-03-01", "2026-03-02"]


@given(
    zone=st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Damascus", "Africa/Cairo", "Europe/Berlin"]),
    hour=st.integers(0, 23),
    minutes=st.integers(0, 60 * 24 * 400),
)
def test_what_is_due_has_ended_and_the_next_has_not(tmp_path_factory, zone, hour, minutes):
    class Empty:
        def edition_dates(self, _):
            return []

    digest = replace(DAILY, timezone=zone, at=(hour, 0))
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    (day,) = publish.due(Empty(), digest, now)
    assert edition.window(digest, day)[1] <= now < edition.window(digest, day + timedelta(days=1))[1]


# ---------------------------------------------------------------- windows
class Memory:
    """As much of a store as an edition needs, without a disk."""

    def __init__(self):
        self.filed, self.rows, self.ends = [], {}, {}

    def edition_dates(self, _digest):
        return sorted(self.rows)

    def edition(self, _digest, day):
        return self.rows.get(day)

    def save_edition(self, _digest, day, until, *, edition, brief, owed_to=(), now=None):
        self.rows[day], self.ends[day] = edition, until

    def save_notes(self, **hashes):
        assert all(name.removeprefix("files:daily:") in self.rows for name in hashes)

    def briefs(self, _digest):
        return [
            {
                "date": d,
                "title": "",
                "until": self.rows[d]["until"],
                "timezone": "UTC",
                "coverage": self.rows[d]["coverage"],
                "sections": [],
            }
            for d in sorted(self.rows)
        ]

    def articles(self, since, until, tagged_by):
        found = [f for f in self.filed if since <= f.article.first_seen < until]
        return (f for f in found if any(tag.watchlist in tagged_by for tag in f.tags))

    def tally(self, since, until):
        found = [f for f in self.filed if since <= f.article.first_seen < until]
        copies = sum(f.placement.relation == "copy" for f in found)
        return Tally(articles=len(found), copies=copies, stories=len({f.placement.story for f in found}))

    def revised(self, _since, _until):
        return []

    def feed_states(self):
        return {}

    def counts_by_day(self, _days):
        return {}

    def summary(self):
        return 0, None


def filed(n: int, seen: datetime) -> Filed:
    a = Article(
        id=f"a{n}",
        url=f"https://rafid.example/{n}",
        feed="rafid",
        outlet="الرافد",
        title="خبر",
        body="نص.",
        first_seen=seen,
    )
    origin = Attribution(outlet=a.outlet, basis="earliest")
    placed = Placement(story=a.id, relation="original", original=a.id, similarity=1.0, origin=origin)
    reading = Reading(term="نص", surface="نص", words=(), mode="word", text="نص")
    match = Match(term="نص", field="body", start=0, end=2, surface="نص", reading=reading)
    return Filed(article=a, placement=placed, tags=(Tag(watchlist="border", score=1.0, matches=(match,)),))


HOURS = st.sampled_from([(7, 0), (9, 30), (5, 15), (23, 59)])
DAYS = st.sampled_from([(0, 1, 2, 3, 4, 5, 6), (6, 0, 1, 2, 3)])


@settings(max_examples=15)
@given(moves=st.lists(st.tuples(HOURS, DAYS), min_size=1, max_size=4))
def test_no_article_falls_between_two_editions_whatever_becomes_of_the_digests_hour(tmp_path_factory, moves):
    store = Memory()
    out = tmp_path_factory.mktemp("moves")
    made = Publisher(store=store, outputs=out, feeds=FEEDS, titles={"border": "الحدود"}, version="v", program="0")
    digest, now = replace(DAILY, formats=("json",)), MORNING
    publish.publish(made, [digest], now)
    for at, days in moves:
        for _ in range(4):
            for step in range(0, 24, 3):
                store.filed.append(filed(len(store.filed), now + timedelta(hours=step, minutes=1)))
            now += timedelta(days=1)
            publish.publish(made, [replace(digest, at=at, days=days)], now)
    rows = [store.rows[day] for day in sorted(store.rows)]
    spans = [(datetime.fromisoformat(r["since"]), datetime.fromisoformat(r["until"])) for r in rows]
    assert [begin for begin, _ in spans[1:]] == [end for _, end in spans[:-1]]
    shown = [i for row in rows for i in members(row)]
    assert sorted(shown) == sorted(f.article.id for f in store.articles(spans[0][0], spans[-1][1], ("border",)))


# ---------------------------------------------------------------- writing
def test_an_edition_is_written_in_every_format_with_index_and_feed(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    paths = publish.publish(publisher, [DAILY], MORNING)
    assert [p.name for p in paths] == EDITION
    names = sorted(p.name for p in (publisher.outputs / "daily").iterdir())
    assert names == sorted([*(p.name for p in paths), *BESIDE])


def test_a_second_run_writes_nothing(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING)
    before = tree(publisher.outputs)
    assert publish.publish(publisher, [DAILY], MORNING + timedelta(hours=1)) == []
    assert tree(publisher.outputs) == before


def test_later_news_and_another_watchlist_change_no_edition(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING)
    before = tree(publisher.outputs)
    file(store, 2, MORNING - timedelta(hours=3))
    store.save_tags({"a1": ()}, "sha256:two")
    publish.rebuild(publisher, DAILY, date(2026, 3, 2))
    assert tree(publisher.outputs) == before


def test_a_file_that_a_kill_kept_from_being_written_is_written_by_the_next_run(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING)
    whole = tree(publisher.outputs)
    for gone in whole:
        for path in publisher.outputs.rglob("*"):
            if path.name in (Path(gone).name, "index.html", "feed.xml") and not gone.endswith((".xml", "index.html")):
                path.unlink(missing_ok=True)
        publish.publish(publisher, [DAILY], MORNING)
        assert tree(publisher.outputs) == whole, gone


def test_a_disk_that_fills_in_the_middle_leaves_no_half_file_and_is_made_up_for(store, publisher, monkeypatch):
    file(store, 1, MORNING - timedelta(hours=2))
    calls = 0
    real = os.fsync

    def full(fd):
        nonlocal calls
        calls += 1
        if calls == 4:
            raise OSError(28, "No space left on device")
        real(fd)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        publish.publish(publisher, [DAILY], MORNING)
    assert not list(publisher.outputs.rglob("*.partial"))
    publish.publish(publisher, [DAILY], MORNING)
    assert sorted(tree(publisher.outputs)) == sorted(f"daily/{n}" for n in [*EDITION, *BESIDE])


def test_any_file_that_is_lost_is_written_again_to_the_byte(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING)
    whole = tree(publisher.outputs)
    for gone in whole:
        (publisher.outputs / gone).unlink()
        publish.publish(publisher, [DAILY], MORNING)
        assert tree(publisher.outputs) == whole, gone


def test_the_latest_files_are_the_newest_edition_whichever_day_is_rebuilt(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING)
    file(store, 2, MORNING + timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING + timedelta(days=1))
    publish.rebuild(publisher, DAILY, date(2026, 3, 2))
    folder = publisher.outputs / "daily"
    for form in DAILY.formats:
        assert (folder / f"latest.{form}").read_bytes() == (folder / f"2026-03-03.{form}").read_bytes()


def test_a_watchlists_feed_has_its_stories_of_all_late_editions(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING)
    file(store, 2, MORNING + timedelta(hours=2))
    publish.publish(publisher, [DAILY], MORNING + timedelta(days=1))
    read = feedparser.parse((publisher.outputs / "daily" / "border.xml").read_bytes())
    assert not read.bozo
    assert [e.link for e in read.entries] == ["https://rafid.example/2", "https://rafid.example/1"]
    assert len({e.id for e in read.entries}) == 2
    assert feedparser.parse((publisher.outputs / "daily" / "army.xml").read_bytes()).entries == []


def test_a_watchlist_that_is_called_feed_takes_no_ones_file(store, publisher):
    digest = replace(DAILY, watchlists=("border", "feed"))
    publish.publish(publisher, [digest], MORNING)
    folder = publisher.outputs / "daily"
    assert "2026-03-02.html" in (folder / "feed.xml").read_text(encoding="utf-8")
    assert (folder / "feed_.xml").exists()


def test_the_feed_of_a_watchlist_that_was_taken_out_goes_and_nobody_elses_file_does(store, publisher):
    publish.publish(publisher, [DAILY], MORNING)
    folder = publisher.outputs / "daily"
    (folder / "sitemap.xml").write_text("<urlset/>", encoding="utf-8")
    of_another = (folder / "army.xml").read_text(encoding="utf-8").replace("2026:daily/", "2026:weekly/")
    (folder / "weekly.xml").write_text(of_another, encoding="utf-8")
    assert publish.publish(publisher, [replace(DAILY, watchlists=("border",))], MORNING) == []
    assert sorted(path.name for path in folder.glob("*.xml")) == ["border.xml", "feed.xml", "sitemap.xml", "weekly.xml"]


def test_an_edition_is_owed_to_its_recipients_from_the_moment_it_is_written(store, publisher):
    desk = Recipient(channel="email", name="a@example.org", address="a@example.org")
    digest = replace(DAILY, deliver=(desk,))
    publish.publish(publisher, [digest], MORNING, at=MORNING + timedelta(hours=3))
    (owed,) = store.deliveries("owed")
    assert (owed.date, owed.recipient, owed.since) == ("2026-03-02", "a@example.org", MORNING + timedelta(hours=3))
    publish.rebuild(publisher, digest, date(2026, 3, 2), MORNING)
    publish.rebuild(publisher, digest, date(2026, 2, 20), MORNING)
    assert store.deliveries("owed") == [owed]  # neither the same again nor a day long past
    publish.rebuild(publisher, digest, date(2026, 3, 3), MORNING + timedelta(days=1))
    assert [d.date for d in store.deliveries("owed")] == ["2026-03-02", "2026-03-03"]


def test_plain_text_is_a_format_like_the_others(store, publisher):
    file(store, 1, MORNING - timedelta(hours=2))
    paths = publish.publish(publisher, [replace(DAILY, formats=("txt",))], MORNING)
    text = paths[0].read_text(encoding="utf-8")
    assert "https://rafid.example/1" in text
    assert "تعزيزات على الحدود رقم 1." in text


def test_a_preview_shows_the_open_window_and_leaves_no_row(store, publisher):
    publish.publish(publisher, [DAILY], MORNING)
    file(store, 1, MORNING + timedelta(hours=2))
    paths = publish.preview(publisher, DAILY, date(2026, 3, 3))
    assert [p.name for p in paths] == ["preview.html", "preview.md", "preview.json"]
    assert "خبر 1" in paths[0].read_text(encoding="utf-8")
    assert store.edition_dates("daily") == ["2026-03-02"]


def test_a_day_that_was_never_written_is_composed_from_the_archive(store, publisher):
    file(store, 1, MORNING - timedelta(days=9, hours=2))
    paths = publish.rebuild(publisher, DAILY, date(2026, 2, 21))
    assert members(store.edition("daily", "2026-02-21")) == ["a1"]
    assert all(p.exists() for p in paths)


def test_an_edition_of_a_failing_world_says_so(store, publisher):
    state = FeedState(feed="rafid", polled=MORNING, failing_since=MORNING, failures=1.0, reason="dns", detail="no name")
    store.save_feed(state, now=MORNING)
    publish.publish(publisher, [DAILY], MORNING)
    coverage = store.edition("daily", "2026-03-02")["coverage"]
    assert [(f["feed"], f["reason"]) for f in coverage["failed"]] == [("rafid", "dns")]
    assert coverage["feeds"] == coverage["ok"] + len(coverage["failed"])
    assert "dns" in (publisher.outputs / "daily" / "2026-03-02.html").read_text(encoding="utf-8")


def test_a_text_that_no_file_can_hold_does_not_stop_the_edition(tmp_path):
    publish.write_whole(tmp_path / "a.html", "قبل\ud800بعد")
    assert (tmp_path / "a.html").read_text(encoding="utf-8") == "قبل?بعد"


def test_a_file_that_says_the_same_is_left_alone(tmp_path):
    path = tmp_path / "a.md"
    publish.write_whole(path, "نص")
    os.utime(path, (1, 1))
    publish.write_whole(path, "نص")
    assert path.stat().st_mtime == 1


# ---------------------------------------------------------------- what an edition costs
class Counting:
    """A store that counts what is asked of it."""

    def __init__(self, store):
        self.store, self.asked = store, []

    def __getattr__(self, name):
        real = getattr(self.store, name)
        if not callable(real):
            return real

        def call(*args, **more):
            self.asked.append((name, *args))
            return real(*args, **more)

        return call


def test_an_edition_of_the_week_is_read_once_and_the_newest_drawn_once(publisher, store, monkeypatch):
    for n in range(8):
        moment = MORNING + timedelta(days=n)
        file(store, n, moment - timedelta(hours=1))
        publish.publish(publisher, [DAILY], moment)
    file(store, 9, MORNING + timedelta(days=8, hours=-1))
    drawn = []
    html = render.html
    monkeypatch.setattr(render, "html", lambda made, **more: drawn.append(made["date"]) or html(made, **more))
    counting = Counting(store)
    publish.publish(replace(publisher, store=counting), [DAILY], MORNING + timedelta(days=8))
    read = [asked[2] for asked in counting.asked if asked[0] == "edition"]
    assert len(read) == len(set(read)) == 8
    assert drawn == ["2026-03-10"]
    publish.rebuild(publisher, DAILY, date(2026, 3, 10))
    assert drawn == ["2026-03-10"] * 2


def test_what_no_watchlist_of_the_digest_tags_is_counted_and_not_read(publisher, store):
    file(store, 1, MORNING - timedelta(hours=2))
    file(store, 2, MORNING - timedelta(hours=1), watchlist="of another digest")
    read = []
    counting = Counting(store)
    counting.articles = lambda *args, **more: (read.append(f.article.id) or f for f in store.articles(*args, **more))
    made = publish.compose(replace(publisher, store=counting), DAILY, date(2026, 3, 2))
    assert read == ["a1"]
    books = made["coverage"]
    assert (books["articles"], books["copies"], books["stories"], books["tagged"]) == (2, 0, 2, 1)


def test_the_collector_of_cycles_is_at_work_again_after_an_edition_and_after_a_mistake(publisher, store, monkeypatch):
    publish.publish(publisher, [DAILY], MORNING)
    assert gc.isenabled()
    monkeypatch.setattr(publish, "compose", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        publish.publish(publisher, [DAILY], MORNING + timedelta(days=1))
    assert gc.isenabled()
