"""What recognising copies costs: `python docs/benchmarks/dedupe.py [articles] [largest]`.

fingerprint   beside trafilatura's extraction of a page with the same text, on this machine in this run
placing       `articles` generated articles (a quarter of them reprints) in order through Window on one core
look-up       one article placed, with 10,000 and with `largest` in the window
archive       the same look-up in an SQLite table of keys laid out as the archive's, with the same numbers of articles
"""

from __future__ import annotations

import random
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate

import trafilatura

from pipeline.dedupe import Window, fingerprint
from pipeline.model import Article, Dated

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
START = datetime(2026, 1, 1, tzinfo=UTC)


def vocabulary(rng: random.Random, size: int = 30_000) -> list[str]:
    return ["".join(rng.choices(LETTERS, k=rng.randint(3, 8))) for _ in range(size)]


def articles(n: int, seed: int = 1) -> Iterator[Article]:
    """Words are drawn as in language, a few often and most rarely; every fourth article reprints one of the last two hundred."""
    rng = random.Random(seed)
    words = vocabulary(rng)
    weights = list(accumulate(1 / (i + 10) for i in range(len(words))))
    recent: list[Article] = []
    for i in range(n):
        at = START + timedelta(seconds=i * 20)
        if recent and i % 4 == 3:
            base = rng.choice(recent)
            lines = base.body.split("\n")
            body = "\n".join([*lines[: rng.randint(4, len(lines))], f"المصدر: {base.outlet}"])
            title = base.title
        else:
            body = "\n".join(" ".join(rng.choices(words, cum_weights=weights, k=50)) + "." for _ in range(6))
            title = " ".join(rng.choices(words, cum_weights=weights, k=9))
        outlet = f"صحيفة {rng.choice(words[:40])}"
        article = Article(
            id=f"a{i}",
            url=f"https://o{i % 97}.example/{i}",
            feed="f",
            outlet=outlet,
            title=title,
            body=body,
            first_seen=at,
            published=Dated(at=at, precision="second", source="feed"),
        )
        if i % 4 != 3:
            recent = [*recent[-199:], article]
        yield article


def page(article: Article) -> str:
    """A page of about 70 kB around the text: navigation, lists of other headlines, scripts."""
    links = "".join(f'<li><a href="/n/{i}">{article.title} {i}</a></li>' for i in range(250))
    text = "".join(f"<p>{p}</p>" for p in article.body.split("\n"))
    return (
        f"<html lang=ar><head><title>{article.title}</title></head><body><nav><ul>{links[:20000]}</ul></nav>"
        f"<main><article><h1>{article.title}</h1>{text}</article></main><aside><ul>{links[:20000]}</ul></aside>"
        f"<script>{'x=1;' * 3000}</script></body></html>"
    )


def fingerprints(n: int = 200) -> None:
    some = list(articles(n))
    begun = time.process_time()
    for a in some:
        fingerprint(a)
    ours = (time.process_time() - begun) / n
    pages = [page(a) for a in some[:40]]
    begun = time.process_time()
    for html in pages:
        trafilatura.bare_extraction(html, with_metadata=True)
    theirs = (time.process_time() - begun) / len(pages)
    print(
        f"fingerprint {1000 * ours:.2f} ms, extraction of a {len(pages[0]) // 1000} kB page {1000 * theirs:.1f} ms: {ours / theirs:.1%}"
    )


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def placing(n: int, small: int = 10_000) -> None:
    window = Window()
    before, spent, copies = memory(), 0.0, 0
    costs: list[float] = []
    for i, a in enumerate(articles(n), 1):
        begun = time.process_time()
        placed = window.add(a)
        took = time.process_time() - begun
        spent += took
        costs.append(took)
        copies += placed.relation == "copy"
        if i in (small, n):
            last = costs[-2000:]
            print(
                f"look-up and placing with {i:,} in the window: {1000 * statistics.fmean(last):.2f} ms (median {1000 * statistics.median(last):.2f})"
            )
    print(
        f"{n:,} articles placed in {spent:.0f} s: {n / spent:.0f} articles/s; {copies:,} copies of {n // 4:,}; {memory() - before:.0f} MB"
    )


def archive(sizes: tuple[int, ...]) -> None:
    """Keys alone: real fingerprints first, then numbers as random as they are."""
    rng = random.Random(2)
    probes = [fingerprint(a).bands for a in articles(400, seed=3)]
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE bands (band TEXT, article TEXT, PRIMARY KEY (band, article)) WITHOUT ROWID")
    filed = 0
    for size in sizes:
        while filed < size:
            rows = [
                (f"{rng.choice('mws')}{rng.getrandbits(32):08x}", f"a{filed + i}")
                for i in range(2000)
                for _ in range(38)
            ]
            db.executemany("INSERT OR IGNORE INTO bands VALUES (?, ?)", rows)
            filed += 2000
        begun = time.process_time()
        for bands in probes:
            marks = ",".join("?" * len(bands))
            db.execute(
                f"SELECT article, count(*) FROM bands WHERE band IN ({marks}) GROUP BY article", bands
            ).fetchall()
        print(f"key table of {size:,} articles: {1e6 * (time.process_time() - begun) / len(probes):.0f} µs a look-up")


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    largest = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    fingerprints()
    archive((10_000, largest))
    placing(number)
