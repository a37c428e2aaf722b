"""What `marsad serve` costs when it never rests, whether anything leaks, and whether rivals are turned away.

    python docs/benchmarks/service.py soak [--seconds 600] [--speed 144] [--outlets 8] [--reports 1200] [--before 2]
    python docs/benchmarks/service.py contest [--seconds 60]

**soak**: a day of service in ten minutes. The clock of the service runs 144 times as fast as the machine's, for its turns, its editions'
windows, its upkeep and everything that it writes down; so it collects every second, has an edition at each quarter of the day with the articles of
the day before it, looks after its archive at half past three and then lets go of what is older than two days. The archive holds two days of
reports (`--before`) when it begins, so windows and archive are as full at the beginning as at the end. The news web (newsweb.py) publishes
by the same clock. /readyz and /metrics are asked for each second. After every turn the service notes its memory, what of its heap is in
use, Python's blocks, open files, threads, tasks and child processes.
Printed: the middle of each of the ten tenths, what grew from the second to the last, and whether the books balance: every entry that a
feed ever showed is in the archive once, and is settled.

**contest**: two `serve` and a `run` at once, each begun again as soon as it is turned away or done, until the time is over.
One service holds its place all the while; every other says who does; nothing is lost or doubled.
"""

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import apscheduler.schedulers.base as library
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from newsweb import CROSSING, Clock

from pipeline import config as configuration
from pipeline import schedule
from pipeline.application import Application
from pipeline.cli import main
from pipeline.cli import serve as command
from pipeline.schedule import service
from pipeline.store import Store

ROOT = Path(__file__).parents[2]
ME = Path(__file__).resolve()
KEPT = timedelta(days=2)
"""Articles that are older are let go of by the daily upkeep."""
STEP = timedelta(hours=4)
"""Between two cycles of the days before."""


# ---------------------------------------------------------------- the service
def serve(folder: Path) -> None:
    """The service's process: as `marsad serve`, but by the clock in `folder`, polling every feed each time, and taking notes."""
    clock = Clock(**json.loads((folder / "clock.json").read_text()))

    class Eager(Application):
        def cycle(self, now, **how):
            return super().cycle(now, all_feeds=True, **how)

        def problems(self, brake=None):
            found = super().problems(brake)
            with self.locked():
                note(folder, "pruned", articles=self.store.prune(clock() - KEPT))
            return found

    class Watched(schedule.Service):
        async def _turn(self, kind, work):
            await super()._turn(kind, work)
            note(folder, kind, **cost())

    class Fast(AsyncIOScheduler):
        def _start_timer(self, wait_seconds):
            super()._start_timer(None if wait_seconds is None else wait_seconds / clock.speed)

    class Moment(datetime):
        @classmethod
        def now(cls, tz=None):
            return clock().astimezone(tz)

    def load(where: Path):
        return replace(configuration.load(where), collect=timedelta(seconds=clock.speed))

    def made(where, **how):
        return Watched(where, load=load, assemble=Eager, steady=clock.steady, **how)

    library.datetime = Moment
    service.BEAT = 1.0
    service.HUNG *= clock.speed
    service.LATE *= clock.speed
    usual = schedule.scheduler
    schedule.scheduler = lambda: usual(Fast)
    schedule.Service = made
    command.now_utc = clock
    sys.exit(main(["serve", "--config", str(folder / "config")]))


def note(folder: Path, kind: str, **facts: float) -> None:
    with (folder / "notes.jsonl").open("a") as file:
        print(json.dumps({"kind": kind, **facts}), file=file)


class Heap(ctypes.Structure):
    """The C library's `mallinfo2`."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "used", "free", "keepcost")
    ]


def in_use() -> float:
    """MB of the C library's heap."""
    ask = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if ask is None:
        return 0.0
    ask.restype = Heap
    found = ask()
    return (found.used + found.hblkhd) / 1e6


def cost() -> dict[str, float]:
    """Of this process, between two turns."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    children = [f.read_text() for f in Path("/proc/self/task").glob("*/children")]
    return {
        "memory": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "heap": in_use(),
        "blocks": sys.getallocatedblocks(),
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "children": sum(len(text.split()) for text in children),
    }


def fill(folder: Path, site: str, began: float, days: float) -> None:
    """The days before: a cycle every four hours of them, with the editions that fall due."""
    now = datetime.fromtimestamp(began, UTC)
    end = now + timedelta(days=days)
    with contextlib.closing(Application(configuration.load(folder / "config"), lambda: now)) as made:
        while now < end:
            set_clock(site, Clock(at=now.timestamp(), anchor=0, speed=0))
            made.cycle(now, all_feeds=True)
            now += STEP


def finish(folder: Path) -> None:
    """One last cycle by hand: what the service's end put back is taken, so that what was shown can be held against what is there."""
    clock = Clock(**json.loads((folder / "clock.json").read_text()))
    with contextlib.closing(Application(configuration.load(folder / "config"), clock)) as made:
        made.cycle(clock(), all_feeds=True, publishing=False)


