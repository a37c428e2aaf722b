"""What one look-up costs in a small and in a large archive: `python docs/benchmarks/neighbours.py [small] [large] [folder]`.

Two SQLite archives whose articles, 10,000 and 1,000,000, are spread evenly over the thirty days in which keys are kept: the large one has
a hundred times the news of each day, so every key has a hundred times the articles. Each is asked the same look-ups in turn, half of
them for the reprint of an article that is there, half for news:

    look-up   Store.neighbours: keys → kin → those worth a comparison, read whole with their stories
    place     dedupe.place among them

Keys are distributed as in real papers, of which 245 articles were counted: ten bands, eleven runs and eleven pairs each; the commonest
pair in every third article; one run in five a phrase of the language; of each mould (three articles in a hundred have one) half the keys.
The archives are filled behind the store's back, in the order of the tables: through its door the large one would take half a day.
It needs 10 GB of disk (in `folder`) and some ten minutes. What is read lies in the system's cache. Times are CPU seconds.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from dedupe import articles

from pipeline.collect.kin import reach, worth_comparing
from pipeline.dedupe import Candidate, Fingerprint, place
from pipeline.model import Article, Attribution, Dated, Placement
from pipeline.store import Store, neighbours, rows, schema
from pipeline.text.urls import article_id

START = datetime(2026, 1, 1, tzinfo=UTC)
SPAN = timedelta(days=30)
PAIRS, PHRASES, MOULDS = 300_000, 3_000, 300
REPRINTED = 100
BLOCK = 5_000

Probe = tuple[Article, Fingerprint]


class News:
    """Made-up articles with keys. One seed, one sequence."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        self.texts = list(articles(400, seed=3))
        self.pairs = np.cumsum(1 / (np.arange(PAIRS) + 5))
        self.phrases = np.cumsum(1 / (np.arange(PHRASES) + 5))

    def keys(self, n: int) -> list[list[str]]:
        """Of so many articles."""
        own = self.rng.integers(0, 1 << 47, (n, 21))
        phrase = self._drawn(self.phrases, (n, 2))
        pair = self._drawn(self.pairs, (n, 11))
        mould = np.where(self.rng.random(n) < 0.03, self.rng.integers(0, MOULDS, n), -1)
        cast = self.rng.random((n, 19)) < 0.5
        made = []
        for i in range(n):
            keys = [f"{'m' if k < 10 else 'w'}{own[i, k]:x}" for k in range(19)]
            if mould[i] >= 0:
                keys = [f"{key[0]}mould-{mould[i]}-{k}" if cast[i, k] else key for k, key in enumerate(keys)]
            made.append([*keys, *(f"wphrase-{x}" for x in phrase[i]), *(f"spair-{x}" for x in pair[i])])
        return made

    def _drawn(self, weights: npt.NDArray[np.float64], shape: tuple[int, int]) -> npt.NDArray[np.int64]:
        return np.searchsorted(weights, self.rng.random(shape) * weights[-1])

    def article(self, name: str, at: datetime) -> Article:
        text = self.texts[int(self.rng.integers(len(self.texts)))]
        url = f"https://{name}.example"
        published = Dated(at=at, precision="second", source="feed")
        return replace(text, id=article_id(url), url=url, first_seen=at, published=published)


