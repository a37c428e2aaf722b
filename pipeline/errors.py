"""Everything marsad raises on purpose. An expected failure of *one item* is not here: it is a value, `model.Drop`.

MarsadError                 one line for people: WHERE: WHAT; WHAT TO DO
├── UsageError              exit 2  a wrong option or argument
├── ConfigError             exit 2  mistakes in the config's files, all of them together
├── BusyError               exit 3  another instance holds the archive
└── StoreError              exit 4  the archive cannot be used: corrupt, locked, full disk, newer version
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class MarsadError(Exception):
    """The root. `lines()` is what a person reads, without the leading `marsad: `."""

    exit_code = 1

    def __init__(self, where: str, what: str, todo: str = "") -> None:
        self.where, self.what, self.todo = where, what, todo
        super().__init__(self.lines()[0])

    def lines(self) -> list[str]:
        """One line per mistake, in the form `WHERE: WHAT; WHAT TO DO`."""
        return [f"{self.where}: {self.what}" + (f"; {self.todo}" if self.todo else "")]


class UsageError(MarsadError):
    """A wrong option, argument, time or address on the command line."""

    exit_code = 2


class BusyError(MarsadError):
    """Another instance is at work on the same archive; `what` names its pid and since when."""

    exit_code = 3


class StoreError(MarsadError):
    """The archive cannot be used. It is left exactly as it was found."""

    exit_code = 4


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake, or one warning, in a file the user wrote. `line` and `column` count from 1; 0 means the file as a whole."""

    file: str
    line: int
    column: int
    what: str
    todo: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.what}" + (f"; {self.todo}" if self.todo else "")


class ConfigError(MarsadError):
    """Every mistake of a configuration together, in order of file and place. Nothing was done."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        if not self.problems:
            raise ValueError("a ConfigError needs at least one problem")
        first = self.problems[0]
        super().__init__(first.file, first.what, first.todo)

    def lines(self) -> list[str]:
        return [str(problem) for problem in self.problems]


def one_line(text: str) -> str:
    """A stranger's words as part of a message: on one line, without what is not printed."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
