"""One cycle over the feeds that are due and the pages that wait, as a web of small tasks."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import hashlib
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from pipeline import dedupe, parse
from pipeline.collect import rereading, rhythm
from pipeline.collect.books import Books, Log, Silence, tell
from pipeline.collect.kin import reach, worth_comparing
from pipeline.collect.worker import Read, read_feed, read_page
from pipeline.engine import Engine
from pipeline.errors import MarsadError
from pipeline.extract import boilerplate
from pipeline.fetch import Fetcher, NotModified
from pipeline.fetch.guard import shown
from pipeline.model import Drop, Entry, Feed, FeedState, Page
from pipeline.store import Pending, Sheet, Store
from pipeline.text import urls

WINDOW = timedelta(days=30)
"""How far back a new article is compared with older ones."""

PARSE_LIMIT = 20.0
READ_LIMIT = 30.0
"""Seconds that a worker may take over one feed, and over one page."""

MOST_UNREAD = 32
MOST_UNREAD_BYTES = 64_000_000
"""Documents in memory that wait for a worker, and their size; those that are being fetched come on top."""

RETRIES = (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))
"""Pauses before a page that failed is asked for again; after the last the entry's own text stands in."""
LONGEST_RETRY = timedelta(hours=24)
"""How long a page that fails is waited for in all: where runs are rare, fewer tries must do."""

FEED_TYPES = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"


def _key(item: Pending) -> str:
    """What two entries for the same page have in common."""
    return item.canonical or f"entry:{item.id}"


