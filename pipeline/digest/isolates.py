"""Two directions in one line of plain text: the other direction's words stand between isolates (U+2068 … U+2069), and a line that would
begin with them is turned by a mark (U+200F, U+200E) first.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.digest import display

_KEPT = 2**12
"""Texts whose isolates are remembered: headlines and names stand in every format."""

FSI, PDI = "\u2068", "\u2069"

_LATIN = "A-Za-z\u00c0-\u024f0-9"
_ARABIC = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
# Runs of the other direction with what stands inside them, and signed numbers, whose sign would move to the other side.
_RUNS = {
    "rtl": re.compile(f"[+\u2212±-][0-9][0-9.,:/]*%?|[{_LATIN}]+(?:[ .,:;/&'\u2019@+#_-]*[{_LATIN}]+)*[+#]*"),
    "ltr": re.compile(f"[{_ARABIC}]+(?:[ .,،؛\u2019-]*[{_ARABIC}]+)*"),
}
_ISOLATED = re.compile(f"{FSI}[^{PDI}]*{PDI}")


@lru_cache(_KEPT)
def runs(text: str, way: str) -> str:
    """Text of our direction, with the runs in it that have the other isolated."""

    def isolated(run: re.Match[str]) -> str:
        # A range or a date is read in the direction of its sentence; only a sign must stay on its side.
        return f"{FSI}{run[0]}{PDI}" if run[0][0] in "+-\u2212±" or any(map(str.isalpha, run[0])) else run[0]

    return _RUNS[way].sub(isolated, text)


def rightward(text: str, way: str) -> str:
    """A phrase that runs from right to left whatever it begins with, inside a line of the direction `way`."""
    return runs(text, way) if way == "rtl" else f"{FSI}\u200f{text}{PDI}"


def turned(text: str, way: str) -> str:
    """A line whose first strong character would set the wrong direction begins with a mark of ours."""
    first = next(filter(str.isalpha, _ISOLATED.sub("", text) if FSI in text else text), "")
    return text if first and display.direction(first) == way else ("\u200f" if way == "rtl" else "\u200e") + text
