import json
import random
from collections import defaultdict
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe import Candidate, Fingerprint, Window, fingerprint, place


def _wire(article, texts, *, minutes=(0, 20, 40, 60)):
    """An agency's report, two reprints that credit it, and one without a credit."""
    t = texts["bridge"]
    lines = t["body"].split("\n")
    return [
        article("agency", t["title"], t["body"], outlet="وكالة المرجان للأنباء", minutes=minutes[0]),
        article("credit", t["title"], "\n".join([*lines, "المصدر: وكالة المرجان للأنباء"]), outlet="الضفاف", minutes=minutes[1]),
        article("trimmed", "جسر للمشاة فوق البليخ", "\n".join([*lines[:3], "(وكالة المرجان للأنباء)"]), outlet="المرسى", minutes=minutes[2]),
        article("bare", t["title"], "\n".join(lines[:4]), outlet="الميناء", minutes=minutes[3]),
    ]  # fmt: skip


def test_reprints_point_to_the_agency_and_name_it(article, new_archive, texts):
    archive = new_archive()
    for a in _wire(article, texts):
        archive.add(a)
    placements = {i: c.placement for i, c in archive.filed.items()}
    assert placements["agency"].relation == "original"
    assert placements["agency"].origin.outlet == "وكالة المرجان للأنباء"
    assert placements["agency"].origin.basis == "earliest"
    for reprint in ("credit", "trimmed", "bare"):
        p = placements[reprint]
        assert (p.relation, p.original, p.story) == ("copy", "agency", placements["agency"].story)
        assert p.origin.outlet == "وكالة المرجان للأنباء"
        assert 0.8 <= p.similarity <= 1
        assert "«افتتاح جسر جديد" in p.reason
    assert placements["credit"].origin.evidence == "المصدر: وكالة المرجان للأنباء"


def test_an_original_that_comes_in_late_turns_the_group(article, new_archive, texts):
    archive = new_archive()
    agency, *reprints = _wire(article, texts, minutes=(600, 20, 40, 60))
    for a in reprints:
        archive.add(a)
    assert archive.filed["credit"].placement.relation == "original"
    placement, moved = archive.add(agency)
    assert placement.relation == "original"
    assert {i: p.original for i, p in moved.items()} == dict.fromkeys(("credit", "trimmed", "bare"), "agency")
    assert archive.groups() == [["agency", "bare", "credit", "trimmed"]]


def test_without_a_credit_the_first_to_publish_is_the_original(article, new_archive, texts):
    t = texts["museum"]
    early = article("early", t["title"], t["body"], outlet="الضفاف", minutes=300, out=5)
    late = article("late", t["title"], t["body"], outlet="المرسى", minutes=10, out=9)
    archive = new_archive()
    archive.add(late)
    placement, moved = archive.add(early)
    assert (placement.relation, moved["late"].original, moved["late"].origin.outlet) == ("original", "early", "الضفاف")


def test_a_link_counts_when_it_leads_to_an_outlet_of_the_group(article, new_archive, texts):
    t = texts["museum"]
    first = article("first", t["title"], t["body"], outlet="الضفاف", url="https://www.difaf.example/1")
    other = article(
        "other", t["title"], t["body"], outlet="المرسى", minutes=30, links=("unrelated.example", "difaf.example")
    )
    alone = article("alone", texts["ferry"]["title"], texts["ferry"]["body"], outlet="المرسى", links=("difaf.example",))
    archive = new_archive()
    archive.add(first)
    assert archive.add(other)[0].origin.basis == "link"
    assert archive.add(alone)[0].origin.basis == "earliest"


def test_two_hands_on_one_event_are_one_story_of_two_reports(article, new_archive):
    a = article(
        "a", "غرق مركب صيد قبالة رأس الشمالي ونجاة طاقمه",
        "غرق مركب صيد قبالة رأس الشمالي فجر الثلاثاء بعدما صدمته موجة عالية، ونجا طاقمه المؤلف من ستة صيادين من بلدة الزوارة.\n"
        "وقال قائد خفر السواحل نديم الحلبي إن زورق دورية وصل بعد نصف ساعة وانتشل الصيادين من الماء.\nوكان المركب قد أبحر مساء الاثنين رغم تحذير الأرصاد من عاصفة.",
    )  # fmt: skip
    b = article(
        "b", "خفر السواحل ينقذ ستة صيادين بعد غرق مركب صيد قبالة رأس الشمالي",
        "أنقذت دورية من خفر السواحل ستة صيادين من بلدة الزوارة غرق مركب صيد كان يقلهم قبالة رأس الشمالي فجر الثلاثاء.\n"
        "وأكد نديم الحلبي قائد خفر السواحل أن الصيادين بخير، وأن فحصًا طبيًا أجري لهم على الرصيف قبل عودتهم إلى بيوتهم.\nوتمنع القوانين الإبحار في العواصف، لكن الصيادين يقولون إنهم مضطرون.",
        outlet="المرسى", minutes=90,
    )  # fmt: skip
    archive = new_archive()
    first, _ = archive.add(a)
    second, moved = archive.add(b)
    assert (second.relation, second.original, second.story) == ("report", "b", first.story)
    assert "غرق مركب صيد" in second.reason
    assert {i: p.reason for i, p in moved.items()} == {"a": "the event was told here first"}


