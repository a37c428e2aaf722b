"""The responder: one strict GET, whatever the client does; and what the three pages say."""

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from pipeline.errors import MarsadError, StoreError
from pipeline.web import Answers, Reply, Server, http
from pipeline.web.metrics import COUNTED, Metrics

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def hello(path: str) -> Reply:
    if path == "/slow":
        await asyncio.sleep(60)
    if path == "/bug":
        raise ZeroDivisionError("a secret")
    if path == "/large":
        return Reply(status=200, text="x" * 20_000_000)
    return Reply(status=200, text=f"مرحبا {path}\n")


@asynccontextmanager
async def served(answer=hello, **how):
    server = Server(answer, **how)
    await server.start("127.0.0.1", 0)
    try:
        yield server
    finally:
        await server.close()


async def send(server: Server, raw: bytes, *, wait: float = 5) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        writer.write(raw)
        return await asyncio.wait_for(reader.read(), wait)
    finally:
        writer.close()


def get(path: str = "/", host: str = "127.0.0.1", more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def test_a_get_is_answered_whole_with_its_length_and_safe_headers():
    async with served() as server:
        head, body = (await send(server, get("/a?b=c"))).split(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert body.decode() == "مرحبا /a\n"
    assert headers["Content-Length"] == str(len(body))
    assert headers["Connection"] == "close"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 3\r\n\r\nabc", 405),
        (b"HEAD / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 405),
        (b"DELETE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 405),
        (b"get / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"GET  / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"GET /\xd8\xa7 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400),
        (b"GET / HTTP/2.0\r\nHost: 127.0.0.1\r\n\r\n", 505),
        (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: " + b"a" * 20000 + b"\r\n\r\n", 431),
        (b"a" * 100_000, 431),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n folded: x\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX : y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\0b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\nY: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1.evil.example\r\n\r\n", 421),
        (b"GET / HTTP/1.1\r\nHost: evil.example@127.0.0.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\n\r\nhello", 400),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: 127.0.0.1\r\n\r\n", 421),
    ],
    ids=lambda x: x[:60].decode("latin-1") if isinstance(x, bytes) else "",
)
async def test_what_is_no_simple_question_to_us_is_refused(raw, expected):
    async with served() as server:
        answer = await send(server, raw)
        assert status(answer) == expected
        assert b"X-Content-Type-Options: nosniff" in answer
        assert status(await send(server, get())) == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8700", "localhost", "LOCALHOST:1", "[::1]:8700", "10.1.2.3"])
async def test_addresses_and_our_own_names_mean_us(host):
    async with served() as server:
        assert status(await send(server, get(host=host))) == 200


async def test_only_one_question_is_answered_on_a_connection():
    async with served() as server:
        assert (await send(server, get("/1") + get("/2"))).count(b"HTTP/1.1 200") == 1


async def test_our_own_mistake_is_told_to_the_log_and_not_to_the_client():
    heard = []
    async with served(failed=heard.append) as server:
        answer = await send(server, get("/bug"))
    assert status(answer) == 500
    assert b"secret" not in answer
    assert [type(e) for e in heard] == [ZeroDivisionError]


async def test_an_answer_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(http, "ANSWER", 0.1)
    async with served() as server:
        assert status(await send(server, get("/slow"))) == 503


async def test_a_client_that_asks_slowly_is_cut_off_and_holds_up_nobody():
    async with served(patience=0.3) as server:
        slow = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(8)]
        for _, writer in slow:
            writer.write(b"GET / HTT")
        assert status(await send(server, get())) == 200
        answers = [await asyncio.wait_for(reader.read(), 5) for reader, _ in slow]
        for _, writer in slow:
            writer.close()
    assert {status(a) for a in answers} == {408}


async def test_a_client_that_does_not_take_its_answer_is_cut_off():
    async with served(patience=0.3) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1)
        writer.write(get("/large"))
        for _ in range(50):
            await asyncio.sleep(0.1)
            if not server._clients:
                break
        assert not server._clients
        writer.close()


async def test_a_further_client_is_turned_away_and_welcome_later():
    async with served(patience=1.0) as server:
        crowd = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(http.MOST_CLIENTS)]
        await asyncio.sleep(0.1)
        assert status(await send(server, get())) == 503
        for _, writer in crowd:
            writer.close()
        await asyncio.sleep(0.2)
        assert status(await send(server, get())) == 200


async def test_a_client_that_goes_away_leaves_nothing_behind():
    async with served() as server:
        for raw in (b"", b"GET /", get("/large")):
            _, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(raw)
            writer.transport.abort()
        await asyncio.sleep(0.3)
        assert not server._clients


async def test_closing_ends_what_is_open():
    server = Server(hello)
    await server.start("127.0.0.1", 0)
    asking = asyncio.create_task(send(server, get("/slow"), wait=20))
    await asyncio.sleep(0.1)
    await asyncio.wait_for(server.close(), 2)
    with pytest.raises((ConnectionError, ValueError, IndexError)):
        status(await asking)


async def test_closing_while_a_client_is_connected_is_no_mistake_of_ours(caplog):
    failed, heard = [], []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: heard.append(context))
    server = Server(hello, failed=failed.append)
    await server.start("127.0.0.1", 0)
    silent, writer = await asyncio.open_connection("127.0.0.1", server.port)
    asking = asyncio.create_task(send(server, get("/slow"), wait=20))
    await asyncio.sleep(0.1)
    await asyncio.wait_for(server.close(), 2)
    await asyncio.gather(asking, return_exceptions=True)
    with suppress(ConnectionError):
        await silent.read()
    writer.close()
    await asyncio.sleep(0.05)
    assert (failed, heard) == ([], [])
    assert not [record for record in caplog.records if record.name == "asyncio" and record.levelname == "ERROR"]


