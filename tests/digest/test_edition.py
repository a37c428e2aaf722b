"""The selection: windows over changing clocks, every tagged article once, what is new, what is counted."""

import copy
import json
import os
import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.digest import display, edition, render
from pipeline.model import Digest

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data" / "digest"
GOLDEN = ("rich", "english", "empty", "hostile")


def digest_at(zone: str, hour: int, minute: int = 0) -> Digest:
    return Digest(id="d", title="t", at=(hour, minute), timezone=zone)


# ---------------------------------------------------------------- the window
@pytest.mark.parametrize(
    ("zone", "at", "day", "since", "until"),
    [
        ("Asia/Damascus", (7, 0), "2026-11-23", "2026-11-22T04:00Z", "2026-11-23T04:00Z"),
        # Cairo: 00:00-00:59 of 24 April 2026 does not exist; the day begins at 01:00 = 22:00 UTC
        ("Africa/Cairo", (0, 0), "2026-04-24", "2026-04-22T22:00Z", "2026-04-23T22:00Z"),
        ("Africa/Cairo", (0, 30), "2026-04-24", "2026-04-22T22:30Z", "2026-04-23T22:00Z"),
        ("Africa/Cairo", (0, 30), "2026-04-25", "2026-04-23T22:00Z", "2026-04-24T21:30Z"),
        # Cairo: 23:00-23:59 of 29 October 2026 exists twice; the first counts
        ("Africa/Cairo", (23, 30), "2026-10-29", "2026-10-28T20:30Z", "2026-10-29T20:30Z"),
        ("Africa/Cairo", (23, 30), "2026-10-30", "2026-10-29T20:30Z", "2026-10-30T21:30Z"),
        # Beirut: 00:00-00:59 of 29 March 2026 does not exist
        ("Asia/Beirut", (0, 0), "2026-03-29", "2026-03-27T22:00Z", "2026-03-28T22:00Z"),
        ("Asia/Beirut", (0, 15), "2026-03-30", "2026-03-28T22:00Z", "2026-03-29T21:15Z"),
        # Berlin: 02:30 of 29 March 2026 does not exist, of 25 October 2026 it exists twice
        ("Europe/Berlin", (2, 30), "2026-03-29", "2026-03-28T01:30Z", "2026-03-29T01:00Z"),
        ("Europe/Berlin", (2, 30), "2026-10-25", "2026-10-24T00:30Z", "2026-10-25T00:30Z"),
        ("Europe/Berlin", (2, 30), "2026-10-26", "2026-10-25T00:30Z", "2026-10-26T01:30Z"),
        # Samoa left out the whole of 30 December 2011
        ("Pacific/Apia", (7, 0), "2011-12-30", "2011-12-29T17:00Z", "2011-12-30T10:00Z"),
        ("Pacific/Apia", (7, 0), "2011-12-31", "2011-12-30T10:00Z", "2011-12-30T17:00Z"),
    ],
)
def test_a_time_that_is_skipped_is_the_first_after_it_and_one_that_is_repeated_the_first_of_both(
    zone, at, day, since, until
):
    found = edition.window(digest_at(zone, *at), date.fromisoformat(day))
    assert [m.strftime("%Y-%m-%dT%H:%MZ") for m in found] == [since, until]
    assert all(m.tzinfo is UTC for m in found)


