"""A web of our own on loopback: sites that answer byte for byte what a test tells them to."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from pipeline.fetch import Settings

NETWORK = ipaddress.ip_network("127.77.0.0/16")

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes = b"text", status: str = "200 OK", **headers: str) -> bytes:
    """A plain HTTP/1.1 answer; `content_type=…` is Content-Type, and so on."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def moved(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, location=to)


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0


@dataclass
class Site:
    """One server. `paths` holds an answer (bytes), several that take turns (a list), or a function of the stream writer."""

    host: str
    port: int = 0
    paths: dict[str, bytes | list[bytes] | Script] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    connections: int = 0
    running: int = 0
    most_running: int = 0
    slow: float = 0.0

    def url(self, path: str = "/", host: str = "") -> str:
        return f"http://{host or self.host}:{self.port}{path}"

    def asked(self, path: str) -> int:
        return sum(r.path == path for r in self.requests)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                await self.answer(await reader.readuntil(b"\r\n\r\n"), writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            writer.close()
        except asyncio.CancelledError:  # the test is over; asyncio's streams would report it as an error of their own
            writer.transport.abort()
        else:
            writer.close()

    async def answer(self, asked: bytes, writer: asyncio.StreamWriter) -> None:
        clock = asyncio.get_running_loop().time
        head = asked.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        request = Request(head[0].split()[1], headers, clock())
        self.requests.append(request)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            await asyncio.sleep(self.slow)
            await self.speak(request.path, writer)
        finally:
            self.running -= 1
            request.ended = clock()

    async def speak(self, path: str, writer: asyncio.StreamWriter) -> None:
        script = self.paths.get(path, answer(b"", "404 Not Found"))
        if isinstance(script, list):
            script = script[min(self.asked(path), len(script)) - 1]
        if isinstance(script, bytes):
            writer.write(script)
            await writer.drain()
        else:
            await script(writer)


def settings(**changes) -> Settings:
    usual = {
        "user_agent": "marsad/9 (+https://monitor.test/about)",
        "delay": timedelta(0),
        "timeout": timedelta(seconds=2),
        "max_bytes": 1_000_000,
        "robots": False,
        "allow_networks": (NETWORK,),
    }
    return Settings(**(usual | changes))


def names(**table: str):
    """A resolver that knows `news_test="127.77.0.1 127.77.0.2"` as news.test."""
    known = {name.replace("_", "."): addresses.split() for name, addresses in table.items()}

    async def resolve(host: str, port: int) -> list[str]:
        if host not in known:
            raise OSError(-2, "Name or service not known")
        return known[host]

    return resolve


@asynccontextmanager
async def no_more_than(seconds: float) -> AsyncIterator[None]:
    """The block must be over in time, with room for a busy machine."""
    async with asyncio.timeout(seconds):
        yield
