"""The feed list: list, check, import, export, discover."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import config as configuration
from pipeline import filters, publish, sources
from pipeline.collect import read_feed
from pipeline.config import Config
from pipeline.errors import MarsadError, UsageError
from pipeline.fetch import Fetcher, NotModified
from pipeline.model import Drop, Feed, Page
from pipeline.parse import ParsedFeed

from .common import CONFIG, ConfigOption, JsonOption, app, now_utc, out, out_json, say

feeds_app = typer.Typer(help="The feed list.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(feeds_app, name="feeds")


@feeds_app.command("list")
def feeds_list(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """The configured feeds."""
    for feed in configuration.load(config).feeds:
        if as_json:
            keys = ("id", "url", "outlet", "language", "country", "enabled", "kind")
            out_json({k: getattr(feed, k) for k in keys})
        else:
            out(f"{feed.id}\t{feed.outlet}\t{feed.url}" + ("" if feed.enabled else "\t(off)"))


Answer = Page | NotModified | Drop


async def _ask(settings: Config, feeds: list[Feed]) -> list[tuple[Feed, Answer, float]]:
    """Every feed once, side by side → its answer and the seconds it took, the host's pause included."""
    clock = asyncio.get_running_loop().time
    async with Fetcher(settings.fetch) as fetcher:

        async def one(feed: Feed) -> tuple[Feed, Answer, float]:
            begun = clock()
            return feed, await fetcher.get(feed.url, given=True), clock() - begun

        return await asyncio.gather(*(one(f) for f in feeds))


def _row(feed: Feed, answer: Answer, seconds: float) -> dict[str, Any]:
    parsed = read_feed(answer, feed, now_utc()) if isinstance(answer, Page) else answer
    row: dict[str, Any] = {"id": feed.id, "url": feed.url, "seconds": round(seconds, 2)}
    if isinstance(parsed, ParsedFeed):
        newest = max((e.published.at for e in parsed.entries if e.published), default=None)
        found = {"format": parsed.format, "encoding": parsed.encoding, "entries": len(parsed.entries)}
        return row | {"state": "ok", **found, "newest": filters.iso(newest)}
    if isinstance(parsed, Drop):
        return row | {"state": "failing", "reason": parsed.reason, "detail": parsed.detail}
    return row | {"state": "ok"}


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
    rows = [_row(*asked) for asked in asyncio.run(_ask(settings, wanted))]
    for row in rows:
        if as_json:
            out_json(row)
        elif row["state"] == "ok":
            newest = row.get("newest") or "no dates"
            out(f"{row['id']}: {row['format']}, {row['entries']} entries, newest {newest} ({row['seconds']:.1f} s)")
        else:
            out(f"{row['id']}: {row['reason']}: {row['detail']} ({row['seconds']:.1f} s)")
    if any(row["state"] == "failing" for row in rows):
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
    found = sources.read_opml(data, have=settings.feeds)
    if found.feeds:
        path = config / "feeds.yaml"
        publish.write_whole(path, sources.append(path.read_text(encoding="utf-8"), found.feeds))
        for feed in found.feeds:
            out(f"{feed.id}\t{feed.outlet}\t{feed.url}")
    for address, why in found.refused:
        say(f"refused   {address}: {why}")
    say(f"added     {len(found.feeds)} feeds, {len(found.refused)} refused")


@feeds_app.command("discover")
def feeds_discover(url: Annotated[str, typer.Argument(metavar="URL")], config: ConfigOption = CONFIG) -> None:
    """The feeds and news sitemaps that a site's page names."""
    settings = configuration.load(config)

    async def ask() -> Answer:
        async with Fetcher(settings.fetch) as fetcher:
            return await fetcher.get(url, given=True)

    answer = asyncio.run(ask())
    if isinstance(answer, Drop):
        raise MarsadError(url, f"{answer.reason} {answer.detail}".strip(), "try the site's front page")
    found = sources.discover(answer) if isinstance(answer, Page) else ()
    for address in found:
        out(address)
    if not found:
        say("the page names no feed")
