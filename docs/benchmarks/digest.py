"""What an edition costs: 500 stories under 40 watchlists, selected from a day of 5,000 articles and drawn in every format.

    .venv/bin/python docs/benchmarks/digest.py

Prints CPU seconds for each step, the best of three, and the sizes of what was drawn.
"""

import random
import time
from datetime import UTC, date, datetime, timedelta

from pipeline.digest import edition, render
from pipeline.model import Article, Attribution, Dated, Digest, Feed, Filed, Match, Placement, Reading, Tag

STORIES, WATCHLISTS, ARTICLES = 500, 40, 5000
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
]


def day(seed: int = 1) -> list[Filed]:
    dice = random.Random(seed)
    start = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    filed = []
    for n in range(ARTICLES):
        tagged = n < STORIES * 2
        story = n % STORIES if tagged else n
        sentences = [" ".join(dice.choices(WORDS, k=18)) + "." for _ in range(25)]
        sentences[dice.randrange(25)] = "ثم ذُكرت مكافحة الإرهاب في الجلسة."
        body = "\n".join(" ".join(sentences[i : i + 3]) for i in range(0, 25, 3))
        seen = start + timedelta(seconds=n * 17)
        article = Article(
            id=f"i{n}",
            url=f"https://o{n % 60}.example/{n}",
            feed=f"o{n % 60}",
            outlet=f"وسيلة {n % 60}",
            title=" ".join(dice.choices(WORDS, k=9)),
            body=body,
            first_seen=seen,
            published=Dated(at=seen - timedelta(minutes=20), precision="minute", source="feed"),
            language="ar",
        )
        at = body.index("مكافحة الإرهاب")
        reading = Reading(term="مكافحة الإرهاب", surface="مكافحة الإرهاب", words=(), mode="word", text="مكافحة الإرهاب")
        match = Match(
            term="مكافحة الإرهاب",
            field="body",
            start=at,
            end=at + 14,
            surface=body[at : at + 14],
            reading=reading,
        )
        asked = {story % WATCHLISTS, (story * 7) % WATCHLISTS} if tagged else set()
        placement = Placement(
            story=f"s{story}",
            relation="original" if n < STORIES else "copy",
            original=f"i{story}",
            similarity=0.95,
            origin=Attribution(outlet="وكالة", basis="credit", evidence="المصدر: وكالة"),
        )
        tags = tuple(Tag(watchlist=f"w{w:02}", score=1.0, matches=(match,)) for w in sorted(asked))
        filed.append(Filed(article=article, placement=placement, tags=tags))
    return filed


def main() -> None:
    watchlists = tuple(f"w{n:02}" for n in range(WATCHLISTS))
    digest = Digest(id="daily", title="موجز", at=(7, 0), timezone="Asia/Damascus", watchlists=watchlists)
    filed = day()
    feeds = [Feed(id=f"o{n}", url="https://o.example/", outlet=f"وسيلة {n}") for n in range(60)]
    best: dict[str, float] = {}
    for _ in range(3):
        took: dict[str, float] = {}
        began = time.process_time()
        made = edition.select(
            digest,
            date(2026, 11, 23),
            filed=filed,
            watchlist_titles={w: f"قائمة {w}" for w in watchlists},
            feeds=feeds,
            failed=[],
            quiet=[],
            history={w: [3] * 28 for w in watchlists},
            shown_before={},
            version="sha256:0",
            program="0",
        )
        took["select"] = time.process_time() - began
        sizes = {}
        for name, draw in (("html", render.html), ("markdown", render.markdown), ("json", render.json_text)):
            began = time.process_time()
            sizes[name] = len(draw(made).encode())
            took[name] = time.process_time() - began
        best = {k: min(v, best.get(k, v)) for k, v in took.items()}
    stories = sum(len(s["stories"]) for s in made["sections"])
    print(f"{len(filed)} articles, {stories} stories, {len(made['sections'])} sections")
    for name, seconds in best.items():
        print(f"{name:9} {seconds:6.2f} s" + (f"  {sizes[name] / 1e6:5.2f} MB" if name in sizes else ""))
    print(
        f"all       {sum(best.values()):6.2f} s, {sum(best.values()) / len(filed) * 1e6:.0f} µs for each article of the day"
    )


if __name__ == "__main__":
    main()
