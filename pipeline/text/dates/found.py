"""What a reading of a date comes to: the pieces under one label, and the moment that they make."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Literal, NamedTuple

from pipeline.text.dates import names

Precision = Literal["second", "minute", "day"]


class When(NamedTuple):
    """A moment, with the offset that it was read in, so that `at.date()` is the day as written. Where only the day is known, `at` is its
    midnight in UTC.
    """

    at: datetime
    precision: Precision


EARLIEST = date(1990, 1, 1)
FUTURE = timedelta(days=2)
"""Outside of these a date is a default, a joke or another calendar."""


@dataclass(slots=True)
class Group:
    """What stands under one label."""

    label: str = ""
    dates: list[tuple[date, ...]] = field(default_factory=list)
    """Each date's possible readings, the likelier first; most have one."""
    times: list[tuple[time, Precision]] = field(default_factory=list)
    zone: tzinfo | None = None
    doubtful_time: bool = False
    weekday: int | None = None
    days_ago: int | None = None
    ago: int | None = None
    """Minutes before now."""
    broken: bool = False
    """Something that looks like a date and is none."""

    @property
    def says_when(self) -> bool:
        return bool(self.dates) or self.days_ago is not None or self.ago is not None or self.broken

    def when(self, now: datetime, zone: tzinfo) -> When | None:
        if self.broken:
            return None
        if not self.dates:
            return self._relative(now, zone)
        readings = {self._choose(candidates) for candidates in self.dates}
        if len(readings) != 1:
            return None
        (day,) = readings
        return None if day is None else self._at(day, now, zone)

    def _choose(self, candidates: tuple[date, ...]) -> date | None:
        """Day first, unless the weekday proves that the month stood first; where it denies every reading, none."""
        if self.weekday is None:
            return candidates[0]
        return next((day for day in candidates if day.weekday() == self.weekday), None)

    def _at(self, day: date, now: datetime, zone: tzinfo) -> When | None:
        if not EARLIEST <= day <= (now + FUTURE).astimezone(UTC).date():
            return None
        if self.doubtful_time or len(set(self.times)) != 1:
            return When(datetime.combine(day, time(), UTC), "day")
        clock, precision = self.times[0]
        at = _fixed(datetime.combine(day, clock, self.zone or zone))
        return When(at, precision) if at <= now + FUTURE else None

    def _relative(self, now: datetime, zone: tzinfo) -> When | None:
        if self.days_ago is not None:
            return self._at(now.astimezone(zone).date() - timedelta(days=self.days_ago), now, zone)
        assert self.ago is not None
        if self.ago > 366 * names.DAY:
            return None
        at = (now - timedelta(minutes=self.ago)).astimezone(UTC)
        if self.ago >= names.DAY:
            local = (now - timedelta(minutes=self.ago)).astimezone(zone).date()
            return When(datetime.combine(local, time(), UTC), "day")
        return When(at.replace(second=0, microsecond=0), "minute")


def _fixed(at: datetime) -> datetime:
    """With the offset of that moment in the place of a zone: two moments in one zone would be compared by their clocks alone."""
    offset = at.utcoffset()
    assert offset is not None
    return at.replace(tzinfo=timezone(offset)) if offset else at.replace(tzinfo=UTC)
