"""The head of a text: «دمشق-سانا», «واس (جدة)», «LONDON, March 2 (Reuters) -», «الرياض 14 صفر 1446 هـ واس»."""

from __future__ import annotations

import re

from pipeline.text.dates.names import HIJRI, WIRE_MONTHS
from pipeline.text.dates.names import fold as plain
from pipeline.text.fold import fold

from .common import MONTHS
from .letters import Flat, flat
from .named import BY, Hit, after_by, closed, gap, hit_at, known_at, named_at
from .outlets import KINDS, bare, canonical, names

_SEPARATOR = re.compile(r"[-\u2010-\u2015(\[،,/:|]|\s\u0640")
"""What stands between a place and a name. A tatweel only after a space: in «لـ«الاسم»» it belongs to the particle."""
_OPEN, _CLOSE = '([«"“', ')]»"”'
_DATELINE = 130
"""Characters of a line in which a dateline must be over."""

_MONTH_WORDS = frozenset(
    {name.split()[0] for name in (*MONTHS, *HIJRI)}
    | {flat(n).text for name in WIRE_MONTHS for n in (name, plain(name))}
)
"""What makes a figure in a dateline a day."""

_REPORTED = re.compile(r"به\s+(?:كزارش|نقل\s+از)\s+")
"""«به گزارش خبرگزاری …»: how Persian texts begin with their source."""

_HOUSE = frozenset({"خاص", "متابعات", "متابعه"})
_OTHER_FIRSTS = KINDS | _HOUSE | {"نقلا", "منقول", "ترجمه", "مترجم", "بتصرف", "بالاتفاق", "بالتعاون", "بالشراكه", "به"}
"""What else a dateline turns on: a kind of organisation, the house's own words, and what `BY` and `_REPORTED` begin with."""
_WORD = re.compile(r"[^\W\d_]+")


def dateline(line: str, own: tuple[str, ...], *, first: bool) -> list[Hit]:
    """«دمشق-سانا», «واس (جدة)», «بغداد - خاص:», «إسطنبول، (الاسم)»; on the first line also «نقلًا عن موقع الاسم …» before the text."""
    head = line[:_DATELINE]
    said = _WORD.findall(fold(head))
    if names().firsts.isdisjoint(said) and _OTHER_FIRSTS.isdisjoint(said):
        return []  # what no name and no form can begin with: most lines, told in a tenth of the time
    f = flat(head)
    led = (BY.match(f.text) or _REPORTED.match(f.text)) if first else None
    if led:
        return after_by(head, f, led.end(), own, begin=0)
    hits: list[Hit] = []
    dated = _dated(head, f)
    for i in range(min(len(f.words), MOST_BEFORE)):
        before = gap(head, f, i)
        if i and re.search(r"[.!؟?؛]\s", before):
            break
        if i and not _SEPARATOR.search(before) and not (dated[i - 1] and _stands_alone(head, f, i)):
            continue
        found = known_at(f, i)
        if found:
            name, j = found
            after = gap(head, f, j)
            ends = j == len(f.words) or bool(re.match(r"\s*[-\u2010-\u2015\u0640(\[،,/:|)\]»]", after))
            agency = name in names().agencies
            mine = bare(name) == own
            # A city or a weekday may be a paper's name too: alone it is the place («الرياض - واس», «عكاظ (الرياض)»).
            if not first and "(" in before and j < len(f.words) and not _MARKED.match(after):
                continue  # «ونفت (رويترز) أن …»: below the first line a name in brackets is a dateline's only before a mark
            sure = agency or mine or (name not in names().doubtful and (j - i > 1 or "(" in before))
            if sure and (ends or (i > 0 and agency)) and (i == 0 or _short(f, dated, i)):
                end = f.words[j - 1][2] + (len(after) - len(after.lstrip(")]»")) if after[:1] in _CLOSE else 0)
                end = closed(head, end)
                hits.append(hit_at(head, 0, end, name, own))
                continue
        named = named_at(head, f, i)
        if named and (i == 0 or _short(f, dated, i)) and (i > 0 or ":" in gap(head, f, named[1])[:3]):
            hits.append(hit_at(head, 0, closed(head, f.words[named[1] - 1][2]), canonical(named[0]), own))
    # In «PETRA, Jordan (Reuters) -» the first is a place that an agency is named like: the one in brackets is the source.
    foreign = sorted((h for h in hits if h.outlet), key=lambda h: not h.text.endswith(")"))
    return foreign[:1] or _house(head, f) or hits[:1]


def _house(head: str, f: Flat) -> list[Hit]:
    """«بغداد - خاص:» says that the text is the paper's own: taken off the wording, no evidence for anyone."""
    for i in range(1, min(len(f.words), 5)):
        if f.words[i][0] in _HOUSE and _SEPARATOR.search(gap(head, f, i)):
            end = f.words[i][2]
            return [Hit("", "credit", head[:end], 0, end)]
    return []


def _stands_alone(head: str, f: Flat, i: int) -> bool:
    """Whether a name from word `i` on ends its line or is followed by a mark: «… 2024 م واس», «9-3-2026 وفا- …»."""
    found = known_at(f, i)
    return found is not None and (found[1] == len(f.words) or bool(_SEPARATOR.match(gap(head, f, found[1]).lstrip())))


def _short(f: Flat, dated: list[bool], i: int) -> bool:
    """Whether what stands before word `i` can be a place, a name and a day («LONDON, March 2»): few words, and no figures but a date's."""
    said = [(w, d) for (w, _, _), d in zip(f.words[:i], dated, strict=False)]
    return sum(not d for _, d in said) <= MOST_PLACE and not any(w.isdigit() and not d for w, d in said)


MOST_BEFORE, MOST_PLACE = 14, 6
"""Words before the name in all, and those of them that are a place or a reporter and no part of a date."""


def _dated(head: str, f: Flat) -> list[bool]:
    """Of each word whether it is part of a date: «14 صفر 1446 هـ الموافق 18 أغسطس 2024 م», «9-3-2026», «March 2»."""
    said = [w for w, _, _ in f.words[: MOST_BEFORE + 1]]
    months = [n > 0 and w in _MONTH_WORDS for n, w in enumerate(said)]
    found = [w in _AROUND or month for w, month in zip(said, months, strict=True)]
    for n, w in enumerate(said):
        if not w.isdigit():
            continue
        joined = any(
            0 < k < len(said) and said[k].isdigit() and said[k - 1].isdigit() and _JOINS.fullmatch(gap(head, f, k))
            for k in (n, n + 1)
        )
        found[n] = n > 0 and len(w) in (1, 2, 4) and (joined or any(months[max(n - 2, 0) : n + 2]))
    return found + [False] * (len(f.words) - len(found))


_MARKED = re.compile(r"\s*[)\]»”]+\s*[-\u2010-\u2015\u0640:،,|]")
_JOINS = re.compile(r"\s*[-/.]\s*")
_AROUND = frozenset(["في", "الموافق", "ه", "م", "هجري", "ميلادي", "عام"])
