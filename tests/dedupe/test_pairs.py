"""Pairs labelled before the program saw them: newsrooms' changes, moulds, flashes, telegrams, follow-ups, other languages."""

import json
from pathlib import Path

import pytest

from pipeline.dedupe import fingerprint
from pipeline.dedupe.verdict import judge
from pipeline.dedupe.wording import wording

FILE = Path(__file__).parents[1] / "data" / "dedupe" / "pairs.jsonl"
PAIRS = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair['id']} {pair['category']}")
def test_a_pair_is_told_as_it_was_labelled(article, pair):
    a, b = (article(side, pair[side]["title"], pair[side]["body"]) for side in ("a", "b"))
    verdict = judge(wording(a), wording(b))
    assert verdict.copy == pair["copy"], f"{pair['why']}: {verdict.reason}"


@pytest.mark.parametrize("pair", [p for p in PAIRS if p["copy"]], ids=lambda pair: f"{pair['id']} {pair['category']}")
def test_a_copy_shares_a_key_with_its_original(article, pair):
    """Else it is never compared."""
    a, b = (fingerprint(article(side, pair[side]["title"], pair[side]["body"])) for side in ("a", "b"))
    assert set(a.bands) & set(b.bands)
