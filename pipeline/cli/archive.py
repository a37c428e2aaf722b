"""What lies in the archive, and keeping it: export, search, backup, restore, prune, check."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline import filters, query
from pipeline.errors import StoreError, UsageError
from pipeline.model import Filed, Node, Tag
from pipeline.text.context import one_line

from .common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    SinceOption,
    UntilOption,
    age,
    app,
    application,
    now_utc,
    out,
    out_json,
    say,
    span,
)

if TYPE_CHECKING:
    from pipeline.search import Found

SHOWN = 2
"""Hits of an article that search prints for people."""


def article_json(filed: Filed, feeds: list[str]) -> dict[str, Any]:
    """An article as `export` writes it; `feeds`: the further feeds that carry it."""
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
        "section": a.section,
        "image": a.image,
        "revised": filters.iso(a.revised),
        **{k: placed[k] for k in ("story", "relation", "original", "similarity", "origin")},
        "watchlists": [t.watchlist for t in filed.tags],
    }


@app.command()
def export(config: ConfigOption = CONFIG, since: SinceOption = None, until: UntilOption = None) -> None:
    """Articles as JSON Lines, oldest first."""
    with application(config) as made:
        others = made.store.other_feeds()
        for filed in made.store.articles(*span(since, until, made.config.timezone)):
            out_json(article_json(filed, others.get(filed.article.id, [])))


@app.command()
def search(
    words: Annotated[str, typer.Argument(metavar="QUERY", help="In the watchlists' query language.")],
    config: ConfigOption = CONFIG,
    since: SinceOption = None,
    until: UntilOption = None,
    as_json: JsonOption = False,
    most: Annotated[int, typer.Option("--most", help="Stop after so many.", min=1)] = 50,
) -> None:
    """The archive, newest first, in the watchlist query language: what a rule with this query would tag."""
    tree = _query(words)
    with application(config) as made:
        asked = made.search(tree, *span(since, until, made.config.timezone))
        found = []
        for one in islice(asked, most):
            found.append(_found_json(one))
            if not as_json:
                _show_found(one)
    if as_json:
        out_json(found)
    elif not found:
        say("nothing found")
    if asked.stopped is not None:
        say(
            f"the {asked.read} newest articles were read, for the query has no word to look up; "
            f"--until {asked.stopped.isoformat()} goes on from there"
        )


def _query(words: str) -> Node:
    try:
        return query.parse(words)
    except query.QueryError as error:
        raise UsageError(f"query:{error.column}", error.what, "see the user guide on rules") from None


def _found_json(found: Found) -> dict[str, Any]:
    a = found.article
    head = {"id": a.id, "url": a.url, "outlet": a.outlet, "title": a.title, "first_seen": filters.iso(a.first_seen)}
    tag = Tag(watchlist="query", score=1.0, matches=found.matches)
    return {**head, "matches": filters.tag_json(tag)["matches"]}


def _show_found(found: Found) -> None:
    a = found.article
    out(f"{a.first_seen:%Y-%m-%d %H:%M}  {a.outlet}  {a.title}\n    {a.url}")
    for match in found.matches[:SHOWN]:
        out("    " + one_line(a.title if match.field == "title" else a.body, match.start, match.end))


@app.command()
def backup(target: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigOption = CONFIG) -> None:
    """A consistent copy of the archive, while others may work on it."""
    with application(config) as made:
        made.store.backup(target)
    say(f"written   {target}")


@app.command()
def restore(source: Annotated[Path, typer.Argument(metavar="FILE")], config: ConfigOption = CONFIG) -> None:
    """A backup put back in the archive's place, while nothing else is at work; the archive of before stays beside it."""
    from pipeline import config as configuration  # noqa: PLC0415
    from pipeline.store import restore as put_back  # noqa: PLC0415

    path, before = put_back(configuration.load(config).store, source, now_utc())
    say(f"restored  {path}")
    if before is not None:
        say(f"before    {before}; remove it when all is well")


@app.command()
def prune(
    older_than: Annotated[str, typer.Option("--older-than", help="For example 400d.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many articles would go.")] = False,
    config: ConfigOption = CONFIG,
) -> None:
    """Take articles out that were first seen longer ago; editions stay. The file gets smaller where there is room to write it anew."""
    now = now_utc()
    before = now - age(older_than, "--older-than")
    with application(config) as made:
        open_since = made.open_since(now)
        if before > open_since:
            days = (now - open_since).days + 1
            raise UsageError("--older-than", "the next edition needs articles that old", f"say {days}d or more")
        if dry_run:
            say(f"would go  {made.store.old(before)} articles, first seen before {before:%Y-%m-%d %H:%M} UTC")
            return
        with made.locked():
            say(f"pruned    {made.store.prune(before)} articles")
            try:
                say(f"smaller   by {made.store.shrink() / 1e6:.1f} MB")
            except StoreError as error:
                say(error.lines()[0])
                raise typer.Exit(1) from None


@app.command()
def check(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Config, archive and outputs verified; every problem with what to do."""
    from pipeline import lint  # noqa: PLC0415

    with application(config) as made:
        problems = made.problems()
        try:
            doubts = lint.warnings(made.config.watchlists, made.counts(made.config.watchlists))
        except StoreError as error:  # nothing that was found before is lost by it
            doubts = ()
            problems += [line for line in error.lines() if not any(error.what in told for told in problems)]
        warnings = [str(p) for p in doubts]
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
        verdict = f"{len(problems)} problems" if problems else "all is well"
        out(", ".join(f"{n} {k}" for k, n in counts.items()) + f": {verdict}")
    if problems:
        raise typer.Exit(1)
