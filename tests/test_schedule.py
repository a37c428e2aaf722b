"""The service's clocks: a year of days in seconds; configurations that change; turns that fail, hang, are stopped."""

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from hypothesis import given
from hypothesis import strategies as st

from pipeline import config as configuration
from pipeline import health, publish
from pipeline.application import Application, Brake, Done, assembled, in_thread
from pipeline.application.outside import Outside
from pipeline.collect import Books
from pipeline.digest import edition
from pipeline.errors import BusyError, ConfigError, MarsadError, StoreError
from pipeline.model import Digest, Drop
from pipeline.schedule import Service, scheduler
from pipeline.schedule import service as service_room
from pipeline.schedule.clocks import Calendar, Rhythm
from pipeline.schedule.notify import notify, watchdog
from pipeline.schedule.reload import REST, SECOND_LOOK, Reader

SOON = timedelta(seconds=1)


# ---------------------------------------------------------------- a world without waiting
class Clock:
    """Time that moves when it is told to."""

    def __init__(self, now: datetime):
        self.now = now
        self.steady = 0.0

    def __call__(self) -> datetime:
        return self.now

    def to(self, moment: datetime, *, asleep: bool = False) -> None:
        """A machine asleep has no steady seconds."""
        self.steady += 0.0 if asleep else (moment - self.now).total_seconds()
        self.now = moment


class Library:
    """What the library calls `datetime`, on our clock."""

    def __init__(self, clock: Clock):
        self.clock = clock

    def now(self, zone):
        return self.clock().astimezone(zone)


class Simulated(AsyncIOScheduler):
    """The library's own scheduler, woken by the test instead of a timer."""

    def wakeup(self):
        pass

    async def turn(self) -> None:
        """What is due now, to its end."""
        self._process_jobs()
        running = list(self._lookup_executor("default")._pending_futures)
        if running:
            await asyncio.wait(running)
            await asyncio.sleep(0)

    def next(self) -> datetime:
        return min(job.next_run_time for job in self.get_jobs())


class Memory:
    """As much of a store as editions that are already composed need."""

    path = None
    where = "memory"

    def __init__(self):
        self.rows: dict[tuple[str, str], dict] = {}
        self.saved: list[tuple[str, str]] = []
        self.notes: dict[str, object] = {}
        self.before_row: Callable[[], None] = lambda: None
        self.after_row: Callable[[], None] = lambda: None

    def note(self, name):
        return self.notes.get(name)

    def save_notes(self, **values):
        self.notes |= values

    def edition_dates(self, digest):
        return sorted(day for name, day in self.rows if name == digest)

    def edition(self, digest, day):
        return self.rows.get((digest, day))

    def save_edition(self, digest, day, until, *, edition, **_):
        self.before_row()
        self.rows[digest, day] = edition
        self.saved.append((digest, day))
        self.after_row()

    def close(self):
        pass


class Killed(BaseException):
    """The process ends here."""


class House(Application):
    """The application without a web and without a disk for its archive: editions by the real order of work, articles by none."""

    def __init__(self, store: Memory, folder: Path, config, clock, *, log=None, create=True):
        self.store, self.home, self.config, self.clock = store, folder, config, clock
        self.version = "v"

    folder = property(lambda self: self.home)

    def locked(self):
        return contextlib.nullcontext()

    def cycle(self, now, *, brake, **_):
        return self.publish(now, brake=brake)

    def problems(self, brake=None):
        days = [(d.id, day) for d in self.config.digests for day in self.store.edition_dates(d.id)[-20:]]
        paths = [self.config.outputs / name / f"{day}.json" for name, day in days]
        return [str(path) for path in paths if not path.exists()]

    def publish(self, now, *, brake):
        with self.locked():
            written = self._publish(now, brake)
        return Done(books=Books(), retagged=0, written=tuple(written), stopped=brake.pulled)


class Heard:
    """A log that is kept."""

    def __init__(self):
        self.events: list[tuple[str, dict]] = []

    def info(self, event, **facts):
        self.events.append((event, facts))

    warning = error = info

    def named(self, event: str) -> list[dict]:
        return [facts for name, facts in self.events if name == event]


