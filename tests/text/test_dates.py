from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.text import dates
from pipeline.text.dates import names
from pipeline.text.dates.calendars import jalali, jalali_year

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATA = Path(__file__).parent.parent / "data" / "dates"


def rows(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def expected(row):
    if row["at"] is None:
        return None
    return dates.When(datetime.fromisoformat(row["at"]).replace(tzinfo=UTC), row["precision"])


@pytest.mark.parametrize("row", rows("parse.jsonl"), ids=lambda row: row["text"] or "empty")
def test_a_text_that_is_a_date_is_read(row):
    assert dates.parse(row["text"], now=NOW) == expected(row)


@pytest.mark.parametrize("row", rows("find.jsonl"), ids=lambda row: row["text"])
def test_a_date_in_a_line_is_found(row):
    assert dates.find(row["text"], now=NOW) == expected(row)


@pytest.mark.parametrize("row", rows("days.jsonl"), ids=lambda row: row["text"])
def test_the_day_of_a_line_is_right_or_not_named(row):
    found = dates.find(row["text"], now=NOW)
    assert (found.at.date().isoformat() if found else None) == row["day"]


def test_a_time_without_a_zone_is_read_in_the_zone_that_is_given():
    zone = ZoneInfo("Asia/Damascus")
    assert dates.parse("18 أيار 2024 10:20", now=NOW, zone=zone) == (datetime(2024, 5, 18, 7, 20, tzinfo=UTC), "minute")
    assert dates.parse("18 أيار 2024 10:20 +01:00", now=NOW, zone=zone).at == datetime(2024, 5, 18, 9, 20, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2024-05-18T01:00:00+03:00", "Sat, 18 May 2024 01:00:00 +0300", "18 أيار 2024 01:00"])
def test_a_moment_keeps_the_offset_it_was_read_in_so_its_day_is_the_outlets_own(text):
    found = dates.parse(text, now=NOW, zone=dates.of_country("SY"))
    assert found.at.isoformat() == "2024-05-18T01:00:00+03:00"


def test_a_country_gives_the_zone_of_its_outlets_and_any_other_universal_time():
    assert dates.of_country("LB") == dates.of_country("lb") == ZoneInfo("Asia/Beirut")
    assert dates.of_country(None) is dates.of_country("zz") is UTC


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("March 1, 2026 5:30 PM ET", 22),
        ("July 1, 2026 5:30 PM ET", 21),
        ("March 1, 2026 17:30 PT", 1),
        ("1 March 2026 17:30 Asia/Damascus", 14),
        ("1 March 2026 17:30 America/New_York", 22),
        ("1 March 2026 17:30 America/Argentina/Buenos_Aires", 20),
        ("March 1, 2026 5.30 pm", 17),
        ("1 آذار 2026 5.30 مساء", 17),
        ("March 1, 2026 17:30 in Damascus", 17),
    ],
)
def test_a_time_is_read_in_the_zone_that_stands_after_it(text, hour):
    found = dates.find(text, now=NOW)
    assert (found.at.astimezone(UTC).hour, found.precision) == (hour, "minute")


@pytest.mark.parametrize("zone", ["XT", "Asia/Nowhere", "Asia/" + "ا" * 200, "America/Argentina", "et mis à jour"])
def test_a_zone_that_nobody_knows_leaves_the_day_alone(zone):
    found = dates.find(f"1 March 2026 17:30 {zone}", now=NOW)
    assert found == (datetime(2026, 3, 1, tzinfo=UTC), "day")


@pytest.mark.parametrize("sign", ["➊", "❶", "፩", "⓵", "²", "①"])
@pytest.mark.parametrize(
    "form", ["{} 2026", "{} مارس 2026", "1 مارس 2026 {}:{}", "2026{}", "1/{}/2026", "17:30 +{}", "منذ {} ساعات"]
)
def test_signs_that_only_look_like_figures_raise_nothing(form, sign):
    text = form.replace("{}", sign)
    for found in (dates.parse(text, now=NOW), dates.find(text, now=NOW)):
        assert found is None or found.at <= NOW


def test_a_day_stays_the_day_as_written_in_every_zone():
    for zone in (UTC, ZoneInfo("Asia/Riyadh"), ZoneInfo("America/New_York")):
        assert dates.parse("18 أيار 2024", now=NOW, zone=zone).at.date() == date(2024, 5, 18)


