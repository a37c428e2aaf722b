"""The second half of the order of work:

    store.articles(window) → digest.edition.select → store.save_edition → render html / md / json / txt → files

An edition is a row before it is a file: once written it never changes by later news, and its files can be made again to the byte.
Of the window's articles only those are read that the digest's watchlists tag; of all others nothing is shown but their number.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline import health
from pipeline.digest import atom, edition, render
from pipeline.errors import StoreError
from pipeline.model import Digest, Feed, Recipient
from pipeline.store import Stopped, Store, always

HISTORY = 28
"""Days that make a watchlist's usual day."""

REMEMBERED = timedelta(days=7)
"""For so long a story counts as shown before."""

FED = 7
"""Editions whose stories stand in the watchlists' Atom feeds."""

CATCH_UP = 14
"""Editions that are made up for at most: a machine that slept for months does not send a hundred briefs."""

Editions = Callable[[str, str], dict[str, Any] | None]
"""Digest, date → the edition as it was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """What every edition needs to know; handed in once."""

    store: Store
    outputs: Path
    feeds: Sequence[Feed]
    titles: Mapping[str, str]
    """Watchlist → its title."""
    version: str
    """Hash of the watchlists."""
    program: str
    editions: Editions | None = None
    """Where editions of earlier days are read, if not in the archive each time anew."""

    def edition(self, digest: Digest, day: str) -> dict[str, Any] | None:
        return (self.editions or self.store.edition)(digest.id, day)

    def reading_once(self) -> Publisher:
        """The same for one turn: the selection, and what stands beside it, ask for the same week of editions."""
        return replace(self, editions=lru_cache(FED + 1)(self.store.edition))


def due(store: Store, digest: Digest, now: datetime) -> list[date]:
    """Days whose edition is due and not written, oldest first.

    Begins with the newest due day on a new archive, else with the day after the last edition, at most CATCH_UP days back.
    """
    day = now.astimezone(ZoneInfo(digest.timezone)).date()
    if edition.window(digest, day)[1] > now:
        day -= timedelta(days=1)
    written = store.edition_dates(digest.id)
    first = (
        max(date.fromisoformat(written[-1]) + timedelta(days=1), day - timedelta(days=CATCH_UP - 1)) if written else day
    )
    days = [first + timedelta(days=n) for n in range((day - first).days + 1)]
    return [d for d in days if d.weekday() in digest.days]


def compose(publisher: Publisher, digest: Digest, day: date) -> dict[str, Any]:
    """Select the edition of `day` from the archive."""
    store = publisher.store
    since, until = _window(store, digest, day, publisher.editions or store.edition)
    spans = [edition.day_span(digest, day - timedelta(days=n)) for n in range(HISTORY, 0, -1)]
    shown: dict[str, list[Mapping[str, Any]]] = {}
    for n in range(1, REMEMBERED.days + 1):
        earlier = publisher.edition(digest, (day - timedelta(days=n)).isoformat())
        for section in (earlier or {}).get("sections", []):
            for story in section["stories"]:
                shown.setdefault(story["story"], []).append(story)
    states = store.feed_states()
    counts = store.counts_by_day(spans)
    return edition.select(
        digest,
        day,
        filed=store.articles(since, until, tagged_by=digest.watchlists),
        tally=store.tally(since, until),
        revised=store.revised(since, until),
        watchlist_titles=publisher.titles,
        feeds=publisher.feeds,
        failed=health.failed(publisher.feeds, states),
        quiet=health.quiet(store, publisher.feeds, since, until),
        history={w: counts.get(w, [0] * HISTORY) for w in digest.watchlists},
        shown_before=shown,
        version=publisher.version,
        program=publisher.program,
        since=since,
    )


def window(store: Store, digest: Digest, day: date) -> tuple[datetime, datetime]:
    """The edition's span. It begins where the edition before ended, if the digest's hour, zone or days have been changed since:
    no article falls between two editions, and none stands in both.
    """
    return _window(store, digest, day, store.edition)


def _window(store: Store, digest: Digest, day: date, editions: Editions) -> tuple[datetime, datetime]:
    since, until = edition.window(digest, day)
    before = next((d for d in reversed(store.edition_dates(digest.id)) if d < day.isoformat()), None)
    if before is not None:
        row = editions(digest.id, before)
        assert row is not None
        ended = datetime.fromisoformat(row["until"]).astimezone(UTC)
        if until - ended < timedelta(days=CATCH_UP):
            since = ended
    return since, until


def write(publisher: Publisher, digest: Digest, made: Mapping[str, Any]) -> list[Path]:
    """The files of one edition, each whole or not at all."""
    return _put_edition(publisher, digest, _drawn(digest, made), made["date"])


def _write(publisher: Publisher, digest: Digest, made: Mapping[str, Any], name: str) -> list[Path]:
    return _put(publisher, digest, _drawn(digest, made), name)


def _put_edition(publisher: Publisher, digest: Digest, drawn: Mapping[str, str], day: str) -> list[Path]:
    """What the files will say is noted first, so that one which says anything else is known."""
    hashes = {form: hashlib.sha256(_bytes(text)).hexdigest() for form, text in drawn.items()}
    publisher.store.save_notes(**{_note_of(digest, day): hashes})
    return _put(publisher, digest, drawn, day)


def _note_of(digest: Digest, day: str) -> str:
    return f"files:{digest.id}:{day}"


def faults(
    store: Store, outputs: Path, digest: Digest, go_on: Callable[[], bool] = always
) -> Iterator[tuple[str, Path, str]]:
    """(day, file, what is wrong with it) of the files of all editions. Of those written before files were noted: whether they exist.

    Stopped when `go_on` says no.
    """
    for day in store.edition_dates(digest.id):
        if not go_on():
            raise Stopped
        noted = store.note(_note_of(digest, day)) or {}
        for form in digest.formats:
            path = outputs / digest.id / f"{day}.{form}"
            try:
                found = hashlib.sha256(path.read_bytes()).hexdigest()
            except FileNotFoundError:
                yield day, path, "is missing"
            except OSError as error:
                yield day, path, f"cannot be read: {error.strerror}"
            else:
                if found != noted.get(form, found):
                    yield day, path, "is not what was written"


def _drawn(digest: Digest, made: Mapping[str, Any]) -> dict[str, str]:
    """The edition in each of the digest's formats."""
    makers: dict[str, Callable[[], str]] = {
        "html": lambda: render.html(made, language=digest.language),
        "md": lambda: render.markdown(made, language=digest.language),
        "json": lambda: render.json_text(made),
        "txt": lambda: render.plain_text(made, language=digest.language),
    }
    return {form: makers[form]() for form in digest.formats}


