"""The commands, each a few lines: read the words, call one function, show what it gives back."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

import pipeline
from pipeline import config as configuration
from pipeline import filters, publish, query, sources, watchlist
from pipeline.application import Application, Done
from pipeline.collect import Books, read_feed
from pipeline.errors import ConfigError, MarsadError, Problem, UsageError
from pipeline.fetch import Fetcher, NotModified
from pipeline.model import Drop, Feed, Filed, Page
from pipeline.parse import ParsedFeed
from pipeline.tag import Tagger
from pipeline.watchlist import Rule, Watchlist

err = Console(stderr=True, highlight=False, soft_wrap=True)

app = typer.Typer(
    name="marsad",
    help="مرصد: watches the news for a team, in Arabic first.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
feeds_app = typer.Typer(help="The feed list.", no_args_is_help=True, rich_markup_mode=None)
watchlist_app = typer.Typer(help="The watchlists.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(feeds_app, name="feeds")
app.add_typer(watchlist_app, name="watchlist")

ConfigOption = Annotated[
    Path, typer.Option("--config", envvar="MARSAD_CONFIG", help="The folder of the configuration.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document (or JSON Lines) and nothing else.")]
CONFIG = Path("config")


# ---------------------------------------------------------------- small helpers
def say(text: str = "") -> None:
    """A line about the work, to standard error."""
    err.print(text, markup=False)


def out(text: str) -> None:
    """A result, to standard output."""
    sys.stdout.write(text + "\n")


def out_json(value: Any) -> None:
    out(json.dumps(value, ensure_ascii=False, default=str))


def now_utc() -> datetime:
    return datetime.now(UTC)


def moment(text: str, option: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None  # type: ignore[assignment]
    if found is None or found.tzinfo is None:
        raise UsageError(option, f"{text!r} is not a time with an offset", "write it as 2026-11-24T07:00:00+03:00")
    return found.astimezone(UTC)


def day_or_moment(text: str | None, option: str, zone: str) -> datetime | None:
    """`2026-11-24` begins at local midnight; a full time stands as it is."""
    if text is None:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        except ValueError:
            raise UsageError(option, f"{text!r} is not a day of the calendar", "write it as 2026-11-24") from None
    return moment(text, option)


@contextlib.contextmanager
def application(folder: Path, *, create: bool = False) -> Iterator[Application]:
    made = Application(configuration.load(folder), create=create)
    try:
        yield made
    finally:
        made.close()


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[Books], None]]:
    """A bar for people at a terminal; nothing at all elsewhere."""
    if not err.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        feeds = bar.add_task("feeds", total=None)
        pages = bar.add_task("pages", total=None)

        def show(books: Books) -> None:
            f, p = books.feeds, books.pages
            bar.update(feeds, completed=f["ok"] + f["unchanged"] + f["failed"], total=f["due"])
            bar.update(pages, completed=p["taken"], total=max(books.entries["new"], p["taken"]))

        yield show


def by_reason(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {n}" for reason, n in sorted(counts.items(), key=lambda x: (-x[1], x[0])))


def summary(done: Done) -> None:
    """The run in four lines that add up."""
    b = done.books
    f, e, p, a = b.feeds, b.entries, b.pages, b.articles
    failed = f" ({by_reason(b.failed)})" if b.failed else ""
    say(f"feeds     {f['due']} polled = {f['ok']} read + {f['unchanged']} unchanged + {f['failed']} failed{failed}")
    cut = f"; {e['cut']} cut from over-long feeds" if e["cut"] else ""
    say(f"entries   {e['seen']} seen = {e['new']} new + {e['known']} known{cut}")
    why = f" ({by_reason(b.dropped)})" if b.dropped else ""
    later = f" ({by_reason(b.retry)})" if b.retry else ""
    say(
        f"pages     {p['taken']} taken = {p['filed']} articles + {p['same']} already there"
        f" + {p['retry']} to try again{later} + {p['dropped']} dropped{why}"
    )
    say(f"articles  {a['new']} new, {a['copies']} of them copies, {a['tagged']} tagged")
    if done.retagged:
        say(f"tags      {done.retagged} articles judged again: the watchlists have changed")
    for path in done.written:
        say(f"written   {path}")


# ---------------------------------------------------------------- the main job
def _version(wanted: bool) -> None:
    if wanted:
        out(f"marsad {pipeline.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    pass


@app.command()
def run(
    config: ConfigOption = CONFIG,
    all_feeds: Annotated[bool, typer.Option("--all", help="Poll feeds that are not due too.")] = False,
    at: Annotated[str | None, typer.Option("--at", help="Act as if it were this time (ISO 8601 with offset).")] = None,
    no_publish: Annotated[bool, typer.Option("--no-publish", help="Stop before the digests.")] = False,
) -> None:
    """One cycle: poll, extract, tag, recognise copies, store, publish what is due. Made for cron."""
    now = moment(at, "--at") if at else now_utc()
    with application(config, create=True) as made:
        with progress_bar() as show:
            done = made.cycle(now, all_feeds=all_feeds, publishing=not no_publish, progress=show)
        summary(done)
        f = done.books.feeds
        if f["due"] and f["failed"] == f["due"]:
            say("every feed failed: is there a network? `marsad demo` shows the whole work without one")
        elif not done.written and not no_publish:
            for digest in made.config.digests:
                say(
                    f"next      {digest.id}: {made.next_edition(digest, now).astimezone(ZoneInfo(digest.timezone)).isoformat()}"
                )


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--outputs", help="Where the demo's project and editions go.")] = Path(
        "outputs/demo"
    ),
) -> None:
    """The main job with no network: a bundled newsroom on loopback, the whole cycle, a digest whose path is printed last."""
    from pipeline.demo import play  # noqa: PLC0415  the newsroom is only needed here

    path = play(folder, say, summary)
    out(str(path))


@app.command()
def digest(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="Which digest; the first without it.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="The edition of this day (2026-11-24).")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Write the files again, to the same bytes.")] = False,
    config: ConfigOption = CONFIG,
) -> None:
    """Write (again) the edition of a day; without a day, the newest that is due."""
    with application(config) as made:
        wanted = made.digest(name)
        if wanted is None:
            ids = ", ".join(d.id for d in made.config.digests)
            raise UsageError("digest", f"there is no digest {name!r}", f"the digests are: {ids}")
        now = now_utc()
        if day is None:
            newest = made.next_edition(wanted, now).astimezone(ZoneInfo(wanted.timezone)).date() - timedelta(days=1)
            written = made.store.edition_dates(wanted.id)
            chosen = date.fromisoformat(written[-1]) if written and rebuild else newest
        else:
            try:
                chosen = date.fromisoformat(day)
            except ValueError:
                raise UsageError("--date", f"{day!r} is not a day", "write it as 2026-11-24") from None
        with made.locked(now):
            if (
                made.store.edition(wanted.id, chosen.isoformat()) is None
                and publish.edition.window(wanted, chosen)[1] > now
            ):
                raise UsageError("--date", f"the edition of {chosen} is not due yet", "choose an earlier day")
            for path in publish.rebuild(made.publisher, wanted, chosen, now):
                out(str(path))


@app.command()
def status(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Feeds by health, last runs, next digests, size of the archive; exit 1 if something needs a person."""
    with application(config, create=False) as made:
        found = made.status(now_utc())
    if as_json:
        out_json(found)
    else:
        _show_status(found)
    if found["attention"]:
        raise typer.Exit(1)