def test_yesterday_is_yesterday_where_the_page_is_written():
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)
    assert dates.parse("أمس", now=late).at.date() == date(2026, 11, 22)
    assert dates.parse("أمس", now=late, zone=ZoneInfo("Asia/Riyadh")).at.date() == date(2026, 11, 23)


def test_what_lies_before_1990_or_two_days_ahead_is_no_publication():
    assert dates.parse("1 كانون الثاني 1990", now=NOW) is not None
    assert dates.parse("31 كانون الأول 1989", now=NOW) is None
    assert dates.parse("2026-11-25T08:59:00Z", now=NOW) is not None
    assert dates.parse("2026-11-25T09:01:00Z", now=NOW) is None


@pytest.mark.parametrize(
    ("iranian", "ours"),
    [
        ((1370, 1, 1), date(1991, 3, 21)),
        ((1375, 12, 30), date(1997, 3, 20)),
        ((1399, 2, 21), date(2020, 5, 10)),
        ((1399, 12, 30), date(2021, 3, 20)),
        ((1400, 1, 1), date(2021, 3, 21)),
        ((1403, 1, 1), date(2024, 3, 20)),
        ((1403, 12, 30), date(2025, 3, 20)),
        ((1404, 7, 1), date(2025, 9, 23)),
        ((1408, 1, 1), date(2029, 3, 20)),
        ((1404, 12, 30), None),
        ((1404, 13, 1), None),
        ((1404, 7, 31), None),
        ((1404, 1, 0), None),
    ],
)
def test_the_iranian_calendar_is_known(iranian, ours):
    assert jalali(*iranian) == ours


def test_every_iranian_day_is_one_day_after_the_one_before():
    days = [d for y in range(1300, 1473) for m in range(1, 13) for n in range(1, 32) if (d := jalali(y, m, n))]
    assert all(b - a == timedelta(days=1) for a, b in pairwise(days))
    assert jalali_year(date(2024, 3, 19)) == 1402
    assert jalali_year(date(2024, 3, 20)) == 1403


@given(st.dates(date(1990, 1, 1), date(2026, 11, 23)), st.sampled_from(sorted(names.MONTHS.items())))
@settings(max_examples=300, deadline=None)
def test_every_name_of_a_month_gives_its_month_and_digits_of_any_script_their_day(day, month):
    name, number = month
    day = day.replace(month=number, day=min(day.day, 28))
    if day > NOW.date():
        day = day.replace(year=2025)
    arabic = str(day.day).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    persian = str(day.year).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for text in (f"{day.day} {name} {day.year}", f"{arabic} {name} {persian}", f"{day.day}-{name}-{day.year}"):
        assert dates.parse(text, now=NOW) == (datetime.combine(day, datetime.min.time(), UTC), "day")


@given(st.datetimes(datetime(1990, 1, 2), datetime(2026, 11, 22)), st.integers(-720, 840))  # noqa: DTZ001
@settings(max_examples=300, deadline=None)
def test_what_machines_write_is_read_to_the_second(moment, offset):
    from datetime import timezone
    from email.utils import format_datetime

    at = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    for text in (at.isoformat(), format_datetime(at), at.strftime("%a %b %d %H:%M:%S %z %Y")):
        assert dates.parse(text, now=NOW) == (at.astimezone(UTC), "second")


PIECES = [
    "18",
    "5",
    "2024",
    "أيار",
    "مايو",
    "/",
    "-",
    ":",
    "م",
    "ص",
    "هـ",
    "رجب",
    "منذ",
    "ساعة",
    "GMT",
    "+",
    "الساعة",
    "T",
    "➊",
    "፩",
    "²",
    "ET",
    "Asia",
    ".",
]


@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join)))
@settings(max_examples=500, deadline=None)
def test_any_text_gives_a_sane_moment_or_none(text):
    for found in (dates.parse(text, now=NOW), dates.find(text, now=NOW)):
        if found is not None:
            assert found.at.utcoffset() is not None
            assert datetime(1989, 12, 31, tzinfo=UTC) <= found.at <= NOW + dates.FUTURE
            assert found.precision in {"second", "minute", "day"}


@pytest.mark.parametrize("piece", ["1", "1/", "( ", "ا", "١٨ أيار ", ":", "منذ ", "\u0651"])
def test_long_texts_are_refused_at_once(piece):
    began = time.process_time()
    assert dates.find(piece * 1_000_000, now=NOW) is None
    dates.find((piece * 300)[: dates.LONGEST], now=NOW)
    assert time.process_time() - began < 1
