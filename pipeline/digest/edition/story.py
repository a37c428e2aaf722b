"""A story as it stands in full: the article that speaks for it, what is quoted and why, its members, what is new in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.digest import excerpt
from pipeline.digest.figures import changes, figures
from pipeline.model import Article, Filed, Match

from .days import local
from .desk import Desk, Json

MATCHES = 40
"""Matches of a story that are listed; `matches_in_all` counts them."""


def in_full(desk: Desk, watchlist: str, members: Sequence[Filed], whole: Sequence[Filed]) -> Json:
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
        "published": local(article.published.at, desk.zone) if article.published else None,
        "precision": article.published.precision if article.published else None,
        "first_seen": local(article.first_seen, desk.zone),
        "at": local(at, desk.zone),
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
    desk: Desk, earlier: Sequence[Mapping[str, Any]], members: Sequence[Filed], now: Mapping[str, int]
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


def _member(desk: Desk, f: Filed) -> Json:
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
        "published": local(article.published.at, desk.zone) if article.published else None,
        "precision": article.published.precision if article.published else None,
        "first_seen": local(article.first_seen, desk.zone),
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
