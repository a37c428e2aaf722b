"""What is remembered of words, and for how long."""

from pipeline.text import index, learning
from pipeline.text.remembered import forget, remembered


def test_an_answer_is_given_once_until_it_is_forgotten():
    asked = []

    @remembered(10)
    def double(n: int) -> int:
        asked.append(n)
        return 2 * n

    assert [double(1), double(1), double(2)] == [2, 2, 4]
    assert asked == [1, 2]
    forget()
    assert double(1) == 2
    assert asked == [1, 2, 1]


def test_no_more_answers_are_kept_than_was_said():
    @remembered(3)
    def same(n: int) -> int:
        return n

    assert [same(n) for n in range(10)] == list(range(10))
    assert same.cache_info().currsize == 3


def test_the_words_of_an_article_are_forgotten():
    index.index_terms("خبر عن المدينة")
    learning.Counter().add("خبر", "عن المدينة")
    assert index._remembered.cache_info().currsize > 0
    assert learning._word.cache_info().currsize > 0
    forget()
    assert index._remembered.cache_info().currsize == learning._word.cache_info().currsize == 0
