"""Search: the archive's articles of which a query is true, newest first, each with its hits.

    query tree ── needed ──→ what must stand in the index ── store.candidates ──→ articles ── Tagger ──→ those that it tags
             │                              less what surely denies it ──┘                        │
             └─ shapes ──→ what a text looks like that has the phrases ─────── less the others ──┘

The index is asked for what the tagger's own lexicon would accept (every spelling of every word, with every ending), so it
gives too many articles and never too few; the tagger then judges them as it judges new ones. A search therefore finds
exactly what a rule with this query would tag. What is left out before is left out for certain, and only to save time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.model import (
    And,
    Article,
    AtLeast,
    In,
    Leaf,
    Match,
    Near,
    Node,
    Not,
    Of,
    Or,
    Outside,
    Rule,
    Term,
    Unless,
    Watchlist,
)
from pipeline.store import Store
from pipeline.store.index import All, Some, Wanted, Word
from pipeline.tag import Spelling, Tagger, certain, spellings
from pipeline.text.fold import fold
from pipeline.text.index import LONGEST

SCANNED = 20_000
"""Articles that are read at most for a query of which the index can tell nothing."""
DENYING = 16
"""Ways to write denied words that the store itself looks for, in all; each costs some 3 µs an article in which it does not stand."""
_BETWEEN = r"[\W_]*+\w{0,12}[\W_]*+\w{0,6}"
"""In a folded text, what may stand between two words of a phrase: signs, a particle apart, particles joined to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An article of which the query is true."""

    article: Article
    matches: tuple[Match, ...]
    """By field (title first) and place; none where the query speaks of the article alone."""


class Search:
    """One question to one archive; iterate over it once."""

    def __init__(
        self,
        store: Store,
        tree: Node,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        lookalikes: frozenset[str] = frozenset(),
    ) -> None:
        """`lookalikes` as for the Tagger."""
        self._store, self._tree, self._span, self._lookalikes = store, tree, (since, until), lookalikes
        self.read = 0
        """Articles judged so far."""
        self.wanted = needed(tree) if store.index_is_whole() else None
        """What the index is asked for; None where it can tell nothing, or is not whole (maintenance mends that)."""
        self.stopped: datetime | None = None
        """Set when SCANNED articles were read: those first seen before were not looked at."""

    def __iter__(self) -> Iterator[Found]:
        rule = Rule(name="query", text="", query=self._tree)
        asked = Watchlist(id="query", title="", rules=(rule,), threshold=1e-9)
        tagger = Tagger([asked], self._lookalikes)
        sure = [certain(term, self._lookalikes) for term in _denied(self._tree)]
        forbidden = frozenset[str]().union(*sure)
        likely = _likely(self._tree) if self.wanted is not None else None  # else all that is read shall be counted
        for a in self._store.candidates(self.wanted, *self._span, denied=_plainest(sure), likely=likely):
            if self.wanted is None and self.read >= SCANNED:
                self.stopped = a.first_seen
                return
            self.read += 1
            if forbidden and not (forbidden.isdisjoint(a.title.split()) and forbidden.isdisjoint(a.body.split())):
                continue  # a plain word that the query denies: ten times as fast to see as all hits are to find
            for tag in tagger.tags(title=a.title, body=a.body, feed=a.feed, outlet=a.outlet, language=a.language):
                yield Found(article=a, matches=tag.matches)


# ---------------------------------------------------------------- what the index is asked
def needed(node: Node) -> Wanted | None:
    """What the index terms of every article must hold of which `node` is true; None where nothing is certain."""
    match node:
        case Leaf(term=term):
            return _either([_both([_word(one) for one in way]) for way in spellings(term)])
        case And(nodes=nodes):
            return _both([needed(one) for one in nodes])
        case Or(nodes=nodes):
            return _either([needed(one) for one in nodes])
        case Near(left=left, right=right):
            return _both([needed(left), needed(right)])
        case In(node=one) | AtLeast(node=one) | Unless(node=one) | Outside(node=one):
            return needed(one)
        case Not() | Of():
            return None


def _denied(node: Node) -> Iterator[Term]:
    """Terms of any of which one hit makes `node` false."""
    match node:
        case Not(node=Leaf(term=term)):
            yield term
        case Not(node=Or(nodes=nodes)):
            for one in nodes:
                yield from _denied(Not(node=one))
        case And(nodes=nodes):
            for one in nodes:
                yield from _denied(one)
        case _:
            pass


# ---------------------------------------------------------------- what a text looks like
def shapes(node: Node) -> list[str]:
    """Expressions, each of which is found in the folded text of every article of which `node` is true: of phrases alone.

    A word by itself says no more than the index does, and a word with a star may go on for ever.
    """
    match node:
        case Leaf(term=term):
            ways = list(spellings(term))
            plain = all(len(way) > 1 and not any(word.stems for word in way) for way in ways)
            return ["|".join(map(_phrase, ways))] if ways and plain and not term.gap else []
        case And(nodes=nodes):
            return [shape for one in nodes for shape in shapes(one)]
        case Or(nodes=nodes):
            firsts = [found[0] for one in nodes if (found := shapes(one))]
            return ["|".join(firsts)] if len(firsts) == len(nodes) else []
        case Near(left=left, right=right):
            return [*shapes(left), *shapes(right)]
        case In(node=one) | AtLeast(node=one) | Unless(node=one) | Outside(node=one):
            return shapes(one)
        case Not() | Of():
            return []


def _likely(tree: Node) -> Callable[[str], bool] | None:
    """Whether a text has all the shapes; None where there are none."""
    wanted = [re.compile(shape) for shape in shapes(tree)]
    if not wanted:
        return None

    def has_all(text: str) -> bool:
        folded = fold(text)
        return all(one.search(folded) for one in wanted)

    return has_all


def _phrase(words: tuple[Spelling, ...]) -> str:
    return _BETWEEN.join(f"(?:{'|'.join(map(re.escape, word.keys))})" for word in words)


def _plainest(words: Sequence[frozenset[str]]) -> list[str]:
    """Of each word's spellings those that are written most, between two spaces: alone, with the article, then the shortest."""
    most = max(1, DENYING // max(1, len(words)))
    found: list[str] = []
    for ways in words[:DENYING]:
        bare = min(map(len, ways), default=0)
        ranks = sorted((len(one) > bare and not one.startswith("ال"), len(one), one) for one in ways)
        found += [f" {one} " for *_, one in ranks[:most]]
    return found


def _word(spelling: Spelling) -> Word:
    return Word(*(tuple(sorted({one[:LONGEST] for one in many})) for many in (spelling.keys, spelling.stems)))


def _both(parts: list[Wanted | None]) -> Wanted | None:
    """What all the parts that are certain ask for."""
    certain = tuple(dict.fromkeys(part for part in parts if part is not None))
    return certain[0] if len(certain) == 1 else All(certain) if certain else None


def _either(parts: list[Wanted | None]) -> Wanted | None:
    """One part is enough, so where one is not certain nothing is."""
    certain = tuple(dict.fromkeys(part for part in parts if part is not None))
    if len(certain) < len(set(parts)) or not certain:
        return None
    return certain[0] if len(certain) == 1 else Some(certain)
