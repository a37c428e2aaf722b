"""Watchlist → text, and the hash of what it means."""

from __future__ import annotations

import difflib
import hashlib
import io
import json
import re
from collections.abc import Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, SingleQuotedScalarString

from pipeline import query, yamlfile
from pipeline.errors import ConfigError
from pipeline.model import Term, Watchlist
from pipeline.watchlist import lines
from pipeline.watchlist.read import parse


def version(watchlists: Sequence[Watchlist]) -> str:
    """`sha256:…` over all that decides what is tagged and how it is called; the same however the files are written."""
    plain = [_plain(w, explicit=True) for w in sorted(watchlists, key=lambda w: w.id)]
    for one in plain:
        for rule in one["rules"]:
            rule["query"] = query.format(query.parse(rule["query"]))
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


_TERM_KEYS = ("term", "match", "also", "not_as", "quoted", "case", "gap", "article", "weight")
_TERM_DEFAULTS = {key: getattr(Term(term=""), key) for key in _TERM_KEYS}


def _plain(watchlist: Watchlist, *, explicit: bool = False) -> dict[str, Any]:
    """As a file says it; `explicit`: what is as usual too."""
    found: dict[str, Any] = {
        "id": watchlist.id,
        "title": watchlist.title,
        "terms": [_plain_term(t, explicit=explicit) for t in watchlist.terms],
        "rules": [
            {"name": r.name, "query": r.text} | ({"weight": _number(r.weight)} if explicit or r.weight != 1 else {})
            for r in watchlist.rules
        ],
        "exclude": [_plain_term(t, explicit=explicit) for t in watchlist.exclude],
        "threshold": _number(watchlist.threshold),
        "outlets": list(watchlist.outlets),
        "languages": list(watchlist.languages),
    }
    if explicit:
        return found
    return {k: v for k, v in found.items() if v != [] and (k, v) != ("threshold", 1)}


def _plain_term(term: Term, *, explicit: bool) -> Any:
    found = {}
    for key in _TERM_KEYS:
        value = getattr(term, key)
        if explicit or value != _TERM_DEFAULTS[key]:
            found[key] = list(value) if isinstance(value, tuple) else _number(value)
    return term.term if list(found) == ["term"] else found


def _number(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def dumps(watchlist: Watchlist, original_text: str | None = None) -> str:
    """The file of a watchlist. Over the original, only what differs is rewritten; its comments, order and quotes stay.

    ConfigError where the original is no watchlist.
    """
    new = _escaped(_plain(watchlist))
    if original_text is None:
        return _dumped(lines.library(deep=True), new)
    old = _escaped(_plain(parse(original_text)))
    if old == new:
        return original_text
    original = yamlfile.parse(original_text, "watchlist").text
    text = _by_lines(original, old, new)
    if not _sound(text, new):
        text = _over(original, old, new)
    if not _sound(text, new):  # a comment behind a folded text, which the library writes into it: rather no comment
        text = _dumped(lines.library(deep=True), new)
    return text.replace("\n", "\r\n") if "\r\n" in original_text else text


def _by_lines(text: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    """Lists and keys by their lines where these tell them apart, the rest by the library."""
    left = dict(old)
    for key, value in old.items():
        if key not in new:
            cut = lines.without_key(text, key)
        elif isinstance(value, list) and value != new[key]:
            cut = lines.with_list(text, key, value, new[key], _merge_spread)
        else:
            continue
        if cut is not None:
            text = cut
            left.pop(key)
            if key in new:
                left[key] = new[key]
    return text if left == new else _over(text, left, new)


def _over(text: str, old: dict[str, Any], new: dict[str, Any]) -> str:
    yaml = lines.library(deep=bool(re.search(r"^ +- ", text, re.MULTILINE)))
    data = yaml.load(text)
    _merge_mapping(data, old, new)
    return _dumped(yaml, data)


def _sound(text: str, new: dict[str, Any]) -> bool:
    """Whether it reads as `new`. Some ways to write a file are beyond its lines, and some beyond the library."""
    try:
        return bool(new == _escaped(_plain(parse(text))))
    except ConfigError:
        return False


def _dumped(yaml: YAML, value: Any) -> str:
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()


_BARE = re.compile(r"[^\W_][\w .-]*")


def _escaped(value: Any) -> Any:
    """Texts as they are safe in any place of any file; a `${` of the text itself is no variable's."""
    if isinstance(value, dict):
        return {k: _escaped(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_escaped(v) for v in value]
    if not isinstance(value, str) or _BARE.fullmatch(value):
        return value
    text = value.replace("${", "$${")
    return SingleQuotedScalarString(text) if text.isprintable() else DoubleQuotedScalarString(text)


def _merge_mapping(node: Any, old: dict[str, Any], new: dict[str, Any]) -> None:
    """`node` says `old`; make it say `new` and touch nothing else. A key that `old` leaves out may stand in `node` as usual."""
    for key in [k for k in old if k not in new]:
        del node[key]
    for key, value in new.items():
        if key in old and isinstance(value, list) and isinstance(node.get(key), list):
            _merge_list(node[key], old[key], value)
        elif old.get(key) != value:
            node[key] = value


def _merge_list(node: Any, old: list[Any], new: list[Any]) -> None:
    before, after = ([lines.name(x) for x in side] for side in (old, new))
    steps = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    for kind, a, b, c, d in reversed(steps):  # from the end, so that earlier places stay true
        if kind == "equal":
            for n in range(b - a):
                _merge_item(node, a + n, old[a + n], new[c + n])
            continue
        for n in reversed(range(a, b)):
            del node[n]
        for value in reversed(new[c:d]):
            node.insert(a, value)


def _merge_item(node: Any, place: int, old: Any, new: Any) -> None:
    if old == new:
        return
    if isinstance(node[place], dict):
        _merge_spread(node[place], old, new)
    else:
        node[place] = new


def _merge_spread(node: Any, old: Any, new: Any) -> None:
    _merge_mapping(node, _spread(old), _spread(new))


def _spread(item: Any) -> dict[str, Any]:
    return item if isinstance(item, dict) else {"term": item}
