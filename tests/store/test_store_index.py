"""The full-text index on both databases: written, kept, given up, made anew with the articles."""

import importlib.util
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.store import Store, index, notes
from pipeline.store.index import All, Some, Word
from pipeline.text import index as rules

_spec = importlib.util.spec_from_file_location("filing", Path(__file__).with_name("test_store.py"))
filing = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(filing)
file, NOW = filing.file, filing.NOW


@pytest.fixture
def store(store_url):
    opened = Store(store_url)
    yield opened
    opened.close()


def ids(store: Store, wanted, *span) -> list[str]:
    return [a.id for a in store.candidates(wanted, *span)]


BANK = Word(("بنك",))


def test_a_word_is_found_with_what_is_joined_to_it(store):
    file(store, 1, body="أعلن البنك المركزي رفع الفائدة.")
    file(store, 2, body="قالت البنوك إن السيولة كافية.")
    file(store, 3, title="وبالبنك", body="…")
    assert ids(store, BANK) == ["a3", "a1"]
    assert ids(store, Word((), ("بن",))) == ["a3", "a2", "a1"]
    assert ids(store, All((BANK, Word(("مركزي",))))) == ["a1"]
    assert ids(store, Some((Word(("بنوك",)), All((BANK, Word(("مركزي",))))))) == ["a2", "a1"]
    assert ids(store, Word(("نك",))) == []
    assert ids(store, None) == ["a3", "a2", "a1"]


def test_what_is_denied_is_left_out_as_it_stands_in_the_body(store):
    file(store, 1, body="أعلن البنك رفع الفائدة اليوم.")
    file(store, 2, body="أعلن البنك رفع الفائدة.")
    file(store, 3, title="قال اليوم ثم", body="أعلن البنك 50% ' \" \\ شيئا.")

    def left(*denied: str) -> list[str]:
        return [a.id for a in store.candidates(BANK, denied=denied)]

    assert left() == ["a3", "a2", "a1"]
    assert left(" رفع ") == ["a3"]
    assert left(" اليوم ", " ' ") == ["a2", "a1"]
    assert left(" اليوم.", "%") == ["a2"]
    assert left(":denied0", "\\", "_") == ["a2", "a1"]


def test_newest_come_first_whatever_the_order_of_filing_and_the_span_is_heeded(store):
    moments = [NOW, NOW + timedelta(hours=2), NOW + timedelta(hours=1), NOW + timedelta(seconds=0.4)]
    for n, moment in enumerate(moments):
        file(store, n, body="البنك", first_seen=moment)
    assert ids(store, BANK) == ["a1", "a2", "a3", "a0"]
    assert ids(store, BANK, NOW + timedelta(hours=1)) == ["a1", "a2"]
    assert ids(store, BANK, None, NOW + timedelta(hours=1)) == ["a3", "a0"]
    assert ids(store, BANK, NOW, NOW + timedelta(seconds=0.4)) == ["a0"]


def test_a_second_may_hold_more_articles_than_it_has_numbers(store, monkeypatch):
    monkeypatch.setattr(index, "SECOND", 4)
    for n in range(11):
        file(store, n, body="البنك")
    file(store, 20, body="البنك", first_seen=NOW + timedelta(hours=1))
    assert ids(store, BANK) == ["a20", *(f"a{n}" for n in reversed(range(11)))]
    assert len(ids(store, BANK, None, NOW + timedelta(seconds=1))) == 11
    assert store.integrity() == []


def test_blocks_join_without_gap_or_overlap(store):
    for n in range(150):
        file(store, n, body="البنك", first_seen=NOW + timedelta(minutes=n))
    assert ids(store, BANK) == [f"a{n}" for n in reversed(range(150))]