# ---------------------------------------------------------------- a project, and a web for it
PIPELINE = """store: sqlite:///outputs/archive.sqlite
outputs: outputs
timezone: UTC
workers: 1
collect: 10s
fetch:
  user_agent: marsad-soak
  delay: 0s
  per_host: 4
  allow_networks: [127.0.0.0/8]
web:
  listen: 127.0.0.1:{port}
"""


def write_project(folder: Path, outlets: int, site: str, port: int) -> None:
    config = folder / "config"
    (config / "watchlists").mkdir(parents=True)
    (config / "pipeline.yaml").write_text(PIPELINE.format(port=port))
    _, _, number = site.rpartition(":")
    rows = [
        f"  - {{id: o{n}, url: 'http://127.40.0.{n + 1}:{number}/feed/{n}', outlet: o{n}}}\n" for n in range(outlets)
    ]
    (config / "feeds.yaml").write_text("feeds:\n" + "".join(rows))
    rows = [f'  - {{id: d{hour}, title: x, at: "{hour:02}:00", timezone: UTC}}\n' for hour in (0, 6, 12, 18)]
    (config / "digests.yaml").write_text("digests:\n" + "".join(rows))
    (config / "watchlists" / "border.yaml").write_text(
        f"id: border\ntitle: الحدود\nterms:\n  - {CROSSING}\n", encoding="utf-8"
    )


def ask(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def set_clock(site: str, clock: Clock) -> None:
    ask(f"{site}/clock?at={clock.at}&anchor={clock.anchor}&speed={clock.speed}")


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def environment() -> dict[str, str]:
    given = {k: v for k, v in os.environ.items() if k != "MARSAD_CONFIG"}
    return given | {"PYTHONPATH": str(ROOT), "MARSAD_LOG": "json"}


@contextlib.contextmanager
def news_web(outlets: int, reports: float, began: float) -> Iterator[str]:
    """→ its address."""
    words = [sys.executable, str(ME.with_name("newsweb.py"))]
    words += ["--outlets", str(outlets), "--reports", str(reports), "--began", str(began)]
    web = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield f"http://127.0.0.1:{int(web.stdout.readline())}"
    finally:
        web.stdin.close()
        web.wait(10)
        web.stdout.close()


def step(folder: Path, *words: str) -> None:
    subprocess.run([sys.executable, ME, *words], cwd=folder, env=environment(), check=True, timeout=1800)


def begin_clock(folder: Path, site: str, clock: Clock) -> None:
    """From now on service and web go by it."""
    (folder / "clock.json").write_text(json.dumps(asdict(clock)))
    set_clock(site, clock)


# ---------------------------------------------------------------- the soak
def soak(folder: Path, seconds: float, *, speed: float, outlets: int, reports: float, before: float) -> dict:
    """One soak in an empty folder → what was seen."""
    began = time.time() - (before * 86400 + seconds * speed)
    began -= began % 86400  # midnight
    with news_web(outlets, reports, began) as site:
        port = free_port()
        write_project(folder, outlets, site, port)
        if before:
            step(folder, "fill", str(folder), "--site", site, "--began", str(began), "--before", str(before))
        begin_clock(folder, site, Clock(at=began + before * 86400, anchor=time.monotonic(), speed=speed))
        with (folder / "log").open("wb") as log:
            words = [sys.executable, ME, "serve", folder]
            service = subprocess.Popen(words, cwd=folder, env=environment(), stderr=log)
        try:
            answers = watch(service, f"http://127.0.0.1:{port}", seconds)
            begun = time.monotonic()
            service.send_signal(signal.SIGTERM)
            code = service.wait(20)
            stopped = time.monotonic() - begun
        finally:
            service.kill()
            service.wait()
        step(folder, "finish", str(folder))
        shown = int(ask(f"{site}/shown")[1])
        return {"code": code, "stopped": stopped, "answers": answers, **settled(folder, shown)}


def watch(service: subprocess.Popen, address: str, seconds: float) -> dict[str, int]:
    """Ask the service how it is until the time is over → answers by page and code."""
    answers: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if service.poll() is not None:
            raise SystemExit(f"the service ended: {service.returncode}")
        for page in ("/readyz", "/metrics"):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):  # it does not listen yet
                answers[f"{page} {ask(address + page)[0]}"] += 1
        time.sleep(1)
    return dict(answers)


