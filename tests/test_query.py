"""The query language: what it means, what it refuses and where, and that any text whatever is answered."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import query
from pipeline.model import And, AtLeast, In, Leaf, Near, Node, Not, Of, Or, Outside, Term, Unless


def bare(node: Any) -> Any:
    """A tree without its columns."""
    if isinstance(node, tuple):
        return tuple(map(bare, node))
    if isinstance(node, Term) or not dataclasses.is_dataclass(node):
        return node
    fields = {f.name: bare(getattr(node, f.name)) for f in dataclasses.fields(node)}
    return type(node)(**fields | {"column": 0})  # type: ignore[arg-type]


def leaf(text: str, match: str = "word", weight: float = 1.0) -> Leaf:
    return Leaf(term=Term(term=text, match=match, weight=weight))  # type: ignore[arg-type]


def both(*nodes: Node) -> And:
    return And(nodes=nodes)


def either(*nodes: Node) -> Or:
    return Or(nodes=nodes)


a, b, c, d = (leaf(x) for x in ("aa", "bb", "cc", "dd"))

MEANINGS = [
    ("aa", a),
    ("  aa  ", a),
    ('"aa"', a),
    ("«aa»", a),
    ("“aa”", a),
    ("”aa“", a),
    ("„aa“", a),
    ("aa bb", leaf("aa bb")),
    ('"aa  bb"', leaf("aa bb")),
    ('"aa «bb» cc"', leaf("aa bb cc")),
    ("\u200fمكافحة\u200e \u202bالإرهاب\u202c", leaf("مكافحة الإرهاب")),
    ("نیرو\u200cهای قدس", leaf("نیرو\u200cهای قدس")),
    ("aa\u200bbb", leaf("aa bb")),
    ("aa AND bb", both(a, b)),
    ("aa\u00a0AND\nbb", both(a, b)),
    ("aa NOT bb", both(a, Not(node=b))),
    ("aa AND NOT bb", both(a, Not(node=b))),
    ("NOT aa AND bb", both(Not(node=a), b)),
    ("aa OR bb OR cc", either(a, b, c)),
    ("aa OR bb AND cc", either(a, both(b, c))),
    ("aa AND bb OR cc", either(both(a, b), c)),
    ("(aa OR bb) AND cc", both(either(a, b), c)),
    ("((aa))", a),
    ("(aa AND bb) AND cc", both(both(a, b), c)),
    ("aa bb AND cc dd", both(leaf("aa bb"), leaf("cc dd"))),
    ("aa NEAR/3 bb", Near(left=a, right=b, distance=3)),
    ("aa NEAR/0 bb", Near(left=a, right=b, distance=0)),
    ("aa NEAR bb", Near(left=a, right=b, distance=4)),
    ("aa NEAR/1 bb NEAR/2 cc", Near(left=Near(left=a, right=b, distance=1), right=c, distance=2)),
    ("aa AND bb NEAR cc", both(a, Near(left=b, right=c, distance=4))),
    ("aa NEAR bb NOT cc", both(Near(left=a, right=b, distance=4), Not(node=c))),
    ("(aa OR bb) NEAR/5 (cc OR dd)", Near(left=either(a, b), right=either(c, d), distance=5)),
    ("aa UNLESS/2 bb", Unless(node=a, other=b, distance=2)),
    ("aa UNLESS bb", Unless(node=a, other=b, distance=4)),
    ("aa OUTSIDE bb", Outside(node=a, other=b)),
    ('الأردن OUTSIDE "نهر الأردن"', Outside(node=leaf("الأردن"), other=leaf("نهر الأردن"))),
    ("aa OUTSIDE bb NEAR cc", Near(left=Outside(node=a, other=b), right=c, distance=4)),
    ("title:aa", In(field="title", node=a)),
    ("title: aa", In(field="title", node=a)),
    ("body:(aa OR bb)", In(field="body", node=either(a, b))),
    ("title:aa bb", In(field="title", node=leaf("aa bb"))),
    ("aa NOT title:bb", both(a, Not(node=In(field="title", node=b)))),
    ("name:بري", leaf("بري", "name")),
    ('forms:"غارة جوية"', leaf("غارة جوية", "forms")),
    ("title:exact:aa^2", In(field="title", node=leaf("aa", "exact", 2))),
    ("atleast/3:aa", AtLeast(node=a, times=3)),
    ("atleast/2:(aa OR bb)", AtLeast(node=either(a, b), times=2)),
    ("إرهاب*", leaf("إرهاب*")),
    ("عملية إرهاب*", leaf("عملية إرهاب*")),
    ("aa^3", leaf("aa", weight=3)),
    ('"aa bb" ^0.5', leaf("aa bb", weight=0.5)),
    ("aa AND lang:ar", both(a, Of(key="lang", value="ar"))),
    ('aa AND outlet:"عنب بلدي"', both(a, Of(key="outlet", value="عنب بلدي"))),
    ("aa AND outlet:عنب بلدي", both(a, Of(key="outlet", value="عنب بلدي"))),
    ("aa NOT outlet:sana", both(a, Not(node=Of(key="outlet", value="sana")))),
    ('"AND"', leaf("AND")),
    ('"war and peace"', leaf("war and peace")),
    ("ANDROID OR NOTE", either(leaf("ANDROID"), leaf("NOTE"))),
    ("AND* OR near-earth", either(leaf("AND*"), leaf("near-earth"))),
    ("aa NEAR/٥ bb", Near(left=a, right=b, distance=5)),
    ("aa UNLESS/۱۲ bb", Unless(node=a, other=b, distance=12)),
    ("atleast/٣:aa", AtLeast(node=a, times=3)),
    ("aa^٣", leaf("aa", weight=3)),
    ("aa^٠٫٥", leaf("aa", weight=0.5)),
    ('"NEAR/x" OR "AND/OR" OR ":aa"', either(leaf("NEAR/x"), leaf("AND/OR"), leaf(":aa"))),
    ("F-16 OR ta'if", either(leaf("F-16"), leaf("ta'if"))),
    ("القرار 2254", leaf("القرار 2254")),
    ("aa AND(bb)", both(a, b)),
    ("(aa)AND(bb)", both(a, b)),
]


@pytest.mark.parametrize(("text", "tree"), MEANINGS)
def test_a_query_means_its_tree(text, tree):
    assert bare(query.parse(text)) == tree


@pytest.mark.parametrize("text", [t for t, _ in MEANINGS])
def test_a_tree_written_and_read_again_is_the_same_tree(text):
    tree = query.parse(text)
    written = query.format(tree)
    assert bare(query.parse(written)) == bare(tree)
    assert query.format(query.parse(written)) == written


MISTAKES = [
    ("", 1, "the query is empty"),
    ("  \u200f ", 1, "the query is empty"),
    ("(aa OR bb AND cc", 17, ") was expected, to close the ( of column 1"),
    ("aa AND (bb OR (cc)", 19, ") was expected, to close the ( of column 8"),
    ("aa AND", 7, "a word, a phrase or ( was expected after AND; the query ends"),
    ("aa AND OR bb", 8, "a word, a phrase or ( was expected after AND; here is OR"),
    ("AND aa", 1, "a word, a phrase or ( was expected; here is AND"),
    ("aa NEAR", 8, "a word, a phrase or ( was expected after NEAR"),
    ("aa)", 3, "this ) closes nothing"),
    ("()", 2, "a word, a phrase or ( was expected after (; here is )"),
    ("aa AND ()", 9, "a word, a phrase or ( was expected after (; here is )"),
    ("«aa bb", 1, "the quotation mark « is never closed"),
    ('aa AND "bb', 8, 'the quotation mark " is never closed'),
    ('"aa" "bb"', 6, "AND, OR, NOT or NEAR was expected between two phrases"),
    ('aa "bb"', 4, "AND, OR, NOT or NEAR was expected between two phrases"),
    ("aa (bb)", 4, "AND, OR, NOT or NEAR was expected between two phrases"),
    ("aa^2 bb", 6, "AND, OR, NOT or NEAR was expected between two phrases"),
    ("aa title:bb", 4, "AND, OR, NOT or NEAR was expected between two phrases"),
    ("(aa OR bb)^2", 11, "a weight stands behind a word or phrase only"),
    ("aa^", 3, "^ wants a weight above 0"),
    ("aa^0", 3, "^ wants a weight above 0"),
    ("aa^x", 3, "^ wants a weight above 0"),
    ("aa^1e9", 3, "^ wants a weight above 0"),
    ("aa or bb", 4, "operators are written upper case: OR"),
    ("aa And bb", 4, "operators are written upper case: AND"),
    ("not aa", 1, "operators are written upper case: NOT"),
    ("aa NEAR5 bb", 4, "NEAR5 is not of this language; write NEAR/5"),
    ("aa near/5 bb", 4, "near/5 is not of this language; write NEAR/5"),
    ("aa w/5 bb", 4, "w/5 is not of this language; write NEAR/5"),
    ("aa ONEAR/5 bb", 4, "ONEAR/5 is not of this language; write NEAR/5"),
    ("aa NEAR/ bb", 4, "NEAR/ wants a whole number from 0 to 100"),
    ("aa NEAR/999 bb", 4, "NEAR/ wants a whole number from 0 to 100"),
    ("aa NEAR/x bb", 4, "NEAR/x is not of this language; write NEAR/5, or quotation marks"),
    ("aa NEAR/5bb", 4, "NEAR/5bb is not of this language; write NEAR/5"),
    ("aa NEAR-5 bb", 4, "NEAR-5 is not of this language; write NEAR/5"),
    ("aa NEAR /5 bb", 9, "a / stands right behind its operator, as in NEAR/5, without a space"),
    ("aa NEAR/١٠١ bb", 4, "NEAR/ wants a whole number from 0 to 100"),
    ("aa near/٥ bb", 4, "near/٥ is not of this language; write NEAR/5"),
    ("aa AND/OR bb", 4, "AND/OR is not of this language; write AND alone, or quotation marks for the word"),
    ("aa NOT, bb", 4, "NOT, is not of this language; write NOT alone"),
    ("aa OUTSIDE/x bb", 4, "OUTSIDE/x is not of this language; write OUTSIDE alone"),
    ("title :aa", 7, "a : stands right behind its word, as in title:, without a space"),
    ("title : aa", 7, "a : stands right behind its word"),
    ("atleast/x:aa", 1, "atleast/x:aa is not of this language; write atleast/3: before a word"),
    ("atleast 3:aa", 1, "atleast is not of this language; write atleast/3: before a word"),
    ("aa^٠", 3, "^ wants a weight above 0"),
    ("aa AND/3 bb", 4, "AND takes no number"),
    ("aa OUTSIDE/3 bb", 4, "OUTSIDE takes no number"),
    ("atleast:aa", 1, "atleast/ wants a whole number from 1 to 100, as in atleast/5"),
    ("atleast/0:aa", 1, "atleast/ wants a whole number from 1 to 100"),
    ("title/3:aa", 1, "title: takes no number"),
    ("titel:aa", 1, "titel: is not known; did you mean title:?"),
    ("TITLE:aa", 1, "TITLE: is not known; did you mean title:?"),
    ("foo:aa", 1, "foo: is not known; the words with a colon are title, body"),
    ("title:", 7, "a word, a phrase or ( was expected after title:"),
    ("title:AND bb", 7, "a word, a phrase or ( was expected after title:"),
    ("title:NOT bb", 7, "a word, a phrase or ( was expected after title:"),
    ("exact:(aa OR bb)", 7, "a word or phrase was expected after exact:"),
    ("name:title:aa", 6, "a word or phrase was expected after name:"),
    ("aa AND outlet:(x OR y)", 15, "one name was expected after outlet:, as in outlet:a OR outlet:b"),
    ("aa AND lang:Arabic", 8, "lang: wants a language's code such as ar, fa or en, not 'Arabic'"),
    ("aa AND lang:ar^2", 15, "lang: takes no weight"),
    ('"aa bb"~5', 8, "~ is not of this language; for words that stand near each other write NEAR/5"),
    ("aa && bb", 4, "& is not of this language; write AND"),
    ("aa || bb", 4, "| is not of this language; write OR"),
    ("aa | bb", 4, "| is not of this language; write OR"),
    ("+aa", 1, "+ is not of this language"),
    ("aa -bb", 4, "a - in front of a word is not of this language; write NOT bb"),
    ("!aa", 1, "a ! in front of a word is not of this language; write NOT aa"),
    ("[aa]", 1, "[ is not of this language; groups are made with ( and )"),
    ('""', 1, "the phrase is empty"),
    ('"ـــ"', 1, "the phrase holds no letter and no digit that counts"),
    ('"\u064e"', 1, "the phrase holds no letter and no digit that counts"),
    ("aa AND …", 8, "the phrase holds no letter and no digit that counts"),
    ("*", 1, "the phrase holds no letter and no digit that counts"),
    ("إر*", 3, "the phrase has a * after fewer than three letters"),
    ("aa AND بـــ*", 12, "the phrase has a * after fewer than three letters"),
    ("إر*اب", 3, "the phrase has a * that does not end a word"),
    ('"الحدود، العراق"', 1, "the phrase is cut in two by ،"),
    ('"aa. bb"', 1, "the phrase is cut in two by ."),
    ("aa, bb", 3, "the phrase is cut in two by ,"),
    ("NOT aa", 1, "NOT alone matches every article that lacks the words"),
    ("NOT aa NOT bb", 1, "NOT alone matches every article that lacks the words"),
    ("NOT (aa OR bb)", 1, "NOT alone matches every article that lacks the words"),
    ("aa OR NOT bb", 1, "a branch of this OR finds no word and would match every article"),
    ("NOT NOT aa", 5, "one NOT is enough"),
    ("lang:ar", 1, "outlet: and lang: alone match whatever is said there"),
    ("outlet:sana AND lang:ar", 1, "outlet: and lang: alone match whatever is said there"),
    ("aa NEAR (bb AND cc)", 10, "NEAR wants words, phrases or a group of OR, here is AND"),
    ("aa NEAR NOT bb", 9, "NEAR wants words, phrases or a group of OR, here is NOT"),
    ("aa NEAR lang:ar", 9, "NEAR wants words, phrases or a group of OR, here is outlet: or lang:"),
    ("aa NEAR title:(bb AND cc)", 16, "NEAR wants words, phrases or a group of OR, here is AND"),
    ("aa UNLESS NOT bb", 11, "UNLESS wants words, phrases or a group of OR, here is NOT"),
    ("atleast/2:(aa AND bb)", 12, "atleast wants words, phrases or a group of OR"),
    ("title:aa AND NOT aa", 14, "never matches: what NOT forbids is wanted by the same AND"),
    ("aa NOT aa", 4, "never matches: what NOT forbids is wanted by the same AND"),
    ("أأ NOT اا", 4, "never matches: what NOT forbids is wanted by the same AND"),
    ("exact:aa NOT aa", 10, "never matches: what NOT forbids is wanted by the same AND"),
    ("aa NOT (bb OR aa)", 4, "never matches: what NOT forbids is wanted by the same AND"),
    ("aa AND bb NOT (aa AND bb)", 11, "never matches: what NOT forbids is wanted by the same AND"),
    ("(aa AND cc) AND bb NOT aa", 20, "never matches: what NOT forbids is wanted by the same AND"),
    ("aa NEAR bb NOT bb", 12, "never matches: what NOT forbids is wanted by the same AND"),
    ("(aa cc OR aa bb) NOT aa", 18, "never matches: what NOT forbids is wanted by the same AND"),
    ('"الدولة الإسلامية" NOT الدولة', 20, "never matches: what NOT forbids is wanted by the same AND"),
    ("dd OR (aa NOT aa)", 11, "never matches: what NOT forbids is wanted by the same AND"),
    ("aa AND lang:ar AND lang:fa", 1, "never matches: an article has one language, not ar and fa; write OR"),
    ("aa AND lang:ar NOT lang:ar", 16, "never matches: what NOT forbids is wanted by the same AND"),
    ("aa AND outlet:sana AND outlet:ina", 1, "never matches: an article has one outlet, not ina and sana; write OR"),
    ("title:body:aa", 7, "never matches: no place is in the title and in the body at once"),
    ("title:(bb OR (cc AND body:aa))", 22, "never matches: no place is in the title and in the body at once"),
    ("title:aa NEAR body:bb", 1, "never matches: no place is in the title and in the body at once"),
    ("aa OUTSIDE aa", 12, "never matches: every hit is itself what it is to be kept from"),
    ("aa UNLESS/3 aa", 13, "never matches: every hit is itself what it is to be kept from"),
    ("(" * 41 + "aa" + ")" * 41, 41, "is nested deeper than 40 levels"),
    ("title:" * 50 + "aa", 241, "is nested deeper than 40 levels"),
]


@pytest.mark.parametrize(("text", "column", "what"), MISTAKES)
def test_a_query_that_is_wrong_or_useless_is_refused_with_column_and_reason(text, column, what):
    with pytest.raises(query.QueryError) as caught:
        query.parse(text)
    assert caught.value.what.startswith(what)
    assert caught.value.column == column


@pytest.mark.parametrize(
    "text",
    [
        "aa NOT exact:aa",  # the free form without the strict one
        "aa NOT title:aa",
        "aa NOT aa bb",
        "aa NOT (aa AND bb)",
        "(aa OR bb) NOT aa",
        "aa NOT atleast/3:aa",
        "aa AND outlet:sana AND outlet:سانا",  # a feed's id and an outlet's name
        "aa AND lang:ar AND lang:ar-SY",
        "aa AND (lang:ar OR lang:fa)",
        "(aa OR NOT bb) AND cc",
        "title:aa AND body:bb",
        'الأردن OUTSIDE "نهر الأردن"',
        "title:(aa OR bb) AND body:cc",
    ],
)
def test_a_query_that_can_match_is_not_refused(text):
    query.parse(text)


def test_columns_count_the_invisible_marks_of_the_text_as_given():
    with pytest.raises(query.QueryError) as caught:
        query.parse("\u200f\u200faa OR\u200e OR bb")
    assert caught.value.column == 10
    tree = query.parse("aa AND \u200f(bb OR cc)")
    assert isinstance(tree, And)
    assert [n.column for n in tree.nodes] == [1, 10]


def refusal(text: str) -> query.QueryError | None:
    """None where the text is a query."""
    try:
        query.parse(text)
    except query.QueryError as error:
        return error
    return None


# ---------------------------------------------------------------- laws
words = st.sampled_from(
    ["العراق", "سوريا", "إرهاب*", "الدولة الإسلامية", "F-16", "AND", "داعش", "war and peace", "x y z"]
)
leaves = st.builds(
    leaf,
    words,
    st.sampled_from(["word", "name", "exact", "forms"]),
    st.sampled_from([1, 1, 2, 0.5, 0.0001, 1234.5]),
)
hits = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda n: Or(nodes=tuple(n)))
        | st.builds(lambda x, y, n: Near(left=x, right=y, distance=n), inner, inner, st.integers(0, 100))
        | st.builds(lambda x, y, n: Unless(node=x, other=y, distance=n), inner, inner, st.integers(0, 100))
        | st.builds(lambda x, y: Outside(node=x, other=y), inner, inner)
        | st.builds(lambda x, n: AtLeast(node=x, times=n), inner, st.integers(1, 100))
        | st.builds(lambda x, f: In(field=f, node=x), inner, st.sampled_from(["title", "body"]))
    ),
    max_leaves=6,
)
conditions = st.builds(
    lambda key, value: Of(key=key, value="ar" if key == "lang" else value),
    st.sampled_from(["lang", "outlet"]),
    st.sampled_from(["sana", "عنب بلدي", "a:b c"]),
)
trees = st.recursive(
    hits | conditions,
    lambda inner: (
        st.lists(inner, min_size=2, max_size=3).map(lambda n: And(nodes=tuple(n)))
        | st.lists(inner, min_size=2, max_size=3).map(lambda n: Or(nodes=tuple(n)))
        | inner.map(lambda n: Not(node=n))
    ),
    max_leaves=8,
)


@given(trees)
@settings(max_examples=400)
def test_whatever_tree_is_written_reads_as_itself_unless_it_is_useless(tree):
    text = query.format(tree)
    error = refusal(text)
    if error:
        assert error.what.startswith(("never matches", "NOT alone", "a branch of this OR", "outlet: and lang:")), text
    else:
        assert bare(query.parse(text)) == tree


@given(st.text(st.sampled_from('ab()"«»“”*^~:/+-&|!. \u200f\u200b\nANDORTE0459اإةـَ') | st.characters(), max_size=60))
@settings(max_examples=600)
def test_any_text_gives_a_tree_or_an_error_inside_it(text):
    error = refusal(text)
    if error:
        assert 1 <= error.column <= len(text) + 1
        assert error.what
        assert "\n" not in error.what
    else:
        tree = query.parse(text)
        assert bare(query.parse(query.format(tree))) == bare(tree)


pieces = st.sampled_from(
    [
        "aa",
        "bb",
        '"cc dd"',
        "AND",
        "OR",
        "NOT",
        "NEAR/3",
        "OUTSIDE",
        "UNLESS",
        "(",
        ")",
        "title:",
        "name:",
        "lang:ar",
        "atleast/2:",
        "^2",
    ]
)


@given(st.lists(pieces, max_size=14).map(" ".join))
@settings(max_examples=600)
def test_any_row_of_words_of_the_language_gives_a_tree_that_writes_as_itself_or_an_error(text):
    error = refusal(text)
    if error:
        assert 1 <= error.column <= len(text) + 1
    else:
        tree = query.parse(text)
        assert bare(query.parse(query.format(tree))) == bare(tree)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        ")" * 20_000,
        "NOT " * 5_000,
        "aa NOT " * 2_800 + "aa",
        "aa OR " * 3_300 + "bb",
        "aa AND " * 2_800 + "bb",
        "aa NEAR " * 2_400 + "bb",
        "title:" * 3_300,
        "((((aa NEAR bb) NEAR " * 900,
        '"' * 19_999,
        "«" * 20_000,
        "aa*" * 6_000,
        "a" * 20_000,
        "aa " * 6_600,
        "^" * 20_000,
        "\u200f" * 20_000,
        "(aa OR NOT " * 1_800,
        '"' + "aa " * 6_600 + '"',
        "x" * 5_000_000,
        "(aa) NEAR (" * 39 + "bb" + ")" * 39,
    ],
    ids=range(20),
)
@pytest.mark.timeout(10)
def test_long_and_deep_queries_are_answered_at_once(text):
    error = refusal(text)
    assert error is None or 1 <= error.column <= len(text) + 1


def test_a_query_of_full_length_and_depth_is_judged_at_once():
    group = "(" + " OR ".join(f'"w{n} x{n} y{n} z{n}"' for n in range(700)) + ")"
    text = "(" * 35 + group + " AND z)" * 35
    assert len(text) < 20_000
    query.parse(text)


def test_a_chain_of_near_is_as_deep_as_a_tree_may_be():
    with pytest.raises(query.QueryError, match="nested deeper"):
        query.parse(" NEAR ".join(["aa"] * 42))
    assert query.format(query.parse(" NEAR ".join(["aa"] * 39)))
