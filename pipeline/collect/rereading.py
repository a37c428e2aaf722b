"""An article whose feed changed it was read again: what of the new reading goes into the archive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.extract import revision
from pipeline.model import Article


def renewed(old: Article, new: Article, at: datetime) -> Article | None:
    """The article with its new text; None where the new reading says nothing else. What it is known by, and by whom, stays.

    `at` is the time of the run that read it, not when the change was noticed: an edition may have been written in between, and then it
    is the next one's news.
    """
    if not revision.changed(old, new):
        return None
    kept = {name: getattr(old, name) for name in ("id", "url", "feed", "outlet", "first_seen")}
    return replace(new, **kept, published=old.published or new.published, revised=at)
