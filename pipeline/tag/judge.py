"""One candidate judged: are these letters, with what is joined to them, the word as the term wants it?

Each question gives the obstacle in words for people, or nothing; what only the surroundings can tell becomes `needs`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Literal

from pipeline.tag.spec import (
    AFTER_PRONOUN,
    AFTER_WAW,
    AFTER_WORDS,
    ARTICLE,
    DOTLESS,
    DOTTED,
    HAA,
    Form,
    Spec,
)
from pipeline.text.clitics import Proclitic, takes_tanwin_alef
from pipeline.text.fold import INVISIBLE, MARKS, TATWEEL, key, light
from pipeline.text.lookalikes import (
    ALEF_PAIRS,
    ARTICLE_LOOKALIKES,
    FUNCTION_YAA,
    MADDA_PAIRS,
    PRONOUN_LOOKALIKES,
    TANWIN_LOOKALIKES,
    YAA_PAIRS,
    is_lookalike,
)

_MARK = re.compile(f"[{MARKS}]")
_FOREIGN = re.compile("[ی-ۓپچڤگژڕڵۆېێەہھٹڈکٱ]")
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe80-\ufefc]")
_HIDDEN = re.compile(f"[{INVISIBLE}]")
_SIGNS = re.compile(f"[{MARKS}{INVISIBLE}{TATWEEL}]")
_VOWEL = {"\u064e": "a", "\u064f": "u", "\u0650": "i", "\u0652": "0"}
_ALEFS, _HAMZAS = frozenset("اأإآ"), frozenset("ؤئء")


def vowels(raw: str) -> tuple[str, ...]:
    """The short vowel written on each letter, "" where there is none; the last letter's is grammar and left out."""
    found: list[str] = []
    for char in raw:
        if char in _VOWEL and found:
            found[-1] = _VOWEL[char]
        elif not _SIGNS.match(char):
            found.append("")
    return tuple(found[:-1])


def has_fathatan(raw: str) -> bool:
    """Whether the tanwin of the accusative is written: on the final alef or on the letter before it («ليبيًّا», «عملاً»)."""
    alefs = 0
    for char in reversed(raw):
        if char == "\u064b":
            return True
        if not _SIGNS.match(char):
            if char != "ا" or alefs:
                return False
            alefs += 1
    return False


class Seen:
    """A token with its levels, and what is asked of it more than once."""

    __slots__ = ("key", "light", "raw")

    def __init__(self, raw: str, letters: str) -> None:
        self.raw, self.light, self.key = raw, letters, key(letters)

    def bare_alef(self, cut: int) -> bool:
        """Whether no letter of the particles is written with a hamza: ألغام does not begin with the article."""
        return self.light[:cut] == self.key[:cut]

    def parted(self, cut: int) -> bool:
        """Whether a tatweel stands right after the particles: بـبري cannot be one word."""
        at = self.raw.find(TATWEEL)
        return at > 0 and len(light(self.raw[:at])) == cut

    def decorations(self) -> Iterator[str]:
        raw = self.raw.rstrip(TATWEEL)
        if TATWEEL in raw:
            yield "tatweel"
        if raw.isascii():
            return
        if _MARK.search(raw):
            yield "marks"
        if _HIDDEN.search(raw):
            yield "invisible"
        if _PRESENTATION.search(raw):
            yield "presentation"
        if _FOREIGN.search(raw):
            yield "letters"
        if raw[0].isdecimal():
            yield "digits"


Verdict = tuple[str, int, list[str]]


def judge(spec: Spec, form: Form, seen: Seen, cut: int, particles: Proclitic, ending: str) -> Verdict:
    """(obstacle or "", what is left open, folds) of one candidate."""
    folds: list[str] = []
    needs = 0
    letters = seen.light[cut : cut + len(form.light)]
    article: Literal["yes", "no", "either"] = "yes" if particles.article else "no"
    if article == "no" and particles.particles[-1:] == ("ل",) and form.light.startswith("ل"):
        article = "either"  # للجنة: «for a committee» and «for the committee» are written alike

    obstacle = _in_front(spec, form, seen, cut, particles, article)
    if not spec.first and particles.particles:
        if particles.particles == ("ل",):
            needs |= AFTER_PRONOUN
        elif particles.particles == ("و",) and spec.gap:
            needs |= AFTER_WORDS
        else:
            obstacle = obstacle or "a later word of a phrase takes no particle"
    if spec.article == "wanted" and article == "no" and form.kind != "whole":
        needs |= ARTICLE
    obstacle = obstacle or _behind(spec, form, seen, cut, ending)
    if form.kind == "apart":
        needs |= AFTER_WAW

    if letters != form.light:
        strict, more = _letters(spec, form.light, letters, folds, article=article, final=not ending and not spec.star)
        obstacle, needs = obstacle or strict, needs | more
    if spec.mode == "exact" and folds:
        obstacle = obstacle or "exact asks for these very letters"
    if not ending and not spec.star:
        obstacle = obstacle or _vowels(spec, form, seen, cut)
    if spec.case and _HIDDEN.sub("", unicodedata.normalize("NFC", seen.raw)) != spec.case:
        obstacle = obstacle or "another case of letters"

    if form.kind in {"case", "form"}:
        folds.append(form.kind)
    if ending == "ا":
        folds.append("tanwin")
    if spec.star and len(seen.key) > cut + len(form.light):
        folds.append("prefix")
    folds += seen.decorations()
    if not spec.case and seen.raw.lower() != seen.raw and seen.light.isascii():
        folds.append("latin")
    if spec.alone and particles.particles and article != "yes" and len(form.light) <= 3 and not seen.parted(cut):
        folds.append("doubt")
    return obstacle, needs, folds


