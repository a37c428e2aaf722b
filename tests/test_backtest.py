from collections.abc import Sequence
from datetime import UTC, datetime

from pipeline import query
from pipeline.backtest import Comparison, compare
from pipeline.model import Article, Attribution, Filed, Placement, Rule, Term, Watchlist


def filed(id_: str, body: str, *, outlet: str = "o") -> Filed:
    article = Article(
        id=id_,
        url=f"https://example.org/{id_}",
        feed="f",
        outlet=outlet,
        title="",
        body=body,
        first_seen=datetime(2024, 1, 1, tzinfo=UTC),
    )
    origin = Attribution(outlet=outlet, basis="earliest", evidence="")
    return Filed(
        article=article,
        placement=Placement(story=id_, relation="original", original=id_, similarity=1.0, origin=origin),
    )


def listed(*terms: str, rules: Sequence[Rule] = (), threshold: float = 1) -> Watchlist:
    made = tuple(Term(term=term) for term in terms)
    return Watchlist(id="w", title="w", terms=made, rules=tuple(rules), threshold=threshold)


def verdicts(found: Comparison) -> dict[str, str]:
    return {row.article.id: row.verdict for row in found.rows}


def counted(kept: int, gained: int, lost: int) -> dict[str, int]:
    return {"kept": kept, "gained": gained, "lost": lost}


def test_a_term_that_goes_is_lost_where_the_article_stays_for_another_term():
    found = compare(listed("قسد", "داعش"), listed("داعش"), [filed("a", "اشتباك بين قسد وداعش")])
    assert verdicts(found) == {"a": "kept"}
    assert found.by_term() == {"داعش": counted(1, 0, 0), "قسد": counted(0, 0, 1)}


def test_a_term_that_comes_is_gained_where_the_article_was_there_before():
    found = compare(listed("داعش"), listed("قسد", "داعش"), [filed("a", "اشتباك بين قسد وداعش"), filed("b", "بيان قسد")])
    assert verdicts(found) == {"a": "kept", "b": "gained"}
    assert found.by_term() == {"قسد": counted(0, 2, 0), "داعش": counted(1, 0, 0)}


def test_a_rule_is_counted_as_a_term_is():
    rule = Rule(name="border", text="حدود NEAR العراق", query=query.parse("حدود NEAR العراق"))
    archive = [filed("a", "على حدود العراق"), filed("b", "خبز العراق")]
    found = compare(listed("العراق", rules=[rule]), listed("العراق"), archive)
    assert found.by_term() == {"العراق": counted(2, 0, 0), "border": counted(0, 0, 1)}


def test_what_a_raised_threshold_silences_is_lost_for_every_term_of_the_article():
    archive = [filed("a", "قسد وداعش"), filed("b", "قسد")]
    found = compare(listed("قسد", "داعش"), listed("قسد", "داعش", threshold=2), archive)
    assert verdicts(found) == {"a": "kept", "b": "lost"}
    assert found.by_term() == {"قسد": counted(1, 0, 1), "داعش": counted(1, 0, 0)}
    assert [m.surface for m in found.of("lost")[0].matches] == ["قسد"]


def test_to_a_watchlist_that_is_new_everything_is_gained():
    found = compare(None, listed("قسد"), [filed("a", "بيان قسد", outlet="x"), filed("b", "خبز", outlet="y")])
    assert (found.read, verdicts(found)) == (2, {"a": "gained"})
    assert found.by_term() == {"قسد": counted(0, 1, 0)}
    assert found.by_outlet() == {"x": counted(0, 1, 0)}
