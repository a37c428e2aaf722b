"""Each stage as a filter: extract, tag, dedupe."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import filters, watchlist

from .common import ReaderGone, app, now_utc, out_json


def _filter(answers: Iterable[tuple[dict[str, Any], bool]]) -> None:
    """Write every answer as it comes; exit 1 at the end when a line was not fit."""
    fit = True
    for answer, good in answers:
        fit &= good
        out_json(answer)
        try:
            sys.stdout.flush()
        except BrokenPipeError:
            raise ReaderGone from None
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
