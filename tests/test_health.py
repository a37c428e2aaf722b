"""How the service is: states of feeds, what needs a person."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline import health
from pipeline.model import Feed, FeedState
from pipeline.store import Store

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
