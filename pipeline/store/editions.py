"""What was published and when work was done: the editions as they were chosen, and the runs with their books."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.model import Recipient

from . import deliveries, schema
from .rows import Json


def edition(c: sa.Connection, digest: str, date: str) -> Json | None:
    t = schema.editions
    found: Json | None = c.execute(sa.select(t.c.edition).where(t.c.digest == digest, t.c.date == date)).scalar()
    return found


def of_digest(c: sa.Connection, digest: str, column: str) -> list[Any]:
    """One column (`date`, `brief`) of every edition, oldest first."""
    t = schema.editions
    return list(c.execute(sa.select(t.c[column]).where(t.c.digest == digest).order_by(t.c.date)).scalars())


def save(
    c: sa.Connection,
    digest: str,
    date: str,
    until: datetime,
    *,
    edition: Json,
    brief: Json,
    owed_to: Sequence[Recipient],
    now: datetime,
) -> None:
    t = schema.editions
    c.execute(sa.delete(t).where(t.c.digest == digest, t.c.date == date))
    c.execute(sa.insert(t).values(digest=digest, date=date, until=until, edition=edition, brief=brief))
    deliveries.owe(c, digest, date, owed_to, now)


# ---------------------------------------------------------------- runs
ABORTED: Json = {"aborted": {"runs": 1}}
"""The books of a run that never came to its end: killed, or ended by an error. When is not known, so it has no `finished`."""

_MOST = 1_000
"""Runs without an end that are told of."""


def begin_run(c: sa.Connection, kind: str, now: datetime) -> int:
    """As Store.begin_run."""
    t = schema.runs
    c.execute(sa.update(t).where(*_unended(c, kind)).values(counts=ABORTED))
    key = c.execute(sa.insert(schema.runs).values(kind=kind, started=now, counts={})).inserted_primary_key
    assert key is not None
    return int(key[0])


def end_run(c: sa.Connection, run: int, now: datetime, counts: Json) -> None:
    c.execute(sa.update(schema.runs).where(schema.runs.c.id == run).values(finished=now, counts=counts))


def runs(c: sa.Connection, most: int) -> list[Json]:
    t = schema.runs
    return _read(c, sa.select(t).order_by(t.c.id.desc()).limit(most))


def last_run(c: sa.Connection, kind: str) -> Json | None:
    """As Store.last_run."""
    t = schema.runs
    ended = sa.select(t).where(t.c.kind == kind, t.c.finished.is_not(None))
    return next(iter(_read(c, ended.order_by(t.c.id.desc()).limit(1))), None)


def unended_runs(c: sa.Connection, kind: str) -> list[Json]:
    """As Store.unended_runs."""
    t = schema.runs
    return _read(c, sa.select(t).where(*_unended(c, kind)).order_by(t.c.id).limit(_MOST))


def _unended(c: sa.Connection, kind: str) -> list[sa.ColumnElement[bool]]:
    """What is true of the runs since the last that ended: so what is older is not read, however long the archive's life."""
    t, last = schema.runs, last_run(c, kind)
    return [t.c.kind == kind, t.c.finished.is_(None), t.c.id > (last["id"] if last else 0)]


def _read(c: sa.Connection, wanted: sa.Select[Any]) -> list[Json]:
    return [dict(row._mapping) for row in c.execute(wanted)]  # noqa: SLF001
