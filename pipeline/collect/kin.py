"""Which of the articles that share something with a new one are read whole and compared: those that `dedupe.place` would look at.

The same ranking as there, from keys and dates alone; so leaving the others unread changes no placement, and an article that shares
a key with a thousand others costs no more than any.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.dedupe import Fingerprint
from pipeline.dedupe.placing import PASSAGE, closeness, near_in_time, nearest
from pipeline.model import Article
from pipeline.store import Kin


def worth_comparing(article: Article, mark: Fingerprint, kin: Sequence[Kin]) -> list[str]:
    """Ids of the few, from `kin`, newest first."""
    by_id = {k.id: k for k in kin if k.id != article.id}
    keys = len(set(mark.bands))
    worth = {i: closeness(k.bands) + PASSAGE * keys * k.same_text for i, k in by_id.items()}

    def in_time(i: str) -> bool:
        other = by_id[i]
        return near_in_time(article, replace(article, first_seen=other.first_seen, published=other.published))

    return nearest(by_id, worth, in_time)
