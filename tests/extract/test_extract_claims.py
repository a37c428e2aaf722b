"""Claims that were believed too easily, sentences that were taken for furniture, and pages that cost more than they hold."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from lxml.html import document_fromstring

from pipeline import extract
from pipeline.extract import address, byline, doubt, head, markup, phrases, published, rules
from pipeline.extract.survey import survey
from pipeline.model import Article, Dated, Entry, Feed, Page

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
URL = "https://news.example.org/2026/03/02/bridge-1"
HEADLINE = "إعادة فتح الجسر الحجري في الرمانة"
ONE = (
    "أعادت بلدية الرمانة صباح الخميس فتح الجسر الحجري أمام المشاة بعد أعمال ترميم استمرت ثمانية أشهر في البلدة القديمة."
)
TWO = "وقال مهندس المشروع إن الحجارة الأصلية رقمت واحدة واحدة قبل رفعها، ثم أعيدت إلى أماكنها مع ملاط من الجير."
THREE = "وأضاف أن المرحلة الثانية تشمل الدرج المؤدي إلى النهر والإنارة الليلية، على أن تنتهي قبل حلول الصيف المقبل."


def html(*, first: str = "", middle: str = "", last: str = "", before: str = "", in_head: str = "") -> str:
    return (
        f'<!doctype html><html lang="ar"><head><meta charset="utf-8"><title>{HEADLINE}</title>{in_head}</head><body>{before}'
        f"<article><h1>{HEADLINE}</h1>{first}<p>{ONE}</p>{middle}<p>{TWO}</p><p>{THREE}</p></article>{last}</body></html>"
    )


def read(text: str, *, url: str = URL, country: str | None = None, **given) -> Article:
    feed = Feed(id="f", url="https://news.example.org/feed", outlet="صحيفة الجسر", country=country)
    page = Page(url=url, status=200, body=text.encode(), content_type="text/html; charset=utf-8")
    found = extract.article(page, Entry(feed="f", guid="g", url=url), feed, now=NOW, **given)
    assert isinstance(found, Article), found
    return found


# ---------------------------------------------------------------- what hurts
@pytest.mark.parametrize("tag", ["div", "article", "main", "aside", "section", "span", "li", "td", "h2", "a", "x-y"])
def test_a_page_of_deep_boxes_costs_no_more_than_its_length(tag):
    boxes = f"<{tag}>" * 1000 + "<p>اقرأ أيضا</p><a href=x>رابط آخر</a>" * 1000 + ONE
    began = time.process_time()
    assert read(f"<html><body><h1>{HEADLINE}</h1>{boxes}</body></html>").title == HEADLINE
    assert time.process_time() - began < 4


def test_a_text_below_too_many_boxes_is_read_and_the_page_is_called_flattened():
    deep = markup.parse(f"<html><body>{'<div>' * 1000}<p>{ONE}</p>{'</div>' * 1000}<p>{TWO}</p></body></html>")
    assert isinstance(deep, markup.Markup)
    assert deep.flattened
    assert [b.text for b in survey(deep.tree).blocks] == [ONE, TWO]


def test_a_page_of_forty_boxes_is_read_as_it_is():
    plain = markup.parse(f"<html><body>{'<div>' * 40}<p>{ONE}</p>{'</div>' * 40}</body></html>")
    assert isinstance(plain, markup.Markup)
    assert not plain.flattened
    assert len(plain.tree.findall(".//div")) == 40


def test_signs_that_only_look_like_figures_are_no_bug():
    assert (
        ONE in read(html(first="<p>➊ مارس 2026</p>", middle="<p>فتحت البوابة ➋ في 5 مارس 2026 أمام الجميع.</p>")).body
    )


# ---------------------------------------------------------------- addresses
@pytest.mark.parametrize(
    "claim",
    [
        "/news/",
        "/category/politics",
        "/article.php",
        "/show-article.php",
        "/ar/index",
        "/%D8%B3%D9%8A%D8%A7%D8%B3%D8%A9",
    ],
)
@pytest.mark.parametrize(
    "page", [URL, "https://news.example.org/?p=4711", "https://news.example.org/a/the-old-stone-bridge"]
)
def test_a_section_or_a_script_is_no_articles_address(page, claim):
    assert address.canonical(page, [claim]) == page


@pytest.mark.parametrize(
    "claim",
    ["/2026/03/02/bridge-1-reopened", "/article.php?id=5", "/bridge-47110.php", "/a/the-old-stone-bridge"],
)
def test_an_address_that_tells_as_much_as_the_pages_own_counts(claim):
    assert address.canonical(URL, [claim]) == f"https://news.example.org{claim}"


def test_every_page_of_a_template_with_one_canonical_link_keeps_a_name_of_its_own():
    template = html(in_head='<link rel="canonical" href="/news">')
    assert len({read(template, url=f"https://news.example.org/2026/03/02/bridge-{n}").id for n in range(3)}) == 3


# ---------------------------------------------------------------- names
@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("noreply@blogger.example (سامر الخطيب)", "سامر الخطيب"),
        ("سامر الخطيب <samer@sahl.media>", "سامر الخطيب"),
        ("بقلم: سامر الخطيب samer@sahl.media", "سامر الخطيب"),
        ("samer@sahl.media", ""),
    ],
)
def test_an_address_beside_a_name_is_no_part_of_it(text, wanted):
    assert byline.name(text) == wanted


# ---------------------------------------------------------------- whose claims
def ld(*nodes: dict[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(nodes, ensure_ascii=False)}</script>'


OWN = {"@type": "NewsArticle", "headline": HEADLINE, "datePublished": "2026-03-01T01:00:00+03:00"}
CARD = {
    "@type": "NewsArticle",
    "headline": "افتتاح معرض الكتاب السنوي",
    "datePublished": "2020-01-01T01:00:00+03:00",
    "author": {"name": "شخص آخر"},
    "description": "وصف",
    "publisher": {"name": "ناشر"},
}


@pytest.mark.parametrize("nodes", [(OWN, CARD), (CARD, OWN)])
def test_the_claim_with_the_pages_headline_wins_over_a_richer_card(nodes):
    found = read(html(in_head=ld(*nodes)))
    assert found.published == Dated(at=datetime(2026, 2, 28, 22, tzinfo=UTC), precision="second", source="json-ld")
    assert found.author is None


def test_the_claim_with_the_pages_address_is_its_own_however_it_is_worded():
    own = {**OWN, "headline": "صور من احتفال أمس", "mainEntityOfPage": URL}
    assert read(html(in_head=ld(CARD, own))).published.at.date().isoformat() == "2026-03-01"


def test_a_card_alone_gives_neither_date_nor_author_nor_text():
    card = ld({**CARD, "articleBody": f"{ONE} {TWO} {THREE} " * 9})
    found = read(html(in_head=card), url="https://news.example.org/a/bridge")
    assert (found.published, found.author, found.extractor) == (None, None, "trafilatura")


def test_many_claims_on_a_page_with_an_endless_title_cost_no_more_than_their_length():
    page = html(in_head=f"<meta property='og:title' content='{'أ ب ' * 200_000}'>" + ld(*[CARD] * 2_000))
    began = time.process_time()
    assert read(page).body.split("\n") == [ONE, TWO, THREE]
    assert time.process_time() - began < 4


def test_another_wording_of_the_headline_is_the_pages_own():
    said = {**OWN, "headline": "الجسر الحجري في الرمانة يعود إلى المشاة"}
    assert head.read(document_fromstring(html(in_head=ld(said))), URL).article.published == OWN["datePublished"]


# ---------------------------------------------------------------- times
def test_a_time_without_a_zone_is_read_where_the_outlet_is():
    page = html(in_head='<meta property="article:published_time" content="2026-03-01 01:30:00">')
    assert read(page, country="SY").published.at.isoformat() == "2026-03-01T01:30:00+03:00"
    assert read(page).published.at.isoformat() == "2026-03-01T01:30:00+00:00"
    shown = html(first='<div class="when">1 آذار 2026 01:30</div>')
    ruled = rules.Rules(host="news.example.org", date=(".when",))
    assert read(shown, country="SY", ruled=ruled).published.at == datetime(2026, 2, 28, 22, 30, tzinfo=UTC)


def test_a_date_in_the_form_of_mails_keeps_its_offset():
    tree = document_fromstring(html(in_head='<meta name="pubdate" content="Sun, 01 Mar 2026 01:00:00 +0300">'))
    told = head.read(tree)
    found = published.published(told, survey(tree), URL, None, now=NOW)
    assert found.at.isoformat() == "2026-03-01T01:00:00+03:00"


# ---------------------------------------------------------------- sentences that begin as prompts do
SENTENCES = [
    "اشتركوا في الهجوم ثلاثة مسلحين كانوا يستقلون سيارة.",
    "شارك عبر الفيديو وزير الزراعة ومدير المشروع.",
    "قراءات النواب في المشروع لم تنته حتى مساء أمس.",
    "هاشتاغ «افتحوا الجسر» يتصدر مواقع التواصل منذ الصباح.",
    "وقال المدير إن الموقع سيصبح محتوى مدفوعا بدءا من الشهر المقبل.",
    "قال المدير إن كل ما ينشر هنا محتوى مدفوع بدءا من الشهر المقبل.",
    "She chose to continue reading the letter that the engineer had left on the bridge.",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_that_begins_as_a_prompt_stays_and_says_nothing_of_payment(sentence):
    found = read(html(middle=f"<p>{sentence}</p>"))
    assert sentence in found.body.split("\n")
    assert found.note is None


@pytest.mark.parametrize(
    ("line", "linked"),
    [
        ("اشتركوا في قناتنا على يوتيوب", 0.0),
        ("اشتركوا في قناتنا.", 0.0),
        ("هاشتاغ: الجسر، الرمانة", 0.0),
        ("شارك عبر صفحتنا وقل لنا رأيك في هذا الخبر.", 0.6),
        ("شارك هذا الخبر مع أصدقائك الذين يهمهم الأمر.", 0.0),
    ],
)
def test_a_prompt_that_is_short_linked_or_clear_goes(line, linked):
    assert phrases.is_prompt(line, linked)


@pytest.mark.parametrize(
    "line",
    [
        "هذا المقال للمشتركين فقط",
        "للمشتركين فقط: سجل دخولك أو اشترك لتقرأ بقية هذا المقال",
        "يسعدنا أن تقرأنا كل يوم، اشترك لقراءة بقية هذا المقال",
        "Subscribe to continue reading",
        "Already a subscriber? Log in",
    ],
)
def test_a_line_that_asks_to_pay_is_known(line):
    assert doubt.is_paid_prompt(line)


def test_a_bar_above_the_article_makes_no_paywall_and_a_box_below_it_does():
    bar = '<div class="top">Already a subscriber? Log in</div>'
    assert read(html(before=bar)).note is None
    assert read(html(last='<div class="gate">هذا المقال للمشتركين فقط</div>')).note == "paywall"
    assert read(html(before=bar, middle="<p>هذا المقال للمشتركين فقط</p>")).note == "paywall"


# ---------------------------------------------------------------- figures that are text
def test_a_table_or_a_pulled_quotation_in_a_figure_is_text_and_its_caption_is_none():
    table = (
        '<figure class="wp-block-table"><table><tr><td>الجسر</td><td>ثمانية أشهر من العمل</td></tr>'
        "<tr><td>الدرج</td><td>ثلاثة أشهر من العمل</td></tr></table><figcaption>جدول البلدية للأعمال</figcaption></figure>"
    )
    quotation = '<figure class="wp-block-pullquote"><blockquote><p>لم نترك حجرا واحدا في غير مكانه القديم</p></blockquote></figure>'
    found = read(html(middle=table + quotation)).body
    assert "ثمانية أشهر من العمل" in found
    assert "لم نترك حجرا واحدا في غير مكانه القديم" in found
    assert "جدول البلدية" not in found


def test_a_picture_and_what_is_embedded_stay_out():
    picture = "<figure><img src=x alt=y><figcaption>الجسر قبل الترميم في صورة من الأرشيف</figcaption></figure>"
    post = '<figure class="wp-block-embed"><blockquote>منشور من شبكة أخرى عن الجسر وأهله</blockquote></figure>'
    again = "<figure><blockquote>رقمت الحجارة الأصلية واحدة واحدة قبل رفعها</blockquote></figure>"
    assert read(html(middle=picture + post + again)).body.split("\n") == [ONE, TWO, THREE]


# ---------------------------------------------------------------- text that was escaped twice
def test_text_that_was_escaped_twice_is_read_as_it_was_meant():
    found = read(
        f'<html lang="ar"><head><title>قال &amp;quot;المهندس&amp;quot; كلمته</title></head><body><article><h1>قال &amp;quot;المهندس&amp;quot; كلمته'
        f"</h1><p>{ONE}</p><p>قال &amp;quot;المهندس&amp;quot; كلمته أمام الحاضرين في الساحة القديمة &amp;#8211; ثم مضى إلى عمله.</p><p>{TWO}</p></article></body></html>"
    )
    assert found.title == 'قال "المهندس" كلمته'
    assert 'قال "المهندس" كلمته أمام الحاضرين في الساحة القديمة – ثم مضى إلى عمله.' in found.body.split("\n")


def test_an_ampersand_that_means_itself_stays():
    line = "قالت شركة A&B إن الحافلات ستعود إلى الجسر & إلى الطريق غدا."
    assert line in read(html(middle=f"<p>{line.replace('&', '&amp;')}</p>")).body.split("\n")
