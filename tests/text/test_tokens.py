import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text.fold import fold
from pipeline.text.tokens import SPLIT, TOKEN, enclosed, paragraphs, sentences, tokens, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("سد النهضة", ["سد", "النهضة"]),
        ("لـ”سد النهضة”", ["لـ", "سد", "النهضة"]),
        ("مكـ\u200fافحة", ["مكـ\u200fافحة"]),
        ("كُتُبٌ", ["كُتُبٌ"]),
        ("الـCNN", ["الـ", "CNN"]),
        ("كوفيد19", ["كوفيد", "19"]),
        ("سد_النهضة#عاجل", ["سد", "النهضة", "عاجل"]),
        ("don't İstanbul'da", ["don", "t", "İstanbul", "da"]),
        ("cafe\u0301 x", ["cafe\u0301", "x"]),
        ("محمد\ufdfa رسول", ["محمد", "رسول"]),
        ("سد ـــ النهضة", ["سد", "النهضة"]),
        ("كم² و½", ["كم", "و"]),
        ("سد\u200bالنهضة", ["سد", "النهضة"]),
        ("١٢ 3", ["١٢", "3"]),
        ("हिन्दी", ["हिन्दी"]),
        ("", []),
    ],
)
def test_a_token_is_a_run_of_letters_of_one_script_or_of_digits(text: str, expected: list[str]):
    assert [t.surface for t in tokens(text)] == expected


@pytest.mark.parametrize(
    ("between", "kind"),
    [
        (" ", "blank"),
        ("\u00a0", "blank"),
        (" \t ", "blank"),
        ("\n", "blank"),
        ("\r\n", "blank"),
        ("\n\n", "break"),
        ("\n \n", "break"),
        (".\n", "break"),
        ("\u2029", "blank"),
        (" “", "quote"),
        ("» (", "quote"),
        ("\n«", "quote"),
        ("- ", "mark"),
        (" – ", "mark"),
        ("_", "mark"),
        (" #", "mark"),
        ("/", "mark"),
        (" \u200f ", "mark"),
        ("\u200b", "mark"),
        (". ", "barrier"),
        (".", "barrier"),
        ("، ", "barrier"),
        (", ", "barrier"),
        ("؛ ", "barrier"),
        (": ", "barrier"),
        ("؟ ", "barrier"),
        ("… ", "barrier"),
        (" | ", "barrier"),
        (" • ", "barrier"),
        (" 😀 ", "barrier"),
        ("” . “", "barrier"),
    ],
)
def test_what_stands_between_two_words(between: str, kind: str):
    assert tokens(f"كلمة{between}أخرى")[1].before == kind


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("أ.ف.ب", ["start", "mark", "mark"]),
        ("bbc.com", ["start", "mark"]),
        ("1,000", ["start", "joined"]),
        ("10:30", ["start", "joined"]),
        ("3٫5", ["start", "joined"]),
        ("كوفيد19", ["start", "joined"]),
        ("عام 2024. 15", ["start", "blank", "barrier"]),
        ("أ. ف. ب", ["start", "mark", "mark"]),
        ("قال د. أحمد", ["start", "blank", "mark"]),
        ("د.أحمد", ["start", "mark"]),
        ("J. K. Rowling", ["start", "mark", "mark"]),
        ("Dr. Smith", ["start", "mark"]),
        ("انتهى. ثم", ["start", "barrier"]),
        ("انتهى.ثم", ["start", "barrier"]),
        ("the end. Then", ["start", "blank", "barrier"]),
        ("رقم 5. ثم", ["start", "blank", "barrier"]),
        ("د . أحمد", ["start", "barrier"]),
        ("د.\nأحمد", ["start", "break"]),
    ],
)
def test_names_and_numbers_hold_together(text: str, kinds: list[str]):
    assert [t.before for t in tokens(text)] == kinds


def test_where_one_line_is_longer_than_a_page_is_wide_short_lines_are_no_wrapped_ones():
    """The cells of a table in an article, one a line."""
    cells = "مقر تنظيم\nالدولة: العراق"
    long = "جملة طويلة من المقال " * 8
    assert [t.before for t in tokens(cells)][2] == "blank"
    assert [t.before for t in tokens(f"{cells}\n{long}")][2] == "break"
    assert [t.before for t in tokens(f"{long}\n{cells}")][-2] == "break"


