"""Lines that are no part of the article leave it; lines that say whom the text comes from are named.

Only whole, short, link-only or repeated lines go. Whatever stands inside a sentence stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.extract import phrases
from pipeline.extract.blocks import HEADINGS
from pipeline.extract.candidates import Line
from pipeline.extract.words import key
from pipeline.extract.words import mark as mark_of

LONGEST_TEASER = 30
"""Words of a label and the headline after it."""

LONG_REPEAT = 20
"""Words from which a line that was there before is a mistake of the page; shorter ones recur in tables, results and interviews."""

FEW = 3
"""Lines from the beginning in which the heading, the byline and the date of an article may be repeated."""


@dataclass(slots=True)
class Tidied:
    """The lines that stayed, and what the others said."""

    lines: list[Line] = field(default_factory=list)
    credits: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    gone: list[tuple[str, str]] = field(default_factory=list)
    """Why, and the line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the page says elsewhere, as keys: it is not said again in the body."""

    titles: frozenset[str] = frozenset()
    captions: frozenset[str] = frozenset()
    authors: frozenset[str] = frozenset()
    boilerplate: frozenset[str] = frozenset()
    """Marks of lines that stand on most pages of the outlet."""


def tidy(lines: list[Line], known: Known) -> Tidied:
    """One pass in order; a label takes the links after it with it, a heading over comments everything."""
    found = Tidied()
    seen: set[str] = set()
    after_label, last = False, ""
    usual: list[Line] = []
    for n, line in enumerate(lines):
        mark = key(line.text)
        if not mark:
            continue
        if len(found.lines) > 1 and phrases.is_comments(line.text):
            found.gone += [("after comments", rest.text) for rest in lines[n:]]
            break
        early, late = len(found.lines) < FEW, n >= len(lines) - FEW
        why = _why(line, mark, known, seen, last=last, after_label=after_label, early=early, late=late)
        if why == "byline":
            found.bylines.append(line.text)
        elif why == "boilerplate":
            usual.append(line)
        if why:
            found.gone.append((why, line.text))
            after_label = why == "label" or (after_label and why == "link")
            continue
        after_label, last = False, mark
        seen.add(mark)
        found.lines.append(line)
        if is_credit(line.text):
            found.credits.append(line.text)
    if not found.lines:
        # What an outlet says every day may be all that it says today: «لا توجد تحديثات».
        found.lines = usual
        found.gone = [(why, text) for why, text in found.gone if why != "boilerplate"]
    if found.lines and (last_words := _after_last_sentence(found.lines[-1].text)) and is_credit(last_words):
        found.credits.append(last_words)
    while found.lines and found.lines[-1].block is not None and found.lines[-1].block.heading:
        found.gone.append(("last heading", found.lines.pop().text))
    return found


def _after_last_sentence(text: str) -> str:
    """What follows the last full stop of a paragraph: pages that join paragraphs join the credit too."""
    return text[text.rfind(". ", 0, len(text) - 1) + 1 :].strip() if ". " in text[-120:] else ""


def _why(
    line: Line, mark: str, known: Known, seen: set[str], *, last: str, after_label: bool, early: bool, late: bool
) -> str:
    """The reason why a line goes; empty for text, and for credits, which are named and stay."""
    text, block = line.text, line.block
    linked = block.linked if block is not None else 0.0
    words = text.count(" ") + 1
    if phrases.is_label(text, linked) and (linked > 0.3 or words <= LONGEST_TEASER):
        return "label"
    if phrases.is_prompt(text, linked):
        return "prompt"
    if phrases.is_policy(text):
        return "policy"
    if mark in known.titles and (early or (block is not None and block.heading)):
        return "title"
    if (early or late) and (phrases.is_stamp(text) or (not seen and phrases.is_stamped(text))):
        return "stamp"
    if is_credit(text):
        return ""
    if known.boilerplate and mark_of(text) in known.boilerplate:
        return "boilerplate"
    if (early or late) and (mark in known.authors or phrases.is_byline(text)):
        return "byline"
    if mark in known.captions and words > 2 and _titlelike(line):
        return "caption"
    if (
        block is not None
        and linked > 0.8
        and len(text) < 200
        and (after_label or (words > 2 and block.element.tag not in {"li", "td", "h2", "h3", "h4"}))
    ):
        return "link"
    if mark in seen and (words >= LONG_REPEAT or mark == last):
        return "repeated"
    return ""


def _titlelike(line: Line) -> bool:
    """No sentence, and no heading or item that a text may need."""
    tag = line.block.element.tag if line.block is not None else "p"
    return (
        len(line.text) < 200
        and not line.text.endswith((".", "!", "?", "؟", ":", "…"))
        and tag not in {"li", "td", "th", *HEADINGS}
    )


def is_credit(text: str) -> bool:
    """Whether a line names the text's source and says nothing else."""
    return phrases.credit(text) != ""
