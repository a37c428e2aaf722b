from datetime import UTC, datetime

import pytest

from pipeline import lint, query
from pipeline.model import Article, Rule, Term, Watchlist


def warned(*terms: Term, **more: object) -> list[str]:
    made = Watchlist(id="w", title="w", path="w.yaml", terms=terms, **more)  # type: ignore[arg-type]
    return [str(problem) for problem in lint.warnings([made])]


def term(text: str, line: int, **options: object) -> Term:
    return Term(term=text, line=line, column=5, **options)  # type: ignore[arg-type]


def test_a_sound_list_gives_no_warning():
    terms = [
        term("أزمة الخبز", 3),
        term("نبيه بري", 4),
        term("النهار", 5, quoted=True),
        term("نازح*", 6),
        term("WHO", 7, case=True),
    ]
    assert warned(*terms, exclude=(Term(term="أزمة الخبز الفرنسي"),)) == []


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (
            (term("الخبز", 3), term("أزمة الخبز", 4)),
            "w.yaml:4:5: every text with «أزمة الخبز» is found by «الخبز» already",
        ),
        (
            (term("أزمة الخبز", 3), term("ازمه الخبز", 4)),
            "w.yaml:4:5: «ازمه الخبز» is the same as «أزمة الخبز» in line 3",
        ),
        ((term("كوفيد: 19", 3),), "w.yaml:3:5: «كوفيد: 19» is not found even in a text that holds it"),
        ((term("؟!", 3),), "w.yaml:3:5: «؟!» is not found even in a text that holds it"),
        ((term("فتح", 3),), "w.yaml:3:5: «فتح» is an everyday word too"),
        ((term("الحياة", 3),), "w.yaml:3:5: «الحياة» is an everyday word too"),
        ((term("رساله", 3),), "w.yaml:3:5: «رساله» ends in ه and does not find ة"),
        ((term("ري", 3),), "w.yaml:3:5: 'ري' is short"),
    ],
    ids=lambda v: v if isinstance(v, str) else "",
)
def test_a_doubtful_term_is_named_with_its_place(terms: tuple[Term, ...], expected: str):
    assert any(line.startswith(expected) for line in warned(*terms)), warned(*terms)


def test_a_term_whose_every_text_is_excluded_is_named():
    (line,) = warned(term("أزمة الخبز", 3), exclude=(Term(term="الخبز"),))
    assert line == "w.yaml:3:5: every text with «أزمة الخبز» is silenced by exclude; take one of the two out"


def test_a_term_is_not_swallowed_where_its_weight_still_counts():
    assert warned(term("الخبز", 3), term("أزمة الخبز", 4), threshold=2) == []


def test_a_term_that_asks_for_quotation_marks_swallows_nothing():
    assert warned(term("النهار", 3, quoted=True), term("صحيفة النهار", 4)) == []


def test_a_name_that_stands_twice_is_told_once():
    assert warned(term("أزمة الخبز", 3), term("أزمة الخبز", 4)) == [
        "w.yaml:4:5: 'أزمة الخبز' stands in line 3 too; one of them is enough"
    ]
    assert warned(term("قوات النظام", 3, also=("أزمة الخبز",)), term("أزمة الخبز", 4)) == [
        "w.yaml:4:5: 'أزمة الخبز' stands in line 3 too; one of them is enough"
    ]


def article(body: str, language: str | None = None) -> Article:
    return Article(
        id="a",
        url="https://example.org",
        feed="f",
        outlet="o",
        title="",
        body=body,
        language=language,
        first_seen=datetime(2024, 1, 1, tzinfo=UTC),
    )


def test_a_term_that_stands_in_many_articles_of_the_archive_is_named():
    made = Watchlist(
        id="w", title="w", path="w.yaml", terms=(term("أزمة الخبز", 3), term("المخبز الآلي", 4)), threshold=2
    )
    archive = [article("أزمة الخبز" if n % 10 == 0 else "المخبز الآلي" if n == 1 else "خبر") for n in range(200)]
    counts = lint.count([made], archive)
    assert counts == lint.Counts(articles=200, found={("w", "أزمة الخبز"): 20, ("w", "المخبز الآلي"): 1})
    assert [str(p) for p in lint.warnings([made], counts)] == [
        "w.yaml:3:5: «أزمة الخبز» is found in 20 of the archive's 200 articles; make it a phrase, or a rule with NEAR"
    ]


def test_shares_of_a_small_archive_say_nothing():
    made = Watchlist(id="w", title="w", path="w.yaml", terms=(term("أزمة الخبز", 3),))
    assert lint.warnings([made], lint.count([made], [article("أزمة الخبز")] * 50)) == ()


def test_a_rule_with_a_language_counts_the_articles_of_that_language_only():
    rule = Rule(name="r", text="lang:fa AND خبز", query=query.parse("lang:fa AND خبز"), line=3, column=5)
    made = Watchlist(id="w", title="w", path="w.yaml", rules=(rule,))
    archive = [article("خبز", "ar")] * 3 + [article("خبز", "fa")] * 2
    assert lint.count([made], archive) == lint.Counts(articles=5, found={("w", "r"): 2})
