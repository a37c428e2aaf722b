"""Entries that their feed changes, texts that replace others, and the sample of pages: on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Article, Attribution, Dated, Entry, FeedState, Placement
from pipeline.store import Pending, Sheet, Store
from pipeline.store.revisions import APART, READINGS, WATCHED
from pipeline.store.sheets import A_DAY, KEPT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def store(store_url):
    opened = Store(store_url)
    yield opened
    opened.close()


def entry(**more) -> Entry:
    base = Entry(feed="rafid", guid="1", url="https://rafid.example/news/1", title="إصابة 12", summary="ملخص")
    return replace(base, **more)


def article(n: int = 1, **more) -> Article:
    base = Article(
        id=f"a{n}",
        url=f"https://rafid.example/news/{n}",
        feed="rafid",
        outlet="وكالة الرافد",
        title="إصابة 12",
        body="أصيب 12 شخصا.\nوالتحقيق جار.",
        first_seen=NOW,
    )
    return replace(base, **more)


def poll(store: Store, found: Entry, at: datetime) -> None:
    store.save_feed(FeedState(feed=found.feed, polled=at), [(found, found.url)], now=at)


def save(store: Store, item: Pending, made: Article, sheet: Sheet | None = None) -> None:
    placed = Placement(
        story=made.id,
        relation="original",
        original=made.id,
        similarity=1.0,
        origin=Attribution(outlet="o", basis="earliest"),
    )
    store.save_article(
        item, made, placed, moved={}, tags=(), version="v", fingerprint={}, text_hash=made.id, band_keys=["b1"], sheet=sheet
    )  # fmt: skip


@pytest.fixture
def filed(store):
    """The archive with one article."""
    poll(store, entry(), NOW)
    save(store, store.pending(NOW)[0], article())
    return store


# ---------------------------------------------------------------- what is noticed
def test_an_entry_shown_as_before_is_not_read_again(filed):
    poll(filed, entry(), NOW + HOUR)
    assert filed.changed() == []


@pytest.mark.parametrize(
    "more",
    [
        {"title": "إصابة 15"},
        {"summary": "ملخص آخر"},
        {"updated": Dated(at=NOW, precision="second", source="feed")},
    ],
)
def test_an_entry_that_says_something_else_is_read_again(filed, more):
    if "updated" in more:
        first = Dated(at=NOW - HOUR, precision="second", source="feed")
        poll(filed, entry(title="x", updated=first), NOW + timedelta(minutes=1))
        filed.settle(filed.changed()[0])
        poll(filed, entry(title="x", **more), NOW + APART)
    else:
        poll(filed, entry(**more), NOW + HOUR)
    (found,) = filed.changed("rafid")
    assert found.article == "a1"
    assert found.changed is not None
    assert filed.changed("other") == []
    assert filed.pending(NOW + 9 * HOUR) == []


def test_an_advertisement_in_the_content_or_an_earlier_date_is_no_change(filed):
    early = Dated(at=NOW - HOUR, precision="second", source="feed")
    poll(filed, entry(content="<p>إعلان</p>", published=early), NOW + HOUR)
    assert filed.changed() == []


def test_an_entry_is_watched_for_two_days(filed):
    poll(filed, entry(title="x"), NOW + WATCHED)
    assert filed.changed() == []


def test_a_page_is_read_again_a_few_times_and_not_at_once(filed):
    times = 0
    for hours in range(48):
        poll(filed, entry(title=f"عنوان {hours}"), NOW + hours * HOUR)
        for item in filed.changed():
            times += 1
            assert hours * HOUR >= (times - 1) * APART
            filed.settle(item)
    assert times == READINGS


def test_an_article_of_two_feeds_is_read_again_once(filed):
    other = replace(entry(), feed="jisr", guid="j1")
    poll(filed, other, NOW)
    filed.link_entry(filed.pending(NOW)[0], "a1")
    poll(filed, entry(title="x"), NOW + HOUR)
    poll(filed, replace(other, title="x"), NOW + HOUR)
    assert [item.entry.feed for item in filed.changed()] == ["rafid"]


# ---------------------------------------------------------------- what is kept
def revise(store: Store, **more) -> Article:
    poll(store, entry(title="إصابة 15"), NOW + HOUR)
    (item,) = store.changed()
    new = article(title="إصابة 15", body="أصيب 15 شخصا.", revised=item.changed, **more)
    store.save_revision(
        item, article(), new, tags=(), version="v2", fingerprint={"n": 2}, text_hash="h2", band_keys=["b2"]
    )
    return new


def test_a_new_text_takes_the_place_of_the_old_one_which_is_kept(filed):
    new = revise(filed)
    found = filed.find("a1")
    assert found is not None
    assert found.article == new
    assert found.placement.story == "a1"
    assert filed.revisions("a1") == [
        {"number": 1, "until": NOW + HOUR, "title": "إصابة 12", "body": "أصيب 12 شخصا.\nوالتحقيق جار."}
    ]
    assert filed.changed() == []
    assert filed.integrity() == []


def test_copies_of_the_new_text_are_compared_with_it(filed):
    revise(filed)
    assert [n.article.id for n in filed.neighbours(["b2"], "", NOW)] == ["a1"]
    assert filed.neighbours(["b1"], "", NOW) == []


def test_a_revision_belongs_to_the_window_in_which_it_was_noticed(filed):
    revise(filed)
    assert [f.article.id for f in filed.revised(NOW + timedelta(minutes=1), NOW + 2 * HOUR)] == ["a1"]
    assert filed.revised(NOW, NOW + 2 * HOUR) == []  # first seen in the same window: it is new there
    assert filed.revised(NOW + 2 * HOUR, NOW + 3 * HOUR) == []
    assert len(list(filed.articles(NOW, NOW + HOUR))) == 1


def test_a_pruned_article_takes_its_revisions_and_its_sheet_with_it(store):
    poll(store, entry(), NOW)
    save(store, store.pending(NOW)[0], article(), Sheet(host="rafid.example", day="2026-03-02", lines=("m",)))
    revise(store)
    assert store.prune(NOW + HOUR) == 1
    assert store.revisions("a1") == []
    assert store.sheets("rafid.example", "2026-01-01", "2026-12-31") == []


# ---------------------------------------------------------------- the sample
def sheet(store: Store, n: int, day: str = "2026-03-02", host: str = "rafid.example") -> None:
    one = Entry(feed="rafid", guid=f"g{n}", url=f"https://rafid.example/news/{n}", title="t")
    poll(store, one, NOW)
    item = next(p for p in store.pending(NOW) if p.entry.guid == f"g{n}")
    made = article(n, id=f"a{n:04}")
    save(store, item, made, Sheet(host=host, day=day, lines=(f"m{n}", "all")))


def test_sheets_come_back_by_host_and_day(store):
    sheet(store, 1)
    sheet(store, 2, day="2026-03-03")
    sheet(store, 3, host="other.example")
    assert store.sheets("rafid.example", "2026-03-01", "2026-03-02") == [("2026-03-02", ["m1", "all"])]
    assert len(store.sheets("rafid.example", "2026-03-02", "2026-03-03")) == 2


def test_sheets_of_long_ago_go(store):
    sheet(store, 1)
    sheet(store, 2, day=(NOW + KEPT + timedelta(days=1)).date().isoformat())
    store.forget(NOW + KEPT + timedelta(days=1))
    assert [lines for _, lines in store.sheets("rafid.example", "2026-01-01", "2026-12-31")] == [["m2", "all"]]


@settings(max_examples=8)
@given(order=st.permutations(range(A_DAY + 4)))
def test_which_pages_of_a_day_are_kept_depends_on_no_order(tmp_path_factory, order):
    opened = Store(f"sqlite:///{tmp_path_factory.mktemp('sheets') / 'archive.sqlite'}")
    try:
        for n in order:
            sheet(opened, n)
        found = [lines[0] for _, lines in opened.sheets("rafid.example", "2026-03-02", "2026-03-02")]
        assert found == [f"m{n}" for n in range(A_DAY)]
    finally:
        opened.close()
