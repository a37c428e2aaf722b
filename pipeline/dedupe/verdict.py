"""Whether two articles are one text, decided by evidence and said in words.

    shared   the words of one that stand, in runs of at least three, in the other: found by walking one text along the other
    swaps    places inside the shared text where each has a word of its own

Much shared text alone decides nothing: bulletins of one template, telegrams of congratulation and flashes share nearly all of it and
are other news. What decides there are the swaps: figures, names and, in a short text, any word at all that is not house style.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .common import ORDINALS, WEEKDAYS
from .spelling import alike
from .wording import Wording, names

RUN = 3
"""Words in a row that must agree before a place counts as shared."""

SHORT = 40
"""Words up to which a text is a flash: one decisive word makes another news of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A place inside shared text where the two differ: what one has, and what the other has instead."""

    mine: tuple[str, ...]
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """Two texts laid beside each other."""

    words: int
    """Words of the first that stand in the other."""
    mine: int
    other: int
    """Lengths of the two."""
    swaps: tuple[Swap, ...]
    longest: int
    """The longest run."""
    opening: int = 0
    """The run with which both begin."""

    @property
    def share(self) -> float:
        """Of the shorter text."""
        return min(1.0, self.words / max(1, min(self.mine, self.other)))

    @property
    def jaccard(self) -> float:
        return self.words / max(1, self.mine + self.other - self.words)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`reason` says why the two are one text, or what speaks against it; empty when they have little in common."""

    copy: bool
    similarity: float
    reason: str
    shared: Shared | None
    """The two laid beside each other; None where too few words are the same for that to be worth while."""


def lay(a: Sequence[str], b: Sequence[str]) -> Shared:
    """Walk `a` along `b`: at each word the run of both is followed as far as it goes. Linear in the lengths; moved paragraphs are found."""
    at: dict[tuple[str, ...], list[int]] = {}
    for j in range(len(b) - RUN + 1):
        places = at.setdefault(tuple(b[j : j + RUN]), [])
        if len(places) < 4:  # a phrase of the language; four places are enough to go on from
            places.append(j)
    blocks: list[tuple[int, int, int]] = []
    taken = bytearray(len(b))
    i, expected = 0, 0
    while i <= len(a) - RUN:
        free = [j for j in at.get(tuple(a[i : i + RUN]), ()) if not taken[j]]
        if not free:
            i += 1
            continue
        j = min(free, key=lambda j: (j < expected, abs(j - expected)))
        n = RUN
        while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n] and not taken[j + n]:
            n += 1
        back = 0
        floor = blocks[-1][0] + blocks[-1][2] if blocks else 0
        while i - back > floor and j - back > 0 and a[i - back - 1] == b[j - back - 1] and not taken[j - back - 1]:
            back += 1
        blocks.append((i - back, j - back, n + back))
        taken[j - back : j + n] = b"\1" * (n + back)
        i += n
        expected = j + n
    return Shared(
        words=sum(n for _, _, n in blocks),
        mine=len(a),
        other=len(b),
        swaps=tuple(_swaps(a, b, blocks)),
        longest=max((n for _, _, n in blocks), default=0),
        opening=next((n for i, j, n in blocks if i <= EDGE and j <= EDGE), 0),
    )


EDGE = 5
"""Words that may stand before a common beginning: a dateline that nobody recognised."""

MOST_LOOKED_AT = 800
"""Different words of a text among which another spelling is looked for: an exact match is found anywhere."""

GAP = 14
"""Words between two shared runs that still belong to one sentence."""


def _swaps(a: Sequence[str], b: Sequence[str], blocks: Sequence[tuple[int, int, int]]) -> Iterable[Swap]:
    edges = [(0, 0, 0), *blocks, (len(a), len(b), 0)]
    for (i, j, n), (k, m, _) in pairwise(edges):
        left, right = tuple(a[i + n : k]), tuple(b[j + n : m]) if m >= j + n else ()
        if left and right and len(left) <= GAP and len(right) <= GAP:
            both = set(left) & set(right)
            mine, other = tuple(w for w in left if w not in both), tuple(w for w in right if w not in both)
            if mine and other:
                yield Swap(mine=mine, other=other)


