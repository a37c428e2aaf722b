"""Editions in the making: a day's input as JSON beside what must come of it."""

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.digest import edition
from pipeline.model import Article, Attribution, Dated, Digest, Feed, Filed, Match, Placement, Reading, Tag, Tally

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
    articles = value["articles"]
    return {
        "filed": [filed(a) for a in articles],
        "tally": Tally(
            articles=len(articles),
            copies=sum(a["relation"] == "copy" for a in articles),
            stories=len({a["story"] for a in articles}),
        ),
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
    if name == "long":
        return overlong(given("rich"))
    found: dict[str, Any] = json.loads((DATA / f"{name}.input.json").read_text(encoding="utf-8"))
    return found


def overlong(value: Mapping[str, Any]) -> dict[str, Any]:
    """The same day with what no line can hold: words and addresses without a place to break, names of another script in the middle
    of a sentence, a story of forty outlets.
    """
    found = json.loads(json.dumps(value))
    first = found["articles"][0]
    one = {**first, "relation": "original", "tags": {"borders": [["body", "الحدود", "حدود"]]}}
    body = "قال مراسل International Broadcasting Corporation (IBC) على الحدود إن القافلة F-16/M1 بلغت «{}» أمس."
    titles = [
        "ط" * 500,
        "W" * 500,
        "خبر عن " + "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogoch" * 3,
        "١٢٣٤٥٦٧٨٩٠" * 30,
        "-" * 300,
    ]
    for n, title in enumerate(titles):
        url = f"https://long.example/{'a' * 900 if n % 2 else 'ب' * 300}/{n}"
        told = {"id": f"long-{n}", "story": f"long-{n}", "original": f"long-{n}", "title": title, "url": url}
        found["articles"].append({**one, **told, "body": body.format("ش" * 300), "outlet": title[:90]})
    for n in range(40):
        told = {
            "id": f"many-{n}",
            "story": "many",
            "original": "many-0",
            "url": f"https://o{n}.example/{n}?q={'x' * 60}",
        }
        copy = {"relation": "copy" if n else "original", "outlet": f"وسيلة رقم {n} Outlet No. {n}", "similarity": 0.97}
        found["articles"].append({**one, **told, **copy, "title": "خبر واحد في أربعين وسيلة"})
    found["titles"]["borders"] = "الحدود" + "والمعابر" * 30
    found["failed"] = [{**f, "outlet": "Ж" * 120} for f in found["failed"]]
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
