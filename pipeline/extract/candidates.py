"""Who can say what the article's text is: trafilatura in several moods, the page's JSON-LD, the feed. Each gives lines; `choose` weighs them.

trafilatura decides *which* text belongs to the article; the words themselves are taken from our own blocks, since it strips
U+200C (می‌شود → میشود) and joins and splits lines in its own way. A line of its that no block answers to stands as it gave it.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Literal

from lxml.html import HtmlElement

from pipeline.extract.blocks import Block, Survey
from pipeline.extract.words import clean, key
from pipeline.text.slips import healed

Mood = Literal["balanced", "precise", "generous", "thorough"]


@lru_cache(maxsize=1)
def _extractor() -> Callable[..., Any]:
    """How trafilatura is asked here. Half a second to import, so only what reads a page does.

    Its least size of 250 characters sends every «عاجل» to a fallback that returns the menu; a short text is judged here instead.
    """
    import trafilatura  # noqa: PLC0415
    from trafilatura.settings import use_config  # noqa: PLC0415

    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # it logs every page it finds empty, at error level
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "60")
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
    return partial(trafilatura.bare_extraction, include_comments=False, deduplicate=False, config=config)


@dataclass(slots=True)
class Line:
    """A paragraph of a candidate, with the block it came from where one answers to it."""

    text: str
    block: Block | None = None


def by_trafilatura(tree: HtmlElement, url: str, mood: Mood) -> list[str]:
    """Its lines; none where it finds nothing. The tree stays as it is."""
    document = _extractor()(
        tree, url=url, fast=mood != "thorough", favor_precision=mood == "precise", favor_recall=mood == "generous"
    )
    text = document.text if document is not None else None
    return [line for line in map(clean, healed(text or "").splitlines()) if line]


def align(lines: list[str], survey: Survey) -> list[Line]:
    """Each line with the block that carries it; a line that joins several blocks becomes them."""
    blocks = [b for b in survey.blocks if not b.noise]
    keys = [key(b.text) for b in blocks]
    places: dict[str, list[int]] = {}
    for n, k in enumerate(keys):
        if k:
            places.setdefault(k, []).append(n)
    found: list[Line] = []
    last, tries = -1, 0
    for text in lines:
        wanted = key(text)
        if not wanted:
            continue
        at = places.get(wanted)
        if at:
            after = bisect_right(at, last)
            last = at[after] if after < len(at) else at[0]
            found.append(Line(blocks[last].text, blocks[last]))
            continue
        run: Sequence[int] | None = _run(wanted, keys, last + 1)
        if run is None and tries < MOST_TRIES and len(wanted) > 2 * LEAST:
            tries += 1
            run = _parts(wanted, keys)
        if run:
            found += [Line(blocks[n].text, blocks[n]) for n in run if keys[n]]
            last = run[-1]
        else:
            found.append(Line(text))
    return found


MOST_TRIES = 20
LEAST = 25
"""Lines without blocks that are taken apart, and letters of a part that is recognised by itself."""


def _parts(wanted: str, keys: list[str]) -> list[int] | None:
    """Blocks that stand in `wanted` one after the other among other things, where they are most of it."""
    found, at, covered = [], 0, 0
    for n, k in enumerate(keys):
        if len(k) >= LEAST and (place := wanted.find(k, at)) >= 0:
            found.append(n)
            at, covered = place + len(k), covered + len(k)
    return found if len(found) > 1 and covered > 0.7 * len(wanted) else None


REACH = 40
"""Blocks ahead in which a joined line is looked for."""


def _run(wanted: str, keys: list[str], start: int) -> range | None:
    """Blocks in a row that spell `wanted` together."""
    for first in range(start, min(start + REACH, len(keys))):
        if not keys[first] or not wanted.startswith(keys[first]):
            continue
        spelt, n = len(keys[first]), first + 1
        while spelt < len(wanted) and n < len(keys) and wanted.startswith(keys[n], spelt):
            spelt += len(keys[n])
            n += 1
        if spelt == len(wanted):
            return range(first, n)
    return None
