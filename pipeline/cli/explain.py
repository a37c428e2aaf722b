"""Why each watchlist did or did not tag a text: explain."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from pipeline import config as configuration
from pipeline import filters, yamlfile
from pipeline.application import Application
from pipeline.errors import UsageError
from pipeline.model import Filed, Tag, Watchlist
from pipeline.tag import Explained, Tagger
from pipeline.text import urls
from pipeline.text.context import one_line

from .common import CONFIG, ConfigOption, JsonOption, app, application, archive_there, out, out_json

Json = dict[str, Any]


@app.command()
def explain(
    article: Annotated[str, typer.Argument(metavar="ARTICLE", help="Id, URL, or - for text on standard input.")],
    only: Annotated[str | None, typer.Option("--watchlist", help="Only this watchlist.")] = None,
    config: ConfigOption = CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Why each watchlist did or did not tag an article: terms, places, readings, near misses, what silenced it."""
    if article == "-" and not archive_there(config):
        answer = _of_text(Tagger(lists := _lists(configuration.load(config).watchlists, only)), lists, sys.stdin.read())
    else:
        with application(config) as made:
            lists = _lists(made.config.watchlists, only)
            if article == "-":
                answer = _of_text(made.tagger(lists), lists, sys.stdin.read())
            else:
                answer = _of_article(made, lists, _found(made, article))
    if as_json:
        out_json(answer)
    else:
        _show(answer)


def _lists(watchlists: tuple[Watchlist, ...], only: str | None) -> list[Watchlist]:
    """The one that is asked for, or all."""
    lists = [w for w in watchlists if only in (None, w.id)]
    if only is not None and not lists:
        ids = [w.id for w in watchlists]
        near = yamlfile.nearest(only, ids)
        todo = f"did you mean {near}?" if near else f"they are: {', '.join(ids)}"
        raise UsageError("--watchlist", f"there is no watchlist {only!r}", todo)
    return lists


def _found(made: Application, article: str) -> Filed:
    """By id or by address, whatever tracking parameters it has."""
    address = urls.canonical(article) if "://" in article else article
    found = made.store.find(article) or made.store.find(address)
    if found is None:
        raise UsageError(
            article, "there is no such article in the archive", "give an id or URL from marsad export or search"
        )
    return found


# ---------------------------------------------------------------- the answer
def _of_text(tagger: Tagger, lists: list[Watchlist], text: str) -> Json:
    told = tagger.explain(title="", body=text)
    return {"article": None, "title": "", "body": text, "watchlists": _rows(lists, told)}


def _of_article(made: Application, lists: list[Watchlist], filed: Filed) -> Json:
    a = filed.article
    told = made.tagger(lists).explain(title=a.title, body=a.body, feed=a.feed, outlet=a.outlet, language=a.language)
    stored = {tag.watchlist for tag in filed.tags}
    rows = [{**row, "stored": row["id"] in stored} for row in _rows(lists, told)]
    return {
        "article": a.id,
        "url": a.url,
        "outlet": a.outlet,
        "title": a.title,
        "body": a.body,
        "first_seen": filters.iso(a.first_seen),
        "story": filters.placement_json(filed.placement),
        "version": made.version,
        "stored_version": filed.version,
        "watchlists": rows,
    }


def _rows(lists: list[Watchlist], told: tuple[Explained, ...]) -> list[Json]:
    return [_row(watchlist, one) for watchlist, one in zip(lists, told, strict=True)]


def _row(watchlist: Watchlist, told: Explained) -> Json:
    found = filters.tag_json(Tag(watchlist=told.watchlist, score=told.score, matches=told.matches))
    keys = ("term", "field", "start", "end", "surface", "why")
    return {
        "id": watchlist.id,
        "title": watchlist.title,
        "fired": told.fired,
        "score": told.score,
        "threshold": told.threshold,
        "matches": found["matches"],
        "misses": [{key: getattr(miss, key) for key in keys} for miss in told.misses],
        "silenced": list(told.silenced),
    }


# ---------------------------------------------------------------- for people
def _show(answer: Json) -> None:
    if answer["article"] is not None:
        _show_article(answer)
    for row in answer["watchlists"]:
        verdict = "tagged" if row["fired"] else "not tagged"
        out(f"{row['id']}: {verdict}, {row['score']:g} of {row['threshold']:g}")
        if row.get("stored", row["fired"]) != row["fired"]:
            out(f"    the archive has it {'untagged' if row['fired'] else 'tagged'}, by the version named above")
        for why in row["silenced"]:
            out(f"    silent: {why}")
        for match in row["matches"]:
            rule = f"rule {match['rule']}: " if "rule" in match else ""
            out(f"    found   {match['field']}:{match['start']}  {rule}{match['reading']}")
            out(f"            {_context(answer, match)}")
        for miss in row["misses"]:
            out(f"    missed  {miss['field']}:{miss['start']}  {miss['term']}: {miss['why']}")
            out(f"            {_context(answer, miss)}")


def _show_article(answer: Json) -> None:
    story = answer["story"]
    origin = story["origin"]
    out(f"{answer['title']}\n{answer['url']}")
    out(f"{story['relation']} in story {story['story']}" + (f": {story['reason']}" if story["reason"] else ""))
    out(f"origin: {origin['outlet']} ({origin['basis']}) {origin['evidence']}".rstrip())
    same = answer["stored_version"] == answer["version"]
    older = "" if same else f"; judged here by {_short(answer['version'])}"
    out(f"tagged by watchlists {_short(answer['stored_version'])}{older}")


def _short(version: str) -> str:
    """Enough of a version to tell it from another."""
    return version[:19]


def _context(answer: Json, place: Json) -> str:
    return one_line(answer[place["field"]], place["start"], place["end"])
