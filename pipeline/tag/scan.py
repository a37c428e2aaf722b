"""One field of an article, cut, with what is asked about its tokens: readings, neighbours, particles apart, paragraphs.

Everything here is made when it is first asked for and then kept, because most texts hold nothing that any term means: they
cost one cut and one look at a set.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, chain
from typing import NamedTuple

from pipeline.tag.compile import Branch, Plan
from pipeline.tag.words import AFTER_PRONOUN, AFTER_WAW, AFTER_WORDS, ARTICLE, DOTLESS, DOTTED, HAA, Found
from pipeline.text.clitics import PROCLITICS, Proclitic, cuts
from pipeline.text.fold import INVISIBLE, TATWEEL, fold, key, light
from pipeline.text.lookalikes import FINAL_ALEF, FINAL_YAA, ROOT_HAA
from pipeline.text.tokens import QUOTES, TOKEN, Gap, enclosed, gap, paragraphs

_FEW = 24
"""Places that are worked out one by one."""
PASSES: frozenset[Gap] = frozenset({"joined", "blank", "quote", "mark"})
"""What may stand between two words of a phrase."""
_EDGE = re.compile(f"[{TATWEEL}{INVISIBLE}]+")
_QUOTE = frozenset(QUOTES)
_LONGEST_APART = 12
"""Characters of a particle written apart, tatweel and direction marks included."""
_TRIMMED = TATWEEL + "".join(
    chr(code)
    for part in re.findall(r"(.)-(.)|(.)", INVISIBLE)
    for code in range(ord(part[0] or part[2]), ord(part[1] or part[2]) + 1)
)
"""What is left off at the end of a hit."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a token can stand for, sorted by what is to be done with it."""

    readings: tuple[Found, ...]
    whole: tuple[tuple[Found, Branch], ...]
    """Readings that are a whole term by themselves."""
    heads: tuple[tuple[Found, Branch], ...]
    """Readings that only begin phrases: nearly all that a long list meets, so they are put aside for a quick look."""
    specs: tuple[int, ...]


class Memo:
    """What each distinct token can stand for, made when it is first met.

    Tokens that no term asks for, nearly all, are kept as a bare set: what of a text is not in it is looked at, nothing else.
    What is kept is bounded: when it is full, it becomes the older half, and what of that is met again moves back.
    """

    MOST = 200_000
    """Distinct tokens in each half: some 20 MB, the vocabulary of about ten thousand articles."""
    LONGEST = 64
    """Longer tokens are looked up anew each time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._silent: set[str] = set()
        self._known: dict[str, Told] = {}
        self._older_silent: set[str] = set()
        self._older_known: dict[str, Told] = {}

    def told(self, raws: list[str]) -> dict[int, Told]:
        """Those of the tokens that some term may mean, by their number, in order, with what they can stand for."""
        silent, known = self._silent, self._known
        asked = [at for at, raw in enumerate(raws) if raw not in silent]
        fresh = self._met({raws[at] for at in asked}.difference(known))
        found: dict[int, Told] = {}
        for at in asked:
            raw = raws[at]
            told = fresh[raw] if raw in fresh else known[raw]
            if told is not None:
                found[at] = told
        return found

    def _met(self, raws: set[str]) -> dict[str, Told | None]:
        """Look at tokens that are met for the first time in a while, and remember them."""
        met: dict[str, Told | None] = {}
        for raw in raws:
            if raw in self._older_known:
                met[raw] = self._older_known[raw]
            elif raw in self._older_silent:
                met[raw] = None
        unknown = list(raws.difference(met))
        met |= {raw: self._look(raw) if touched else None for raw, touched in self._plan.lexicon.touched(unknown)}
        for raw, told in met.items():
            self._keep(raw, told)
        return met

    def _look(self, raw: str) -> Told | None:
        readings = self._plan.lexicon.look(raw)
        if not readings:
            return None
        begun = [(found, branch) for found in readings if (branch := self._plan.trie.get(found.spec)) is not None]
        return Told(
            readings,
            whole=tuple(pair for pair in begun if pair[1].ends),
            heads=tuple(pair for pair in begun if not pair[1].ends),
            specs=tuple(found.spec for found in readings),
        )

    def _keep(self, raw: str, told: Told | None) -> None:
        if len(raw) > self.LONGEST:
            return
        if len(self._silent) + len(self._known) >= self.MOST:
            self._older_silent, self._older_known = self._silent, self._known
            self._silent, self._known = set(), {}
        if told is None:
            self._silent.add(raw)
        else:
            self._known[raw] = told


_FIRST_PARTICLE = frozenset("وفبلكا")
# The last letter, or what may stand over or behind it: tatweel, a vowel, a direction mark.
_LAST_PARTICLE = frozenset("وفبلك" + TATWEEL + "\u064e\u0650\u0652\u200f\u200e\u061c\u200d\u200c")


@lru_cache(maxsize=1024)
def _particles(raw: str) -> Proclitic | None:
    """What a token is as particles by itself."""
    return PROCLITICS.get(key(light(raw)))


class Apart(NamedTuple):
    """Particles that stand apart from the token they belong to: «لـ”مكافحة», «و قسد», «الـCNN»."""

    token: int
    particles: tuple[str, ...]
    article: bool
    joined: bool
    quote: bool


_FINALS = frozenset("ىيیةه")


class Habits:
    """How an article writes final letters, from its own common words. Read only when a hit depends on it."""

    def __init__(self, texts: list[str]) -> None:
        """`texts`: the article's, all of them."""
        self._texts = texts

    @cached_property
    def held(self) -> int:
        """The habits among HAA, DOTLESS and DOTTED: each where the article's words show it more often than the usual way."""
        dotless = dotted = alef = bare = haa = taa = 0
        for raw in chain.from_iterable(map(TOKEN.findall, self._texts)):
            end = raw[-1]
            if end not in _FINALS:
                continue
            if end == "ى":
                dotless += raw[:-1] + "ي" in FINAL_YAA
                alef += raw in FINAL_ALEF
            elif end in "يی":
                dotted += raw in FINAL_YAA
                bare += raw[:-1] + "ى" in FINAL_ALEF
            elif end == "ة":
                taa += 1
            elif end == "ه" and len(raw) > 4:
                haa += _ends_in_taa(raw)
        return (DOTLESS if dotless > dotted else 0) | (DOTTED if bare > alef else 0) | (HAA if haa > taa else 0)


