"""Tagging: which watchlists speak of an article, by which words, and why.

    Tagger(watchlists)     compiles once; some 60 µs a term
    .tags(title, body, …)  the lists that fired, each with its matches and their readings
    .explain(title, …)     every list, fired or not: matches, near misses, what silenced it

The way of a text:  cut.py parts it at white space, scan.py asks words.py once for each distinct chunk (judge.py compares, spec.py
has the nouns), cut.py takes apart what is near a hit → find.py walks the trie that compile.py made → rules.py evaluates the
query trees on the hits → reading.py turns hits into matches. explain.py does it all again with the refusals kept.
What a term finds is told for users in docs/guide/matching.md; the tables are in pipeline/text/.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.model import Match, Rule, Tag, Watchlist
from pipeline.tag.compile import Plan, certain, compiled, spellings
from pipeline.tag.cut import parted
from pipeline.tag.explain import Explained, Miss, misses, silences, why_not
from pipeline.tag.find import Field, Hit, hits
from pipeline.tag.reading import Readings
from pipeline.tag.rules import Facts, Ground, evaluate, without_hits
from pipeline.tag.scan import Habits, Memo, Scan
from pipeline.tag.spec import Spelling

__all__ = ["Explained", "Miss", "Spelling", "Tagger", "certain", "spellings"]


class Tagger:
    """The watchlists, compiled. Pure: the same text gets the same tags, whatever was tagged before."""

    def __init__(self, watchlists: Sequence[Watchlist], lookalikes: frozenset[str] = frozenset()) -> None:
        """`lookalikes`: words that an archive's counts showed to be no particle and word (pipeline/text/learning.py)."""
        self._plan = compiled(watchlists, lookalikes)
        self._memo = Memo(self._plan)
        self._readings = Readings(self._plan)
        self._blind = [
            at
            for at, watchlist in enumerate(self._plan.watchlists)
            if any(without_hits(rule.query)[0] for rule in watchlist.rules)
        ]
        """Lists with a rule that may be true of an article without any hit; the others are passed over when they have none."""

    def tags(
        self, *, title: str, body: str, feed: str | None = None, outlet: str = "", language: str | None = None
    ) -> tuple[Tag, ...]:
        """The watchlists that fired, in their order. Matches by field, the title first, then by place.

        `feed` is an id, `language` a tag such as ar or ar-SY; None where they are not known.
        """
        facts = Facts(feed, outlet, language)
        scans = self._scans({"title": title, "body": body})
        found = self._hits(scans)
        return tuple([tag for at in sorted(found) if (tag := self._tag(at, found[at], scans, facts)) is not None])

    def _scans(self, texts: dict[Field, str], *, all_fields: bool = False) -> dict[Field, Scan]:
        """The fields in which some word of some term stands; or all."""
        habits = Habits(list(texts.values()))
        scans: dict[Field, Scan] = {}
        for field, text in texts.items():
            chunks, even = parted(text)
            told, uneven = self._memo.told(chunks)
            if told or all_fields:
                scans[field] = Scan(text, chunks, told, uneven, habits, even=even)
        return scans

    def _hits(self, scans: dict[Field, Scan]) -> dict[int, dict[int, list[Hit]]]:
        """Hits by list and unit, for each list that may fire."""
        found: dict[int, dict[int, list[Hit]]] = {at: {} for at in self._blind}
        for field, scan in scans.items():
            for hit in hits(self._plan, scan, field):
                found.setdefault(self._plan.units[hit.unit].watchlist, {}).setdefault(hit.unit, []).append(hit)
        return found

    def _tag(self, at: int, found: dict[int, list[Hit]], scans: dict[Field, Scan], facts: Facts) -> Tag | None:
        watchlist = self._plan.watchlists[at]
        if any(silences(self._plan, watchlist, facts, found, scans)):
            return None
        score, matches = self._weighed(at, found, scans, facts)
        if score < watchlist.threshold or not score:
            return None
        return Tag(watchlist=watchlist.id, score=score, matches=matches)

    def _weighed(
        self, at: int, found: dict[int, list[Hit]], scans: dict[Field, Scan], facts: Facts
    ) -> tuple[float, tuple[Match, ...]]:
        """The score, each term and rule once, and all matches."""
        score = 0.0
        matches: list[Match] = []
        for number in sorted(found):
            unit = self._plan.units[number]
            if unit.role == "term":
                score += unit.term.weight
                matches += [self._readings.match(scans[hit.field], hit) for hit in found[number]]
        watchlist = self._plan.watchlists[at]
        if watchlist.rules:
            for rule, kept in true_rules(watchlist, Ground(found, self._plan.leaves[at], scans, facts)):
                score += rule_weight(self._plan, rule, kept)
                matches += [self._readings.match(scans[hit.field], hit, rule=rule.name) for hit in kept]
        matches.sort(key=_by_place)
        return score, tuple(matches)

    # ---- why
    def explain(
        self, *, title: str, body: str, feed: str | None = None, outlet: str = "", language: str | None = None
    ) -> tuple[Explained, ...]:
        """Every watchlist, in order: what it found, what it nearly found, and what kept it silent. Slower than `tags`."""
        facts = Facts(feed, outlet, language)
        texts: dict[Field, str] = {"title": title, "body": body}
        scans = self._scans(texts, all_fields=True)
        found = self._hits(scans)
        lacking = {
            u.number for u in self._plan.units if u.role != "exclude" and u.number not in found.get(u.watchlist, {})
        }
        nearly = misses(self._plan, scans, lacking)
        of_list: dict[int, list[Miss]] = {}
        for number, miss in sorted(nearly.items()):
            of_list.setdefault(self._plan.units[number].watchlist, []).append(miss)
        return tuple(
            self._explained(at, found.get(at, {}), scans, facts, of_list.get(at, []))
            for at in range(len(self._plan.watchlists))
        )

    def _explained(
        self, at: int, found: dict[int, list[Hit]], scans: dict[Field, Scan], facts: Facts, nearly: list[Miss]
    ) -> Explained:
        watchlist = self._plan.watchlists[at]
        score, matches = self._weighed(at, found, scans, facts)
        silenced = list(silences(self._plan, watchlist, facts, found, scans))
        if score < watchlist.threshold or not score:
            ground = Ground(found, self._plan.leaves[at], scans, facts)
            whys = ((rule.name, why_not(rule.query, ground)) for rule in watchlist.rules)
            silenced += (f"rule {name}: {why}" for name, why in whys if why)
            silenced.append(f"score {score:g} of threshold {watchlist.threshold:g}")
        return Explained(
            watchlist=watchlist.id,
            fired=not silenced,
            score=score,
            threshold=watchlist.threshold,
            matches=matches,
            misses=tuple(nearly),
            silenced=tuple(silenced),
        )


def _by_place(match: Match) -> tuple[bool, int, int]:
    return match.field != "title", match.start, match.end


def true_rules(watchlist: Watchlist, ground: Ground) -> Iterator[tuple[Rule, list[Hit]]]:
    """The rules that are true of the article, with the hits that made them so."""
    for rule in watchlist.rules:
        answer = evaluate(rule.query, ground)
        if answer.true:
            yield rule, answer.hits


def rule_weight(plan: Plan, rule: Rule, kept: list[Hit]) -> float:
    """What a true rule adds to the score: its weight, times the greatest `^n` among the words found."""
    return rule.weight * max((plan.units[hit.unit].term.weight for hit in kept), default=1.0)
