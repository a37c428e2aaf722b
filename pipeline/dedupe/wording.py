"""The words of an article that are compared: folded, without the page's furniture and without credits.

    body → lines → without furniture («اقرأ أيضًا: …», «شارك المقال») → without credits → folded words → house spelling evened out

Two newsrooms print one agency text with other months («أيار», «مايو», «ماي»), other percents, other figures for the same digits; these are
evened out here, so that a difference that is left is a difference.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model import Article
from pipeline.text.fold import fold
from pipeline.text.remembered import remembered

from .attribution import Credit, credits_of
from .common import COMMON, MONTHS, SAME
from .telling import telling, weight

MOST_WORDS = 3000
"""Words of a body that are compared; a longer text is known by its beginning."""
_MOST_CHARS = 40_000
MOST_TITLE = 40

# ---------------------------------------------------------------- furniture
# Lines of the page that are no text of the article. A line is furniture when it *begins* so and is short; a list's heading takes the
# headlines below it along.
_FURNITURE = (
    "اقرا ايضا", "اقراي ايضا", "اقرا المزيد", "اقرا كذلك", "اقرا عن", "شاهد ايضا", "شاهد", "طالع ايضا", "انظر ايضا", "للمزيد", "المزيد من", "تابع ايضا",
    "موضوعات ذات صله", "مواضيع ذات صله", "موضوع ذو صله", "مقالات ذات صله", "اخبار ذات صله", "اخبار متعلقه", "مواضيع متعلقه", "ذات صله",
    "شارك", "مشاركه", "شاركها", "شاركه", "انشر", "نسخ الرابط", "انسخ الرابط", "طباعه", "ارسل تصحيح", "استمع للمقال", "استمع الي المقال", "استمع",
    "اخر تحديث", "اخر تعديل", "تاريخ النشر", "تم النشر", "نشر في", "وقت القراءه", "مده القراءه", "الوسوم", "وسوم", "كلمات مفتاحيه", "كلمات دلاليه", "الكلمات المفتاحيه",
    "التعليقات", "تعليقات", "اضف تعليق", "اترك تعليق", "علق", "لا توجد تعليقات", "اشترك", "اشتركوا", "سجل بريدك", "تابعونا", "تابعنا", "تابعوا", "انضم", "انضموا", "حمل تطبيق", "حملوا تطبيق",
    "جميع الحقوق", "كل الحقوق", "حقوق النشر", "حجم الخط", "تكبير الخط", "اعلان", "اعلانات", "مرتبط", "تحميل", "جار التحميل", "الرئيسيه",
    "اذا كنت تعتقد ان المقال", "هل وجدت خطا", "ابلغ عن خطا", "اقتراحات", "قد يعجبك", "قد يهمك", "ننصحك", "المزيد", "رابط مختصر", "الرابط المختصر",
    "read also", "read more", "share", "advertisement", "follow us", "subscribe", "copyright", "all rights reserved", "related", "tags", "comments",
)  # fmt: skip
_LISTS = ("الاكثر قراءه", "الاكثر مشاهده", "الاكثر تداولا", "الاكثر تعليقا", "الاكثر شيوعا", "اخر الاخبار", "احدث الاخبار", "اهم الاخبار", "اخبار ذات صله", "مقالات ذات صله", "مواضيع ذات صله", "most read", "trending")  # fmt: skip
_STARTS = tuple(map(fold, _FURNITURE))
_LIST_STARTS = tuple(map(fold, _LISTS))
_NETWORKS = frozenset(
    fold(
        "فيسبوك فايسبوك تويتر اكس واتساب واتس اب تلغرام تليغرام تيليغرام انستغرام انستجرام يوتيوب لينكد ان بنترست ماسنجر مسنجر ايميل بريد الكتروني طباعه نسخ رابط مشاركه facebook twitter whatsapp telegram x youtube instagram linkedin email a"
    ).split()
)
# Headings, tags and captions that begin a line with one of these words but go on as text are told by their length.
_SHORT = 16
"""Words over which a line is text, however it begins."""

_HEADLESS = frozenset(
    {
        "اعلان",
        "شاهد",
        "علق",
        "شارك",
        "استمع",
        "المزيد",
        "مرتبط",
        "تحميل",
        "انشر",
        "share",
        "related",
        "tags",
        "طباعه",
        "مشاركه",
        "x",
    }
)
"""Words that begin ordinary sentences too: furniture only as a line of at most three words, or before a colon."""

_FLASH = re.compile(r"^(?:خبر\s+)?(?:عاجل|هام|تحديث|محدث|متابعه|بالفيديو|بالصور|بالتفاصيل|فيديو|شاهد|صور|حصري|خاص)$")


def _furniture(words: Sequence[str], raw: str) -> bool:
    if not words:
        return True
    if all(w in _NETWORKS or w.isdigit() for w in words):
        return True
    if len(words) > _SHORT:
        return False
    text = " ".join(words)
    if not text.startswith(_STARTS):
        return False
    for start in _STARTS:
        if text.startswith(start) and (len(text) == len(start) or text[len(start)] in " ا0123456789"):
            return start not in _HEADLESS or len(words) <= 3 or (":" in raw and raw.split(":", 1)[0].count(" ") < 2)
    return False


def _list_heading(words: Sequence[str]) -> bool:
    return len(words) <= 6 and " ".join(words).startswith(_LIST_STARTS)


# ---------------------------------------------------------------- words
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,:٫٬،]\d+)*+|[%٪]")
_JOINED = str.maketrans(",٫٬،", "....")


def fold_words(text: str) -> list[str]:
    """Folded words and figures of any text. Unlike `pipeline.text.tokens` a figure is one word with its fraction or minutes: 5.2, 3:42."""
    return _words(fold(text))


def _words(folded: str) -> list[str]:
    return [w.translate(_JOINED) if w[0].isdigit() else w for w in _TOKEN.findall(folded)]


_PERCENT = frozenset(fold("بالمئة بالمائة المائة المئة").split())


_EVEN = {**SAME, **MONTHS, **dict.fromkeys(_PERCENT, "%"), "٪": "%"}
_SECOND = frozenset(name.split()[1] for name in MONTHS if " " in name)


def even(words: Iterable[str]) -> list[str]:
    """House spelling made one: months, percents («في المئة», «%»), the words that newsrooms exchange for each other."""
    found: list[str] = []
    for word in words:
        said = _EVEN.get(word, word)
        if found and ((said == "%" and found[-1] == "في") or (word in _SECOND and f"{found[-1]} {word}" in MONTHS)):
            found[-1] = MONTHS.get(f"{found[-1]} {word}", said)
        else:
            found.append(said)
    return found


@dataclass(frozen=True, slots=True)
class Wording:
    """An article as compared words."""

    title: tuple[str, ...]
    body: tuple[str, ...]
    lead: tuple[str, ...]
    """The first words of the body: what a report says first."""
    credits: tuple[Credit, ...]
    known: frozenset[str]
    """The different words of the body."""
    title_stems: Mapping[str, str]
    lead_stems: Mapping[str, str]
    """Stem of each word that tells something → the word; see `telling`."""
    weights: Mapping[str, float]
    """Stem of each of these → how much it tells."""


@remembered(512)
def wording(article: Article) -> Wording:
    """The compared words of an article. Remembered: a neighbour is looked at many times."""
    found_credits = credits_of(article)
    body = _cut(article.body[:_MOST_CHARS], [c for c in found_credits if c.field == "body"])
    title = _cut(article.title[:1000], [c for c in found_credits if c.field == "title"])
    words: list[str] = []
    listing = 0
    for line, folded in zip(
        body.split("\n"), fold(body).split("\n"), strict=True
    ):  # folding leaves white space as it is
        found = _words(folded)
        if not found:
            continue
        if _list_heading(found):
            listing = 6
            continue
        if listing and len(found) <= _SHORT and not line.rstrip().endswith((".", "،", "…")):
            listing -= 1
            continue
        listing = 0
        if _furniture(found, line):
            continue
        words += map(sys.intern, found)
        if len(words) > MOST_WORDS:
            break
    evened = even(_without_flash(words))[:MOST_WORDS]
    headline = even(_without_flash(fold_words(title)))[:MOST_TITLE]
    title_stems, lead_stems = telling(headline), telling(evened[:LEAD])
    return Wording(
        title=tuple(headline),
        body=tuple(evened),
        lead=tuple(evened[:LEAD]),
        credits=found_credits,
        known=frozenset(evened),
        title_stems=title_stems,
        lead_stems=lead_stems,
        weights={s: weight(w) for s, w in {**lead_stems, **title_stems}.items()},
    )


LEAD = 45
"""Words of the body that count as its lead."""


def _without_flash(words: list[str]) -> list[str]:
    """Without «عاجل», «خبر عاجل», «بالفيديو» before the text."""
    n = 0
    while n < min(3, len(words) - 2) and (_FLASH.match(words[n]) or (words[n] == "خبر" and words[n + 1] == "عاجل")):
        n += 1
    return words[n:]


def _cut(text: str, spans: Sequence[Credit]) -> str:
    for c in sorted(spans, key=lambda c: -c.start):
        text = text[: c.start] + "\n" * (0 < c.start < len(text)) + text[c.end :]
    return text


_QUOTED = re.compile(r"«([^«»]*)»")
_RAW = re.compile(r"[^\s.,،؛:;!؟?()\[\]{}«»\"“”]+")


def as_written(reason: str, *texts: str) -> str:
    """The reason with the folded words between « and » spelled as the first of the texts spells them."""
    spelled: dict[str, str] = {}
    for text in texts:
        for raw in _RAW.findall(text):
            spelled.setdefault(fold(raw), raw)
    return _QUOTED.sub(lambda m: f"«{' '.join(spelled.get(w, w) for w in m[1].split())}»", reason)


def names(words: Iterable[str]) -> list[str]:
    """The words that could be decisive: neither function words nor everyday news words."""
    return [w for w in words if w not in COMMON and len(w) > 2]
