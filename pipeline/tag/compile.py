"""Terms → what is looked for: specs in the lexicon, phrases in a trie, phrases with gaps in a list by their first word.

A *unit* is one thing whose hits are told apart: a term with its `also`, an excluded term, a leaf of a rule. A *sequence* is
one way to write a unit: each `also`, and names written joined or apart (عبد الله, عبدالله).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from pipeline.model import And, AtLeast, In, Leaf, Mode, Near, Node, Not, Of, Or, Outside, Term, Unless, Watchlist
from pipeline.tag.judge import vowels
from pipeline.tag.spec import Kind, Spec, Spelling
from pipeline.tag.words import Lexicon
from pipeline.text.clitics import (
    JOINING_HEADS,
    JOINING_TAILS,
    KUNYA,
    PARTING_HEADS,
    PROCLITICS,
    cases,
    constructs,
    inflected,
    opened,
    seats,
)
from pipeline.text.fold import TATWEEL, fold, key, light
from pipeline.text.lookalikes import ARTICLE_IN_WORD, STRANGE_FORMS
from pipeline.text.tokens import TOKEN, gap

STAR_LEAST = 3
"""Letters that must stand before a star."""
MOST_SPELLINGS = 8
"""Ways to join and part the names of one term; more are not looked for."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a term: at level light, as typed, with a star, with an article written apart before it, joined from two."""

    light: str
    raw: str
    star: bool = False
    article: bool = False
    solid: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """The specs of one way to write a unit."""

    unit: int
    specs: tuple[int, ...]
    words: tuple[Word, ...]
    joined: bool
    """Names in it are joined or parted otherwise than the term has them."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Something whose hits are told apart: a term, an excluded term, a leaf of the rules of one watchlist."""

    number: int
    term: Term
    watchlist: int
    role: Role
    not_as: tuple[tuple[str, ...], ...] = ()
    """Folded words of each form that never counts."""


Role = Literal["term", "exclude", "leaf"]
Trie = dict[int, "Branch"]


@dataclass(slots=True)
class Branch:
    """A place in the trie: the sequences that end here, the words that may follow."""

    ends: list[Sequence] = field(default_factory=list)
    after: Trie = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """All watchlists, compiled."""

    watchlists: tuple[Watchlist, ...]
    lexicon: Lexicon = field(default_factory=Lexicon)
    units: list[Unit] = field(default_factory=list)
    trie: Trie = field(default_factory=dict)
    gapped: dict[int, list[Sequence]] = field(default_factory=dict)
    """Sequences with words between, by their first spec."""
    leaves: list[dict[Term, int]] = field(default_factory=list)
    """Units of each watchlist's rules, by the term of the leaf."""
    sequences: list[Sequence] = field(default_factory=list)
    """All of them, for those who explain."""


def compiled(watchlists: Iterable[Watchlist], lookalikes: frozenset[str] = frozenset()) -> Plan:
    """Everything that the lists look for, ready to be found."""
    plan = Plan(tuple(watchlists), Lexicon(lookalikes))
    for at, watchlist in enumerate(plan.watchlists):
        for term in dict.fromkeys(watchlist.terms):
            _add(plan, at, term, "term")
        for term in dict.fromkeys(watchlist.exclude):
            _add(plan, at, term, "exclude")
        found: dict[Term, int] = {}
        for rule in watchlist.rules:
            for leaf in leaves(rule.query):
                if leaf.term not in found:
                    found[leaf.term] = _add(plan, at, leaf.term, "leaf")
        plan.leaves.append(found)
    return plan


def spellings(term: Term) -> Iterator[tuple[Spelling, ...]]:
    """Each way to write a term, word by word: no text without all the words of one of them has a hit of it."""
    plan = compiled([Watchlist(id="", title="", terms=(term,))])
    for sequence in plan.sequences:
        yield tuple(plan.lexicon.spelling(spec) for spec in sequence.specs)


