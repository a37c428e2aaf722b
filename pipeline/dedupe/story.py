"""Whether two articles that are no copies report one event: conservative, and always with its reason.

Two reports are of one event when, within three days,

    their headlines name the same thing, and both texts begin with it,
    or headline and lead share many telling words, and the texts some phrases,
    or headline and lead share names enough, in whatever words, and each tells what the other is about and what its headline names.

Whatever is decisive parts them: headlines of one mould with other names in the slot («وزير خارجية *فرنسا*», «وزير خارجية *الهند*»),
issues of a bulletin, figures that differ, unless they are the toll of an event, which grows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from .common import COMMON, FORECAST, FOUR_AND_TWENTY, HOURS, PROTOCOL, RECURRING, TOLL, WEEKDAYS
from .spelling import alike, bare
from .telling import KIND, LAND, keys, weight
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

BRIEF = 20
"""Words from which a text can tell what, who and where: with fewer it is one line, in which any word decides."""

ENOUGH, ENOUGH_LATER = 3.5, 4.5
"""What names and kinds in common must weigh, on the first day and after it: later reports of other events of the same people come."""

FEWEST_NAMES = 3
"""Names that two reports in other words must share: two are a person, or a town and its region, and much happens there."""

IN_PHRASE = 0.5
"""What a name loses that stands behind the same word in both: a family's name says little more than the whole name, a moulded sentence
no more than one word."""

ABOUT, ABOUT_BOTH = 1.0, 3.0
"""What each of the two is about must be told by the other: so much of either, and so much of both together."""

MANY_NAMES = 6
"""Names that they must share where they share no word of what happened: the same people and places, and nothing to say of them."""

TOLD = 0.5
"""Of a headline so much must stand in the other's text. A round-up of two events has half of its headline in neither."""

TOLD_OF_MUCH = 0.4
"""The same where headlines and leads have twice as much in common as is enough: one hand wrote a headline of its own."""

UNTOLD_OF_MEETINGS = 0.4
"""Of a headline about who met whom no more than this may be untold by the other: «رئيس الوزراء» is not «رئيس الحزب»."""

MISSING = 2.0
"""What a name counts against them that stands in one headline and nowhere in the other's text, where each has such a name."""

STRANGE = 1.5
"""What reports of one event have in common at the very least; see `strangers`."""

ONE_MOULD = 0.4
"""From this share of phrases on the two may be of one mould: hands that choose their own words share less."""


def kinship(a: Wording, b: Wording, shared: Shared | None = None, *, apart: timedelta = timedelta(0)) -> Kinship:
    """Whether `a` and `b`, published so far `apart`, report one event. `shared` is the two laid beside each other, where that was
    done already.
    """
    left, right = a.body or a.title, b.body or b.title
    shortest = min(len(left), len(right))
    found = _flashes(left, right) if shortest < SHORT else _STRANGERS
    if not found.report and shortest >= BRIEF:
        found = _reports(a, b, shared, apart)
    return _STRANGERS if found.report and _issues(a, b) else found


def _reports(a: Wording, b: Wording, shared: Shared | None, apart: timedelta) -> Kinship:
    title = a.title_stems.keys() & b.title_stems.keys()
    lead = a.lead_stems.keys() & b.lead_stems.keys()
    title_share = len(title) / max(1, min(len(a.title_stems), len(b.title_stems)))
    lead_share = len(lead) / max(1, min(len(a.lead_stems), len(b.lead_stems)))
    reason = _other_words(a, b, shared, apart)
    if not reason and len(lead) >= 3 and min(len(a.body), len(b.body)) >= SHORT:
        if len(title) >= 3 and title_share >= 0.5:
            reason = _one_headline(a, b, shared, title, title_share, lead, lead_share)
        if not reason and len(lead) >= 5 and lead_share >= 0.25:
            reason = _phrases(a, b, shared, lead)
    if not reason or _one_form(a, b) or _parted(a, b, _untold(a, b), _untold(b, a)):
        return _STRANGERS
    return Kinship(report=True, score=round(min(1.0, 0.5 * title_share + 0.5 * lead_share), 4), reason=reason)


def _one_headline(
    a: Wording,
    b: Wording,
    shared: Shared | None,
    title: Collection[str],
    title_share: float,
    lead: Collection[str],
    lead_share: float,
) -> str:
    """Why headlines that share `title` name one thing, with which both texts begin; empty when they do not."""
    if all(a.weights[s] < 1 for s in title):
        return ""  # «خادم الحرمين … لبنان»: a land and an office are in every day's news
    phrase = _phrase(keys(a.title), keys(b.title))
    said = len(phrase) >= 3 and all(s in lead for s in phrase)
    if (
        not said
        and title_share >= 0.75
        and lead_share >= 0.35
        and len(lead) >= 5
        and not (_own(a.title, b) and _own(b.title, a))
    ):
        shared = shared or lay(a.body, b.body)
        said = shared.share >= 0.2
    if not said or _mould(a, b, shared):
        return ""
    words = [a.title_stems[s] for s in (phrase if len(phrase) >= 3 else a.title_stems) if s in title]
    return f"both headlines name «{' '.join(words[:5])}», and both texts begin with it"


