"""The places of a field where units stand.

One pass: tokens that no term asks for were put aside already (scan.py). From each other one the trie is walked along
neighbouring tokens; what stands between two tokens is looked at once (pipeline/text/tokens.py) and remembered. So the time
is that of cutting the text, plus something for each hit, whatever the number of terms.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence as Many
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.tag.compile import Branch, Plan, Sequence, Unit
from pipeline.tag.scan import PASSES, Apart, Scan
from pipeline.tag.spec import AFTER_WAW, Found
from pipeline.text.fold import fold

Field = Literal["title", "body"]


@dataclass(slots=True, eq=False)
class Hit:
    """A unit at a place. `first` and `last` are numbers of tokens, `start` and `end` places in the field's text.

    Equal only to itself, and not frozen for speed alone: nothing changes a hit.
    """

    unit: int
    field: Field
    first: int
    last: int
    start: int
    end: int
    words: tuple[Found, ...]
    apart: Apart | None
    joined: bool
    """Names in it are written joined or apart otherwise than the term has them."""


MOST = 1_000
"""Hits of one unit in one field that are kept. No article has so many; a hostile one shall not fill the memory."""


class Kept:
    """Hits by unit, then by first token."""

    __slots__ = ("by_unit",)

    def __init__(self) -> None:
        self.by_unit: dict[int, dict[int, Hit]] = {}

    def room(self, unit: int, first: int, last: int) -> bool:
        """Whether a hit there would be kept: it is longer than the one that begins there, or there is none and not too many."""
        known = self.by_unit.get(unit)
        if known is None:
            return True
        other = known.get(first)
        return len(known) < MOST if other is None else last > other.last

    def add(self, hit: Hit) -> None:
        self.by_unit.setdefault(hit.unit, {})[hit.first] = hit


def hits(plan: Plan, scan: Scan, field: Field) -> list[Hit]:
    """All hits of a field, each unit's longest at each first token, by place."""
    found = Kept()
    told_at = scan.told
    for at, told in told_at.items():
        for reading, branch in told.whole:
            if not reading.needs or scan.allows(reading, at):
                _walk(plan, scan, field, branch, at, reading, found)
        follows = told.follows
        if follows and (
            (at + 1 in told_at and not follows.isdisjoint(told_at[at + 1].specs))
            or (at + 2 in told_at and not follows.isdisjoint(told_at[at + 2].specs) and scan.may_be_apart(at + 1))
        ):
            for reading, branch in told.heads:
                if not reading.needs or scan.allows(reading, at):
                    _walk(plan, scan, field, branch, at, reading, found)
    if plan.gapped:
        _gapped(plan, scan, field, found)
    every = [hit for hits in found.by_unit.values() for hit in hits.values()]
    return sorted(every, key=lambda hit: (hit.start, hit.end, hit.unit))


def _walk(plan: Plan, scan: Scan, field: Field, branch: Branch, first: int, reading: Found, found: Kept) -> None:
    """Follow the trie from one token on. The paths are as many as readings of neighbouring tokens that fit: few."""
    paths: list[tuple[Branch, int, tuple[Found, ...]]] = [(branch, first, (reading,))]
    while paths:
        branch, at, words = paths.pop()
        if branch.ends and scan.whole(first, at):
            for sequence in branch.ends:
                _keep(plan, scan, field, sequence, first, at, words, found)
        if not branch.after:
            continue
        for step in scan.after(at):
            if step not in scan.told:
                continue
            plain = step == at + 1 and scan.gap(step) != "quote"
            for more in scan.told[step].readings:
                further = branch.after.get(more.spec)
                if further is not None and (not more.needs or scan.allows(more, step, words[-1])):
                    later = more if plain else _later(plan, scan, step, more, passed=step > at + 1)
                    if later is not None:
                        paths.append((further, step, (*words, later)))