DIGESTS = """digests:
  - {id: cairo, title: x, at: "00:30", timezone: Africa/Cairo, formats: [json]}
  - {id: cairo-late, title: x, at: "23:30", timezone: Africa/Cairo, formats: [json]}
  - {id: beirut, title: x, at: "00:30", timezone: Asia/Beirut, formats: [json]}
  - {id: damascus, title: x, at: "00:15", timezone: Asia/Damascus, formats: [json]}
  - {id: berlin, title: x, at: "02:30", timezone: Europe/Berlin, formats: [json], days: [sun, mon, tue, wed, thu]}
"""


def write_config(root: Path, *, feeds: int = 4, digests: str = DIGESTS, collect: str = "6h", more: str = "") -> Path:
    folder = root / "config"
    folder.mkdir(exist_ok=True)
    (folder / "pipeline.yaml").write_text(f"collect: {collect}\noutputs: outputs\n{more}")
    (folder / "feeds.yaml").write_text(feeds_text(feeds))
    (folder / "digests.yaml").write_text(digests)
    return folder


def feeds_text(n: int) -> str:
    rows = "".join(f"  - {{id: f{i}, url: 'https://f{i}.example/feed', outlet: x}}\n" for i in range(n))
    return "feeds:\n" + rows if n else "feeds: []\n"


def compose(publisher, digest, day):
    """An edition without news: its window is what is looked at."""
    since, until = publish.window(publisher.store, digest, day)
    span = {"since": since.isoformat(), "until": until.isoformat(), "timezone": digest.timezone}
    return {"digest": digest.id, "title": "x", "date": day.isoformat(), "coverage": {}, "sections": [], **span}


@pytest.fixture
def world(monkeypatch):
    """Editions compose to nothing, disks flush at once, the library reads our clock."""

    def begin(now: datetime) -> Clock:
        clock = Clock(now)
        monkeypatch.setattr("apscheduler.schedulers.base.datetime", Library(clock))
        monkeypatch.setattr(publish, "compose", compose)
        monkeypatch.setattr(publish, "write_index", lambda *_: {})
        monkeypatch.setattr(os, "fsync", lambda _: None)
        return clock

    yield begin
    while Year.all:
        Year.all.pop().service.close()


class Year:
    """The service through its days, as the machine and the operator treat it."""

    all: ClassVar[list["Year"]] = []

    def __init__(self, folder: Path, clock: Clock):
        Year.all.append(self)
        self.folder, self.clock = folder, clock
        self.store, self.log = Memory(), Heard()
        self.late: dict[tuple[str, str], datetime] = {}
        self.killed = False
        self.service: Service
        self.start()

    def start(self) -> None:
        self.scheduler = scheduler(Simulated)
        home = self.folder.parent / "outputs"
        home.mkdir(exist_ok=True)
        self.service = Service(
            self.folder,
            clock=self.clock,
            scheduler=self.scheduler,
            log=self.log,
            steady=lambda: self.clock.steady,
            assemble=lambda config, clock, **how: House(self.store, home, config, clock, **how),
            tidy=lambda: None,
        )
        self.service.plan()
        self.scheduler.start()
        self.scheduler.modify_job("collect", next_run_time=self.clock())

    def restart(self) -> None:
        self.service._lock.release()  # the kernel does it for a process that died
        self.start()

    def kill_in(self, place: str) -> None:
        """The process dies the next time it comes to that place."""

        def die() -> None:
            setattr(self.store, place, lambda: None)
            self.killed = True
            raise Killed

        setattr(self.store, place, die)

    async def turn(self) -> None:
        before = len(self.store.saved)
        await self.scheduler.turn()
        for key in self.store.saved[before:]:
            self.late[key] = self.clock()
        if self.killed:
            self.killed = False
            self.clock.to(self.clock() + timedelta(seconds=7))
            self.restart()

    async def until(self, moment: datetime) -> None:
        while (following := self.scheduler.next()) <= moment:
            self.clock.to(max(following, self.clock()))
            await self.turn()
        self.clock.to(moment)


