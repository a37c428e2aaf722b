"""The archive: one Store, over SQLAlchemy Core. The store is the queue.

An entry is written as *pending* before anything else happens to it, and each later step moves it on in one transaction; so a
kill at any point loses nothing and a rerun repeats nothing. One process writes at a time (`Lock`), any number read.

Here is what each transaction is made of; what is done to the tables is told by the modules beside it, each of which takes a connection.

database, schema, rows, upgrade   transactions and errors; tables; values ⇄ rows; migrations
queue, revisions                  entries: pending, done, dropped; articles that their outlet changed
articles, neighbours, index       articles with tags and stories; what is like a new one; words
editions, deliveries              what was published, to whom it is owed; runs
sheets, notes, keeping            samples of pages; small facts; checks, prune
copying, lock                     backup and restore; who may write
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.errors import StoreError
from pipeline.model import Article, Entry, FeedState, Filed, Placement, Recipient, Tag, Tally

from . import (
    articles,
    copying,
    deliveries,
    editions,
    index,
    keeping,
    neighbours,
    notes,
    queue,
    revisions,
    schema,
    sheets,
)
from .copying import restore
from .database import HEAD, Database, Stopped
from .deliveries import Delivery
from .lock import SERVICE_LOCK, Lock, writers_lock
from .neighbours import Choose, Kin, Neighbour
from .queue import Pending
from .rows import Json
from .sheets import Sheet

__all__ = [
    "HEAD",
    "SERVICE_LOCK",
    "Delivery",
    "Kin",
    "Lock",
    "Neighbour",
    "Pending",
    "Sheet",
    "Stopped",
    "Store",
    "restore",
]


_BLOCK = 200
"""Articles that are read at once."""


def always() -> bool:
    """Go on."""
    return True


class Store:
    """One archive. Methods that write commit before they return; nothing is kept between calls."""

    def __init__(self, url: str, *, create: bool = True) -> None:
        """Open, and create or upgrade where needed. Raises StoreError and touches nothing when the archive is unusable."""
        self._database = Database(url, create=create)
        self.where, self.path = self._database.where, self._database.path
        self._read, self._write, self.close = self._database.reading, self._database.writing, self._database.close

    # ---- feeds
    def feed_states(self) -> dict[str, FeedState]:
        with self._read() as c:
            return {row.feed: FeedState(**row._mapping) for row in c.execute(sa.select(schema.feeds))}  # noqa: SLF001

    def known_guids(self, feed: str, guids: Sequence[str]) -> set[str]:
        """Those of the feed's entries that are here already, whatever became of them."""
        with self._read() as c:
            return queue.known_guids(c, feed, guids)

    def save_feed(self, state: FeedState, entries: Sequence[tuple[Entry, str | None]] = (), *, now: datetime) -> int:
        """Write a poll's outcome → number of entries that are new.

        The validators and the entries they vouch for go in together: a 304 can never hide an entry that was not kept.
        Each entry comes with its canonical URL.
        """
        with self._write() as c:
            return queue.save_feed(c, state, entries, now)

    # ---- the queue
    def pending(self, now: datetime, feed: str | None = None) -> list[Pending]:
        """Entries whose turn has come, oldest first."""
        with self._read() as c:
            return queue.pending(c, now, feed)

    def changed(self, feed: str | None = None) -> list[Pending]:
        """Entries whose article is there and whose page is to be read again, for the feed says something else; oldest first."""
        with self._read() as c:
            return queue.changed(c, feed)

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
            neighbours.file(c, new, band_keys)
            articles.save_tags(c, old.id, tags, version)
            revisions.settle(c, pending.id)

    def revisions(self, article: str) -> list[Json]:
        """The earlier texts of an article, oldest first: `number`, `until`, `title`, `body`."""
        with self._read() as c:
            return revisions.of(c, article)

    def revised(self, since: datetime, until: datetime) -> list[Filed]:
        """Articles first seen before `since` whose present text is of [since, until); in order of their first being seen."""
        with self._read() as c:
            ids = articles.revised(c, since, until)
        return list(self.articles(ids=ids)) if ids else []

    def sheets(self, host: str, first: str, last: str) -> Sequence[tuple[str, list[str]]]:
        """(day, marks of lines) of the sample of a host's pages, of the days from `first` to `last`."""
        with self._read() as c:
            return sheets.read(c, host, first, last)

    def queue(self) -> dict[str, int]:
        """How many entries wait: `pending` in all, `retrying` of them not for the first time."""
        with self._read() as c:
            return queue.lengths(c)

    def known_article(self, canonical: str) -> str | None:
        """Id of the article that this address leads to, by its own URL or by an entry that led to it."""
        with self._read() as c:
            return queue.known_article(c, canonical)

    def link_entry(self, pending: Pending, article: str) -> None:
        """The entry leads to an article that is there already, maybe through another feed."""
        with self._write() as c:
            queue.done(c, pending, article)

    def retry_entry(self, pending: Pending, reason: str, detail: str, next_try: datetime) -> None:
        with self._write() as c:
            queue.retry(c, pending, reason, detail, next_try)

    def drop_entry(self, pending: Pending, reason: str, detail: str) -> None:
        with self._write() as c:
            queue.drop(c, pending, reason, detail)

    def dropped(self) -> dict[str, int]:
        """How many entries were dropped, by reason."""
        with self._read() as c:
            return queue.dropped(c)

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
        """File an article with all that was decided about it, in one transaction → False when it is there, or was before it was pruned."""
        with self._write() as c:
            if articles.is_there(c, article.id):
                queue.done(c, pending, article.id)
                return False
            if queue.was_pruned(c, article.url):
                queue.drop(c, pending, queue.PRUNED["reason"], queue.PRUNED["detail"])
                return False
            more = {"fingerprint": fingerprint, "text_hash": text_hash, "watchlists_version": version}
            articles.save(c, article, placement, **more)
            neighbours.file(c, article, band_keys)
            neighbours.move(c, moved)
            articles.save_tags(c, article.id, tags, version)
            if sheet is not None:
                sheets.add(c, article.id, sheet)
            queue.done(c, pending, article.id)
            return True

    def forget(self, now: datetime) -> None:
        """Take out keys and sheets that are too old to be asked for, by `now` and by when the last run that ended began, whichever is
        earlier: one reading of a clock that is wrong takes nothing.
        """
        with self._write() as c:
            last = editions.last_run(c, "collect")
            now = min(now, last["started"]) if last else now
            neighbours.forget(c, now - neighbours.KEPT)
            sheets.forget(c, now - sheets.KEPT)

    def save_tags(self, retagged: Mapping[str, Sequence[Tag]], version: str) -> None:
        """Replace the tags of these articles by those of another version of the watchlists."""
        with self._write() as c:
            articles.retag(c, retagged, version)

    def articles(
        self,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        ids: Iterable[str] | None = None,
        tagged_by: Sequence[str] | None = None,
        other_version: str | None = None,
        newest_first: bool = False,
    ) -> Iterator[Filed]:
        """Articles first seen in [since, until), in order; each with its placement and tags. Read in blocks, not all at once.

        `tagged_by` asks only for those that one of these watchlists tags (they come with all their tags), `other_version` only for
        those that were tagged by another version of the watchlists.
        """
        with self._read() as c:
            wanted = articles.ids(
                c,
                since,
                until,
                among=ids,
                tagged_by=tagged_by,
                other_version=other_version,
                newest_first=newest_first,
            )
        for begin in range(0, len(wanted), _BLOCK):
            with self._read() as c:
                found = list(articles.filed(c, wanted[begin : begin + _BLOCK]))
            yield from found

    def candidates(
        self,
        wanted: index.Wanted | None,
        since: datetime | None = None,
        until: datetime | None = None,
        *,
        denied: Sequence[str] = (),
        likely: Callable[[str], bool] | None = None,
    ) -> Iterator[Article]:
        """Every article first seen in [since, until) that may hold what is wanted, and others, newest first; without `wanted`, all.

        Of what the index finds, articles with one of `denied` in the body are left out: as it stands there, character by
        character; of the others those of which `likely` says no, given the title and the body with a line end between them.
        Read in blocks that grow, so that whoever stops early has read little.
        """
        least, before = index.numbers(since, until)
        most = 64
        while True:
            with self._read() as c:
                numbers = index.hits(c, wanted, least=least, before=before, most=most, denied=denied)
                kept = articles.likely(c, numbers, likely) if likely is not None else numbers
                found = articles.plain(c, kept, since, until)
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
        with self._read() as c:
            return articles.other_feeds(c)

    def counts_by_day(self, days: Sequence[tuple[datetime, datetime]]) -> dict[str, list[int]]:
        """Watchlist → tagged articles in each of the spans."""
        with self._read() as c:
            return articles.counts_by_day(c, days)

    def tally(self, since: datetime, until: datetime) -> Tally:
        """What was first seen in [since, until), counted."""
        with self._read() as c:
            return articles.tally(c, since, until)

    def feed_counts(self, since: datetime, until: datetime) -> dict[str, int]:
        """Feed → articles first seen in the span."""
        with self._read() as c:
            return articles.feed_counts(c, since, until)

    # ---- editions and runs
    def edition(self, digest: str, date: str) -> Json | None:
        with self._read() as c:
            return editions.edition(c, digest, date)

    def edition_dates(self, digest: str) -> list[str]:
        with self._read() as c:
            return editions.of_digest(c, digest, "date")

    def briefs(self, digest: str) -> list[Json]:
        """What the index shows of every edition, oldest first."""
        with self._read() as c:
            return editions.of_digest(c, digest, "brief")

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
        with self._write() as c:
            editions.save(c, digest, date, until, edition=edition, brief=brief, owed_to=owed_to, now=now or until)

    def deliveries(self, *states: str, since: datetime | None = None) -> list[Delivery]:
        """Those in these states (owed, sent, failed), the oldest edition first; `since`: that ended then or later."""
        with self._read() as c:
            return deliveries.read(c, states=states, since=since)

    def save_delivery(self, delivery: Delivery) -> None:
        """What became of an attempt at it."""
        with self._write() as c:
            deliveries.save(c, delivery)

    def begin_run(self, kind: str, now: datetime) -> int:
        """→ its number. Under the writers' lock: a run without an end was broken off, and its books say `aborted` from now on."""
        with self._write() as c:
            return editions.begin_run(c, kind, now)

    def end_run(self, run: int, now: datetime, counts: Json) -> None:
        with self._write() as c:
            editions.end_run(c, run, now, counts)

    def runs(self, most: int = 10) -> list[Json]:
        """The last runs, newest first."""
        with self._read() as c:
            return editions.runs(c, most)

    def last_run(self, kind: str) -> Json | None:
        """The last run that came to its end, however many were begun since."""
        with self._read() as c:
            return editions.last_run(c, kind)

    def unended_runs(self, kind: str) -> list[Json]:
        """Runs begun since the last that came to its end, oldest first; at most a thousand. The last one may be at work."""
        with self._read() as c:
            return editions.unended_runs(c, kind)

    # ---- keeping
    def summary(self) -> tuple[int, datetime | None]:
        """Number of articles, and when the oldest was first seen."""
        with self._read() as c:
            return articles.summary(c)

    def integrity(self, go_on: Callable[[], bool] = always) -> list[str]:
        """What is wrong with the database's pages and with its books; empty when all is well. Stopped when `go_on` says no."""
        with self._read() as c:
            return keeping.integrity(c, go_on)

    def backup(self, target: Path) -> None:
        """A consistent copy of the archive, while others work on it; whole or not at all, also after Ctrl-C. UsageError: the target is the archive."""
        if self.path is None:
            raise StoreError(self.where, "backup copies SQLite archives only", "use pg_dump for PostgreSQL")
        copying.backup(self.path, target)

    def prune(self, before: datetime) -> int:
        """Take out articles first seen before `before`, with their tags and keys; editions stay → how many went.

        What is known of them by guid and address stays, so that none comes back as new. The file keeps its size: see `shrink`.
        """
        with self._write() as c:
            return keeping.prune(c, before)

    def old(self, before: datetime) -> int:
        """How many articles were first seen before `before`."""
        with self._read() as c:
            return keeping.old(c, before)

    def shrink(self) -> int:
        """Give the disk back what is empty in the file, where that is much → bytes. StoreError, where it keeps its size.

        A server does so by itself.
        """
        return keeping.shrink(self.path) if self.path is not None else 0

    def texts(self, after: int | None, most: int) -> Iterator[tuple[int, str, str]]:
        """(number, title, body) of the articles whose number in the index is larger than `after`, the oldest first, at most so many."""
        while most > 0:
            with self._read() as c:
                found = articles.texts(c, after, min(most, _BLOCK))
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
