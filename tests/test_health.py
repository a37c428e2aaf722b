"""How the service is: states of feeds, what needs a person."""

import json
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from pipeline import health
from pipeline.model import Feed, FeedState
from pipeline.store import SERVICE_LOCK, Lock, Store

FEEDS = [Feed(id=n, url=f"https://{n}.example/feed", outlet=n) for n in ("one", "two", "three")]


class Counts:
    """A store of feed counts by the day before `now`."""

    path = None

    def __init__(self, now, per_day, states=()):
        self.now, self.per_day, self.states = now, per_day, {s.feed: s for s in states}

    def feed_states(self):
        return self.states

    def feed_counts(self, since, until):
        days = [d for d in range(60) if since <= self.now - timedelta(days=d, minutes=1) < until]
        return {f: sum(self.per_day[f](d) for d in days) for f in self.per_day if any(self.per_day[f](d) for d in days)}

    def summary(self):
        return 900, self.now - timedelta(days=40)

    def queue(self):
        return {"pending": 0, "retrying": 0}

    def runs(self):
        return []

    def last_run(self, kind):
        return next((r for r in self.runs() if r["kind"] == kind and r["finished"] is not None), None)

    def unended_runs(self, kind):
        last = self.last_run(kind)
        return [r for r in reversed(self.runs()) if r["kind"] == kind and (last is None or r["id"] > last["id"])]

    def bytes(self):
        return 0


def test_a_feed_far_below_its_own_habit_is_quiet(now):
    store = Counts(now, {"one": lambda d: 12 if d else 0, "two": lambda _: 3, "three": lambda d: 1 if d % 2 else 0})
    (row,) = health.quiet(store, FEEDS, now - timedelta(days=1), now)
    assert (row["feed"], row["today"]) == ("one", 0)
    assert row["usual_per_day"] == pytest.approx(12, abs=0.5)


def test_without_a_week_of_history_nobody_is_quiet(now):
    store = Counts(now, {"one": lambda d: 12 if d else 0})
    store.summary = lambda: (5, now - timedelta(days=3))
    assert health.quiet(store, FEEDS, now - timedelta(days=1), now) == []


def test_every_state_has_its_name_and_a_day_of_failing_needs_a_person(now):
    states = [
        FeedState(feed="one", polled=now, last_ok=now),
        FeedState(feed="two", polled=now, reason="http-503", failing_since=now - timedelta(hours=25)),
    ]
    found = health.status(Counts(now, {"one": lambda _: 5}, states), FEEDS, [], now)
    assert {r["id"]: r["state"] for r in found["feeds"]} == {"one": "ok", "two": "failing", "three": "never"}
    assert len(found["attention"]) == 1
    assert "two" in found["attention"][0]
    assert "http-503" in found["attention"][0]


def test_a_feed_that_is_gone_rests(now):
    states = [FeedState(feed="one", polled=now, reason="gone", failing_since=now)]
    found = health.status(Counts(now, {}, states), FEEDS[:1], [], now)
    assert found["feeds"][0]["state"] == "resting"


def test_when_every_feed_fails_the_network_is_to_blame(now):
    states = [FeedState(feed=f.id, polled=now, reason="dns", failing_since=now) for f in FEEDS]
    found = health.status(Counts(now, {}, states), FEEDS, [], now)
    assert any("network" in line for line in found["attention"])


def test_a_feed_that_is_switched_off_is_not_shown(now):
    off = [replace(FEEDS[0], enabled=False)]
    assert health.status(Counts(now, {}), off, [], now)["feeds"] == []


def test_a_new_archive_needs_nobody(tmp_path, now):
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite'}")
    found = health.status(store, FEEDS, [], now)
    assert found["attention"] == []
    assert found["archive"]["articles"] == 0
    assert found["archive"]["disk_free"] > 0
    store.close()


# ---------------------------------------------------------------- what needs a person
def attention(store, now, **how) -> list[str]:
    return health.status(store, FEEDS, how.pop("digests", []), now, **how)["attention"]


def ran(now, ago: timedelta, **counts) -> dict:
    return {"id": 7, "kind": "collect", "started": now - ago, "finished": now - ago, "counts": counts}


def test_a_feed_far_above_its_own_habit_is_loud(now):
    store = Counts(now, {"one": lambda d: 3 if d else 90, "two": lambda d: 30, "three": lambda d: 1 if d else 9})
    (row,) = health.loud(store, FEEDS, now - timedelta(days=1), now)
    assert (row["feed"], row["today"]) == ("one", 90)