def _put(publisher: Publisher, digest: Digest, drawn: Mapping[str, str], name: str) -> list[Path]:
    paths = []
    for form, text in drawn.items():
        paths.append(publisher.outputs / digest.id / f"{name}.{form}")
        write_whole(paths[-1], text)
    return paths


def write_index(publisher: Publisher, digest: Digest) -> dict[str, str]:
    """What stands beside the editions: the page and the Atom feed of all, a feed for each watchlist, the newest as `latest` → the
    newest edition in each format.
    """
    store, folder = publisher.store, publisher.outputs / digest.id
    brief = store.briefs(digest.id)
    feeds = {watchlist: atom.name_of(watchlist) for watchlist in digest.watchlists}
    write_whole(folder / "index.html", render.index_html(digest.title, brief, digest.language, feeds=feeds))
    write_whole(folder / "feed.xml", atom.of_editions(digest.title, digest.id, brief, language=digest.language))
    rows = [publisher.edition(digest, day) for day in store.edition_dates(digest.id)[-FED:]]
    newest = [row for row in rows if row]
    titles = {w: f"{digest.title} — {publisher.titles.get(w, w)}" for w in digest.watchlists}
    for file, feed in atom.of_watchlists(digest.id, titles, newest, language=digest.language):
        write_whole(folder / file, feed)
    for path in _orphans(publisher, digest):
        path.unlink(missing_ok=True)
    latest = _drawn(digest, newest[-1]) if newest else {}
    _put(publisher, digest, latest, "latest")
    return latest


def _orphans(publisher: Publisher, digest: Digest) -> list[Path]:
    """Feeds of ours whose watchlist this digest has no more: an address that answers with old news for ever is a lie, one that is
    gone is an answer. A file that somebody else put there is left alone.
    """
    ours = {"feed.xml", *(atom.name_of(watchlist) for watchlist in digest.watchlists)}
    found = sorted((publisher.outputs / digest.id).glob("*.xml"))
    return [path for path in found if path.name not in ours and atom.is_of_watchlist(_begin(path), digest.id)]


