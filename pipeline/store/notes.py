"""Small facts that the archive remembers about itself, one JSON value under each name."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from . import schema


def read(c: sa.Connection, name: str) -> Any:
    """The value, or None where nothing was ever noted."""
    t = schema.notes
    return c.execute(sa.select(t.c.value).where(t.c.name == name)).scalar()


def write(c: sa.Connection, name: str, value: Any) -> None:
    t = schema.notes
    changed = c.execute(sa.update(t).where(t.c.name == name).values(value=value))
    if not changed.rowcount:
        c.execute(sa.insert(t).values(name=name, value=value))
