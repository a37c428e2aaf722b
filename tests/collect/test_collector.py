"""The order of work, with a web and a desk that answer as they are told: what comes in is what goes out."""

import asyncio
import shutil
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import collect, dedupe
from pipeline.collect import RETRIES, Books, Collector, Read
from pipeline.collect import collector as collector_room
from pipeline.errors import StoreError
from pipeline.fetch import NotModified
from pipeline.model import Article, Drop, Entry, Feed, FeedState, Page, Term, Watchlist
from pipeline.parse import ParsedFeed
from pipeline.store import Store
from pipeline.text import urls

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Web:
    """Answers by address, and who asked for what."""

    def __init__(self, answers):
        self.answers = answers
        self.asked = []
        self.validators = {}

    async def get(self, url, *, etag=None, last_modified=None, accept="", given=False, room=None):
        self.asked.append(url)
        self.validators[url] = (etag, last_modified)
        await asyncio.sleep(0)
        answer = self.answers.get(url, Drop(reason="http-404"))
        if isinstance(answer, list):  # one after the other; the last for ever
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        return answer


class Desk:
    """Reads as a worker would, from a table instead of bytes."""

    def __init__(self, feeds, pages):
        self.feeds, self.pages = feeds, pages

    async def run(self, function, *args, timeout):  # noqa: ASYNC109
        await asyncio.sleep(0)
        if function is collect.read_feed:
            return self.feeds[args[0].url]
        page, entry, feed, first_seen, *_ = args
        if page is None:
            own = entry.summary or entry.title  # as extract.from_entry: a headline alone is kept
            return read(entry, feed, first_seen, entry.summary) if own else Drop(reason="no-link")
        answer = self.pages.get(entry.url)
        return answer if isinstance(answer, Drop) else read(entry, feed, first_seen, answer or f"نص {entry.url}")

    def close(self):
        pass


def read(entry: Entry, feed: Feed, first_seen: datetime, body: str) -> Read:
    url = urls.canonical(entry.url) if entry.url else f"urn:{entry.guid}"
    article = Article(
        id=urls.article_id(url),
        url=url,
        feed=feed.id,
        outlet=feed.outlet,
        title=entry.title,
        body=body,
        first_seen=first_seen,
    )
    return Read(article=article, tags=(), fingerprint=dedupe.fingerprint(article))


def feed(name: str, **more) -> Feed:
    return Feed(id=name, url=f"https://{name}.example/feed", outlet=name, **more)


def page(url: str, **headers: str) -> Page:
    return Page(url=url, status=200, body=url.encode(), headers=headers)


def entry(of: str, n: int | str, summary: str = "", host: str | None = None) -> Entry:
    url = f"https://{host or of}.example/news/{n}"
    return Entry(feed=of, guid=f"{of}-{n}", url=url, title=f"خبر {n}", summary=summary)


def parsed(*entries: Entry, **more) -> ParsedFeed:
    return ParsedFeed(entries=entries, format="rss20", encoding="utf-8", **more)


@pytest.fixture(scope="module")
def blank(tmp_path_factory) -> Path:
    """An empty archive, to be copied: to make one takes longer than to fill it."""
    path = tmp_path_factory.mktemp("blank") / "archive.sqlite"
    Store(f"sqlite:///{path}").close()
    return path


def copied(archive: Path, folder: Path) -> Store:
    return Store(f"sqlite:///{shutil.copy(archive, folder)}", create=False)


@pytest.fixture
def store(blank, tmp_path):
    opened = copied(blank, tmp_path)
    yield opened
    opened.close()


def run(store, web, desk, feeds, now=NOW, *, all_feeds=False) -> Books:
    collector = Collector(store, web, desk, feeds, version="sha256:one", now=now)
    return asyncio.run(collector.run(all_feeds=all_feeds))


