"""The digest's own voice: counted nouns, months by country, times, reasons."""

import re
import string
from datetime import date
from pathlib import Path

import pytest

from pipeline.digest.figures import NOUNS as FIGURES
from pipeline.digest.words import NOUNS, PHRASES, REASONS, Foreign, Words, fill, number
from pipeline.model import REASONS as CLOSED

AR, EN = Words("ar", "Asia/Damascus"), Words("en", "Asia/Damascus")


@pytest.mark.parametrize(
    ("n", "noun", "said"),
    [
        (0, "article", "0 مقال"),
        (1, "article", "مقال واحد"),
        (2, "article", "مقالان"),
        (3, "article", "3 مقالات"),
        (10, "article", "10 مقالات"),
        (11, "article", "11 مقالًا"),
        (99, "article", "99 مقالًا"),
        (100, "article", "100 مقال"),
        (102, "article", "102 مقال"),
        (103, "article", "103 مقالات"),
        (111, "article", "111 مقالًا"),
        (12_345, "article", "12,345 مقالًا"),
        (1, "outlet", "وسيلة واحدة"),
        (2, "outlet", "وسيلتان"),
        (11, "outlet", "11 وسيلة"),
        (1, "copy", "نسخة واحدة"),
    ],
)
def test_arabic_nouns_follow_their_number(n, noun, said):
    assert AR.count(n, noun) == said


def test_nouns_after_a_preposition_and_with_another():
    assert AR.count(2, "story", oblique=True) == "موضوعين"
    assert [AR.count(n, "outlet", oblique=True, other=True) for n in (1, 2, 3, 11)] == [
        "وسيلة أخرى", "وسيلتين أخريين", "3 وسائل أخرى", "11 وسيلة أخرى",
    ]  # fmt: skip
    assert [EN.count(n, "copy") for n in (0, 1, 2)] == ["0 copies", "1 copy", "2 copies"]


@pytest.mark.parametrize(
    ("zone", "november", "february"),
    [
        ("Asia/Damascus", "تشرين الثاني", "شباط"),
        ("Asia/Beirut", "تشرين الثاني", "شباط"),
        ("Asia/Baghdad", "تشرين الثاني", "شباط"),
        ("Africa/Cairo", "نوفمبر", "فبراير"),
        ("Asia/Riyadh", "نوفمبر", "فبراير"),
        ("Africa/Tunis", "نوفمبر", "فيفري"),
        ("Africa/Casablanca", "نونبر", "فبراير"),
        ("Europe/Berlin", "نوفمبر", "فبراير"),
    ],
)
def test_months_have_the_names_of_the_country(zone, november, february):
    words = Words("ar", zone)
    assert words.long_day(date(2026, 11, 23)) == f"الاثنين 23 {november} 2026"
    assert words.month(2) == february
    assert len({words.month(n) for n in range(1, 13)}) == 12


def test_digits_are_as_the_digest_asks():
    asked = Words("ar", "Asia/Damascus", digits="arabic-indic")
    assert asked.day(date(2026, 11, 23)) == "٢٣ تشرين الثاني ٢٠٢٦"
    assert asked.number(12345) == "١٢٬٣٤٥"
    assert Words("en", digits="arabic-indic").day(date(2026, 11, 23)) == "23 November 2026"


@pytest.mark.parametrize(
    ("day", "arabic", "english"),
    [
        (date(2024, 3, 11), "1 رمضان 1445 هـ", "1 Ramadan 1445 AH"),
        (date(2024, 7, 7), "1 محرم 1446 هـ", "1 Muharram 1446 AH"),
        (date(2025, 3, 30), "1 شوال 1446 هـ", "1 Shawwal 1446 AH"),
        (date(2025, 6, 6), "10 ذو الحجة 1446 هـ", "10 Dhu al-Hijjah 1446 AH"),
    ],
)
def test_the_hijri_day_stands_beside_the_gregorian(day, arabic, english):
    assert Words("ar", hijri=True).heading(day).endswith(f"، {arabic}")
    assert Words("en", hijri=True).heading(day).endswith(f", {english}")
    assert Words("ar").heading(day) == Words("ar").long_day(day)


