"""The full-text index beside the articles: who asks, what for, and how each database is asked.

Both databases are given index terms of our own making (pipeline/text/index.py) and nothing else to think about: SQLite an
FTS5 table that keeps no text, no places and no lengths, PostgreSQL a `tsvector` with a GIN index. An article's `number`
orders the index: its seconds, then the order of filing; so SQLite gives hits newest first without sorting any.

    filed       add, in the transaction that files the article
    revised     replace, likewise
    pruned      remove, likewise
    other rules the whole index is made anew by `rebuild`; until then `whole` says no, and nobody asks it

FTS5 forgets a text only when it is told the same terms again; they follow from the article and VERSION alone. Measured and
rejected: docs/decisions/0008-search-index.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from pipeline.text.index import ANYTHING, VERSION, index_terms

from . import notes, schema
from .database import Stopped

SECOND = 1 << 10
"""Numbers in one second. The index keeps differences of numbers, so a smaller range makes it smaller."""
_SPILL = 1 << 20
"""How far the articles of a second that has more may reach into the numbers after it."""
_FURTHEST = (1 << 63) - 1
BLOCK = 200
"""Articles that are read and indexed at once."""
_NOTE = "index"


# ---------------------------------------------------------------- what is asked for
@dataclass(frozen=True, slots=True)
class Word:
    """Some index term among `terms`, or one that begins with one of `stems`."""

    terms: tuple[str, ...]
    stems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Some:
    parts: tuple[Wanted, ...]


Wanted = Word | All | Some
"""What must stand in an article's index terms."""


def fts5(wanted: Wanted) -> str:
    """In the language of SQLite's FTS5."""
    return _written(wanted, '"{}"', '"{}"*', " AND ", " OR ")


def tsquery(wanted: Wanted) -> str:
    """In the language of PostgreSQL's tsquery."""
    return _written(wanted, "'{}'", "'{}':*", " & ", " | ")


def _written(wanted: Wanted, term: str, stem: str, both: str, either: str) -> str:
    # Index terms are letters and digits, so nothing in them needs to be escaped.
    match wanted:
        case Word(terms=terms, stems=stems):
            return f"({either.join([*map(term.format, terms), *map(stem.format, stems)])})"
        case All(parts=parts):
            return f"({both.join(_written(part, term, stem, both, either) for part in parts)})"
        case Some(parts=parts):
            return f"({either.join(_written(part, term, stem, both, either) for part in parts)})"


_SQLITE_HITS = """
SELECT indexed.number, indexed.article FROM article_terms CROSS JOIN indexed ON indexed.number = article_terms.rowid
WHERE article_terms MATCH :wanted AND article_terms.rowid >= :least AND article_terms.rowid < :before {denied}
ORDER BY article_terms.rowid DESC LIMIT :most"""
# The planner does not count what it costs to unpack a tsvector, so it would look at every article rather than at the index;
# hence no sequential scan, and the other conditions behind a fence.
_POSTGRES_PLAN = sa.text("SET LOCAL enable_seqscan = off")
_POSTGRES_HITS = """
WITH hits AS MATERIALIZED (SELECT number FROM article_terms WHERE terms @@ CAST(:wanted AS tsquery))
SELECT indexed.number, indexed.article FROM hits JOIN indexed ON indexed.number = hits.number
WHERE hits.number >= :least AND hits.number < :before {denied} ORDER BY hits.number DESC LIMIT :most"""
_DENIED = "AND NOT EXISTS (SELECT 1 FROM articles WHERE articles.id = indexed.article AND ({any}))"
"""Asked of the text itself, because the index does not tell «كتاب» from «ك» and «تاب»; a twentieth of the time of reading it."""


def hits(
    c: sa.Connection, wanted: Wanted | None, *, least: int, before: int, most: int, denied: Sequence[str] = ()
) -> dict[str, int]:
    """Article → its number, of those that may hold what is wanted, newest first; without `wanted`, of all.

    Those in whose body one of `denied` stands are left out, as it is written there, white space and all.
    """
    if wanted is None:
        t = schema.indexed
        query = sa.select(t.c.number, t.c.article).where(t.c.number >= least, t.c.number < before)
        return {row.article: row.number for row in c.execute(query.order_by(t.c.number.desc()).limit(most))}
    either = Some((wanted, Word((ANYTHING,))))
    sqlite = c.dialect.name == "sqlite"
    asked: dict[str, str | int] = {"least": least, "before": before, "most": most}
    asked["wanted"] = fts5(either) if sqlite else tsquery(either)
    if not sqlite:
        c.execute(_POSTGRES_PLAN)
    place = "instr" if sqlite else "strpos"
    stands = " OR ".join(f"{place}(articles.body, :denied{at}) > 0" for at in range(len(denied)))
    command = (_SQLITE_HITS if sqlite else _POSTGRES_HITS).format(denied=_DENIED.format(any=stands) if denied else "")
    asked |= {f"denied{at}": text for at, text in enumerate(denied)}
    return {row.article: row.number for row in c.execute(sa.text(command), asked)}