def newsroom(**outlets: list[Entry]) -> tuple[Web, Desk, list[Feed]]:
    """A web of feeds with these entries, where every page is an article."""
    feeds = [feed(name) for name in outlets]
    answers = {f.url: page(f.url, etag=f'"{f.id}"') for f in feeds}
    answers |= {e.url: page(e.url) for entries in outlets.values() for e in entries}
    return Web(answers), Desk({f.url: parsed(*outlets[f.id]) for f in feeds}, {}), feeds


# ---------------------------------------------------------------- the law of the books
OUTCOMES = st.sampled_from(["article", "http-404", "http-503", "timeout", "too-short", "bug", "soft-404"])
FEED_OUTCOMES = st.sampled_from(["entries", "entries", "entries", "unchanged", "dns", "parse", "http-500"])


@given(
    feeds=st.lists(FEED_OUTCOMES, min_size=1, max_size=4),
    items=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), OUTCOMES, st.booleans()), max_size=12),
)
def test_whatever_the_web_does_the_books_balance_and_nothing_is_lost(blank, tmp_path_factory, feeds, items):
    opened = copied(blank, tmp_path_factory.mktemp("law"))
    try:
        known = [feed(f"f{n}") for n in range(len(feeds))]
        answers, tables, pages = {}, {}, {}
        given_entries: dict[str, dict[str, Entry]] = {f.id: {} for f in known}
        for of, n, outcome, has_summary in items:
            name = f"f{of % len(known)}"
            found = entry(name, n, summary="ملخّص" if has_summary else "", host="shared")
            given_entries[name][found.guid] = found
            read_here = outcome in ("article", "too-short", "bug", "soft-404")
            answers[found.url] = page(found.url) if read_here else Drop(reason=outcome)
            pages[found.url] = None if outcome == "article" else Drop(reason=outcome) if read_here else None
        for f, outcome in zip(known, feeds, strict=True):
            tables[f.url] = parsed(*given_entries[f.id].values()) if outcome != "parse" else Drop(reason="parse")
            is_page = outcome in ("entries", "parse")
            answers[f.url] = (
                page(f.url)
                if is_page
                else NotModified(url="https://any.example/")
                if outcome == "unchanged"
                else Drop(reason=outcome)
            )
        web, desk = Web(answers), Desk(tables, pages)
        books = run(opened, web, desk, known)
        assert books.balance(), books.as_json()
        arrived = [e for f, o in zip(known, feeds, strict=True) if o == "entries" for e in given_entries[f.id].values()]
        assert books.entries["new"] == len(arrived)
        assert books.pages["taken"] == len(arrived)
        assert opened.queue()["pending"] == books.pages["retry"] == sum(books.retry.values())
        assert sum(opened.dropped().values()) == books.pages["dropped"] == sum(books.dropped.values())
        assert books.feeds["failed"] == sum(books.failed.values())
        stored = [f.article.url for f in opened.articles()]
        assert len(stored) == len(set(stored)) == books.articles["new"]
        again = run(opened, web, desk, known, NOW + timedelta(seconds=1), all_feeds=True)
        assert again.balance()
        assert again.entries["new"] == again.pages["taken"] == again.articles["new"] == 0
    finally:
        opened.close()


# ---------------------------------------------------------------- feeds
def test_a_second_run_asks_with_the_validators_and_does_nothing_new(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1), entry("rafid", 2)])
    first = run(store, web, desk, feeds)
    assert (first.articles["new"], first.feeds["ok"]) == (2, 1)
    web.answers[feeds[0].url] = NotModified(url="https://any.example/")
    web.asked.clear()
    second = run(store, web, desk, feeds, NOW + timedelta(hours=1))
    assert web.asked == [feeds[0].url]
    assert web.validators[feeds[0].url] == ('"rafid"', None)
    assert (second.feeds["unchanged"], second.articles["new"]) == (1, 0)


