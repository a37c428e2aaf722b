"""Short text made comparable without losing its places: what credit lines and names are read on.

`pipeline.text.fold` folds whole bodies; a credit must be quoted exactly as it stands, so here every folded character knows where
it came from. For heads, ends and names of some hundred characters, never for whole bodies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.text.fold import fold

_WORD = re.compile(r"[^\W\d_]+|\d+")


class _Letters(dict[str, str]):
    """Character → its folded form, remembered."""

    def __missing__(self, char: str) -> str:
        found = self[char] = "" if char == "\u0640" else fold(char)
        return found


_letters = _Letters()


@dataclass(frozen=True, slots=True)
class Flat:
    """Folded text with the place that each of its characters has in the text as given."""

    text: str
    places: tuple[int, ...]
    words: tuple[tuple[str, int, int], ...]
    """Folded word, and its start and end in the text as given."""


def flat(text: str) -> Flat:
    folded = [_letters[char] for char in text]
    places = [at for at, chars in enumerate(folded) for _ in chars]
    whole = "".join(folded)
    words = tuple((m[0], places[m.start()], places[m.end() - 1] + 1) for m in _WORD.finditer(whole))
    return Flat(whole, tuple(places), words)
