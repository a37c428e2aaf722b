"""Who wrote it. A name is only taken where the page marks one as such; half of all pages have none, and none is the answer then."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml.html import HtmlElement

from pipeline.extract import phrases
from pipeline.extract.blocks import Survey
from pipeline.extract.words import clean, key, phrase
from pipeline.text.slips import name_alone

LONGEST = 60
"""Characters of a name, or of two."""

LONGEST_CLAIM = 400
"""Characters of a text in which a name is looked for."""

NEAR = 7
"""Blocks after the headline in which its author is named."""

_NOBODY = frozenset(
    map(
        phrase,
        (
            "admin", "administrator", "editor", "editors", "webmaster", "staff", "root", "user", "author", "unknown", "none", "null", "guest",
            "المحرر", "محرر", "المدير", "الإدارة", "إدارة الموقع", "مدير الموقع", "الكاتب", "هيئة التحرير", "فريق التحرير", "غير معروف", "كاتب",
        ),
    )
)  # fmt: skip
_LEAD = re.compile(
    r"^(?:(?:كتبت?|نشرت?|مرسلة|أرسلت|الكاتب|منشور)?\s*بواسطة|كتب(?:ت|ه|ها|وا)?|بقلم|إعداد|اعداد|تحرير|تقرير|ترجمة|المحرر|الكاتب|متابعة"
    r"|حاور(?:ه|ها|هم|ته|تها|تهم)|أجر(?:ى|ت) الحوار|نویسنده|تحریر|yazar|by|von|par|por|di|author|written by|posted by)\s*[:/|\-–]*\s+",
    re.IGNORECASE,
)
_LEAD_GLUED = re.compile(
    r"^(?:(?:كتبت?|مرسلة)?\s*بواسطة|كتب(?:ت|ه|ها|وا)?|بقلم|إعداد|اعداد|تحرير|تقرير|ترجمة|المحرر|الكاتب|متابعة"
    r"|حاور(?:ه|ها|هم|ته|تها|تهم)|أجر(?:ى|ت) الحوار|نویسنده|by|author)\s*[:/|]\s*",
    re.IGNORECASE,
)
_EDGE = " .,،:؛-–—|/*\"'«»“”"
_DASH = re.compile(r"\s+[-–—/|]\s+")
_STAMP = re.compile(r"\s*(?:[|•·\-–—]\s*)?(?:\d|نشر|آخر تحديث|تاريخ).*$", re.DOTALL)
_END = re.compile(
    r"\s*(?:[|•·\n\r\t]|\s[-–—]\s|\d|https?:|@|\b(?:on|updated|published|min read)\b|نشر|آخر تحديث|تاريخ).*$",
    re.IGNORECASE | re.DOTALL,
)


def author(
    claims: Iterable[str], marked: Iterable[HtmlElement], lines: Iterable[str], names: Iterable[str]
) -> str | None:
    """The first of: metadata's claims, elements marked as the author, byline lines of the text. `names` are the site's own."""
    sites = frozenset(filter(None, map(key, names)))
    stated = [n for n in map(name, claims) if _person(n, sites)]
    if stated:
        return _joined(stated)
    named = [n for e in list(marked)[:MOST_MARKED] if (n := name(_text(e))) and _person(n, sites)]
    if named:
        return named[0]
    told = [n for line in lines if (n := name(line)) and _person(n, sites)]
    return told[0] if told else None


def near(survey: Survey) -> Iterator[str]:
    """Lines by the headline that begin as bylines do and part the name with a sign («كتب: فلان»)."""
    at = survey.title_at
    for block in survey.blocks[max(0, at - 3) : at + NEAR] if at is not None else ():
        text = block.spaced(120)
        if len(text) <= 120 and _LEAD_GLUED.match(text):
            yield text


def shown(marked: Iterable[HtmlElement]) -> Iterator[str]:
    """What elements marked as the author say, short as names are."""
    for element in list(marked)[:MOST_MARKED]:
        if text := _text(element).partition(" | ")[0]:
            yield text[:LONGEST]


MOST_MARKED = 20


def _text(element: HtmlElement) -> str:
    """What it shows; where two elements meet without a space («فلان» and «كاتب صحفي»), a sign parts them."""
    pieces = [piece for piece in element.itertext() if piece.strip()]
    if sum(map(len, pieces)) >= 400:
        return ""
    parted = "".join(
        piece if n == 0 or piece[0].isspace() or pieces[n - 1][-1].isspace() else f" | {piece}"
        for n, piece in enumerate(pieces)
    )
    return clean(parted)


def name(text: str) -> str:
    """A name without «بقلم», the date and the handle after it; an agency named beside it stays, for it says whose text this is."""
    text = name_alone(clean(text[:LONGEST_CLAIM]))
    for _ in range(2):
        text = _LEAD_GLUED.sub("", _LEAD.sub("", text))
    whole = _STAMP.sub("", text).strip(_EDGE)
    if len(whole) <= LONGEST and any(map(phrases.is_agency, _DASH.split(whole)[1:])):
        return whole
    return _END.sub("", text).strip(_EDGE)


def _person(text: str, sites: frozenset[str]) -> bool:
    """Whether this may be somebody's name: short, not the site's, not a role, not an address."""
    if not 3 <= len(text) <= LONGEST or "/" in text or ("." in text.strip(".") and " " not in text):
        return False
    mark, words = key(text), phrase(text)
    if not mark or mark in sites:
        return False
    if any(len(s) > 3 and s in mark for s in sites) and not _names_agency(text, sites):
        return False
    return (
        words not in _NOBODY
        and not phrases.is_prompt(text)
        and not phrases.is_label(text)
        and 1 <= len(words.split()) <= 8
    )


def _names_agency(text: str, sites: frozenset[str]) -> bool:
    """Whether an agency that is not the site itself stands beside its name: «بوابة السهل – وكالة الرافد للأنباء»."""
    parts = _DASH.split(text)
    return len(parts) > 1 and any(
        phrases.is_agency(p) and not any(s in key(p) for s in sites if len(s) > 3) for p in parts
    )


def _joined(names: list[str]) -> str:
    unique = list(dict.fromkeys(names))[:5]
    return ("، " if any("\u0600" <= c <= "\u06ff" for c in unique[0]) else ", ").join(unique)
