"""What robots.txt says: asked once per origin, remembered for a day, never taken on trust.

After RFC 9309: the longest rule wins, and a group of our own name counts instead of the group of all; no robots.txt (4xx) allows
everything; one that could not be asked (5xx, no answer) forbids everything for now. One that leads nowhere (endless redirects, or
into a forbidden network) counts as none. Its first 500 kB are read.

protego reads the rules, but only those that are meant for us: given all groups it copies every rule to every name of its group,
and a file of 170 kB with five thousand names took half a minute and two gigabytes.
"""

from __future__ import annotations

import asyncio
import codecs
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from protego import Protego

from pipeline.fetch.failure import Failure
from pipeline.fetch.pace import Rests
from pipeline.model import Drop

MOST_BYTES = 500_000
KEPT_FOR = 24 * 3600.0
FAILED_FOR = 600.0
"""Seconds for which an answer, and the lack of one, are remembered."""
MOST_LINES = 200_000
"""Lines of rules remembered in all; the origin asked least recently is forgotten first. A line may cost a kilobyte and a half."""

Ask = Callable[[str], Awaitable[bytes]]
"""Address of a robots.txt → its bytes, with Failure for everything else."""


# ---------------------------------------------------------------- reading one
@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to us."""

    agent: str
    read: Protego | None = None
    """None allows everything."""
    lines: int = 1

    def allows(self, url: str) -> bool:
        return self.read is None or bool(self.read.can_fetch(url, self.agent))

    def delay(self) -> float:
        """Seconds between two requests that the host asks for; 0 if it asks for none."""
        return (self.read.crawl_delay(self.agent) or 0.0) if self.read is not None else 0.0


def agent_of(user_agent: str) -> str:
    """The name by which robots.txt knows us: the first word of the User-Agent, without its version."""
    words = user_agent.split()
    return words[0].partition("/")[0].lower() if words else ""


def rules(text: bytes, agent: str) -> Rules:
    """Read a robots.txt, whatever it is: what is not a rule is passed over."""
    lines = list(_ours(_decoded(text), agent))
    return Rules(agent, Protego.parse("\n".join(lines)) if lines else None, 1 + len(lines))


_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def _decoded(text: bytes) -> str:
    for bom, coding in _BOMS:
        if text.startswith(bom):
            return text[len(bom) :].decode(coding, "replace")
    return text.decode("utf-8", "replace")


_AGENT_LINE = re.compile(r"\s*user(?:-|\s{0,9})agent(?:\s{0,9}:|\s)(.*)", re.IGNORECASE)
_SITE_LINE = re.compile(r"\s*(?:site-?maps?|host)\b", re.IGNORECASE)
"""These belong to no group and end none."""
_TOKEN = re.compile(r"[a-z0-9._-]*")


def _ours(text: str, agent: str) -> Iterator[str]:
    """The lines of the groups that name us, or all robots, with no other name left in them."""
    naming = ours = False
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if not line or _SITE_LINE.match(line):
            continue
        named = _AGENT_LINE.match(line)
        if named is None:
            naming = False
            if ours:
                yield line
            continue
        ours = ours and naming
        naming = True
        name = named[1].strip().lower()
        token = _TOKEN.match(name)
        if name == "*" or (token is not None and token[0] == agent):
            ours = True
            yield f"user-agent: {'*' if name == '*' else agent}"


# ---------------------------------------------------------------- asking and remembering
class Memory:
    """What the robots.txt of many origins said, and who asked for rest. May outlive the Fetcher that asked, and serve the next one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.rests = Rests()
        self._said: OrderedDict[str, tuple[float, Rules | Drop]] = OrderedDict()
        self._lines = 0

    def __len__(self) -> int:
        return len(self._said)

    def get(self, origin: str) -> Rules | Drop | None:
        """Its rules, why it could not be asked, or None if it must be asked."""
        said = self._said.get(origin)
        if said is None or said[0] <= self._clock():
            return None
        self._said.move_to_end(origin)
        return said[1]

    def put(self, origin: str, said: Rules | Drop) -> None:
        self._forget(origin)
        self._said[origin] = (self._clock() + (KEPT_FOR if isinstance(said, Rules) else FAILED_FOR), said)
        self._lines += _weight(said)
        while self._lines > MOST_LINES and len(self._said) > 1:
            self._forget(next(iter(self._said)))

    def _forget(self, origin: str) -> None:
        if origin in self._said:
            self._lines -= _weight(self._said.pop(origin)[1])


def _weight(said: Rules | Drop) -> int:
    return said.lines if isinstance(said, Rules) else 1


class Robots:
    """The rules of any origin, asked at most once at a time, however many wait for the answer."""

    def __init__(self, agent: str, ask: Ask, memory: Memory) -> None:
        self._agent, self._ask, self._memory = agent, ask, memory
        self._asked: dict[str, asyncio.Task[Rules | Drop]] = {}

    async def rules(self, origin: str) -> Rules:
        """Failure when they could not be asked: `robots`, or the host's own trouble if it cannot be reached at all."""
        said = self._memory.get(origin)
        if said is None:
            task = self._asked.get(origin)
            if task is None:
                task = self._asked[origin] = asyncio.create_task(self._question(origin))
            said = await asyncio.shield(task)  # one impatient asker must not take the answer from the others
        if isinstance(said, Drop):
            raise Failure(said.reason, said.detail, retry_after=said.retry_after)
        return said

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._asked.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _question(self, origin: str) -> Rules | Drop:
        try:
            said: Rules | Drop
            try:
                said = rules(await self._ask(f"{origin}/robots.txt"), self._agent)
            except Failure as failure:
                said = self._without(failure)
            self._memory.put(origin, said)
            return said
        finally:
            del self._asked[origin]

    def _without(self, failure: Failure) -> Rules | Drop:
        """What no robots.txt means."""
        reason = failure.reason
        away = failure.hop > 0 and reason == "blocked"
        if reason.startswith("http-4") or reason in ("gone", "empty", "redirect") or away:
            return Rules(self._agent)
        if failure.hop == 0 and reason in ("dns", "connect", "tls", "blocked"):
            return failure.drop()  # the page would fail in the same way, and this is the better name for it
        about = f"robots.txt could not be asked: {reason} {failure.detail}"
        return Failure("robots", about, retry_after=failure.retry_after).drop()
