import asyncio
import itertools
from datetime import timedelta

import pytest
from loopback import no_more_than

from pipeline.fetch.failure import Failure
from pipeline.fetch.pace import FEWEST_KEPT, Pace, Rests


def clock() -> float:
    return asyncio.get_running_loop().time()


def pace(in_flight: int = 8, per_host: int = 1, delay: float = 0.0) -> Pace:
    return Pace(in_flight=in_flight, per_host=per_host, delay=delay)


async def spell(turns: Pace, host: str, log: list, length: float = 0.0, pause: float = 0.0) -> None:
    async with turns.turn(host, pause):
        began = clock()
        await asyncio.sleep(length)
        log.append((began, clock()))


@pytest.mark.parametrize("most", [1, 2, 3])
async def test_a_host_has_no_more_requests_at_once_than_allowed(most):
    turns, log = pace(per_host=most), []
    await asyncio.gather(*(spell(turns, "a", log, 0.01) for _ in range(12)))
    assert len(log) == 12
    assert max(sum(b <= began < e for b, e in log) for began, _ in log) == most


@pytest.mark.parametrize("most", [1, 2, 3])
async def test_the_pause_between_two_starts_is_kept_under_concurrency(most):
    turns, log = pace(per_host=most, delay=0.03), []
    await asyncio.gather(*(spell(turns, "a", log, 0.005) for _ in range(8)))
    starts = sorted(began for began, _ in log)
    assert all(b - a >= 0.03 for a, b in itertools.pairwise(starts))


async def test_with_one_at_a_time_the_pause_begins_when_the_request_ends():
    turns, log = pace(delay=0.03), []
    await asyncio.gather(*(spell(turns, "a", log, 0.02) for _ in range(4)))
    assert all(later[0] - before[1] >= 0.03 for before, later in itertools.pairwise(log))


async def test_a_longer_pause_is_kept_where_the_host_asks_for_it_and_capped(monkeypatch):
    monkeypatch.setattr("pipeline.fetch.pace.LONGEST_PAUSE", 0.08)
    turns, log = pace(delay=0.01), []
    await spell(turns, "a", log)
    await spell(turns, "a", log, pause=0.05)
    async with no_more_than(2):
        await spell(turns, "a", log, pause=100_000)
    assert log[1][0] - log[0][1] >= 0.05
    assert log[2][0] - log[1][1] >= 0.08


async def test_turns_are_given_in_order_of_arrival():
    turns, order = pace(), []

    async def one(n: int) -> None:
        async with turns.turn("a"):
            order.append(n)
            await asyncio.sleep(0)

    await asyncio.gather(*(one(n) for n in range(50)))
    assert order == list(range(50))


async def test_no_more_places_are_taken_than_there_are():
    turns, log = pace(in_flight=3), []
    await asyncio.gather(*(spell(turns, f"h{n}", log, 0.01) for n in range(12)))
    assert max(sum(b <= began < e for b, e in log) for began, _ in log) == 3


async def test_a_slow_host_holds_no_place_while_its_own_requests_wait():
    turns, log = pace(in_flight=2, delay=0.01), []
    slow = [asyncio.ensure_future(spell(turns, "slow", [], 30)) for _ in range(10)]
    await asyncio.sleep(0)
    async with no_more_than(5):  # one place is left for them, whatever the ten wait for
        await asyncio.gather(*(spell(turns, f"h{n}", log) for n in range(50)))
    for task in slow:
        task.cancel()
    await asyncio.gather(*slow, return_exceptions=True)
    assert len(log) == 50


async def test_the_pause_is_kept_when_places_are_scarce_and_a_host_has_two_turns():
    turns, log = pace(in_flight=1, per_host=2, delay=0.05), []
    async with turns.turn("b"):  # both come ready while the only place is taken
        waiting = [asyncio.ensure_future(spell(turns, "a", log)) for _ in range(2)]
        await asyncio.sleep(0.01)
    await asyncio.gather(*waiting)
    assert log[1][0] - log[0][0] >= 0.05


async def test_cancelled_waiters_lose_neither_turns_nor_places():
    turns = pace(in_flight=2, delay=0.001)
    for round_ in range(30):
        waiting = [asyncio.ensure_future(spell(turns, f"h{n % 3}", [], 0.002)) for n in range(10)]
        await asyncio.sleep(0.0005 * (round_ % 7))
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    log: list = []
    async with no_more_than(5):
        await asyncio.gather(*(spell(turns, f"h{n % 3}", log) for n in range(30)))
    assert len(log) == 30


