"""Pages that are no article, and articles that are not all there. Each gets its name; none gets in as the text of an article.

A `Drop` says that the page has no text of the article: the caller falls back on the feed's own words and keeps the reason as a note.
A note says that there is a text, and why it should be doubted.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from pipeline.extract import phrases
from pipeline.extract.blocks import Survey
from pipeline.extract.candidates import Line
from pipeline.extract.head import Head
from pipeline.extract.words import key, phrase
from pipeline.model import Drop, Entry, Page
from pipeline.text import urls

STUB = 700
"""Characters below which a page that speaks of cookies, errors or subscriptions has nothing else to say."""

TEASER = 1500
"""Characters below which an article that calls itself paid for has not been shown whole."""

AFTER = 8
"""Blocks after the text in which a page that hides the rest of it says so."""

LINE = 60
"""Characters below which a text is no text: less than a breaking line."""

CAPTION = 600
"""Characters below which the text of a page around a film or pictures is their caption; a longer one is an article with a film in it."""

HEADLINES = 15
"""Link-only lines that make a page a listing when it has no text of its own."""

_SORRY = phrases.opening("""
نأسف
نعتذر
عذرا
عفوا
معذرة
للأسف
متأسفانه
با عرض پوزش
معذرت
üzgünüz
sorry
oops
désolé
""")
_LOST = phrases.opening("""
الصفحة غير موجودة
الصفحة المطلوبة غير موجودة
لم يتم العثور على الصفحة
لم نتمكن من العثور
الصفحة التي تبحث عنها
الصفحة المطلوبة غير متوفرة
الصفحة المطلوبة غير متاحة
الصفحة غير متوفرة
الصفحة غير متاحة
الصفحة
هذه الصفحة
لم نجد
لا توجد صفحة
خطأ 404
خطای 404
hata 404
404
المقال غير موجود
الخبر غير موجود
هذا المحتوى غير متاح
المحتوى غير متوفر
صفحه مورد نظر یافت نشد
صفحه یافت نشد
صفحه پیدا نشد
صفحه‌ای که به دنبال آن
صفحہ نہیں ملا
مطلوبہ صفحہ
aradığınız sayfa
page not found
not found
error 404
the page you are looking for
page introuvable
seite nicht gefunden
página no encontrada
sayfa bulunamadı
страница не найдена
""")
_VAGUE = phrases.table("الصفحة\nهذه الصفحة\nلم نجد")
"""What says that a page is lost only after an apology."""
_HOME = phrases.table("""
الصفحة الرئيسة
الصفحة الرئيسية
الرئيسية
الرئيسة
صفحه اصلی
home
homepage
home page
""")
_COOKIES = phrases.table("""
ملفات الارتباط
ملفات تعريف الارتباط
ملفات الكوكيز
سياسة الكوكيز
نحترم خصوصيتك
خصوصيتك تهمنا
we value your privacy
accept cookies
accept all cookies
use of cookies
uses cookies
your privacy choices
before you continue
""")
_PAID = phrases.table("""
اشترك الآن لمتابعة القراءة
اشترك لمتابعة القراءة
اشترك لقراءة
لمتابعة القراءة اشترك
لقراءة المقال كاملا
لإكمال القراءة
سجل الدخول لمتابعة القراءة
سجل للمتابعة
تابع القراءة بالاشتراك
subscribe to read
subscribe to continue
log in to continue reading
sign in to continue reading
log in to read
sign in to read
""")
"""What asks to subscribe, wherever in a line it stands."""
_PAID_ONLY = phrases.table("""
للمشتركين فقط
خاص بالمشتركين
المحتوى للمشتركين
هذه المادة للمشتركين
هذا المحتوى للمشتركين
محتوى مدفوع
subscribers only
to continue reading
already a subscriber
this article is for subscribers
réservé aux abonnés
nur für abonnenten
""")
"""What an article may say of others: it counts at a line's beginning, and in a line of `FEW_WORDS`."""
FEW_WORDS = 7
_CHALLENGE = phrases.table("""
just a moment
checking your browser
verify you are human
enable javascript and cookies to continue
attention required
access denied
التحقق من أنك إنسان
جار التحقق
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is judged."""

    page: Page
    entry: Entry
    head: Head
    survey: Survey
    title: str
    """The page's own, whatever the feed calls it."""
    lines: list[Line]

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


def refusal(it: Evidence) -> Drop | None:
    """Why the page has no text of the article, if it has none."""
    text, title = phrase(it.text[:2000]), phrase(it.title)
    short = len(it.text) < STUB
    said = phrase(it.head.title)
    if short and any(p in f"{said} {text}" for p in _CHALLENGE):
        return Drop(reason="cookie-wall", detail="a check of the browser stands in the article's place")
    if short and _mentions(_COOKIES, f"{title} {text}") and not _agrees(it):
        return Drop(reason="cookie-wall", detail="a question about cookies stands in the article's place")
    if short and any(map(_lost, (title, text, said))) and not _agrees(it):
        return Drop(reason="soft-404", detail=it.title or "an error page sent as a page")
    if title in _HOME and not _agrees(it):
        return Drop(reason="soft-404", detail="the home page stands in the article's place")
    if _elsewhere(it):
        return Drop(reason="soft-404", detail=f"led to another page: {it.title[:100]}")
    if not it.lines and it.survey.scripts and it.survey.text < STUB:
        return Drop(reason="empty", detail="the page is made by its scripts")
    if len(it.text) < 2 * STUB and _listing(it):
        return Drop(reason="listing", detail="headlines of other articles, no text")
    return None


def _lost(folded: str) -> bool:
    """«الصفحة غير موجودة», with or without «عذرا، » before it."""
    sorry = _SORRY.match(folded)
    bare = folded[sorry.end() :].lstrip() if sorry else folded
    found = _LOST.match(bare)
    return found is not None and (sorry is not None or found[0] not in _VAGUE)


def _mentions(table: frozenset[str], text: str) -> bool:
    return any(p in text for p in table)


def _agrees(it: Evidence) -> bool:
    """Whether the page is of the entry, by title or by the first words of its summary."""
    entry = set(phrase(it.entry.title).split())
    if not entry:
        return False
    return len(entry & set(phrase(f"{it.head.title} {it.title}").split())) >= 0.5 * len(entry)


def _elsewhere(it: Evidence) -> bool:
    """Redirected to a page that says neither the entry's title nor its summary anywhere."""
    if not it.entry.url or urls.canonical(it.entry.url) == urls.canonical(it.page.url) or not it.entry.title:
        return False
    whole = "".join(key(b.text) for b in it.survey.blocks[:400])
    if key(it.entry.title) in whole or (len(it.entry.summary) > 40 and key(it.entry.summary)[:40] in whole):
        return False
    words = {w for w in phrase(it.entry.title).split() if len(w) > 2}
    shown = set(phrase(f"{it.head.title} {it.title} {it.text[:3000]}").split())
    return bool(words) and len(words & shown) < 0.34 * len(words)


def _listing(it: Evidence) -> bool:
    if _agrees(it):
        return False
    headlines = sum(1 for b in it.survey.blocks if b.linked > 0.9 and b.text.count(" ") >= 3)
    root = urls.canonical(it.page.url).partition("://")[2].partition("/")[2] == ""
    paragraphs = sum(len(line.text) >= 80 and (line.block is None or line.block.linked < 0.3) for line in it.lines)
    return (
        paragraphs < 2
        and (root or headlines >= HEADLINES)
        and it.head.get("og:type") != "article"
        and not it.head.article.headline
    )


def note(it: Evidence) -> str | None:
    """Why a text that is kept should be doubted, or what it is beside."""
    if len(it.text) < TEASER and (not it.head.article.free or _asks_to_pay(it)):
        return "paywall"
    if len(it.text) < CAPTION and (kind := _shown(it)):
        return kind
    if len(it.text) < LINE:
        return "too-short"
    return None


def _shown(it: Evidence) -> str | None:
    """Whether the page is around a film or a set of pictures: it says so itself, or its address does."""
    kinds = it.head.kinds
    path = urls.canonical(it.page.url).partition("://")[2].lower().split("/")[1:-1]
    claims_article = bool(it.head.article.headline)
    if it.head.get("og:type").lower().startswith("video") or ("VideoObject" in kinds and not claims_article):
        return "video"
    if kinds & {"ImageGallery", "MediaGallery"}:
        return "gallery"
    named = [segment for segment in path if segment in _VIDEOS or segment in _GALLERIES]
    return None if not named else "video" if named[0] in _VIDEOS else "gallery"


_VIDEOS = frozenset(("video", "videos", "watch", "vod", quote("فيديو").lower(), quote("فيديوهات").lower()))
_GALLERIES = frozenset(("gallery", "galleries", "photos", "photo", "album", "albums", "pictures", quote("صور").lower()))


def is_paid_prompt(text: str) -> bool:
    """A line that asks to subscribe."""
    if len(text) >= 200:
        return False
    folded = phrase(text)
    if _mentions(_PAID, folded) or _opens_paid.match(folded):
        return True
    return folded.count(" ") < FEW_WORDS and _mentions(_PAID_ONLY, folded)


_opens_paid = phrases.opening("\n".join(_PAID_ONLY))


def _asks_to_pay(it: Evidence) -> bool:
    """Whether a line in the text or right after it asks to subscribe. The site's header asks so on every page, before whole articles too."""
    own = {id(line.block) for line in it.lines if line.block is not None}
    blocks = it.survey.blocks
    last = max((n for n, block in enumerate(blocks) if id(block) in own), default=len(blocks))
    around = blocks[it.survey.title_at or 0 : last + 1 + AFTER]
    return any(is_paid_prompt(b.text) for b in around if not b.noise)