async def test_an_address_that_is_taken_is_told_in_one_line():
    async with served() as server:
        with pytest.raises(MarsadError, match="cannot listen there") as caught:
            await Server(hello).start("127.0.0.1", server.port)
    assert f"127.0.0.1:{server.port}" in caught.value.lines()[0]


# ---------------------------------------------------------------- the pages
class Application:
    def __init__(self):
        self.unreadable, self.ran = [], []

    async def unreadable_async(self):
        return self.unreadable

    async def figures_async(self, _now, _most):
        return STATUS, self.ran


STATUS = {
    "feeds": [{"state": "ok"}, {"state": "ok"}, {"state": "failing"}],
    "queue": {"pending": 7, "retrying": 2},
    "digests": [{"id": "daily", "next": (NOW + timedelta(hours=1)).isoformat()}],
    "archive": {"articles": 12, "bytes": 34, "disk_free": 56, "oldest": None},
    "runs": [],
    "last_cycle": {"id": 3, "kind": "collect", "started": NOW.isoformat(), "finished": NOW.isoformat(), "counts": {}},
    "attention": ["look"],
}


def ended(n: int, after: int = 1, **counts) -> dict:
    finished = NOW + timedelta(minutes=after)
    return {
        "id": n,
        "kind": "collect",
        "started": finished - timedelta(seconds=30),
        "finished": finished,
        "counts": counts,
    }


@pytest.fixture
def view():
    return SimpleNamespace(application=Application(), clock=lambda: NOW, began=NOW, hung=lambda: None, unready=list)


async def test_health_is_ok_until_the_work_hangs(view):
    answers = Answers(view)
    assert await answers("/healthz") == Reply(status=200, text="ok\n")
    view.hung = lambda: "no sign of life"
    assert await answers("/healthz") == Reply(status=503, text="no sign of life\n")


async def test_readiness_names_every_reason(view):
    answers = Answers(view)
    assert (await answers("/readyz")).status == 200
    view.unready = lambda: ["refused: config/feeds.yaml:1:8: never closed"]
    view.application.unreadable = ["archive: gone; restore it"]
    reply = await answers("/readyz")
    assert reply.status == 503
    assert reply.text.splitlines() == ["refused: config/feeds.yaml:1:8: never closed", "archive: gone; restore it"]


async def test_another_path_says_what_there_is(view):
    for path in ("/", "/metrics/", "/healthz/../../etc/passwd", "//evil.example"):
        reply = await Answers(view)(path)
        assert (reply.status, reply.text) == (404, "here are: /healthz /readyz /metrics\n")


def samples(text: str) -> dict[str, float]:
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in text.splitlines() if line[0] != "#"}


async def test_gauges_say_what_is_and_counters_what_happened_since_the_beginning(view):
    pytest.importorskip("prometheus_client")
    answers = Answers(view)
    view.application.ran = [
        ended(2, failed={"dns": 2}, feeds={"due": 3, "ok": 1, "failed": 2}),
        ended(1, after=-5, failed={"dns": 9}),
    ]
    first = await answers("/metrics")
    assert first.kind.startswith("text/plain; version=0.0.4")
    found = samples(first.text)
    assert found['marsad_feeds{state="ok"}'] == 2
    assert found['marsad_queue{state="pending"}'] == 7
    assert found['marsad_next_edition_seconds{digest="daily"}'] == 3600
    assert found["marsad_attention"] == found["marsad_ready"] == 1
    assert found["marsad_last_cycle_timestamp_seconds"] == NOW.timestamp()
    assert found['marsad_poll_failures_total{reason="dns"}'] == 2
    assert found['marsad_run_seconds_sum{kind="collect"}'] == 30
    view.application.ran = [ended(3, failed={"dns": 1, "http-404": 1}), *view.application.ran]
    for _ in range(2):  # asking twice counts nothing twice
        found = samples((await answers("/metrics")).text)
        assert found['marsad_poll_failures_total{reason="dns"}'] == 3
        assert found['marsad_poll_failures_total{reason="http-404"}'] == 1
        assert found['marsad_run_seconds_count{kind="collect"}'] == 2


async def test_an_archive_that_cannot_be_read_now_is_no_mistake_of_ours_to_prometheus(view):
    pytest.importorskip("prometheus_client")

    async def locked(_now, _most):
        raise StoreError("a.sqlite", "database is locked", "wait for the other program that uses it")

    view.application.figures_async = locked
    reply = await Answers(view)("/metrics")
    line = "a.sqlite: database is locked; wait for the other program that uses it\n"
    assert (reply.status, reply.text) == (503, line)


async def test_without_the_library_the_page_says_what_to_install(view, monkeypatch):
    answers = Answers(view)
    monkeypatch.setattr(answers._metrics, "available", False)
    reply = await answers("/metrics")
    assert reply.status == 404
    assert "marsad[metrics]" in reply.text


def test_a_counter_never_goes_down_when_old_runs_leave_the_archive():
    pytest.importorskip("prometheus_client")
    metrics = Metrics(NOW)
    kept = [ended(n, failed={"dns": 1}) for n in range(1, 9)]
    last = 0.0
    for n in range(1, 9):
        text, _ = metrics.page(STATUS, list(reversed(kept[max(0, n - 3) : n])), NOW, ready=True)
        value = samples(text)['marsad_poll_failures_total{reason="dns"}']
        assert value == last + 1
        last = value
    assert len(metrics._counted) <= 3


def test_every_part_of_the_books_has_its_metric():
    from pipeline.collect import Books

    assert set(Books().as_json()) <= set(COUNTED)