def test_a_service_that_lives_must_end_cycles_and_others_once_a_day(now):
    store = Counts(now, {})
    lives = {"state": "running", "pid": 7, "seen": now.isoformat()}
    store.runs = lambda: [{**ran(now, timedelta()), "finished": None}, ran(now, timedelta(hours=2))]
    assert attention(store, now) == []
    (line,) = attention(store, now, service=lives)
    assert line.startswith("no cycle has ended since")
    assert attention(store, now, service=lives, rhythm=timedelta(hours=1)) == []
    store.runs = lambda: [ran(now, timedelta(hours=27))]
    assert len(attention(store, now)) == 1


def test_any_number_of_killed_runs_leaves_the_alarm_as_it_was(tmp_path, now):
    store = Store(f"sqlite:///{tmp_path / 'a.sqlite'}")
    store.end_run(store.begin_run("collect", now - timedelta(days=9)), now - timedelta(days=9), {})
    (before,) = attention(store, now)
    for n in range(12):
        store.begin_run("collect", now - timedelta(days=8) + timedelta(hours=n))
    found = health.status(store, FEEDS, [], now)
    assert found["attention"][0] == before
    assert before.startswith("no cycle has ended since")
    assert found["last_cycle"]["finished"] == (now - timedelta(days=9)).isoformat()
    json.dumps(found)
    store.close()


def test_a_cycle_that_never_came_to_its_end_needs_a_person_after_as_long(now):
    store = Counts(now, {})
    store.runs = lambda: [{**ran(now, timedelta(hours=2)), "finished": None}]
    lives = {"state": "running", "pid": 7, "seen": now.isoformat()}
    assert attention(store, now) == []
    (line,) = attention(store, now, service=lives)
    assert line.startswith("no cycle has ended since the first began")


def test_three_cycles_broken_off_in_a_row_need_a_person_at_once(now):
    store = Counts(now, {})
    broken = [{**ran(now, timedelta(minutes=n), aborted={"runs": 1}), "id": 9 - n, "finished": None} for n in range(3)]
    end = {**ran(now, timedelta(minutes=5)), "id": 1}
    store.runs = lambda: [*broken[1:], end]
    assert attention(store, now) == []
    store.runs = lambda: [*broken, end]
    (line,) = attention(store, now)
    assert line.startswith("the last 3 cycles were broken off")


def test_items_lost_to_our_own_mistake_need_a_person(now):
    store = Counts(now, {})
    store.runs = lambda: [ran(now, timedelta(), dropped={"bug": 2, "gone": 5}, failed={"bug": 1})]
    (line,) = attention(store, now)
    assert line.startswith("run 7: 3 items were lost")


def test_an_edition_of_the_future_needs_a_person(now):
    digests = [{"id": "daily", "last": "2031-01-01"}, {"id": "weekly", "last": now.date().isoformat()}]
    (line,) = attention(Counts(now, {}), now, digests=digests)
    assert line.startswith("daily: the edition of 2031-01-01 lies in the future")


def test_a_full_disk_needs_a_person(now, monkeypatch):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=10**8))
    (line,) = attention(Counts(now, {}), now)
    assert line.startswith("disk: 100 MB are free")


def note(folder, now, **more) -> None:
    facts = {"state": "running", "pid": 7, "seen": now.isoformat(), "refused": [], "trouble": [], "found": [], **more}
    (folder / health.SERVICE_NOTE).write_text(json.dumps(facts), encoding="utf-8")


def test_the_service_is_seen_by_its_lock_and_heard_by_its_note(tmp_path, now):
    assert health.service(tmp_path) is None
    note(tmp_path, now, refused=["config/feeds.yaml:1:8: x"], trouble=["archive: full"], found=["a.html: is missing"])
    assert health.service(tmp_path)["state"] == "gone"
    lock = Lock(tmp_path / SERVICE_LOCK)
    lock.acquire(now)
    try:
        found = health.service(tmp_path)
        assert found["state"] == "running"
        lines = attention(Counts(now, {}), now, service=found)
        assert [line.partition(": ")[2].partition(": ")[2] for line in lines] == [
            "config/feeds.yaml:1:8: x",
            "archive: full",
            "a.html: is missing",
        ]
        (silent,) = [x for x in attention(Counts(now, {}), now + timedelta(minutes=11), service=found) if "sign" in x]
        assert "no sign of life from process 7" in silent
    finally:
        lock.release()
    (line,) = attention(Counts(now, {}), now, service=health.service(tmp_path))
    assert "process 7 ended without a word" in line
    note(tmp_path, now, state="stopped", trouble=["x"])
    found = health.service(tmp_path)
    assert found["state"] == "stopped"
    assert attention(Counts(now, {}), now, service=found) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "\x00"], ids=repr)
def test_a_note_that_is_none_is_nobodys(tmp_path, text):
    (tmp_path / health.SERVICE_NOTE).write_text(text)
    assert health.service(tmp_path) is None
