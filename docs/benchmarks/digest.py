"""What an edition costs beside the reading of the day's pages: 500 stories under 40 watchlists, from an archive of 100,000 articles.

    python docs/benchmarks/digest.py [--days 20] [--pages 300]

A day has 5,000 articles, 1,000 of them tagged; every fifth story goes on from day to day. The archive is a real one, filled in blocks
(without the words of the search index, which no edition asks for). Editions are written as a run writes them: selected, kept as
a row, drawn as HTML, Markdown, JSON and text, with the index, the Atom feeds of the digest and of each watchlist, and `latest`; then
as a mail. The last three have a week of editions behind them and are measured. In the same run the day's pages are read by the
pipeline's own extraction: a sample, as bare as a page can be and in the shell of a news site. CPU seconds, medians; the ratios last.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline import extract, publish
from pipeline.digest import mail
from pipeline.model import Article, Digest, Entry, Feed, Match, Page, Reading, Tag
from pipeline.publish import Publisher
from pipeline.store import Store, schema

STORIES, WATCHLISTS, ARTICLES, OUTLETS = 500, 40, 5000, 60
LAST = date(2026, 11, 23)
MEASURED = 3
BEHIND = 7
"""Editions written before the measured ones."""
TERM = "مكافحة الإرهاب"
WORDS = [
    "قالت",
    "الوزارة",
    "إن",
    "المشروع",
    "الجديد",
    "سيبدأ",
    "في",
    "المدينة",
    "القديمة",
    "بعد",
    "اجتماع",
    "اللجنة",
    "المشتركة",
    "وفق",
    "خطة",
    "معلنة",
    "قبل",
    "شهرين",
    "من",
    "موعد",
    "افتتاح",
    "الطريق",
    "الساحلي",
    "الذي",
    "تأخر",
    "العمل",
    "فيه",
    "بسبب",
    "الأمطار",
    "وارتفاع",
    "كلفة",
    "المواد",
    "المستوردة",
]


def sentence(dice: random.Random) -> str:
    return " ".join(dice.choices(WORDS, k=18)) + "."


def rows(day: date, sentences: list[str], dice: random.Random) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """The day's articles with their tags, as the tables keep them."""
    start = datetime(day.year, day.month, day.day, 4, tzinfo=UTC) - timedelta(days=1)
    for n in range(ARTICLES):
        tagged = n < STORIES * 2
        story = n % STORIES if tagged else n
        told = dice.choices(sentences, k=25)
        told[dice.randrange(25)] = f"ثم ذُكرت {TERM} في الجلسة."
        body = "\n".join(" ".join(told[i : i + 3]) for i in range(0, 25, 3))
        seen = start + timedelta(seconds=n * 17)
        article = {
            **dict.fromkeys(column.name for column in schema.articles.columns if column.nullable),
            **dict.fromkeys(("extractor", "placed_because", "text_hash", "watchlists_version"), "x"),
            "id": f"{day}-{n}",
            "url": f"https://o{n % OUTLETS}.example/{day}/{n}",
            "feed": f"o{n % OUTLETS}",
            "outlet": f"وسيلة {n % OUTLETS}",
            "title": " ".join(dice.choices(WORDS, k=9)),
            "body": body,
            "first_seen": seen,
            "published": {
                "at": (seen - timedelta(minutes=20)).isoformat(),
                "precision": "minute",
                "source": "feed",
            },
            "language": "ar",
            "story": f"s{story}" if story % 5 == 0 else f"s{story}-{day}",
            "relation": "original" if not tagged or n < STORIES else "copy",
            "original": f"{day}-{story}",
            "similarity": 0.95,
            "origin": {"outlet": "وكالة", "basis": "credit", "evidence": "المصدر: وكالة"},
            **{name: [] for name in ("credits", "links")},
            "fingerprint": {"v": 1},
        }
        at = body.index(TERM)
        reading = Reading(term=TERM, surface=TERM, words=(), mode="word", text=TERM)
        match = Match(term=TERM, field="body", start=at, end=at + len(TERM), surface=TERM, reading=reading)
        asked = {story % WATCHLISTS, (story * 7) % WATCHLISTS} if tagged else set()
        tags = [Tag(watchlist=f"w{w:02}", score=1.0, matches=(match,)) for w in sorted(asked)]
        yield article, [_row(f"{day}-{n}", tag) for tag in tags]


