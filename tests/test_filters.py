"""The stages as filters: one line out for each line in, in order, as they come."""

import json
from datetime import UTC, datetime

import pytest

from pipeline import filters
from pipeline.model import Term, Watchlist

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def answers(lines, work):
    return list(filters.lines([line.encode() if isinstance(line, str) else line for line in lines], work))


def test_a_line_that_is_not_fit_gives_its_number_and_the_filter_goes_on():
    lines = ["{}", "not json", "[1]", '{"id": "x"}', b"\xff\xfe", "", '{"id": 7}', "[" * 100_000]
    got = answers(lines, lambda value: {"id": filters.text(value, "id", needed=True)})
    assert [fit for _, fit in got] == [False, False, False, True, False, False, False, False]
    assert [answer.get("line") for answer, _ in got] == [1, 2, 3, None, 5, 6, 7, 8]
    assert got[3][0] == {"id": "x"}
    assert "'id' is missing" in got[0][0]["error"]
    assert "'id' must be text" in got[6][0]["error"]


def test_our_own_mistake_costs_one_line_and_is_named():
    def work(value):
        return {"id": 1 / value["n"]}

    got = answers(['{"n": 0}', '{"n": 1}'], work)
    assert (got[0][0]["error"], got[0][1]) == ("bug", False)
    assert "ZeroDivisionError" in got[0][0]["detail"]
    assert got[1] == ({"id": 1.0}, True)


def test_a_filter_answers_each_line_before_it_reads_the_next():
    read = []

    def source():
        for n in range(3):
            read.append(n)
            yield json.dumps({"id": str(n)}).encode()

    stream = filters.lines(source(), lambda value: value)
    next(stream)
    assert read == [0]


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "12"])
def test_a_time_that_is_none_is_told(text):
    with pytest.raises(filters.LineError, match="ISO 8601"):
        filters.moment({"published": text}, "published")


def test_a_time_without_an_offset_is_utc():
    assert filters.moment({"published": "2026-03-02T09:00:00"}, "published") == NOW


# ---------------------------------------------------------------- each stage
def test_extract_gives_the_fields_that_a_page_can_tell(tmp_path):
    sentence = "أعلنت اللجنة المشتركة في اجتماعها الدوري نتائج المسح الميداني لشبكات الري في الوادي"
    body = "".join(f"<p>{sentence}، وقالت إن المرحلة رقم {n} تبدأ مطلع الشهر المقبل.</p>" for n in range(6))
    html = f"<html lang=ar><head><title>نتائج المسح</title></head><body><article><h1>نتائج المسح</h1>{body}</article></body></html>"
    path = tmp_path / "page.html"
    path.write_text(html, encoding="utf-8")
    base = {"id": "x", "url": "https://rafid.example/1", "entry": {"published": "2026-03-01T10:00:00+03:00"}}
    work = filters.extract_line(NOW)
    ((by_html, _),) = answers([json.dumps(base | {"html": html})], work)
    ((by_path, _),) = answers([json.dumps(base | {"path": str(path)})], work)
    assert by_html == by_path
    assert (by_html["id"], by_html["title"], by_html["language"]) == ("x", "نتائج المسح", "ar")
    assert by_html["body"].count(sentence) == 6
    assert datetime.fromisoformat(by_html["published"]) == datetime(2026, 3, 1, 7, 0, tzinfo=UTC)


def test_extract_names_the_reason_of_a_drop_and_a_file_that_is_not_there():
    work = filters.extract_line(NOW)
    ((dropped, fit),) = answers(['{"id": "x", "url": "https://a.example/", "html": "<html></html>"}'], work)
    assert fit
    assert set(dropped) == {"id", "dropped", "detail"}
    ((missing, fit),) = answers(['{"id": "x", "url": "https://a.example/", "path": "/no/such/file"}'], work)
    assert not fit
    assert "/no/such/file" in missing["error"]


def test_tag_gives_places_in_the_text_as_given():
    work = filters.tag_line([Watchlist(id="border", title="الحدود", terms=(Term(term="حدود"),))])
    line = {"id": "x", "title": "تعزيزات للحدود", "body": "وصلت إلى الحدود."}
    ((answer, _),) = answers([json.dumps(line)], work)
    (tag,) = answer["watchlists"]
    assert (tag["id"], tag["score"]) == ("border", 1)
    for m in tag["matches"]:
        assert line[m["field"]][m["start"] : m["end"]] == m["surface"]
    assert {m["surface"] for m in tag["matches"]} == {"للحدود", "الحدود"}


