"""Whom a text comes from: the credits that stand in an article, read with their exact place.

A credit is read by its *form*, at the places where newsrooms write one: the dateline («دمشق-سانا», «واس (جدة)», «القاهرة - د ب أ:»),
a line of its own or the end of the text («المصدر: عنب بلدي», «نقلًا عن …», «(رويترز)»), the author, the lines that extraction took off.
Names and their aliases are in agencies.toml; a name that is not there counts where the form leaves no doubt («المصدر: وكالة …»).

What is no evidence, on purpose: a name cut out («قال لـ إن»), a mention inside a sentence («قالت رويترز إن …», «قرأت في …»), the
outlet's own name (every paper signs its own copy of a wire text: «الجزيرة - واس:» credits واس). A link in the text counts only when
it is written as the source, or leads to an outlet that has the same text: news links to other outlets for many reasons.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.model import Article, Attribution, Basis
from pipeline.text.dates.names import WIRE_MONTHS
from pipeline.text.dates.names import fold as plain
from pipeline.text.fold import fold

from .common import MONTHS
from .letters import Flat, flat
from .outlets import KINDS, bare, canonical, host_outlet, name_key, names, same_outlet, site

# Names that tell nobody anything: what stands after «المصدر:» in a paper's own text.
NOBODY = frozenset(
    [
        "خاص",
        "خاصه",
        "التحرير",
        "المحرر",
        "مراسلنا",
        "مراسلونا",
        "متابعات",
        "متابعه",
        "وكاله",
        "صحيفه",
        "موقع",
        "قناه",
        "شبكه",
        "الموقع",
        "الصحيفه",
        "القناه",
        "مصادر",
    ]
)

_SEPARATOR = re.compile(r"[-\u2010-\u2015(\[،,/:|]|\s\u0640")
"""What stands between a place and a name. A tatweel only after a space: in «لـ«الاسم»» it belongs to the particle."""
_OPEN, _CLOSE = '([«"“', ')]»"”'
_DATELINE = 130
"""Characters of a line in which a dateline must be over."""

_MONTH_WORDS = frozenset(
    {name.split()[0] for name in MONTHS} | {flat(n).text for name in WIRE_MONTHS for n in (name, plain(name))}
)
"""What makes a figure in a dateline a day."""

_SOURCE = re.compile(r"(?:(?:ال)?مصدر|source)(?:\s+الخبر)?\s*[:：|/–-]\s*")
_BY = re.compile(r"(?:نقلا\s+عن|منقول\s+عن|منقول\s+من|بالاتفاق\s+مع|بالتعاون\s+مع|بالشراكه\s+مع)\s*:?\s+")
_MAYBE = re.compile(r"\)[\s.]*$|مصدر|source|نقلا|منقول|بالاتفاق|بالتعاون|بالشراكه|originally")
"""A quick look: what a line that ends with a credit, or is one, must have."""
_URL = re.compile(r"https?://[^\s<>\"'«»()]{4,300}|www\.[^\s<>\"'«»()]{4,300}", re.IGNORECASE)
_SOURCE_WORD = re.compile(r"مصدر|source|originally published", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A name written as the source, with its place. `outlet` is empty when it is the paper's own name: cut, but no evidence."""

    outlet: str
    basis: Basis
    evidence: str
    field: str
    """Where it stands: `title`, `body`, `author` or `credits`."""
    start: int
    end: int


# ---------------------------------------------------------------- reading
def credits_of(article: Article) -> tuple[Credit, ...]:
    """Every credit in the article, the strongest first: head, end, own lines, then the author."""
    own = bare(canonical(article.outlet)) if article.outlet else ()
    found: list[Credit] = []
    lines = _lines(article.body)
    for n, (start, line) in enumerate(lines[:3]):
        hit = _dateline(line, own, first=n == 0)
        if hit:
            found += [_place(h, "body", start) for h in hit]
            break
    for n, (start, line) in enumerate(lines):
        if n >= 4 and n < len(lines) - 12:
            continue  # a credit stands near an end; a long page has thousands of lines
        hit = _line(line, own) or _ending(line, own, last=n >= len(lines) - 3)
        if hit:
            found += [_place(h, "body", start) for h in hit]
    found += [_place(h, "title", 0) for h in _ending(article.title, own, last=True)]
    for text in article.credits[:20]:
        found += [_place(h, "credits", 0) for h in _taken_off(text, own)]
    found += _author(article.author, own)
    unique: dict[tuple[str, int, int], Credit] = {}
    for c in found:
        unique.setdefault((c.field, c.start, c.end), c)
    return tuple(unique.values())


