"""What a walk over a page finds: its text as blocks, and what is told of them. The survey fills it, every later step reads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from pipeline.extract.words import clean, listed

HEAVIEST = 3000
"""Characters of a block that count; the longest paragraphs of newspapers are shorter."""

ENDLESS = 20_000
"""Characters from which a block is no paragraph, whoever wrote it."""

HEADINGS = listed("h1 h2 h3 h4 h5 h6")


@dataclass(slots=True)
class Block:
    """A run of text between two breaks."""

    text: str
    element: HtmlElement
    """The block-level element it stands in."""
    link: int = 0
    """Characters of it that are inside links."""
    hrefs: tuple[str, ...] = ()
    noise: bool = False
    """Inside something that was taken out."""
    teaser: bool = False
    """Inside a card that leads to another page, one of several alike."""

    @property
    def weight(self) -> int:
        """Its length where texts are weighed: one endless line does not outweigh an article."""
        return min(len(self.text), HEAVIEST)

    @property
    def linked(self) -> float:
        return self.link / max(1, len(self.text))

    def spaced(self, most: int) -> str:
        """Its text with a space between elements: date, section and reading time often stand side by side without one."""
        if len(self.text) > most or len(self.element) == 0:
            return self.text
        text = clean(" ".join(self.element.itertext()))
        return text if len(text) <= most else self.text

    @property
    def heading(self) -> bool:
        return self.element.tag in HEADINGS


@dataclass(slots=True)
class Survey:
    """What the walk found, in document order."""

    blocks: list[Block] = field(default_factory=list)
    headings: list[Block] = field(default_factory=list)
    """The `h1`s, those in a page's header included."""
    times: list[tuple[int, HtmlElement]] = field(default_factory=list)
    """Elements that say when, each with the number of blocks before it."""
    title_at: int | None = None
    """The block that is the headline, or that follows it where it stands in the page's header."""
    bylines: list[HtmlElement] = field(default_factory=list)
    captions: set[str] = field(default_factory=set)
    """Keys of texts that belong to pictures."""
    emptied: dict[str, int] = field(default_factory=dict)
    """Why things were taken out, and how many."""
    text: int = 0
    """Characters of text on the page before anything was taken out."""
    scripts: int = 0
    """Script elements that are run."""

    def good(self) -> Iterator[Block]:
        """Blocks that read like paragraphs of an article."""
        return (
            b for b in self.blocks if not b.noise and not b.teaser and 60 <= len(b.text) <= ENDLESS and b.linked < 0.4
        )


def text_length(element: HtmlElement) -> int:
    """Characters of text in an element, runs of white space counted as one."""
    return int(element.xpath("string-length(normalize-space())"))
