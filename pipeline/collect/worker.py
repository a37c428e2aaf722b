"""What runs in a worker: everything that reads a stranger's bytes or costs CPU, and needs no neighbour."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline import dedupe, extract, parse
from pipeline.model import Article, Drop, Entry, Feed, Page, Tag
from pipeline.tag import Tagger
from pipeline.watchlist import Watchlist


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a worker gives back for one page."""

    article: Article
    tags: tuple[Tag, ...]
    fingerprint: dedupe.Fingerprint
    host: str = ""
    lines: tuple[str, ...] = ()
    """Where the page is from, and the marks of its lines: what boilerplate is learnt from. Empty without a page."""


_tagger: Tagger | None = None
_rules: Sequence[extract.Rules] = ()


def start_worker(
    watchlists: Sequence[Watchlist], lookalikes: frozenset[str] = frozenset(), rules: Sequence[extract.Rules] = ()
) -> None:
    """Once per worker: compile the watchlists; `lookalikes` are those that the archive taught, `rules` say where outlets' pages have what."""
    global _tagger, _rules
    _tagger, _rules = Tagger(watchlists, lookalikes), rules


def tags_of(tagger: Tagger, article: Article) -> tuple[Tag, ...]:
    return tagger.tags(
        title=article.title, body=article.body, feed=article.feed, outlet=article.outlet, language=article.language
    )


def _finish(article: Article) -> Read:
    assert _tagger is not None
    return Read(article=article, tags=tags_of(_tagger, article), fingerprint=dedupe.fingerprint(article))


def read_feed(page: Page, feed: Feed, now: datetime) -> parse.ParsedFeed | Drop:
    try:
        return parse.entries(page, feed, now=now)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  a bug costs one item, is named, and stops nothing else
        return Drop(reason="bug", detail=traceback.format_exc())


def read_page(
    page: Page | None, entry: Entry, feed: Feed, first_seen: datetime, usual: Collection[str] = ()
) -> Read | Drop:
    """Page → article, tags, fingerprint. Without a page the entry's own text is the article. `usual`: the host's boilerplate."""
    try:
        if page is None:
            given = extract.from_entry(entry, feed, now=first_seen)
            return given if isinstance(given, Drop) else _finish(given)
        ruled = extract.rules.of(_rules, feed.id, page.url)
        found = extract.explain(page, entry, feed, now=first_seen, usual=usual, ruled=ruled)
        if isinstance(found.result, Drop):
            return found.result
        return replace(_finish(found.result), host=extract.boilerplate.host(page.url), lines=found.sheet)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as above
        return Drop(reason="bug", detail=traceback.format_exc())
