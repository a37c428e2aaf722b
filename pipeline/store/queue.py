"""The entries, which are the queue: pending → done with an article, or dropped with a reason.

A feed's state is written with the entries that its validators vouch for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from pipeline.model import Entry, FeedState

from . import revisions, rows, schema
from .rows import Json

LONGEST_DETAIL = 2_000
"""Characters of what is told about a failure."""

PRUNED: Json = {"state": "dropped", "reason": "too-old", "detail": "pruned", "entry": {}}
"""An entry whose article was taken out. Its guid and its address stay, by which it is known when it comes again; nothing else."""

FARTHEST = timedelta(days=7)
"""No entry is put off so far: a clock that was wrong wrote it, and its turn is now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An entry that waits for its page."""

    id: int
    entry: Entry
    canonical: str | None
    first_seen: datetime
    attempts: int
    article: str | None = None
    changed: datetime | None = None
    """Where the feed changed an entry whose article is there: which one, and when that was noticed."""


# ---------------------------------------------------------------- in
def known_guids(c: sa.Connection, feed: str, guids: Sequence[str]) -> set[str]:
    t = schema.entries
    return set(c.execute(sa.select(t.c.guid).where(t.c.feed == feed, t.c.guid.in_(guids))).scalars())


def save_feed(c: sa.Connection, state: FeedState, entries: Sequence[tuple[Entry, str | None]], now: datetime) -> int:
    """As Store.save_feed."""
    new = _add(c, state.feed, entries, now) if entries else 0
    values = {k: getattr(state, k) for k in FeedState.__slots__}
    changed = c.execute(sa.update(schema.feeds).where(schema.feeds.c.feed == state.feed).values(values))
    if not changed.rowcount:
        c.execute(sa.insert(schema.feeds).values(values))
    return new


def _add(c: sa.Connection, feed: str, entries: Sequence[tuple[Entry, str | None]], now: datetime) -> int:
    known = known_guids(c, feed, [e.guid for e, _ in entries])
    new = 0
    for entry, canonical in entries:
        if entry.guid in known:
            continue
        known.add(entry.guid)
        c.execute(
            sa.insert(schema.entries).values(
                feed=feed,
                guid=entry.guid,
                canonical=canonical,
                first_seen=now,
                **(PRUNED if was_pruned(c, canonical) else {"entry": rows.entry_out(entry), "state": "pending"}),
            )
        )
        new += 1
    revisions.notice(c, feed, [e for e, _ in entries], now)
    return new


# ---------------------------------------------------------------- waiting
def pending(c: sa.Connection, now: datetime, feed: str | None) -> list[Pending]:
    t = schema.entries
    turn = sa.or_(t.c.next_try.is_(None), t.c.next_try <= now, t.c.next_try > now + FARTHEST)
    return _waiting(c, feed, t.c.state == "pending", turn)


def changed(c: sa.Connection, feed: str | None) -> list[Pending]:
    t = schema.entries
    return _waiting(c, feed, t.c.changed.is_not(None), t.c.article.is_not(None))


def _waiting(c: sa.Connection, feed: str | None, *conditions: sa.ColumnElement[bool]) -> list[Pending]:
    t = schema.entries
    query = sa.select(t).where(*conditions, *([t.c.feed == feed] if feed is not None else [])).order_by(t.c.id)
    return list(map(_pending, c.execute(query)))


def _pending(row: Any) -> Pending:
    return Pending(
        id=row.id,
        entry=rows.entry_of(row),
        canonical=row.canonical,
        first_seen=row.first_seen,
        attempts=row.attempts,
        article=row.article,
        changed=row.changed,
    )


def lengths(c: sa.Connection) -> dict[str, int]:
    t = schema.entries
    waiting = sa.select(sa.func.count()).where(t.c.state == "pending")
    retrying = waiting.where(t.c.attempts > 0)
    return {"pending": c.execute(waiting).scalar_one(), "retrying": c.execute(retrying).scalar_one()}


# ---------------------------------------------------------------- out
def known_article(c: sa.Connection, canonical: str) -> str | None:
    a, e = schema.articles, schema.entries
    found: str | None = c.execute(sa.select(a.c.id).where(a.c.url == canonical).limit(1)).scalar()
    if found is None:
        query = sa.select(e.c.article).where(e.c.canonical == canonical, e.c.article.is_not(None)).limit(1)
        found = c.execute(query).scalar()
    return found


def was_pruned(c: sa.Connection, address: str | None) -> bool:
    """Whether an article that this address led to was taken out: whatever feed brings it again, it is not new."""
    t = schema.entries
    query = sa.select(t.c.id).where(t.c.canonical == address, t.c.state == "dropped", t.c.detail == PRUNED["detail"])
    return address is not None and c.execute(query.limit(1)).scalar() is not None


def done(c: sa.Connection, item: Pending, article: str) -> None:
    """The entry leads to this article; of another feed's article it is noted that this feed carries it too."""
    a, t = schema.articles, schema.article_feeds
    _change(c, item, state="done", article=article, next_try=None, entry=rows.read_out(item.entry))
    owner = c.execute(sa.select(a.c.feed).where(a.c.id == article)).scalar()
    feed = item.entry.feed
    if owner != feed and not c.execute(sa.select(t.c.feed).where(t.c.article == article, t.c.feed == feed)).scalar():
        c.execute(sa.insert(t).values(article=article, feed=feed))


def retry(c: sa.Connection, item: Pending, reason: str, detail: str, next_try: datetime) -> None:
    _change(c, item, attempts=item.attempts + 1, next_try=next_try, reason=reason, detail=detail[:LONGEST_DETAIL])


def drop(c: sa.Connection, item: Pending, reason: str, detail: str) -> None:
    # What we stumbled over is kept whole, for whoever mends it.
    entry = rows.entry_out(item.entry) if reason == "bug" else rows.read_out(item.entry)
    _change(c, item, state="dropped", next_try=None, reason=reason, detail=detail[:LONGEST_DETAIL], entry=entry)


def _change(c: sa.Connection, item: Pending, **values: object) -> None:
    t = schema.entries
    c.execute(sa.update(t).where(t.c.id == item.id).values(values))


def dropped(c: sa.Connection) -> dict[str, int]:
    t = schema.entries
    found = c.execute(sa.select(t.c.reason, sa.func.count()).where(t.c.state == "dropped").group_by(t.c.reason))
    return {reason: n for reason, n in found}  # noqa: C416  rows are Row objects
