"""A hit → the Match that says why it counts, for programs and in one line for people."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model import Match, Reading, WordReading
from pipeline.tag.compile import Plan
from pipeline.tag.find import Hit
from pipeline.tag.scan import Scan
from pipeline.text.fold import TATWEEL
from pipeline.text.tokens import BRACKETS, QUOTES

FOLDS = {
    "hamza": "همزة",
    "taa": "تاء مربوطة",
    "yaa": "ألف مقصورة",
    "tatweel": "تطويل",
    "marks": "تشكيل",
    "invisible": "محارف خفية",
    "presentation": "أشكال العرض",
    "letters": "حروف غير عربية",
    "digits": "أرقام",
    "latin": "حروف لاتينية كبيرة",
    "quote": "علامة اقتباس",
    "tanwin": "تنوين النصب",
    "case": "إعراب",
    "form": "صيغة",
    "prefix": "تتمة الكلمة",
    "compound": "وصل الاسم أو فصله",
    "apart": "حرف منفصل",
    "doubt": "قد تكون كلمة أخرى",
}
"""Every fold a reading may name, and how a person reads it."""
AS_WRITTEN = "كما كُتب"
_CLOSING = frozenset(QUOTES + BRACKETS)


class Readings:
    """Makes matches. A reading follows from the unit and what was seen, so it is made once for each."""

    MOST = 50_000

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._made: dict[tuple[int, str], Reading] = {}

    def match(self, scan: Scan, hit: Hit, *, rule: str | None = None) -> Match:
        """The hit as the outside sees it."""
        term = self._plan.units[hit.unit].term
        shown = _shown(scan, hit)
        reading = self._made.get((hit.unit, shown))
        if reading is None:
            if len(self._made) >= self.MOST:
                self._made.clear()
            reading = self._made[hit.unit, shown] = _reading(self._plan, scan, hit, shown)
        return Match(
            term=term.term,
            field=hit.field,
            start=hit.start,
            end=hit.end,
            surface=scan.text[hit.start : hit.end],
            reading=reading,
            rule=rule,
            weight=term.weight,
        )


def _shown(scan: Scan, hit: Hit) -> str:
    """What was seen, with particles that stand apart and the quotation marks they are parted by: «لـ”مكافحة الإرهاب”»."""
    if hit.apart is None or hit.apart.joined:
        return scan.text[hit.start : hit.end]
    closing = scan.text[hit.end : hit.end + 1] if hit.apart.quote else ""
    return scan.text[scan.place(hit.apart.token)[0] : hit.end] + (closing if closing in _CLOSING else "")


def _reading(plan: Plan, scan: Scan, hit: Hit, shown: str) -> Reading:
    term = plan.units[hit.unit].term
    named = " ".join((term.term, *term.also))
    words = [_as_named(found.word, named) for found in hit.words]
    if hit.apart is not None:
        words[0] = _with_apart(scan, hit, words[0])
    if hit.joined:
        words[0] = replace(words[0], folds=(*words[0].folds, "compound"))
    parts: list[str] = []
    for found, word in zip(hit.words, words, strict=True):
        added = word.article and plan.lexicon.specs[found.spec].article != "wanted"
        parts += [*word.particles, *(["ال"] if added else []), *([word.suffix] if word.suffix else [])]
        parts += [FOLDS[fold] for fold in word.folds]
    line = f"{shown} ← {term.term}: {' + '.join(dict.fromkeys(parts)) or AS_WRITTEN}"
    surface = scan.text[hit.start : hit.end]
    return Reading(term=term.term, surface=surface, words=tuple(words), mode=term.match, text=line)


def _as_named(word: WordReading, named: str) -> WordReading:
    """Capitals that the term itself writes are no fold."""
    if "latin" in word.folds and word.surface in named:
        return replace(word, folds=tuple(fold for fold in word.folds if fold != "latin"))
    return word


def _with_apart(scan: Scan, hit: Hit, word: WordReading) -> WordReading:
    """The first word, with the particles that stand apart before it."""
    apart = hit.apart
    assert apart is not None
    between = scan.text[scan.place(apart.token)[0] : scan.place(hit.first)[0]]
    folds = ["tatweel"] if TATWEEL in between else []
    if not apart.joined:
        folds.append("quote" if apart.quote else "apart")
    return replace(
        word,
        surface=between + word.surface,
        particles=(*apart.particles, *word.particles),
        article=word.article or apart.article,
        folds=tuple(dict.fromkeys([*folds, *word.folds])),
    )
