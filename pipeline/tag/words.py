"""One token of a text against the watchlists' own words: is it one of them, with what joined to it, by which folds?

No dictionary and no stemming: a token is cut at each legal particle in front and each legal ending behind, and what is
left must be a word that some term asks for. Then the letters, the article, the vowels are compared as that term wants
them. The answer is kept for each distinct token, so a text costs one look-up a token.

What only the surroundings can tell (an article written apart, the habit of a house that writes ه for ة) is left open in
`Found.needs` for pipeline/tag/find.py to settle.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from pipeline.model import Mode, WordReading
from pipeline.text.clitics import PRONOUNS, Proclitic, cuts, takes_tanwin_alef
from pipeline.text.fold import INVISIBLE, MARKS, TATWEEL, fold, key, light
from pipeline.text.lookalikes import (
    ALEF_PAIRS,
    ARTICLE_LOOKALIKES,
    FUNCTION_YAA,
    PRONOUN_LOOKALIKES,
    TANWIN_LOOKALIKES,
    YAA_PAIRS,
    is_lookalike,
)

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


_MARK = re.compile(f"[{MARKS}]")
_FOREIGN = re.compile("[ی-ۓپچڤگژڕڵۆېێەہھٹڈکٱ]")
_PRESENTATION = re.compile("[\ufb50-\ufdff\ufe80-\ufefc]")
_HIDDEN = re.compile(f"[{INVISIBLE}]")
_SIGNS = re.compile(f"[{MARKS}{INVISIBLE}{TATWEEL}]")
_VOWEL = {"\u064e": "a", "\u064f": "u", "\u0650": "i", "\u0652": "0"}
_ALEFS, _HAMZAS = frozenset("اأإآ"), frozenset("ؤئء")
_ENDINGS = {last: tuple(e for e in (*PRONOUNS, "ا") if e[-1] == last) for last in "هامن"}
"""What may be joined behind, by its last letter; the alef alone is the accusative's."""
_HEAD = 3
_FIRSTS = frozenset("وفبلكا")
"""First letters of what may be taken off in front."""
LONGEST = 64
"""Longer tokens are no words of any language; they are compared only with stars."""


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


