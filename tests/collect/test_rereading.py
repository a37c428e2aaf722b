"""Boilerplate learnt and articles revised, through the whole cycle: what depends on earlier days only, and what a change leaves."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipeline import collect, dedupe, extract
from pipeline.collect import Collector
from pipeline.model import Article, Drop, Entry, Feed, Page
from pipeline.parse import ParsedFeed
from pipeline.store import Store

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FEED = Feed(id="jisr", url="https://jisr.example/feed", outlet="الجسر")
ABOUT = "بوابة الجسر منصة مستقلة تأسست على يد صحفيين من المدينة وتعنى بشؤون الناس"


class Web:
    """One feed, and pages by address; the feed's entries are the reader's to give."""

    def __init__(self):
        self.pages: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.asked: list[str] = []

    async def get(self, url, **_):
        self.asked.append(url)
        await asyncio.sleep(0)
        if url == FEED.url:
            return Page(url=url, status=200, body=repr(self.entries).encode())
        if url not in self.pages:
            return Drop(reason="http-404")
        return Page(url=url, status=200, body=self.pages[url].encode(), content_type="text/html; charset=utf-8")


class Desk:
    """The worker's own work, in this process, but for the feed's document."""

    def __init__(self, web: Web):
        self.web = web
        collect.start_worker(())

    async def run(self, function, *args, timeout):  # noqa: ASYNC109
        await asyncio.sleep(0)
        if function is collect.read_feed:
            return ParsedFeed(entries=tuple(self.web.entries), format="rss20", encoding="utf-8")
        return function(*args)

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    yield opened
    opened.close()


def run(store: Store, web: Web, now: datetime) -> collect.Books:
    books = asyncio.run(Collector(store, web, Desk(web), [FEED], version="v", now=now).run(all_feeds=True))
    assert books.balance(), books.as_json()
    return books


def publish(web: Web, n: int, *more: str, title: str = "", people: int = 0) -> str:
    url = f"https://jisr.example/news/{n}"
    title = title or f"معرض رقم {n} يفتح أبوابه"
    lines = [
        f"وقالت مديرة المركز إن {people or 100 + n} من المشاركين حضروا الورشة التي ستستمر حتى نهاية الأسبوع.",
        f"وأضافت أن القاعة {n * 7} ستفتح أبوابها للزوار بعد الظهر، وأن الدخول مجاني لطلاب المدارس.",
        *more,
    ]
    text = "".join(f"<p>{line}</p>" for line in lines)
    web.pages[url] = f"<html><body><main><h1>{title}</h1><div>{text}</div></main></body></html>"
    entry = Entry(feed=FEED.id, guid=str(n), url=url, title=title)
    web.entries = [e for e in web.entries if e.guid != entry.guid] + [entry]
    return url


def bodies(store: Store) -> dict[str, str]:
    return {f.article.url: f.article.body for f in store.articles()}


def test_a_line_on_the_pages_of_earlier_days_leaves_the_pages_of_today(store):
    web = Web()
    for day in range(3):
        for n in range(4):
            publish(web, 10 * day + n, ABOUT)
        run(store, web, NOW + day * DAY)
    new = publish(web, 99, ABOUT)
    run(store, web, NOW + 3 * DAY)
    found = bodies(store)
    assert ABOUT not in found[new]
    assert sum(ABOUT in text for text in found.values()) == 8, "two days' pages taught it"


def test_how_often_a_days_work_is_interrupted_changes_no_text(store, tmp_path):
    other = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    at_once, by_and_by = Web(), Web()
    for day in range(4):
        for n in range(5):
            publish(at_once, 10 * day + n, ABOUT)
        run(store, at_once, NOW + day * DAY)
        for n in reversed(range(5)):
            publish(by_and_by, 10 * day + n, ABOUT)
            run(other, by_and_by, NOW + day * DAY + timedelta(minutes=n))
    assert bodies(store) == bodies(other)
    other.close()


def test_an_article_that_its_feed_changes_is_read_again_and_the_old_text_is_kept(store):
    web = Web()
    url = publish(web, 1, people=12)
    run(store, web, NOW)
    (before,) = store.articles()
    publish(web, 1, people=15, title="معرض رقم 1 يفتح أبوابه للجميع")
    books = run(store, web, NOW + timedelta(hours=2))
    (after,) = store.articles()
    assert books.revisits == {"taken": 1, "revised": 1}
    assert books.pages["taken"] == 0
    assert after.article.id == before.article.id
    assert after.article.first_seen == NOW
    assert after.article.revised == NOW + timedelta(hours=2)
    assert "15" in after.article.body
    (kept,) = store.revisions(after.article.id)
    assert kept["body"] == before.article.body
    asked = web.asked.count(url)
    run(store, web, NOW + timedelta(hours=4))
    assert web.asked.count(url) == asked == 2


def test_a_page_that_is_the_same_after_all_or_is_gone_leaves_the_article_alone(store):
    web = Web()
    url = publish(web, 1)
    run(store, web, NOW)
    before = bodies(store)
    web.entries = [replace(web.entries[0], summary="ملخص جديد")]
    assert run(store, web, NOW + timedelta(hours=1)).revisits == {"taken": 1, "same": 1}
    del web.pages[url]
    web.entries = [replace(web.entries[0], summary="ملخص آخر")]
    assert run(store, web, NOW + timedelta(hours=7)).revisits == {"taken": 1, "failed": 1}
    assert bodies(store) == before
    assert store.changed() == []


def test_a_change_that_a_killed_run_noticed_is_read_by_the_next_and_stands_in_the_edition_after_it(store):
    web = Web()
    publish(web, 1, people=12)
    run(store, web, NOW)
    publish(web, 1, people=15, title="عنوان جديد لهذا المعرض")
    noticed = NOW + timedelta(hours=2)
    state = store.feed_states()[FEED.id]
    store.save_feed(state, [(web.entries[0], web.entries[0].url)], now=noticed)  # and then the power fails
    edition, read = noticed + timedelta(minutes=5), noticed + timedelta(minutes=10)
    books = run(store, web, read)
    assert books.revisits == {"taken": 1, "revised": 1}
    assert next(store.articles()).article.revised == read
    assert store.revised(noticed, edition) == []
    assert len(store.revised(edition, edition + timedelta(days=1))) == 1


def test_what_an_article_is_known_by_stays_when_its_text_is_renewed():
    from pipeline.collect.rereading import renewed

    old = Article(
        id="a",
        url="https://jisr.example/1",
        feed="jisr",
        outlet="الجسر",
        title="إصابة 12",
        body="أصيب 12.",
        first_seen=NOW,
    )
    new = replace(old, id="b", url="https://jisr.example/1?x=2", feed="x", first_seen=NOW + DAY, title="إصابة 15")
    got = renewed(old, new, NOW + DAY)
    assert got == replace(old, title="إصابة 15", revised=NOW + DAY)
    assert renewed(old, replace(old, id="b"), NOW) is None


def test_rules_reach_the_worker():
    web = Web()
    url = publish(web, 1)
    page = Page(url=url, status=200, body=web.pages[url].encode(), content_type="text/html; charset=utf-8")
    collect.start_worker((), frozenset(), (extract.Rules(host="jisr.example", remove=("p:first-child",)),))
    found = collect.read_page(page, web.entries[0], FEED, NOW)
    collect.start_worker(())
    assert not isinstance(found, Drop)
    assert found.article.body.startswith("وأضافت")
    assert (found.host, len(found.lines)) == ("jisr.example", 1)
    assert found.fingerprint == dedupe.fingerprint(found.article)
