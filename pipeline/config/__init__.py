"""The configuration: five kinds of file in one folder → one checked Config, or every mistake of all of them together.

    config/pipeline.yaml    how we work            optional: every key has a usual value
    config/feeds.yaml       what we read           sources.py
    config/watchlists/      what we look for       watchlist.py
    config/digests.yaml     what we publish        optional: one daily digest of all watchlists
    config/outlets.yaml     where pages have what  optional: for outlets whose pages are read wrongly

Reading it writes nothing, asks no network and no clock.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote

from pipeline import sources, watchlist, yamlfile
from pipeline.config import digests as digest_file
from pipeline.config import outlets as outlet_file
from pipeline.config import settings as settings_file
from pipeline.config.digests import DigestSection, DigestsSection
from pipeline.config.outlets import OutletsSection
from pipeline.config.settings import Language, PipelineSection, is_mailbox
from pipeline.deliver import Mail
from pipeline.errors import ConfigError, Problem
from pipeline.fetch import Settings
from pipeline.model import Digest, Feed, Watchlist
from pipeline.yamlfile import Section, Tree, duration

if TYPE_CHECKING:
    from pipeline.extract import Rules

__all__ = ["Config", "Web", "duration", "is_mailbox", "load"]

TITLES: dict[str, str] = {"ar": "موجز الرصد اليومي", "en": "Daily brief"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """Where `marsad serve` listens."""

    host: str = "127.0.0.1"
    port: int = 8700


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings, checked. Paths are relative to where the command runs, as `folder` is."""

    folder: Path
    store: str = field(repr=False)
    """A database URL, which may hold a password."""
    outputs: Path
    timezone: str
    language: Language
    workers: int | str
    """Processes on this machine (0: in this one), or an engine's address."""
    collect: timedelta
    alive: str | None = field(default=None, repr=False)
    """An address to call after each edition; whoever knows it can speak for us."""
    fetch: Settings
    web: Web
    mail: Mail | None = None
    feeds: tuple[Feed, ...]
    watchlists: tuple[Watchlist, ...]
    digests: tuple[Digest, ...]
    outlets: tuple[Rules, ...] = ()
    """What the user says about the pages of single outlets."""


# ---------------------------------------------------------------- the folder
FILES = ("pipeline.yaml", "feeds.yaml", "digests.yaml", "outlets.yaml")
S = TypeVar("S", bound=Section)


def load(folder: Path, env: Mapping[str, str] | None = None) -> Config:
    """ConfigError with every mistake of every file. `env`: where `${NAME}` is looked up, else the environment."""
    problems = _stray(folder)
    feeds = _feeds(folder, env)
    lists_folder = folder / "watchlists"
    lists = watchlist.examine([lists_folder] if os.path.lexists(lists_folder) else [], feeds=feeds.ids or None, env=env)
    problems += [*feeds.problems, *lists.problems]
    settings, tree = _optional(folder / "pipeline.yaml", PipelineSection, env, problems)
    if settings and tree:
        problems += settings_file.disagreements(tree, settings)
        problems += _inside(folder, settings, tree)
    digests, tree = _optional(folder / "digests.yaml", DigestsSection, env, problems)
    if tree:
        mail = settings.mail is not None if settings else os.path.lexists(folder / "pipeline.yaml")
        problems += digest_file.disagreements(tree, lists.ids, mail=mail)
    outlets, tree = _optional(folder / "outlets.yaml", OutletsSection, env, problems)
    if tree:
        problems += outlet_file.disagreements(tree, feeds.ids)
    if problems:
        raise ConfigError(problems)
    made = _config(folder, settings or PipelineSection(), feeds.feeds, lists.watchlists, digests)
    return replace(made, outlets=outlet_file.made(outlets)) if outlets else made


def _stray(folder: Path) -> list[Problem]:
    """Names that look like ours and are not: they would be left out without a word. ConfigError without a folder."""
    try:
        inside = sorted(p for p in folder.iterdir() if not p.name.startswith("."))
        (folder / "..").stat()  # names may be read of a folder whose files may not
    except OSError as error:
        why = {FileNotFoundError: "there is no such folder", NotADirectoryError: "is a file, a folder was expected"}
        what = why.get(type(error), f"cannot be read: {error.strerror}")
        todo = "name the folder of the configuration with --config"
        raise ConfigError([Problem(str(folder), 0, 0, what, todo)]) from None
    problems = []
    for path in inside:
        near = None
        if path.is_dir() and path.name != "watchlists":
            near = yamlfile.nearest(path.name, ["watchlists"])
        elif path.suffix.lower() in {".yaml", ".yml"} and path.name not in FILES:
            near = yamlfile.nearest(path.stem + ".yaml", FILES)
        else:
            continue
        todo = f"did you mean {near}?" if near else f"the names here are {', '.join(FILES)} and the folder watchlists"
        if near or path.is_file():
            problems.append(Problem(str(path), 0, 0, "this name is not read", todo))
    return problems