def figures(words: Iterable[str]) -> set[str]:
    """Figures, and the ordinals that stand for one."""
    return {ORDINALS.get(w, w) for w in words if w[0].isdigit() or w in ORDINALS}


def unmatched(words: Iterable[str], others: Sequence[str]) -> list[str]:
    """The decisive words of `words` that the others have in no spelling."""
    exact = set(others)
    pool = list(dict.fromkeys(others))[:MOST_LOOKED_AT]
    return [w for w in dict.fromkeys(names(words)) if w not in exact and not any(alike(w, o) for o in pool)]


# ---------------------------------------------------------------- deciding
LEAST = 0.8
"""Share of the shorter text that must stand in the other. Of labelled pairs of wire copies nearly all have more; reports of
one event written by two hands have less than 0.75. What has more and is no copy is caught by what differs."""

OPENING, HALF = 25, 0.5
"""Under one headline so many words in a row from the start, and half of the text: a reprint that was cut and then written on."""

LIKELY = 0.5
"""Of the different words of the shorter text so many must be in the other at all: a quick look before the exact one."""

NEARLY_ALL = 0.96
"""From this share on a differing headline says nothing."""

MOST_SWAPS, MOST_SWAPS_OF_NAMES = 5, 3
"""Places with other words in a hundred words: an editor's hand exchanges some anywhere; a mould is filled with other names, which its
headline has too or which come again."""

_LOOSE = frozenset(["في", "من", "علي", "الي", "عن", "مع", "ان", "و", "ال", "قد", "لقد", "هذا", "هذه"])


def judge(a: Wording, b: Wording) -> Verdict:
    """Whether `a` and `b` are one text. Symmetric: the order of the two does not matter."""
    mine, other = a.body or a.title, b.body or b.title
    if (len(mine), mine) > (len(other), other):
        return judge(b, a)
    if mine == other and (len(mine) >= 4 or a.title == b.title):
        shared = Shared(words=len(mine), mine=len(mine), other=len(other), swaps=(), longest=len(mine))
        return Verdict(copy=bool(mine), similarity=1.0, reason="the same text, word for word", shared=shared)
    if len(mine) >= SHORT and len(a.known & b.known) < LIKELY * min(len(a.known), len(b.known)):
        return Verdict(copy=False, similarity=0.0, reason="", shared=None)
    shared = lay(mine, other)
    if len(mine) < SHORT and not _excerpt(mine, other, shared):
        return _flash(mine, other, shared)
    said = (
        f"{shared.share:.0%} of the {len(mine)} words of the shorter text stand in the other, {shared.longest} in a row"
    )
    same_start = shared.opening >= OPENING and shared.share >= HALF and unspaced(a.title) == unspaced(b.title)
    if (shared.share < LEAST or shared.longest < 8) and not same_start:
        return Verdict(copy=False, similarity=shared.share, reason="", shared=shared)
    if against := differs(a, b, shared):
        return Verdict(copy=False, similarity=shared.share, reason=f"{said}, but {against}", shared=shared)
    return Verdict(copy=True, similarity=shared.share, reason=said, shared=shared)


def unspaced(words: Iterable[str]) -> str:
    return "".join(words)


def _excerpt(mine: Sequence[str], other: Sequence[str], shared: Shared) -> bool:
    """A few sentences that are the beginning of the longer text: what a trimmed reprint or a feed's summary has."""
    return (
        len(mine) >= 15
        and len(other) >= 1.3 * len(mine)
        and shared.share >= 0.9
        and shared.opening >= max(12, 0.5 * len(mine))
        and figures(mine) <= figures(other)
    )


