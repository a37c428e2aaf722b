"""The last thirty days in memory: what `marsad dedupe` places articles against when there is no archive.

Bounded twice, by time and by number. Texts lie compressed; keys lie in one flat table of 64-bit slots, eight to a row, where the newest
takes the place of the oldest: a key that everybody has (a page's furniture, a bulletin's mould) costs no more than any other.
"""

from __future__ import annotations

import zlib
from array import array
from collections import Counter, OrderedDict, defaultdict
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from pipeline.model import Article, Placement

from .fingerprint import Fingerprint, fingerprint
from .placing import PASSAGE, Candidate, near_in_time, nearest, place

SPAN = timedelta(days=30)
MOST_ARTICLES = 200_000

MOST_OF_STORY = 60
"""Members of one story that are looked at, the newest: a text that comes a thousand times costs no more than that."""

FEWEST_ROWS = 1 << 12
_SLOTS = 8
_FULL = 0.4
"""Share of slots in use from which the table is made anew: rows overflow rarely below it."""


def _number(band: str) -> int:
    """A key as 32 bits, of which the last tells a pair of words from the rest."""
    return zlib.crc32(band.encode()) & ~1 | (band[0] == "s")


def _band(number: int) -> str:
    return f"{'s' if number & 1 else 'w'}{number:x}"


class _Keys:
    """Key → numbers of the newest articles that have it, at most eight of a row."""

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._table = array("Q", bytes(8 * _SLOTS * rows))
        self._used = 0

    def add(self, keys: array[int], number: int) -> None:
        """`number` counts from 1: an empty slot is 0."""
        for key in keys:
            at = (key >> 1 & (self._rows - 1)) * _SLOTS
            row = self._table[at : at + _SLOTS]
            self._used += row[-1] == 0
            self._table[at + 1 : at + _SLOTS] = row[:-1]
            self._table[at] = key << 32 | number

    def find(self, keys: array[int]) -> Counter[int]:
        """Number → what the keys that it shares are worth; see `closeness`."""
        found: Counter[int] = Counter()
        for key in keys:
            at = (key >> 1 & (self._rows - 1)) * _SLOTS
            for slot in self._table[at : at + _SLOTS]:
                if slot >> 32 == key and slot:
                    found[slot & 0xFFFFFFFF] += 1 if key & 1 else PASSAGE
        return found

    @property
    def full(self) -> bool:
        return self._used > _FULL * self._rows * _SLOTS


@dataclass(slots=True)
class _Kept:
    article: Article
    """Without title and body: those are in `text`."""
    text: bytes
    keys: array[int]
    text_hash: str
    words: int
    placement: Placement


