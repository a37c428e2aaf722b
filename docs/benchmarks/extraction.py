"""CPU of reading a page, beside trafilatura alone on the same pages in the same run, and memory over many pages.

    python docs/benchmarks/extraction.py [FOLDER …] [--rounds 3] [--pages 5000]

A folder is searched for *.html and *.html.gz; without one the pages of tests/data/extract are taken. What is compared is everything that the
pipeline asks of a page (body, title, author, date, language, links, credits) with `trafilatura.bare_extraction(include_comments=False,
with_metadata=True)`, which knows no language and no credits. One line per folder, the ratio last; `--pages N` then reads N pages and prints
the resident memory at every fifth of the way.
"""

from __future__ import annotations

import argparse
import gzip
import pathlib
import sys
import time
from datetime import UTC, datetime

import trafilatura

from pipeline import extract
from pipeline.model import Entry, Feed, Page

HERE = pathlib.Path(__file__).resolve().parent
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def pages(folder: pathlib.Path) -> list[bytes]:
    found = []
    for path in sorted(folder.rglob("*.html*")):
        raw = path.read_bytes()
        found.append(gzip.decompress(raw) if path.suffix == ".gz" else raw)
    return found


def ours(body: bytes) -> None:
    url = "https://news.example.org/2025/a/12345"
    page = Page(url=url, status=200, body=body, content_type="text/html")
    extract.article(page, Entry(feed="f", guid="g", url=url), Feed(id="f", url=url, outlet="o"), now=NOW)


def theirs(body: bytes) -> None:
    trafilatura.bare_extraction(
        body, url="https://news.example.org/2025/a/12345", include_comments=False, with_metadata=True
    )


def cpu(work: object, bodies: list[bytes]) -> float:
    start = time.process_time()
    for body in bodies:
        work(body)
    return time.process_time() - start


def resident() -> float:
    """Megabytes of this process."""
    pages_ = int(pathlib.Path("/proc/self/statm").read_text().split()[1])
    return pages_ * 4096 / 1e6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=0)
    args = parser.parse_args()
    folders = args.folders or [HERE.parent.parent / "tests" / "data" / "extract"]
    everything: list[bytes] = []
    for folder in folders:
        bodies = pages(folder)
        if not bodies:
            sys.exit(f"{folder}: no page in it; name a folder that holds *.html or *.html.gz")
        everything += bodies
        cpu(ours, bodies[:3]), cpu(theirs, bodies[:3])  # models and tables are loaded once per process
        best = {f: min(cpu(f, bodies) for _ in range(args.rounds)) / len(bodies) * 1000 for f in (ours, theirs)}
        print(
            f"{folder}: {len(bodies)} pages, ours {best[ours]:.1f} ms, trafilatura {best[theirs]:.1f} ms, ratio {best[ours] / best[theirs]:.2f}"
        )
    for n in range(args.pages):
        if n % max(1, args.pages // 5) == 0:
            print(f"after {n} pages: {resident():.0f} MB")
        ours(everything[n % len(everything)])
    if args.pages:
        print(f"after {args.pages} pages: {resident():.0f} MB")


if __name__ == "__main__":
    main()