def test_a_long_line_is_a_paragraph_and_not_a_wrapped_line():
    long = "كلمة " * 40
    assert tokens(f"عنوان\n{long}")[1].before == "break"
    assert tokens(f"{long}\nعنوان")[-1].before == "break"
    assert tokens("عنوان\nقصير")[1].before == "blank"


TEXTS = st.text(st.sampled_from(list('ابوةلى aZ1٣.،:؟\n\r"«»()ـ_-\u200f\u200b\u064e\u0301é\ufdfa²😀')), max_size=80)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_tokens_lie_in_the_text_in_order_and_hold_every_letter(text: str):
    found = tokens(text)
    assert all(text[t.start : t.end] == t.surface for t in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert [t.surface for t in found] == TOKEN.findall(text) == SPLIT.split(text)[1::2]
    assert "".join(SPLIT.split(text)) == text
    assert words(text) == [fold(t.surface) for t in found]


# ---------------------------------------------------------------- sentences
@pytest.mark.parametrize(
    "parts",
    [
        ["انتهى الاجتماع.", "وغادر الوفد!", "هل يعود؟", "لا أحد يعلم"],
        ["قال د. سامر لوكالة أ.ف.ب. إن العدد بلغ 3.5 ملايين.", "ثم سكت."],
        ["قال: «انتهى الأمر. لن نعود.»", "ثم مضى."],
        ["قال «هل نعود؟ لا» ثم مضى.", "وانتهى."],
        ["وصل (الوزير. والوفد) صباحا.", "ثم غادر."],
        ["قال ”لا شيء. لا شيء“ ومضى.", "وغاب."],
        ["بلغت الحصيلة 1.250 قتيلا.", "انظر www.example.org للمزيد."],
        ["انتهى.", "وقال آخر."],
        ["Dr. Smith met U.S. officials.", "He left."],
        ["J. K. Rowling wrote it.", "It sold."],
        ["ربما... لا أحد يعلم.", "نعم."],
        ["1. البند الأول.", "البند الثاني."],
        ['علامة " لا تغلق.', "ثم جملة."],
    ],
    ids=lambda parts: parts[0][:30],
)
def test_sentences_end_where_a_reader_ends_them(parts: list[str]):
    text = " ".join(parts)
    assert [text[a:b] for a, b in sentences(text)] == parts


def test_a_full_stop_without_a_space_ends_an_arabic_sentence():
    text = "انتهى الخبر.وقال آخر"
    assert [text[a:b] for a, b in sentences(text)] == ["انتهى الخبر.", "وقال آخر"]


def test_a_paragraph_ends_its_sentence():
    text = "عنوان بلا نقطة\nجملة أولى. جملة ثانية\n\n  \nأخيرة"
    assert [text[a:b] for a, b in sentences(text)] == ["عنوان بلا نقطة", "جملة أولى.", "جملة ثانية", "أخيرة"]
    assert [text[a:b] for a, b in paragraphs(text)] == ["عنوان بلا نقطة", "جملة أولى. جملة ثانية", "أخيرة"]


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_sentences_lose_nothing_but_white_space(text: str):
    places = sentences(text)
    assert all(a < b and not text[a].isspace() and not text[b - 1].isspace() for a, b in places)
    assert "".join("".join(text[a:b] for a, b in places).split()) == "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال «نعم» ثم (لا)", ["«نعم»", "(لا)"]),
        ("»مقلوب«", ["»مقلوب«"]),
        ("“من (داخل) هنا”", ["“من (داخل) هنا”"]),
        ('"مفتوح', []),
        ("أ) بند", []),
    ],
)
def test_quotations_are_found_in_pairs(text: str, expected: list[str]):
    assert [text[a:b] for a, b in enclosed(text, 0, len(text))] == expected


@pytest.mark.parametrize("text", ["و", "و ", "ـ", '"', "(", "«»", ". ", "ب.", "\n", "a\u0301", "1.", "؟"], ids=ascii)
def test_cutting_takes_linear_time(text: str):
    def spent(times: int) -> float:
        start = time.process_time()
        tokens(text * times)
        sentences(text * times)
        return time.process_time() - start

    spent(1_000)
    half, whole = spent(100_000), spent(200_000)
    assert whole < 5 * half + 0.5
