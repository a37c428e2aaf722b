"""Tree × pydantic model → the model, or every mistake with its place, in plain words.

Pydantic finds; the words are ours: each kind of its errors that can occur has a sentence here.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import ConfigError, Problem
from pipeline.yamlfile.tree import Steps, Tree, read


class Section(BaseModel):
    """A mapping in a file: an unknown key is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


M = TypeVar("M", bound=Section)

_SHAPES = {
    "model_type": ("keys with their values were", "write them as `key: value`, one a line"),
    "model_attributes_type": ("keys with their values were", "write them as `key: value`, one a line"),
    "tuple_type": ("a list was", "write it as [one, two], or one `- item` a line"),
    "list_type": ("a list was", "write it as [one, two], or one `- item` a line"),
}


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant."""
    known = {n.casefold(): n for n in names}
    found = difflib.get_close_matches(name.casefold(), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def load(path: Path, model: type[M], env: Mapping[str, str] | None = None) -> tuple[M, Tree]:
    """One file, checked; ConfigError with every mistake."""
    tree = read(path, env)
    made, problems = check(tree, model)
    if made is None or problems:
        raise ConfigError(problems)
    return made, tree


def check(tree: Tree, model: type[M]) -> tuple[M | None, list[Problem]]:
    """The model where the tree fits it, and every mistake of the tree; a model may come with mistakes of writing."""
    problems = list(tree.problems)
    if tree.value is None and () not in tree.broken:
        keys = ", ".join(f"{k}:" for k, f in model.model_fields.items() if f.is_required()) or "its keys"
        return None, [*problems, Problem(tree.file, 0, 0, "is empty", f"it needs {keys}")]
    try:
        return model.model_validate(tree.value), problems
    except ValidationError as error:
        details = error.errors(include_url=False)
    meant = {(*d["loc"][:-1], _meant(model, d["loc"])) for d in details if d["type"] == "extra_forbidden"}
    for detail in details:
        steps = detail["loc"]
        if detail["type"] == "missing" and steps in meant:
            continue
        if any(steps[:n] in tree.broken for n in range(len(steps) + 1)):
            continue
        problems.append(_problem(tree, model, detail))
    return None, problems


def _problem(tree: Tree, model: type[Section], detail: ErrorDetails) -> Problem:
    steps, kind, ctx = detail["loc"], detail["type"], detail.get("ctx", {})
    if kind == "extra_forbidden":
        near = _meant(model, steps)
        todo = f"did you mean {near!r}?" if near else f"the keys here are {', '.join(_fields(model, steps[:-1]))}"
        return tree.problem(steps, f"unknown key {str(steps[-1])[:60]!r}", todo, key=True)
    if kind == "missing":
        return tree.problem(steps[:-1], f"the key {steps[-1]!r} is missing", f"add `{steps[-1]}: …`")
    got = tree.shown(steps)
    if tree.spot(steps).secret:  # what was found out of its value may tell it
        ctx = {**ctx, "todo": ""}
    if kind == "choice":
        names = ctx["names"]
        near = nearest(got.strip("'"), names)
        todo = f"did you mean {near!r}?" if near else ""
        return tree.problem(steps, f"{' or '.join(names)} was expected, not {got}", todo)
    if kind == "expected":
        return tree.problem(steps, f"{ctx['what']} was expected, not {got}", ctx["todo"])
    if kind == "wrong":
        if ctx["at"]:
            return Problem(tree.file, *tree.inside(steps, ctx["at"]), ctx["what"], ctx["todo"])
        return tree.problem(steps, ctx["what"], ctx["todo"])
    if kind in _SHAPES:
        what, todo = _SHAPES[kind]
        if tree.get(steps) is None:
            return tree.problem(steps, f"{what} expected, nothing stands here", "write it, or take the key away")
        return tree.problem(steps, f"{what} expected, not {got}", todo)
    raise AssertionError(f"no sentence for pydantic's {kind}")  # a field without a kind of ours: our mistake


def _meant(model: type[Section], steps: Steps) -> str | None:
    """The key that an unknown one probably is; that it is missing too need not be said."""
    return nearest(str(steps[-1]), _fields(model, steps[:-1]))


def _fields(model: type[Section], steps: Steps) -> list[str]:
    """The keys that the mapping at `steps` may have."""
    at: Any = model
    for step in steps:
        if isinstance(step, int):
            continue
        field = next((f for name, f in at.model_fields.items() if step == (f.alias or name)), None)
        at = _section_in(field.annotation) if field else None
        if at is None:
            return []
    return [f.alias or name for name, f in at.model_fields.items()]


def _section_in(annotation: Any) -> type[Section] | None:
    """The one Section inside `tuple[Section, ...]`, `Annotated[Section, …]`, `Section | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return next((s for a in get_args(annotation) if (s := _section_in(a))), None)
