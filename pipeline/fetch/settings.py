"""How we ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.fetch.guard import Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How we ask. `config.py` fills it from the section `fetch`."""

    user_agent: str
    """Its first word is the name that robots.txt knows us by."""
    in_flight: int = 32
    """Requests at once."""
    per_host: int = 1
    """Requests at once to one host."""
    delay: timedelta = timedelta(seconds=1)
    """From the end of one request to a host to the beginning of the next; robots.txt may ask for more."""
    timeout: timedelta = timedelta(seconds=20)
    """For one whole answer, redirects included; waiting for a turn does not count."""
    max_bytes: int = 10_000_000
    """Of one body, on the wire and after decompression."""
    robots: bool = True
    allow_networks: tuple[Network, ...] = ()
    """Private networks that may be asked, on any port. Each opens itself and nothing beside it."""
