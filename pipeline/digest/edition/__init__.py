"""Which articles stand in an edition, where, and in what company: the one selection that every format is made from.

    window      the edition's span: from the hour of the digest's last day to today's, in the digest's own zone
    select      articles of the window → stories → sections, one place in full for each tagged article
                → status against earlier editions → top stories → coverage, what is silent, quiet, failed, late

The laws: every tagged article of the window is a member of exactly one story in exactly one section; nothing is left out, only
shown shorter (`display: line`); whatever a page shows stands in the selection; the same input gives the same selection, whatever
its order. Times in a selection are local to the digest, with their offset.

days        spans and local times
desk        what every part needs to know
sections    where a story stands, in full or as a line, and what stands above all
story       one story: who speaks for it, what is quoted and why, what is new in it
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.model import Digest, Feed, Filed, Tag, Tally

from .days import day_span, local, window
from .desk import Desk, Json
from .sections import BARS, FEW, FULL, TOP, in_sections, top_of
from .story import MATCHES

__all__ = ["BARS", "FEW", "FULL", "MATCHES", "SCHEMA", "TOP", "day_span", "select", "window"]

SCHEMA = 1


def select(
    digest: Digest,
    day: date,
    *,
    filed: Iterable[Filed],
    tally: Tally,
    watchlist_titles: Mapping[str, str],
    feeds: Sequence[Feed],
    failed: Sequence[Mapping[str, Any]],
    quiet: Sequence[Mapping[str, Any]],
    history: Mapping[str, Sequence[int]],
    shown_before: Mapping[str, Sequence[Mapping[str, Any]]],
    version: str,
    program: str,
    since: datetime | None = None,
    revised: Iterable[Filed] = (),
) -> Json:
    """The edition of `day`, as JSON-able values (docs/schema/edition.schema.json).

    `filed` are the articles first seen in `window(digest, day)` that a watchlist of the digest tags (others among them are passed
    over), `tally` counts all that were first seen there; from `since` on, where the edition before ended at another hour than the
    digest has now. `history` counts a watchlist's tagged articles in the days before, oldest first. `revised` are articles of earlier
    windows whose text was replaced in this one: they stand in the sections as what is new of their stories, and are not counted among
    the window's articles. `shown_before` holds a story as earlier editions showed it, newest first. `version` is the hash of the
    watchlists.
    """
    zone = ZoneInfo(digest.timezone)
    usual_since, until = window(digest, day)
    since = since or usual_since
    order = tuple(dict.fromkeys(digest.watchlists))
    new, changed = list(filed), list(revised)
    desk = Desk(
        zone=zone,
        since=since,
        order=order,
        shown_before=shown_before,
        revised=frozenset(f.article.id for f in changed),
        asked={f.article.id: _tags(f, order) for f in [*new, *changed]},
    )
    tagged = [f for f in new if desk.tags(f)]
    placed = _in_order([*tagged, *(f for f in changed if desk.tags(f))])
    heard = {w for f in placed for w in desk.tags(f)}
    sections = in_sections(desk, day, placed, watchlist_titles, history)
    known = {feed.id: feed.outlet for feed in feeds if feed.enabled}
    out = {f["feed"]: f for f in failed if f["feed"] in known}
    return {
        "schema": SCHEMA,
        "digest": digest.id,
        "title": digest.title,
        "date": day.isoformat(),
        "language": digest.language,
        "timezone": digest.timezone,
        **_asked(digest),
        "since": local(since, zone),
        "until": local(until, zone),
        "coverage": {
            "feeds": len(known),
            "ok": len(known) - len(out),
            "failed": [{**f, "outlet": f.get("outlet") or known[i]} for i, f in out.items()],
            "quiet": [{**q, "outlet": q.get("outlet") or known.get(q["feed"], q["feed"])} for q in quiet],
            **asdict(tally),
            "tagged": len(tagged),
        },
        "top": top_of(sections),
        "sections": sections,
        "silent_watchlists": [w for w in order if w not in heard],
        "titles": {w: watchlist_titles.get(w, w) for w in order},
        "late": _late(sections),
        "build": {"watchlists": version, "version": program},
    }


def _asked(digest: Digest) -> Json:
    """How the digest's numbers and dates are drawn, where it is not the usual way."""
    asked: dict[str, Any] = {}
    if digest.digits != "western":
        asked["digits"] = digest.digits
    if digest.hijri:
        asked["hijri"] = True
    return asked


def _tags(filed: Filed, order: Sequence[str]) -> dict[str, Tag]:
    """The tags that the digest asks for, in its order."""
    have = {tag.watchlist: tag for tag in filed.tags}
    return {w: have[w] for w in order if w in have}


def _in_order(filed: Iterable[Filed]) -> list[Filed]:
    return sorted(filed, key=lambda f: (f.article.first_seen, f.article.id))


def _late(sections: Sequence[Json]) -> list[Json]:
    return [
        {
            "article": a["id"],
            "story": story["story"],
            "section": section["watchlist"],
            "title": a["title"],
            "outlet": a["outlet"],
            "published": a["published"],
            "precision": a["precision"],
        }
        for section in sections
        for story in section["stories"]
        for a in story["articles"]
        if a["late"]
    ]
