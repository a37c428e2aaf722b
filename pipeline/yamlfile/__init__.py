"""YAML that a person wrote → checked values, or every mistake of the file with its place, in plain words.

    bytes ── tree.read ──→ Tree (plain values, and where each key and value stands) ── check.check ──→ a pydantic model
                │                                                                        │
                └── errors.Problem: encoding, syntax, aliases, keys twice, `${NAME}`     └── errors.Problem: keys, types, ranges

`kinds` holds the kinds of value that users write: durations, sizes, ids, addresses, texts. The room knows no file of ours.
"""

from __future__ import annotations

from pipeline.yamlfile.check import Section, check, load, nearest
from pipeline.yamlfile.kinds import duration, parse_size, plain, visible
from pipeline.yamlfile.tree import Steps, Tree, parse, read

__all__ = [
    "Section",
    "Steps",
    "Tree",
    "check",
    "duration",
    "load",
    "nearest",
    "parse",
    "parse_size",
    "plain",
    "read",
    "visible",
]
