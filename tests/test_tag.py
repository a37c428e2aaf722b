"""What terms find, by cases in tests/data/tag/terms.txt and by laws that hold for all of them."""

import json
import pickle
import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import query
from pipeline.model import And, Leaf, Not, Of, Rule, Tag, Term, Watchlist
from pipeline.tag import Tagger
from pipeline.tag.find import MOST
from pipeline.tag.scan import Memo
from pipeline.text.fold import fold

DATA = Path(__file__).parent / "data" / "tag"
ESCAPE = re.compile(r"\\n|\\u[0-9a-f]{4}")


def unescaped(text: str) -> str:
    return ESCAPE.sub(lambda m: "\n" if m[0] == "\\n" else chr(int(f"0x{m[0][2:]}", 0)), text)


def term_of(text: str, options: str) -> Term:
    made: dict[str, object] = {}
    for option in options.split():
        name, _, value = option.partition("=")
        if name in {"name", "exact", "forms"}:
            made["match"] = name
        elif name in {"quoted", "case"}:
            made[name] = True
        elif name == "gap":
            made["gap"] = int(value)
        elif name == "article":
            made["article"] = value
        else:
            made[name] = (value.replace("_", " "),)
    return Term(term=text, **made)  # type: ignore[arg-type]


def cases() -> list[tuple[str, str, str, str]]:
    lines = (DATA / "terms.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in (line.replace("| |", "|  |") for line in lines) if line and line[0] != "#"]
    assert all(len(row) == 4 for row in rows), [row for row in rows if len(row) != 4]
    return [(row[0], row[1].strip(), unescaped(row[2]), unescaped(row[3])) for row in rows]


def lists(*terms: Term, **more: object) -> list[Watchlist]:
    return [Watchlist(id="w", title="w", terms=terms, **more)]  # type: ignore[arg-type]


def found(term: Term, body: str, **more: object) -> list[str]:
    tags = Tagger(lists(term)).tags(title="", body=body, **more)  # type: ignore[arg-type]
    for tag in tags:
        for match in tag.matches:
            assert body[match.start : match.end] == match.surface
    return [match.surface for tag in tags for match in tag.matches]


@pytest.mark.parametrize(("text", "options", "body", "expected"), cases(), ids=lambda v: str(v)[:40])
def test_a_term_finds_what_the_guide_promises(text: str, options: str, body: str, expected: str):
    assert found(term_of(text, options), body) == ([] if expected == "-" else expected.split(" ; "))


def guide_pairs() -> list[tuple[str, str]]:
    """Each spelling of the guide's table of folds with the terms it stands beside."""
    guide = (Path(__file__).parent.parent / "docs" / "guide" / "matching.md").read_text(encoding="utf-8")
    table = guide.partition("## What is passed over")[2].partition("\n## ")[0]
    rows = [line.split(" | ") for line in table.splitlines() if line.startswith("| ") and "in the text" not in line]
    return [(text.strip("| "), terms) for texts, terms, *_ in rows for text in texts.split(", ")]


@pytest.mark.parametrize(("text", "terms"), guide_pairs())
def test_the_table_of_the_guide_holds(text: str, terms: str):
    assert any(found(Term(term=term), f"قيل {text} ثم") == [text.strip("،")] for term in terms.split(", "))


# ---------------------------------------------------------------- laws
PHRASES = ["سد النهضة", "مجلس الشيوخ", "هدنة إنسانية", "أزمة الخبز", "الهلال الأحمر", "وزارة النقل", "عبد الحليم خدام"]
PARTICLES = ["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب"]
MARKS = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0640\u200f\u200e\u200d\u061c"


def joined(particle: str, phrase: str) -> str:
    if particle.endswith("ل") and phrase.startswith("ال"):
        return particle + phrase[1:]
    return particle + phrase


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(PHRASES), st.sampled_from(PARTICLES), st.sampled_from(["«»", "“”", "”“", '""', "''", "()", "  "])
)
def test_a_particle_or_quotation_marks_keep_a_match(phrase: str, particle: str, marks: str):
    for body in (
        f"قيل {joined(particle, phrase)} ثم",
        f"قيل {particle}ـ{marks[0]}{phrase}{marks[1]} ثم",
        f"{marks[0]}{joined(particle, phrase)}{marks[1]}",
    ):
        assert len(found(Term(term=phrase), body)) == 1, body


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(PHRASES), st.data())
def test_signs_inside_words_keep_a_match_and_its_place(phrase: str, data: st.DataObject):
    letters = [c + ("" if c == " " else data.draw(st.text(MARKS, max_size=2))) for c in phrase]
    surface = "".join(letters)
    assert [fold(s) for s in found(Term(term=phrase), f"هنا {surface} هناك")] == [fold(phrase)]


LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئء"


@settings(max_examples=150, deadline=None)
@given(
    st.text(LETTERS, min_size=3, max_size=6),
    st.text(LETTERS, min_size=1, max_size=3),
    st.sampled_from(["name", "exact", "word"]),
)
def test_a_term_never_stands_inside_a_longer_word_but_for_what_is_legally_joined(word: str, more: str, mode: str):
    term = Term(term=word, match=mode)  # type: ignore[arg-type]
    legal = {
        "",
        "و",
        "ف",
        "ب",
        "ل",
        "ك",
        "ال",
        "وال",
        "بال",
        "فال",
        "كال",
        "لل",
        "فلل",
        "ولل",
        "وب",
        "ول",
        "وك",
        "فب",
        "فل",
        "فك",
        "لال",
    }
    for surface in found(term, word + more):
        assert mode == "word" or fold(surface) == fold(word), surface
    for surface in found(term, more + word):
        assert fold(more) in legal or fold(word + more) == fold(more + word) or fold(word).startswith("ال"), surface


@settings(max_examples=150, deadline=None)
@given(st.text(st.sampled_from(list(LETTERS + " \n.،«»\"'ـ()0١aB\u200f\u064b_#و")), max_size=60))
def test_every_place_lies_in_the_text_and_is_its_surface(body: str):
    tagger = Tagger(
        lists(*(Term(term=t) for t in ("من", "ال", "ب و", "كتاب", "aB", "10", "و", "لل*")), Term(term="في من", gap=3))
    )
    for tag in tagger.tags(title=body, body=body):
        for match in tag.matches:
            assert 0 <= match.start < match.end <= len(body)
            assert body[match.start : match.end] == match.surface == match.reading.surface


def test_tags_do_not_depend_on_what_was_tagged_before(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Memo, "MOST", 3)
    terms = [term_of(text, options) for text, options, _, _ in cases()]
    tagger = Tagger(lists(*dict.fromkeys(terms)))
    bodies = [body for _, _, body, _ in cases()]
    first = [tagger.tags(title="", body=body) for body in bodies]
    assert [tagger.tags(title="", body=body) for body in reversed(bodies)] == first[::-1]
    assert [Tagger(lists(*dict.fromkeys(terms))).tags(title="", body=body) for body in bodies[:10]] == first[:10]


def test_tags_travel_between_processes():
    tags = Tagger(lists(Term(term="سد النهضة"))).tags(title="سد النهضة", body="")
    assert pickle.loads(pickle.dumps(tags)) == tags


MILLIONS = 2_500_000  # letters: 5 MB


def test_a_flood_of_one_word_is_cut_off():
    (tag,) = Tagger(lists(Term(term="سد"))).tags(title="", body="سد " * 5_000)
    assert len(tag.matches) == MOST


