"""A mail server on loopback that does as it is told: each connection, recipient or text by a script."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self


@dataclass
class Mailroom:
    """`script` maps a step (greeting, ehlo, starttls, auth, mail, rcpt, data, text) to what is answered instead of yes, one after the other:
    a line, `drop` (the line is cut), `hang` (nothing comes), `drip` (bytes without end). `yes` stands for yes.
    """

    script: dict[str, list[str]] = field(default_factory=dict)
    features: tuple[str, ...] = ("8BITMIME",)
    tls: ssl.SSLContext | None = None
    """Speaks TLS from the first byte."""
    upgrade: ssl.SSLContext | None = None
    """Offers STARTTLS, and speaks TLS after it."""
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    """Recipient and text of each message that was answered with yes, or whose answer was lost."""
    lines: list[str] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self.tls), self._loop
        ).result()
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        async def end() -> None:
            self._server.close()
            tasks = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def messages(self) -> list[EmailMessage]:
        return [message_from_bytes(text, policy=policy.default) for _, text in self.taken]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, EOFError, asyncio.CancelledError):
            await self._talk(reader, writer)
        writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to, secure = "", False
        await self._answer(writer, "greeting", "220 mailroom")
        while line := (await reader.readline()).decode().strip():
            self.lines.append(line)
            verb = line.split()[0].upper()
            if verb == "EHLO":
                offers = (*self.features, *(["STARTTLS"] if self.upgrade and not secure else []))
                said = "250-mailroom\r\n" + "".join(f"250-{f}\r\n" for f in offers) + "250 HELP"
                await self._answer(writer, "ehlo", said)
            elif verb == "STARTTLS" and self.upgrade:
                if await self._answer(writer, "starttls", "220 go on"):
                    await writer.start_tls(self.upgrade)
                    secure = True
            elif verb == "AUTH":
                await self._answer(writer, "auth", "235 welcome")
            elif verb == "MAIL":
                await self._answer(writer, "mail", "250 ok")
            elif verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                await self._answer(writer, "rcpt", "250 ok")
            elif verb == "DATA":
                if not await self._answer(writer, "data", "354 go on"):
                    continue
                text = await reader.readuntil(b"\r\n.\r\n")
                step = (self.script.get("text") or ["yes"])[0]
                if step in ("yes", "lost"):
                    self.taken.append((to, text[:-3].replace(b"\r\n..", b"\r\n.")))
                await self._answer(writer, "text", "250 taken")
            elif verb == "QUIT":
                await self._answer(writer, "quit", "221 bye")
                return
            else:
                await self._answer(writer, "other", "250 ok")

    async def _answer(self, writer: asyncio.StreamWriter, step: str, yes: str) -> bool:
        said = self.script[step].pop(0) if self.script.get(step) else "yes"
        if said in ("drop", "lost"):
            raise EOFError
        if said == "hang":
            await asyncio.sleep(60)
        while said == "drip":
            writer.write(b"2")
            await writer.drain()
            await asyncio.sleep(0.05)
        writer.write((yes if said == "yes" else said).encode() + b"\r\n")
        await writer.drain()
        return said == "yes"