def _phrases(a: Wording, b: Wording, shared: Shared | None, lead: Collection[str]) -> str:
    """Why leads that share `lead`, of texts that share phrases, tell one event; empty when they do not."""
    if not (_told(a.title_stems, b.weights) and _told(b.title_stems, a.weights)):
        return ""
    shared = shared or lay(a.body, b.body)
    if shared.share < 0.35 or _figures_part(a.body, b.body) or _mould(a, b, shared):
        return ""
    words = [a.lead_stems[s] for s in a.lead_stems if s in lead]
    return f"the leads share {len(lead)} telling words, «{' '.join(words[:6])}», and the texts {shared.share:.0%} of their phrases"


def strangers(a: Wording, b: Wording) -> bool:
    """Whether two articles cannot be of one event: they have next to nothing in common, or each headline is about something that the other
    does not know. Less than `kinship` asks, and asked of those that nothing but a third article joins.
    """
    if min(len(a.body), len(b.body)) < BRIEF:
        return False
    if _issues(a, b):
        return True
    told = sum(_common(a, b).values())
    if told < STRANGE:
        return True
    one, two = _untold(a, b), _untold(b, a)
    return _parted(a, b, one, two) or told - MISSING * min(one.names, two.names) < STRANGE


def _common(a: Wording, b: Wording) -> dict[str, float]:
    """What headlines and leads both tell → how much it weighs."""
    return {s: min(w, b.weights[s]) for s, w in a.weights.items() if s in b.weights}


def _other_words(a: Wording, b: Wording, shared: Shared | None, apart: timedelta) -> str:
    """Why these are reports of one event by hands that chose other words; empty when they are not."""
    if a.title_stems.keys().isdisjoint(b.weights) or b.title_stems.keys().isdisjoint(a.weights):
        return ""
    common = _common(a, b)
    told = sum(common.values()) - IN_PHRASE * sum(common[s] for s in _following(a, b) if common.get(s) == 1)
    about = _about(a, common), _about(b, common)
    if min(about) < ABOUT or sum(about) < ABOUT_BOTH:
        return ""
    enough = ENOUGH if apart <= timedelta(hours=24) else ENOUGH_LATER
    names = [s for s, w in common.items() if w == 1]
    if told < enough or len(names) < (FEWEST_NAMES if len(names) < len(common) else MANY_NAMES):
        return ""
    one, two = _untold(a, b), _untold(b, a)
    least = TOLD if told < 2 * enough else TOLD_OF_MUCH
    if max(one.share, two.share) > 1 - least:
        return ""
    if told - MISSING * min(one.names, two.names) < enough:
        return ""
    shared = shared or lay(a.body, b.body)
    if shared.share >= ONE_MOULD and _mould(a, b, shared):
        return ""
    words = {**b.lead_stems, **b.title_stems, **a.lead_stems, **a.title_stems}
    return f"both tell of «{' '.join(words[s] for s in names[:6])}», and each text what the other's headline names"


def _following(a: Wording, b: Wording) -> Iterable[str]:
    """What stands behind the same word in both leads: the second word of a name, or of a phrase that both took over."""
    before = dict(pairwise(b.lead_stems))
    return (s for previous, s in pairwise(a.lead_stems) if before.get(previous) == s)


def _about(a: Wording, common: Mapping[str, float]) -> float:
    """What of the matter of `a`, which its headline and its lead both tell, is among what the two have in common."""
    return sum(w for s, w in common.items() if s in a.title_stems and s in a.lead_stems)


def _parted(a: Wording, b: Wording, one: _Untold, two: _Untold) -> bool:
    """Whether each headline names a land, a figure, or who was met, that the other article has nowhere. Meetings, calls and telegrams
    of a day are told in the same words, and who it was with is everything.
    """
    if (one.lands and two.lands) or (one.figures and two.figures):
        return True
    if not (_has(PROTOCOL, a.title) and _has(PROTOCOL, b.title)):
        return False
    return min(one.names, two.names) > 0 or max(one.share, two.share) > UNTOLD_OF_MEETINGS


@dataclass(frozen=True, slots=True)
class _Untold:
    share: float
    """Of what the headline weighs, the part that the other article tells nowhere."""
    names: float
    """What names and lands among it weigh."""
    lands: bool
    figures: bool
    """Whether a land is among it, whether a figure that is no toll is."""