@settings(max_examples=150)
@given(
    zone=st.sampled_from(
        ["Africa/Cairo", "Asia/Beirut", "Europe/Berlin", "Africa/Casablanca", "Asia/Gaza", "America/Havana", "UTC"]
    ),
    day=st.dates(date(2020, 1, 1), date(2030, 12, 30)),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
def test_windows_of_successive_days_join_and_are_never_upside_down(zone, day, hour, minute):
    digest = digest_at(zone, hour, minute)
    since, until = edition.window(digest, day)
    assert since < until
    assert edition.window(digest, day + timedelta(days=1))[0] == until
    assert timedelta(hours=22) <= until - since <= timedelta(hours=26)
    local = until.astimezone(ZoneInfo(zone))
    assert local.date() == day
    assert (local.hour, local.minute) >= (hour, minute)


# ---------------------------------------------------------------- golden editions
@pytest.mark.parametrize("name", GOLDEN)
def test_golden_editions_are_made_to_the_byte(name, golden, made):
    value = golden(name)
    found = made(value)
    language = found["language"]
    for form, text in (
        ("json", render.json_text(found)),
        ("html", render.html(found, language=language)),
        ("md", render.markdown(found, language=language)),
    ):
        path = DATA / f"{name}.{form}"
        # Marks of direction are written as escapes in the file, as everywhere in this repository.
        data = display.visible(text).encode("utf-8")
        if os.environ.get("MARSAD_WRITE_GOLDEN"):
            path.write_bytes(data)
        assert path.read_bytes() == data, f"{path.name}: MARSAD_WRITE_GOLDEN=1 writes it anew; read the difference"


@pytest.mark.parametrize("name", GOLDEN)
def test_neither_the_order_of_the_input_nor_a_way_through_json_changes_a_byte(name, golden, made):
    value = golden(name)
    first = made(value)
    value["articles"] = random.Random(5).sample(value["articles"], len(value["articles"]))
    for article in value["articles"]:
        article["tags"] = dict(reversed(article["tags"].items()))
    second = made(value)
    assert first == second
    stored = json.loads(render.json_text(first))
    assert stored == first
    for draw in (render.html, render.markdown):
        assert draw(stored, language=first["language"]) == draw(second, language=first["language"])


SCHEMA = json.loads((ROOT / "docs" / "schema" / "edition.schema.json").read_text(encoding="utf-8"))
TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "null": type(None),
    "integer": int,
    "number": (int, float),
}


def mistakes(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    """What is wrong with a value, by the part of JSON Schema that ours uses. An object with `properties` has those and no others."""
    known = {
        "$schema", "title", "description", "definitions", "format", "$ref", "oneOf", "type", "enum", "properties",
        "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "minimum", "maximum", "pattern",
    }  # fmt: skip
    assert set(schema) <= known, f"{at}: this walk does not know {set(schema) - known}"
    if "$ref" in schema:
        return mistakes(value, SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]], at)
    if "oneOf" in schema:
        fits = [not mistakes(value, one, at) for one in schema["oneOf"]]
        return [] if fits.count(True) == 1 else [f"{at}: fits {fits.count(True)} of oneOf"]
    found = []
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at}: {value!r} is none of {schema['enum']}")
    names = schema.get("type", [])
    names = [names] if isinstance(names, str) else names
    if names and not any(
        isinstance(value, TYPES[n]) and (n == "boolean" or not isinstance(value, bool)) for n in names
    ):
        return [*found, f"{at}: {value!r} is no {names}"]
    if isinstance(value, dict):
        own = schema.get("properties", {})
        found += [f"{at}: {k} is missing" for k in schema.get("required", []) if k not in value]
        for key, inner in value.items():
            if key in own:
                found += mistakes(inner, own[key], f"{at}.{key}")
            elif "additionalProperties" in schema:
                found += mistakes(inner, schema["additionalProperties"], f"{at}.{key}")
            else:
                found.append(f"{at}: {key} is not in the schema")
    if isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            found.append(f"{at}: {len(value)} items")
        found += [m for i, item in enumerate(value) for m in mistakes(item, schema.get("items", {}), f"{at}[{i}]")]
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            found.append(f"{at}: {value!r} does not look like {schema['pattern']}")
        if len(value) < schema.get("minLength", 0):
            found.append(f"{at}: too short")
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and not schema.get("minimum", value) <= value <= schema.get("maximum", value)
    ):
        found.append(f"{at}: {value} out of bounds")
    return found


@pytest.mark.parametrize("name", GOLDEN)
def test_an_edition_is_what_its_published_schema_says(name, golden, made):
    assert mistakes(made(golden(name)), SCHEMA) == []


def test_the_schema_s_walk_finds_what_is_wrong(rich):
    rich["sections"][0]["stories"][0]["status"] = "old"
    rich["coverage"]["ok"] = -1
    del rich["build"]
    rich["extra"] = 1
    told = " ".join(mistakes(rich, SCHEMA))
    assert "'old' is none of" in told
    assert "-1 out of bounds" in told
    assert "build is missing" in told
    assert "extra is not in the schema" in told


