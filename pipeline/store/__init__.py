"""The archive: one Store, over SQLAlchemy Core. The store is the queue.

An entry is written as *pending* before anything else happens to it, and each later step moves it on in one transaction; so a
kill at any point loses nothing and a rerun repeats nothing. One process writes at a time (`Lock`), any number read.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.model import Article, Entry, FeedState, Filed, Placement, Recipient, Tag

from . import deliveries, index, neighbours, notes, revisions, rows, schema, sheets
from .database import HEAD, Database, Stopped, asking
from .deliveries import Delivery
from .lock import SERVICE_LOCK, Lock, writers_lock
from .neighbours import Choose, Kin, Neighbour
from .rows import Json
from .sheets import Sheet

__all__ = ["HEAD", "SERVICE_LOCK", "Delivery", "Kin", "Lock", "Neighbour", "Pending", "Sheet", "Stopped", "Store"]


_PIECE = 2_000
"""Pages of the archive that a backup copies at once: 8 MB."""


def always() -> bool:
    """Go on."""
    return True


def _seen(since: datetime | None, until: datetime | None) -> list[sa.ColumnElement[bool]]:
    """First seen in [since, until)."""
    first_seen = schema.articles.c.first_seen
    return [*([first_seen >= since] if since is not None else []), *([first_seen < until] if until is not None else [])]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """An entry that waits for its page."""

    id: int
    entry: Entry
    canonical: str | None
    first_seen: datetime
    attempts: int
    article: str | None = None
    changed: datetime | None = None
    """Where the feed changed an entry whose article is there: which one, and when that was noticed."""


def _pending(row: Any) -> Pending:
    return Pending(
        id=row.id,
        entry=rows.entry_in(row.entry),
        canonical=row.canonical,
        first_seen=row.first_seen,
        attempts=row.attempts,
        article=row.article,
        changed=row.changed,
    )


class Store:
    """One archive. Methods that write commit before they return; nothing is kept between calls."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Open, and create or upgrade where needed. Raises StoreError and touches nothing when the archive is unusable."""
        self._database = Database(url, create=create)
        self.where, self.path = self._database.where, self._database.path
        self._read, self._write, self.close = self._database.reading, self._database.writing, self._database.close

    @staticmethod
    def exists(url: str) -> bool:
        """Whether opening this archive would find one; of a server's archive only opening it can tell, so yes."""
        path = sa.engine.make_url(url)
        return path.get_backend_name() != "sqlite" or bool(path.database and Path(path.database).exists())

    # ---- feeds
    def feed_states(self) -> dict[str, FeedState]:
        with self._read() as c:
            return {row.feed: FeedState(**row._mapping) for row in c.execute(sa.select(schema.feeds))}  # noqa: SLF001

    def known_guids(self, feed: str, guids: Sequence[str]) -> set[str]:
        """Those of the feed's entries that are here already, whatever became of them."""
        with self._read() as c:
            return self._known_guids(c, feed, guids)

    def _known_guids(self, c: sa.Connection, feed: str, guids: Sequence[str]) -> set[str]:
        t = schema.entries
        return set(c.execute(sa.select(t.c.guid).where(t.c.feed == feed, t.c.guid.in_(guids))).scalars())

    def save_feed(self, state: FeedState, entries: Sequence[tuple[Entry, str | None]] = (), *, now: datetime) -> int:
        """Write a poll's outcome → number of entries that are new.

        The validators and the entries they vouch for go in together: a 304 can never hide an entry that was not kept.
        Each entry comes with its canonical URL.
        """
        values = {k: getattr(state, k) for k in FeedState.__slots__}
        with self._write() as c:
            new = 0
            if entries:
                table = schema.entries
                known = self._known_guids(c, state.feed, [e.guid for e, _ in entries])
                for entry, canonical in entries:
                    if entry.guid in known:
                        continue
                    known.add(entry.guid)
                    c.execute(
                        sa.insert(table).values(
                            feed=state.feed,
                            guid=entry.guid,
                            canonical=canonical,
                            entry=rows.entry_out(entry),
                            first_seen=now,
                            state="pending",
                        )
                    )
                    new += 1
                revisions.notice(c, state.feed, [e for e, _ in entries], now)
            changed = c.execute(sa.update(schema.feeds).where(schema.feeds.c.feed == state.feed).values(values))
            if not changed.rowcount:
                c.execute(sa.insert(schema.feeds).values(values))
            return new

    # ---- the queue
    def pending(self, now: datetime, feed: str | None = None) -> list[Pending]:
        """Entries whose turn has come, oldest first."""
        t = schema.entries
        query = (
            sa.select(t)
            .where(t.c.state == "pending", sa.or_(t.c.next_try.is_(None), t.c.next_try <= now))
            .order_by(t.c.id)
        )
        if feed is not None:
            query = query.where(t.c.feed == feed)
        with self._read() as c:
            return list(map(_pending, c.execute(query)))

    def changed(self, feed: str | None = None) -> list[Pending]:
        """Entries whose article is there and whose page is to be read again, for the feed says something else; oldest first."""
        t = schema.entries
        query = sa.select(t).where(t.c.changed.is_not(None), t.c.article.is_not(None)).order_by(t.c.id)
        if feed is not None:
            query = query.where(t.c.feed == feed)
        with self._read() as c:
            return list(map(_pending, c.execute(query)))

    def settle(self, pending: Pending) -> None:
        """The page of a changed entry was read again and its article stays as it is."""
        with self._write() as c:
            revisions.settle(c, pending.id)

    def save_revision(
        self,
        pending: Pending,
        old: Article,
        new: Article,
        *,
        tags: Sequence[Tag],
        version: str,
        fingerprint: Json,
        text_hash: str,
        band_keys: Sequence[str],
    ) -> None:
        """Put `new` in the place of `old`, whose text is kept, in one transaction. Story, relation and id stay."""
        more = {"fingerprint": fingerprint, "text_hash": text_hash, "watchlists_version": version}
        with self._write() as c:
            revisions.replace(c, old, new, **more)
            neighbours.file(c, old.id, old.first_seen, band_keys)
            self._write_tags(c, old.id, tags, version)
            revisions.settle(c, pending.id)

    def revisions(self, article: str) -> list[Json]:
        """The earlier texts of an article, oldest first: `number`, `until`, `title`, `body`."""
        with self._read() as c:
            return revisions.of(c, article)

    def revised(self, since: datetime, until: datetime) -> list[Filed]:
        """Articles first seen before `since` whose present text is of [since, until); in order of their first being seen."""
        a = schema.articles
        query = sa.select(a.c.id).where(a.c.revised >= since, a.c.revised < until, a.c.first_seen < since)
        with self._read() as c:
            ids = list(c.execute(query).scalars())
        return list(self.articles(ids=ids)) if ids else []

    def sheets(self, host: str, first: str, last: str) -> Sequence[tuple[str, list[str]]]:
        """(day, marks of lines) of the sample of a host's pages, of the days from `first` to `last`."""
        with self._read() as c:
            return sheets.read(c, host, first, last)

    def queue(self) -> dict[str, int]:
        t = schema.entries
        with self._read() as c:
            waiting = sa.select(sa.func.count()).where(t.c.state == "pending")
            pending = c.execute(waiting).scalar_one()
            retrying = c.execute(waiting.where(t.c.attempts > 0)).scalar_one()
        return {"pending": pending, "retrying": retrying}

    def known_article(self, canonical: str) -> str | None:
        """Id of the article that this address leads to, by its own URL or by an entry that led to it."""
        a, e = schema.articles, schema.entries
        with self._read() as c:
            found: str | None = c.execute(sa.select(a.c.id).where(a.c.url == canonical).limit(1)).scalar()
            if found is None:
                query = sa.select(e.c.article).where(e.c.canonical == canonical, e.c.article.is_not(None)).limit(1)
                found = c.execute(query).scalar()
            return found

    def link_entry(self, pending: Pending, article: str) -> None:
        """The entry leads to an article that is there already, maybe through another feed."""
        with self._write() as c:
            self._done(c, pending, article)

    def _done(self, c: sa.Connection, pending: Pending, article: str) -> None:
        c.execute(
            sa.update(schema.entries)
            .where(schema.entries.c.id == pending.id)
            .values(state="done", article=article, next_try=None)
        )
        owner = c.execute(sa.select(schema.articles.c.feed).where(schema.articles.c.id == article)).scalar()
        feed, t = pending.entry.feed, schema.article_feeds
        if (
            owner != feed
            and not c.execute(sa.select(t.c.feed).where(t.c.article == article, t.c.feed == feed)).scalar()
        ):
            c.execute(sa.insert(t).values(article=article, feed=feed))

    def retry_entry(self, pending: Pending, reason: str, detail: str, next_try: datetime) -> None:
        t = schema.entries
        values = {"attempts": pending.attempts + 1, "next_try": next_try, "reason": reason, "detail": detail[:2000]}
        with self._write() as c:
            c.execute(sa.update(t).where(t.c.id == pending.id).values(values))

    def drop_entry(self, pending: Pending, reason: str, detail: str) -> None:
        t = schema.entries
        values = {"state": "dropped", "reason": reason, "detail": detail[:2000], "next_try": None}
        with self._write() as c:
            c.execute(sa.update(t).where(t.c.id == pending.id).values(values))

    def dropped(self) -> dict[str, int]:
        """How many entries were dropped, by reason."""
        t = schema.entries
        with self._read() as c:
            found = c.execute(sa.select(t.c.reason, sa.func.count()).where(t.c.state == "dropped").group_by(t.c.reason))
            return {reason: n for reason, n in found}  # noqa: C416  rows are Row objects

    # ---- articles
    def neighbours(
        self,
        band_keys: Sequence[str],
        text_hash: str,
        since: datetime,
        *,
        choose: Choose = neighbours.everyone,
        reach: Mapping[str, datetime] | None = None,
    ) -> list[Neighbour]:
        """Articles seen since `since` that share a band or the text's hash, and their stories; oldest first.

        `choose` says which of them are wanted, newest first. `reach`: keys that are looked for less far back, each with its moment.
        Of a key, a text and a story come the newest, and of a story the first member too. Keys are kept for 31 days.
        """
        with self._read() as c:
            return neighbours.find(c, band_keys, text_hash, since, choose, reach)

    def save_article(
        self,
        pending: Pending,
        article: Article,
        placement: Placement,
        *,
        moved: Mapping[str, Placement],
        tags: Sequence[Tag],
        version: str,
        fingerprint: Json,
        text_hash: str,
        band_keys: Sequence[str],
        sheet: Sheet | None = None,
    ) -> bool:
        """File an article with all that was decided about it, in one transaction → False when it was there already."""
        a = schema.articles
        with self._write() as c:
            if c.execute(sa.select(a.c.id).where(a.c.id == article.id)).scalar() is not None:
                self._done(c, pending, article.id)
                return False
            values = {k: getattr(article, k) for k in Article.__slots__}
            values |= rows.placement_out(placement)
            values |= {
                "published": rows.dated_out(article.published),
                "fingerprint": fingerprint,
                "text_hash": text_hash,
                "watchlists_version": version,
            }
            c.execute(sa.insert(a).values(values))
            neighbours.file(c, article.id, article.first_seen, band_keys)
            neighbours.move(c, moved)
            self._write_tags(c, article.id, tags, version)
            index.add(c, article.id, article.first_seen, article.title, article.body)
            if sheet is not None:
                sheets.add(c, article.id, sheet)
            self._done(c, pending, article.id)
            return True

    def _write_tags(self, c: sa.Connection, article: str, tags: Sequence[Tag], version: str) -> None:
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

    def save_tags(self, retagged: Mapping[str, Sequence[Tag]], version: str) -> None:
        """Replace the tags of these articles by those of another version of the watchlists."""
        a = schema.articles
        with self._write() as c:
            for article, tags in retagged.items():
                self._write_tags(c, article, tags, version)
                c.execute(sa.update(a).where(a.c.id == article).values(watchlists_version=version))

    def articles(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        ids: Iterable[str] | None = None,
        other_version: str | None = None,
        newest_first: bool = False,
    ) -> Iterator[Filed]:
        """Articles first seen in [since, until), in order; each with its placement and tags. Read in blocks, not all at once.

        `other_version` asks only for those that were tagged by another version of the watchlists.
        """
        a = schema.articles
        query = sa.select(a.c.id).where(*_seen(since, until))
        if ids is not None:
            query = query.where(a.c.id.in_(list(ids)))
        if other_version is not None:
            query = query.where(a.c.watchlists_version != other_version)
        order = (a.c.first_seen.desc(), a.c.id.desc()) if newest_first else (a.c.first_seen, a.c.id)
        with self._read() as c:
            wanted = list(c.execute(query.order_by(*order)).scalars())
        for begin in range(0, len(wanted), 200):
            block = wanted[begin : begin + 200]
            with self._read() as c:
                tags: dict[str, list[Tag]] = defaultdict(list)
                for row in c.execute(
                    sa.select(schema.tags).where(schema.tags.c.article.in_(block)).order_by(schema.tags.c.watchlist)
                ):
                    tags[row.article].append(rows.tag_in(row))
                found = {row.id: row for row in c.execute(sa.select(a).where(a.c.id.in_(block)))}
            for i in block:
                if i in found:  # else pruned between the two reads
                    article, placement = rows.article_in(found[i]), rows.placement_in(found[i])
                    version = found[i].watchlists_version
                    yield Filed(article=article, placement=placement, tags=tuple(tags[i]), version=version)

    def candidates(
        self, wanted: index.Wanted | None, since: datetime | None = None, until: datetime | None = None
    ) -> Iterator[Article]:
        """Every article first seen in [since, until) that may hold what is wanted, and others, newest first; without `wanted`, all.

        Read in blocks that grow, so that whoever stops early has read little.
        """
        least, before = index.numbers(since, until)
        a, most = schema.articles, 64
        columns = [a.c[name] for name in Article.__slots__]
        while True:
            with self._read() as c:
                numbers = index.hits(c, wanted, least=least, before=before, most=most)
                query = sa.select(*columns).where(a.c.id.in_(list(numbers)), *_seen(since, until))
                found = {row.id: rows.article_in(row) for row in c.execute(query)}
            yield from (found[article] for article in numbers if article in found)
            if len(numbers) < most:
                return
            before = min(numbers.values())
            most = min(4 * most, 1_000)

    def find(self, article: str) -> Filed | None:
        """By id or URL."""
        known = self.known_article(article)
        return next(self.articles(ids=[article, *([known] if known else [])]), None)

    def other_feeds(self) -> dict[str, list[str]]:
        """Article → the further feeds that carry it."""
        found: dict[str, list[str]] = defaultdict(list)
        t = schema.article_feeds
        with self._read() as c:
            for row in c.execute(sa.select(t).order_by(t.c.article, t.c.feed)):
                found[row.article].append(row.feed)
        return found

    def counts_by_day(self, days: Sequence[tuple[datetime, datetime]]) -> dict[str, list[int]]:
        """Watchlist → tagged articles in each of the spans."""
        a, t = schema.articles, schema.tags
        found: dict[str, list[int]] = defaultdict(lambda: [0] * len(days))
        with self._read() as c:
            for i, (since, until) in enumerate(days):
                query = (
                    sa.select(t.c.watchlist, sa.func.count())
                    .join(a, a.c.id == t.c.article)
                    .where(a.c.first_seen >= since, a.c.first_seen < until)
                    .group_by(t.c.watchlist)
                )
                for watchlist, n in c.execute(query):
                    found[watchlist][i] = n
        return dict(found)

    def feed_counts(self, since: datetime, until: datetime) -> dict[str, int]:
        """Feed → articles first seen in the span."""
        a = schema.articles
        query = (
            sa.select(a.c.feed, sa.func.count())
            .where(a.c.first_seen >= since, a.c.first_seen < until)
            .group_by(a.c.feed)
        )
        with self._read() as c:
            return {feed: n for feed, n in c.execute(query)}  # noqa: C416

    # ---- editions and runs
    def edition(self, digest: str, date: str) -> Json | None:
        t = schema.editions
        with self._read() as c:
            found: Json | None = c.execute(
                sa.select(t.c.edition).where(t.c.digest == digest, t.c.date == date)
            ).scalar()
            return found

    def edition_dates(self, digest: str) -> list[str]:
        t = schema.editions
        with self._read() as c:
            return list(c.execute(sa.select(t.c.date).where(t.c.digest == digest).order_by(t.c.date)).scalars())

    def briefs(self, digest: str) -> list[Json]:
        """What the index shows of every edition, oldest first."""
        t = schema.editions
        with self._read() as c:
            return list(c.execute(sa.select(t.c.brief).where(t.c.digest == digest).order_by(t.c.date)).scalars())

    def save_edition(
        self,
        digest: str,
        date: str,
        until: datetime,
        *,
        edition: Json,
        brief: Json,
        owed_to: Sequence[Recipient] = (),
        now: datetime | None = None,
    ) -> None:
        """`owed_to`: who is to receive it, noted with it in one transaction as of `now`."""
        t = schema.editions
        with self._write() as c:
            c.execute(sa.delete(t).where(t.c.digest == digest, t.c.date == date))
            c.execute(sa.insert(t).values(digest=digest, date=date, until=until, edition=edition, brief=brief))
            deliveries.owe(c, digest, date, owed_to, now or until)

    def deliveries(self, *states: str, since: datetime | None = None) -> list[Delivery]:
        """Those in these states (owed, sent, failed), the oldest edition first; `since`: that ended then or later."""
        with self._read() as c:
            return deliveries.read(c, states=states, since=since)

    def save_delivery(self, delivery: Delivery) -> None:
        """What became of an attempt at it."""
        with self._write() as c:
            deliveries.save(c, delivery)

    def begin_run(self, kind: str, now: datetime) -> int:
        with self._write() as c:
            key = c.execute(sa.insert(schema.runs).values(kind=kind, started=now, counts={})).inserted_primary_key
            assert key is not None
            return int(key[0])

    def end_run(self, run: int, now: datetime, counts: Json) -> None:
        with self._write() as c:
            c.execute(sa.update(schema.runs).where(schema.runs.c.id == run).values(finished=now, counts=counts))

    def runs(self, most: int = 10) -> list[Json]:
        """The last runs, newest first."""
        t = schema.runs
        with self._read() as c:
            return [dict(row._mapping) for row in c.execute(sa.select(t).order_by(t.c.id.desc()).limit(most))]  # noqa: SLF001

    # ---- keeping
    def summary(self) -> tuple[int, datetime | None]:
        """Number of articles, and when the oldest was first seen."""
        a = schema.articles
        with self._read() as c:
            n, oldest = c.execute(sa.select(sa.func.count(), sa.func.min(a.c.first_seen))).one()
            return n, oldest

    def integrity(self, go_on: Callable[[], bool] = always) -> list[str]:
        """What is wrong with the database's pages and with its books; empty when all is well. Stopped when `go_on` says no."""
        wrong: list[str] = []
        with self._read() as c, asking(c, go_on):
            if self.path is not None:
                wrong += [r for r in c.execute(sa.text("PRAGMA integrity_check")).scalars() if r != "ok"]
            e, a = schema.entries, schema.articles
            lost = c.execute(
                sa.select(sa.func.count()).where(e.c.state == "done", e.c.article.not_in(sa.select(a.c.id)))
            ).scalar()
            if lost:
                wrong.append(f"{lost} entries are done but their article is not there")
        return wrong

    def backup(self, target: Path) -> None:
        """A consistent copy of the archive, while others work on it; whole or not at all, also after Ctrl-C."""
        if self.path is None:
            raise StoreError(self.where, "backup copies SQLite archives only", "use pg_dump for PostgreSQL")
        partial = target.with_name(target.name + ".partial")
        try:
            with (
                contextlib.closing(sqlite3.connect(self.path)) as source,
                contextlib.closing(sqlite3.connect(partial)) as copy,
            ):
                # A copy in pieces begins anew after every commit of others, and may never end; inside a transaction there are none.
                source.execute("BEGIN")
                source.execute("SELECT 1 FROM sqlite_master").fetchone()
                source.backup(copy, pages=_PIECE, progress=lambda *_: None)  # between two pieces a signal is heard
            partial.replace(target)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(str(target), f"the backup was not written: {error}", "choose another place") from error
        finally:
            partial.unlink(missing_ok=True)

    def prune(self, before: datetime) -> int:
        """Take out articles first seen before `before`, with their tags and keys; editions stay → how many went."""
        a = schema.articles
        old = sa.select(a.c.id).where(a.c.first_seen < before)
        with self._write() as c:
            index.remove(c, before)
            neighbours.forget(c, before)
            for table in (schema.tags, schema.article_feeds, schema.revisions, schema.sheets):
                c.execute(sa.delete(table).where(table.c.article.in_(old)))
            # Entries stay as what they are: the memory of what was seen, so that an old item is not fetched again.
            e = schema.entries
            c.execute(
                sa.update(e)
                .where(e.c.article.in_(old))
                .values(article=None, state="dropped", reason="too-old", detail="pruned")
            )
            return c.execute(sa.delete(a).where(a.c.first_seen < before)).rowcount

    def texts(self, after: int | None, most: int) -> Iterator[tuple[int, str, str]]:
        """(number, title, body) of the articles whose number in the index is larger than `after`, the oldest first, at most so many."""
        i, a = schema.indexed, schema.articles
        query = sa.select(i.c.number, a.c.title, a.c.body).join(a, a.c.id == i.c.article).order_by(i.c.number)
        while most > 0:
            block = query if after is None else query.where(i.c.number > after)
            with self._read() as c:
                found = c.execute(block.limit(min(most, 200))).all()
            if not found:
                return
            yield from ((row.number, row.title, row.body) for row in found)
            after, most = found[-1].number, most - len(found)

    def index_is_whole(self) -> bool:
        """Whether `candidates` may be told what is wanted: an index with gaps, or made by other rules, would hide articles."""
        with self._read() as c:
            return index.whole(c)

    def refresh_index(self, go_on: Callable[[], bool] = always) -> int:
        """Make the full-text index anew where it is not whole → how many articles were indexed. Stopped when `go_on` says no."""
        if self.index_is_whole():
            return 0
        with self._write() as c:
            return index.rebuild(c, go_on)

    def note(self, name: str) -> Any:
        """A small fact that was noted under `name`; None where there is none."""
        with self._read() as c:
            return notes.read(c, name)

    def save_notes(self, **values: Any) -> None:
        """Note small facts, as JSON, all or none of them."""
        with self._write() as c:
            for name, value in values.items():
                notes.write(c, name, value)

    def bytes(self) -> int:
        return self.path.stat().st_size if self.path is not None and self.path.exists() else 0

    def lock(self, outputs: Path) -> Lock:
        """The writers' lock: beside the archive; for a server's archive, in the outputs."""
        return writers_lock(self.path) if self.path else Lock(outputs / "archive.lock")
