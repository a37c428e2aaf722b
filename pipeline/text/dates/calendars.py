"""The Iranian calendar, by arithmetic.

The Hijri calendar is not here on purpose: its months begin where a moon is seen, a computed day may be off by one, and no date is
better than a wrong one.
"""

from __future__ import annotations

from datetime import date

_NOROOZ_1 = 226_894
"""Proleptic Gregorian ordinal of the day before 1 Farvardin 1."""
_LEAP_IN_33 = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
"""Years of the 33-year cycle that have 366 days; agrees with the astronomical calendar for 1244 to 1472."""


def _before(year: int) -> int:
    """Days from 1 Farvardin 1 to 1 Farvardin of `year`."""
    cycles, rest = divmod(year - 1, 33)
    return 365 * (year - 1) + 8 * cycles + sum(leap <= rest for leap in _LEAP_IN_33)


def jalali(year: int, month: int, day: int) -> date | None:
    """Gregorian date of an Iranian one (۱۳۹۹/۰۲/۲۱ → 2020-05-10); None where there is no such day."""
    if not (1244 <= year <= 1472 and 1 <= month <= 12 and day >= 1):
        return None
    last = 31 if month <= 6 else 30 if month <= 11 or year % 33 in _LEAP_IN_33 else 29
    if day > last:
        return None
    of_year = 31 * (month - 1) if month <= 7 else 30 * (month - 1) + 6
    return date.fromordinal(_NOROOZ_1 + _before(year) + of_year + day)


def jalali_year(day: date) -> int:
    """The Iranian year that `day` lies in."""
    year = day.year - 621
    start = jalali(year, 1, 1)
    return year - 1 if start is not None and day < start else year


def gregorian(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
