"""HTTP/1.1 over guarded connections, behind httpx's transport interface; h11 reads and writes the protocol.

httpx's own pool is not used (docs/decisions/0005-http-transport.md): a cancelled request can poison it for good, it cannot see
bytes that were sent after an answer, and it looks at every open connection for every request. Here a request owns its connection;
what is kept between two requests is one quiet connection per origin, and whoever is cancelled closes his own and nobody else's.
"""

from __future__ import annotations

import asyncio
import errno
import os
import resource
import socket
import ssl
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Self

import h11
import httpx

from pipeline.fetch.failure import Failure
from pipeline.fetch.guard import Address, Guard, Target

MOST_HEAD = 1 << 20
"""Bytes of an answer's head, or of one chunk's header. Hundreds of cookies happen; endless heads must end."""
MOST_INFORMED = 16
"""1xx answers before the real one."""
MOST_TRIED = 4
"""Addresses of one name that are dialled, one after the other."""
MOST_KEPT = 256
"""Quiet connections kept open for the next request to their origin; at most a quarter of the descriptors there are."""
KEPT_FOR = 30.0
"""Seconds; servers close after 5 to 75, and a pause that robots.txt asks for fits in."""
_HIGH_WATER = 1 << 18


class _Stale(Exception):  # noqa: N818  not an error but the fate of a kept connection
    """The connection ended before a byte of the answer."""


class Line(asyncio.Protocol):
    """One connection: bytes in order, with back-pressure, and h11's view of them."""

    def __init__(self) -> None:
        self.http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEAD)
        self.since = 0.0
        self.ended = False
        self._error: Exception | None = None
        self._bytes = bytearray()
        self._paused = False
        self._waiter: asyncio.Future[None] | None = None
        self._transport: asyncio.Transport | None = None

    # ---- what the event loop calls
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        if len(self._bytes) >= _HIGH_WATER and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()
        self._wake()

    def eof_received(self) -> None:
        self.ended = True
        self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        self.ended = True
        self._error = exc
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # ---- what a request calls
    async def read(self) -> bytes:
        """What has come, at least a byte; nothing at the end. OSError when the connection broke."""
        while not self._bytes:
            if self._error is not None:
                raise self._error
            if self.ended:
                return b""
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        data = bytes(self._bytes)
        self._bytes.clear()
        if self._paused and self._transport is not None:
            self._paused = False
            self._transport.resume_reading()
        return data

    def write(self, data: bytes) -> None:
        """Requests are small: the kernel takes them whole."""
        if self._transport is not None:
            self._transport.write(data)

    def reusable(self) -> bool:
        """Whether the exchange is over for both sides and not a byte follows it. Ready for the next one, if so."""
        done = self.http.our_state is h11.DONE and self.http.their_state is h11.DONE
        if not done or self.ended or self._bytes or self.http.trailing_data[0]:
            return False
        self.http.start_next_cycle()
        return True

    def quiet(self) -> bool:
        """Whether nothing happened to it while it was kept."""
        return not (self.ended or self._bytes)

    def close(self) -> None:
        """At once, from wherever the exchange is."""
        self.ended = True
        if self._transport is not None:
            self._transport.abort()


