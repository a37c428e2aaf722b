"""Bytes → Tree: plain Python values, and for each key and value the place where it stands.

Built from the parser's events, not from its composer: so nothing recurses, aliases are never followed, keys given twice are
seen with both places, and a scalar's meaning is decided here, by YAML 1.2's core schema alone (`no`, `06:30`, `012` are text).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from pipeline.errors import ConfigError, Problem
from pipeline.yamlfile.kinds import Written, as_text, plain, visible
from pipeline.yamlfile.source import Spot, decode, lines, source_index

Steps = tuple[str | int, ...]
"""The way from the root to a value: keys and places in lists."""

MOST_BYTES = 8_000_000
MOST_DEEP = 16


@dataclass(slots=True)
class Tree:
    """One file. `problems` are mistakes of writing that did not keep the rest from being read; `broken` are their places."""

    file: str
    text: str
    value: Any = None
    keys: dict[Steps, Spot] = field(default_factory=dict)
    values: dict[Steps, Spot] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    broken: set[Steps] = field(default_factory=set)

    def spot(self, steps: Steps) -> Spot:
        """The value's place; of what is not there, the place of what should hold it."""
        return self.values.get(self._there(steps)) or Spot(1, 1)

    def _there(self, steps: Steps) -> Steps:
        """The way as far as the file has it."""
        while steps and steps not in self.values:
            steps = steps[:-1]
        return steps

    def problem(self, steps: Steps, what: str, todo: str = "", *, key: bool = False) -> Problem:
        """A mistake of the value at `steps`, or of its key."""
        spot = self.spot(steps)
        if key or not (spot.raw or spot.style):  # an empty value has no place of its own
            spot = self.keys.get(steps, spot)
        return Problem(self.file, spot.line, spot.column, what, todo)

    def inside(self, steps: Steps, offset: int) -> tuple[int, int]:
        """Line and column where the character `offset` (from 0) of a text value stands, whatever the way it is quoted."""
        steps = self._there(steps)  # a term that is a text alone is its own `term`
        spot = self.spot(steps)
        value = as_text(self.get(steps))
        if not isinstance(value, str) or spot.secret:
            return spot.line, spot.column
        index = source_index(self.text, spot, value, offset)
        line = self.text.count("\n", spot.start, index)
        column = index - self.text.rfind("\n", 0, index)
        return spot.line + line, column

    def word(self, steps: Steps) -> str | None:
        """A text or number as an id or name is compared; None where there is neither."""
        value = as_text(self.get(steps))
        return plain(value) or None if isinstance(value, str) else None

    def count(self, steps: Steps) -> int:
        """The length of the list at `steps`, 0 where there is none."""
        value = self.get(steps)
        return len(value) if isinstance(value, list) else 0

    def repeated(
        self, steps: Steps, key: str | None = None, same: Callable[[str], str] = str
    ) -> Iterator[tuple[Steps, Steps]]:
        """Items of the list at `steps` that say in `key` (or themselves) what an earlier one says: (it, the earlier one)."""
        first: dict[str, Steps] = {}
        for n in range(self.count(steps)):
            place = (*steps, n) if key is None else (*steps, n, key)
            word = self.word(place)
            if word is None:
                continue
            if same(word) in first:
                yield place, first[same(word)]
            first.setdefault(same(word), place)

    def shown(self, steps: Steps) -> str:
        """A value as it was written, for a message; never what `${NAME}` stands for."""
        spot = self.spot(steps)
        if spot.style in ("map", "list"):
            return {"map": "keys with their values", "list": "a list"}[spot.style]
        if not spot.raw.strip():
            return "nothing"
        short = spot.raw if len(spot.raw) <= 60 else spot.raw[:57] + "…"
        return "'" + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + "'"

    def get(self, steps: Steps) -> Any:
        """The value at `steps`, None where there is none."""
        value = self.value
        for step in steps:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return None
        return value


