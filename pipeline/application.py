"""The assembled application: a checked Config on one side, the parts it sets up on the other. The one place of assembly."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pipeline
from pipeline import collect, health, publish, watchlist
from pipeline.collect import Books, Collector, Log, Silence, retag, start_worker
from pipeline.config import Config
from pipeline.digest import edition
from pipeline.engine import Inline, Pool
from pipeline.errors import MarsadError
from pipeline.fetch import Fetcher, RobotsMemory
from pipeline.model import Digest
from pipeline.publish import Publisher
from pipeline.store import Store

RETAGGED = timedelta(days=2)
"""A changed watchlist judges again what may still come into an edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one cycle did."""

    books: Books
    retagged: int
    written: tuple[Path, ...]

    @property
    def bugs(self) -> int:
        """Items that were lost to a mistake of ours: a person should look."""
        books = self.books
        return books.failed["bug"] + books.dropped["bug"] + books.stand_in["bug"]


class Application:
    """All parts over one config and one archive. Close it when done."""

    def __init__(
        self,
        config: Config,
        clock: Callable[[], datetime],
        *,
        create: bool = True,
        log: Log | None = None,
        fetcher: Callable[..., Fetcher] = Fetcher,
    ) -> None:
        """`clock` gives the real time, aware: for locks and durations; what a run takes for now is its own argument.

        `fetcher` makes the door to the web from its settings and `memory=`.
        """
        self._fetcher = fetcher
        self.log = log or Silence()
        self.config = config
        self.clock = clock
        self.store = Store(config.store, create=create)
        self._robots = RobotsMemory()
        self.version = watchlist.version(config.watchlists)
        self.publisher = Publisher(
            store=self.store,
            outputs=config.outputs,
            feeds=[f for f in config.feeds if f.enabled],
            titles={w.id: w.title for w in config.watchlists},
            version=self.version,
            program=pipeline.__version__,
        )

    def close(self) -> None:
        self.store.close()

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the archive against other writers; BusyError when another has it."""
        lock = self.store.lock(self.config.outputs)
        lock.acquire(self.clock())
        try:
            yield
        finally:
            lock.release()

    def cycle(
        self,
        now: datetime,
        *,
        all_feeds: bool = False,
        publishing: bool = True,
        progress: Callable[[Books], None] = lambda _: None,
    ) -> Done:
        """One cycle under the lock: collect, then publish what is due. A kill at any point costs nothing that is not done again."""
        with self.locked():
            begun = self.clock()
            run = self.store.begin_run("collect", now)
            retagged = retag(self.store, self.config.watchlists, self.version, now - RETAGGED)
            books = asyncio.run(self._collect(now, all_feeds=all_feeds, progress=progress))
            self.store.end_run(run, now + (self.clock() - begun), books.as_json())
            if not books.balance():
                raise MarsadError("books", f"what came in is not what went out: {books.as_json()}", "report this")
            written = publish.publish(self.publisher, self.config.digests, now) if publishing else []
        return Done(books=books, retagged=retagged, written=tuple(written))

    async def _collect(self, now: datetime, *, all_feeds: bool, progress: Callable[[Books], None]) -> Books:
        config = self.config
        args = (config.watchlists,)
        engine: Pool | Inline = (
            Pool(config.workers, start_worker, args, preload=[collect.__name__])
            if isinstance(config.workers, int) and config.workers
            else Inline(start_worker, args)
        )
        try:
            async with self._fetcher(config.fetch, memory=self._robots) as fetcher:
                collector = Collector(
                    self.store,
                    fetcher,
                    engine,
                    config.feeds,
                    version=self.version,
                    now=now,
                    progress=progress,
                    log=self.log,
                )
                return await collector.run(all_feeds=all_feeds)
        finally:
            engine.close()

    # ---- reading
    def digest(self, wanted: str | None) -> Digest | None:
        """By id; without one, the first."""
        return next((d for d in self.config.digests if wanted in (None, d.id)), None)

    def next_edition(self, digest: Digest, now: datetime) -> datetime:
        """When the next edition is due."""
        day = now.astimezone(ZoneInfo(digest.timezone)).date()
        while True:
            until = edition.window(digest, day)[1]
            if until > now and day.weekday() in digest.days:
                return until
            day += timedelta(days=1)

    def is_ahead(self, digest: Digest, day: date, now: datetime) -> bool:
        """Whether the window of that day's edition has not ended yet."""
        return edition.window(digest, day)[1] > now

    def problems(self) -> list[str]:
        """What is wrong with the archive and the outputs, each with what to do."""
        found = [f"{self.store.where}: {line}; restore a backup" for line in self.store.integrity()]
        for digest in self.config.digests:
            for day in self.store.edition_dates(digest.id):
                paths = (self.config.outputs / digest.id / f"{day}.{form}" for form in digest.formats)
                again = f"marsad digest {digest.id} --date {day} --rebuild"
                found += [f"{path}: is missing; {again} writes it" for path in paths if not path.exists()]
        return found

    def status(self, now: datetime) -> dict[str, Any]:
        digests: list[dict[str, Any]] = []
        problems: list[str] = []
        for digest in self.config.digests:
            dates = self.store.edition_dates(digest.id)
            digests.append(
                {
                    "id": digest.id,
                    "next": self.next_edition(digest, now).isoformat(),
                    "last": dates[-1] if dates else None,
                    "owed": [],
                }
            )
            late = publish.due(self.store, digest, now - timedelta(hours=2)) if dates else []
            if late:
                problems.append(f"{digest.id}: the edition of {late[0]} is due and not written; marsad run writes it")
        return health.status(self.store, self.config.feeds, digests, now, problems=problems)

    def last_digest(self) -> Path | None:
        """The newest edition's HTML file, if there is one."""
        for digest in self.config.digests:
            for day in reversed(self.store.edition_dates(digest.id)):
                path = self.config.outputs / digest.id / f"{day}.html"
                if path.exists():
                    return path
        return None