def _row(article: str, tag: Tag) -> dict[str, Any]:
    return {
        "article": article,
        "watchlist": tag.watchlist,
        "score": tag.score,
        "matches": [asdict(m) for m in tag.matches],
        "version": "x",
    }


def fill(url: str, days: list[date], dice: random.Random) -> list[dict[str, Any]]:
    """Put every day's articles into the archive → some of the last day's."""
    engine = sa.create_engine(url)
    sentences = [sentence(dice) for _ in range(2_000)]
    sample: list[dict[str, Any]] = []
    for day in days:
        made = rows(day, sentences, dice)
        sample = []
        while block := list(islice(made, 1_000)):
            with engine.begin() as c:
                c.execute(sa.insert(schema.articles), [article for article, _ in block])
                if tags := [tag for _, those in block for tag in those]:
                    c.execute(sa.insert(schema.tags), tags)
            sample += [article for article, _ in block[::5]]
    engine.dispose()
    return sample


# ---------------------------------------------------------------- the day's pages
def bare(article: dict[str, Any], _: random.Random) -> str:
    paragraphs = "".join(f"<p>{p}</p>" for p in article["body"].split("\n"))
    return (
        f'<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{article["title"]}</title>'
        f'<meta property="article:published_time" content="{article["published"]["at"]}"></head>'
        f"<body><article><h1>{article['title']}</h1>{paragraphs}</article></body></html>"
    )


def shelled(article: dict[str, Any], dice: random.Random) -> str:
    """The same in the shell of a news site: menus, teasers, most read, tags, footer."""

    def links(many: int, long: int) -> str:
        return "".join(
            f'<li class="i{n}"><a href="/{dice.randrange(9999)}">{" ".join(dice.choices(WORDS, k=long))}</a></li>'
            for n in range(many)
        )

    teasers = "".join(
        f'<div class="card"><a href="/{n}"><img src="/{n}.jpg" alt=""></a><h3>{" ".join(dice.choices(WORDS, k=9))}</h3>'
        f'<span class="time">قبل {n} دقائق</span><p>{sentence(dice)}</p></div>'
        for n in range(24)
    )
    inner = bare(article, dice).partition("<body>")[2].removesuffix("</body></html>")
    return (
        bare(article, dice).partition("<body>")[0]
        + f'<body><header><nav><ul class="menu">{links(60, 2)}</ul></nav></header><main><div class="row"><div class="col-8">'
        + f'{inner}<div class="tags"><ul>{links(8, 1)}</ul></div><section class="related">{teasers}</section></div>'
        + f'<aside class="col-4"><h2>الأكثر قراءة</h2><ol>{links(20, 9)}</ol></aside></div></main>'
        + f"<footer><ul>{links(40, 2)}</ul></footer></body></html>"
    )


def read(article: dict[str, Any], page: bytes) -> None:
    feed = Feed(id=article["feed"], url=f"https://{article['feed']}.example/feed", outlet=article["outlet"])
    entry = Entry(feed=feed.id, guid=article["url"], url=article["url"])
    got = Page(url=article["url"], status=200, body=page, content_type="text/html; charset=utf-8")
    found = extract.article(got, entry, feed, now=article["first_seen"] + timedelta(hours=1))
    assert isinstance(found, Article), found
    assert TERM in found.body


