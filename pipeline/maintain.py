"""Maintenance: what the archive does for itself at the end of a cycle, under the cycle's lock. The order, told once:

    the full-text index made anew, where it has gaps or the program indexes by other rules than made it
    at most once a day:  the articles that came since the last time counted → look-alikes learnt → noted in the archive

The next run hands the look-alikes to its taggers. They are part of the version that stands beside every match, so a table
that changed tags the open window anew, and what was tagged before says by which version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pipeline.store import Stopped, Store, always
from pipeline.text.learning import Counter, learnt

EVERY = timedelta(days=1)
MOST_COUNTED = 20_000
"""Articles counted at once, some ten seconds; an older archive is caught up with day by day."""

_WORDS = "lookalikes"
_COUNTS = "word_counts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintained:
    """What was done."""

    indexed: int = 0
    counted: int = 0
    lookalikes: int = 0
    """Words in the table that was learnt, whether it changed or not."""


def maintain(store: Store, now: datetime, go_on: Callable[[], bool] = always) -> Maintained:
    """Do what is due. Each step is a transaction of its own: a kill in between costs nothing but doing it again.

    When `go_on` says no, the step in hand is undone, and it is due again.
    """
    try:
        return _maintain(store, now, go_on)
    except Stopped:
        return Maintained()


def _maintain(store: Store, now: datetime, go_on: Callable[[], bool]) -> Maintained:
    indexed = store.refresh_index(go_on)
    noted: dict[str, Any] = store.note(_WORDS) or {}
    last = noted.get("at")
    if last is not None and now - datetime.fromisoformat(last) < EVERY:
        return Maintained(indexed=indexed, lookalikes=len(noted["words"]))
    counted, words = _learn(store, now, frozenset(noted.get("words", ())), go_on)
    return Maintained(indexed=indexed, counted=counted, lookalikes=len(words))


def _learn(
    store: Store, now: datetime, before: frozenset[str], go_on: Callable[[], bool]
) -> tuple[int, frozenset[str]]:
    # An article that is filed late, with a first_seen before the last one counted, is not counted: they are few.
    counts: dict[str, Any] = store.note(_COUNTS) or {"articles": 0, "words": {}, "last": None}
    counter, last, counted = Counter.from_json(counts), counts["last"], 0
    for number, title, body in store.texts(last, MOST_COUNTED):
        if not go_on():
            raise Stopped
        counter.add(title, body)
        last, counted = number, counted + 1
    words = learnt(counter, before)
    store.save_notes(
        **{
            _WORDS: {"at": now.astimezone(UTC).isoformat(), "articles": counter.articles, "words": sorted(words)},
            _COUNTS: {**counter.as_json(), "last": last},
        }
    )
    return counted, words


def lookalikes(store: Store) -> frozenset[str]:
    """The words that the archive taught at the last maintenance."""
    noted: dict[str, Any] = store.note(_WORDS) or {}
    return frozenset(noted.get("words", ()))


def version(watchlists: str, words: frozenset[str]) -> str:
    """The watchlists' version with what was learnt; theirs alone while nothing was."""
    if not words:
        return watchlists
    return "sha256:" + hashlib.sha256("\n".join([watchlists, *sorted(words)]).encode()).hexdigest()
