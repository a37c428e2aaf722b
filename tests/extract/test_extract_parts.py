"""The decisions one by one: lines, titles, dates, names, addresses, languages, doubtful pages, entries without a page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import document_fromstring

from pipeline import extract
from pipeline.extract import address, byline, language, lines, phrases, published, title
from pipeline.extract.blocks import Survey
from pipeline.extract.candidates import Line
from pipeline.extract.head import Head
from pipeline.extract.head import read as read_head
from pipeline.extract.survey import survey
from pipeline.extract.title import Candidate
from pipeline.extract.words import clean, key
from pipeline.model import Article, Dated, Drop, Entry, Feed, Page

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
FEED = Feed(id="f", url="https://news.example.org/feed", outlet="صحيفة الجسر", language="ar")
PROSE = "وقالت مديرة المركز إن الورشة ستستمر حتى نهاية الأسبوع وإن عدد المشاركين فيها تجاوز المئة."


def kept(*texts: str) -> list[str]:
    return [line.text for line in lines.tidy([Line(t) for t in texts], lines.Known()).lines]


# ---------------------------------------------------------------- lines
@pytest.mark.parametrize(
    "line",
    [
        "اقرأ أيضًا: وفد من الطلاب يزور محطة الأرصاد",
        "إقرأ أيضاً",
        "شاهد أيضا | جولة مصورة في المتحف",
        "مواضيع ذات صلة",
        "مرتبط",
        "طباعة",
        "فيديو",
        "شارك هذا الخبر مع أصدقائك",
        "تابعونا على تلغرام",
        "اشترك في نشرتنا البريدية لتصلك العناوين كل مساء",
        "عدد المشاهدات: 1204",
        "حجم الخط + -",
        "الكلمات الدالة: جسر، ترميم، بلدية",
        "جميع الحقوق محفوظة لصحيفة الجسر 2026",
        "بیشتر بخوانید: افتتاح کتابخانه",
        "تخطى قصص مقترحة وواصل القراءة",
        "قصص مقترحة نهاية",
    ],
)
def test_furniture_leaves_the_text(line):
    assert kept(PROSE, line, PROSE + " وأضافت.") == [PROSE, PROSE + " وأضافت."]


@pytest.mark.parametrize(
    "line",
    [
        "وقال إن من اقرأ أيضا كتابه الأخير سيجد الجواب عن هذا السؤال في فصله الثالث.",
        "كل ما جرى مرتبط بما سبقه من أحداث في المدينة.",
        "وبعد طباعة الأوراق وزعت على المراكز.",
        "ونشر الناشطون فيديو يظهر لحظة الوصول.",
        "ودعا الخطيب الحاضرين إلى أن يشتركوا في النشرة وأن يتابعوا آخر الأخبار.",
        "المصدر الذي طلب عدم ذكر اسمه قال إن اللجنة اجتمعت مرتين.",
        "عن رويترز قال المتحدث إن الأمر لم يحسم بعد وإن المشاورات مستمرة بين الأطراف كلها.",
        "وصل الوفد في 5 أيار 2024 إلى المدينة.",
        "انتكاسة جديدة",
        "كتبت الصحيفة أن المفاوضات وصلت إلى نهايتها.",
        "تخطى الفريق عقبة الدور الأول بصعوبة بالغة.",
        "ليست هذه هي النهاية",
    ],
)
def test_the_same_words_inside_a_sentence_stay(line):
    assert line in kept(PROSE, line, PROSE + " وأضافت.")


@pytest.mark.parametrize(
    "line",
    [
        "المصدر: سانا",
        "المصدر : وكالة الأناضول",
        "(رويترز)",
        "--(بترا)",
        "وكالات",
        "رويترز + وكالات",
        "نقلا عن وكالة السهل للأنباء",
        "(وكالة السهل للأنباء)",
        "سانا",
    ],
)
def test_a_credit_line_is_named(line):
    found = lines.tidy([Line(PROSE), Line(line)], lines.Known())
    assert found.credits == [line]


def test_a_credit_that_was_joined_to_the_last_paragraph_is_named_too():
    found = lines.tidy([Line(f"{PROSE} المصدر: سانا")], lines.Known())
    assert found.credits == ["المصدر: سانا"]
    assert [line.text for line in found.lines] == [f"{PROSE} المصدر: سانا"]


@pytest.mark.parametrize(
    "line", ["وكالة الفضاء", "مصدر أمني", "(تحديث)", "عن كثب", "المصدر الوحيد للدخل.", "وكالات السفر تستعد للموسم"]
)
def test_what_only_looks_like_a_credit_is_none(line):
    assert phrases.credit(line) == ""


def test_nothing_after_the_heading_of_the_comments_is_text():
    assert kept(PROSE, f"{PROSE} ثم", "تعليقات القراء", "أخيرا عاد الجسر", "شكرا لكم") == [PROSE, f"{PROSE} ثم"]


def test_the_headline_the_date_and_the_byline_are_not_repeated_in_the_text():
    known = lines.Known(titles=frozenset({key("افتتاح الجسر")}), authors=frozenset({key("لمى الكيلاني")}))
    given_ = ["افتتاح الجسر", "الخميس 8 أيار 2025 - 09:12", "لمى الكيلاني", "كتب: باسل مراد", PROSE]
    found = lines.tidy([Line(t) for t in given_], known)
    assert [line.text for line in found.lines] == [PROSE]
    assert found.bylines == ["لمى الكيلاني", "كتب: باسل مراد"]


def test_short_lines_that_recur_in_a_text_stay_and_long_ones_do_not():
    long = " ".join(["كلمة"] * 24)
    assert kept("نعم", PROSE, "نعم", long, PROSE + ".", long) == ["نعم", PROSE, "نعم", long, PROSE + "."]


# ---------------------------------------------------------------- text
def test_letters_and_joiners_stay_and_invisible_marks_go():
    assert clean("\u202b عـاد\u200f  الحَرَفيّون\u202c\u00a0می\u200cشود \x00\ufeff") == "عـاد الحَرَفيّون می\u200cشود"


@given(st.text())
def test_cleaning_twice_changes_nothing(text):
    assert clean(clean(text)) == clean(text)


# ---------------------------------------------------------------- title
def choose(*given_: tuple[str, str], sites: tuple[str, ...] = ("صحيفة الجسر",)) -> str:
    return title.choose([Candidate(text, place) for place, text in given_], sites)


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ([("title", "عودة القطار الليلي | صحيفة الجسر")], "عودة القطار الليلي"),
        ([("title", "صحيفة الجسر :: عودة القطار الليلي")], "عودة القطار الليلي"),
        ([("title", "عودة القطار الليلي - محليات - صحيفة الجسر"), ("h1", "عودة القطار الليلي")], "عودة القطار الليلي"),
        (
            [("h1", "صحيفة الجسر"), ("og:title", "عودة القطار الليلي"), ("title", "عودة القطار الليلي - صحيفة الجسر")],
            "عودة القطار الليلي",
        ),
        ([("og:title", "محليات | عودة القطار الليلي"), ("h1", "عودة القطار الليلي")], "عودة القطار الليلي"),
        ([("title", "فيسبوك - تويتر: حرب بلا هوادة")], "فيسبوك - تويتر: حرب بلا هوادة"),
        ([("title", "طريق الشمال - الجنوب يفتح أمام السيارات")], "طريق الشمال - الجنوب يفتح أمام السيارات"),
        (
            [("h1", "صيف النماص «مهرجان العسل»"), ("title", "صيف النماص «مهرجان العسل» » صحيفة الجسر")],
            "صيف النماص «مهرجان العسل»",
        ),
        (
            [("json-ld", "عنوان لا صلة له"), ("entry", "عودة القطار الليلي"), ("h1", "عودة القطار الليلي")],
            "عودة القطار الليلي",
        ),
        ([("h1", "صفحة أخرى تماما"), ("entry", "عودة القطار الليلي بعد توقف")], "عودة القطار الليلي بعد توقف"),
        ([], ""),
    ],
)
def test_the_title_is_the_headline_alone(given_, wanted):
    assert choose(*given_) == wanted


# ---------------------------------------------------------------- author
@pytest.mark.parametrize(
    ("claims", "wanted"),
    [
        (["لمى الكيلاني"], "لمى الكيلاني"),
        (["بقلم: لمى الكيلاني"], "لمى الكيلاني"),
        (["لمى الكيلاني", "باسل مراد"], "لمى الكيلاني، باسل مراد"),
        (["صحيفة الجسر"], None),
        (["الجسر"], "الجسر"),
        (["admin"], None),
        (["https://facebook.com/someone"], None),
        (["هيئة التحرير"], None),
        ([""], None),
        (["By Jane Doe | 5 May 2024"], "Jane Doe"),
        (["صحيفة الجسر – وكالة الرافد للأنباء"], "صحيفة الجسر – وكالة الرافد للأنباء"),
        (["لمى الكيلاني - سانا 5 أيار 2024"], "لمى الكيلاني - سانا"),
        (["صحيفة الجسر – بيروت"], None),
        (["صحيفة الجسر الإلكترونية"], None),
    ],
)
def test_an_author_is_a_name_that_is_not_the_sites(claims, wanted):
    assert byline.author(claims, [], [], ["صحيفة الجسر"]) == wanted


def test_an_element_marked_as_the_author_counts_after_metadata():
    tree = document_fromstring('<p><a rel="author">رهف سلامة</a></p>')
    assert byline.author([], tree.iter("a"), [], []) == "رهف سلامة"
    assert byline.author(["لمى الكيلاني"], tree.iter("a"), [], []) == "لمى الكيلاني"


# ---------------------------------------------------------------- published
def dated(text: str, given_: Dated | None = None, url: str = "https://news.example.org/a/1") -> Dated | None:
    tree = document_fromstring(text)
    head, found = read_head(tree), survey(tree)
    return published.published(head, found, url, given_, now=NOW)


FEED_SECOND = Dated(at=datetime(2025, 5, 8, 7, 0, tzinfo=UTC), precision="second", source="feed")
FEED_DAY = Dated(at=datetime(2025, 5, 8, tzinfo=UTC), precision="day", source="feed")
META = '<html><head><meta property="article:published_time" content="{}"></head><body><h1>عنوان طويل</h1><p>نص</p></body></html>'


def test_the_feeds_moment_wins_over_whatever_the_page_says():
    assert dated(META.format("2024-01-01T10:00:00Z"), FEED_SECOND) == FEED_SECOND


def test_the_pages_moment_refines_the_feeds_day():
    found = dated(META.format("2025-05-08T09:12:00+03:00"), FEED_DAY)
    assert found is not None
    assert (found.source, found.precision, found.at.isoformat()) == (
        "open-graph",
        "second",
        "2025-05-08T09:12:00+03:00",
    )


@pytest.mark.parametrize("moment", ["2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "not a date", "0001-01-01"])
def test_an_impossible_moment_is_none(moment):
    assert dated(META.format(moment)) is None


def test_a_feed_from_the_future_is_not_believed():
    ahead = Dated(at=NOW + timedelta(days=9), precision="second", source="feed")
    assert dated("<html><body><p>نص</p></body></html>", ahead) is None


def test_a_copyright_year_is_no_date():
    assert dated("<html><body><h1>عنوان طويل</h1><p>نص</p><div>© 2024 جميع الحقوق محفوظة</div></body></html>") is None


def test_todays_date_above_the_menu_does_not_date_an_article_that_says_its_own():
    page = "<html><body><div>الخميس 15 يناير 2026</div><div>قائمة</div><h1>عنوان طويل</h1><div>نشر في 3 مارس 2025</div><p>نص</p></body></html>"
    found = dated(page)
    assert found is not None
    assert found.at.date().isoformat() == "2025-03-03"


def test_a_render_time_in_the_metadata_loses_to_the_day_in_the_address():
    found = dated(META.format(NOW.isoformat()), url="https://news.example.org/2024/05/18/story")
    assert found is not None
    assert (found.at.date().isoformat(), found.source) == ("2024-05-18", "url")


def test_a_date_printed_with_the_headline_wins_over_metadata_days_away():
    page = '<html><head><meta property="article:published_time" content="2025-11-20T10:00:00Z"></head><body><h1>عنوان طويل</h1><div>الأحد 4 أيار 2025</div><p>نص</p></body></html>'
    found = dated(page)
    assert found is not None
    assert (found.at.date().isoformat(), found.source) == ("2025-05-04", "text")


def test_a_time_of_change_is_no_time_of_publication_where_one_is_stated():
    page = '<html><head><meta property="article:published_time" content="2025-05-04T10:00:00Z"></head><body><h1>عنوان طويل</h1><div>آخر تحديث: 20 تشرين الثاني 2025</div><p>نص</p></body></html>'
    found = dated(page)
    assert found is not None
    assert found.at.date().isoformat() == "2025-05-04"


# ---------------------------------------------------------------- address
HERE = "https://news.example.org/local/12345-bridge"


@pytest.mark.parametrize(
    ("claim", "wanted"),
    [
        ("https://news.example.org/local/12345-bridge", HERE),
        ("/local/12345-bridge-reopened", "https://news.example.org/local/12345-bridge-reopened"),
        ("https://www.example.org/local/12345-bridge", "https://www.example.org/local/12345-bridge"),
        ("https://other.example.com/local/12345-bridge", HERE),
        ("https://news.example.org/", HERE),
        ("https://news.example.org", HERE),
        ("https://news.example.org/ar", HERE),
        ("https://news.example.org/local", HERE),
        ("javascript:alert(1)", HERE),
        ("", HERE),
        (
            "https://news.example.org/local/12345-bridge?view=plain",
            "https://news.example.org/local/12345-bridge?view=plain",
        ),
    ],
)
def test_a_canonical_link_counts_where_it_can_be_this_articles(claim, wanted):
    assert address.canonical(HERE, [claim]) == wanted


def test_an_amp_page_is_the_article_it_belongs_to():
    assert address.canonical(f"{HERE}/amp", [HERE]) == HERE


def test_a_script_without_its_id_is_not_an_article():
    page = "http://old.example.org/news.asp?id=5512"
    assert address.canonical(page, ["http://old.example.org/news.asp"]) == page


# ---------------------------------------------------------------- language
@pytest.mark.parametrize(
    ("text", "labels", "wanted"),
    [
        ("أعلنت وزارة الصحة اليوم عن تسجيل عدد من الحالات الجديدة في المدن الساحلية", (), "ar"),
        ("موزه شهر از هفته آینده میزبان نمایشگاهی از قالی‌های قدیمی است", ("ar",), "fa"),
        ("The ministry said on Monday that the bridge would be open to traffic", ("ar",), "en"),
        ("داعش", ("ar-SY",), "ar"),
        ("داعش", (), None),
        ("12345", ("en", "ar"), "en"),
        ("", (None,), None),
    ],
)
def test_the_text_decides_and_labels_help_where_it_is_silent(text, labels, wanted):
    assert language.language(text, *labels) == wanted


@pytest.mark.parametrize(
    ("label", "wanted"),
    [("ar-SY", "ar"), ("AR_eg", "ar"), ("arz", "ar"), ("Arabic", "ar"), ("x-default", None), ("", None), (None, None)],
)
def test_a_language_label_is_its_first_part(label, wanted):
    assert language.tag(label) == wanted


def test_a_text_in_another_language_than_its_feed_is_noted_and_kept():
    english = "".join(
        f"<p>The council said in its report number {n} that the old stone bridge would stay open to walkers.</p>"
        for n in range(5)
    )
    page = Page(
        url=HERE,
        status=200,
        body=f"<html><body><article><h1>The bridge is open</h1>{english}</article></body></html>".encode(),
    )
    found = extract.article(page, Entry(feed="f", guid="g", url=HERE), FEED, now=NOW)
    assert isinstance(found, Article)
    assert (found.language, found.note) == ("en", "other-language")


# ---------------------------------------------------------------- pages that are not the entry's
def test_a_redirect_to_another_page_is_not_the_article():
    other = "".join(
        f"<p>الخبر رقم {n} من أخبار الرياضة التي جرت في الملعب البلدي مساء السبت الماضي.</p>" for n in range(6)
    )
    page = Page(
        url="https://news.example.org/sport/9-match",
        status=200,
        body=f"<html><body><article><h1>نتائج مباريات الدوري</h1>{other}</article></body></html>".encode(),
    )
    entry = Entry(
        feed="f",
        guid="g",
        url=HERE,
        title="بلدية الرمانة تعيد فتح الجسر الحجري",
        summary="أعادت بلدية الرمانة صباح الخميس فتح الجسر الحجري أمام المشاة",
    )
    found = extract.article(page, entry, FEED, now=NOW)
    assert isinstance(found, Drop)
    assert found.reason == "soft-404"


def test_a_redirect_to_the_same_article_elsewhere_is_the_article():
    page = Page(
        url="https://news.example.org/archive/77-bridge",
        status=200,
        body=f"<html><body><article><h1>بلدية الرمانة تعيد فتح الجسر الحجري</h1><p>{PROSE}</p><p>{PROSE} وأضافت ذلك.</p></article></body></html>".encode(),
    )
    found = extract.article(
        page, Entry(feed="f", guid="g", url=HERE, title="بلدية الرمانة تعيد فتح الجسر الحجري"), FEED, now=NOW
    )
    assert isinstance(found, Article)


# ---------------------------------------------------------------- entries without a page
def test_an_entry_with_full_content_is_an_article():
    entry = Entry(
        feed="f", guid="g", url=HERE + "?utm_source=rss", title="فتح الجسر | صحيفة الجسر", summary="ملخص", published=FEED_SECOND,
        content=f'<p>{PROSE}</p><p>اقرأ أيضا: <a href="/x">خبر آخر من المدينة</a></p><p>وقد نشرت <a href="https://agency.example.com/1">الوكالة</a> التقرير كاملا.</p><p>المصدر: سانا</p>',
    )  # fmt: skip
    found = extract.from_entry(entry, FEED, now=NOW)
    assert isinstance(found, Article)
    assert found.body.split("\n") == [PROSE, "وقد نشرت الوكالة التقرير كاملا.", "المصدر: سانا"]
    assert (found.title, found.url, found.extractor, found.published) == ("فتح الجسر", HERE, "feed", FEED_SECOND)
    assert (found.credits, found.links, found.note) == (("المصدر: سانا",), ("agency.example.com",), None)


def test_an_entry_with_a_title_alone_is_kept_and_noted():
    found = extract.from_entry(Entry(feed="f", guid="g", url=HERE, title="فتح الجسر"), FEED, now=NOW)
    assert isinstance(found, Article)
    assert (found.body, found.note) == ("", "too-short")


def test_an_entry_without_an_address_has_a_name_of_its_own():
    one, two = (
        extract.from_entry(Entry(feed="f", guid=g, url=None, title="عاجل", summary=PROSE), FEED, now=NOW) for g in "ab"
    )
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert one.id != two.id
    assert one.url == "urn:marsad:f:a"


def test_an_entry_with_nothing_in_it_is_dropped():
    found = extract.from_entry(Entry(feed="f", guid="g", url=None), FEED, now=NOW)
    assert isinstance(found, Drop)
    assert found.reason == "no-link"


# ---------------------------------------------------------------- what the walk leaves
def test_an_article_in_a_page_that_hides_its_body_until_a_script_runs_is_read():
    inside = "".join(f"<p>{PROSE} {n}</p>" for n in range(5))
    tree = document_fromstring(f'<html><body><div style="visibility: hidden">{inside}</div></body></html>')
    assert len([b for b in survey(tree).blocks if not b.noise]) == 5


@pytest.mark.parametrize(
    "name", ["post has-comments", "entry no-share", "hentry tag-share category-related", "box type-newsletter"]
)
def test_a_class_that_says_something_about_an_article_is_not_its_name(name):
    menu = "".join(f'<li><a href="/{n}">قسم من أقسام الموقع رقم {n}</a></li>' for n in range(40))
    tree = document_fromstring(
        f'<html><body><ul>{menu}</ul><div class="{name}"><div class="{name}"><p>{PROSE}</p></div></div></body></html>'
    )
    assert PROSE in [b.text for b in survey(tree).blocks if not b.noise]


@pytest.mark.parametrize(
    "name", ["share-buttons", "comments-area", "related-posts", "tag-links", "newsletter-box", "breadcrumbs"]
)
def test_a_box_that_is_called_furniture_leaves_the_page(name):
    text = "".join(f"<p>{PROSE} {n}</p>" for n in range(9))
    tree = document_fromstring(f'<html><body>{text}<div class="{name}"><p>كلمات من خارج النص</p></div></body></html>')
    assert "كلمات من خارج النص" not in [b.text for b in survey(tree).blocks]
    assert "كلمات من خارج النص" not in tree.text_content()


def test_a_survey_of_an_empty_body_is_empty():
    assert survey(document_fromstring("<html><body></body></html>")) == Survey()


def test_a_head_without_claims_is_silent():
    head = read_head(document_fromstring("<html><body>x</body></html>"))
    assert head == Head()
