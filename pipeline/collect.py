"""The first half of the order of work, told once:

    store.due feeds → fetch (async, polite) → parse.entries → store.save_feed        one transaction with the validators
    store.pending   → fetch (async, polite) → ┌ in a worker: extract.article → tag → dedupe.fingerprint ┐
                                              └ back here:   dedupe.place (must see its neighbours) → store.save_article

Every item is counted exactly once: feeds = ok + unchanged + failed; entries = new + known; taken = filed + same + retry + dropped.
Nothing waits for the slowest: a feed's pages are fetched as soon as the feed is read, host by host.
"""

from __future__ import annotations

import asyncio
import hashlib
import traceback
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from pipeline import dedupe, extract, parse
from pipeline.engine import Engine
from pipeline.errors import MarsadError
from pipeline.fetch import Fetcher, NotModified
from pipeline.model import Article, Drop, Entry, Feed, FeedState, Page, Tag
from pipeline.store import Pending, Store
from pipeline.tag import Tagger
from pipeline.text import urls
from pipeline.watchlist import Watchlist

WINDOW = timedelta(days=30)
"""How far back a new article is compared with older ones."""

PARSE_LIMIT = 20.0
READ_LIMIT = 30.0
"""Seconds that a worker may take over one feed, and over one page."""

MOST_UNREAD = 32
"""Pages in memory that wait for a worker, beside those that are being fetched."""

USUAL_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
FULL_AGAIN = timedelta(hours=12)
"""After this long the feed is asked for whole: some servers' validators lie."""

RETRIES = (timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))
"""Pauses before a page that failed is asked for again; after the last the entry's own summary stands in."""

WEIGHTS = {"hard": 1.0, "soft": 0.5, "temporary": 0.25}
_TEMPORARY = {"connect", "dns", "timeout", "rate-limited", "truncated", "protocol", "killed", "tls", "robots"}
_HARD = {"gone", "http-404", "http-401", "http-403", "blocked", "not-a-feed"}

FEED_TYPES = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
PAGE_TYPES = "text/html, application/xhtml+xml, */*;q=0.5"


def may_pass(reason: str) -> bool:
    """Whether a failure may be gone the next time."""
    return reason in _TEMPORARY or reason.startswith("http-5")


def weight(reason: str) -> float:
    return WEIGHTS["temporary" if may_pass(reason) else "hard" if reason in _HARD else "soft"]


def _key(item: Pending) -> str:
    """What two entries for the same page have in common."""
    return item.canonical or f"entry:{item.id}"


# ---------------------------------------------------------------- in a worker
@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a worker gives back for one page: everything that costs CPU and needs no neighbour."""

    article: Article
    tags: tuple[Tag, ...]
    fingerprint: dedupe.Fingerprint


_tagger: Tagger | None = None


def start_worker(watchlists: Sequence[Watchlist]) -> None:
    """Once per worker: compile the watchlists."""
    global _tagger  # noqa: PLW0603  one per process, set once before any item
    _tagger = Tagger(watchlists)


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


def read_page(page: Page | None, entry: Entry, feed: Feed, first_seen: datetime) -> Read | Drop:
    """Page → article, tags, fingerprint. Without a page the entry's own text is the article."""
    try:
        found = (
            extract.article(page, entry, feed, now=first_seen)
            if page is not None
            else extract.from_entry(entry, feed, now=first_seen)
        )
        return found if isinstance(found, Drop) else _finish(found)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  as above
        return Drop(reason="bug", detail=traceback.format_exc())


# ---------------------------------------------------------------- decisions, pure
def due(feeds: Sequence[Feed], states: dict[str, FeedState], now: datetime) -> list[Feed]:
    """Feeds whose time has come, the longest waiting first; a feed never polled is always due."""
    waiting = [(states[f.id].next if f.id in states else None, f) for f in feeds if f.enabled]
    ready = [(when, f) for when, f in waiting if when is None or when <= now]
    return [f for _, f in sorted(ready, key=lambda x: (x[0] is not None, x[0] or now, x[1].id))]


def after_success(feed: Feed, state: FeedState, now: datetime, *, ttl: timedelta | None = None) -> FeedState:
    """Due again after the feed's own `every`, else after what the document asks for, within bounds."""
    pause = feed.every or max(USUAL_PAUSE, min(ttl or USUAL_PAUSE, timedelta(hours=6)))
    well = replace(state, failing_since=None, failures=0.0, reason=None, detail="")
    return replace(well, polled=now, last_ok=now, next=now + pause)


