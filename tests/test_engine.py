"""The pool: one bad item costs that item, whatever it does to its worker."""

import asyncio
import operator
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.engine import BULKY, MEMORY, Inline, Pool, _resident
from pipeline.model import Drop


@pytest.fixture(scope="module")
def pool():
    made = Pool(2)
    yield made
    made.close()


async def test_a_value_comes_back(pool):
    assert await pool.run(operator.add, 2, 3, timeout=20) == 5


async def test_a_worker_that_hangs_is_killed_and_the_others_go_on(pool):
    begun = time.monotonic()
    hung, *fine = await asyncio.gather(
        pool.run(time.sleep, 600, timeout=1), *(pool.run(operator.mul, n, n, timeout=20) for n in range(10))
    )
    assert isinstance(hung, Drop)
    assert hung.reason == "killed"
    assert "1 s" in hung.detail
    assert fine == [n * n for n in range(10)]
    assert time.monotonic() - begun < 15


async def test_a_worker_that_eats_memory_costs_one_item(pool):
    eaten = await pool.run(bytearray, 8 * 1024**3, timeout=20)
    assert eaten == Drop(reason="killed", detail="took too much memory")
    assert await pool.run(operator.add, 1, 1, timeout=20) == 2


async def test_the_memory_of_a_worker_is_limited(pool):
    assert await pool.run(resource.getrlimit, resource.RLIMIT_AS, timeout=20) == (MEMORY, MEMORY)


async def test_a_worker_that_dies_costs_one_item(pool):
    died = await pool.run(os._exit, 3, timeout=20)
    assert isinstance(died, Drop)
    assert died.reason == "killed"
    assert await pool.run(operator.add, 1, 1, timeout=20) == 2


async def test_a_worker_that_is_killed_while_it_has_nothing_to_do_is_replaced():
    made = Pool(1)
    try:
        idle = await made.run(os.getpid, timeout=20)
        os.kill(idle, signal.SIGKILL)
        values = await asyncio.gather(*(made.run(operator.mul, n, n, timeout=20) for n in range(5)))
        assert values == [n * n for n in range(5)]
        again = await made.run(os.getpid, timeout=20)
        os.kill(again, signal.SIGKILL)
        await asyncio.sleep(1)  # noticed before there is work
        assert await made.run(operator.add, 2, 3, timeout=20) == 5
    finally:
        made.close()


async def test_workers_that_never_begin_cost_the_item_and_are_not_tried_for_ever():
    made = Pool(1, os._exit, (3,))
    try:
        assert isinstance(found := await made.run(operator.add, 1, 1, timeout=20), Drop)
        assert found.reason == "killed"
    finally:
        made.close()


async def test_an_item_that_nobody_waits_for_any_more_is_ended(pool):
    task = asyncio.create_task(pool.run(time.sleep, 600, timeout=600))
    await asyncio.sleep(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await asyncio.wait_for(pool.run(operator.add, 1, 1, timeout=20), 20) == 2


def _a_heap_of_small_things(n: int) -> int:
    return len([bytes(1000) for _ in range(n)])


async def test_memory_that_one_item_took_is_given_back_before_the_next():
    made = Pool(1)
    try:
        assert await made.run(_a_heap_of_small_things, 400_000, timeout=60) == 400_000
        assert await made.run(_resident, timeout=20) < BULKY
    finally:
        made.close()


async def test_our_own_mistake_is_not_hidden(pool):
    with pytest.raises(ZeroDivisionError):
        await pool.run(operator.truediv, 1, 0, timeout=20)


async def test_what_all_items_share_is_made_once_in_a_worker():
    made = Pool(1, sys.setrecursionlimit, (4321,))
    try:
        assert await made.run(sys.getrecursionlimit, timeout=20) == 4321
    finally:
        made.close()


async def test_without_processes_the_same_call_runs_here():
    shared: list[int] = []
    inline = Inline(shared.append, (7,))
    assert await inline.run(shared.copy, timeout=1) == [7]


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except OSError:
        return False


def _wait_until(done, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.05)
    return done()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_no_worker_outlives_a_parent_that_was_killed(tmp_path):
    script = (
        "import asyncio, os, sys, time\nfrom pipeline.engine import Pool\n"
        "if __name__ == '__main__':\n"
        "    async def main():\n"
        "        pool = Pool(2)\n"
        "        pids = await asyncio.gather(*(pool.run(os.getpid, timeout=20) for _ in range(2)))\n"
        "        busy = [asyncio.ensure_future(pool.run(time.sleep, 600, timeout=600)) for _ in range(2)]\n"
        "        await asyncio.sleep(0.5)\n"
        "        print(*pids, flush=True)\n"
        "        await asyncio.gather(*busy)\n"
        "    asyncio.run(main())\n"
    )
    path = tmp_path / "parent.py"
    path.write_text(script)
    parent = subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True)
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert pids
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert _wait_until(lambda: not any(map(_alive, pids)), 10)