def test_the_same_bytes_again_are_not_read_again(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    run(store, web, desk, feeds)
    desk.feeds.clear()
    again = run(store, web, desk, feeds, NOW + timedelta(hours=1))
    assert again.feeds["unchanged"] == 1


def test_a_feed_of_unknown_habit_is_asked_for_whole_after_half_a_day(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    run(store, web, desk, feeds)
    run(store, web, desk, feeds, NOW + timedelta(hours=13))
    assert web.validators[feeds[0].url] == (None, None)


def test_an_answer_that_could_not_be_read_leaves_no_validators(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    desk.feeds[feeds[0].url] = Drop(reason="parse", detail="line 3")
    run(store, web, desk, feeds)
    state = store.feed_states()["rafid"]
    assert (state.etag, state.body_hash, state.reason, state.failing_since) == (None, None, "parse", NOW)
    desk.feeds[feeds[0].url] = parsed(entry("rafid", 1))
    assert run(store, web, desk, feeds, NOW + timedelta(days=1)).articles["new"] == 1
    state = store.feed_states()["rafid"]
    assert (state.etag, state.reason, state.failing_since, state.failures) == ('"rafid"', None, None, 0.0)


def test_a_document_that_was_cut_off_keeps_its_items_and_no_validators(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    desk.feeds[feeds[0].url] = parsed(entry("rafid", 1), truncated=True)
    assert run(store, web, desk, feeds).articles["new"] == 1
    state = store.feed_states()["rafid"]
    assert (state.etag, state.body_hash) == (None, None)
    assert state.reason == "truncated"


def test_a_feed_that_is_not_due_is_not_asked_unless_all_are(store):
    web, desk, feeds = newsroom(rafid=[], nahr=[])
    run(store, web, desk, feeds)
    web.asked.clear()
    assert run(store, web, desk, feeds, NOW + timedelta(minutes=1)).feeds["due"] == 0
    assert web.asked == []
    assert run(store, web, desk, feeds, NOW + timedelta(minutes=1), all_feeds=True).feeds["due"] == 2


def test_a_feed_that_is_switched_off_is_never_asked(store):
    web, desk, feeds = newsroom(rafid=[])
    off = [replace(feeds[0], enabled=False)]
    assert run(store, web, desk, off, all_feeds=True).feeds["due"] == 0


NEW = "https://new.example/feed"


def test_a_feed_that_was_sent_elsewhere_for_good_twice_is_asked_there_until_that_fails(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    old = feeds[0].url
    web.answers[old] = replace(page(NEW, etag='"n"'), moved_to=NEW)
    web.answers[NEW] = page(NEW, etag='"n"')
    desk.feeds[NEW] = parsed(entry("rafid", 1))
    asked = []
    for day in range(4):
        web.asked.clear()
        run(store, web, desk, feeds, NOW + timedelta(days=day))
        asked.append([url for url in web.asked if url.endswith("feed")])
        if day == 2:
            web.answers[NEW] = Drop(reason="http-404")
    assert asked == [[old], [old], [NEW], [NEW]]
    assert store.feed_states()["rafid"].reason == "http-404"
    web.asked.clear()
    run(store, web, desk, feeds, NOW + timedelta(days=5))
    assert web.asked == [old]
    assert web.validators[old] == (None, None), "what was learnt at the new address says nothing of the old one"


def test_a_redirect_that_led_to_no_feed_moves_nothing(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    web.answers[feeds[0].url] = replace(page(NEW), moved_to=NEW)
    desk.feeds[NEW] = Drop(reason="not-a-feed")
    for day in range(3):
        run(store, web, desk, feeds, NOW + timedelta(days=day))
    state = store.feed_states()["rafid"]
    assert (state.url, state.moving) == (None, None)


def test_a_feed_at_another_configured_address_is_asked_at_once_and_whole(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    run(store, web, desk, feeds)
    elsewhere = replace(feeds[0], url="https://rafid.example/rss")
    web.answers[elsewhere.url] = page(elsewhere.url, etag='"rss"')
    desk.feeds[elsewhere.url] = parsed(entry("rafid", 1), entry("rafid", 2))
    web.answers[entry("rafid", 2).url] = page(entry("rafid", 2).url)
    books = run(store, web, desk, [elsewhere], NOW + timedelta(minutes=1))
    assert web.validators[elsewhere.url] == (None, None)
    assert (books.feeds["ok"], books.entries["known"], books.articles["new"]) == (1, 1, 1)


def test_a_feed_is_asked_by_its_habit_and_by_what_its_answers_ask(store):
    web, desk, feeds = newsroom(busy=[], calm=[], asking=[])
    web.answers[feeds[2].url] = page(feeds[2].url, **{"cache-control": "max-age=7200"})
    store.save_feed(FeedState(feed="busy", entries_day=200.0, last_ok=NOW - timedelta(minutes=5)), now=NOW)
    store.save_feed(FeedState(feed="calm", entries_day=1.0, last_ok=NOW - timedelta(hours=3)), now=NOW)
    run(store, web, desk, feeds)
    minutes = {k: (s.next - NOW) / timedelta(minutes=1) for k, s in store.feed_states().items()}
    assert 4.9 < minutes["busy"] < 5.1
    assert 160 < minutes["calm"] <= 180
    assert 108 <= minutes["asking"] <= 120


def test_what_a_document_asks_holds_while_it_does_not_change(store):
    web, desk, feeds = newsroom(rafid=[])
    desk.feeds[feeds[0].url] = parsed(ttl=timedelta(hours=4), skip_hours=1 << 12)
    run(store, web, desk, feeds)
    web.answers[feeds[0].url] = NotModified(url=feeds[0].url)
    later = NOW + timedelta(hours=5)
    run(store, web, desk, feeds, later)
    state = store.feed_states()["rafid"]
    assert (state.ttl, state.skip_hours) == (timedelta(hours=4), 1 << 12)
    assert state.next - later > timedelta(hours=3)


def test_new_entries_make_a_feeds_habit_and_known_ones_do_not(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    store.save_feed(FeedState(feed="rafid", entries_day=2.0, last_ok=NOW - timedelta(days=1)), now=NOW)
    run(store, web, desk, feeds)
    assert 1.8 < store.feed_states()["rafid"].entries_day < 2.0
    desk.feeds[feeds[0].url] = parsed(*(entry("rafid", n) for n in range(20)))
    web.answers[feeds[0].url] = replace(page(feeds[0].url), body=b"more")
    run(store, web, desk, feeds, NOW + timedelta(days=1))
    assert 3 < store.feed_states()["rafid"].entries_day < 6


@pytest.mark.parametrize(
    ("reasons", "forgiven"), [(["dns", "connect", "timeout"], True), (["dns", "tls", "dns"], False)]
)
def test_when_every_feed_is_out_of_reach_no_feed_is_blamed(store, reasons, forgiven):
    web, desk, feeds = newsroom(a=[], b=[], c=[])
    for f, reason in zip(feeds, reasons, strict=True):
        web.answers[f.url] = Drop(reason=reason, detail="no route")
    run(store, web, desk, feeds)
    states = store.feed_states().values()
    assert all(s.reason and s.failing_since == NOW for s in states), "the failure is told all the same"
    assert all((s.failures == 0) is forgiven for s in states)
    assert all((s.next == NOW + timedelta(minutes=5)) is forgiven for s in states)


def test_one_feed_that_can_be_reached_shows_that_the_network_is_there(store):
    web, desk, feeds = newsroom(a=[], b=[], c=[], d=[])
    for f in feeds[:3]:
        web.answers[f.url] = Drop(reason="dns")
    run(store, web, desk, feeds)
    assert all(store.feed_states()[f.id].failures == 0.25 for f in feeds[:3])


# ---------------------------------------------------------------- pages
def test_one_page_of_two_feeds_is_fetched_once_and_filed_once(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)], nahr=[])
    twin = replace(entry("nahr", 1), url=entry("rafid", 1).url + "?utm_source=nahr")
    desk.feeds[feeds[1].url] = parsed(twin)
    web.answers[twin.url] = page(twin.url)
    books = run(store, web, desk, feeds)
    assert sum("news/1" in url for url in web.asked) == 1, web.asked
    assert (books.articles["new"], books.pages["same"], books.balance()) == (1, 1, True)
    assert list(store.other_feeds().values()) in ([["nahr"]], [["rafid"]])


def test_a_twin_that_arrives_after_the_first_was_filed_is_not_forgotten(store):
    slow, quick = entry("slow", 1, host="shared"), entry("quick", 1, host="shared")
    web, desk, feeds = newsroom(quick=[quick], slow=[slow])

    async def get(url, **_):
        if url.startswith("https://slow.example/feed"):
            await asyncio.sleep(0.2)  # by now the other's page has been filed, while its host's queue is still at work
        if url.endswith("/2"):
            await asyncio.sleep(0.4)
        return web.answers[url]

    web.get = get
    more = entry("quick", 2, host="shared")
    desk.feeds[feeds[0].url] = parsed(quick, more)
    web.answers[more.url] = page(more.url)
    books = run(store, web, desk, feeds)
    assert books.balance()
    assert (books.pages["taken"], books.pages["same"], store.queue()["pending"]) == (3, 1, 0)


def test_a_page_that_fails_is_tried_again_over_a_day_and_then_its_summary_stands_in(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1, summary="ملخّص الخبر")])
    url = entry("rafid", 1).url
    web.answers[url] = Drop(reason="http-503")
    at = NOW
    tries = []
    for pause in (timedelta(), *RETRIES):
        at += pause
        books = run(store, web, desk, feeds, at)
        tries.append((books.pages["retry"], books.pages["filed"]))
    assert tries == [(1, 0), (1, 0), (1, 0), (0, 1)]
    assert at - NOW < timedelta(days=1)
    (filed,) = store.articles()
    assert (filed.article.body, filed.article.note, filed.article.first_seen) == ("ملخّص الخبر", "http-503", at)


def test_where_runs_are_rare_a_page_is_not_waited_for_longer_than_a_day(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1, summary="ملخّص الخبر")])
    web.answers[entry("rafid", 1).url] = Drop(reason="timeout")
    assert run(store, web, desk, feeds).pages["retry"] == 1
    assert run(store, web, desk, feeds, NOW + timedelta(days=1)).pages["filed"] == 1


@pytest.mark.parametrize("reason", ["http-404", "gone", "soft-404", "not-html", "too-large"])
def test_an_entry_without_a_summary_is_kept_with_its_headline_and_the_pages_reason(store, reason):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)])
    web.answers[entry("rafid", 1).url] = Drop(reason=reason)
    books = run(store, web, desk, feeds)
    assert (books.stand_in, books.dropped) == (Counter({reason: 1}), Counter())
    (filed,) = store.articles()
    assert (filed.article.title, filed.article.body, filed.article.note) == ("خبر 1", "", reason)


