"""Where an article stands among its neighbours: copies first, then stories; and what its arrival changes for those already placed.

    candidates → ranked by keys in common → judge each → copies?  join their groups, find the original anew, say what moved
                                                     → else      a report of the story most of whose texts agree, or a story of its own

A copy group is what verdicts join, so it does not depend on the order of arrival. Its original is the credited outlet's own article if
that is in the group, else the one published first. A story grows only by articles that agree with at least half of its separate texts
of these days and are strangers to none: one article between two events cannot chain them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from pipeline.model import Article, Attribution, Placement

from .attribution import claim, linked
from .fingerprint import Fingerprint
from .fingerprint import fingerprint as fingerprint_of
from .outlets import same_outlet, site
from .story import SPAN, Kinship, kinship, strangers
from .verdict import Shared, Verdict, judge
from .wording import as_written, wording

MOST = 60
"""Candidates that are looked at closely, those with the most keys in common first."""

MOST_BY_ONE = 4
"""Of those that share one pair of words and nothing else: «الأمم المتحدة» alone makes no story."""

MOST_TEXTS = 12
"""Separate texts of a story, the newest, that a report must agree with half of."""


ALONE = "nothing like it in thirty days"
FIRST_TEXT = "the text came out here first"
FIRST_REPORT = "the event was told here first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An article that is filed already, with its keys and where it stands."""

    article: Article
    fingerprint: Fingerprint
    placement: Placement


def place(
    article: Article, fingerprint: Fingerprint, candidates: Sequence[Candidate], *, told: bool = False
) -> tuple[Placement, dict[str, Placement]]:
    """Where the article stands, and the new placements of neighbours whose standing changes, by id.

    `candidates` are the articles that share a key or the text's hash, and the rest of their stories. An article that is among
    them already stands where it stands. A story goes by the id of the member that was seen first, whoever was placed first; where
    stories have been `told` already, they keep the name they were told by.
    """
    by_id = {c.article.id: c for c in candidates}
    if article.id in by_id:
        return by_id[article.id].placement, {}
    near = _ranked(article, fingerprint, candidates)
    verdicts = {c.article.id: judge(wording(article), wording(c.article)) for c in near}
    copies = [c for c in near if verdicts[c.article.id].copy]
    if copies:
        placement, moved = _joined(article, copies, near, verdicts, candidates, told=told)
    else:
        placement, moved = _reported(article, near, verdicts, candidates, told=told)
    return (placement, moved) if told else _told_first(article, placement, moved, candidates)