def reading(
    sample: list[dict[str, Any]], draw: Callable[[dict[str, Any], random.Random], str], dice: random.Random
) -> tuple[float, int]:
    """CPU seconds for a page, the median of three rounds, and its bytes."""
    pages = [(a, draw(a, dice).encode()) for a in sample]
    for a, page in pages[:3]:
        read(a, page)  # models and tables are loaded once per process
    spent = []
    for _ in range(3):
        began = time.process_time()
        for a, page in pages:
            read(a, page)
        spent.append((time.process_time() - began) / len(pages))
    return statistics.median(spent), sum(len(page) for _, page in pages) // len(pages)


# ---------------------------------------------------------------- the editions
def editions(url: str, outputs: Path) -> tuple[dict[str, float], dict[str, int], dict[str, Any]]:
    """CPU seconds of the measured editions by step, bytes of the last one's files, the last one."""
    lists = tuple(f"w{n:02}" for n in range(WATCHLISTS))
    digest = Digest(
        id="daily",
        title="موجز",
        at=(7, 0),
        timezone="Asia/Damascus",
        watchlists=lists,
        formats=("html", "md", "json", "txt"),
    )
    with_feeds = [Feed(id=f"o{n}", url="https://o.example/", outlet=f"وسيلة {n}") for n in range(OUTLETS)]
    store = Store(url)
    publisher = Publisher(
        store=store,
        outputs=outputs,
        feeds=with_feeds,
        titles={w: f"قائمة {w}" for w in lists},
        version="sha256:0",
        program="0",
    )
    took: dict[str, list[float]] = {"selected": [], "written": [], "mail": []}
    selecting: list[float] = []
    real = publish.compose

    def timed(*given: Any) -> dict[str, Any]:
        began = time.process_time()
        made = real(*given)
        selecting.append(time.process_time() - began)
        return made

    publish.compose = timed
    for n in range(BEHIND + MEASURED - 1, -1, -1):
        day = LAST - timedelta(days=n)
        began = time.process_time()
        publish.publish(publisher, [digest], datetime(day.year, day.month, day.day, 5, tzinfo=UTC))
        whole = time.process_time() - began
        made = store.edition(digest.id, day.isoformat())
        assert made is not None
        began = time.process_time()
        letter = mail.letter(made)
        sent = time.process_time() - began
        if n < MEASURED:
            for step, spent in (("selected", selecting[-1]), ("written", whole - selecting[-1]), ("mail", sent)):
                took[step].append(spent)
    publish.compose = real
    store.close()
    folder = outputs / digest.id
    sizes = {form: (folder / f"{LAST}.{form}").stat().st_size for form in digest.formats}
    sizes["mail"] = len(letter.html.encode())
    return {step: statistics.median(spent) for step, spent in took.items()}, sizes, made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=20)
    parser.add_argument("--pages", type=int, default=300)
    args = parser.parse_args()
    dice = random.Random(1)
    days = [LAST - timedelta(days=n) for n in range(max(args.days, BEHIND + MEASURED) - 1, -1, -1)]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/archive.sqlite"
        Store(url).close()
        sample = fill(url, days, dice)[: args.pages]
        took, sizes, made = editions(url, Path(folder) / "outputs")
    stories = sum(len(s["stories"]) for s in made["sections"])
    print(
        f"{len(days) * ARTICLES} articles, {ARTICLES} of the day; {stories} stories, {len(made['sections'])} sections"
    )
    print(", ".join(f"{form} {size / 1e6:.2f} MB" for form, size in sizes.items()))
    whole = sum(took.values())
    for step, seconds in (*took.items(), ("edition", whole)):
        print(f"{step:9} {seconds:6.2f} s")
    for name, draw in (("bare pages", bare), ("news pages", shelled)):
        each, size = reading(sample, draw, dice)
        total = each * ARTICLES
        print(
            f"{name}: {size / 1e3:.0f} kB, {each * 1e3:.2f} ms each, {total:.1f} s for the day: {whole / total:.2%} of it"
        )


if __name__ == "__main__":
    main()