def test_a_toll_that_grows_stays_one_story_and_no_copy(article, new_archive):
    body = "ارتفعت حصيلة ضحايا انهيار عمارة في حي النسيم إلى {n} قتيلا و{m} مصابا، وفق مديرية الصحة.\nوقالت فرق الإنقاذ إنها انتشلت خلال الليل {k} جثث من تحت الأنقاض، ولا يزال {r} من السكان في عداد المفقودين.\nوتتألف العمارة من ستة طوابق، وكان سكانها قد اشتكوا من تشققات في الجدران منذ الشتاء الفائت ولم يستجب لهم أحد."
    days = [(4, 20, 3, 9), (7, 26, 5, 6), (12, 33, 4, 2)]
    archive = new_archive()
    placed = [
        archive.add(article(f"d{i}", f"ارتفاع حصيلة ضحايا انهيار عمارة في حي النسيم إلى {n} قتيلا", body.format(n=n, m=m, k=k, r=r), minutes=1440 * i))[0]
        for i, (n, m, k, r) in enumerate(days)
    ]  # fmt: skip
    assert [p.relation for p in placed] == ["original", "report", "report"]
    assert len({p.story for p in placed}) == 1


def _case(article, data, name):
    case = next(
        c for line in (data / "stories.jsonl").read_text("utf-8").splitlines() if (c := json.loads(line))["id"] == name
    )
    return [
        article(f"{name}-{n}", a["title"], a["body"], outlet=a["outlet"], minutes=a["minutes"])
        for n, a in enumerate(case["articles"])
    ]


def test_a_wire_that_comes_after_the_reports_on_it_makes_them_one_story(article, data, new_archive):
    first, second, wire = _case(article, data, "one-45")
    archive, window = new_archive(), Window()
    assert archive.add(first)[0].story != archive.add(second)[0].story
    placement, moved = archive.add(wire)
    assert (placement.relation, placement.original, placement.story) == ("report", wire.id, first.id)
    assert {i: (p.story, p.relation) for i, p in moved.items()} == {
        first.id: (first.id, "original"),
        second.id: (first.id, "report"),
    }
    assert archive.add(wire) == (placement, {})
    told = [window.add(a).story for a in (first, second, wire)]
    assert told == [first.id, second.id, first.id]  # an answer cannot be called back; who comes next meets one story
    assert window.add(article("next", second.title, second.body, outlet="المرسى", minutes=500)).story == first.id


def test_a_wire_that_comes_after_its_reprint_brings_the_reports_on_it_along(article, data, new_archive):
    record, death, wire = _case(article, data, "one-46")
    lead, *rest = wire.body.split("\n")
    reprint = article("reprint", death.title, "\n".join([*rest, lead]), outlet="المرسى", minutes=120)
    for order in permutations((record, reprint, wire)):
        archive = new_archive()
        for a in order:
            archive.add(a)
        placed = {i: c.placement for i, c in archive.filed.items()}
        assert {p.story for p in placed.values()} == {record.id}
        assert placed["reprint"].original == placed[wire.id].original != placed[record.id].original


def test_who_told_it_first_is_the_original_whatever_comes_first(article, data, new_archive):
    """What a reader sees of a story does not hang on which host answered sooner: relation, likeness and reason are the same."""
    cases = [c for line in (data / "stories.jsonl").read_text("utf-8").splitlines() if (c := json.loads(line))]
    compared = 0
    for case in cases:
        seen = []
        for order in permutations(_case(article, data, case["id"])):
            archive = new_archive()
            for a in order:
                archive.add(a)
            seen.append({i: c.placement for i, c in archive.filed.items()})
        if all(len({p.story for p in found.values()}) == 1 for found in seen):
            compared += 1
            assert all(found == seen[0] for found in seen), case["id"]
            relations = sorted(p.relation for p in seen[0].values())
            assert relations.count("original") == 1
    assert compared >= 35