def test_tag_takes_any_subset_of_an_article():
    work = filters.tag_line([Watchlist(id="border", title="الحدود", terms=(Term(term="حدود"),))])
    got = answers(['{"id": "1"}', '{"id": "2", "body": "حدود"}', '{"id": "3", "language": 5, "title": "حدود"}'], work)
    assert [(a["id"], len(a["watchlists"])) for a, _ in got] == [("1", 0), ("2", 1), ("3", 1)]


def test_dedupe_knows_a_copy_in_the_order_of_arrival():
    body = " ".join(f"الجملة رقم {n} من نص الخبر الذي وزعته الوكالة على مشتركيها صباح اليوم." for n in range(12))
    lines = [
        {"id": "1", "outlet": "الرافد", "title": "خبر", "body": body, "published": "2026-03-02T08:00:00+00:00"},
        {"id": "2", "outlet": "النهر", "title": "خبر", "body": body, "published": "2026-03-02T09:00:00+00:00"},
        {"id": "3", "outlet": "الجسر", "title": "شيء آخر تمامًا", "body": "نص قصير عن موضوع بعيد كل البعد عما سبق."},
    ]
    got = [a for a, _ in answers(map(json.dumps, lines), filters.dedupe_line(NOW))]
    assert [a["relation"] for a in got] == ["original", "copy", "original"]
    assert got[1]["original"] == "1"
    assert got[0]["story"] == got[1]["story"] != got[2]["story"]
    assert 0 <= got[1]["similarity"] <= 1
    assert set(got[1]["origin"]) == {"outlet", "basis", "evidence"}


def test_the_mark_of_utf_8_before_the_first_line_is_no_part_of_it():
    got = answers([b'\xef\xbb\xbf{"id": "1"}', b'\xef\xbb\xbf{"id": "2"}'], lambda value: value)
    assert [fit for _, fit in got] == [True, False]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ({"url": "not a url", "html": "<p>x</p>"}, "'url'"),
        ({"url": "https://a.example/1", "path": "x\0y"}, "path"),
        ({"url": "https://a.example/1", "html": None}, "'path'"),
    ],
)
def test_extract_says_what_is_wrong_with_a_line(line, word):
    ((answer, fit),) = answers([json.dumps({"id": "x", **line})], filters.extract_line(NOW))
    assert not fit
    assert word in answer["error"]


def test_extract_reads_the_file_where_the_html_is_null(tmp_path):
    path = tmp_path / "page.html"
    path.write_text("<html><body><p>" + "كلمات من نص الصفحة " * 20 + "</p></body></html>", encoding="utf-8")
    line = {"id": "x", "url": "https://a.example/1", "html": None, "path": str(path)}
    ((answer, fit),) = answers([json.dumps(line)], filters.extract_line(NOW))
    assert fit
    assert "كلمات من نص" in answer["body"]


def test_the_feeds_date_keeps_its_offset_through_the_filter():
    line = {
        "id": "x",
        "url": "https://a.example/1",
        "html": "<p>" + "كلمات من نص الصفحة " * 20 + "</p>",
        "entry": {"published": "2026-03-01T01:00:00+03:00"},
    }
    ((answer, _),) = answers([json.dumps(line)], filters.extract_line(NOW))
    assert answer["published"] == "2026-03-01T01:00:00+03:00"


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_dedupe_adds_nothing_of_a_line_that_it_refuses(year):
    body = " ".join(f"الجملة رقم {n} من نص الخبر الذي وزعته الوكالة على مشتركيها صباح اليوم." for n in range(12))
    refused = {"id": "1", "title": "خبر", "body": body, "published": f"{year}-01-01T00:00:00+03:00"}
    kept = {"id": "2", "title": "خبر", "body": body, "published": "2026-03-02T09:00:00+00:00"}
    got = answers([json.dumps(refused), json.dumps(kept)], filters.dedupe_line(NOW))
    assert [fit for _, fit in got] == [False, True]
    assert "'published'" in got[0][0]["error"]
    assert got[1][0]["relation"] == "original"