# ---------------------------------------------------------------- writing
def _number_of(moment: datetime) -> int:
    """The least number of an article first seen then."""
    return int(moment.timestamp() // 1) * SECOND


def numbers(since: datetime | None, until: datetime | None) -> tuple[int, int]:
    """Between which numbers, the second excluded, all articles lie that were first seen in [since, until)."""
    least = _number_of(since) if since is not None else -_FURTHEST
    return least, _number_of(until) + SECOND + _SPILL if until is not None else _FURTHEST


def add(c: sa.Connection, article: str, first_seen: datetime, *texts: str) -> None:
    """Put an article in, behind those of the same second."""
    t = schema.indexed
    least = _number_of(first_seen)
    number = least
    for room in (SECOND, _SPILL):
        within = sa.select(sa.func.max(t.c.number)).where(t.c.number >= least, t.c.number < least + room)
        last = c.execute(within).scalar()
        number = least if last is None else last + 1
        if number < least + room:
            break
    c.execute(sa.insert(t).values(article=article, number=number))
    _put(c, [(number, _terms(texts))])


def _terms(texts: Sequence[str]) -> list[str]:
    """Of texts as the archive keeps them, so that the same terms come out when they are read back."""
    return index_terms(*map(schema.storable, texts))


def _put(c: sa.Connection, rows: Sequence[tuple[int, list[str]]]) -> None:
    if c.dialect.name == "sqlite":
        command = sa.text("INSERT INTO article_terms (rowid, terms) VALUES (:number, :terms)")
        c.execute(command, [{"number": number, "terms": " ".join(terms)} for number, terms in rows])
    else:
        command = sa.text("INSERT INTO article_terms (number, terms) VALUES (:number, array_to_tsvector(:terms))")
        c.execute(command, [{"number": number, "terms": terms} for number, terms in rows])


def _can_take(c: sa.Connection) -> bool:
    """Whether single articles can be taken out: of SQLite's index only while it is known which terms went in; the rebuild that
    is due then takes all of them out.
    """
    return c.dialect.name != "sqlite" or current(c)


def _take(c: sa.Connection, rows: Sequence[tuple[int, list[str]]]) -> None:
    """The reverse of `_put`, with the very terms that were put."""
    if c.dialect.name == "sqlite":
        command = sa.text("INSERT INTO article_terms (article_terms, rowid, terms) VALUES ('delete', :number, :terms)")
        c.execute(command, [{"number": number, "terms": " ".join(terms)} for number, terms in rows])
    else:
        command = sa.text("DELETE FROM article_terms WHERE number = :number")
        c.execute(command, [{"number": number} for number, _ in rows])


def replace(c: sa.Connection, article: str, texts: Sequence[str]) -> None:
    """Give an article other texts, at its old place; to be called while the archive still has the old ones."""
    t, a = schema.indexed, schema.articles
    query = sa.select(t.c.number, a.c.title, a.c.body).join(a, a.c.id == t.c.article).where(a.c.id == article)
    row = c.execute(query).one_or_none()
    if row is not None and _can_take(c):
        _take(c, [(row.number, _terms((row.title, row.body)))])
        _put(c, [(row.number, _terms(texts))])


def remove(c: sa.Connection, before: datetime) -> None:
    """Take out the articles first seen before then; to be called while they are still there."""
    t, a = schema.indexed, schema.articles
    old = sa.select(a.c.id).where(a.c.first_seen < before)
    if _can_take(c):
        query = sa.select(t.c.number, a.c.title, a.c.body).join(a, a.c.id == t.c.article).where(a.c.first_seen < before)
        for block in c.execute(query).partitions(BLOCK):
            _take(c, [(row.number, _terms((row.title, row.body))) for row in block])
    c.execute(sa.delete(t).where(t.c.article.in_(old)))


# ---------------------------------------------------------------- keeping it
def current(c: sa.Connection) -> bool:
    """Whether the index was made by the rules that are in force."""
    return bool(notes.read(c, _NOTE) == VERSION)


def rebuild(c: sa.Connection, go_on: Callable[[], bool]) -> int:
    """Make the whole index anew, in the order of the articles → how many they are. Stopped when `go_on` says no."""
    a, t = schema.articles, schema.indexed
    c.execute(sa.delete(t))
    if c.dialect.name == "sqlite":
        c.execute(sa.text("INSERT INTO article_terms (article_terms) VALUES ('delete-all')"))
    else:
        c.execute(sa.text("DELETE FROM article_terms"))
    ids = list(c.execute(sa.select(a.c.id, a.c.first_seen).order_by(a.c.first_seen, a.c.id)))
    last = None
    for begin in range(0, len(ids), BLOCK):
        if not go_on():
            raise Stopped
        block = ids[begin : begin + BLOCK]
        query = sa.select(a.c.id, a.c.title, a.c.body).where(a.c.id.in_([row.id for row in block]))
        texts = {row.id: (row.title, row.body) for row in c.execute(query)}
        numbers: dict[str, int] = {}
        for row in block:
            least = _number_of(row.first_seen)
            last = numbers[row.id] = least if last is None else max(least, last + 1)
        c.execute(sa.insert(t), [{"article": article, "number": number} for article, number in numbers.items()])
        _put(c, [(number, _terms(texts[article])) for article, number in numbers.items()])
    notes.write(c, _NOTE, VERSION)
    return len(ids)


def whole(c: sa.Connection) -> bool:
    """Whether it was, and every article is in it."""
    articles, numbers = (sa.select(sa.func.count()).select_from(t) for t in (schema.articles, schema.indexed))
    return current(c) and c.execute(articles).scalar() == c.execute(numbers).scalar()
