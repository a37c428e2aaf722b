"""Names of months, weekdays and cities as each country writes them, and the Hijri date.

A time zone stands for its country: nobody is asked twice where they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

_LEVANT = "كانون الثاني|شباط|آذار|نيسان|أيار|حزيران|تموز|آب|أيلول|تشرين الأول|تشرين الثاني|كانون الأول"
_NILE = "يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
_TUNIS = "جانفي|فيفري|مارس|أفريل|ماي|جوان|جويلية|أوت|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
_MAGHREB = "يناير|فبراير|مارس|أبريل|ماي|يونيو|يوليوز|غشت|شتنبر|أكتوبر|نونبر|دجنبر"
_SHINQIT = "يناير|فبراير|مارس|إبريل|مايو|يونيو|يوليو|أغشت|شتمبر|أكتوبر|نوفمبر|دجمبر"
MONTHS: Mapping[str, Sequence[str]] = {
    zone: names.split("|")
    for names, zones in (
        (_LEVANT, "Asia/Damascus Asia/Beirut Asia/Amman Asia/Jerusalem Asia/Gaza Asia/Hebron Asia/Baghdad"),
        (_TUNIS, "Africa/Tunis Africa/Algiers"),
        (_MAGHREB, "Africa/Casablanca Africa/El_Aaiun"),
        (_SHINQIT, "Africa/Nouakchott"),
    )
    for zone in zones.split()
}
DEFAULT_MONTHS = _NILE.split("|")
DAYS = ["الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"]
DAYS_SHORT = ["ن", "ث", "ر", "خ", "ج", "س", "ح"]
ENGLISH_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
ENGLISH_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
CITIES: Mapping[str, str] = {
    "Asia/Damascus": "دمشق",
    "Asia/Beirut": "بيروت",
    "Asia/Amman": "عمّان",
    "Asia/Jerusalem": "القدس",
    "Asia/Gaza": "غزة",
    "Asia/Hebron": "الخليل",
    "Asia/Baghdad": "بغداد",
    "Asia/Riyadh": "الرياض",
    "Asia/Kuwait": "الكويت",
    "Asia/Bahrain": "المنامة",
    "Asia/Qatar": "الدوحة",
    "Asia/Dubai": "دبي",
    "Asia/Muscat": "مسقط",
    "Asia/Aden": "عدن",
    "Asia/Tehran": "طهران",
    "Africa/Cairo": "القاهرة",
    "Africa/Khartoum": "الخرطوم",
    "Africa/Tripoli": "طرابلس",
    "Africa/Tunis": "تونس",
    "Africa/Algiers": "الجزائر",
    "Africa/Casablanca": "الدار البيضاء",
    "Africa/Nouakchott": "نواكشوط",
    "Africa/Mogadishu": "مقديشو",
    "Africa/Djibouti": "جيبوتي",
    "Europe/Istanbul": "إسطنبول",
    "Europe/Berlin": "برلين",
    "Europe/Paris": "باريس",
    "Europe/London": "لندن",
}

_HIJRI_MONTHS = [
    "محرم",
    "صفر",
    "ربيع الأول",
    "ربيع الآخر",
    "جمادى الأولى",
    "جمادى الآخرة",
    "رجب",
    "شعبان",
    "رمضان",
    "شوال",
    "ذو القعدة",
    "ذو الحجة",
]
_ENGLISH_HIJRI_MONTHS = [
    "Muharram",
    "Safar",
    "Rabi I",
    "Rabi II",
    "Jumada I",
    "Jumada II",
    "Rajab",
    "Shaban",
    "Ramadan",
    "Shawwal",
    "Dhu al-Qadah",
    "Dhu al-Hijjah",
]


def months(timezone: str) -> Sequence[str]:
    """The Arabic names of the Gregorian months as the zone's country writes them."""
    return MONTHS.get(timezone, DEFAULT_MONTHS)


def hijri(day: date, *, arabic: bool) -> str:
    """«13 جمادى الآخرة 1448 هـ» by the calendar of Umm al-Qura; empty outside the years that it is published for (1924 to 2077)."""
    from hijridate import Gregorian  # noqa: PLC0415  only who asks for the Hijri date pays for its tables

    try:
        found = Gregorian.fromdate(day).to_hijri()
    except OverflowError:
        return ""
    name = (_HIJRI_MONTHS if arabic else _ENGLISH_HIJRI_MONTHS)[found.month - 1]
    return f"{found.day} {name} {found.year} {'هـ' if arabic else 'AH'}"
