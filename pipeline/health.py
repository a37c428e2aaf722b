"""How the service is, at one glance: what `status` shows and what an edition says of its coverage."""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.model import Feed, FeedState
from pipeline.store import SERVICE_LOCK, Store

HABIT = timedelta(days=28)
QUIET_LEAST = 2.0
"""A feed with fewer articles a day than this has no habit to be far below of."""
QUIET_SHARE = 0.2
LOUD_SHARE = 5.0
LOUD_LEAST = 20
"""A feed that gives five times its usual day, and no fewer than this, is loud."""
SILENT_FOR = timedelta(hours=24)
"""A feed that fails for so long needs a person."""
BROKEN_OFF = 3
"""So many cycles in a row that did not come to their end are no accident."""
UNATTENDED = timedelta(hours=26)
"""Without a service somebody else runs the cycles, once a day at the least."""
HUNG = timedelta(minutes=10)
"""The service writes its note every minute; one so old means that it hangs."""
LEAST_FREE = 500_000_000
"""Bytes of disk below which a person should look, or what the archive takes if that is more: a backup needs as much."""

SERVICE_NOTE = "service.json"
"""What the service writes about itself, beside the archive."""


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
                    "detail": _detail(state),
                    "since": since.isoformat() if since else None,
                }
            )
    return found


