"""Leaving most of the kin unread changes no placement."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from pipeline import dedupe
from pipeline.collect.kin import worth_comparing
from pipeline.model import Article, Dated, Entry, FeedState
from pipeline.store import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WORDS = [
    "الوزارة",
    "المدينة",
    "النهر",
    "الطريق",
    "المدرسة",
    "الميناء",
    "القطار",
    "المزارع",
    "السوق",
    "الجسر",
    "المشفى",
    "البلدية",
    "الحدود",
    "الكهرباء",
    "المطر",
]
EVENTS = ["انهيار جسر دجلة القديم", "افتتاح ميناء طرطوس الجديد", "حريق سوق المدينة الكبير"]


def articles(n: int, seed: int) -> list[Article]:
    """Reports, copies, trimmed copies and strangers, of some days, that all share a pair of rare words."""
    r = random.Random(seed)
    made: list[Article] = []
    for i in range(n):
        event = r.choice(EVENTS)
        sentences = [" ".join(r.choices(WORDS, k=12)) + "." for _ in range(8)]
        if made and r.random() < 0.4:
            sentences = r.choice(made).body.split("\n")[: r.choice([4, 6, 8])] + sentences[:1]
        at = NOW - timedelta(hours=r.randrange(200))
        made.append(
            Article(
                id=f"a{i:03}",
                url=f"https://o{i % 7}.example/{i}",
                feed=f"o{i % 7}",
                outlet=f"منبر {i % 7}",
                title=f"{event} في منطقة قلعة الحصن",
                body="\n".join(sentences),
                first_seen=at + timedelta(hours=r.randrange(5)),
                published=Dated(at=at, precision="minute", source="feed"),
            )
        )
    return made


@pytest.mark.parametrize("seed", [1, 2])
def test_placements_are_the_same_as_with_all_the_kin_read(tmp_path, seed):
    placed: list[dict] = []
    for choosing in (False, True):
        store = Store(f"sqlite:///{tmp_path / f'{choosing}.sqlite'}")
        for article in articles(90, seed):
            mark = dedupe.fingerprint(article)
            more = {"choose": lambda kin, a=article, m=mark: worth_comparing(a, m, kin)} if choosing else {}
            near = store.neighbours(mark.bands, mark.text_hash, NOW - timedelta(days=30), **more)
            candidates = [
                dedupe.Candidate(
                    article=n.article, fingerprint=dedupe.Fingerprint.from_json(n.fingerprint), placement=n.placement
                )
                for n in near
            ]
            placement, moved = dedupe.place(article, mark, candidates)
            entry = Entry(feed=article.feed, guid=article.id, url=article.url)
            store.save_feed(FeedState(feed=article.feed), [(entry, article.url)], now=NOW)
            (pending,) = store.pending(NOW)
            store.save_article(
                pending,
                article,
                placement,
                moved=moved,
                tags=(),
                version="v",
                fingerprint=mark.to_json(),
                text_hash=mark.text_hash,
                band_keys=mark.bands,
            )
        placed.append({f.article.id: f.placement for f in store.articles()})
        store.close()
    assert placed[0] == placed[1]
    relations = {p.relation for p in placed[0].values()}
    assert {"original", "copy"} <= relations


def test_of_a_thousand_that_share_one_pair_of_words_a_handful_is_read():
    stranger, *others = articles(400, 3)
    mark = dedupe.fingerprint(stranger)
    from pipeline.store import Kin

    pair = next(b for b in mark.bands if b.startswith("s"))
    kin = [Kin(id=o.id, came_out=int(o.came_out.timestamp()), bands=[pair], same_text=False) for o in others]
    assert 0 < len(worth_comparing(stranger, mark, kin)) <= 4