def _flash(mine: Sequence[str], other: Sequence[str], shared: Shared) -> Verdict:
    """In a flash every word counts: one may have a few more, but where both have words of their own they tell different news."""
    left = [w for w in mine if w not in set(other) and w not in _LOOSE]
    right = [w for w in other if w not in set(mine) and w not in _LOOSE]
    only_left = [w for w in left if not any(alike(w, o) for o in right)]
    only_right = [w for w in right if not any(alike(w, o) for o in left)]
    most = max(len(mine), len(other))
    likeness = 1 - max(len(only_left), len(only_right)) / max(1, most)
    same_order = shared.share >= 0.6 or len(mine) < 6
    copy = (
        len(mine) >= 4
        and len(mine) >= 0.6 * most
        and same_order
        and not (only_left and only_right)
        and not figures(only_left)
        and not figures(only_right)
        and likeness >= 0.7
    )
    if copy:
        reason = f"a short text with the same words: {len(mine) - len(only_left)} of {most}"
    elif likeness >= 0.6 and (only_left or only_right):
        reason = f"a short text that differs in «{' '.join(only_left[:4])}» and «{' '.join(only_right[:4])}»"
    else:
        reason = ""
    return Verdict(copy=copy, similarity=max(0.0, likeness), reason=reason, shared=shared)


def differs(a: Wording, b: Wording, shared: Shared) -> str:
    """What makes two texts that share most of their words other news; empty when nothing does. `shared` is `a` laid along `b`."""
    mine, other = a.body or a.title, b.body or b.title
    left_figures, right_figures = figures(mine), figures(other)
    agree = len(left_figures & right_figures)
    differ = min(len(left_figures - right_figures), len(right_figures - left_figures))
    swapped = sum(
        bool(figures(s.mine) - figures(s.other)) and bool(figures(s.other) - figures(s.mine)) for s in shared.swaps
    )
    long = len(mine) >= 150 and shared.share >= 0.95
    if differ and swapped and (differ > 0.4 * agree if differ > 1 else agree <= 1 and not long):
        pairs = [(s.mine, s.other) for s in shared.swaps if figures(s.mine) and figures(s.other)]
        return f"the figures differ: {_pair(*pairs[0])}"
    heavy = [(x, y) for s in shared.swaps if (x := unmatched(s.mine, s.other)) and (y := unmatched(s.other, s.mine))]
    left_title, right_title = unmatched(a.title, (*b.title, *other)), unmatched(b.title, (*a.title, *mine))
    if left_title and right_title:
        swapped_left = {w for x, _ in heavy for w in x}
        swapped_right = {w for _, y in heavy for w in y}
        named_left = [w for w in left_title if _among(w, swapped_left)]
        named_right = [w for w in right_title if _among(w, swapped_right)]
        if named_left and named_right:
            return f"it is about {_pair(named_left, named_right)}"
        if shared.share < 0.85:
            return f"the headlines name other things: {_pair(left_title, right_title)}"
    weekdays = [WEEKDAYS & set(x) for x in (mine[:40], other[:40])]
    if weekdays[0] and weekdays[1] and not weekdays[0] & weekdays[1] and swapped:
        return f"the days differ: {_pair(sorted(weekdays[0]), sorted(weekdays[1]))}"
    rate = 100 * len(heavy) / len(mine)
    repeated = len(heavy) - len({(tuple(x), tuple(y)) for x, y in heavy})
    named = bool(left_title and right_title)
    most = MOST_SWAPS_OF_NAMES if named or _again(x for x, _ in heavy) else MOST_SWAPS
    if len(heavy) > 1 and shared.share < NEARLY_ALL and (rate >= most or (rate >= 1.5 and repeated and named)):
        return f"{len(heavy)} places have other words: {_pair(*heavy[0])}"
    if len(mine) < 0.5 * len(other) and b.title and a.title:
        # A short text inside a long one: a reprint that was trimmed, unless the long one is about something else and quotes it.
        strange = unmatched(b.title, (*a.title, *mine))
        if len(strange) > 0.6 * max(1, len(names(b.title))) and unmatched(a.title, (*b.title, *other[:60])):
            return "the longer text is about something else and quotes it"
    return ""


def _again(places: Iterable[Sequence[str]]) -> bool:
    """Whether a word stands in more than one of the places: a name that the other text has another for."""
    seen: set[str] = set()
    for words in places:
        if not seen.isdisjoint(words):
            return True
        seen.update(words)
    return False


def _among(word: str, pool: Iterable[str]) -> bool:
    return any(alike(word, w) for w in pool)


def _pair(left: Iterable[str], right: Iterable[str]) -> str:
    return f"«{' '.join(list(left)[:4])}» and «{' '.join(list(right)[:4])}»"
