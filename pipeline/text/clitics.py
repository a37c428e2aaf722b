"""What Arabic writes joined to a word: particles and the article in front, pronouns behind. Closed tables, no dictionary.

A *proclitic* string is a conjunction (و ف), then a preposition (ب ل ك), then the article, each at most once; ل and the
article together are written لل. Strings are those of level key (pipeline/text/fold.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.text.lookalikes import NO_CASES


class Proclitic(NamedTuple):
    """One legal string in front of a word."""

    particles: tuple[str, ...]
    """The letters in order, the article left out."""
    article: bool


def _proclitics() -> dict[str, Proclitic]:
    made: dict[str, Proclitic] = {}
    for conjunction in ("", "و", "ف"):
        for preposition in ("", "ب", "ل", "ك"):
            particles = tuple(p for p in (conjunction, preposition) if p)
            made[conjunction + preposition] = Proclitic(particles, article=False)
            joined = "لل" if preposition == "ل" else preposition + "ال"
            made[conjunction + joined] = Proclitic(particles, article=True)
        # «لالمانيا», «لـ"الشرق"»: not the rule's spelling, but met, above all with a quotation mark in between.
        made[conjunction + "لال"] = Proclitic(tuple(p for p in (conjunction, "ل") if p), article=True)
    return made


PROCLITICS = _proclitics()
"""Every string that may stand in front of a noun. س and the interrogative أ go with verbs and are not here."""
_BEGINNINGS = frozenset(string[:cut] for string in PROCLITICS for cut in range(1, len(string) + 1))


def cuts(word: str) -> Iterator[tuple[int, Proclitic]]:
    """Every way to part a word (level key) from legal particles, nothing taken off first; at least one letter is left."""
    yield 0, PROCLITICS[""]
    for cut in range(1, len(word)):
        front = word[:cut]
        if front not in _BEGINNINGS:
            return
        if front in PROCLITICS:
            yield cut, PROCLITICS[front]


PRONOUNS = ("ه", "ها", "هم", "هما", "هن", "نا")
"""Endings that count as the word with its owner. ي ك كما كم كن are not here: ي is also the ending of لبناني, ك of stems."""


def opened(word: str) -> str | None:
    """The stem that a pronoun is joined to, where it is not the word itself: مكافحة → مكافحت, مستوى → مستوا. Level light."""
    if word.endswith("ة"):
        return word[:-1] + "ت"
    if word.endswith("ى"):
        return word[:-1] + "ا"
    return None


def takes_tanwin_alef(word: str) -> bool:
    """Whether the accusative of the indefinite word is written with an alef: وفد → وفدا, not after ة ى ا اء. Level light."""
    return len(word) >= 3 and word[-1] not in "ةىاآ" and not word.endswith(("اء", "أ"))


def cases(word: str) -> tuple[str, ...]:
    """The other grammatical cases of a sound plural or dual: مقاتلون ↔ مقاتلين, دولتان ↔ دولتين. Level light, without article.

    From six letters on, which keeps سجين from سجون, and not where the ending belongs to the word (`NO_CASES`). A word in
    ين may be a plural or a dual: only after ت or ي is it taken for the latter, so that مسلمين does not find مسلمان.
    """
    if len(word) < 6 or word in NO_CASES:
        return ()
    if word.endswith(("ون", "ان")):
        return (word[:-2] + "ين",)
    if word.endswith("ين"):
        dual = (word[:-2] + "ان",) if word[-3] in "تي" else ()
        return (word[:-2] + "ون", *dual)
    return ()


def constructs(word: str) -> tuple[str, ...]:
    """A sound plural or dual before another noun or a pronoun: مسؤولون → مسؤولو الوزارة, مسؤوليها. Level light."""
    if len(word) < 6 or word in NO_CASES:
        return ()
    if word.endswith(("ون", "ين")):
        return (word[:-2] + "و", word[:-2] + "ي")
    if word.endswith("تان"):
        return (word[:-1], word[:-2] + "ي")
    return ()


def seats(word: str) -> tuple[str, ...]:
    """Other ways to seat a final hamza that is heard after a long ي: شيء = شئ, بطيء = بطئ. Level light."""
    if word.endswith("يء"):
        return (word[:-2] + "ئ",)
    if word.endswith("ئ") and len(word) >= 2 and word[-2] not in "اويى":
        return (word[:-1] + "يء",)
    return ()


KUNYA = {
    "أبو": ("أبا", "أبي"),
    "أبا": ("أبو", "أبي"),
    "أبي": ("أبو", "أبا"),
    "ابو": ("ابا", "ابي"),
    "ابا": ("ابو", "ابي"),
    "ابي": ("ابو", "ابا"),
    "بنو": ("بني",),
    "بني": ("بنو",),
    "ذو": ("ذي", "ذا"),
    "ذي": ("ذو", "ذا"),
    "ذا": ("ذو", "ذي"),
    "ذوو": ("ذوي",),
    "ذوي": ("ذوو",),
    "بن": ("ابن",),
    "ابن": ("بن",),
}
"""Parts of names that are written one way or another: أبو بكر = أبا بكر = أبي بكر, بن = ابن. Only in a name of several words."""

JOINING_HEADS = ("عبد", "أبو", "أبا", "أبي", "ابو", "ابا", "ابي", "أم", "ام", "ذو")
"""Words that are written together with the name after them as often as apart: عبد الله, أبو ظبي, أم درمان."""
PARTING_HEADS = ("عبدال", "عبدرب", "أبو", "ابو")
"""Beginnings of names that are parted after their third letter: عبدالرحمن, عبدربه, أبوظبي."""
JOINING_TAILS = ("الله", "الدين")
"""Words that are written together with the name before them: نصر الله, صلاح الدين."""


def inflected(word: str, strange: frozenset[str] = frozenset()) -> set[str]:
    """Number and gender of a noun or adjective by its endings: the mode `forms`. Level light, without article.

    Sound plurals, duals and their construct state, the feminine; from a plural back to the singular. No broken plurals.
    `strange` are feminines that are other words (مكتب is no مكتبة).
    """
    made = {word}
    stem = _singular(word)
    for one in {word, stem}:
        made |= _numbers(one)
    if stem.endswith("ية") and len(stem) >= 6:  # عراقية → عراقي; in short ones the two part ways (عملية, عملي)
        made |= _numbers(stem[:-1])
    return {form for form in made if form == word or form not in strange}


def _singular(word: str) -> str:
    if len(word) >= 6 and word.endswith(("ون", "ين")):
        return word[:-2]
    if len(word) >= 6 and word.endswith(("تان", "تين")):
        return word[:-3] + "ة"
    if len(word) >= 5 and word.endswith("ات"):
        return word[:-2] + "ة"
    return word


def _numbers(word: str) -> set[str]:
    """The word with the endings of number and gender that its own ending allows."""
    for ending, endings in _NUMBERS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            return {word, *(word.removesuffix(ending) + other for other in endings)}
    return {word}


_NUMBERS = (
    ("اة", ("يات", "وات", "اتان", "اتين")),  # مباراة, قناة
    ("ية", ("يات", "يتان", "يتين", "يتا", "يتي", "يا")),
    ("ة", ("ات", "تان", "تين", "تا", "تي")),
    ("اء", ("اوات", "اءات", "اءان", "اءين")),  # صحراء, اعتداء
    ("ا", ("ات", "اتان", "اتين")),  # ميليشيا
    ("ى", ("يات", "يان", "يين")),  # مستشفى
    ("ات", ()),
    ("ون", ()),
    ("ين", ()),
    (
        "ي",
        ("ية", "يات", "يان", "يين", "يون", "يو", "يي", "يتان", "يتين", "ين"),
    ),  # the last as الحوثين, with one ي dropped
    ("", ("ة", "ات", "ان", "ين", "ون", "و", "ي", "تان", "تين")),
)
"""Endings by which a noun's number and gender show; the first that fits. The last row is for all other words."""