def test_an_entry_without_a_word_is_dropped_with_the_pages_reason(store):
    bare = replace(entry("rafid", 1), title="")
    web, desk, feeds = newsroom(rafid=[bare])
    web.answers[bare.url] = Drop(reason="http-404")
    books = run(store, web, desk, feeds)
    assert books.dropped == Counter({"http-404": 1})
    assert store.dropped() == {"http-404": 1}


def test_an_entry_of_a_feed_that_left_the_configuration_waits_for_its_return(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1)], nahr=[])
    store.save_feed(FeedState(feed="gone"), [(entry("gone", 7), entry("gone", 7).url)], now=NOW)
    run(store, web, desk, feeds)
    assert store.queue()["pending"] == 1


def test_what_was_left_waiting_is_taken_up_by_the_next_run(store):
    web, desk, feeds = newsroom(rafid=[])
    waiting = entry("rafid", 9)
    store.save_feed(FeedState(feed="rafid"), [(waiting, waiting.url)], now=NOW)
    web.answers[waiting.url] = page(waiting.url)
    assert run(store, web, desk, feeds, NOW + timedelta(hours=2)).articles["new"] == 1
    assert next(store.articles()).article.first_seen == NOW + timedelta(hours=2), (
        "else it may fall before an edition that is written"
    )