def _show_status(found: dict[str, Any]) -> None:
    states: dict[str, list[dict[str, Any]]] = {}
    for row in found["feeds"]:
        states.setdefault(row["state"], []).append(row)
    out("feeds     " + ", ".join(f"{len(rows)} {name}" for name, rows in sorted(states.items())))
    for row in states.get("failing", []) + states.get("resting", []) + states.get("quiet", []):
        why = f"{row['reason'] or ''} {row['detail']}".strip()
        out(f"  {row['id']}: {row['state']} {why} since {row['since'] or row['last_ok']}".rstrip())
    out(f"queue     {found['queue']['pending']} pending, {found['queue']['retrying']} of them to be tried again")
    for row in found["runs"][:3]:
        counts = row["counts"].get("articles", {})
        out(
            f"run       {row['started']} {row['kind']}: {counts.get('new', 0)} new articles"
            + ("" if row["finished"] else ", not finished")
        )
    for row in found["digests"]:
        out(f"digest    {row['id']}: last {row['last'] or 'none'}, next {row['next']}")
    a = found["archive"]
    out(
        f"archive   {a['articles']} articles since {a['oldest'] or '–'}, {a['bytes'] / 1e6:.1f} MB; {a['disk_free'] / 1e9:.1f} GB free"
    )
    for line in found["attention"]:
        out(f"!         {line}")