def expected(digest: Digest, begin: datetime, end: datetime) -> list[str]:
    """The days of which an edition must be there: the newest that was due at the beginning, and every later one."""
    zone = ZoneInfo(digest.timezone)
    first = begin.astimezone(zone).date() - timedelta(days=8)
    days = [first + timedelta(days=n) for n in range((end - begin).days + 12)]
    due = [d for d in days if d.weekday() in digest.days and edition.window(digest, d)[1] <= end]
    before = [d for d in due if edition.window(digest, d)[1] <= begin]
    return [d.isoformat() for d in due if d >= before[-1]]


# 2026/27 has the changes of Cairo, Beirut and Berlin; Damascus changed its clocks for the last time in 2022.
@pytest.mark.parametrize("begin", [datetime(2026, 3, 1, 9, tzinfo=UTC), datetime(2021, 3, 1, 9, tzinfo=UTC)], ids=str)
async def test_four_hundred_days_write_every_edition_once_in_order_and_on_time(tmp_path, world, begin, monkeypatch):
    async def here(work, *args, **options):
        return work(*args, **options)

    # Ten thousand pieces of work, each a wait for a thread: what they do is what is looked at here.
    monkeypatch.setattr(asyncio, "to_thread", here)
    monkeypatch.setattr(assembled, "in_thread", here)
    clock = world(begin)
    folder = write_config(tmp_path)
    year = Year(folder, clock)
    digests = {d.id: d for d in configuration.load(folder).digests}
    hour = {name: edition.window(d, date(begin.year, 7, 7))[1].time() for name, d in digests.items()}

    def day(n: int) -> datetime:
        return begin + timedelta(days=n)

    def at(n: int, name: str) -> datetime:
        return datetime.combine(day(n).date(), hour[name], UTC)

    slept: list[tuple[datetime, datetime]] = []

    async def sleep(days: int, *, planned_anew: bool) -> None:
        slept.append((clock(), clock() + timedelta(days=days)))
        clock.to(clock() + timedelta(days=days), asleep=True)
        if planned_anew:
            year.service._plan_again()
        await year.turn()

    # ten ends at bad moments: before and after rows, on the second of an edition, in the middle of a catch-up, in a row
    await year.until(day(20))
    year.kill_in("before_row")
    await year.until(day(40))
    year.kill_in("after_row")
    await year.until(at(60, "damascus") - SOON)
    year.restart()
    await year.until(at(61, "beirut"))
    year.restart()
    await year.until(at(62, "cairo") + SOON)
    year.restart()
    await year.until(day(80))
    await sleep(3, planned_anew=True)
    (folder / "digests.yaml").write_text("digests:\n  - {id: cairo, tilte: x}\n")  # a wrong edit
    await year.until(day(90))
    assert "tilte" in " ".join(year.service.refused.lines)
    (folder / "digests.yaml").write_text(DIGESTS)
    await year.until(day(100))
    assert year.service.refused is None
    year.kill_in("after_row")
    await sleep(6, planned_anew=False)  # dies in the middle of the catch-up
    year.kill_in("before_row")
    await year.until(day(200))
    for _ in range(3):
        year.restart()
    await sleep(2, planned_anew=True)
    await year.until(day(400))

    assert year.log.named("turn failed") == []
    assert len(year.log.named("turn")) > 3000
    for name, digest in digests.items():
        written = [d for n, d in year.store.saved if n == name]
        assert written == expected(digest, begin, clock()), name
        ends = [edition.window(digest, date.fromisoformat(d))[1] for d in written]
        for d, end in zip(written[1:], ends[1:], strict=True):
            late = year.late[name, d] - end
            assert late >= timedelta(), (name, d)
            woken = next((wake for down, wake in slept if down < end <= wake), None)
            bound = timedelta(seconds=10) + (woken - end if woken else timedelta())
            assert late <= bound, (name, d, late)
        rows = [year.store.rows[name, d] for d in written]
        assert [r["since"] for r in rows[1:]] == [r["until"] for r in rows[:-1]], name
        assert all((tmp_path / "outputs" / name / f"{d}.json").exists() for d in written[-publish.CATCH_UP :])
    assert year.service.trouble == ()
    assert year.service.found == ()