class Window:
    """Places articles as they come, each against those of the thirty days before it. Memory stays within bounds; see `most`."""

    def __init__(self, most: int = MOST_ARTICLES) -> None:
        self._most = most
        self._kept: OrderedDict[int, _Kept] = OrderedDict()
        self._numbers: dict[str, int] = {}
        self._stories: defaultdict[str, dict[int, None]] = defaultdict(dict)
        self._hashes: dict[str, int] = {}
        self._next = 1
        self._keys = _Keys(FEWEST_ROWS)
        self._told: dict[str, Placement] = {}
        """What was answered, where the article has moved since: an answer cannot be called back."""

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, article: Article) -> Placement:
        """Where the article stands. The answer is final, so where it takes over a group as its original it is told as a copy of the one
        that was told before: the group stays one for whoever reads the answers.
        """
        if article.id in self._numbers:
            number = self._numbers[article.id]
            return self._told.get(article.id) or self._kept[number].placement
        mark = fingerprint(article)
        keys = array("Q", map(_number, mark.bands))
        own = replace(mark, bands=tuple(map(_band, keys)))  # as the candidates' keys are kept
        placement, moved = place(article, own, self._candidates(article, keys, mark.text_hash), told=True)
        answer = self._answer(placement, moved)
        renamed: dict[str, str] = {}
        for other, changed in moved.items():
            before = self._kept[self._numbers[other]].placement.story
            self._move(self._numbers[other], changed)
            if before != changed.story:
                renamed[before] = changed.story
        for before, now in renamed.items():  # a story moves whole: members that nobody looked at follow those that were
            for number in list(self._stories.get(before, ())):
                self._move(number, replace(self._kept[number].placement, story=now))
        self._keep(article, mark, keys, placement)
        if answer != placement:
            self._told[article.id] = answer
        return answer

    def _candidates(self, article: Article, keys: array[int], text_hash: str) -> list[Candidate]:
        found = self._keys.find(keys)
        if text_hash in self._hashes:
            found[self._hashes[text_hash]] += PASSAGE * len(keys)
        newest = sorted((n for n in found if n in self._kept), reverse=True)
        near = nearest(newest, found, lambda n: near_in_time(article, self._kept[n].article))
        wanted = dict.fromkeys(near)
        for story in {self._kept[n].placement.story for n in near}:
            members = self._stories[story]
            wanted |= dict.fromkeys(islice(members, 1)) | dict.fromkeys(islice(reversed(members), MOST_OF_STORY))
        for n in near:
            original = self._numbers.get(self._kept[n].placement.original)
            wanted |= {} if original is None else {original: None}
        return [self._candidate(n) for n in sorted(wanted)]

    def _candidate(self, number: int) -> Candidate:
        kept = self._kept[number]
        title, _, body = zlib.decompress(kept.text).decode("utf-8", "surrogatepass").partition("\0")
        mark = Fingerprint(bands=tuple(map(_band, kept.keys)), text_hash=kept.text_hash, words=kept.words)
        return Candidate(
            article=replace(kept.article, title=title, body=body), fingerprint=mark, placement=kept.placement
        )

    def _answer(self, placement: Placement, moved: dict[str, Placement]) -> Placement:
        followers = [i for i, p in moved.items() if p.original == placement.original and p.relation == "copy"]
        if placement.relation != "original" or not followers:
            return placement
        first = min(followers, key=lambda i: self._numbers[i])
        return replace(
            placement,
            relation="copy",
            original=first,
            reason=f"published before «{first}», which was told as the original: {moved[first].reason}",
        )

    def _keep(self, article: Article, mark: Fingerprint, keys: array[int], placement: Placement) -> None:
        number = self._next
        self._next += 1
        text = zlib.compress(f"{article.title}\0{article.body}".encode("utf-8", "surrogatepass"), 3)
        bare = replace(article, title="", body="")
        self._kept[number] = _Kept(bare, text, keys, mark.text_hash, mark.words, placement)
        self._numbers[article.id] = number
        self._hashes[mark.text_hash] = number
        self._stories[placement.story][number] = None
        self._keys.add(keys, number)
        while self._kept and (
            len(self._kept) > self._most
            or next(iter(self._kept.values())).article.first_seen < article.first_seen - SPAN
        ):
            self._forget()
        if self._keys.full:
            self._keys = self._rebuilt()

    def _rebuilt(self) -> _Keys:
        """A table for the keys of the articles that are kept, with as much room again: those of forgotten ones take none."""
        rows = FEWEST_ROWS
        while sum(len(k.keys) for k in self._kept.values()) > _FULL / 2 * rows * _SLOTS:
            rows *= 2
        table = _Keys(rows)
        for n, kept in self._kept.items():
            table.add(kept.keys, n)
        return table

    def _move(self, number: int, placement: Placement) -> None:
        kept = self._kept[number]
        self._told.setdefault(kept.article.id, kept.placement)
        del self._stories[kept.placement.story][number]
        if not self._stories[kept.placement.story]:
            del self._stories[kept.placement.story]
        kept.placement = placement
        self._stories[placement.story][number] = None

    def _forget(self) -> None:
        number, kept = self._kept.popitem(last=False)
        del self._numbers[kept.article.id]
        self._told.pop(kept.article.id, None)
        del self._stories[kept.placement.story][number]
        if not self._stories[kept.placement.story]:
            del self._stories[kept.placement.story]
        if self._hashes.get(kept.text_hash) == number:
            del self._hashes[kept.text_hash]
