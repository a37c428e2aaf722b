"""Cutting text: paragraphs, sentences, tokens; all as places in the text as it stands.

A token is a run of letters of one script, or a run of digits, with the signs, tatweel and invisible characters in it
(«الـCNN» is two tokens, «كوفيد19» is two, «مكـ\u200fافحة» is one). What stands between two tokens says whether a phrase may
run across: see `Gap`. All of it is linear: tokens are found by one expression that never takes back what it took
(possessive repetition), and what stands between two tokens is looked at once.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import Literal, NamedTuple

from pipeline.text.fold import EULOGIES, INVISIBLE, MARKS, TATWEEL, ZERO_WIDTH_SPACE, fold

Gap = Literal[
    "start",  # nothing: the first token
    "joined",  # no character at all: «كوفيد19»; or what makes one number of two, as in 3.5
    "blank",  # white space, or the end of a wrapped line
    "quote",  # a quotation mark or bracket among it
    "mark",  # hyphen, dash, underscore, slash, hash, tatweel; the full stop behind an initial or a title
    "barrier",  # the end of a sentence, a comma, a colon, any sign that is none of the above
    "break",  # the end of a paragraph
]
"""What stands between two tokens. A phrase runs across all but the last two."""

_ARABIC = (
    "\u0620-\u063f\u0641-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f\u0870-\u0887"
    "\u0889-\u088e\u08a0-\u08c9\ufb50-\ufbb1\ufbd3-\ufc5d\ufc64-\ufcf1\ufcf5-\ufd3d\ufd50-\ufdf9\ufdfc\ufe80-\ufefc"
)
_NO_LETTERS = f"{TATWEEL}\u06e5\u06e6{EULOGIES}\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218f"
"""What `\\w` takes for letters and digits and is none: tatweel, signs, superscripts, fractions."""
_INSIDE = f"{TATWEEL}\u06e5\u06e6{MARKS}{INVISIBLE}\u0900-\u0903\u093a-\u093c\u093e-\u094f"
_OTHER = f"[^\\W\\d_{_ARABIC}{_NO_LETTERS}]"
_TOKEN = (
    f"[^\\W_{_NO_LETTERS}]"  # one class first: the engine skips to it without trying the branches
    f"(?:(?<=[{_ARABIC}])[{_ARABIC}{_INSIDE}]*|(?<=\\d)[\\d{_INSIDE}]*|{_OTHER}*(?:[{_INSIDE}]+{_OTHER}*+)*+)"
)
TOKEN = re.compile(_TOKEN)
SPLIT = re.compile(f"({_TOKEN})")
"""`SPLIT.split(text)`: what is no token and what is, by turns; both lists by slicing, in the time of one search."""

QUOTES = "\"'`´«»‹›“”„‟‘’‚‛❝❞〝〞＂"
BRACKETS = "()[]{}<>﴾﴿（）［］"
_LOOSE = f"_#/\\*~&%@°\u066a·‧\u2010-\u2015\u2212{TATWEEL}{EULOGIES}{INVISIBLE}{ZERO_WIDTH_SPACE}"
_passing = re.compile(
    f"[\\s{re.escape(QUOTES + BRACKETS)}\\-{_LOOSE.replace(chr(92), chr(92) * 2)}\u06e5\u06e6{MARKS}]*"
)
_quoting = re.compile(f"[{re.escape(QUOTES + BRACKETS)}]")
_unseen = re.compile(f"[{INVISIBLE}{TATWEEL}]+")
_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
_line_end = re.compile(f"\r\n|[{_ENDS}]")
_arabic = re.compile(f"[{_ARABIC}]")

WRAP = 120
"""A line longer than this is a paragraph of its own, not a line wrapped at the width of a page."""
_long_line = re.compile(f"(?:\\A|(?<=[{_ENDS}]))[^{_ENDS}]{{{WRAP + 1}}}")


class Token(NamedTuple):
    """A word or number. `text[start:end] == surface`; `before` is what stands between it and the token before it."""

    start: int
    end: int
    surface: str
    before: Gap


def tokens(text: str) -> list[Token]:
    """All tokens in order."""
    found: list[Token] = []
    last = (0, 0)
    for hit in TOKEN.finditer(text):
        place = hit.span()
        found.append(Token(*place, hit[0], gap(text, last, place) if found else "start"))
        last = place
    return found


def words(text: str) -> list[str]:
    """The folded words and numbers in order: what fingerprints and counts are made of."""
    return TOKEN.findall(fold(text))


def gap(text: str, left: tuple[int, int], right: tuple[int, int]) -> Gap:
    """What stands between two neighbouring tokens, given their places."""
    between = text[left[1] : right[0]]
    if not between:
        return "joined"
    if between.isspace() and not _line_end.search(between):
        return "blank"
    passes = _passing.fullmatch(between) is not None
    if _line_end.search(between) and not (passes and _wrapped(text, between, left[1], right)):
        return "break"
    if not passes:
        return _tight(text, between, left, right)
    if _quoting.search(between):
        return "quote"
    return "blank" if between.isspace() else "mark"


def _wrapped(text: str, between: str, end: int, right: tuple[int, int]) -> bool:
    """Whether the one line end in `between` is a wrapped line inside a paragraph: no blank line, both lines of a page's width, and no
    longer line in the text: where there is one, its lines are paragraphs, and short ones the cells of a table or the items of a list.
    """
    if _of_paragraphs(text):
        return False
    ends = list(_line_end.finditer(between[: WRAP + 2]))
    if len(ends) != 1 or len(between) > WRAP:
        return False
    head, tail = text[max(0, end - WRAP) : end], text[right[0] : right[0] + WRAP]
    return (end < WRAP or _line_end.search(head) is not None) and (
        right[0] + WRAP > len(text) or _line_end.search(tail) is not None
    )


@lru_cache(maxsize=2)  # asked at each end of a line: title and body, looked through once
def _of_paragraphs(text: str) -> bool:
    return _long_line.search(text) is not None


def _tight(text: str, between: str, left: tuple[int, int], right: tuple[int, int]) -> Gap:
    """A full stop, comma or colon that belongs to a name or number: «أ. ف. ب», «د.أحمد», bbc.com, 1,000; else a barrier."""
    sign = _unseen.sub("", between)
    before, after = text[left[0] : left[1]], text[right[0] : right[1]]
    if before[0].isdecimal() and after[0].isdecimal():
        return "joined" if sign in {".", ",", ":", "٫", "٬", "،"} else "barrier"
    if sign.rstrip() != ".":
        return "barrier"
    word = fold(before)
    if (len(word) == 1 and not word.isdecimal()) or word in ABBREVIATIONS:
        return "mark"
    foreign = not (_arabic.match(before) or _arabic.match(after))
    return "mark" if foreign and sign == "." else "barrier"


# ---------------------------------------------------------------- paragraphs and sentences
def paragraphs(text: str) -> list[tuple[int, int]]:
    """Places of the lines that hold something, without the white space around them."""
    found: list[tuple[int, int]] = []
    start = 0
    for end, after in [*((m.start(), m.end()) for m in _line_end.finditer(text)), (len(text), len(text))]:
        found += _trimmed(text, start, end)
        start = after
    return found


def sentences(text: str) -> list[tuple[int, int]]:
    """Places of the sentences, without the white space around them; together they hold all that is not white space.

    A sentence ends at . ! ? ؟ ۔ and at the end of its paragraph, but not inside a quotation or bracket that the paragraph
    closes, nor after an abbreviation («د.», «أ.ف.ب», Dr.), an initial, the number of a list, nor inside a number or address.
    """
    found: list[tuple[int, int]] = []
    for start, end in paragraphs(text):
        begin = start
        for cut in _cuts(text, start, end):
            found += _trimmed(text, begin, cut)
            begin = cut
        found += _trimmed(text, begin, end)
    return found


ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st jr sr vs etc inc ltd co corp no vol gen col lt sgt gov sen rep rev hon الخ تي مج ط ص".split()  # noqa: SIM905
)
"""Folded words after which a full stop ends no sentence; single letters are always such."""

_OPENS = {"(": ")", "[": "]", "{": "}", "﴾": "﴿", "﴿": "﴾", "（": "）", "［": "］"}
_TOGGLES = {"«": "«", "»": "«", "“": "“", "”": "“", "„": "“", "‟": "“", '"': '"', "＂": '"'}
"""Quotation marks by family. Within a family a mark opens or closes by turn: papers print ”…“ and »…« too."""
_nesting = re.compile(f"[{re.escape(''.join([*_OPENS, *_OPENS.values(), *_TOGGLES]))}]")
_ending = re.compile(f"[.!?؟۔]+[{re.escape(QUOTES + BRACKETS)}{INVISIBLE}]*")
_number = re.compile(r"\s*\d{1,3}")


def enclosed(text: str, start: int, end: int, *, brackets: bool = True) -> list[tuple[int, int]]:
    """Outermost stretches between quotation marks (and brackets), marks included, in order. An unclosed mark encloses nothing."""
    waiting: dict[str, list[int]] = {}
    pairs: list[tuple[int, int]] = []
    for hit in _nesting.finditer(text, start, end):
        sign, at = hit[0], hit.start()
        if sign in _TOGGLES:
            family = _TOGGLES[sign]
            if waiting.get(family):
                pairs.append((waiting[family].pop(), at + 1))
            else:
                waiting.setdefault(family, []).append(at)
        elif brackets and waiting.get(sign):
            pairs.append((waiting[sign].pop(), at + 1))
        elif brackets and sign in _OPENS:
            waiting.setdefault(_OPENS[sign], []).append(at)
    outer: list[tuple[int, int]] = []
    for pair in sorted(pairs):
        if not outer or pair[0] >= outer[-1][1]:
            outer.append(pair)
    return outer


def _cuts(text: str, start: int, end: int) -> list[int]:
    """Where the sentences of one paragraph end, its own end not counted."""
    closed = enclosed(text, start, end)
    opens = [a for a, _ in closed]
    cuts: list[int] = []
    for hit in _ending.finditer(text, start, end):
        stops = hit[0].rstrip(QUOTES + BRACKETS)
        at = bisect_right(opens, hit.start()) - 1
        if at >= 0 and hit.start() < closed[at][1]:
            # Inside: only «…انتهى.» with the full stop as the last thing in it ends a sentence, and with the mark.
            if closed[at][1] > hit.end() or not stops.startswith(".") or len(stops) > 1:
                continue
        elif at + 1 < len(opens) and opens[at + 1] < hit.end():
            continue  # «انتهى.(» : the marks after the full stop open something
        if _ends(text, hit, cuts[-1] if cuts else start, end):
            cuts.append(hit.end())
    return cuts


def _ends(text: str, hit: re.Match[str], begin: int, end: int) -> bool:
    if hit[0].startswith("..") or hit.end() >= end:
        return False  # an ellipsis halts, it seldom ends
    after = text[hit.end()]
    before = text[max(begin, hit.start() - 24) : hit.start()]
    if not hit[0].startswith("."):
        return after.isspace() or _arabic.match(after) is not None
    last = TOKEN.findall(before)
    if not last:
        return after.isspace()
    word = fold(last[-1])
    if (
        (len(word) == 1 and not word.isdecimal())
        or word in ABBREVIATIONS
        or _number.fullmatch(text, begin, hit.start())
    ):
        return False
    if after.isspace():
        rest = text[hit.end() : hit.end() + 8].lstrip()
        return not (rest[:1].islower() and word.isascii())
    # «انتهى.وقال»: the space is often forgotten in Arabic; not in «أ.ف.ب» nor in addresses.
    return bool(_arabic.match(after) and _arabic.match(last[-1]) and _arabic.match(text, hit.end() + 1))


def _trimmed(text: str, start: int, end: int) -> list[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return [(start, end)] if start < end else []