@dataclass(frozen=True, slots=True)
class _Hit:
    outlet: str
    basis: Basis
    text: str
    start: int
    end: int


def _place(hit: _Hit, field: str, offset: int) -> Credit:
    return Credit(
        outlet=hit.outlet,
        basis=hit.basis,
        evidence=hit.text,
        field=field,
        start=hit.start + offset,
        end=hit.end + offset,
    )


def _lines(body: str) -> list[tuple[int, str]]:
    found, at = [], 0
    for line in body.split("\n"):
        if line.strip():
            found.append((at, line))
        at += len(line) + 1
    return found


def _hit(line: str, start: int, end: int, outlet: str, own: tuple[str, ...], basis: Basis = "credit") -> _Hit:
    text = line[start:end].strip()
    begin = line.index(text, start) if text else start
    return _Hit("" if bare(outlet) == own else outlet, basis, text, begin, begin + len(text))


def _known(f: Flat, i: int) -> tuple[str, int] | None:
    """The longest known name whose first word is word `i` → the name and the index after its last word."""
    known = names()
    for n in range(min(known.longest, len(f.words) - i), 0, -1):
        found = known.known.get(tuple(w for w, _, _ in f.words[i : i + n]))
        if found:
            return found, i + n
    return None


def _gap(line: str, f: Flat, i: int) -> str:
    """What stands before word `i` as it was written."""
    return line[f.words[i - 1][2] if i else 0 : f.words[i][1] if i < len(f.words) else len(line)]


def _named(line: str, f: Flat, i: int, most: int = 7) -> tuple[str, int] | None:
    """A name by its form from word `i` on: a kind of organisation, then words up to the next mark → its text, the index after it."""
    if i >= len(f.words) or f.words[i][0] not in KINDS:
        return None
    j = i + 1
    while j < len(f.words) and j - i < most and not re.search(r"[^\s\u0640]", _gap(line, f, j)):
        j += 1
    after = _gap(line, f, j)
    ends = j == len(f.words) or re.search(r"[:)\]\-\u2010-\u2015،,.؛|]", after)
    return (line[f.words[i][1] : f.words[j - 1][2]], j) if ends and j - i > 1 else None


def _dateline(line: str, own: tuple[str, ...], *, first: bool) -> list[_Hit]:
    """«دمشق-سانا», «واس (جدة)», «بغداد - خاص:», «إسطنبول، (الاسم)»; on the first line also «نقلًا عن موقع الاسم …» before the text."""
    head = line[:_DATELINE]
    f = flat(head)
    led = _BY.match(f.text) if first else None
    if led:
        return _after_by(head, f, led.end(), own, begin=0)
    hits: list[_Hit] = []
    for i in range(min(len(f.words), 9)):
        before = _gap(head, f, i)
        if i and re.search(r"[.!؟?؛]\s", before):
            break
        marked = bool(_SEPARATOR.search(before))
        if i and not marked:
            continue
        found = _known(f, i)
        if found:
            name, j = found
            after = _gap(head, f, j)
            ends = j == len(f.words) or bool(re.match(r"\s*[-\u2010-\u2015\u0640(\[،,/:|)\]»]", after))
            agency = name in names().agencies
            mine = bare(name) == own
            # A city or a weekday may be a paper's name too: alone it is the place («الرياض - واس», «عكاظ (الرياض)»).
            sure = agency or mine or (name not in names().doubtful and (j - i > 1 or "(" in before))
            if sure and (ends or (i > 0 and agency)) and (i == 0 or _short(head, f, i)):
                end = f.words[j - 1][2] + (len(after) - len(after.lstrip(")]»")) if after[:1] in _CLOSE else 0)
                end = _close(head, end)
                hits.append(_hit(head, 0, end, name, own))
                continue
        named = _named(head, f, i)
        if named and (i == 0 or _short(head, f, i)) and (i > 0 or ":" in _gap(head, f, named[1])[:3]):
            hits.append(_hit(head, 0, _close(head, f.words[named[1] - 1][2]), canonical(named[0]), own))
    foreign = [h for h in hits if h.outlet]
    return foreign[:1] or _house(head, f) or hits[:1]


def _house(head: str, f: Flat) -> list[_Hit]:
    """«بغداد - خاص:» says that the text is the paper's own: taken off the wording, no evidence for anyone."""
    for i in range(1, min(len(f.words), 5)):
        if f.words[i][0] in {"خاص", "متابعات", "متابعه"} and _SEPARATOR.search(_gap(head, f, i)):
            end = f.words[i][2]
            return [_Hit("", "credit", head[:end], 0, end)]
    return []


