"""One polite GET: a question → Page, NotModified or Drop, whatever the other side does.

    get → for each address on the way:  guard.parse → robots → the host's turn → ask → redirect? the next address
                                                                                    └ the body, bounded → Page

Two clocks: waiting for a turn costs nothing; what the web does (names, connections, heads, bodies, all redirects together) must be
over within `Settings.timeout`. A redirect is a new question to whoever it leads to: guarded, asked for permission, paced like any
other. Nothing is kept from an answer that would colour the next one: no cookies, no credentials, no environment.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from pipeline.fetch import guard, robots
from pipeline.fetch.answer import drain, headers_of, location_of, read_body, retry_after, sendable
from pipeline.fetch.coding import ACCEPTED
from pipeline.fetch.failure import Failure
from pipeline.fetch.guard import Guard, Resolver, Target
from pipeline.fetch.pace import Pace
from pipeline.fetch.settings import Settings
from pipeline.fetch.wire import Transport
from pipeline.model import Drop, Page, http_reason

MOST_REDIRECTS = 5

_MOVED = (300, 301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_WHOLE = (200, 203)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """304: what the caller has is what there is."""

    url: str
    """The address that said so, after redirects."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """As in Page."""
    moved_to: str | None = None
    """As in Page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What a host's robots.txt says to one address."""

    allowed: bool
    delay: float
    """Seconds between two requests that it asks for; 0 if it asks for none."""


@dataclass(slots=True)
class _Question:
    """One `get` on its way from address to address."""

    headers: dict[bytes, bytes]
    left: float
    """Seconds that the web may still take."""
    cap: int
    cut: bool = False
    """Whether a body beyond the cap is cut or refused."""
    authorization: str | None = None
    origin: str = ""
    """The one origin that gets `authorization`."""
    hop: int = 0
    """Redirects followed."""

    @property
    def conditional(self) -> bool:
        return b"If-None-Match" in self.headers or b"If-Modified-Since" in self.headers


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: dict[str, str]
    body: bytes = b""
    location: str | None = None


