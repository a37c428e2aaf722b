"""A section for each watchlist: every tagged article in full under one of them, a reference under the others; what stands on top of all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from statistics import median

from pipeline.model import Filed

from .desk import Desk, Json
from .story import in_full

TOP = 5
FEW = 3
"""An edition of so few stories in full is its own summary: nothing is put above it."""
FULL = 12
"""Stories of a section shown in full; the rest of it are lines."""
BARS = 14
"""Days in a section's small chart, the edition's own among them."""


def in_sections(
    desk: Desk,
    day: date,
    tagged: Sequence[Filed],
    titles: Mapping[str, str],
    history: Mapping[str, Sequence[int]],
) -> list[Json]:
    """A section for each watchlist that tags something today, in the digest's order. `tagged` come in order of their first being seen."""
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
        stories = _arranged([in_full(desk, w, members, whole[s]) for s, members in parts[w].items()])
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


def _parts(desk: Desk, tagged: Sequence[Filed]) -> dict[str, dict[str, list[Filed]]]:
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


def _refer(desk: Desk, sections: Sequence[Json], tagged: Sequence[Filed]) -> None:
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


def top_of(sections: Sequence[Json]) -> list[Json]:
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