# ---------------------------------------------------------------- clocks
def test_a_rhythm_counts_elapsed_time_and_a_week_of_sleep_is_one_turn():
    rhythm, begin = Rhythm(timedelta(seconds=10)), datetime(2026, 3, 1, tzinfo=UTC)
    assert rhythm.get_next_fire_time(None, begin) == begin + timedelta(seconds=10)
    assert rhythm.get_next_fire_time(begin, begin) == begin + timedelta(seconds=10)
    for gap in (timedelta(days=7), timedelta(days=4000), timedelta(seconds=19)):
        found = rhythm.get_next_fire_time(begin, begin + gap)
        assert begin + gap < found <= begin + gap + timedelta(seconds=10)


@given(
    period=st.integers(10, 86400),
    gap=st.integers(-(10**6), 10**9),
    begin=st.integers(10**9, 4 * 10**9),
)
def test_the_next_turn_of_a_rhythm_lies_after_now_and_after_the_last(period, gap, begin):
    begin = datetime.fromtimestamp(begin, UTC)
    found = Rhythm(timedelta(seconds=period)).get_next_fire_time(begin, begin + timedelta(seconds=gap))
    assert found > begin + timedelta(seconds=max(gap, 0))
    assert (found - begin) % timedelta(seconds=period) == timedelta()


def test_a_calendar_asks_for_what_follows_the_later_of_now_and_the_last_turn():
    asked = []
    calendar = Calendar(lambda moment: asked.append(moment) or moment)
    early, late = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    calendar.get_next_fire_time(None, late)
    calendar.get_next_fire_time(early, late)
    calendar.get_next_fire_time(late, early)
    assert asked == [late] * 3


# ---------------------------------------------------------------- the configuration while running
@pytest.fixture
def reader(tmp_path) -> Reader:
    return Reader(write_config(tmp_path), configuration.load)


class Looks:
    """Looks at the files, a moment further each time."""

    def __init__(self, reader: Reader, now: datetime):
        self.reader, self.now = reader, now

    def __call__(self, after: timedelta = timedelta(seconds=5), **how):
        self.now += after
        return self.reader.look(self.now, **how)


def test_a_changed_file_counts_when_it_has_stood_still(reader, now):
    look = Looks(reader, now)
    folder = reader.config.folder
    assert look() is None
    (folder / "feeds.yaml").write_text(feeds_text(3))
    assert look() is None
    (folder / "feeds.yaml").write_text(feeds_text(5))
    assert look(REST - SOON) is None
    assert look(REST - SOON) is None
    assert len(look(REST).feeds) == 5
    assert look() is None
    assert len(reader.config.feeds) == 5


