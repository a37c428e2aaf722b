"""What is kept of an article so that its neighbours are found again: keys, a hash and a sketch, in some two kilobytes.

Three sorts of keys, all in one band table, told apart by their first letter:

    m…  bands of a MinHash signature over word triples: texts that are alike all over
    w…  winnowed runs of five words: a passage that stands in both, however much else there is (trimmed, extended, framed)
    s…  pairs of names in headline and lead: reports of one event

Winnowing (Schleimer, Wilkerson, Aiken 2003) keeps the least hash of every window; the least of a wide window is the least of
the narrow ones inside it, so a long text, sampled widely, and a short one, sampled closely, still choose common runs.
"""

from __future__ import annotations

import hashlib
import zlib
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rensa import RMinHash

from pipeline.model import Article

from .wording import Wording, wording

VERSION = 2
"""Of everything below, and of the folding under it. A fingerprint of another version is made anew from its article."""
ALGORITHM = "rensa-0.5/RMinHash/r1"
"""The library's digests may change with its minor versions."""

BANDS, ROWS = 10, 4
SEED = 20240518
TRIPLE, RUN = 3, 5
MOST_RUNS = 16
MOST_CENTRAL, MOST_NAMES = 4, 10
MOST_PAIRS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    bands: tuple[str, ...]
    text_hash: str
    words: int
    version: str = f"{VERSION}:{ALGORITHM}"

    def to_json(self) -> dict[str, Any]:
        return {"version": self.version, "words": self.words, "hash": self.text_hash, "bands": list(self.bands)}

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Fingerprint:
        return cls(bands=tuple(value["bands"]), text_hash=value["hash"], words=value["words"], version=value["version"])


def fingerprint(article: Article) -> Fingerprint:
    """The keys under which an article is filed and looked up. Pure; linear in the text, of which the first 3,000 words count."""
    said = wording(article)
    text = said.body or said.title
    return Fingerprint(
        bands=tuple(dict.fromkeys((*_minhash(text), *_runs(text), *_pairs(said)))),
        text_hash=hashlib.sha256(" ".join(text).encode()).hexdigest()[:32] if text else f"empty:{article.id}",
        words=len(text),
    )


def _minhash(text: Sequence[str]) -> list[str]:
    if not text:
        return []
    n = min(TRIPLE, len(text))
    sketch = RMinHash(BANDS * ROWS, SEED)
    sketch.update({" ".join(text[i : i + n]) for i in range(len(text) - n + 1)})
    digest = sketch.digest()
    return [f"m{i:x}{_hash(repr(digest[i * ROWS : (i + 1) * ROWS])):08x}" for i in range(BANDS)]


def _runs(text: Sequence[str]) -> list[str]:
    hashes = [_hash(" ".join(text[i : i + RUN])) for i in range(len(text) - RUN + 1)]
    width = 4
    while 2 * len(hashes) > MOST_RUNS * (width + 1):
        width *= 2
    return [f"w{h:08x}" for h in dict.fromkeys(_least(hashes, width))][: MOST_RUNS * 2]


def _least(hashes: Sequence[int], width: int) -> list[int]:
    """The least of every window of `width`, each once, in order: a queue of candidates that rise."""
    found: list[int] = []
    rising: deque[int] = deque()
    last = -1
    for i, h in enumerate(hashes):
        while rising and hashes[rising[-1]] >= h:
            rising.pop()
        rising.append(i)
        if rising[0] <= i - width:
            rising.popleft()
        if i >= min(width, len(hashes)) - 1 and rising[0] != last:
            last = rising[0]
            found.append(hashes[last])
    return found


def _pairs(said: Wording) -> list[str]:
    """What the article is about, with each of the names beside it: the names that headline and lead both have, and all they have.

    Reports of one event choose other words in another order, but what one is about the other tells too; so they meet in the pair of the
    two things that they are about, or of one thing and any other name. Everyday words make no pair: they would bring the day's news.
    """
    names = [s for s in said.title_stems if said.weights[s] == 1]
    central = [s for s in names if s in said.lead_stems]
    names = list(dict.fromkeys((*central, *names, *(s for s in said.lead_stems if said.weights[s] == 1))))
    about = central[:MOST_CENTRAL] or names[:1]
    pairs = (sorted((one, other)) for other in names[:MOST_NAMES] for one in about if one != other)
    return list(dict.fromkeys(f"s{_hash(' '.join(pair)):08x}" for pair in pairs))[:MOST_PAIRS]


def _hash(text: str) -> int:
    """32 bits; fast, the same everywhere, and no secret: a collision costs one needless comparison."""
    return zlib.crc32(text.encode())
