"""One writer at a time."""

from __future__ import annotations

import fcntl
import os
from datetime import datetime
from pathlib import Path
from typing import IO

from pipeline.errors import BusyError, StoreError


class Lock:
    """One writer per archive. The kernel frees it when the process dies, however it dies; the file only says who and since when."""

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

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
