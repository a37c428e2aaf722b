"""The store as a queue, against a model of a few lines: whatever happens in whatever order, no entry is lost and none is doubled."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline.model import Article, Attribution, Entry, FeedState, Placement
from pipeline.store import Pending, Store, queue, rows

BEGIN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FEEDS = ("rafid", "nahr")
ITEMS = st.lists(st.integers(0, 9), min_size=1, max_size=6)
"""Articles by number: two feeds may carry the same one."""


@dataclass
class Row:
    """What the model knows of one entry."""

    first_seen: datetime
    number: int
    state: str = "pending"
    attempts: int = 0
    next_try: datetime | None = None
    reason: str | None = None


class BrokenError(Exception):
    """A fault in the middle of a transaction."""


def _fault(*_):
    raise BrokenError


def entry(feed: str, number: int) -> tuple[Entry, str]:
    url = f"https://shared.example/{number}"
    return Entry(feed=feed, guid=f"{feed}:{number}", url=url, title=f"خبر {number}"), url


class Queue(RuleBasedStateMachine):
    """Polls, work on what waits, faults, crashes and restarts, in any order."""

    @initialize()
    def begin(self):
        self.folder = Path(tempfile.mkdtemp())
        self.url = f"sqlite:///{self.folder / 'archive.sqlite'}"
        self.store = Store(self.url)
        self.now = BEGIN
        self.rows: dict[tuple[str, str], Row] = {}
        self.articles: dict[int, set[str]] = {}
        """Number → the feeds that carry it."""
        self.etags: dict[str, str | None] = {}
        self.hand: list[Pending] = []
        """Entries that a run has taken. A crash forgets none: some are taken twice, as by a run before it and one after it."""
        self.polls = 0

    def teardown(self):
        if hasattr(self, "store"):
            self.store.close()
            shutil.rmtree(self.folder)

    # ---- polls
    def _poll(self, feed: str, numbers: list[int]) -> tuple[FeedState, list[tuple[Entry, str]]]:
        self.polls += 1
        return FeedState(feed=feed, etag=f'"{self.polls}"', polled=self.now), [entry(feed, n) for n in numbers]

    @rule(feed=st.sampled_from(FEEDS), numbers=ITEMS)
    def poll(self, feed, numbers):
        state, given = self._poll(feed, numbers)
        fresh = {e.guid: n for (e, _), n in zip(given, numbers, strict=True) if (feed, e.guid) not in self.rows}
        assert self.store.save_feed(state, given, now=self.now) == len(fresh)
        self._polled(state, fresh)

    def _polled(self, state: FeedState, fresh: dict[str, int]) -> None:
        self.rows |= {(state.feed, guid): Row(self.now, number) for guid, number in fresh.items()}
        self.etags[state.feed] = state.etag

    @rule(feed=st.sampled_from(FEEDS), numbers=ITEMS, at=st.integers(0, 5))
    def poll_that_breaks_in_the_middle(self, feed, numbers, at):
        """Nothing of it stays: neither an entry, nor the validators that would hide the rest."""
        state, given = self._poll(feed, numbers)
        real, calls = rows.entry_out, iter(range(at))

        def fault(value):
            if next(calls, None) is None:
                raise BrokenError
            return real(value)

        fresh = {e.guid: n for (e, _), n in zip(given, numbers, strict=True) if (feed, e.guid) not in self.rows}
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(rows, "entry_out", fault)
            if len(fresh) > at:
                with pytest.raises(BrokenError):
                    self.store.save_feed(state, given, now=self.now)
                return
            self.store.save_feed(state, given, now=self.now)
        self._polled(state, fresh)

    # ---- work
    @rule(most=st.integers(1, 8))
    def take(self, most):
        self.hand += self.store.pending(self.now)[:most]

    @precondition(lambda self: self.hand)
    @rule(
        which=st.integers(0, 30),
        outcome=st.sampled_from(["file", "file", "link", "back", "back", "drop", "break"]),
        hours=st.integers(0, 30),
    )
    def work(self, which, outcome, hours):
        item = self.hand.pop(which % len(self.hand))
        row = self.rows[item.entry.feed, item.entry.guid]
        if row.state != "pending" or row.attempts != item.attempts:
            return  # brought to its end by the other run
        if outcome == "back":
            row.attempts, row.next_try = row.attempts + 1, self.now + timedelta(hours=hours)
            self.store.retry_entry(item, "timeout", "", row.next_try)
        elif outcome == "drop":
            row.state, row.reason, row.next_try = "dropped", f"http-{400 + hours}", None
            self.store.drop_entry(item, row.reason, "")
        elif outcome == "break":
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(queue, "done", _fault)
                with pytest.raises(BrokenError):
                    self._save(item, row.number)
        else:
            self._file(item, row, looks_first=outcome == "link")

    def _file(self, item: Pending, row: Row, *, looks_first: bool):
        """An article of two feeds is one, whether the second looks for it first or not."""
        known = self.store.known_article(item.canonical)
        assert (known is not None) == (row.number in self.articles)
        if known is not None and looks_first:
            self.store.link_entry(item, known)
        else:
            assert self._save(item, row.number) == (row.number not in self.articles)
        row.state, row.next_try = "done", None
        self.articles.setdefault(row.number, set()).add(item.entry.feed)

    def _save(self, item, number: int) -> bool:
        article = Article(
            id=f"a{number}",
            url=item.canonical,
            feed=item.entry.feed,
            outlet=item.entry.feed,
            title=item.entry.title,
            body="نص",
            first_seen=item.first_seen,
        )
        origin = Attribution(outlet=article.outlet, basis="earliest")
        placed = Placement(story=article.id, relation="original", original=article.id, similarity=1.0, origin=origin)
        return self.store.save_article(
            item,
            article,
            placed,
            moved={},
            tags=(),
            version="v",
            fingerprint={},
            text_hash="",
            band_keys=(f"b{number}",),
        )

    # ---- time, ends and beginnings
    @rule(hours=st.integers(1, 20))
    def wait(self, hours):
        self.now += timedelta(hours=hours)

    @rule()
    def wait_until_the_next_turn(self):
        """To the second: an entry's turn comes at its time, not after it."""
        turns = [r.next_try for r in self.rows.values() if r.next_try is not None and r.next_try > self.now]
        self.now = min(turns, default=self.now)

    @rule()
    def reopen(self):
        self.store.close()
        self.store = Store(self.url)

    @rule()
    def crash(self):
        """The process is gone in the middle of a transaction; what it had in hand is still in the queue."""
        with pytest.raises(BrokenError):
            self._forget_everything()
        self.store.close()
        self.store = Store(self.url)

    def _forget_everything(self):
        with self.store._write() as c:
            c.exec_driver_sql("DELETE FROM entries")
            raise BrokenError

    # ---- the law
    @invariant()
    def the_store_is_what_the_model_says(self):
        if not hasattr(self, "store"):
            return
        waiting = {k: r for k, r in self.rows.items() if r.state == "pending"}
        ripe = {k for k, r in waiting.items() if r.next_try is None or r.next_try <= self.now}
        found = self.store.pending(self.now)
        assert [p.id for p in found] == sorted({p.id for p in found}), "oldest first, none twice"
        assert {(p.entry.feed, p.entry.guid) for p in found} == ripe
        for p in found:
            row = waiting[p.entry.feed, p.entry.guid]
            assert (p.attempts, p.first_seen) == (row.attempts, row.first_seen)
        retrying = sum(r.attempts > 0 for r in waiting.values())
        assert self.store.queue() == {"pending": len(waiting), "retrying": retrying}
        gone = [r.reason for r in self.rows.values() if r.state == "dropped"]
        assert self.store.dropped() == {r: gone.count(r) for r in set(gone)}
        filed = [f.article for f in self.store.articles()]
        assert sorted(a.id for a in filed) == sorted(f"a{n}" for n in self.articles), "no article lost, none twice"
        others = self.store.other_feeds()
        assert {int(a.id[1:]): {a.feed, *others.get(a.id, ())} for a in filed} == self.articles
        for feed in FEEDS:
            guids = [guid for f, guid in self.rows if f == feed]
            assert self.store.known_guids(feed, [*guids, "never seen"]) == set(guids)
        assert {f: s.etag for f, s in self.store.feed_states().items()} == self.etags
        assert self.store.integrity() == []


TestQueue = Queue.TestCase
TestQueue.settings = settings(max_examples=30, stateful_step_count=40)
