"""Articles whose outlet changed them: noticed in the feed, read again, the earlier text kept.

An entry that was done and that its feed shows otherwise is marked `changed`, in the transaction that keeps the poll; the mark goes
in the transaction that keeps what became of it. So a kill in between costs one more reading of the page and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from pipeline.model import Article, Entry

from . import index, rows, schema
from .rows import Json

WATCHED = timedelta(days=2)
"""How long after its first being seen an entry's changes are followed."""

READINGS = 3
APART = timedelta(hours=6)
"""Times that a page is read again, and from one to the next: the n-th not before n-1 times this after the entry was first seen."""


def notice(c: sa.Connection, feed: str, entries: Sequence[Entry], now: datetime) -> int:
    """Mark the known entries that say something else now → how many."""
    t = schema.entries
    given = {e.guid: e for e in entries}
    query = sa.select(t.c.id, t.c.guid, t.c.entry, t.c.article, t.c.first_seen, t.c.readings).where(
        t.c.feed == feed,
        t.c.guid.in_(list(given)),
        t.c.state == "done",
        t.c.article.is_not(None),
        t.c.changed.is_(None),
        t.c.first_seen > now - WATCHED,
        t.c.readings < READINGS,
    )
    marked = 0
    for row in c.execute(query.order_by(t.c.id)).all():
        entry = given[row.guid]
        if now < row.first_seen + row.readings * APART or not _says_else(row.entry, entry):
            continue
        values: Json = {"entry": rows.read_out(entry), "readings": row.readings + 1}
        # An article of several feeds is read again once.
        others = sa.select(sa.func.count()).where(t.c.article == row.article, t.c.changed.is_not(None))
        if entry.url and not c.execute(others).scalar_one():
            values |= {"changed": now, "entry": rows.entry_out(entry)}
            marked += 1
        c.execute(sa.update(t).where(t.c.id == row.id).values(values))
    return marked


def _says_else(old: Json, new: Entry) -> bool:
    """Whether an editor had a hand in it: the words, or the time of change. Content is left out, as it carries counters and advertisements."""
    before = rows.entry_in(old)
    if new.title != before.title or new.summary != before.summary:
        return True
    moments = [(e.updated or e.published) for e in (before, new)]
    return moments[0] is not None and moments[1] is not None and moments[1].at > moments[0].at


def settle(c: sa.Connection, entry: int) -> None:
    """The page was read again, whatever came of it."""
    t = schema.entries
    read = rows.entry_in(c.execute(sa.select(t.c.entry).where(t.c.id == entry)).scalar_one())
    c.execute(sa.update(t).where(t.c.id == entry).values(changed=None, entry=rows.read_out(read)))


def replace(c: sa.Connection, old: Article, new: Article, **more: object) -> None:
    """Put `new` in the place of `old`, whose text is kept as a revision; `more` are further columns. Placement stays."""
    a, t = schema.articles, schema.revisions
    last = c.execute(sa.select(sa.func.max(t.c.number)).where(t.c.article == old.id)).scalar()
    c.execute(
        sa.insert(t).values(article=old.id, number=(last or 0) + 1, until=new.revised, title=old.title, body=old.body)
    )
    index.replace(c, old.id, (new.title, new.body))
    values = {k: getattr(new, k) for k in Article.__slots__ if k != "id"}
    values |= {"published": rows.dated_out(new.published), **more}
    c.execute(sa.update(a).where(a.c.id == old.id).values(values))


def of(c: sa.Connection, article: str) -> list[Json]:
    """The earlier texts of an article, oldest first."""
    t = schema.revisions
    query = sa.select(t.c.number, t.c.until, t.c.title, t.c.body).where(t.c.article == article).order_by(t.c.number)
    return [dict(row._mapping) for row in c.execute(query)]  # noqa: SLF001
