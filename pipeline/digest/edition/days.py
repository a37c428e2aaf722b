"""The span of an edition, and times as it tells them: local to the digest."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipeline.model import Digest


def window(digest: Digest, day: date) -> tuple[datetime, datetime]:
    """The span [since, until) that the edition of `day` covers, aware UTC: from the digest's last day, which is yesterday unless it
    appears on some days of the week only. The spans of successive editions join without gap or overlap.

    A local time that a change of clocks skips stands for the first moment after the gap; one that it repeats, for the first of the two.
    """
    back = next(n for n in range(1, 8) if (day - timedelta(days=n)).weekday() in digest.days)
    return _until(digest, day - timedelta(days=back)), _until(digest, day)


def day_span(digest: Digest, day: date) -> tuple[datetime, datetime]:
    """The 24 hours (23 or 25 when clocks change) that end with `day`'s hour, aware UTC: the unit of a watchlist's usual day."""
    return _until(digest, day - timedelta(days=1)), _until(digest, day)


def _until(digest: Digest, day: date) -> datetime:
    return _moment(day, time(*digest.at), ZoneInfo(digest.timezone))


def _moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    wall = datetime.combine(day, at, zone)
    after = wall.astimezone(UTC)
    if after.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return after
    # In a gap the two readings of the wall clock lie on either side of the change; close in on it.
    before = wall.replace(fold=1).astimezone(UTC)
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after


def local(moment: datetime, zone: ZoneInfo) -> str:
    """The moment as the zone's clocks show it, with its offset."""
    try:
        return moment.astimezone(zone).isoformat(timespec="seconds")
    except OverflowError:  # a feed may date its news to the year 1 or 9999
        return moment.isoformat(timespec="seconds")
