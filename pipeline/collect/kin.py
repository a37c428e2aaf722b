"""Which of the articles that share something with a new one are read whole and compared: those that `dedupe.place` would look at.

The same ranking as there, from keys and dates alone; so leaving the others unread changes no placement, and an article that shares
a key with a thousand others costs no more than any.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pipeline.dedupe import Fingerprint
from pipeline.dedupe.placing import PASSAGE, closeness, nearest, pair_of_words
from pipeline.dedupe.story import SPAN
from pipeline.model import Article
from pipeline.store import Kin


def reach(article: Article, mark: Fingerprint) -> dict[str, datetime]:
    """How far back pairs of words are looked for: they make reports of one event known, which are of the same days, and no article is
    seen before it is published.
    """
    since = article.came_out - SPAN
    return {key: since for key in mark.bands if pair_of_words(key)}


def worth_comparing(article: Article, mark: Fingerprint, kin: Sequence[Kin]) -> list[str]:
    """Ids of the few, from `kin`, newest first."""
    by_id = {k.id: k for k in kin if k.id != article.id}
    keys = len(set(mark.bands))
    worth = {i: closeness(k.bands) + PASSAGE * keys * k.same_text for i, k in by_id.items()}
    earliest, latest = (
        (article.came_out - SPAN).timestamp() - 1,
        (article.came_out + SPAN).timestamp(),
    )  # kin are known to the second
    return nearest(by_id, worth, lambda i: earliest <= by_id[i].came_out <= latest)
