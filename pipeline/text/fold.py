"""Spelling folds: two spellings of one word become equal; the text itself is never changed.

Three levels, each made from the one before:

    raw    the text as it stands
    light  without vowels, tatweel and invisible characters; presentation forms, Persian and foreign letters as plain
           Arabic letters; digits ASCII; Latin without case and accents. The hamza, ى and ة are as written.
    key    light with أ إ آ = ا, ؤ ئ = ء, ى = ي, ة = ه. One letter for one letter, so `light[i]` is what became `key[i]`.

`fold` is raw → key for any text: idempotent, one pass of `str.translate`. Look-ups go by key; whether a difference that
the key hides may be passed over is decided on light, by whoever compares (pipeline/tag/judge.py).

Rejected: NFKC over the whole text (… becomes three full stops, ﷺ eighteen letters with الله among them, the free-standing
vowel signs a space each); `str.lower` (İ becomes two characters); folding ى and ة away for good (على is not علي, مدرسه is
not مدرسة).
"""

from __future__ import annotations

import re
import unicodedata

TATWEEL = "\u0640"
ZERO_WIDTH_SPACE = "\u200b"

# Ranges for use inside a character class.
MARKS = (
    "\u0300-\u036f\u0483-\u0487\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"  # of Latin, Greek, Cyrillic
    "\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"  # Hebrew points
    "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"  # harakat, Quranic signs
    "\u0897-\u089f\u08ca-\u08e1\u08e3-\u08ff"  # more of them
    "\ufc5e-\ufc63\ufcf2-\ufcf4\ufe70-\ufe7f"  # the same as free-standing forms
)
"""Signs over and under letters: dropped. \u06e5 and \u06e6, small letters, are among them though Unicode calls them letters."""
INVISIBLE = "\u00ad\u034f\u061c\u180e\u200c-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
"""Direction marks, joiners, soft hyphen: dropped, inside a word too. U+200B is not here: it parts words."""
EULOGIES = "\ufdfa\ufdfb\ufdfd"
"""ﷺ ﷻ ﷽: each a phrase in one character, read as a space, so that no term is found inside it."""

_COMPOSED = {
    "ا\u0653": "آ",
    "ا\u0654": "أ",
    "ا\u0655": "إ",
    "و\u0654": "ؤ",
    "ي\u0654": "ئ",
    "ى\u0654": "ئ",
    "ی\u0654": "ئ",
}
"""Hamza as a sign of its own. Composed before signs are dropped, else ؤ would become و. (NFC knows not all of them.)"""

_TWINS = {
    "ی": "ي", "ې": "ي", "ێ": "ي", "ۍ": "ي", "ے": "ي", "ۓ": "ي", "ۑ": "ي", "ؽ": "ي", "ؾ": "ي", "ؿ": "ي",
    "ک": "ك", "ڪ": "ك", "ګ": "ك", "گ": "ك", "ڭ": "ك", "ݣ": "ك",
    "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ە": "ه", "ۂ": "ه", "ۃ": "ة",
    "پ": "ب", "چ": "ج", "ڤ": "ف", "ڥ": "ف", "ژ": "ز", "ڕ": "ر", "ڑ": "ر", "ڵ": "ل", "ڶ": "ل",
    "ۆ": "و", "ۇ": "و", "ۋ": "و", "ٹ": "ت", "ڈ": "د", "ں": "ن", "ڨ": "ق", "ڧ": "ق", "ڢ": "ف", "ڠ": "غ",
    "ٱ": "ا", "ٲ": "أ", "ٳ": "إ", "ٵ": "أ", "ٶ": "ؤ", "ٷ": "ؤ", "ٸ": "ئ", "ٴ": "ء",
}  # fmt: skip
"""Persian, Kurdish, Urdu, Maghrebi letters and the Arabic letter that stands for each in Arabic papers (پوتين, بوتين)."""

_LATIN = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ŧ": "t"}
"""Letters whose stroke Unicode does not take for an accent, and the Turkish ı (İ loses its dot as an accent does)."""