def _ranked(article: Article, mark: Fingerprint, candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those to look at closely: with the most keys in common first, then the newest."""
    keys = set(mark.bands)
    worth: dict[str, int] = {}
    by_id = {c.article.id: c for c in candidates}
    for i, c in by_id.items():
        other = c.fingerprint if c.fingerprint.version == mark.version else fingerprint_of(c.article)
        same = other.text_hash == mark.text_hash
        worth[i] = closeness(keys.intersection(other.bands)) + PASSAGE * len(keys) * same
    newest = sorted(by_id, key=lambda i: (by_id[i].article.first_seen, i), reverse=True)
    return [by_id[i] for i in nearest(newest, worth, lambda i: near_in_time(article, by_id[i].article))]


PASSAGE = 1000
"""What a passage or a band in common is worth in pairs of words: any one of them speaks louder than all pairs together."""


def closeness(keys: Iterable[str]) -> int:
    """What keys in common are worth."""
    return sum(1 if pair_of_words(k) else PASSAGE for k in keys)


def pair_of_words(key: str) -> bool:
    """Whether a key is a pair of words, by which reports of one event find each other; else a passage, by which copies do."""
    return key[0] == "s"


Key = TypeVar("Key", int, str)


def nearest(newest_first: Iterable[Key], worth: Mapping[Key, int], in_time: Callable[[Key], bool]) -> list[Key]:
    """The few that are looked at closely. Who shares nothing but pairs of words must be of the same days: pairs find stories only, and
    so the news of three days, not the size of the archive, says how many there are.
    """
    ranked = sorted((i for i in newest_first if worth[i]), key=lambda i: -worth[i])
    passages = [i for i in ranked if worth[i] >= PASSAGE][:MOST]
    pairs = [i for i in ranked if 1 < worth[i] < PASSAGE and in_time(i)]
    single = [i for i in ranked if worth[i] == 1 and in_time(i)][:MOST_BY_ONE]
    return (passages + pairs)[:MOST] + single


def near_in_time(a: Article, b: Article) -> bool:
    """Whether two articles are of the same days, as reports of one event are."""
    return abs(a.came_out - b.came_out) <= SPAN


# ---------------------------------------------------------------- copies
def _joined(
    article: Article,
    copies: Sequence[Candidate],
    near: Sequence[Candidate],
    verdicts: Mapping[str, Verdict],
    candidates: Sequence[Candidate],
    *,
    told: bool,
) -> tuple[Placement, dict[str, Placement]]:
    by_id = {c.article.id: c for c in candidates}
    heads = {_head(c, by_id) for c in copies}
    group = [c for c in candidates if _head(c, by_id) in heads]
    articles = [article, *(c.article for c in group)]
    original = _original(articles)
    met = {c.placement.story for c in group}
    texts = _texts(article, met, candidates)
    others = [c for c in near if not verdicts[c.article.id].copy and c.placement.story not in met]
    met |= {x.story for x in _agreeing(article, others, verdicts, candidates) if _one_event(texts, x.texts)}
    members = [c for c in candidates if c.placement.story in met]
    story = min(group, key=_seen).placement.story if told else _name([article, *(c.article for c in members)])
    outlets = {site(a.url): a.outlet for a in articles if a.outlet}
    mine = _copy(article, original, story, outlets)
    moved: dict[str, Placement] = {}
    if heads != {original.id}:
        for c in group:
            new = _copy(c.article, original, story, outlets)
            if _standing(new) != _standing(c.placement):
                moved[c.article.id] = new
    else:  # the group stands as it stood; but a text that was alone has come out elsewhere now
        moved = {
            c.article.id: _copy(c.article, original, story, outlets)
            for c in group
            if c.article.id == original.id and c.placement.reason == ALONE
        }
    # The rest of the stories that met goes along: their originals stand in this one now.
    for c in members:
        if c.placement.story != story and c.article.id not in moved:
            moved[c.article.id] = replace(c.placement, story=story)
    return mine, moved


def _name(members: Iterable[Article]) -> str:
    """What a story goes by: it must not depend on the order in which a run happened to place its members."""
    return min((a.first_seen, a.id) for a in members)[1]


def _head(c: Candidate, by_id: Mapping[str, Candidate]) -> str:
    """The original of its group, through as many copies of copies as there are at hand."""
    for _ in range(MOST):
        if c.placement.relation != "copy":
            return c.article.id
        above = by_id.get(c.placement.original)
        if above is None:
            return c.placement.original
        c = above
    return c.article.id


def _standing(placement: Placement) -> tuple[object, ...]:
    return placement.story, placement.relation, placement.original, placement.origin


def _seen(c: Candidate) -> tuple[datetime, str]:
    return c.article.first_seen, c.article.id


def _original(articles: Sequence[Article]) -> Article:
    """Of texts that are one text: the article of the outlet that the others credit, else the one published first."""
    credited = Counter(
        said.outlet for a in articles if (said := claim(a, wording(a).credits, {})) is not None and said.basis != "link"
    )
    own = [a for a in articles if any(same_outlet(a.outlet, outlet) for outlet in credited)]
    if len(own) > 1:  # several outlets are credited: the one that most name
        weight = {a.id: sum(n for o, n in credited.items() if same_outlet(a.outlet, o)) for a in own}
        most = max(weight.values())
        own = [a for a in own if weight[a.id] == most]
    return min(own or articles, key=lambda a: (a.came_out, a.first_seen, a.id))


def _copy(article: Article, original: Article, story: str, outlets: Mapping[str, str]) -> Placement:
    origin = _origin(article, original, outlets)
    if article.id == original.id:
        return Placement(
            story=story,
            relation="original",
            original=article.id,
            similarity=1.0,
            origin=origin,
            reason=FIRST_TEXT,
        )
    verdict = judge(wording(article), wording(original))
    return Placement(
        story=story,
        relation="copy",
        original=original.id,
        similarity=round(verdict.similarity, 4),
        origin=origin,
        reason=_because(verdict, article, original),
    )


def _because(verdict: Verdict, article: Article, original: Article) -> str:
    where = _named(original)
    if not verdict.copy:
        return f"one text with {where} by way of another copy"
    return f"{verdict.reason}: {where}"


def _named(article: Article) -> str:
    title = article.title if len(article.title) <= 80 else article.title[:79].rstrip() + "…"
    return f"«{title}» ({article.outlet})" if article.outlet else f"«{title}»"


def _origin(article: Article, original: Article, outlets: Mapping[str, str]) -> Attribution:
    """The article's own credit, else the original's, else a link to an outlet of the group, else who had it first."""
    said = claim(article, wording(article).credits, outlets)
    if said is None and article.id != original.id:
        said = claim(original, wording(original).credits, outlets) or linked(article, outlets)
    return said or Attribution(outlet=original.outlet, basis="earliest")


# ---------------------------------------------------------------- stories
def _kinship(a: Article, b: Article, shared: Shared | None = None) -> Kinship:
    return kinship(wording(a), wording(b), shared, apart=abs(a.came_out - b.came_out))


def _reported(
    article: Article,
    near: Sequence[Candidate],
    verdicts: Mapping[str, Verdict],
    candidates: Sequence[Candidate],
    *,
    told: bool,
) -> tuple[Placement, dict[str, Placement]]:
    """A report of the stories that agree with it, which it makes one if they may be one; else the first of its own."""
    origin = _origin(article, article, {site(c.article.url): c.article.outlet for c in near if c.article.outlet})
    agreeing = _agreeing(article, near, verdicts, candidates)
    if not agreeing:
        return Placement(
            story=article.id,
            relation="original",
            original=article.id,
            similarity=1.0,
            origin=origin,
            reason=ALONE,
        ), {}
    best = agreeing[0]
    stories = {best.story, *(x.story for x in agreeing[1:] if _one_event(best.texts, x.texts))}
    members = [c for c in candidates if c.placement.story in stories]
    story = min(members, key=_seen).placement.story if told else _name([article, *(c.article for c in members)])
    moved = {c.article.id: replace(c.placement, story=story) for c in members if c.placement.story != story}
    c = best.nearest
    said = as_written(best.kinship.reason, article.title, c.article.title, article.body[:2000], c.article.body[:2000])
    placement = Placement(
        story=story,
        relation="report",
        original=article.id,
        similarity=round(best.kinship.score, 4),
        origin=origin,
        reason=f"reports the event of {_named(c.article)}: {said}",
    )
    return placement, moved


def _told_first(
    article: Article, placement: Placement, moved: dict[str, Placement], candidates: Sequence[Candidate]
) -> tuple[Placement, dict[str, Placement]]:
    """Of a story's separate texts the one that came out first is the original and the others are reports, whichever was placed first: a
    run that was killed and begun again ends as one that was not.
    """
    standing = {c.article.id: moved.get(c.article.id, c.placement) for c in candidates} | {article.id: placement}
    members = [a for a in (article, *(c.article for c in candidates)) if standing[a.id].story == placement.story]
    texts = [a for a in members if standing[a.id].relation != "copy"]
    if not texts or len(members) == 1:
        return placement, moved
    first = min(texts, key=lambda a: (a.came_out, a.first_seen, a.id))
    copied = {standing[a.id].original for a in members if standing[a.id].relation == "copy"}
    for a in texts:
        if a.id == first.id:
            reason = FIRST_TEXT if a.id in copied else FIRST_REPORT
            standing[a.id] = replace(standing[a.id], relation="original", similarity=1.0, reason=reason)
        elif standing[a.id].relation != "report" or _named(first) not in standing[a.id].reason:
            standing[a.id] = _report_of(a, first, standing[a.id])
    before = {c.article.id: c.placement for c in candidates}
    changed = {i: new for i, new in standing.items() if i in before and new != before[i]}
    return standing[article.id], changed


def _report_of(article: Article, first: Article, placement: Placement) -> Placement:
    found = _kinship(article, first)
    if not found.report:
        reason = f"tells of one event with {_named(first)} by way of another report"
        return replace(placement, relation="report", similarity=0.0, reason=reason)
    said = as_written(found.reason, article.title, first.title, article.body[:2000], first.body[:2000])
    reason = f"reports the event of {_named(first)}: {said}"
    return replace(placement, relation="report", similarity=round(found.score, 4), reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Agreeing:
    """A story that an article agrees with."""

    story: str
    texts: Sequence[Candidate]
    """Its separate texts of these days."""
    nearest: Candidate
    kinship: Kinship
    """Of the article with the nearest of its members."""


def _agreeing(
    article: Article, near: Sequence[Candidate], verdicts: Mapping[str, Verdict], candidates: Sequence[Candidate]
) -> list[_Agreeing]:
    """The stories whose report the article is, best first: it agrees with at least half of the texts, and is a stranger to none."""
    kin: dict[str, list[tuple[Candidate, Kinship]]] = defaultdict(list)
    for c in near:
        if near_in_time(article, c.article):
            found = _kinship(article, c.article, verdicts[c.article.id].shared)
            if found.report:
                kin[c.placement.story].append((c, found))
    by_id = {c.article.id: c for c in candidates}
    looked_at = {c.article.id for c in near}
    found_stories: list[_Agreeing] = []
    for story, agreeing in kin.items():
        texts = _texts(article, {story}, candidates)
        separate = {c.article.id for c in texts}
        agree = {_head(c, by_id) for c, _ in agreeing}
        for other in separate - agree - looked_at:
            if _kinship(article, by_id[other].article).report:
                agree.add(other)
        if 2 * len(separate & agree) < len(separate):
            continue
        if any(strangers(wording(article), wording(by_id[other].article)) for other in separate - agree):
            continue
        nearest_kin, kinship_found = max(agreeing, key=lambda x: (x[1].score, x[0].article.id))
        found_stories.append(_Agreeing(story=story, texts=texts, nearest=nearest_kin, kinship=kinship_found))
    return sorted(found_stories, key=lambda x: (x.kinship.score, x.story), reverse=True)


def _texts(article: Article, stories: Collection[str], candidates: Iterable[Candidate]) -> list[Candidate]:
    """The separate texts of stories from the article's days, the newest."""
    texts = [
        c
        for c in candidates
        if c.placement.story in stories and c.placement.relation != "copy" and near_in_time(article, c.article)
    ]
    return sorted(texts, key=_seen)[-MOST_TEXTS:]


def _one_event(some: Iterable[Candidate], others: Collection[Candidate]) -> bool:
    """Whether two stories that one article agrees with are one: of the same days, and no text of either a stranger to one of the other.

    So a wire that comes after the reports on it joins them, and a round-up of two events does not.
    """
    return all(
        near_in_time(x.article, y.article) and not strangers(wording(x.article), wording(y.article))
        for x in some
        for y in others
    )
