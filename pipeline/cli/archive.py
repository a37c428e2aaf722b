"""What lies in the archive, and keeping it: export, search, explain, backup, prune, check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import filters, lint, query
from pipeline.errors import UsageError
from pipeline.model import Filed, Rule, Watchlist
from pipeline.tag import Tagger
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
    as_json: JsonOption = False,
    most: Annotated[int, typer.Option("--most", help="Stop after so many.", min=1)] = 50,
) -> None:
    """The archive, newest first, in the watchlist query language."""
    tagger = Tagger([_query_watchlist(words)])
    found: list[dict[str, Any]] = []
    with application(config) as made:
        for filed in made.store.articles(newest_first=True):
            a = filed.article
            tags = tagger.tags(title=a.title, body=a.body, feed=a.feed, outlet=a.outlet, language=a.language)
            if not tags:
                continue
            matches = filters.tag_json(tags[0])["matches"]
            head = {"id": a.id, "url": a.url, "outlet": a.outlet, "title": a.title}
            found.append({**head, "first_seen": filters.iso(a.first_seen), "matches": matches})
            if not as_json:
                out(f"{a.first_seen:%Y-%m-%d %H:%M}  {a.outlet}  {a.title}\n    {a.url}")
                for m in matches[:2]:
                    out("    " + one_line(a.title if m["field"] == "title" else a.body, m["start"], m["end"]))
            if len(found) >= most:
                break
    if as_json:
        out_json(found)
    elif not found:
        say("nothing found")


def _query_watchlist(words: str) -> Watchlist:
    try:
        tree = query.parse(words)
    except query.QueryError as error:
        raise UsageError(f"query:{error.column}", error.what, "see the user guide on rules") from None
    return Watchlist(id="query", title=words, rules=(Rule(name="query", query=tree, text=words),), path="query")


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
    before = now_utc() - age(older_than, "--older-than")
    with application(config) as made, made.locked():
        n = made.store.prune(before)
    say(f"pruned    {n} articles")


@app.command()
def check(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Config, archive and outputs verified; every problem with what to do."""
    with application(config) as made:
        problems = made.problems()
        warnings = [str(p) for p in lint.warnings(made.config.watchlists)]
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
