"""What months, days, hours and zones are called, in the languages and countries whose news we read.

All tables hold folded spellings (`fold`), phrases with single spaces, and are looked up with the longest phrase first.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import TypeVar

V = TypeVar("V")

# ---------------------------------------------------------------- spelling
_SAME = str.maketrans({
    "ى": "ي", "ی": "ي", "ې": "ي", "ے": "ي",
    "ک": "ك", "ڪ": "ك",
    "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ٱ": "ا",
    "ı": "i",
    "،": ",", "؛": ";", "٬": ",", "۔": ".",
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    "⁄": "/", "∕": "/", "\\": "/",
    "ـ": "",
})  # fmt: skip


def fold(text: str) -> str:
    """One spelling for every way to write a word: marks, hamza seats, letter shapes, case, digits, dashes, invisible signs."""
    spread = unicodedata.normalize("NFKD", text).translate(_SAME)
    kept = (c for c in spread if unicodedata.category(c) not in {"Mn", "Cf"})
    return "".join(str(int(c)) if c.isdecimal() else c for c in kept).casefold().translate(_SAME)


def _table(rows: Mapping[V, str]) -> dict[str, V]:
    """Value → «name|name|…» turned round: folded name → value."""
    return {fold(name): value for value, names in rows.items() for name in names.split("|")}


def _set(names: str) -> frozenset[str]:
    return frozenset(map(fold, names.split("|")))


def _phrases(names: str) -> dict[str, bool]:
    """As a table, to be looked up like one."""
    return dict.fromkeys(map(fold, names.split("|")), True)


# ---------------------------------------------------------------- months
_ARABIC = {
    # Egypt and the Gulf | the Levant and Iraq | Algeria and Tunisia | Morocco
    1: "يناير|كانون الثاني|كانون ثاني|كانون 2|كانون الثانى|جانفي|جانفى",
    2: "فبراير|شباط|فيفري|فيفرى|فبرابر",
    3: "مارس|آذار|أذار|اذار",
    4: "أبريل|إبريل|نيسان|أفريل|ابريل|ابرايل",
    5: "مايو|أيار|آيار|ماي|ايار",
    6: "يونيو|يونية|يونيه|حزيران|جوان",
    7: "يوليو|يولية|يوليه|تموز|جويلية|جويليه|يوليوز",
    8: "أغسطس|اغسطس|آب|أوت|اوت|غشت|آغسطس",
    9: "سبتمبر|أيلول|ايلول|شتنبر|سيبتمبر",
    10: "أكتوبر|اكتوبر|تشرين الأول|تشرين أول|تشرين 1|تشرين الاول",
    11: "نوفمبر|تشرين الثاني|تشرين ثاني|تشرين 2|تشرين الثانى|نونبر|نوفبر",
    12: "ديسمبر|كانون الأول|كانون أول|كانون 1|دجنبر|ديسبمر",
}
_ENGLISH = {
    1: "january|jan", 2: "february|feb", 3: "march|mar", 4: "april|apr", 5: "may", 6: "june|jun",
    7: "july|jul", 8: "august|aug", 9: "september|sept|sep", 10: "october|oct", 11: "november|nov", 12: "december|dec",
}  # fmt: skip
_FRENCH = {
    1: "janvier|janv", 2: "février|févr", 3: "mars", 4: "avril|avr", 5: "mai", 6: "juin",
    7: "juillet|juil", 8: "août", 9: "septembre", 10: "octobre", 11: "novembre", 12: "décembre|déc",
}  # fmt: skip
_TURKISH = {
    1: "ocak", 2: "şubat", 3: "mart", 4: "nisan", 5: "mayıs", 6: "haziran",
    7: "temmuz", 8: "ağustos", 9: "eylül", 10: "ekim", 11: "kasım", 12: "aralık",
}  # fmt: skip
_TURKISH_SHORT = {
    1: "oca", 2: "şub", 4: "nis", 6: "haz", 7: "tem", 8: "ağu", 9: "eyl", 10: "eki", 11: "kas", 12: "ara",
}  # fmt: skip
_PERSIAN_GREGORIAN = {
    1: "ژانویه", 2: "فوریه", 3: "مارس", 4: "آوریل|اپریل", 5: "مه|می", 6: "ژوئن", 7: "ژوئیه|جولای",
    8: "اوت|آگوست|اگست", 9: "سپتامبر|سپتمبر", 10: "اکتبر", 11: "نوامبر|نومبر", 12: "دسامبر|دسمبر",
}  # fmt: skip
_URDU = {
    1: "جنوری", 2: "فروری", 3: "مارچ", 4: "اپریل", 5: "مئی", 6: "جون", 7: "جولائی", 8: "اگست", 9: "ستمبر",
    10: "اکتوبر", 11: "نومبر", 12: "دسمبر",
}  # fmt: skip
_SORANI = {
    # Not گوڵان: it is May in one calendar and the month from 21 April in the other.
    1: "کانوونی دووەم|کانونی دووەم|ژانویە", 2: "شوبات|شوبات", 3: "ئازار|ئادار|مارت", 4: "نیسان", 5: "ئایار|مایس",
    6: "حوزەیران|حزیران|حوزه‌یران", 7: "تەمموز|تەممووز|تەموز", 8: "ئاب|ئاوگوست", 9: "ئەیلوول|ئەیلول",
    10: "تشرینی یەکەم|تشرینی یه‌كه‌م|ئۆکتۆبەر", 11: "تشرینی دووەم|نۆڤەمبەر", 12: "کانوونی یەکەم|کانونی یەکەم|دیسەمبەر",
}  # fmt: skip
_KURMANJI = {
    1: "çileya paşîn|çile|rêbendan", 2: "sibat|reşemî", 3: "adar", 4: "nîsan", 5: "gulan", 6: "hezîran|pûşper",
    7: "tîrmeh", 8: "tebax", 9: "îlon", 10: "cotmeh|çiriya pêşîn", 11: "mijdar|çiriya paşîn", 12: "kanûna pêşîn|berfanbar",
}  # fmt: skip
_EUROPEAN = {
    # German | Spanish | Italian | Portuguese | Dutch | Russian, each with what prints shorten it to
    1: "januar|jänner|enero|gennaio|janeiro|januari|января|ene|gen",
    2: "februar|febrero|febbraio|fevereiro|februari|февраля|fev",
    3: "märz|marzo|março|maart|марта|mär|mrt",
    4: "april|abril|aprile|апреля|abr",
    5: "mai|mayo|maggio|maio|mei|мая|mag",
    6: "juni|junio|giugno|junho|июня|giu",
    7: "juli|julio|luglio|julho|июля|lug",
    8: "august|agosto|augustus|августа|ago",
    9: "september|septiembre|setiembre|settembre|setembro|сентября|set",
    10: "oktober|octubre|ottobre|outubro|октября|okt|ott|out",
    11: "november|noviembre|novembre|novembro|ноября",
    12: "dezember|diciembre|dicembre|dezembro|december|декабря|dez|dic",
}
_IZAFE = {"ي": _SORANI, "a": _KURMANJI, "e": _KURMANJI}
"""A month takes an ending before its year: «ی» in Sorani, «a» or «ê» in Kurmanji."""

MONTHS: dict[str, int] = {
    **{fold(name) + end: n for end, rows in _IZAFE.items() for n, names in rows.items() for name in names.split("|")},
    **_table(_KURMANJI), **_table(_SORANI), **_table(_URDU), **_table(_PERSIAN_GREGORIAN), **_table(_TURKISH),
    **_table(_FRENCH), **_table(_ENGLISH), **_table(_ARABIC),
}  # fmt: skip
WIRE_MONTHS = tuple(
    name for rows in (_ENGLISH, _FRENCH, _TURKISH) for names in rows.values() for name in names.split("|")
)
"""As agencies that write in Latin letters have them in their datelines, not folded."""
ENGLISH_MONTHS = frozenset(_table(_ENGLISH))
AFTER_DAY: dict[str, int] = {**_table(_EUROPEAN), **_table(_TURKISH_SHORT), **MONTHS}
"""Names that are months right after a day only: «3 ago 2020», «12. okt 2019»; elsewhere ago, out and set are words."""
EAST = {
    fold(sign): part
    for part, signs in {"year": "年|년", "month": "月|월", "day": "日|일"}.items()
    for sign in signs.split("|")
}
"""What follows each number of a date in Chinese, Japanese and Korean."""

_JALALI = _table({
    1: "فروردین|حمل", 2: "اردیبهشت|اردی‌بهشت|ثور", 3: "خرداد|جوزا", 4: "تیر|سرطان", 5: "مرداد|امرداد|اسد",
    6: "شهریور|سنبله", 7: "مهر|میزان", 8: "آبان|عقرب", 9: "آذر|قوس", 10: "دی|جدی", 11: "بهمن|دلو", 12: "اسفند|حوت",
})  # fmt: skip
JALALI = {name + end: n for name, n in _JALALI.items() for end in ("", fold("ماه"), fold(" ماه"))}
"""Months of the Iranian calendar, in Persian and in Afghan Dari; «دی‌ماه» is «دی»."""

HIJRI = _phrases(
    "محرم|محرم الحرام|المحرم|صفر|صفر الخير|ربيع الأول|ربيع أول|ربيع الآخر|ربيع الثاني|ربيع ثاني|"
    "جمادى الأولى|جمادى الأول|جمادى الآخرة|جمادى الآخر|جمادى الثانية|جمادى الثاني|رجب|شعبان|رمضان|رمضان المبارك|"
    "شوال|ذو القعدة|ذي القعدة|ذوالقعدة|ذيقعدة|ذو الحجة|ذي الحجة|ذوالحجة|ذيحجة|جمادی الاول|جمادی الثانی|ربیع‌الاول|ربیع‌الثانی"
)
HIJRI_MARKS = _set("ه|هجري|هجرية|هـ|ق|قمري|قمری")
SOLAR_MARKS = _set("ش|شمسي|شمسی|خورشیدی|هجري شمسي|هجری شمسی")
GREGORIAN_MARKS = _set("م|ميلادي|ميلادية|ميلادی|ad|ce")

# ---------------------------------------------------------------- days
WEEKDAYS = _table({
    0: "الاثنين|الإثنين|اثنين|الأثنين|monday|mon|lundi|lun|pazartesi|دوشنبه|دووشەممە|پیر|duşem",
    1: "الثلاثاء|ثلاثاء|الثلاثا|tuesday|tue|tues|mardi|salı|سه‌شنبه|سه شنبه|سێشەممە|منگل|sêşem",
    2: "الأربعاء|أربعاء|الاربعا|wednesday|wed|mercredi|mer|çarşamba|چهارشنبه|چهار شنبه|چوارشەممە|بدھ|çarşem",
    3: "الخميس|خميس|thursday|thu|thur|thurs|jeudi|jeu|perşembe|پنجشنبه|پنج‌شنبه|پنج شنبه|پێنجشەممە|جمعرات|pêncşem",
    4: "الجمعة|جمعة|friday|fri|vendredi|ven|cuma|جمعه|هەینی",
    5: "السبت|سبت|saturday|sat|samedi|sam|cumartesi|شنبه|شەممە|ہفتہ|şemî",
    6: "الأحد|أحد|الاحد|sunday|sun|dimanche|dim|pazar|یکشنبه|یک‌شنبه|یک شنبه|یەکشەممە|اتوار|yekşem",
})  # fmt: skip
ANCHORS = _table({
    0: "اليوم|today|aujourd hui|امروز|bugün|îro|ئەمڕۆ",
    1: "أمس|البارحة|مبارح|yesterday|hier|دیروز|dün|duh|دوێنێ",
    2: "أول أمس|أمس الأول|أول من أمس|پریروز",
})  # fmt: skip
"""Days before today."""
NOW = _phrases(
    "الآن|الان|now|just now|منذ لحظات|قبل لحظات|منذ ثوان|منذ ثواني|قبل ثوان|لحظاتی پیش|هم اکنون|az önce|şimdi"
)

# ---------------------------------------------------------------- spans: unit in minutes
MINUTE, HOUR, DAY, WEEK = 1, 60, 1440, 10080
UNITS = _table({
    MINUTE: "دقيقة|دقائق|دقيقه|دقایق|minute|minutes|min|mins|dakika|خولەک|منٹ",
    HOUR: "ساعة|ساعات|ساعت|hour|hours|hr|hrs|saat|کاتژمێر|گھنٹہ|گھنٹے",
    DAY: "يوم|أيام|يوما|روز|day|days|gün|ڕۆژ|دن",
    WEEK: "أسبوع|أسابيع|أسبوعا|هفته|week|weeks|hafta|هەفتە|ہفتہ|ہفتے",
})  # fmt: skip
DUALS = _table(
    {
        MINUTE: "دقيقتين|دقيقتان",
        HOUR: "ساعتين|ساعتان",
        DAY: "يومين|يومان",
        WEEK: "أسبوعين|أسبوعان",
    }
)
COUNTS = _table({
    1: "واحد|واحدة|a|an|one|یک|bir", 2: "اثنين|اثنتين|two|دو|iki", 3: "ثلاث|ثلاثة|three|سه|üç",
    4: "أربع|أربعة|four|چهار|dört", 5: "خمس|خمسة|five|پنج|beş", 6: "ست|ستة|six|شش|altı", 7: "سبع|سبعة|seven|هفت|yedi",
    8: "ثمان|ثماني|ثمانية|eight|هشت|sekiz", 9: "تسع|تسعة|nine|نه|dokuz", 10: "عشر|عشرة|ten|ده|on",
})  # fmt: skip
AGO_BEFORE = _set("منذ|قبل|مند")
AGO_AFTER = _set("ago|پیش|قبل|پہلے|önce|berê|لەمەوبەر")

# ---------------------------------------------------------------- hours
AM, PM, NOON, AFTERNOON, NIGHT, DAWN = "am", "pm", "noon", "afternoon", "night", "dawn"
MERIDIEMS = _table(
    {
        AM: "ص|صباحا|صباح|قبل الظهر|am|a . m .|a . m|ق . ظ|ق . ظ .|قبل از ظهر|صبح|صباحاً",
        PM: "م|مساء|مساءا|pm|p . m .|p . m|ب . ظ|ب . ظ .|بعد از ظهر|بعد الظهر|بعد ظهر",
        NOON: "ظهرا|ظهر",
        AFTERNOON: "عصرا|عصر",
        NIGHT: "ليلا|شب",
        DAWN: "فجرا|بامداد",
    }
)

# ---------------------------------------------------------------- zones: an offset in minutes, None where the name has several
ZONES: dict[str, int | None] = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "تغ": 0, "ت غ": 0, "ت . غ": 0, "جمت": 0,
    "bst": 60, "cet": 60, "west": 60, "cest": 120, "eet": 120, "sast": 120, "cat": 120,
    "eest": 180, "ksa": 180, "msk": 180, "trt": 180, "idt": 180, "eat": 180,
    "ast": 180,  # Arabia; the Atlantic's, which RFC 822 never named, is not what our feeds mean
    "irst": 210, "gst": 240, "irdt": 270, "aft": 270, "pkt": 300,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
    "ist": None,  # Israel, India, Ireland
}  # fmt: skip
AMERICAN_ZONES = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
}  # fmt: skip
"""Without a letter for summer or winter: the day says which."""
AREAS = _set("africa|america|asia|atlantic|australia|europe|indian|pacific")
"""First halves of the zone data's own names."""
SHORT_WORDS = _set("in|by|to|is|as|or|an|we|it|no|la|en|um|il|di|da|ve|and|for|from|the|und|with")
"""What may follow a time and is no zone."""
_PLACES: dict[str | None, str] = {
    "UTC": "غرينتش|جرينتش|غرينيتش|جرينيتش|غرينويتش|العالمي|greenwich",
    "Asia/Riyadh": "السعودية|الرياض|مكة|مكة المكرمة|المملكة|جدة|makkah|mecca|riyadh",
    "Asia/Damascus": "دمشق|سوريا|سورية|حلب|damascus",
    "Asia/Beirut": "بيروت|لبنان|beirut",
    "Asia/Baghdad": "بغداد|العراق|أربيل|baghdad",
    "Asia/Amman": "الأردن|الأردني",
    "Asia/Hebron": "فلسطين|القدس|القدس المحتلة|غزة|رام الله|jerusalem",
    "Asia/Kuwait": "الكويت|kuwait",
    "Asia/Qatar": "الدوحة|قطر|doha",
    "Asia/Bahrain": "المنامة|البحرين",
    "Asia/Dubai": "الإمارات|أبوظبي|أبو ظبي|دبي|dubai",
    "Asia/Muscat": "مسقط|سلطنة عمان|سلطنة عُمان",
    "Asia/Aden": "صنعاء|عدن|اليمن",
    "Africa/Cairo": "القاهرة|مصر|cairo",
    "Africa/Khartoum": "الخرطوم|السودان",
    "Africa/Tripoli": "طرابلس الغرب|ليبيا",
    "Africa/Tunis": "تونس",
    "Africa/Algiers": "الجزائر",
    "Africa/Casablanca": "الرباط|المغرب|الدار البيضاء",
    "Africa/Nouakchott": "نواكشوط|موريتانيا",
    "Africa/Mogadishu": "مقديشو|الصومال",
    "Africa/Djibouti": "جيبوتي",
    "Asia/Tehran": "طهران|إيران|تهران|tehran",
    "Asia/Kabul": "كابل|كابول|أفغانستان",
    "Europe/Istanbul": "إسطنبول|أنقرة|تركيا|istanbul|türkiye",
    "Europe/Moscow": "موسكو|moscow",
    "Europe/London": "لندن|london",
    "Europe/Paris": "باريس|paris",
    "Europe/Berlin": "برلين|berlin",
    "America/New_York": "نيويورك|واشنطن|الساحل الشرقي|new york|washington",
    None: "عمان|طرابلس",  # Amman or Oman; Libya's or Lebanon's
}
PLACES = _table(_PLACES)
ZONE_WORDS = _set("توقيت|بتوقيت|التوقيت|بالتوقيت|حسب توقيت|به وقت|وقت|time")
LOCAL = _set("المحلي|محلي|local|محلی|المحلي للعاصمة")

