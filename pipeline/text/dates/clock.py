"""Times of day, and the zones that follow them."""

from __future__ import annotations

from datetime import time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.text.dates import names
from pipeline.text.dates.tokens import Tokens, is_figures


class Clock(Tokens):
    """Each method that begins at a token returns where it ended, or how many tokens it took, 0 when there is no such thing."""

    def _clock(self, i: int) -> int:
        """A time of day with its half and its zone: 10:20 · 09:22 مساءً · الساعة 3 عصرا · 23h30 · 10:20 بتوقيت دمشق."""
        start = i
        before = self.phrase(i, names.MERIDIEMS) if self.token(i) and self.number(i - 1, 4) is None else None
        if before is not None:  # «م 12:09», as right-to-left pages turn it round
            i += before[1]
        said_hour = self.token(i) in names.HOUR_WORDS and self.number(i + 1) is not None
        i += said_hour
        hour = self.number(i)
        if hour is None:
            return 0
        minute, second, end = 0, None, i + 1
        if self._parts_minutes(end):
            minute, end = int(self.tokens[end + 1]), end + 2
            if self.token(end) == ":" and self.number(end + 1) is not None:
                second, end = int(self.tokens[end + 1]), end + 2
                if (
                    self.token(end) in {".", ","}
                    and self.joined(end)
                    and self.joined(end + 1)
                    and is_figures(self.token(end + 1))
                ):
                    end += 2
            exact = True
        else:
            exact = False
        after = self.phrase(end, names.MERIDIEMS, 4)
        if after is not None:
            end += after[1]
            before = None
        if not exact and after is None and not said_hour:
            return 0
        half = after or before
        if not exact and half is None:
            self.group.doubtful_time |= hour <= 12  # «الساعة 10»: of which half of the day?
        turned = before is not None and is_figures(self.token(start - 1)) and self.token(start) in names.GREGORIAN_MARKS
        if hour <= 12 and (turned or (half is None and self.token(start - 1) in names.GREGORIAN_MARKS)):
            self.group.doubtful_time = True  # «2024/5/18 م 05:30»: the era's mark, or the afternoon's?
        self._set_clock(hour, minute, second, half[0] if half else None)
        return self._zone(end) - start

    def _parts_minutes(self, i: int) -> bool:
        """Whether the sign at i parts an hour from its minutes: 10:20, 23h30; a full stop only before a half of the day (5.30 pm)."""
        if self.number(i + 1) is None or len(self.token(i + 1)) != 2:
            return False
        stop = self.token(i) == "." and self.joined(i) and self.joined(i + 1)
        return self.token(i) in {":", "h"} or (stop and self.phrase(i + 2, names.MERIDIEMS, 4) is not None)

    def _set_clock(self, hour: int, minute: int, second: int | None, half: str | None) -> None:
        hour24 = _half(hour, half)
        if hour > 23 or minute > 59 or (second or 0) > 60:
            self.group.broken = True
        elif hour24 is None:
            self.group.doubtful_time = True
        else:
            clock = time(hour24, minute, min(second or 0, 59))
            self.group.times.append((clock, "minute" if second is None else "second"))

    def _zone(self, i: int) -> int:
        """The zone that may follow a time → where it ends."""
        start = i
        i = self.skip(i, frozenset("(["), 1)
        offset = self._offset(i)
        if offset is not None:
            self.group.zone = timezone(timedelta(minutes=offset[0]))
            i = self._past_zone_name(offset[1])
        elif self.token(i) in names.ZONE_WORDS:
            i = self._place(self.skip(i, names.ZONE_WORDS))
        elif (found := self._zone_name(i)) is not None:
            self.group.zone, i = found
            self.group.doubtful_time |= self.group.zone is None
        else:
            return start
        return self.skip(i, frozenset(")]"), 1)

    def _offset(self, i: int, *, of_greenwich: bool = False) -> tuple[int, int] | None:
        """+03:00, +0300, -5 after GMT or UTC or «غرينتش» → minutes and where they end."""
        at = i + (self.token(i) in {"gmt", "utc"})
        named = at > i or of_greenwich
        sign, digits = self.token(at), self.token(at + 1)
        if sign not in {"+", "-"} or not is_figures(digits) or not (named or self.joined(at + 1)):
            return None
        if len(digits) == 4:
            hours, minutes, end = int(digits[:2]), int(digits[2:]), at + 2
        elif len(digits) <= 2 and self.token(at + 2) == ":" and len(self.token(at + 3)) == 2 and self.joined(at + 2):
            if not is_figures(self.token(at + 3)):
                return None
            hours, minutes, end = int(digits), int(self.token(at + 3)), at + 4
        elif len(digits) <= 2 and (named or sign == "+"):
            hours, minutes, end = int(digits), 0, at + 2
        else:
            return None
        total = hours * 60 + minutes
        if total > 14 * 60 or minutes > 59:
            return None
        return (-total if sign == "-" else total), end

    def _past_zone_name(self, i: int) -> int:
        """Past words that repeat the offset: «+03 AST», «GMT+0300 (Arabian Standard Time)»."""
        if self.token(i) == "(":
            end = next((k for k in range(i + 1, min(i + 8, len(self.tokens))) if self.tokens[k] == ")"), i)
            return end if all(not is_figures(word) for word in self.tokens[i:end]) else i
        return i + (self.token(i) in names.ZONES)

    def _zone_name(self, i: int) -> tuple[tzinfo | None, int] | None:
        """The zone that is named at i and where its name ends; None for a zone where the name is doubtful or unknown."""
        for n in (3, 2, 1):
            words = " ".join(self.tokens[i : i + n])
            if words in names.ZONES:
                return _zone_of(names.ZONES[words]), i + n
        if (found := self._area_and_city(i)) is not None:
            return found
        word = self.token(i)
        if word in names.AMERICAN_ZONES and not self.token(i + 1).isalpha():  # «10:20 et mis à jour»
            return ZoneInfo(names.AMERICAN_ZONES[word]), i + 1
        # An abbreviation that nobody here knows.
        is_name = word.isascii() and word.isalpha() and 2 <= len(word) <= 5
        known = word in names.WEEKDAYS or word in names.MONTHS or word in names.NOISE or word in names.UPDATED
        return (None, i + 1) if is_name and not known and word not in names.PUBLISHED | names.SHORT_WORDS else None

    def _area_and_city(self, i: int) -> tuple[tzinfo | None, int] | None:
        """A name of the zone data: Asia/Damascus, America/New_York. `OSError`: one that is as long as no file's."""
        if self.token(i) not in names.AREAS or self.token(i + 1) != "/" or not self.token(i + 2).isalpha():
            return None
        end = i + 3
        while self.token(end) in {"_", "/"} and self.token(end + 1).isalpha():
            end += 2
        try:
            return ZoneInfo("".join(self.tokens[i:end]).title()), end
        except (ZoneInfoNotFoundError, OSError, ValueError):
            return None, end

    def _place(self, i: int) -> int:
        """The place after «بتوقيت» → where it ends; one that is unknown or has a namesake makes the time doubtful."""
        if self.token(i) in names.LOCAL:
            return i + 1
        if (offset := self._offset(i)) is not None:
            self.group.zone = timezone(timedelta(minutes=offset[0]))
            return offset[1]
        for n in (2, 1):
            words = " ".join(self.tokens[i : i + n])
            if words in names.PLACES:
                place = names.PLACES[words]
                if place == "UTC" and (offset := self._offset(i + n, of_greenwich=True)) is not None:
                    self.group.zone = timezone(timedelta(minutes=offset[0]))
                    return offset[1]
                self.group.zone = ZoneInfo(place) if place else None
                self.group.doubtful_time |= place is None
                return i + n
        named = self._zone_name(i)
        if named is not None and named[0] is not None:
            self.group.zone = named[0]
            return named[1]
        self.group.doubtful_time = True
        return i + (self.token(i).isalpha())


def _zone_of(minutes: int | None) -> tzinfo | None:
    return None if minutes is None else timezone(timedelta(minutes=minutes))


def _half(hour: int, half: str | None) -> int | None:
    """The hour of 24 that «3 عصرا» is; None where the two contradict each other."""
    if half is None:
        return hour
    if hour > 12 and half == names.AM:
        return None
    if hour > 12:
        return hour if half in {names.PM, names.AFTERNOON, names.NIGHT} else None
    table: dict[str, dict[int, int]] = {
        names.AM: {h: h % 12 for h in range(13)},
        names.PM: {h: h % 12 + 12 for h in range(1, 13)},
        names.NOON: {10: 10, 11: 11, 12: 12, 1: 13, 2: 14, 3: 15},
        names.AFTERNOON: {h: h + 12 for h in range(2, 8)},
        names.NIGHT: {**{h: h for h in range(1, 5)}, **{h: h + 12 for h in range(7, 12)}},
        names.DAWN: {12: 0, **{h: h for h in range(1, 7)}},
    }
    return table[half].get(hour)
