"""When a feed is asked again, and where: decisions on a FeedState, pure.

    well     a part of the usual gap between two entries (the feed's habit), or the operator's `every`;
             longer where the answer asks for it: Cache-Control max-age, the document's ttl and skipHours
    failing  a pause that grows with what the failures weigh (hard 1, soft ½, temporary ¼), up to a day;
             longer where the server names a pause; a feed that says it is gone is asked once a day

Every pause is made a little shorter by an amount that follows from the feed's id and the time, so feeds that were first polled
together drift apart, and the same state at the same time gives the same next time.

A feed moves when its permanent redirect led to one address twice in a row, and goes back to the configured address when the new
one fails, or when the operator writes another.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipeline.model import Drop, Entry, Feed, FeedState
from pipeline.text import urls

USUAL_PAUSE = timedelta(minutes=15)
"""Of a feed whose habit is not known, and the first pause of one that fails."""
SHORTEST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=24)
LONGEST_HABIT = timedelta(hours=3)
"""A feed that hardly ever has news is still asked so often: the one entry is worth the questions, which cost a 304 each."""
LONGEST_ASKED = timedelta(hours=6)
"""How much of a wish is granted: `ttl` and `max-age` are more often a program's default than anyone's wish."""
EARLY = timedelta(seconds=30)
"""So much before its time a feed is due: cron's minute is not exact, and the next one may be far off."""
JITTER = 0.1
"""Share of a pause by which it may be shortened."""

PER_GAP = 2
"""Polls in the usual gap between two entries."""
MEMORY = timedelta(days=7)
"""Habits are smoothed over this time."""
_UNKNOWN_HABIT = timedelta(days=1) / USUAL_PAUSE / PER_GAP
"""The habit that gives the usual pause: what smoothing begins with where a first document has no dates."""

FULL_AGAIN = timedelta(hours=12)
LONGEST_TRUST = timedelta(days=7)
DOUBT = 3
"""Some servers' validators lie, and say for ever that nothing is new. So a feed is asked for whole when it has given no document
for longer than `DOUBT` of its usual gaps, but not within `FULL_AGAIN`, and at the latest after `LONGEST_TRUST`.
"""

WEIGHTS = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}
_TEMPORARY = {"connect", "dns", "timeout", "rate-limited", "truncated", "protocol", "killed", "tls", "robots"}
_HARD = {"gone", "http-404", "http-401", "http-403", "blocked", "not-a-feed"}
LONGEST_DETAIL = 4_000
"""Characters: a mistake of ours is kept with its traceback."""
OURS = frozenset({"connect", "dns", "timeout"})
"""What every feed fails with when this machine has lost its network."""
FEWEST_IN_OUTAGE = 3


def may_pass(reason: str) -> bool:
    """Whether a failure may be gone the next time."""
    return reason in _TEMPORARY or reason.startswith("http-5")


def weight(reason: str) -> float:
    return WEIGHTS["temporary" if may_pass(reason) else "hard" if reason in _HARD else "soft"]


# ---------------------------------------------------------------- whose turn it is
def due(feeds: Sequence[Feed], states: Mapping[str, FeedState], now: datetime) -> list[Feed]:
    """Feeds whose time has come, the longest waiting first; a feed never polled is always due, and so is one whose time lies farther
    ahead than any pause: a clock that was wrong wrote it.
    """
    waiting = [(states[f.id].next if f.id in states else None, f) for f in feeds if f.enabled]
    farthest = {f.id: now + 2 * max(LONGEST_PAUSE, f.every or LONGEST_PAUSE) for f in feeds}
    ready = [(when, f) for when, f in waiting if when is None or when <= now + EARLY or when > farthest[f.id]]
    return [f for _, f in sorted(ready, key=lambda x: (x[0] is not None, x[0] or now, x[1].id))]


def recalled(feed: Feed, state: FeedState | None) -> FeedState:
    """What is known of a feed as it is configured now. Under another address only its name, its habit and its past remain."""
    given = urls.bare(feed.url)
    if state is None or (state.given is not None and state.given != given):
        habit = state.entries_day if state is not None else None
        return FeedState(
            feed=feed.id,
            given=given,
            entries_day=habit,
            polled=state.polled if state is not None else None,
            last_ok=state.last_ok if state is not None else None,
        )
    return replace(state, given=given)


def address(feed: Feed, state: FeedState) -> str:
    """Where the feed is asked."""
    return state.url or feed.url


def trusts_validators(state: FeedState, now: datetime) -> bool:
    """Whether a 304 would be believed."""
    if state.last_full is None:
        return False
    doubted = FULL_AGAIN
    if state.entries_day is not None:
        doubted = max(FULL_AGAIN, min(timedelta(days=1) * DOUBT / max(state.entries_day, 1e-3), LONGEST_TRUST))
    return now - state.last_full < doubted


