"""Whole copies of an archive: a backup while others write, the copy before an upgrade, and a backup put back in the archive's place.

    read in pieces → looked through → flushed → named

A kill at any point leaves what was there as it was. A copy is one file, readable by its owner alone.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from pipeline.errors import StoreError, UsageError

from .database import HEAD, STEPS, WAIT, is_ours
from .lock import alone

PIECE = 2_000
"""Pages that are copied at once: 8 MB. Between two pieces others may write, and a signal is heard."""

RESTARTS = 3
"""So often a copy may begin anew because somebody wrote; then the writers wait until it is made, as they wait for each other."""

BESIDE = ("-journal", "-wal", "-shm")
"""What SQLite keeps beside a file: the first two are half of its content until it is opened the next time."""


class Damaged(Exception):  # noqa: N818  whoever asked for the copy says what it means
    """The database is not whole, and no copy was made of it."""


class _Again(Exception):  # noqa: N818  it is no error
    """Others wrote too often."""


class _Pieces:
    """Asked between two pieces; counts how often the copy began anew, which is seen from there being no less to do than before."""

    def __init__(self) -> None:
        self._left: int | None = None
        self._restarts = 0

    def __call__(self, status: int, left: int, _total: int) -> None:
        if status == sqlite3.SQLITE_OK and self._left is not None and left >= self._left:
            self._restarts += 1
        if self._restarts >= RESTARTS:
            raise _Again
        self._left = left


def copy_whole(source: Path, target: Path) -> None:
    """Copy the database `source` to `target`, whole or not at all. Raises sqlite3.Error and OSError as they come, Damaged."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        _clear(partial)
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with (
            contextlib.closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=rw", timeout=WAIT, uri=True)) as read,
            contextlib.closing(sqlite3.connect(partial, isolation_level=None)) as copy,
        ):
            for connection in (read, copy):
                connection.set_progress_handler(lambda: 0, STEPS)  # comes back to Python, where a signal is heard
            _copy(read, copy)
            copy.execute("PRAGMA journal_mode=DELETE").fetchone()  # one that writes ahead is not one file
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise Damaged(found)
        flush(partial)
        for end in BESIDE:  # of an older copy of this name: SQLite would take it for the new one's
            target.with_name(target.name + end).unlink(missing_ok=True)
        partial.replace(target)
        flush(target.parent)
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            raise KeyboardInterrupt from None  # a signal's exception, raised inside a statement, ends it and is lost
        raise
    finally:
        _clear(partial)


def _copy(read: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    try:
        read.backup(copy, pages=PIECE, progress=_Pieces())
    except _Again:
        # Inside a transaction nothing is written by others, and nothing begins anew.
        read.execute("BEGIN")
        read.execute("SELECT 1 FROM sqlite_master").fetchone()
        read.backup(copy, pages=PIECE, progress=lambda *_: None)


def _clear(path: Path) -> None:
    for end in ("", *BESIDE):
        path.with_name(path.name + end).unlink(missing_ok=True)


def flush(path: Path) -> None:
    """Let the disk have a file, or a folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def backup(path: Path, target: Path) -> None:
    """As Store.backup."""
    todo = "choose another place"
    if target.is_dir():
        raise UsageError(str(target), "this is a folder", "name the file that the copy becomes")
    if _is_of(target, path):
        raise UsageError(str(target), "this is the archive itself", todo)
    try:
        copy_whole(path, target)
    except Damaged as error:
        raise StoreError(str(path), f"it is damaged, no backup was written: {error}", "restore a backup") from error
    except (sqlite3.Error, OSError) as error:
        raise StoreError(str(target), f"the backup was not written: {error}", todo) from error


def _is_of(target: Path, archive: Path) -> bool:
    """Whether it is the archive under whatever name, or one of the files that belong to it."""
    if target.exists() and archive.exists() and target.samefile(archive):
        return True
    ours = {archive.name + end for end in ("", *BESIDE, ".lock")}
    return target.name in ours and target.parent.resolve() == archive.parent.resolve()


def restore(url: str, source: Path, now: datetime) -> tuple[Path, Path | None]:
    """Put a copy of `source` in the place of the archive at `url` → the archive, and where the one before now lies.

    UsageError, BusyError (a run or a service is at work), StoreError: nothing was done.
    """
    address = sa.engine.make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        where = address.render_as_string(hide_password=True)
        raise StoreError(where, "restore is for SQLite archives only", "use psql or pg_restore for PostgreSQL")
    path = Path(address.database)
    if not source.is_file():
        raise UsageError(str(source), "there is no such file", "name a backup: marsad backup writes them")
    if _is_of(source, path):
        raise UsageError(str(source), "this is the archive itself", "name a backup of it")
    todo = "choose another backup; the archive is as it was"
    with alone(path, now):
        new = path.with_name(f"{path.name}.restored")
        try:
            copy_whole(source, new)
            _inspect(new, source)
            return path, _exchange(path, new, now)
        except Damaged as error:
            raise StoreError(str(source), f"it is damaged: {error}", todo) from error
        except sqlite3.Error as error:
            raise StoreError(str(source), f"it cannot be read: {error}", todo) from error
        except OSError as error:
            told = f"it was not restored: {error.strerror}"
            raise StoreError(str(path), told, "make room beside it, or mend its rights") from error
        finally:
            _clear(new)


def _inspect(copy: Path, source: Path) -> None:
    """Refuse what is no archive of ours, or of a newer version."""
    with contextlib.closing(sqlite3.connect(copy)) as c:
        if not is_ours(c):
            raise StoreError(str(source), "this database is not marsad's", "choose another file")
        version = (c.execute("SELECT version_num FROM alembic_version").fetchone() or ("none",))[0]
    if version == "none" or version > HEAD:
        raise StoreError(str(source), f"it was made by a newer version ({version})", "update marsad")


def _exchange(path: Path, new: Path, now: datetime) -> Path | None:
    """The archive that is there becomes the one of before, with what SQLite keeps beside it, and `new` takes its place."""
    _settle(path)
    before = _free(path, now)
    if path.exists():
        os.link(path, before)
    # What the copy is not to meet. Of a whole archive there is nothing left; of a broken one it goes along, in case somebody can mend it.
    for end in BESIDE:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + end).rename(before.with_name(before.name + end))
    flush(path.parent)
    new.replace(path)
    flush(path.parent)
    return before if before.exists() else None


def _settle(path: Path) -> None:
    """Let SQLite take back what a killed writer left half done, where the file is whole enough for it: then it is one file."""
    if not path.exists():
        return
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=1, isolation_level=None)) as c:
            c.execute("BEGIN IMMEDIATE")
            c.execute("ROLLBACK")
    except sqlite3.Error as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
            raise StoreError(
                str(path), "another program writes to it", "end it, then run the same command again"
            ) from error


def _free(path: Path, now: datetime) -> Path:
    """A name beside the archive that nothing has yet."""
    name = f"{path.name}.{now.astimezone(UTC):%Y%m%dT%H%M%SZ}.replaced"
    tries = (name, *(f"{name}-{n}" for n in range(2, 1_000)))
    return next(p for p in map(path.with_name, tries) if not p.exists())