# ---------------------------------------------------------------- the laws, on days of any shape
WATCHLISTS = ("a", "b", "c", "d")
article_days = st.lists(
    st.tuples(
        st.sets(st.sampled_from(WATCHLISTS)),
        st.integers(0, 6),  # story
        st.sampled_from(["original", "copy", "report"]),
        st.integers(0, 4),  # outlet
        st.integers(0, 1439),  # minute of the window
        st.integers(-3000, 1500),  # minutes from the start of the window to its time of publication
    ),
    max_size=25,
)


def day_of(rows: list[tuple[Any, ...]], shown: dict[str, Any] | None = None) -> dict[str, Any]:
    start = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    articles = []
    for n, (tags, story, relation, outlet, seen, published) in enumerate(rows):
        text = f"خبر عن كلمة رقم {n}. نص ثانٍ."
        articles.append(
            {
                "id": f"i{n:02}", "url": f"https://o{outlet}.example/{n}", "feed": f"o{outlet}", "outlet": f"وسيلة {outlet}",
                "title": f"عنوان {n}", "body": text, "first_seen": (start + timedelta(minutes=seen)).isoformat(),
                "published": (start + timedelta(minutes=published)).isoformat(), "precision": "minute", "language": "ar",
                "tags": {w: [["body", "كلمة", "كلمة"]] for w in tags}, "story": f"s{story}", "relation": relation,
                "original": f"i{n:02}" if relation != "copy" else f"root{story}", "similarity": 0.9,
                "origin": {"outlet": "وكالة", "basis": "credit", "evidence": ""}, "because": "",
            }
        )  # fmt: skip
    return {
        "digest": {"id": "daily", "title": "موجز", "at": [7, 0], "timezone": "Asia/Damascus", "watchlists": WATCHLISTS},
        "day": "2026-11-23",
        "titles": {w: w.upper() for w in WATCHLISTS},
        "feeds": [[f"o{i}", f"وسيلة {i}"] for i in range(5)],
        "failed": [],
        "quiet": [],
        "history": {w: [1] * 28 for w in WATCHLISTS},
        "shown_before": shown or {},
        "version": "sha256:0",
        "program": "0",
        "articles": articles,
    }


@settings(max_examples=60)
@given(rows=article_days)
def test_every_tagged_article_is_a_member_exactly_once_under_a_watchlist_that_tagged_it(rows, made):
    value = day_of(rows)
    found = made(value)
    tagged = {a["id"]: set(a["tags"]) for a in value["articles"] if a["tags"]}
    placed = [(a["id"], s["watchlist"]) for s in found["sections"] for t in s["stories"] for a in t["articles"]]
    assert Counter(i for i, _ in placed) == Counter(tagged.keys())
    assert all(w in tagged[i] for i, w in placed)
    for section in found["sections"]:
        want = sum(section["watchlist"] in tags for tags in tagged.values())
        members = sum(len(t["articles"]) for t in section["stories"])
        assert section["articles"] == want == members + sum(line["articles"] for line in section["also"])
        assert len({t["story"] for t in section["stories"]}) == len(section["stories"])
    assert {s["watchlist"] for s in found["sections"]} | set(found["silent_watchlists"]) == set(WATCHLISTS)
    assert mistakes(found, SCHEMA) == []


@settings(max_examples=40)
@given(rows=article_days)
def test_coverage_counts_the_window_and_matches_stand_where_they_say(rows, made):
    value = day_of(rows)
    found = made(value)
    articles = {a["id"]: a for a in value["articles"]}
    coverage = found["coverage"]
    assert coverage["articles"] == len(articles)
    assert coverage["copies"] == sum(a["relation"] == "copy" for a in articles.values())
    assert coverage["stories"] == len({a["story"] for a in articles.values()})
    assert coverage["tagged"] == sum(bool(a["tags"]) for a in articles.values())
    assert coverage["ok"] + len(coverage["failed"]) == coverage["feeds"]
    for section in found["sections"]:
        for story in section["stories"]:
            for place in [*story["matches"], *story["quotes"]]:
                text = articles[place["article"]][place["field"]]
                assert text[place["start"] : place["end"]] == place.get("surface", place.get("text"))
            for quote in story["quotes"]:
                assert all(0 <= s < e <= len(quote["text"]) for s, e in quote["marks"])


@settings(max_examples=40)
@given(rows=article_days)
def test_late_articles_are_named_and_only_they(rows, made):
    value = day_of(rows)
    late = {a["id"] for a in value["articles"] if a["tags"] and a["published"] < "2026-11-22T04:00:00+00:00"}
    assert {item["article"] for item in made(value)["late"]} == late


