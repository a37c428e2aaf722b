"""outlets.yaml: what it comes to, and every mistake with its place; and the command that shows how a page is read by it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline import config
from pipeline.cli import app
from pipeline.errors import ConfigError, UsageError
from pipeline.extract import Rules

FEEDS = """\
feeds:
  - id: jisr
    url: https://jisr.example/feed
    outlet: الجسر
"""
PAGE = """<html><body><main><h1>صحيفة الجسر</h1><b class="t">معرض في المركز يفتح أبوابه</b>
<p>وقالت مديرة المركز إن مئة من المشاركين حضروا الورشة التي ستستمر حتى نهاية الأسبوع في المدينة.</p>
<p class="promo">وأضافت أن القاعة السابعة ستفتح أبوابها للزوار بعد الظهر، وأن الدخول مجاني للطلاب.</p></main></body></html>"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "config"
    made.mkdir()
    (made / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    return made


def outlets(folder: Path, text: str) -> tuple[Rules, ...]:
    (folder / "outlets.yaml").write_text(text, encoding="utf-8")
    return config.load(folder).outlets


def mistakes(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        outlets(folder, text)
    return [str(p).replace(str(folder), "config") for p in caught.value.problems]


def test_without_the_file_there_are_no_rules(folder):
    assert config.load(folder).outlets == ()


def test_rules_are_read_by_feed_and_by_host(folder):
    text = """\
outlets:
  - feed: jisr
    content: "#main .text"
    remove: [.promo, "div:has(> form)"]
  - host: WWW.Example.org
    title: h1
    date: ["time[datetime]", .when]
"""
    assert outlets(folder, text) == (
        Rules(feed="jisr", content=("#main .text",), remove=(".promo", "div:has(> form)")),
        Rules(host="www.example.org", title=("h1",), date=("time[datetime]", ".when")),
    )


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("- feed: jsir\n    title: h1", "config/outlets.yaml:2:11: there is no feed 'jsir'; did you mean 'jisr'?"),
        ("- feed: jisr\n    titel: h1", "config/outlets.yaml:3:5: unknown key 'titel'; did you mean 'title'?"),
        ("- feed: jisr\n    content: 'p >'", "config/outlets.yaml:3:14: this is no CSS selector"),
        ("- feed: jisr\n    remove: [p, x|y]", "config/outlets.yaml:3:17: this selector cannot be used on pages"),
        ("- feed: jisr\n    date: 5", "config/outlets.yaml:3:11: a list was expected, not '5'"),
        ("- host: https://a.example/x\n    title: h1", "config/outlets.yaml:2:11: a host alone was expected"),
        ("- title: h1", "config/outlets.yaml:2:5: either feed: or host: was expected here"),
        ("- feed: jisr\n    host: a.example\n    title: h1", "config/outlets.yaml:2:5: either feed: or host: was expected here"),
        ("- feed: jisr", "config/outlets.yaml:2:5: there is no rule here"),
        ("- feed: jisr\n    title: h1\n  - feed: jisr\n    date: time", "config/outlets.yaml:4:11: 'jisr' has rules in line 2 already"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_place(folder, lines, wanted):
    found = mistakes(folder, f"outlets:\n  {lines}\n")
    assert any(line.startswith(wanted) for line in found), found


# ---------------------------------------------------------------- marsad extract FILE --explain
def command(*words: str, given: str = "") -> str:
    done = CliRunner().invoke(app, ["extract", *words], input=given, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text(PAGE, encoding="utf-8")
    return path


def test_a_saved_page_is_read_as_a_line_would_be(page):
    found = json.loads(command(str(page), "--url", "https://jisr.example/1"))
    assert found["url"] == "https://jisr.example/1"
    assert len(found["body"].split("\n")) == 3
    assert "explained" not in found


def test_explain_tells_people_what_was_chosen_and_what_each_place_said(page):
    found = command(str(page), "--explain")
    assert "chosen      trafilatura" in found
    assert "said title  h1: صحيفة الجسر" in found


def test_explain_tells_programs_the_same(page):
    found = json.loads(command(str(page), "--explain", "--json"))
    assert found["explained"]["why"]
    assert found["explained"]["titles"] == [{"place": "h1", "text": "صحيفة الجسر"}]
    assert found["explained"]["rules"] == []


def test_rules_can_be_tried_on_a_page(page, folder):
    (folder / "outlets.yaml").write_text(
        "outlets:\n  - feed: jisr\n    title: .t\n    remove: .promo\n", encoding="utf-8"
    )
    found = command(str(page), "--explain", "--config", str(folder), "--feed", "jisr")
    assert "title       معرض في المركز يفتح أبوابه" in found
    assert "rule        remove .promo: 1 element" in found


def test_lines_in_a_file_are_read_one_by_one(tmp_path):
    path = tmp_path / "lines.jsonl"
    line = json.dumps({"id": "1", "url": "https://jisr.example/1", "html": PAGE})
    path.write_text(f"{line}\n{line}\n", encoding="utf-8")
    assert len(command(str(path)).splitlines()) == 2


@pytest.mark.parametrize("words", [["--explain"], ["nowhere.html", "--explain"]])
def test_without_a_page_there_is_one_clear_line(words):
    with pytest.raises(UsageError):
        command(*words)
