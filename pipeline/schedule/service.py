"""One process that keeps its clocks for years: `Service`.

    collect    every `collect`        a whole cycle: poll, read, file, publish what is due
    edition:N  at each digest's hour  publish what is due
    upkeep     once a day             look at the database's pages and the editions' files

A turn asks the archive what is due and does it; which clock woke it does not matter. So a restart, a sleep of days, a clock that is
set, an hour that does not exist or comes twice are no cases of their own: the next turn makes up for all of it, once and in order.
Turns never overlap. Their work runs in a thread of its own; the loop here only waits, answers, and tells the supervisor that it does.

The beat, every few seconds by a clock that nobody sets: ping the watchdog, see whether the wall clock jumped (then the turns are
planned anew), look at the configuration's files, write down how we are for `marsad status`.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from apscheduler.events import JobExecutionEvent
from apscheduler.schedulers.base import BaseScheduler

from pipeline import config as configuration
from pipeline import health
from pipeline.application import Application, Brake
from pipeline.collect import Log, Silence
from pipeline.config import Config
from pipeline.engine import give_back
from pipeline.errors import BusyError, MarsadError, StoreError
from pipeline.model import Digest
from pipeline.schedule.clocks import OVERRUN, Calendar, Rhythm
from pipeline.schedule.note import Note
from pipeline.schedule.notify import notify, watchdog
from pipeline.schedule.reload import Reader, Refused
from pipeline.store import SERVICE_LOCK, Lock, Stopped

GRACE = 8.0
"""Seconds that what is in hand may take to end when we are asked to stop; then the process ends all the same, and nothing is lost."""

BEAT = 5.0
"""Seconds between two looks at ourselves."""

JUMP = timedelta(seconds=30)
"""A wall clock that moved by so much against the steady one was set, or slept."""

HUNG = 900.0
"""Seconds without a sign of life from the work in hand: then the watchdog is not pinged any more."""

LATE = timedelta(minutes=2)
"""A turn that is so much overdue while nothing is in hand means that the scheduler is dead."""

_UPKEEP = Digest(id="upkeep", title="", at=(3, 30), timezone="UTC", watchlists=())
"""The daily upkeep has an hour as a digest has: after midnight's news, before the morning's edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The last turn of its kind that came to its end."""

    kind: str
    ended: datetime
    seconds: float


def _bug(kind: str, error: Exception) -> str:
    return f"{kind}: bug: {type(error).__name__}: {error}; report it"


class Service:
    """Made with a configuration that is good; `run` ends when `stop` is called, or raises when we are of no use any more."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        scheduler: BaseScheduler,
        log: Log | None = None,
        steady: Callable[[], float] = time.monotonic,
        load: Callable[[Path], Config] = configuration.load,
        assemble: Callable[..., Application] = Application,
        tidy: Callable[[], None] = give_back,
    ) -> None:
        """ConfigError, StoreError, BusyError: nothing is begun. `clock` is the wall's, `steady` counts seconds that nobody sets.

        `assemble` makes the application from a configuration, as `Application(config, clock, log=)` does. `tidy` is done after each
        turn: else the process is for ever as large as its largest turn.
        """
        self.log = log or Silence()
        self.clock, self.steady = clock, steady
        self.scheduler = scheduler
        self._assemble, self._tidy = assemble, tidy
        self._reader = Reader(folder, load)
        self.application = assemble(self._reader.config, clock, log=self.log)
        try:
            self._lock = self._lock_at(self.application.folder)
        except MarsadError:
            self.application.close()
            raise
        self._archive = self._identity()
        self._next: Config | None = None
        """A good configuration that waits for the turn in hand to end."""
        self._hand = asyncio.Lock()
        """Held by the turn that works."""
        self._looking = asyncio.Lock()
        self._brake: Brake | None = None
        self._working: set[asyncio.Task[Any]] = set()
        self._stop = asyncio.Event()
        self.began = clock()
        self.last: dict[str, Turn] = {}
        self.trouble: tuple[str, ...] = ()
        """Why the last turn failed; empty after one that did not."""
        self.found: tuple[str, ...] = ()
        """What the daily upkeep found to be wrong."""
        self._note = Note()
        scheduler.add_listener(self._overrun, OVERRUN)

    # ---- what others may ask
    @property
    def refused(self) -> Refused | None:
        """The change of the configuration that is not in force."""
        return self._reader.refused

    def hung(self) -> str | None:
        """Why we are of no use any more, or None."""
        brake = self._brake
        if brake is not None and brake.silent() > HUNG:
            return f"the work in hand has given no sign of life for {brake.silent():.0f} s"
        job = self.scheduler.get_job("collect")
        if not self._hand.locked() and job is not None and job.next_run_time is not None:
            late = self.clock() - job.next_run_time
            if late > LATE:
                return f"the turn of {health.clock(job.next_run_time)} did not come"
        return None

    def unready(self) -> list[str]:
        """One line for each reason why our work is not what it should be; empty when all is well."""
        now, rhythm = self.clock(), self.application.config.collect
        lines = [line for line in (self.hung(),) if line]
        lines += self.trouble
        if self.refused is not None:
            lines += [f"refused: {line}" for line in self.refused.lines]
        last = self.last.get("collect")
        since = last.ended if last else self.began
        if now - since > max(3 * rhythm, timedelta(minutes=10)):
            lines.append(f"no cycle has ended since {health.clock(since)}")
        return lines

    # ---- the clocks
    def plan(self) -> None:
        """Give every turn its clock, by the configuration in force, from now on.

        A collecting that was to come comes no later: else a configuration that changes more often than that would stop it.
        """
        config = self.application.config
        clocks: dict[str, tuple[Callable[[], Awaitable[None]], Any]] = {
            "collect": (self.collect, Rhythm(config.collect)),
            **{f"edition:{d.id}": (self.editions, self._calendar(d)) for d in config.digests},
            "upkeep": (self.keep, self._calendar(_UPKEEP, config.timezone)),
        }
        for job in self.scheduler.get_jobs():
            if job.id not in clocks:
                job.remove()
        coming = self._coming()
        for name, (turn, trigger) in clocks.items():
            self.scheduler.add_job(turn, trigger, id=name, replace_existing=True)
        planned = self._coming()
        if coming is not None and planned is not None and coming < planned:
            self.scheduler.modify_job("collect", next_run_time=coming)

    def _coming(self) -> datetime | None:
        """When the next collecting is to come; None before the scheduler has begun."""
        return getattr(self.scheduler.get_job("collect"), "next_run_time", None)

    def _calendar(self, digest: Digest, zone: str | None = None) -> Calendar:
        wanted = replace(digest, timezone=zone or digest.timezone)
        return Calendar(lambda moment: self.application.next_edition(wanted, moment))

    def _overrun(self, event: JobExecutionEvent) -> None:
        self.log.info("turn skipped", kind=event.job_id, reason="the one before is still at work")

    # ---- turns
    async def collect(self) -> None:
        async def work(application: Application, now: datetime, brake: Brake) -> dict[str, Any]:
            return (await application.cycle_async(now, brake=brake)).facts()

        await self._turn("collect", work)

    async def editions(self) -> None:
        async def work(application: Application, now: datetime, brake: Brake) -> dict[str, Any]:
            return (await application.publish_async(now, brake=brake)).facts()

        await self._turn("editions", work)

    async def keep(self) -> None:
        async def work(application: Application, now: datetime, brake: Brake) -> dict[str, Any]:
            self.found = tuple(await application.problems_async(brake))
            return {"found": list(self.found)}

        await self._turn("upkeep", work)

    async def _turn(self, kind: str, work: Callable[[Application, datetime, Brake], Awaitable[dict[str, Any]]]) -> None:
        """One turn from beginning to end. Whatever goes wrong is told, and the next turn begins anew."""
        async with self._hand:
            if self._stop.is_set():
                return  # it waited for its turn until we were asked to stop
            with self._waited_for():
                await self._told_turn(kind, work)
        await self._write_down()

    @contextlib.contextmanager
    def _waited_for(self) -> Iterator[None]:
        """Who stops us waits until this has ended."""
        task = asyncio.current_task()
        assert task is not None
        self._working.add(task)
        try:
            yield
        finally:
            self._working.discard(task)

    async def _told_turn(
        self, kind: str, work: Callable[[Application, datetime, Brake], Awaitable[dict[str, Any]]]
    ) -> None:
        begun, now = self.steady(), self.clock()
        self._brake = Brake(self.steady)
        try:
            await self.look()
            await self._adopt()
            if self._stop.is_set():
                raise Stopped  # noqa: TRY301  as if the work had been asked
            self._same_archive()
            facts = await work(self.application, now, self._brake)
        except BusyError as error:
            self.log.info("turn skipped", kind=kind, reason=error.what)
        except Stopped:
            self.log.info("turn", kind=kind, stopped=True)
        except MarsadError as error:
            self._failed(kind, error.lines())
        except Exception as error:  # noqa: BLE001  a mistake of ours costs a turn, not the service
            self._failed(kind, [_bug(kind, error)], reason="bug", trace=traceback.format_exc().splitlines())
        else:
            self.trouble = ()
            seconds = round(self.steady() - begun, 3)
            self.last[kind] = Turn(kind=kind, ended=self.clock(), seconds=seconds)
            self.log.info("turn", kind=kind, seconds=seconds, **facts)
        finally:
            self._brake = None
            self._tidy()

    def _failed(self, kind: str, lines: Sequence[str], **facts: Any) -> None:
        self.trouble = tuple(lines)
        self.log.error("turn failed", kind=kind, lines=list(lines), **facts)

    # ---- the archive under our feet
    def _identity(self) -> tuple[int, int] | None:
        path = self.application.store.path
        if path is None:
            return None
        with contextlib.suppress(FileNotFoundError):
            found = path.stat()
            return found.st_dev, found.st_ino
        raise StoreError(str(path), "the archive is gone", "restore a backup to this place, or start the service anew")

    def _same_archive(self) -> None:
        """A file that was put in the archive's place is opened; one that was taken away is missed, and not made anew."""
        if self._identity() != self._archive:
            self.log.warning("the archive was replaced", path=self.application.store.where)
            self._replace(self.application.config, create=False)

    def _replace(self, config: Config, **how: Any) -> None:
        made = self._assemble(config, self.clock, log=self.log, **how)
        if made.folder != self.application.folder:
            try:
                lock = self._lock_at(made.folder)
            except BaseException:
                made.close()
                raise
            self._lock.release()
            self._lock = lock
        self.application.close()
        self.application = made
        self._archive = self._identity()

    def _lock_at(self, folder: Path) -> Lock:
        """Held as long as we live: one service for an archive. Its turns hold the archive's own lock, and let others in between."""
        lock = Lock(folder / SERVICE_LOCK)
        lock.acquire(self.clock())
        return lock

    # ---- the configuration
    async def look(self, *, asked: bool = False) -> None:
        """See whether the files have changed. A good change is in force from the next turn on."""
        async with self._looking:
            before = self._reader.refused
            found = await asyncio.to_thread(self._reader.look, self.clock(), asked=asked)
            self._next = found or self._next
            after = self._reader.refused
        if after is not None and (before is None or after.lines != before.lines):
            self._tell_refused()
        elif after is None and before is not None:
            self.log.info("configuration mended")
        if found is not None:
            self.log.info("configuration read", feeds=len(found.feeds), watchlists=len(found.watchlists))

    async def _adopt(self) -> None:
        """Take the configuration that waits. Only while nothing else is in hand."""
        config, self._next = self._next, None
        if config is None:
            return
        web = self.application.config.web
        try:
            self._replace(config)
        except MarsadError as error:
            self._reader.give_back(self.clock(), error.lines(), self.application.config)
            self._tell_refused()
            return
        except Exception as error:  # noqa: BLE001  a mistake of ours costs the change, not the turn
            self._reader.give_back(self.clock(), [_bug("configuration", error)], self.application.config)
            self._tell_refused(trace=traceback.format_exc().splitlines())
            return
        if config.web != web:
            self.log.warning("web.listen changed: the new address is listened on after a restart")
        self.plan()

    def _tell_refused(self, **facts: Any) -> None:
        if self.refused is not None:
            self.log.error("configuration refused", lines=list(self.refused.lines), **facts)

    async def reread(self, *, asked: bool = False) -> None:
        """Look at the files, and take what is good as soon as nothing is in hand. Whatever goes wrong is told."""
        try:
            await self.look(asked=asked)
            if self._next is not None:
                async with self._hand:
                    with self._waited_for():
                        await self._adopt()
        except Exception as error:  # noqa: BLE001  a mistake of ours costs the change, not the service
            kind = "configuration"
            self._failed(kind, [_bug(kind, error)], reason="bug", trace=traceback.format_exc().splitlines())

    # ---- the beat
    async def run(self) -> bool:
        """Work until `stop` → whether what was in hand has ended. Raises when the scheduler is dead."""
        self.plan()
        self.scheduler.start()
        self.scheduler.modify_job("collect", next_run_time=self.clock())  # what was missed while we were not there
        notify("READY=1", f"STATUS={self.status_line()}")
        self.log.info("service began", feeds=len(self.application.config.feeds))
        try:
            await self._beats()
            notify("STOPPING=1")
            return await self._end()
        finally:
            if self.scheduler.running:
                self.scheduler.shutdown(wait=False)

    def stop(self) -> None:
        self._stop.set()

    async def _beats(self) -> None:
        period = min(BEAT, (watchdog() or 4 * BEAT) / 4)
        gap = self._gap()
        rereading: asyncio.Task[None] | None = None
        dead = False
        while not self._stop.is_set():
            now = self._gap()
            if abs(now - gap) > JUMP.total_seconds():
                self.log.warning("the clock was set, or the machine slept", seconds=round(now - gap))
                self._plan_again()
                gap = now
            hung = self.hung()
            if hung is None:
                notify("WATCHDOG=1", f"STATUS={self.status_line()}")
            elif self._brake is None and dead:
                raise MarsadError("schedule", hung, "the supervisor starts the service anew")
            # Twice in a row: a process that was halted may come to its beat before it comes to its clocks.
            dead = hung is not None and self._brake is None
            if rereading is None or rereading.done():
                if rereading is not None:
                    rereading.result()
                rereading = asyncio.create_task(self.reread())
            await self._write_down()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), period)

    def _gap(self) -> float:
        """Seconds by which the wall clock leads the steady one."""
        return self.clock().timestamp() - self.steady()

    def _plan_again(self) -> None:
        """After a jump: timers were set by another clock. What is due is done now, the rest counts from now."""
        self.plan()
        self.scheduler.modify_job("collect", next_run_time=self.clock())

    async def _end(self) -> bool:
        """Let what is in hand end, or put it back → whether it did within GRACE."""
        self.scheduler.pause()
        if self._brake is not None:
            self._brake.pull()
        ended = True
        if self._working:
            _, open_still = await asyncio.wait(self._working, timeout=GRACE)
            ended = not open_still
        self.log.info("service ended", clean=ended)
        await self._write_down(state="stopped", always=True)
        return ended

    def close(self) -> None:
        """When nothing is in hand any more: let archive and lock go."""
        self.application.close()
        self._lock.release()

    # ---- how we are, for others
    def status_line(self) -> str:
        """One line for the supervisor."""
        if self._brake is not None:
            return "at work"
        if self.refused is not None:
            return f"configuration refused: {self.refused.lines[0]}"
        if self.trouble:
            return f"the last turn failed: {self.trouble[0]}"
        last = self.last.get("collect")
        return f"last cycle {health.clock(last.ended)}" if last else "begins"

    async def _write_down(self, *, state: str = "running", always: bool = False) -> None:
        """Tell `marsad status`, which is another process."""
        facts = {
            "state": state,
            "pid": os.getpid(),
            "since": self.began.isoformat(timespec="seconds"),
            "trouble": list(self.trouble),
            "found": list(self.found),
            "next": {
                job.id: job.next_run_time.isoformat(timespec="seconds")
                for job in (self.scheduler.get_jobs() if state == "running" else ())
                if job.next_run_time is not None
            },
            "refused": list(self.refused.lines) if self.refused else [],
            "refused_since": self.refused.since.isoformat(timespec="seconds") if self.refused else None,
        }
        try:
            await self._note.write(self.application.folder, facts, self.clock(), always=always)
        except StoreError as error:  # a full disk is told by the turns that need it
            self.log.warning("the note for status was not written", lines=error.lines())
