"""The main job and how it goes: run, demo, digest, status."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from pipeline import health, publish
from pipeline.application import Application, Done
from pipeline.errors import UsageError
from pipeline.model import Digest

from .common import (
    CONFIG,
    ConfigOption,
    JsonOption,
    app,
    application,
    in_range,
    moment,
    now_utc,
    out,
    out_json,
    progress_bar,
    say,
)


def by_reason(counts: dict[str, int]) -> str:
    return ", ".join(f"{reason} {n}" for reason, n in sorted(counts.items(), key=lambda x: (-x[1], x[0])))


def in_brackets(counts: dict[str, int]) -> str:
    return f" ({by_reason(counts)})" if counts else ""


def summary(done: Done) -> None:
    """The run in four lines that add up, and what was written."""
    b = done.books
    f, e, p, a = b.feeds, b.entries, b.pages, b.articles
    failed = in_brackets(b.failed)
    say(f"feeds     {f['due']} polled = {f['ok']} read + {f['unchanged']} unchanged + {f['failed']} failed{failed}")
    cut = f"; {e['cut']} cut from over-long feeds" if e["cut"] else ""
    say(f"entries   {e['seen']} seen = {e['new']} new + {e['known']} known{cut}")
    say(
        f"pages     {p['taken']} taken = {p['filed']} articles + {p['same']} already there"
        f" + {p['retry']} to try again{in_brackets(b.retry)} + {p['dropped']} dropped{in_brackets(b.dropped)}"
    )
    say(f"articles  {a['new']} new, {a['copies']} of them copies, {a['tagged']} tagged")
    if done.retagged:
        say(f"tags      {done.retagged} articles judged again: the watchlists have changed")
    for path in done.written:
        say(f"written   {path}")
    if done.sent and (done.sent.sent or done.sent.owed or done.sent.failed):
        failed = (
            f", {done.sent.failed.total()} not, for good{in_brackets(done.sent.failed)}" if done.sent.failed else ""
        )
        say(f"delivered {done.sent.sent}, {done.sent.owed} still owed{failed}")


@app.command()
def run(
    config: ConfigOption = CONFIG,
    all_feeds: Annotated[bool, typer.Option("--all", help="Poll feeds that are not due too.")] = False,
    at: Annotated[str | None, typer.Option("--at", help="Act as if it were this time (ISO 8601 with offset).")] = None,
    no_publish: Annotated[bool, typer.Option("--no-publish", help="Stop before the digests.")] = False,
) -> None:
    """One cycle: poll, extract, tag, recognise copies, store, publish what is due. Made for cron."""
    now = moment(at, "--at") if at is not None else now_utc()
    with application(config, create=True) as made:
        with progress_bar() as show:
            done = made.cycle(now, all_feeds=all_feeds, publishing=not no_publish, progress=show)
        summary(done)
        for digest in made.config.digests if not no_publish else ():
            due = made.next_edition(digest, now).astimezone(ZoneInfo(digest.timezone))
            say(
                f"next      {digest.id}: {due:%Y-%m-%d %H:%M} {digest.timezone}; `marsad digest --preview` shows it so far"
            )
        if done.bugs:
            raise typer.Exit(1)
        f = done.books.feeds
        if f["due"] and f["failed"] == f["due"]:
            say("every feed failed: is there a network? `marsad demo` shows the whole work without one")


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--outputs", help="Where the demo's project and editions go.")] = Path(
        "outputs/demo"
    ),
) -> None:
    """The main job with no network: a bundled newsroom on loopback, the whole cycle, a digest whose path is printed last."""
    from pipeline.demo import play  # noqa: PLC0415  the newsroom is only needed here

    out(str(play(folder, say, summary)))


@app.command()
def digest(
    name: Annotated[str | None, typer.Argument(metavar="[ID]", help="Which digest; the first without it.")] = None,
    day: Annotated[str | None, typer.Option("--date", help="The edition of this day (2026-11-24).")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Write the files again, to the same bytes.")] = False,
    test: Annotated[
        str | None,
        typer.Option("--send-test", metavar="ADDRESS", help="Mail the newest edition there, once, unremembered."),
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="The next edition as far as it has come.")] = False,
    config: ConfigOption = CONFIG,
) -> None:
    """Write (again) the edition of a day; without a day, the newest that is due."""
    with application(config) as made:
        wanted = made.digest(name)
        if wanted is None:
            ids = ", ".join(d.id for d in made.config.digests)
            what = "there is no digest" + (f" {name!r}" if name is not None else "")
            raise UsageError("digest", what, f"the digests are: {ids}" if ids else "write one in digests.yaml")
        now = now_utc()
        if test is not None:
            if day or rebuild or preview:
                raise UsageError("--send-test", "goes alone", "leave --date, --rebuild and --preview out")
            made.send_test(wanted, test, now)
            say(f"sent      {wanted.id} to {test}")
            return
        if preview:
            if day or rebuild:
                raise UsageError("--preview", "does not go with --date or --rebuild", "leave one of them out")
            next_day = made.next_edition(wanted, now).astimezone(ZoneInfo(wanted.timezone)).date()
            paths = publish.preview(made.publisher, wanted, next_day)
        else:
            chosen = _day(day) if day else _newest(made, wanted, now, written=rebuild)
            if made.store.edition(wanted.id, chosen.isoformat()) is None and made.is_ahead(wanted, chosen, now):
                raise UsageError("--date", f"the edition of {chosen} is not due yet", "see it so far with --preview")
            with made.locked():
                paths = publish.rebuild(made.publisher, wanted, chosen, now)
        for path in paths:
            out(str(path))


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError("--date", f"{text!r} is not a day", "write it as 2026-11-24") from None
    in_range(day.year, "--date", text)
    return day


def _newest(made: Application, wanted: Digest, now: datetime, *, written: bool) -> date:
    """The day of the newest edition that is written, or else due."""
    dates = made.store.edition_dates(wanted.id)
    if written and dates:
        return date.fromisoformat(dates[-1])
    day = made.next_edition(wanted, now).astimezone(ZoneInfo(wanted.timezone)).date() - timedelta(days=1)
    while day.weekday() not in wanted.days:
        day -= timedelta(days=1)
    return day


@app.command()
def status(config: ConfigOption = CONFIG, as_json: JsonOption = False) -> None:
    """Feeds by health, last runs, next digests, size of the archive; exit 1 if something needs a person."""
    with application(config) as made:
        found = made.status(now_utc())
    if as_json:
        out_json(found)
    else:
        _show_status(found)
    if found["attention"]:
        raise typer.Exit(1)


def _clock(iso: str | None) -> str:
    """A time of the status document for a person, to the minute."""
    return health.clock(datetime.fromisoformat(iso)) if iso else "never"


def _service_line(note: dict[str, Any] | None) -> str:
    """Whether the service runs, since when, and what it does next."""
    if note is None:
        return "none has been started here; cycles are run by cron, a timer or by hand"
    if note["state"] != "running":
        return f"{note['state']}; it was last seen {_clock(note['seen'])}"
    coming = sorted(note.get("next", {}).items(), key=lambda job: datetime.fromisoformat(job[1]))
    later = "".join(f"; {kind} {_clock(at)}" for kind, at in coming[:4])
    return f"runs since {_clock(note['since'])} as process {note['pid']}{later}"


def _show_status(found: dict[str, Any]) -> None:
    states: dict[str, list[dict[str, Any]]] = {}
    for row in found["feeds"]:
        states.setdefault(row["state"], []).append(row)
    out(f"service   {_service_line(found['service'])}")
    out("feeds     " + (", ".join(f"{len(rows)} {name}" for name, rows in sorted(states.items())) or "none"))
    for row in states.get("failing", []) + states.get("resting", []) + states.get("quiet", []):
        why = f"{row['reason'] or ''} {row['detail']}".strip()
        out(f"  {row['id']}: {row['state']} {why} since {_clock(row['since'] or row['last_ok'])}")
    for row in found["loud"]:
        out(f"  {row['feed']}: loud, {row['today']} articles in 24 h; usually {row['usual_per_day']} a day")
    out(f"queue     {found['queue']['pending']} pending, {found['queue']['retrying']} of them to be tried again")
    for row in found["runs"][:3]:
        counts = row["counts"].get("articles", {})
        unfinished = "" if row["finished"] else ", broken off" if "aborted" in row["counts"] else ", not finished"
        out(f"run       {_clock(row['started'])} {row['kind']}: {counts.get('new', 0)} new articles{unfinished}")
    for row in found["digests"]:
        out(f"digest    {row['id']}: last {row['last'] or 'none'}, next {_clock(row['next'])}")
        for owed in row["owed"]:
            why = f"{owed['reason'] or 'not tried yet'} {owed['detail']}".strip()
            out(
                f"  owed    {owed['date']} to {owed['recipient']}: {why}; next try {_clock(owed['next'] or row['next'])}"
            )
    a = found["archive"]
    since = f" since {_clock(a['oldest'])}" if a["oldest"] else ""
    out(f"archive   {a['articles']} articles{since}, {a['bytes'] / 1e6:.1f} MB; {a['disk_free'] / 1e9:.1f} GB free")
    for line in found["attention"]:
        out(f"!         {line}")