def _in_front(spec: Spec, form: Form, seen: Seen, cut: int, particles: Proclitic, article: str) -> str:
    if spec.mode == "exact":
        return "exact allows no particle and no article" if cut else ""
    if article == "yes":
        if spec.article == "none":
            return "with an article the term does not have"
        if len(form.light) < 2:
            return "too short"
        folded = seen.key
        if len(form.light) == 2 and folded[0] in "وفبك" and is_lookalike(folded):
            return f"«{folded}» is a word of its own"
        if spec.article == "free" and spec.alone and folded in ARTICLE_LOOKALIKES:
            return f"«{folded}» is a word of its own"
        return ""
    if not guarded(spec, seen, cut, particles):
        return ""
    for whole in wholes(seen, cut + len(form.light), particles):
        if is_lookalike(whole):
            return f"«{whole}» is a word of its own"
    if particles.particles[-1] == "ك" and len(form.light) <= 2:
        return "ك before two letters is nearly always part of the word"
    return ""


def guarded(spec: Spec, seen: Seen, cut: int, particles: Proclitic) -> bool:
    """Whether particle and word may be a word of its own: in a phrase the other words tell, and a tatweel behind the particle."""
    return spec.alone and bool(particles.particles) and not particles.article and not seen.parted(cut)


def wholes(seen: Seen, core: int, particles: Proclitic) -> Iterator[str]:
    """The words that the token may be, of which `core` letters are particles and word, without the ending and the first of two particles."""
    for begin in range(len(particles.particles)):
        yield seen.key[begin:]
        if core < len(seen.key):
            yield seen.key[begin:core]


def _behind(spec: Spec, form: Form, seen: Seen, cut: int, ending: str) -> str:
    if not ending:
        if form.kind == "opened":
            return "the stem of a word without its ending"
        strange = spec.mode == "name" or seen.key[cut:] in TANWIN_LOOKALIKES
        if strange and form.light.endswith("ا") and has_fathatan(seen.raw):
            return "the written tanwin makes it another word"
        return ""
    if spec.mode in {"name", "exact"}:
        return f"{spec.mode} takes no ending"
    rest = seen.key[cut:]
    if ending == "ا":
        if form.kind not in {"word", "form"} or not takes_tanwin_alef(form.light):
            return "this word takes no accusative alef"
        if rest in TANWIN_LOOKALIKES and not has_fathatan(seen.raw):
            return f"«{rest}» is a word of its own"
        return ""
    if form.kind in {"whole", "apart"} or form.light[-1] in "ةى" or len(form.light) < 2:
        return "this word takes no pronoun"
    if rest in PRONOUN_LOOKALIKES:
        return f"«{rest}» is a word of its own"
    return ""


def _letters(spec: Spec, wanted: str, written: str, folds: list[str], *, article: str, final: bool) -> tuple[str, int]:
    """Compare two spellings of one key. Adds to `folds`; gives (obstacle, needs)."""
    needs = 0
    last = len(wanted) - 1
    for at, (a, b) in enumerate(zip(wanted, written, strict=True)):
        if a == b:
            continue
        if a in _ALEFS:
            fold = "hamza"
            if spec.alone and not spec.star:
                if "آ" in (a, b) and at > 0 and key(wanted) in MADDA_PAIRS:
                    return f"«{written}» is another word than «{wanted}»", 0
                if "ا" not in (a, b) and key(wanted) in ALEF_PAIRS:
                    return f"«{written}» is another word than «{wanted}»", 0
        elif a in _HAMZAS:
            fold = "hamza"
        elif a in "ىي":
            fold = "yaa"
            if at == last and final and key(wanted) in YAA_PAIRS:
                if spec.alone and b == "ى" and key(wanted) in FUNCTION_YAA:
                    return f"«{written}» is another word than «{wanted}»", 0
                needs |= DOTLESS if b == "ى" else DOTTED
        else:
            fold = "taa"
            if spec.alone and final and article != "yes":
                if b != "ه":
                    return f"«{written}» is another word than «{wanted}»", 0
                needs |= HAA
        if fold not in folds:
            folds.append(fold)
    return "", needs


def _vowels(spec: Spec, form: Form, seen: Seen, cut: int) -> str:
    """Vowels that both write and write differently: عَمّان is not عُمان."""
    if not spec.marks or form.kind != "word" or not _MARK.search(seen.raw):
        return ""
    written = vowels(seen.raw)[cut:]
    if any(a and b and a != b for a, b in zip(spec.marks, written, strict=False)):
        return "other vowels are written"
    return ""