def _begin(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(2000).decode("utf-8", "replace")


def _beside(digest: Digest) -> list[str]:
    """Names of the files that `write_index` writes."""
    feeds = [atom.name_of(watchlist) for watchlist in digest.watchlists]
    return ["index.html", "feed.xml", *feeds, *(f"latest.{form}" for form in digest.formats)]


def _save(
    publisher: Publisher,
    digest: Digest,
    day: date,
    made: dict[str, Any],
    *,
    owed_to: Sequence[Recipient] = (),
    now: datetime | None = None,
) -> None:
    until = edition.window(digest, day)[1]
    publisher.store.save_edition(
        digest.id, day.isoformat(), until, edition=made, brief=_brief(made), owed_to=owed_to, now=now
    )


def _brief(made: Mapping[str, Any]) -> dict[str, Any]:
    sections = [{k: s[k] for k in ("watchlist", "title", "articles")} for s in made["sections"]]
    asked = {k: made[k] for k in ("digits", "hijri") if k in made}
    return {**{k: made[k] for k in ("date", "title", "until", "timezone", "coverage")}, **asked, "sections": sections}


@contextlib.contextmanager
def _no_cycles() -> Iterator[None]:
    """Editions are trees of tens of thousands of values, and none of them leads back: searching them for cycles again and again, as
    the collector does while they grow, takes a fifth of all that an edition costs.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@_no_cycles()
def publish(
    publisher: Publisher, digests: Sequence[Digest], now: datetime, *, at: datetime | None = None
) -> list[Path]:
    """Write every edition that is due and not written → their files, in order. With it is noted whom it is owed to, since `at`,
    which is later than `now` where a missed hour is made up for.
    """
    paths: list[Path] = []
    publisher = publisher.reading_once()
    for digest in digests:
        written_now = due(publisher.store, digest, now)
        for day in written_now:
            made = compose(publisher, digest, day)
            _save(publisher, digest, day, made, owed_to=digest.deliver, now=at or now)
        # Files follow the rows: one that a kill kept from being written is written now. What stands beside the editions goes
        # first, so that a missing edition file always means that this, too, is to be written again.
        folder, dates = publisher.outputs / digest.id, publisher.store.edition_dates(digest.id)
        missing = [
            written
            for written in dates[-CATCH_UP:]
            # A file may be there of an edition that an archive put back in its place had not yet.
            if date.fromisoformat(written) in written_now
            or any(not (folder / f"{written}.{form}").exists() for form in digest.formats)
        ]
        beside = any(not (folder / name).exists() for name in _beside(digest)) or _orphans(publisher, digest)
        latest = write_index(publisher, digest) if missing or (dates and beside) else {}
        for written in missing:
            if latest and written == dates[-1]:
                paths += _put_edition(publisher, digest, latest, written)
                continue
            row = publisher.edition(digest, written)
            assert row is not None
            paths += write(publisher, digest, row)
    return paths


@_no_cycles()
def rebuild(publisher: Publisher, digest: Digest, day: date, now: datetime | None = None) -> list[Path]:
    """The files of one day's edition, made again from its row; a day never written is composed from the archive.

    One that a run would write at `now` is owed to its recipients all the same; an older one, made up afterwards, to nobody.
    """
    publisher, name = publisher.reading_once(), day.isoformat()
    dates = publisher.store.edition_dates(digest.id)
    if name not in dates:
        awaited = now is not None and day in due(publisher.store, digest, now)
        made = compose(publisher, digest, day)
        _save(publisher, digest, day, made, owed_to=digest.deliver if awaited else (), now=now)
    latest = write_index(publisher, digest)
    if name == max([*dates, name]):
        return _put_edition(publisher, digest, latest, name)
    row = publisher.edition(digest, name)
    assert row is not None
    return write(publisher, digest, row)


def preview(publisher: Publisher, digest: Digest, day: date) -> list[Path]:
    """The edition of a window that is still open, as far as it has come: files named `preview`, and no row in the archive."""
    made = compose(publisher.reading_once(), digest, day)
    return _write(publisher, digest, made, "preview")


_ONE_WRITER = threading.Lock()
"""Of one process: threads of the service write the same note, and the name of what is not finished is the same for all."""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all, with the rights that it had, and leave it alone when it already says the same."""
    data = _bytes(text)
    try:
        if path.exists() and path.read_bytes() == data:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f".{path.name}.partial")
        with _ONE_WRITER:
            try:
                with partial.open("wb") as file:
                    if path.exists():
                        os.fchmod(file.fileno(), stat.S_IMODE(path.stat().st_mode))
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            str(path), f"the file was not written: {error.strerror}", "free some space or mend its rights"
        ) from error
