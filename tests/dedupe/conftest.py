"""Articles made for these tests, and the ways in which newsrooms change a text."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.model import Article, Dated

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
