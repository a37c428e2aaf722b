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
from pipeline.text.fold import fold

from .dateline import dateline
from .letters import Flat, flat
from .named import BY, NOBODY, Hit, after_by, hit_at, known_at, named_at
from .outlets import KINDS, bare, canonical, host_outlet, name_key, names, same_outlet, site

_SOURCE = re.compile(r"(?:(?:ال)?مصدر|source|kaynak|منبع)(?:\s+الخبر)?\s*[:：|/–-]\s*")
_WITH = re.compile(r"(?:with\s+\w+\s+by|\w+\s+reporting\s+by|reporting\s+by|with|avec|عن|به\s+نقل\s+از)\s+")
"""Words before an agency's name, on a line or in brackets of their own, that are everyday words elsewhere."""
_MAYBE = re.compile(
    r"\)[\s.]*$|[-\u2010-\u2015]\s*\w[^-\u2010-\u2015]{1,40}$"
    r"|مصدر|منبع|source|kaynak|نقلا|منقول|ترجم|بالاتفاق|بالتعاون|بالشراكه|originally"
    r"|^\s*(?:avec|with|\w+\s+reporting|reporting|عن|به\s+نقل)\s"
)
"""A quick look: what a line that ends with a credit, or is one, must have."""
_URL = re.compile(r"https?://[^\s<>\"'«»()]{4,300}|www\.[^\s<>\"'«»()]{4,300}", re.IGNORECASE)
_SOURCE_WORD = re.compile(r"مصدر|منبع|source|kaynak|originally published", re.IGNORECASE)


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
        hit = dateline(line, own, first=n == 0)
        if hit:
            found += [_place(h, "body", start) for h in hit]
            break
    # A credit stands near an end; a long page has thousands of lines.
    ends = [n for n in range(len(lines)) if n < 4 or n >= len(lines) - 12]
    for n, folded in zip(ends, fold("\n".join(lines[n][1] for n in ends)).split("\n"), strict=False):
        start, line = lines[n]
        if _MAYBE.search(folded if len(folded) <= 200 else folded[-200:]):
            hit = _line(line, own) or _ending(line, own, last=n >= len(lines) - 3)
            found += [_place(h, "body", start) for h in hit]
    found += [_place(h, "title", 0) for h in _ending(article.title, own, last=True)]
    for text in article.credits[:20]:
        found += [_place(h, "credits", 0) for h in _taken_off(text, own)]
    found += _author(article.author, own)
    unique: dict[tuple[str, int, int], Credit] = {}
    for c in found:
        unique.setdefault((c.field, c.start, c.end), c)
    return tuple(unique.values())


def _place(hit: Hit, field: str, offset: int) -> Credit:
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


def _line(line: str, own: tuple[str, ...]) -> list[Hit]:
    """A line that is nothing but a credit."""
    if len(line) > 200 or not _MAYBE.search(fold(line)):
        return []
    f = flat(line)
    lead = _SOURCE.match(f.text.lstrip()) or BY.match(f.text.lstrip())
    shift = len(f.text) - len(f.text.lstrip())
    url = _URL.search(line)
    if url and _SOURCE_WORD.search(f.text[:60]):
        return [Hit(site(url[0]), "link", line.strip(), line.index(line.strip()), len(line.rstrip()))]
    if lead:
        return _source_name(line, f, lead.end() + shift, own, begin=0)
    return _with(line, f, own) or _bracketed(line, f, own, whole=True)


def _with(line: str, f: Flat, own: tuple[str, ...]) -> list[Hit]:
    """«Avec AFP», «With reporting by Reuters»: a line of these words and an agency's name, nothing else."""
    led = _WITH.match(f.text.strip())
    if led is None:
        return []
    name = names().known.get(name_key(f.text.strip()[led.end() :]))
    return [hit_at(line, 0, len(line.rstrip()), name, own)] if name in names().agencies else []


def _source_name(line: str, f: Flat, at: int, own: tuple[str, ...], *, begin: int) -> list[Hit]:
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
        hits.append(hit_at(line, begin, len(line.rstrip()), name, own))
    return [h for h in hits if h.outlet][:1] or hits[:1]


