"""How long tagging takes beside extraction, and how it grows with the number of terms.

    python docs/benchmarks/tagging.py [--articles 2000] [--seed 1]

Articles are made from a vocabulary with the frequencies of a language (few words often, many words seldom), put into pages
with the furniture of a news site, and extracted by trafilatura in the same run; the same texts are tagged with 10, 1,000
and 20,000 terms. Times are CPU seconds of one core, the median over articles; a first pass warms what is remembered
between articles, as in a service, and the cold pass is printed beside it. Compilation is measured in a process of its own.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
import tracemalloc
from itertools import accumulate

from pipeline.model import Term, Watchlist
from pipeline.tag import Tagger

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإئؤء"
PARTICLES = ("", "ال", "و", "ب", "ل", "وال", "بال", "لل")
PARTICLE_WEIGHTS = (60, 85, 90, 93, 95, 97, 99, 100)
COUNTS = (10, 1_000, 20_000)
PLANTED = 4
"""Terms planted in an article, on average, all from the shortest list: so every list has the same to find, and more by chance."""


class Writer:
    """Texts and terms from one vocabulary."""

    def __init__(self, seed: int, size: int = 40_000) -> None:
        self.random = random.Random(seed)
        made: set[str] = set()
        while len(made) < size:
            made.add("".join(self.random.choices(LETTERS[:28], k=self.random.choice((3, 4, 4, 5, 5, 6, 7)))))
        self.vocabulary = sorted(made)
        self.random.shuffle(self.vocabulary)
        # So that 600,000 words have some 60,000 different ones, as Arabic news has.
        self.weights = list(accumulate(1 / (rank + 3) ** 1.15 for rank in range(size)))

    def words(self, count: int) -> list[str]:
        chosen = self.random.choices(self.vocabulary, cum_weights=self.weights, k=count)
        joined = self.random.choices(PARTICLES, cum_weights=PARTICLE_WEIGHTS, k=count)
        return [particle + word for particle, word in zip(joined, chosen, strict=True)]

    def article(self, terms: list[str]) -> str:
        paragraphs = []
        for _ in range(self.random.randint(8, 18)):
            words = self.words(self.random.randint(25, 60))
            if self.random.random() < PLANTED / 13:
                words.insert(self.random.randrange(len(words)), self.random.choice(terms))
            paragraphs.append(" ".join(words) + ".")
        return "\n".join(paragraphs)

    def terms(self, count: int) -> list[str]:
        """Phrases of two and three words, and single words that are seldom met."""
        seldom = self.vocabulary[len(self.vocabulary) // 2 :]
        made: dict[str, None] = {}
        while len(made) < count:
            length = self.random.choice((1, 2, 2, 2, 3))
            words = [
                self.random.choice(("", "ال")) + self.random.choice(seldom if length == 1 else self.vocabulary)
                for _ in range(length)
            ]
            made[" ".join(words)] = None
        return list(made)


def page(title: str, body: str, writer: Writer) -> str:
    """A page of about 100 kB, as news sites send: navigation, cards of other articles, scripts, a footer."""
    links = "".join(
        f'<li class="menu-item"><a href="/news/{n}.html">{" ".join(writer.words(4))}</a></li>' for n in range(80)
    )
    cards = "".join(
        f'<div class="card"><a href="/n/{n}"><img src="/i/{n}.jpg" alt=""><h3>{" ".join(writer.words(9))}</h3></a>'
        f'<span class="date">{n % 28 + 1}/11/2026</span><p class="teaser">{" ".join(writer.words(14))}</p></div>'
        for n in range(60)
    )
    script = (
        "<script>window.dataLayer=window.dataLayer||[];" + "function f(a){return a.push({x:1})};" * 700 + "</script>"
    )
    style = "<style>" + ".block .item{margin:0 auto;padding:4px}" * 400 + "</style>"
    text = "".join(f"<p>{line}</p>" for line in body.split("\n"))
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><head><title>{title}</title><meta charset="utf-8">{style}{script}</head><body>'
        f'<header><nav><ul>{links}</ul></nav></header><main><article><h1>{title}</h1><div class="content">{text}</div></article>'
        f'<section class="related">{cards}</section></main><aside><ul>{links}</ul></aside><footer><ul>{links}</ul></footer></body></html>'
    )


def watchlists(terms: list[str]) -> list[Watchlist]:
    """Twenty terms to a list."""
    return [
        Watchlist(id=f"w{at}", title="w", terms=tuple(Term(term=term) for term in terms[at : at + 20]))
        for at in range(0, len(terms), 20)
    ]


def compile_cost(count: int, seed: int) -> str:
    """Seconds to compile, and megabytes held afterwards; the memory is counted in a second compilation, for counting is slow."""
    lists = watchlists(Writer(seed).terms(count))
    start = time.process_time()
    tagger = Tagger(lists)
    spent = time.process_time() - start
    del tagger
    tracemalloc.start()
    tagger = Tagger(lists)
    held, peak = tracemalloc.get_traced_memory()
    assert tagger.tags(title="", body="") == ()
    return f"{spent:.2f} s, {held / 1e6:.0f} MB, at most {peak / 1e6:.0f} MB meanwhile"


def timed(work, items) -> list[float]:
    spent = []
    for item in items:
        start = time.process_time()
        work(item)
        spent.append(time.process_time() - start)
    return spent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=2_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--compile", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.compile:
        print(compile_cost(given.compile, given.seed))
        return

    import trafilatura  # noqa: PLC0415  not needed by the process that compiles

    writer = Writer(given.seed)
    terms = writer.terms(max(COUNTS))
    texts = [(" ".join(writer.words(9)), writer.article(terms[: COUNTS[0]])) for _ in range(given.articles)]
    pages = [page(title, body, writer) for title, body in texts]
    print(
        f"{len(texts)} articles, {statistics.mean(len(b) for _, b in texts):.0f} characters, pages of {statistics.mean(map(len, pages)):.0f}"
    )
    floor = statistics.median(timed(trafilatura.extract, pages))
    print(f"trafilatura.extract            {floor * 1e6:8.0f} µs an article")
    medians = {}
    for count in COUNTS:
        tagger = Tagger(watchlists(terms[:count]))
        cold = statistics.median(timed(lambda t: tagger.tags(title=t[0], body=t[1]), texts))  # noqa: B023
        found = sum(len(tag.matches) for t in texts for tag in tagger.tags(title=t[0], body=t[1]))
        medians[count] = warm = statistics.median(timed(lambda t: tagger.tags(title=t[0], body=t[1]), texts))  # noqa: B023
        cost = subprocess.run(
            [sys.executable, __file__, "--compile", str(count)], capture_output=True, text=True, check=True
        ).stdout.strip()
        print(
            f"tags, {count:6} terms            {warm * 1e6:8.0f} µs an article ({warm / floor:.2%} of extraction; cold {cold * 1e6:.0f} µs), "
            f"{found / len(texts):.1f} matches an article, compiled in {cost}"
        )
    print(f"{COUNTS[-1]} terms against {COUNTS[0]}: {medians[COUNTS[-1]] / medians[COUNTS[0]]:.2f} times")


if __name__ == "__main__":
    main()
