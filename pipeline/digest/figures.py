"""Figures with what they count, so that an edition can say what changed in a story: «القتلى: من 6 إلى 9».

Only figures of people and losses are followed, by a closed list of nouns. Comparing every number of two reports was tried in
thought and rejected: dates, distances, scores and ages change with every report and mean nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

# What is counted → every form that follows a number, as written without marks. The first form names it in Arabic.
NOUNS: Mapping[str, tuple[str, str]] = {
    "killed": ("القتلى", "قتيل قتيلا قتلى قتيلة قتيلين قتيلان killed dead deaths fatalities"),
    "martyrs": ("الشهداء", "شهيد شهيدا شهداء شهيدين شهيدان"),
    "wounded": ("الجرحى", "جريح جريحا جرحى جريحين جريحان wounded injured injuries"),
    "casualties": ("المصابون", "مصاب مصابا مصابين مصابون مصابان إصابة إصابات casualties"),
    "missing": ("المفقودون", "مفقود مفقودا مفقودين مفقودون مفقودان missing"),
    "arrested": ("الموقوفون", "موقوف موقوفا موقوفين معتقل معتقلا معتقلين معتقلون arrested detained detainees arrests"),
    "displaced": ("النازحون", "نازح نازحا نازحين نازحون displaced"),
    "refugees": ("اللاجئون", "لاجئ لاجئا لاجئين لاجئون refugees"),
    "victims": ("الضحايا", "ضحية ضحايا victims"),
    "houses": ("المنازل", "منزل منزلا منازل houses homes"),
}
_COUNTED = {form: noun for noun, (_, forms) in NOUNS.items() for form in forms.split()}

# Numbers in words up to ten, in both genders and cases; larger ones are written in digits by every desk we read.
_WORDS = {
    word: n
    for n, words in {
        3: "ثلاثة ثلاث three",
        4: "أربعة أربع four",
        5: "خمسة خمس five",
        6: "ستة ست six",
        7: "سبعة سبع seven",
        8: "ثمانية ثماني ثمان eight",
        9: "تسعة تسع nine",
        10: "عشرة عشر ten",
    }.items()
    for word in words.split()
}
_DUAL = {"قتيلان", "قتيلين", "شهيدان", "شهيدين", "جريحان", "جريحين", "مصابان", "مفقودان"}
"""«قتيلين» and its like are never more than two; «مصابين» may be a plural and is not among them."""
_THOUSANDS = {"ألف": 1000, "ألفا": 1000, "آلاف": 1000, "مليون": 1_000_000, "thousand": 1000, "million": 1_000_000}
_TOKEN = re.compile(r"\d{1,12}(?:[,٬]\d{3}){0,3}|[^\W\d_]+", re.UNICODE)
_MARKS = re.compile("[\u064b-\u0652\u0640\u0670]")
_MEANT = {word: word for word in (*_WORDS, *_COUNTED, *_THOUSANDS)}
_MEANT |= {
    particle + word: word for word in (*_WORDS, *_COUNTED) for particle in "وفبل" if particle + word not in _MEANT
}
"""A word of the text → the known one that it is, or holds behind a particle written to it."""
SPAN = 800
"""Code points read of a text: the figures of a report stand in its headline and lead."""


def figures(*texts: str) -> dict[str, int]:
    """What is counted → the figure, the first of each in the order of the texts."""
    found: dict[str, int] = {}
    for text in texts:
        plain = _MARKS.sub("", unicodedata.normalize("NFC", text[:SPAN])).lower()
        number: int | None = None
        for token in _TOKEN.findall(plain):
            word = _MEANT.get(token)
            if word is None:
                number = int(re.sub("[,٬]", "", token)) if token[0].isdigit() else None
            elif word in _DUAL:
                found.setdefault(_COUNTED[word], 2)
                number = None
            elif word in _WORDS:
                number = _WORDS[word]
            elif number is not None and word in _THOUSANDS:
                number *= _THOUSANDS[word]
            elif number is not None and word in _COUNTED:
                found.setdefault(_COUNTED[word], number)
                number = None
            else:
                number = None
    return found


def changes(before: Sequence[Mapping[str, int]], now: Mapping[str, int]) -> list[dict[str, str | int]]:
    """Figures that differ from the last one shown; `before` comes newest first."""
    found: list[dict[str, str | int]] = []
    for noun in NOUNS:
        last = next((shown[noun] for shown in before if noun in shown), None)
        if noun in now and last is not None and now[noun] != last:
            found.append({"kind": "figure", "noun": noun, "from": last, "to": now[noun]})
    return found
