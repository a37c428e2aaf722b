"""What a new article is compared with: those that share a key or the text with it, and their stories.

In two steps. A thousand articles may share a key that says nothing (a bulletin's mould, a hostile feed), so who is met is told
by keys and dates first, and only those that are chosen are read whole.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pipeline.model import Article, Dated, Placement

from . import rows, schema
from .rows import Json

MOST_OF_STORY = 60
"""Members of one story that are compared, the newest: a text that comes a thousand times costs no more than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An article of the archive with its fingerprint: what a new one is compared with."""

    article: Article
    placement: Placement
    fingerprint: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """An article that shares something with a new one: what the neighbours are chosen from."""

    id: str
    first_seen: datetime
    published: Dated | None
    bands: frozenset[str]
    """The keys that both have."""
    same_text: bool


Choose = Callable[[Sequence[Kin]], Collection[str]]
"""The kin, newest first → the ids of those that are worth a comparison."""


def everyone(kin: Sequence[Kin]) -> Collection[str]:
    return [k.id for k in kin]


def find(
    c: sa.Connection, band_keys: Sequence[str], text_hash: str, since: datetime, choose: Choose
) -> list[Neighbour]:
    """As Store.neighbours."""
    a, b = schema.articles, schema.bands
    shared: defaultdict[str, set[str]] = defaultdict(set)
    for row in c.execute(sa.select(b).where(b.c.band.in_(band_keys))):
        shared[row.article].add(row.band)
    query = sa.select(a.c.id, a.c.first_seen, a.c.published, a.c.story, a.c.original, a.c.text_hash).where(
        sa.or_(a.c.id.in_(sa.select(b.c.article).where(b.c.band.in_(band_keys))), a.c.text_hash == text_hash),
        a.c.first_seen >= since,
    )
    met = {row.id: row for row in c.execute(query.order_by(a.c.first_seen.desc(), a.c.id.desc()))}
    kin = [
        Kin(
            id=row.id,
            first_seen=row.first_seen,
            published=rows.dated_in(row.published),
            bands=frozenset(shared[row.id]),
            same_text=row.text_hash == text_hash,
        )
        for row in met.values()
    ]
    near = set(choose(kin))
    if not near:
        return []
    wanted = near | {met[i].original for i in near} | _members(c, {met[i].story for i in near})
    found = c.execute(sa.select(a).where(a.c.id.in_(wanted)).order_by(a.c.first_seen, a.c.id))
    return [
        Neighbour(article=rows.article_in(r), placement=rows.placement_in(r), fingerprint=r.fingerprint) for r in found
    ]


def _members(c: sa.Connection, stories: Collection[str]) -> set[str]:
    """The first of each story, which names it, and the newest."""
    a = schema.articles
    members: defaultdict[str, list[str]] = defaultdict(list)
    query = sa.select(a.c.id, a.c.story).where(a.c.story.in_(stories)).order_by(a.c.first_seen, a.c.id)
    for row in c.execute(query):
        members[row.story].append(row.id)
    return {i for all_of_it in members.values() for i in (all_of_it[0], *all_of_it[-MOST_OF_STORY:])}
