"""Pages that nothing from outside can break, and that everyone can read."""

import html.parser
import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import feedparser
import pytest

from pipeline.digest import atom, display, mail, markdown, plain, render
from pipeline.digest.words import Foreign, Words

NAMES = ("rich", "english", "empty", "hostile")
HERE = Path(render.__file__).parent
VOID = {"meta", "link", "rect", "path", "br", "img", "hr", "input"}


class Page(html.parser.HTMLParser):
    """A page taken apart: its tree checked on the way, what it links, names and says."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.heads: list[int] = []
        self.told: list[tuple[str, str]] = []
        self.feed(text)
        self.close()
        assert not self.open, f"left open: {self.open}"

    def handle_starttag(self, tag, attrs):
        names = [k for k, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says something twice"
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if re.fullmatch("h[1-6]", tag):
            self.heads.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        assert tag in VOID
        self.tags.append((tag, {k: v or "" for k, v in attrs}))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.told.append((self.open[-1] if self.open else "", data))

    def all(self, name: str) -> list[str]:
        return [attributes[name] for _, attributes in self.tags if name in attributes]

    def text(self) -> str:
        return "".join(data for tag, data in self.told if tag != "style")


def briefs(made, golden, count=3, **more):
    found = made(golden("rich"))
    return [
        {
            **{k: found[k] for k in ("title", "until", "coverage", "timezone")},
            "date": f"2026-11-{21 + n}",
            "sections": [{k: s[k] for k in ("watchlist", "title", "articles")} for s in found["sections"]],
            **more,
        }
        for n in range(count)
    ]


@pytest.fixture(params=[*NAMES, "index"])
def page(request, golden, made):
    if request.param == "index":
        return render.index_html("موجز <الرصد>", briefs(made, golden))
    found = made(golden(request.param))
    return render.html(found, language=found["language"])


def test_a_page_runs_nothing_loads_nothing_and_links_to_the_web_alone(page):
    found = Page(page)
    tags = {tag for tag, _ in found.tags}
    assert not tags & {"script", "iframe", "object", "embed", "base", "frame", "img", "form", "input", "video", "audio"}
    for tag, attributes in found.tags:
        assert not [
            k for k in attributes if k.startswith("on") or k in {"src", "srcset", "style", "poster", "background"}
        ]
        if tag == "link":
            assert attributes["rel"] == "alternate"
    for href in found.all("href"):
        assert re.match(r"https?://[^\s\"'<>]|#s\d|#(top|unseen|edition|editions)$|[\w-]+\.(html|xml)$", href), href
    assert "default-src 'none'" in found.tags[3][1]["content"]
    assert not re.search(r"url\(|@import|expression|javascript", (HERE / "style.css").read_text(encoding="utf-8"))


def test_a_page_has_one_h1_ordered_headings_and_landmarks(page):
    found = Page(page)
    assert found.heads[0] == 1
    assert found.heads.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(found.heads))
    tags = [tag for tag, _ in found.tags]
    assert tags.count("main") == 1
    assert tags.count("header") >= 1
    skip = next(a for t, a in found.tags if t == "a")
    assert skip["class"] == "skip"
    assert skip["href"][1:] in found.all("id")


def test_names_within_a_page_are_unique_and_every_reference_meets_one(page):
    found = Page(page)
    ids = found.all("id")
    assert len(ids) == len(set(ids))
    assert {h[1:] for h in found.all("href") if h.startswith("#")} <= set(ids)
    assert {name for value in found.all("aria-labelledby") for name in value.split()} <= set(ids)


def test_charts_are_named_and_have_a_table_behind_them(page):
    found = Page(page)
    charts = [a for t, a in found.tags if t == "svg"]
    assert all(a["role"] == "img" and a["aria-labelledby"] for a in charts)
    assert len([t for t, _ in found.tags if t == "title"]) == len(charts) + 1
    if charts:
        assert len([t for t, _ in found.tags if t == "table"]) >= (1 if "trend" in page else len(charts))


def test_no_character_of_a_page_steers_or_hides(page):
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]", page)
    page.encode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_its_language_and_direction(name, golden, made):
    found = made(golden(name))
    root = Page(render.html(found, language=found["language"])).tags[0]
    assert root == ("html", {"lang": found["language"], "dir": "rtl" if found["language"] == "ar" else "ltr"})


@pytest.mark.parametrize("name", NAMES)
def test_every_story_stands_on_the_page_and_in_markdown_with_its_headline_and_link(name, golden, made):
    found = made(golden(name))
    page = Page(render.html(found, language=found["language"]))
    text = page.text()
    markdown = re.sub(r"[\u200e\u200f\u2066-\u2069\\]", "", render.markdown(found, language=found["language"]))
    for section in found["sections"]:
        assert display.clean(section["title"]) in text
        for story in section["stories"]:
            headline = display.clean(story["title"])[:60]
            assert headline in text
            assert headline.replace("\\", "") in markdown
            for member in story["articles"]:
                target = display.link(member["url"])
                assert target is None or target in page.all("href")


@pytest.mark.parametrize("name", NAMES)
def test_what_comes_from_outside_is_isolated(name, golden, made):
    """Outlets, titles and names stand in <bdi>, quotes in blocks with a direction of their own."""
    found = made(golden(name))
    page = Page(render.html(found, language=found["language"]))
    isolated = "\n".join(data for tag, data in page.told if tag == "bdi")
    for section in found["sections"]:
        for story in section["stories"]:
            assert display.name(story["title"], display.HEADLINE) in isolated
            assert display.name(story["outlet"]) in isolated
    assert all(a.get("dir") in {"rtl", "ltr", "auto"} for t, a in page.tags if t in {"bdi", "blockquote"})


def test_matches_are_marked_and_quotes_are_exact(rich):
    page = render.html(rich)
    assert "<mark>لمكافحة الإرهاب</mark>" in page
    assert "<mark>مكافحة “الإرهاب</mark>" not in page  # the lead of that story is another article
    body = "«سيشمل تبادل المعلومات <mark>لمكافحة الإرهاب</mark> وتأمين الطريق الدولي M1. لن نترك فراغًا يتسلل منه أحد»"
    assert body in page


def test_an_update_says_what_is_new_and_a_continuing_story_is_a_line(rich):
    text = Page(render.html(rich)).text()
    assert "القتلى: من 6 إلى 9؛ وسائل جديدة: موقع الجسر" in text
    assert "مستمرة بلا جديد" in text
    assert "قالت وزارة النقل" not in text


def test_the_credit_names_source_carriers_and_reports_with_the_evidence(golden, made):
    value = golden("rich")
    value["articles"] = [a for a in value["articles"] if a["id"] != "n100"]
    text = " ".join(Page(render.html(made(value))).text().split())
    assert "عن وكالة الرافد عبر موقع الجسر ووسيلتين أخريين · تقرير مستقل في The Ferry Post" in text
    assert "نُسب إلى وكالة الرافد استنادًا إلى سطر الإسناد: «المصدر: وكالة الرافد»" in text
    assert "نسخة، 94٪" in text


def test_an_empty_day_says_so_in_words_and_what_was_looked_at(golden, made):
    found = made(golden("empty"))
    for text in (Page(render.html(found)).text(), render.markdown(found)):
        assert "لا تغطية تُذكر" in text
        assert "قُرئ 1 من 3 مصادر" in text
        assert "تعذّر الاتصال" in text


def test_a_day_without_tagged_articles_says_so_too(golden, made):
    value = golden("rich")
    value["articles"] = [a for a in value["articles"] if not a["tags"]]
    assert "لا تغطية تُذكر: وصل 30 مقالًا، ولم يطابق أيٌّ منها قائمةَ رصد." in Page(render.html(made(value))).text()


def test_a_traceback_or_an_answer_s_detail_is_not_put_before_readers(golden, made):
    value = golden("rich")
    value["failed"][0] |= {"reason": "bug", "detail": "Traceback (most recent call last): secret"}
    found = made(value)
    assert "Traceback" not in render.html(found) + render.markdown(found)
    assert "Traceback" in render.json_text(found)


def test_json_keeps_titles_whole_and_lone_surrogates_in_their_place(golden, made):
    found = made(golden("hostile"))
    text = render.json_text(found)
    text.encode("utf-8")
    assert json.loads(text) == found
    assert "\u202e" not in text
    assert "\\u202e" in text
    titles = {t["title"] for s in found["sections"] for t in s["stories"]}
    assert "ط" * 5000 in titles
    assert any("\ud83d" in title for title in titles)


def test_late_arrivals_beyond_a_dozen_are_folded_not_left_out(golden, made):
    value = golden("rich")
    for article in value["articles"]:
        article["published"] = "2026-11-01T10:00:00+00:00"
    found = made(value)
    page = render.html(found)
    assert f"و{len(found['late']) - render.LATE} غيرها" in page
    tail = page[page.index("أخبار وصلت متأخرة") :]
    assert tail.count("<li>") == len(found["late"])


# ---------------------------------------------------------------- the style
def luminance(colour: str) -> float:
    colour = colour.lstrip("#")
    colour = "".join(c * 2 for c in colour) if len(colour) == 3 else colour
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


CSS = (HERE / "style.css").read_text(encoding="utf-8")
THEMES = [dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root \{([^}]*)\}", CSS)]


def test_there_is_a_light_a_dark_and_a_printed_theme_with_the_same_colours():
    assert len(THEMES) == 3
    assert THEMES[0].keys() == THEMES[1].keys() == THEMES[2].keys()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *((ink, paper) for ink in ("ink", "soft", "accent", "update") for paper in ("paper", "tint")),
        ("ink", "mark"), ("ink", "l1"), ("ink", "l2"), ("ink", "l3"), ("on", "l4"), ("on", "accent"),
    ],
)  # fmt: skip
def test_text_is_read_against_its_ground(theme, ink, paper):
    if theme is THEMES[2] and "on" in {ink, paper}:
        return  # on paper there are no filled buttons
    assert contrast(theme[ink], theme[paper]) >= 4.5


def test_the_style_is_logical_and_leaves_room_for_arabic():
    rules = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    assert not re.search(
        r"(margin|padding|border|inset)-(left|right|top|bottom)|[{;]\s*(left|right):|float:|justify\b(?!-)", rules
    )
    assert not re.search(r"text-align:\s*(left|right|justify)|letter-spacing|italic", rules)
    assert re.search(r"body \{[^}]*font: [\d.]+rem/1\.8", rules)


# ---------------------------------------------------------------- all editions
def test_the_index_has_a_calendar_with_every_edition_and_a_line_for_every_watchlist(golden, made):
    page = render.index_html("موجز", briefs(made, golden))
    found = Page(page)
    assert [h for h in found.all("href") if h.startswith("2026")] == [
        "2026-11-23.html", "2026-11-21.html", "2026-11-22.html", "2026-11-23.html",
    ]  # fmt: skip
    assert "تشرين الثاني 2026" in found.text()
    for title in ("مكافحة الإرهاب", "الحدود والمعابر", "أزمة المياه"):
        assert title in found.text()
    assert "مكافحة الإرهاب: 10 10 10" in found.text()


def test_the_index_of_nothing_is_a_page_too():
    assert "لم يصدر أي عدد بعد" in Page(render.index_html("موجز", [])).text()
    assert feedparser.parse(atom.of_editions("موجز", "daily", [])).bozo == 0


def test_years_long_past_are_folded(golden, made):
    rows = [
        b | {"date": f"{year}-05-0{n}"}
        for year in (2023, 2024, 2025, 2026)
        for n, b in enumerate(briefs(made, golden), 1)
    ]
    found = Page(render.index_html("موجز", rows))
    assert "سنوات سابقة" in found.text()
    assert sum(h.startswith("20") for h in found.all("href")) == 13


def test_the_atom_feed_is_valid_stable_and_newest_first(golden, made):
    rows = briefs(made, golden)
    text = atom.of_editions("موجز <b>&</b> \u202e\u0000\ufffe نهاية", "daily", rows)
    assert text == atom.of_editions("موجز <b>&</b> \u202e\u0000\ufffe نهاية", "daily", iter(rows))
    root = ET.fromstring(text)
    ns = "{http://www.w3.org/2005/Atom}"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    for node in (root, *root.iter(f"{ns}entry")):
        assert [len(node.findall(ns + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
    assert root.find(f"{ns}author/{ns}name").text
    found = feedparser.parse(text)
    assert found.bozo == 0
    assert found.feed.title == "موجز <b>&</b> نهاية"
    assert [e.id for e in found.entries] == [f"tag:marsad.invalid,2026:daily/2026-11-{d}" for d in (23, 22, 21)]
    assert [e.link for e in found.entries] == [f"2026-11-{d}.html" for d in (23, 22, 21)]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", e.updated) for e in found.entries)
    assert "مكافحة الإرهاب: 10 مقالات" in found.entries[0].summary


def test_the_english_feed_speaks_english(golden, made):
    text = atom.of_editions("Brief", "daily", briefs(made, golden), language="en")
    assert 'xml:lang="en"' in text
    assert "Monday, 23 November 2026" in text


def test_the_index_leads_to_the_feed_of_each_watchlist_that_has_one(golden, made):
    page = render.index_html("موجز", briefs(made, golden), feeds={"borders": "borders.xml"})
    assert re.findall(r'href="([^"]+[.]xml)"', page) == ["feed.xml", "feed.xml", "borders.xml"]


def test_a_story_stands_in_the_feed_of_every_watchlist_that_tags_it_under_an_id_of_its_own(golden, made):
    editions = [made(golden("rich"))]
    feeds = dict(atom.of_watchlists("daily", editions[0]["titles"], editions))
    assert list(feeds) == [atom.name_of(w) for w in editions[0]["titles"]]
    seen: dict[str, set[str]] = {}
    for watchlist, text in zip(editions[0]["titles"], feeds.values(), strict=True):
        found = feedparser.parse(text)
        assert found.bozo == 0
        assert atom.is_of_watchlist(text, "daily")
        assert all(e.id.startswith(f"tag:marsad.invalid,2026:daily/{watchlist}/2026-11-23/") for e in found.entries)
        seen[watchlist] = {e.title for e in found.entries}
        tagged = {
            s["title"]
            for section in editions[0]["sections"]
            for s in section["stories"]
            if watchlist in s["watchlists"]
        }
        told = {title.removeprefix("تحديث: ").removeprefix("مستمر: ") for title in seen[watchlist]}
        assert len(told) == len(tagged)
    assert seen["counter-terrorism"] & seen["borders"]


def test_a_reading_runs_from_right_to_left_whatever_it_begins_with():
    """Its arrow points from what stands in the text to the term; turned round it would say the opposite."""
    reading = "Islamic State ← تنظيم الدولة: كما كُتب"
    line = (Foreign(reading, "reading"),)
    assert render.ink(line) == f'<bdi dir="rtl">{reading}</bdi>'
    for writer in (markdown._Writer, plain._Writer):
        assert writer(Words("ar")).ink(line) == "\u2068Islamic State\u2069 ← تنظيم الدولة: كما كُتب"
        assert writer(Words("en")).ink(line) == f"\u2068\u200f{reading}\u2069"


def test_every_format_says_that_a_story_came_late(golden, made):
    found = made(golden("rich"))
    stories = [s for section in found["sections"] for s in section["stories"] if s["display"] == "full"]
    late = sum(s["articles"][0]["late"] for s in stories)
    assert late
    said = f" · {Words('ar').plain('late')}"
    for text in (render.markdown(found), render.plain_text(found)):
        assert text.count(f"{said}\n") == late
    for text in (render.html(found), mail.letter(found).html):
        assert text.count(f"{said}</p>") == late
