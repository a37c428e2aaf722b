"""A small news web on loopback that never rests, a process of its own, for the benchmarks of the service.

    python docs/benchmarks/newsweb.py --outlets 8 --reports 1200        prints its port; ends with its standard input

Each outlet has a feed, `/feed/<n>`, of its newest reports, and pages, `/news/<n>`. Report n is published when n / `reports` of a day
have passed since the web began, by outlet n % outlets; every fourth reprints the one before it and credits an agency, some fifteen in a
hundred speak of a border crossing, and each brings five people whom nobody named before: ten new words, as news has. Its time is set from outside, with a speed: `/clock?at=…&anchor=…&speed=…`. `/shown` says how many
reports any feed ever showed.
"""

import argparse
import json
import random
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

SHOWN = 40
"""Items of a feed: the newest."""

CROSSING = "معبر البوكمال"
LETTERS = "ابتثجحخدرزسشصطعغفقكلمنهي"

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
    "على الطريق الدائري",
    "في الضاحية الجنوبية",
    "بمحاذاة النهر",
    "في الميناء الجديد",
    "قرب مصنع الأسمنت",
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


@dataclass(frozen=True)
class Clock:
    """Time that passes `speed` times as fast as it does; the same in every process of this machine that has its three numbers."""

    at: float
    """Seconds since 1970 at the anchor."""
    anchor: float
    """On the machine's steady clock."""
    speed: float

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.at + self.steady(), UTC)

    def steady(self) -> float:
        """Seconds since the anchor."""
        return (time.monotonic() - self.anchor) * self.speed


class World:
    """What is published by now."""

    def __init__(self, outlets: int, reports: float, began: float) -> None:
        self.outlets, self.rate, self.began = outlets, reports / 86400, began
        self.clock = Clock(at=began, anchor=time.monotonic(), speed=0)

    def published(self) -> int:
        return int((self.clock().timestamp() - self.began) * self.rate) + self.outlets

    def numbers(self, outlet: int) -> list[int]:
        """Of the reports that the outlet's feed shows now, the newest first."""
        last = self.published() - 1
        last -= (last - outlet) % self.outlets
        return list(range(last, -1, -self.outlets))[:SHOWN]

    def when(self, number: int) -> datetime:
        return datetime.fromtimestamp(self.began + number / self.rate, UTC)

    def text(self, number: int) -> tuple[str, list[str]]:
        """Title and paragraphs."""
        copied = number % 4 == 3
        dice = random.Random(number - 1 if copied else number)

        def sentence() -> str:
            words = [dice.choice(part) for part in (DID, WHO, WHAT, WHERE, WHEN)]
            return f"{' '.join(words)}، بكلفة {dice.randint(2, 900)} ألفا لمدة {dice.randint(2, 60)} يوما."

        def name() -> str:
            return f"{''.join(dice.choices(LETTERS, k=4))} {''.join(dice.choices(LETTERS, k=6))}"

        title = sentence().split("،")[0]
        paragraphs = [" ".join(sentence() for _ in range(3)) + f" وحضر {name()}." for _ in range(5)]
        if dice.random() < 0.15:
            paragraphs[1] += f" وعاد العمل إلى {CROSSING} بعد توقف."
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
        elif words[0] == "clock":
            self.world.clock = Clock(**{name: float(value) for name, value in parse_qsl(asked.query)})
            self._say(200, "text/plain", "set")
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
            at = format_datetime(self.world.when(n))
            link = f"http://{host}/news/{n}"
            title = self.world.text(n)[0]
            rows.append(
                f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{at}</pubDate></item>"
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


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--outlets", type=int, default=8)
    words.add_argument("--reports", type=float, default=1200, help="in a day")
    words.add_argument("--began", type=float, default=time.time(), help="seconds since 1970")
    given = words.parse_args()
    Handler.world, Handler.seen = World(given.outlets, given.reports, given.began), set()
    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