class Transport(httpx.AsyncBaseTransport):
    """One request, one connection. Two extensions travel with a request: its `target`, and its `patience`, the seconds it has."""

    def __init__(self, guard: Guard, tls: ssl.SSLContext | None = None) -> None:
        self._guard = guard
        self._tls = tls
        self._kept: OrderedDict[str, Line] = OrderedDict()
        descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        self._most_kept = MOST_KEPT if descriptors < 0 else min(MOST_KEPT, descriptors // 4)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask, and return when the head of the answer is there. Failure if it does not come."""
        target: Target = request.extensions["target"]
        line = self._take(target)
        if line is not None:
            try:
                return await self._exchange(line, request, target)
            except _Stale:
                pass  # closed by the server while it was kept: not the server's fault, and asked again once
        line = await self._dial(target, request.extensions["patience"])
        try:
            return await self._exchange(line, request, target)
        except _Stale as error:
            reason = "connect" if isinstance(error.__cause__, OSError) else "protocol"
            raise Failure(reason, "the connection was closed without an answer") from None

    async def aclose(self) -> None:
        while self._kept:
            self._kept.popitem()[1].close()
        await asyncio.sleep(0)  # let the event loop see the connections off

    # ---- connections
    def _take(self, target: Target) -> Line | None:
        line = self._kept.pop(target.origin, None)
        if line is None:
            return None
        if line.quiet() and asyncio.get_running_loop().time() - line.since < KEPT_FOR:
            return line
        line.close()
        return None

    def keep(self, target: Target, line: Line) -> None:
        """The exchange on `line` is over: keep it if it can serve again."""
        if not line.reusable():
            line.close()
            return
        line.since = asyncio.get_running_loop().time()
        old = self._kept.pop(target.origin, None)
        if old is not None:
            old.close()
        self._kept[target.origin] = line
        if len(self._kept) > self._most_kept:
            self._kept.popitem(last=False)[1].close()

    async def _dial(self, target: Target, patience: float) -> Line:
        """A connection to the first of the host's addresses that takes one."""
        addresses = (await self._guard.addresses(target))[:MOST_TRIED]
        problem: OSError | None = None
        for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                # A dead address must leave time for a living one; the last may use all that is left of the deadline.
                async with asyncio.timeout(patience / (left + 1) if left > 1 else None):
                    raw = await self._connect(address, target.port)
            except OSError as error:
                problem = error
                continue
            return await self._speak(raw, target)
        raise Failure("connect", f"{target.host}: {_words(problem)}") from None

    async def _connect(self, address: Address, port: int) -> socket.socket:
        try:
            raw = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ENFILE) or not self._kept:
                raise
            await self.aclose()  # out of descriptors: what is kept for later goes first
            raw = socket.socket(socket.AF_INET if address.version == 4 else socket.AF_INET6, socket.SOCK_STREAM)
        try:
            raw.setblocking(False)
            await asyncio.get_running_loop().sock_connect(raw, (str(address), port))
        except BaseException:
            raw.close()
            raise
        return raw

    async def _speak(self, raw: socket.socket, target: Target) -> Line:
        loop = asyncio.get_running_loop()
        if target.scheme == "http":
            return (await loop.create_connection(Line, sock=raw))[1]
        if self._tls is None:
            self._tls = httpx.create_ssl_context(trust_env=False)  # 85 ms, so only where it is needed
        try:
            return (await loop.create_connection(Line, sock=raw, ssl=self._tls, server_hostname=target.host))[1]
        except (OSError, ssl.CertificateError) as error:
            raise Failure("tls", f"{target.host}: {_words(error)}") from None

    # ---- one exchange
    async def _exchange(self, line: Line, request: httpx.Request, target: Target) -> httpx.Response:
        try:
            head = await _ask(line, request)
        except BaseException:
            line.close()
            raise
        return httpx.Response(head.status_code, headers=head.headers.raw_items(), stream=_Stream(self, line, target))


async def _ask(line: Line, request: httpx.Request) -> h11.Response:
    try:
        question = h11.Request(method=request.method, target=request.url.raw_path, headers=request.headers.raw)
        sent = line.http.send(question) or b""
        if request.content:
            sent += line.http.send(h11.Data(data=request.content)) or b""
        sent += line.http.send(h11.EndOfMessage()) or b""
    except h11.LocalProtocolError as error:
        raise Failure("blocked", f"a question that HTTP cannot put: {error}") from None
    line.write(sent)
    told, heard = 0, False
    while True:
        try:
            event = line.http.next_event()
        except h11.RemoteProtocolError as error:
            raise Failure("protocol", f"not HTTP: {_broken(error)}") from None
        if event is h11.NEED_DATA:
            try:
                data = await line.read()
            except OSError as error:
                if not heard:
                    raise _Stale from error
                raise Failure("protocol", f"the head of the answer breaks off: {_words(error)}") from None
            if not data and not heard:
                raise _Stale
            heard = True
            line.http.receive_data(data)
        elif isinstance(event, h11.Response):
            return event
        elif isinstance(event, h11.InformationalResponse) and event.status_code != 101 and told < MOST_INFORMED:
            told += 1
        else:
            raise Failure("protocol", "informational answers without end, or none to this question")


class _Stream(httpx.AsyncByteStream, AsyncIterator[bytes]):
    """The body of one answer, piece by piece. Closed early, it takes its connection with it."""

    def __init__(self, transport: Transport, line: Line, target: Target) -> None:
        self._transport, self._line, self._target = transport, line, target
        self._open = True
        self._ended = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        http = self._line.http
        while self._open:
            try:
                event = http.next_event()
            except h11.RemoteProtocolError as error:
                if self._ended:
                    raise Failure("truncated", f"the answer breaks off: {_broken(error)}") from None
                raise Failure("protocol", f"not HTTP: {_broken(error)}") from None
            if event is h11.NEED_DATA:
                try:
                    data = await self._line.read()
                except OSError as error:
                    raise Failure("truncated", f"the answer breaks off: {_words(error)}") from None
                self._ended = not data
                http.receive_data(data)
            elif isinstance(event, h11.Data):
                return bytes(event.data)
            else:
                self._open = False
                self._transport.keep(self._target, self._line)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        if self._open:
            self._open = False
            self._line.close()


def _words(error: BaseException | None) -> str:
    """An error of the system for people."""
    if isinstance(error, TimeoutError):
        return "no connection in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return error.reason or "the TLS handshake failed"
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno)
    return str(error) or type(error).__name__


def _broken(error: h11.RemoteProtocolError) -> str:
    """What h11 found wrong, without the bytes that it quotes."""
    return str(error).partition(": b")[0]
