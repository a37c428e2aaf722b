"""A query tree over hits: is it true of the article, and which hits made it so.

`NOT` speaks of the whole article and gives no hits. `UNLESS` and `OUTSIDE` take hits away. `NEAR` keeps the hits of both
sides that have a partner in reach. Each operator sorts its hits once and searches by halving, so a rule costs
n log n in its hits.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.model import And, AtLeast, In, Leaf, Near, Node, Not, Of, Or, Outside, Term, Unless
from pipeline.tag.find import Field, Hit
from pipeline.tag.scan import Scan
from pipeline.text.fold import fold


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an article beside its text."""

    feed: str | None = None
    outlet: str = ""
    language: str | None = None


class Answer(NamedTuple):
    """Whether a node is true, and its hits."""

    true: bool
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a tree is evaluated on."""

    hits: Mapping[int, list[Hit]]
    units: Mapping[Term, int]
    scans: Mapping[Field, Scan]
    facts: Facts


def evaluate(node: Node, ground: Ground, *, field: str | None = None, doubt: bool = True) -> Answer:
    """`field`: only hits there. `doubt`: what an article of unknown language counts as; turned round under NOT."""
    match node:
        case Leaf(term=term):
            found = ground.hits.get(ground.units[term], [])
            return _of([hit for hit in found if field is None or hit.field == field])
        case In(field=inner, node=one):
            return Answer(False, []) if field not in {None, inner} else evaluate(one, ground, field=inner, doubt=doubt)
        case Of(key=key, value=value):
            return Answer(_holds(key, value, ground.facts, doubt=doubt), [])
        case Not(node=one):
            return Answer(not evaluate(one, ground, field=field, doubt=not doubt).true, [])
        case And(nodes=nodes):
            answers = [evaluate(one, ground, field=field, doubt=doubt) for one in nodes]
            true = all(answer.true for answer in answers)
            return Answer(true, _together(answers) if true else [])
        case Or(nodes=nodes):
            answers = [a for a in (evaluate(one, ground, field=field, doubt=doubt) for one in nodes) if a.true]
            return Answer(bool(answers), _together(answers))
        case AtLeast(node=one, times=times):
            answer = evaluate(one, ground, field=field, doubt=doubt)
            true = len({(hit.field, hit.first) for hit in answer.hits}) >= times
            return Answer(true, answer.hits if true else [])
        case Near(left=left, right=right, distance=distance):
            ones, others = (evaluate(side, ground, field=field, doubt=doubt).hits for side in (left, right))
            near = [*_within(ones, others, distance, ground), *_within(others, ones, distance, ground)]
            return _of(list(dict.fromkeys(near)))
        case Unless(node=kept, other=off, distance=distance):
            ones, others = (evaluate(side, ground, field=field, doubt=doubt).hits for side in (kept, off))
            gone = set(_within(ones, others, distance, ground, touching=True))
            return _of([hit for hit in ones if hit not in gone])
        case Outside(node=kept, other=off):
            ones, others = (evaluate(side, ground, field=field, doubt=doubt).hits for side in (kept, off))
            return _of(_outside(ones, others))


def _of(hits: list[Hit]) -> Answer:
    return Answer(bool(hits), hits)


def _together(answers: list[Answer]) -> list[Hit]:
    return list(dict.fromkeys(hit for answer in answers for hit in answer.hits))


def _holds(key: str, value: str, facts: Facts, *, doubt: bool) -> bool:
    if key == "outlet":
        return value == facts.feed or (bool(facts.outlet) and fold(value).split() == fold(facts.outlet).split())
    return doubt if facts.language is None else primary(value) == primary(facts.language)


def primary(language: str) -> str:
    """The first part of a language tag: ar of ar-SY."""
    return language.replace("_", "-").partition("-")[0].casefold()


def _within(one: list[Hit], other: list[Hit], distance: int, ground: Ground, *, touching: bool = False) -> list[Hit]:
    """Hits of `one` that have a hit of `other` in their paragraph with at most `distance` words between; `touching`: or over it."""
    kept: list[Hit] = []
    for field, scan in ground.scans.items():
        others = [hit for hit in other if hit.field == field]
        if not others:
            continue
        firsts = sorted(hit.first for hit in others)
        lasts = sorted(hit.last for hit in others)
        spans = _Covering(others)
        for hit in one:
            if hit.field != field:
                continue
            following = bisect_right(firsts, hit.last)
            before = bisect_left(lasts, hit.first) - 1
            near = (following < len(firsts) and _reach(scan, hit.last, firsts[following], distance)) or (
                before >= 0 and _reach(scan, lasts[before], hit.first, distance)
            )
            if near or (touching and spans.meets(hit)):
                kept.append(hit)
    return kept


def _reach(scan: Scan, left: int, right: int, distance: int) -> bool:
    return scan.words_between(left, right) <= distance and scan.paragraph(left) == scan.paragraph(right)


class _Covering:
    """Places of hits, to be asked whether one covers or meets another."""

    def __init__(self, hits: list[Hit]) -> None:
        self._spans = sorted((hit.first, hit.last) for hit in hits)
        self._reach: list[int] = []
        for _, last in self._spans:
            self._reach.append(max(last, self._reach[-1] if self._reach else -1))

    def _furthest(self, first: int) -> int:
        """The last token of any hit that begins at or before `first`."""
        at = bisect_right(self._spans, (first, 1 << 62)) - 1
        return self._reach[at] if at >= 0 else -1

    def covers(self, hit: Hit) -> bool:
        return self._furthest(hit.first) >= hit.last

    def meets(self, hit: Hit) -> bool:
        return self._furthest(hit.last) >= hit.first


def _outside(one: list[Hit], other: list[Hit]) -> list[Hit]:
    covering = {field: _Covering([hit for hit in other if hit.field == field]) for field in {hit.field for hit in one}}
    return [hit for hit in one if not covering[hit.field].covers(hit)]


def without_hits(node: Node) -> tuple[bool, bool]:
    """(may be true, may be false) of some article in which no word of the query stands."""
    match node:
        case Of():
            return True, True
        case Not(node=one):
            true, false = without_hits(one)
            return false, true
        case And(nodes=nodes):
            answers = [without_hits(one) for one in nodes]
            return all(true for true, _ in answers), any(false for _, false in answers)
        case Or(nodes=nodes):
            answers = [without_hits(one) for one in nodes]
            return any(true for true, _ in answers), all(false for _, false in answers)
        case In(node=one):
            true, _ = without_hits(one)
            return true, True
        case _:
            return False, True
