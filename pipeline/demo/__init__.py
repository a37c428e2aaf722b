"""The main job with no network: three days of an invented newsroom, read over real HTTP by the very program that reads the web.

    play → a project folder (config/, archive, editions) → for each moment: newsroom.now = moment, Application.cycle(moment)

The demo's days are fixed, so every demo writes the same editions to the byte. A demo that was killed is taken up where it ended;
one that is complete is begun anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pipeline
from pipeline import config as configuration
from pipeline.application import Application, Done
from pipeline.errors import UsageError
from pipeline.fetch import Fetcher
from pipeline.publish import write_whole
from pipeline.store import Lock

from .newsroom import Newsroom

MOMENTS = tuple(
    datetime.fromisoformat(f"{moment}+03:00").astimezone(UTC)
    for moment in (
        "2026-02-28T18:00",
        "2026-02-28T23:00",
        "2026-03-01T07:00",
        "2026-03-01T18:00",
        "2026-03-01T23:00",
        "2026-03-02T07:00",
        "2026-03-02T18:00",
        "2026-03-02T23:00",
        "2026-03-03T07:00",
    )
)
"""When the demo's newsroom is read: twice in the evening, and in the morning, when an edition is due and nothing is new."""

MORNINGS = MOMENTS[2::3]

MARKER = ".marsad-demo.json"
"""By this file a folder is known as the demo's own; it says what it was made from, and whether the demo came to its end."""

LOCK = ".marsad-demo.lock"
PLAYING, COMPLETE = "playing", "complete"

LEFTOVERS = ("config", "daily", "archive.sqlite", "archive.sqlite-journal", "archive.sqlite-wal", "archive.sqlite-shm")
"""All that a demo makes, the lock and the marker aside: what may be taken away before a new one."""


def play(folder: Path, say: Callable[[str], None], summary: Callable[[Done], None]) -> Path:
    """Play the demo in `folder` → the last edition's page.

    `say` takes lines for people, `summary` what each cycle did. UsageError when the folder holds anything else, or a demo whose
    configuration was changed since: a person goes on there. BusyError when another demo plays in it.
    """
    room = Newsroom(MOMENTS[0])
    lock = Lock(folder / LOCK)
    _inspect(folder)
    lock.acquire(datetime.now(UTC))
    try:
        _set_up(folder, room)
        with room:
            path = _go_through(folder, room, say, summary)
        _mark(folder, {**_marked(folder), "state": COMPLETE})
    finally:
        lock.release()
    say(f"go on     marsad status --config {folder / 'config'}")
    return path


def _go_through(folder: Path, room: Newsroom, say: Callable[[str], None], summary: Callable[[Done], None]) -> Path:
    app = _application(folder, room)
    try:
        for moment in _moments_left(app, folder):
            room.now = moment
            say(f"\n{moment.astimezone(ZoneInfo(app.config.timezone)):%A %d %B %Y, %H:%M}")
            # On its first evening a new archive would owe the edition of that morning: an empty one.
            summary(app.cycle(moment, publishing=moment in MORNINGS))
        path = app.last_digest()
    finally:
        app.close()
    assert path is not None
    return path


def _moments_left(app: Application, folder: Path) -> Sequence[datetime]:
    """All, or after a kill those from the one on that was being played: it is played again, which does what was not done."""
    runs = app.store.runs(1)
    if not runs:
        return MOMENTS
    if runs[0]["started"] not in MOMENTS:
        raise UsageError(
            str(folder),
            "holds a broken-off demo in which marsad has run since",
            "name another folder: --outputs FOLDER",
        )
    return MOMENTS[MOMENTS.index(runs[0]["started"]) :]


def _application(folder: Path, room: Newsroom) -> Application:
    """The product as it is, but for one thing: its names are looked up in the newsroom."""
    fetcher = partial(Fetcher, resolve=room.resolve)
    return Application(configuration.load(folder / "config"), lambda: datetime.now(UTC), fetcher=fetcher)


# ---------------------------------------------------------------- the project folder
def _inspect(folder: Path) -> None:
    """Refuse a folder that holds more than a demo."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(str(folder), "is not a folder", "name a new one: --outputs FOLDER")
    found = {path.name for path in folder.iterdir()} if folder.exists() else set()
    if not found - {LOCK}:
        return
    if MARKER not in found:
        raise UsageError(str(folder), "holds something else than a demo", "name an empty folder: --outputs FOLDER")
    written = _marked(folder).get("config")
    if written and (folder / "config").is_dir() and _hash(_on_disk(folder / "config")) != written:
        raise UsageError(
            str(folder / "config"),
            "was changed after the demo wrote it, and a new demo would undo that",
            "go on with marsad run, or name another folder: --outputs FOLDER",
        )


def _set_up(folder: Path, room: Newsroom) -> None:
    """Write the project, unless a demo of the very same make was broken off in it. The marker goes last, so this is all or nothing."""
    files = dict(_config_files(room))
    make = _hash({**files, **_resources("news"), **_resources("site"), "version": pipeline.__version__})
    known = _marked(folder)
    if known.get("state") == PLAYING and known.get("make") == make:
        return
    _mark(folder, {"state": "begun"})
    for name in LEFTOVERS:
        path = folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for name, text in files.items():
        write_whole(folder / "config" / name, text)
    _mark(folder, {"state": PLAYING, "make": make, "config": _hash(files)})


def _config_files(room: Newsroom) -> Iterator[tuple[str, str]]:
    yield from _resources("config").items()
    rows = ["# The outlets of the bundled newsroom.\n", "feeds:\n"]
    for outlet in room.outlets.values():
        rows += [
            f"  - id: {outlet.id}\n",
            f"    url: {outlet.feed_url}\n",
            f"    outlet: {outlet.name}\n",
            f"    language: {outlet.language}\n",
            "    kind: sitemap\n" if outlet.feed == "sitemap" else "",
        ]
    yield "feeds.yaml", "".join(rows)


def _resources(name: str) -> dict[str, str]:
    """The package's data files below a folder: path → text."""

    def walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, str]]:
        for entry in sorted(folder.iterdir(), key=lambda e: e.name):
            if entry.is_dir():
                yield from walk(entry, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name, entry.read_text("utf-8")

    return dict(walk(resources.files(__package__).joinpath(name), ""))


def _on_disk(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file()
    }


def _hash(texts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()


def _marked(folder: Path) -> dict[str, Any]:
    """What the marker says; nothing when it is not there or cannot be read."""
    try:
        found = json.loads((folder / MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _mark(folder: Path, says: Mapping[str, str]) -> None:
    write_whole(folder / MARKER, json.dumps(says, indent=1) + "\n")
