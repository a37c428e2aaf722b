"""Tokens → groups of what was found in them. One pass; every step looks a few tokens ahead at most."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.text.dates import names
from pipeline.text.dates.calendars import gregorian, jalali
from pipeline.text.dates.clock import Clock
from pipeline.text.dates.found import EARLIEST, Group
from pipeline.text.dates.tokens import is_figures

_SEPARATORS = frozenset(",-/.()|:;[]\"'«»*•·_")
_GLUE = frozenset(",-/.()")
"""Signs that may stand inside a date: «18-May-2024», «April 3, 2021», «أيار (مايو)»."""


class Reader(Clock):
    """Each step returns how many tokens it took, 0 when there is no such thing."""

    def read(self, *, whole: bool) -> bool:
        """Fill the groups → whether that worked: in a whole date no token may be left over."""
        tries = [
            self._label,
            self._hijri,
            self._written,
            self._east,
            self._numeric,
            self._compact,
            self._clock,
            self._weekday,
        ]
        if whole:
            tries += [self._ago, self._anchor]
        tries += [self._noise]
        i = 0
        while i < len(self.tokens):
            taken = next((n for attempt in tries if (n := attempt(i))), 0)
            if not taken and whole:
                return False
            i += taken or 1
        return True

    # ---- labels and words
    def _label(self, i: int) -> int:
        label = "published" if self.token(i) in names.PUBLISHED else "updated" if self.token(i) in names.UPDATED else ""
        if not label:
            return 0
        if self.group.says_when or self.group.times:
            self.groups.append(Group(label))
        else:
            self.group.label = self.group.label if label == "updated" and self.group.label else label
        return 1

    def _weekday(self, i: int) -> int:
        found = self.phrase(i, names.WEEKDAYS, 2)
        if found is None:
            return 0
        self.group.weekday = found[0]
        return found[1] + (self.token(i + found[1]) == "." and self.joined(i + found[1]))

    def _noise(self, i: int) -> int:
        known = self.token(i) in _SEPARATORS or self.token(i) in names.NOISE
        return int(known or (self.token(i) in names.GREGORIAN_MARKS and is_figures(self.token(i - 1))))

    # ---- dates
    def _hijri(self, i: int) -> int:
        """A Hijri date, written or in figures: understood, and no answer."""
        month_at = self.skip(i + 1, names.ORDINALS | _GLUE) if self.number(i) is not None else i
        found = self.phrase(month_at, names.HIJRI, 2)
        if found is None:
            return 0
        end = month_at + found[1]
        year_at = self.skip(end, _GLUE | names.YEAR_WORDS)
        if self.number(year_at, 4) is not None and int(self.tokens[year_at]) < 1600:
            end = year_at + 1
        elif month_at == i:
            return 0
        return self._past_marks(end, names.HIJRI_MARKS) - i

    def _past_marks(self, i: int, marks: frozenset[str]) -> int:
        for _ in range(2):
            if self.token(i) in marks:
                i += 1 + (self.token(i + 1) == "." and self.joined(i + 1))
        return i

    def _month(self, i: int, gregorian_names: Mapping[str, int] = names.MONTHS) -> tuple[int, int, str] | None:
        """Month, where it ends, and its calendar. Two names of one month count once: «آب/أغسطس», «أيار (مايو)»."""
        for table, calendar in ((gregorian_names, "gregorian"), (names.JALALI, "jalali")):
            found = self.phrase(i, table, 2)
            if found is None:
                continue
            month, end = found[0], i + found[1]
            if self.token(end) == "." and self.joined(end):
                end += 1
            second_at = self.skip(end, _GLUE)
            second = self.phrase(second_at, table, 2) if second_at > end else None
            if second is not None:
                if second[0] != month:
                    self.group.broken = True
                end = second_at + second[1]
                end += self.token(end) == ")"
            return month, end, calendar
        return None

    def _written(self, i: int) -> int:
        """A date with the month in letters: 18 أيار 2024 · أيار 18, 2024 · 2024 أيار 18 · Sat May 18 10:00:00 +0300 2024."""
        return self._day_month_year(i) or self._month_day_year(i) or self._year_month_day(i)

    def _day_month_year(self, i: int) -> int:
        day = self.number(i)
        if day is None:
            return 0
        found = self._month(self.skip(i + 1, names.ORDINALS | _GLUE), names.AFTER_DAY)
        if found is None:
            return 0
        month, end, calendar = found
        year_at = self.skip(end, _GLUE | names.YEAR_WORDS, 3)
        year = self.number(year_at, 4)
        if year is None:
            year = self._short_year(year_at, month, day)
        if year is None:
            return 0
        self.group.broken |= self._ends_span(i, day)
        return self._add(year, month, day, calendar, year_at + 1) - i

    def _ends_span(self, i: int, day: int) -> bool:
        """«3-5 أيار 2024», «من 3 إلى 5 أيار 2024»: whether the day at i is the last of several."""
        first = self.number(i - 2)
        if first is None or not 0 < first < day or self.token(i - 3) == ":":
            return False
        return self.token(i - 1) in names.UNTIL or self.token(i - 1) == "-"

    def _short_year(self, i: int, month: int, day: int) -> int | None:
        """The year of «Saturday, 18-May-24 10:00:00 GMT»: believed only when the weekday agrees."""
        year = self.number(i)
        if year is None or len(self.token(i)) != 2 or self.group.weekday is None:
            return None
        guess = gregorian(2000 + year if year < 70 else 1900 + year, month, day)
        return guess.year if guess and guess.weekday() == self.group.weekday else None

    def _month_day_year(self, i: int) -> int:
        if is_figures(self.token(i)):
            return 0
        found = self._month(i)
        if found is None:
            return 0
        month, end, calendar = found
        day_at = self.skip(end, _GLUE)
        day = self.number(day_at)
        if day is None:
            return 0
        year_at = self.skip(day_at + 1, names.ORDINALS | _GLUE, 3)
        if self.number(year_at, 4) is None and (taken := self._clock(year_at)):
            year_at += taken
        year = self.number(year_at, 4)
        return 0 if year is None else self._add(year, month, day, calendar, year_at + 1) - i

    def _year_month_day(self, i: int) -> int:
        year = self.number(i, 4)
        if year is None:
            return 0
        found = self._month(self.skip(i + 1, names.ORDINALS | _GLUE | names.NOISE))
        if found is None:
            return 0
        month, end, calendar = found
        day_at = self.skip(end, names.ORDINALS | _GLUE)
        day = self.number(day_at)
        if day is None or self.token(day_at + 1) == ":":
            return 0
        return self._add(year, month, day, calendar, day_at + 1) - i

    def _add(self, year: int, month: int, day: int, calendar: str, end: int) -> int:
        if self.token(end) in names.SOLAR_MARKS:
            end += 1
        found = jalali(year, month, day) if calendar == "jalali" else gregorian(year, month, day)
        if found is None or (calendar == "gregorian" and year < EARLIEST.year):
            self.group.broken = True
        else:
            self.group.dates.append((found,))
        return end

    def _east(self, i: int) -> int:
        """2024年5月18日, 2024년 5월 18일."""
        if [names.EAST.get(self.token(i + k)) for k in (1, 3, 5)] != ["year", "month", "day"]:
            return 0
        year, month, day = self.number(i, 4), self.number(i + 2), self.number(i + 4)
        if year is None or month is None or day is None:
            return 0
        return self._add(year, month, day, "gregorian", i + 6) - i

    def _numeric(self, i: int) -> int:
        """A date in figures, day first: ١٨-٥-٢٠٢٤, ١ / ١٢ / ٢٠٢٠, 2024/5/18, ۱۳۹۹/۰۲/۲۱."""
        parts = [self.token(i + k) for k in range(5)]
        sign = parts[1]
        if sign not in {"/", "-", "."} or parts[3] != sign or not all(is_figures(p) for p in parts[::2]):
            return 0
        glued_before = self.joined(i) and self.token(i - 1) in {"/", "-", ".", ":"} and is_figures(self.token(i - 2))
        glued_after = self.token(i + 5) in {"/", sign} and self.joined(i + 5) and is_figures(self.token(i + 6))
        lengths = tuple(len(p) for p in parts[::2])
        if glued_before or glued_after or lengths[1] > 2 or sorted(lengths)[1] > 2 or 4 not in (lengths[0], lengths[2]):
            self.group.broken = True
            return 5
        first, second, third = (int(p) for p in parts[::2])
        year, one, two = (first, second, third) if lengths[0] == 4 else (third, second, first)
        return self._figures(i, year, one, two, year_first=lengths[0] == 4) - i

    def _figures(self, i: int, year: int, month: int, day: int, *, year_first: bool) -> int:
        end = i + 5
        if year < 1600:
            marked = self._past_marks(end, names.SOLAR_MARKS | names.HIJRI_MARKS)
            marks = self.tokens[end:marked]
            if year < 1407 and (not marks or any(mark in names.SOLAR_MARKS for mark in marks)):
                found = jalali(year, month, day)
                candidates: tuple[date, ...] = (found,) if found else ()
            else:
                return marked  # Hijri: understood, and no answer
            end = marked
        else:
            orders = [(month, day)] if year_first else [(month, day), (day, month)]
            candidates = tuple(dict.fromkeys(d for m, n in orders if (d := gregorian(year, m, n))))
        if not candidates:
            self.group.broken = True
        elif len(candidates) == 2 and self._american(end, self.tokens[i:end]):
            self.group.dates.append(candidates[::-1])
            self.group.broken |= self.group.weekday is None
        else:
            self.group.dates.append(candidates)
        return end

    def _american(self, i: int, figures: list[str]) -> bool:
        """«5/6/2024 3:04:05 PM», as .NET prints it: the month may stand first. Without a weekday there is no telling."""
        rest = self.tokens[i : i + 6]
        return (
            figures[1] == "/"
            and len(rest) == 6
            and rest[1] == rest[3] == ":"
            and rest[5] in {"am", "pm"}
            and not (figures[0].startswith("0") or figures[2].startswith("0"))
        )

    def _compact(self, i: int) -> int:
        """20240518T101500Z."""
        day, clock = self.token(i), self.token(i + 2)
        if len(day) != 8 or not is_figures(day) or self.token(i + 1) != "t" or len(clock) not in {4, 6}:
            return 0
        if not is_figures(clock):
            return 0
        found = gregorian(int(day[:4]), int(day[4:6]), int(day[6:]))
        if found is None:
            self.group.broken = True
        else:
            self.group.dates.append((found,))
        self._set_clock(int(clock[:2]), int(clock[2:4]), int(clock[4:]) if len(clock) == 6 else None, None)
        return self._zone(i + 3) - i

    # ---- counted from now
    def _ago(self, i: int) -> int:
        """منذ ساعتين · قبل 3 أيام · منذ ساعة و20 دقيقة · ۲ ساعت پیش · 5 minutes ago · الآن."""
        now = self.phrase(i, names.NOW, 2)
        if now is not None:
            self.group.ago = 0
            return now[1]
        at = i + (before := self.token(i) in names.AGO_BEFORE)
        total, end = self._span(at)
        if total is None:
            return 0
        while self.token(end) in {"و", "and"}:
            more, further = self._span(end + 1)
            if more is None:
                break
            total, end = total + more, further
        if not before:
            if self.token(end) not in names.AGO_AFTER:
                return 0
            end += 1
        self.group.ago = total
        return end - i

    def _span(self, i: int) -> tuple[int | None, int]:
        """«3 أيام», «ساعتين», «ساعة واحدة» → minutes and where it ends."""
        word = self.token(i)
        if word in names.DUALS:
            return 2 * names.DUALS[word], i + 1
        if word in names.UNITS:
            return names.UNITS[word], i + 1 + (
                self.token(i + 1) in names.COUNTS and names.COUNTS[self.token(i + 1)] == 1
            )
        count = self.number(i, 3) if is_figures(word) else names.COUNTS.get(word)
        unit = names.UNITS.get(self.token(i + 1))
        return (None, i) if count is None or unit is None else (count * unit, i + 2)

    def _anchor(self, i: int) -> int:
        found = self.phrase(i, names.ANCHORS)
        if found is None:
            return 0
        self.group.days_ago = found[0]
        return found[1]
