"""One report, told once: copies recognised, reports of one event grouped, and whose text it is.

    fingerprint   article → keys to find its neighbours by     (in a worker)
    place         article × neighbours → Placement, and what its arrival moves
    Window        the same with thirty days in memory, for the filter

    common, telling, spelling, wording   what is compared: words as data, how much each tells, two words, the words of an article
    verdict, story                       one text, or one event, or not, and why
    letters, outlets, named              text with places; names of agencies and outlets (agencies.toml), and where one stands
    dateline, attribution                credits read at the head of a text, and wherever else newsrooms write them
    placing, window                      groups, originals, stories; thirty days in memory

The measured choices, and those rejected, are told in docs/decisions/0007-copies.md.
"""

from .attribution import Credit, credits_of
from .fingerprint import Fingerprint, fingerprint
from .outlets import same_outlet
from .placing import Candidate, place
from .window import Window

__all__ = [
    "Candidate",
    "Credit",
    "Fingerprint",
    "Window",
    "credits_of",
    "fingerprint",
    "place",
    "same_outlet",
]
