import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.fold import fold, key, light


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أحمد", "احمد"),
        ("إحمد", "آحمد"),
        ("ٱلسلام", "السلام"),
        ("مسؤول", "مسئول"),
        ("شؤون", "شئون"),
        ("مبادئ", "مبادىء"),
        ("مدرسة", "مدرسه"),
        ("مصطفى", "مصطفي"),
        ("كِتَابٌ", "كتاب"),
        ("كتـــاب", "كتاب"),
        ("رحمٰن", "رحمن"),
        ("مكا\u200eتب", "مكاتب"),
        ("نیرو\u200cهای", "نيروهاي"),
        ("کرکوک", "كركوك"),
        ("پێشمەرگە", "بيشمهركه"),
        ("ولادیمیر پوتین", "ولاديمير بوتين"),
        ("\ufedb\ufe98\ufe8e\ufe8f", "كتاب"),
        ("\ufdf2", "الله"),
        ("\ufefb", "لا"),
        ("ا\u0654حمد", "أحمد"),
        ("مسو\u0654ول", "مسؤول"),
        ("مبادى\u0654", "مبادئ"),
        ("١٢٣ ۴۵۶", "123 456"),
        ("Élysée", "elysee"),
        ("E\u0301lyse\u0301e", "élysée"),
        ("İstanbul ISTANBUL", "istanbul ıstanbul"),
        ("Straße", "STRASSE"),
        ("Łódź", "lodz"),
        ("ＡＢＣ", "abc"),
    ],
)
def test_spellings_of_one_word_become_equal(one: str, other: str):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("سين", "شين"), ("مؤمن", "مومن"), ("على", "علا"), ("ثقة", "ثقت"), ("7", "17"), ("شيء", "شي"), ("cafe", "café s")],
)
def test_different_words_stay_different(one: str, other: str):
    assert fold(one) != fold(other)


def test_eulogies_and_the_zero_width_space_part_words():
    assert fold("محمد\ufdfaرسول").split() == ["محمد", "رسول"]
    assert fold("سد\u200bالنهضة").split() == ["سد", "النهضه"]


def test_the_vowel_signs_that_stand_alone_leave_nothing_behind():
    assert fold("".join(map(chr, range(0xFE70, 0xFE80)))) == ""
    assert unicodedata.normalize("NFKC", "\ufe76") == " \u064e"  # what a plain normalisation would have made


def test_every_character_is_folded_for_good():
    wrong = []
    for code in (*range(0x20000), *range(0x2F800, 0x2FA20), *range(0xE0000, 0xE0200)):  # the rest is ideographs
        once = fold(chr(code))
        if fold(once) != once or key(light(chr(code))) != once:
            wrong.append(hex(code))
    assert not wrong


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from(list("ابىيءئؤوأإآةه \u0653\u0654\u0655\u064b\u0651\u0640\u200f\ufdfaaÉİıß1٣"))))
def test_folding_is_idempotent_and_its_levels_keep_step(text: str):
    once = fold(text)
    assert fold(once) == once
    assert len(key(light(text))) == len(light(text))
    assert key(light(text)) == once


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_at_all_is_folded(text: str):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["ـ", "و", "ى", "ى\u064e", "ا\u0654", "\u0655", "É"], ids=ascii)
def test_folding_takes_linear_time(text: str):
    def spent(times: int) -> float:
        start = time.process_time()
        fold(text * times + "ء")
        return time.process_time() - start

    spent(1_000)
    half, whole = spent(500_000), spent(1_000_000)
    assert whole < 5 * half + 0.5


NEWS = "وقال رئيس الوزراء إن «سد النهضة» سيملأ في الموعد، مؤكدا أن الأزمة على طاولة المفاوضات. "
ODD = [
    "\u064e",
    "\u200f",
    "ﻻ",
    "ﷲ",
    "٣",
    "A",
    "É",
    "گ",
    "\u0654",
    "ى\u0640ء",
    "\u200b",
    "ﷺ",
    "ß",
    "\u00a0",
    "é",
    "آ",
    "😀",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=3), st.just(NEWS)), max_size=30))
def test_a_long_text_folds_like_its_words(pieces: list[str]):
    text = " ".join(pieces)
    assert fold(text) == " ".join(fold(word) for word in text.split(" "))


@pytest.mark.parametrize("code", range(0, 0x11000, 0x400))
def test_a_character_folds_alike_in_a_long_text_and_by_itself(code: int):
    for char in map(chr, range(code, code + 0x400)):
        assert fold(f"{NEWS}{char} {NEWS}") == f"{fold(NEWS)}{fold(char)} {fold(NEWS)}"
