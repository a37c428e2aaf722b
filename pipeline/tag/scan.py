"""One field of an article, cut, with what is asked about its tokens: readings, neighbours, particles apart, paragraphs.

Everything here is made when it is first asked for and then kept, because most texts hold nothing that any term means: they
cost one cut and one look at a set.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from pipeline.tag.compile import Branch, Plan
from pipeline.tag.cut import Cut
from pipeline.tag.spec import AFTER_PRONOUN, AFTER_WAW, AFTER_WORDS, ARTICLE, DOTLESS, DOTTED, HAA, Found
from pipeline.text.clitics import PROCLITICS, Proclitic, cuts
from pipeline.text.fold import INVISIBLE, TATWEEL, fold, key, light
from pipeline.text.lookalikes import FINAL_ALEF, FINAL_YAA, ROOT_HAA
from pipeline.text.tokens import QUOTES, TOKEN, Gap, enclosed, paragraphs

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
    """Readings that only begin phrases: nearly all that a long list meets, so `follows` comes first."""
    follows: AbstractSet[int]
    """Specs that go on with a phrase which one of the heads begins."""
    specs: tuple[int, ...]


class Uneven(NamedTuple):
    """A chunk that is not one token."""

    tokens: int
    """How many tokens it is."""
    told: tuple[tuple[int, Told], ...] = ()
    """Those that some term may mean, by their number in it."""


class Memo:
    """What the tokens of each distinct chunk can stand for, made when it is first met.

    Chunks of one token that no term asks for, nearly all, are kept as a bare set: what of a text is not in it is looked at,
    nothing else. What is kept is bounded: when it is full, it becomes the older half, and what of that is met again moves back.
    """

    MOST = 200_000
    """Distinct chunks in each half: some 20 MB, the vocabulary of about ten thousand articles."""
    LONGEST = 64
    """Longer chunks are looked up anew each time."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._silent: set[str] = set()
        self._known: dict[str, Told | Uneven] = {}
        self._older_silent: set[str] = set()
        self._older_known: dict[str, Told | Uneven] = {}

    def told(self, chunks: list[str]) -> tuple[dict[int, Told], list[tuple[int, int]]]:
        """Those of the tokens that some term may mean, by their number, in order; and the uneven chunks (see `Cut`)."""
        # The large set lies outside the processor's cache, which costs more than all else here; to make the chunks distinct
        # first, or to ask by `map`, is no faster.
        silent = self._silent
        asked = [at for at, chunk in enumerate(chunks) if chunk not in silent]
        heard = list(map(self._known.get, map(chunks.__getitem__, asked)))
        if not all(heard):
            fresh = self._met({chunks[at] for at, one in zip(asked, heard, strict=True) if one is None})
            heard = [one or fresh[chunks[at]] for at, one in zip(asked, heard, strict=True)]
        found: dict[int, Told] = {}
        uneven: list[tuple[int, int]] = []
        more = 0
        for at, one in zip(asked, heard, strict=True):
            if isinstance(one, Told):
                found[at + more] = one
            elif one is not None:
                for number, told in one.told:
                    found[at + more + number] = told
                uneven.append((at, one.tokens))
                more += one.tokens - 1
        return found, uneven

    def _met(self, chunks: set[str]) -> dict[str, Told | Uneven | None]:
        """Look at chunks that are met for the first time in a while, and remember them."""
        met: dict[str, Told | Uneven | None] = {}
        for chunk in chunks:
            if chunk in self._older_known:
                met[chunk] = self._older_known[chunk]
            elif chunk in self._older_silent:
                met[chunk] = None
        met |= self._heard({chunk: TOKEN.findall(chunk) for chunk in chunks if chunk not in met})
        for chunk, heard in met.items():
            self._keep(chunk, heard)
        return met

    def _heard(self, chunks: dict[str, list[str]]) -> Iterator[tuple[str, Told | Uneven | None]]:
        touched = self._plan.lexicon.touched(list({raw for raws in chunks.values() for raw in raws}))
        told = {raw: self._look(raw) for raw, may in touched if may}
        for chunk, raws in chunks.items():
            here = tuple((at, known) for at, raw in enumerate(raws) if (known := told.get(raw)) is not None)
            if len(raws) != 1:
                yield chunk, Uneven(len(raws), here)
            else:
                yield chunk, here[0][1] if here else None

    def _look(self, raw: str) -> Told | None:
        readings = self._plan.lexicon.look(raw)
        if not readings:
            return None
        begun = [(found, branch) for found in readings if (branch := self._plan.trie.get(found.spec)) is not None]
        heads = tuple(pair for pair in begun if not pair[1].ends)
        return Told(
            readings,
            whole=tuple(pair for pair in begun if pair[1].ends),
            heads=heads,
            follows=heads[0][1].after.keys() if len(heads) == 1 else frozenset().union(*(b.after for _, b in heads)),
            specs=tuple(found.spec for found in readings),
        )

    def _keep(self, chunk: str, heard: Told | Uneven | None) -> None:
        if len(chunk) > self.LONGEST:
            return
        if len(self._silent) + len(self._known) >= self.MOST:
            self._older_silent, self._older_known = self._silent, self._known
            self._silent, self._known = set(), {}
        if heard is None:
            self._silent.add(chunk)
        else:
            self._known[chunk] = heard


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