def _short(head: str, f: Flat, i: int) -> bool:
    """Whether what stands before word `i` can be a place, a name and a day («LONDON, March 2»): few words, no other figures."""
    said = [w for w, _, _ in f.words[:i]]
    return i <= 6 and all(
        len(w) <= 2 and not _MONTH_WORDS.isdisjoint(said[max(n - 1, 1) : n + 2])
        for n, w in enumerate(said)
        if w.isdigit()
    )


def _close(line: str, end: int) -> int:
    """Take in the brackets that close right after."""
    while end < len(line) and line[end] in ")]»”":
        end += 1
    return end


def _after_by(line: str, f: Flat, at: int, own: tuple[str, ...], *, begin: int) -> list[_Hit]:
    """The name after «نقلًا عن»: known, or the rest of the line, or by its form."""
    i = next(
        (n for n, (_, start, _) in enumerate(f.words) if start >= f.places[at] if at < len(f.places)), len(f.words)
    )
    if i >= len(f.words):
        return []
    for k in (i, i + 1) if f.words[i][0] in KINDS else (i,):
        found = _known(f, k)
        if found:
            end = _close(line, f.words[found[1] - 1][2])
            return [_hit(line, begin, end, found[0], own)]
    rest = f.words[i:]
    name = line[rest[0][1] : rest[-1][2]]
    if len(rest) <= 6 and rest[0][0] not in NOBODY | {"مصادر", "مصدر"}:
        return [_hit(line, begin, _close(line, rest[-1][2]), canonical(name), own)]
    named = _named(line, f, i)
    if named:
        return [_hit(line, begin, _close(line, f.words[named[1] - 1][2]), canonical(named[0]), own)]
    return []


def _line(line: str, own: tuple[str, ...]) -> list[_Hit]:
    """A line that is nothing but a credit."""
    if len(line) > 200 or not _MAYBE.search(fold(line)):
        return []
    f = flat(line)
    lead = _SOURCE.match(f.text.lstrip()) or _BY.match(f.text.lstrip())
    shift = len(f.text) - len(f.text.lstrip())
    url = _URL.search(line)
    if url and _SOURCE_WORD.search(f.text[:60]):
        return [_Hit(site(url[0]), "link", line.strip(), line.index(line.strip()), len(line.rstrip()))]
    if lead:
        return _source_name(line, f, lead.end() + shift, own, begin=0)
    return _bracketed(line, f, own, whole=True)


def _source_name(line: str, f: Flat, at: int, own: tuple[str, ...], *, begin: int) -> list[_Hit]:
    """The name after «المصدر:»; of several («الجزيرة + وكالات») the first that is not the paper's own."""
    if at >= len(f.places):
        return []
    start = f.places[at]
    rest = line[start:]
    parts = re.split(r"\s*[+،,/&|؛]\s*", rest.strip(" .\t"))
    hits = []
    for part in parts[:4]:
        words = name_key(part)
        if not words or len(words) > 8 or (words[0] in NOBODY and len(words) == 1):
            continue
        name = canonical(part.strip(' .()«»"“”[]'))
        hits.append(_hit(line, begin, len(line.rstrip()), name, own))
    return [h for h in hits if h.outlet][:1] or hits[:1]


def _bracketed(line: str, f: Flat, own: tuple[str, ...], *, whole: bool) -> list[_Hit]:
    """«(رويترز)» at the end; brackets may be inside each other: «(وكالة … (واع))»."""
    text = line.rstrip(" .\t\u200f\u200e")
    if not text.endswith(")") or len(text) < 3:
        return []
    depth, at = 0, len(text) - 1
    for at in range(len(text) - 1, max(-1, len(text) - 90), -1):
        depth += {")": 1, "(": -1}.get(text[at], 0)
        if depth == 0:
            break
    if depth or (whole and text[:at].strip()):
        return []
    inner = text[at + 1 : -1]
    key = name_key(inner)
    name = names().known.get(key) or (canonical(inner) if len(key) > 1 and key[0] in KINDS else None)
    if name is None:
        parts = [names().known.get(name_key(p)) for p in re.split(r"[،,/+\-–]|\sو", inner)]
        name = next((p for p in parts if p in names().agencies), None)
    if name in names().doubtful:
        return []
    return [_hit(text, at, len(text), name, own)] if name else []


