"""What the commands share: the program's root, options, how results and remarks are written, how times are read."""

from __future__ import annotations

import contextlib
import functools
import json
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO, cast
from zoneinfo import ZoneInfo

import typer

import pipeline
from pipeline.errors import ConfigError, UsageError

from .commands import Commands

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.application import Application
    from pipeline.collect import Books

app = typer.Typer(
    name="marsad",
    cls=Commands,
    help="مرصد: watches the news for a team, in Arabic first.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

YEARS = (1900, 3000)
"""From the first of these years to before the second a time may be that an option gives."""

LONGEST_AGE = timedelta(days=36_500)

CONFIG = Path("config")
ConfigOption = Annotated[
    Path, typer.Option("--config", envvar="MARSAD_CONFIG", help="The folder of the configuration.", show_default=True)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document (or JSON Lines) and nothing else.")]
SinceOption = Annotated[str | None, typer.Option("--since", help="From this day or time on.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="Up to this day or time.")]


def _version(wanted: bool) -> None:
    if wanted:
        out(f"marsad {pipeline.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    pass


# ---------------------------------------------------------------- writing
class Remarks:
    """Standard error, without a progress bar that stands before it. Remarks that cannot be written (a full disk, a reader that is gone)
    are lost: they must not end the work.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream(), name)

    def _stream(self) -> Any:
        return getattr(sys.stderr, "rich_proxied_file", sys.stderr)

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError, ValueError):
            self._stream().write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._stream().flush()


@functools.cache
def _err() -> Console:
    from rich.console import Console  # noqa: PLC0415  a command that says nothing need not load it

    return Console(file=cast("TextIO", Remarks()), highlight=False, soft_wrap=True)


def say(text: str = "") -> None:
    """A line about the work, to standard error."""
    _err().print(text, markup=False)


class ReaderGone(Exception):  # noqa: N818  it is no error
    """Whoever read our results has what it wanted (`| head`). The command line library would call a broken pipe a failure."""


def out(text: str) -> None:
    """A result, to standard output."""
    try:
        sys.stdout.write(text + "\n")
    except BrokenPipeError:
        raise ReaderGone from None


def out_json(value: Any) -> None:
    out(json.dumps(value, ensure_ascii=False, default=str))


@contextlib.contextmanager
def progress_bar() -> Iterator[Callable[[Books], None]]:
    """A bar for people at a terminal; nothing at all elsewhere."""
    if not _err().is_terminal:
        yield lambda _: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415  only at a terminal

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=_err(), transient=True) as bar:
        feeds = bar.add_task("feeds", total=None)
        pages = bar.add_task("pages", total=None)

        def show(books: Books) -> None:
            f, p = books.feeds, books.pages
            bar.update(feeds, completed=f["ok"] + f["unchanged"] + f["failed"], total=f["due"])
            bar.update(pages, completed=p["taken"], total=max(books.entries["new"], p["taken"]))

        yield show


# ---------------------------------------------------------------- reading
def now_utc() -> datetime:
    return datetime.now(UTC)


def moment(text: str, option: str) -> datetime:
    """A time that an option gave, as UTC; UsageError without an offset."""
    with contextlib.suppress(ValueError):
        found = datetime.fromisoformat(text)
        if found.tzinfo is not None:
            in_range(found.year, option, text)
            return found.astimezone(UTC)
    raise UsageError(option, f"{text!r} is not a time with an offset", "write it as 2026-11-24T07:00:00+03:00")


def in_range(year: int, option: str, text: str) -> None:
    """Far from both ends of the calendar, where a day more or an hour less is no time any more."""
    if not YEARS[0] <= year < YEARS[-1]:
        raise UsageError(option, f"{text!r} is no time of the news", f"give a year from {YEARS[0]} to {YEARS[-1] - 1}")


def day_or_moment(text: str | None, option: str, zone: str) -> datetime | None:
    """`2026-11-24` begins at local midnight; a full time stands as it is."""
    if text is None:
        return None
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise UsageError(option, f"{text!r} is not a day of the calendar", "write it as 2026-11-24") from None
        in_range(found.year, option, text)
        return found.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return moment(text, option)


def span(since: str | None, until: str | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """--since and --until; UsageError when they are the wrong way round."""
    begin, end = day_or_moment(since, "--since", zone), day_or_moment(until, "--until", zone)
    if begin is not None and end is not None and begin >= end:
        raise UsageError("--until", f"{until!r} is not after --since {since!r}", "give the earlier time to --since")
    return begin, end


def age(text: str, option: str) -> timedelta:
    from pipeline.yamlfile import duration  # noqa: PLC0415  with it come the libraries that read YAML

    try:
        found = duration(text)
    except ValueError as error:
        raise UsageError(option, str(error), "write it as 400d") from None
    if found > LONGEST_AGE:
        raise UsageError(option, f"{text!r} is longer than there has been news", f"give at most {LONGEST_AGE.days}d")
    return found


# ---------------------------------------------------------------- the archive
# What stands behind these takes half a second to load, which a command that needs none of it does not pay.
def archive_there(folder: Path) -> bool:
    """Whether there is a configuration whose archive was made already. A wrong configuration is told where it is needed.

    Of a server's archive only opening it can tell, so yes.
    """
    if not folder.is_dir():
        return False
    from pipeline import config as configuration  # noqa: PLC0415

    try:
        path = configuration.sqlite_file(configuration.load(folder).store)
    except ConfigError:
        return False
    return path is None or path.exists()


@contextlib.contextmanager
def application(folder: Path, *, create: bool = False) -> Iterator[Application]:
    """The assembled application; without `create` the archive must be there."""
    from pipeline import config as configuration  # noqa: PLC0415
    from pipeline.application import Application  # noqa: PLC0415

    from .log import log  # noqa: PLC0415

    made = Application(configuration.load(folder), now_utc, create=create, log=log())
    try:
        yield made
    finally:
        made.close()