def _later(plan: Plan, scan: Scan, at: int, found: Found, *, passed: bool) -> Found | None:
    """A later word with what stands before it; none where a particle that was passed over belongs to it and the term has none."""
    word, folds = found.word, found.word.folds
    apart = scan.apart(at) if passed else None
    if apart is not None:
        if apart.particles and not found.needs & AFTER_WAW:
            return None
        if apart.article and plan.lexicon.specs[found.spec].article == "none":
            return None
        word = replace(word, article=word.article or apart.article)
    if scan.gap(at) == "quote" or (passed and scan.gap(at - 1) == "quote"):
        folds = (*folds, "quote")
    return replace(found, word=replace(word, folds=folds))


def _keep(
    plan: Plan,
    scan: Scan,
    field: Field,
    sequence: Sequence,
    first: int,
    last: int,
    words: tuple[Found, ...],
    found: Kept,
) -> None:
    if not found.room(sequence.unit, first, last):
        return
    apart = scan.apart(first)
    start, end = scan.span(first, last, apart)
    hit = Hit(sequence.unit, field, first, last, start, end, words, apart, sequence.joined)
    if not refused(plan.units[sequence.unit], scan, hit):
        found.add(hit)


def refused(unit: Unit, scan: Scan, hit: Hit) -> str:
    """Why an option of the term forbids a hit; empty where none does."""
    if unit.term.quoted and not scan.quoted(hit.first, hit.start, hit.end):
        return "not in quotation marks, and the term asks for them"
    for form in unit.not_as:
        if _stands(form, scan, hit):
            return f"named in not_as: {' '.join(form)}"
    return ""


def _stands(form: tuple[str, ...], scan: Scan, hit: Hit) -> bool:
    """Whether a form of `not_as` stands over the hit. A و or ف before the form changes nothing."""
    for begin in range(max(0, hit.last + 1 - len(form)), hit.first + 1):
        here = [fold(scan.raw(at)) for at in range(begin, min(begin + len(form), scan.count))]
        if len(here) == len(form) and here[1:] == list(form[1:]) and here[0] in {form[0], "و" + form[0], "ف" + form[0]}:
            return True
    return False


# ---------------------------------------------------------------- phrases with words between
def _gapped(plan: Plan, scan: Scan, field: Field, found: Kept) -> None:
    where: dict[int, list[tuple[int, Found]]] = {}
    for at, told in scan.told.items():
        for reading in told.readings:
            here = where.setdefault(reading.spec, [])
            if len(here) < MOST:
                here.append((at, reading))
    for spec in [s for s in where if s in plan.gapped]:
        for sequence in plan.gapped[spec]:
            if all(s in where for s in sequence.specs):
                _stretch(plan, scan, field, sequence, [where[s] for s in sequence.specs], found)


Chain = tuple[int, tuple[tuple[int, Found], ...]]
"""The last token, and each token with its reading."""


def _stretch(
    plan: Plan,
    scan: Scan,
    field: Field,
    sequence: Sequence,
    places: Many[list[tuple[int, Found]]],
    found: Kept,
) -> None:
    """Chain the words of one sequence from the last to the first, each to the nearest place of the next that is in reach."""
    most = plan.units[sequence.unit].term.gap
    chains: dict[int, Chain] = {at: (at, ((at, reading),)) for at, reading in places[-1]}
    for here in reversed(places[:-1]):
        starts = sorted(chains)
        longer: dict[int, Chain] = {}
        for at, reading in here:
            following = bisect_right(starts, at)
            if following == len(starts):
                continue
            to = starts[following]
            last, links = chains[to]
            between = scan.words_between(at, to)
            reaches = between <= most and all(scan.gap(t) in PASSES for t in range(at + 1, to + 1))
            if reaches and scan.allows(links[0][1], to, reading, between=between):
                longer[at] = (last, ((at, reading), *links))
        chains = longer
    for first, (last, links) in chains.items():
        if scan.allows(links[0][1], first) and scan.whole(first, last):
            _keep(plan, scan, field, sequence, first, last, tuple(reading for _, reading in links), found)
