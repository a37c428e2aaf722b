"""A text as a full-text index knows it: the folded words, each with every legal particle taken off. No database folds Arabic itself.

A token is indexed by each rest that `cuts` leaves of it: «وبالبنك» by وبالبنك, بالبنك, البنك and بنك. Whatever a term can find
is one of its spellings, or a spelling and an ending, at the head of such a rest; so a search that asks for those may be
given too many articles, never too few, and the tagger judges them (pipeline/search.py).

Rejected: one index term a token and all particles in the question (some two hundred words asked for instead of seven);
stems (لبنان and لبن become one, and the judge must read twice as much).
"""

from __future__ import annotations

from pipeline.text.clitics import cuts
from pipeline.text.fold import TATWEEL, fold
from pipeline.text.remembered import remembered
from pipeline.text.tokens import TOKEN

VERSION = 1
"""To be raised whenever the same text would be indexed otherwise: an index of another version is made anew."""

LONGEST = 64
"""Letters of an index term; longer ones are cut here, in the index and in the question alike."""

MOST = 20_000
"""Terms of one text. A text with more, which no paper prints, is kept as one that may hold anything."""

ANYTHING = TATWEEL
"""The index term of such a text; no word folds to it."""


def _rests(token: str) -> tuple[str, ...]:
    """The index terms of one token."""
    folded = fold(token)
    return tuple({folded[cut : cut + LONGEST]: None for cut, _ in cuts(folded)}) if folded else ()


_remembered = remembered(65_536)(_rests)


def index_terms(*texts: str) -> list[str]:
    """The index terms of an article's texts, each once, sorted. They hold letters and digits only."""
    found: set[str] = set()
    for text in texts:
        for token in set(TOKEN.findall(text)):
            found.update(_remembered(token) if len(token) <= LONGEST else _rests(token))
    return [ANYTHING] if len(found) > MOST else sorted(found)
