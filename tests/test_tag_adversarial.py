"""Rows that were written to prove the guide wrong: tests/data/tag/adversarial.jsonl, each with its reason.

A row holds a `term` with its `mode` and `options`, or a `query`; a `text` (and a `title`); whether the text is meant; and the
`span` that one match must have; also the article's `feed`, `outlet` and `language` where a rule asks for them. They were
written from what is promised, before any was run.
"""

import json
from pathlib import Path

import pytest

from pipeline import query
from pipeline.model import Rule, Term, Watchlist
from pipeline.tag import Tagger

LINES = (Path(__file__).parent / "data" / "tag" / "adversarial.jsonl").read_text(encoding="utf-8").splitlines()
ROWS = [json.loads(line) for line in LINES]


def watchlist(row: dict) -> Watchlist:
    if "query" in row:
        return Watchlist(id="w", title="w", rules=(Rule(name="r", text=row["query"], query=query.parse(row["query"])),))
    options = {
        name: tuple(value) if isinstance(value, list) else value for name, value in row.get("options", {}).items()
    }
    return Watchlist(id="w", title="w", terms=(Term(term=row["term"], match=row.get("mode", "word"), **options),))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_a_hard_row_is_judged_as_its_reason_says(row: dict):
    facts = {name: row[name] for name in ("feed", "outlet", "language") if name in row}
    tags = Tagger([watchlist(row)]).tags(title=row.get("title", ""), body=row["text"], **facts)
    surfaces = [match.surface for tag in tags for match in tag.matches]
    assert bool(tags) == row["expect"], (row["why"], surfaces)
    if "span" in row:
        assert row["span"] in surfaces, row["why"]


def test_the_rows_have_names_of_their_own_and_a_reason_each():
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert all(row["why"] for row in ROWS)
