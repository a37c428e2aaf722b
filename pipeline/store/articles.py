"""Articles with their placement and their tags: written whole, read in blocks, counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from pipeline.model import Article, Filed, Placement, Tag, Tally

from . import index, rows, schema


def seen(since: datetime | None, until: datetime | None) -> list[sa.ColumnElement[bool]]:
    """First seen in [since, until)."""
    first_seen = schema.articles.c.first_seen
    return [*([first_seen >= since] if since is not None else []), *([first_seen < until] if until is not None else [])]


# ---------------------------------------------------------------- writing
def is_there(c: sa.Connection, article: str) -> bool:
    a = schema.articles
    return c.execute(sa.select(a.c.id).where(a.c.id == article)).scalar() is not None


def save(c: sa.Connection, article: Article, placement: Placement, **more: object) -> None:
    """The article's row, and its words in the index; `more` are further columns."""
    values: dict[str, Any] = {k: getattr(article, k) for k in Article.__slots__}
    values |= rows.placement_out(placement)
    values |= {"published": rows.dated_out(article.published), **more}
    c.execute(sa.insert(schema.articles).values(values))
    index.add(c, article.id, article.first_seen, article.title, article.body)


def save_tags(c: sa.Connection, article: str, tags: Sequence[Tag], version: str) -> None:
    """Instead of those that it had."""
    c.execute(sa.delete(schema.tags).where(schema.tags.c.article == article))
    for tag in tags:
        c.execute(
            sa.insert(schema.tags).values(
                article=article,
                watchlist=tag.watchlist,
                score=tag.score,
                matches=[asdict(m) for m in tag.matches],
                version=version,
            )
        )


def retag(c: sa.Connection, retagged: Mapping[str, Sequence[Tag]], version: str) -> None:
    """As Store.save_tags."""
    a = schema.articles
    for article, tags in retagged.items():
        save_tags(c, article, tags, version)
        c.execute(sa.update(a).where(a.c.id == article).values(watchlists_version=version))


# ---------------------------------------------------------------- reading
def ids(
    c: sa.Connection,
    since: datetime | None,
    until: datetime | None,
    *,
    among: Iterable[str] | None,
    tagged_by: Sequence[str] | None,
    other_version: str | None,
    newest_first: bool,
) -> list[str]:
    """Of the articles that Store.articles is asked for, in order."""
    a, t = schema.articles, schema.tags
    query = sa.select(a.c.id).where(*seen(since, until))
    if among is not None:
        query = query.where(a.c.id.in_(list(among)))
    if tagged_by is not None:
        # Asked of each article by its key: the index of watchlists would read out all that they ever tagged.
        query = query.where(sa.exists().where(t.c.article == a.c.id, t.c.watchlist.in_(list(tagged_by))))
    if other_version is not None:
        query = query.where(a.c.watchlists_version != other_version)
    order = (a.c.first_seen.desc(), a.c.id.desc()) if newest_first else (a.c.first_seen, a.c.id)
    return list(c.execute(query.order_by(*order)).scalars())


_FILED = ("story", "relation", "original", "similarity", "origin", "placed_because", "watchlists_version")
"""Columns of a filed article beside the article's own; what it is compared by is for its neighbours alone."""


def filed(c: sa.Connection, block: Sequence[str]) -> Iterator[Filed]:
    """Those of these articles that are (still) there, in this order."""
    a, t = schema.articles, schema.tags
    tags: dict[str, list[Tag]] = defaultdict(list)
    for row in c.execute(sa.select(t).where(t.c.article.in_(block)).order_by(t.c.watchlist)):
        tags[row.article].append(rows.tag_in(row))
    query = sa.select(*(a.c[name] for name in (*Article.__slots__, *_FILED))).where(a.c.id.in_(block))
    found = {row.id: row for row in c.execute(query)}
    for row in (found[i] for i in block if i in found):
        yield Filed(
            article=rows.article_in(row),
            placement=rows.placement_in(row),
            tags=tuple(tags[row.id]),
            version=row.watchlists_version,
        )


def plain(
    c: sa.Connection, wanted: Iterable[str], since: datetime | None, until: datetime | None
) -> dict[str, Article]:
    """Id → article, of those that were first seen in [since, until)."""
    a = schema.articles
    query = sa.select(*(a.c[name] for name in Article.__slots__)).where(a.c.id.in_(list(wanted)), *seen(since, until))
    return {row.id: rows.article_in(row) for row in c.execute(query)}


def likely(c: sa.Connection, among: Iterable[str], text: Callable[[str], bool]) -> list[str]:
    """Ids of those whose title and body, a line end between them, are as `text` says; a quarter of the time of reading them whole."""
    a = schema.articles
    query = sa.select(a.c.id, a.c.title, a.c.body).where(a.c.id.in_(list(among)))
    return [article for article, title, body in c.execute(query) if text(f"{title}\n{body}")]


def revised(c: sa.Connection, since: datetime, until: datetime) -> list[str]:
    """Ids of those first seen before `since` whose present text is of [since, until)."""
    a = schema.articles
    query = sa.select(a.c.id).where(a.c.revised >= since, a.c.revised < until, a.c.first_seen < since)
    return list(c.execute(query).scalars())


def texts(c: sa.Connection, after: int | None, most: int) -> Sequence[Any]:
    """Rows (number, title, body) of the articles whose number in the index is larger than `after`, the oldest first."""
    i, a = schema.indexed, schema.articles
    query = sa.select(i.c.number, a.c.title, a.c.body).join(a, a.c.id == i.c.article).order_by(i.c.number)
    return c.execute((query if after is None else query.where(i.c.number > after)).limit(most)).all()


def other_feeds(c: sa.Connection) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    t = schema.article_feeds
    for row in c.execute(sa.select(t).order_by(t.c.article, t.c.feed)):
        found[row.article].append(row.feed)
    return found


# ---------------------------------------------------------------- counting
def counts_by_day(c: sa.Connection, days: Sequence[tuple[datetime, datetime]]) -> dict[str, list[int]]:
    a, t = schema.articles, schema.tags
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(days))
    for i, (since, until) in enumerate(days):
        query = sa.select(t.c.watchlist, sa.func.count()).join(a, a.c.id == t.c.article)
        for watchlist, n in c.execute(query.where(*seen(since, until)).group_by(t.c.watchlist)):
            found[watchlist][i] = n
    return dict(found)


def tally(c: sa.Connection, since: datetime, until: datetime) -> Tally:
    a = schema.articles
    copies = sa.func.count(sa.case((a.c.relation == "copy", 1)))
    query = sa.select(sa.func.count(), copies, sa.func.count(a.c.story.distinct())).where(*seen(since, until))
    counted = c.execute(query).one()
    return Tally(articles=counted[0], copies=counted[1], stories=counted[2])


def feed_counts(c: sa.Connection, since: datetime, until: datetime) -> dict[str, int]:
    a = schema.articles
    query = sa.select(a.c.feed, sa.func.count()).where(*seen(since, until)).group_by(a.c.feed)
    return {feed: n for feed, n in c.execute(query)}  # noqa: C416  rows are Row objects


def summary(c: sa.Connection) -> tuple[int, datetime | None]:
    a = schema.articles
    n, oldest = c.execute(sa.select(sa.func.count(), sa.func.min(a.c.first_seen))).one()
    return n, oldest
