"""What every format's reader gives back, and what they share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from pipeline.model import Dated, Entry, Feed
from pipeline.text import dates

CONTENT = 500_000
"""Code points of HTML that are kept as an entry's content."""
LONGEST_TTL = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a reader found. Guids may still be empty or shared."""

    entries: list[Entry]
    format: str
    title: str = ""
    language: str | None = None
    ttl: timedelta | None = None
    skip_hours: int = 0
    cut: int = 0
    truncated: bool = False


COUNTRY_ZONES = {
    "ae": "Asia/Dubai", "bh": "Asia/Bahrain", "dj": "Africa/Djibouti", "dz": "Africa/Algiers", "eg": "Africa/Cairo",
    "iq": "Asia/Baghdad", "jo": "Asia/Amman", "km": "Indian/Comoro", "kw": "Asia/Kuwait", "lb": "Asia/Beirut",
    "ly": "Africa/Tripoli", "ma": "Africa/Casablanca", "mr": "Africa/Nouakchott", "om": "Asia/Muscat",
    "ps": "Asia/Hebron", "qa": "Asia/Qatar", "sa": "Asia/Riyadh", "sd": "Africa/Khartoum", "so": "Africa/Mogadishu",
    "sy": "Asia/Damascus", "tn": "Africa/Tunis", "ye": "Asia/Aden",
}  # fmt: skip
"""Where a feed of this country that names no zone sets its clock."""

AHEAD = timedelta(days=1)
"""A publication further ahead is a wrong clock or another calendar."""


def zone_of(feed: Feed) -> tzinfo:
    name = COUNTRY_ZONES.get((feed.country or "").lower())
    return ZoneInfo(name) if name else UTC


def dated(text: object, now: datetime, zone: tzinfo) -> Dated | None:
    """A publication date as a feed writes it."""
    found = dates.parse(text.strip(), now=now, zone=zone) if isinstance(text, str) else None
    if found is None or found.at > now + AHEAD:
        return None
    return Dated(at=found.at, precision=found.precision, source="feed")


def language(*codes: object) -> str | None:
    """The first that is a language code, without its country: `ar-SY` → `ar`."""
    for code in codes:
        found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", code[:20]) if isinstance(code, str) else None
        if found:
            return found[1].lower()
    return None