def settled(folder: Path, shown: int) -> dict:
    """The books: what the feeds showed against what the archive has, after the last cycle has taken what was left."""
    with contextlib.chdir(folder):
        store = Store("sqlite:///outputs/archive.sqlite", create=False)
        queue, runs = store.queue(), store.runs(100_000)
        articles, problems = store.summary()[0], store.integrity()
        dropped = store.dropped()
        addresses = Counter(f.article.url for f in store.articles())
        copies = sum(f.placement.relation == "copy" for f in store.articles())
        editions = sum(len(store.edition_dates(p.name)) for p in Path("outputs").iterdir() if p.is_dir())
        store.close()
    lines = [json.loads(line) for line in log_lines(folder / "log")]
    notes = [json.loads(line) for line in log_lines(folder / "notes.jsonl")]
    cycles = [r for r in runs if r["kind"] == "collect" and r["finished"]]
    return {
        "cycles": len(cycles),
        "shown": shown,
        "new": sum(r["counts"]["entries"].get("new", 0) for r in cycles),
        "filed": sum(r["counts"]["pages"].get("filed", 0) for r in cycles),
        "pruned": sum(n["articles"] for n in notes if n["kind"] == "pruned"),
        "articles": articles,
        "doubled": sum(n - 1 for n in addresses.values()),
        "copies": copies,
        "pending": queue["pending"],
        "dropped": dropped,
        "editions": editions,
        "errors": [line for line in lines if line["level"] == "error"],
        "problems": problems,
        "unfinished": sum(r["finished"] is None for r in runs),
        "left": sorted(
            p.name for p in (folder / "outputs").iterdir() if p.name.endswith((".partial", "-journal", "-wal"))
        ),
        "notes": [n for n in notes if n["kind"] != "pruned"],
    }


def log_lines(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if line.startswith("{")] if path.exists() else []


def balance(found: dict) -> list[str]:
    """What does not add up."""
    wrong = []
    if found["shown"] != found["new"]:
        wrong.append(f"the feeds showed {found['shown']} entries, {found['new']} came in")
    if found["new"] != found["articles"] + found["pending"] + sum(found["dropped"].values()):
        wrong.append(f"{found['new']} came in, {found['articles']} + {found['pending']} + {found['dropped']} are there")
    if found["filed"] != found["articles"] + found["pruned"]:
        wrong.append(f"{found['filed']} were filed, {found['articles']} + {found['pruned']} articles are there")
    if found["doubled"]:
        wrong.append(f"{found['doubled']} articles are there twice")
    wrong += [str(e) for e in found["errors"]]
    wrong += found["problems"] + found["left"]
    return wrong


SEEN = {
    "memory": "memory MB",
    "heap": "heap MB",
    "blocks": "blocks",
    "files": "files",
    "threads": "threads",
    "tasks": "tasks",
}


