"""Looking after an archive: is it whole, a copy of it, old articles taken out."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from pipeline.errors import StoreError

from . import index, neighbours, schema
from .database import asking

_PIECE = 2_000
"""Pages of the archive that a backup copies at once: 8 MB."""


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


def backup(path: Path, target: Path) -> None:
    """A consistent copy of an SQLite archive; whole or not at all, also after Ctrl-C."""
    partial = target.with_name(target.name + ".partial")
    try:
        with (
            contextlib.closing(sqlite3.connect(path)) as source,
            contextlib.closing(sqlite3.connect(partial)) as copy,
        ):
            # A copy in pieces begins anew after every commit of others, and may never end; inside a transaction there are none.
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
            source.backup(copy, pages=_PIECE, progress=lambda *_: None)  # between two pieces a signal is heard
        partial.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(str(target), f"the backup was not written: {error}", "choose another place") from error
    finally:
        partial.unlink(missing_ok=True)


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
