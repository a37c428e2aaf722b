"""Which articles stand in an edition, where, and in what company: the one selection that every format is made from.

    window      the edition's span: from the hour of the digest's last day to today's, in the digest's own zone
    select      articles of the window → stories → sections, one place in full for each tagged article
                → status against earlier editions → top stories → coverage, what is silent, quiet, failed, late

The laws: every tagged article of the window is a member of exactly one story in exactly one section; nothing is left out, only
shown shorter (`display: line`); whatever a page shows stands in the selection; the same input gives the same selection, whatever
its order. Times in a selection are local to the digest, with their offset.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.digest import excerpt
from pipeline.digest.figures import changes, figures
from pipeline.model import Article, Digest, Feed, Filed, Match, Tag

Json = dict[str, Any]

SCHEMA = 1
TOP = 5
FEW = 3
"""An edition of so few stories in full is its own summary: nothing is put above it."""
FULL = 12
"""Stories of a section shown in full; the rest of it are lines."""
BARS = 14
"""Days in a section's small chart, the edition's own among them."""
MATCHES = 40
"""Matches of a story that are listed; `matches_in_all` counts them."""


# ---------------------------------------------------------------- the day
def window(digest: Digest, day: date) -> tuple[datetime, datetime]:
    """The span [since, until) that the edition of `day` covers, aware UTC: from the digest's last day, which is yesterday unless it
    appears on some days of the week only. The spans of successive editions join without gap or overlap.

    A local time that a change of clocks skips stands for the first moment after the gap; one that it repeats, for the first of the two.
    """
    back = next(n for n in range(1, 8) if (day - timedelta(days=n)).weekday() in digest.days)
    return _until(digest, day - timedelta(days=back)), _until(digest, day)


def day_span(digest: Digest, day: date) -> tuple[datetime, datetime]:
    """The 24 hours (23 or 25 when clocks change) that end with `day`'s hour, aware UTC: the unit of a watchlist's usual day."""
    return _until(digest, day - timedelta(days=1)), _until(digest, day)


def _until(digest: Digest, day: date) -> datetime:
    return _moment(day, time(*digest.at), ZoneInfo(digest.timezone))


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(day, at, zone)
    after = wall.astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return after
    # In a gap the two readings of the wall clock lie on either side of the change; close in on it.
    before = wall.replace(fold=1).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def _local(moment: datetime, zone: ZoneInfo) -> str:
    try:
        return moment.astimezone(zone).isoformat(timespec="seconds")
    except OverflowError:  # a feed may date its news to the year 1 or 9999
        return moment.isoformat(timespec="seconds")


# ---------------------------------------------------------------- the edition
@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What every part of the selection needs to know."""

    zone: ZoneInfo
    since: datetime
    order: Sequence[str]
    rank: Mapping[str, int]
    """Watchlist → its place in the order."""
    shown_before: Mapping[str, Sequence[Mapping[str, Any]]]
    revised: frozenset[str]
    """Articles of earlier windows whose text was replaced in this one."""

    def tags(self, filed: Filed) -> dict[str, Tag]:
        """The tags that this digest asks for, in its order."""
        have = [tag for tag in filed.tags if tag.watchlist in self.rank]
        return {tag.watchlist: tag for tag in sorted(have, key=lambda tag: self.rank[tag.watchlist])}

    def late(self, article: Article) -> bool:
        """Published before the window and seen only in it. A date without an hour is late when the whole day lies before."""
        if article.published is None or article.id in self.revised:
            return False
        day = timedelta(days=1) if article.published.precision == "day" else timedelta(0)
        return article.published.at < self.since - day