class Fetcher:
    """Asks the web, politely. An async context manager, for one event loop.

    `memory` keeps what robots.txt said, and which hosts asked for rest, from one Fetcher to the next. The others are for tests:
    `resolve` looks names up, `tls` holds the certificates that are trusted, `clock` gives seconds since 1970.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        memory: robots.Memory | None = None,
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings = settings
        self._limit = settings.timeout.total_seconds()
        self._clock = clock
        self._guard = Guard(settings.allow_networks, resolve)
        memory = memory if memory is not None else robots.Memory()
        self._pace = Pace(
            in_flight=settings.in_flight,
            per_host=settings.per_host,
            delay=settings.delay.total_seconds(),
            rests=memory.rests,
        )
        self._transport = Transport(self._guard, tls)
        self._robots = robots.Robots(robots.agent_of(settings.user_agent), self._robots_txt, memory)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._robots.close()
        await self._transport.aclose()

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        accept: str = "*/*",
        given: bool = False,
        room: asyncio.Event | None = None,
    ) -> Page | NotModified | Drop:
        """Ask for `url`. Every expected failure is a Drop; only cancellation and our own mistakes are raised.

        `given`: the operator wrote this address. robots.txt then may slow us down but not forbid it, and the address may carry a
        user name and password, which are sent to its own origin only. Elsewhere, as in links that a page holds, both are refused.
        While `room` is not set no request begins: so a caller whose hands are full holds back.
        """
        question = _Question(self._headers(accept, etag, last_modified), self._limit, self.settings.max_bytes)
        try:
            if given:
                url, question.authorization = guard.credentials(url)
            return await self._follow(url, question, given=given, room=room)
        except Failure as failure:
            return failure.drop()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Drop | None:
        """Send `body` to an address that the operator wrote → None when a 2xx took it, else why it was not taken.

        Guarded and paced as a question is. A redirect is not followed: what was meant for one place goes to no other. Of the answer
        only its head counts.
        """
        try:
            url, authorization = guard.credentials(url)
            target = guard.parse(url)
            self._guard.check(target)
            sent = self._headers("*/*") | {name.encode(): value.encode() for name, value in headers.items()}
            if authorization is not None:
                sent[b"Authorization"] = authorization.encode()
            async with self._pace.turn(target.host, 0.0, None), asyncio.timeout(self._limit):
                await self._tell(target, sent, body)
        except Failure as failure:
            return failure.drop()
        except TimeoutError:
            return Failure("timeout", f"no answer within {self._limit:g} s").drop()
        return None

    async def _tell(self, target: Target, headers: dict[bytes, bytes], body: bytes) -> None:
        extensions = {"target": target, "patience": self._limit}
        request = httpx.Request("POST", target.url, headers=headers, content=body, extensions=extensions)
        response = await self._transport.handle_async_request(request)
        try:
            heads = headers_of(response)
            await drain(response, heads)
        finally:
            await response.aclose()
        status = response.status_code
        if 200 <= status < 300:
            return
        if status < 400:
            raise Failure("redirect", f"status {status}; write the address it leads to")
        later = retry_after(heads.get("retry-after", ""), self._clock())
        raise Failure(http_reason(status), f"status {status}", retry_after=later)

    async def allowance(self, url: str) -> Allowance | Drop:
        """What robots.txt says to an address, or why it could not be asked. Nothing but robots.txt is asked for."""
        try:
            target = guard.parse(url)
            self._guard.check(target)
            rules = await self._robots.rules(target.origin)
        except Failure as failure:
            return failure.drop()
        return Allowance(allowed=rules.allows(target.url), delay=rules.delay())

    # ---- from address to address
    async def _follow(
        self,
        url: str,
        question: _Question,
        *,
        given: bool = False,
        lawful: bool = False,
        room: asyncio.Event | None = None,
    ) -> Page | NotModified:
        """`lawful`: this is robots.txt itself, which needs no permission."""
        seen: set[str] = set()
        moved_to, for_good = None, question.authorization is None
        while True:
            target = guard.parse(url)
            self._guard.check(target)
            if target.url in seen:
                raise Failure("redirect", f"{guard.shown(url)} leads back to itself")
            seen.add(target.url)
            pause = 0.0 if lawful or not self.settings.robots else await self._permission(target, given=given)
            async with self._pace.turn(target.host, pause, room):
                answer = await self._ask(target, question)
            if answer.location is None:
                return _result(target, answer, moved_to)
            question.hop += 1
            if question.hop > MOST_REDIRECTS:
                raise Failure("redirect", f"more than {MOST_REDIRECTS} redirects")
            url = _onward(target, answer.location)
            for_good = for_good and answer.status in _FOR_GOOD
            if for_good:
                moved_to = guard.parse(url).url

    async def _permission(self, target: Target, *, given: bool) -> float:
        """Seconds that robots.txt wants between two requests; Failure `robots` if it forbids this one."""
        if given and not self._pace.recent(target.host):
            return 0.0  # nothing to forbid, nothing to space out: a single question needs no second one before it
        try:
            rules = await self._robots.rules(target.origin)
        except Failure:
            if given:
                return 0.0
            raise
        if not given and not rules.allows(target.url):
            raise Failure("robots", f"robots.txt forbids {guard.shown(target.url)}")
        return rules.delay()

    async def _robots_txt(self, url: str) -> bytes:
        question = _Question(self._headers("text/plain, */*;q=0.5"), self._limit, robots.MOST_BYTES, cut=True)
        try:
            page = await self._follow(url, question, lawful=True)
        except Failure as failure:
            failure.hop = question.hop
            raise
        assert isinstance(page, Page), "a question without validators has no 304"
        return page.body

    # ---- one address
    def _headers(self, accept: str, etag: str | None = None, last_modified: str | None = None) -> dict[bytes, bytes]:
        """In bytes, for a user agent's name may be Arabic."""
        headers = {
            b"User-Agent": self.settings.user_agent.strip().encode(),
            b"Accept": accept.encode(),
            b"Accept-Encoding": ACCEPTED.encode(),
        }
        if etag and sendable(etag):
            headers[b"If-None-Match"] = etag.encode()
        if last_modified and sendable(last_modified):
            headers[b"If-Modified-Since"] = last_modified.encode()
        return headers

    async def _ask(self, target: Target, question: _Question) -> _Answer:
        """One request within what is left of the deadline."""
        clock = asyncio.get_running_loop().time
        began = clock()
        headers = question.headers
        if question.authorization is not None:
            question.origin = question.origin or target.origin
            if target.origin == question.origin:
                headers = headers | {b"Authorization": question.authorization.encode()}
        try:
            async with asyncio.timeout(question.left):
                request = httpx.Request(
                    "GET", target.url, headers=headers, extensions={"target": target, "patience": question.left}
                )
                response = await self._transport.handle_async_request(request)
                try:
                    return await self._read(response, question, target.host)
                finally:
                    await response.aclose()
        except TimeoutError:
            raise Failure("timeout", f"no whole answer within {self._limit:g} s") from None
        except httpx.InvalidURL as error:
            raise Failure("blocked", f"an address that cannot be asked: {error}") from None
        finally:
            question.left -= clock() - began

    async def _read(self, response: httpx.Response, question: _Question, host: str) -> _Answer:
        """The answer's head, and its body if it is the one that was asked for; Failure for what is no answer."""
        status, headers = response.status_code, headers_of(response)
        if status in _WHOLE:
            return _Answer(status, headers, await read_body(response, headers, question.cap, cut=question.cut))
        await drain(response, headers)
        if status == 304:
            if not question.conditional:
                raise Failure("protocol", "304 to a question without validators")
            return _Answer(status, headers)
        if status in _MOVED:
            return _Answer(status, headers, location=location_of(response))
        if status < 300:
            raise Failure(*_NO_DOCUMENT.get(status, ("protocol", f"status {status} instead of a document")))
        if status < 400:
            raise Failure("redirect", f"status {status}, which leads nowhere")
        later = retry_after(headers.get("retry-after", ""), self._clock())
        if status == 429 or (status == 503 and "retry-after" in headers):
            if later is not None:
                self._pace.rest(host, later.total_seconds())
            raise Failure("rate-limited", f"status {status}", retry_after=later)
        raise Failure(http_reason(status), response.reason_phrase[:100], retry_after=later)


def _onward(target: Target, location: str) -> str:
    try:
        return urljoin(target.url, location)
    except ValueError as error:
        raise Failure("redirect", f"a Location that cannot be read: {error}") from None


def _result(target: Target, answer: _Answer, moved_to: str | None) -> Page | NotModified:
    if answer.status == 304:
        return NotModified(url=target.url, headers=answer.headers, moved_to=moved_to)
    return Page(
        url=target.url,
        status=answer.status,
        body=answer.body,
        content_type=answer.headers.get("content-type", ""),
        headers=answer.headers,
        moved_to=moved_to,
    )


_NO_DOCUMENT = {
    204: ("empty", "status 204"),
    205: ("empty", "status 205"),
    206: ("truncated", "status 206: a part where the whole was asked for"),
}
