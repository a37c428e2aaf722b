"""Each stage as a filter: extract, tag, dedupe."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline import config as configuration
from pipeline import filters, watchlist
from pipeline.errors import UsageError
from pipeline.extract import Rules

from .common import JsonOption, ReaderGone, app, now_utc, out, out_json


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
def extract_filter(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="A saved page, or JSON Lines; else standard input.")
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="What each candidate gave, and why one was chosen.")
    ] = False,
    as_json: JsonOption = False,
    config: Annotated[
        Path | None, typer.Option("--config", help="A folder whose outlets.yaml is obeyed.", show_default=False)
    ] = None,
    url: Annotated[str, typer.Option("--url", help="Where a saved page is from.")] = "https://page.invalid/saved/page",
    feed: Annotated[str, typer.Option("--feed", help="The feed whose rules a saved page is read by.")] = "",
) -> None:
    """Pages (JSON Lines) → articles; of a saved page with --explain, how its article was found."""
    rules = configuration.load(config).outlets if config is not None else ()
    if explain and file is None:
        raise UsageError("--explain", "no page is named", "marsad extract FILE --explain")
    source = sys.stdin.buffer if file is None else _lines_of(file, url, feed)
    if explain and not as_json:
        _explain(source, rules)
        return
    work = (filters.explain_line if explain else filters.extract_line)(now_utc(), rules)
    _filter(filters.lines(source, work))


def _lines_of(file: Path, url: str, feed: str) -> list[bytes]:
    """A file of JSON Lines as it is; a page as the one line that names it."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise UsageError(str(file), f"the file cannot be read: {error.strerror}", "name a page or JSON Lines") from None
    if data.lstrip()[:1] == b"{":
        return data.splitlines()
    line = {"id": file.name, "url": url, "path": str(file), "feed": feed}
    return [json.dumps(line).encode()]


def _explain(source: Iterable[bytes], rules: Sequence[Rules]) -> None:
    """For people."""
    fit = True
    for answer, good in filters.lines(source, filters.explain_line(now_utc(), rules)):
        fit &= good
        for line in _told(answer) if good else [f"line {answer['line']}: {answer['error']}"]:
            out(line)
    if not fit:
        raise typer.Exit(1)


def _told(answer: dict[str, Any]) -> Iterator[str]:
    why = answer["explained"]
    if "dropped" in answer:
        yield f"dropped     {answer['dropped']}: {answer['detail']}"
    for key in ("title", "url", "author", "language", "section", "image", "note"):
        if answer.get(key):
            yield f"{key:<11} {answer[key]}"
    if answer.get("published"):
        yield f"published   {answer['published']} ({answer['published_precision']}, from {answer['published_source']})"
    yield f"chosen      {answer.get('extractor', 'nothing')}: {why['why']} (it took {why['coverage']:.0%} of the page's paragraphs)"
    yield from (f"rule        {r['rule']}: {r['found']}" for r in why["rules"])
    yield from (f"candidate   {c['extractor']}, {c['characters']} characters: {c['begins']}" for c in why["candidates"])
    yield from (f"said title  {t['place']}: {t['text']}" for t in why["titles"])
    yield from (f"furniture   {reason}: {n}" for reason, n in why["furniture"].items())
    yield from (f"taken out   {r['reason']}: {r['text'][:100]}" for r in why["removed"])
    yield from (f"markup      {word}" for word in why["markup"])
    if "body" in answer:
        yield from ("", answer["body"])


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