def select(
    digest: Digest,
    day: date,
    *,
    filed: Iterable[Filed],
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

    `filed` are the articles first seen in `window(digest, day)`, or from `since` on, where the edition before ended at another hour
    than the digest has now. `history` counts a watchlist's tagged articles in the days before,
    oldest first. `revised` are articles of earlier windows whose text was replaced in this one: they stand in the sections as what is
    new of their stories, and are not counted among the window's articles. `shown_before` holds a story as earlier editions showed it, newest first. `version` is the hash of the watchlists.
    """
    zone = ZoneInfo(digest.timezone)
    usual_since, until = window(digest, day)
    since = since or usual_since
    order = tuple(dict.fromkeys(digest.watchlists))
    articles = _in_order(filed)
    changed = _in_order(revised)
    ids = frozenset(f.article.id for f in changed)
    rank = {w: n for n, w in enumerate(order)}
    desk = _Desk(zone=zone, since=since, order=order, rank=rank, shown_before=shown_before, revised=ids)
    tagged = [f for f in articles if desk.tags(f)]
    placed = _in_order([*tagged, *(f for f in changed if desk.tags(f))])
    heard = {w for f in placed for w in desk.tags(f)}
    sections = _sections(desk, day, placed, watchlist_titles, history)
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
        "since": _local(since, zone),
        "until": _local(until, zone),
        "coverage": {
            "feeds": len(known),
            "ok": len(known) - len(out),
            "failed": [{**f, "outlet": f.get("outlet") or known[i]} for i, f in out.items()],
            "quiet": [{**q, "outlet": q.get("outlet") or known.get(q["feed"], q["feed"])} for q in quiet],
            "articles": len(articles),
            "copies": sum(f.placement.relation == "copy" for f in articles),
            "stories": len({f.placement.story for f in articles}),
            "tagged": len(tagged),
        },
        "top": _top(sections),
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


def _in_order(filed: Iterable[Filed]) -> list[Filed]:
    return sorted(filed, key=lambda f: (f.article.first_seen, f.article.id))


def _sections(
    desk: _Desk,
    day: date,
    tagged: Sequence[Filed],
    titles: Mapping[str, str],
    history: Mapping[str, Sequence[int]],
) -> list[Json]:
    whole: dict[str, list[Filed]] = defaultdict(list)
    counts: Counter[str] = Counter()
    for f in tagged:
        counts.update(desk.tags(f).keys())
        whole[f.placement.story].append(f)
    parts = _parts(desk, tagged)
    known_days = _known_days(history)
    sections = []
    for w in desk.order:
        if not counts[w]:
            continue
        stories = _arranged([_story(desk, w, members, whole[s]) for s, members in parts[w].items()])
        past = list(history.get(w, ()))
        usual = past[len(past) - min(known_days, len(past)) :]
        sections.append(
            {
                "watchlist": w,
                "title": titles.get(w, w),
                "articles": counts[w],
                "usual": float(median(usual)) if usual else 0.0,
                "usual_days": len(usual),
                "days": _days(day, past, counts[w]),
                "stories": stories,
                "also": [],
            }
        )
    _refer(desk, sections, tagged)
    return sections


def _parts(desk: _Desk, tagged: Sequence[Filed]) -> dict[str, dict[str, list[Filed]]]:
    """Watchlist → story → the articles that stand there in full: under the first watchlist, in the digest's order, that tags them.

    A watchlist that would be left with references alone takes the newest story it can from a section that keeps another: no team
    opens its own section and finds it hollow.
    """
    parts: dict[str, dict[str, list[Filed]]] = {w: {} for w in desk.order}
    for f in tagged:
        parts[next(iter(desk.tags(f)))].setdefault(f.placement.story, []).append(f)
    for w in desk.order:
        if not parts[w]:
            offers = [
                (members[-1].article.first_seen, story, home)
                for home, stories in parts.items()
                for story, members in stories.items()
                if len(stories) > 1 and all(w in desk.tags(f) for f in members)
            ]
            if offers:
                _, story, home = max(offers)
                parts[w][story] = parts[home].pop(story)
    return parts


def _known_days(history: Mapping[str, Sequence[int]]) -> int:
    """Days from the first on which any watchlist had an article: before it the archive knew nothing, and nought is no habit."""
    most = max(map(len, history.values()), default=0)
    firsts = [next((len(days) - i for i, n in enumerate(days) if n), 0) for days in history.values()]
    return min(most, max(firsts, default=0))


def _days(day: date, past: Sequence[int], today: int) -> list[Json]:
    before = [*(0 for _ in range(BARS - 1)), *past][-(BARS - 1) :]
    counts = [*before, today]
    return [{"date": (day - timedelta(days=BARS - 1 - i)).isoformat(), "articles": n} for i, n in enumerate(counts)]


def _arranged(stories: Sequence[Json]) -> list[Json]:
    """In full and newest first, the most carried ones; then as lines what is over the limit; then what only goes on."""
    ranked = sorted((s for s in stories if s["status"] != "continuing"), key=_rank)
    full = {s["story"] for s in ranked[:FULL]}
    for story in stories:
        story["display"] = "full" if story["story"] in full else "line"
    places = {"full": 0, "line": 1}
    newest = sorted(stories, key=lambda s: s["story"])
    newest.sort(key=lambda s: datetime.fromisoformat(s["at"]), reverse=True)
    return sorted(newest, key=lambda s: (places[s["display"]], s["status"] == "continuing"))


def _rank(story: Json) -> tuple[int, int, float, float, str]:
    moment = datetime.fromisoformat(story["at"]).timestamp()
    return (-story["independent"], -len(story["watchlists"]), -story["score"], -moment, story["story"])


def _refer(desk: _Desk, sections: Sequence[Json], tagged: Sequence[Filed]) -> None:
    """Where a section's watchlist tags articles that stand in full elsewhere: one line each, with the place."""
    placed = {
        a["id"]: (section["watchlist"], story)
        for section in sections
        for story in section["stories"]
        for a in story["articles"]
    }
    under: dict[str, list[Filed]] = defaultdict(list)
    for f in tagged:
        for watchlist in desk.tags(f):
            under[watchlist].append(f)
    for section in sections:
        lines: dict[tuple[str, str], Json] = {}
        for f in under[section["watchlist"]]:
            home, story = placed[f.article.id]
            if home != section["watchlist"]:
                line = lines.setdefault(
                    (home, story["story"]),
                    {"story": story["story"], "section": home, "title": story["title"], "articles": 0},
                )
                line["articles"] += 1
        section["also"] = list(lines.values())


# ---------------------------------------------------------------- a story
def _story(desk: _Desk, watchlist: str, members: Sequence[Filed], whole: Sequence[Filed]) -> Json:
    """A story as it stands in full under `watchlist`. `members` are its articles placed there, `whole` all its tagged ones today."""
    name = members[0].placement.story
    earlier = list(desk.shown_before.get(name, ()))
    lead = _lead(members, follows=bool(earlier))
    article = lead.article
    now = figures(article.title, article.body)
    status, news = _status(desk, earlier, members, now)
    matches = [
        (f.article.id, m)
        for f in [lead, *(m for m in members if m is not lead)]
        for m in desk.tags(f)[watchlist].matches
    ]
    own = [m for i, m in matches if i == article.id]
    tags = [tag for f in whole for tag in desk.tags(f).values()]
    asked = {tag.watchlist for tag in tags}
    quotes = excerpt.quotes(article.body, _headline(article), _wanted(own))
    at = min(article.published.at, article.first_seen) if article.published else article.first_seen
    return {
        "story": name,
        "status": status,
        "news": news,
        "title": _headline(article),
        "url": article.url,
        "outlet": article.outlet,
        "language": article.language,
        "origin": {
            "outlet": lead.placement.origin.outlet,
            "basis": lead.placement.origin.basis,
            "evidence": lead.placement.origin.evidence,
        },
        "published": _local(article.published.at, desk.zone) if article.published else None,
        "precision": article.published.precision if article.published else None,
        "first_seen": _local(article.first_seen, desk.zone),
        "at": _local(at, desk.zone),
        "outlets": list(dict.fromkeys(f.article.outlet for f in members)),
        "independent": _independent(whole),
        "watchlists": [w for w in desk.order if w in asked],
        "score": max(tag.score for tag in tags),
        "figures": now,
        "articles": [_member(desk, f) for f in sorted(members, key=lambda f: _member_order(f, lead))],
        "excerpt": " … ".join(article.body[q.start : q.end] for q in quotes),
        "quotes": [
            {
                "article": article.id,
                "field": "body",
                "start": q.start,
                "end": q.end,
                "text": article.body[q.start : q.end],
                "marks": [[s - q.start, e - q.start] for s, e in q.marks],
                "cut_before": q.cut_before,
                "cut_after": q.cut_after,
            }
            for q in quotes
        ],
        "matches": [_match(i, m) for i, m in _told(matches)],
        "matches_in_all": len(matches),
    }


def _lead(members: Sequence[Filed], *, follows: bool) -> Filed:
    """The article that speaks for its story: the original of the text that most outlets carry, or where only copies of that came
    today the first of them; of a story shown before, the newest text of its own.
    """
    carried = Counter(f.placement.original for f in members)

    def order(f: Filed) -> tuple[int, bool, float, str]:
        moment, copied = f.article.first_seen.timestamp(), f.placement.relation == "copy"
        return (
            (0, copied, -moment, f.article.id)
            if follows
            else (-carried[f.placement.original], copied, moment, f.article.id)
        )

    return min(members, key=order)


def _headline(article: Article) -> str:
    """The article's own; without one the first sentence stands in, and at last the address."""
    return article.title if article.title.strip() else excerpt.first(article.body) or article.url


def _independent(members: Sequence[Filed]) -> int:
    """Outlets with a text of their own; all copies of one text count once, for the outlet they come from."""
    outlets = {f.article.id: f.article.outlet for f in members}
    texts = {f.placement.original: f for f in members}
    return len({outlets.get(original) or f.placement.origin.outlet for original, f in texts.items()})


def _status(
    desk: _Desk, earlier: Sequence[Mapping[str, Any]], members: Sequence[Filed], now: Mapping[str, int]
) -> tuple[str, list[Json]]:
    """New, an update with what is new in it, or going on without news: further copies at outlets that had it already."""
    if not earlier:
        return "new", []
    news: list[Json] = list(changes([story.get("figures", {}) for story in earlier], now))
    changed = sum(f.article.id in desk.revised for f in members)
    if changed:
        news.append({"kind": "text", "articles": changed})
    had = {outlet for story in earlier for outlet in story["outlets"]}
    added = [o for o in dict.fromkeys(f.article.outlet for f in members) if o not in had]
    if added:
        news.append({"kind": "outlets", "outlets": added})
    fresh = [f for f in members if f.article.id not in desk.revised]
    reports = sum(f.placement.relation != "copy" and f.article.outlet in had for f in fresh)
    if reports:
        news.append({"kind": "reports", "reports": reports})
    return ("update" if news else "continuing"), news


_RELATIONS = {"original": 0, "report": 1, "copy": 2}


def _member_order(f: Filed, lead: Filed) -> tuple[bool, int, datetime, str]:
    return (f is not lead, _RELATIONS[f.placement.relation], f.article.first_seen, f.article.id)


def _member(desk: _Desk, f: Filed) -> Json:
    article, placement = f.article, f.placement
    return {
        "id": article.id,
        "url": article.url,
        "outlet": article.outlet,
        "title": _headline(article),
        "relation": placement.relation,
        "original": placement.original,
        "similarity": round(placement.similarity, 4),
        "because": placement.reason,
        "published": _local(article.published.at, desk.zone) if article.published else None,
        "precision": article.published.precision if article.published else None,
        "first_seen": _local(article.first_seen, desk.zone),
        "late": desk.late(article),
    }


def _wanted(matches: Sequence[Match]) -> list[list[tuple[int, int]]]:
    """The places in the body of each term and rule, in order of the text."""
    groups: dict[tuple[str, str | None], list[tuple[int, int]]] = {}
    for match in matches:
        if match.field == "body":
            groups.setdefault((match.term, match.rule), []).append((match.start, match.end))
    return list(groups.values())


def _told(matches: Sequence[tuple[str, Match]]) -> list[tuple[str, Match]]:
    """At most MATCHES of them: first one of each kind, so that no term and no rule goes unnamed before another is told twice."""
    seen: set[tuple[str, str | None, str]] = set()
    first: list[tuple[str, Match]] = []
    more: list[tuple[str, Match]] = []
    for owner, match in matches:
        kind = (match.term, match.rule, match.surface)
        (more if kind in seen else first).append((owner, match))
        seen.add(kind)
    return (first + more)[:MATCHES]


def _match(article: str, match: Match) -> Json:
    return {
        "article": article,
        "term": match.term,
        "rule": match.rule,
        "surface": match.surface,
        "field": match.field,
        "start": match.start,
        "end": match.end,
        "reading": match.reading.text,
    }


# ---------------------------------------------------------------- over all sections
def _top(sections: Sequence[Json]) -> list[Json]:
    """At most five stories by independent outlets, then watchlists matched, then weight; each points at its place in full.

    A story of one outlet and one watchlist stands out by nothing but its hour, and is no top story.
    """
    if sum(story["display"] == "full" for section in sections for story in section["stories"]) <= FEW:
        return []
    best: dict[str, tuple[Json, str]] = {}
    for section in sections:
        for story in section["stories"]:
            if story["status"] != "continuing" and max(story["independent"], len(story["watchlists"])) > 1:
                best.setdefault(story["story"], (story, section["watchlist"]))
    ranked = sorted(best.values(), key=lambda pair: _rank(pair[0]))[:TOP]
    return [
        {
            "story": story["story"],
            "section": watchlist,
            "title": story["title"],
            "status": story["status"],
            "independent": story["independent"],
            "watchlists": story["watchlists"],
        }
        for story, watchlist in ranked
    ]


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