_HAMZA = {"أ": "ا", "إ": "ا", "آ": "ا", "ؤ": "ء", "ئ": "ء", "ى": "ي", "ة": "ه"}
"""What light keeps apart and key does not."""

_dropped = re.compile(f"[{TATWEEL}\u06e5\u06e6{MARKS}{INVISIBLE}]")
_spaces = frozenset(EULOGIES + ZERO_WIDTH_SPACE)
_composable = re.compile("[اويىی][\u0653-\u0655]")
_seatless = re.compile(f"ى[{TATWEEL}{MARKS}{INVISIBLE}]*ء")
_changed = re.compile(
    "([^\x00-@\\[-~\u00ab\u00bb\u060c\u061b\u061f\u0621-\u063a\u0641-\u064a\u2010-\u2015\u2018-\u201f\u2026]+)"
)
"""All but what light leaves as it is: the signs of ASCII, its small letters, usual punctuation, Arabic letters."""
_LONG = 64
"""From so many characters on it pays to look for what changes: a newspaper's text has little of it."""


def _plain(char: str) -> str:
    """One character at level light."""
    if _dropped.match(char):
        return ""
    if char in _spaces:
        return " "
    if char in _TWINS:
        return _TWINS[char]
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind[0] != "L":
        return "ريال" if char == "﷼" else char
    if "\ufb50" <= char <= "\ufefc":  # presentation forms, each by itself
        parts = unicodedata.normalize("NFKC", char).replace(" ", "")
    else:  # a letter stays a letter: the Greek iota that stands alone has a space in its decomposition
        parts = unicodedata.normalize("NFKD", char.casefold()).replace(" ", "") if char not in _HAMZA else char
    return parts if parts == char and char not in _LATIN else "".join(_LATIN.get(c) or _again(c) for c in parts)


def _again(char: str) -> str:
    """A part of a decomposed character: dropped, a twin, or as it is. Parts decompose no further, but may still fold."""
    folded = unicodedata.normalize("NFKD", char.casefold()) if char not in _HAMZA else char
    return "".join("" if _dropped.match(c) else _TWINS.get(c, _LATIN.get(c, c)) for c in folded)


class _Table(dict[int, str]):
    """A table for `str.translate` that fills itself as characters are met."""

    __slots__ = ("_deep",)

    def __init__(self, *, deep: bool) -> None:
        super().__init__()
        self._deep = deep

    def __missing__(self, code: int) -> str:
        made = _plain(chr(code))
        if self._deep:
            made = "".join(_HAMZA.get(c, c) for c in made)
        if code < 0x10000:  # beyond it a hostile text could fill the memory with characters nobody writes
            self[code] = made
        return made


_to_light = _Table(deep=False)
_to_fold = _Table(deep=True)
_to_key = str.maketrans(_HAMZA)


def _composed(text: str) -> str:
    if "\u0654" in text or "\u0655" in text or "\u0653" in text:
        text = _composable.sub(lambda found: _COMPOSED.get(found[0], found[0]), text)
    if "ى" in text and "ء" in text:
        text = _seatless.sub("ئ", text)  # مبادىء = مبادئ
    return text


def _translated(text: str, table: dict[int, str]) -> str:
    """`text.translate(table)`, in a fifth of its time where it changes little but what _HAMZA names."""
    parts = _changed.split(text)
    if len(parts) > len(text) // 8:
        return text.translate(table)
    parts[1::2] = [part.translate(table) for part in parts[1::2]]
    return "".join(parts)


def light(text: str) -> str:
    """`text` without what only decorates it; hamza, ى and ة as written."""
    return _composed(text).translate(_to_light)


def key(light_text: str) -> str:
    """Level light → level key, letter for letter."""
    return light_text.translate(_to_key)


def fold(text: str) -> str:
    """The comparing form of any text: idempotent, linear; white space and punctuation stay as they are."""
    text = _composed(text)
    if len(text) < _LONG:
        return text.translate(_to_fold)
    text = _translated(text, _to_fold)
    for letter, folded in _HAMZA.items():
        text = text.replace(letter, folded)
    return text
