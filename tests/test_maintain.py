"""What the archive does for itself: the index renewed, look-alikes learnt from its texts."""

import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from pipeline import maintain
from pipeline.collect import retag
from pipeline.maintain import lookalikes, version
from pipeline.model import Article, Attribution, Entry, FeedState, Placement, Term, Watchlist
from pipeline.store import Stopped, Store, database
from pipeline.tag import Tagger
from pipeline.text import learning

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def store(store_url, monkeypatch):
    monkeypatch.setattr(learning, "FEWEST_ARTICLES", 30)
    opened = Store(store_url)
    yield opened
    opened.close()


def fill(store: Store, bodies: list[str], first_seen: datetime, name: str = "a") -> None:
    for n, body in enumerate(bodies):
        guid = f"{name}{n}"
        entry = Entry(feed="f", guid=guid, url=f"https://a.example/{guid}")
        store.save_feed(FeedState(feed="f"), [(entry, entry.url)], now=first_seen)
        article = Article(id=guid, url=str(entry.url), feed="f", outlet="ص", title="", body=body, first_seen=first_seen)
        placement = Placement(
            story=guid,
            relation="original",
            original=guid,
            similarity=1.0,
            origin=Attribution(outlet="ص", basis="earliest"),
        )
        store.save_article(
            next(p for p in store.pending(first_seen) if p.entry.guid == guid),
            article,
            placement,
            moved={},
            tags=(),
            version="v",
            fingerprint={"v": 1},
            text_hash=guid,
            band_keys=(),
        )


def test_look_alikes_are_learnt_at_most_once_a_day_from_what_came_since(store):
    fill(store, ["قالت وطفاء كلمة"] * 40, NOW - timedelta(hours=2))
    first = maintain.maintain(store, NOW)
    assert (first.counted, first.lookalikes) == (40, 1)
    assert lookalikes(store) == {"وطفاء"}
    fill(store, ["طفاء"] * 120, NOW + timedelta(hours=1), "b")
    again = maintain.maintain(store, NOW + timedelta(hours=2))
    assert (again.counted, again.lookalikes) == (0, 1)
    third = maintain.maintain(store, NOW + DAY)
    assert (third.counted, third.lookalikes) == (120, 0)
    assert lookalikes(store) == frozenset()


def test_an_old_archive_is_caught_up_with_in_parts(store, monkeypatch):
    monkeypatch.setattr(maintain, "MOST_COUNTED", 25)
    for hour in range(4):
        fill(store, ["قالت وطفاء كلمة"] * 10, NOW + timedelta(hours=hour), f"h{hour}-")
    counted = [maintain.maintain(store, NOW + n * DAY).counted for n in range(1, 4)]
    assert counted == [25, 15, 0]
    assert lookalikes(store) == {"وطفاء"}


def test_few_articles_teach_nothing(store):
    fill(store, ["قالت وطفاء كلمة"] * 20, NOW)
    assert maintain.maintain(store, NOW + DAY).lookalikes == 0


def test_an_index_of_other_rules_is_made_anew(store):
    fill(store, ["البنك"] * 3, NOW)
    store.save_notes(index=0)
    assert maintain.maintain(store, NOW).indexed == 3
    assert store.index_is_whole()
    assert maintain.maintain(store, NOW).indexed == 0


def test_the_version_tells_what_was_learnt():
    base = "sha256:" + "0" * 64
    assert version(base, frozenset()) == base
    one, two = version(base, frozenset({"وطفاء"})), version(base, frozenset({"وطفاء", "بلقيس"}))
    assert len({base, one, two}) == 3
    assert two == version(base, frozenset({"بلقيس", "وطفاء"}))
    assert one.startswith("sha256:")
    assert len(one) == len(base)


def test_what_was_learnt_keeps_a_particle_on_and_says_so():
    lists = [Watchlist(id="w", title="", terms=(Term(term="طفاء"),))]
    body = "قالت وطفاء"
    assert Tagger(lists).tags(title="", body=body)
    taught = Tagger(lists, frozenset({"وطفاء"}))
    assert taught.tags(title="", body=body) == ()
    assert taught.tags(title="", body="قالت «و»طفاء، والطفاء")  # not joined, or with the article: no doubt
    (told,) = taught.explain(title="", body=body)
    assert told.misses[0].why == "«وطفاء»: «وطفاء» is a word of its own, as this archive's counts show"


def test_what_was_learnt_does_not_hold_in_phrases():
    lists = [Watchlist(id="w", title="", terms=(Term(term="طفاء الحي"),))]
    assert Tagger(lists, frozenset({"وطفاء"})).tags(title="", body="وطفاء الحي")


# ---------------------------------------------------------------- asked to stop
class Patience:
    """Says yes so many times, then no."""

    def __init__(self, times):
        self.times = times

    def __call__(self):
        self.times -= 1
        return self.times >= 0


def test_a_stop_while_learning_undoes_the_step_and_it_is_due_again(store):
    fill(store, ["قالت وطفاء كلمة"] * 40, NOW - timedelta(hours=2))
    stopped = maintain.maintain(store, NOW, Patience(7))
    assert (stopped.counted, store.note("lookalikes"), store.note("word_counts")) == (0, None, None)
    assert maintain.maintain(store, NOW).counted == 40


def test_a_stop_while_the_index_is_made_anew_leaves_the_old_one(store):
    fill(store, ["البنك"] * 3, NOW)
    store.save_notes(index=0)
    assert maintain.maintain(store, NOW, Patience(0)).indexed == 0
    assert not store.index_is_whole()
    assert maintain.maintain(store, NOW).indexed == 3


def test_a_stop_while_the_pages_are_looked_at_ends_the_statement(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "STEPS", 10)
    store = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    fill(store, ["البنك"] * 30, NOW)
    assert store.integrity() == []
    with pytest.raises(Stopped):
        store.integrity(Patience(2))
    assert store.integrity() == []
    store.close()


def test_ctrl_c_is_heard_inside_a_long_statement(tmp_path):
    """SQLite does not come back to Python by itself: without its being asked to, the signal would wait for the statement's end."""
    store = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
    timer = threading.Timer(0.3, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt), store._read() as c:
        c.execute(sa.text(endless))
    timer.join()
    assert store.summary() == (0, None)
    store.close()


def test_a_stop_while_articles_are_judged_again_keeps_what_was_judged(store):
    fill(store, ["خبر طفاء"] * 12, NOW)
    lists = [Watchlist(id="w", title="", terms=(Term(term="طفاء"),))]
    assert retag(store, lists, "other", NOW - DAY, go_on=Patience(4)) == 5
    assert len(list(store.articles(other_version="other"))) == 7
    assert retag(store, lists, "other", NOW - DAY) == 7