class Scan(Cut):
    """A field's text, cut, with what its hits are asked about."""

    def __init__(
        self,
        text: str,
        chunks: list[str],
        told: dict[int, Told],
        uneven: list[tuple[int, int]],
        habits: Habits,
        *,
        even: bool,
    ) -> None:
        """`chunks` and `even` as `parted` says of the text; `told` and `uneven` as the memo says of the chunks."""
        super().__init__(text, chunks, uneven, even=even)
        self.told, self.habits = told, habits
        self._aparts: dict[int, Apart | None] = {}

    # ---- neighbours
    def apart(self, at: int) -> Apart | None:
        """The particles that stand apart before token `at`."""
        if at < 1 or not self.may_be_apart(at - 1):
            return None
        if at not in self._aparts:
            self._aparts[at] = self._find_apart(at)
        return self._aparts[at]

    def _find_apart(self, at: int) -> Apart | None:
        raw = self.raw(at - 1)
        known = _particles(raw)
        if known is None:
            return None
        kind = self.gap(at)
        tailed = TATWEEL in raw or TATWEEL in self.between(at)[:4]
        if kind not in PASSES or (kind == "mark" and not tailed) or (kind == "blank" and not tailed and raw != "و"):
            return None
        return Apart(at - 1, known.particles, known.article, joined=kind == "joined", quote=kind == "quote")

    def may_be_apart(self, at: int) -> bool:
        """Whether token `at` looks like particles by themselves: a cheap first question."""
        if at >= self.count:
            return False
        raw = self.raw(at)
        return raw[-1] in _LAST_PARTICLE and raw[0] in _FIRST_PARTICLE and len(raw) <= _LONGEST_APART

    def after(self, at: int) -> tuple[int, ...]:
        """The tokens that may follow `at` in a phrase: the next, before it the one after an article written apart; none where a phrase ends."""
        if self.gap(at + 1) not in PASSES:
            return ()
        if (
            self.may_be_apart(at + 1)
            and at + 2 < self.count
            and self.apart(at + 2) is not None
            and self.gap(at + 2) in PASSES
        ):
            return at + 2, at + 1
        return (at + 1,)

    # ---- what only the surroundings tell
    def allows(self, found: Found, at: int, before: Found | None = None, *, between: int = 0) -> bool:
        """Whether the surroundings give what a reading still needs."""
        needs = found.needs
        if not needs:
            return True
        habits = needs & (HAA | DOTLESS | DOTTED)
        if habits and habits & ~self.habits.held:
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
    def span(self, first: int, last: int, apart: Apart | None) -> tuple[int, int]:
        """From the first letter or joined particle to the last letter. `apart`: what `apart(first)` says."""
        start, end = self.place(last)  # the walk has just been there
        if apart is not None and apart.joined:
            start, _ = self.place(apart.token)
        elif last != first:
            start, _ = self.place(first)
        if self.text[end - 1] in _TRIMMED:
            end -= len(self.raw(last)) - len(self.raw(last).rstrip(_TRIMMED))
        return start, end

    def whole(self, first: int, last: int) -> bool:
        """Whether no letter or digit is joined to the tokens' outer edges: «إدلب1» is not إدلب."""
        if not self._uneven:
            return True
        if self.joined(first):
            apart = self.apart(first)
            if not (apart and apart.joined):
                return False
        return not self.joined(last + 1)

    def words_between(self, left: int, right: int) -> int:
        """Words strictly between two tokens; particles written apart are none."""
        inside = bisect_left(self._all_apart, right) - bisect_right(self._all_apart, left)
        return right - left - 1 - inside

    @cached_property
    def _all_apart(self) -> list[int]:
        """Tokens that are particles written apart."""
        return [at for at in range(self.count - 1) if self.may_be_apart(at) and self.apart(at + 1) is not None]

    @cached_property
    def _paragraphs(self) -> list[int]:
        """Tokens that begin a paragraph."""
        starts = self.begins
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
        before = _EDGE.sub("", self.between(first)[-4:])
        after = _EDGE.sub("", self.text[end : end + 4])
        if before[-1:] in _QUOTE or after[:1] in _QUOTE:
            return True
        at = bisect_right(self._quotations, (start, len(self.text))) - 1
        return at >= 0 and self._quotations[at][1] >= end
