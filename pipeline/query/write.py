"""Tree → text that gives the same tree again, columns apart."""

from __future__ import annotations

from pipeline.model import And, AtLeast, In, Leaf, Near, Node, Not, Of, Or, Outside, Unless
from pipeline.query.lexer import QueryError, tokens

_OR, _AND, _NEAR, _UNARY = range(4)


def format(node: Node) -> str:  # noqa: A001  the pair of parse
    """The query of a tree: upper-case operators, no parentheses that are not needed, quotation marks where they are."""
    return _text(node, _OR)


def _text(node: Node, around: int) -> str:
    """`around`: how tightly the place binds; what binds less tightly gets parentheses."""
    if isinstance(node, Or):
        own, text = _OR, " OR ".join(_text(n, _AND) for n in node.nodes)
    elif isinstance(node, And):
        own, text = _AND, " AND ".join(_text(n, _NEAR) for n in node.nodes)
    elif isinstance(node, Near):
        own, text = _NEAR, f"{_text(node.left, _NEAR)} NEAR/{node.distance} {_text(node.right, _UNARY)}"
    elif isinstance(node, Unless):
        own, text = _NEAR, f"{_text(node.node, _NEAR)} UNLESS/{node.distance} {_text(node.other, _UNARY)}"
    elif isinstance(node, Outside):
        own, text = _NEAR, f"{_text(node.node, _NEAR)} OUTSIDE {_text(node.other, _UNARY)}"
    elif isinstance(node, Not):
        inner = _text(node.node, _UNARY)
        own, text = _UNARY, f"NOT ({inner})" if isinstance(node.node, Not) else f"NOT {inner}"
    elif isinstance(node, In):
        own, text = _UNARY, node.field + ":" + _operand(node.node)
    elif isinstance(node, AtLeast):
        own, text = _UNARY, f"atleast/{node.times}:" + _operand(node.node)
    elif isinstance(node, Of):
        own, text = _UNARY, f"{node.key}:{_words(node.value)}"
    else:
        own, text = _UNARY, _leaf(node)
    return f"({text})" if own < around else text


def _operand(node: Node) -> str:
    text = _text(node, _UNARY)
    return f"({text})" if isinstance(node, Not) else text


def _leaf(leaf: Leaf) -> str:
    term = leaf.term
    mode = "" if term.match == "word" else f"{term.match}:"
    weight = "" if term.weight == 1 else f"^{term.weight:.4f}".rstrip("0").rstrip(".")
    return mode + _words(term.term) + weight


def _words(text: str) -> str:
    """Bare where the words mean the same bare; else in quotation marks, which a parsed phrase never holds."""
    try:
        bare = all(t.kind == "word" for t in tokens(text)[:-1])
    except QueryError:
        bare = False
    return text if bare else f'"{text}"'
