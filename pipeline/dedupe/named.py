"""Names of agencies and outlets inside a line: where one stands, by the data file or by its form, and the credit that it makes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.model import Basis

from .letters import Flat
from .outlets import KINDS, bare, canonical, names

# Names that tell nobody anything: what stands after «المصدر:» in a paper's own text.
NOBODY = frozenset(
    [
        "خاص",
        "خاصه",
        "التحرير",
        "المحرر",
        "مراسلنا",
        "مراسلونا",
        "متابعات",
        "متابعه",
        "وكاله",
        "صحيفه",
        "موقع",
        "قناه",
        "شبكه",
        "الموقع",
        "الصحيفه",
        "القناه",
        "مصادر",
    ]
)

BY = re.compile(
    r"(?:نقلا\s+عن|منقول\s+عن|منقول\s+من|ترجمه\s+عن|مترجم\s+عن|بتصرف\s+عن|بالاتفاق\s+مع|بالتعاون\s+مع|بالشراكه\s+مع)\s*:?\s+"
)
"""What a source is led in by, as `flat` folds it."""


@dataclass(frozen=True, slots=True)
class Hit:
    outlet: str
    basis: Basis
    text: str
    start: int
    end: int


def hit_at(line: str, start: int, end: int, outlet: str, own: tuple[str, ...], basis: Basis = "credit") -> Hit:
    text = line[start:end].strip()
    begin = line.index(text, start) if text else start
    return Hit("" if bare(outlet) == own else outlet, basis, text, begin, begin + len(text))


def known_at(f: Flat, i: int) -> tuple[str, int] | None:
    """The longest known name whose first word is word `i` → the name and the index after its last word."""
    known = names()
    for n in range(min(known.longest, len(f.words) - i), 0, -1):
        found = known.known.get(tuple(w for w, _, _ in f.words[i : i + n]))
        if found:
            return found, i + n
    return None


def gap(line: str, f: Flat, i: int) -> str:
    """What stands before word `i` as it was written."""
    return line[f.words[i - 1][2] if i else 0 : f.words[i][1] if i < len(f.words) else len(line)]


def named_at(line: str, f: Flat, i: int, most: int = 7) -> tuple[str, int] | None:
    """A name by its form from word `i` on: a kind of organisation, then words up to the next mark → its text, the index after it."""
    if i >= len(f.words) or f.words[i][0] not in KINDS:
        return None
    j = i + 1
    while j < len(f.words) and j - i < most and not re.search(r"[^\s\u0640]", gap(line, f, j)):
        j += 1
    after = gap(line, f, j)
    ends = j == len(f.words) or re.search(r"[:)\]\-\u2010-\u2015،,.؛|]", after)
    return (line[f.words[i][1] : f.words[j - 1][2]], j) if ends and j - i > 1 else None


def closed(line: str, end: int) -> int:
    """Take in the brackets that close right after."""
    while end < len(line) and line[end] in ")]»”":
        end += 1
    return end


def after_by(line: str, f: Flat, at: int, own: tuple[str, ...], *, begin: int) -> list[Hit]:
    """The name after «نقلًا عن»: known, or the rest of the line, or by its form."""
    i = next(
        (n for n, (_, start, _) in enumerate(f.words) if start >= f.places[at] if at < len(f.places)), len(f.words)
    )
    if i >= len(f.words):
        return []
    for k in (i, i + 1) if f.words[i][0] in KINDS else (i,):
        found = known_at(f, k)
        if found:
            end = closed(line, f.words[found[1] - 1][2])
            return [hit_at(line, begin, end, found[0], own)]
    rest = f.words[i:]
    name = line[rest[0][1] : rest[-1][2]]
    if len(rest) <= 6 and rest[0][0] not in NOBODY | {"مصادر", "مصدر"}:
        return [hit_at(line, begin, closed(line, rest[-1][2]), canonical(name), own)]
    named = named_at(line, f, i)
    if named:
        return [hit_at(line, begin, closed(line, f.words[named[1] - 1][2]), canonical(named[0]), own)]
    return []
