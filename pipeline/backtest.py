"""What a watchlist change would gain and lose over the archive, before it goes live.

The same Tagger judges as in a run, so what is shown here is what tagging will do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from pipeline.model import Article, Filed, Match, Watchlist
from pipeline.tag import Tagger

Verdict = Literal["kept", "gained", "lost"]
VERDICTS: tuple[Verdict, ...] = ("kept", "gained", "lost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An article that at least one of the two versions tags."""

    verdict: Verdict
    """Of the article: whether each version tags it, whatever the terms."""
    article: Article
    before: tuple[Match, ...]
    """Of the old version; empty where the article is gained."""
    after: tuple[Match, ...]
    """Of the new version; empty where the article is lost."""

    @property
    def matches(self) -> tuple[Match, ...]:
        """Of the new version; of the old one where the article is lost."""
        return self.after or self.before

    def terms(self) -> dict[str, Verdict]:
        """Term or rule → whether the change keeps it for this article. The article may stay where a term of it goes."""
        old, new = ({m.rule or m.term: None for m in side} for side in (self.before, self.after))
        return {name: _verdict(was=name in old, now=name in new) for name in old | new}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The two versions side by side, in the order of the archive."""

    read: int
    """Articles that were judged."""
    rows: tuple[Row, ...]

    def of(self, verdict: Verdict) -> list[Row]:
        return [row for row in self.rows if row.verdict == verdict]

    def by_outlet(self) -> dict[str, dict[Verdict, int]]:
        return _table((row.article.outlet, row.verdict) for row in self.rows)

    def by_term(self) -> dict[str, dict[Verdict, int]]:
        """Term or rule → articles that it tags in both versions, only in the new, only in the old; one may count under several."""
        return _table(pair for row in self.rows for pair in row.terms().items())


def _verdict(*, was: bool, now: bool) -> Verdict:
    """Of what at least one version has."""
    return "kept" if was and now else "gained" if now else "lost"


def _table(pairs: Iterable[tuple[str, Verdict]]) -> dict[str, dict[Verdict, int]]:
    """Name → number of each verdict, the most frequent name first."""
    pairs = list(pairs)
    total = Counter(name for name, _ in pairs)
    counts = Counter(pairs)
    names = sorted(total, key=lambda name: (-total[name], name))
    return {name: {v: counts[name, v] for v in VERDICTS} for name in names}


def compare(
    old: Watchlist | None, new: Watchlist, archive: Iterable[Filed], lookalikes: frozenset[str] = frozenset()
) -> Comparison:
    """Judge every article of the archive by both versions; `old` is None for a watchlist that is new.

    `lookalikes` are those that the archive taught.
    """
    before, after = Tagger([old] if old else [], lookalikes), Tagger([new], lookalikes)
    rows = []
    read = 0
    for filed in archive:
        read += 1
        article = filed.article
        was, now = _matches(before, article), _matches(after, article)
        if was or now:
            rows.append(Row(verdict=_verdict(was=bool(was), now=bool(now)), article=article, before=was, after=now))
    return Comparison(read=read, rows=tuple(rows))


def _matches(tagger: Tagger, article: Article) -> tuple[Match, ...]:
    """Of the tagger's one list; none where it does not fire."""
    tags = tagger.tags(
        title=article.title, body=article.body, feed=article.feed, outlet=article.outlet, language=article.language
    )
    return tags[0].matches if tags else ()