def after_failure(feed: Feed, state: FeedState, drop: Drop, now: datetime) -> FeedState:
    """The pause grows with what the failures weigh, and a feed is never given up in silence."""
    failures = state.failures + weight(drop.reason)
    pause = (feed.every or USUAL_PAUSE) * 2 ** min(failures, 7)
    if drop.retry_after is not None:
        pause = max(pause, drop.retry_after)
    return replace(
        state,
        polled=now,
        next=now + min(pause, LONGEST_PAUSE),
        failing_since=state.failing_since or now,
        failures=failures,
        reason=drop.reason,
        detail=drop.detail[:500],
    )


# ---------------------------------------------------------------- what is told while it happens
class Log(Protocol):
    """One event per fact, with its facts as keys; structlog's loggers are such."""

    def info(self, event: str, **facts: object) -> object: ...

    def warning(self, event: str, **facts: object) -> object: ...

    def error(self, event: str, **facts: object) -> object: ...


class Silence:
    """A log that nobody reads."""

    def info(self, event: str, **facts: object) -> None: ...

    warning = error = info


def _tell(log: Log, event: str, drop: Drop, **facts: object) -> None:
    """A failure that is expected is a warning; a mistake of ours is an error, and a person should look."""
    write = log.error if drop.reason == "bug" else log.warning
    write(event, reason=drop.reason, detail=drop.detail, **facts)


