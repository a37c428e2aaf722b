"""A short soak of the service by the benchmark that does it for hours: nothing is left open, and the books balance."""

import importlib.util
from pathlib import Path

ROOT = Path(__file__).parent.parent
_spec = importlib.util.spec_from_file_location("soak", ROOT / "docs" / "benchmarks" / "service.py")
assert _spec is not None
assert _spec.loader is not None
soak = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(soak)


def test_a_service_that_never_rests_leaves_nothing_open_and_its_books_balance(tmp_path):
    found = soak.soak(tmp_path, 8, outlets=3, rate=3)
    assert soak.balance(found) == []
    assert found["cycles"] >= 2
    assert found["articles"] > 3
    assert (found["code"], found["unfinished"]) == (0, 0)
    assert found["stopped"] < 10
    first, last = found["notes"][0], found["notes"][-1]
    assert [note["children"] for note in found["notes"]] == [0] * len(found["notes"])
    assert last["memory"] < first["memory"] + 25, found[
        "notes"
    ]  # MB: what is loaded with the first edition, and little else
    # A question that is being answered has a socket, a task and a thread of its own.
    for what in ("files", "tasks", "threads"):
        assert last[what] <= first[what] + 3, (what, found["notes"])
