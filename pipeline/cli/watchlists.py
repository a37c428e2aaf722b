"""Watchlists and why they fire: watchlist check, watchlist backtest, explain."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import backtest, filters, lint, watchlist
from pipeline import config as configuration
from pipeline.backtest import VERDICTS, Comparison, Row
from pipeline.errors import ConfigError, Problem, UsageError
from pipeline.tag import Tagger
from pipeline.text.context import one_line

from .common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    SinceOption,
    UntilOption,
    app,
    application,
    out,
    out_json,
    say,
    span,
)

watchlist_app = typer.Typer(help="The watchlists.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(watchlist_app, name="watchlist")


@watchlist_app.command("check")
def watchlist_check(
    files: Annotated[list[Path] | None, typer.Argument(metavar="[FILE…]")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Every mistake of every watchlist file with file:line:column (exit 2), and warnings."""
    mistakes: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    try:
        loaded = watchlist.load_all(files or [config / "watchlists"])
        warnings = lint.warnings(loaded)
    except ConfigError as error:
        if not as_json:
            raise
        mistakes = error.problems
    if as_json:
        rows = [("mistake", p) for p in mistakes] + [("warning", p) for p in warnings]
        keys = ("file", "line", "column", "what", "todo")
        out_json([{"kind": kind, **{k: getattr(p, k) for k in keys}} for kind, p in rows])
        if mistakes:
            raise typer.Exit(ConfigError.exit_code)
        return
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
        current = next((w for w in made.config.watchlists if w.id == new.id), None)
        old = current if against == "current" else watchlist.load(Path(against))
        archive = made.store.articles(*span(since, until, made.config.timezone))
        found = backtest.compare(old, new, archive)
    if as_json:
        rows = {v: [_row_json(row) for row in found.of(v)] for v in VERDICTS}
        out_json(
            {"watchlist": new.id, "read": found.read, **rows, "terms": found.by_term(), "outlets": found.by_outlet()}
        )
    else:
        _show_comparison(new.id, found)
    if fail_on_loss and found.of("lost"):
        raise typer.Exit(1)


def _context(row: Row) -> str:
    match = row.matches[0]
    return one_line(row.article.title if match.field == "title" else row.article.body, match.start, match.end)


def _row_json(row: Row) -> dict[str, Any]:
    a = row.article
    head = {"id": a.id, "outlet": a.outlet, "title": a.title, "url": a.url}
    return {**head, "term": row.matches[0].rule or row.matches[0].term, "context": _context(row)}


def _show_comparison(name: str, found: Comparison) -> None:
    counts = ", ".join(f"{len(found.of(v))} {v}" for v in VERDICTS)
    out(f"{name}: {counts}, of {found.read} articles")
    for what, table in (("term", found.by_term()), ("outlet", found.by_outlet())):
        for key, row in table.items():
            if row["gained"] or row["lost"]:
                out(f"{what:7} {key}: {row['kept']} kept, +{row['gained']} −{row['lost']}")
    for verdict in ("gained", "lost"):
        for r in found.of(verdict):
            out(
                f"{verdict:7} {r.article.outlet}: {r.article.title}\n        {r.matches[0].reading.text}\n        {_context(r)}"
            )


# ---------------------------------------------------------------- why
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
            out("        " + one_line(title if m["field"] == "title" else body, m["start"], m["end"]))