def _untold(a: Wording, b: Wording) -> _Untold:
    """What of the headline of `a` stands nowhere in `b`."""
    strange = () if _has(TOLL, (*a.title, *b.title)) else figures(a.title) - figures((*b.title, *b.body))
    elsewhere = unmatched([w for s, w in a.title_stems.items() if s not in b.weights], (*b.title, *b.body))
    weights = {s: a.weights[s] for s, w in a.title_stems.items() if w in elsewhere}
    whole = sum(a.weights[s] for s in a.title_stems)
    return _Untold(
        share=sum(weights.values()) / whole if whole else 1.0,
        names=sum(w for w in weights.values() if w > KIND),
        lands=LAND in weights.values(),
        figures=bool(strange),
    )


def _told(title: Collection[str], known: Collection[str]) -> bool:
    """Whether the other article speaks of what this headline names."""
    return 3 * sum(s in known for s in title) >= len(title) > 0


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
    slots, _ = _slots(a.title, b.title)
    return any(slot.inside and _own(slot.mine, b) and _own(slot.other, a) for slot in slots)


def _one_form(a: Wording, b: Wording) -> bool:
    """Whether the headlines are half the same, word after word, with another name or figure in a slot: two entries of one form. Nobody
    chooses half of another's headline by chance; what both know of the other's name is then no more than the circle they write in.
    Where the headlines end differently, that may be two sides of one event, unless neither knows what the other ends with.
    """
    slots, shared = _slots(a.title, b.title)
    if 2 * shared < min(len(a.title), len(b.title)):
        return False
    toll = _has(TOLL, (*a.title, *b.title))
    return any(
        _names(slot.mine, toll=toll)
        and _names(slot.other, toll=toll)
        and (slot.closed or (_own(slot.mine, b) and _own(slot.other, a)))
        for slot in slots
        if slot.inside
    )


def _names(words: Iterable[str], *, toll: bool) -> bool:
    return any(weight(w) > KIND for w in words) or (not toll and bool(figures(words)))


@dataclass(frozen=True, slots=True)
class _Slot:
    """A place where two headlines differ: what one has there, and what the other has."""

    mine: Sequence[str]
    other: Sequence[str]
    inside: bool
    """Whether a word that tells something, and that both have, stands before it."""
    closed: bool
    """Whether a word that both have stands behind it."""


def _slots(one: Sequence[str], two: Sequence[str]) -> tuple[list[_Slot], int]:
    """Two headlines walked side by side: where they differ, and how many words they share."""
    found, shared, inside = [], 0, False
    i = j = 0
    while i < len(one) and j < len(two):
        if alike(one[i], two[j]):
            inside = inside or (one[i] not in COMMON and len(one[i]) > 2)
            i, j, shared = i + 1, j + 1, shared + 1
            continue
        n, m = _meet(one[i:], two[j:])
        mine, other = one[i : i + n], two[j : j + m]
        i, j = i + n, j + m
        found.append(_Slot(mine, other, inside, closed=i < len(one) and j < len(two)))
    return found, shared


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


def _issues(a: Wording, b: Wording) -> bool:
    """Whether the two are issues of what comes every day: bulletins by their headlines or by what they forecast, headlines that differ
    in the day, a day's toll.
    """
    if (_has(RECURRING, a.title) or _forecast(a)) and (_has(RECURRING, b.title) or _forecast(b)):
        return True
    one, two = WEEKDAYS & set(a.title), WEEKDAYS & set(b.title)
    if one and two and not one & two:
        both = len(a.title_stems.keys() & b.title_stems.keys())
        if 2 * both >= min(len(a.title_stems), len(b.title_stems)):
            return True
    if _daily(a) and _daily(b):
        left, right = figures((*a.title, *a.lead)), figures((*b.title, *b.lead))
        return bool(left - right and right - left)
    return False


def _has(table: frozenset[str], words: Iterable[str]) -> bool:
    return any(w in table or bare(w) in table for w in words)


def _forecast(a: Wording) -> bool:
    """Whether the lead tells the weather to come."""
    return len({bare(w) for w in a.lead if w in FORECAST or bare(w) in FORECAST}) >= MOST_WEATHER


MOST_WEATHER = 4
"""Different words of a forecast in a lead: an event in bad weather has fewer."""


def _daily(a: Wording) -> bool:
    """Whether headline or lead counts what happened within a day: «خلال 24 ساعة», «الساعات الأربع والعشرين الماضية»."""
    words = (*a.title, *a.lead)
    return any(
        (one == "24" and two in HOURS) or (two == "24" and one in HOURS) or (one, two) == FOUR_AND_TWENTY
        for one, two in pairwise(words)
    )


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