# ---------------------------------------------------------------- words around a date
PUBLISHED = _set("نشر|نشرت|النشر|تنشر|منشور|published|posted|publié|انتشار|yayınlanma|yayın|بلاوکردنەوە")
UPDATED = _set("تحديث|التحديث|محدث|حدث|عدل|تعديل|updated|modified|update|modification|güncelleme|به‌روزرسانی|بروزرسانی")
NOISE = _set(
    "في|فى|يوم|تاريخ|بتاريخ|التاريخ|الساعة|ساعة|عند|على|تم|آخر|اخر|أضيف|أضيفت|الموافق|موافق|شهر|عام|سنة|لعام|لسنة|من|و|ال|"
    "on|at|date|the|of|le|à|du|de|last|t|în|ساعت|در|مورخ|سالی|سال|لە|tarihi|tarih|saat|clock|o clock|"
    "ميلادي|ميلادية|تقريبا|about|خبر|الخبر"
)
HOUR_WORDS = _set("الساعة|ساعت|saat|at|à|الساعه|في الساعة|عند الساعة")
YEAR_WORDS = _set("عام|سنة|لعام|لسنة|من عام|سال|سالی|ساڵی|of|de|del")
ORDINALS = _set("st|nd|rd|th|er|e|ê|º|ي|من|of|de|ام|ه")
UNTIL = _set("إلى|الى|حتى|لغاية|to|until|till|تا|bis|au")
"""Between the two ends of a span of days, of which neither is a day of publication."""
COPYRIGHT = re.compile(r"©|\(c\)|copyright|حقوق|all rights|جميع الحق")
