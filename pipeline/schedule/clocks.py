"""APScheduler, and when the service's turns come. No job store: the archive knows what is due, a clock only wakes whoever asks it.

The library's own triggers are not used. Its cron trigger leaves out a day whose hour a change of clocks skips and fires twice where
it repeats one; its interval trigger counts every turn missed, one by one. These two answer for the next turn after now, so a week
of sleep is one turn late, not a thousand turns, and an edition's hour is what `edition.window` says it is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_MAX_INSTANCES
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.schedulers.base import BaseScheduler
from apscheduler.triggers.base import BaseTrigger

HABITS: dict[str, Any] = {
    "coalesce": True,
    "max_instances": 1,
    "misfire_grace_time": None,  # the usual second of grace drops a turn that the loop came to late
}

OVERRUN = EVENT_JOB_MAX_INSTANCES


def scheduler(kind: Callable[..., BaseScheduler] = AsyncIOScheduler) -> BaseScheduler:
    """A scheduler with the house's habits, in UTC; its own log is silent, for every turn is told by the service."""
    quiet = logging.getLogger("apscheduler")
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    return kind(job_defaults=HABITS, timezone=UTC)


class Rhythm(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """Every `period` of elapsed time, whatever the local clocks do. Turns that were missed are one."""

    def __init__(self, period: timedelta) -> None:
        self.period = period

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        if previous is None:
            return now + self.period
        return previous + self.period * max(1, (now - previous) // self.period + 1)


class Calendar(BaseTrigger):  # type: ignore[misc]
    """Whenever `following` says: the first moment after a given one."""

    def __init__(self, following: Callable[[datetime], datetime]) -> None:
        self.following = following

    def get_next_fire_time(self, previous: datetime | None, now: datetime) -> datetime:
        return self.following(now if previous is None else max(previous, now))
