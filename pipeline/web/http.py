"""GET over HTTP/1.1, and nothing more: one question a connection, no body read, everything bounded in size and time.

Three fixed pages need no framework, and a responder that knows nothing else has nothing to misuse: no other method, no paths that
lead to files, no proxies' headers, no reuse of connections. The Host header must name us, so that a web page which has its own
name resolve to this machine cannot read the answers.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from pipeline.errors import MarsadError

MOST_HEAD = 8192
"""Bytes of a request's line and headers together."""
MOST_CLIENTS = 32
"""Connections at once; a further one is turned away."""
PATIENCE = 5.0
"""Seconds that a client may take to ask, and again to take the answer."""
ANSWER = 30.0
"""Seconds that an answer may take to be made."""

_REASONS = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    408: "Request Timeout",
    414: "URI Too Long",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    505: "HTTP Version Not Supported",
}
_SAFETY = (
    ("Cache-Control", "no-store"),
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
    ("Connection", "close"),
)

_LINE = re.compile(rb"([A-Z]{1,20}) (/[!-~]{0,2000}) HTTP/(\d)\.(\d)")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*([^\0\r\n]*)")
_HOST = re.compile(r"(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`text` is what a person or a machine reads, in UTF-8."""

    status: int
    text: str
    kind: str = "text/plain; charset=utf-8"


class Refusal(Exception):  # noqa: N818  it never leaves this module
    def __init__(self, status: int, what: str, **headers: str) -> None:
        super().__init__(what)
        self.reply, self.headers = Reply(status=status, text=what + "\n"), headers


class Server:
    """Answers every path by `answer(path)`, until it is closed."""

    def __init__(
        self,
        answer: Callable[[str], Awaitable[Reply]],
        *,
        patience: float = PATIENCE,
        failed: Callable[[Exception], None] = lambda _: None,
    ) -> None:
        """`failed` hears of a mistake of ours; the client only hears that there was one."""
        self._answer, self._patience, self._failed = answer, patience, failed
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self._closing = False
        self._names: frozenset[str] = frozenset()
        self.port = 0

    async def start(self, host: str, port: int) -> None:
        """Listen; MarsadError when the address cannot be had. Port 0 takes a free one."""
        try:
            self._server = await asyncio.start_server(self._serve, host, port, limit=MOST_HEAD)
        except (OSError, OverflowError) as error:
            what = f"cannot listen there: {getattr(error, 'strerror', None) or error}"
            todo = "end the other program, or name another address"
            raise MarsadError(f"web.listen {host}:{port}", what, todo) from error
        self.port = self._server.sockets[0].getsockname()[1]
        self._names = frozenset({host.lower(), "localhost", socket.gethostname().lower()})

    async def close(self) -> None:
        if self._server is not None:
            self._closing = True
            self._server.close()
            for client in self._clients:
                client.cancel()
            await asyncio.gather(*self._clients, return_exceptions=True)
            self._server = None

    # ---- one client
    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        full = len(self._clients) >= MOST_CLIENTS
        self._clients.add(task)
        try:
            await self._converse(reader, writer, full=full)
        except (ConnectionError, TimeoutError):
            pass  # the client went away, or would not take its answer
        except asyncio.CancelledError:
            # The library calls a cancelled client an unhandled error, so one that `close` cancelled ends as if it had been answered.
            if not self._closing:
                raise
        finally:
            self._clients.discard(task)
            writer.transport.abort()  # what was answered is out: `_write` waited for it

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, full: bool) -> None:
        headers: dict[str, str] = {}
        try:
            if full:
                reply = Reply(status=503, text="too many clients\n")
            else:
                path = await self._question(reader)
                async with asyncio.timeout(ANSWER):
                    reply = await self._answer(path)
        except Refusal as refusal:
            reply, headers = refusal.reply, refusal.headers
        except TimeoutError:
            reply = Reply(status=503, text="no answer in time\n")
        except asyncio.IncompleteReadError:
            return  # it went away in the middle of its question
        except Exception as error:  # noqa: BLE001  told to the log, not to the client
            self._failed(error)
            reply = Reply(status=500, text="a mistake of marsad; its log says more\n")
        await self._write(reader, writer, reply, headers)

    async def _question(self, reader: asyncio.StreamReader) -> str:
        try:
            async with asyncio.timeout(self._patience):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            raise Refusal(431, f"a request has at most {MOST_HEAD} bytes") from None
        except TimeoutError:
            raise Refusal(408, "the request did not come in time") from None
        line, *rest = head[:-4].split(b"\r\n")
        found = _LINE.fullmatch(line)
        if found is None:
            raise Refusal(414 if len(line) > 2000 else 400, "this is no request that is understood here")
        if found[3] != b"1":
            raise Refusal(505, "HTTP/1.1 is spoken here")
        if found[1] != b"GET":
            raise Refusal(405, "only GET is answered here", Allow="GET")
        headers: dict[str, str] = {}
        for text in rest:
            pair = _HEADER.fullmatch(text)
            if pair is None:
                raise Refusal(400, "a header that cannot be read")
            name = pair[1].decode("ascii").lower()
            if name in headers and name in {"host", "content-length", "transfer-encoding"}:
                raise Refusal(400, f"{name} stands twice")
            headers[name] = pair[2].decode("latin-1").strip(" \t")
        if "transfer-encoding" in headers or headers.get("content-length", "0") != "0":
            raise Refusal(400, "a question here has no body")
        self._must_mean_us(headers.get("host", ""))
        return found[2].decode("ascii").partition("?")[0]

    def _must_mean_us(self, host: str) -> None:
        """An address of any machine may stand there: only a name can be made to point here by somebody else."""
        found = _HOST.fullmatch(host.lower())
        name = found[1] if found else ""
        if not name:
            raise Refusal(400, "a Host header is needed")
        if name not in self._names and not _is_address(name.strip("[]")):
            raise Refusal(421, "this name is not served here")

    async def _write(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reply: Reply, headers: dict[str, str]
    ) -> None:
        body = reply.text.encode("utf-8", "replace")
        lines = [
            f"HTTP/1.1 {reply.status} {_REASONS[reply.status]}",
            f"Content-Type: {reply.kind}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in (*_SAFETY, *headers.items())),
        ]
        writer.transport.set_write_buffer_limits(high=0)  # so that drain waits until all is out
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        async with asyncio.timeout(self._patience):
            await writer.drain()
            with contextlib.suppress(OSError, RuntimeError):
                writer.write_eof()
            # A client that still sends would lose its answer to the reset of a closed connection: hear it out, briefly.
            await _rest(reader)


async def _rest(reader: asyncio.StreamReader) -> None:
    left = 16 * MOST_HEAD
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(1.0):
            while left > 0 and (piece := await reader.read(MOST_HEAD)):
                left -= len(piece)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
