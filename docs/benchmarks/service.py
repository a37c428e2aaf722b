"""A day of service in minutes: what `marsad serve` costs when it never rests, and whether anything leaks.

    python docs/benchmarks/service.py [--seconds 600] [--outlets 8] [--rate 2]

A small news web on loopback, a process of its own, publishes `--rate` reports a second, every fourth of them a reprint. The service
runs as a process with the real scheduler, collects every second (so a day's 144 cycles of ten minutes pass in some five minutes), writes an
edition each minute, looks after its archive each minute, and is asked for /readyz and /metrics all the while. After every turn it notes
its memory, open files, threads, tasks and child processes. Printed: the middle of each of the ten tenths, what grew from the second to
the last, and whether the books balance: every entry that a feed ever showed is in the archive once, and is settled.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
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
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from pipeline import config as configuration
from pipeline import schedule
from pipeline.application import Application
from pipeline.cli import serve as command
from pipeline.cli.log import log
from pipeline.schedule import service
from pipeline.store import Store

ROOT = Path(__file__).parents[2]
SHOWN = 40
"""Items of a feed: the newest."""

WHO = [
    "بلدية الميناء",
    "إدارة المرفأ",
    "نقابة الصيادين",
    "مديرية المياه",
    "غرفة التجارة",
    "الدفاع المدني",
    "هيئة السكك",
    "مصلحة الأرصاد",
]
DID = ["أعلنت", "أكدت", "نفت", "كشفت", "أوضحت", "قررت", "دعت إلى", "باشرت"]
WHAT = [
    "خطة لتوسيع الرصيف الشرقي",
    "إغلاق الجسر القديم",
    "صيانة شبكة الأنابيب",
    "رفع رسوم العبور",
    "فتح مستودع جديد للحبوب",
    "نقل محطة القطار",
    "إنشاء حاجز للأمواج",
    "تأجيل موسم الصيد",
]
WHERE = [
    "في حي النخيل",
    "عند مدخل المدينة",
    "قرب السوق الكبير",
    "على الحدود العراقية السورية",
    "في الضاحية الجنوبية",
    "بمحاذاة النهر",
    "في الميناء الجديد",
    "قرب معبر البوكمال",
]
WHEN = [
    "مطلع الأسبوع المقبل",
    "قبل حلول الشتاء",
    "بعد انتهاء الدراسة",
    "خلال ثلاثين يوما",
    "حتى إشعار آخر",
    "مساء الخميس",
    "في ساعة متأخرة",
    "منذ فجر اليوم",
]


class World:
    """What is published: report n at second n / rate, by outlet n % outlets; every fourth reprints the one before it."""

    def __init__(self, outlets: int, rate: float) -> None:
        self.outlets, self.rate = outlets, rate
        self.began = time.time()
        self.shown = 0

    def published(self) -> int:
        return int((time.time() - self.began) * self.rate) + self.outlets

    def numbers(self, outlet: int) -> list[int]:
        """Of the reports that the outlet's feed shows now, the newest first."""
        last = self.published() - 1
        last -= (last - outlet) % self.outlets
        return list(range(last, -1, -self.outlets))[:SHOWN]

    def text(self, number: int) -> tuple[str, list[str]]:
        """Title and paragraphs."""
        copied = number % 4 == 3
        dice = random.Random(number - 1 if copied else number)

        def sentence() -> str:
            words = [dice.choice(part) for part in (DID, WHO, WHAT, WHERE, WHEN)]
            return f"{' '.join(words)}، بكلفة {dice.randint(2, 900)} ألفا لمدة {dice.randint(2, 60)} يوما."

        title = sentence().split("،")[0]
        paragraphs = [" ".join(sentence() for _ in range(3)) for _ in range(5)]
        return title, [*paragraphs, *(["نقلا عن وكالة المرسى"] if copied else [])]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    world: World
    seen: set[int]

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        words = asked.path.strip("/").split("/")
        host = self.headers.get("Host", "")
        if words[0] == "feed":
            self._feed(int(words[1]), host)
        elif words[0] == "news" and int(words[1]) < self.world.published():
            title, paragraphs = self.world.text(int(words[1]))
            body = "".join(f"<p>{p}</p>" for p in paragraphs)
            page = f"<html lang=ar><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
            self._say(200, "text/html; charset=utf-8", page)
        elif words[0] == "shown":
            self._say(200, "application/json", json.dumps(len(self.seen)))
        else:
            self._say(404, "text/plain", "nothing here")

    def _feed(self, outlet: int, host: str) -> None:
        numbers = self.world.numbers(outlet)
        tag = f'"{numbers[0]}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.send_header("ETag", tag)
            self.end_headers()
            return
        rows = []
        for n in numbers:
            at = format_datetime(datetime.fromtimestamp(self.world.began + n / self.world.rate, UTC))
            link = f"http://{host}/news/{n}"
            rows.append(
                f"<item><title>{self.world.text(n)[0]}</title><link>{link}</link><guid>{link}</guid><pubDate>{at}</pubDate></item>"
            )
        self.seen.update(numbers)
        rss = f'<rss version="2.0"><channel><title>{outlet}</title>{"".join(rows)}</channel></rss>'
        self._say(200, "application/rss+xml; charset=utf-8", rss, tag)

    def _say(self, status: int, kind: str, text: str, tag: str = "") -> None:
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        pass


