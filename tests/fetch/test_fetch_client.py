import asyncio
import gzip
import ipaddress
import itertools
import os
import resource
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from email.utils import formatdate
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from loopback import NETWORK, Site, answer, moved, names, no_more_than, settings

from pipeline.fetch import Fetcher, NotModified
from pipeline.fetch.answer import retry_after
from pipeline.model import Drop, Page

DATA = Path(__file__).parent.parent / "data" / "fetch"


@asynccontextmanager
async def fetching(**changes) -> AsyncIterator[Fetcher]:
    """A Fetcher; `resolve`, `tls`, `clock`, `memory` go to it, the rest to its settings."""
    own = {key: changes.pop(key) for key in ("resolve", "tls", "clock", "memory") if key in changes}
    async with Fetcher(settings(**changes), **own) as fetcher:
        yield fetcher


async def get(url: str, *, given: bool = False, etag: str | None = None, **changes) -> Page | NotModified | Drop:
    async with fetching(**changes) as fetcher, no_more_than(20):
        return await fetcher.get(url, given=given, etag=etag)


async def reason(url: str, **changes) -> str:
    said = await get(url, **changes)
    assert isinstance(said, Drop), said
    return said.reason


def sends(*pieces: bytes, pause: float = 0.0, close: bool = True, reset: bool = False):
    """A script: the pieces one after the other, then the end of the connection."""

    async def script(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        if reset:
            writer.transport.abort()
        if close:
            writer.close()

    return script


def endless(first: bytes, more: bytes):
    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(more)
            await writer.drain()

    return script


# ---------------------------------------------------------------- a good answer
async def test_a_page_carries_body_type_headers_and_address(site):
    site.paths["/a"] = answer(
        b"text", content_type="text/html; charset=utf-8", etag='"1"', set_cookie="a=b", x_a="1", X_A="2"
    )
    page = await get(site.url("/a#part"))
    assert page == Page(
        url=site.url("/a"),
        status=200,
        body=b"text",
        content_type="text/html; charset=utf-8",
        headers={"content-length": "4", "content-type": "text/html; charset=utf-8", "etag": '"1"', "x-a": "1, 2"},
    )


async def test_a_question_says_who_asks_and_asks_only_for_what_can_be_undone(site, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text(f"machine {site.host} login me password secret\n", encoding="ascii")
    for name, value in (
        ("HOME", str(tmp_path)),
        ("HTTP_PROXY", "http://127.77.9.9:9"),
        ("ALL_PROXY", "http://127.77.9.9:9"),
    ):
        monkeypatch.setenv(name, value)
    site.paths["/a"] = answer(b"text", set_cookie="a=b; Path=/")
    async with fetching() as fetcher:
        for _ in range(2):
            assert isinstance(await fetcher.get(site.url("/a"), accept="text/html"), Page)
    for request in site.requests:
        assert {k: v for k, v in request.headers.items() if k != "host"} == {
            "user-agent": "marsad/9 (+https://monitor.test/about)",
            "accept": "text/html",
            "accept-encoding": "gzip, deflate",
        }
    assert site.requests[0].headers["host"] == f"{site.host}:{site.port}"
    assert site.connections == 1


async def test_our_name_may_be_arabic(site):
    site.paths["/a"] = answer(b"text")
    assert isinstance(await get(site.url("/a"), user_agent="مرصد (+https://monitor.test)"), Page)
    assert site.requests[0].headers["user-agent"].encode("latin-1").decode() == "مرصد (+https://monitor.test)"


@pytest.mark.parametrize(
    "wire",
    [
        answer(b"text"),
        b"HTTP/1.0 200 OK\r\n\r\ntext",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\ntext",
        b"HTTP/1.1 200 OK\nContent-Length: 4\n\ntext",
        b"HTTP/1.1 200\r\nContent-Length: 4\r\n\r\ntext",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x=y\r\nt\r\n3\r\next\r\n0\r\nTrailer: x\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + answer(b"text"),
        answer(b"text", "203 Non-Authoritative Information"),
        answer(gzip.compress(b"text"), content_encoding="gzip"),
        answer(zlib.compress(b"text"), content_encoding="deflate"),
        answer(zlib.compress(b"text")[2:-4], content_encoding="deflate"),
        answer(gzip.compress(b"te") + gzip.compress(b"xt"), content_encoding="gzip"),
        answer(b"text", x_server="خادم الأخبار"),
        answer(b"text", **{f"x{n}": "y" * 4000 for n in range(200)}),
        answer(b"text" + b"beyond").replace(b"Length: 10", b"Length: 4"),
    ],
    ids=lambda wire: wire[:60].decode("latin-1").replace("\r\n", "|"),
)
async def test_an_answer_is_read_in_every_dress_http_allows(site, wire):
    site.paths["/a"] = sends(wire)
    page = await get(site.url("/a"))
    assert isinstance(page, Page), page
    assert page.body == b"text"


@pytest.mark.parametrize("etag", ['"' + "x" * 2000 + '"', '"خبر"', "", " "])
async def test_a_validator_that_could_not_be_sent_back_is_not_kept(site, etag):
    site.paths["/a"] = answer(b"text", etag=etag)
    page = await get(site.url("/a"), etag=etag)
    assert isinstance(page, Page)
    assert "etag" not in page.headers
    assert "if-none-match" not in site.requests[0].headers


async def test_validators_go_out_as_they_came_and_304_is_not_modified(site):
    site.paths["/a"] = answer(b"", "304 Not Modified", etag='W/"1"', cache_control="max-age=60")
    async with fetching() as fetcher:
        said = await fetcher.get(site.url("/a"), etag='W/"1"', last_modified="yesterday evening")
    assert isinstance(said, NotModified)
    assert said.headers["cache-control"] == "max-age=60"
    assert site.requests[0].headers["if-none-match"] == 'W/"1"'
    assert site.requests[0].headers["if-modified-since"] == "yesterday evening"


# ---------------------------------------------------------------- answers that are none
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
NO_ANSWERS = {
    "304 that was not asked for": ("protocol", answer(b"", "304 Not Modified")),
    "204": ("empty", b"HTTP/1.1 204 No Content\r\n\r\n"),
    "205": ("empty", answer(b"", "205 Reset Content")),
    "206": ("truncated", answer(b"half", "206 Partial Content")),
    "202": ("protocol", answer(b"soon", "202 Accepted")),
    "empty": ("empty", answer(b"")),
    "empty chunked": ("empty", CHUNKED + b"0\r\n\r\n"),
    "empty gzip": ("empty", answer(gzip.compress(b""), content_encoding="gzip")),
    "404": ("http-404", answer(b"<rss/>", "404 Not Found")),
    "410": ("gone", answer(b"<rss/>", "410 Gone")),
    "429": ("rate-limited", answer(b"", "429 Too Many Requests")),
    "503": ("http-503", answer(b"", "503 Service Unavailable")),
    "503 with Retry-After": ("rate-limited", answer(b"", "503 Service Unavailable", retry_after="soon")),
    "999": ("http-999", answer(b"<rss/>", "999 No")),
    "length too big": ("truncated", OK + b"Content-Length: 100\r\n\r\ntext"),
    "length negative": ("protocol", OK + b"Content-Length: -5\r\n\r\ntext"),
    "length twice": ("protocol", OK + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\ntext"),
    "length announced beyond the cap": ("too-large", OK + b"Content-Length: 4000000000\r\n\r\n"),
    "length of 400 digits": ("protocol", OK + b"Content-Length: " + b"9" * 400 + b"\r\n\r\n"),
    "chunk cut": ("truncated", CHUNKED + b"a\r\ntext"),
    "no last chunk": ("truncated", CHUNKED + b"4\r\ntext\r\n"),
    "chunk size no number": ("protocol", CHUNKED + b"four\r\ntext\r\n0\r\n\r\n"),
    "chunk size negative": ("protocol", CHUNKED + b"-4\r\ntext\r\n0\r\n\r\n"),
    "chunk of 2^64": ("truncated", CHUNKED + b"ffffffffffffffff\r\ntext"),
    "chunk ends wrong": ("protocol", CHUNKED + b"4\r\ntextXX0\r\n\r\n"),
    "gzip cut": ("truncated", GZIP + gzip.compress(os.urandom(500))[:300]),
    "gzip of wrong sum": ("encoding", GZIP + gzip.compress(b"text")[:-8] + b"\0" * 8),
    "gzip that is none": ("encoding", GZIP + b"text"),
    "br": ("encoding", answer(b"text", content_encoding="br")),
    "zstd": ("encoding", answer(b"text", content_encoding="zstd")),
    "gzip of gzip": ("encoding", answer(gzip.compress(gzip.compress(b"text")), content_encoding="gzip, gzip")),
    "HTTP/0.9": ("protocol", b"<rss/>"),
    "status no number": ("protocol", b"HTTP/1.1 abc OK\r\n\r\n"),
    "garbage": ("protocol", bytes(range(256)) * 20),
    "TLS alert": ("protocol", b"\x15\x03\x01\x00\x02\x02\x28"),
    "head cut": ("protocol", OK + b"Content-Len"),
    "101": ("protocol", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    "nothing": ("protocol", b""),
    "redirect to nowhere": ("redirect", answer(b"", "302 Found")),
    "redirect to an empty address": ("redirect", moved("")),
    "redirect unreadable": ("redirect", moved("http://[::bad")),
    "305": ("redirect", answer(b"", "305 Use Proxy", location="http://127.77.0.9/")),
    "a thousand 1xx": ("protocol", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000 + answer(b"text")),
}


@pytest.mark.parametrize("name", NO_ANSWERS)
async def test_what_is_no_answer_is_called_by_its_name(site, name):
    expected, wire = NO_ANSWERS[name]
    site.paths["/a"] = sends(wire)
    assert await reason(site.url("/a")) == expected


async def test_a_detail_is_one_short_line_without_what_the_server_slipped_in(site):
    site.paths["/a"] = answer(b"", "404 " + "\x1b[31m\u202e no " * 500)
    site.paths["/b"] = sends(b"<script>alert(1)</script>\r\n\r\n")
    for path in ("/a", "/b"):
        said = await get(site.url(path))
        assert isinstance(said, Drop)
        assert len(said.detail) <= 300
        assert said.detail.isprintable()
        assert "script" not in said.detail


async def test_a_reset_is_told_apart_by_when_it_comes(site):
    site.paths["/first"] = sends(reset=True)
    site.paths["/head"] = sends(b"HTTP/1.1 200 OK\r\nX: ", pause=0.05, reset=True)
    site.paths["/body"] = sends(answer(b"x" * 100)[:-50], pause=0.05, reset=True)
    async with fetching() as fetcher:
        said = [await fetcher.get(site.url(path)) for path in ("/first", "/head", "/body")]
    assert [s.reason for s in said] in (["connect", "protocol", "truncated"], ["protocol", "protocol", "truncated"])


async def test_nobody_listens_is_connect_and_no_name_is_dns():
    with socket.socket() as silent:
        silent.bind(("127.77.0.1", 0))
        assert await reason(f"http://127.77.0.1:{silent.getsockname()[1]}/") == "connect"
    assert await reason("http://nobody.test/", resolve=names()) == "dns"


# ---------------------------------------------------------------- time
DRIPS = {
    "nothing at all": sends(pause=60, close=False),
    "head": sends(*(bytes([b]) for b in answer(b"text")), pause=0.1),
    "body": sends(answer(b"x" * 100)[:-100], *[b"x"] * 100, pause=0.1),
    "chunks": sends(CHUNKED, *[b"1\r\nx\r\n"] * 100, pause=0.1),
    "1xx": sends(*[b"HTTP/1.1 103 Early Hints\r\n\r\n"] * 15, pause=0.2),
    "silence after the head": sends(OK + b"Content-Length: 5\r\n\r\n", close=False),
}


@pytest.mark.parametrize("name", DRIPS)
async def test_the_whole_answer_has_one_deadline(site, name):
    script = DRIPS[name]

    async def slow(writer: asyncio.StreamWriter) -> None:
        await script(writer)
        await asyncio.sleep(60)

    site.paths["/a"] = slow
    began = time.monotonic()
    assert await reason(site.url("/a"), timeout=timedelta(seconds=0.4)) == "timeout"
    assert 0.3 < time.monotonic() - began < 3


async def test_redirects_share_one_deadline(site):
    for n in range(5):
        site.paths[f"/{n}"] = sends(moved(f"/{n + 1}"), pause=0.15)
    site.paths["/5"] = answer(b"text")
    site.slow = 0.15
    assert await reason(site.url("/0"), timeout=timedelta(seconds=0.5)) == "timeout"
    assert len(site.requests) < 5


async def test_waiting_for_a_turn_costs_none_of_the_deadline(site):
    site.paths["/a"] = answer(b"text")
    site.slow = 0.1
    async with fetching(timeout=timedelta(seconds=0.4), delay=timedelta(seconds=0.05)) as fetcher:
        said = await asyncio.gather(*(fetcher.get(site.url("/a")) for _ in range(8)))
    assert all(isinstance(s, Page) for s in said)


async def test_a_dead_address_leaves_time_for_a_living_one(site):
    site.paths["/a"] = answer(b"text")
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.77.0.2", site.port))
        full.listen(0)  # its queue is full after one or two: later calls are never answered
        for caller in (first, second):
            caller.setblocking(False)
            caller.connect_ex(("127.77.0.2", site.port))
        url = site.url("/a", "news.test")
        page = await get(url, resolve=names(news_test=f"127.77.0.3 127.77.0.2 {site.host}"))
    assert isinstance(page, Page), page


# ---------------------------------------------------------------- size
async def test_a_bomb_of_a_gigabyte_raises_no_memory(site):
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = stream.compress(b" " * (1 << 20)) + stream.flush(zlib.Z_FULL_FLUSH)
    wire = b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + block * 1024
    site.paths["/a"] = sends(GZIP, wire)
    del stream
    tracemalloc.start()
    try:
        assert await reason(site.url("/a"), max_bytes=2_000_000) == "too-large"
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12_000_000


ENDLESS = {
    "body": ("too-large", endless(OK + b"\r\n", b"x" * 50_000)),
    "chunks": ("too-large", endless(CHUNKED, b"1000\r\n" + b"x" * 4096 + b"\r\n")),
    "headers": ("protocol", endless(OK, b"X-More: and more\r\n" * 500)),
    "one header": ("protocol", endless(OK + b"X: ", b"x" * 50_000)),
    "1xx": ("protocol", endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500)),
    "chunk extension": ("protocol", endless(CHUNKED + b"4;x=", b"x" * 50_000)),
    "trailers": ("protocol", endless(CHUNKED + b"4\r\ntext\r\n0\r\n", b"X-More: and more\r\n" * 500)),
    "gzip without content": ("too-large", endless(GZIP + gzip.compress(b"")[:10], b"\0\0\0\xff\xff" * 5000)),
}


@pytest.mark.parametrize("name", ENDLESS)
async def test_what_does_not_end_is_ended(site, name):
    expected, site.paths["/a"] = ENDLESS[name]
    tracemalloc.start()
    try:
        assert await reason(site.url("/a"), timeout=timedelta(seconds=15)) == expected
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize(
    "line", [b"X: y\r\n", b"X:\r\n y\r\n", b"X: " + b" \t" * 400_000 + b"\r\n", b"Location: /a\r\n"]
)
async def test_a_head_of_a_megabyte_takes_little_time(site, line):
    site.paths["/a"] = sends(OK + line * (1_000_000 // len(line)) + b"Content-Length: 4\r\n\r\ntext")
    began = time.process_time()
    await get(site.url("/a"))
    assert time.process_time() - began < 4


# ---------------------------------------------------------------- redirects
@pytest.mark.parametrize(
    "status", ["300 Multiple Choices", "301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
async def test_a_redirect_is_followed(site, status):
    site.paths |= {"/a": moved("/b#part", status), "/b": answer(b"text")}
    page = await get(site.url("/a"))
    assert isinstance(page, Page)
    assert page.url == site.url("/b")


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("b", "/a/b"),
        ("../b", "/b"),
        ("?q=1", "/a/x?q=1"),
        ("/خبر عاجل", "/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84"),
        (b"/\xce\xc8\xd1", "/%CE%C8%D1"),
        ("/%d8%ae", "/%d8%ae"),
        ("/b%0d%0aX-Evil:1", "/b%0d%0aX-Evil:1"),
    ],
)
async def test_a_location_is_followed_as_browsers_follow_it(site, location, path):
    written = location if isinstance(location, bytes) else location.encode()
    site.paths |= {
        "/a/x": answer(b"", "302 Found", location="L").replace(b"L\r\n\r\n", written + b"\r\n\r\n"),
        path: answer(b"text"),
    }
    page = await get(site.url("/a/x"))
    assert isinstance(page, Page), page
    assert page.url == site.url(path)


async def test_a_location_without_scheme_stays_with_it(site):
    site.paths |= {"/a": moved(f"//{site.host}:{site.port}/b"), "/b": answer(b"text")}
    assert isinstance(await get(site.url("/a")), Page)


async def test_moved_for_good_is_where_permanent_redirects_alone_lead(site):
    good, now = "301 Moved", "302 Found"
    site.paths |= {
        "/a": moved("/b", good), "/b": moved("/c", "308 Moved"), "/c": answer(b"text"),
        "/d": moved("/e", good), "/e": moved("/c", now),
        "/f": moved("/g", now), "/g": moved("/c", good),
        "/h": moved("/same", good), "/same": answer(b"", "304 Not Modified"),
    }  # fmt: skip
    async with fetching() as fetcher:
        pages = [await fetcher.get(site.url(path), etag='"1"') for path in ("/a", "/d", "/f", "/c", "/h")]
    places = [p.moved_to for p in pages]
    assert places == [site.url("/c"), site.url("/e"), None, None, site.url("/same")]


async def test_loops_and_long_chains_end(site):
    site.paths |= {"/a": moved("/b"), "/b": moved("/a"), "/self": moved("/self")}
    site.paths |= {f"/{n}": moved(f"/{n + 1}") for n in range(20)}
    site.paths["/end"] = answer(b"text")
    site.paths["/6"] = moved("/end")
    async with fetching() as fetcher:
        said = [await fetcher.get(site.url(path)) for path in ("/a", "/self", "/0", "/2")]
    assert [s.reason if isinstance(s, Drop) else "page" for s in said] == ["redirect", "redirect", "redirect", "page"]
    assert (site.asked("/a"), site.asked("/self"), site.asked("/5")) == (1, 1, 2)


@pytest.mark.parametrize(
    "location",
    [
        "file:///etc/passwd",
        "ftp://127.77.0.1/",
        "data:text/plain,x",
        "javascript:alert(1)",
        "gopher://127.77.0.1/_x",
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://10.255.255.1/",
        "http://169.254.169.254/latest/",
        "http://[::1]:{port}/",
        "http://[::ffff:127.77.0.1]:{port}/",
        "http://2130706433:{port}/",
        "http://0x7f.77.0.1:{port}/",
        "http://127.77.1:{port}/",
        "http://me@127.77.0.1:{port}/b",
        "//127.0.0.1:{port}/",
        "http://127.77.0.1:{port}\\@127.77.0.1/b",
        "http://１２７.77.0.1:{port}/b",
        "http://inside.test:{port}/",
        "http://8.8.8.8:22/",
    ],
)
async def test_a_redirect_to_what_may_not_be_asked_is_blocked_before_a_packet_leaves(site, web, location):
    inside = await web("127.0.0.1", port=site.port)
    site.paths["/a"] = moved(location.format(port=site.port))
    began = time.monotonic()
    said = await reason(site.url("/a"), resolve=names(inside_test="127.0.0.1", localhost="127.0.0.1"))
    assert said == "blocked"
    assert time.monotonic() - began < 1.5
    assert (inside.connections, len(site.requests)) == (0, 1)


async def test_a_forbidden_address_is_refused_without_waiting_for_a_turn():
    async with fetching(delay=timedelta(seconds=30)) as fetcher, no_more_than(5):
        said = [await fetcher.get(f"http://10.0.0.1/{n}") for n in range(3)]
    assert [s.reason for s in said] == ["blocked"] * 3


async def test_credentials_of_the_operator_reach_their_own_origin_only(site, web):
    other = await web("127.77.0.2")
    site.paths |= {"/a": moved("/b", "301 Moved"), "/b": moved(other.url("/c")), "/x": answer(b"", "401 No")}
    other.paths["/c"] = answer(b"text")
    asked = site.url("/a").replace("//", "//me:secret@")
    page = await get(asked, given=True)
    assert isinstance(page, Page)
    assert (page.url, page.moved_to) == (other.url("/c"), None)
    assert [r.headers.get("authorization") for r in site.requests] == ["Basic bWU6c2VjcmV0"] * 2
    assert "authorization" not in other.requests[0].headers
    refused = await get(asked)
    assert isinstance(refused, Drop)
    assert (refused.reason, "secret" in refused.detail) == ("blocked", False)


# ---------------------------------------------------------------- names and connections
async def test_the_address_that_was_checked_is_the_one_that_is_dialled(site, web):
    inside = await web("127.0.0.1", port=site.port)
    site.paths["/a"] = answer(b"text")
    turns = iter(["127.77.0.1", "127.0.0.1", "127.77.0.1", "127.0.0.1"])

    async def rebinding(host: str, port: int) -> list[str]:
        return [next(turns)]

    async with fetching(resolve=rebinding) as fetcher:
        first = await fetcher.get(site.url("/a", "news.test"))
        site.paths["/a"] = sends(b"")  # the kept connection dies, so that the name is looked up again
        second = await fetcher.get(site.url("/a", "news.test"))
    assert isinstance(first, Page)
    assert isinstance(second, Drop)
    assert second.reason == "blocked"
    assert inside.connections == 0
    assert site.requests[0].headers["host"] == f"news.test:{site.port}"


async def test_a_connection_is_used_again(site):
    site.paths |= {"/a": answer(b"text"), "/no": answer(b"none", "404 Not Found")}
    async with fetching() as fetcher:
        for _ in range(5):
            await fetcher.get(site.url("/a"))
            await fetcher.get(site.url("/no"))
    assert (len(site.requests), site.connections) == (10, 1)


async def test_a_kept_connection_that_died_is_replaced_once_and_unnoticed(site):
    async def once(writer: asyncio.StreamWriter) -> None:
        writer.write(answer(b"text"))
        await writer.drain()
        asyncio.get_running_loop().call_later(0.02, writer.transport.abort)

    site.paths["/a"] = once
    async with fetching() as fetcher:
        for pause in (0.0, 0.05, 0.05, 0.0):
            page = await fetcher.get(site.url("/a"))
            assert isinstance(page, Page), page
            await asyncio.sleep(pause)


async def test_a_server_that_closes_on_the_second_question_is_asked_on_a_new_connection(site):
    uses: dict[int, int] = {}

    async def one_each(writer: asyncio.StreamWriter) -> None:
        uses[id(writer)] = uses.get(id(writer), 0) + 1
        if uses[id(writer)] == 1:
            writer.write(answer(b"text"))
        else:
            writer.close()

    site.paths["/a"] = one_each
    async with fetching() as fetcher:
        for _ in range(3):
            assert isinstance(await fetcher.get(site.url("/a")), Page)
    assert site.connections == 3


async def test_bytes_after_an_answer_never_answer_the_next_question(site):
    stray = answer(b"smuggled")
    site.paths["/with"] = sends(answer(b"first") + stray, close=False)
    site.paths["/after"] = sends(answer(b"first"), stray, pause=0.02, close=False)
    site.paths["/304"] = sends(b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n' + stray, close=False)
    site.paths["/zero"] = sends(OK + b"Content-Length: 0\r\n\r\nsmuggled", close=False)
    site.paths["/b"] = answer(b"second")
    async with fetching() as fetcher:
        for path in ("/with", "/after", "/304", "/zero"):
            await fetcher.get(site.url(path), etag='"1"')
            await asyncio.sleep(0.05)
            page = await fetcher.get(site.url("/b"))
            assert isinstance(page, Page), path
            assert page.body == b"second"


async def test_three_hundred_cancelled_questions_spoil_nothing(web):
    sites = [await web(f"127.77.1.{n + 1}") for n in range(10)]
    for place in sites:
        place.paths |= {"/slow": sends(b"HTTP/1.1 200 OK\r\n", pause=0.05), "/a": answer(b"text")}
    async with fetching(in_flight=10) as fetcher:
        for wave in range(6):
            asked = [asyncio.ensure_future(fetcher.get(sites[n % 10].url("/slow"))) for n in range(50)]
            await asyncio.sleep(0.002 * wave)
            for task in asked:
                task.cancel()
            ends = await asyncio.gather(*asked, return_exceptions=True)
            assert all(isinstance(e, asyncio.CancelledError) for e in ends)
        async with no_more_than(10):
            pages = await asyncio.gather(*(fetcher.get(sites[n % 10].url("/a")) for n in range(50)))
    assert all(isinstance(p, Page) for p in pages)


async def test_few_descriptors_are_enough(web):
    sites = [await web(f"127.77.2.{n + 1}") for n in range(60)]
    for place in sites:
        place.paths["/a"] = answer(b"text")
    async with fetching(in_flight=4) as fetcher:
        await fetcher.get(sites[0].url("/a"))
        limits = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = max(int(p.name) for p in Path("/proc/self/fd").iterdir())  # noqa: ASYNC240  a moment of a test
        resource.setrlimit(resource.RLIMIT_NOFILE, (used + 40, limits[1]))
        try:
            said = [await fetcher.get(place.url("/a")) for place in sites]
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert sum(isinstance(s, Page) for s in said) == 60


@pytest.mark.parametrize(
    ("certificate", "said"),
    [("news", "page"), ("expired", "tls"), ("other", "tls"), ("selfsigned", "tls")],
)
async def test_certificates_are_checked_for_the_name_that_was_asked(web, certificate, said):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / f"{certificate}.pem")
    place = await web(ssl=context)
    place.paths["/a"] = answer(b"text")
    trusted = ssl.create_default_context(cafile=DATA / "ca.pem")
    url = place.url("/a", "news.test").replace("http", "https")
    answered = await get(url, resolve=names(news_test=place.host), tls=trusted)
    assert (answered.reason if isinstance(answered, Drop) else "page") == said, answered


async def test_certificates_are_checked_where_nobody_says_whom_to_trust(web):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / "selfsigned.pem")
    place = await web(ssl=context)
    place.paths["/a"] = answer(b"text")
    assert (
        await reason(place.url("/a", "news.test").replace("http", "https"), resolve=names(news_test=place.host))
        == "tls"
    )


async def test_plain_text_where_tls_was_asked_for_is_tls():
    async def plain(reader, writer):
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await reader.read(100)
        writer.close()

    server = await asyncio.start_server(plain, "127.77.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        assert await reason(f"https://127.77.0.1:{port}/", tls=ssl.create_default_context()) == "tls"


async def test_plain_text_may_lead_to_tls(web):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / "news.pem")
    plain, secure = await web(), await web(ssl=context)
    plain.paths["/a"] = moved(f"https://news.test:{secure.port}/a", "301 Moved")
    secure.paths["/a"] = answer(b"text")
    trusted = ssl.create_default_context(cafile=DATA / "ca.pem")
    page = await get(plain.url("/a", "news.test"), resolve=names(news_test=plain.host), tls=trusted)
    assert isinstance(page, Page)
    assert page.moved_to == page.url == f"https://news.test:{secure.port}/a"


# ---------------------------------------------------------------- politeness
async def test_a_server_sees_one_request_at_a_time_and_the_pause_between_them(site):
    site.paths["/a"] = answer(b"text")
    site.slow = 0.01
    async with fetching(delay=timedelta(seconds=0.05)) as fetcher:
        await asyncio.gather(*(fetcher.get(site.url("/a")) for _ in range(10)))
    starts = [r.began for r in site.requests]
    assert site.most_running == 1
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 0.05


async def test_a_redirect_waits_its_turn_like_any_question(site):
    site.paths |= {"/a": moved("/b"), "/b": answer(b"text")}
    async with fetching(delay=timedelta(seconds=0.05)) as fetcher:
        await asyncio.gather(*(fetcher.get(site.url("/a")) for _ in range(3)))
    starts = [r.began for r in site.requests]
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 0.05


async def test_names_and_ports_of_one_host_share_its_pause(web):
    first, second = await web(), await web()
    for place in (first, second):
        place.paths["/a"] = answer(b"text")
    async with fetching(delay=timedelta(seconds=0.08)) as fetcher:
        await asyncio.gather(fetcher.get(first.url("/a")), fetcher.get(second.url("/a")))
    assert abs(first.requests[0].began - second.requests[0].began) >= 0.08


async def test_a_host_that_says_later_is_not_asked_again_before(site):
    site.paths["/a"] = answer(b"", "429 Too Many Requests", retry_after="100")
    site.paths["/b"] = answer(b"text")
    async with fetching() as fetcher:
        first, second = await fetcher.get(site.url("/a")), await fetcher.get(site.url("/b"))
    assert first == Drop(reason="rate-limited", detail="status 429", retry_after=timedelta(seconds=100))
    assert second.reason == "rate-limited"
    assert second.retry_after <= timedelta(seconds=100)
    assert len(site.requests) == 1


NOW = 1_800_000_000.0
DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("written", "wait"),
    [
        ("7", timedelta(seconds=7)),
        (" 7 ", timedelta(seconds=7)),
        ("0", None),
        ("-5", None),
        ("3.7", None),
        ("soon, inshallah", None),
        ("", None),
        ("٧", None),
        ("1e3", None),
        ("315360000", DAY),
        ("9" * 400, DAY),
        (formatdate(NOW + 10, usegmt=True), timedelta(seconds=10)),
        (formatdate(NOW - 10, usegmt=True), None),
        (formatdate(NOW + 10_000_000, usegmt=True), DAY),
        ("Fri, 15 Jan 2027 08:00:10 +0000", timedelta(seconds=10)),
        ("Fri, 15 Jan 2027 11:00:10 +0300", timedelta(seconds=10)),
        ("Fri, 31 Dec 9999 23:59:59 GMT", DAY),
        ("Thu, 01 Jan 99999 00:00:00 GMT", None),
        ("Fri, 32 Jan 2027 08:00:10 GMT", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(written, wait):
    assert retry_after(written, NOW) == wait


@given(st.text(max_size=40))
def test_no_retry_after_fails_to_be_read(written):
    wait = retry_after(written, NOW)
    assert wait is None or timedelta(0) < wait <= DAY


# ---------------------------------------------------------------- robots.txt
ROBOTS = answer(b"User-agent: *\nDisallow: /no\nCrawl-delay: 0.1\n", content_type="text/plain")


async def test_robots_txt_is_asked_first_once_and_obeyed(site):
    site.paths |= {"/robots.txt": ROBOTS, "/yes": answer(b"text"), "/no/1": answer(b"text")}
    async with fetching(robots=True) as fetcher:
        said = await asyncio.gather(*(fetcher.get(site.url(path)) for path in ("/yes", "/no/1", "/yes", "/no/2")))
    assert [s.reason if isinstance(s, Drop) else "page" for s in said] == ["page", "robots", "page", "robots"]
    assert [r.path for r in site.requests] == ["/robots.txt", "/yes", "/yes"]
    starts = [r.began for r in site.requests]
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 0.1


async def test_robots_txt_of_the_place_a_redirect_leads_to_counts_too(site, web):
    other = await web("127.77.0.2")
    site.paths["/a"] = moved(other.url("/no/1"))
    other.paths |= {"/robots.txt": ROBOTS, "/no/1": answer(b"text")}
    assert await reason(site.url("/a"), robots=True) == "robots"
    assert other.asked("/no/1") == 0


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (answer(b"", "404 Not Found"), "page"),
        (answer(b"no", "403 Forbidden"), "page"),
        (answer(b""), "page"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", "page"),
        (answer(b"<html>not found</html>", content_type="text/html"), "page"),
        (moved("/robots.txt"), "page"),
        (moved("http://10.0.0.1/"), "page"),
        (moved("/real.txt"), "robots"),
        (answer(gzip.compress(b"User-agent: *\nDisallow: /"), content_encoding="gzip"), "robots"),
        (answer(b"User-agent: *\nDisallow: /a\n" + b"# more\n" * 100_000), "robots"),
        (answer(b"User-agent: *\nDisallow:\n" + b"# more\n" * 100_000 + b"Disallow: /\n"), "page"),
        (answer(b"no", "500 Oops"), "robots"),
        (answer(b"no", "503 Later", retry_after="100"), "robots"),
        (sends(b"HTTP/1.1 200 OK\r\n", pause=5), "robots"),
        (sends(b"not HTTP at all\r\n\r\n"), "robots"),
    ],
)
async def test_whatever_robots_txt_is_the_page_is_asked_or_not(site, script, said):
    site.paths |= {
        "/robots.txt": script,
        "/a": answer(b"text"),
        "/real.txt": answer(b"User-agent: marsad\nDisallow: /a"),
    }
    answered = await get(site.url("/a"), robots=True, timeout=timedelta(seconds=0.5))
    assert (answered.reason if isinstance(answered, Drop) else "page") == said, answered
    assert site.asked("/a") == (said == "page")


async def test_the_operators_own_address_may_be_slowed_down_but_not_forbidden(site):
    site.paths |= {"/robots.txt": answer(b"User-agent: *\nDisallow: /\nCrawl-delay: 0.1\n"), "/feed": answer(b"text")}
    async with fetching(robots=True) as fetcher:
        assert isinstance(await fetcher.get(site.url("/feed"), given=True), Page)
        assert site.asked("/robots.txt") == 0  # one question to a host needs no second one before it
        await asyncio.gather(*(fetcher.get(site.url("/feed"), given=True) for _ in range(3)))
        forbidden = await fetcher.get(site.url("/feed"))
    assert isinstance(forbidden, Drop)
    assert forbidden.reason == "robots"
    starts = [r.began for r in site.requests if r.path == "/feed"]
    assert min(b - a for a, b in itertools.pairwise(starts)) >= 0.1
    assert (len(starts), site.asked("/robots.txt")) == (4, 1)


async def test_what_robots_txt_said_can_outlive_the_fetcher(site):
    from pipeline.fetch import RobotsMemory

    site.paths |= {"/robots.txt": ROBOTS, "/yes": answer(b"text")}
    memory = RobotsMemory()
    for _ in range(2):
        assert isinstance(await get(site.url("/yes"), robots=True, memory=memory), Page)
    assert site.asked("/robots.txt") == 1


async def test_a_host_that_asked_for_rest_has_it_from_the_next_fetcher_too(site):
    from pipeline.fetch import RobotsMemory

    site.paths |= {"/a": answer(b"", "429 Too Many Requests", retry_after="3600"), "/b": answer(b"text")}
    memory = RobotsMemory()
    assert (await get(site.url("/a"), memory=memory)).reason == "rate-limited"
    said = await get(site.url("/b"), memory=memory)
    assert said.reason == "rate-limited"
    assert timedelta(minutes=59) < said.retry_after <= timedelta(hours=1)
    assert site.asked("/b") == 0


async def test_many_feeds_on_many_hosts_all_get_their_answer(web):
    sites = [await web(f"127.77.3.{n + 1}") for n in range(100)]
    for place in sites:
        place.paths["/feed"] = answer(b"text")
    sites[0].slow = 0.05
    async with fetching(robots=True, in_flight=16) as fetcher, no_more_than(20):
        said = await asyncio.gather(*(fetcher.get(sites[n % 100].url("/feed")) for n in range(800)))
    assert all(isinstance(s, Page) for s in said)
    assert all(place.most_running == 1 and place.asked("/robots.txt") == 1 for place in sites)


# ---------------------------------------------------------------- anything at all
PIECES = st.sampled_from(
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 301 Moved\r\n", b"Location: /a\r\n", b"Location: http://[", b"Content-Length: 4\r\n", b"Content-Length: 99\r\n",
     b"Transfer-Encoding: chunked\r\n", b"Content-Encoding: gzip\r\n", b"\r\n", b"4\r\n", b"text", b"0\r\n\r\n", b"\x1f\x8b\x08", b"\0", b"\n", b": "]
)  # fmt: skip


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(PIECES | st.binary(max_size=8), max_size=12))
def test_whatever_a_server_says_the_answer_is_a_value(pieces):
    async def once() -> None:
        site = Site("127.77.9.1")
        server = await asyncio.start_server(site.serve, site.host, 0)
        site.port = server.sockets[0].getsockname()[1]
        site.paths["/a"] = sends(b"".join(pieces))
        async with server:
            said = await get(site.url("/a"), timeout=timedelta(seconds=0.5))
            assert isinstance(said, (Page, Drop))
            assert not isinstance(said, Drop) or said.reason != "bug"

    asyncio.run(once())


def test_the_settings_of_the_tests_allow_one_network():
    assert settings().allow_networks == (NETWORK,)
    assert ipaddress.ip_address("127.0.0.1") not in NETWORK
