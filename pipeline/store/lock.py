"""One writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, ClassVar

from pipeline.errors import BusyError, StoreError

SERVICE_LOCK = "service.lock"
"""What the service holds while it lives; it stands beside the archive."""


class Lock:
    """One writer per archive. The kernel frees it when the process dies, however it dies; the file only says who and since when."""

    _held: ClassVar[set[Path]] = set()
    """Those of this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self, now: datetime) -> None:
        """Take the lock or raise BusyError at once."""
        try:
            self._acquire(now)
        except OSError as error:
            todo = "free some space or mend its rights"
            raise StoreError(str(self.path), f"the lock cannot be taken: {error.strerror}", todo) from error

    def _acquire(self, now: datetime) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        file = self.path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise BusyError(
                str(self.path), f"another instance is at work: {holder}", "wait for it, or end it"
            ) from None
        file.seek(0)
        file.truncate()
        file.write(f"pid {os.getpid()} since {now.isoformat(timespec='seconds')}\n")
        file.flush()
        self._file = file
        self._held.add(self.path.resolve())

    def release(self) -> None:
        if self._file is not None:
            self._held.discard(self.path.resolve())
            self._file.close()
            self._file = None

    def ours(self) -> bool:
        """Whether this process holds it, be it by another object."""
        return self.path.resolve() in self._held


def writers_lock(archive: Path) -> Lock:
    """Of an archive that is a file: beside it."""
    return Lock(archive.with_name(archive.name + ".lock"))


@contextlib.contextmanager
def alone(archive: Path, now: datetime) -> Iterator[None]:
    """No run is at work, and no service waits for its next turn with the archive of before in mind; else BusyError."""
    with contextlib.ExitStack() as held:
        for lock in (Lock(archive.with_name(SERVICE_LOCK)), writers_lock(archive)):
            if not lock.ours():
                lock.acquire(now)
                held.callback(lock.release)
        yield
