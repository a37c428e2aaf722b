import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe.spelling import alike
from pipeline.dedupe.verdict import judge, lay
from pipeline.dedupe.wording import as_written, fold_words, wording

NAMES = ("bridge", "museum", "harvest", "ferry")


def _paragraphs(text):
    return text["body"].split("\n")


# How newsrooms change a text that stays the same text: (title, paragraphs) → (title, paragraphs).
CHANGES = {
    "credit added": lambda t, p: (t, [*p, "المصدر: رويترز"]),
    "dateline": lambda t, p: (t, [f"بيروت - رويترز: {p[0]}", *p[1:]]),
    "another headline": lambda t, p: ("تفاصيل ما جرى وردود الفعل الأولى عليه", p),
    "trimmed": lambda t, p: (t, p[:3]),
    "extended": lambda t, p: (t, [*p, "يشار إلى أن المنطقة عاشت في السنوات الماضية ظروفًا معيشية صعبة دفعت كثيرين إلى الرحيل عنها."]),
    "framed": lambda t, p: (t, ["تنشر الصحيفة فيما يلي ما وردها من مراسليها في المناطق.", *p, "للتواصل مع هيئة التحرير يرجى الكتابة إلى بريدها."]),
    "paragraphs exchanged": lambda t, p: (t, [p[0], p[2], p[1], *p[3:]]),
    "without hamza and taa": lambda t, p: (t, [x.translate(str.maketrans("أإآةى", "اااهي")) for x in p]),
    "vowels and tatweel": lambda t, p: (t, [re.sub("([بتسنك])", "\\1\u0640\u064f", x) for x in p]),
    "other digits": lambda t, p: (t, [x.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")) for x in p]),
    "other months": lambda t, p: (t, [x.replace("تشرين الأول", "أكتوبر") for x in p]),
    "house words": lambda t, p: (t, [x.replace("وقال ", "وصرح ").replace("بسبب", "جراء").replace("كانوا", "ظلوا") for x in p]),
    "the page's furniture": lambda t, p: (
        t,
        ["شارك المقال", "فيسبوك تويتر واتساب", p[0], "اقرأ أيضًا: سوق الخضار يعود إلى الساحة القديمة", *p[1:], "الأكثر قراءة", "مباراة ودية تنتهي بلا أهداف", "جميع الحقوق محفوظة"],
    ),
    "one paragraph": lambda t, p: (t, [" ".join(p)]),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_text_that_a_newsroom_changed_is_a_copy(article, texts, name, change):
    title, paragraphs = CHANGES[change](texts[name]["title"], _paragraphs(texts[name]))
    a = article("a", texts[name]["title"], texts[name]["body"])
    b = article("b", title, "\n".join(paragraphs))
    verdict = judge(wording(a), wording(b))
    assert verdict.copy, verdict
    assert verdict.reason


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("other", NAMES)
def test_other_texts_are_no_copies(article, texts, name, other):
    if name != other:
        a, b = (article(n, texts[n]["title"], texts[n]["body"]) for n in (name, other))
        assert not judge(wording(a), wording(b)).copy


RATES = "سجّل سعر صرف الليرة أمام الدولار في السوق الموازية اليوم {day} {a} ليرة للمبيع و{b} ليرة للشراء في العاصمة، بينما بلغ في مدن الشمال {c} ليرة للمبيع.\nوبلغ سعر اليورو {d} ليرة للمبيع و{e} للشراء، وسجل غرام الذهب من عيار 21 قيراطًا {f} ألف ليرة وفق نشرة جمعية الصاغة التي تصدر كل صباح.\nويتأثر السعر بحجم الحوالات القادمة من الخارج وبحاجة التجار إلى تمويل المستوردات."
CABLE = "بعث رئيس الجمهورية برقية تهنئة إلى فخامة الرئيس {who} رئيس {land} بمناسبة ذكرى اليوم الوطني لبلاده.\nوأعرب الرئيس باسمه واسم الشعب والحكومة عن أصدق التهاني وأطيب التمنيات بالصحة والسعادة لفخامته، ولحكومة وشعب {land} الصديق اطراد التقدم والازدهار.\nونوه بتميز العلاقات التي تربط البلدين، والتي يسعى الجميع لتعزيزها في المجالات كافة."
MEETING = "استقبل رئيس الوزراء اليوم في مقر الحكومة سفير {land} {who} والوفد المرافق له بحضور الأمين العام للمجلس.\nوجرى خلال اللقاء بحث العلاقات الثنائية وسبل تعزيزها، ولا سيما {topic}، ومناقشة المستجدات في المنطقة.\nوأكد الجانبان أهمية استمرار التنسيق والتشاور بما يخدم مصالح الشعبين الصديقين في مختلف الميادين."
TRAPS = {
    "a bulletin of another day": (
        ("سعر صرف الليرة اليوم السبت", RATES.format(day="السبت", a=13950, b=13850, c=13990, d=15020, e=14900, f=1012)),
        ("سعر صرف الليرة اليوم الأحد", RATES.format(day="الأحد", a=14120, b=14010, c=14170, d=15230, e=15090, f=1031)),
    ),
    "telegrams of congratulation": (
        ("الرئيس يهنئ نظيره في غانا", CABLE.format(who="كواسي أمانكوا", land="غانا")),
        ("الرئيس يهنئ رئيس بيرو باليوم الوطني", CABLE.format(who="ألفونسو كارديناس", land="بيرو")),
    ),
    "meetings of one mould": (
        ("رئيس الوزراء يستقبل سفير اليابان", MEETING.format(land="اليابان", who="كينجي تاناكا", topic="مشاريع تحلية المياه")),
        ("رئيس الوزراء يستقبل سفير البرتغال", MEETING.format(land="البرتغال", who="روي فيريرا", topic="تصدير الفوسفات والزيتون")),
    ),
    "flashes with another place": (
        ("عاجل: انقطاع التيار الكهربائي عن مدينة طنجة", "انقطاع التيار الكهربائي عن مدينة طنجة."),
        ("عاجل: انقطاع التيار الكهربائي عن مدينة وهران", "انقطاع التيار الكهربائي عن مدينة وهران."),
    ),
    "flashes with another verb": (
        ("المجلس البلدي يقر ميزانية المترو", "المجلس البلدي يقر ميزانية المترو."),
        ("المجلس البلدي يرفض ميزانية المترو", "المجلس البلدي يرفض ميزانية المترو."),
    ),
    "flashes with another figure": (
        ("هزة أرضية بقوة 4.1 درجات قبالة الساحل", "هزة أرضية بقوة 4.1 درجات تضرب قبالة الساحل الغربي."),
        ("هزة أرضية بقوة 5.3 درجات قبالة الساحل", "هزة أرضية بقوة 5.3 درجات تضرب قبالة الساحل الغربي."),
    ),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_texts_of_one_mould_about_other_news_are_no_copies(article, trap):
    (t1, b1), (t2, b2) = TRAPS[trap]
    verdict = judge(wording(article("a", t1, b1)), wording(article("b", t2, b2)))
    assert not verdict.copy, verdict
    again = article("c", f"عاجل.. {t1}", f"{b1} (رويترز)")
    assert judge(wording(article("a", t1, b1)), wording(again)).copy


def test_a_quoted_passage_and_a_shared_background_make_no_copy(article, texts):
    bridge, ferry = texts["bridge"], texts["ferry"]
    quoting = "\n".join([*_paragraphs(ferry), f"وجاء في البيان: «{_paragraphs(bridge)[1]}»", _paragraphs(bridge)[3]])
    a = article("a", bridge["title"], bridge["body"])
    b = article("b", ferry["title"], quoting)
    assert not judge(wording(a), wording(b)).copy


def test_a_short_news_item_quoted_whole_in_a_long_opinion_is_no_copy(article, texts):
    bridge = texts["bridge"]
    opinion = [p for name in ("museum", "harvest", "ferry") for p in _paragraphs(texts[name])]
    a = article("a", bridge["title"], "\n".join(_paragraphs(bridge)[:3]))
    b = article("b", texts["museum"]["title"], "\n".join([*opinion, *_paragraphs(bridge)[:3]]))
    assert not judge(wording(a), wording(b)).copy


@pytest.mark.parametrize("name", NAMES)
def test_two_sentences_from_the_beginning_are_a_copy_and_two_from_the_middle_are_not(article, texts, name):
    title, body = texts[name]["title"], texts[name]["body"]
    whole = article("a", title, body)
    begun = " ".join(_paragraphs(texts[name])[0].split()[:24])
    middle = _paragraphs(texts[name])[2]
    assert judge(wording(whole), wording(article("b", "عنوان من عند المحرر", begun + "..."))).copy
    assert not judge(wording(whole), wording(article("c", "عنوان من عند المحرر", middle))).copy


@pytest.mark.parametrize("name", NAMES)
def test_a_reprint_that_was_cut_and_written_on_is_a_copy_under_its_headline_only(article, texts, name):
    title, lines = texts[name]["title"], _paragraphs(texts[name])
    on = "وتعيش البلدة منذ سنوات ظروفًا صعبة دفعت كثيرًا من شبابها إلى الهجرة نحو المدن الكبرى، ويأمل من بقي منهم أن تتحسن الأحوال قريبًا."
    whole = article("a", title, texts[name]["body"])
    assert judge(wording(whole), wording(article("b", title, "\n".join([*lines[:2], on])))).copy
    assert not judge(wording(whole), wording(article("c", "حديث عن الشباب والهجرة", "\n".join([on, *lines[:2]])))).copy


def test_the_reason_says_what_differs_in_the_words_of_the_text(article):
    (t1, b1), (t2, b2) = TRAPS["meetings of one mould"]
    verdict = judge(wording(article("a", t1, b1)), wording(article("b", t2, b2)))
    assert "اليابان" in verdict.reason
    assert "البرتغال" in verdict.reason
    assert as_written("«الطاءره»", "وصلت الطائرة") == "«الطائرة»"


@pytest.mark.parametrize(
    ("one", "other"),
    [("يمني", "اليمني"), ("اميركي", "امريكي"), ("تورونتو", "تورنتو"), ("وتصحيح", "تصحيحها"), ("هاورد", "هاوورد")],
)
def test_spellings_of_one_word_are_alike(one, other):
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("دمشق", "حمص"), ("الخارجيه", "الداخليه"), ("يرفع", "يخفض"), ("5", "55"), ("علي", "علا")]
)
def test_other_words_are_not(one, other):
    assert not alike(one, other)


words = st.lists(st.sampled_from([*"ابتثجحخدذرزسشصضطظعغ", "5", "2026"]), max_size=60)


@settings(max_examples=80, deadline=None)
@given(words, words)
def test_no_word_is_shared_twice_and_laying_a_text_on_itself_shares_all(a, b):
    shared = lay(a, b)
    assert shared.words <= min(len(a), len(b))
    assert 0 <= shared.share <= 1
    if len(set(a)) == len(a) >= 3:
        assert lay(a, a).words == len(a)


@settings(max_examples=40, deadline=None)
@given(words, words)
def test_a_verdict_does_not_ask_who_comes_first(article, a, b):
    one, two = article("a", " ".join(a[:8]), " ".join(a)), article("b", " ".join(b[:8]), " ".join(b))
    first, second = judge(wording(one), wording(two)), judge(wording(two), wording(one))
    assert (first.copy, first.similarity) == (second.copy, second.similarity)


def test_the_worst_texts_take_no_time(article):
    hostile = [
        "كلمة " * 600_000,
        "ا" * 3_000_000,
        "المصدر: " * 200_000,
        "(" * 500_000,
        "\n" * 500_000 + "1.2.3.4" * 100_000,
    ]
    begun = time.process_time()
    for n, text in enumerate(hostile):
        a, b = article(f"a{n}", text[:5000], text), article(f"b{n}", text[5:5000], text[3:])
        judge(wording(a), wording(b))
    assert time.process_time() - begun < 10


def test_a_figure_is_one_word_with_its_fraction_and_minutes():
    assert fold_words("٣:٤٢ و 5,25 و1،4 %") == ["3:42", "و", "5.25", "و", "1.4", "%"]