def publish(outlets: int, rate: float) -> None:
    """The news web's process: prints its port, ends with its standard input."""
    Handler.world, Handler.seen = World(outlets, rate), set()
    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


# ---------------------------------------------------------------- the service
def serve(folder: Path) -> None:
    """The service's process: as `marsad serve`, but that it collects every second, polls every feed each time, and takes notes."""

    class Eager(Application):
        def cycle(self, now, **how):
            return super().cycle(now, all_feeds=True, **how)

    class Watched(schedule.Service):
        async def run(self):
            keeping = asyncio.create_task(self._keep_each_minute())
            try:
                return await super().run()
            finally:
                keeping.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await keeping

        async def _keep_each_minute(self):
            while True:
                await asyncio.sleep(60)
                await self.keep()

        async def _turn(self, kind, work):
            await super()._turn(kind, work)
            with (folder / "notes.jsonl").open("a") as file:
                print(json.dumps({"kind": kind, **cost()}), file=file)

    def load(where: Path):
        return replace(configuration.load(where), collect=timedelta(seconds=1))

    def made(where, **how):
        return Watched(where, load=load, assemble=Eager, **how)

    service.BEAT = 1.0
    schedule.Service = made
    sys.exit(asyncio.run(command._serve(folder / "config", log())))  # noqa: SLF001  all of the command but its exit


def finish(folder: Path) -> None:
    """One last cycle by hand: what the service's end put back is taken, so that what was shown can be held against what is there."""
    with contextlib.closing(Application(configuration.load(folder / "config"), lambda: datetime.now(UTC))) as made:
        made.cycle(datetime.now(UTC), all_feeds=True, publishing=False)


def cost() -> dict[str, float]:
    """Of this process, between two turns."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    children = [f.read_text() for f in Path("/proc/self/task").glob("*/children")]
    return {
        "memory": pages * os.sysconf("SC_PAGE_SIZE") / 1e6,
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "children": sum(len(text.split()) for text in children),
        "at": time.monotonic(),
    }


PIPELINE = """store: sqlite:///outputs/archive.sqlite
outputs: outputs
timezone: UTC
workers: 1
fetch:
  user_agent: marsad-soak
  delay: 0s
  per_host: 4
  allow_networks: [127.0.0.0/8]
web:
  listen: 127.0.0.1:{port}
