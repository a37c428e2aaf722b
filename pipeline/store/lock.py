"""One writer at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, ClassVar

from pipeline.errors import BusyError, StoreError

SERVICE_LOCK = "service.lock"
"""What the service holds while it lives; it stands beside the archive."""

PRIVATE_FOLDER = 0o700
"""Rights of the archive's folder where we make it: feeds may carry secrets in their addresses, and articles a licence. One that is there
keeps its own: whoever lets a web server show the editions has made or opened it.
"""

PATIENCE = 0.3
"""Seconds. Whoever looks whether a lock is held, as `marsad status` does, has it for a moment: that must turn nobody away."""


class Lock:
    """One writer per archive. The kernel frees it when the process dies, however it dies; the file only says who and since when."""

    _held: ClassVar[set[Path]] = set()
    """Those of this process."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: IO[str] | None = None

    def acquire(self, now: datetime) -> None:
        """Take the lock, or raise BusyError when it is not to be had for PATIENCE."""
        try:
            self._acquire(now)
        except OSError as error:
            todo = "free some space or mend its rights"
            raise StoreError(str(self.path), f"the lock cannot be taken: {error.strerror}", todo) from error

    def _acquire(self, now: datetime) -> None:
        self.path.parent.mkdir(PRIVATE_FOLDER, parents=True, exist_ok=True)
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "a+", encoding="utf-8")
        if not _taken(file):
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise BusyError(str(self.path), f"another instance is at work: {holder}", "wait for it, or end it")
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


def _taken(file: IO[str]) -> bool:
    """Whether the lock was to be had within PATIENCE."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= end:
                return False
            time.sleep(0.02)
        else:
            return True


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
