"""Look-alikes counted from texts."""

import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import learning
from pipeline.text.fold import fold
from pipeline.text.learning import FEWEST_ARTICLES, Counter, learnt


def counted(words: dict[str, int], articles: int = FEWEST_ARTICLES) -> Counter:
    return Counter(articles=articles, words={fold(word): n for word, n in words.items()})


def test_a_word_that_stands_more_often_than_its_rest_is_no_particle_and_word():
    counter = counted({"وطفاء": 60, "طفاء": 2, "بلقيس": 40, "كنفاني": 30, "نفاني": 1})
    assert learnt(counter) == {fold(w) for w in ("وطفاء", "بلقيس", "كنفاني")}


def test_a_particle_and_a_word_stay_two():
    counter = counted({"ورياض": 30, "رياض": 90, "الرياض": 200, "بصنعاء": 90, "صنعاء": 210, "لعدن": 25, "عدن": 140})
    assert learnt(counter) == frozenset()


def test_the_article_counts_for_the_rest():
    assert learnt(counted({"وضرائب": 60, "ضرائب": 5, "الضرائب": 70})) == frozenset()


def test_a_frequent_word_is_believed_behind_its_preposition():
    assert learnt(counted({"بمناسبة": 900, "مناسبة": 200})) == frozenset()


def test_what_people_wrote_wins_both_ways():
    counter = counted({"وزير": 900, "زير": 1, "وأكد": 900, "أكد": 100})
    assert learnt(counter) == frozenset()


def test_the_article_is_no_first_letter():
    assert learnt(counted({"والطقس": 90, "الطقس": 1, "للطقس": 80, "بالطقس": 70, "كالطقس": 60})) == frozenset()


def test_few_articles_teach_nothing_and_take_nothing_back():
    few = counted({"وطفاء": 60}, articles=FEWEST_ARTICLES - 1)
    assert learnt(few) == frozenset()
    assert learnt(few, frozenset({"كلمه"})) == {"كلمه"}


def test_what_was_learnt_stays_while_it_is_still_likely():
    counter = counted({"وطفاء": 40, "طفاء": 60})
    assert learnt(counter) == frozenset()
    assert learnt(counter, frozenset({fold("وطفاء")})) == {fold("وطفاء")}
    assert learnt(counted({"وطفاء": 40, "طفاء": 90}), frozenset({fold("وطفاء")})) == frozenset()


def test_a_word_counts_once_in_an_article():
    counter = Counter()
    counter.add("سد السد", "سد، «السَّد» 1701 dam")
    assert counter.words == {"سد": 1, "السد": 1}
    assert counter.articles == 1


def test_the_same_articles_give_the_same_counts_however_they_are_stopped_and_taken_up(monkeypatch):
    monkeypatch.setattr(Counter, "MOST", 60)
    monkeypatch.setattr(Counter, "AGED", 70)
    chance = random.Random(7)
    texts = [" ".join(chance.choices([f"{a}{b}" for a in "ابتثجحخد" for b in "سشصضطظعغ"], k=9)) for _ in range(150)]
    at_once, in_parts = Counter(), Counter()
    for text in texts:
        at_once.add(text)
        in_parts.add(text)
        in_parts = Counter.from_json(in_parts.as_json())
        assert len(at_once.words) <= 60
    assert at_once == in_parts
    assert at_once.articles < 70


@given(st.dictionaries(st.text("وفبلكارسم", min_size=2, max_size=6), st.integers(1, 2_000), max_size=40))
def test_only_words_that_begin_with_a_particle_s_letter_are_learnt(words: dict[str, int]):
    for word in learnt(counted(words)):
        assert word[0] in learning.LIMITS
        assert not word[1:].startswith("ال")
