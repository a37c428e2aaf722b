"""Excerpts: exact, readable, whole words, quotations and brackets, on any text and at any size."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.digest import excerpt
from pipeline.text.tokens import enclosed, paragraphs


def place(body: str, surface: str) -> tuple[int, int]:
    start = body.index(surface)
    return start, start + len(surface)


def texts(body: str, *surfaces: str, title: str = "") -> list[str]:
    found = excerpt.quotes(body, title, [[place(body, s)] for s in surfaces])
    return [body[q.start : q.end] for q in found]


FAR = "افتتح الوزير المعرض صباح الأحد في قاعة المدينة القديمة بحضور مئات الزوار من المحافظات. وتحدث طويلًا. ثم غادر. وقال لاحقًا إن «المعابر مفتوحة»."


def test_the_lead_comes_first_and_the_matching_sentence_after_it():
    assert texts(FAR, "المعابر") == [
        "افتتح الوزير المعرض صباح الأحد في قاعة المدينة القديمة بحضور مئات الزوار من المحافظات.",
        "وقال لاحقًا إن «المعابر مفتوحة».",
    ]


def test_a_match_in_the_lead_asks_for_no_other_place_and_the_second_sentence_follows():
    assert texts(FAR, "المعرض") == [
        "افتتح الوزير المعرض صباح الأحد في قاعة المدينة القديمة بحضور مئات الزوار من المحافظات. وتحدث طويلًا."
    ]


def test_a_dateline_takes_the_next_sentence_with_it():
    body = "دمشق. عقدت اللجنة اجتماعها الأول في العاصمة. وتجتمع غدًا. ثم زار الوفد المعابر."
    assert texts(body, "المعابر") == ["دمشق. عقدت اللجنة اجتماعها الأول في العاصمة.", "ثم زار الوفد المعابر."]


def test_a_headline_that_the_text_repeats_is_passed_over():
    body = "عنوان الخبر هنا\nالجملة الأولى من الخبر. والثانية بعدها."
    assert texts(body, title="عنوان  الخبر هنا") == ["الجملة الأولى من الخبر. والثانية بعدها."]


def test_at_most_three_sentences_show_as_many_terms_as_they_can():
    body = "أولى طويلة بما يكفي لأن تقف وحدها في مقدمة الخبر دون ما بعدها. فيها ماء. فيها نار. فيها هواء. فيها تراب."
    assert texts(body, "هواء", "نار", "تراب") == [
        "أولى طويلة بما يكفي لأن تقف وحدها في مقدمة الخبر دون ما بعدها.",
        "فيها نار. فيها هواء.",
    ]


def test_the_rest_of_a_long_lead_is_quoted_when_the_match_stands_there():
    body = "قالت الوزارة " + "، ".join(f"بندًا رقم {n} من بنود الخطة" for n in range(30)) + "، ثم ذكرت المعابر في آخرها."
    lead, rest = excerpt.quotes(body, "", [[place(body, "المعابر")]])
    assert lead.cut_after
    assert rest.cut_before
    assert lead.end <= rest.start
    assert body[lead.start : lead.end].endswith("،")
    assert rest.marks == (place(body, "المعابر"),)


def test_a_quotation_is_never_cut_though_the_sentence_grows_long():
    inside = " ".join(["كلمة"] * 120)
    body = f"وقال «{inside}» أمس. نهاية."
    (found,) = excerpt.quotes(body, "", [])[:1]
    text = body[found.start : found.end]
    assert len(text) > excerpt.LONG
    assert text.count("«") == text.count("»") == 1


def test_a_quotation_beyond_all_measure_is_left_alone():
    inside = " ".join(["كلمة"] * 2000)
    body = f"«{inside} المعابر»."
    assert excerpt.quotes(body, "", [[place(body, "المعابر")]]) == []


def test_a_word_without_end_is_not_quoted():
    assert excerpt.quotes("ا" * 5000, "", [[(0, 5000)]]) == []


@pytest.mark.parametrize("body", ["", " ", "\n\n", "كلمة", "…", "«"])
def test_small_and_empty_texts_give_what_they_have(body):
    found = excerpt.quotes(body, "", [])
    assert [body[q.start : q.end] for q in found] == ([body] if body.strip() else [])


PIECES = st.sampled_from(
    ["كلمة", "المعابر", "NATO", "12.5", " ", " ", " ", "\n", "«", "»", "“", "”", '"', "(", ")", "[", "]", ".", "؟", "،", "؛", ":", "!", "…", "\u0651", "ـ"]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=260).map("".join), st.integers(0, 6))
def test_no_quote_ever_cuts_a_word_a_quotation_or_a_bracket(body, nth):
    spots, at = [], body.find("المعابر")
    while at >= 0:
        spots.append((at, at + 7))
        at = body.find("المعابر", at + 1)
    found = excerpt.quotes(body, "", [spots[nth:] + spots[:nth]] if spots else [])
    whole = [pair for start, end in paragraphs(body) for pair in enclosed(body, start, end)]
    for q in found:
        text = body[q.start : q.end]
        assert text == text.strip() != ""
        for cut in (q.start, q.end):
            assert not any(a < cut < b for a, b in whole)
            beside = body[max(0, cut - 1) : cut + 1]
            assert len(beside) < 2 or not (beside[0].isalpha() and beside[1].isalpha())
        assert all(q.start <= s < e <= q.end for s, e in q.marks)
        assert list(q.marks) == sorted(q.marks)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert sum(q.end - q.start for q in found) <= excerpt.SENTENCES * excerpt.MOST


@pytest.mark.parametrize("unit", ["كلمة ", "ا", "«", "(", ". ", "، ", "»«", "كلمة. "])
def test_five_megabytes_on_one_line_cost_no_more_than_a_page(unit):
    body = unit * (5_000_000 // len(unit))
    middle = len(body) // 2 // len(unit) * len(unit)
    places = [[(middle, middle + len(unit.strip()))] for _ in range(4)]
    began = time.process_time()
    excerpt.quotes(body, "", places)
    assert time.process_time() - began < 2.0
