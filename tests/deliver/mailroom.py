"""A mail server on loopback: aiosmtpd, with a script for what it is to do instead of its best at some step of a conversation."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

VERBS = ("EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "QUIT")
LOGIN = ("marsad", "hidden-word")
logging.getLogger("mail.log").setLevel(logging.CRITICAL)  # it tells of each line that is cut here on purpose


@dataclass
class Mailroom:
    """`script` maps a step (greeting, ehlo, starttls, auth, mail, rcpt, data, text) to what is done instead, one after the other: `yes` is
    the server's own way, `slow` the same after a while, a line is answered in its place, `drop` cuts the line, `hang` says nothing,
    `drip` sends bytes without end, `lost` takes a text and cuts the line before its answer.
    """

    script: dict[str, list[str]] = field(default_factory=dict)
    login: bool = False
    """Offers AUTH, and knows LOGIN alone."""
    tls: ssl.SSLContext | None = None
    """Speaks TLS from the first byte."""
    upgrade: ssl.SSLContext | None = None
    """Offers STARTTLS, and speaks TLS after it."""
    port: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and text of each message that was answered with yes, or whose answer was lost."""
    verbs: list[str] = field(default_factory=list)
    """The commands of all conversations, in order."""
    connections: int = 0

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self.port = self._server.port
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(text, policy=policy.default) for _, text in self.taken]

    async def instead(self, step: str) -> str | None:
        said = self.script[step].pop(0) if self.script.get(step) else "yes"
        if said == "slow":
            await asyncio.sleep(0.3)
        return None if said in {"yes", "slow"} else said

    async def handle_DATA(self, speaker: _Speaker, _session: object, envelope: Any) -> str:  # noqa: N802  the library's name
        """Called by the server when a text is whole."""
        said = await self.instead("text")
        if said in {None, "lost"}:
            self.taken += [(to, envelope.content) for to in envelope.rcpt_tos]
        if said is not None and await speaker.misbehaves(said):
            return "554 nobody hears this"
        return said or "250 taken"


class _Server(Controller):
    """On a port of the system's choice; when it ends, no task, thread or socket of it is left."""

    def __init__(self, room: Mailroom) -> None:
        self.room = room
        self.listening = socket.create_server(("127.0.0.1", room.port))
        port = self.listening.getsockname()[1]
        super().__init__(room, hostname="127.0.0.1", port=port, ssl_context=room.tls)
        self.speakers: list[_Speaker] = []

    def factory(self) -> SMTP:
        self.speakers.append(_Speaker(self.room, self.loop))
        return self.speakers[-1]

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self.listening, ssl=self.ssl_context)

    def _trigger_server(self) -> None:
        """The library's own try would be a conversation more."""
        self._factory_invoked.set()
        self.smtpd = self.factory()

    def stop(self, no_assert: bool = False) -> None:
        async def end() -> None:
            self.server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for speaker in self.speakers:
                if speaker.transport is not None:
                    speaker.transport.abort()
            await asyncio.sleep(0.01)  # what aborting has put off until the next turns of the loop

        asyncio.run_coroutine_threadsafe(end(), self.loop).result()
        super().stop(no_assert)


class _Speaker(SMTP):
    """One conversation, in the server's own way as long as the script says nothing else."""

    def __init__(self, room: Mailroom, loop: asyncio.AbstractEventLoop) -> None:
        self.room = room
        known = {"authenticator": self._knows, "auth_require_tls": False} if room.login else {}
        excluded = ["LOGIN"] if room.login else ["LOGIN", "PLAIN"]
        super().__init__(
            room, hostname="mailroom", loop=loop, tls_context=room.upgrade, auth_exclude_mechanism=excluded, **known
        )
        for verb in VERBS:
            self._smtp_methods[verb] = partial(self._at, verb, self._smtp_methods[verb])

    @staticmethod
    def _knows(_server: object, _session: object, _envelope: object, _mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login.decode(), data.password.decode()) == LOGIN, handled=False)

    async def misbehaves(self, said: str) -> bool:
        """What no answer is: True when it was done, and nothing is left to say."""
        if said == "hang":
            await asyncio.sleep(60)
        while said == "drip":
            self._writer.write(b"2")
            await self._writer.drain()
            await asyncio.sleep(0.05)
        if said in {"drop", "lost"}:
            self.transport.abort()
        return said in {"hang", "drop", "lost"}

    async def _handle_client(self) -> None:
        self.room.connections += 1
        try:
            said = await self.room.instead("greeting")
            if said is None:
                await super()._handle_client()
            elif not await self.misbehaves(said):
                await self.push(said)
        finally:
            if self.transport is not None:
                self.transport.close()

    async def _at(self, verb: str, own: Callable[[str], Awaitable[None]], arg: str) -> None:
        self.room.verbs.append(verb)
        said = await self.room.instead(verb.lower())
        if said is None:
            await own(arg)
        elif not await self.misbehaves(said):
            await self.push(said)
