"""feeds.yaml: the feed list as the user writes it, read with every mistake in its place, and added to without a comment lost."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator
from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

from pipeline import yamlfile
from pipeline.errors import ConfigError, Problem
from pipeline.model import Feed
from pipeline.yamlfile import Section, Tree, kinds


# ---------------------------------------------------------------- feeds.yaml → feeds
def _country(value: Any) -> str:
    found = kinds.plain(value).upper() if isinstance(value, str) else ""
    if not re.fullmatch(r"[A-Z]{2}", found):
        raise kinds.expected("a country's code of two letters, such as SY or IQ,")
    return found


class FeedSection(Section):
    id: Annotated[str, kinds.ident]
    url: Annotated[str, kinds.feed_address]
    outlet: Annotated[str, kinds.text(120)]
    language: Annotated[str | None, kinds.language] = None
    country: Annotated[str | None, BeforeValidator(_country)] = None
    every: Annotated[timedelta | None, kinds.span("1m", "30d")] = None
    enabled: Annotated[bool, kinds.yes_no] = True
    kind: Annotated[Literal["feed", "sitemap"], kinds.choice("feed", "sitemap")] = "feed"


class FeedsSection(Section):
    feeds: tuple[FeedSection, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was sound, every id that was written, and every mistake."""

    feeds: tuple[Feed, ...]
    ids: frozenset[str]
    problems: tuple[Problem, ...]


def load(path: Path) -> tuple[Feed, ...]:
    """A feeds.yaml; ConfigError with every mistake."""
    found = examine(path)
    if found.problems:
        raise ConfigError(found.problems)
    return found.feeds


def examine(path: Path, *, env: Mapping[str, str] | None = None) -> Examined:
    """As `load`, raising nothing."""
    try:
        tree = yamlfile.read(path, env)
    except ConfigError as error:
        return Examined(feeds=(), ids=frozenset(), problems=error.problems)
    return _examine(tree)


def _examine(tree: Tree) -> Examined:
    section, problems = yamlfile.check(tree, FeedsSection)
    for again, first in tree.repeated(("feeds",), "id"):
        what = f"this id stands in line {tree.spot(first).line} already"
        problems.append(tree.problem(again, what, "give one of the two feeds another id"))
    for again, first in tree.repeated(("feeds",), "url", same_address):
        what = f"this address stands in line {tree.spot(first).line} already"
        problems.append(tree.problem(again, what, "take one of the two feeds away"))
    ids = {tree.word(("feeds", n, "id")) for n in range(tree.count(("feeds",)))}
    feeds = tuple(Feed(**dict(f)) for f in section.feeds) if section and not problems else ()
    return Examined(feeds=feeds, ids=frozenset(i for i in ids if i), problems=tuple(problems))


def same_address(url: str) -> str:
    """Case of scheme and host, the usual port, a slash at the end and a fragment make no other address."""
    try:
        parts = urlsplit(kinds.plain_address(url))
        port = parts.port
    except ValueError:
        return url
    usual = {"http": 80, "https": 443}.get(parts.scheme.lower())
    host = (parts.hostname or "").removesuffix(".") + (f":{port}" if port not in (None, usual) else "")
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.scheme.lower()}://{host}{parts.path.rstrip('/')}{query}"


# ---------------------------------------------------------------- feeds → feeds.yaml
def append(text: str, feeds: Sequence[Feed]) -> str:
    """The text of a feeds.yaml with more feeds at its end; every comment and line of it stays.

    ConfigError where the text has mistakes, before or after.
    """
    tree = yamlfile.parse(text, "feeds.yaml")
    before = _examine(tree)
    if before.problems:
        raise ConfigError(before.problems)
    if not feeds:
        return text
    new = _appended_lines(text, tree, feeds) or _appended_flow(text, tree, feeds)
    after = _examine(yamlfile.parse(new, "feeds.yaml"))
    if after.problems:
        raise ConfigError(after.problems)
    return new


def _appended_lines(text: str, tree: Tree, feeds: Sequence[Feed]) -> str | None:
    """For a list with one `- ` a line, as people write it: new lines in its style after its last one."""
    items = tree.get(("feeds",))
    if not items:
        return None
    source = tree.text
    start = tree.spot(("feeds", len(items) - 1)).start
    line = source[source.rfind("\n", 0, start) + 1 : start]
    if not re.fullmatch(r" *- +", line) or source[start : start + 1] in "{[":
        return None
    dash = line.index("-")
    if tree.spot(("feeds",)).column != dash + 1:
        return None
    lines = source.split("\n")
    end = source.count("\n", 0, start) + 1
    while end < len(lines) and (not lines[end].strip() or len(lines[end]) - len(lines[end].lstrip()) > dash):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    gap = [""] if len(items) > 1 and not lines[source.count("\n", 0, start) - 1].strip() else []
    added: list[str] = []
    for feed in feeds:
        added += gap
        added += [" " * dash + ("- " if n == 0 else "  ") + f"{k}: {v}" for n, (k, v) in enumerate(_written(feed))]
    rest = lines[end:] or [""]
    return _as_before(text, "\n".join([*lines[:end], *added, *rest]))


def _appended_flow(text: str, tree: Tree, feeds: Sequence[Feed]) -> str:
    """For `[]` and JSON."""
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    data = yaml.load(tree.text)
    plain = [{k: _quoted(v) for k, v in fields(feed)} for feed in feeds]
    if data["feeds"]:
        data["feeds"].extend(plain)
    else:
        data["feeds"] = plain
        yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(data, stream)
    return _as_before(text, stream.getvalue())


def _quoted(value: Any) -> Any:
    """As JSON writes it, which is YAML in every place."""
    return DoubleQuotedScalarString(value.replace("${", "$${")) if isinstance(value, str) else value


def _as_before(old: str, new: str) -> str:
    return new.replace("\r\n", "\n").replace("\n", "\r\n") if "\r\n" in old else new


def fields(feed: Feed) -> Iterator[tuple[str, Any]]:
    yield from (("id", feed.id), ("url", feed.url), ("outlet", feed.outlet))
    for key in ("language", "country"):
        if getattr(feed, key):
            yield key, getattr(feed, key)
    if feed.every:
        yield "every", kinds.show(feed.every)
    if not feed.enabled:
        yield "enabled", False
    if feed.kind != "feed":
        yield "kind", feed.kind


_BARE = re.compile(r"(?:https?://)?[^\W_][\w./?=&%+~-]*(?: [^\W_][\w.-]*)*")
_NOT_BARE = re.compile(r"(?i)null|true|false|yes|no|on|off|y|n|[-+.0-9].*")


def _written(feed: Feed) -> Iterator[tuple[str, str]]:
    """Values as they stand in YAML: quoted only where they must be."""
    for key, value in fields(feed):
        if isinstance(value, bool):
            yield key, "true" if value else "false"
        elif _BARE.fullmatch(value) and not _NOT_BARE.fullmatch(value):
            yield key, value
        else:
            yield key, "'" + value.replace("'", "''").replace("${", "$${") + "'"