def test_a_file_that_is_emptied_before_it_is_written_never_replaces_the_configuration(reader, now):
    look = Looks(reader, now)
    path = reader.config.folder / "feeds.yaml"
    whole = feeds_text(6)
    for cut in (0, 7, 60, len(whole) // 2, len(whole) - 20):
        path.write_text(whole[:cut])
        assert look() is None
    path.write_text(whole)
    assert look() is None
    assert len(look().feeds) == 6


@pytest.mark.parametrize(
    "text", ["", "feeds: [", "feeds:\n  - {id: a, urll: x}\n", "\0\0\0", "feeds:\n  - \xff"], ids=repr
)
def test_a_wrong_edit_is_refused_with_its_place_and_the_last_good_one_stays(reader, now, text):
    look = Looks(reader, now)
    before = reader.config
    path = before.folder / "feeds.yaml"
    path.write_bytes(text.encode("latin-1"))
    assert look() is None
    assert look() is None
    assert str(path) in reader.refused.lines[0]
    assert reader.config is before
    path.write_text(feeds_text(4))
    assert look() is None
    assert look() is None  # the same as what is in force
    assert reader.refused is None


def test_files_that_vanish_or_cannot_be_read_change_nothing(reader, now):
    look = Looks(reader, now)
    folder = reader.config.folder
    hidden = folder.with_name("elsewhere")
    folder.rename(hidden)
    assert look() is None
    assert look() is None
    assert reader.refused is not None
    hidden.rename(folder)
    assert look() is None
    assert reader.refused is None
    (folder / "feeds.yaml").unlink()
    assert look() is None
    assert look() is None
    assert "feeds.yaml" in reader.refused.lines[0]


def test_a_list_that_lost_most_of_its_feeds_is_taken_only_when_it_stays_so_for_a_minute(reader, now):
    look = Looks(reader, now)
    path = reader.config.folder / "feeds.yaml"
    path.write_text(feeds_text(1))
    assert look() is None
    assert look() is None
    assert "1 feeds are left of 4" in reader.refused.lines[0]
    assert look(SECOND_LOOK / 2, asked=True) is None  # a signal is no second look
    assert len(look(SECOND_LOOK).feeds) == 1
    assert reader.refused is None


def test_a_list_without_feeds_is_never_taken_while_running(reader, now):
    look = Looks(reader, now)
    path = reader.config.folder / "feeds.yaml"
    path.write_text(feeds_text(0))
    for _ in range(5):
        assert look(SECOND_LOOK) is None
    assert "no feeds are left of 4" in reader.refused.lines[0]
    path.write_text(feeds_text(3))
    assert look() is None
    assert len(look().feeds) == 3


def test_whoever_asks_need_not_wait(reader, now):
    look = Looks(reader, now)
    (reader.config.folder / "feeds.yaml").write_text(feeds_text(3))
    assert len(look(asked=True).feeds) == 3


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path, now):
    folder = write_config(tmp_path)
    calls = []

    def load(where):
        calls.append(where)
        made = configuration.load(where)
        if len(calls) == 2:
            (folder / "feeds.yaml").write_text(feeds_text(4) + "# more\n")
        return made

    look = Looks(Reader(folder, load), now)
    (folder / "feeds.yaml").write_text(feeds_text(3))
    assert [look() and len(look.reader.config.feeds) for _ in range(2)] == [None, None]
    assert len(look.reader.config.feeds) == 4