# ---------------------------------------------------------------- the order of work
@dataclass(slots=True)
class Books:
    """What came in, and what became of it."""

    feeds: Counter[str] = field(default_factory=Counter)
    entries: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    retry: Counter[str] = field(default_factory=Counter)
    stand_in: Counter[str] = field(default_factory=Counter)
    """Pages that failed for good, by reason, where the entry's own text was kept as the article."""

    def balance(self) -> bool:
        """In = kept + dropped, at every stage."""
        f, e, p = self.feeds, self.entries, self.pages
        return (
            f["due"] == f["ok"] + f["unchanged"] + f["failed"]
            and e["seen"] == e["new"] + e["known"]
            and p["taken"] == p["filed"] + p["same"] + p["retry"] + p["dropped"]
            and p["filed"] == self.articles["new"]
        )

    def as_json(self) -> dict[str, dict[str, int]]:
        return {k: dict(sorted(getattr(self, k).items())) for k in self.__slots__}


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
        self._queues: dict[str, deque[Pending]] = {}
        self._taken: set[int] = set()
        self._twins: dict[str, list[Pending]] = {}
        """Address in hand → the entries that lead to it as well: they wait for the first, and find its article there."""
        self._unread = 0
        self._room = asyncio.Event()
        self._room.set()
        self._tasks: asyncio.TaskGroup

    async def run(self, *, all_feeds: bool = False) -> Books:
        states = self.store.feed_states()
        polled = (
            [f for f in self.feeds.values() if f.enabled]
            if all_feeds
            else due(list(self.feeds.values()), states, self.now)
        )
        waiting = self.store.pending(self.now)
        try:
            async with asyncio.TaskGroup() as self._tasks:
                self._take(waiting)
                for feed in polled:
                    self._tasks.create_task(self._poll(feed, states.get(feed.id, FeedState(feed=feed.id))))
        except* MarsadError as group:
            # One thing is wrong (the archive cannot be written), however many tasks ran into it.
            raise group.exceptions[0] from None
        return self.books

    # ---- feeds
    async def _poll(self, feed: Feed, state: FeedState) -> None:
        self.books.feeds["due"] += 1
        fresh = state.last_full is not None and self.now - state.last_full < FULL_AGAIN
        answer = await self.fetcher.get(
            state.url or feed.url,
            etag=state.etag if fresh else None,
            last_modified=state.last_modified if fresh else None,
            accept=FEED_TYPES,
            given=True,
        )
        if isinstance(answer, NotModified):
            self.books.feeds["unchanged"] += 1
            self.store.save_feed(after_success(feed, state, self.now), now=self.now)
        elif isinstance(answer, Drop):
            self._feed_failed(feed, state, answer)
        else:
            await self._read_feed(feed, state, answer)
        self.progress(self.books)

    async def _read_feed(self, feed: Feed, state: FeedState, page: Page) -> None:
        digest = hashlib.sha256(page.body).hexdigest()
        read = replace(
            state,
            etag=page.headers.get("etag"),
            last_modified=page.headers.get("last-modified"),
            body_hash=digest,
            last_full=self.now,
        )
        if digest == state.body_hash and state.reason is None:
            self.books.feeds["unchanged"] += 1
            self.store.save_feed(after_success(feed, read, self.now), now=self.now)
            return
        parsed = await self.engine.run(read_feed, page, feed, self.now, timeout=PARSE_LIMIT)
        if isinstance(parsed, Drop):
            self._feed_failed(feed, state, parsed)
            return
        pairs = [(e, urls.canonical(e.url) if e.url else None) for e in parsed.entries]
        if parsed.truncated:
            # What came is kept; the validators are not, for they would hide the rest for ever.
            new = self._feed_failed(
                feed, state, Drop(reason="truncated", detail="the document ends in the middle"), pairs
            )
        else:
            new = self.store.save_feed(after_success(feed, read, self.now, ttl=parsed.ttl), pairs, now=self.now)
            self.books.feeds["ok"] += 1
        self.books.entries["seen"] += len(pairs)
        self.books.entries["new"] += new
        self.books.entries["known"] += len(pairs) - new
        self.books.entries["cut"] += parsed.cut
        if new:
            self._take(self.store.pending(self.now, feed.id))

    def _feed_failed(
        self, feed: Feed, state: FeedState, drop: Drop, entries: Sequence[tuple[Entry, str | None]] = ()
    ) -> int:
        """Write the failure, and what came all the same → number of new entries."""
        self.books.feeds["failed"] += 1
        self.books.failed[drop.reason] += 1
        _tell(self.log, "feed failed", drop, feed=feed.id, url=state.url or feed.url)
        return self.store.save_feed(after_failure(feed, state, drop, self.now), entries, now=self.now)

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
        """One entry to its end: filed, the same as one that is there, put back for later, or dropped."""
        self.books.pages["taken"] += 1
        feed = self.feeds[item.entry.feed]
        known = self.store.known_article(item.canonical) if item.canonical else None
        if known is not None:
            self.books.pages["same"] += 1
            self.store.link_entry(item, known)
            return
        read = await self._read(item, feed)
        if isinstance(read, Drop):
            await self._page_failed(item, feed, read)
        else:
            self._file(item, read)

    async def _read(self, item: Pending, feed: Feed) -> Read | Drop:
        """Fetch the page and have a worker read it; the fetching waits while the workers have enough to do."""
        if not item.entry.url:
            return await self.engine.run(read_page, None, item.entry, feed, item.first_seen, timeout=READ_LIMIT)
        page = await self.fetcher.get(item.entry.url, accept=PAGE_TYPES, room=self._room)
        if isinstance(page, NotModified):
            return Drop(reason="protocol", detail="304 to a question without validators")
        if isinstance(page, Drop):
            return page
        self._hold(1)
        try:
            return await self.engine.run(read_page, page, item.entry, feed, item.first_seen, timeout=READ_LIMIT)
        finally:
            self._hold(-1)

    def _hold(self, pages: int) -> None:
        """So many more unread pages in memory; no further one is asked for while there are enough."""
        self._unread += pages
        if self._unread < MOST_UNREAD:
            self._room.set()
        else:
            self._room.clear()

    async def _page_failed(self, item: Pending, feed: Feed, drop: Drop) -> None:
        """Again later if it may pass; else the entry's own text is kept as the article; else the entry is dropped with its reason."""
        if may_pass(drop.reason) and item.attempts < len(RETRIES):
            pause = max(RETRIES[item.attempts], drop.retry_after or timedelta())
            self.books.pages["retry"] += 1
            self.books.retry[drop.reason] += 1
            self.log.info("page put back", url=item.entry.url, reason=drop.reason, detail=drop.detail)
            self.store.retry_entry(item, drop.reason, drop.detail, self.now + min(pause, LONGEST_PAUSE))
            return
        read = await self.engine.run(read_page, None, item.entry, feed, item.first_seen, timeout=READ_LIMIT)
        if isinstance(read, Drop):
            self.books.pages["dropped"] += 1
            self.books.dropped[drop.reason] += 1
            _tell(self.log, "entry dropped", drop, feed=feed.id, url=item.entry.url)
            self.store.drop_entry(item, drop.reason, drop.detail)
        else:
            self.books.stand_in[drop.reason] += 1
            _tell(self.log, "page failed, the feed's own text is kept", drop, feed=feed.id, url=item.entry.url)
            self._file(item, replace(read, article=replace(read.article, note=drop.reason)))

    def _file(self, item: Pending, read: Read) -> None:
        """Place the article among its neighbours and write it. No await in here: the archive must not move in between."""
        mark = read.fingerprint
        neighbours = self.store.neighbours(mark.bands, mark.text_hash, read.article.first_seen - WINDOW)
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


def retag(store: Store, watchlists: Sequence[Watchlist], version: str, since: datetime) -> int:
    """Bring the articles first seen since `since` to this version of the watchlists → how many were judged again."""
    tagger: Tagger | None = None
    block: dict[str, tuple[Tag, ...]] = {}
    n = 0
    for filed in store.articles(since, other_version=version):
        tagger = tagger or Tagger(watchlists)
        block[filed.article.id] = tags_of(tagger, filed.article)
        n += 1
        if len(block) >= 200:
            store.save_tags(block, version)
            block = {}
    if block:
        store.save_tags(block, version)
    return n
