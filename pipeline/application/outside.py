"""The web, as the application asks it: feeds and pages of a cycle, a webhook's address, the dead-man's."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.application.brake import Brake
from pipeline.collect import Log
from pipeline.errors import BusyError
from pipeline.model import Drop
from pipeline.store import Store

# It takes long to load, and who asks how things are does not wait for it.
if TYPE_CHECKING:
    from pipeline.fetch import Fetcher, RobotsMemory
    from pipeline.fetch.settings import Settings

TOLD_ALIVE = "told_alive"
"""The note that says which editions the dead-man's address was told of: digest → date of the newest."""

RESTING = "resting"
"""The note that says which hosts asked to be left alone: host → until when."""


class Outside:
    """One memory of what robots.txt said and of which hosts asked for rest, from one cycle to the next."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        clock: Callable[[], datetime],
        log: Log,
        make: Callable[..., Fetcher] | None = None,
    ) -> None:
        """`make` makes the door to the web from its settings and `memory=`, as `Fetcher` does."""
        self._settings, self._store, self._clock, self.log, self.make = settings, store, clock, log, make
        self.remembered: RobotsMemory | None = None

    def fetcher(self) -> Fetcher:
        """A door to the web."""
        from pipeline.fetch import Fetcher  # noqa: PLC0415

        return (self.make or Fetcher)(self._settings, memory=self._memory())

    def _memory(self) -> RobotsMemory:
        from pipeline.fetch import RobotsMemory  # noqa: PLC0415

        if self.remembered is None:
            self.remembered = RobotsMemory()
        return self.remembered

    @contextlib.contextmanager
    def resting(self, now: datetime) -> Iterator[None]:
        """Hosts that asked an earlier cycle for rest, be it in another process, have it inside; who asks now is noted for the next.

        By the run's own time, as all that is due: so a `--at` that lies after the rest asks again.
        """
        begun, rests = self._clock(), self._memory().rests
        noted = {host: datetime.fromisoformat(until) for host, until in (self._store.note(RESTING) or {}).items()}
        rests.replace({host: (until - now).total_seconds() for host, until in noted.items()})
        try:
            yield
        finally:
            ended, left = now + (self._clock() - begun), rests.left()
            if noted or left:
                moments = {host: ended + timedelta(seconds=seconds) for host, seconds in left.items()}
                self._store.save_notes(**{RESTING: {host: until.isoformat() for host, until in moments.items()}})

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Drop | None:
        """None, or why it was not taken."""

        async def post() -> Drop | None:
            async with self.fetcher() as fetcher:
                return await fetcher.post(url, body, headers)

        return asyncio.run(post())

    def tell_alive(
        self, address: str, newest: Mapping[str, str], brake: Brake, locked: contextlib.AbstractContextManager[None]
    ) -> None:
        """Call the dead-man's address when an edition was written since it was last reached, be it by another process.

        `newest`: digest → date of its newest edition. `locked` holds the archive while it is noted.
        """
        told = self._store.note(TOLD_ALIVE) or {}
        if all(told.get(digest) == day for digest, day in newest.items()):
            return
        if asyncio.run(self._reached(address, brake)):
            with contextlib.suppress(BusyError), locked:  # who finds no note calls again, which does no harm
                self._store.save_notes(**{TOLD_ALIVE: dict(newest)})

    async def _reached(self, address: str, brake: Brake) -> bool:
        reached = False
        async with self.fetcher() as fetcher, brake.holding():
            answer = await fetcher.get(address, given=True)
            # Be it with nothing: that it answered is all that such an address is for.
            if not isinstance(answer, Drop) or answer.reason == "empty":
                reached = True
            else:  # its path is a secret, and so is what it answered
                self.log.warning("the alive address was not reached", reason=answer.reason)
        return reached
