"""Upgrading an archive: whoever else works on it is kept out, a copy is put beside it, then all migrations in one transaction.

    locks taken → copy written, flushed, looked through, named → older copies removed → migrations, all or none

A kill at any point leaves the old archive whole; the next start begins anew. A server's archive is not copied: its migrations are one
transaction as well, and pg_dump is the operator's.
"""

from __future__ import annotations

import contextlib
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from alembic import command, config

from pipeline.errors import StoreError

from .copying import Damaged, copy_whole
from .lock import alone

VERSIONS = (Path(__file__).parent / "migrations" / "versions",)
"""Folders of migrations."""

KEPT = 2
"""Copies that stay beside the archive: that of the last upgrade and of the one before."""

_ONE_AT_A_TIME = 0x6D617273
"""The name of a server's lock under which its archive is upgraded."""


def upgrade(engine: sa.Engine, path: Path | None, revision: str | None) -> None:
    """Bring the archive from `revision` (None: there is nothing yet) to the newest.

    `path` is the archive's file, None for a server's. BusyError while a run or a service has it; StoreError when no copy can be made.
    Either leaves the archive as it was.
    """
    with alone(path, _now(engine)) if path is not None and revision is not None else contextlib.nullcontext():
        if path is not None and revision is not None:
            _copy(path, revision)
        settings = config.Config()
        settings.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        settings.set_main_option("path_separator", "newline")
        settings.set_main_option("version_locations", "\n".join(map(str, VERSIONS)))
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # the second of two finds the work done
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_ONE_AT_A_TIME})"))
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")


def _now(engine: sa.Engine) -> datetime:
    with engine.connect().execution_options(reading=True) as connection:
        return datetime.fromisoformat(connection.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one() + "+00:00")


def _copy(path: Path, revision: str) -> None:
    """A copy named by when the archive was last written and by its version; whole or not at all."""
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    target = path.with_name(f"{path.name}.{written:%Y%m%dT%H%M%SZ}.version-{revision}")
    try:
        copy_whole(path, target)
    except Damaged as error:
        raise StoreError(str(path), f"it is damaged and was not upgraded: {error}", "restore a backup") from error
    except (sqlite3.Error, OSError) as error:
        todo = f"make room for a second {path.name} beside it, then run the same command again"
        raise StoreError(str(path), f"no copy could be made before the upgrade: {error}", todo) from error
    older = sorted(p for p in path.parent.glob(f"{path.name}.*Z.version-*") if p != target)
    for old in older[: max(0, len(older) - KEPT + 1)]:
        old.unlink()