# ---------------------------------------------------------------- habits
def habit(state: FeedState, entries: Sequence[Entry], new: int, now: datetime) -> float | None:
    """New entries a day, smoothed: after a poll that gave `entries`, `new` of them new. None while nothing is known."""
    if state.last_ok is None:
        return _first_habit(entries, now)
    days = (now - state.last_ok) / timedelta(days=1)
    if days <= 0:
        return state.entries_day
    before = state.entries_day if state.entries_day is not None else _UNKNOWN_HABIT
    share = -math.expm1(-days * timedelta(days=1) / MEMORY)
    return before + share * (new / days - before)


def _first_habit(entries: Sequence[Entry], now: datetime) -> float | None:
    """From the dates of a first document: everything in it is new to us, and says nothing by its number."""
    dates = [e.published.at for e in entries if e.published is not None and e.published.at <= now]
    if len(dates) < 2:
        return None
    return len(dates) / max((now - min(dates)) / timedelta(days=1), 1 / 24)


# ---------------------------------------------------------------- the next time
def after_success(
    feed: Feed,
    state: FeedState,
    now: datetime,
    *,
    entries: Sequence[Entry] = (),
    new: int = 0,
    asked: timedelta | None = None,
) -> FeedState:
    """`asked`: for how long the answer says it is fresh. What the document asks is in `state` already."""
    usual = habit(state, entries, new, now)
    pause = _shortened(feed, _pause(feed, usual, max(asked or timedelta(), state.ttl or timedelta())), now)
    return replace(
        state,
        polled=now,
        last_ok=now,
        next=now + pause if feed.every is not None else _outside(now + pause, state.skip_hours),
        failing_since=None,
        failures=0.0,
        reason=None,
        detail="",
        entries_day=usual,
    )


def _pause(feed: Feed, usual: float | None, asked: timedelta) -> timedelta:
    if feed.every is not None:
        return feed.every
    own = USUAL_PAUSE
    if usual is not None:
        own = min(timedelta(days=1) / max(usual * PER_GAP, 1e-3), LONGEST_HABIT)
    return max(own, min(asked, LONGEST_ASKED), SHORTEST_PAUSE)


def after_failure(feed: Feed, state: FeedState, drop: Drop, now: datetime) -> FeedState:
    """The pause grows with what the failures weigh, and a feed is never given up in silence.

    One that had moved is asked at its configured address again, with nothing that was learnt elsewhere.
    """
    failures = state.failures + weight(drop.reason)
    pause = (feed.every or USUAL_PAUSE) * 2 ** min(failures, 7)
    if drop.reason == "gone":
        pause = LONGEST_PAUSE
    pause = _shortened(feed, min(pause, LONGEST_PAUSE), now)
    if drop.retry_after is not None:
        pause = max(pause, min(drop.retry_after, LONGEST_PAUSE))
    if state.url is not None:
        state = replace(state, url=None, etag=None, last_modified=None, body_hash=None, last_full=None)
    return replace(
        state,
        moving=None,
        polled=now,
        next=now + pause,
        failing_since=state.failing_since or now,
        failures=failures,
        reason=drop.reason,
        detail=drop.detail[:LONGEST_DETAIL],
    )


def after_outage(state: FeedState, before: FeedState, now: datetime) -> FeedState:
    """Every feed failed alike: the trouble is ours. The failure is told, weighs nothing, and the feed is asked again soon."""
    return replace(
        before,
        polled=now,
        next=now + SHORTEST_PAUSE,
        failing_since=state.failing_since,
        reason=state.reason,
        detail=state.detail,
    )


def _shortened(feed: Feed, pause: timedelta, now: datetime) -> timedelta:
    least = min(pause, SHORTEST_PAUSE)
    seed = hashlib.sha256(f"{feed.id} {now.timestamp():.0f}".encode()).digest()
    return max(pause * (1 - JITTER * int.from_bytes(seed[:4], "big") / 2**32), least)


def _outside(when: datetime, skip_hours: int) -> datetime:
    """The first moment from `when` on that lies in none of the hours (UTC, a bit each) which the feed asks to be spared."""
    for _ in range(24):
        if not skip_hours >> when.astimezone(UTC).hour & 1:
            return when
        when = when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return when


# ---------------------------------------------------------------- what the answer asks for
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?([0-9]{1,10})(?![0-9])")


def fresh_for(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer says it is fresh: Cache-Control's max-age less the Age it has already. None where nothing is said."""
    said = headers.get("cache-control", "").lower()
    found = _MAX_AGE.search(said)
    if found is None or "no-cache" in said or "no-store" in said:
        return None
    age = headers.get("age", "").strip()
    left = int(found[1]) - (int(age) if age.isascii() and age.isdigit() and len(age) < 10 else 0)
    return timedelta(seconds=left) if left > 0 else None


# ---------------------------------------------------------------- where it is asked
def after_redirects(feed: Feed, state: FeedState, moved_to: str | None) -> FeedState:
    """After a good answer that permanent redirects led to: the second time in a row to the same address, the feed moves there."""
    asked = address(feed, state)
    if moved_to is None or moved_to == asked:
        return replace(state, moving=None)
    if state.moving != moved_to:
        return replace(state, moving=moved_to)
    return replace(state, moving=None, url=moved_to if moved_to != feed.url else None)
