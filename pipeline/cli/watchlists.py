"""The watchlists: watchlist check, watchlist backtest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import backtest, lint, watchlist
from pipeline.backtest import VERDICTS, Comparison, Row
from pipeline.errors import ConfigError, Problem
from pipeline.model import Watchlist
from pipeline.text.context import one_line

from .common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    SinceOption,
    UntilOption,
    app,
    application,
    archive_there,
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
    """Every mistake of every watchlist file with file:line:column (exit 2), and warnings, the archive's among them."""
    mistakes: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    try:
        loaded = watchlist.load_all(files or [config / "watchlists"])
        warnings = lint.warnings(loaded, _counts(loaded, config))
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


def _counts(loaded: Sequence[Watchlist], config: Path) -> lint.Counts | None:
    """What the archive's newest articles say of the lists; none without a configuration or an archive."""
    if not archive_there(config):
        return None
    with application(config) as made:
        return made.counts(loaded)


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
        found = backtest.compare(old, new, archive, made.lookalikes)
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
