import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe.attribution import claim, credits_of
from pipeline.dedupe.outlets import canonical, host_outlet, same_outlet, site

CASES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "dedupe" / "credits.jsonl").read_text("utf-8").splitlines()
]


def _of(article, case):
    keys = ("outlet", "author")
    return article("a", case["title"], case["body"], taken_off=tuple(case["credits"]), **{k: case[k] for k in keys})


@pytest.mark.parametrize("case", CASES, ids=lambda c: f"{c['author'] or ''}{c['body'][-40:]}")
def test_a_credit_is_read_where_newsrooms_write_one(article, case):
    a = _of(article, case)
    said = claim(a, credits_of(a), {})
    assert (said and said.outlet, said and said.basis) == (case["origin"], case["basis"])
    if said:
        assert said.evidence == case["evidence"]


@pytest.mark.parametrize("case", [c for c in CASES if c["origin"]], ids=lambda c: c["evidence"])
def test_the_evidence_stands_in_the_article_at_its_place(article, case):
    a = _of(article, case)
    fields = {"title": a.title, "body": a.body, "author": a.author or ""}
    for credit in credits_of(a):
        if credit.field in fields:
            assert fields[credit.field][credit.start : credit.end] == credit.evidence


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("أ.ف.ب", "فرانس برس"),
        ("وكالة الأنباء العراقية (واع)", "واع"),
        ("صحيفة المدن", "المدن"),
        ("أسوشييتد برس", "AP"),
        ("وكالة المرجان للأنباء", "وكالة المرجان للأنباء"),
        ("العُمانية", "وكالة الأنباء العمانية"),
    ],
)
def test_one_outlet_under_two_names(one, other):
    assert same_outlet(one, other)


def test_two_outlets_stay_two():
    assert not same_outlet("واس", "واع")
    assert not same_outlet("الشرق الأوسط", "وكالة أنباء الشرق الأوسط")
    assert canonical("مجلة لا يعرفها أحد") == "مجلة لا يعرفها أحد"


def test_a_source_link_is_known_by_the_file_or_by_the_articles_at_hand():
    assert host_outlet("arabic.rt.com") == "روسيا اليوم"
    assert host_outlet("www.sana.sy") == "سانا"
    assert host_outlet("news.forat.example", {"forat.example": "صوت الفرات"}) == "صوت الفرات"
    assert host_outlet("com") is None
    assert site("https://m.forat.example/a?b") == "forat.example"
    assert site("http://[broken") == ""


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='المصدر:نقاعن ()-ـ\n.وكالةسرويترزّ\u200f"«»/0', max_size=400))
def test_any_text_at_all_is_read_without_complaint(article, text):
    a = article("a", text[:80], text, author=text[:50], taken_off=(text,))
    for credit in credits_of(a):
        if credit.field == "body":
            assert a.body[credit.start : credit.end] == credit.evidence


def _said(article, body, **more):
    a = article("a", "افتتاح مركز صحي", body, **more)
    found = claim(a, credits_of(a), {})
    return found and found.outlet


def test_a_town_that_an_agency_is_named_like_does_not_hide_the_agency_in_brackets(article):
    assert (
        _said(article, "PETRA, Jordan, March 3 (Reuters) - The site reopened to visitors after two days.") == "رويترز"
    )
    assert _said(article, "سبأ (رويترز) - فتحت البلدية الطريق الجبلي أمام السيارات بعد يومين.") == "رويترز"


def test_figures_make_a_day_only_as_a_date_is_written(article):
    text = "أعلنت الوزارة افتتاح المركز الصحي الجديد في المدينة."
    assert _said(article, f"عدن 9-3-2026 (سبأ) {text}") == "سبأ"
    assert _said(article, f"إصابة 3 و5 من العمال (رويترز) {text}") is None


def test_a_name_with_its_short_form_in_brackets_is_known_by_either():
    assert canonical("وكالة الأنباء الفرنسية (أ ف ب)") == "أ ف ب"
    assert canonical("وكالة لا نعرفها (سانا)") == "سانا"
    assert canonical("وكالة لا نعرفها (لنا)") == "وكالة لا نعرفها (لنا)"
