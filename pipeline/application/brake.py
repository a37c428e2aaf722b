"""Work in another thread: waited for without holding up the loop, and ended where nothing is lost."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Brake:
    """For whoever waits on work in another thread: pulled, it ends at the next point where nothing is lost."""

    def __init__(self, steady: Callable[[], float] = time.monotonic) -> None:
        """`steady`: seconds that no one sets."""
        self._steady = steady
        self._lock = threading.Lock()
        self._task: asyncio.Task[Any] | None = None
        self._seen = steady()
        self.pulled = False

    def pull(self) -> None:
        """From any thread."""
        with self._lock:
            self.pulled = True
            if self._task is not None:
                self._task.get_loop().call_soon_threadsafe(self._cancel, self._task)

    def _cancel(self, task: asyncio.Task[Any]) -> None:
        if self._task is task:  # else it has left by itself in the meantime
            task.cancel()

    def tick(self) -> None:
        """The work says that it goes on."""
        self._seen = self._steady()

    def go_on(self) -> bool:
        """Asked by the work between two steps."""
        self.tick()
        return not self.pulled

    def silent(self) -> float:
        """Seconds since the work last said that it goes on."""
        return self._steady() - self._seen

    @contextlib.asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """What is awaited inside is cancelled when the brake is pulled, and leaves quietly."""

        async def ticking() -> None:
            while True:
                self.tick()
                await asyncio.sleep(1)

        alive, task = asyncio.create_task(ticking()), asyncio.current_task()
        with self._lock:
            self._task = task
            if self.pulled and task is not None:
                task.cancel()
        try:
            yield
        except asyncio.CancelledError:
            if not self.pulled or task is None:
                raise
            task.uncancel()
        finally:
            with self._lock:
                self._task = None
            alive.cancel()


async def in_thread(work: Callable[[], T]) -> T:
    """`work()` in a thread of its own. Not one of the loop's pool: those are waited for when the process ends, however they hang."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(cast("T", value))

    def body() -> None:
        value, error = None, None
        try:
            value = work()
        except BaseException as caught:  # noqa: BLE001  it is raised where it is waited for
            error = caught
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=body, name="work", daemon=True).start()
    return await future
