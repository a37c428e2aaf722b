"""Looking after an archive: is it whole, old articles taken out."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from pipeline.errors import StoreError

from . import index, neighbours, queue, rows, schema
from .database import STEPS, WAIT, asking

WORTH = 0.05
"""The part of a file that must be empty before it is made smaller: that writes all the rest anew."""

ROOM = 2
"""So many times what is left lies on the disk meanwhile: a copy, and the journal that brings the old one back."""


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
        told = sa.select(*(a.c[name] for name in rows.JSON_OF_ARTICLES))
        for row in c.execute(told, execution_options={"yield_per": 1_000}):
            try:
                rows.look_at(row)
            except StoreError as error:
                wrong.append(f"{error.where}: {error.what}")
    return wrong


def old(c: sa.Connection, before: datetime) -> int:
    """As Store.old."""
    a = schema.articles
    return c.execute(sa.select(sa.func.count()).where(a.c.first_seen < before)).scalar_one()


def prune(c: sa.Connection, before: datetime) -> int:
    """As Store.prune."""
    a, e = schema.articles, schema.entries
    old = sa.select(a.c.id).where(a.c.first_seen < before)
    index.remove(c, before)
    neighbours.forget(c, before)
    for table in (schema.tags, schema.article_feeds, schema.revisions, schema.sheets):
        c.execute(sa.delete(table).where(table.c.article.in_(old)))
    # The memory of what was seen stays: the entries, and an article's own address, which is not always one of theirs.
    addresses = c.execute(sa.select(a.c.feed, a.c.url).where(a.c.first_seen < before)).all()
    c.execute(sa.update(e).where(e.c.article.in_(old)).values(**queue.PRUNED, article=None, changed=None))
    for feed, url in addresses:
        if not queue.was_pruned(c, url):
            c.execute(
                sa.insert(e).values(**queue.PRUNED, feed=feed, guid=f"pruned {url}", canonical=url, first_seen=before)
            )
    return c.execute(sa.delete(a).where(a.c.first_seen < before)).rowcount


def shrink(path: Path) -> int:
    """As Store.shrink."""
    todo = "what is free inside is used first; to make it smaller, run the same command again"
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=WAIT, isolation_level=None)) as c:
            size, pages, free = (
                c.execute(f"PRAGMA {x}").fetchone()[0] for x in ("page_size", "page_count", "freelist_count")
            )
            if free < pages * WORTH:
                return 0
            needed = ROOM * (pages - free) * size
            if shutil.disk_usage(path.parent).free < needed:
                raise StoreError(str(path), f"it keeps its size: that takes {needed / 1e6:.0f} MB of room", todo)
            c.set_progress_handler(lambda: 0, STEPS)  # comes back to Python, where a signal is heard
            c.execute("VACUUM")
            c.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            left: int = c.execute("PRAGMA page_count").fetchone()[0]
            return int(size * (pages - left))
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from None  # a signal's exception, raised inside a statement, ends it and is lost
        raise StoreError(str(path), f"it keeps its size: {error}", todo) from error
