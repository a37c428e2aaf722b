"""Asking without storing: what a feed answers now, and which feeds a site has. For people who set up a feed list."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urljoin

from pipeline import sources
from pipeline.collect.collector import FEED_TYPES, PAGE_TYPES, PARSE_LIMIT
from pipeline.collect.worker import read_feed
from pipeline.engine import Engine
from pipeline.fetch import Fetcher, NotModified
from pipeline.model import Drop, Feed, Page
from pipeline.parse import ParsedFeed

ROBOTS_TYPES = "text/plain, */*;q=0.5"
MOST_PROBED = 20
"""Addresses that a site names and that are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What one feed answered."""

    feed: Feed
    result: ParsedFeed | Drop
    seconds: float
    """From the question to the end of the answer, the host's pause and its redirects included."""
    status: int | None = None
    """Of the answer, where one came whole."""
    moved_to: str | None = None
    robots: Literal["allows", "forbids", "unknown"] = "unknown"
    """What robots.txt says to the page of the first entry, or to the feed where it has none."""
    crawl_delay: float = 0.0
    """Seconds between two requests that robots.txt asks for."""


async def probe(fetcher: Fetcher, engine: Engine, feed: Feed, now: datetime) -> Probe:
    answer, seconds = await _ask(fetcher, feed.url, FEED_TYPES)
    if isinstance(answer, Drop):
        return Probe(feed=feed, result=answer, seconds=seconds)
    return await _look(fetcher, engine, feed, answer, seconds, now)


async def _ask(fetcher: Fetcher, url: str, accept: str) -> tuple[Page | Drop, float]:
    """The answer, and the seconds it took."""
    clock = asyncio.get_running_loop().time
    begun = clock()
    answer = await fetcher.get(url, accept=accept, given=True)
    if isinstance(answer, NotModified):
        answer = Drop(reason="protocol", detail="304 to a question without validators")
    return answer, clock() - begun


async def _look(fetcher: Fetcher, engine: Engine, feed: Feed, answer: Page, seconds: float, now: datetime) -> Probe:
    result = await engine.run(read_feed, answer, feed, now, timeout=PARSE_LIMIT)
    found = Probe(feed=feed, result=result, seconds=seconds, status=answer.status, moved_to=answer.moved_to)
    pages = [e.url for e in result.entries if e.url] if isinstance(result, ParsedFeed) else []
    said = await fetcher.allowance(pages[0] if pages else answer.url)
    if isinstance(said, Drop):
        return found
    return replace(found, robots="allows" if said.allowed else "forbids", crawl_delay=said.delay)


async def discover(fetcher: Fetcher, engine: Engine, url: str, now: datetime) -> AsyncIterator[Probe]:
    """The feeds and sitemaps of a site, each asked once: those that its page names, that robots.txt names, and that an index of
    sitemaps holds; where all these name none, those at the usual places. The first Probe is a failure if `url` itself cannot be read.
    """
    answer, seconds = await _ask(fetcher, url, PAGE_TYPES)
    if isinstance(answer, Drop):
        yield Probe(feed=_feed(url), result=answer, seconds=seconds)
        return
    named = await _named(engine, answer)
    if named == (answer.url,):
        yield await _look(fetcher, engine, _feed(answer.url), answer, seconds, now)
        return
    robots, _ = await _ask(fetcher, urljoin(answer.url, "/robots.txt"), ROBOTS_TYPES)
    if isinstance(robots, Page) and robots.url != answer.url:
        named += await _named(engine, robots)
    good = 0
    async for found in _probes(fetcher, engine, named, now):
        good += isinstance(found.result, ParsedFeed)
        yield found
    if not good:
        places = tuple(urljoin(answer.url, place) for place in sources.PLACES)
        async for found in _probes(fetcher, engine, tuple(p for p in places if p not in named), now):
            if isinstance(found.result, ParsedFeed):
                yield found
                return


async def _named(engine: Engine, page: Page) -> tuple[str, ...]:
    found = await engine.run(sources.discover, page, timeout=PARSE_LIMIT)
    return () if isinstance(found, Drop) else found


async def _probes(fetcher: Fetcher, engine: Engine, named: tuple[str, ...], now: datetime) -> AsyncIterator[Probe]:
    """One after the other: nearly all are on one host. An index gives way to the sitemaps that it holds."""
    waiting = list(dict.fromkeys(named))[:MOST_PROBED]
    seen = set(waiting)
    for address in waiting:
        found = await probe(fetcher, engine, _feed(address), now)
        if isinstance(found.result, Drop) and "index of sitemaps" in found.result.detail:
            answer, _ = await _ask(fetcher, address, FEED_TYPES)
            children = await _named(engine, answer) if isinstance(answer, Page) else ()
            for child in children[: MOST_PROBED - len(seen)]:
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        else:
            yield found


def _feed(url: str) -> Feed:
    return Feed(id="found", url=url, outlet="found", kind="sitemap")