def _feeds(folder: Path, env: Mapping[str, str] | None) -> sources.Examined:
    path = folder / "feeds.yaml"
    if os.path.lexists(path):
        return sources.examine(path, env=env)
    todo = "write it with a line `feeds:` and under it `- id:`, `url:` and `outlet:` of each feed"
    missing = Problem(str(path), 0, 0, "there is no such file", todo)
    return sources.Examined(feeds=(), ids=frozenset(), problems=(missing,))


def _optional(
    path: Path, model: type[S], env: Mapping[str, str] | None, problems: list[Problem]
) -> tuple[S | None, Tree | None]:
    """What could be read of a file that need not be there; its mistakes are added to `problems`. A link that leads nowhere is one."""
    if not os.path.lexists(path):
        return None, None
    try:
        tree = yamlfile.read(path, env)
    except ConfigError as error:
        problems += error.problems
        return None, None
    made, mistakes = yamlfile.check(tree, model)
    problems += mistakes
    return made, tree


def _inside(folder: Path, settings: PipelineSection, tree: Tree) -> list[Problem]:
    """What is written would stand among what is read, and each writing would look like a change of the configuration."""
    own, archive = folder.resolve(), sqlite_file(_store_url(folder, settings.store))
    places = {"outputs": _beside(folder, settings.outputs), "store": archive.parent if archive else Path("/")}
    return [
        tree.problem((key,), f"the {what} would stand among the files of the configuration", "name a folder outside it")
        for key, what in (("outputs", "outputs"), ("store", "archive"))
        if own in (places[key].resolve(), *places[key].resolve().parents)
    ]


# ---------------------------------------------------------------- sections → Config
def _beside(folder: Path, path: str) -> Path:
    """Relative to what holds the folder of the configuration."""
    return Path(os.path.normpath(Path(os.path.normpath(folder / os.pardir)) / path))


def _store_url(folder: Path, url: str) -> str:
    """A relative file of SQLite stands beside the configuration too."""
    scheme, slashes, path = url.partition(":///")
    if not slashes or not scheme.lower().startswith("sqlite"):
        return url
    place = str(_beside(folder, unquote(path)))
    for sign in "%?":  # a folder of the user's may have them in its name; in an address they mean something
        place = place.replace(sign, quote(sign))
    return f"{scheme.lower()}:///{place}"


def sqlite_file(url: str) -> Path | None:
    """The file of an archive's address; None of a server's."""
    kind, slashes, path = url.partition(":///")
    return Path(unquote(path)) if slashes and kind.startswith("sqlite") else None


def _config(
    folder: Path,
    made: PipelineSection,
    feeds: tuple[Feed, ...],
    lists: tuple[Watchlist, ...],
    digests: DigestsSection | None,
) -> Config:
    every = tuple(w.id for w in lists)
    usual = DigestSection(id="daily", title=TITLES[made.language], at="07:00")
    return Config(
        folder=folder,
        store=_store_url(folder, made.store),
        outputs=_beside(folder, made.outputs),
        timezone=made.timezone,
        language=made.language,
        workers=made.workers,
        collect=made.collect,
        alive=made.alive,
        fetch=Settings(**dict(made.fetch)),
        web=Web(host=made.web.listen[0], port=made.web.listen[1]),
        mail=_mail(made),
        feeds=feeds,
        watchlists=lists,
        digests=tuple(_digest(d, made, every) for d in (digests.digests if digests else (usual,))),
    )


def _mail(made: PipelineSection) -> Mail | None:
    section = made.mail
    if section is None:
        return None
    return Mail(
        host=section.host,
        port=section.port or settings_file.PORTS[section.security],
        security=section.security,
        sender=section.sender,
        user=section.user,
        password=section.password,
        link=section.link,
    )


def _digest(section: DigestSection, made: PipelineSection, every: tuple[str, ...]) -> Digest:
    return Digest(
        id=section.id,
        title=section.title,
        at=section.at,
        timezone=section.timezone or made.timezone,
        days=tuple(sorted(section.days)),
        watchlists=every if section.watchlists is None else section.watchlists,
        formats=section.formats,
        language=section.language or made.language,
        digits=section.digits or made.digits,
        hijri=made.hijri if section.hijri is None else section.hijri,
        deliver=digest_file.recipients(section.deliver),
    )
