"""One token of a text against the watchlists' own words: is it one of them, with what joined to it, by which folds?

No dictionary and no stemming: a token is cut at each legal particle in front and each legal ending behind, and what is
left must be a word that some term asks for. Then the letters, the article, the vowels are compared as that term wants
them (judge.py). The answer is kept for each distinct token, so a text costs one look-up a token.

What only the surroundings can tell (an article written apart, the habit of a house that writes ه for ة) is left open in
`Found.needs` for pipeline/tag/find.py to settle.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model import WordReading
from pipeline.tag.judge import Seen, Verdict, guarded, judge, wholes
from pipeline.tag.spec import Form, Found, Kind, Spec, Spelling
from pipeline.text.clitics import PRONOUNS, Proclitic, cuts
from pipeline.text.fold import TATWEEL, fold, key, light

_ENDINGS = {last: tuple(e for e in (*PRONOUNS, "ا") if e[-1] == last) for last in "هامن"}
"""What may be joined behind, by its last letter; the alef alone is the accusative's."""
_HEAD = 3
_FIRSTS = frozenset("وفبلكا")
"""First letters of what may be taken off in front."""
LONGEST = 64
"""Longer tokens are no words of any language; they are compared only with stars."""


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
        for found in self._readings(Seen(raw, letters), loose):
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

    def _readings(self, seen: Seen, loose: bool) -> Iterator[Found]:
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

    def _judged(self, form: Form, seen: Seen, cut: int, particles: Proclitic, ending: str) -> Verdict:
        spec = self.specs[form.spec]
        obstacle, needs, folds = judge(spec, form, seen, cut, particles, ending)
        if not obstacle and self._learnt and guarded(spec, seen, cut, particles):
            core = cut + len(form.light)
            whole = next((one for one in wholes(seen, core, particles) if one in self._learnt), None)
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


def _oddity(found: Found) -> tuple[bool, int, int]:
    return bool(found.obstacle), found.needs, len(found.word.folds) + len(found.word.suffix) + len(found.word.particles)
