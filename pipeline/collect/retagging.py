"""A changed watchlist judges again what may still come into an edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from pipeline.collect.worker import tags_of
from pipeline.model import Tag
from pipeline.store import Store
from pipeline.tag import Tagger
from pipeline.watchlist import Watchlist


def retag(
    store: Store,
    watchlists: Sequence[Watchlist],
    version: str,
    since: datetime,
    lookalikes: frozenset[str] = frozenset(),
    go_on: Callable[[], bool] = lambda: True,
) -> int:
    """Bring the articles first seen since `since` to this version of the watchlists → how many were judged again.

    `lookalikes` are those that the archive taught; `version` is theirs too. When `go_on` says no, what was judged is kept, and the
    next run judges the rest.
    """
    tagger: Tagger | None = None
    block: dict[str, tuple[Tag, ...]] = {}
    n = 0
    for filed in store.articles(since, other_version=version):
        tagger = tagger or Tagger(watchlists, lookalikes)
        block[filed.article.id] = tags_of(tagger, filed.article)
        n += 1
        if len(block) >= 200:
            store.save_tags(block, version)
            block = {}
        if not go_on():
            break
    if block:
        store.save_tags(block, version)
    return n