def test_a_story_goes_by_its_first_article_whatever_comes_first(article, data, new_archive):
    for order in permutations(_case(article, data, "one-26")):
        archive = new_archive()
        for a in order:
            archive.add(a)
        assert {c.placement.story for c in archive.filed.values()} == {"one-26-0"}


def test_a_story_of_very_many_moves_whole(article, data, monkeypatch):
    monkeypatch.setattr("pipeline.dedupe.window.MOST_OF_STORY", 3)
    first, second, wire = _case(article, data, "one-45")
    window = Window()
    for n in range(30):  # more reprints than are looked at
        window.add(article(f"s{n}", second.title, second.body, outlet=f"صحيفة {n}", minutes=70 + n))
    window.add(first)
    window.add(wire)
    assert {k.placement.story for k in window._kept.values()} == {first.id}


def test_a_fingerprint_of_another_version_is_made_anew(article, texts):
    t = texts["ferry"]
    old, new = article("old", t["title"], t["body"]), article("new", t["title"], t["body"], outlet="المرسى", minutes=30)
    first, _ = place(old, fingerprint(old), [])
    stale = Fingerprint(bands=("m0", "w0"), text_hash="0", words=3, version="0:older")
    placement, _ = place(new, fingerprint(new), [Candidate(article=old, fingerprint=stale, placement=first)])
    assert (placement.relation, placement.original) == ("copy", "old")


def test_placing_an_article_twice_changes_nothing(article, new_archive, texts):
    archive, window = new_archive(), Window()
    articles = _wire(article, texts)
    told = {a.id: (archive.add(a)[0], window.add(a)) for a in articles}
    before = {i: c.placement for i, c in archive.filed.items()}
    for a in articles:
        placement, moved = archive.add(a)
        assert (placement, moved) == (before[a.id], {})
        assert window.add(a) == told[a.id][1]
    assert {i: c.placement for i, c in archive.filed.items()} == before
    assert len(window) == len(articles)


def _mixed(article, texts):
    found = []
    for n, (name, t) in enumerate(sorted(texts.items())):
        lines = t["body"].split("\n")
        found += [
            article(f"{name}-0", t["title"], t["body"], outlet="الضفاف", minutes=n),
            article(f"{name}-1", t["title"], "\n".join([*lines, "المصدر: الضفاف"]), outlet="المرسى", minutes=n + 7),
            article(f"{name}-2", f"شاهد.. {t['title']}", "\n".join([lines[0], lines[2], lines[1], *lines[3:]]), outlet="الميناء", minutes=n + 11),
            article(f"{name}-3", t["title"], "\n".join(lines[:3]), outlet="القلوع", minutes=n + 23),
        ]  # fmt: skip
    return found


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_arrival_does_not_change_the_groups(article, new_archive, texts, seed):
    articles = _mixed(article, texts)
    random.Random(seed).shuffle(articles)
    archive, window = new_archive(), Window()
    told = {}
    for a in articles:
        archive.add(a)
        told[a.id] = window.add(a)
    assert archive.groups() == [[f"{name}-{i}" for i in range(4)] for name in sorted(texts)]
    assert {c.placement.original for c in archive.filed.values()} == {f"{name}-0" for name in texts}
    # Answers that cannot be called back still join the same articles.
    root = {}
    for a in articles:
        p = told[a.id]
        root[a.id] = root[p.original] if p.relation == "copy" else a.id
    joined = defaultdict(set)
    for i, r in root.items():
        joined[r].add(i)
    assert sorted(map(sorted, joined.values())) == archive.groups()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.sampled_from(["شمس", "قمر", "نهر", "جسر", "7", "9", "قتيلا", "مصابا", "طقس"]), min_size=1, max_size=12),
    st.integers(1, 12),
)
def test_every_article_is_in_exactly_one_story_and_points_to_a_head(article, new_archive, some, n):
    archive = new_archive()
    rng = random.Random(n)
    for i in range(n):
        said = [rng.choice(some) for _ in range(rng.randint(1, 60))]
        archive.add(article(f"a{i}", " ".join(said[:6]), " ".join(said), minutes=i))
    for i, c in archive.filed.items():
        p = c.placement
        assert (p.relation == "copy") == (p.original != i)
        head = archive.filed[p.original].placement
        assert head.relation != "copy"
        assert head.story == p.story
        assert 0 <= p.similarity <= 1
        assert p.reason
