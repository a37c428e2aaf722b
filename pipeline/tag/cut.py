"""A field's text cut into tokens, each worked out only when it is asked for.

Blanks and line ends first: no token holds any, and cutting there is five times as fast as finding tokens. What stands
between two of them is a *chunk*; nearly all are one token, with or without a sign («كلمة،»). So only the others (none in «–»,
two in «كوفيد19») have to be known to tell which token stands where, and a chunk is taken apart when something near it is found.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from pipeline.text.fold import TATWEEL
from pipeline.text.tokens import SPLIT, TOKEN, Gap, gap

_MOST_STEPS = 4
"""How often a text may be counted through for single places."""
_LETTERS = frozenset(map(chr, range(0x621, 0x64B))) - {TATWEEL}
"""Letters of which a token is sure to hold the whole run."""
_CHUNK = re.compile(r"\S+")


def parted(text: str) -> tuple[list[str], bool]:
    """The chunks of a text, and whether it is *even*: one blank or line end stands between all of them, as in texts that were tidied."""
    plain = text.replace("\n", " ")
    return (text.split(), False) if "  " in plain else (plain.split(" "), True)


class Cut:
    """The tokens of a text by their number, as `TOKEN.findall` would give them."""

    def __init__(self, text: str, chunks: list[str], uneven: list[tuple[int, int]], *, even: bool) -> None:
        """`chunks` and `even` as `parted` says of the text; `uneven`: each that is not one token, in order, with how many it is."""
        self.text, self._chunks, self._even = text, chunks, even
        self._uneven = [chunk for chunk, _ in uneven]
        self._odd = frozenset(self._uneven)
        self._more = list(accumulate((count - 1 for _, count in uneven), initial=0))
        """How many more tokens than chunks there are before each of these, and at the end."""
        self._after = [chunk + 1 + more for chunk, more in zip(self._uneven, self._more[1:], strict=True)]
        """The token after each of these."""
        self.count = len(chunks) + self._more[-1]
        self._taken: dict[int, list[str]] = {}
        self._offsets: dict[int, list[int]] = {}
        self._gaps: dict[int, Gap] = {}
        self._reached = self._length = self._asked = 0
        """The chunk whose place was counted last, its place, and how many were counted through so far."""

    def _chunk(self, at: int) -> tuple[int, int]:
        """The chunk in which token `at` stands, and its number there."""
        passed = bisect_right(self._after, at)
        chunk = at - self._more[passed]
        if passed < len(self._uneven) and chunk > self._uneven[passed]:
            return self._uneven[passed], chunk - self._uneven[passed]
        return chunk, 0

    def _parts(self, chunk: int) -> list[str]:
        """What is no token and what is, by turns."""
        known = self._taken.get(chunk)
        if known is None:
            known = self._taken[chunk] = SPLIT.split(self._chunks[chunk])
        return known

    def _places(self, chunk: int) -> list[int]:
        """Where each of these begins in the chunk."""
        known = self._offsets.get(chunk)
        if known is None:
            known = self._offsets[chunk] = list(accumulate(map(len, self._parts(chunk)), initial=0))
        return known

    @cached_property
    def _starts(self) -> list[int]:
        if self._even:
            return list(accumulate((len(chunk) + 1 for chunk in self._chunks), initial=0))
        return [hit.start() for hit in _CHUNK.finditer(self.text)]

    def _start(self, chunk: int) -> int:
        """Where a chunk begins: counted on from the last one asked for, until that has cost more than all places at once."""
        if self._asked > _MOST_STEPS * len(self._chunks) or not self._even:
            return self._starts[chunk]
        reached = self._reached
        if chunk == reached:
            return self._length
        if chunk > reached:
            self._length += len("".join(self._chunks[reached:chunk])) + chunk - reached
        else:
            self._length -= len("".join(self._chunks[chunk:reached])) + reached - chunk
        self._reached = chunk
        self._asked += abs(chunk - reached)
        return self._length

    def raw(self, at: int) -> str:
        """Token `at` as it stands."""
        chunk, number = self._chunk(at) if self._uneven else (at, 0)
        word = self._chunks[chunk]
        if word[0] in _LETTERS and word[-1] in _LETTERS and chunk not in self._odd:
            return word  # a token and nothing else, as nearly all are
        return self._parts(chunk)[2 * number + 1]

    @cached_property
    def raws(self) -> list[str]:
        """All tokens."""
        return TOKEN.findall(self.text)

    @cached_property
    def begins(self) -> list[int]:
        """Where each token begins."""
        return [hit.start() for hit in TOKEN.finditer(self.text)]

    def place(self, at: int) -> tuple[int, int]:
        """Start and end of token `at`."""
        chunk, number = self._chunk(at) if self._uneven else (at, 0)
        start, word = self._start(chunk), self._chunks[chunk]
        if word[0] in _LETTERS and word[-1] in _LETTERS and chunk not in self._odd:
            return start, start + len(word)
        parts = self._parts(chunk)
        start += self._places(chunk)[2 * number + 1] if number else len(parts[0])
        return start, start + len(parts[2 * number + 1])

    def between(self, at: int) -> str:
        """What stands before token `at`, as far as the token before it."""
        chunk, number = self._chunk(at)
        if number:
            return self._parts(chunk)[2 * number]
        return self.text[self.place(at - 1)[1] if at else 0 : self.place(at)[0]]

    def gap(self, at: int) -> Gap:
        """The same, for a phrase that may run across it."""
        if at <= 0 or at >= self.count:
            return "break"
        if at not in self._gaps:
            self._gaps[at] = self._gap(at)
        return self._gaps[at]

    def joined(self, at: int) -> bool:
        """Whether nothing stands before token `at`, or what makes one number of two: never where white space stands."""
        return bool(self._uneven) and 0 < at < self.count and self._chunk(at)[1] > 0 and self.gap(at) == "joined"

    def _gap(self, at: int) -> Gap:
        chunk, number = self._chunk(at) if self._uneven else (at, 0)
        if not number and chunk and self._chunks[chunk][0] in _LETTERS and self._chunks[chunk - 1][-1] in _LETTERS:
            start = self._start(chunk)
            if self.text[start - 1] == " " and (self._even or not self.text[start - 2].isspace()):
                return "blank"
        between = self.between(at)
        return gap(self.text, self.place(at - 1), self.place(at)) if between else "joined"
