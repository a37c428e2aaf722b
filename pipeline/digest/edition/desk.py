"""What every part of a selection needs to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.model import Article, Filed, Tag

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What is asked, and what was shown before."""

    zone: ZoneInfo
    since: datetime
    order: Sequence[str]
    """The digest's watchlists."""
    shown_before: Mapping[str, Sequence[Mapping[str, Any]]]
    revised: frozenset[str]
    """Articles of earlier windows whose text was replaced in this one."""
    asked: Mapping[str, Mapping[str, Tag]]
    """Article → its tags that this digest asks for, in its order."""

    def tags(self, filed: Filed) -> Mapping[str, Tag]:
        """The tags that this digest asks for, in its order."""
        return self.asked[filed.article.id]

    def late(self, article: Article) -> bool:
        """Published before the window and seen only in it. A date without an hour is late when the whole day lies before."""
        if article.published is None or article.id in self.revised:
            return False
        day = timedelta(days=1) if article.published.precision == "day" else timedelta(0)
        return article.published.at < self.since - day
