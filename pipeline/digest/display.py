"""Text from outside, made fit to be shown: no control or invisible character, no stacked marks, a known direction, a safe link.

The archive and the JSON keep text as published; only what is drawn passes through here.
"""

from __future__ import annotations

import json
import re
import unicodedata
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

HEADLINE = 220
"""Code points of a headline that are drawn; the JSON has it whole."""

_KEPT = 2**13
"""Strings whose drawing is remembered: outlets, titles and names stand in every format, and many times in each."""
_SHORT = 400
"""Longer ones are not remembered."""

Direction = Literal["rtl", "ltr", "auto"]

# Characters that are not seen but steer, hide or split what is seen. The visible ones of category Cf (Arabic number signs,
# the end of a verse) are not among them; U+200C and U+200D have a rule of their own, since Persian and emoji need them.
_STEERING = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0d"
    "\ufeff\uffa0\ufff0-\ufffb\ufdd0-\ufdef\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U00013430-\U0001343f"
    "\U000e0000-\U000e0fff"
)
_HIDDEN = re.compile(f"[{_STEERING}]")
_UNSEEN = re.compile(f"[{_STEERING}\u200c\u200d\x7f-\x9f\ud800-\udfff]")
_ENDS = "".join(chr(p << 16 | 0xFFFE) + chr(p << 16 | 0xFFFF) for p in range(1, 17))
_PLANE_ENDS = re.compile(f"[{_ENDS}]")
_JOINERS = re.compile(
    "(?<![^\\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?=\\s|$)|(?<=[\u200c\u200d])[\u200c\u200d]+"
)
_LONE = re.compile("[\ud800-\udfff]")
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MARK = "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
_MARK += "\u08d3-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_STACK = re.compile(f"([{_MARK}]{{4}})[{_MARK}]+")  # vowelled Arabic needs three: shadda, vowel, small letter
_WHITE = (
    "\x00-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # white space and controls, but for the space
)
_ANY_OF_THESE = re.compile(f"[{_WHITE}{_STEERING}{_ENDS}\u200c\u200d\ud800-\udfff]|  |[{_MARK}]{{5}}")
"""What there is to mend. Most texts have nothing of it, and one search is cheaper than six."""
_FIRST_MARKS = re.compile(f"^[\\s{_MARK}]*[{_MARK}]")
_LINK = re.compile(r"https?://[^\s/?#\\]+", re.IGNORECASE)
_NOT_IN_LINK = re.compile(f"[\\s\x00-\x20\x7f-\x9f\u200c\u200d{_STEERING}]")


def visible(text: str) -> str:
    """JSON text with the escapes of JSON for what cannot be seen or written: the same value, and nothing that fools an editor."""
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text)


def shown(text: str, *, first: bool = False) -> str:
    """A piece of running text as it may be drawn; one space at its ends stays, for pieces that stand side by side.

    The `first` piece must not begin with marks that would sit on whatever stands before it.
    """
    if _ANY_OF_THESE.search(text):
        text = mended(text)
    return _FIRST_MARKS.sub("", text) if first else text


def mended(text: str) -> str:
    """`shown`, step by step."""
    text = _LONE.sub("\ufffd", text)
    text = _PLANE_ENDS.sub("", _HIDDEN.sub("", text))
    text = _SPACES.sub(" ", text)
    text = _JOINERS.sub("", text)
    return _STACK.sub(r"\1", text)


def clean(text: str) -> str:
    """A whole string as it may be drawn: as `shown`, without spaces and orphan marks at its ends."""
    return _clean_kept(text) if len(text) <= _SHORT else _clean(text)


def _clean(text: str) -> str:
    if not _ANY_OF_THESE.search(text):
        return _FIRST_MARKS.sub("", text.strip()).strip()
    return shown(shown(text).strip(), first=True).strip()


_clean_kept = lru_cache(_KEPT)(_clean)


def clip(text: str, most: int) -> str:
    """At most `most` code points and an ellipsis, cut between words where there is a space in the last third."""
    if len(text) <= most:
        return text
    space = text.rfind(" ", most * 2 // 3, most + 1)
    end = space if space > 0 else most
    while end > 1 and unicodedata.combining(text[end]):
        end -= 1
    return text[:end].rstrip(" ،,;؛:-–—") + "…"


def name(text: str, most: int = 80) -> str:
    """The name of an outlet or a watchlist, or a title, cleaned and clipped."""
    return clip(clean(text), most)


def direction(text: str) -> Direction:
    """The direction a string is to be read in: its first letter's, unless most of its letters say otherwise.

    «NATO يعلن…» is Arabic, “Aid convoys (المساعدات)” is not. Arabic headlines often begin with a foreign name, foreign ones hardly
    ever with an Arabic word, so it takes more to turn the second. Without letters it is left to what stands around: auto.
    """
    return _direction(text[:_SHORT])


@lru_cache(_KEPT)
def _direction(text: str) -> Direction:
    counts = {"rtl": 0, "ltr": 0}
    first: Literal["rtl", "ltr"] | None = None
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in {"R", "AL", "L"}:
            side: Literal["rtl", "ltr"] = "ltr" if kind == "L" else "rtl"
            first = first or side
            counts[side] += 1
    if first is None:
        return "auto"
    if first == "ltr":
        return "rtl" if counts["rtl"] > 2 * counts["ltr"] else "ltr"
    return "ltr" if counts["ltr"] > 4 * counts["rtl"] else "rtl"


@lru_cache(_KEPT)
def link(url: str) -> str | None:
    """An address that may be linked (http, https), with whatever could hide in it percent-encoded; None for any other."""
    if not _LINK.match(url) or _LONE.search(url):
        return None
    return _NOT_IN_LINK.sub(lambda found: quote(found[0]), url)
