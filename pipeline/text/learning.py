"""Look-alikes counted from the archive: words whose first letter is no particle, found by how often they stand there.

وسام (a medal) is not «and» + سام, and an archive shows it: وسام stands in more of its articles than سام does, bare or with
the article, while a true و + word is seldom a fifth as frequent as the word. So no dictionary is needed, only the number of
articles in which each word stands.

    Counter     fed article by article; what it holds is bounded, and old articles fade
    learnt      counts, and what was learnt before → the look-alikes

What people wrote (pipeline/text/lookalikes.py) is the start and wins: nothing that stands there is learnt, and nothing of
`PARTICLE_AND_WORD`. The limits are stricter than those that did best on 33,000 articles, because archives are smaller at
first, and a wrong row costs true hits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.text.fold import fold
from pipeline.text.lookalikes import PARTICLE_AND_WORD, is_lookalike
from pipeline.text.remembered import remembered
from pipeline.text.tokens import TOKEN

FEWEST_ARTICLES = 3_000
"""Articles below which counts say nothing."""
FEWEST = 20
"""Articles in which a word must stand."""
TRUSTED = 200
"""Articles with the bare word from which ب and ل before it are believed, however frequent: بشكل, لبحث."""
LIMITS = {"و": 1.0, "ب": 1.0, "ل": 1.0, "ف": 0.05, "ك": 0.05}
"""Particle's letter → how many times as frequent as its rest a word must be. ف and ك are seldom particles before a noun."""
SHORT = 2
"""Rests of so few letters ask for half of that."""
STAYING = 0.5
"""What was learnt stays down to this share of its limit, so that the table is quiet and few articles are tagged anew."""
LONGEST = 16
"""Letters of a word that is counted."""


@remembered(65_536)
def _word(token: str) -> str:
    """What a token counts as; empty where it is no Arabic word."""
    folded = fold(token)
    return folded if 2 <= len(folded) <= LONGEST and "ء" <= folded[0] <= "ي" else ""


@dataclass(slots=True)
class Counter:
    """In how many articles each word stood. The same articles in the same order give the same counts."""

    MOST = 200_000
    """Words held; beyond, the rarest are forgotten."""
    AGED = 100_000
    """Articles from which all counts are halved, so that the language of last year fades."""

    articles: int = 0
    words: dict[str, int] = field(default_factory=dict)

    def add(self, *texts: str) -> None:
        """Count one article."""
        tokens: set[str] = set()
        for text in texts:
            tokens.update(TOKEN.findall(text))
        for word in {_word(token) for token in tokens if len(token) <= 4 * LONGEST}:
            if word:
                self.words[word] = self.words.get(word, 0) + 1
        self.articles += 1
        if self.articles >= self.AGED:
            self.articles //= 2
            self.words = {word: n // 2 for word, n in self.words.items() if n >= 2}
        floor = 1
        while len(self.words) > self.MOST:
            self.words = {word: n for word, n in self.words.items() if n > floor}
            floor *= 2

    def as_json(self) -> dict[str, Any]:
        return {"articles": self.articles, "words": self.words}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Counter:
        return cls(articles=value["articles"], words=dict(value["words"]))


def learnt(counter: Counter, before: frozenset[str] = frozenset()) -> frozenset[str]:
    """The words (level key) that look like a particle and a word and are not; none from too few articles."""
    if counter.articles < FEWEST_ARTICLES:
        return before
    return frozenset(word for word in counter.words if _is_whole(word, counter.words, known=word in before))


def _is_whole(word: str, counts: Mapping[str, int], *, known: bool) -> bool:
    letter, rest = word[0], word[1:]
    limit, times = LIMITS.get(letter), counts[word]
    if limit is None or len(rest) < SHORT or rest.startswith(("ال", "لل")) or (letter == "ل" and rest[0] == "ل"):
        return False
    if word in PARTICLE_AND_WORD or is_lookalike(word):
        return False
    by_itself = sum(counts.get(front + rest, 0) for front in ("", "ال", "وال", "بال", "لل"))
    if letter in "بل" and by_itself >= TRUSTED:
        return False
    ease = STAYING if known else 1.0
    return times >= FEWEST * ease and times > by_itself * limit * ease * (0.5 if len(rest) <= SHORT else 1.0)
