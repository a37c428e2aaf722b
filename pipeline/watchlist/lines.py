"""A file's text with some items of its lists or some keys changed, and every other line as it was, its comments among them.

A comment belongs to the item on whose line it stands, or below which it is indented deeper than its dash; a comment on a line of its own at the
dash's column or before it heads what follows, and stays when that goes: it may head more than one item. A YAML library hangs
such comments on the item above instead, so they would move or go with that.
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from pipeline import yamlfile
from pipeline.yamlfile import Tree

Merge = Callable[[Any, Any, Any], None]
"""Makes a mapping of the round-trip library that says the second argument say the third."""


@dataclass(frozen=True, slots=True)
class _Item:
    """Lines `first` up to and without `end`, from 0; the columns of its dash and of what stands behind it, from 0."""

    first: int
    end: int
    dash: int
    inside: int


def without_key(text: str, key: str) -> str | None:
    """Without the key of the root and its value; None where the lines of the file do not tell them apart."""
    tree = yamlfile.parse(text, "watchlist")
    spot = tree.keys.get((key,))
    if spot is None or spot.column != 1:
        return None
    rows = text.split("\n")
    first = spot.line - 1
    del rows[first : _end(rows, first, _next_key(tree, rows, first), 0)]
    return "\n".join(rows)


def with_list(text: str, key: str, old: Sequence[Any], new: Sequence[Any], merge: Merge) -> str | None:
    """With the list under a key of the root saying `new`, where it says `old`; None where it is not one `- item` a line."""
    rows = text.split("\n")
    items = _items(yamlfile.parse(text, "watchlist"), rows, key)
    if not items or not new:
        return None
    as_was = {name(x): (x, rows[item.first : item.end]) for x, item in zip(old, items, strict=True)}
    before, after = ([name(x) for x in side] for side in (old, new))
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for kind, a, b, c, d in reversed(steps):  # from the end, so that earlier places stay true
        if kind == "equal":
            for n in reversed(range(b - a)):
                if old[a + n] != new[c + n]:
                    item = items[a + n]
                    rows[item.first : item.end] = _changed(rows, item, old[a + n], new[c + n], merge)
            continue
        place = items[a].first if a < b or a == 0 else items[a - 1].end
        for item in reversed(items[a:b]):
            del rows[item.first : item.end]
        rows[place:place] = [
            row for value in new[c:d] for row in _moved(value, as_was) or _written(value, items[0].dash)
        ]
    return "\n".join(rows)


def _moved(value: Any, as_was: Mapping[str, tuple[Any, list[str]]]) -> list[str]:
    """The lines of an item that only stands elsewhere now; none of another."""
    old, rows = as_was.get(name(value), (None, []))
    return rows if old == value else []


def name(item: Any) -> str:
    """By which an item is known to be the same in both versions."""
    return str((item.get("term") or item.get("name")) if isinstance(item, Mapping) else item)


def _items(tree: Tree, rows: list[str], key: str) -> list[_Item]:
    """None of them where the list is not of this shape."""
    root, spot = tree.keys.get((key,)), tree.spot((key,))
    if root is None or root.column != 1 or spot.style != "list" or tree.text[spot.start] != "-":
        return []
    spots = [tree.values[key, n] for n in range(tree.count((key,)))]
    firsts = [at.line - 1 for at in spots]
    bounds = [*firsts[1:], _next_key(tree, rows, firsts[-1])]
    made = []
    for at, first, bound in zip(spots, firsts, bounds, strict=True):
        ahead = rows[first][: at.column - 1]
        if ahead.strip() != "-":  # the value begins below its dash
            return []
        dash = ahead.index("-")
        made.append(_Item(first, _end(rows, first, bound, dash), dash, at.column - 1))
    return made


def _next_key(tree: Tree, rows: list[str], line: int) -> int:
    """The line of the root's next key; where there is none, the line behind the last of the document."""
    last = next((n for n in range(line + 1, len(rows)) if rows[n].startswith("...")), len(rows))
    return min((k.line - 1 for steps, k in tree.keys.items() if len(steps) == 1 and k.line - 1 > line), default=last)


def _end(rows: list[str], first: int, bound: int, dash: int) -> int:
    """Behind the last line of what begins at `first`."""
    while bound > first + 1:
        row = rows[bound - 1]
        bare = row.lstrip(" ")
        if bare and not (bare.startswith("#") and len(row) - len(bare) <= dash):
            break
        bound -= 1
    return bound


def _changed(rows: list[str], item: _Item, old: Any, new: Any, merge: Merge) -> list[str]:
    own = [" " * item.inside + rows[item.first][item.inside :], *rows[item.first + 1 : item.end]]
    cut = [row[item.inside :] if not row[: item.inside].strip() else row.lstrip() for row in own]
    yaml = library(deep=any(row.lstrip().startswith("- ") and row.startswith(" ") for row in cut))
    node = yaml.load("\n".join(cut) + "\n")
    if not isinstance(node, dict):
        first, *rest = _written(new, item.dash)
        comment = _comment(cut)
        below = (
            []
            if cut[0][0] in "|>"
            else [row for row in rows[item.first + 1 : item.end] if row.lstrip().startswith("#")]
        )
        return [f"{first}  {comment}" if comment else first, *rest, *below]
    merge(node, old, new)
    made = _text(yaml, node)
    ahead = rows[item.first][: item.inside]
    return [ahead + made[0], *(" " * item.inside + row if row else "" for row in made[1:])]


def _comment(cut: list[str]) -> str:
    """What stands behind a value of one line."""
    holder = library(deep=False).load("- " + "\n  ".join(cut) + "\n")
    held = holder.ca.items.get(0)
    return str(held[0].value).strip().partition("\n")[0] if held and held[0] else ""


def _written(value: Any, dash: int) -> list[str]:
    return [" " * dash + row for row in _text(library(deep=False), [value])]


def _text(yaml: YAML, value: Any) -> list[str]:
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue().rstrip("\n").split("\n")


def library(*, deep: bool) -> YAML:
    """The round-trip library; `deep`: lists are indented below their keys."""
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.allow_unicode = True
    if deep:
        yaml.indent(mapping=2, sequence=4, offset=2)
    return yaml