class Lexicon:
    """The words of all terms, by the key of each spelling; and what a token is among them."""

    def __init__(self, lookalikes: frozenset[str] = frozenset()) -> None:
        """`lookalikes`: words learnt from an archive (pipeline/text/learning.py), beside those of the hand-written table."""
        self._learnt = lookalikes
        self.specs: list[Spec] = []
        self._ids: dict[Spec, int] = {}
        self._forms: dict[str, list[Form]] = {}
        self._stars: dict[str, list[Form]] = {}
        self._star_lengths: tuple[int, ...] = ()
        self._heads: set[str] = set()
        """The first letters of all that can stand behind particles."""

    def add(self, spec: Spec, forms: Iterable[tuple[str, Kind]]) -> int:
        """The number of the spec; `forms` are spellings at level light with why they count, looked at when it is new."""
        known = self._ids.get(spec)
        if known is not None:
            return known
        number = self._ids[spec] = len(self.specs)
        self.specs.append(spec)
        table = self._stars if spec.star else self._forms
        for form, kind in forms:
            folded = key(form)
            table.setdefault(folded, []).append(Form(number, form, kind))
            if len(folded) >= _HEAD:
                self._heads.add(folded[:_HEAD])
            else:
                self._heads.update((folded + ending)[:_HEAD] for ending in ("", "ا", *PRONOUNS))
        if spec.star:
            self._star_lengths = tuple(sorted({len(stem) for stem in self._stars}))
        return number

    def spelling(self, spec: int) -> Spelling:
        """All that `look` takes for the spec, and what it refuses only after a closer look."""
        keys = [folded for folded, forms in self._forms.items() if any(form.spec == spec for form in forms)]
        stems = [folded for folded, forms in self._stars.items() if any(form.spec == spec for form in forms)]
        endings = () if self.specs[spec].mode in {"name", "exact"} else (*PRONOUNS, "ا")
        return Spelling((*keys, *(folded + ending for folded in keys for ending in endings)), tuple(stems))

    def look(self, raw: str, *, loose: bool = False) -> tuple[Found, ...]:
        """What `raw` can stand for, the plainest reading for each spec. `loose`: also what it fails to stand for, with the obstacle."""
        letters = light(raw)
        if not self._touched(key(letters)):
            return ()
        best: dict[int, Found] = {}
        for found in self._readings(_Seen(raw, letters), loose):
            known = best.get(found.spec)
            if known is None or _oddity(found) < _oddity(known):
                best[found.spec] = found
        return tuple(best.values())

    def touched(self, raws: list[str]) -> Iterator[tuple[str, bool]]:
        """Each token with whether any cut of it may leave a word that is asked for: no for nearly all of them, and quickly."""
        if not raws:
            return
        # One fold for all of them: no token begins or ends with what folding would join across a line end.
        heads = self._heads
        for raw, folded in zip(raws, fold("\n".join(raws)).split("\n"), strict=True):
            yield raw, (folded[:_HEAD] in heads or folded[:1] in _FIRSTS) and self._touched(folded)

    def _touched(self, folded: str) -> bool:
        """The same of one token at level key, for certain."""
        if len(folded) > LONGEST and not self._stars:
            return False
        forms = self._forms
        for cut, _ in cuts(folded):
            rest = folded[cut:] if cut else folded
            if rest[:_HEAD] not in self._heads:
                continue
            if rest in forms:
                return True
            for ending in _ENDINGS.get(rest[-1], ()):
                if rest.endswith(ending) and rest[: -len(ending)] in forms:
                    return True
            for length in self._star_lengths:
                if rest[:length] in self._stars:
                    return True
        return False

    def _readings(self, seen: _Seen, loose: bool) -> Iterator[Found]:
        for cut, particles in cuts(seen.key):
            if not seen.bare_alef(cut):
                continue
            for form, ending in self._candidates(seen.key[cut:], seen.light, particles.article):
                obstacle, needs, folds = self._judged(form, seen, cut, particles, ending)
                if obstacle and not loose:
                    continue
                word = WordReading(
                    surface=seen.raw.rstrip(TATWEEL),
                    particles=particles.particles,
                    article=particles.article,
                    suffix=ending if ending != "ا" else "",
                    folds=tuple(folds),
                )
                yield Found(form.spec, word, needs, obstacle)

    def _judged(self, form: Form, seen: _Seen, cut: int, particles: Proclitic, ending: str) -> Verdict:
        spec = self.specs[form.spec]
        obstacle, needs, folds = _judge(spec, form, seen, cut, particles, ending)
        if not obstacle and self._learnt and _guarded(spec, seen, cut, particles):
            core = cut + len(form.light)
            whole = next((one for one in _wholes(seen, core, particles) if one in self._learnt), None)
            if whole is not None:
                obstacle = f"«{whole}» is a word of its own, as this archive's counts show"
        return obstacle, needs, folds

    def _candidates(self, rest: str, letters: str, article: bool) -> Iterator[tuple[Form, str]]:
        for form in self._forms.get(rest, ()):
            yield form, ""
        for length in self._star_lengths:
            if length > len(rest):
                break
            for form in self._stars.get(rest[:length], ()):
                yield form, ""
        if article or len(rest) > LONGEST:
            return
        for ending in _ENDINGS.get(rest[-1], ()):
            if rest.endswith(ending) and letters.endswith(ending):  # as written: the ة of شرطة is no pronoun
                for form in self._forms.get(rest[: -len(ending)], ()):
                    yield form, ending


class _Seen:
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


def _oddity(found: Found) -> tuple[bool, int, int]:
    return bool(found.obstacle), found.needs, len(found.word.folds) + len(found.word.suffix) + len(found.word.particles)


Verdict = tuple[str, int, list[str]]


def _judge(spec: Spec, form: Form, seen: _Seen, cut: int, particles: Proclitic, ending: str) -> Verdict:
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


def _in_front(spec: Spec, form: Form, seen: _Seen, cut: int, particles: Proclitic, article: str) -> str:
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
    if not _guarded(spec, seen, cut, particles):
        return ""
    for whole in _wholes(seen, cut + len(form.light), particles):
        if is_lookalike(whole):
            return f"«{whole}» is a word of its own"
    if particles.particles[-1] == "ك" and len(form.light) <= 2:
        return "ك before two letters is nearly always part of the word"
    return ""


def _guarded(spec: Spec, seen: _Seen, cut: int, particles: Proclitic) -> bool:
    """Whether particle and word may be a word of its own: in a phrase the other words tell, and a tatweel behind the particle."""
    return spec.alone and bool(particles.particles) and not particles.article and not seen.parted(cut)


def _wholes(seen: _Seen, core: int, particles: Proclitic) -> Iterator[str]:
    """The words that the token may be, of which `core` letters are particles and word, without the ending and the first of two particles."""
    for begin in range(len(particles.particles)):
        yield seen.key[begin:]
        if core < len(seen.key):
            yield seen.key[begin:core]


def _behind(spec: Spec, form: Form, seen: _Seen, cut: int, ending: str) -> str:
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
                if "آ" in (a, b) and at > 0 and len(wanted) <= 4:
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


def _vowels(spec: Spec, form: Form, seen: _Seen, cut: int) -> str:
    """Vowels that both write and write differently: عَمّان is not عُمان."""
    if not spec.marks or form.kind != "word" or not _MARK.search(seen.raw):
        return ""
    written = vowels(seen.raw)[cut:]
    if any(a and b and a != b for a, b in zip(spec.marks, written, strict=False)):
        return "other vowels are written"
    return ""
