"""Tokens → tree, by precedence climbing.

    rule     = or                                      loosest
    or       = and   { OR and }
    and      = near  { AND near | NOT near }           A NOT B is A AND NOT B
    near     = unary { (NEAR[/n] | UNLESS[/n] | OUTSIDE) unary }   from left to right
    unary    = NOT unary | prefix unary | primary      tightest
    primary  = "(" or ")" | phrase [^n] | word { word } [^n]

One level of Python's stack per open parenthesis or prefix, MOST_DEEP at most: never a RecursionError, here or in what reads the tree.
"""

from __future__ import annotations

import re
from typing import Literal, NoReturn, cast

from pipeline.model import And, AtLeast, In, Leaf, Mode, Near, Node, Not, Of, Or, Outside, Term, Unless
from pipeline.query.lexer import QueryError, Token, spoken, tokens
from pipeline.query.sense import children, refuse

MOST_DEEP = 40
NEAR_ALONE = 4
"""The distance of NEAR and UNLESS without a number, as users of media monitors know it."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


def parse(text: str) -> Node:
    """The tree of a query; QueryError where it is wrong, can never match, or has nothing to find."""
    tree = _Parser(tokens(text)).rule()
    _refuse_depth(tree)
    refuse(tree)
    return tree


def _refuse_depth(tree: Node) -> None:
    """Chains of NEAR inside one another are deep without one parenthesis too many; counted without recursion."""
    level: list[Node] = [tree]
    for _ in range(MOST_DEEP):
        level = [child for node in level for child in children(node)]
    if level:
        raise QueryError(level[0].column or 1, f"is nested deeper than {MOST_DEEP} levels; make several rules of it")


class _Parser:
    def __init__(self, found: list[Token]) -> None:
        self.tokens = found
        self.at = 0
        self.deep = 0

    def peek(self) -> Token:
        return self.tokens[self.at]

    def take(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def rule(self) -> Node:
        if self.peek().kind == "end":
            raise QueryError(1, "the query is empty; a word or phrase was expected")
        tree = self.or_()
        if self.peek().kind == ")":
            raise QueryError(self.peek().column, "this ) closes nothing; take it away, or open a ( before it")
        if self.peek().kind != "end":
            self.unexpected()
        return tree

    def unexpected(self) -> NoReturn:
        token = self.peek()
        if token.kind == "^":
            raise QueryError(token.column, "a weight stands behind a word or phrase only; an operator was expected")
        raise QueryError(
            token.column,
            "AND, OR, NOT or NEAR was expected between two phrases; words without quotation marks side by side are one phrase",
        )

    # ---- operators
    def or_(self) -> Node:
        nodes = [self.and_()]
        while self.peek().kind == "OR":
            self.take()
            nodes.append(self.and_())
        return nodes[0] if len(nodes) == 1 else Or(nodes=tuple(nodes), column=nodes[0].column)

    def and_(self) -> Node:
        nodes = [self.near()]
        while self.peek().kind in ("AND", "NOT"):
            if self.peek().kind == "AND":
                self.take()
            nodes.append(self.near())
        return nodes[0] if len(nodes) == 1 else And(nodes=tuple(nodes), column=nodes[0].column)

    def near(self) -> Node:
        node = self.unary()
        while self.peek().kind in ("NEAR", "UNLESS", "OUTSIDE"):
            operator = self.take()
            self.hits(node, operator.kind)
            other = self.unary()
            self.hits(other, operator.kind)
            node = _joined(operator, node, other)
        return node

    def hits(self, node: Node, operator: str) -> None:
        """NEAR and its like speak of places in the text; an AND or NOT has none."""
        name = {And: "AND", Not: "NOT", Of: "outlet: or lang:"}.get(type(node))
        if isinstance(node, (In, AtLeast)):
            self.hits(node.node, operator)
        if isinstance(node, Or):
            for branch in node.nodes:
                self.hits(branch, operator)
        if name:
            what = f"{operator} wants words, phrases or a group of OR, here is {name}"
            if name == "NOT":
                what += "; to drop hits that stand near a word write A UNLESS/5 B"
            raise QueryError(node.column or 1, what)

    def unary(self) -> Node:
        token = self.peek()
        if token.kind == "NOT":
            self.take()
            if self.peek().kind == "NOT":
                raise QueryError(self.peek().column, "one NOT is enough; a word or phrase was expected")
            return Not(node=self.unary(), column=token.column)
        if token.kind == "prefix":
            self.take()
            return self.prefixed(token)
        return self.primary()

    # ---- prefixes
    def prefixed(self, token: Token) -> Node:
        name = token.text
        if name in ("outlet", "lang"):
            return self.condition(token)
        if name in ("name", "exact", "forms"):
            if self.peek().kind not in ("word", "phrase"):
                raise QueryError(self.peek().column, f"a word or phrase was expected after {name}:")
            return self.phrase(cast("Mode", name), token.column)
        self.deeper(token)
        if self.peek().kind in ("NOT", "AND", "OR", "NEAR", "UNLESS", "OUTSIDE", ")", "^", "end"):
            raise QueryError(self.peek().column, f"a word, a phrase or ( was expected after {name}:")
        node = self.unary()
        self.deep -= 1
        if name == "atleast":
            self.hits(node, "atleast")
            return AtLeast(node=node, times=token.number or 1, column=token.column)
        return In(field=cast('Literal["title", "body"]', name), node=node, column=token.column)

    def condition(self, token: Token) -> Of:
        key = cast('Literal["outlet", "lang"]', token.text)
        if self.peek().kind not in ("word", "phrase"):
            raise QueryError(self.peek().column, f"one name was expected after {key}:, as in {key}:a OR {key}:b")
        value = self.words()
        if self.peek().kind == "^":
            raise QueryError(self.peek().column, f"{key}: takes no weight; it is a condition")
        if key == "lang" and not _LANGUAGE.fullmatch(value):
            raise QueryError(token.column, f"lang: wants a language's code such as ar, fa or en, not {value!r}")
        return Of(key=key, value=value, column=token.column)

    def deeper(self, token: Token) -> None:
        self.deep += 1
        if self.deep > MOST_DEEP:
            raise QueryError(token.column, f"is nested deeper than {MOST_DEEP} levels; make several rules of it")

    # ---- words, phrases, groups
    def primary(self) -> Node:
        token = self.peek()
        if token.kind == "(":
            self.take()
            self.deeper(token)
            node = self.or_()
            self.deep -= 1
            if self.peek().kind != ")":
                if self.peek().kind == "end":
                    raise QueryError(self.peek().column, ") was expected, to close the (", opened=token.column)
                self.unexpected()
            self.take()
            return node
        if token.kind in ("word", "phrase"):
            return self.phrase("word", token.column)
        before = f" after {self.tokens[self.at - 1].text}" if self.at else ""
        here = "the query ends" if token.kind == "end" else f"here is {token.text}"
        raise QueryError(token.column, f"a word, a phrase or ( was expected{before}; {here}")

    def phrase(self, mode: Mode, column: int) -> Leaf:
        first = self.peek()
        text = self.words()
        wrong = spoken(text)
        if wrong:
            shift = wrong[0] if first.kind == "word" and " " not in text[: wrong[0]] else 0
            raise QueryError(first.column + shift, f"the phrase {wrong[1]}")
        weight = self.take().weight if self.peek().kind == "^" else 1.0
        return Leaf(term=Term(term=text, match=mode, weight=weight), column=column)

    def words(self) -> str:
        """One phrase: in quotation marks, or bare words side by side."""
        if self.peek().kind == "phrase":
            return self.take().text
        found = [self.take().text]
        while self.peek().kind == "word":
            found.append(self.take().text)
        return " ".join(found)


def _joined(operator: Token, node: Node, other: Node) -> Near | Unless | Outside:
    distance = NEAR_ALONE if operator.number is None else operator.number
    if operator.kind == "NEAR":
        return Near(left=node, right=other, distance=distance, column=node.column)
    if operator.kind == "UNLESS":
        return Unless(node=node, other=other, distance=distance, column=node.column)
    return Outside(node=node, other=other, column=node.column)
