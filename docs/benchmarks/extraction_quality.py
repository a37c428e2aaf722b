"""How right the text of an article is, beside trafilatura alone on the same pages: F1 of word 4-shingles against what an editor would take.

    python docs/benchmarks/extraction_quality.py

First the pages of tests/data/extract, one row each. Then three outlets of forty pages in four days, made of the paragraphs of those pages and of
lines around them that stand in no table of phrases: as the first days' pages are read, and as they are read when `boilerplate` has learnt.
trafilatura is asked with its defaults and with its best setting on Arabic pages (include_comments=False, favor_precision=True).
"""

from __future__ import annotations

import json
import pathlib
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import trafilatura

from pipeline import extract
from pipeline.extract import boilerplate
from pipeline.model import Drop, Entry, Feed, Page

DATA = pathlib.Path(__file__).resolve().parent.parent.parent / "tests" / "data" / "extract"
NOW = datetime(2026, 1, 15, tzinfo=UTC)

Outlet = tuple[str, Callable[[list[str]], str], list[str], list[str]]
OUTLETS: list[Outlet] = [
    (
        "paragraphs",
        lambda lines: "".join(f"<p>{line}</p>" for line in lines),
        ["حكايات من الأرشيف كل خميس على صفحاتنا"],
        [
            "بوابة الجسر منصة مستقلة أسسها صحفيون من المدينة وتعنى بشؤون الناس في الأحياء كلها، وتصدر منذ عشر سنوات.",
            "دليل المدينة بين يديك",
        ],
    ),
    (
        "line breaks",
        "<br><br>".join,
        ["نافذتك على الوادي"],
        ["يسعدنا أن نقرأ ما تكتبون إلينا من ملاحظات عن هذه المادة وسواها", "هاتف المكتب في وسط البلد 555 0101"],
    ),
    (
        "boxes",
        lambda lines: "".join(f'<div class="x{len(line) % 7}"><div>{line}</div></div>' for line in lines),
        [],
        ["أعدت هذه المادة ضمن مشروع لتدريب الصحفيين الشباب تموله جمعية أهلية لا شأن لها بمضمونها."],
    ),
]
"""Name, how lines are marked up, lines before the text, lines after it."""


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    size = 4 if len(words) >= 4 else 1
    return Counter(tuple(words[n : n + size]) for n in range(len(words) - size + 1))


def f1(got: str, gold: str) -> float:
    one, other = shingles(got), shingles(gold)
    return 2 * (one & other).total() / (one.total() + other.total() or 1)


def theirs(body: bytes, url: str) -> tuple[float | str, ...]:
    precise = {"include_comments": False, "favor_precision": True}
    return tuple(trafilatura.extract(body, url=url, **more) or "" for more in ({}, precise))


def ours(body: bytes, url: str, usual: frozenset[str], kind: str = "text/html; charset=utf-8") -> extract.Explained:
    page = Page(url=url, status=200, body=body, content_type=kind)
    feed = Feed(id="f", url=url, outlet="بوابة")
    return extract.explain(page, Entry(feed="f", guid="g", url=url), feed, now=NOW, usual=usual)


def text(found: extract.Explained) -> str:
    return "" if isinstance(found.result, Drop) else found.result.body


def cases() -> Iterator[tuple[str, dict[str, object], bytes, list[str]]]:
    for path in sorted(DATA.glob("*.html")):
        case = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        if "body" in case["expected"] and case["expected"].get("extractor") != "feed":
            yield path.stem, case["given"], path.read_bytes(), case["expected"]["body"]


def row(name: str, *scores: float) -> None:
    print(f"| {name} | {' | '.join(f'{score:.3f}' for score in scores)} |")


def main() -> None:
    print("| page | ours | default | precise |\n|---|---|---|---|")
    total: list[tuple[float, ...]] = []
    for name, given, body, gold in cases():
        url, wanted = str(given["url"]), "\n".join(gold)
        kind = str(given.get("content_type", "text/html; charset=utf-8"))
        found = text(ours(body, url, frozenset(), kind))
        total.append(tuple(f1(str(t), wanted) for t in (found, *theirs(body, url))))
        row(name, *total[-1])
    row("all", *(sum(column) / len(total) for column in zip(*total, strict=True)))
    print("\n| outlet | ours, first days | ours, learnt | default | precise |\n|---|---|---|---|---|")
    paragraphs = [line for _, _, _, gold in cases() for line in gold if len(line) > 60]
    for name, markup, before, after in OUTLETS:
        row(name, *outlet(name, markup, before, after, paragraphs))


def outlet(
    name: str, markup: Callable[[list[str]], str], before: list[str], after: list[str], paragraphs: list[str]
) -> tuple[float, ...]:
    chance = random.Random(name)
    pages = []
    for n in range(40):
        gold = chance.sample(paragraphs, 5)
        inside = markup([*before, *gold, *after])
        html = f"<html><body><nav><a href=/>الأولى</a></nav><main><h1>عنوان المادة رقم {n}</h1><div>{inside}</div></main></body></html>"
        pages.append((f"https://{len(name)}.example.org/news/{n}", html.encode(), "\n".join(gold)))
    plain = [ours(body, url, frozenset()) for url, body, _ in pages]
    sheets = [(f"2026-01-{10 + n // 10}", found.sheet) for n, found in enumerate(plain[:30])]
    learnt = boilerplate.learn(sheets)
    last = pages[30:]
    scores = [
        (f1(text(first), gold), f1(text(ours(body, url, learnt)), gold), *(f1(str(t), gold) for t in theirs(body, url)))
        for first, (url, body, gold) in zip(plain[30:], last, strict=True)
    ]
    return tuple(sum(column) / len(scores) for column in zip(*scores, strict=True))


if __name__ == "__main__":
    main()