@lru_cache(maxsize=4096)
def _ends_in_taa(raw: str) -> bool:
    """Whether a final ه must be meant for ة: a word with the article takes no pronoun, and few have an ه of their own."""
    folded = fold(raw)
    return any(
        particles.article and len(folded) - cut >= 3 and "ال" + folded[cut:] not in ROOT_HAA
        for cut, particles in cuts(folded)
    )


class Scan:
    """A field's text, cut, with what its hits are asked about."""

    def __init__(self, text: str, parts: list[str], told: dict[int, Told], habits: Habits) -> None:
        """`parts` as `SPLIT.split(text)` gives them; `told`, what its tokens can stand for, by their number, in order."""
        self.text, self.parts, self.told, self.habits = text, parts, told, habits
        self.raws = parts[1::2]
        self._gaps: dict[int, Gap] = {}
        self._aparts: dict[int, Apart | None] = {}
        self._reached, self._length, self._asked = 0, 0, 0

    @cached_property
    def _starts(self) -> list[int]:
        """Where each part begins; odd ones are tokens. Made when a hit is near: most texts have none."""
        return list(accumulate(map(len, self.parts), initial=0))

    def place(self, at: int) -> tuple[int, int]:
        """Start and end of token `at`."""
        if "_starts" not in self.__dict__ and self._asked < _FEW:
            # Hits come in order: for a few, adding up from the last one on is cheaper than all places at once.
            self._asked += 1
            part = 2 * at + 1
            if part < self._reached:
                self._reached, self._length = 0, 0
            self._length += len("".join(self.parts[self._reached : part]))
            self._reached = part
            return self._length, self._length + len(self.parts[part])
        return self._starts[2 * at + 1], self._starts[2 * at + 2]

    # ---- neighbours
    def gap(self, at: int) -> Gap:
        """What stands before token `at`."""
        if at <= 0 or at >= len(self.raws):
            return "break"
        between = self.parts[2 * at]
        if between == " ":
            return "blank"
        if not between:
            return "joined"
        known = self._gaps.get(at)
        if known is None:
            known = self._gaps[at] = gap(self.text, self.place(at - 1), self.place(at))
        return known

    def apart(self, at: int) -> Apart | None:
        """The particles that stand apart before token `at`."""
        if at not in self._aparts:
            self._aparts[at] = self._find_apart(at)
        return self._aparts[at]

    def _find_apart(self, at: int) -> Apart | None:
        if at < 1:
            return None
        raw = self.raws[at - 1]
        known = _particles(raw) if self.may_be_apart(at - 1) else None
        if known is None:
            return None
        kind = self.gap(at)
        tailed = TATWEEL in raw or TATWEEL in self.parts[2 * at][:4]
        if kind not in PASSES or (kind == "mark" and not tailed) or (kind == "blank" and not tailed and raw != "و"):
            return None
        return Apart(at - 1, known.particles, known.article, joined=kind == "joined", quote=kind == "quote")

    def readings(self, at: int) -> tuple[Found, ...]:
        """What token `at` can stand for."""
        told = self.told.get(at)
        return told.readings if told is not None else ()

    def may_be_apart(self, at: int) -> bool:
        """Whether token `at` looks like particles by themselves: a cheap first question."""
        raw = self.raws[at] if at < len(self.raws) else "-"
        return len(raw) <= _LONGEST_APART and raw[0] in _FIRST_PARTICLE and raw[-1] in _LAST_PARTICLE

    def after(self, at: int) -> int | None:
        """The token that follows `at` in a phrase, an article written apart passed over; none where a phrase ends."""
        if self.gap(at + 1) not in PASSES:
            return None
        apart = self.apart(at + 2) if at + 2 < len(self.raws) else None
        if apart is not None and self.gap(at + 2) in PASSES and apart.token == at + 1:
            return at + 2
        return at + 1

    # ---- what only the surroundings tell
    def allows(self, found: Found, at: int, before: Found | None = None, *, between: int = 0) -> bool:
        """Whether the surroundings give what a reading still needs."""
        needs = found.needs
        if not needs:
            return True
        if needs & (HAA | DOTLESS | DOTTED) & ~self.habits.held:
            return False
        if needs & AFTER_PRONOUN and not (before and before.word.suffix):
            return False
        if needs & AFTER_WORDS and not between:
            return False
        if needs & (ARTICLE | AFTER_WAW):
            apart = self.apart(at)
            if needs & ARTICLE and not (apart and apart.article):
                return False
            if needs & AFTER_WAW and not (apart and apart.particles == ("و",)):
                return False
        return True

    # ---- places
    def span(self, first: int, last: int) -> tuple[int, int]:
        """From the first letter or joined particle to the last letter."""
        apart = self.apart(first)
        start, _ = self.place(apart.token if apart and apart.joined else first)
        begin, _ = self.place(last)
        return start, begin + len(self.raws[last].rstrip(_TRIMMED))

    def whole(self, first: int, last: int) -> bool:
        """Whether no letter or digit is joined to the tokens' outer edges: «إدلب1» is not إدلب."""
        if self.gap(first) == "joined":
            apart = self.apart(first)
            if not (apart and apart.joined):
                return False
        return self.gap(last + 1) != "joined"

    def words_between(self, left: int, right: int) -> int:
        """Words strictly between two tokens; particles written apart are none."""
        inside = bisect_left(self._all_apart, right) - bisect_right(self._all_apart, left)
        return right - left - 1 - inside

    @cached_property
    def _all_apart(self) -> list[int]:
        """Tokens that are particles written apart."""
        return [
            at
            for at in range(len(self.raws))
            if at + 1 < len(self.raws) and self.may_be_apart(at) and self.apart(at + 1) is not None
        ]

    @cached_property
    def _paragraphs(self) -> list[int]:
        """Tokens that begin a paragraph."""
        starts = self._starts[1::2][: len(self.raws)]
        firsts = (bisect_left(starts, begin) for begin, _ in paragraphs(self.text))
        return [at for at in firsts if at < len(starts) and self.gap(at) == "break"]

    def paragraph(self, at: int) -> int:
        return bisect_right(self._paragraphs, at)

    @cached_property
    def _quotations(self) -> list[tuple[int, int]]:
        return [
            pair for begin, end in paragraphs(self.text) for pair in enclosed(self.text, begin, end, brackets=False)
        ]

    def quoted(self, first: int, start: int, end: int) -> bool:
        """Whether the place from token `first` on stands inside quotation marks or right beside one."""
        before = _EDGE.sub("", self.parts[2 * first][-4:])
        after = _EDGE.sub("", self.text[end : end + 4])
        if before[-1:] in _QUOTE or after[:1] in _QUOTE:
            return True
        at = bisect_right(self._quotations, (start, len(self.text))) - 1
        return at >= 0 and self._quotations[at][1] >= end
