"""Opening an archive: the engine with its transactions, the file looked at before SQLite may touch it, migrations, errors."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.errors import StoreError

from .lock import PRIVATE_FOLDER
from .rows import json_in
from .schema import storable

HEAD = "0002"
"""The newest migration; a test holds it against the folder."""

WAIT = 60
"""Seconds that a transaction waits for another's lock."""

STEPS = 100_000
"""So often, counted in steps of SQLite's machine, a long statement comes back to Python: some milliseconds, where Ctrl-C is heard."""


STATEMENTS = 100
PREPARED = 64
"""Statements that are kept compiled, and of them prepared by each connection: the last used. An article needs some thirty; one of the
long ones, which look up all keys of a text, takes 100 KB of either.
"""


OURS = frozenset({"alembic_version", "articles", "entries", "editions"})
"""Tables that every archive has had, of whatever version."""


class Stopped(Exception):  # noqa: N818  it is no error
    """Whoever was asked whether to go on said no. The transaction is rolled back."""


def _json_text(value: Any) -> str:
    """JSON with Arabic as letters, so that a person can read the archive with any tool."""
    return storable(json.dumps(value, ensure_ascii=False, default=list))


def _onward() -> int:
    return 0


def is_ours(connection: sqlite3.Connection) -> bool:
    """Whether the database is an archive of marsad's, of whatever version. sqlite3.DatabaseError for none at all."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return tables >= OURS


def _alive(name: str) -> bool:
    """Whether the process lives that a new archive's file is named by."""
    try:
        os.kill(int(name), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


@contextlib.contextmanager
def asking(connection: sa.Connection, go_on: Callable[[], bool]) -> Iterator[None]:
    """A long statement inside asks now and then whether to go on; Stopped when it may not. On SQLite; elsewhere it is not asked."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    said_no: list[bool] = []

    def ask() -> int:
        if not go_on():
            said_no.append(True)
        return len(said_no)

    raw.set_progress_handler(ask, STEPS)
    try:
        yield
    except sa.exc.OperationalError:
        if said_no:
            raise Stopped from None
        raise
    finally:
        raw.set_progress_handler(_onward, STEPS)


class Database:
    """One database behind `reading()` and `writing()`. `where` names it for people, without its password.

    Making it opens the archive and creates or upgrades it where needed; it raises StoreError and touches nothing when the
    archive is unusable.
    """

    def __init__(self, url: str, *, create: bool) -> None:
        self.url = sa.engine.make_url(url)
        sqlite = self.url.get_backend_name() == "sqlite"
        self.path = Path(self.url.database) if sqlite and self.url.database else None
        self.where = str(self.path or self.url.render_as_string(hide_password=True))
        if self.path is not None:
            if not create and not self.path.exists():
                raise StoreError(self.where, "there is no archive yet", "make one: marsad run")
            try:
                self.path.parent.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
                if not self.path.exists():
                    self._create(self.path)
                self._inspect(self.path)
            except OSError as error:
                todo = "choose another place, or mend its rights"
                raise StoreError(self.where, f"the archive cannot be opened: {error.strerror}", todo) from error
        self.engine = self._make_engine(self.url)
        try:
            with self._errors():
                self._upgrade()
        except BaseException:
            self.engine.dispose()  # whoever is refused holds no connection
            raise

    def _create(self, path: Path) -> None:
        """A new archive, whole or not at all: so a file without content, or without our tables, was never one."""
        for left in path.parent.glob(f"{path.name}.*.new"):  # by whoever was killed on the way
            if not _alive(left.suffixes[-2][1:]):
                for file in (left, left.with_name(f"{left.name}-journal"), left.with_name(f"{left.name}-wal")):
                    file.unlink(missing_ok=True)
        new = path.with_name(f"{path.name}.{os.getpid()}.new")
        os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        try:
            engine = self._make_engine(self.url.set(database=str(new)))
            try:
                with self._errors():
                    self._migrate(engine, None)
            finally:
                engine.dispose()
            try:
                os.link(new, path)
            except FileExistsError:
                pass  # another was quicker: that one is the archive
            except OSError:  # a file system without links
                new.rename(path)
        finally:
            new.unlink(missing_ok=True)

    def _inspect(self, path: Path) -> None:
        """Refuse a file that is no whole archive, before anything may change it. Cheap; `check` looks at every page."""
        todo = "restore a backup, or move the file away to begin anew"
        if path.stat().st_size == 0:
            raise StoreError(self.where, "the file is empty", todo)
        with path.open("rb") as file:
            head = file.read(100)
        if not head.startswith(b"SQLite format 3\0"):
            raise StoreError(self.where, "this is not an SQLite database", todo)
        page = int.from_bytes(head[16:18], "big")
        size = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
        unfinished = any(path.with_name(path.name + end).exists() for end in ("-journal", "-wal"))
        if not unfinished and path.stat().st_size < size:
            raise StoreError(self.where, f"the file is cut short: {path.stat().st_size} of {size} bytes", todo)
        with self._errors(), contextlib.closing(sqlite3.connect(path, timeout=WAIT)) as connection:
            try:
                ours = is_ours(connection)
            except sqlite3.DatabaseError as error:
                raise sa.exc.DatabaseError(None, None, error) from error
        if not ours:
            raise StoreError(self.where, "this database is not marsad's", todo)

    def _make_engine(self, url: sa.URL) -> sa.Engine:
        if self.path is None:
            return sa.create_engine(url, json_serializer=_json_text, query_cache_size=STATEMENTS)
        engine = sa.create_engine(
            url,
            connect_args={"timeout": WAIT, "isolation_level": None, "cached_statements": PREPARED},
            json_serializer=_json_text,
            json_deserializer=json_in,
            query_cache_size=STATEMENTS,
        )

        @sa.event.listens_for(engine, "connect")
        def _connect(connection: sqlite3.Connection, _record: object) -> None:
            # WAL only where SQLite's WAL-reset bug is mended; else the classic journal, which is safe everywhere.
            v = sqlite3.sqlite_version_info
            wal = v >= (3, 51, 3) or (3, 50, 7) <= v < (3, 51, 0) or (3, 44, 6) <= v < (3, 45, 0)
            connection.execute(f"PRAGMA journal_mode={'WAL' if wal else 'DELETE'}")
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute(f"PRAGMA synchronous={'NORMAL' if wal else 'FULL'}")
            connection.set_progress_handler(_onward, STEPS)

        @sa.event.listens_for(engine, "begin")
        def _begin(connection: sa.Connection) -> None:
            # The driver's own deferred BEGIN loses updates silently when two transactions upgrade to writing.
            writes = not connection.get_execution_options().get("reading", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

        return engine

    def _upgrade(self) -> None:
        with self.engine.connect().execution_options(reading=True) as connection:
            found = None
            if sa.inspect(connection).has_table("alembic_version"):
                found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            if found == HEAD:
                return
        if found is not None and found > HEAD:
            raise StoreError(self.where, f"the archive was made by a newer version ({found})", "update marsad")
        self._migrate(self.engine, found)

    def _migrate(self, engine: sa.Engine, found: str | None) -> None:
        from .upgrade import upgrade  # noqa: PLC0415  Alembic is slow to import, and only needed when the schema changes

        upgrade(engine, self.path, found)

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        """The database's errors, translated in one place."""
        try:
            yield
        except sa.exc.DatabaseError as error:
            if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
                raise KeyboardInterrupt from None  # a signal's exception, raised inside a statement, ends it and is lost
            text = str(error.orig or error).strip().splitlines()[0]
            todo = "run `marsad check`, then restore a backup"
            if "full" in text:
                todo = "free some space and run the same command again"
            elif "locked" in text:
                todo = "wait for the other program that uses it"
            elif isinstance(error, sa.exc.OperationalError) and self.path is None:
                todo = "see that the server runs and lets marsad in"
            raise StoreError(self.where, text, todo) from error

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state and changes nothing."""
        with self._errors(), self.engine.connect().execution_options(reading=True) as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: all of it, or nothing."""
        with self._errors(), self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()