def certain(term: Term, lookalikes: frozenset[str] = frozenset()) -> frozenset[str]:
    """Ways to write a term of one word that are hits of it wherever they stand between white space; not all such ways."""
    if term.quoted or term.not_as:
        return frozenset()
    plan = compiled([Watchlist(id="", title="", terms=(term,))], lookalikes)
    found: set[str] = set()
    for sequence in plan.sequences:
        if len(sequence.specs) == 1 and not sequence.words[0].star:
            spec = sequence.specs[0]
            written = (particles + plan.lexicon.specs[spec].light for particles in PROCLITICS)
            found.update(raw for raw in written if _sure(plan.lexicon, raw, spec))
    return frozenset(found)


def _sure(lexicon: Lexicon, raw: str, spec: int) -> bool:
    whole = TOKEN.fullmatch(raw) is not None
    return whole and any(found.spec == spec and not found.needs for found in lexicon.look(raw))


def leaves(node: Node) -> Iterator[Leaf]:
    """The words and phrases of a query, from left to right."""
    waiting: list[Node] = [node]
    while waiting:
        match waiting.pop():
            case Leaf() as leaf:
                yield leaf
            case And(nodes=nodes) | Or(nodes=nodes):
                waiting.extend(reversed(nodes))
            case In(node=one) | Not(node=one) | AtLeast(node=one):
                waiting.append(one)
            case Near(left=left, right=right):
                waiting += [right, left]
            case Unless(node=one, other=other) | Outside(node=one, other=other):
                waiting += [other, one]
            case Of():
                pass


def written(text: str) -> list[Word]:
    """The words of a term. Particles written apart (الـ«ناتو») are dropped, an article among them is remembered."""
    places = [hit.span() for hit in TOKEN.finditer(text)]
    found: list[Word] = []
    article = False
    for at, (start, end) in enumerate(places):
        raw = text[start:end]
        plain = light(raw)
        apart = PROCLITICS.get(key(plain)) if at + 1 < len(places) else None
        if apart and _parted(text, places[at], places[at + 1]):
            article = apart.article
            continue
        star = text.startswith("*", end) and len(plain) >= STAR_LEAST
        found.append(Word(plain, raw, star=star, article=article))
        article = False
    return found


def _parted(text: str, left: tuple[int, int], right: tuple[int, int]) -> bool:
    kind = gap(text, left, right)
    return kind in {"joined", "quote"} or (kind == "blank" and text[left[1] - 1] == TATWEEL)


# ---------------------------------------------------------------- one term
def _add(plan: Plan, watchlist: int, term: Term, role: Role) -> int:
    forms = tuple(tuple(TOKEN.findall(fold(form))) for form in term.not_as)
    unit = Unit(len(plan.units), term, watchlist, role, tuple(f for f in forms if f))
    plan.units.append(unit)
    for text in (term.term, *term.also):
        for joined, words in _spellings(written(text), term.match):
            specs = tuple(_specs(plan.lexicon, words, term))
            sequence = Sequence(unit.number, specs, tuple(words), joined)
            plan.sequences.append(sequence)
            if term.gap and len(specs) > 1:
                plan.gapped.setdefault(specs[0], []).append(sequence)
            else:
                _plant(plan.trie, sequence)
    return unit.number


def _plant(trie: Trie, sequence: Sequence) -> None:
    branch = None
    for spec in sequence.specs:
        branch = trie.get(spec)
        if branch is None:
            branch = trie[spec] = Branch()
        trie = branch.after
    if branch is not None:
        branch.ends.append(sequence)


def _spellings(words: list[Word], mode: Mode) -> list[tuple[bool, list[Word]]]:
    """The words as written, then with names joined or parted otherwise."""
    if not words:
        return []
    found: list[tuple[bool, list[Word]]] = [(False, words)]
    if mode == "exact":
        return found
    seen = {tuple(w.light for w in words)}
    for joined in found:  # grows while it is walked: each new spelling may be joined or parted once more
        for other in _once(joined[1]):
            mark = tuple(w.light for w in other)
            if mark not in seen and len(found) < MOST_SPELLINGS:
                seen.add(mark)
                found.append((True, other))
    return found