def test_pages_in_memory_are_bounded_however_slow_the_workers_are(store):
    hosts = 120
    entries = [entry("rafid", 1, host=f"h{n}") for n in range(hosts)]
    entries = [replace(e, guid=f"{n}") for n, e in enumerate(entries)]
    web, desk, feeds = newsroom(rafid=entries)
    fetched = handed_back = most = 0
    inner_get, inner_run = web.get, desk.run

    places = asyncio.Semaphore(32)

    async def get(url, *, room=None, **words):
        nonlocal fetched, most
        async with places:
            while room is not None and not room.is_set():
                await room.wait()
            answer = await inner_get(url, **words)
        if "news" in url:
            fetched += 1
            most = max(most, fetched - handed_back)
        return answer

    async def slow(function, *args, timeout):  # noqa: ASYNC109
        nonlocal handed_back
        answer = await inner_run(function, *args, timeout=timeout)
        if function is collect.read_page:
            await asyncio.sleep(0.01)
            handed_back += 1
        return answer

    web.get, desk.run = get, slow
    assert run(store, web, desk, feeds).articles["new"] == hosts
    assert most <= 2 * collect.MOST_UNREAD, most


def test_one_feeds_trouble_stops_no_other(store):
    web, desk, feeds = newsroom(bad=[], good=[entry("good", 1)])
    web.answers[feeds[0].url] = Drop(reason="tls", detail="certificate has expired")
    books = run(store, web, desk, feeds)
    assert (books.feeds["failed"], books.articles["new"]) == (1, 1)