def _ending(line: str, own: tuple[str, ...], *, last: bool) -> list[_Hit]:
    """A credit at the end of a line of text."""
    at = max(0, len(line) - 140)
    tail = line[at:]
    if not _MAYBE.search(fold(tail)):
        return []
    f = flat(tail)
    hits = _bracketed(tail, f, own, whole=False)
    if not hits and last:
        leads = list(_SOURCE.finditer(f.text)) or list(_BY.finditer(f.text))
        if leads:
            lead = leads[-1]
            begin = f.places[lead.start()]
            words_after = sum(start >= begin for _, start, _ in f.words)
            boundary = (
                begin == 0
                or not tail[:begin].strip()
                or tail[:begin].rstrip()[-1:] in '.!؟?…»)"”'
                or lead.re is _SOURCE
            )
            by = lead.re is _BY
            if words_after <= 10 and (boundary or by):
                hits = (
                    _by_to_end(tail, f, lead.end(), own, begin=begin, boundary=boundary)
                    if by
                    else _source_name(tail, f, lead.end(), own, begin=begin)
                )
    return [_Hit(h.outlet, h.basis, h.text, h.start + at, h.end + at) for h in hits]


def _by_to_end(tail: str, f: Flat, at: int, own: tuple[str, ...], *, begin: int, boundary: bool) -> list[_Hit]:
    """«… نقلًا عن سانا» at the very end: the name must be all that follows."""
    hits = _after_by(tail, f, at, own, begin=begin)
    whole = hits and not tail[hits[0].end :].strip(" .")
    return hits if whole and (boundary or canonical(hits[0].outlet) in names().known.values()) else []


def _taken_off(text: str, own: tuple[str, ...]) -> list[_Hit]:
    """A line that extraction recognised as a credit: any name in it will do."""
    found = _line(text, own) or _dateline(text, own, first=True) or _ending(text, own, last=True)
    if found:
        return found
    f = flat(text[:200])
    for i in range(len(f.words)):
        known = _known(f, i)
        if known:
            return [_hit(text, 0, len(text), known[0], own)]
    named = next((n for i in range(len(f.words)) if (n := _named(text[:200], f, i))), None)
    return [_hit(text, 0, len(text), canonical(named[0]), own)] if named else []


_PART = re.compile(r"[^\s–—|/،,-](?:[^–—|/،,-]*[^\s–—|/،,-])?")
"""A name in a byline, between dashes, bars and commas."""


def _author(author: str | None, own: tuple[str, ...]) -> list[Credit]:
    """An agency in the author's place: alone, or beside a city («واس - الرياض»)."""
    if not author or len(author) > 200:
        return []
    f = flat(author)
    for i in range(len(f.words)):
        known = _known(f, i)
        if known and (known[0] in names().agencies or known[1] - i == len(f.words)):
            return [_place(_hit(author, 0, len(author), known[0], own, "byline"), "author", 0)]
    for part in _PART.finditer(author):  # «بوابة السهل – وكالة الرافد»: the paper's own name stands beside its source
        words = flat(part[0]).words
        if words and words[0][0] in KINDS and len(words) > 1 and bare(canonical(part[0])) != own:
            return [_place(_hit(author, part.start(), part.end(), canonical(part[0]), own, "byline"), "author", 0)]
    return []


# ---------------------------------------------------------------- deciding
def claim(article: Article, found: Iterable[Credit], hosts: Mapping[str, str]) -> Attribution | None:
    """What the article itself says of its source; None when it says nothing.

    Explicit credits come first, then the byline, then a source link, whose host must be known from the data file or from `hosts`.
    """
    rank = {"credit": 0, "byline": 1, "link": 2, "earliest": 3}
    for c in sorted(found, key=lambda c: rank[c.basis]):
        outlet: str | None = c.outlet
        if c.basis == "link":
            outlet = host_outlet(c.outlet, hosts)
            if outlet is None or same_outlet(outlet, article.outlet):
                continue
        if outlet:
            return Attribution(outlet=outlet, basis=c.basis, evidence=c.evidence)
    return None


def linked(article: Article, outlets: Mapping[str, str]) -> Attribution | None:
    """A link in the body to an outlet of the same copy group (`outlets`: host → outlet)."""
    for host in article.links:
        for known, outlet in outlets.items():
            bare = host.lower().removeprefix("www.")
            if (bare == known or bare.endswith("." + known)) and not same_outlet(outlet, article.outlet):
                return Attribution(outlet=outlet, basis="link", evidence=host)
    return None
