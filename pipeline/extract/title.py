"""The headline, without the site's name and the section before or after it.

A page says its headline in up to six places, each dressed differently: `<h1>`, og:title, twitter:title, JSON-LD, `<title>`, and the
feed's entry. The candidate that most of the others repeat wins; what only one of them adds is dress.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.extract.words import clean, key

LONGEST = 400
"""Characters of a headline; more is a paragraph in the wrong element."""

H1 = 0.7
ENTRY = 0.4
"""What it counts to be the visible headline, and to be the feed's, beside what other places say. With 1 a logo in an `<h1>` would win."""

AGREED = 0.3
"""Share of the entry's words that a page's title must have to be another wording of it."""

_BREAK = re.compile(r"\s*(?:\||\s[»«]\s|::|•|·|—|–|―|\s-\s|\s:\s|\s/\s|--|\s_\s|\s-(?=\S)|(?<=\S)-\s)\s*")
_EDGE = " \t|-–—―:•·/_"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A title and where it stands."""

    text: str
    place: str


def choose(candidates: Iterable[Candidate], sites: Iterable[str]) -> str:
    """The best title; empty where nobody says one."""
    names = frozenset(filter(None, map(key, sites)))
    given = [Candidate(bare(text), c.place) for c in candidates if (text := clean(c.text)) and len(text) <= LONGEST]
    given = [c for c in given if key(c.text)]
    dressed = [key(c.text) for c in given]
    undressed = [Candidate(strip(c.text, names, dressed), c.place) for c in given]
    able = [c for c in undressed if key(c.text) and key(c.text) not in names] or undressed
    if not able:
        return ""
    best = max(able, key=lambda c: _support(c, undressed))
    entry = next((c for c in undressed if c.place == "entry"), None)
    if entry is not None and _goes_on(entry.text, best.text):
        return entry.text
    if entry is not None and _shared(entry.text, best.text) < AGREED:
        return entry.text
    return best.text


def _goes_on(entry: str, headline: str) -> bool:
    """Whether the feed says the page's headline and more of the same sentence: pages cut headlines short, and nobody else knows the
    rest. What stands behind a break is dress.
    """
    rest = entry.strip().removeprefix(headline.strip())
    return rest != entry.strip() and rest[:1] == " " and bool(key(rest)) and not _BREAK.search(rest)


def _support(candidate: Candidate, others: list[Candidate]) -> float:
    mine = key(candidate.text)
    score = H1 if candidate.place == "h1" else ENTRY if candidate.place == "entry" else 0.0
    for other in others:
        if other is candidate or other.place == candidate.place:
            continue
        theirs = key(other.text)
        if theirs == mine:
            score += 1
        elif mine in theirs or theirs in mine:
            score += 0.8 * min(len(mine), len(theirs)) / max(len(mine), len(theirs))
        else:
            score += 0.5 * _shared(candidate.text, other.text)
    return score


def _shared(one: str, other: str) -> float:
    """Share of the first text's words that stand in the other."""
    words = {key(w) for w in one.split()} - {""}
    return len(words & {key(w) for w in other.split()}) / max(1, len(words))


def bare(text: str) -> str:
    """Without HTML escaped twice, which some pages put into their metadata."""
    return clean(re.sub(r"<[^<>]{1,200}>", " ", text)) if "<" in text else text


def strip(text: str, names: frozenset[str], others: list[str]) -> str:
    """Take off parts before and after a break that are a site's name, or that another place says the headline without."""
    for _ in range(3):
        cut = _once(text, names, others)
        if cut == text:
            break
        text = cut
    return text


def _once(text: str, names: frozenset[str], others: list[str]) -> str:
    breaks = list(_BREAK.finditer(text))
    site, colon, rest = text.partition(": ")
    if colon and key(site) in names and len(key(rest)) >= 8:
        return rest.strip()  # only after a site's whole name: a colon stands in headlines
    if not breaks:
        return text
    for found, head in ((breaks[-1], True), (breaks[0], False)):
        kept, gone = (
            (text[: found.start()], text[found.end() :]) if head else (text[found.end() :], text[: found.start()])
        )
        kept, gone = kept.strip(_EDGE) if head else kept.lstrip(_EDGE), key(gone)
        if len(key(kept)) < 8:
            continue
        if not gone or _is_name(gone, names):
            return kept
        # Dress may be several parts: «عنوان - سياسة - الموقع». Somebody says the headline alone, and nobody says the rest with another.
        if key(kept) in others and len(gone) < len(key(kept)):
            return kept
    return text


def _is_name(part: str, names: frozenset[str]) -> bool:
    return any(
        part == n or (len(n) > 3 and n in part and len(part) < len(n) + 12) or (len(part) > 4 and part in n)
        for n in names
    )