def test_a_day_that_no_hijri_table_has_stands_alone():
    assert Words("ar", hijri=True).heading(date(2090, 1, 1)) == Words("ar").long_day(date(2090, 1, 1))


def test_times_are_told_from_the_edition_s_day():
    today = date(2026, 11, 23)
    tell = lambda moment, **more: AR.when(moment, today, **more)  # noqa: E731
    assert tell("2026-11-23T05:10:00+03:00") == "05:10"
    assert tell("2026-11-22T18:40:00+03:00") == "أمس 18:40"
    assert tell("2026-11-19T08:00:00+03:00") == "19 تشرين الثاني، 08:00"
    assert tell("2025-11-19T08:00:00+03:00") == "19 تشرين الثاني 2025، 08:00"
    assert tell("2026-11-22T00:00:00+03:00", precision="day") == "أمس"


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("2026-11-23T03:30:00+00:00", "منذ أقل من ساعة"),
        ("2026-11-23T01:00:00+00:00", "منذ 3 ساعات"),
        ("2026-11-21T03:00:00+00:00", "منذ يومين"),
        ("2026-11-12T03:00:00+00:00", "منذ 11 يومًا"),
        ("2026-11-23T09:00:00+00:00", ""),
        (None, ""),
    ],
)
def test_how_long_a_feed_has_failed(since, said):
    assert AR.ago(since, "2026-11-23T07:00:00+03:00") == said


def test_every_reason_of_the_closed_list_has_words():
    assert REASONS.keys() == CLOSED
    assert AR.reason("http-503") == AR.reason("http-4xx")
    assert all(ar and en for ar, en in REASONS.values())


def test_both_languages_of_a_phrase_have_the_same_places():
    for name, pair in PHRASES.items():
        places = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in pair]
        assert places[0] == places[1], name
        assert re.search("[\u0600-\u06ff]", pair[0]) or not re.search("[A-Za-z]", re.sub(r"\{\w+\}", "", pair[0])), name
    assert all(forms[0] for forms in FIGURES.values())
    assert all(noun.one and noun.english for noun in NOUNS.values())


def test_every_phrase_is_used():
    room = Path(__file__).parents[2] / "pipeline" / "digest"
    sources = "".join(p.read_text(encoding="utf-8") for p in [*room.glob("*.py"), *room.glob("templates/*")])
    # Named by data: statuses, relations and the basis of an attribution.
    by_data = {"update", "continuing", "original", "copy", "report", "credit", "byline", "link", "earliest"}
    unused = [name for name in PHRASES if name not in by_data and len(re.findall(f"[\"']{name}[\"']", sources)) < 2]
    assert unused == []


def test_a_foreign_string_stays_apart_in_a_phrase():
    found = fill("عن {origin} عبر {n}", origin=Foreign("{n} <b>"), n=3)
    assert found == ("عن ", Foreign("{n} <b>"), " عبر ", "3")


def test_numbers_are_plain():
    assert [number(n) for n in (0, 9999, 10_000, 8.0, 8.4, 12345.0)] == ["0", "9999", "10,000", "8", "8.4", "12,345"]


def test_a_day_of_sources_in_words():
    coverage = {"feeds": 40, "ok": 37, "failed": [1, 2, 3], "quiet": [1], "articles": 1, "tagged": 1}
    assert AR.coverage(coverage) == [("قُرئ 37 من 40 مصدرًا؛ تعذّرت قراءة 3 مصادر؛ مصدر واحد أقل نشرًا من المعتاد بكثير.",)]
    assert EN.coverage(coverage) == [
        ("37 of 40 sources read; 3 sources could not be read; 1 source far quieter than usual.",)
    ]
    assert AR.coverage(coverage | {"feeds": 0, "ok": 0, "failed": [], "quiet": []}) == [("لا مصادر مفعّلة.",)]
