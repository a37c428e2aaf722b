"""Where the heavy, pure functions run: a pool whose workers can be killed one by one.

Everything that reads a stranger's bytes runs here. A worker that hangs, eats memory or crashes costs the one item it was
reading; the pool replaces it. The standard ProcessPoolExecutor cannot do that before Python 3.14, so pebble carries it.
"""

from __future__ import annotations

import asyncio
import ctypes
import functools
import gc
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeout
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pebble

from pipeline.model import Drop

T = TypeVar("T")

MEMORY = 1536 * 1024 * 1024
"""Address space of one worker in bytes: numpy and lxml map far more than they use."""

BULKY = 160 * 1024 * 1024
"""Bytes of memory in use from which a worker hands back what it no longer needs: one huge page must not cost all that follow."""

LARGE = 256 * 1024
"""Bytes from which a block of memory is the system's own, not part of the heap, in a process with `one_heap`."""

TRIES = 3
"""So often an item is given to workers that die before they begin it."""

_PR_SET_PDEATHSIG = 1
_M_ARENA_MAX, _M_MMAP_THRESHOLD = -8, -3


class Engine(Protocol):
    """What the order of work needs of an executor."""

    async def run(self, function: Callable[..., T], *args: object, timeout: float) -> T | Drop: ...  # noqa: ASYNC109

    def close(self) -> None: ...


def _begin(parent: int, start: Callable[..., None] | None, args: tuple[object, ...]) -> None:
    """First thing in a worker: die with `parent`, the process that made the pool, leave Ctrl-C to it, keep memory in bounds.

    A worker is the fork server's child. The server ends when the last writing end of its life line is closed, and its end
    kills the workers; but it hands that end on to every worker, so that a busy one would keep itself alive for ever.
    """
    line = getattr(forkserver._forkserver, "_forkserver_alive_fd", None)  # noqa: SLF001
    if line is not None:
        os.close(line)
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    try:
        os.kill(parent, 0)
    except ProcessLookupError:  # it died before the line above
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if start is not None:
        start(*args)
    gc.freeze()


def _call(function: Callable[..., T], args: tuple[object, ...]) -> T:
    """In a worker: one item, and the memory it took given back."""
    try:
        return function(*args)
    finally:
        if _resident() > BULKY:
            give_back()


def one_heap() -> None:
    """Have all threads share one heap, of which `give_back` can give back everything: for a process that lives long (glibc).

    Else every thread has its own, keeps it at its largest for the next thread, and what is kept grows for days. To be called before
    there are threads.
    """
    option = getattr(ctypes.CDLL(None), "mallopt", None)
    if option is not None:
        option(_M_ARENA_MAX, 1)
        # Where it is not given it grows to the largest block that was ever freed, and with it what is kept.
        option(_M_MMAP_THRESHOLD, LARGE)


def give_back() -> None:
    """Hand back to the system what this process needs no longer, where the C library would keep it for the next time (glibc)."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _resident() -> int:
    """Bytes of this process in memory; 0 where the system does not say."""
    try:
        with Path("/proc/self/statm").open("rb") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0


class Pool:
    """Worker processes on this machine. `start(*args)` runs once in each, to compile what all items share; `preload` names the
    modules that a worker is born with, so that each does not import them anew.
    """

    _open = 0
    """Pools of this process: they share multiprocessing's helpers."""

    def __init__(
        self,
        workers: int,
        start: Callable[..., None] | None = None,
        args: tuple[object, ...] = (),
        preload: Sequence[str] = (),
    ) -> None:
        Pool._open += 1
        os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a worker is one core's worth of work
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(preload))
        self._make = functools.partial(
            pebble.ProcessPool,
            max_workers=workers,
            max_tasks=0,
            initializer=_begin,
            initargs=(os.getpid(), start, args),
            context=context,
        )
        self._pool = self._make()

    async def run(self, function: Callable[..., T], *args: object, timeout: float) -> T | Drop:  # noqa: ASYNC109
        """`function(*args)` in a worker → its value, or Drop(killed) when it took more than `timeout` seconds or too much memory."""
        for _ in range(TRIES):
            pool = self._pool
            try:
                return await self._value(pool, function, args, timeout)
            except (FutureTimeout, TimeoutError):
                return Drop(reason="killed", detail=f"took longer than {timeout:g} s")
            except MemoryError:
                return Drop(reason="killed", detail="took too much memory")
            except pebble.ProcessExpired as error:
                return Drop(reason="killed", detail=f"the worker died: {error}")
            except BrokenProcessPool:
                self._replace(pool)
        return Drop(reason="killed", detail=f"the workers died {TRIES} times before it was begun")

    async def _value(
        self, pool: pebble.ProcessPool, function: Callable[..., T], args: tuple[object, ...], seconds: float
    ) -> T:
        if not pool.active:
            raise BrokenProcessPool
        future: Any = pool.schedule(_call, args=(function, args), timeout=seconds)
        value: asyncio.Future[T] = asyncio.wrap_future(future)
        try:
            while not value.done():
                await asyncio.wait({value}, timeout=1)
                if not value.done() and not pool.active:  # what it had not looked at yet, a broken pool forgets
                    raise BrokenProcessPool
            return value.result()
        finally:
            value.cancel()

    def _replace(self, broken: pebble.ProcessPool) -> None:
        """A pool gives up when a worker dies that had nothing to do (killed from outside): its items go to a new one."""
        if broken is self._pool:
            self._pool = self._make()
            broken.stop()  # type: ignore[no-untyped-call]
            broken.join()

    def close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join(timeout=5)
        del self._pool
        Pool._open -= 1
        if not Pool._open:
            _end_helpers()


def _end_helpers() -> None:
    """End multiprocessing's own two processes now: left alone they outlive us by a moment, and a supervisor finds them there.

    The tracker takes away what it still knows, so the pool's semaphores must be gone before it ends.
    """
    gc.collect()
    helpers: tuple[Any, ...] = (forkserver._forkserver, resource_tracker._resource_tracker)  # noqa: SLF001
    for helper in helpers:
        helper._stop()  # noqa: SLF001


class Inline:
    """No processes: for tests and filters that already are a process of their own. Cannot be killed, keeps no limits."""

    def __init__(self, start: Callable[..., None] | None = None, args: tuple[object, ...] = ()) -> None:
        if start is not None:
            start(*args)

    async def run(self, function: Callable[..., T], *args: object, timeout: float) -> T | Drop:  # noqa: ASYNC109
        return function(*args)

    def close(self) -> None:
        pass
