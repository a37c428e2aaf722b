"""Values ⇄ rows: how the nouns lie in the tables."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, TypeVar

from pipeline.errors import StoreError
from pipeline.model import Article, Attribution, Dated, Entry, Match, Placement, Reading, Tag, WordReading

Json = dict[str, Any]

T = TypeVar("T")


class Unreadable:
    """What stands where JSON was to stand and is none: whoever takes it for a value fails, and is told which row it was."""


def json_in(text: str | bytes) -> Any:
    """A column's JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return Unreadable()


def _told(table: str, key: str) -> Callable[[Callable[[Any], T]], Callable[[Any], T]]:
    """Of a reader of rows: a row that is not as we write it is a StoreError that names it."""

    def around(read: Callable[[Any], T]) -> Callable[[Any], T]:
        @functools.wraps(read)
        def reads(row: Any) -> T:
            try:
                return read(row)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                what = f"the row of {getattr(row, key)} cannot be read: {type(error).__name__}: {error}"
                raise StoreError(f"table {table}", what, "run `marsad check`, then restore a backup") from error

        return reads

    return around


def dated_out(value: Dated | None) -> Json | None:
    return None if value is None else {"at": value.at.isoformat(), "precision": value.precision, "source": value.source}


def dated_in(value: Json | None) -> Dated | None:
    if value is None:
        return None
    return Dated(at=datetime.fromisoformat(value["at"]), precision=value["precision"], source=value["source"])


def entry_out(entry: Entry) -> Json:
    dates = {k: dated_out(getattr(entry, k)) for k in ("published", "updated")}
    return {**{k: getattr(entry, k) for k in Entry.__slots__}, **dates}


def read_out(entry: Entry) -> Json:
    """An entry that was read: without the text of a full-text feed, which is larger than all the rest and stands in the article."""
    return entry_out(replace(entry, content=""))


def entry_in(value: Json) -> Entry:
    return Entry(**{**value, **{k: dated_in(value[k]) for k in ("published", "updated")}})


@_told("articles", "id")
def article_in(row: Any) -> Article:
    return Article(
        id=row.id,
        url=row.url,
        feed=row.feed,
        outlet=row.outlet,
        title=row.title,
        body=row.body,
        first_seen=row.first_seen,
        published=dated_in(row.published),
        author=row.author,
        language=row.language,
        extractor=row.extractor,
        credits=tuple(row.credits),
        links=tuple(row.links),
        note=row.note,
        section=row.section,
        image=row.image,
        revised=row.revised,
    )


@_told("articles", "id")
def placement_in(row: Any) -> Placement:
    return Placement(
        story=row.story,
        relation=row.relation,
        original=row.original,
        similarity=row.similarity,
        origin=Attribution(**row.origin),
        reason=row.placed_because,
    )


def placement_out(placement: Placement) -> Json:
    return {
        "story": placement.story,
        "relation": placement.relation,
        "original": placement.original,
        "similarity": placement.similarity,
        "origin": asdict(placement.origin),
        "placed_because": placement.reason,
    }


def match_in(value: Json) -> Match:
    reading = value["reading"]
    words = tuple(
        WordReading(**{**w, "particles": tuple(w["particles"]), "folds": tuple(w["folds"])}) for w in reading["words"]
    )
    return Match(**{**value, "reading": Reading(**{**reading, "words": words})})


@_told("tags", "article")
def tag_in(row: Any) -> Tag:
    return Tag(watchlist=row.watchlist, score=row.score, matches=tuple(map(match_in, row.matches)))


@_told("entries", "id")
def entry_of(row: Any) -> Entry:
    """The entry that a row of the queue holds."""
    return entry_in(row.entry)


JSON_OF_ARTICLES = ("id", "published", "origin", "credits", "links")


@_told("articles", "id")
def look_at(row: Any) -> None:
    """See whether a row's JSON (JSON_OF_ARTICLES) is as we write it."""
    dated_in(row.published)
    Attribution(**row.origin)
    tuple(row.credits), tuple(row.links)
