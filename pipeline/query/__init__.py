"""The query language of rules and of `marsad search`: text ⇄ tree.

    text ── lexer.tokens ──→ tokens ── parser ──→ tree ── sense.refuse ──→ the same tree, or why it can never be useful
                                                   └───── write.format ──→ text that gives the same tree again

Any text gives a tree or a QueryError with a column; work grows with the length of the text, whatever stands in it.
The language is told to its users in docs/guide/watchlists.md; why the parser is our own, in docs/decisions/0004-query-parser.md.
"""

from __future__ import annotations

from pipeline.model import Node
from pipeline.query.lexer import QueryError, has_word, spoken
from pipeline.query.parser import NEAR_ALONE, parse
from pipeline.query.sense import leaves
from pipeline.query.write import format  # noqa: A004  the pair of parse

__all__ = ["NEAR_ALONE", "Node", "QueryError", "format", "has_word", "leaves", "parse", "spoken"]