# ---------------------------------------------------------------- the archive
def article_json(filed: Filed, feeds: list[str]) -> dict[str, Any]:
    a = filed.article
    placed = filters.placement_json(filed.placement)
    return {
        "id": a.id,
        "url": a.url,
        "feed": a.feed,
        **({"feeds": [a.feed, *feeds]} if feeds else {}),
        "outlet": a.outlet,
        "title": a.title,
        "body": a.body,
        "author": a.author,
        "language": a.language,
        "published": filters.iso(a.published.at) if a.published else None,
        "published_precision": a.published.precision if a.published else None,
        "published_source": a.published.source if a.published else None,
        "first_seen": filters.iso(a.first_seen),
        "extractor": a.extractor,
        "note": a.note,
        **{k: placed[k] for k in ("story", "relation", "original", "similarity", "origin")},
        "watchlists": [t.watchlist for t in filed.tags],
    }


SinceOption = Annotated[str | None, typer.Option("--since", help="From this day or time on.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="Up to this day or time.")]


@app.command()
def export(config: ConfigOption = CONFIG, since: SinceOption = None, until: UntilOption = None) -> None:
    """Articles as JSON Lines, oldest first."""
    with application(config) as made:
        zone = made.config.timezone
        others = made.store.other_feeds()
        span = (day_or_moment(since, "--since", zone), day_or_moment(until, "--until", zone))
        for filed in made.store.articles(*span):
            out_json(article_json(filed, others.get(filed.article.id, [])))


@app.command()
def search(
    words: Annotated[str, typer.Argument(metavar="QUERY", help="In the watchlists' query language.")],
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
    most: Annotated[int, typer.Option("--most", help="Stop after so many.")] = 50,
) -> None:
    """The archive, newest first, in the watchlist query language."""
    tagger = Tagger([_query_watchlist(words)])
    with application(config) as made:
        found = 0
        for filed in made.store.articles(newest_first=True):
            a = filed.article
            tags = tagger.tags(title=a.title, body=a.body, feed=a.feed, outlet=a.outlet, language=a.language)
            if not tags:
                continue
            found += 1
            matches = filters.tag_json(tags[0])["matches"]
            if as_json:
                head = {"id": a.id, "url": a.url, "outlet": a.outlet, "title": a.title}
                out_json({**head, "first_seen": filters.iso(a.first_seen), "matches": matches})
            else:
                out(f"{a.first_seen:%Y-%m-%d %H:%M}  {a.outlet}  {a.title}\n    {a.url}")
                for m in matches[:2]:
                    out("    " + _context(a.title if m["field"] == "title" else a.body, m["start"], m["end"]))
            if found >= most:
                break
        if not found and as_json:
            out_json([])
        if not found and not as_json:
            say("nothing found")


def _query_watchlist(words: str) -> Watchlist:
    try:
        tree = query.parse(words)
    except query.QueryError as error:
        raise UsageError(f"query:{error.column}", error.what, "see the user guide on rules") from None
    rule = Rule(name="query", query=tree, text=words)
    return Watchlist(
        id="query",
        title=words,
        terms=(),
        rules=(rule,),
        exclude=(),
        threshold=1,
        outlets=(),
        languages=(),
        path="query",
    )


def _context(text: str, start: int, end: int, width: int = 50) -> str:
    """The hit between «» with some words around it, on one line."""
    left, right = text[max(0, start - width) : start], text[end : end + width]
    if start > width:
        left = "…" + left.partition(" ")[2]
    if end + width < len(text):
        right = right.rpartition(" ")[0] + "…"
    return f"{left}«{text[start:end]}»{right}".replace("\n", " ¶ ")


@app.command()
def explain(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Id, URL, or - for text on standard input.")],
    only: Annotated[str | None, typer.Option("--watchlist", help="Only this watchlist.")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Why each watchlist did or did not tag an article: term, place, reading."""
    settings = configuration.load(config)
    lists = [w for w in settings.watchlists if only in (None, w.id)]
    if not lists:
        raise UsageError(
            "--watchlist",
            f"there is no watchlist {only!r}",
            f"they are: {', '.join(w.id for w in settings.watchlists)}",
        )
    filed = None
    if article == "-":
        title, body = "", sys.stdin.read()
        where: dict[str, Any] = {}
    else:
        with application(config) as made:
            filed = made.store.find(article)
        if filed is None:
            raise UsageError(
                article, "there is no such article in the archive", "give an id or URL from marsad export or search"
            )
        a = filed.article
        title, body = a.title, a.body
        where = {"feed": a.feed, "outlet": a.outlet, "language": a.language}
    tags = {t.watchlist: filters.tag_json(t) for t in Tagger(lists).tags(title=title, body=body, **where)}
    answer = {
        "article": filed.article.id if filed else None,
        "title": title,
        **({"story": filters.placement_json(filed.placement)} if filed else {}),
        "watchlists": [
            {"id": w.id, "fired": w.id in tags, "threshold": w.threshold, **tags.get(w.id, {"score": 0, "matches": []})}
            for w in lists
        ],
    }
    if as_json:
        out_json(answer)
        return
    if filed:
        placed = filed.placement
        out(f"{title}\n{filed.article.url}")
        out(f"{placed.relation} in story {placed.story}" + (f": {placed.reason}" if placed.reason else ""))
        out(f"origin: {placed.origin.outlet} ({placed.origin.basis}) {placed.origin.evidence}".rstrip())
    for row in answer["watchlists"]:
        out(f"{row['id']}: " + (f"tagged, {row['score']:g} of {row['threshold']:g}" if row["fired"] else "not tagged"))
        for m in row["matches"]:
            out(f"    {m['field']}:{m['start']}  {m['reading']}")
            out("        " + _context(title if m["field"] == "title" else body, m["start"], m["end"]))


@app.command()
def backup(target: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigOption = CONFIG) -> None:
    """A consistent copy of the archive, while others may work on it."""
    with application(config) as made:
        made.store.backup(target)
    say(f"written   {target}")


@app.command()
def prune(
    older_than: Annotated[str, typer.Option("--older-than", help="For example 400d.")], config: ConfigOption = CONFIG
) -> None:
    """Take articles out that were first seen longer ago; editions stay."""
    try:
        span = configuration.duration(older_than)
    except ValueError as error:
        raise UsageError("--older-than", str(error), "write it as 400d") from None
    with application(config) as made, made.locked(now_utc()):
        n = made.store.prune(now_utc() - span)
    say(f"pruned    {n} articles")


@app.command()
def check(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Config, archive and outputs verified; every problem with what to do."""
    problems: list[str] = []
    with application(config) as made:
        problems += [f"{made.store.url.database}: {line}; restore a backup" for line in made.store.integrity()]
        for wanted in made.config.digests:
            for day in made.store.edition_dates(wanted.id):
                for form in wanted.formats:
                    path = made.config.outputs / wanted.id / f"{day}.{form}"
                    if not path.exists():
                        problems.append(
                            f"{path}: is missing; marsad digest {wanted.id} --date {day} --rebuild writes it"
                        )
        warnings = [str(p) for p in watchlist.check(made.config.watchlists)]
        counts = {
            "feeds": len(made.config.feeds),
            "watchlists": len(made.config.watchlists),
            "articles": made.store.summary()[0],
        }
    if as_json:
        out_json({"problems": problems, "warnings": warnings, **counts})
    else:
        for line in [*problems, *(f"warning: {w}" for w in warnings)]:
            out(line)
        out(
            ", ".join(f"{n} {k}" for k, n in counts.items())
            + (": all is well" if not problems else f": {len(problems)} problems")
        )
    if problems:
        raise typer.Exit(1)


# ---------------------------------------------------------------- feeds
@feeds_app.command("list")
def feeds_list(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """The configured feeds."""
    for feed in configuration.load(config).feeds:
        if as_json:
            out_json(
                {
                    "id": feed.id,
                    "url": feed.url,
                    "outlet": feed.outlet,
                    "language": feed.language,
                    "enabled": feed.enabled,
                }
            )
        else:
            out(f"{feed.id}\t{feed.outlet}\t{feed.url}" + ("" if feed.enabled else "\t(off)"))


@feeds_app.command("check")
def feeds_check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID…]", help="Only these.")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Poll without storing: does each feed answer, and with what?"""
    settings = configuration.load(config)
    unknown = sorted(set(ids or ()) - {f.id for f in settings.feeds})
    if unknown:
        raise UsageError("feeds check", f"there is no feed {unknown[0]!r}", "see marsad feeds list")
    wanted = [f for f in settings.feeds if (f.id in ids if ids else f.enabled)]

    async def ask() -> list[tuple[Feed, Page | NotModified | Drop, float]]:
        async with Fetcher(settings.fetch) as fetcher:

            async def one(feed: Feed) -> tuple[Feed, Page | NotModified | Drop, float]:
                clock = asyncio.get_running_loop().time
                begun = clock()
                return feed, await fetcher.get(feed.url), clock() - begun

            return await asyncio.gather(*(one(f) for f in wanted))

    unwell = 0
    for feed, answer, seconds in asyncio.run(ask()):
        parsed = read_feed(answer, feed, now_utc()) if isinstance(answer, Page) else answer
        row: dict[str, Any] = {"id": feed.id, "url": feed.url, "seconds": round(seconds, 2)}
        if isinstance(parsed, ParsedFeed):
            newest = max((e.published.at for e in parsed.entries if e.published), default=None)
            row |= {
                "state": "ok",
                "format": parsed.format,
                "entries": len(parsed.entries),
                "newest": filters.iso(newest),
            }
        elif isinstance(parsed, Drop):
            row |= {"state": "failing", "reason": parsed.reason, "detail": parsed.detail}
            unwell += 1
        if as_json:
            out_json(row)
        else:
            what = (
                f"{row.get('format')} {row.get('entries')} entries, newest {row.get('newest')}"
                if row.get("format")
                else f"{row.get('reason')}: {row.get('detail')}"
            )
            out(f"{feed.id}: {what} ({seconds:.1f} s)")
    if unwell:
        raise typer.Exit(1)


@feeds_app.command("export")
def feeds_export(config: ConfigOption = CONFIG) -> None:
    """The feed list as OPML."""
    sys.stdout.write(sources.to_opml(configuration.load(config).feeds))


@feeds_app.command("import")
def feeds_import(
    opml: Annotated[Path, typer.Argument(metavar="OPML", help="A file; - reads standard input.")],
    config: ConfigOption = CONFIG,
) -> None:
    """Feeds of an OPML file that are not in feeds.yaml yet, written at its end."""
    settings = configuration.load(config)
    try:
        data = sys.stdin.buffer.read() if str(opml) == "-" else opml.read_bytes()
    except OSError as error:
        raise UsageError(str(opml), f"cannot be read: {error.strerror}", "name a file") from None
    have_urls, have_ids = {f.url for f in settings.feeds}, {f.id for f in settings.feeds}
    added = []
    for feed in sources.from_opml(data):
        if feed.url in have_urls:
            continue
        name, n = feed.id, 2
        while name in have_ids:
            name, n = f"{feed.id}-{n}", n + 1
        have_urls.add(feed.url)
        have_ids.add(name)
        added.append({"id": name, "url": feed.url, "outlet": feed.outlet})
    path = config / "feeds.yaml"
    lines = "".join(
        f"  - id: {f['id']}\n    url: {json.dumps(f['url'])}\n    outlet: {json.dumps(f['outlet'], ensure_ascii=False)}\n"
        for f in added
    )
    if added:
        before = path.read_text(encoding="utf-8")
        publish.write_whole(path, before.rstrip("\n") + "\n" + lines)
        try:
            configuration.load(config)
        except ConfigError:
            publish.write_whole(path, before)
            raise UsageError(
                str(path), "is not a block list that can be added to", "put these lines in yourself:\n" + lines
            ) from None
    say(f"added     {len(added)} feeds to {path}")


@feeds_app.command("discover")
def feeds_discover(url: Annotated[str, typer.Argument(metavar="URL")], config: ConfigOption = CONFIG) -> None:
    """The feeds that a site's page names."""
    settings = configuration.load(config)

    async def ask() -> Page | NotModified | Drop:
        async with Fetcher(settings.fetch) as fetcher:
            return await fetcher.get(url)

    answer = asyncio.run(ask())
    if isinstance(answer, Drop):
        raise MarsadError(url, f"{answer.reason} {answer.detail}".strip(), "try the site's front page")
    found = sources.discover(answer) if isinstance(answer, Page) else ()
    for address in found:
        out(address)
    if not found:
        say("the page names no feed")


# ---------------------------------------------------------------- watchlists
@watchlist_app.command("check")
def watchlist_check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…]")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Every mistake of every watchlist file with file:line:column, and warnings."""
    mistakes: list[Problem] = []
    warnings: list[Problem] = []
    try:
        loaded = watchlist.load_all(files or [config / "watchlists"])
        warnings = list(watchlist.check(loaded))
    except ConfigError as error:
        mistakes = list(error.problems)
    if as_json:
        rows = [(p, "mistake") for p in mistakes] + [(p, "warning") for p in warnings]
        out_json(
            [
                {"kind": k, "file": p.file, "line": p.line, "column": p.column, "what": p.what, "todo": p.todo}
                for p, k in rows
            ]
        )
        if mistakes:
            raise typer.Exit(1)
        return
    if mistakes:
        raise ConfigError(mistakes)
    for problem in warnings:
        out(f"warning: {problem}")
    say(f"{len(loaded)} watchlists, no mistakes, {len(warnings)} warnings")


@watchlist_app.command("backtest")
def watchlist_backtest(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    against: Annotated[str, typer.Option("--against", help="A file, or current.")] = "current",
    since: SinceOption = None,
    until: UntilOption = None,
    fail_on_loss: Annotated[bool, typer.Option("--fail-on-loss", help="Exit 1 when an article would be lost.")] = False,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Two versions of a watchlist side by side over the archive: kept, gained, lost, with the matched text in context."""
    new = watchlist.load(file)
    with application(config) as made:
        if against == "current":
            old = next((w for w in made.config.watchlists if w.id == new.id), None)
        else:
            old = watchlist.load(Path(against))
        before, after = Tagger([old] if old else []), Tagger([new])
        rows: dict[str, list[dict[str, Any]]] = {"kept": [], "gained": [], "lost": []}
        zone = made.config.timezone
        span = (day_or_moment(since, "--since", zone), day_or_moment(until, "--until", zone))
        for filed in made.store.articles(*span):
            a = filed.article
            fields = {"title": a.title, "body": a.body, "feed": a.feed, "outlet": a.outlet, "language": a.language}
            was, now = before.tags(**fields), after.tags(**fields)  # type: ignore[arg-type]
            if not was and not now:
                continue
            kind = "kept" if was and now else "gained" if now else "lost"
            match = (now or was)[0].matches[0]
            text = a.title if match.field == "title" else a.body
            context = _context(text, match.start, match.end)
            rows[kind].append(
                {"id": a.id, "outlet": a.outlet, "title": a.title, "url": a.url, "term": match.term, "context": context}
            )
    if as_json:
        out_json({"watchlist": new.id, **rows})
    else:
        out(f"{new.id}: {len(rows['kept'])} kept, {len(rows['gained'])} gained, {len(rows['lost'])} lost")
        for kind in ("gained", "lost"):
            for row in rows[kind]:
                out(f"{kind}  {row['outlet']}: {row['title']}\n    {row['term']}: {row['context']}")
    if fail_on_loss and rows["lost"]:
        raise typer.Exit(1)


# ---------------------------------------------------------------- filters
def _filter(answers: Iterable[tuple[dict[str, Any], bool]]) -> None:
    fit = True
    for answer, good in answers:
        fit &= good
        out_json(answer)
        sys.stdout.flush()
    if not fit:
        raise typer.Exit(1)


@app.command("extract")
def extract_filter() -> None:
    """Pages on standard input (JSON Lines) → articles."""
    _filter(filters.lines(sys.stdin.buffer, filters.extract_line(now_utc())))


@app.command("tag")
def tag_filter(
    watchlists: Annotated[list[Path], typer.Option("--watchlists", help="Watchlist files or folders.")],
    more: Annotated[list[Path] | None, typer.Argument(metavar="[PATH…]", help="Further ones.")] = None,
) -> None:
    """Articles on standard input (JSON Lines) → the watchlists that tag them."""
    _filter(filters.lines(sys.stdin.buffer, filters.tag_line(watchlist.load_all([*watchlists, *(more or ())]))))


@app.command("dedupe")
def dedupe_filter() -> None:
    """Articles on standard input (JSON Lines), in order of arrival → story, relation, original, origin."""
    _filter(filters.lines(sys.stdin.buffer, filters.dedupe_line(now_utc())))
