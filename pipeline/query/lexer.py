"""Text → tokens with their columns. All that users of other tools would type is known here, if only to say how it is written."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

MOST_CHARACTERS = 20_000
MOST_WORDS = 40
"""In one phrase: what is longer is a pasted paragraph."""
MOST_DISTANCE = 100


class QueryError(ValueError):
    """A query that is no query, or that can never be useful. `column` counts from 1, in code points of the text as given."""

    def __init__(self, column: int, what: str, *, opened: int | None = None) -> None:
        """`opened`: the column of the ( that `what` ends with."""
        self.column, self.opened = column, opened
        self.what = what if opened is None else f"{what} of column {opened}"
        super().__init__(f"column {column}: {self.what}")

    def told(self, place: Callable[[int], str]) -> str:
        """`what`, with every column of the query told by `place`: in a file it stands at another."""
        if self.opened is None:
            return self.what
        return self.what.removesuffix(f"column {self.opened}") + place(self.opened)


Kind = Literal["(", ")", "phrase", "word", "prefix", "AND", "OR", "NOT", "NEAR", "UNLESS", "OUTSIDE", "^", "end"]


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    column: int
    number: int | None = None
    """Of NEAR/n, UNLESS/n and atleast/n:, where one is written."""
    weight: float = 1.0


OPERATORS = frozenset({"AND", "OR", "NOT", "NEAR", "UNLESS", "OUTSIDE"})
MEASURED = frozenset({"NEAR", "UNLESS"})
PREFIXES = ("title", "body", "outlet", "lang", "name", "exact", "forms", "atleast")

# Direction marks come with every copy from a right-to-left page; they say nothing. A zero-width space parts words.
_DROPPED = dict.fromkeys([0xAD, 0x061C, 0x180E, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])
_QUOTES = '"“”„‟«»‹›＂〝〞'
# Which marks close a phrase. Arabic newspapers turn the curly ones either way, so any curly mark closes any.
_CURLY = "“”„‟〝〞"
_CLOSED_BY = (
    dict.fromkeys(_CURLY, _CURLY) | dict.fromkeys("«»", "«»") | dict.fromkeys("‹›", "‹›") | {'"': '"', "＂": "＂"}
)
_UNQUOTED = str.maketrans(dict.fromkeys(_QUOTES, " "))

_DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9]"
"""An Arabic keyboard's digits too: int and float read all three kinds."""
_WORD = re.compile(rf"[^\s()\[\]{{}}^~&|+{_QUOTES}]+")
_OPERATOR = re.compile(rf"(AND|OR|NOT|NEAR|UNLESS|OUTSIDE)(?:/({_DIGIT}*))?(?![^\s(){_QUOTES}])")
_PREFIX = re.compile(rf"([A-Za-z]{{1,20}})(?:/({_DIGIT}*))?:")
_WEIGHT = re.compile(rf"\^({_DIGIT}{{1,4}}(?:[.\u066b]{_DIGIT}{{1,4}})?)(?![\w.\u066b])")
_ALMOST_MEASURED = re.compile(rf"(?:o?near|unless|within|adj|pre|w)[/:]?({_DIGIT}{{1,6}})", re.IGNORECASE)
_ODD_OPERATOR = re.compile(r"(AND|OR|NOT|NEAR|UNLESS|OUTSIDE)(?![\w*]).")
"""An operator's name with a mark stuck to it: NEAR/x, NEAR-5, AND/OR. ANDY and AND* are words."""
_ODD_PREFIX = re.compile(r"atleast(?!\w)", re.IGNORECASE)
_LOWER = {"and": "AND", "or": "OR", "not": "NOT", "near": "NEAR", "unless": "UNLESS", "outside": "OUTSIDE"}
_STUCK = {"/": "its operator, as in NEAR/5", ":": "its word, as in title:"}
_FOREIGN = {
    "&": "write AND",
    "|": "write OR",
    "+": "every word of a phrase is wanted anyway; write AND between phrases",
    "~": "for words that stand near each other write NEAR/5 between them",
    "[": "groups are made with ( and )",
    "]": "groups are made with ( and )",
    "{": "groups are made with ( and )",
    "}": "groups are made with ( and )",
}


def tokens(text: str) -> list[Token]:
    """All tokens, with one of kind `end` last."""
    if len(text) > MOST_CHARACTERS:
        raise QueryError(
            MOST_CHARACTERS + 1, f"a query has at most {MOST_CHARACTERS} characters; make several rules of it"
        )
    kept = [n for n, c in enumerate(text) if ord(c) not in _DROPPED]
    seen = "".join(text[n] for n in kept).replace("\u200b", " ").replace("\ufe6e", "(")
    columns = [n + 1 for n in kept] + [len(text) + 1]
    found: list[Token] = []
    at = 0
    while at < len(seen):
        if seen[at].isspace():
            at += 1
            continue
        token, at = _token(seen, at, columns)
        found.append(token)
    return [*found, Token("end", "", columns[-1])]


def _token(text: str, at: int, columns: list[int]) -> tuple[Token, int]:
    column, first = columns[at], text[at]
    if first in "()":
        return Token("(" if first == "(" else ")", first, column), at + 1
    if first in _CLOSED_BY:
        return _phrase(text, at, columns)
    if first == "^":
        weight = _WEIGHT.match(text, at)
        number = float(weight[1].replace("\u066b", ".")) if weight else 0
        if not weight or not number:
            raise QueryError(column, "^ wants a weight above 0, as in ^3 or ^0.5")
        return Token("^", weight[0], column, weight=number), weight.end()
    if first in _FOREIGN:
        raise QueryError(column, f"{first} is not of this language; {_FOREIGN[first]}")
    operator = _OPERATOR.match(text, at)
    if operator:
        return _operator(operator, column), operator.end()
    prefix = _PREFIX.match(text, at)
    if prefix:
        return _prefix(prefix, column), prefix.end()
    word = _WORD.match(text, at)
    assert word is not None  # what is neither white space nor one of the marks above begins a word
    _refuse_word(word[0], column)
    return Token("word", word[0], column), word.end()


def _phrase(text: str, at: int, columns: list[int]) -> tuple[Token, int]:
    closing = [e for q in _CLOSED_BY[text[at]] if (e := text.find(q, at + 1)) >= 0]
    if not closing:
        raise QueryError(columns[at], f"the quotation mark {text[at]} is never closed; close it")
    end = min(closing)
    return Token("phrase", " ".join(text[at + 1 : end].translate(_UNQUOTED).split()), columns[at]), end + 1


def _operator(found: re.Match[str], column: int) -> Token:
    name, digits = found[1], found[2]
    if digits is None:
        return Token(name, found[0], column)  # type: ignore[arg-type]
    if name not in MEASURED:
        raise QueryError(column, f"{name} takes no number; write {name} alone")
    return Token(name, found[0], column, _count(digits, 0, MOST_DISTANCE, name, column))  # type: ignore[arg-type]


def _count(digits: str, least: int, most: int, name: str, column: int) -> int:
    if not digits or len(digits) > 6 or not least <= int(digits) <= most:
        raise QueryError(column, f"{name}/ wants a whole number from {least} to {most}, as in {name}/5")
    return int(digits)


def _prefix(found: re.Match[str], column: int) -> Token:
    name, digits = found[1], found[2]
    if name not in PREFIXES:
        near = difflib.get_close_matches(name.lower(), PREFIXES, n=1, cutoff=0.6)
        almost = _ALMOST_MEASURED.fullmatch(found[0])
        todo = f"did you mean {near[0]}:?" if near else f"the words with a colon are {', '.join(PREFIXES)}"
        raise QueryError(column, f"{name}: is not known; {'write NEAR/5' if almost else todo}")
    if name == "atleast":
        return Token("prefix", name, column, _count(digits or "", 1, MOST_DISTANCE, name, column))
    if digits is not None:
        raise QueryError(column, f"{name}: takes no number; write {name}: before a word")
    return Token("prefix", name, column)


def _refuse_word(word: str, column: int) -> None:
    """What is almost an operator must not become a word of a phrase, which would then be found nowhere."""
    lower = word.lower()
    if lower in _LOWER:
        raise QueryError(
            column, f"operators are written upper case: {_LOWER[lower]}; for the word itself use quotation marks"
        )
    almost = _ALMOST_MEASURED.fullmatch(word)
    if almost:
        raise QueryError(
            column, f"{word} is not of this language; write NEAR/{int(almost[1])}, or quotation marks for the word"
        )
    odd = _ODD_OPERATOR.match(word)
    if odd:
        todo = f"write {odd[1]}/5" if odd[1] in MEASURED else f"write {odd[1]} alone"
        raise QueryError(column, f"{word[:40]} is not of this language; {todo}, or quotation marks for the word")
    if _ODD_PREFIX.match(word):
        raise QueryError(column, f"{word[:40]} is not of this language; write atleast/3: before a word")
    if word[0] in _STUCK:
        where = f"a {word[0]} stands right behind {_STUCK[word[0]]}"
        raise QueryError(column, f"{where}, without a space; for the word itself use quotation marks")
    if word[0] in "-!" and len(word) > 1 and word[1].isalpha():
        raise QueryError(column, f"a {word[0]} in front of a word is not of this language; write NOT {word[1:]}")


# ---------------------------------------------------------------- what a phrase is made of
def has_word(text: str) -> bool:
    """Whether a letter or digit is left when marks, tatweel and punctuation do not count."""
    return any(unicodedata.category(c)[0] in "LN" and c != "\u0640" for c in unicodedata.normalize("NFKC", text))


_BREAK = re.compile(r"[،؛;؟?!…\n]|[.,:](?=\s)")


def spoken(text: str) -> tuple[int, str] | None:
    """Why a word or phrase can never be found, and at which character (from 0); None where it can."""
    if not has_word(text):
        return 0, "holds no letter and no digit that counts" if text.strip() else "is empty"
    broken = _BREAK.search(text)
    if broken and has_word(text[: broken.start()]) and has_word(text[broken.end() :]):
        mark = "a line's end" if broken[0] == "\n" else broken[0]
        return broken.start(), f"is cut in two by {mark}, which ends a phrase in every text"
    if len(text.split()) > MOST_WORDS:
        return 0, f"has more than {MOST_WORDS} words"
    at = 0
    for word in text.split():
        at = text.index(word, at)
        if "*" in word:
            letters = sum(unicodedata.category(c)[0] in "LN" and c != "\u0640" for c in word.partition("*")[0])
            if not word.endswith("*") or word.count("*") > 1:
                return at + word.index("*"), "has a * that does not end a word"
            if letters < 3:
                return at + word.index("*"), "has a * after fewer than three letters, which finds almost everything"
        at += len(word)
    return None
