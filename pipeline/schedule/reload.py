"""The configuration while the service runs: read again when a file changes, taken only when it is whole, good and meant.

    stamp (names, times, sizes) → changed? → at rest for a moment? → load → good? → not half of the feeds gone? → taken
                                                                        └ no: refused with its lines, the last good one stays

An editor may empty a file before it writes it, and a half list of feeds is good YAML; so a change counts only when the folder has
stood still for a moment, and was still the same after it was read. Fewer than half of the feeds need a second look, a minute
later. No feeds at all are never taken while running: whoever means that starts the service anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.config import Config
from pipeline.errors import MarsadError

REST = timedelta(seconds=2)
"""So long the files must have stood still."""

SECOND_LOOK = timedelta(minutes=1)
"""So long a list that lost more than half of its feeds must have stood still."""

Stamp = tuple[tuple[str, int, int, int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A change that was not taken: since when, and a line for each thing that is wrong with it."""

    since: datetime
    lines: tuple[str, ...]


def stamp(folder: Path) -> Stamp:
    """What tells one state of the folder from another without reading it: name, inode, time, size and rights of every file."""
    return tuple(sorted(_files(folder, 2)))


def _files(folder: Path, depth: int) -> Iterator[tuple[str, int, int, int, int]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue  # editors keep their own notes here
                if depth > 1 and entry.is_dir():
                    yield from _files(Path(entry.path), depth - 1)
                    continue
                try:
                    found = entry.stat()
                except FileNotFoundError:  # gone since the folder was read, or a link to nothing
                    yield (entry.path, 0, 0, 0, 0)
                else:
                    yield (entry.path, found.st_ino, found.st_mtime_ns, found.st_size, found.st_mode)
    except OSError as error:
        yield (str(folder), -(error.errno or 1), 0, 0, 0)


class Reader:
    """Knows the configuration in force and the last change that was refused. One thread at a time."""

    def __init__(self, folder: Path, load: Callable[[Path], Config]) -> None:
        """Reads it for the first time; ConfigError when it is wrong."""
        self._folder, self._load = folder, load
        self._good: Stamp | None = stamp(folder)  # before it is read, so that no edit in between goes unseen
        self.config = load(folder)
        self.refused: Refused | None = None
        self._bad: Stamp | None = None
        self._few: Stamp | None = None
        """The state that is good, lacks most of the feeds, and waits for its second look."""
        self._seen, self._since = self._good, datetime.min.replace(tzinfo=UTC)
        """The newest state of the folder, and when it was first seen."""

    def look(self, now: datetime, *, asked: bool = False) -> Config | None:
        """A new configuration that is in force from now on, or None. `asked`: the operator says that the files are whole (SIGHUP)."""
        current = stamp(self._folder)
        if current == self._good and not asked:
            self.refused, self._seen = None, current
            return None
        if current == self._bad and not asked:
            return None
        if current != self._seen or now < self._since:
            self._seen, self._since = current, now
        stood = now - self._since
        if (stood < REST and not asked) or (current == self._few and stood < SECOND_LOOK):
            return None
        return self._read(current, now, stood)

    def _read(self, current: Stamp, now: datetime, stood: timedelta) -> Config | None:
        try:
            made = self._load(self._folder)
        except MarsadError as error:
            self._refuse(now, error.lines(), bad=current)
            return None
        except Exception as error:  # noqa: BLE001  a mistake of ours in reading costs the change, not the service
            self._refuse(now, [f"bug: {type(error).__name__}: {error}; report it"], bad=current)
            return None
        if stamp(self._folder) != current:
            return None  # it moved while it was read: the next look sees another state
        before, after = (sum(f.enabled for f in c.feeds) for c in (self.config, made))
        where = self._folder / "feeds.yaml"
        if before and not after:
            todo = "if that is meant, start the service anew"
            self._refuse(now, [f"{where}: no feeds are left of {before}; {todo}"], bad=current)
            return None
        if after * 2 < before and stood < SECOND_LOOK:
            todo = "taken when the files have stayed so for a minute"
            self._refuse(now, [f"{where}: {after} feeds are left of {before}; {todo}"], few=current)
            return None
        self.refused, self._good, self._bad, self._few = None, current, None, None
        if made == self.config:
            return None  # touched, not changed
        self.config = made
        return made

    def _refuse(
        self, now: datetime, lines: Sequence[str], *, bad: Stamp | None = None, few: Stamp | None = None
    ) -> None:
        self._bad, self._few = bad, few
        self.refused = Refused(since=now, lines=tuple(lines))

    def give_back(self, now: datetime, lines: Sequence[str], before: Config) -> None:
        """What `look` gave could not be taken after all: `before` stays in force."""
        self._refuse(now, lines, bad=self._good)
        self.config, self._good = before, None