def build(path: Path, size: int) -> list[Probe]:
    """Make an archive → the look-ups for it. The reprinted are of its last three days."""
    Store(f"sqlite:///{path}").close()
    news, probes = News(size), list[Probe]()
    (index,) = schema.bands.indexes
    engine = sa.create_engine(f"sqlite:///{path}", json_serializer=json.dumps)
    bands = np.empty((size, 32), dtype=np.int64)
    names: list[tuple[int, str]] = []
    reprinted = set(range(size - size // 10, size, size // 10 // REPRINTED))
    with engine.begin() as c:
        c.execute(sa.text("PRAGMA cache_size=-1000000"))
        index.drop(c)
        for begin in range(0, size, BLOCK):
            block = []
            for i, keys in enumerate(news.keys(min(BLOCK, size - begin)), begin):
                article = news.article(f"n{i}", START + SPAN * i / size)
                mark = Fingerprint(bands=tuple(keys), text_hash=f"{i:032x}", words=300)
                bands[i] = [neighbours.number(k) for k in keys]
                names.append((int(article.first_seen.timestamp()), article.id))
                block.append(_row(article, mark))
                if i in reprinted:
                    probes.append(_reprint(article, mark))
            c.execute(sa.insert(schema.articles), block)
        _file(c, bands, names)
        index.create(c)
    for keys in news.keys(REPRINTED):
        article = news.article(f"p{len(probes)}", START + SPAN)
        probes.append((article, Fingerprint(bands=tuple(keys), text_hash=article.id, words=300)))
    return probes


def _row(article: Article, mark: Fingerprint) -> dict[str, Any]:
    placement = Placement(
        story=article.id,
        relation="original",
        original=article.id,
        similarity=1.0,
        origin=Attribution(outlet=article.outlet, basis="earliest"),
    )
    values = {k: getattr(article, k) for k in Article.__slots__} | rows.placement_out(placement)
    values |= {"published": rows.dated_out(article.published), "fingerprint": mark.to_json()}
    return values | {"text_hash": mark.text_hash, "watchlists_version": "v"}


def _reprint(article: Article, mark: Fingerprint) -> Probe:
    at = START + SPAN
    again = replace(
        article, id=f"r{article.id}", outlet="صحيفة أخرى", body=article.body + "\nالمصدر: وكالات", first_seen=at
    )
    return again, replace(mark, bands=(*mark.bands[:8], *mark.bands[10:17], *mark.bands[19:30]), text_hash=again.id)


def _file(c: sa.Connection, bands: npt.NDArray[np.int64], names: list[tuple[int, str]]) -> None:
    """All keys, in the order in which the table keeps them."""
    flat = bands.reshape(-1)
    order = np.argsort(flat, kind="stable")
    raw = c.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)

    def lines() -> Iterator[tuple[int, int, str]]:
        for begin in range(0, len(order), 1_000_000):
            part = order[begin : begin + 1_000_000]
            for band, i in zip(flat[part].tolist(), (part // bands.shape[1]).tolist(), strict=True):
                yield (band, *names[i])

    raw.executemany("INSERT OR IGNORE INTO bands (band, seen, article) VALUES (?, ?, ?)", lines())


def look_up(store: Store, article: Article, mark: Fingerprint) -> tuple[float, float, int, str]:
    """Seconds for the look-up and for the placing, articles read whole, the relation."""
    begun = time.process_time()
    near = store.neighbours(
        mark.bands,
        mark.text_hash,
        article.first_seen - SPAN,
        choose=partial(worth_comparing, article, mark),
        reach=reach(article, mark),
    )
    found = time.process_time()
    candidates = [
        Candidate(article=n.article, fingerprint=Fingerprint.from_json(n.fingerprint), placement=n.placement)
        for n in near
    ]
    placement, _ = place(article, mark, candidates)
    return found - begun, time.process_time() - found, len(near), placement.relation


def measure(archives: dict[int, tuple[Store, list[Probe]]], times: int = 3) -> None:
    taken: dict[int, list[tuple[float, float, int, str]]] = {size: [] for size in archives}
    for turn in range(times + 1):
        for n in range(2 * REPRINTED):
            for size, (store, probes) in archives.items():
                took = look_up(store, *probes[n])
                if turn:  # the first turn fills the caches
                    taken[size].append(took)
    medians = {}
    for size, all_of_it in taken.items():
        finding, placing = ([1000 * t[k] for t in all_of_it] for k in (0, 1))
        whole = [f + p for f, p in zip(finding, placing, strict=True)]
        medians[size] = statistics.median(finding), statistics.median(whole)
        read = statistics.fmean(t[2] for t in all_of_it)
        copies = sum(t[3] == "copy" for t in all_of_it) // times
        print(
            f"{size:>9,} articles: look-up median {medians[size][0]:.2f} ms, p95 {_p95(finding):.2f} ms; with placing median"
            f" {medians[size][1]:.2f} ms, p95 {_p95(whole):.2f} ms; {read:.1f} articles read; {copies} copies of {REPRINTED}"
        )
    small, large = min(medians), max(medians)
    print(
        f"median with {large:,} over median with {small:,}: look-up {medians[large][0] / medians[small][0]:.2f},"
        f" with placing {medians[large][1] / medians[small][1]:.2f}"
    )
    print(f"memory of the process at its peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main(sizes: tuple[int, int], folder: Path) -> None:
    archives = {}
    for size in sizes:
        path = folder / f"{size}.sqlite"
        path.unlink(missing_ok=True)
        begun = time.perf_counter()
        with multiprocessing.get_context("spawn").Pool(1) as pool:  # its memory goes with it
            probes = pool.apply(build, (path, size))
        print(f"{size:>9,} articles made in {time.perf_counter() - begun:.0f} s, {path.stat().st_size / 1e6:.0f} MB")
        archives[size] = Store(f"sqlite:///{path}"), probes
    measure(archives)


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:3]]
    with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else None) as made:
        main((given[0] if given else 10_000, given[1] if len(given) > 1 else 1_000_000), Path(made))
