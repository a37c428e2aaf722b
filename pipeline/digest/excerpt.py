"""Which sentences of an article an edition quotes: its lead, and the sentence that matched when that is not the lead.

Quoted exactly, as spans of the body. A span never begins or ends inside a word, a quotation or a bracket: where a sentence is too
long it is cut at a pause outside all of them, and a sentence that offers no such place is not quoted at all.
Only the neighbourhood of a place is looked at, so a body of megabytes on one line costs no more than a short one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from pipeline.text.tokens import enclosed, paragraphs, sentences

SHORT = 60
"""A first sentence shorter than this is a dateline or a cry; the next one belongs to the lead."""
LONG = 320
"""Code points that one quoted sentence may have."""
MOST = 900
"""So far a quotation or bracket may lengthen it."""
REACH = 20_000
"""Code points on each side of a place that are looked at; a quotation longer than that counts as none."""
SENTENCES = 3
TRIES = 12
"""Places that are tried before the remaining terms go unquoted."""
PAUSES = "،؛,;:–—"

Span = tuple[int, int]
Place = tuple[int, int]
"""Paragraph and sentence in it, from 0."""


class Quote(NamedTuple):
    """`body[start:end]`, with the places that matched inside it; `cut` tells at which ends something of the sentence is missing."""

    start: int
    end: int
    marks: tuple[Span, ...]
    cut_before: bool
    cut_after: bool


def quotes(body: str, title: str, wanted: Sequence[Sequence[Span]] = ()) -> list[Quote]:
    """At most three sentences of `body`, in its order. `wanted` holds for each term its places in the body, in the order of worth."""
    places = sorted({place for group in wanted for place in group})
    near = _Near(body, len(body) - len(body.lstrip()) if body[:1].isspace() else 0)
    lead = near.lead(title)
    found = [q for q in (near.quote(i, None, places) for i in lead[:1]) if q]
    if len(lead) > 1 and (not found or found[0].end - found[0].start < SHORT):
        found += [q for q in [near.quote(lead[1], None, places)] if q]
    left = TRIES
    for group in wanted:
        for place in group[:left]:
            if len(found) == SENTENCES or any(q.start <= s and e <= q.end for q in found for s, e in group):
                break
            left -= 1
            at = near if len(near.text) == len(body) else _Near(body, place[0])
            quote = at.around(place, places, found)
            if quote and _apart(quote, found) and body[quote.start : quote.end].split() != title.split():
                found.append(quote)
    if len(found) == 1 and len(lead) > 1:
        found += [q for q in [near.quote(lead[1], None, places)] if q and _apart(q, found)]
    return _joined(sorted(found), body)


def first(body: str) -> str:
    """The first sentence of a text, as far as it can be quoted; empty where it cannot."""
    near = _Near(body, len(body) - len(body.lstrip()) if body[:1].isspace() else 0)
    quote = near.quote((0, 0), None, ()) if near.paragraphs else None
    return body[quote.start : quote.end] if quote else ""


def _apart(quote: Quote, found: Sequence[Quote]) -> bool:
    return all(quote.end <= q.start or q.end <= quote.start for q in found)


def _joined(found: Sequence[Quote], body: str) -> list[Quote]:
    """Sentences that follow each other with only a space between become one quote."""
    joined: list[Quote] = []
    for quote in found:
        last = joined[-1] if joined else None
        if last and not last.cut_after and not quote.cut_before and body[last.end : quote.start] in {"", " "}:
            joined[-1] = Quote(last.start, quote.end, last.marks + quote.marks, last.cut_before, quote.cut_after)
        else:
            joined.append(quote)
    return joined


class _Paragraph:
    """Its sentences, and the stretches between quotation marks or brackets that no cut may touch; as places of the text."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.sentences = [(start + a, start + b) for a, b in sentences(text[start:end])]
        self.whole = enclosed(text, start, end)

    def cut(self, start: int, end: int, must: Span | None) -> Span | None:
        """A sentence, or as much of it as can be read; None where it offers no place for a cut."""
        if must and must[1] - start > LONG:
            begins = self._beginning(start, must)
            if begins is None:
                return None
            start = begins
        if not self._free(start):
            return None
        if end - start <= LONG and self._free(end):
            return start, end
        least = max(must[1] if must else 0, start + LONG // 3)
        stops = [i for i in range(least, min(end, start + MOST)) if self.text[i].isspace() and self._free(i)]
        if end - start <= MOST and self._free(end):
            stops.append(end)
        short = [i for i in stops if i <= start + LONG]
        paused = [i for i in short if self.text[i - 1] in PAUSES and i >= start + LONG // 2]
        chosen = paused or short or stops[:1]
        return (start, chosen[-1]) if chosen else None

    def _beginning(self, start: int, must: Span) -> int | None:
        """Where to begin when the sentence's own beginning is too far from the place that it must show."""
        gaps = [i + 1 for i in range(start, must[0]) if self.text[i].isspace() and self._free(i + 1)]
        near = [i for i in gaps if i >= must[0] - LONG // 2]
        if near:
            paused = [i for i in near if self.text[i - 2] in PAUSES and i <= must[0] - LONG // 8]
            return (paused or near)[0]
        far = [i for i in [start, *gaps] if must[1] - i <= MOST]
        return far[-1] if far else None

    def _free(self, at: int) -> bool:
        """Whether a cut right before `at` leaves every quotation and bracket whole."""
        k = bisect_right(self.whole, (at, -1)) - 1
        return k < 0 or at >= self.whole[k][1]


class _Near:
    """The neighbourhood of a place: from the first paragraph that begins within reach to the last that ends there.

    A paragraph longer than the reach is entered after a space; a quotation that was opened before is then not known. Without a space
    there is nothing to quote.
    """

    def __init__(self, body: str, at: int) -> None:
        low, high = max(0, at - REACH), min(len(body), at + REACH)
        self.enters = self.leaves = False
        if low:
            paragraph = body.find("\n", low, at) + 1
            self.enters = not paragraph
            low = paragraph or next((i + 1 for i in range(low, at) if body[i].isspace()), high)
        if high < len(body):
            paragraph = body.rfind("\n", at, high)
            self.leaves = paragraph < 0
            high = paragraph if paragraph >= 0 else next((i for i in range(high, at, -1) if body[i].isspace()), at)
        self.begin, self.text = low, body[low:high]  # empty where no space was met before the place
        self.paragraphs = paragraphs(self.text)
        self._read: dict[int, _Paragraph] = {}

    def paragraph(self, n: int) -> _Paragraph:
        """Looked at when it is asked for: of a long text few are."""
        if n not in self._read:
            self._read[n] = _Paragraph(self.text, *self.paragraphs[n])
        return self._read[n]

    def lead(self, title: str) -> list[Place]:
        """The first two sentences; a headline that the text repeats is passed over."""
        all_ = ((n, i) for n in range(len(self.paragraphs)) for i in range(len(self.paragraph(n).sentences)))
        order = list(islice(all_, 3))
        repeats = bool(order) and self.text[slice(*self.paragraph(0).sentences[0])].split() == title.split()
        return order[repeats:][:2]

    def around(self, place: Span, places: Sequence[Span], found: Sequence[Quote]) -> Quote | None:
        """The sentence that holds the place, cut so that it still does, and without what was quoted of it already."""
        start, end = place[0] - self.begin, place[1] - self.begin
        n = bisect_right(self.paragraphs, (start, len(self.text))) - 1
        i = bisect_right(self.paragraph(n).sentences, (start, len(self.text))) - 1 if n >= 0 else -1
        if i < 0 or end > self.paragraph(n).sentences[i][1]:
            return None  # a match across two sentences has none of its own
        quoted = max((q.end - self.begin for q in found if q.end <= place[0]), default=0)
        return self.quote((n, i), (start, end), places, quoted)

    def quote(self, which: Place, must: Span | None, places: Sequence[Span], quoted: int = 0) -> Quote | None:
        """A sentence as a quote, with all places that it shows; None where it cannot be cut to a readable length."""
        paragraph = self.paragraph(which[0])
        start, end = paragraph.sentences[which[1]]
        begins = max(start, quoted)
        begins += len(self.text[begins:end]) - len(self.text[begins:end].lstrip())
        cut = paragraph.cut(begins, end, must)
        if cut is None:
            return None
        a, b = cut[0] + self.begin, cut[1] + self.begin
        marks = merged([(s, e) for s, e in places if a <= s and e <= b])
        entered = self.enters and start == self.paragraphs[0][0]
        left = self.leaves and end == self.paragraphs[-1][1]
        return Quote(a, b, tuple(marks), cut[0] > start or entered, cut[1] < end or left)


def merged(places: Sequence[Span]) -> list[Span]:
    """Overlapping places, in order, as one."""
    found: list[Span] = []
    for start, end in places:
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