POISON = "poison"
"""Stands in the address of the one article that a mistake of ours cannot bear."""


def poisoned(function):
    def call(*args, **more):
        if any(POISON in repr(a) for a in (*args, *more.values())):
            raise ZeroDivisionError("our mistake")
        return function(*args, **more)

    return call


@pytest.mark.parametrize(
    "where",
    ["known_article", "neighbours", "save_article", "place", "worth_comparing", "link_entry"],
)
def test_our_own_mistake_with_one_page_costs_no_other_and_is_tried_again(store, monkeypatch, where):
    """In whatever stage; after the last try the entry is dropped with the traceback."""
    sick = entry("a", POISON)
    web, desk, feeds = newsroom(a=[sick, entry("a", 2)], b=[entry("b", 1)])
    web.answers[sick.url] = page(sick.url)
    twin = replace(sick, feed="b", guid=f"b-{POISON}")
    if where == "link_entry":  # what is there already, by another feed
        desk.feeds[feeds[1].url] = parsed(twin, entry("b", 1))
    if where in ("place", "worth_comparing"):
        real = collector_room.dedupe if where == "place" else collector_room
        monkeypatch.setattr(real, where, poisoned(getattr(real, where)))
    else:
        monkeypatch.setattr(store, where, poisoned(getattr(store, where)))
    now, seen = NOW, Counter()
    for _ in range(len(RETRIES) + 1):
        books = run(store, web, desk, feeds, now)
        assert books.balance(), books
        seen += books.pages
        now += timedelta(hours=13)
    assert seen["filed"] >= 2
    assert seen["retry"] >= 1
    assert seen["dropped"] == 1
    assert store.dropped() == {"bug": 1}
    assert store.pending(now + timedelta(days=9)) == []


def test_our_own_mistake_with_one_feed_costs_no_other_and_is_told(store, monkeypatch):
    web, desk, feeds = newsroom(a=[entry("a", 1)], b=[entry("b", 1)])
    known = store.known_guids

    def fails(of, guids):
        if of == "a":
            raise ZeroDivisionError("our mistake")
        return known(of, guids)

    monkeypatch.setattr(store, "known_guids", fails)
    books = run(store, web, desk, feeds)
    assert books.balance()
    assert (books.feeds["ok"], books.feeds["failed"], books.failed["bug"], books.articles["new"]) == (1, 1, 1, 1)
    state = store.feed_states()["a"]
    assert state.reason == "bug"
    assert "ZeroDivisionError: our mistake" in state.detail
    assert state.body_hash is None, "the document is read again"


