"""What stands beside the article and has no name of its own: other articles, what a label heads, cards that lead to other pages."""

from __future__ import annotations

from itertools import islice

from lxml.html import HtmlElement

from pipeline.extract import phrases
from pipeline.extract.blocks import Block, Survey, text_length
from pipeline.extract.words import clean

MOST_SHARE = 0.3
"""Furniture holds less of the page's text than this, whatever it is called."""

MOST_LABELS = 100
MOST_LINKS = 50
"""Labels of related links that are followed, and links after one: pages have a handful."""

CARD_DEPTH = 4
LEAST_CARDS = 3
LONGEST_CARD = 700
"""Elements from a card's heading up to it, cards in a row, and characters of one."""


def main_article(body: HtmlElement, found: Survey) -> HtmlElement | None:
    """The `<article>` with the page's heading in it, or the first, when it is one of several with a text of its own."""
    articles = [a for a in body.iter("article") if not any(True for _ in a.iterancestors("article"))]
    if len(articles) < 2:
        return None
    for block in found.headings:
        holder = next(block.element.iterancestors("article"), None)
        if holder is not None:
            holder = list(block.element.iterancestors("article"))[-1]
            return holder if text_length(holder) > 250 else None
    long = [(a, n) for a in articles if (n := text_length(a)) > 250]
    if not long:
        return None
    first, size = long[0]
    return first if size >= 0.5 * max(n for _, n in long) and size > 600 else None


def other_articles(body: HtmlElement, main: HtmlElement) -> list[HtmlElement]:
    around = set(main.iterancestors())
    return [
        a
        for a in body.iter("article")
        if a is not main and a not in around and not any(b is main for b in a.iterancestors("article"))
    ]


class Sizes:
    """Text and linked text of elements, each measured once: labels climb through the same ancestors."""

    def __init__(self) -> None:
        self._known: dict[HtmlElement, tuple[int, int]] = {}

    def of(self, element: HtmlElement) -> tuple[int, int]:
        if element not in self._known:
            self._known[element] = (text_length(element), sum(len(clean(a.text_content())) for a in element.iter("a")))
        return self._known[element]


def labelled(label: Block, body: HtmlElement, total: int, sizes: Sizes) -> list[HtmlElement]:
    """The block that a label heads: its own element grown as long as nothing but links joins it, else the links that follow it."""
    element = label.element
    if element is body:
        return []
    own = len(label.text) - label.link
    grown = element
    while (parent := grown.getparent()) is not None and parent is not body and parent.tag not in {"article", "main"}:
        length, linked = sizes.of(parent)
        if length > MOST_SHARE * total or length - linked > own + 25:
            break
        grown = parent
    if grown is not element and sizes.of(grown)[1] > 0:
        return [grown]
    found = [grown]
    if not label.hrefs:
        for sibling in islice(grown.itersiblings(), MOST_LINKS):
            length, linked = sizes.of(sibling)
            if not linked or length > MOST_SHARE * total or length - linked > 25 + 0.15 * length:
                break
            found.append(sibling)
        if len(found) == 1 and not phrases.is_bare_label(label.text):
            return found if len(label.text) < 250 else []
    return found


def mark_teasers(body: HtmlElement, found: Survey, sizes: Sizes) -> None:
    """Tell the blocks of cards: boxes alike, side by side, each with a heading that is a link and few words below it.

    They stay in the tree, since a guide to things may be written so; but where the choice is between all of a page's paragraphs they are none.
    """
    cards: set[HtmlElement] = set()
    for heading in islice(body.iter("h2", "h3", "h4", "h5"), MOST_LABELS):
        length, linked = sizes.of(heading)
        if heading in cards or not length or (linked < 0.8 * length and next(heading.iterancestors("a"), None) is None):
            continue
        element, parent = heading, heading.getparent()
        for _ in range(CARD_DEPTH):
            if parent is None or parent is body:
                break
            element, parent = parent, parent.getparent()
            if element.tag == "body" or parent is None or sizes.of(element)[0] > LONGEST_CARD:
                break
            alike = [
                s for s in islice(parent, MOST_LINKS) if s.tag == element.tag and s.get("class") == element.get("class")
            ]
            if len(alike) >= LEAST_CARDS and all(sizes.of(s)[1] or s.tag == "a" for s in alike):
                cards.update(e for s in alike if sizes.of(s)[0] <= LONGEST_CARD for e in s.iter())
                break
    for block in found.blocks:
        block.teaser = block.element in cards
