"""Looking after an archive: is it whole, old articles taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from . import index, neighbours, schema
from .database import asking


def integrity(c: sa.Connection, go_on: Callable[[], bool]) -> list[str]:
    """As Store.integrity."""
    wrong: list[str] = []
    with asking(c, go_on):
        if c.dialect.name == "sqlite":
            wrong += [r for r in c.execute(sa.text("PRAGMA integrity_check")).scalars() if r != "ok"]
        e, a = schema.entries, schema.articles
        lost = c.execute(
            sa.select(sa.func.count()).where(e.c.state == "done", e.c.article.not_in(sa.select(a.c.id)))
        ).scalar()
        if lost:
            wrong.append(f"{lost} entries are done but their article is not there")
    return wrong


def prune(c: sa.Connection, before: datetime) -> int:
    """As Store.prune."""
    a, e = schema.articles, schema.entries
    old = sa.select(a.c.id).where(a.c.first_seen < before)
    index.remove(c, before)
    neighbours.forget(c, before)
    for table in (schema.tags, schema.article_feeds, schema.revisions, schema.sheets):
        c.execute(sa.delete(table).where(table.c.article.in_(old)))
    # Entries stay as what they are: the memory of what was seen, so that an old item is not fetched again.
    c.execute(
        sa.update(e)
        .where(e.c.article.in_(old))
        .values(article=None, state="dropped", reason="too-old", detail="pruned")
    )
    return c.execute(sa.delete(a).where(a.c.first_seen < before)).rowcount