# ---------------------------------------------------------------- choices, one by one
def story_of(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(t for s in found["sections"] for t in s["stories"] if t["story"] == name)


def test_a_story_of_two_watchlists_stands_in_full_in_the_first_and_as_a_line_in_the_other(made):
    found = made(day_of([({"b", "d"}, 1, "report", 1, 5, 5), ({"d"}, 2, "report", 1, 6, 6)]))
    b, d = found["sections"]
    assert [t["story"] for t in b["stories"]] == ["s1"]
    assert [t["story"] for t in d["stories"]] == ["s2"]
    assert d["also"] == [{"story": "s1", "section": "b", "title": "عنوان 0", "articles": 1}]
    assert d["articles"] == 2


def test_a_story_whose_articles_are_tagged_apart_is_shared_out_without_doubling(made):
    found = made(day_of([({"a"}, 1, "report", 1, 5, 5), ({"b"}, 1, "report", 2, 6, 6)]))
    assert [[x["id"] for x in s["stories"][0]["articles"]] for s in found["sections"]] == [["i00"], ["i01"]]
    assert story_of(found, "s1")["independent"] == 2


def test_copies_of_one_text_count_as_one_outlet_and_reports_count_each(made):
    copies = [({"a"}, 1, "copy", n, n, n) for n in range(5)]
    reports = [({"a"}, 2, "report", n, n, n) for n in range(3)]
    found = made(day_of(copies + reports + [({"a"}, story, "report", 1, 1, 1) for story in (3, 4)]))
    assert story_of(found, "s1")["independent"] == 1
    assert story_of(found, "s2")["independent"] == 3
    assert [t["story"] for t in found["top"]] == ["s2"]


def test_top_stories_are_at_most_five_and_ranked_by_outlets_then_watchlists_then_weight(made):
    rows = [({"a"}, 1, "report", n, n, n) for n in range(3)]
    rows += [({"a", "b"}, 2, "report", n, n, n) for n in range(2)]
    rows += [({"b"}, 3, "report", n, n, n) for n in range(2)]
    rows += [({"a", "b"}, story, "report", 0, 9, 9) for story in (4, 5, 6)]
    found = made(day_of(rows))
    assert [t["story"] for t in found["top"]] == ["s1", "s2", "s3", "s4", "s5"]


def test_an_edition_of_three_stories_has_nothing_above_them(made):
    rows = [({"a"}, story, "report", n, n, n) for story in (1, 2, 3) for n in range(2)]
    assert made(day_of(rows))["top"] == []
    assert len(made(day_of([*rows, ({"a"}, 4, "report", 0, 0, 0)]))["top"]) == 3


def test_a_section_over_its_limit_keeps_every_story_the_rest_as_lines(made):
    rows = [({"a"}, n, "report", 0, 10 + n, 10 + n) for n in range(20)]
    rows.append(({"a"}, 19, "report", 1, 1, 1))
    stories = made(day_of(rows))["sections"][0]["stories"]
    assert len(stories) == 20
    assert [t["display"] for t in stories] == ["full"] * edition.FULL + ["line"] * (20 - edition.FULL)
    assert "s19" in {t["story"] for t in stories[: edition.FULL]}  # the oldest, but of two outlets
    times = [t["at"] for t in stories[: edition.FULL]]
    assert times == sorted(times, reverse=True)


def shown(outlets: list[str], **figures: int) -> dict[str, Any]:
    return {"s1": [{"story": "s1", "articles": [{"id": "old"}], "outlets": outlets, "figures": figures}]}


def test_a_story_shown_before_comes_back_as_an_update_that_says_what_is_new(made):
    value = day_of([({"a"}, 1, "report", 1, 5, 5), ({"a"}, 1, "copy", 2, 6, 6)], shown(["وسيلة 1"], killed=6))
    value["articles"][0]["title"] = "ارتفاع الحصيلة إلى 9 قتلى"
    story = story_of(made(value), "s1")
    assert story["status"] == "update"
    assert story["news"] == [
        {"kind": "figure", "noun": "killed", "from": 6, "to": 9},
        {"kind": "outlets", "outlets": ["وسيلة 2"]},
        {"kind": "reports", "reports": 1},
    ]


def test_further_copies_at_known_outlets_continue_a_story_as_a_line_at_the_end(made):
    rows = [({"a"}, 1, "copy", 1, 900, 900), ({"a"}, 2, "report", 1, 5, 5)]
    stories = made(day_of(rows, shown(["وسيلة 1"])))["sections"][0]["stories"]
    assert [(t["story"], t["status"], t["display"]) for t in stories] == [
        ("s2", "new", "full"),
        ("s1", "continuing", "line"),
    ]


def test_the_lead_is_the_original_that_others_copy_and_in_an_update_the_newest_own_text(made):
    rows = [({"a"}, 1, "report", 1, 1, 1), ({"a"}, 1, "original", 2, 9, 9), ({"a"}, 1, "copy", 3, 5, 5)]
    value = day_of(rows)
    value["articles"][2]["original"] = "i01"
    assert story_of(made(value), "s1")["title"] == "عنوان 1"
    value = day_of(rows[:2], shown(["وسيلة 1"]))
    assert story_of(made(value), "s1")["title"] == "عنوان 1"


def test_the_usual_day_is_the_median_of_the_days_the_archive_knows(made):
    value = day_of([({"a"}, 1, "report", 1, 1, 1)])
    value["history"] = {"a": [0] * 18 + [4] * 6 + [0] * 4, "b": [0] * 16 + [1] * 12}
    section = made(value)["sections"][0]
    assert (section["usual"], section["usual_days"]) == (2.0, 12)
    assert [d["articles"] for d in section["days"]] == [0, 0, 0] + [4] * 6 + [0] * 4 + [1]
    assert (section["days"][0]["date"], section["days"][-1]["date"]) == ("2026-11-10", "2026-11-23")


def test_feeds_that_are_not_asked_or_named_twice_do_not_upset_the_sum(made, golden):
    value = golden("rich")
    value["failed"] = [*value["failed"], value["failed"][0], {**value["failed"][0], "feed": "stranger"}]
    coverage = made(value)["coverage"]
    assert coverage["ok"] + len(coverage["failed"]) == coverage["feeds"] == 12


def test_another_digest_s_watchlists_are_none_of_this_one_s_business(made):
    value = day_of([({"a", "d"}, 1, "report", 1, 1, 1), ({"d"}, 2, "report", 1, 1, 1)])
    value["digest"] = {**value["digest"], "watchlists": ["a", "c"]}
    found = made(value)
    assert [s["watchlist"] for s in found["sections"]] == ["a"]
    assert found["silent_watchlists"] == ["c"]
    assert (found["coverage"]["tagged"], found["coverage"]["articles"]) == (1, 2)


def test_a_story_without_a_headline_takes_the_first_words_of_its_text(made):
    value = day_of([({"a"}, 1, "report", 1, 1, 1)])
    value["articles"][0]["title"] = " \n"
    assert story_of(made(value), "s1")["title"] == "خبر عن كلمة رقم 0."


def test_ten_thousand_matches_are_counted_and_forty_told_each_term_among_them(made):
    value = day_of([({"a"}, 1, "report", 1, 1, 1)])
    value["articles"][0]["tags"]["a"] = [["body", "كلمة", "كلمة"]] * 10_000 + [["body", "نص", "نص"]]
    story = story_of(made(value), "s1")
    assert story["matches_in_all"] == 10_001
    assert len(story["matches"]) == edition.MATCHES
    assert {m["term"] for m in story["matches"]} == {"كلمة", "نص"}


def test_the_input_is_left_as_it_was(golden, made):
    value = golden("rich")
    before = copy.deepcopy(value)
    made(value)
    assert value == before


def test_no_section_is_left_with_references_alone_while_another_can_spare_a_story(made):
    rows = [({"a", "c"}, 1, "report", 1, 5, 5), ({"a", "c"}, 2, "report", 1, 9, 9), ({"a"}, 3, "report", 1, 1, 1)]
    a, c = made(day_of(rows))["sections"]
    assert [t["story"] for t in c["stories"]] == ["s2"]
    assert [line["story"] for line in c["also"]] == ["s1"]
    assert [line["story"] for line in a["also"]] == ["s2"]
    a, c = made(day_of(rows[:1]))["sections"]
    assert ([t["story"] for t in a["stories"]], c["stories"]) == (["s1"], [])
