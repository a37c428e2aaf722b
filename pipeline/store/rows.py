"""Values ⇄ rows: how the nouns lie in the tables."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from pipeline.model import Article, Attribution, Dated, Entry, Match, Placement, Reading, Tag, WordReading

Json = dict[str, Any]


def dated_out(value: Dated | None) -> Json | None:
    return None if value is None else {"at": value.at.isoformat(), "precision": value.precision, "source": value.source}


def dated_in(value: Json | None) -> Dated | None:
    if value is None:
        return None
    return Dated(at=datetime.fromisoformat(value["at"]), precision=value["precision"], source=value["source"])


def entry_out(entry: Entry) -> Json:
    dates = {k: dated_out(getattr(entry, k)) for k in ("published", "updated")}
    return {**{k: getattr(entry, k) for k in Entry.__slots__}, **dates}


def entry_in(value: Json) -> Entry:
    return Entry(**{**value, **{k: dated_in(value[k]) for k in ("published", "updated")}})


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


def tag_in(row: Any) -> Tag:
    return Tag(watchlist=row.watchlist, score=row.score, matches=tuple(map(match_in, row.matches)))
