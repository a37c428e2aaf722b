"""The door to the web: one polite GET, and nothing else leaves the house by HTTP.

settings.py how we ask
client.py   Fetcher: a question → Page, NotModified or Drop, whatever the other side does
guard.py    which addresses may be asked, decided on the parsed address that is dialled
robots.py   what a host's robots.txt allows and how fast
pace.py     whose turn it is: one request at a time to a host, a pause between two, so many in all
wire.py     HTTP/1.1 over a guarded connection, behind httpx's transport interface
coding.py   gzip and deflate undone in bounded steps

Whoever only reads settings does not load what opens connections, a tenth of a second: the names stand here and come with their first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pipeline.fetch.settings import Settings

if TYPE_CHECKING:
    from pipeline.fetch.client import Allowance, Fetcher, NotModified
    from pipeline.fetch.robots import Memory as RobotsMemory

__all__ = ["Allowance", "Fetcher", "NotModified", "RobotsMemory", "Settings"]

_LATER = {
    "Allowance": ("client", "Allowance"),
    "Fetcher": ("client", "Fetcher"),
    "NotModified": ("client", "NotModified"),
    "RobotsMemory": ("robots", "Memory"),
}
"""Name → where it is, and what it is called there."""


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(name)
    room, there = _LATER[name]
    return getattr(import_module(f"{__name__}.{room}"), there)