def _bracketed(line: str, f: Flat, own: tuple[str, ...], *, whole: bool) -> list[Hit]:
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
    key = name_key(_WITH.sub("", fold(inner).strip(), count=1) if _WITH.match(fold(inner).strip()) else inner)
    name = names().known.get(key) or (canonical(inner) if len(key) > 1 and key[0] in KINDS else None)
    if name is None:
        parts = [names().known.get(name_key(p)) for p in re.split(r"[،,/+\-–]|\sو", inner)]
        name = next((p for p in parts if p in names().agencies), None)
    if name in names().doubtful:
        return []
    return [hit_at(text, at, len(text), name, own)] if name else []


def _dashed(text: str, own: tuple[str, ...]) -> list[Hit]:
    """«… انتهى اللقاء. - رويترز» at the end of the text."""
    found = _DASHED.search(text.rstrip())
    name = names().known.get(name_key(found[1])) if found else None
    return [hit_at(text, found.start(1), found.end(1), name, own)] if found and name in names().agencies else []


_DASHED = re.compile(r"[.!؟?…»\"”]\s*[-\u2010-\u2015/]\s*(\w[^-\u2010-\u2015/.]{1,40})[.\s/]*$")


def _ending(line: str, own: tuple[str, ...], *, last: bool) -> list[Hit]:
    """A credit at the end of a line of text."""
    at = max(0, len(line) - 140)
    tail = line[at:]
    if not _MAYBE.search(fold(tail)):
        return []
    f = flat(tail)
    hits = _bracketed(tail, f, own, whole=False) or (_dashed(tail, own) if last else [])
    if not hits and last:
        leads = list(_SOURCE.finditer(f.text)) or list(BY.finditer(f.text))
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
            by = lead.re is BY
            if words_after <= 10 and (boundary or by):
                hits = (
                    _by_to_end(tail, f, lead.end(), own, begin=begin, boundary=boundary)
                    if by
                    else _source_name(tail, f, lead.end(), own, begin=begin)
                )
    return [Hit(h.outlet, h.basis, h.text, h.start + at, h.end + at) for h in hits]


def _by_to_end(tail: str, f: Flat, at: int, own: tuple[str, ...], *, begin: int, boundary: bool) -> list[Hit]:
    """«… نقلًا عن سانا» at the very end: the name must be all that follows."""
    hits = after_by(tail, f, at, own, begin=begin)
    whole = hits and not tail[hits[0].end :].strip(" .")
    return hits if whole and (boundary or canonical(hits[0].outlet) in names().known.values()) else []


def _taken_off(text: str, own: tuple[str, ...]) -> list[Hit]:
    """A line that extraction recognised as a credit: any name in it will do."""
    found = _line(text, own) or dateline(text, own, first=True) or _ending(text, own, last=True)
    if found:
        return found
    f = flat(text[:200])
    for i in range(len(f.words)):
        known = known_at(f, i)
        if known:
            return [hit_at(text, 0, len(text), known[0], own)]
    named = next((n for i in range(len(f.words)) if (n := named_at(text[:200], f, i))), None)
    return [hit_at(text, 0, len(text), canonical(named[0]), own)] if named else []


_PART = re.compile(r"[^\s–—|/،,-](?:[^–—|/،,-]*[^\s–—|/،,-])?")
"""A name in a byline, between dashes, bars and commas."""


def _author(author: str | None, own: tuple[str, ...]) -> list[Credit]:
    """An agency in the author's place: alone, or beside a city («واس - الرياض»)."""
    if not author or len(author) > 200:
        return []
    f = flat(author)
    for i in range(len(f.words)):
        known = known_at(f, i)
        if known and (known[0] in names().agencies or known[1] - i == len(f.words)):
            return [_place(hit_at(author, 0, len(author), known[0], own, "byline"), "author", 0)]
    for part in _PART.finditer(author):  # «بوابة السهل – وكالة الرافد»: the paper's own name stands beside its source
        words = flat(part[0]).words
        if words and words[0][0] in KINDS and len(words) > 1 and bare(canonical(part[0])) != own:
            return [_place(hit_at(author, part.start(), part.end(), canonical(part[0]), own, "byline"), "author", 0)]
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
