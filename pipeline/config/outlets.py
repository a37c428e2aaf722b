"""outlets.yaml: what the user says about the pages of single outlets, as CSS selectors. None is needed for the common case."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator

from pipeline import yamlfile
from pipeline.errors import Problem
from pipeline.yamlfile import Section, Tree, kinds

if TYPE_CHECKING:  # what reads pages is loaded where there are rules for it
    from pipeline.extract import Rules

LONGEST = 500
"""Characters of a selector."""

SELECTORS = ("content", "remove", "title", "date")


def _host(value: Any) -> str:
    found = kinds.plain(value).lower().removesuffix(".") if isinstance(value, str) else ""
    if "/" in found or ":" in found:
        raise kinds.expected("a host alone", "take away https:// and what follows the name, as www.example.org")
    if not re.fullmatch(r"[^\W_](?:[\w-]{0,61}[^\W_])?(?:\.[^\W_](?:[\w-]{0,61}[^\W_])?){1,8}", found):
        raise kinds.expected("a host such as www.example.org")
    return found


def _selector(value: Any) -> str:
    from pipeline.extract import rules  # noqa: PLC0415

    if not isinstance(value, str) or not kinds.visible(value):
        raise kinds.expected("a CSS selector", "write it in quotes, as '#main .text'")
    found = kinds.visible(value)
    if len(found) > LONGEST:
        raise kinds.wrong(
            f"a selector of at most {LONGEST} characters was expected", "name the nearest id or class alone"
        )
    if why := rules.wrong(found):
        raise kinds.wrong(why, "try it in the browser's inspector")
    return found


def _one_or_list(value: Any) -> Any:
    """A single selector may stand without a list."""
    return [value] if isinstance(value, str) else value


Selectors = Annotated[tuple[Annotated[str, BeforeValidator(_selector)], ...], BeforeValidator(_one_or_list)]


class OutletSection(Section):
    feed: Annotated[str | None, kinds.ident] = None
    host: Annotated[str | None, BeforeValidator(_host)] = None
    content: Selectors = ()
    remove: Selectors = ()
    title: Selectors = ()
    date: Selectors = ()


class OutletsSection(Section):
    outlets: tuple[OutletSection, ...]


def made(section: OutletsSection) -> tuple[Rules, ...]:
    from pipeline.extract import Rules  # noqa: PLC0415

    return tuple(Rules(**dict(one)) for one in section.outlets)


def disagreements(tree: Tree, feeds: Collection[str]) -> list[Problem]:
    """What single keys cannot see: each names one feed that exists, or one host, and says something; none stands twice."""
    problems = []
    for key in ("feed", "host"):
        for again, first in tree.repeated(("outlets",), key, same=str.lower):
            what = f"{tree.shown(again)} has rules in line {tree.spot(first).line} already"
            problems.append(tree.problem(again, what, "put them together"))
    for n in range(tree.count(("outlets",))):
        here = ("outlets", n)
        value = tree.get(here)
        if not isinstance(value, dict):
            continue
        if (value.get("feed") is None) == (value.get("host") is None):
            problems.append(
                tree.problem(here, "either feed: or host: was expected here", "name the pages that the rules are for")
            )
        if not any(value.get(key) for key in SELECTORS):
            what = f"there is no rule here; {', '.join(SELECTORS)} are the kinds"
            problems.append(tree.problem(here, what, "write one, or take this outlet away"))
        name = tree.word((*here, "feed")) or ""
        if feeds and kinds.ID.fullmatch(name) and name not in feeds:
            near = yamlfile.nearest(name, feeds)
            todo = f"did you mean {near!r}?" if near else "feeds.yaml has the ids"
            problems.append(tree.problem((*here, "feed"), f"there is no feed {name!r}", todo))
    return problems
