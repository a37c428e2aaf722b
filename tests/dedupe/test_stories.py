"""Events labelled before the program saw them: told by several hands, looking alike, touched by a third article."""

import json
import random
from itertools import combinations, permutations
from pathlib import Path

import pytest

DATA = Path(__file__).parents[1] / "data" / "dedupe"
CASES = [json.loads(line) for line in (DATA / "stories.jsonl").read_text(encoding="utf-8").splitlines()]


def _articles(article, case):
    return [
        article(f"{case['id']}-{n}", a["title"], a["body"], outlet=a["outlet"], minutes=a["minutes"])
        for n, a in enumerate(case["articles"])
    ]


def _stories(articles, archive):
    """The stories that the articles stand in when they come in this order, as one letter an article like the labels."""
    for a in articles:
        archive.add(a)
    placed = {a.id: archive.filed[a.id].placement for a in articles}
    assert all(p.relation != "copy" for p in placed.values())
    return {i: p.story for i, p in placed.items()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['category']}")
def test_no_two_events_are_made_one_story_in_whatever_order_they_come(article, new_archive, case):
    articles = _articles(article, case)
    for order in permutations(articles):
        stories = _stories(order, new_archive())
        for (one, a), (other, b) in combinations(zip(case["stories"], articles, strict=True), 2):
            assert one == other or stories[a.id] != stories[b.id], case["why"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['id']} {case['category']}")
def test_the_order_of_arrival_does_not_change_the_stories(article, new_archive, case):
    articles = _articles(article, case)
    told = [_stories(order, new_archive()) for order in permutations(articles)]
    assert all(stories == told[0] for stories in told)


def test_of_the_events_that_several_hands_told_as_many_are_found_as_ever(article, new_archive):
    right = 0
    for case in CASES:
        articles = _articles(article, case)
        stories = _stories(articles, new_archive())
        right += all(
            (one == other) == (stories[a.id] == stories[b.id])
            for (one, a), (other, b) in combinations(zip(case["stories"], articles, strict=True), 2)
        )
    assert right >= json.loads((DATA / "floors.json").read_text(encoding="utf-8"))["stories"]


FIRST = ["ناهد", "وسيم", "غادة", "رامز", "لطفي", "منيرة", "أكرم", "سلافة", "جورج", "هيفاء", "نبيل", "رشا"]
LAST = [
    "البستاني",
    "الحايك",
    "القصار",
    "النعيمي",
    "الكيالي",
    "العجيلي",
    "مرهج",
    "الدباس",
    "قباني",
    "السمان",
    "حنا",
    "الأتاسي",
]
TOWNS = [
    "الديماس",
    "الربوة",
    "المنصورة",
    "الزاهرة",
    "الجديدة",
    "داريا",
    "السنابل",
    "الغوطة",
    "الشجرة",
    "الدالية",
    "عربين",
    "الصنمين",
    "الحارة",
    "الكسوة",
    "العتيبة",
    "الهامة",
]
GOODS = [
    "الزيتون",
    "العسل",
    "الصوف",
    "الفخار",
    "التين",
    "الخزف",
    "القطن",
    "الزجاج",
    "العنب",
    "الزعتر",
    "الرمان",
    "الحرير",
    "السماق",
    "النحاس",
]
HEADLINES = (
    "{person} يفتتح متجرًا لبيع {goods} في {town}",
    "{town} تحتفي بموسم {goods} بحضور {person}",
    "جائزة {goods} من نصيب {person}",
    "أسعار {goods} تتراجع {n} في المئة في {town}",
    "{n} عائلة من {town} تتعلم صناعة {goods}",
    "{person} يروي سيرة حارة منسية في {town}",
)
SENTENCES = (
    "وزرع تلاميذ {town} {n} شجيرة لوز على امتداد الساقية القديمة.",
    "وقالت {person} إن جدتها علمتها حياكة {goods} قبل {n} عامًا.",
    "وعرض {person} صورًا بالأبيض والأسود لسوق {goods} في {town}.",
    "وقطعت القافلة {n} كيلومترًا بين الكروم حتى بلغت مشارف {town}.",
    "واشترت بلدية {town} {n} مصباحًا لإنارة الدرج الحجري.",
    "ورسم {person} جدارية من {n} لونًا على حائط المخفر المهجور.",
    "وتبادل الجيران أباريق {goods} وأرغفة ساخنة تحت شجرة الكينا.",
    "وأحصى هواة الطيور {n} لقلقًا فوق مئذنة {town} هذا الأسبوع.",
    "ووعدت {person} بترجمة كتيب عن {goods} إلى لغتين.",
    "وتعطل جرس البلدة {n} ساعة فأصلحه {person} بسلك نحاسي.",
    "وتسلق فتيان من {town} الصخرة المطلة على البحيرة قبيل الغروب.",
    "وغنت جوقة المدرسة نشيدًا كتبه {person} في منفاه.",
    "وخبزت نساء {town} {n} رغيفًا وزعنها على عابري السبيل.",
    "وأعاد النجار {person} بابًا من خشب الجوز إلى خان {town}.",
    "وسأل الزوار عن طريقة صبغ {goods} بقشور البصل.",
    "ونصبت خيمة للحكواتي سهر فيها {n} شيخًا حتى الفجر.",
    "وأهدى {person} مكتبته إلى نادي {town} بعد أن ضاق بها بيته.",
    "وانطفأت المولدة مرتين فأضيئت القاعة بشموع من {goods}.",
    "وسجل طالب يدعى {person} أصوات الضفادع في نبع {town}.",
    "ويفكر المجلس في تسمية الجسر الخشبي باسم {person}.",
)


@pytest.mark.parametrize("seed", range(3))
def test_where_few_people_and_towns_make_all_the_news_hardly_an_article_meets_a_stranger(article, new_archive, seed):
    rng = random.Random(seed)

    def filled(form):
        person = f"{rng.choice(FIRST)} {rng.choice(LAST)}"
        return form.format(person=person, town=rng.choice(TOWNS), goods=rng.choice(GOODS), n=rng.randint(11, 900))

    archive = new_archive()
    for n in range(100):
        body = "\n".join(map(filled, rng.sample(SENTENCES, 6)))
        archive.add(article(f"n{n}", filled(rng.choice(HEADLINES)), body, outlet=f"صحيفة {n % 7}", minutes=10 * n))
    relations = [c.placement.relation for c in archive.filed.values()]
    assert "copy" not in relations
    assert (
        relations.count("report") <= 5
    )  # of a hundred: headlines of one person, one town and one thing come twice by chance
