"""A short soak of the service by the benchmark that does it for a day: nothing is left open, and the books balance."""

import importlib.util
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent.parent / "docs" / "benchmarks"


@pytest.fixture
def soak(monkeypatch):
    """The benchmark, as if it were run in its own folder."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    spec = importlib.util.spec_from_file_location("soak", BENCHMARKS / "service.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_a_service_that_never_rests_leaves_nothing_open_and_its_books_balance(soak, tmp_path):
    """By a clock that runs 300 times as fast, so that half an hour passes."""
    found = soak.soak(tmp_path, 6, speed=300, outlets=3, reports=600, before=0)
    assert soak.balance(found) == []
    assert found["cycles"] >= 2
    assert found["articles"] > 3
    assert (found["code"], found["unfinished"]) == (0, 0)
    assert found["stopped"] < 10
    first, last = found["notes"][0], found["notes"][-1]
    assert [note["children"] for note in found["notes"]] == [0] * len(found["notes"])
    # MB: what is loaded with the first edition, and little else.
    assert last["memory"] < first["memory"] + 25, found["notes"]
    # A question that is being answered has a socket, a task and a thread of its own.
    for what in ("files", "tasks", "threads"):
        assert last[what] <= first[what] + 3, (what, found["notes"])
