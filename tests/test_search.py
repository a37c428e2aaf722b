"""Search finds exactly what the tagger would tag."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import query, search
from pipeline.model import Article, Attribution, Entry, FeedState, Leaf, Not, Placement, Rule, Term, Watchlist
from pipeline.search import Search, needed, shapes
from pipeline.store import Store
from pipeline.store.index import All, Some, Wanted, Word
from pipeline.tag import Tagger, certain
from pipeline.text.fold import fold
from pipeline.text.index import index_terms

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASES = Path(__file__).parent / "data" / "tag" / "terms.txt"


def admits(wanted: Wanted | None, terms: set[str]) -> bool:
    """What a database answers, in plain Python."""
    match wanted:
        case None:
            return True
        case Word(terms=words, stems=stems):
            return bool(terms.intersection(words)) or any(t.startswith(stem) for t in terms for stem in stems)
        case All(parts=parts):
            return all(admits(part, terms) for part in parts)
        case Some(parts=parts):
            return any(admits(part, terms) for part in parts)


def terms_and_texts() -> list[tuple[Term, str]]:
    found = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            text, options, body, _ = line.replace("| |", "|  |").split(" | ")
            mode = next((o for o in options.split() if o in {"name", "exact", "forms"}), "word")
            gap = next((int(o[4:]) for o in options.split() if o.startswith("gap=")), 0)
            found.append((Term(term=text, match=mode, gap=gap), body.replace("\\n", "\n")))
    return found


def test_the_index_admits_every_text_that_a_term_is_found_in():
    found = 0
    for term, _ in terms_and_texts():
        tagger = Tagger([Watchlist(id="w", title="", terms=(term,))])
        wanted = needed(Leaf(term=term))
        for _, body in terms_and_texts():
            if tagger.tags(title="", body=body):
                found += 1
                assert admits(wanted, set(index_terms(body))), (term, body)
    assert found > 200


LETTERS = "اأإآبتلكمنهويىةءفو"
PIECE = st.sampled_from([*LETTERS, "ال", "وال", "لل", "ـ", "\u064e", "\u200f", "ون", "ين", "ها", "هم"])
PIECES = st.lists(PIECE, min_size=1, max_size=5).map("".join)


@settings(max_examples=400)
@given(
    st.lists(PIECES, min_size=1, max_size=3),
    st.lists(PIECES, max_size=6),
    st.sampled_from(["word", "name", "forms", "exact"]),
    st.data(),
)
def test_the_index_never_hides_what_the_tagger_finds(words: list[str], more: list[str], mode: str, data: st.DataObject):
    term = Term(
        term=" ".join(words) + data.draw(st.sampled_from(["", "*"])), match=mode, gap=data.draw(st.integers(0, 1))
    )
    front = data.draw(st.sampled_from(["", "و", "ب", "ال", "وبال", "لل", "لـ«"]))
    behind = data.draw(st.sampled_from(["", "ها", "هم", "ا", "نا", "ون"]))
    body = f"{' '.join(more)} {front}{' '.join(words)}{behind} {' '.join(more)}"
    if Tagger([Watchlist(id="w", title="", terms=(term,))]).tags(title="", body=body):
        assert admits(needed(Leaf(term=term)), set(index_terms(body)))


# ---------------------------------------------------------------- in an archive
TEXTS = {
    "bank": ("رفع الفائدة", "أعلن البنك المركزي رفع سعر الفائدة نقطتين."),
    "banks": ("سيولة", "قالت البنوك إن السيولة كافية، ولم يعلق المصرف."),
    "border": ("الحدود", "أغلق الجيش معبر البوكمال مع العراق بعد اشتباكات.\nوقال المصدر إن البنك أغلق."),
    "english": ("Central bank", "The bank raised rates; Erdoğan’ın did not."),
}


def filed(store: Store, name: str, n: int) -> None:
    title, body = TEXTS[name]
    entry = Entry(feed="f", guid=name, url=f"https://a.example/{name}", title=title)
    store.save_feed(FeedState(feed="f"), [(entry, entry.url)], now=NOW)
    article = Article(
        id=name,
        url=f"https://a.example/{name}",
        feed="f",
        outlet="الراصد",
        title=title,
        body=body,
        language="en" if name == "english" else "ar",
        first_seen=NOW + timedelta(hours=n),
    )
    placement = Placement(
        story=name,
        relation="original",
        original=name,
        similarity=1.0,
        origin=Attribution(outlet="الراصد", basis="earliest"),
    )
    assert store.save_article(
        next(p for p in store.pending(NOW) if p.entry.guid == name),
        article,
        placement,
        moved={},
        tags=(),
        version="v",
        fingerprint={"v": 1},
        text_hash=name,
        band_keys=(),
    )


@pytest.fixture
def store(store_url):
    opened = Store(store_url)
    for n, name in enumerate(TEXTS):
        filed(opened, name, n)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("بنك", ["border", "bank"]),
        ("بنك OR بنوك", ["border", "banks", "bank"]),
        ('"البنك المركزي"', ["bank"]),
        ("forms:بنك AND فائدة", ["bank"]),
        ("بنو*", ["banks"]),
        ("بنك NOT معبر", ["bank"]),
        ("معبر NEAR/2 العراق", ["border"]),
        ("معبر NEAR/9 بنك", []),
        ("title:الحدود", ["border"]),
        ("body:الحدود", []),
        ("بنك UNLESS/1 مركزي", ["border"]),
        ("atleast/2:بنك", []),
        ("bank AND lang:en", ["english"]),
        ("(bank OR بنك) AND lang:ar", ["border", "bank"]),
        ('outlet:"الراصد" AND اشتباك*', ["border"]),
        ("erdogan", ["english"]),
        ("بنك^0.25", ["border", "bank"]),
        ("مصرفي", []),
    ],
)
def test_a_query_finds_its_articles_newest_first_with_their_hits(store, text, expected):
    found = list(Search(store, query.parse(text)))
    assert [one.article.id for one in found] == expected
    for one in found:
        assert one.matches
        for match in one.matches:
            assert (one.article.title if match.field == "title" else one.article.body)[
                match.start : match.end
            ] == match.surface


def test_a_search_finds_what_reading_everything_finds(store):
    for text in (
        "بنك",
        "بنك NOT معبر",
        "بنك NOT (نوك OR مركزي)",
        "بنك NOT title:الفائدة",
        "بنك NOT فائدة NOT عراق",
        "مصرف OR معبر",
        "بنو* AND سيولة",
        "lang:en AND bank",
    ):
        tree = query.parse(text)
        tagger = Tagger([Watchlist(id="q", title="", rules=(Rule(name="q", text="", query=tree),))])
        all_read = [
            a.id for a in store.candidates(None) if tagger.tags(title=a.title, body=a.body, language=a.language)
        ]
        assert [one.article.id for one in Search(store, tree)] == all_read


def test_an_article_with_a_plain_word_that_the_query_denies_is_not_judged(store, monkeypatch):
    judged = []

    class Counting(Tagger):
        def tags(self, **given):
            judged.append(given["title"])
            return super().tags(**given)

    monkeypatch.setattr(search, "Tagger", Counting)
    asked = Search(store, query.parse("بنك NOT (معبر OR بترول)"))
    assert [one.article.id for one in asked] == ["bank"]
    assert asked.read == 1  # the other one has «معبر» between two spaces, so the store leaves it out
    assert judged == ["رفع الفائدة"]
    monkeypatch.setattr(search, "_plainest", lambda words: [])
    asked = Search(store, query.parse("بنك NOT (معبر OR بترول)"))
    assert [one.article.id for one in asked] == ["bank"]
    assert asked.read == 2
    assert judged == ["رفع الفائدة"] * 2


def test_a_thousand_denied_words_are_as_good_as_one(store):
    many = " ".join(
        f"NOT كلمة{'بتجدر'[n % 5]}{'سصطعف'[n // 5 % 5]}{'كلمنه'[n // 25 % 5]}{'شقزخح'[n // 125]}" for n in range(600)
    )
    assert [one.article.id for one in Search(store, query.parse(f"بنك {many} NOT معبر"))] == ["bank"]


def test_the_store_is_asked_for_the_commonest_spellings_of_denied_words():
    found = search._plainest([certain(Term(term="بنك")), certain(Term(term="معبر"))])
    assert len(found) == search.DENYING
    assert {" بنك ", " البنك ", " وبنك ", " معبر ", " المعبر "} <= set(found)
    assert len(search._plainest([certain(Term(term="بنك"))] * 100)) == search.DENYING
    assert search._plainest([]) == []


def test_an_article_without_the_phrase_is_not_judged(store):
    asked = Search(store, query.parse('"بنك الفائدة"'))
    assert not list(asked)
    assert asked.read == 0
    asked = Search(store, query.parse("بنك AND الفائدة"))
    assert list(asked)
    assert asked.read


def likely(node, text: str) -> bool:
    return all(re.search(shape, fold(text)) for shape in shapes(node))


def test_every_text_that_a_term_is_found_in_looks_like_it():
    found = 0
    for term, _ in terms_and_texts():
        tagger = Tagger([Watchlist(id="w", title="", terms=(term,))])
        for _, body in terms_and_texts():
            if tagger.tags(title="", body=body):
                found += 1
                assert likely(Leaf(term=term), body), (term, body)
    assert found > 200


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, min_size=2, max_size=3), st.sampled_from(["word", "name", "forms", "exact"]), st.data())
def test_no_text_with_a_phrase_looks_otherwise(words: list[str], mode: str, data: st.DataObject):
    """Between the words whatever a phrase may run across, and more."""
    between = st.sampled_from(
        [" ", "\u00a0", "» «", "-", "_", " ـ ", "ـ", "", " الـ«", " لـ ", " و ", "\u200b", "ﷺ", "\n", ". ", " ثم "]
    )
    joined = st.sampled_from(["", "", "و", "ال", "وبال", "لل"])
    ending = st.sampled_from(["", "", "ها", "ا", "هم"])
    text = "".join(
        piece for word in words for piece in (data.draw(between), data.draw(joined), word, data.draw(ending))
    )
    term = Term(term=" ".join(words), match=mode)
    if Tagger([Watchlist(id="w", title="", terms=(term,))]).tags(title="", body=text):
        assert likely(Leaf(term=term), text)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('"بنك مركزي"', 1),
        ("بنك", 0),
        ('"بنك مركز*"', 0),
        ('"بنك مركزي" OR "سعر الفائدة"', 1),
        ('"بنك مركزي" OR سعر', 0),
        ('"بنك مركزي" AND title:"سعر الفائدة"', 2),
        ('"بنك مركزي" NOT "سعر الفائدة"', 1),
        ('"بنك مركزي" NEAR/3 سعر', 1),
    ],
)
def test_only_phrases_have_a_shape(text: str, count: int):
    assert len(shapes(query.parse(text))) == count


def test_a_long_line_of_signs_or_of_first_words_takes_no_longer_than_its_length():
    shape = re.compile(shapes(query.parse('"بنك مركزي قديم"'))[0])
    for piece in ("بنك ", "بنك", "بنك و ", "بنك-", "بنك مركزي ", "«»- ", "بنك" + "-" * 1000):
        times = []
        for size in (50_000, 400_000):
            text = piece * (size // len(piece))
            begun = time.process_time()
            assert shape.search(text) is None
            times.append(time.process_time() - begun)
        assert times[1] < 40 * times[0] + 0.1


def test_what_is_certain_of_a_term_is_a_hit_of_it_wherever_it_stands():
    seen = 0
    for term, _ in terms_and_texts():
        for mode in ("word", "name", "forms", "exact"):
            one = Term(term=term.term, match=mode)
            tagger = Tagger([Watchlist(id="w", title="", terms=(one,))])
            for surface in certain(one):
                seen += 1
                for body in (surface, f"قالت {surface} ثم", f"و {surface} 7", f"المدرسه الكبيره {surface}\n\nفى مصر"):
                    assert tagger.tags(title="", body=body), (term, mode, body)
    assert seen > 2_000


@pytest.mark.parametrize(
    ("term", "surface"),
    [
        (Term(term="زير"), "وزير"),
        (Term(term="سد النهضة"), "سد"),
        (Term(term="إرهاب*"), "إرهاب"),
        (Term(term="مدرسة"), "مدرسه"),
        (Term(term="فتح", quoted=True), "فتح"),
        (Term(term="حماس", not_as=("بحماس",)), "بحماس"),
        (Term(term="US", case=True), "us"),
    ],
)
def test_what_hangs_on_the_surroundings_or_is_refused_is_not_certain(term: Term, surface: str):
    assert surface not in certain(term)


def test_few_articles_are_read_for_a_word_that_few_have(store):
    asked = Search(store, query.parse("معبر"))
    assert [one.article.id for one in asked] == ["border"]
    assert asked.read == 1
    assert asked.stopped is None


def test_a_question_that_the_index_cannot_help_with_reads_so_many_and_says_so(store, monkeypatch):
    monkeypatch.setattr(search, "SCANNED", 2)
    asked = Search(store, Not(node=Leaf(term=Term(term="معبر"))))
    assert [one.article.id for one in asked] == ["english"]
    assert asked.read == 2
    assert asked.stopped == NOW + timedelta(hours=1)


def test_an_index_of_other_rules_is_not_asked(store):
    store.save_notes(index=0)
    asked = Search(store, query.parse("معبر"))
    assert [one.article.id for one in asked] == ["border"]
    assert asked.read == 4


def test_what_the_archive_taught_holds_in_a_search_too(store):
    found = Search(store, query.parse("نوك"), lookalikes=frozenset({"بنوك"}))
    assert [one.article.id for one in found] == []
