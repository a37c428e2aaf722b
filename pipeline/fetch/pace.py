"""Whose turn it is: so many requests at once to a host, a pause between two, so many in all.

A question waits first for its host's turn (first come, first served), then for the pause since the host's last request began or
ended, then for one of the places that all hosts share. Only the last of these is scarce, and nobody holds it while waiting for
something else: a slow host costs the others nothing.

The host is the name in the address. Two names on one machine count as two: whole countries sit behind one address of a content
network, and whoever shares an address by accident must not wait for each other.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

from pipeline.fetch.answer import LONGEST_RETRY
from pipeline.fetch.failure import Failure

LONGEST_PAUSE = 30.0
"""Seconds. A robots.txt may ask for less hurry, not for a standstill."""
FEWEST_KEPT = 1024
"""Hosts that are remembered before anyone looks which of them can be forgotten."""


class _Host:
    __slots__ = ("last", "running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.last = float("-inf")
        """When a request last began or ended."""

    def busy(self, now: float) -> bool:
        """Whether what it remembers still matters."""
        return bool(self.running or self.waiting) or self.last + LONGEST_PAUSE > now

    async def enter(self, most: int) -> None:
        if self.running < most and not self.waiting:
            self.running += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # the turn was ours already: hand it on
            raise

    def leave(self) -> None:
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():  # else its owner was cancelled
                turn.set_result(None)
                return
        self.running -= 1


class Rests:
    """Hosts that asked to be left alone. May outlive the Pace that was asked, and serve the next one."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._until)

    def ask(self, host: str, seconds: float) -> None:
        """The host asked for so much rest; what it asked for before stands if it is longer."""
        if len(self._until) >= FEWEST_KEPT:
            self.replace(self.left())
        self._until[host] = max(self._until.get(host, float("-inf")), self._clock() + seconds)

    def of(self, host: str) -> float:
        """Seconds that it still rests, more than none only if it does."""
        return self._until.get(host, float("-inf")) - self._clock()

    def left(self) -> dict[str, float]:
        """Host → seconds, of all that rest."""
        return {host: left for host in self._until if (left := self.of(host)) > 0}

    def replace(self, left: Mapping[str, float]) -> None:
        """These rest and no others: what somebody noted. A rest longer than any host can ask for is a clock that was set: it is over."""
        now, most = self._clock(), LONGEST_RETRY.total_seconds()
        self._until = {host: now + seconds for host, seconds in left.items() if 0 < seconds <= most}


class Pace:
    """The turns of all hosts of one event loop."""

    def __init__(self, *, in_flight: int, per_host: int, delay: float, rests: Rests | None = None) -> None:
        """`rests` keeps the hosts' wishes for rest from one Pace to the next."""
        self._rests = rests if rests is not None else Rests()
        self._places = asyncio.Semaphore(in_flight)
        self._per_host = per_host
        self._delay = delay
        self._hosts: dict[str, _Host] = {}
        self._most = FEWEST_KEPT

    def __len__(self) -> int:
        return len(self._hosts)

    def recent(self, host: str) -> bool:
        """Whether the host is being asked, or was so lately that a pause could matter."""
        known = self._hosts.get(host)
        return known is not None and known.busy(_now())

    def rest(self, host: str, seconds: float) -> None:
        """The host asked to be left alone for so long: until then every turn is refused."""
        self._rests.ask(host, seconds)

    @asynccontextmanager
    async def turn(self, name: str, pause: float = 0.0, room: asyncio.Event | None = None) -> AsyncIterator[None]:
        """One request's time: at least `pause` seconds, or the usual delay, after the one before. Failure if the host rests.

        While `room` is not set no request begins: so a caller whose hands are full holds back, and keeps no place from others.
        """
        host = self._host(name)
        pause = max(self._delay, min(pause, LONGEST_PAUSE))
        self._refuse_rest(name)
        await host.enter(self._per_host)
        try:
            self._refuse_rest(name)
            await self._place(host, pause, room)
            try:
                host.last = _now()
                yield
            finally:
                host.last = _now()
                self._places.release()
        finally:
            host.leave()

    async def _place(self, host: _Host, pause: float, room: asyncio.Event | None) -> None:
        while True:
            if room is not None:
                await room.wait()
            while (early := host.last + pause - _now()) > 0:  # noqa: ASYNC110  a time is awaited, not an event
                await asyncio.sleep(early)
            await self._places.acquire()
            if host.last + pause <= _now() and (room is None or room.is_set()):
                return
            self._places.release()  # another request went ahead meanwhile

    def _refuse_rest(self, name: str) -> None:
        left = self._rests.of(name)
        if left > 0:
            raise Failure("rate-limited", f"{name} asked us to wait", retry_after=timedelta(seconds=left))

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            if len(self._hosts) >= self._most:
                now = _now()
                self._hosts = {n: h for n, h in self._hosts.items() if h.busy(now)}
                self._most = max(FEWEST_KEPT, 2 * len(self._hosts))
            host = self._hosts[name] = _Host()
        return host


def _now() -> float:
    return asyncio.get_running_loop().time()
