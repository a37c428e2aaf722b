"""Whether two articles that are no copies report one event: conservative, and always with its reason.

Two reports are of one event when, within three days, their headlines name the same thing and both texts begin with it, or headline and
lead share many telling words and the texts some phrases. Whatever is decisive parts them: headlines of one mould with other names in
the slot («وزير خارجية *فرنسا*», «وزير خارجية *الهند*»), bulletins that come every day, figures that differ, unless they are the toll of
an event, which grows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from .common import COMMON, RECURRING, TOLL
from .spelling import alike, bare, stem
from .verdict import SHORT, Shared, differs, figures, lay, unmatched
from .wording import Wording

SPAN = timedelta(hours=72)
"""Between two reports of one event, by their times of publication."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinship:
    report: bool
    score: float = 0.0
    reason: str = ""


_STRANGERS = Kinship(report=False)


def kinship(a: Wording, b: Wording, shared: Shared | None = None) -> Kinship:
    """Whether `a` and `b` report one event. `shared` is the two laid beside each other, where that was done already."""
    if _recurring(a.title) and _recurring(b.title):
        return _STRANGERS
    left, right = a.body or a.title, b.body or b.title
    if min(len(left), len(right)) < SHORT:
        return _flashes(left, right)
    title_a, title_b = a.title_stems, b.title_stems
    both = title_a.keys() & title_b.keys()
    lead_a, lead_b = a.lead_stems, b.lead_stems
    lead = lead_a.keys() & lead_b.keys()
    lead_share = len(lead) / max(1, min(len(lead_a), len(lead_b)))
    title_share = len(both) / max(1, min(len(title_a), len(title_b)))
    score = round(min(1.0, 0.5 * title_share + 0.5 * lead_share), 4)
    if len(lead) < 3:
        return Kinship(report=False, score=score)
    if len(both) >= 3 and title_share >= 0.5:
        phrase = _phrase(
            [s for s in map(stem, a.title) if s in title_a], [s for s in map(stem, b.title) if s in title_b]
        )
        said = len(phrase) >= 3 and all(s in lead_a and s in lead_b for s in phrase)
        if (
            not said
            and title_share >= 0.75
            and lead_share >= 0.35
            and len(lead) >= 5
            and not (_own(a.title, b) and _own(b.title, a))
        ):
            shared = shared or lay(left, right)
            said = shared.share >= 0.2
        if said and not _mould(a, b, shared):
            words = [title_a[s] for s in (phrase if len(phrase) >= 3 else title_a) if s in both]
            reason = f"both headlines name «{' '.join(words[:5])}», and both texts begin with it"
            return Kinship(report=True, score=score, reason=reason)
    if (
        len(lead) >= 5
        and lead_share >= 0.25
        and _told(title_a, {*lead_b, *title_b})
        and _told(title_b, {*lead_a, *title_a})
    ):
        shared = shared or lay(left, right)
        if shared.share >= 0.35 and not _figures_part(left, right) and not _mould(a, b, shared):
            words = [lead_a[s] for s in lead_a if s in lead]
            reason = f"the leads share {len(lead)} telling words, «{' '.join(words[:6])}», and the texts {shared.share:.0%} of their phrases"
            return Kinship(report=True, score=score, reason=reason)
    return Kinship(report=False, score=score)


def _told(title: Iterable[str], known: set[str]) -> bool:
    """Whether the other article speaks of what this headline names."""
    names = set(title)
    return 3 * len(names & known) >= len(names) > 0


def _mould(a: Wording, b: Wording, shared: Shared | None) -> bool:
    """Whether the headlines have a slot that each fills with something the other article does not know: one mould, two events.

    A slot has shared words before it. What differs at the very beginning and meets then («توقيف مسؤولين على خلفية *حريق السوق*»,
    «تشييع ضحايا *حريق السوق*») is one event told on. Texts that share nearly all their words are of one mould too, when what
    differs is decisive and no toll.
    """
    if not any(w in TOLL for w in (*a.title, *b.title)):
        shared = shared or lay(a.body, b.body)
        if shared.share >= 0.6 and differs(a, b, shared):
            return True
    before = False
    i = j = 0
    one, two = a.title, b.title
    while i < len(one) and j < len(two):
        if alike(one[i], two[j]):
            before = before or (one[i] not in COMMON and len(one[i]) > 2)
            i, j = i + 1, j + 1
            continue
        n, m = _meet(one[i:], two[j:])
        if before and _own(one[i : i + n], b) and _own(two[j : j + m], a):
            return True
        i, j = i + n, j + m
    return False


def _meet(one: Sequence[str], two: Sequence[str]) -> tuple[int, int]:
    """How far to the next word that both have: the nearest meeting."""
    best = (len(one), len(two))
    for n, word in enumerate(one[:25]):
        if n >= sum(best):
            break
        for m, other in enumerate(two[:25]):
            if n + m < sum(best) and len(word) > 2 and alike(word, other):
                best = (n, m)
                break
    return best


def _own(words: Sequence[str], other: Wording) -> bool:
    """Whether these words name what the other article has nowhere; a toll is not a name."""
    if any(w in TOLL for w in words) or any(w in TOLL for w in other.title):
        words = [w for w in words if not w[0].isdigit() and w not in TOLL]
    strange = figures(words) - figures((*other.title, *other.body))
    return bool(strange) or bool(unmatched(words, (*other.title, *other.body)))


def _phrase(a: Sequence[str], b: Sequence[str]) -> list[str]:
    """The longest run that two short sequences share."""
    best: list[str] = []
    for i in range(min(len(a), 40)):
        for j in range(min(len(b), 40)):
            n = 0
            while i + n < len(a) and j + n < len(b) and a[i + n] == b[j + n]:
                n += 1
            if n > len(best):
                best = list(a[i : i + n])
    return best


def _recurring(title: Sequence[str]) -> bool:
    return any(w in RECURRING or bare(w) in RECURRING for w in title)


def _figures_part(left: Sequence[str], right: Sequence[str]) -> bool:
    one, two = figures(left), figures(right)
    differ = min(len(one - two), len(two - one))
    return differ > 1 and differ > 0.4 * len(one & two)


def _flashes(left: Sequence[str], right: Sequence[str]) -> Kinship:
    """A flash joins another when nothing but the toll differs."""
    if max(len(left), len(right)) >= SHORT:
        return _STRANGERS
    only = [w for w in left if w not in right], [w for w in right if w not in left]
    if not all(only) or max(map(len, only)) > 3:
        return _STRANGERS
    if all(w[0].isdigit() or w in TOLL for part in only for w in part) and any(w in TOLL for w in left):
        reason = f"the same words but for the toll: «{' '.join(only[0])}» and «{' '.join(only[1])}»"
        return Kinship(report=True, score=0.8, reason=reason)
    return _STRANGERS
