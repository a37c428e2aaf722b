"""Lines that an outlet puts around every article: what is learnt, from what, and what is never taken for it."""

from __future__ import annotations

import json
import pathlib
import random
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline import extract
from pipeline.extract import boilerplate, lines
from pipeline.extract.candidates import Line
from pipeline.extract.words import mark
from pipeline.model import Article, Entry, Feed, Page

DATA = pathlib.Path(__file__).parent.parent / "data" / "extract"
NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example.org/feed", outlet="صحيفة الجسر", language="ar")
ABOUT = "بوابة الجسر منصة مستقلة تأسست على يد صحفيين من المدينة وتعنى بشؤون الناس"
ASIDE = "حكايات من الأرشيف كل خميس على صفحاتنا"


def prose(n: int) -> list[str]:
    return [
        f"وقالت مديرة المركز رقم {n} إن الورشة ستستمر حتى نهاية الأسبوع وإن عدد المشاركين فيها تجاوز {100 + n}.",
        f"وأضافت أن القاعة {n * 7} ستفتح أبوابها للزوار بعد الظهر، وأن الدخول مجاني لطلاب المدارس.",
        f"ويقام المعرض للمرة {n + 2} بعد توقف طويل فرضته أعمال الترميم في المبنى القديم.",
    ]


def page(paragraphs: list[str], url: str = "https://news.example.org/a/1") -> Page:
    text = "".join(f"<p>{p}</p>" for p in paragraphs)
    whole = f"<html><body><main><h1>معرض في المركز</h1><div>{text}</div></main></body></html>"
    return Page(url=url, status=200, body=whole.encode(), content_type="text/html; charset=utf-8")


def read(paragraphs: list[str], usual: frozenset[str] = frozenset()) -> extract.Explained:
    url = "https://news.example.org/a/1"
    return extract.explain(page(paragraphs), Entry(feed="f", guid="g", url=url), FEED, now=NOW, usual=usual)


def body(paragraphs: list[str], usual: frozenset[str] = frozenset()) -> list[str]:
    found = read(paragraphs, usual).result
    assert isinstance(found, Article)
    return found.body.split("\n")


def sheets(n: int, *around: str, days: int = 3) -> list[tuple[str, tuple[str, ...]]]:
    """Of n pages, each with the outlet's lines around its own."""
    return [(f"2026-01-0{1 + i % days}", read([ASIDE, *prose(i), *around]).sheet) for i in range(n)]


def test_a_line_that_stands_on_most_pages_leaves_the_next_one():
    learnt = boilerplate.learn(sheets(9, ABOUT))
    assert learnt == {mark(ABOUT), mark(ASIDE)}
    assert body([ASIDE, *prose(50), ABOUT], learnt) == prose(50)


def test_pages_with_lines_that_no_table_knows_are_read_at_the_floor_once_they_are_learnt():
    floor = json.loads((DATA / "floors.json").read_text(encoding="utf-8"))["learnt"]
    learnt = boilerplate.learn(sheets(12, ABOUT))
    right = [body([ASIDE, *prose(n), ABOUT], learnt) == prose(n) for n in range(60, 80)]
    assert sum(right) / len(right) >= floor


def test_other_punctuation_and_spelling_of_the_line_is_the_same_line():
    learnt = boilerplate.learn(sheets(9, ABOUT))
    assert body([*prose(50), ABOUT.replace("مستقلة", "مُستقلّة") + " ..."], learnt) == prose(50)


def test_the_same_words_inside_a_sentence_stay():
    learnt = boilerplate.learn(sheets(9, ABOUT))
    sentence = f"وجاء في تعريفها أن {ABOUT}، كما قال مديرها."
    assert sentence in body([*prose(50), sentence], learnt)


def test_an_outlet_with_few_pages_teaches_nothing():
    assert boilerplate.learn(sheets(boilerplate.LEAST_SHEETS - 1, ABOUT)) == frozenset()


def test_what_stood_on_the_pages_of_one_day_only_is_a_running_story():
    assert boilerplate.learn(sheets(9, ABOUT, days=1)) == frozenset()


def test_a_line_on_half_of_the_pages_is_not_on_most():
    given_ = sheets(8) + sheets(8, ABOUT)
    assert boilerplate.learn(given_) == {mark(ASIDE)}


def test_credits_and_datelines_are_never_learnt():
    signed = ["دمشق – وكالة السهل", *prose(1), "المصدر: سانا", "نقلا عن وكالة السهل للأنباء"]
    sheet = read(signed).sheet
    assert {mark(t) for t in prose(1)} == set(sheet)


def test_what_is_taken_out_is_not_forgotten_for_it():
    learnt = boilerplate.learn(sheets(9, ABOUT))
    assert mark(ABOUT) in read([*prose(50), ABOUT], learnt).sheet


def test_a_page_that_says_nothing_but_its_boilerplate_keeps_it():
    found = lines.tidy([Line(ABOUT)], lines.Known(boilerplate=frozenset({mark(ABOUT)})))
    assert [line.text for line in found.lines] == [ABOUT]
    assert found.gone == []


def test_a_page_whose_text_is_the_feeds_leaves_no_sheet():
    summary = " ".join(prose(3))
    entry = Entry(feed="f", guid="g", url="https://news.example.org/a/1", content="".join(f"<p>{p}</p>" for p in prose(3)), summary=summary)  # fmt: skip
    found = extract.explain(page(["فيديو قصير من المعرض"]), entry, FEED, now=NOW)
    assert isinstance(found.result, Article)
    assert found.result.extractor == "feed"
    assert found.sheet == ()


def test_a_sheet_is_bounded():
    many = [f"سطر قصير من جدول طويل رقم {n} في الصفحة" for n in range(500)]
    assert len(read([*prose(1), *many]).sheet) <= boilerplate.MOST_LINES


def test_a_page_learns_from_the_days_before_its_own():
    assert boilerplate.span(NOW) == ("2026-01-05", "2026-01-14")
    assert boilerplate.day(NOW) == "2026-01-15"


MARKS = st.lists(st.tuples(st.sampled_from(["d1", "d2", "d3"]), st.lists(st.sampled_from("abcdef"))), max_size=30)


@given(MARKS, st.integers())
def test_the_order_of_the_sheets_changes_nothing(given_, seed):
    shuffled = list(given_)
    random.Random(seed).shuffle(shuffled)
    assert boilerplate.learn(shuffled) == boilerplate.learn(given_)


@given(MARKS)
def test_whatever_is_learnt_stands_on_most_sheets_of_two_days(given_):
    for one in boilerplate.learn(given_):
        on = [day for day, marks in given_ if one in marks]
        assert len(on) > len(given_) / 2
        assert len(set(on)) >= 2