"""


def write_project(folder: Path, outlets: int, site: int, port: int, seconds: float) -> None:
    config = folder / "config"
    (config / "watchlists").mkdir(parents=True)
    (config / "pipeline.yaml").write_text(PIPELINE.format(port=port))
    rows = [f"  - {{id: o{n}, url: 'http://127.40.0.{n + 1}:{site}/feed/{n}', outlet: o{n}}}\n" for n in range(outlets)]
    (config / "feeds.yaml").write_text("feeds:\n" + "".join(rows))
    now = datetime.now(UTC)
    hours = [now + timedelta(minutes=n) for n in range(1, min(30, int(seconds // 60) + 2))]
    rows = [f'  - {{id: d{n}, title: x, at: "{h:%H:%M}", timezone: UTC}}\n' for n, h in enumerate(hours)]
    (config / "digests.yaml").write_text("digests:\n" + "".join(rows))
    (config / "watchlists" / "border.yaml").write_text(
        "id: border\ntitle: الحدود\nterms:\n  - الحدود العراقية السورية\n  - معبر البوكمال\n", encoding="utf-8"
    )


def ask(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def soak(folder: Path, seconds: float, outlets: int, rate: float) -> dict:
    """One soak in an empty folder → what was seen."""
    me = [sys.executable, str(Path(__file__).resolve())]
    env = {k: v for k, v in os.environ.items() if k != "MARSAD_CONFIG"} | {
        "PYTHONPATH": str(ROOT),
        "MARSAD_LOG": "json",
    }
    words = [*me, "--publish", "--outlets", str(outlets), "--rate", str(rate)]
    web = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        site, port = int(web.stdout.readline()), free_port()
        write_project(folder, outlets, site, port, seconds)
        with (folder / "log").open("wb") as log:
            service = subprocess.Popen([*me, "--serve", str(folder)], cwd=folder, env=env, stderr=log)
        try:
            answers = watch(service, f"http://127.0.0.1:{port}", seconds)
            begun = time.monotonic()
            service.send_signal(signal.SIGTERM)
            code = service.wait(20)
            stopped = time.monotonic() - begun
        finally:
            service.kill()
            service.wait()
        subprocess.run([*me, "--finish", str(folder)], cwd=folder, env=env, check=True, timeout=300)
        shown = int(ask(f"http://127.0.0.1:{site}/shown")[1])
        return {"code": code, "stopped": stopped, "answers": answers, **settled(folder, shown)}
    finally:
        web.stdin.close()
        web.wait(10)
        web.stdout.close()


def watch(service: subprocess.Popen, address: str, seconds: float) -> dict[str, int]:
    """Ask the service how it is until the time is over → answers by page and code."""
    answers: dict[str, int] = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if service.poll() is not None:
            raise SystemExit(f"the service ended: {service.returncode}")
        for page in ("/readyz", "/metrics"):
            with contextlib.suppress(urllib.error.URLError, ConnectionError):  # it does not listen yet
                key = f"{page} {ask(address + page)[0]}"
                answers[key] = answers.get(key, 0) + 1
        time.sleep(1)
    return answers


def settled(folder: Path, shown: int) -> dict:
    """The books: what the feeds showed against what the archive has, after the last cycle has taken what was left."""
    with contextlib.chdir(folder):
        store = Store("sqlite:///outputs/archive.sqlite", create=False)
        queue, runs = store.queue(), store.runs(100_000)
        articles, problems = store.summary()[0], store.integrity()
        dropped = store.dropped()
        copies = sum(f.placement.relation == "copy" for f in store.articles())
        editions = sum(len(store.edition_dates(p.name)) for p in Path("outputs").iterdir() if p.is_dir())
        store.close()
    lines = [json.loads(line) for line in (folder / "log").read_text().splitlines() if line.startswith("{")]
    cycles = [r for r in runs if r["kind"] == "collect" and r["finished"]]
    new = sum(r["counts"]["entries"].get("new", 0) for r in cycles)
    filed = sum(r["counts"]["pages"].get("filed", 0) for r in cycles)
    wrong = [line for line in lines if line["level"] == "error"]
    return {
        "cycles": len(cycles),
        "shown": shown,
        "new": new,
        "filed": filed,
        "articles": articles,
        "copies": copies,
        "pending": queue["pending"],
        "dropped": dropped,
        "editions": editions,
        "errors": wrong,
        "problems": problems,
        "unfinished": sum(r["finished"] is None for r in runs),
        "left": sorted(
            p.name for p in (folder / "outputs").iterdir() if p.name.endswith((".partial", "-journal", "-wal"))
        ),
        "notes": [json.loads(line) for line in (folder / "notes.jsonl").read_text().splitlines()],
    }


def balance(found: dict) -> list[str]:
    """What does not add up."""
    wrong = []
    if found["shown"] != found["new"]:
        wrong.append(f"the feeds showed {found['shown']} entries, {found['new']} came in")
    if found["new"] != found["articles"] + found["pending"] + sum(found["dropped"].values()):
        wrong.append(f"{found['new']} came in, {found['articles']} + {found['pending']} + {found['dropped']} are there")
    if found["filed"] != found["articles"]:
        wrong.append(f"{found['filed']} were filed, {found['articles']} articles are there")
    wrong += [str(e) for e in found["errors"]]
    wrong += found["problems"] + found["left"]
    return wrong


def tell(found: dict) -> None:
    notes = found["notes"]
    size = max(1, len(notes) // 10)
    tenths = [notes[n * size : (n + 1) * size] for n in range(10)]
    print(f"{'tenth':>6} {'turns':>6} {'memory MB':>10} {'files':>6} {'threads':>8} {'tasks':>6} {'children':>9}")
    for n, tenth in enumerate(tenths, 1):
        row = [statistics.median(t[k] for t in tenth) for k in ("memory", "files", "threads", "tasks", "children")]
        print(f"{n:>6} {len(tenth):>6} {row[0]:>10.1f} {row[1]:>6.0f} {row[2]:>8.0f} {row[3]:>6.0f} {row[4]:>9.0f}")
    first, last = (statistics.median(t["memory"] for t in tenths[n]) for n in (1, 9))
    print(f"memory from the second tenth to the last: {last - first:+.1f} MB ({100 * (last / first - 1):+.1f} %)")
    told = ("cycles", "shown", "new", "filed", "articles", "copies", "pending", "dropped", "editions", "answers")
    print(", ".join(f"{key} {found[key]}" for key in told))
    print(
        f"SIGTERM → exit {found['code']} after {found['stopped']:.1f} s; the books balance: {balance(found) or 'yes'}"
    )


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--seconds", type=float, default=600)
    words.add_argument("--outlets", type=int, default=8)
    words.add_argument("--rate", type=float, default=2)
    words.add_argument("--publish", action="store_true", help=argparse.SUPPRESS)
    words.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    words.add_argument("--finish", type=Path, help=argparse.SUPPRESS)
    given = words.parse_args()
    if given.publish:
        publish(given.outlets, given.rate)
    elif given.serve:
        serve(given.serve)
    elif given.finish:
        finish(given.finish)
    else:
        with tempfile.TemporaryDirectory(prefix="marsad-soak-") as folder:
            found = soak(Path(folder), given.seconds, given.outlets, given.rate)
            tell(found)
            sys.exit(1 if balance(found) else 0)


if __name__ == "__main__":
    main()
