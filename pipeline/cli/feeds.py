"""The feed list: list, check, import, export, discover."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import config as configuration
from pipeline import filters, sources
from pipeline.config import Config
from pipeline.errors import MarsadError, UsageError
from pipeline.model import Drop, Feed
from pipeline.text import urls

from .common import CONFIG, ConfigOption, JsonOption, app, now_utc, out, out_json, say

if TYPE_CHECKING:  # only two of the commands go out into the web
    from pipeline.collect.probe import Probe
    from pipeline.engine import Pool
    from pipeline.fetch import Fetcher

feeds_app = typer.Typer(help="The feed list.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(feeds_app, name="feeds")


@feeds_app.command("list")
def feeds_list(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """The configured feeds."""
    for feed in configuration.load(config).feeds:
        if as_json:
            keys = ("id", "outlet", "language", "country", "enabled", "kind")
            out_json({"url": urls.bare(feed.url)} | {k: getattr(feed, k) for k in keys})
        else:
            out(f"{feed.id}\t{feed.outlet}\t{urls.bare(feed.url)}" + ("" if feed.enabled else "\t(off)"))


async def _with_engine(settings: Config, work: Callable[[Fetcher, Pool], Awaitable[None]]) -> None:
    """Do `work` with a door to the web and workers that may be killed: these answers are strangers' too."""
    from pipeline.engine import Pool  # noqa: PLC0415
    from pipeline.fetch import Fetcher  # noqa: PLC0415

    pool = Pool(
        settings.workers if isinstance(settings.workers, int) and settings.workers else 1,
        preload=["pipeline.collect.worker"],
    )
    try:
        async with Fetcher(settings.fetch) as fetcher:
            await work(fetcher, pool)
    finally:
        pool.close()


def _row(found: Probe) -> dict[str, Any]:
    """A probe for programs."""
    row: dict[str, Any] = {"id": found.feed.id, "url": urls.bare(found.feed.url), "seconds": round(found.seconds, 2)}
    row |= {
        "status": found.status,
        "robots": found.robots,
        "crawl_delay": found.crawl_delay,
        "moved_to": found.moved_to,
    }
    parsed = found.result
    if isinstance(parsed, Drop):
        return row | {"state": "failing", "reason": parsed.reason, "detail": parsed.detail}
    newest = max((e.published.at for e in parsed.entries if e.published), default=None)
    counts = {
        k: getattr(parsed, k) for k in ("format", "encoding", "repaired", "cut", "truncated", "empty", "shared_ids")
    }
    return row | {"state": "ok", "entries": len(parsed.entries), "newest": filters.iso(newest)} | counts


def _words(found: Probe) -> str:
    """A probe for people."""
    row = _row(found)
    after = f"({row['seconds']:.1f} s)"
    if row["state"] == "failing":
        return f"{row['reason']}: {row['detail']} {after}"
    words = [
        f"{row['format']} in {row['encoding']}",
        f"{row['entries']} entries",
        f"newest {row['newest'] or 'undated'}",
    ]
    words += [f"{row[key]} {said}" for key, said in _ODDITIES if row[key]]
    words += ["some bytes unreadable"] if row["repaired"] else []
    words += ["ends in the middle"] if row["truncated"] else []
    words += [f"moved to {row['moved_to']}"] if row["moved_to"] else []
    words += ["robots.txt forbids its pages"] if row["robots"] == "forbids" else []
    words += [f"robots.txt asks for {row['crawl_delay']:g} s between requests"] if row["crawl_delay"] else []
    return ", ".join(words) + f" {after}"


_ODDITIES = (("cut", "left out"), ("empty", "empty"), ("shared_ids", "share an id"))


