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
from pipeline.fetch import Fetcher
from pipeline.model import Drop, Feed, Page
from pipeline.parse import ParsedFeed

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
    clock = asyncio.get_running_loop().time
    begun = clock()
    answer = await fetcher.get(feed.url, accept=FEED_TYPES, given=True)
    seconds = clock() - begun
    if not isinstance(answer, Page):
        drop = answer if isinstance(answer, Drop) else Drop(reason="protocol", detail="304 to a first question")
        return Probe(feed=feed, result=drop, seconds=seconds)
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
    answer = await fetcher.get(url, accept=PAGE_TYPES, given=True)
    if not isinstance(answer, Page):
        drop = answer if isinstance(answer, Drop) else Drop(reason="protocol", detail="304 to a first question")
        yield Probe(feed=_feed(url), result=drop, seconds=0.0)
        return
    named = await _named(engine, answer)
    if named != (answer.url,):
        robots = await fetcher.get(urljoin(answer.url, "/robots.txt"), given=True)
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
            answer = await fetcher.get(address, given=True)
            children = await _named(engine, answer) if isinstance(answer, Page) else ()
            for child in children[: MOST_PROBED - len(seen)]:
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
        else:
            yield found


def _feed(url: str) -> Feed:
    return Feed(id="found", url=url, outlet="found", kind="sitemap")
