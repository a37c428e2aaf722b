"""Files → watchlists."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pipeline import query, yamlfile
from pipeline.errors import ConfigError, Problem
from pipeline.model import Rule, Term, Watchlist
from pipeline.watchlist.form import TermSection, WatchlistSection
from pipeline.yamlfile import Steps, Tree, kinds


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was sound, every id that was written (of a file that cannot be read, its name), and every mistake."""

    watchlists: tuple[Watchlist, ...]
    ids: frozenset[str]
    problems: tuple[Problem, ...]


def load(path: Path) -> Watchlist:
    """One file; ConfigError with all its mistakes."""
    return load_all([path])[0]


def load_all(paths: Sequence[Path]) -> tuple[Watchlist, ...]:
    """Files, and the `*.yaml` of folders, in order of file name; ConfigError with every mistake of every file."""
    found = examine(paths)
    if found.problems:
        raise ConfigError(found.problems)
    return found.watchlists


def parse(data: bytes | str, name: str = "watchlist") -> Watchlist:
    """A file's text in hand; ConfigError as `load`."""
    made, problems = _watchlist(yamlfile.parse(data, name), None)
    if made is None or problems:
        raise ConfigError(problems)
    return made


def examine(
    paths: Iterable[Path], *, feeds: Collection[str] | None = None, env: Mapping[str, str] | None = None
) -> Examined:
    """As `load_all`, raising nothing. With `feeds`, a watchlist's `outlets` must be among these ids."""
    files, problems = _files(paths)
    made: list[Watchlist] = []
    first: dict[str, Tree] = {}
    unread: set[str] = set()
    for path in files:
        try:
            tree = yamlfile.read(path, env)
        except ConfigError as error:
            problems += error.problems
            unread.add(path.stem)  # most probably its id: a digest that names it is not at fault
            continue
        found, mistakes = _watchlist(tree, feeds)
        problems += mistakes
        name = tree.word(("id",))
        if name and name in first:
            where = f"{first[name].file}:{first[name].spot(('id',)).line}"
            what = f"the id {tree.shown(('id',))} is taken by {where}"
            problems.append(tree.problem(("id",), what, "give one of them another id"))
        elif name:
            first[name] = tree
        if found:
            made.append(found)
    return Examined(watchlists=tuple(made), ids=frozenset(first) | unread, problems=tuple(problems))


def _files(paths: Iterable[Path]) -> tuple[list[Path], list[Problem]]:
    found: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.is_dir():
            found.append(path)
            continue
        try:
            inside = sorted(p for p in path.iterdir() if not p.name.startswith("."))
        except OSError as error:
            problems.append(Problem(str(path), 0, 0, f"cannot be read: {error.strerror}", "see its owner and mode"))
            continue
        found += [p for p in inside if p.suffix == ".yaml"]
        problems += [
            Problem(str(p), 0, 0, "is not read: watchlists end in .yaml", f"name it {p.stem}.yaml, or take it away")
            for p in inside
            if p.suffix.lower() in {".yml", ".json"} or p.suffix.lower() == ".yaml" != p.suffix
        ]
    unique = {p.resolve(): p for p in reversed(found)}
    return sorted(unique.values(), key=lambda p: (p.name, str(p))), problems


def _watchlist(tree: Tree, feeds: Collection[str] | None) -> tuple[Watchlist | None, list[Problem]]:
    section, problems = yamlfile.check(tree, WatchlistSection)
    queries, mistakes = _queries(tree)
    problems += mistakes
    for again, first in tree.repeated(("rules",), "name"):
        problems.append(tree.problem(again, f"this name is taken in line {tree.spot(first).line}", "choose another"))
    if feeds is not None:
        problems += _unknown_feeds(tree, feeds)
    if section is None or problems:
        return None, problems
    if not section.terms and not section.rules:
        return None, [tree.problem((), "a watchlist without terms and rules finds nothing", "add `terms:` or `rules:`")]
    most = sum(t.weight for t in section.terms)
    most += sum(r.weight * max(x.term.weight for x in query.leaves(queries[n])) for n, r in enumerate(section.rules))
    if section.threshold > most + 1e-9:
        what = f"the threshold {section.threshold:g} is never reached: all weights together are {most:g}"
        return None, [tree.problem(("threshold",), what, "lower it, or raise weights")]
    spots = [tree.spot(("rules", n)) for n in range(len(section.rules))]
    rules = tuple(
        Rule(name=r.name, text=r.query, query=queries[n], weight=r.weight, line=spots[n].line, column=spots[n].column)
        for n, r in enumerate(section.rules)
    )
    return Watchlist(
        id=section.id,
        title=section.title,
        terms=_terms(tree, "terms", section.terms),
        rules=rules,
        exclude=_terms(tree, "exclude", section.exclude),
        threshold=section.threshold,
        outlets=section.outlets,
        languages=section.languages,
        path=tree.file,
    ), []


def _terms(tree: Tree, key: str, sections: tuple[TermSection, ...]) -> tuple[Term, ...]:
    spots = (tree.spot((key, n)) for n in range(len(sections)))
    return tuple(Term(**dict(s), line=at.line, column=at.column) for s, at in zip(sections, spots, strict=True))


def _queries(tree: Tree) -> tuple[dict[int, query.Node], list[Problem]]:
    """The trees of the rules by their place, and what is wrong with the others, to the column inside the text."""
    found: dict[int, query.Node] = {}
    problems: list[Problem] = []
    for n in range(tree.count(("rules",))):
        steps: Steps = ("rules", n, "query")
        text = kinds.as_text(tree.get(steps))
        if not isinstance(text, str) or not text.strip():
            continue
        try:
            found[n] = query.parse(text)
        except query.QueryError as error:
            line, column = tree.inside(steps, error.column - 1)
            what, _, todo = error.told(partial(_inside, tree, steps, line)).partition("; ")
            if tree.spot(steps).secret:
                what, todo = "something is wrong", ""
            problems.append(Problem(tree.file, line, column, f"in the query: {what}", todo))
    return found, problems


def _inside(tree: Tree, steps: Steps, here: int, column: int) -> str:
    """Where a column of the query stands in the file, for a message about line `here`."""
    line, column = tree.inside(steps, column - 1)
    return f"column {column}" if line == here else f"line {line} column {column}"


def _unknown_feeds(tree: Tree, feeds: Collection[str]) -> list[Problem]:
    problems = []
    for n in range(tree.count(("outlets",))):
        name = tree.word(("outlets", n)) or ""
        if kinds.ID.fullmatch(name) and name not in feeds:
            near = yamlfile.nearest(name, feeds)
            todo = f"did you mean {near!r}?" if near else "see marsad feeds list"
            problems.append(tree.problem(("outlets", n), f"there is no feed {tree.shown(('outlets', n))}", todo))
    return problems
