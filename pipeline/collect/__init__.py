"""The first half of the order of work, told once:

    store.due feeds → fetch (async, polite) → parse.entries → store.save_feed        one transaction with the validators
    store.pending   → fetch (async, polite) → ┌ in a worker: extract.article → tag → dedupe.fingerprint ┐
                                              └ back here:   dedupe.place (must see its neighbours) → store.save_article

Every item is counted exactly once: feeds = ok + unchanged + failed; entries = new + known; taken = filed + same + retry + dropped.
A page is read without the lines that its host's pages of earlier days have in common (extract.boilerplate); an entry that its feed
changed has its page read once more, and a text that says something else takes the article's place: revisits = revised + same + failed.
Nothing waits for the slowest: a feed's pages are fetched as soon as the feed is read, host by host.

rhythm.py      when a feed is asked again, and where: pure
collector.py   the cycle
worker.py      what runs in a worker
warm.py        what a worker is born with
kin.py         which neighbours of a new article are worth a comparison: pure
rereading.py   what a new reading of a known article changes: pure
books.py       what is counted and told
retagging.py   a changed watchlist judges again
probe.py       asking without storing

Whoever only reads books does not load what reads the web and its pages: those names stand here and come with their first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pipeline.collect.books import Books, Log, Silence

if TYPE_CHECKING:
    from pipeline.collect.collector import (
        FEED_TYPES,
        MOST_UNREAD,
        PAGE_TYPES,
        PARSE_LIMIT,
        READ_LIMIT,
        RETRIES,
        WINDOW,
        Collector,
    )
    from pipeline.collect.retagging import retag
    from pipeline.collect.rhythm import after_failure, after_success, due, may_pass, weight
    from pipeline.collect.worker import Read, read_feed, read_page, start_worker, tags_of

BORN_WITH = (f"{__name__}.worker", f"{__name__}.warm")
"""Modules that a worker is born with: what it works with, and nothing of what the coordinating process needs."""

__all__ = [
    "BORN_WITH",
    "FEED_TYPES",
    "MOST_UNREAD",
    "PAGE_TYPES",
    "PARSE_LIMIT",
    "READ_LIMIT",
    "RETRIES",
    "WINDOW",
    "Books",
    "Collector",
    "Log",
    "Read",
    "Silence",
    "after_failure",
    "after_success",
    "due",
    "may_pass",
    "read_feed",
    "read_page",
    "retag",
    "start_worker",
    "tags_of",
    "weight",
]

_LATER = {
    "collector": (
        "FEED_TYPES",
        "MOST_UNREAD",
        "PAGE_TYPES",
        "PARSE_LIMIT",
        "READ_LIMIT",
        "RETRIES",
        "WINDOW",
        "Collector",
    ),
    "retagging": ("retag",),
    "rhythm": ("after_failure", "after_success", "due", "may_pass", "weight"),
    "worker": ("Read", "read_feed", "read_page", "start_worker", "tags_of"),
}
"""Module → what it has for others."""


def __getattr__(name: str) -> Any:
    room = next((room for room, names in _LATER.items() if name in names), None)
    if room is None:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{room}"), name)