# ---------------------------------------------------------------- bytes → text
def read(path: Path, env: Mapping[str, str] | None = None) -> Tree:
    """Raises ConfigError where the file cannot be read as YAML at all; lesser mistakes are in the tree's `problems`."""
    name = str(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError([_unreadable(path, error)]) from None
    return parse(data, name, env)


def _unreadable(path: Path, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(str(path), 0, 0, "there is no such file", "create it, or name another folder with --config")
    if isinstance(error, IsADirectoryError):
        return Problem(str(path), 0, 0, "is a folder, a file was expected", "name the file itself")
    if isinstance(error, PermissionError):
        return Problem(str(path), 0, 0, "may not be read by this user", "see its owner and mode: ls -l")
    return Problem(str(path), 0, 0, f"cannot be read: {error.strerror}", "")


def parse(data: bytes | str, name: str, env: Mapping[str, str] | None = None) -> Tree:
    """As `read`, of bytes or text in hand; `name` stands in the problems."""
    if len(data) > MOST_BYTES:
        todo = "split it into several files"
        raise ConfigError([Problem(name, 0, 0, f"is larger than {MOST_BYTES // 1_000_000} MB", todo)])
    text = lines(data if isinstance(data, str) else decode(data, name))
    bad = _UNPRINTABLE.search(text)
    if bad:
        line, column = _place(text, bad.start())
        what = f"an unprintable character, U+{ord(bad[0]):04X}"
        raise ConfigError([Problem(name, line, column, what, "take it out")])
    return _Builder(Tree(name, text), os.environ if env is None else env).build()


_UNPRINTABLE = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufffe\\uffff]")


def _place(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


# ---------------------------------------------------------------- text → tree
# What the parser says → what a person is told. The first phrase that occurs decides.
_SYNTAX = (
    ("found character '\\t'", "a tab cannot indent YAML", "use spaces"),
    ("could not find expected ':'", "this line is neither a key with its colon nor a list item", "write `key: value`"),
    ("mapping values are not allowed", "a colon followed by a space stands inside a value", "put the value in quotes"),
    ("while scanning a quoted scalar", "this quotation mark is never closed", "close it"),
    ("while scanning a double-quoted scalar", "a wrong escape after a backslash", "write \\\\, or use single quotes"),
    ("that cannot start any token", "a value cannot begin with this character", "put the value in quotes"),
    ("while parsing a block mapping", "this line does not fit the lines above it", "see its indentation and quotes"),
    (
        "while parsing a block collection",
        "this line does not fit the list above it",
        "see its indentation and its `- `",
    ),
    ("block sequence entries are not allowed", "a list cannot begin here", "begin it on a line of its own"),
    ("expected alphabetic or numeric character", "& and * have a meaning of their own", "put the value in quotes"),
    ("while scanning a block scalar", "the text after | or > is wrongly begun", "end the line after | or >"),
    ("expected the node content", "a value is missing here", "write one, or take the key away"),
    ("while parsing a node", "a value cannot begin with this character", "put the value in quotes"),
)
_AT_CONTEXT = ("while scanning a quoted scalar", "while scanning a simple key")
_CLOSES = {"[": "]", "{": "}"}

_INT = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]{1,30}|[0-9]{1,30}(?:\.[0-9]{0,30})?)(?:[eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None} | {
    form: word == "true" for word in ("true", "false") for form in (word, word.capitalize(), word.upper())
}
_ITEM = re.compile(r"\n[ ]*-(?=[ \t\n])")
_SECRET = re.compile(r"\$\$\{|\$\{([^}\n]{0,200})(\}?)")
_SECRET_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class _Builder:
    """One pass over the parser's events, with a stack in place of recursion."""

    def __init__(self, tree: Tree, env: Mapping[str, str]) -> None:
        self.tree, self.env = tree, env
        self.stack: list[_Open] = []
        self.twice = 0

    def build(self) -> Tree:
        documents = 0
        try:
            for event in self._events():
                if isinstance(event, DocumentStartEvent):
                    documents += 1
                    if documents > 1:
                        self._fatal(event, "a second document begins here", "take the line --- away")
                    if event.version or event.tags:
                        self._fatal(event, "a % directive stands above", "take it away: files are YAML 1.2")
                elif not isinstance(event, (StreamStartEvent, StreamEndEvent, DocumentEndEvent)):
                    self._take(event)
        except MarkedYAMLError as error:
            raise ConfigError([*self.tree.problems, self._syntax(error)]) from None
        except (YAMLError, ValueError, OverflowError) as error:  # escapes such as \UFFFFFFFF
            raise ConfigError([Problem(self.tree.file, 0, 0, f"is not YAML: {error}".splitlines()[0])]) from None
        return self.tree

    def _events(self) -> Iterator[Event]:
        parser = YAML(typ="safe", pure=True)
        yield from parser.parse(io.StringIO(self.tree.text))

    def _fatal(self, event: Event, what: str, todo: str) -> None:
        mark = event.start_mark
        raise ConfigError([*self.tree.problems, Problem(self.tree.file, mark.line + 1, mark.column + 1, what, todo)])

    def _syntax(self, error: MarkedYAMLError) -> Problem:
        said = f"{error.context or ''} {error.problem or ''}"
        opened = [x for x in self.stack if self.tree.text[x.spot.start : x.spot.start + 1] in ("[", "{")]
        if opened and ("while parsing a flow" in said or "<stream end>" in said):
            spot, bracket = opened[-1].spot, self.tree.text[opened[-1].spot.start]
            what = f"this {bracket} is never closed, or a comma is missing in it"
            return Problem(self.tree.file, spot.line, spot.column, what, f"close it with {_CLOSES[bracket]}")
        mark = error.problem_mark or error.context_mark
        if error.context_mark and any(said.startswith(begin) for begin in _AT_CONTEXT):
            mark = error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        for phrase, what, todo in _SYNTAX:
            if phrase in said:
                return Problem(self.tree.file, line, column, what, todo)
        return Problem(self.tree.file, line, column, f"is not YAML: {said.strip()}", "see the lines around it")

    # ---- one event
    def _take(self, event: Event) -> None:
        if isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            done = self.stack.pop()
            self._put(done.value, done.spot, event)
            return
        mark = event.start_mark
        here = Spot(mark.line + 1, mark.column + 1, start=mark.index)
        steps = self._steps()
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            self._lesser(
                steps, here, "anchors (&) and aliases (*) are not used here", "write the value out, or quote it"
            )
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            self._lesser(steps, here, f"the tag {str(tag)[:40]!r} is not used here", "take it away, or quote the value")
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            if len(self.stack) >= MOST_DEEP:
                self._fatal(event, f"is nested deeper than {MOST_DEEP} levels", "see the brackets before it")
            kind = "map" if isinstance(event, MappingStartEvent) else "list"
            spot = Spot(here.line, here.column, kind, start=mark.index)
            self.stack.append(_Open(kind, steps, spot, {} if kind == "map" else []))
        elif isinstance(event, ScalarEvent):
            self._scalar(event, here, steps)
        else:
            self._put(None, here, event)

    def _lesser(self, steps: Steps, spot: Spot, what: str, todo: str) -> None:
        self.tree.problems.append(Problem(self.tree.file, spot.line, spot.column, what, todo))
        self.tree.broken.add(steps)

    def _steps(self) -> Steps:
        """The way to the value that comes next (for a key: to its mapping)."""
        if not self.stack:
            return ()
        top = self.stack[-1]
        if top.kind == "list":
            return (*top.steps, len(top.value))
        return top.steps if top.key is None else (*top.steps, top.key)

    def _scalar(self, event: ScalarEvent, here: Spot, steps: Steps) -> None:
        style = event.style or ""
        raw: str = event.value
        waits_for_key = bool(self.stack) and self.stack[-1].kind == "map" and self.stack[-1].key is None
        if waits_for_key:
            self._put(visible(raw), Spot(here.line, here.column, style, raw, start=here.start), event)
            return
        if not style:
            self._joined(event, steps)
        value, secret = self._filled(raw, here, steps) if "${" in raw else (raw, False)
        spot = Spot(here.line, here.column, style, raw, secret, here.start)
        self._put(value if style or secret else scalar(value), spot, event)

    def _joined(self, event: ScalarEvent, steps: Steps) -> None:
        """YAML joins a list item that is indented too far to the line above, with its `-`; nobody means that."""
        found = _ITEM.search(self.tree.text, event.start_mark.index, event.end_mark.index)
        if found:
            text, mark, dash = self.tree.text, event.start_mark, found.end() - 1
            spot = Spot(mark.line + 1 + text.count("\n", mark.index, dash), dash - text.rfind("\n", 0, dash))
            what = "this list item is indented too far, so it would be a part of the line above"
            self._lesser(steps, spot, what, "begin it below the `-` of the other items, or put the text in quotes")

    def _filled(self, raw: str, here: Spot, steps: Steps) -> tuple[str, bool]:
        """`${NAME}` from the environment; `$${` is a dollar sign before a brace."""
        secret = False

        def fill(found: re.Match[str]) -> str:
            nonlocal secret
            if found[1] is None:
                return "${"
            name = found[1]
            if not found[2] or not _SECRET_NAME.fullmatch(name):
                what = "${ begins the name of a variable of the environment"
                self._lesser(steps, here, what, "write ${NAME} with letters, digits and _; $${ is a plain ${")
                return ""
            secret = True
            if not self.env.get(name):
                self._lesser(steps, here, f"the environment has no {name}", f"set it before the start: export {name}=…")
            return self.env.get(name, "")

        return _SECRET.sub(fill, raw), secret

    def _put(self, value: Any, spot: Spot, event: Event) -> None:
        tree = self.tree
        if not self.stack:
            tree.value, tree.values[()] = value, spot
            return
        top = self.stack[-1]
        if top.kind == "list":
            tree.values[(*top.steps, len(top.value))] = spot
            top.value.append(value)
        elif top.key is None:
            top.key = self._key(top, value, spot)
        else:
            steps = (*top.steps, top.key)
            tree.values[steps] = spot
            top.value[top.key] = value
            if top.key.startswith(_TWICE):
                del top.value[top.key]
            top.key = None

    def _key(self, top: _Open, value: Any, spot: Spot) -> str:
        """The key, or a stand-in that is thrown away for one that is no key or stands there already."""
        tree = self.tree
        if isinstance(value, str) and value and value not in top.value:
            tree.keys[(*top.steps, value)] = spot
            return value
        if isinstance(value, str) and value:
            first = tree.keys[(*top.steps, value)]
            what = f"the key {value!r} stands twice, first in line {first.line} column {first.column}"
            tree.problems.append(Problem(tree.file, spot.line, spot.column, what, "keep one of them"))
        else:
            what = "a key was expected here"
            tree.problems.append(Problem(tree.file, spot.line, spot.column, what, "write `key: value`"))
        self.twice += 1
        tree.broken.add((*top.steps, f"{_TWICE}{self.twice}"))
        return f"{_TWICE}{self.twice}"


_TWICE = "\0"


@dataclass(slots=True)
class _Open:
    """A mapping or list whose end has not come yet."""

    kind: str
    steps: Steps
    spot: Spot
    value: Any
    key: str | None = None


def scalar(raw: str) -> Any:
    """A plain scalar's meaning by YAML 1.2's core schema; invisible characters around it do not count."""
    seen = visible(raw)
    if seen in _WORDS:
        return _WORDS[seen]
    if _INT.fullmatch(seen):
        number = Written(seen)
        number.raw = seen
        return number
    if _FLOAT.fullmatch(seen):
        return float(seen)
    return raw
