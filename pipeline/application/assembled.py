"""The parts, set up over one config and one archive."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pipeline
from pipeline import distribute, health, maintain, publish, watchlist
from pipeline.application.brake import Brake, in_thread
from pipeline.application.done import Done, put_back
from pipeline.application.outside import Outside
from pipeline.collect import Books, Log, Silence
from pipeline.config import Config, is_mailbox
from pipeline.digest import edition
from pipeline.errors import MarsadError, UsageError
from pipeline.model import Digest, Node, Watchlist
from pipeline.publish import Publisher
from pipeline.store import Store
from pipeline.text import remembered

# What collects, tags and searches takes as long to load as all the rest, and is loaded by the methods that do so: who asks how things
# are does not wait for it.
if TYPE_CHECKING:
    from pipeline.fetch import Fetcher
    from pipeline.lint import Counts
    from pipeline.search import Search
    from pipeline.tag import Tagger

COUNTED = 3_000
"""The newest articles of the archive, on which watchlists are tried for terms that are everywhere: two or three seconds."""


@contextlib.contextmanager
def _forgetting() -> Iterator[None]:
    """What was remembered of words and articles inside is let go of: a service would keep it for ever."""
    try:
        yield
    finally:
        remembered.forget()


class Application:
    """All parts over one config and one archive. Close it when done."""

    def __init__(
        self,
        config: Config,
        clock: Callable[[], datetime],
        *,
        create: bool = True,
        log: Log | None = None,
        fetcher: Callable[..., Fetcher] | None = None,
    ) -> None:
        """`clock` gives the real time, aware: for locks and durations; what a run takes for now is its own argument.

        `fetcher` makes the door to the web from its settings and `memory=`, as `Fetcher` does.
        """
        self.log = log or Silence()
        self.config = config
        self.clock = clock
        self.store = Store(config.store, create=create)
        self.outside = Outside(config.fetch, self.store, clock, self.log, fetcher)
        self._learn()

    @property
    def publisher(self) -> Publisher:
        """What every edition needs to know, with the version of the watchlists as it is now."""
        return Publisher(
            store=self.store,
            outputs=self.config.outputs,
            feeds=[f for f in self.config.feeds if f.enabled],
            titles={w.id: w.title for w in self.config.watchlists},
            version=self.version,
            program=pipeline.__version__,
        )

    def close(self) -> None:
        self.store.close()

    @property
    def folder(self) -> Path:
        """Where the archive stands, and what is said about it: its lock, the service's note."""
        return self.store.lock(self.config.outputs).path.parent

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
        brake: Brake | None = None,
    ) -> Done:
        """One cycle under the lock: collect, then publish what is due. A kill at any point costs nothing that is not done again."""
        from pipeline.collect import retag  # noqa: PLC0415

        brake = brake or Brake()
        with self.locked(), _forgetting():
            begun = self.clock()
            run = self.store.begin_run("collect", now)
            self._learn()
            since, words = self.open_since(now), self.lookalikes
            retagged = retag(self.store, self.config.watchlists, self.version, since, words, brake.go_on)
            books = Books()
            if brake.go_on():
                with self.outside.resting(now):
                    asyncio.run(self._collect(books, now, all_feeds=all_feeds, progress=progress, brake=brake))
            stopped = brake.pulled
            counts = books.as_json() | ({"stopped": put_back(books)} if stopped else {})
            self.store.end_run(run, now + (self.clock() - begun), counts)
            if not stopped and not books.balance():
                raise MarsadError("books", f"what came in is not what went out: {books.as_json()}", "report this")
            written = self._publish(now, brake) if publishing and not stopped else []
            sent = self._distribute(now, brake) if publishing and not stopped else None
            if not stopped:
                maintain.maintain(self.store, now, brake.go_on)
        self._tell_alive(brake)
        return Done(books=books, retagged=retagged, written=tuple(written), sent=sent, stopped=stopped)

    async def cycle_async(self, now: datetime, *, brake: Brake) -> Done:
        """`cycle` in a thread with a loop of its own, so that the caller's loop answers while archive and editions are written."""
        return await in_thread(lambda: self.cycle(now, brake=brake))

    def publish(self, now: datetime, *, brake: Brake | None = None) -> Done:
        """The second half of a cycle alone: every edition that is due and not written, the earliest hour first."""
        brake = brake or Brake()
        with self.locked():
            written = self._publish(now, brake)
            sent = self._distribute(now, brake)
        self._tell_alive(brake)
        return Done(books=Books(), retagged=0, written=tuple(written), sent=sent, stopped=brake.pulled)

    async def publish_async(self, now: datetime, *, brake: Brake) -> Done:
        """`publish` in a thread."""
        return await in_thread(lambda: self.publish(now, brake=brake))

    def _publish(self, now: datetime, brake: Brake) -> list[Path]:
        """One edition at a time, so that the brake can come between two. The last call makes up for files that a kill took."""
        digests = self.config.digests
        hours = sorted(
            (edition.window(d, day)[1], n) for n, d in enumerate(digests) for day in publish.due(self.store, d, now)
        )
        written: list[Path] = []
        for moment, n in hours:
            if brake.pulled:
                return written
            written += publish.publish(self.publisher, [digests[n]], moment, at=now)
            brake.tick()
        return written + publish.publish(self.publisher, digests, now)

    def _distribute(self, now: datetime, brake: Brake) -> distribute.Sent:
        """Editions to whom they are owed, what earlier runs could not deliver first."""
        return distribute.Distributor(
            store=self.store,
            digests=self.config.digests,
            mail=self.config.mail,
            post=self.outside.post,
            clock=self.clock,
            go_on=brake.go_on,
        ).run(now)

    def _tell_alive(self, brake: Brake) -> None:
        if self.config.alive is None or brake.pulled:
            return
        dates = {digest.id: self.store.edition_dates(digest.id) for digest in self.config.digests}
        newest = {digest: days[-1] for digest, days in dates.items() if days}
        self.outside.tell_alive(self.config.alive, newest, brake, self.locked())

    async def _collect(
        self, books: Books, now: datetime, *, all_feeds: bool, progress: Callable[[Books], None], brake: Brake
    ) -> None:
        """Keeps the books in `books`, also those of a cycle that the brake ends."""
        from pipeline import collect  # noqa: PLC0415
        from pipeline.engine import Inline, Pool  # noqa: PLC0415

        config = self.config
        args = (config.watchlists, self.lookalikes, config.outlets)
        engine: Pool | Inline = (
            Pool(config.workers, collect.start_worker, args, preload=collect.BORN_WITH)
            if isinstance(config.workers, int) and config.workers
            else Inline(collect.start_worker, args)
        )
        try:
            async with self.outside.fetcher() as fetcher:
                collector = collect.Collector(
                    self.store,
                    fetcher,
                    engine,
                    config.feeds,
                    version=self.version,
                    now=now,
                    progress=progress,
                    log=self.log,
                )
                collector.books = books
                async with brake.holding():
                    await collector.run(all_feeds=all_feeds)
        finally:
            engine.close()

    def _learn(self) -> None:
        """Take up what maintenance learnt since, in this process or another."""
        self.lookalikes = maintain.lookalikes(self.store)
        self.version = maintain.version(watchlist.version(self.config.watchlists), self.lookalikes)

    def open_since(self, now: datetime) -> datetime:
        """From when on an article may still come into an edition of some digest: a changed watchlist judges these again."""
        begins = [now]
        for digest in self.config.digests:
            owed = publish.due(self.store, digest, now)
            next_day = self.next_edition(digest, now).astimezone(ZoneInfo(digest.timezone)).date()
            begins.append(publish.window(self.store, digest, owed[0] if owed else next_day)[0])
        return min(begins)

    def send_test(self, digest: Digest, to: str, now: datetime) -> None:
        """Mail the newest edition, or the next one as far as it has come, to one address; MarsadError when it was not taken."""
        if self.config.mail is None:
            raise UsageError("--send-test", "there is no mail server", "write `mail:` in pipeline.yaml")
        if not is_mailbox(to):
            raise UsageError("--send-test", f"{to!r} is no e-mail address", "write it as a@example.org")
        dates = self.store.edition_dates(digest.id)
        made = self.store.edition(digest.id, dates[-1]) if dates else None
        if made is None:
            day = self.next_edition(digest, now).astimezone(ZoneInfo(digest.timezone)).date()
            made = publish.compose(self.publisher, digest, day)
        refusal = distribute.send_test(self.config.mail, made, to, now)
        if refusal is not None:
            why = f"{refusal.drop.reason}: {refusal.drop.detail}"
            raise MarsadError("--send-test", f"the mail was not taken: {why}", "see `mail:` in pipeline.yaml")

    # ---- reading
    def tagger(self, watchlists: Sequence[Watchlist]) -> Tagger:
        """As the next run will tag: with what the archive taught."""
        from pipeline.tag import Tagger  # noqa: PLC0415

        return Tagger(watchlists, self.lookalikes)

    def search(self, tree: Node, since: datetime | None = None, until: datetime | None = None) -> Search:
        """The articles of the archive of which a query is true, newest first."""
        from pipeline.search import Search  # noqa: PLC0415

        return Search(self.store, tree, since=since, until=until, lookalikes=self.lookalikes)

    def counts(self, watchlists: Sequence[Watchlist]) -> Counts:
        """How often each term stands in the newest articles of the archive."""
        from pipeline import lint  # noqa: PLC0415

        return lint.count(watchlists, islice(self.store.candidates(None), COUNTED), self.lookalikes)

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

    def problems(self, brake: Brake | None = None) -> list[str]:
        """What is wrong with the archive and the outputs, each with what to do. Stopped when the brake is pulled meanwhile."""
        go_on = (brake or Brake()).go_on
        found = [f"{self.store.where}: {line}; restore a backup" for line in self.store.integrity(go_on)]
        if not self.store.index_is_whole():
            found.append(
                f"{self.store.where}: the search index is not whole, so a search reads everything; marsad run mends it"
            )
        for digest in self.config.digests:
            for day, path, what in publish.faults(self.store, self.config.outputs, digest, go_on):
                found.append(f"{path}: {what}; marsad digest {digest.id} --date {day} --rebuild writes it")
        return found

    async def problems_async(self, brake: Brake) -> list[str]:
        """`problems` in a thread."""
        return await in_thread(lambda: self.problems(brake))

    async def unreadable_async(self) -> list[str]:
        """One line when the archive cannot be read now, in a thread."""

        def ask() -> list[str]:
            try:
                self.store.queue()
            except MarsadError as error:
                return error.lines()
            return []

        return await in_thread(ask)

    def status(self, now: datetime) -> dict[str, Any]:
        digests: list[dict[str, Any]] = []
        owed = self.store.deliveries("owed")
        lost = self.store.deliveries("failed", since=now - distribute.EXPIRES)
        problems = distribute.attention([*owed, *lost], now)
        for digest in self.config.digests:
            dates = self.store.edition_dates(digest.id)
            digests.append(
                {
                    "id": digest.id,
                    "next": self.next_edition(digest, now).isoformat(),
                    "last": dates[-1] if dates else None,
                    "owed": [distribute.told(d) for d in owed if d.digest == digest.id],
                }
            )
            late = publish.due(self.store, digest, now - timedelta(hours=2)) if dates else []
            if late:
                problems.append(f"{digest.id}: the edition of {late[0]} is due and not written; marsad run writes it")
        return health.status(
            self.store,
            self.config.feeds,
            digests,
            now,
            problems=problems,
            service=health.service(self.folder),
            rhythm=self.config.collect,
        )

    async def figures_async(self, now: datetime, most: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """`status` and the last runs, in a thread."""
        return await in_thread(lambda: (self.status(now), self.store.runs(most)))

    def last_digest(self) -> Path | None:
        """The newest edition's HTML file, if there is one."""
        for digest in self.config.digests:
            for day in reversed(self.store.edition_dates(digest.id)):
                path = self.config.outputs / digest.id / f"{day}.html"
                if path.exists():
                    return path
        return None
