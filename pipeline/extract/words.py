"""Small things that every part of the room needs: clean text, and keys under which texts are compared."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from pipeline.text.fold import fold

_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\u00ad"  # soft hyphen
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # marks, embeddings, overrides and isolates of the bidi algorithm:
    # they order what stood around them on the page they were written for, and mislead elsewhere
    "\u200b\u2060\ufeff\ufff9-\ufffb"  # zero width space, word joiner, byte order mark, annotations
    "\ud800-\udfff"  # halves of characters
    "]+"
)
"""What leaves a text: nothing that a reader sees. U+200C and U+200D stay: Persian spells with them."""

_NOT_LETTER = re.compile(r"[\W_]+")


def clean(text: str) -> str:
    """One line: invisible characters out, white space squeezed, everything else as published."""
    return " ".join(_INVISIBLE.sub("", text).split())


def listed(names: str) -> frozenset[str]:
    """A table of names, written with spaces between."""
    return frozenset(names.split())


SHORT = 400
"""Characters of a text whose key is remembered: lines are asked about again and again, endless ones would fill the memory."""


def key(text: str) -> str:
    """Letters and digits only, spelling folded: equal for texts that a reader would call the same."""
    return _key(text) if len(text) <= SHORT else _key.__wrapped__(text)


def phrase(text: str) -> str:
    """Folded words with one space between: what the tables of phrases are written in."""
    return _phrase(text) if len(text) <= SHORT else _phrase.__wrapped__(text)


def mark(text: str) -> str:
    """A line's key as a short hash: what the archive remembers of lines by the thousand."""
    return hashlib.blake2b(key(text).encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=4096)
def _key(text: str) -> str:
    return _NOT_LETTER.sub("", fold(text).lower())


@lru_cache(maxsize=4096)
def _phrase(text: str) -> str:
    return _NOT_LETTER.sub(" ", fold(text).lower()).strip()
