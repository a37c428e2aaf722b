"""Trees that are well formed and useless: what can never match, and what has nothing to find.

Every node is read as the set of facts that must hold where it matches («there is a hit of x», «… in the title», «the language
is ar»). A contradiction between two facts of one AND is a rule that never fires. Facts are compared under a light key of the
spelling; what only the tagger's full folding would see is left to it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Literal, TypeAlias

from pipeline.model import And, AtLeast, In, Leaf, Near, Node, Not, Of, Or, Outside, Unless
from pipeline.query.lexer import QueryError

Field = Literal["title", "body"]
Fields = frozenset[Field]
Fact: TypeAlias = tuple[str, ...]
"""("hit", field or "" for either, mode, *words), ("lang", code), ("outlet", name)."""

_BOTH: Fields = frozenset({"title", "body"})
_STRICTER = {"exact": ("exact",), "name": ("exact", "name"), "word": ("exact", "name", "word")}
_STRICTER["forms"] = ("exact", "name", "word", "forms")
_SAME = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ی": "ي", "ک": "ك", "\u0640": None})
_LONGEST_PART = 3
"""Words of the parts of a phrase that are looked at beside the whole: «الدولة الإسلامية» NOT الدولة never matches."""


def refuse(tree: Node) -> None:
    """Raises QueryError where the tree can never match, or would match whatever is said."""
    _fields(tree, _BOTH)
    _facts(tree, "")
    if not _finds(tree):
        raise QueryError(tree.column or 1, _why_nothing(tree))


def children(node: Node) -> tuple[Node, ...]:
    if isinstance(node, (And, Or)):
        return node.nodes
    if isinstance(node, Near):
        return node.left, node.right
    if isinstance(node, (Unless, Outside)):
        return node.node, node.other
    return (node.node,) if isinstance(node, (In, Not, AtLeast)) else ()


def leaves(tree: Node) -> Iterator[Leaf]:
    """Its words and phrases, in no order."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        waiting += children(node)
        if isinstance(node, Leaf):
            yield node


# ---------------------------------------------------------------- something to find
def _finds(node: Node) -> bool:
    """Whether a match always has a place in the text to show."""
    if isinstance(node, And):
        return any(map(_finds, node.nodes))
    if isinstance(node, Or):
        return all(map(_finds, node.nodes))
    if isinstance(node, In):
        return _finds(node.node)
    return not isinstance(node, (Not, Of))


def _why_nothing(node: Node) -> str:
    if isinstance(node, Or):
        return "a branch of this OR finds no word and would match every article; add AND and a word to it"
    if any(isinstance(n, Not) for n in (node.nodes if isinstance(node, And) else (node,))):
        return "NOT alone matches every article that lacks the words; put what to find before it: A NOT B"
    return "outlet: and lang: alone match whatever is said there; add AND and a word to find"


# ---------------------------------------------------------------- fields
def _fields(node: Node, allowed: Fields) -> Fields:
    """In which of the allowed fields the hits of `node` can lie; QueryError where in none."""
    if isinstance(node, In):
        inner = allowed & {node.field}
        return _fields(node.node, inner) if inner else _nowhere(node)
    if isinstance(node, Or):
        return frozenset().union(*(_fields(n, allowed) for n in node.nodes))
    if isinstance(node, And):
        for each in node.nodes:
            _fields(each, allowed)
    elif isinstance(node, Near):
        return _fields(node.left, allowed) & _fields(node.right, allowed) or _nowhere(node)
    elif isinstance(node, (Unless, Outside)):
        _fields(node.other, allowed)
        return _fields(node.node, allowed)
    elif isinstance(node, (Not, AtLeast)):
        return _fields(node.node, allowed)
    return allowed


def _nowhere(node: Node) -> Fields:
    raise QueryError(node.column or 1, "never matches: no place is in the title and in the body at once")


# ---------------------------------------------------------------- facts
def _facts(node: Node, field: str) -> frozenset[Fact]:
    """What must be true of an article that `node` matches; QueryError where two of these exclude each other."""
    if isinstance(node, Leaf):
        return frozenset(("hit", field, node.term.match, *part) for part in _parts(_words(node)))
    if isinstance(node, Of):
        return frozenset({_condition(node)})
    if isinstance(node, In):
        return _facts(node.node, node.field)
    if isinstance(node, AtLeast):
        return _facts(node.node, field)
    if isinstance(node, Not):
        _facts(node.node, field)
        return frozenset()
    if isinstance(node, Or):
        branches = [_facts(n, field) for n in node.nodes]
        return branches[0].intersection(*branches[1:])
    if isinstance(node, Near):
        return _facts(node.left, field) | _facts(node.right, field)
    if isinstance(node, (Unless, Outside)):
        _facts(node.other, field)
        if isinstance(node.node, Leaf) and isinstance(node.other, Leaf) and _certain(node.other, _whole(node.node), ""):
            raise QueryError(node.other.column or 1, "never matches: every hit is itself what it is to be kept from")
        return _facts(node.node, field)
    found = frozenset().union(*(_facts(n, field) for n in node.nodes))
    _agree(node, found, field)
    return found


def _agree(node: And, facts: frozenset[Fact], field: str) -> None:
    for each in node.nodes:
        if isinstance(each, Not) and _certain(each.node, facts, field):
            raise QueryError(each.column or 1, "never matches: what NOT forbids is wanted by the same AND")
    languages = {f[1].partition("-")[0] for f in facts if f[0] == "lang"}
    if len(languages) > 1:
        names = " and ".join(sorted(languages))
        raise QueryError(node.column or 1, f"never matches: an article has one language, not {names}; write OR")
    for alike in (True, False):  # an article has one feed's id and one outlet's name, and either may be asked for
        outlets = {f[1] for f in facts if f[0] == "outlet" and f[1].isascii() is alike}
        if len(outlets) > 1:
            names = " and ".join(sorted(outlets))
            raise QueryError(node.column or 1, f"never matches: an article has one outlet, not {names}; write OR")


def _certain(node: Node, facts: frozenset[Fact], field: str) -> bool:
    """Whether `node` matches every article of which the facts are true, as far as we can tell."""
    if isinstance(node, Leaf):
        words = _words(node)
        fields = (field,) if field else ("", "title", "body")
        return any(("hit", f, m, *words) in facts for f in fields for m in _STRICTER[node.term.match])
    if isinstance(node, Of):
        return _condition(node) in facts
    if isinstance(node, In):
        return _certain(node.node, facts, node.field)
    if isinstance(node, AtLeast):
        return node.times == 1 and _certain(node.node, facts, field)
    if isinstance(node, Or):
        return any(_certain(n, facts, field) for n in node.nodes)
    return isinstance(node, And) and all(_certain(n, facts, field) for n in node.nodes)


def _condition(node: Of) -> Fact:
    return (node.key, " ".join(node.value.casefold().split()))


def _words(leaf: Leaf) -> tuple[str, ...]:
    """The phrase under a light key: compatibility forms, case, vowel marks and hamza do not count."""
    seen = unicodedata.normalize("NFKC", leaf.term.term).translate(_SAME).casefold()
    return tuple("".join(c if c.isalnum() or c == "*" else " " for c in seen if not unicodedata.combining(c)).split())


def _whole(leaf: Leaf) -> frozenset[Fact]:
    return frozenset({("hit", "", leaf.term.match, *_words(leaf))})


def _parts(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    yield words
    for length in range(1, min(_LONGEST_PART, len(words) - 1) + 1):
        for begin in range(len(words) - length + 1):
            yield words[begin : begin + length]
