"""Every guard has a test that misses it. Switching all of them off takes minutes: docs/benchmarks/guards.py; here is what keeps it true."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_SCRIPT = ROOT / "docs" / "benchmarks" / "guards.py"
_spec = importlib.util.spec_from_file_location("guards", _SCRIPT)
assert _spec is not None
assert _spec.loader is not None
guards = sys.modules["guards"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(guards)


@pytest.mark.parametrize("guard", guards.GUARDS, ids=lambda g: g.name)
def test_a_guards_line_and_its_test_are_where_the_table_says(guard):
    source = (ROOT / guard.file).read_text(encoding="utf-8")
    assert source.count(guard.old) == 1, "the line has changed: say anew what taking the guard away means"
    assert guard.old != guard.new
    path, _, name = guard.test.partition("::")
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8") if name else (ROOT / path).exists()


def test_the_table_for_readers_is_the_one_that_is_proven():
    assert guards.table() in (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["decompression in bounded steps", "a redirect moves a feed the second time only"])
def test_a_guard_that_is_off_is_missed(name):
    (guard,) = [g for g in guards.GUARDS if g.name == name]
    assert guards.prove(guard)[0] == "fails"


def test_a_change_that_takes_nothing_away_is_not_counted_as_a_guard():
    (guard,) = [g for g in guards.GUARDS if g.name == "a redirect moves a feed the second time only"]
    harmless = guards.Guard("nothing", guard.file, guard.old, guard.old.rstrip() + "  # as before\n", guard.test)
    assert guards.prove(harmless)[0] == "the test passes without it"