def test_pruning_takes_articles_out_of_the_index(store):
    file(store, 1, body="البنك القديم")
    file(store, 2, body="البنك الجديد", first_seen=NOW + timedelta(days=1))
    assert store.prune(NOW + timedelta(hours=1)) == 1
    assert ids(store, BANK) == ids(store, None) == ["a2"]
    file(store, 3, body="خبر آخر")  # takes the number that the pruned one had
    assert ids(store, BANK) == ["a2"]
    assert store.integrity() == []


def test_an_article_with_another_text_is_found_by_that_alone(store):
    file(store, 1, title="البنك", body="قديم")
    file(store, 2, body="البنك")
    with store._write() as c:
        index.replace(c, "a1", ("المصرف", "جديد"))
        c.execute(sa.text("UPDATE articles SET title = 'المصرف', body = 'جديد' WHERE id = 'a1'"))
    assert ids(store, BANK) == ["a2"]
    assert ids(store, Word(("مصرف",))) == ["a1"]
    store.prune(NOW + timedelta(hours=1))
    assert ids(store, Word(("مصرف", "جديد", "قديم", "بنك"))) == []


def test_an_index_made_by_other_rules_is_made_anew_and_says_the_same(store, monkeypatch):
    moments = [NOW, NOW, NOW - timedelta(days=3), NOW + timedelta(days=3)]
    for n, moment in enumerate(moments):
        file(store, n, body=f"البنك {n}", first_seen=moment)
    before = ids(store, BANK)
    assert store.refresh_index() == 0
    with store._write() as c:
        notes.write(c, "index", rules.VERSION - 1)
    assert not store.index_is_whole()
    store.prune(NOW - timedelta(days=2))
    assert store.refresh_index() == 3
    assert store.index_is_whole()
    assert ids(store, BANK) == [i for i in before if i != "a2"]
    assert store.integrity() == []


def test_a_text_of_too_many_words_is_always_a_candidate(store, monkeypatch):
    monkeypatch.setattr(rules, "MOST", 5)
    file(store, 1, body="واحد اثنان ثلاثة أربعة خمسة ستة سبعة")
    file(store, 2, body="البنك")
    assert ids(store, BANK) == ["a2", "a1"]
    assert ids(store, All((BANK, Word(("شيء",))))) == ["a1"]


def test_text_that_no_database_can_write_is_indexed_as_it_is_stored(store):
    file(store, 1, title="بنك\0مركزي \ud800", body="a'b\"c*:&|!()\\")
    assert ids(store, BANK) == ["a1"]
    assert ids(store, All((Word(("a",)), Word(("c",))))) == ["a1"]
    store.prune(NOW + timedelta(hours=1))
    assert ids(store, BANK) == []


def test_a_question_of_thousands_of_words_is_answered(store):
    file(store, 1, body="البنك")
    many = tuple(f"كلمه{n}" for n in range(5_000))
    assert ids(store, Some((Word(many), All((BANK, Word((*many, "بنك"))))))) == ["a1"]


def test_an_index_with_a_gap_is_not_whole_until_it_is_made_anew(store):
    file(store, 1, body="البنك")
    file(store, 2, body="البنك")
    assert store.index_is_whole()
    with store._write() as c:
        c.execute(sa.text("DELETE FROM indexed WHERE article = 'a1'"))
    assert not store.index_is_whole()
    assert store.refresh_index() == 2
    assert store.index_is_whole()
    assert sorted(ids(store, BANK)) == ["a1", "a2"]


def test_moments_before_the_epoch_have_numbers_too(store):
    file(store, 1, body="البنك", first_seen=datetime(1969, 12, 31, 23, 0, tzinfo=UTC))
    file(store, 2, body="البنك", first_seen=datetime(9999, 12, 31, 23, 0, tzinfo=UTC))
    assert ids(store, BANK) == ["a2", "a1"]


def test_notes_are_kept_under_their_name(store):
    assert store.note("x") is None
    store.save_notes(x={"كلمة": 1}, y=[1])
    store.save_notes(x=2)
    assert (store.note("x"), store.note("y")) == (2, [1])