def tell(found: dict) -> None:
    notes = found["notes"]
    tenths = [notes[n * len(notes) // 10 : (n + 1) * len(notes) // 10] or notes[:1] for n in range(10)]
    print("tenth  turns  " + "".join(f"{title:>11}" for title in SEEN.values()) + "   children   most MB")
    for n, tenth in enumerate(tenths, 1):
        row = [statistics.median(t[key] for t in tenth) for key in (*SEEN, "children")]
        figures = "".join(
            f"{value:>11.1f}" if key in ("memory", "heap") else f"{value:>11.0f}"
            for key, value in zip(SEEN, row, strict=False)
        )
        print(f"{n:>5}  {len(tenth):>5}  {figures}{row[-1]:>11.0f}{max(t['memory'] for t in tenth):>10.1f}")
    first, last = (statistics.median(t["memory"] for t in tenths[n]) for n in (1, 9))
    print(f"memory from the second tenth to the last: {last - first:+.1f} MB ({100 * (last / first - 1):+.1f} %)")
    told = (
        "cycles",
        "shown",
        "new",
        "filed",
        "pruned",
        "articles",
        "copies",
        "pending",
        "dropped",
        "editions",
        "answers",
    )
    print(", ".join(f"{key} {found[key]}" for key in told))
    print(
        f"SIGTERM → exit {found['code']} after {found['stopped']:.1f} s; the books balance: {balance(found) or 'yes'}"
    )


# ---------------------------------------------------------------- the contest
class Rival:
    """A command that is begun again whenever it has ended."""

    def __init__(self, name: str, words: list[str], folder: Path) -> None:
        self.name, self.words, self.folder = name, words, folder
        self.ended: list[tuple[int, str]] = []
        """Exit code and last line of each that ended."""
        self.begin()

    def begin(self) -> None:
        self.log = self.folder / f"{self.name}.{len(self.ended)}"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.words, cwd=self.folder, env=environment(), stderr=log)

    def look(self) -> None:
        if self.process.poll() is not None:
            self.note()
            self.begin()

    def note(self) -> None:
        lines = self.log.read_text().splitlines()
        self.ended.append((self.process.wait(60), lines[-1] if lines else ""))


def contest(folder: Path, seconds: float, *, outlets: int = 4, reports: float = 86400) -> dict:
    """Two `serve` and a `run` in an empty folder, for so long → what was seen."""
    began = time.time()
    with news_web(outlets, reports, began) as site:
        write_project(folder, outlets, site, free_port())
        begin_clock(folder, site, Clock(at=began, anchor=time.monotonic(), speed=1))
        serving = [sys.executable, str(ME), "serve", str(folder)]
        running = [sys.executable, "-m", "pipeline", "run", "--all", "--no-publish"]
        services = [Rival("first", serving, folder), Rival("second", serving, folder)]
        run = Rival("run", running, folder)
        try:
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                for rival in (*services, run):
                    rival.look()
                time.sleep(0.02)
            run.process.wait(60)
            run.note()
            winner = next((r for r in services if not r.ended), None)
            loser = next(r for r in services if r is not winner)
            loser.process.wait(60)
            loser.note()
            if winner is not None:
                winner.process.send_signal(signal.SIGTERM)
                winner.note()
        finally:
            for rival in (*services, run):
                rival.process.kill()
                rival.process.wait()
        step(folder, "finish", str(folder))
        shown = int(ask(f"{site}/shown")[1])
    if winner is not None:
        winner.log.replace(folder / "log")
    return {"winner": winner, "loser": loser, "run": run, **settled(folder, shown)}


def unfair(found: dict) -> list[str]:
    """What went wrong in the contest."""
    winner = found["winner"]
    if winner is None:
        return ["no service held its place"]
    wrong = [] if winner.ended[0][0] == 0 else [f"the service ended with {winner.ended[0]}"]
    for code, line in found["loser"].ended:
        if code != 3 or f"pid {winner.process.pid}" not in line:
            wrong.append(f"a second service: {code} {line}")
    for code, line in found["run"].ended:
        if code not in (0, 3) or (code == 3 and not re.search(r"pid \d+", line)):
            wrong.append(f"a run: {code} {line}")
    return sorted(set(wrong)) + balance(found)


def tell_contest(found: dict) -> None:
    for name in ("loser", "run"):
        codes = Counter(code for code, _ in found[name].ended)
        last = next((line for code, line in reversed(found[name].ended) if code == 3), "")
        print(f"{name}: {dict(codes)} by exit code; {last}")
    print(
        ", ".join(
            f"{key} {found[key]}" for key in ("cycles", "shown", "new", "filed", "articles", "doubled", "pending")
        )
    )
    print(f"one works, the others say who does, the books balance: {unfair(found) or 'yes'}")


def begin() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument(
        "do", choices=["soak", "contest", "serve", "fill", "finish"], help="the last three: for the first two"
    )
    words.add_argument("folder", nargs="?", type=Path, help=argparse.SUPPRESS)
    words.add_argument("--seconds", type=float)
    words.add_argument("--speed", type=float, default=144)
    words.add_argument("--outlets", type=int, default=8)
    words.add_argument("--reports", type=float, default=1200, help="in a day")
    words.add_argument("--before", type=float, default=2, help="days that are in the archive when the service begins")
    words.add_argument("--site", help=argparse.SUPPRESS)
    words.add_argument("--began", type=float, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.do == "serve":
        serve(given.folder)
    elif given.do == "fill":
        fill(given.folder, given.site, given.began, given.before)
    elif given.do == "finish":
        finish(given.folder)
    else:
        with tempfile.TemporaryDirectory(prefix="marsad-service-") as name:
            folder = (given.folder or Path(name)).resolve()
            if given.do == "soak":
                how = {"speed": given.speed, "outlets": given.outlets, "reports": given.reports, "before": given.before}
                found = soak(folder, given.seconds or 600, **how)
                tell(found)
                sys.exit(1 if balance(found) else 0)
            found = contest(folder, given.seconds or 60)
            tell_contest(found)
            sys.exit(1 if unfair(found) else 0)


if __name__ == "__main__":
    begin()