def test_an_archive_that_cannot_be_written_ends_the_run_with_one_error(store, monkeypatch):
    web, desk, feeds = newsroom(a=[entry("a", 1)], b=[entry("b", 1)], c=[])

    def full(*_, **__):
        raise StoreError("archive.sqlite", "database or disk is full")

    monkeypatch.setattr(store, "save_feed", full)
    with pytest.raises(StoreError, match="full"):
        run(store, web, desk, feeds)


def test_what_happens_is_told_with_reasons(store):
    told = []

    class Log:
        def info(self, event, **facts):
            told.append(("info", event, facts.get("reason")))

        def warning(self, event, **facts):
            told.append(("warning", event, facts.get("reason")))

        def error(self, event, **facts):
            told.append(("error", event, facts.get("reason")))

    web, desk, feeds = newsroom(a=[entry("a", 1), entry("a", 2)], b=[])
    web.answers[feeds[1].url] = Drop(reason="dns")
    web.answers[entry("a", 1).url] = Drop(reason="timeout")
    desk.pages[entry("a", 2).url] = Drop(reason="bug", detail="Traceback …")
    collector = Collector(store, web, desk, feeds, version="v", now=NOW, log=Log())
    asyncio.run(collector.run())
    assert sorted(told) == [
        ("error", "page failed, the feed's own text is kept", "bug"),
        ("info", "page put back", "timeout"),
        ("warning", "feed failed", "dns"),
    ]


def test_what_was_left_out_of_a_document_is_told_once_with_the_feeds_name(store):
    told = []

    class Log(collect.Silence):
        def info(self, event, **facts):
            told.append(("info", event, facts))

        def warning(self, event, **facts):
            told.append(("warning", event, facts))

    web, desk, feeds = newsroom(cut=[], odd=[], fine=[])
    desk.feeds[feeds[0].url] = parsed(cut=30, repaired=True)
    desk.feeds[feeds[1].url] = parsed(shared_ids=4, empty=1)
    asyncio.run(Collector(store, web, desk, feeds, version="v", now=NOW, log=Log()).run())
    assert sorted(told, key=lambda x: x[2]["feed"]) == [
        ("warning", "feed read in part", {"feed": "cut", "cut": 30, "unreadable_in": "utf-8"}),
        ("info", "feed read with oddities", {"feed": "odd", "empty": 1, "shared_ids": 4}),
    ]


def test_no_password_of_a_feeds_address_is_written_anywhere(store):
    told = []

    class Log(collect.Silence):
        def warning(self, event, **facts):
            told.append(str(facts))

    closed = Feed(id="closed", url="https://reader:secret@closed.example/feed?key=secret", outlet="closed")
    web = Web({closed.url: Drop(reason="http-401")})
    asyncio.run(Collector(store, web, Desk({}, {}), [closed], version="v", now=NOW, log=Log()).run())
    assert web.asked == [closed.url]
    assert "https://closed.example/feed" in told[0]
    assert "secret" not in told[0]
    assert "reader:secret" not in str(store.feed_states())


# ---------------------------------------------------------------- a changed watchlist
def test_a_changed_watchlist_judges_the_window_again_and_only_once(store):
    web, desk, feeds = newsroom(rafid=[entry("rafid", 1), entry("rafid", 2)])
    desk.pages[entry("rafid", 1).url] = "تعزيزات على الحدود."
    run(store, web, desk, feeds)
    lists = [Watchlist(id="border", title="الحدود", terms=(Term(term="حدود"),))]
    assert collect.retag(store, lists, "sha256:two", NOW - timedelta(days=1)) == 2
    tags = {f.article.url[-1]: [t.watchlist for t in f.tags] for f in store.articles()}
    assert tags == {"1": ["border"], "2": []}
    assert collect.retag(store, lists, "sha256:two", NOW - timedelta(days=1)) == 0
    assert collect.retag(store, [], "sha256:three", NOW + timedelta(days=1)) == 0