async def test_a_turn_handed_to_a_cancelled_waiter_goes_to_the_next():
    turns, log = pace(), []
    async with turns.turn("a"):
        first = asyncio.ensure_future(spell(turns, "a", log))
        second = asyncio.ensure_future(spell(turns, "a", log))
        await asyncio.sleep(0)
    first.cancel()  # after its turn was given, before it could take it
    async with no_more_than(2):
        await asyncio.gather(first, second, return_exceptions=True)
    assert len(log) == 1


async def test_a_host_that_asked_for_rest_is_left_alone_and_the_others_are_not():
    turns, log = pace(), []
    async with turns.turn("a"):
        waiting = asyncio.ensure_future(spell(turns, "a", log))
        await asyncio.sleep(0)
        turns.rest("a", 0.2)
    with pytest.raises(Failure) as caught:
        await waiting
    assert caught.value.reason == "rate-limited"
    assert caught.value.retry_after is not None
    assert timedelta(0) < caught.value.retry_after <= timedelta(seconds=0.2)
    await spell(turns, "b", log)
    await asyncio.sleep(0.21)
    await spell(turns, "a", log)
    assert len(log) == 2


async def test_a_rest_outlives_the_pace_that_was_asked_for_it_and_ends_in_its_time():
    seconds = 0.0
    rests = Rests(lambda: seconds)
    rests.ask("a", 60)
    rests.ask("a", 30)  # asked by a second answer for less
    for at, left in ((0.0, 60), (45.0, 15)):
        seconds = at
        assert rests.left() == {"a": left}
        turns = Pace(in_flight=8, per_host=1, delay=0.0, rests=rests)
        with pytest.raises(Failure, match="asked us to wait") as caught:
            await spell(turns, "a", [])
        assert caught.value.retry_after == timedelta(seconds=left)
        await spell(turns, "b", [])
    seconds = 60.0
    await spell(Pace(in_flight=8, per_host=1, delay=0.0, rests=rests), "a", [])
    assert rests.left() == {}


def test_rests_that_are_noted_elsewhere_replace_what_is_known():
    rests = Rests(lambda: 100.0)
    rests.ask("a", 60)
    rests.replace({"b": 5.0, "c": 0.0, "d": -7.0, "e": 10 * 365 * 86400.0})
    assert rests.left() == {"b": 5.0}  # and a rest of years is a clock that was set


def test_rests_that_ended_are_not_kept():
    seconds = 0.0
    rests = Rests(lambda: seconds)
    for n in range(5 * FEWEST_KEPT):
        seconds = float(n)
        rests.ask(f"h{n}", 10)
    assert len(rests) <= FEWEST_KEPT


async def test_hosts_that_no_longer_matter_are_forgotten(monkeypatch):
    monkeypatch.setattr("pipeline.fetch.pace.LONGEST_PAUSE", -1.0)
    turns = pace()
    for n in range(5 * FEWEST_KEPT):
        async with turns.turn(f"h{n}"):
            pass
    assert len(turns) <= FEWEST_KEPT


async def test_ten_thousand_questions_to_three_thousand_hosts_all_come_through():
    turns, log = pace(in_flight=32), []
    async with no_more_than(20):
        await asyncio.gather(*(spell(turns, f"h{n % 3000}", log) for n in range(10_000)))
    assert len(log) == 10_000


async def test_a_caller_without_room_holds_back_and_keeps_no_place_from_others():
    pace = Pace(in_flight=1, per_host=1, delay=0.0)
    room = asyncio.Event()
    began: list[str] = []

    async def ask(host: str, gate: asyncio.Event | None) -> None:
        async with pace.turn(host, room=gate):
            began.append(host)

    held = [asyncio.create_task(ask(f"h{n}.example", room)) for n in range(3)]
    await asyncio.sleep(0.05)
    await asyncio.wait_for(ask("feed.example", None), 1)
    assert began == ["feed.example"]
    room.set()
    await asyncio.wait_for(asyncio.gather(*held), 1)
    assert len(began) == 4


async def test_room_that_is_gone_when_the_place_is_had_is_waited_for_again():
    pace = Pace(in_flight=1, per_host=1, delay=0.0)
    room = asyncio.Event()
    room.set()
    running = 0

    async def ask(host: str) -> None:
        nonlocal running
        async with pace.turn(host, room=room):
            running += 1
            room.clear()
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(ask(f"h{n}.example")) for n in range(3)]
    await asyncio.sleep(0.1)
    assert running == 1
    for n in (2, 3):
        room.set()
        await asyncio.sleep(0.1)
        assert running == n
    await asyncio.gather(*tasks)
