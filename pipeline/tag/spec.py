"""What a term asks of a token, and what a token can stand for: the nouns that the others here share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from pipeline.model import Mode, WordReading

ARTICLE: Final = 1  # the term has the article, the token has not: one written apart must stand before it
HAA: Final = 2  # ه for ة: the text must have that habit
DOTLESS: Final = 4  # ى for ي, and both are words
DOTTED: Final = 8  # ي for ى, and both are words
AFTER_PRONOUN: Final = 16  # ل on a later word: مكافحتها للإرهاب
AFTER_WORDS: Final = 32  # و on a later word: مكافحة التطرف والإرهاب, with a gap
AFTER_WAW: Final = 64  # a و written apart must stand before it

Kind = Literal[
    "word",  # as the term writes it
    "whole",  # with the article's letters counted as part of the word
    "opened",  # the stem that takes a pronoun: مكافحت
    "case",  # another grammatical case
    "form",  # another number or gender
    "apart",  # without its و, which stands apart
]


@dataclass(frozen=True, slots=True)
class Spec:
    """What one place of a term asks of a token."""

    light: str
    """The word without its article."""
    article: Literal["wanted", "free", "none"]
    mode: Mode
    first: bool
    """The first word of its term: particles may be joined to it."""
    alone: bool
    """The only word: letters are compared more strictly, look-alikes are refused."""
    gap: bool = False
    star: bool = False
    marks: tuple[str, ...] = ()
    """The vowels that the term writes, letter by letter; empty where it writes none."""
    case: str = ""
    """Latin letters as they must stand; empty where case does not matter."""


class Form(NamedTuple):
    """A spelling under which a spec is looked up."""

    spec: int
    light: str
    kind: Kind


class Spelling(NamedTuple):
    """How a word of a term may be written behind its particles, at level key: as one of `keys`, or beginning with one of `stems`."""

    keys: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A token that can stand for a spec."""

    spec: int
    word: WordReading
    needs: int = 0
    obstacle: str = ""
    """What forbids it, for people; such are made only when near misses are asked for."""
