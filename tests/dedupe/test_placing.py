import random
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe import Candidate, Fingerprint, Window, fingerprint, place


class Archive:
    """An honest store: gives every article that shares a key or the text, and the rest of their stories."""

    def __init__(self):
        self.filed = {}

    def add(self, a):
        mark = Fingerprint.from_json(fingerprint(a).to_json())
        near = {
            c.placement.story
            for c in self.filed.values()
            if set(c.fingerprint.bands) & set(mark.bands) or c.fingerprint.text_hash == mark.text_hash
        }
        placement, moved = place(a, mark, [c for c in self.filed.values() if c.placement.story in near])
        for other, new in moved.items():
            old = self.filed[other]
            self.filed[other] = Candidate(article=old.article, fingerprint=old.fingerprint, placement=new)
        self.filed.setdefault(a.id, Candidate(article=a, fingerprint=mark, placement=placement))
        return placement, moved

    def groups(self):
        found = defaultdict(set)
        for i, c in self.filed.items():
            found[c.placement.original].add(i)
        return sorted(map(sorted, found.values()))


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


def test_reprints_point_to_the_agency_and_name_it(article, texts):
    archive = Archive()
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


def test_an_original_that_comes_in_late_turns_the_group(article, texts):
    archive = Archive()
    agency, *reprints = _wire(article, texts, minutes=(600, 20, 40, 60))
    for a in reprints:
        archive.add(a)
    assert archive.filed["credit"].placement.relation == "original"
    placement, moved = archive.add(agency)
    assert placement.relation == "original"
    assert {i: p.original for i, p in moved.items()} == dict.fromkeys(("credit", "trimmed", "bare"), "agency")
    assert archive.groups() == [["agency", "bare", "credit", "trimmed"]]


def test_without_a_credit_the_first_to_publish_is_the_original(article, texts):
    t = texts["museum"]
    early = article("early", t["title"], t["body"], outlet="الضفاف", minutes=300, out=5)
    late = article("late", t["title"], t["body"], outlet="المرسى", minutes=10, out=9)
    archive = Archive()
    archive.add(late)
    placement, moved = archive.add(early)
    assert (placement.relation, moved["late"].original, moved["late"].origin.outlet) == ("original", "early", "الضفاف")


def test_a_link_counts_when_it_leads_to_an_outlet_of_the_group(article, texts):
    t = texts["museum"]
    first = article("first", t["title"], t["body"], outlet="الضفاف", url="https://www.difaf.example/1")
    other = article(
        "other", t["title"], t["body"], outlet="المرسى", minutes=30, links=("unrelated.example", "difaf.example")
    )
    alone = article("alone", texts["ferry"]["title"], texts["ferry"]["body"], outlet="المرسى", links=("difaf.example",))
    archive = Archive()
    archive.add(first)
    assert archive.add(other)[0].origin.basis == "link"
    assert archive.add(alone)[0].origin.basis == "earliest"


def test_two_hands_on_one_event_are_one_story_of_two_reports(article):
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
    archive = Archive()
    first, _ = archive.add(a)
    second, moved = archive.add(b)
    assert (second.relation, second.original, second.story) == ("report", "b", first.story)
    assert "غرق مركب صيد" in second.reason
    assert moved == {}


def test_a_toll_that_grows_stays_one_story_and_no_copy(article):
    body = "ارتفعت حصيلة ضحايا انهيار عمارة في حي النسيم إلى {n} قتيلا و{m} مصابا، وفق مديرية الصحة.\nوقالت فرق الإنقاذ إنها انتشلت خلال الليل {k} جثث من تحت الأنقاض، ولا يزال {r} من السكان في عداد المفقودين.\nوتتألف العمارة من ستة طوابق، وكان سكانها قد اشتكوا من تشققات في الجدران منذ الشتاء الفائت ولم يستجب لهم أحد."
    days = [(4, 20, 3, 9), (7, 26, 5, 6), (12, 33, 4, 2)]
    archive = Archive()
    placed = [
        archive.add(article(f"d{i}", f"ارتفاع حصيلة ضحايا انهيار عمارة في حي النسيم إلى {n} قتيلا", body.format(n=n, m=m, k=k, r=r), minutes=1440 * i))[0]
        for i, (n, m, k, r) in enumerate(days)
    ]  # fmt: skip
    assert [p.relation for p in placed] == ["original", "report", "report"]
    assert len({p.story for p in placed}) == 1


def test_a_fingerprint_of_another_version_is_made_anew(article, texts):
    t = texts["ferry"]
    old, new = article("old", t["title"], t["body"]), article("new", t["title"], t["body"], outlet="المرسى", minutes=30)
    first, _ = place(old, fingerprint(old), [])
    stale = Fingerprint(bands=("m0", "w0"), text_hash="0", words=3, version="0:older")
    placement, _ = place(new, fingerprint(new), [Candidate(article=old, fingerprint=stale, placement=first)])
    assert (placement.relation, placement.original) == ("copy", "old")


def test_placing_an_article_twice_changes_nothing(article, texts):
    archive, window = Archive(), Window()
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
def test_the_order_of_arrival_does_not_change_the_groups(article, texts, seed):
    articles = _mixed(article, texts)
    random.Random(seed).shuffle(articles)
    archive, window = Archive(), Window()
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
def test_every_article_is_in_exactly_one_story_and_points_to_a_head(article, some, n):
    archive = Archive()
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
