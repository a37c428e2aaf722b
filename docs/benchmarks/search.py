"""How long a search takes in an archive of many articles, and what the index costs.

    python docs/benchmarks/search.py [--articles 100000] [--store sqlite:////tmp/search.sqlite]

Articles are made from a vocabulary with the frequencies of a language, put into the tables in blocks, and indexed as the
archive does it. Then each question is asked several times, as `marsad search` asks it: the first fifty articles, newest
first, each judged by the tagger. Wall-clock milliseconds, the median; beside it how many articles were read and found.
With a server, give the address of an empty database.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from tagging import Writer

from pipeline import query
from pipeline.search import Search
from pipeline.store import Store, index, schema

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
PLANTED = (("سد النهضة", 10_000), ("أزمة الخبز", 300))
"""A phrase, and in which of how many articles it is put."""
MOST = 50


def articles(count: int, writer: Writer) -> Iterator[dict[str, Any]]:
    for n in range(count):
        paragraphs = [" ".join(writer.words(writer.random.randint(30, 70))) + "." for _ in range(6)]
        paragraphs[2] += "".join(f" وقال عن {phrase}." for phrase, every in PLANTED if n % every == every // 2)
        yield {
            **dict.fromkeys(column.name for column in schema.articles.columns if column.nullable),
            **dict.fromkeys(("feed", "outlet", "extractor", "relation", "placed_because", "watchlists_version"), "x"),
            **dict.fromkeys(("id", "story", "original", "text_hash"), f"a{n}"),
            "credits": [],
            "links": [],
            "url": f"https://a.example/{n}",
            "title": " ".join(writer.words(9)),
            "body": "\n".join(paragraphs),
            "first_seen": BEGIN + timedelta(seconds=97 * n),
            "fingerprint": {"v": 1},
            "similarity": 1.0,
            "origin": {"outlet": "x", "basis": "earliest", "evidence": ""},
        }


def fill(store: Store, engine: sa.Engine, count: int, writer: Writer) -> float:
    """Put the articles in and index them → seconds that the indexing took."""
    made = articles(count, writer)
    while block := list(islice(made, 1_000)):
        with engine.begin() as c:
            c.execute(sa.insert(schema.articles), block)
    store.save_notes(index=0)  # as if made by other rules
    begun = time.perf_counter()
    store.refresh_index()
    spent = time.perf_counter() - begun
    if engine.dialect.name != "sqlite":
        with engine.begin() as c:
            c.execute(sa.text("ANALYZE"))
    return spent


def sizes(engine: sa.Engine) -> list[int]:
    """Bytes of the articles and of the index."""
    sqlite = engine.dialect.name == "sqlite"
    size = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE :name" if sqlite else "SELECT pg_total_relation_size(:name)"
    names = ("articles", "article_terms%" if sqlite else "article_terms")
    with engine.connect() as c:
        return [c.execute(sa.text(size), {"name": name}).scalar_one() for name in names]


def asked(store: Store, text: str, times: int) -> str:
    tree = query.parse(text)
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        search = Search(store, tree)
        found = list(islice(search, MOST))
        spent.append(time.perf_counter() - begun)
    return f"| `{text}` | {len(found)} | {search.read} | {statistics.median(spent) * 1e3:.1f} |"


def filing(engine: sa.Engine, writer: Writer, count: int = 300) -> float:
    """Milliseconds that the index adds to the filing of one article, by CPU."""
    spent = []
    for row in list(articles(count, writer)):
        with engine.connect() as c:  # never committed: an index of articles that do not exist is not asked
            begun = time.process_time()
            index.add(c, f"new-{row['id']}", row["first_seen"], row["title"], row["body"])
            spent.append(time.process_time() - begun)
    return statistics.median(spent) * 1e3


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--times", type=int, default=9)
    options.add_argument("--store", help="an empty database; a temporary SQLite file without it")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        address = given.store or f"sqlite:///{Path(folder) / 'archive.sqlite'}"
        store, engine = Store(address), sa.create_engine(address)
        writer = Writer(given.seed)
        indexing = fill(store, engine, given.articles, writer)
        texts, terms = sizes(engine)
        print(f"{given.articles} articles, {texts / 1e6:.0f} MB; index {terms / 1e6:.0f} MB, made in {indexing:.0f} s")
        print(f"filing one more: {filing(engine, writer):.2f} ms for the index")
        common, usual, seldom = (writer.vocabulary[rank] for rank in (0, 300, 9_000))
        print("| query | found | read | ms |\n|---|---|---|---|")
        for text in (
            "سد النهضة",
            "أزمة الخبز",
            common,
            usual,
            seldom,
            f'"{common} {usual}"',
            f"{usual[:3]}*",
            f"{common} AND {seldom}",
            f"{usual} NEAR/3 {common}",
            f"({usual} OR {seldom}) NOT {common}",
            f"{usual} NOT ({common} OR {seldom})",
            "كلمةغيرموجودة",
        ):
            print(asked(store, text, given.times), flush=True)
        store.close()
        engine.dispose()


if __name__ == "__main__":
    main()