def quiet(store: Store, feeds: Sequence[Feed], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Feeds far below their own habit of the 28 days before the window. Without a week of history there is no habit."""
    habits = _habits(store, feeds, since, until)
    return [_habit(*h) for h in habits if h[1] >= QUIET_LEAST and h[2] < h[1] * QUIET_SHARE]


def loud(store: Store, feeds: Sequence[Feed], since: datetime, until: datetime) -> list[dict[str, Any]]:
    """Feeds far above their habit: a flood, or a site that changed what its feed is."""
    habits = _habits(store, feeds, since, until)
    return [_habit(*h) for h in habits if h[2] >= LOUD_LEAST and h[2] > h[1] * LOUD_SHARE]


def _habits(store: Store, feeds: Sequence[Feed], since: datetime, until: datetime) -> list[tuple[Feed, float, int]]:
    """Each enabled feed with its usual articles a day and those of the window; empty without a week of history."""
    _, oldest = store.summary()
    if oldest is None or since - oldest < timedelta(days=7):
        return []
    days = min(HABIT, since - oldest) / timedelta(days=1)
    before, today = store.feed_counts(since - HABIT, since), store.feed_counts(since, until)
    return [(f, before.get(f.id, 0) / days, today.get(f.id, 0)) for f in feeds if f.enabled]


def _habit(feed: Feed, usual: float, today: int) -> dict[str, Any]:
    return {"feed": feed.id, "outlet": feed.outlet, "usual_per_day": round(usual, 1), "today": today}


# ---------------------------------------------------------------- the service, as another process sees it
def service(folder: Path) -> dict[str, Any] | None:
    """What the service that keeps `folder`'s archive last wrote; None when there never was one.

    `state`: running · stopped (it was asked to) · gone (it ended without a word).
    """
    try:
        note: Any = json.loads((folder / SERVICE_NOTE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):  # written whole or not at all: what cannot be read is not ours
        return None
    if not isinstance(note, dict):
        return None
    lives = _held(folder / SERVICE_LOCK)
    return {**note, "state": "running" if lives else "stopped" if note.get("state") == "stopped" else "gone"}


def _held(lock: Path) -> bool:
    """Whether a living process holds it: the kernel knows, whatever a file says."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _service_attention(note: Mapping[str, Any], now: datetime) -> list[str]:
    seen = datetime.fromisoformat(note["seen"])
    if note["state"] == "gone":
        todo = f"start it again, or remove {SERVICE_NOTE} beside the archive if it is not to run"
        return [f"service: process {note['pid']} ended without a word after {_iso(seen)}; {todo}"]
    if note["state"] != "running":
        return []
    lines = []
    if now - seen > HUNG:
        lines.append(f"service: no sign of life from process {note['pid']} since {clock(seen)}; start it anew")
    lines += [f"service: the configuration on disk is not in force: {line}" for line in note.get("refused", ())]
    lines += [f"service: the last turn failed: {line}" for line in note.get("trouble", ())]
    lines += [f"service: found today: {line}" for line in note.get("found", ())]
    return lines


def _run_attention(
    last: Mapping[str, Any] | None, unended: Sequence[Mapping[str, Any]], now: datetime, most: timedelta
) -> list[str]:
    """What the cycles say: that none has ended for too long, that they are broken off, that items were lost to a mistake of ours."""
    lines = []
    if last is not None and now - last["finished"] > most:
        lines.append(f"no cycle has ended since {clock(last['finished'])}; see that marsad serve or cron runs")
    elif last is None and unended and now - unended[0]["started"] > most:
        began = clock(unended[0]["started"])
        lines.append(f"no cycle has ended since the first began, {began}; see that marsad serve or cron runs")
    aborted = sum("aborted" in run["counts"] for run in unended)
    if aborted >= BROKEN_OFF:
        todo = "see its log, and the system's for want of memory"
        lines.append(f"the last {aborted} cycles were broken off before their end; {todo}")
    parts = last["counts"] if last else {}
    bugs = sum(parts.get(part, {}).get("bug", 0) for part in ("failed", "dropped", "stand_in", "retry"))
    if last is not None and bugs:
        lines.append(f"run {last['id']}: {bugs} items were lost to a mistake of marsad; the log has them, report it")
    return lines


def _edition_attention(digests: Sequence[Mapping[str, Any]], now: datetime) -> list[str]:
    """An edition of the future keeps all others from being due: the clock was wrong when it was written."""
    tomorrow = (now + timedelta(days=1)).date().isoformat()
    return [
        f"{d['id']}: the edition of {d['last']} lies in the future, and until then none is due; was the clock wrong?"
        for d in digests
        if d.get("last") and d["last"] > tomorrow
    ]


# ---------------------------------------------------------------- the document


def status(
    store: Store,
    feeds: Sequence[Feed],
    digests: Sequence[Mapping[str, Any]],
    now: datetime,
    *,
    problems: Sequence[str] = (),
    service: Mapping[str, Any] | None = None,
    rhythm: timedelta = timedelta(minutes=10),
) -> dict[str, Any]:
    """The document of `status --json`. `digests` come with their id, next and last edition; `problems` need a person.

    `service`: what `service()` found; `rhythm`: how often it collects.
    """
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
                "detail": _detail(state),
                "since": _iso(state.failing_since),
                "last_ok": _iso(state.last_ok),
                "next": _iso(state.next),
                "articles_day": round(day_counts.get(feed.id, 0) / span, 1),
            }
        )
        if state.failing_since is not None and now - state.failing_since >= SILENT_FOR:
            why = f"{state.reason} {_detail(state)}".strip()
            attention.append(f"{feed.id} fails since {clock(state.failing_since)}: {why}")
    if rows and all(r["state"] == "failing" for r in rows):
        attention.append("every feed fails: look at this machine's network")
    place = store.path.parent if store.path else Path.cwd()
    size, free = store.bytes(), shutil.disk_usage(place).free
    if free < max(LEAST_FREE, size):
        attention.append(f"disk: {free / 1e6:.0f} MB are free; make room: marsad prune, or move {place}")
    runs, last = store.runs(), store.last_run("collect")
    lives = service is not None and service["state"] == "running"
    most = max(3 * rhythm, timedelta(hours=1)) if lives else UNATTENDED
    attention += _run_attention(last, store.unended_runs("collect"), now, most)
    attention += _edition_attention(digests, now)
    if service is not None:
        attention += _service_attention(service, now)
    return {
        "service": service,
        "feeds": rows,
        "queue": store.queue(),
        "loud": loud(store, feeds, now - timedelta(days=1), now),
        "runs": [_run(r) for r in runs],
        "last_cycle": _run(last) if last else None,
        "digests": list(digests),
        "archive": {
            "articles": n,
            "oldest": _iso(oldest),
            "bytes": size,
            "disk_free": free,
        },
        "attention": attention,
    }


def _detail(state: FeedState) -> str:
    """One line: of a mistake of ours, which comes with its traceback, the last."""
    lines = state.detail.strip().splitlines()
    return lines[-1].strip() if state.reason == "bug" and lines else " ".join(lines)


def _run(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row, "started": _iso(row["started"]), "finished": _iso(row["finished"])}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None


def clock(moment: datetime) -> str:
    """A time for a person, to the minute, wherever that person is."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
