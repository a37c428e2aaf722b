"""What language it is written in: the text decides, the page's and the feed's labels break ties, a short text gets no guess of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipeline.extract.words import listed

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

FEWEST = 20
"""Letters below which the text is not asked."""

SURE = 0.6
"""Probability below which the text's answer is not taken."""

READ = 1000
"""Characters that are looked at; more changes nothing."""

KNOWN = sorted(
    listed(
        "ar arz ary fa ur ps ku sdh ug he tr az en fr de es it pt nl sv no da fi pl cs sk hu ro bg el ru uk sr hr sl lt lv et sq "
        "hi bn ta zh ja ko id ms vi th sw so am ka hy eu ca ga xh zu st af ne mr gu te ml kn si my km lo mn kk uz tg tk ky"
    )
)
"""Asking for all that the model knows lets Arabic headlines be Fulani; these are languages that news is written in."""

_PLAIN = {
    "arz": "ar",
    "ary": "ar",
    "sdh": "ku",
    "ckb": "ku",
    "iw": "he",
    "in": "id",
    "nb": "no",
    "nn": "no",
    "prs": "fa",
    "pes": "fa",
}
"""Varieties that a watchlist does not tell apart."""


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    """Takes most of a second with numpy, which it is built on, so both are loaded when the first text is read."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(KNOWN)
    return identifier


def tag(label: str | None) -> str | None:
    """The language in a label such as `ar-SY`, `AR_eg`, `Arabic`."""
    code = (label or "").strip().lower().replace("_", "-").partition("-")[0]
    code = {"arabic": "ar", "العربية": "ar", "english": "en", "persian": "fa", "farsi": "fa"}.get(code, code)
    return _PLAIN.get(code, code) if code.isascii() and code.isalpha() and 2 <= len(code) <= 3 else None


def detect(text: str) -> tuple[str | None, float]:
    """What the text itself says, and how surely."""
    text = text[:READ]
    if sum(c.isalpha() for c in text) < FEWEST:
        return None, 0.0
    code, sure = _identifier().classify(text)
    return _PLAIN.get(str(code), str(code)), float(sure)


def language(text: str, *labels: str | None, said: tuple[str | None, float] | None = None) -> str | None:
    """The language of `text`; where it does not tell, the first label that does not contradict its script. `said` is what `detect` gave."""
    code, sure = said or detect(text)
    if code is not None and sure >= SURE:
        return code
    arabic = sum("\u0600" <= c <= "\u06ff" for c in text[:READ])
    latin = sum("a" <= c <= "z" for c in text[:READ].lower())
    for label in labels:
        told = tag(label)
        if (
            told is not None
            and not (told in {"ar", "fa", "ur", "ps", "ug"} and latin > arabic)
            and not (told in {"en", "fr", "de", "tr"} and arabic > latin)
        ):
            return told
    return None
