"""What a watchlist's file may hold: its keys, and what each accepts."""

from __future__ import annotations

import re
from itertools import islice
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator

from pipeline import query
from pipeline.model import Mode
from pipeline.yamlfile import Section, kinds


def _phrase(value: Any) -> str:
    """A word or phrase; a number is taken as it is written (القرار 2254)."""
    value = kinds.as_text(value)
    if isinstance(value, float):
        raise kinds.expected("a word or phrase", "put it in quotes")
    if not isinstance(value, str) or not value.strip():
        raise kinds.expected("a word or phrase")
    found = " ".join(kinds.visible(value).split())
    why = query.spoken(found)
    if why:
        at = _place(value, found, why[0])
        raise kinds.wrong(f"this term {why[1]}", "write it as the newspapers do", at=at)
    operator = _OPERATOR.search(found)
    if operator:
        what = f"a term is one phrase, {operator[1]} is of the language of rules"
        raise kinds.wrong(what, "make it a query under `rules:`", at=_place(value, found, operator.start(1)))
    if len(found) > 300:
        raise kinds.wrong("this term has more than 300 characters", "shorten it")
    return found


_OPERATOR = re.compile(r"\S (AND|OR|NOT|OUTSIDE|(?:NEAR|UNLESS)(?:/\d+)?) \S")


def _place(value: str, found: str, at: int) -> int:
    """Which character of `value` as written is the one of `found` at `at`: the two differ in their edges and in white space."""
    begin = value.index(kinds.visible(value))
    places = (n for n in range(begin, len(value)) if not value[n].isspace())
    return next(islice(places, sum(not c.isspace() for c in found[:at]), None), begin)


def _as_mapping(value: Any) -> Any:
    """A term that is a text alone."""
    if value is None or isinstance(value, list):
        raise kinds.expected("a word or phrase", "write one, or take its `-` away")
    return {"term": value} if not isinstance(value, dict) else value


def _query_text(value: Any) -> str:
    value = kinds.as_text(value)
    if not isinstance(value, str) or not value.strip():
        raise kinds.expected("a query")
    return value


Phrase = Annotated[str, BeforeValidator(_phrase)]
Weight = Annotated[float, kinds.number(0, 1000, above=True)]


class TermSection(Section):
    term: Phrase
    match: Annotated[Mode, kinds.choice(*get_args(Mode))] = "word"
    also: tuple[Phrase, ...] = ()
    not_as: tuple[Phrase, ...] = ()
    quoted: Annotated[bool, kinds.yes_no] = False
    case: Annotated[bool, kinds.yes_no] = False
    gap: Annotated[int, kinds.whole(0, 20)] = 0
    article: Annotated[Literal["written", "any"], kinds.choice("written", "any")] = "written"
    weight: Weight = 1.0


class RuleSection(Section):
    name: Annotated[str, kinds.text(100)]
    query: Annotated[str, BeforeValidator(_query_text)]
    weight: Weight = 1.0


TermField = Annotated[TermSection, BeforeValidator(_as_mapping)]


class WatchlistSection(Section):
    id: Annotated[str, kinds.ident]
    title: Annotated[str, kinds.text(200)]
    terms: tuple[TermField, ...] = ()
    rules: tuple[RuleSection, ...] = ()
    exclude: tuple[TermField, ...] = ()
    threshold: Weight = 1.0
    outlets: tuple[Annotated[str, kinds.ident], ...] = ()
    languages: tuple[Annotated[str, kinds.language], ...] = ()
