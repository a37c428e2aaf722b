"""Editions in the making: a day's input as JSON beside what must come of it."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.digest import edition
from pipeline.model import Article, Attribution, Dated, Digest, Feed, Filed, Match, Placement, Reading, Tag

DATA = Path(__file__).parents[1] / "data" / "digest"


def filed(value: Mapping[str, Any]) -> Filed:
    """An article as a golden input writes it: each match as [field, surface, term, reading], its place found in the text."""
    published = value["published"]
    article = Article(
        id=value["id"],
        url=value["url"],
        feed=value["feed"],
        outlet=value["outlet"],
        title=value["title"],
        body=value["body"],
        first_seen=datetime.fromisoformat(value["first_seen"]),
        published=Dated(at=datetime.fromisoformat(published), precision=value["precision"], source="feed")
        if published
        else None,
        language=value["language"],
    )
    placement = Placement(
        story=value["story"],
        relation=value["relation"],
        original=value["original"],
        similarity=value["similarity"],
        origin=Attribution(**value["origin"]),
        reason=value["because"],
    )
    tags = []
    for watchlist, found in value["tags"].items():
        matches = tuple(match(article, *m) for m in found)
        tags.append(Tag(watchlist=watchlist, score=float(len({m.term for m in matches})), matches=matches))
    return Filed(article=article, placement=placement, tags=tuple(tags))


def match(article: Article, field: str, surface: str, term: str, reading: str = "", rule: str | None = None) -> Match:
    start = getattr(article, field).index(surface)
    told = Reading(term=term, surface=surface, words=(), mode="word", text=reading or f"{surface} ← {term}")
    return Match(
        term=term, field=field, start=start, end=start + len(surface), surface=surface, reading=told, rule=rule
    )


def digest_of(value: Mapping[str, Any]) -> Digest:
    return Digest(**{**value, "at": tuple(value["at"]), "watchlists": tuple(value["watchlists"])})


def arguments(value: Mapping[str, Any]) -> dict[str, Any]:
    """What `edition.select` takes beside the digest and the day."""
    return {
        "filed": [filed(a) for a in value["articles"]],
        "watchlist_titles": value["titles"],
        "feeds": [Feed(id=i, url=f"https://{i}.example/feed", outlet=outlet) for i, outlet in value["feeds"]],
        "failed": value["failed"],
        "quiet": value["quiet"],
        "history": value["history"],
        "shown_before": value["shown_before"],
        "version": value["version"],
        "program": value["program"],
    }


def select(value: Mapping[str, Any]) -> dict[str, Any]:
    return edition.select(digest_of(value["digest"]), date.fromisoformat(value["day"]), **arguments(value))


def given(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / f"{name}.input.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def golden() -> Callable[[str], dict[str, Any]]:
    """The input of a golden edition by name."""
    return given


@pytest.fixture(scope="session")
def made() -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """Input → selection."""
    return select


@pytest.fixture
def rich() -> dict[str, Any]:
    """The selection of a full day."""
    return select(given("rich"))
