import pytest

from pipeline.text.clitics import PROCLITICS, cases, cuts, inflected, opened, takes_tanwin_alef
from pipeline.text.fold import fold
from pipeline.text.lookalikes import (
    ALEF_PAIRS,
    ARTICLE_IN_WORD,
    PARTICLE_LOOKALIKES,
    TANWIN_LOOKALIKES,
    YAA_PAIRS,
    is_lookalike,
)


def test_particles_are_a_conjunction_a_preposition_and_the_article_each_at_most_once():
    assert len(PROCLITICS) == 27
    assert {len(p.particles) for p in PROCLITICS.values()} == {0, 1, 2}
    assert PROCLITICS["ولل"].particles == ("و", "ل")
    assert PROCLITICS["ولل"].article
    assert not {"بب", "لب", "الو", "وف", "الب", "ل ال"} & set(PROCLITICS)


@pytest.mark.parametrize(
    ("word", "fronts"),
    [
        ("بالبيت", ["", "ب", "بال"]),
        ("للبيت", ["", "ل", "لل"]),
        ("وكتاب", ["", "و", "وك"]),
        ("قلم", [""]),
        ("و", [""]),
        ("ال", [""]),
    ],
)
def test_a_word_is_cut_at_every_legal_particle(word: str, fronts: list[str]):
    assert [word[:cut] for cut, _ in cuts(word)] == fronts


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("مقاتلون", ("مقاتلين",)),
        ("مقاتلين", ("مقاتلون",)),
        ("دولتان", ("دولتين",)),
        ("دولتين", ("دولتون", "دولتان")),
        ("سجين", ()),
        ("مهرجان", ()),
        ("قانون", ()),
        ("لبنان", ()),
    ],
)
def test_cases_change_long_sound_plurals_and_duals_alone(word: str, other: tuple[str, ...]):
    assert cases(word) == other


def test_pronouns_open_the_ending():
    assert (opened("حكومة"), opened("مستوى"), opened("بيت")) == ("حكومت", "مستوا", None)


@pytest.mark.parametrize(
    ("word", "takes"),
    [("وفد", True), ("لاجئ", True), ("جزء", True), ("حكومة", False), ("قرى", False), ("ماء", False), ("دم", False)],
)
def test_the_accusative_alef(word: str, takes: bool):
    assert takes_tanwin_alef(word) == takes


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("عراقي", {"عراقية", "عراقيون", "عراقيين", "عراقيات", "عراقيان", "عراقيو", "عراقيي"}),
        ("غارة", {"غارات", "غارتان", "غارتين", "غارتا", "غارتي"}),
        ("ميليشيا", {"ميليشيات", "ميليشياتان"} - {"ميليشياتان"}),
        ("مستشفى", {"مستشفيات", "مستشفيين"}),
        ("مقاتل", {"مقاتلو", "مقاتلي", "مقاتلون", "مقاتلين", "مقاتلة", "مقاتلات"}),
        ("مقاتلون", {"مقاتل", "مقاتلين", "مقاتلة"}),
        ("غارات", {"غارة", "غارتين"}),
        ("مباراة", {"مباريات"}),
        ("قناة", {"قنوات"}),
        ("إيرانية", {"إيراني", "إيرانيون", "إيرانيات"}),
    ],
)
def test_number_and_gender(word: str, forms: set[str]):
    assert forms <= inflected(word)


def test_number_and_gender_make_no_other_word():
    assert "مكتبة" not in inflected("مكتب", frozenset({"مكتبة"}))
    assert "عملي" not in inflected("عملية")
    assert "غار" not in inflected("غارة")
    assert "مكتب" in inflected("مكتب", frozenset({"مكتب"}))


@pytest.mark.parametrize("word", ["وزير", "وزيرين", "بغداد", "كتلة", "لسان", "فرد", "بحرية", "لبنان", "وعود", "كردي"])
def test_words_of_their_own_are_known(word: str):
    assert is_lookalike(fold(word))


@pytest.mark.parametrize(
    "word",
    ["وحرب", "لحل", "بشكل", "ولبنان", "بقطر", "لمصر", "كدولة", "بحماس", "وقسد", "لغاز", "بكرة", "لبيروت", "وحل", "فإن"],
)
def test_what_is_mostly_particle_and_word_is_not_taken_for_a_word(word: str):
    assert not is_lookalike(fold(word))


def test_tables_are_at_the_level_they_are_asked_at():
    for table in (PARTICLE_LOOKALIKES, YAA_PAIRS, ALEF_PAIRS, TANWIN_LOOKALIKES, ARTICLE_IN_WORD):
        assert all(fold(word) == word and len(word) > 1 for word in table)
    assert {word[0] for word in PARTICLE_LOOKALIKES} == set("وفبكل")
    assert all(word.startswith("ال") for word in ARTICLE_IN_WORD)
    assert all(word.endswith("ي") for word in YAA_PAIRS)
    assert all(word.endswith("ا") for word in TANWIN_LOOKALIKES)
