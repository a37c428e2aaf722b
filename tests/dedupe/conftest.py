"""Articles made for these tests, and the ways in which newsrooms change a text."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.dedupe import Candidate, Fingerprint, fingerprint, place
from pipeline.model import Article, Dated, Placement

DATA = Path(__file__).parents[1] / "data" / "dedupe"
START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)

Make = Callable[..., Article]


def make(
    name: str,
    title: str,
    body: str,
    *,
    outlet: str = "صوت الفرات",
    minutes: int = 0,
    out: int | None = None,
    url: str = "",
    author: str | None = None,
    taken_off: tuple[str, ...] = (),
    links: tuple[str, ...] = (),
) -> Article:
    """An article first seen `minutes` after the start, and published `out` minutes after it."""
    seen = START + timedelta(minutes=minutes)
    at = START + timedelta(minutes=minutes if out is None else out)
    return Article(
        id=name,
        url=url or f"https://{name}.example.org/{name}",
        feed=name,
        outlet=outlet,
        title=title,
        body=body,
        first_seen=seen,
        published=Dated(at=at, precision="minute", source="feed"),
        author=author,
        credits=taken_off,
        links=links,
    )


class Archive:
    """An honest store: gives every article that shares a key or the text, and the rest of their stories."""

    def __init__(self) -> None:
        self.filed: dict[str, Candidate] = {}

    def add(self, a: Article) -> tuple[Placement, dict[str, Placement]]:
        mark = Fingerprint.from_json(fingerprint(a).to_json())
        near = {
            c.placement.story
            for c in self.filed.values()
            if set(c.fingerprint.bands) & set(mark.bands) or c.fingerprint.text_hash == mark.text_hash
        }
        placement, moved = place(a, mark, [c for c in self.filed.values() if c.placement.story in near])
        for other, new in moved.items():
            old = self.filed[other]
            self.filed[other] = Candidate(article=old.article, fingerprint=old.fingerprint, placement=new)
        self.filed.setdefault(a.id, Candidate(article=a, fingerprint=mark, placement=placement))
        return placement, moved

    def groups(self) -> list[list[str]]:
        found: defaultdict[str, set[str]] = defaultdict(set)
        for i, c in self.filed.items():
            found[c.placement.original].add(i)
        return sorted(map(sorted, found.values()))


@pytest.fixture(scope="session")
def new_archive() -> type[Archive]:
    return Archive


@pytest.fixture(scope="session")
def article() -> Make:
    return make


@pytest.fixture(scope="session")
def texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads((DATA / "texts.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def data() -> Path:
    return DATA
