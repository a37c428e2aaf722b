"""A folded text as tokens: runs of digits, runs of letters, single signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

from pipeline.text.dates.found import Group

V = TypeVar("V")

_TOKENS = re.compile(r"[0-9]+|[^\W\d_]+|\S")


def is_figures(text: str) -> bool:
    """Whether a token is a number. `str.isdigit` alone says so of ➊ and ፩ too, which `int` cannot read."""
    return text.isascii() and text.isdigit()


class Tokens:
    """The tokens, and the groups that a reading fills."""

    def __init__(self, text: str) -> None:
        found = list(_TOKENS.finditer(text))
        self.tokens = [m[0] for m in found]
        self.starts = [m.start() for m in found]
        self.ends = [m.end() for m in found]
        self.groups = [Group()]

    @property
    def group(self) -> Group:
        return self.groups[-1]

    def token(self, i: int) -> str:
        return self.tokens[i] if 0 <= i < len(self.tokens) else ""

    def number(self, i: int, digits: int = 2) -> int | None:
        """The number at i if it has at most so many digits; exactly four where four are asked for."""
        text = self.token(i)
        if not is_figures(text) or len(text) > digits or (digits == 4 and len(text) != 4):
            return None
        return int(text)

    def phrase(self, i: int, table: Mapping[str, V], most: int = 3) -> tuple[V, int] | None:
        """What the longest phrase at i means, and its length."""
        for n in range(min(most, len(self.tokens) - i), 0, -1):
            found = table.get(" ".join(self.tokens[i : i + n]))
            if found is not None:
                return found, n
        return None

    def joined(self, i: int) -> bool:
        """Whether no space stands before token i."""
        return 0 < i < len(self.tokens) and self.starts[i] == self.ends[i - 1]

    def skip(self, i: int, words: frozenset[str], most: int = 2) -> int:
        """Past at most so many of these tokens."""
        for _ in range(most):
            if self.token(i) not in words:
                break
            i += 1
        return i