@pytest.mark.parametrize(
    "body",
    [
        "و" * MILLIONS,
        "ـ" * MILLIONS,
        "بـ" * (MILLIONS // 2),
        '"' * MILLIONS,
        "«" * (MILLIONS // 2) + "»" * (MILLIONS // 2),
        "و " * (MILLIONS // 4),
        "سد " * (MILLIONS // 8),
        "سد النهضة " * (MILLIONS // 40),
        "\u064b" * MILLIONS + "ا",
        "س" + "\u064b" * MILLIONS + "ا",
        "س\u0640" * 200_000 + "د",
        "ى\u064e" * (MILLIONS // 2) + "ء",
        "لـ" + "\u200f" * MILLIONS + "«سد",
        "\n" * MILLIONS,
    ],
    ids=lambda body: repr(body[:4]),
)
def test_hostile_text_takes_linear_time(body: str):
    terms = [
        Term(term="سد النهضة"),
        Term(term="سد سد", gap=3),
        Term(term="سد*"),
        Term(term="حماس", quoted=True),
        Term(term="ساد"),
    ]
    near = query.parse('(سد NEAR/5 النهضة) UNLESS/3 "سد كبير" OR atleast/5:سد')
    tagger = Tagger(lists(*terms, rules=(Rule(name="near", text="", query=near),)))

    def spent(text: str) -> float:
        start = time.process_time()
        tagger.tags(title="", body=text)
        return time.process_time() - start

    half, whole = spent(body[: len(body) // 2]), spent(body)
    assert whole < 5 * half + 1.0


# ---------------------------------------------------------------- watchlists
def tagged(watchlist: Watchlist, **fields: object) -> Tag | None:
    tags = Tagger([watchlist]).tags(**{"title": "", "body": "", **fields})  # type: ignore[arg-type]
    return tags[0] if tags else None


WATER = Watchlist(id="water", title="", terms=(Term(term="شح المياه"), Term(term="جفاف", weight=2)), threshold=2)


def test_a_list_fires_when_the_weights_of_distinct_terms_reach_its_threshold():
    assert tagged(WATER, title="شح المياه", body="شح المياه وشح المياه") is None
    both = tagged(WATER, body="شح المياه ثم جفاف وجفاف")
    assert both is not None
    assert both.score == 3.0
    assert len(both.matches) == 3


def test_an_exclusion_silences_its_own_list_alone():
    rivers = Watchlist(id="rivers", title="", terms=(Term(term="نهر"),), exclude=(Term(term="نهر البارد"),))
    other = Watchlist(id="other", title="", terms=(Term(term="نهر"),))
    tags = Tagger([rivers, other]).tags(title="", body="مخيم نهر البارد")
    assert [tag.watchlist for tag in tags] == ["other"]


def test_lists_may_ask_for_outlets_and_languages_and_an_unknown_language_passes():
    asked = Watchlist(id="w", title="", terms=(Term(term="نهر"),), outlets=("sana",), languages=("ar",))
    assert tagged(asked, body="نهر", feed="sana", language="ar-SY")
    assert tagged(asked, body="نهر", feed="sana")
    assert tagged(asked, body="نهر", feed="sana", language="fa") is None
    assert tagged(asked, body="نهر", feed="other") is None
    assert tagged(asked, body="نهر") is None


def test_matches_come_title_first_then_by_place_and_tags_in_the_order_of_the_lists():
    many = [Watchlist(id=str(n), title="", terms=(Term(term=t),)) for n, t in enumerate(["نهر", "بحيرة", "نبع"])]
    tags = Tagger(many).tags(title="نبع", body="نبع ثم نهر ثم نبع")
    assert [tag.watchlist for tag in tags] == ["0", "2"]
    assert [(m.field, m.start) for m in tags[1].matches] == [("title", 0), ("body", 0), ("body", 14)]


def test_also_is_reported_under_its_term_and_counts_once():
    term = Term(term="منظمة الصحة العالمية", also=("WHO", "الصحة العالمية"), weight=1)
    tag = tagged(Watchlist(id="w", title="", terms=(term,)), body="قالت WHO إن الصحة العالمية هي منظمة الصحة العالمية")
    assert tag is not None
    assert tag.score == 1.0
    assert {m.term for m in tag.matches} == {"منظمة الصحة العالمية"}
    assert [m.surface for m in tag.matches] == ["WHO", "الصحة العالمية", "منظمة الصحة العالمية", "الصحة العالمية"]


def test_a_reading_says_what_was_joined_and_folded():
    tagger = Tagger(lists(Term(term="أزمة الخبز"), Term(term="خبز")))
    (tag,) = tagger.tags(title="", body="حلول لـ”ازمة الخبـز” وبأزمتها، والخبز")
    lines = [m.reading.text for m in tag.matches]
    assert "لـ”ازمة الخبـز” ← أزمة الخبز: ل + تطويل + علامة اقتباس + همزة" in lines
    assert "والخبز ← خبز: و + ال" in lines
    phrase = next(m for m in tag.matches if m.term == "أزمة الخبز")
    assert phrase.surface == "ازمة الخبـز"
    assert phrase.reading.words[0].surface == "لـ”ازمة"
    assert phrase.reading.words[0].particles == ("ل",)
    assert set(phrase.reading.words[0].folds) == {"tatweel", "quote", "hamza"}
    assert phrase.reading.words[1].article


def test_a_short_word_behind_a_particle_is_told_with_its_doubt():
    (tag,) = Tagger(lists(Term(term="قمح"))).tags(title="", body="بقمح وقمح والقمح قمح")
    assert ["doubt" in m.reading.words[0].folds for m in tag.matches] == [True, True, False, False]


def test_a_match_as_written_says_so():
    (tag,) = Tagger(lists(Term(term="WHO"))).tags(title="", body="WHO")
    assert tag.matches[0].reading.text == "WHO ← WHO: كما كُتب"


# ---------------------------------------------------------------- rules
BORDER = "أغلق الجيش معبر الحدود مع الأردن بعد اشتباك. وقال الوزير إن المعبر يفتح غدا.\nوفي دمشق افتتح الوزير معرضا عن نهر الأردن."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("معبر AND اشتباك*", {"معبر", "اشتباك", "المعبر"}),
        ("معبر AND حلب", None),
        ("حلب OR دمشق", {"دمشق"}),
        ("معبر NOT حلب", {"معبر", "المعبر"}),
        ("معبر NOT دمشق", None),
        ("NOT حلب AND معبر", {"معبر", "المعبر"}),
        ("معبر NEAR/1 الأردن", None),
        ("معبر NEAR/2 الأردن", {"معبر", "الأردن"}),
        ("الأردن NEAR/2 معبر", {"معبر", "الأردن"}),
        ("دمشق NEAR/9 معبر", None),
        ("(معبر OR حلب) NEAR/5 اشتباك", {"معبر", "المعبر", "اشتباك"}),
        ('الأردن OUTSIDE "نهر الأردن"', {"الأردن"}),
        ("الأردن UNLESS/0 نهر", {"الأردن"}),
        ("دمشق UNLESS/3 معرض", None),
        ("atleast/2:الوزير", {"الوزير"}),
        ("atleast/3:الوزير", None),
        ("title:معبر", None),
        ("title:عاجل AND body:معبر", {"عاجل", "معبر", "المعبر"}),
        ("outlet:sana AND معبر", {"معبر", "المعبر"}),
        ('outlet:"وكالة سانا" AND معبر', {"معبر", "المعبر"}),
        ("outlet:other AND معبر", None),
        ("lang:ar AND معبر", {"معبر", "المعبر"}),
        ("lang:en AND معبر", None),
        ("معبر NOT lang:en", {"معبر", "المعبر"}),
        ("exact:معبر", {"معبر"}),
        ("name:معبر", {"معبر"}),
        ("forms:معرض", {"معرضا"}),
        ('"مع الأردن"', {"مع الأردن"}),
        ("حلب OR معبر AND دمشق", {"معبر", "المعبر", "دمشق"}),
        ("(حلب OR معبر) AND حلب", None),
    ],
)
def test_a_rule_is_true_of_the_articles_it_describes(text: str, expected: set[str] | None):
    rule = Rule(name="r", text=text, query=query.parse(text))
    tag = tagged(
        Watchlist(id="w", title="", rules=(rule,)),
        title="عاجل",
        body=BORDER,
        feed="sana",
        outlet="وكالة سانا",
        language="ar",
    )
    assert (None if tag is None else {m.surface for m in tag.matches}) == expected
    if tag is not None:
        assert {m.rule for m in tag.matches} == {"r"}


def test_outside_keeps_the_hit_that_stands_free():
    rule = Rule(name="r", text="", query=query.parse('الأردن OUTSIDE "نهر الأردن"'))
    tag = tagged(Watchlist(id="w", title="", rules=(rule,)), body=BORDER)
    assert tag is not None
    assert [BORDER[m.start - 3 : m.start] for m in tag.matches] == ["مع "]


def test_a_word_weight_in_a_rule_multiplies_the_rule():
    rule = Rule(name="r", text="", query=query.parse("معبر^3 OR دمشق"), weight=2.0)
    tag = tagged(Watchlist(id="w", title="", rules=(rule,), threshold=6), body=BORDER)
    assert tag is not None
    assert tag.score == 6.0
    assert tagged(Watchlist(id="w", title="", rules=(rule,), threshold=6), body="دمشق") is None


def test_a_rule_on_the_article_alone_fires_without_matches():
    tree = And(nodes=(Of(key="outlet", value="sana"), Not(node=Leaf(term=Term(term="مباراة")))))
    rule = Rule(name="r", text="", query=tree)
    asked = Watchlist(id="w", title="", rules=(rule,))
    assert tagged(asked, body="خبر", feed="sana") == Tag(watchlist="w", score=1.0, matches=())
    assert tagged(asked, body="مباراة", feed="sana") is None
    assert tagged(asked, body="خبر", feed="other") is None


# ---------------------------------------------------------------- why not
def why(term: Term, body: str, **more: object) -> str:
    (told,) = Tagger(lists(term, **more)).explain(title="", body=body, language="ar")  # type: ignore[arg-type]
    for miss in told.misses:
        assert body[miss.start : miss.end] == miss.surface
    return " / ".join([*(miss.why for miss in told.misses), *told.silenced])


@pytest.mark.parametrize(
    ("term", "body", "expected"),
    [
        (Term(term="تهريب الوقود"), "تهريب السلاح والوقود", "1 word stands between «تهريب» and «والوقود»; gap is 0"),
        (Term(term="تهريب الوقود"), "تهريب مواد مثل الوقود", "2 words stand between «تهريب» and «الوقود»; gap is 0"),
        (Term(term="تهريب الوقود"), "تهريب، الوقود", "«،» stands between «تهريب» and «الوقود»"),
        (Term(term="تهريب الوقود"), "الوقود تهريب", "the words stand in another order"),
        (Term(term="القمة"), "قمة أخرى", "«قمة»: without the article that the term has"),
        (Term(term="سعد", match="name"), "السعد", "«السعد»: with an article the term does not have"),
        (Term(term="مصر", match="name"), "مصرف", "inside a longer word"),
        (Term(term="زير"), "وزير", "«وزير»: «وزير» is a word of its own"),
        (Term(term="حماس", not_as=("بحماس",)), "بحماس", "named in not_as: بحماس"),
        (Term(term="النهار", quoted=True), "وضح النهار", "not in quotation marks, and the term asks for them"),
        (Term(term="WHO", case=True), "who", "«who»: another case of letters"),
        (Term(term="رسالة"), "رساله", "«رساله»: its ه may be a pronoun: this text does not write ه for ة"),
        (Term(term="عُمان"), "عَمان", "«عَمان»: other vowels are written"),
        (Term(term="إدلب"), "إدلب1", "joined to a letter or digit"),
        (Term(term="لجان", match="exact"), "اللجان", "«اللجان»: exact allows no particle and no article"),
        (Term(term="سلام"), "حرب", "score 0 of threshold 1"),
    ],
)
def test_a_near_miss_says_what_stood_in_the_way(term: Term, body: str, expected: str):
    assert why(term, body).startswith(expected)


def test_a_silent_list_says_what_silenced_it():
    assert "exclude «نهر البارد» stands in the body at 5: «نهر البارد»" in why(
        Term(term="نهر"), "مخيم نهر البارد", exclude=(Term(term="نهر البارد"),)
    )
    assert why(Term(term="نهر"), "نهر", languages=("fa",)) == "language ar is not among its languages: fa"
    assert why(Term(term="نهر"), "نهر", outlets=("sana",)) == "feed unknown is not among its outlets: sana"
    assert why(Term(term="نهر"), "نهر", threshold=2) == "score 1 of threshold 2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("معبر AND حلب", "«حلب» is not found"),
        ("معبر AND (حلب OR حماة)", "no part of «حلب OR حماة» is found"),
        ("معبر NOT دمشق", "«دمشق» is true of the article"),
        ("دمشق NEAR/3 معبر", "«دمشق NEAR/3 معبر»: they stand more than 3 words apart, or in different paragraphs"),
        ("atleast/5:الوزير", "«الوزير» is found 2 times of 5"),
        ("title:معبر", "«معبر» is not found in the title"),
        ("دمشق UNLESS/3 معرض", "«دمشق UNLESS/3 معرض»: each hit is taken away by what follows"),
        ("معبر AND outlet:x", "«outlet:x» is not so: the article's feed or outlet is another"),
    ],
)
def test_a_rule_that_is_not_true_says_its_first_part_that_fails(text: str, expected: str):
    rule = Rule(name="border", text=text, query=query.parse(text))
    (told,) = Tagger([Watchlist(id="w", title="", rules=(rule,))]).explain(title="", body=BORDER)
    assert told.silenced[0] == f"rule border: {expected}"
    assert not told.fired


def test_explain_agrees_with_tags_on_every_case():
    for text, options, body, _ in cases():
        tagger = Tagger(lists(term_of(text, options)))
        tags, (told,) = tagger.tags(title="", body=body), tagger.explain(title="", body=body)
        assert told.fired == bool(tags)
        assert told.matches == (tags[0].matches if tags else ())
        assert not (told.fired and told.misses)


# ---------------------------------------------------------------- floors
def test_the_cases_are_as_many_as_the_floor_says():
    floors = json.loads((DATA / "floors.json").read_text(encoding="utf-8"))
    assert len(cases()) >= floors["cases"]
