"""How the service is, at one glance: what `status` shows and what an edition says of its coverage."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.model import Feed, FeedState
from pipeline.store import Store

HABIT = timedelta(days=28)
QUIET_LEAST = 2.0
"""A feed with fewer articles a day than this has no habit to be far below of."""
QUIET_SHARE = 0.2
SILENT_FOR = timedelta(hours=24)
"""A feed that fails for so long needs a person."""


def failed(feeds: Sequence[Feed], states: Mapping[str, FeedState]) -> list[dict[str, Any]]:
    """Feeds whose last poll failed, with reason and since when, in the order of the configuration."""
    found = []
    for feed in feeds:
        state = states.get(feed.id)
        if feed.enabled and state is not None and state.reason is not None:
            since = state.failing_since or state.polled
            found.append(
                {
                    "feed": feed.id,
                    "outlet": feed.outlet,
                    "reason": state.reason,
                    "detail": state.detail,
                    "since": since.isoformat() if since else None,
                }
            )
    return found


def quiet(store: Store, feeds: Sequence[Feed], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Feeds far below their own habit of the 28 days before the window. Without a week of history there is no habit."""
    _, oldest = store.summary()
    if oldest is None or since - oldest < timedelta(days=7):
        return []
    days = min(HABIT, since - oldest) / timedelta(days=1)
    before, today = store.feed_counts(since - HABIT, since), store.feed_counts(since, until)
    found = []
    for feed in feeds:
        usual = before.get(feed.id, 0) / days
        now = today.get(feed.id, 0)
        if feed.enabled and usual >= QUIET_LEAST and now < usual * QUIET_SHARE:
            found.append({"feed": feed.id, "outlet": feed.outlet, "usual_per_day": round(usual, 1), "today": now})
    return found


def status(
    store: Store,
    feeds: Sequence[Feed],
    digests: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    problems: Sequence[str] = (),
) -> dict[str, Any]:
    """The document of `status --json`. `digests` come with their id, next and last edition; `problems` need a person."""
    states = store.feed_states()
    day_counts = store.feed_counts(now - HABIT, now)
    n, oldest = store.summary()
    span = max(1.0, min(HABIT, now - oldest) / timedelta(days=1)) if oldest else 1.0
    silent = {q["feed"] for q in quiet(store, feeds, now - timedelta(days=1), now)}
    rows = []
    attention = list(problems)
    for feed in feeds:
        if not feed.enabled:
            continue
        state = states.get(feed.id, FeedState(feed=feed.id))
        name = (
            "never"
            if state.polled is None
            else ("resting" if state.reason == "gone" else "failing")
            if state.reason
            else "quiet"
            if feed.id in silent
            else "ok"
        )
        rows.append(
            {
                "id": feed.id,
                "outlet": feed.outlet,
                "state": name,
                "reason": state.reason,
                "detail": state.detail,
                "since": _iso(state.failing_since),
                "last_ok": _iso(state.last_ok),
                "next": _iso(state.next),
                "articles_day": round(day_counts.get(feed.id, 0) / span, 1),
            }
        )
        if state.failing_since is not None and now - state.failing_since >= SILENT_FOR:
            attention.append(f"{feed.id}: {state.reason} since {_iso(state.failing_since)}")
    if rows and all(r["state"] == "failing" for r in rows):
        attention.append("every feed fails: look at this machine's network")
    place = store.path.parent if store.path else Path.cwd()
    return {
        "feeds": rows,
        "queue": store.queue(),
        "runs": [{**r, "started": _iso(r["started"]), "finished": _iso(r["finished"])} for r in store.runs()],
        "digests": list(digests),
        "archive": {
            "articles": n,
            "oldest": _iso(oldest),
            "bytes": store.bytes(),
            "disk_free": shutil.disk_usage(place).free,
        },
        "attention": attention,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