def test_our_own_mistake_in_reading_costs_the_change_alone(tmp_path, now):
    folder = write_config(tmp_path)
    broken = []
    look = Looks(Reader(folder, lambda where: 1 // 0 if broken else configuration.load(where)), now)
    broken.append(True)
    (folder / "feeds.yaml").write_text(feeds_text(3))
    assert look() is None
    assert look() is None
    assert "bug: ZeroDivisionError" in look.reader.refused.lines[0]


def test_a_wrong_configuration_begins_nothing(tmp_path, now):
    folder = write_config(tmp_path, digests="digests: [")
    with pytest.raises(ConfigError):
        Service(folder, clock=lambda: now, scheduler=scheduler())
    assert not (tmp_path / "outputs").exists()


# ---------------------------------------------------------------- turns
@pytest.fixture
def year(tmp_path, world, now) -> Callable[..., Year]:
    """Inside a running loop only."""
    return lambda **how: Year(write_config(tmp_path, **how), world(now))


async def test_a_new_digest_has_its_clock_from_the_next_turn_on(year):
    service = (y := year()).service
    await y.turn()
    folder = y.folder
    more = DIGESTS + '  - {id: noon, title: x, at: "12:00", timezone: UTC, formats: [json], days: [wed]}\n'
    (folder / "digests.yaml").write_text(more)
    await service.reread()
    y.clock.to(y.clock() + timedelta(seconds=5))
    await service.reread()
    ids = {job.id for job in y.scheduler.get_jobs()}
    assert "edition:noon" in ids
    (folder / "digests.yaml").write_text(DIGESTS)
    await service.reread(asked=True)
    assert {job.id for job in y.scheduler.get_jobs()} == ids - {"edition:noon"}


async def test_a_configuration_that_changes_all_the_time_does_not_put_off_the_collecting(year):
    y = year(collect="6h")
    await y.turn()
    began = y.clock()
    for hour in range(1, 14):
        (y.folder / "feeds.yaml").write_text(feeds_text(4 + hour % 2))
        await y.service.reread(asked=True)
        await y.until(began + timedelta(hours=hour))
    assert len(y.log.named("configuration read")) == 13
    assert sum(turn["kind"] == "collect" for turn in y.log.named("turn")) == 3  # at 0, 6 and 12 hours


@pytest.mark.parametrize(("rhythm", "hours"), [("1h", 2), ("9h", 6)])
async def test_a_new_rhythm_counts_from_now_and_never_later_than_the_turn_that_was_to_come(year, rhythm, hours):
    y = year(collect="6h")
    await y.turn()
    began = y.clock()
    await y.until(began + timedelta(hours=1))
    write_config(y.folder.parent, collect=rhythm)
    await y.service.reread(asked=True)
    assert y.scheduler.get_job("collect").next_run_time == began + timedelta(hours=hours)


async def test_a_configuration_that_a_mistake_of_ours_keeps_from_being_taken_is_refused_and_told(year):
    y = year()
    await y.turn()
    before, good = y.service.application, y.service._assemble

    def fail(*_, **__):
        raise TypeError("'foo' is an invalid keyword argument")

    y.service._assemble = fail
    (y.folder / "feeds.yaml").write_text(feeds_text(5))
    await y.service.look(asked=True)
    await y.service.collect()
    (line,) = y.service.refused.lines
    assert line == "configuration: bug: TypeError: 'foo' is an invalid keyword argument; report it"
    assert y.service.unready() == [f"refused: {line}"]
    (told,) = y.log.named("configuration refused")
    assert told["lines"] == [line]
    assert "TypeError" in told["trace"][-1]
    assert y.service.application is before
    assert len(y.log.named("turn")) == 2  # with the configuration that is in force
    y.service._assemble = good
    await y.service.reread(asked=True)
    assert y.service.refused is None
    assert len(y.service.application.config.feeds) == 5


async def test_a_mistake_of_ours_in_looking_at_the_files_is_told_by_turn_and_beat(year, monkeypatch):
    y = year()
    await y.turn()
    monkeypatch.setattr(y.service._reader, "look", lambda *_, **__: 1 // 0)
    await y.service.collect()
    await y.service.reread()
    found = [(turn["kind"], turn["reason"]) for turn in y.log.named("turn failed")]
    assert found == [("collect", "bug"), ("configuration", "bug")]
    assert "ZeroDivisionError" in y.service.unready()[0]


async def test_an_archive_in_other_hands_is_a_turn_skipped_and_no_failure(year):
    y = year()

    def busy():
        raise BusyError("archive", "another instance is at work: pid 7", "wait")

    y.service.application.locked = busy
    await y.turn()
    assert y.log.named("turn skipped") == [{"kind": "collect", "reason": "another instance is at work: pid 7"}]
    assert y.service.trouble == ()
    assert y.service.unready() == []


@pytest.mark.parametrize("error", [StoreError("archive", "disk full", "make room"), ZeroDivisionError("x")], ids=repr)
async def test_a_turn_that_fails_is_told_and_the_next_one_mends_it(year, error):
    y = year()

    def fail():
        y.store.before_row = lambda: None
        raise error

    y.store.before_row = fail
    await y.turn()
    assert len(y.log.named("turn failed")) == 1
    assert y.service.unready() == list(y.service.trouble) != []
    note = json.loads((y.folder.parent / "outputs" / health.SERVICE_NOTE).read_text(encoding="utf-8"))
    assert note["trouble"] == list(y.service.trouble)
    await y.until(y.clock() + timedelta(hours=7))
    assert y.service.unready() == []


async def test_after_every_turn_memory_is_given_back_also_after_one_that_failed(year, monkeypatch):
    y = year()
    tidied: list[bool] = []
    y.service._tidy = lambda: tidied.append(True)
    await y.turn()
    monkeypatch.setattr(House, "cycle", lambda *_, **__: 1 // 0)
    await y.service.collect()
    assert y.service.trouble
    assert len(tidied) == 2


async def test_a_clock_that_was_set_back_does_not_stop_the_turns(year):
    y = year(collect="10m")
    await y.turn()
    y.clock.to(y.clock() - timedelta(days=1))
    assert y.scheduler.next() > y.clock() + timedelta(hours=6)
    y.service._plan_again()
    turns = len(y.log.named("turn"))
    await y.until(y.clock() + timedelta(minutes=35))
    assert len(y.log.named("turn")) >= turns + 4


async def test_no_cycle_for_three_rhythms_is_not_ready(year):
    y = year(collect="10m")
    await y.turn()
    y.clock.to(y.clock() + timedelta(minutes=31))
    y.service.scheduler.get_job("collect").modify(next_run_time=y.clock() + timedelta(minutes=1))
    assert "no cycle has ended" in y.service.unready()[0]


async def test_a_scheduler_that_died_ends_the_process(year, monkeypatch):
    y = year(collect="10m")
    await y.turn()
    y.clock.to(y.clock() + timedelta(minutes=13))
    assert "did not come" in y.service.hung()
    monkeypatch.setattr(service_room, "BEAT", 0.01)
    with pytest.raises(MarsadError, match="did not come"):
        await y.service._beats()


async def test_a_machine_that_slept_plans_its_turns_anew_and_goes_on(year, monkeypatch):
    y = year(collect="10m")
    await y.turn()
    monkeypatch.setattr(service_room, "BEAT", 0.01)
    beats = asyncio.create_task(y.service._beats())
    await asyncio.sleep(0.05)
    y.clock.to(y.clock() + timedelta(days=3), asleep=True)
    await asyncio.sleep(0.1)
    assert y.log.named("the clock was set, or the machine slept") == [{"seconds": 3 * 86400}]
    assert y.scheduler.next() == y.clock()
    assert not beats.done()
    y.service.stop()
    await beats


async def test_a_process_that_was_halted_is_not_taken_for_dead_before_its_clocks_come(year, monkeypatch):
    y = year(collect="10m")
    await y.turn()
    monkeypatch.setattr(service_room, "BEAT", 0.3)
    y.clock.to(y.clock() + timedelta(minutes=15))
    beats = asyncio.create_task(y.service._beats())
    await asyncio.sleep(0.05)
    await y.turn()
    await asyncio.sleep(0.5)
    assert not beats.done()
    y.service.stop()
    await beats


async def test_work_that_hangs_stops_the_watchdog_and_only_that(year, monkeypatch):
    y = year()
    told = []
    monkeypatch.setattr(service_room, "notify", lambda *facts: told.append(facts))
    monkeypatch.setattr(service_room, "BEAT", 0.01)
    y.service._brake = Brake(lambda: y.clock.steady)
    beats = asyncio.create_task(y.service._beats())
    await asyncio.sleep(0.1)
    assert any("WATCHDOG=1" in facts for facts in told)
    y.clock.steady += service_room.HUNG + 1
    y.clock.now += timedelta(seconds=service_room.HUNG + 1)
    await asyncio.sleep(0.05)
    told.clear()
    await asyncio.sleep(0.1)
    assert told == []
    assert "no sign of life" in y.service.unready()[0]
    y.service.stop()
    await beats


async def test_one_service_for_an_archive(year):
    y = year()
    with pytest.raises(BusyError, match=f"pid {os.getpid()}"):
        y.start()


async def test_an_edition_in_hand_ends_and_the_next_waits_for_the_next_start(year):
    y = year()
    brakes = []

    def pull():
        brakes.append(y.service._brake)
        y.service._brake.pull()

    y.store.after_row = pull
    await y.turn()
    assert len(y.store.saved) == 1
    y.store.after_row = lambda: None
    y.restart()
    await y.turn()
    assert sorted(y.store.saved) == sorted(set(y.store.saved))
    assert {name for name, _ in y.store.saved} == {"cairo", "cairo-late", "beirut", "damascus", "berlin"}


async def test_while_work_goes_on_in_its_thread_the_loop_answers(year):
    y = year()
    y.store.before_row = lambda: time.sleep(0.3)
    turn = asyncio.create_task(y.turn())
    longest, last = 0.0, time.monotonic()
    while not turn.done():
        await asyncio.sleep(0.01)
        longest, last = max(longest, time.monotonic() - last), time.monotonic()
    assert len(y.store.saved) == 5
    assert longest < 0.25


async def test_what_is_raised_in_the_thread_is_raised_where_it_is_waited_for():
    with pytest.raises(ZeroDivisionError):
        await in_thread(lambda: 1 // 0)
    with pytest.raises(Killed):
        await in_thread(lambda: (_ for _ in ()).throw(Killed))


async def test_a_brake_cancels_what_is_awaited_and_nothing_after_it():
    brake = Brake()

    def work() -> str:
        async def inside() -> str:
            async with brake.holding():
                await asyncio.sleep(60)
            await asyncio.sleep(0.01)
            return "left quietly"

        return asyncio.run(inside())

    waiting = asyncio.create_task(in_thread(work))
    await asyncio.sleep(0.2)
    brake.pull()
    assert await asyncio.wait_for(waiting, 5) == "left quietly"
    assert await asyncio.wait_for(in_thread(work), 5) == "left quietly"  # pulled before it began


# ---------------------------------------------------------------- the dead man's address
class Web:
    """Answers what it is told to, and remembers who was asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), []

    def __call__(self, _settings, *, memory):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def get(self, url, *, given):
        self.asked.append((url, given))
        return self.answers.pop(0)


async def test_the_dead_mans_address_is_called_after_an_edition_until_it_is_heard(year, monkeypatch):
    monkeypatch.setenv("MARSAD_ALIVE", "https://watch.example/s3cret")
    y = year(more="alive: ${MARSAD_ALIVE}\n")
    web = Web(Drop(reason="dns", detail="s3cret"), Drop(reason="http-503"), Drop(reason="empty"))
    log = y.log
    application = y.service.application
    application.outside = Outside(application.config.fetch, application.store, application.clock, log, web)
    await in_thread(lambda: application._tell_alive(Brake()))
    assert web.asked == []  # no edition, no call
    await y.turn()
    assert y.store.saved
    for _ in range(5):
        await in_thread(lambda: application._tell_alive(Brake()))
    assert web.asked == [("https://watch.example/s3cret", True)] * 3
    assert [w["reason"] for w in log.named("the alive address was not reached")] == ["dns", "http-503"]
    assert "s3cret" not in str(log.events) + repr(y.service.application.config)


# ---------------------------------------------------------------- the supervisor
def test_the_supervisor_is_told_in_datagrams(tmp_path, monkeypatch):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        notify("READY=1", "STATUS=يعمل")
        assert door.recv(1000).decode() == "READY=1\nSTATUS=يعمل"
    notify("WATCHDOG=1")  # nobody listens any more
    name = f"marsad-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind("\0" + name)
        monkeypatch.setenv("NOTIFY_SOCKET", "@" + name)
        notify("STOPPING=1")
        assert door.recv(1000) == b"STOPPING=1"
    monkeypatch.delenv("NOTIFY_SOCKET")
    notify("READY=1")


@pytest.mark.parametrize(
    ("usec", "pid", "seconds"),
    [("60000000", "", 60.0), ("60000000", "1", None), ("", "", None), ("0", "", None), ("soon", "", None)],
)
def test_the_watchdogs_patience_is_read_if_it_is_ours(monkeypatch, usec, pid, seconds):
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", pid)
    assert watchdog() == seconds
