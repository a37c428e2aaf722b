"""What of a text goes into a full-text index."""

import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.fold import fold
from pipeline.text.index import ANYTHING, LONGEST, MOST, index_terms
from pipeline.text.tokens import TOKEN


def test_a_word_is_indexed_with_and_without_what_is_joined_in_front():
    assert index_terms("وبالبنك") == sorted(["وبالبنك", "بالبنك", "البنك", "بنك"])
    assert index_terms("للبنك") == sorted(["للبنك", "لبنك", "بنك"])
    assert "بنك" in index_terms("", "«البَـنْك»")


def test_spellings_of_one_word_have_one_term():
    assert index_terms("الإرهاب") == index_terms("الارهاب") == index_terms("الإِرْهـــاب")
    assert index_terms("ISIS ۱۷۰۱") == index_terms("isis ١٧٠١") == ["1701", "isis"]


def test_every_character_gives_terms_that_both_databases_take_as_they_are():
    characters = (chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    strange = [
        (hex(ord(character)), term)
        for character in characters
        for term in index_terms(f"ا{character}ب {character}")
        if not term or any(c.isspace() or (c.isascii() and not c.isalnum()) for c in term)
    ]
    assert strange == []


@given(st.text(max_size=80))
def test_every_token_is_there_whole_unless_it_is_longer_than_any_word(text: str):
    terms = set(index_terms(text))
    assert {fold(token)[:LONGEST] for token in TOKEN.findall(text)} - {""} <= terms


def test_no_word_folds_to_the_term_that_stands_for_anything():
    assert fold(ANYTHING) == ""


def test_a_text_of_too_many_words_may_hold_anything():
    assert index_terms(" ".join(f"كلمة{n}" for n in range(MOST + 1))) == [ANYTHING]


@pytest.mark.parametrize("body", ["و" * 5_000_000, "و " * 2_500_000, "س" + "\u064b" * 5_000_000, "«" * 5_000_000])
def test_indexing_takes_linear_time(body: str):
    def spent(text: str) -> float:
        start = time.process_time()
        index_terms(text)
        return time.process_time() - start

    half, whole = spent(body[: len(body) // 2]), spent(body)
    assert whole < 5 * half + 1.0
