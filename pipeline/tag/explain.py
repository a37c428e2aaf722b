"""Why a watchlist did or did not tag an article: what nearly stood there, what silenced it.

Near misses come from the same plan with the refusals kept: every token is read loosely (each obstacle named instead of the
reading dropped), then the words of each term are looked for in order, and what parts them is named. Only the nearest miss
of each term is told, and only for terms that have no hit.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pipeline import query
from pipeline.model import And, AtLeast, In, Leaf, Match, Near, Node, Not, Of, Or, Outside, Unless, Watchlist
from pipeline.tag.compile import Plan, Sequence, Unit
from pipeline.tag.find import MOST, Field, Hit, refused
from pipeline.tag.rules import Facts, Ground, evaluate, primary
from pipeline.tag.scan import PASSES, Scan
from pipeline.tag.spec import AFTER_PRONOUN, AFTER_WAW, AFTER_WORDS, ARTICLE, DOTLESS, DOTTED, HAA, Found
from pipeline.text.fold import fold, key

FAR = 12
"""Words between two words of a phrase beyond which nobody would call it a near miss."""
SHORTEST_INSIDE = 3
"""Letters of a word from which it is told that it stands inside a longer one."""
LONGEST_WORD = 40
"""Letters of a token in which shorter words are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Miss:
    """A place where a term nearly stands. `text[start:end] == surface`."""

    term: str
    field: Field
    start: int
    end: int
    surface: str
    why: str
    """What stood in the way: «2 words stand between «مكافحة» and «الإرهاب»; gap is 0»."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """One watchlist and one article."""

    watchlist: str
    fired: bool
    score: float
    """What the terms and rules found add up to, also where something silenced the list."""
    threshold: float
    matches: tuple[Match, ...]
    """Everything found, also where the list did not fire."""
    misses: tuple[Miss, ...]
    silenced: tuple[str, ...]
    """What kept it from firing; empty where it fired."""


# ---------------------------------------------------------------- what silenced a list
def silences(
    plan: Plan, watchlist: Watchlist, facts: Facts, found: dict[int, list[Hit]], scans: dict[Field, Scan]
) -> Iterator[str]:
    """What keeps a list silent whatever else it finds."""
    if watchlist.outlets and facts.feed not in watchlist.outlets:
        yield f"feed {facts.feed or 'unknown'} is not among its outlets: {', '.join(watchlist.outlets)}"
    spoken = {primary(one) for one in watchlist.languages}
    if spoken and facts.language is not None and primary(facts.language) not in spoken:
        yield f"language {facts.language} is not among its languages: {', '.join(watchlist.languages)}"
    for number, hits in sorted(found.items()):
        if plan.units[number].role == "exclude":
            hit = hits[0]
            seen = scans[hit.field].text[hit.start : hit.end]
            yield f"exclude «{plan.units[number].term.term}» stands in the {hit.field} at {hit.start}: «{seen}»"


def why_not(node: Node, ground: Ground, field: str | None = None) -> str:
    """What a query lacks, told by its first part that fails; empty where it is true."""
    if evaluate(node, ground, field=field).true:
        return ""
    shown = f"«{query.format(node)}»"
    match node:
        case Leaf():
            return f"{shown} is not found" + (f" in the {field}" if field else "")
        case In(field=inner, node=one):
            return why_not(one, ground, inner) or f"{shown} is not found"
        case And(nodes=nodes):
            return next((why for one in nodes if (why := why_not(one, ground, field))), "")
        case Or():
            return f"no part of {shown} is found"
        case Not(node=one):
            return f"«{query.format(one)}» is true of the article"
        case Of(key=asked):
            return (
                f"{shown} is not so: the article's {'feed or outlet' if asked == 'outlet' else 'language'} is another"
            )
        case AtLeast(node=one, times=times):
            hits = evaluate(one, ground, field=field).hits
            return f"«{query.format(one)}» is found {len({(h.field, h.first) for h in hits})} times of {times}"
        case Near(left=left, right=right, distance=distance):
            parts = why_not(left, ground, field) or why_not(right, ground, field)
            return parts or f"{shown}: they stand more than {distance} words apart, or in different paragraphs"
        case Unless(node=one) | Outside(node=one):
            return why_not(one, ground, field) or f"{shown}: each hit is taken away by what follows"


# ---------------------------------------------------------------- near misses
_LEFT_OPEN = {
    ARTICLE: "without the article that the term has",
    HAA: "its ه may be a pronoun: this text does not write ه for ة",
    DOTLESS: "with ى it is another word, and this text does not write ى for ي",
    DOTTED: "with ي it is another word, and this text does not write ي for ى",
    AFTER_PRONOUN: "a later word of a phrase takes no particle",
    AFTER_WORDS: "a later word of a phrase takes no particle",
    AFTER_WAW: "the و before it is missing",
}
"""What a reading needs of its surroundings, for people, when they do not give it."""


class Place(NamedTuple):
    """A token that is, or nearly is, a word of a term."""

    at: int
    found: Found


class Nearly(NamedTuple):
    """A near miss with how near it is, to choose the nearest."""

    distance: tuple[int, int]
    miss: Miss


def misses(plan: Plan, scans: dict[Field, Scan], wanted: set[int]) -> dict[int, Miss]:
    """The nearest miss of each of the units `wanted`, where there is one."""
    best: dict[int, Nearly] = {}
    inner = _inner_words(plan, wanted)
    for field, scan in scans.items():
        where = _loose(plan, scan)
        for sequence in plan.sequences:
            if sequence.unit in wanted and sequence.specs and all(spec in where for spec in sequence.specs):
                _keep_nearest(best, sequence.unit, _of_sequence(plan, scan, field, sequence, where))
        for unit, nearly in _inside(plan, scan, field, inner):
            if unit not in best:
                best[unit] = nearly
    return {unit: nearly.miss for unit, nearly in best.items()}


def _keep_nearest(best: dict[int, Nearly], unit: int, nearly: Nearly | None) -> None:
    if nearly is not None and (unit not in best or nearly.distance < best[unit].distance):
        best[unit] = nearly


def _loose(plan: Plan, scan: Scan) -> dict[int, list[Place]]:
    """Places of every spec, refused readings among them, in order."""
    told: dict[str, tuple[Found, ...]] = {}
    where: dict[int, list[Place]] = {}
    for at, raw in enumerate(scan.raws):
        if raw not in told:
            told[raw] = plan.lexicon.look(raw, loose=True)
        for found in told[raw]:
            places = where.setdefault(found.spec, [])
            if len(places) < MOST:
                places.append(Place(at, found))
    return where


def _of_sequence(
    plan: Plan, scan: Scan, field: Field, sequence: Sequence, where: dict[int, list[Place]]
) -> Nearly | None:
    unit = plan.units[sequence.unit]
    nearest: Nearly | None = None
    for place in where[sequence.specs[0]]:
        chain = _chain(place, [where[spec] for spec in sequence.specs[1:]])
        if chain is None:
            break  # later first words have even fewer words after them
        nearly = _judged(plan, scan, field, sequence, unit, chain)
        if nearly is not None and (nearest is None or nearly.distance < nearest.distance):
            nearest = nearly
    if nearest is None and len(sequence.specs) == 2:
        nearest = _turned(scan, field, unit, where[sequence.specs[1]], where[sequence.specs[0]])
    return nearest


def _chain(first: Place, others: list[list[Place]]) -> list[Place] | None:
    """Each next word at its first place after the one before."""
    chain = [first]
    for places in others:
        following = bisect_right(places, chain[-1].at, key=lambda place: place.at)
        if following == len(places):
            return None
        chain.append(places[following])
    return chain


def _judged(plan: Plan, scan: Scan, field: Field, sequence: Sequence, unit: Unit, chain: list[Place]) -> Nearly | None:
    """What parts the words of a chain and what is wrong with each; none where they are too far apart."""
    reasons: list[str] = []
    apart = 0
    before: Place | None = None
    for place in chain:
        between = scan.words_between(before.at, place.at) if before else 0
        if before is not None:
            if between > max(FAR, unit.term.gap) or scan.paragraph(before.at) != scan.paragraph(place.at):
                return None
            apart += between
            reasons += _between(scan, unit, before.at, place.at, between)
        reasons += _wrong(scan, place, before, between)
        before = place
    first, last = chain[0].at, chain[-1].at
    start, end = scan.span(first, last, scan.apart(first))
    if not reasons:
        if not scan.whole(first, last):
            reasons.append("joined to a letter or digit")
        found = tuple(place.found for place in chain)
        refusal = refused(unit, scan, Hit(unit.number, field, first, last, start, end, found, None, sequence.joined))
        reasons += [refusal] if refusal else []
    if not reasons:
        return None
    return _nearly(scan, field, unit, (start, end), "; ".join(dict.fromkeys(reasons)), (apart, len(reasons)))


def _between(scan: Scan, unit: Unit, left: int, right: int, between: int) -> Iterator[str]:
    if between > unit.term.gap:
        words = "1 word stands" if between == 1 else f"{between} words stand"
        yield f"{words} between «{scan.raws[left]}» and «{scan.raws[right]}»; gap is {unit.term.gap}"
    for at in range(left + 1, right + 1):
        if scan.gap(at) not in PASSES:
            yield f"«{scan.between(at).strip()}» stands between «{scan.raws[left]}» and «{scan.raws[right]}»"
            return


def _wrong(scan: Scan, place: Place, before: Place | None, between: int) -> Iterator[str]:
    found = place.found
    if found.obstacle:
        yield f"«{scan.raws[place.at]}»: {found.obstacle}"
    elif not scan.allows(found, place.at, before.found if before else None, between=between):
        for need, told in _LEFT_OPEN.items():
            if found.needs & need:
                yield f"«{scan.raws[place.at]}»: {told}"
                return


def _turned(scan: Scan, field: Field, unit: Unit, firsts: list[Place], seconds: list[Place]) -> Nearly | None:
    """Two words that stand side by side, but in the other order."""
    for place in firsts:
        chain = _chain(place, [seconds])
        if chain is None:
            return None
        left, right = chain[0].at, chain[1].at
        if scan.words_between(left, right) == 0 and scan.paragraph(left) == scan.paragraph(right):
            return _nearly(
                scan,
                field,
                unit,
                scan.span(left, right, scan.apart(left)),
                "the words stand in another order",
                (FAR, 1),
            )
    return None


def _nearly(scan: Scan, field: Field, unit: Unit, span: tuple[int, int], why: str, distance: tuple[int, int]) -> Nearly:
    start, end = span
    surface = scan.text[start:end]
    return Nearly(distance, Miss(term=unit.term.term, field=field, start=start, end=end, surface=surface, why=why))


def _inner_words(plan: Plan, wanted: set[int]) -> dict[str, list[int]]:
    """Key of each single word that is wanted → its units."""
    inner: dict[str, list[int]] = {}
    for sequence in plan.sequences:
        if sequence.unit in wanted and len(sequence.specs) == 1:
            core = key(plan.lexicon.specs[sequence.specs[0]].light)
            if len(core) >= SHORTEST_INSIDE:
                inner.setdefault(core, []).append(sequence.unit)
    return inner


def _inside(plan: Plan, scan: Scan, field: Field, inner: dict[str, list[int]]) -> Iterator[tuple[int, Nearly]]:
    """Words of terms inside longer words of the text."""
    if not inner:
        return
    shortest, longest = min(map(len, inner)), max(map(len, inner))
    seen: set[str] = set()
    for at, raw in enumerate(scan.raws):
        if raw in seen or len(raw) > LONGEST_WORD:
            continue
        seen.add(raw)
        folded = fold(raw)
        for begin in range(len(folded) - shortest + 1):
            for length in range(shortest, min(longest, len(folded) - begin) + 1):
                for unit in inner.get(folded[begin : begin + length], ()):
                    span = scan.place(at)
                    yield unit, _nearly(scan, field, plan.units[unit], span, "inside a longer word", (FAR + 1, 1))
