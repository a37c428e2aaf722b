"""How much of a line a phrase must be to condemn it. The phrases are in `wording`.

The same words stand in ordinary prose by the thousand («اقرأ أيضا كتابه الأخير»، «مرتبط»، «فيديو»), so no phrase condemns a sentence:
a label counts when it is a whole line, or a short line's beginning that a colon, a dash or a link follows.
"""

from __future__ import annotations

import re

from pipeline.extract import wording
from pipeline.extract.words import phrase
from pipeline.text.dates import names

LONGEST_LABEL = 400
"""Characters of a label with the headline after it."""

LONGEST_PROMPT = 25
"""Words of a line that may still be a prompt."""


FEW_WORDS = 5
"""Words up to which a line is a prompt even where sentences begin so and it ends as they do: «اشتركوا في قناتنا.»"""

_ENDS = (".", "!", "؟", "?", "…", "»", '"', ":")


def table(text: str) -> frozenset[str]:
    return frozenset(p for p in map(phrase, text.splitlines()) if p)


def _pattern(phrases: frozenset[str]) -> re.Pattern[str]:
    """The longest phrase first, a whole word at its end."""
    return re.compile(rf"(?:{'|'.join(sorted(map(re.escape, phrases), key=len, reverse=True))})(?= |$)")


def opening(text: str) -> re.Pattern[str]:
    """What matches a folded text that begins with one of these phrases."""
    return _pattern(table(text))


_related, _prompts, _whole, _comments = map(table, (wording.RELATED, wording.PROMPTS, wording.WHOLE, wording.COMMENTS))
_opens_publication = opening(wording.PUBLICATION)
_policy = tuple(table(wording.POLICY))
_opens_related, _opens_prompt = _pattern(_related), _pattern(_prompts)
_opens_ambiguous = opening(wording.AMBIGUOUS)
agencies, byline_leads, credit_leads = map(table, (wording.AGENCIES, wording.BYLINE_LEADS, wording.CREDIT_LEADS))


def is_bare_label(text: str) -> bool:
    """A label of related links, and nothing else."""
    return len(text) < 80 and phrase(text) in _related


def is_label(text: str, linked: float = 0.0) -> bool:
    """A label of related links, or a line that begins with one and goes on behind a sign or as a link. `linked` is its share of link."""
    if len(text) > LONGEST_LABEL or _opens_related.match(phrase(text[:60])) is None:
        return False
    return linked > 0.3 or is_bare_label(text) or _PARTED.match(text[:80]) is not None


_PARTED = re.compile(r"[^:؛|….\-–—]{3,40}?\s*(?:[:|…]|\.\.|[-–—]\s|\s[-–—])")
"""A sign soon after the beginning, as after a label."""

_EMBEDDED = "|".join(sorted(table(wording.EMBEDDED)))
_SKIP = re.compile(rf"^{phrase('تخطى')} .*{phrase('واصل القراءة')}$|^(?:{_EMBEDDED}) (?:\S+ ){{0,3}}{phrase('نهاية')}$")
"""Links for readers of screens, which broadcasters put around what is embedded: «تخطى قصص مقترحة وواصل القراءة»، «قصص مقترحة نهاية»."""


_RIGHTS = re.compile(r"\W{0,3}(?:©|\(c\)\s)|.{0,60}(?:جميع|كافة) الحقوق محفوظة", re.IGNORECASE)
"""How a line about copyright begins; «© 2025 الموقع. جميع الحقوق محفوظة»."""


def is_prompt(text: str, linked: float = 0.0) -> bool:
    """A short line that begins as only furniture begins, or is furniture as a whole. `linked` is its share of link."""
    if len(text) > 300:
        return False
    folded = phrase(text)
    if _RIGHTS.match(text) and folded.count(" ") < LONGEST_PROMPT:
        return True
    if folded in _whole or (len(text) < 120 and _SKIP.search(folded)):
        return True
    found = _opens_prompt.match(folded)
    if found is None or folded.count(" ") >= LONGEST_PROMPT:
        return False
    sentence = folded.count(" ") >= FEW_WORDS and text.rstrip().endswith(_ENDS) and linked <= 0.3
    return not (sentence and _opens_ambiguous.match(folded))


def is_comments(text: str) -> bool:
    """«التعليقات», «التعليقات (3)», «12 comments»."""
    return len(text) < 60 and " ".join(w for w in phrase(text).split() if not w.isdigit()) in _comments


