"""The choice: which blocks of the page are the article's text.

1. trafilatura in its fast mood names lines; `align` finds their blocks.
2. The *frame* is the smallest element with most of them in it. What trafilatura took from outside it (headline, date, the first lines of
   the next teaser) goes, but for whole paragraphs before it: leads often stand above the frame.
3. Coverage tells doubt: the share of the page's paragraph-like text that was taken. Where it is low, the frame around all
   paragraph-like text is taken instead, and where the frame holds much that trafilatura passed over, everything in it.
4. The lead that is still missing comes back when a block is the start of what og:description or the feed's summary says.
5. JSON-LD's articleBody and the feed's own content stand in where the page itself has little and they say more of the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from pipeline.extract import candidates
from pipeline.extract.blocks import Block, Survey
from pipeline.extract.candidates import Line
from pipeline.extract.words import clean, key

MOST = 0.75
"""Share of the chosen text that the frame holds. At .85 it swallows the columns beside the text, at .6 it loses the article's halves."""

DOUBT = 0.4
"""Coverage below which trafilatura has most likely taken a side piece for the article."""

PASSED_OVER = 0.2
"""Share of the frame's paragraphs that may be missing from trafilatura's answer before all of them are taken."""

PARAGRAPH = 80
"""Characters of a line outside the frame that may be a lead."""

SHORT = 250
"""Characters below which a text is asked for its like elsewhere: JSON-LD, the feed."""


@dataclass(slots=True)
class Choice:
    """A text and where it is from."""

    lines: list[Line] = field(default_factory=list)
    extractor: str = "trafilatura"
    coverage: float = 0.0
    why: str = ""

    @property
    def length(self) -> int:
        return sum(len(line.text) for line in self.lines)


def of_page(tree: HtmlElement, survey: Survey, url: str) -> Choice:
    """The text that the page's own blocks carry, before lines are tidied."""
    taken = candidates.align(candidates.by_trafilatura(tree, url, "balanced"), survey)
    good = list(survey.good())
    chosen = {id(line.block) for line in taken if line.block is not None}
    coverage = sum(b.weight for b in good if id(b) in chosen) / max(1, sum(b.weight for b in good))
    own = [line.block for line in taken if line.block is not None]
    if coverage < DOUBT and good:
        found = Choice(
            _inside(_frame(good), survey),
            coverage=coverage,
            why="little of the page's text was taken: the frame around all of it",
        )
        rival = Choice(taken, coverage=coverage, why="as trafilatura has it")
        return found if found.length > rival.length else rival
    frame = _frame(own)
    if frame is None:
        return Choice(taken, coverage=coverage, why="no block answers")
    members = set(frame.iter())
    inside = [b for b in good if b.element in members]
    missing = sum(b.weight for b in inside if id(b) not in chosen)
    if missing > PASSED_OVER * sum(b.weight for b in inside):
        return Choice(_inside(frame, survey), coverage=coverage, why="the frame holds paragraphs that were passed over")
    return Choice(_kept(taken, members), coverage=coverage, why="trafilatura within its frame")


def _frame(blocks: Sequence[Block]) -> HtmlElement | None:
    """The smallest element with `MOST` of the text of `blocks` in it."""
    total = sum(b.weight for b in blocks)
    held: Counter[HtmlElement] = Counter()
    for block in blocks:
        element: HtmlElement | None = block.element
        while element is not None:
            held[element] += block.weight
            element = element.getparent()
    fit = [e for e, n in held.items() if n >= MOST * total]
    if not total or not fit:
        return None
    # Any two elements that hold most of the same text are one inside the other: the innermost has the most ancestors.
    return max(fit, key=lambda e: sum(1 for _ in e.iterancestors()))


def within(elements: Sequence[HtmlElement], survey: Survey) -> Choice:
    """Everything in the elements that the user's rule names."""
    members = {e for one in elements for e in one.iter()}
    lines = [Line(b.text, b) for b in survey.blocks if not b.noise and b.linked < 0.8 and b.element in members]
    return Choice(
        lines,
        coverage=1.0 if lines else 0.0,
        why="as the outlet's rule says" if lines else "the rule's content has no text",
    )


def _inside(frame: HtmlElement | None, survey: Survey) -> list[Line]:
    members = set(frame.iter()) if frame is not None else set()
    return [
        Line(b.text, b)
        for b in survey.blocks
        if not b.noise and not b.teaser and b.linked < 0.6 and b.element in members
    ]


def _kept(taken: list[Line], members: set[HtmlElement]) -> list[Line]:
    """Lines inside the frame, and whole paragraphs before its first."""
    first = next((n for n, line in enumerate(taken) if line.block is not None and line.block.element in members), 0)
    return [
        line
        for n, line in enumerate(taken)
        if line.block is None or line.block.element in members or (n < first and _paragraph(line.block))
    ]


def _paragraph(block: Block) -> bool:
    return len(block.text) >= PARAGRAPH and block.linked < 0.3 and not block.heading


# ---------------------------------------------------------------- the lead
def lead(chosen: list[Line], survey: Survey, said: Iterable[str]) -> Line | None:
    """The block before the text that begins as the page's description does, unless the text has it already.

    A description is a claim: it brings back what the page shows, it never becomes text itself.
    """
    first = next((line.block for line in chosen if line.block is not None), None)
    whole = "".join(key(line.text) for line in chosen)
    heads = {id(block) for block in survey.headings}
    for text in said:
        start = key(clean(text).removesuffix("...").removesuffix("…"))[:60]
        if len(start) < 30 or start[:30] in whole:
            continue
        for block in survey.blocks:
            if block is first:
                break
            if (
                len(block.text) >= 40
                and block.linked < 0.5
                and (not block.heading or len(block.text) >= PARAGRAPH)
                and id(block) not in heads
                and key(block.text).startswith(start[:30])
            ):
                return Line(block.text, block)
    return None


# ---------------------------------------------------------------- what others say
def better(page: Choice, others: Iterable[Choice]) -> Choice:
    """The page's own text, unless it is short and another has more of the same.

    A long text on the page is never replaced: articleBody may contradict what readers see, a feed's content may be a teaser.
    """
    best = page
    for other in others:
        if other.length < 1.2 * best.length or not other.lines:
            continue
        mine, theirs = key_of(best.lines), key_of(other.lines)
        if best.length < SHORT or (best.length < 0.5 * other.length and agreement(mine, theirs) > 0.5):
            best = other
    return best


def key_of(chosen: Sequence[Line]) -> frozenset[str]:
    return frozenset(
        " ".join(words[n : n + 3])
        for line in chosen
        for words in [line.text.split()]
        for n in range(max(1, len(words) - 2))
    )


def agreement(one: frozenset[str], other: frozenset[str]) -> float:
    """Share of the first text's word triples that the other has too."""
    return len(one & other) / max(1, len(one))


def plain(text: str) -> list[Line]:
    return [Line(line) for line in map(clean, text.splitlines()) if line]