class Collector:
    """One cycle. Made anew for each run; `run` may be called once."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        engine: Engine,
        feeds: Sequence[Feed],
        *,
        version: str,
        now: datetime,
        progress: Callable[[Books], None] = lambda _: None,
        log: Log | None = None,
    ) -> None:
        self.log = log or Silence()
        self.store, self.fetcher, self.engine = store, fetcher, engine
        self.feeds = {f.id: f for f in feeds}
        self.version, self.now, self.progress = version, now, progress
        self.books = Books()
        self._failures: list[tuple[FeedState, FeedState]] = []
        """Of each feed that failed, what was known before and what was written."""
        self._queues: dict[str, deque[Pending]] = {}
        self._taken: set[int] = set()
        self._twins: dict[str, list[Pending]] = {}
        """Address in hand → the entries that lead to it as well: they wait for the first, and find its article there."""
        self._learnt: dict[tuple[str, tuple[str, str]], frozenset[str]] = {}
        """Host and the days asked → its boilerplate."""
        self._unread = self._unread_bytes = 0
        self._room = asyncio.Event()
        self._room.set()
        self._tasks: asyncio.TaskGroup

    async def run(self, *, all_feeds: bool = False) -> Books:
        self.store.forget(self.now)
        known = self.store.feed_states()
        states = {f.id: rhythm.recalled(f, known.get(f.id)) for f in self.feeds.values()}
        polled = (
            [f for f in self.feeds.values() if f.enabled]
            if all_feeds
            else rhythm.due(list(self.feeds.values()), states, self.now)
        )
        waiting = [*self.store.pending(self.now), *self.store.changed()]
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._take(waiting)
                for feed in polled:
                    self._tasks.create_task(self._poll(feed, states[feed.id]))
        except* MarsadError as group:
            # One thing is wrong (the archive cannot be written), however many tasks ran into it.
            raise group.exceptions[0] from None
        self._forgive_outage()
        return self.books

    # ---- feeds
    async def _poll(self, feed: Feed, state: FeedState) -> None:
        """One feed to its end, whatever it is; a mistake of ours costs this feed its turn, and no other."""
        self.books.feeds["due"] += 1
        try:
            outcome = await self._polled(feed, state)
        except MarsadError:
            raise
        except Exception:  # noqa: BLE001  told with its traceback
            outcome = self._feed_failed(feed, state, Drop(reason="bug", detail=traceback.format_exc()))
        self.books.feeds[outcome] += 1
        self.progress(self.books)

    async def _polled(self, feed: Feed, state: FeedState) -> str:
        """What became of it: `ok`, `unchanged` or `failed`."""
        fresh = rhythm.trusts_validators(state, self.now)
        answer = await self.fetcher.get(
            rhythm.address(feed, state),
            etag=state.etag if fresh else None,
            last_modified=state.last_modified if fresh else None,
            accept=FEED_TYPES,
            given=True,
            room=self._room,
        )
        if isinstance(answer, Drop):
            return self._feed_failed(feed, state, answer)
        if isinstance(answer, NotModified):
            return self._unchanged(feed, state, answer)
        return await self._read_feed(feed, state, answer)

    async def _read_feed(self, feed: Feed, state: FeedState, page: Page) -> str:
        read = replace(
            state,
            etag=page.headers.get("etag"),
            last_modified=page.headers.get("last-modified"),
            body_hash=hashlib.sha256(page.body).hexdigest(),
            last_full=self.now,
        )
        if read.body_hash == state.body_hash and state.reason is None:
            return self._unchanged(feed, read, page)
        with self._held(page):
            parsed = await self.engine.run(read_feed, page, feed, self.now, timeout=PARSE_LIMIT)
        if isinstance(parsed, Drop):
            return self._feed_failed(feed, state, parsed)
        self._tell_of(feed, parsed)
        pairs = [(e, urls.canonical(e.url) if e.url else None) for e in parsed.entries]
        new = len(pairs) - len(self.store.known_guids(feed.id, [e.guid for e in parsed.entries]))
        if parsed.truncated:
            # What came is kept; the validators are not, for they would hide the rest for ever.
            drop = Drop(reason="truncated", detail="the document ends in the middle")
            outcome = self._feed_failed(feed, state, drop, pairs)
        else:
            read = replace(read, ttl=parsed.ttl, skip_hours=parsed.skip_hours)
            self._feed_read(feed, state, read, page, entries=pairs, new=new)
            outcome = "ok"
        self.books.entries["seen"] += len(pairs)
        self.books.entries["new"] += new
        self.books.entries["known"] += len(pairs) - new
        self.books.entries["cut"] += parsed.cut
        if new:
            self._take(self.store.pending(self.now, feed.id))
        if len(pairs) > new:
            self._take(self.store.changed(feed.id))
        return outcome

    def _unchanged(self, feed: Feed, state: FeedState, answer: Page | NotModified) -> str:
        self._feed_read(feed, state, state, answer)
        return "unchanged"

    def _feed_read(
        self,
        feed: Feed,
        before: FeedState,
        state: FeedState,
        answer: Page | NotModified,
        *,
        entries: Sequence[tuple[Entry, str | None]] = (),
        new: int = 0,
    ) -> None:
        state = rhythm.after_redirects(feed, state, answer.moved_to)
        if state.url != before.url:
            self.log.info("feed moved", feed=feed.id, url=shown(rhythm.address(feed, state)))
        asked = rhythm.fresh_for(answer.headers)
        given = [entry for entry, _ in entries]
        after = rhythm.after_success(feed, state, self.now, entries=given, new=new, asked=asked)
        self.store.save_feed(after, entries, now=self.now)

    def _feed_failed(
        self, feed: Feed, state: FeedState, drop: Drop, entries: Sequence[tuple[Entry, str | None]] = ()
    ) -> str:
        """Write the failure, and what came all the same."""
        self.books.failed[drop.reason] += 1
        tell(self.log, "feed failed", drop, feed=feed.id, url=shown(rhythm.address(feed, state)))
        after = rhythm.after_failure(feed, state, drop, self.now)
        self._failures.append((state, after))
        self.store.save_feed(after, entries, now=self.now)
        return "failed"

    def _tell_of(self, feed: Feed, parsed: parse.ParsedFeed) -> None:
        """What was left out of a document or had to be mended, in one line."""
        odd = {name: n for name in ("cut", "empty", "shared_ids") if (n := getattr(parsed, name))}
        if parsed.repaired:
            odd["unreadable_in"] = parsed.encoding
        if odd:
            write = self.log.warning if parsed.cut or parsed.repaired else self.log.info
            write("feed read in part" if parsed.cut else "feed read with oddities", feed=feed.id, **odd)

    def _forgive_outage(self) -> None:
        """Where every feed failed for want of a network the fault is ours: no feed is held to have failed for it."""
        failed = self.books.feeds["failed"]
        if failed < max(rhythm.FEWEST_IN_OUTAGE, self.books.feeds["due"]) or self.books.failed.keys() - rhythm.OURS:
            return
        self.log.warning("no feed could be reached: is there a network?", feeds=failed)
        for before, after in self._failures:
            self.store.save_feed(rhythm.after_outage(after, before, self.now), now=self.now)

    # ---- pages
    def _take(self, waiting: Sequence[Pending]) -> None:
        """Queue entries by host: one task a host, so one page of a host is in memory at a time and no host holds up another."""
        for item in waiting:
            if item.entry.feed not in self.feeds or item.id in self._taken:
                continue  # a feed that left the configuration keeps its entries, in case it comes back
            self._taken.add(item.id)
            key = _key(item)
            if key in self._twins:
                self._twins[key].append(item)
                continue
            self._twins[key] = []
            host = urls.host(item.entry.url) if item.entry.url else ""
            if host in self._queues:
                self._queues[host].append(item)
            else:
                self._queues[host] = deque([item])
                self._tasks.create_task(self._drain(host))

    async def _drain(self, host: str) -> None:
        queue = self._queues[host]
        while queue:
            item = queue.popleft()
            await self._page(item)
            twins = self._twins[_key(item)]
            while twins:
                await self._page(twins.pop(0))
            del self._twins[_key(item)]
            self.progress(self.books)
        del self._queues[host]

    async def _page(self, item: Pending) -> None:
        """One entry to its end: filed, the same as one that is there, put back for later, or dropped.

        A mistake of ours costs this entry its turn, and no other; nothing is booked before it is written, so it is booked once.
        """
        feed = self.feeds[item.entry.feed]
        work, books = (
            (self._again, self.books.revisits) if item.changed is not None else (self._first, self.books.pages)
        )
        books["taken"] += 1
        try:
            await work(item, feed)
        except MarsadError:
            raise
        except Exception:  # noqa: BLE001  told with its traceback
            drop = Drop(reason="bug", detail=traceback.format_exc())
            if item.changed is not None:
                self._not_again(item, drop)
            elif not self._put_back(item, drop):
                self._drop(item, drop)

    async def _first(self, item: Pending, feed: Feed) -> None:
        known = self.store.known_article(item.canonical) if item.canonical else None
        if known is not None:
            self.store.link_entry(item, known)
            self.books.pages["same"] += 1
            return
        read = await self._read(item, feed)
        if isinstance(read, Drop):
            await self._page_failed(item, feed, read)
        else:
            self._file(item, read)

    async def _read(self, item: Pending, feed: Feed) -> Read | Drop:
        """Fetch the page and have a worker read it; the fetching waits while the workers have enough to do."""
        if not item.entry.url:
            return await self.engine.run(read_page, None, item.entry, feed, self.now, timeout=READ_LIMIT)
        page = await self.fetcher.get(item.entry.url, accept=PAGE_TYPES, room=self._room)
        if isinstance(page, NotModified):
            return Drop(reason="protocol", detail="304 to a question without validators")
        if isinstance(page, Drop):
            return page
        with self._held(page):
            usual = self._usual(page.url, self.now)
            return await self.engine.run(read_page, page, item.entry, feed, self.now, usual, timeout=READ_LIMIT)

    def _usual(self, url: str, first_seen: datetime) -> frozenset[str]:
        """The host's boilerplate, as learnt from the days before the page's: so nothing depends on what this run has filed."""
        asked = boilerplate.host(url), boilerplate.span(first_seen)
        if asked not in self._learnt:
            self._learnt[asked] = boilerplate.learn(self.store.sheets(asked[0], *asked[1]))
        return self._learnt[asked]

    @contextlib.contextmanager
    def _held(self, page: Page) -> Iterator[None]:
        """A document in memory until a worker has read it; no further one is asked for while there are enough."""
        self._count(1, len(page.body))
        try:
            yield
        finally:
            self._count(-1, -len(page.body))

    def _count(self, pages: int, size: int) -> None:
        self._unread += pages
        self._unread_bytes += size
        if self._unread < MOST_UNREAD and self._unread_bytes < MOST_UNREAD_BYTES:
            self._room.set()
        else:
            self._room.clear()

    async def _again(self, item: Pending, feed: Feed) -> None:
        """Read the page of an article that its feed changed. A text that says something else takes its place, and the old one is kept."""
        read = await self._read(item, feed)
        filed = self.store.find(item.article or "")
        if isinstance(read, Drop) or filed is None:
            self._not_again(item, read if isinstance(read, Drop) else None)
            return
        new = rereading.renewed(filed.article, read.article, self.now)
        if new is None:
            self.store.settle(item)
            self.books.revisits["same"] += 1
            return
        mark = read.fingerprint
        self.store.save_revision(
            item,
            filed.article,
            new,
            tags=read.tags,
            version=self.version,
            fingerprint=mark.to_json(),
            text_hash=mark.text_hash,
            band_keys=mark.bands,
        )
        self.books.revisits["revised"] += 1

    def _not_again(self, item: Pending, drop: Drop | None) -> None:
        """The article stays as it is: its page could not be read again, or the article is gone."""
        if drop is not None:
            tell(self.log, "page not read again", drop, feed=item.entry.feed, url=item.entry.url)
        self.store.settle(item)
        self.books.revisits["failed"] += 1

    async def _page_failed(self, item: Pending, feed: Feed, drop: Drop) -> None:
        """Again later if it may pass; else the entry's own text is kept as the article; else the entry is dropped with its reason."""
        if rhythm.may_pass(drop.reason) and self._put_back(item, drop):
            return
        read = await self.engine.run(read_page, None, item.entry, feed, self.now, timeout=READ_LIMIT)
        if isinstance(read, Drop):
            self._drop(item, drop)
        else:
            tell(self.log, "page failed, the feed's own text is kept", drop, feed=feed.id, url=item.entry.url)
            self._file(item, replace(read, article=replace(read.article, note=drop.reason)))
            self.books.stand_in[drop.reason] += 1

    def _put_back(self, item: Pending, drop: Drop) -> bool:
        """Have it taken again later → False when it was waited for long enough."""
        if item.attempts >= len(RETRIES) or self.now - item.first_seen >= LONGEST_RETRY:
            return False
        pause = max(RETRIES[item.attempts], drop.retry_after or timedelta())
        write = self.log.error if drop.reason == "bug" else self.log.info
        write("page put back", url=item.entry.url, reason=drop.reason, detail=drop.detail)
        self.store.retry_entry(item, drop.reason, drop.detail, self.now + min(pause, LONGEST_RETRY))
        self.books.pages["retry"] += 1
        self.books.retry[drop.reason] += 1
        return True

    def _drop(self, item: Pending, drop: Drop) -> None:
        tell(self.log, "entry dropped", drop, feed=item.entry.feed, url=item.entry.url)
        self.store.drop_entry(item, drop.reason, drop.detail)
        self.books.pages["dropped"] += 1
        self.books.dropped[drop.reason] += 1

    def _file(self, item: Pending, read: Read) -> None:
        """Place the article among its neighbours and write it. No await in here: the archive must not move in between."""
        mark = read.fingerprint
        neighbours = self.store.neighbours(
            mark.bands,
            mark.text_hash,
            read.article.first_seen - WINDOW,
            choose=functools.partial(worth_comparing, read.article, mark),
            reach=reach(read.article, mark),
        )
        candidates = [
            dedupe.Candidate(
                article=n.article, fingerprint=dedupe.Fingerprint.from_json(n.fingerprint), placement=n.placement
            )
            for n in neighbours
            if n.article.id != read.article.id
        ]
        placement, moved = dedupe.place(read.article, mark, candidates)
        new = self.store.save_article(
            item,
            read.article,
            placement,
            moved=moved,
            tags=read.tags,
            version=self.version,
            fingerprint=mark.to_json(),
            text_hash=mark.text_hash,
            band_keys=mark.bands,
            sheet=Sheet(host=read.host, day=boilerplate.day(self.now), lines=read.lines) if read.lines else None,
        )
        if not new:
            self.books.pages["same"] += 1
            return
        self.books.pages["filed"] += 1
        self.books.articles["new"] += 1
        copies = [placement, *moved.values()]
        before = {c.article.id: c.placement.relation for c in candidates}
        self.books.articles["copies"] += sum(p.relation == "copy" for p in copies)
        self.books.articles["copies"] -= sum(before[i] == "copy" for i in moved)
        self.books.articles["tagged"] += bool(read.tags)