def is_policy(text: str) -> bool:
    """Rules for comments: addressed to the reader, two of their usual words in one line."""
    folded = phrase(text)
    return sum(p in folded for p in _policy) >= 2


_stamp = frozenset(phrase(wording.STAMP).split()).union(
    *(phrase(name).split() for table_ in (names.MONTHS, names.JALALI, names.WEEKDAYS, names.HIJRI) for name in table_),
    map(phrase, names.PUBLISHED | names.UPDATED),
)
_DATELIKE = re.compile(r"\d{1,4}\s?([/.\-\u200f]+)\s?\d{1,2}\s?\1\s?\d{2,4}|\d{1,2}:\d{2}")


def is_stamp(text: str) -> bool:
    """A line that says when, and nothing else."""
    if len(text) > 120:
        return False
    words = phrase(text).split()
    if len(words) >= 20 or not any(w.isdigit() for w in words) or not all(w.isdigit() or w in _stamp for w in words):
        return False
    return any(w in _stamp for w in words) or _DATELIKE.search(text) is not None


def is_stamped(text: str) -> bool:
    """A short line of a year, a day and few other words, no sentence: «فلان - 1 تشرين الأول 2023», as stands above a text."""
    if len(text) > LONGEST_STAMPED or text.rstrip().endswith((".", "؟", "!", ":")) or beside_date(text) > FEW_BESIDE:
        return False
    return _YEAR.search(text) is not None and (
        _DATELIKE.search(text) is not None or any(w in _stamp for w in phrase(text).split())
    )


LONGEST_STAMPED = 70
FEW_BESIDE = 4
_YEAR = re.compile(r"\d{4}")


def beside_date(text: str) -> int:
    """Words of a line that no date is made of."""
    return sum(not w.isdigit() and w not in _stamp for w in phrase(text[:300]).split())


def is_agency(text: str) -> bool:
    """Whether a name is an agency's: «سانا»، «وكالة الرافد للأنباء»."""
    folded = phrase(text[:100])
    return folded in agencies or folded.partition(" ")[0] in _agency


_agency = table("وكالة\nالوكالة\nخبرگزاری\nوكالات")


def is_publication(text: str) -> bool:
    """Whether a line begins as those do that say when a text was published."""
    return _opens_publication.match(phrase(text[:40])) is not None


def is_byline(text: str) -> bool:
    """«كتب: فلان»، «بقلم فلان»: a short line that begins so."""
    if len(text) > 70 or text.rstrip().endswith((".", "؟", "!")):
        return False
    words = phrase(text).split()
    return 1 < len(words) <= 7 and words[0] in byline_leads


def credit(text: str) -> str:
    """The line itself where it names the text's source and says nothing else («المصدر: سانا»، «(رويترز)»، «--(بترا)»، «وكالات»); else empty."""
    words = phrase(text).split() if len(text) <= 90 else []
    if not 0 < len(words) <= 9:
        return ""
    if " ".join(words) in agencies or all(w in agencies or w.removeprefix("و") in agencies for w in words):
        return text
    lead = next((p for p in (" ".join(words[:2]), words[0]) if p in credit_leads), "")
    rest = words[len(lead.split()) :]
    if lead and 0 < len(rest) <= 6:
        parted = any(sign in text[: len(lead) + 8] for sign in ":/|")
        told = lead in _untold and not text.endswith((".", "؟"))
        if parted or told or (lead == _about and rest[0] in agencies):
            return text
    bare = text.strip(" .-–—*=")
    enclosed = bare.startswith(("(", "[")) and bare.endswith((")", "]"))
    return text if enclosed and any(w in agencies or w in _outlets for w in words) else ""


def may_credit(text: str) -> bool:
    """Whether a short line may say whose text this is, in words that `credit` does not know: «دمشق – وكالة الرافد»."""
    if len(text) > 120:
        return False
    words = phrase(text).split()
    return len(words) <= 10 and (any(w in agencies or w in _outlets for w in words) or words[:1] == [_source])


_source = phrase("المصدر")
_about = phrase("عن")
_untold = table("نقلا عن\nنقلا من")
_outlets = frozenset(phrase("وكالة وكالات صحيفة جريدة موقع قناة شبكة للأنباء الأنباء برس نيوز").split())
