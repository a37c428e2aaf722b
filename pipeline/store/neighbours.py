"""What a new article is compared with: those that share a key or the text with it, and their stories.

    file      keys in, when an article is filed or revised
    forget    keys out, when they are too old to be asked for
    find      keys → who shares them, from the keys' table alone → chosen by the caller → read whole, with their stories
    move      a story or a group that goes by another name takes all its members along

A key may be everybody's (a bulletin's mould, a hostile feed), and a text may come ten thousand times. So nothing here reads more than the
newest of anything: of a key, of a text, of a story. What a look-up costs does not depend on the size of the archive.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import sqlalchemy as sa

from pipeline.model import Article, Placement

from . import rows, schema
from .rows import Json

MOST_OF_KEY, MOST_OF_NEAR_KEY = 64, 32
"""Articles that are met by one key, and by one text: the newest; and by a key that is looked for less far back than the others."""

MOST_OF_STORY = 60
"""Members of one story that are compared, the newest: a text that comes a thousand times costs no more than that."""

NOBODYS = -1

KEPT = timedelta(days=31)
"""How long keys are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An article of the archive with its fingerprint: what a new one is compared with."""

    article: Article
    placement: Placement
    fingerprint: Json


class Kin(NamedTuple):  # a thousand are made for one article: a dataclass that is frozen takes four times as long
    """An article that shares something with a new one: what the neighbours are chosen from."""

    id: str
    came_out: int
    """Seconds since 1970."""
    bands: Sequence[str]
    """The keys that both have, as far as this article is among the newest that have them."""
    same_text: bool


Choose = Callable[[Sequence[Kin]], Collection[str]]
"""The kin, newest first → the ids of those that are worth a comparison."""


def everyone(kin: Sequence[Kin]) -> Collection[str]:
    return [k.id for k in kin]


# ---------------------------------------------------------------- writing
def file(c: sa.Connection, article: Article, band_keys: Iterable[str]) -> None:
    """The keys under which an article is found from now on, instead of those that it had."""
    b = schema.bands
    seen, came_out = _second(article.first_seen), _second(article.came_out)
    c.execute(sa.delete(b).where(b.c.seen == seen, b.c.article == article.id))
    row = {"seen": seen, "article": article.id, "came_out": None if came_out == seen else came_out}
    if numbers := sorted(set(map(number, band_keys))):
        c.execute(sa.insert(b), [{"band": n, **row} for n in numbers])


def forget(c: sa.Connection, before: datetime) -> None:
    """Take out the keys of articles first seen before then."""
    b = schema.bands
    c.execute(sa.delete(b).where(b.c.seen < _second(before)))


def move(c: sa.Connection, moved: Mapping[str, Placement]) -> None:
    """Write new placements. Stories move whole and groups turn whole: members that nobody read follow those that were."""
    a = schema.articles
    before = {r.id: r for r in c.execute(sa.select(a.c.id, a.c.story, a.c.original).where(a.c.id.in_(list(moved))))}
    for article, placement in moved.items():
        c.execute(sa.update(a).where(a.c.id == article).values(rows.placement_out(placement)))
    stories = {r.story: moved[i].story for i, r in before.items() if r.story != moved[i].story}
    for old, new in stories.items():
        c.execute(sa.update(a).where(a.c.story == old).values(story=new))
    heads = {i: moved[i] for i, r in before.items() if r.original == i != moved[i].original}
    for head, now in heads.items():
        c.execute(sa.update(a).where(a.c.story == now.story, a.c.original == head).values(original=now.original))


def _second(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


def number(key: str) -> int:
    """A key as 47 bits, which SQLite keeps in six bytes. A collision costs one needless comparison."""
    return int.from_bytes(hashlib.blake2b(schema.storable(key).encode(), digest_size=6).digest()) >> 1


# ---------------------------------------------------------------- reading
def find(
    c: sa.Connection,
    band_keys: Sequence[str],
    text_hash: str,
    since: datetime,
    choose: Choose,
    reach: Mapping[str, datetime] | None = None,
) -> list[Neighbour]:
    """As Store.neighbours."""
    shared = _sharing(c, {key: (reach or {}).get(key, since) for key in band_keys})
    same = _same_text(c, text_hash, since)
    met = {**same, **{article: (seen, came_out) for article, (seen, came_out, _) in shared.items()}}
    near = choose(
        [
            Kin(
                id=article,
                came_out=met[article][1],
                bands=shared[article][2] if article in shared else (),
                same_text=article in same,
            )
            for article in sorted(met, key=lambda article: (met[article][0], article), reverse=True)
        ]
    )
    found = _whole(c, near)
    rest = {n.placement.original for n in found} | _ends(c, {n.placement.story for n in found})
    found += _whole(c, rest - {n.article.id for n in found})
    return sorted(found, key=lambda n: (n.article.first_seen, n.article.id))


def _whole(c: sa.Connection, articles: Collection[str]) -> list[Neighbour]:
    if not articles:
        return []
    a = schema.articles
    return [
        Neighbour(article=rows.article_in(r), placement=rows.placement_in(r), fingerprint=r.fingerprint)
        for r in c.execute(sa.select(a).where(a.c.id.in_(articles)))
    ]


def _sharing(c: sa.Connection, since: Mapping[str, datetime]) -> dict[str, tuple[int, int, list[str]]]:
    """Article → the seconds in which it was first seen and came out, and the keys that it shares: of each key the newest articles.

    `since`: key → how far back.
    """
    asked = {number(key): key for key in since}
    if not asked:
        return {}
    farthest = min(since.values())
    far, near = ([band for band, key in asked.items() if (since[key] > farthest) is wanted] for wanted in (False, True))
    asks = [*_filled(far), *_filled(near)]
    values = {f"band_{k}": band for k, band in enumerate(asks)}
    values |= {f"seen_{k}": _second(since[asked[band]] if band in asked else farthest) for k, band in enumerate(asks)}
    found: dict[str, tuple[int, int, list[str]]] = {}
    for band, article, seen, came_out in c.execute(_newest_of_bands(len(_filled(far)), len(asks)), values):
        found.setdefault(article, (seen, seen if came_out is None else came_out, []))[2].append(asked[band])
    return found


def _filled(bands: list[int]) -> list[int]:
    """Up to a multiple of eight with a key that nobody has: so the questions have few shapes, and each is kept compiled."""
    return bands + [NOBODYS] * (-len(bands) % 8)


def _same_text(c: sa.Connection, text_hash: str, since: datetime) -> dict[str, tuple[int, int]]:
    """Article → the second in which it was first seen, twice: who has the same text is compared whenever it came out."""
    a = schema.articles
    query = sa.select(a.c.id, a.c.first_seen).where(a.c.text_hash == text_hash, a.c.first_seen >= since)
    found = c.execute(query.order_by(a.c.first_seen.desc(), a.c.id.desc()).limit(MOST_OF_KEY))
    return {row.id: (_second(row.first_seen),) * 2 for row in found}


def _ends(c: sa.Connection, stories: Collection[str]) -> set[str]:
    """The first of each story, which names it, and the newest."""
    if not stories:
        return set()
    values = {f"story_{k}": story for k, story in enumerate(sorted(stories))}
    return set(c.execute(_ends_of_stories(len(values)), values).scalars())


# Of some sixty keys each has an order and a limit of its own. SQLAlchemy builds and hashes such a union anew for every article, which took
# half the time of a run; as text it is made once for each number of parts, and the driver keeps it prepared.
@lru_cache(maxsize=512)
def _newest_of_bands(far: int, all_of_them: int) -> sa.TextClause:
    return _union(
        f"SELECT band, article, seen, came_out FROM bands WHERE band = :band_{k} AND seen >= :seen_{k} "  # noqa: S608 (numbers of ours)
        f"ORDER BY seen DESC, article DESC LIMIT {MOST_OF_KEY if k < far else MOST_OF_NEAR_KEY}"
        for k in range(all_of_them)
    )


@lru_cache(maxsize=512)
def _ends_of_stories(count: int) -> sa.TextClause:
    return _union(
        f"SELECT id FROM articles WHERE story = :story_{k} ORDER BY {order} LIMIT {limit}"  # noqa: S608 (from below)
        for k in range(count)
        for order, limit in (("first_seen, id", 1), ("first_seen DESC, id DESC", MOST_OF_STORY))
    )


def _union(parts: Iterable[str]) -> sa.TextClause:
    """One question for many small ones, each with its own order and limit."""
    whole = (f"SELECT * FROM ({part}) AS part_{k}" for k, part in enumerate(parts))  # noqa: S608 (from above)
    return sa.text(" UNION ALL ".join(whole))
