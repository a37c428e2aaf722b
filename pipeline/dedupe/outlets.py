"""Names of agencies and outlets: agencies.toml, read once, and when two names mean one outlet."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from urllib.parse import urlsplit

from .letters import flat

# Words that say «a name of a news organisation follows».
KINDS = frozenset(
    [
        "وكاله",
        "وكالات",
        "صحيفه",
        "جريده",
        "موقع",
        "قناه",
        "شبكه",
        "اذاعه",
        "راديو",
        "مجله",
        "تلفزيون",
        "منصه",
        "بوابه",
        "خبركزاري",
        "خبرنكار",
    ]
)


@dataclass(frozen=True, slots=True)
class Names:
    known: Mapping[tuple[str, ...], str]
    agencies: frozenset[str]
    doubtful: frozenset[str]
    hosts: Mapping[str, str]
    firsts: frozenset[str]
    """Words that a name begins with."""
    longest: int


@cache
def names() -> Names:
    data = tomllib.loads(resources.files(__package__).joinpath("agencies.toml").read_text("utf-8"))
    known: dict[tuple[str, ...], str] = {}
    hosts: dict[str, str] = {}
    # Agencies last: where an alias stands twice («الأخبار»), the agency has it.
    for group in ("outlets", "agencies"):
        for name, entry in data[group].items():
            for alias in (name, *entry["aliases"]):
                known[name_key(alias)] = name
            hosts |= dict.fromkeys(entry["hosts"], name)
    doubtful = frozenset(data["doubtful"])
    return Names(
        known, frozenset(data["agencies"]), doubtful, hosts, frozenset(key[0] for key in known), max(map(len, known))
    )


def name_key(name: str) -> tuple[str, ...]:
    """A name as folded words: what two spellings of it share."""
    return tuple(w for w, _, _ in flat(name).words)


def canonical(name: str) -> str:
    """The name that the data file reports for this one; the name itself when it is not there."""
    return next((found for key in _ways(name) if (found := names().known.get(key))), name.strip())


def _ways(name: str) -> Iterator[tuple[str, ...]]:
    """The keys that a name may stand under, the fullest first: «صحيفة المدن», «الغارديان البريطانية», «وكالة الأنباء الفرنسية (أ ف ب)»."""
    key = name_key(name)
    yield key
    if len(key) > 1 and key[0] in KINDS:
        yield key[1:]
    if len(key) > 1 and key[-1].endswith("يه"):
        yield key[:-1]
    if short := _SHORT_NAME.fullmatch(name.strip()):
        yield name_key(short[1])
        yield name_key(short[2])


_SHORT_NAME = re.compile(r"([^(\[«\"]{2,80})[(\[«\"]([^()\[\]«»\"]{1,40})[)\]»\"]")


def same_outlet(a: str, b: str) -> bool:
    """Whether two names mean one outlet: «صحيفة المدن» and «المدن», «أ.ف.ب» and «فرانس برس»."""
    return a == b or bare(canonical(a)) == bare(canonical(b))


@lru_cache(maxsize=4096)
def bare(name: str) -> tuple[str, ...]:
    """A name as folded words, without the kind of organisation before it."""
    key = name_key(name[:200])
    return key[1:] if len(key) > 1 and key[0] in KINDS else key


def host_outlet(host: str, others: Mapping[str, str] | None = None) -> str | None:
    """The outlet whose site this is: from the data file, or from `others` (host → outlet of articles at hand)."""
    labels = host.lower().removeprefix("www.").split(".")
    for i in range(len(labels) - 1):
        tail = ".".join(labels[i:])
        found = names().hosts.get(tail) or (others or {}).get(tail)
        if found:
            return found
    return None


def site(url: str) -> str:
    """The host of an address without www, m and amp; empty when it has none."""
    try:
        host = (urlsplit(url if "://" in url else f"//{url}").hostname or "").lower()
    except ValueError:
        return ""
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", host)