def _once(words: list[Word]) -> Iterator[list[Word]]:
    for at, (left, right) in enumerate(pairwise(words)):
        if left.star or right.star:
            continue
        named = left.light in JOINING_HEADS and len(right.light) >= 3
        ended = right.light in JOINING_TAILS and 2 <= len(left.light) <= 5 and not left.light.startswith("ال")
        if named or ended:
            one = left.light + right.light
            yield [*words[:at], Word(one, one, solid=True), *words[at + 2 :]]
    for at, word in enumerate(words):
        if word.star:
            continue
        for head, tail in _parts(word.light):
            yield [*words[:at], Word(head, head), Word(tail, tail), *words[at + 1 :]]


def _parts(word: str) -> Iterator[tuple[str, str]]:
    if word.startswith(PARTING_HEADS) and len(word) >= (7 if word.startswith("عبدال") else 6):
        yield word[:3], word[3:]
    for tail in JOINING_TAILS:
        if word.endswith(tail) and 2 <= len(word) - len(tail) <= 5 and not word.startswith("ال"):
            yield word[: -len(tail)], tail


# ---------------------------------------------------------------- one word
def _definite(word: Word) -> bool:
    if word.article:
        return True
    return word.light.startswith("ال") and len(word.light) >= 4 and key(word.light) not in ARTICLE_IN_WORD


def _specs(lexicon: Lexicon, words: list[Word], term: Term) -> Iterator[int]:
    some_definite = any(map(_definite, words))
    for at, word in enumerate(words):
        mode: Mode = "name" if word.solid and term.match == "word" else term.match
        alone = len(words) == 1
        definite = _definite(word)
        core = word.light[2:] if definite and not word.article and mode != "exact" else word.light
        spec = Spec(
            light=core,
            article=_article(term, word, definite=definite, alone=alone, some_definite=some_definite, mode=mode),
            mode=mode,
            first=at == 0,
            alone=alone,
            gap=bool(term.gap),
            star=word.star,
            marks=_marks(word, core),
            case=unicodedata.normalize("NFC", word.raw) if term.case and word.light.isascii() else "",
        )
        more: list[tuple[str, Kind]] = []
        if mode != "exact" and not alone:
            more += [(other, "case") for other in KUNYA.get(core, ())]
        if at and word.light.startswith("و") and len(word.light) > 3:
            more.append((word.light[1:], "apart"))
        yield lexicon.add(spec, [*_forms(spec), *more])


def _article(
    term: Term, word: Word, *, definite: bool, alone: bool, some_definite: bool, mode: Mode
) -> Literal["wanted", "free", "none"]:
    if mode == "exact" or word.light.isascii():
        return "wanted" if word.article else "free"
    if term.article == "any":
        return "free"
    if definite:
        return "wanted"
    if mode == "name":
        return "none"
    return "free" if alone or not some_definite else "none"


def _marks(word: Word, core: str) -> tuple[str, ...]:
    found = vowels(word.raw)
    return found[len(word.light) - len(core) :] if any(found) else ()


def _forms(spec: Spec) -> Iterator[tuple[str, Kind]]:
    """The spellings of a spec; they follow from it alone, because terms that share it share them."""
    core = spec.light
    yield core, "word"
    if spec.mode == "exact" or spec.star:
        return
    if spec.article == "wanted" and core.startswith("ت"):
        yield "ال" + core, "whole"  # «التعاون», and «التزام», whose ال no rule can tell from it
    for form in seats(core):
        yield form, "word"
    if spec.mode == "name":
        return
    shapes: dict[str, Kind] = {core: "word"}
    if spec.mode == "forms":
        shapes |= {form: "form" for form in sorted(inflected(core, STRANGE_FORMS)) if form != core}
    for form in (*cases(core), *constructs(core)):
        shapes.setdefault(form, "case")
    for form, kind in shapes.items():
        if form != core:
            yield form, kind
        stem = opened(form)
        if stem is None and form.endswith("ه") and not spec.alone:
            stem = form[:-1] + "ت"  # a phrase typed with ه for ة
        if stem is not None:
            yield stem, "opened"
