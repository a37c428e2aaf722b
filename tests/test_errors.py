"""One line a mistake, all mistakes together, in the order in which a person reads the files."""

import pytest

from pipeline.errors import BusyError, ConfigError, MarsadError, Problem, StoreError, UsageError


def test_an_error_says_where_what_and_what_to_do():
    assert MarsadError("archive", "is full", "free some space").lines() == ["archive: is full; free some space"]
    assert MarsadError("archive", "is full").lines() == ["archive: is full"]


def test_mistakes_come_together_sorted_and_once():
    late = Problem("feeds.yaml", 12, 3, "the id stands twice", "choose another")
    early = Problem("feeds.yaml", 2, 5, "an unknown key 'ulr'", "did you mean 'url'?")
    whole = Problem("digests.yaml", 0, 0, "cannot be read")
    error = ConfigError([late, early, late, whole])
    assert error.lines() == [
        "digests.yaml: cannot be read",
        "feeds.yaml:2:5: an unknown key 'ulr'; did you mean 'url'?",
        "feeds.yaml:12:3: the id stands twice; choose another",
    ]
    with pytest.raises(ValueError, match="at least one"):
        ConfigError([])


@pytest.mark.parametrize(
    ("kind", "code"), [(MarsadError, 1), (UsageError, 2), (ConfigError, 2), (BusyError, 3), (StoreError, 4)]
)
def test_every_kind_of_error_has_its_exit_code(kind, code):
    assert kind.exit_code == code