@feeds_app.command("check")
def feeds_check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Only these.")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Poll without storing: does each feed answer, and with what? Exit 1 when one does not."""
    settings = configuration.load(config)
    unknown = sorted(set(ids or ()) - {f.id for f in settings.feeds})
    if unknown:
        raise UsageError("feeds check", f"there is no feed {unknown[0]!r}", "see marsad feeds list")
    wanted = [f for f in settings.feeds if (f.id in ids if ids else f.enabled)]
    failing: list[str] = []

    def show(found: Probe) -> None:
        if as_json:
            out_json(_row(found))
        else:
            out(f"{found.feed.id}: {_words(found)}")
        if isinstance(found.result, Drop):
            failing.append(found.feed.id)

    async def work(fetcher: Fetcher, pool: Pool) -> None:
        from pipeline.collect.probe import probe  # noqa: PLC0415

        places = asyncio.Semaphore(2 * settings.fetch.in_flight)  # so many documents in memory, however many feeds

        async def one(feed: Feed) -> Probe:
            async with places:
                return await probe(fetcher, pool, feed, now_utc())

        for task in [asyncio.create_task(one(feed)) for feed in wanted]:  # shown in the order of the list, as they come
            show(await task)

    asyncio.run(_with_engine(settings, work))
    if failing:
        raise typer.Exit(1)


@feeds_app.command("export")
def feeds_export(config: ConfigOption = CONFIG) -> None:
    """The feed list as OPML."""
    out(sources.to_opml(configuration.load(config).feeds).rstrip("\n"))


@feeds_app.command("import")
def feeds_import(
    opml: Annotated[Path, typer.Argument(metavar="OPML", help="A file; - reads standard input.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Feeds of an OPML file that are not in feeds.yaml yet, written at its end; its comments stay."""
    settings = configuration.load(config)
    try:
        data = sys.stdin.buffer.read() if str(opml) == "-" else opml.read_bytes()
    except OSError as error:
        raise UsageError(str(opml), f"cannot be read: {error.strerror}", "name a file") from None
    from pipeline import publish  # noqa: PLC0415

    found = sources.read_opml(data, have=settings.feeds)
    if found.feeds:
        path = (config / "feeds.yaml").resolve()  # where it is a link, what it leads to
        text = path.read_bytes().decode("utf-8")  # with the ends of its lines as they are
        publish.write_whole(path, sources.append(text, found.feeds))
        for feed in found.feeds:
            out(f"{feed.id}\t{feed.outlet}\t{feed.url}")
    for address, why in found.refused:
        say(f"refused   {address}: {why}")
    say(f"added     {len(found.feeds)} feeds, {len(found.refused)} refused")


@feeds_app.command("discover")
def feeds_discover(
    url: Annotated[str, typer.Argument(metavar="URL", help="A site's page, a feed, a robots.txt or a sitemap.")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """A site's feeds and news sitemaps: named by its page or robots.txt, or at the usual places. Each is asked once."""
    settings = configuration.load(config)
    found: list[Probe] = []

    def show(one: Probe) -> None:
        address = urls.bare(one.feed.url)
        if isinstance(one.result, Drop):
            say(f"{address}: {_words(one)}")
            return
        found.append(one)
        kind = "sitemap" if "sitemap" in one.result.format else "feed"
        if as_json:
            out_json({k: v for k, v in _row(one).items() if k not in ("id", "state")} | {"kind": kind})
        else:
            out(f"{address}\t{kind}\t{_words(one)}")

    async def work(fetcher: Fetcher, pool: Pool) -> None:
        from pipeline.collect.probe import discover  # noqa: PLC0415

        async for one in discover(fetcher, pool, url, now_utc()):
            drop = one.result
            if isinstance(drop, Drop) and one.status is None and one.feed.url == url:
                raise MarsadError(urls.bare(url), f"{drop.reason} {drop.detail}".strip(), "try the site's front page")
            show(one)

    asyncio.run(_with_engine(settings, work))
    if not found:
        say("no feed was found: look at the site for its feeds, or ask whether it has a sitemap of news")
        raise typer.Exit(1)
