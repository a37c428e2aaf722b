"""A newsroom in a box: the outlets of `news/`, served over HTTP on this machine alone.

    texts.py     what is published, from news/outlets.toml and news/<day>.toml
    site/*       the templates of pages and feeds

Outlets are told apart by name, not by address: one listener on loopback serves them all, and `resolve` leads every name to it.
So an article's address, and with it every id and every byte of an edition, is the same on each machine and in each run.
What is there to be read follows from `now`, which the player of the demo sets: nothing here reads a clock.
"""

from __future__ import annotations

import errno
import hashlib
import json
import socketserver
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

import jinja2

from pipeline.errors import MarsadError

from .texts import PORT, Outlet, Piece, outlets, pieces, text

LOOPBACK = ("127.0.0.1", *(f"127.0.10.{n}" for n in range(1, 40)))
"""Where the newsroom may listen, in this order. Only the first is there on every system; Linux has them all."""

MENDED = timedelta(hours=6)
"""After so long a page that was unavailable is there."""

ITEMS = 30
"""Items of a feed: the newest."""


# ---------------------------------------------------------------- answers
@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    content_type: str = "text/plain; charset=utf-8"
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Newsroom:
    """All outlets on one listener. Used as a context: it listens from the first line to the last."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        """The moment at which it is read; set it to go on."""
        self.outlets = outlets()
        self.pieces = pieces()
        self._hosts = {o.host: o for o in self.outlets.values()}
        self._paths = {(p.outlet.id, p.path): p for p in self.pieces.values()}
        self._server: ThreadingHTTPServer | None = None

    # ---- the listener
    def __enter__(self) -> Self:
        handler = type("Handler", (_Handler,), {"newsroom": self})
        self._server = _listen(handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True, name="newsroom").start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    @property
    def address(self) -> str:
        """The loopback address it listens on."""
        assert self._server is not None
        return str(self._server.server_address[0])

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """The newsroom's part of the domain name system: its outlets' names, and no other."""
        if host not in self._hosts:
            raise OSError(errno.ENOENT, "no such outlet in the newsroom")
        return (self.address,)

    # ---- what is published
    def visible(self, outlet: Outlet) -> list[Piece]:
        """What the outlet's feed shows now, newest first."""
        there = [p for p in self.pieces.values() if p.outlet.id == outlet.id and p.seen <= self.now]
        return sorted(there, key=lambda p: (p.seen, p.number), reverse=True)[:ITEMS]

    def answer(self, host: str, target: str, if_none_match: str = "") -> Answer:
        """What the outlet at `host` says to a GET of `target`."""
        outlet = self._hosts.get(host.partition(":")[0])
        if outlet is None:
            return Answer(status=421, body=b"no such outlet\n")
        if target == outlet.path:
            return self._feed(outlet, if_none_match)
        if target == "/robots.txt" and outlet.page == "newspaper.html":
            return Answer(status=200, body=b"User-agent: *\nDisallow: /admin/\n")
        piece = self._find(outlet, target)
        if piece is None or piece.seen > self.now or piece.page == "404":
            return self._page(outlet, "gone.html", status=404)
        if piece.page == "soft-404":
            return self._page(outlet, "gone.html")
        if piece.page == "503" and self.now < piece.seen + MENDED:
            return Answer(status=503, body=b"come back later\n")
        return self._article(piece)

    def _find(self, outlet: Outlet, target: str) -> Piece | None:
        """By the path with its query; what tracking hung on it does not count."""
        while (outlet.id, target) not in self._paths:
            target, mark, _ = target.rpartition("&") if "&" in target else target.rpartition("?")
            if not mark:
                return None
        return self._paths[outlet.id, target]

    def _feed(self, outlet: Outlet, if_none_match: str) -> Answer:
        if outlet.fault and (outlet.fault_from is None or self.now >= outlet.fault_from):
            return self._page(outlet, "front.html") if outlet.fault == "html" else Answer(status=500, body=b"broken\n")
        items = self.visible(outlet)
        updated = max((p.seen for p in items), default=datetime(2026, 1, 1, tzinfo=UTC))
        document = (
            _json_feed(outlet, items)
            if outlet.feed == "json"
            else _site.get_template(f"{outlet.feed}.xml").render(outlet=outlet, items=items, updated=updated)
        )
        body = document.encode(outlet.encoding, "xmlcharrefreplace")
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = (("ETag", tag), ("Last-Modified", format_datetime(updated.astimezone(UTC), usegmt=True)))
        if if_none_match == tag:
            return Answer(status=304, headers=headers)
        kinds = {"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"}
        kind = kinds.get(outlet.feed, "application/xml")
        return Answer(status=200, content_type=kind, body=body, headers=headers)

    def _article(self, piece: Piece) -> Answer:
        related = [p for p in self.visible(piece.outlet) if p.id != piece.id and not p.page][:4]
        return self._page(
            piece.outlet,
            piece.outlet.page,
            related=related,
            linked_data=_linked_data(piece),
            feed=piece.outlet.feed_url,
            **{k: getattr(piece, k) for k in ("title", "url", "at", "day", "section", "place", "author", "paragraphs")},
        )

    def _page(self, outlet: Outlet, template: str, *, status: int = 200, **values: object) -> Answer:
        document = _site.get_template(template).render(outlet=outlet, **values)
        return Answer(
            status=status,
            content_type=f"text/html; charset={outlet.encoding}",
            body=document.encode(outlet.encoding, "xmlcharrefreplace"),
        )


_site = jinja2.Environment(
    loader=jinja2.FunctionLoader(lambda name: text("site", name)),
    autoescape=True,
    trim_blocks=True,
    undefined=jinja2.StrictUndefined,
)


def _json_feed(outlet: Outlet, items: Sequence[Piece]) -> str:
    rows = [
        {
            "id": f"{outlet.id}-{p.number}",
            "url": p.link,
            "title": p.title,
            "summary": p.lead,
            "content_text": p.lead,
            "date_published": p.at.isoformat(),
            **({"authors": [{"name": p.author}]} if p.author else {}),
        }
        for p in items
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": outlet.name, "feed_url": outlet.feed_url}
    return json.dumps({**head, "language": outlet.language, "items": rows}, ensure_ascii=False, indent=1)


def _linked_data(piece: Piece) -> dict[str, Any]:
    """The page's JSON-LD."""
    author = piece.author or piece.outlet.name
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": piece.title,
        "mainEntityOfPage": piece.url,
        "datePublished": piece.at.isoformat(),
        "inLanguage": piece.outlet.language,
        "author": {"@type": "Person" if piece.author else "Organization", "name": author},
        "publisher": {"@type": "Organization", "name": piece.outlet.name},
    }


# ---------------------------------------------------------------- HTTP
class _Handler(BaseHTTPRequestHandler):
    newsroom: ClassVar[Newsroom]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        said = self.headers.get
        answer = self.newsroom.answer(said("Host", ""), self.path, said("If-None-Match", ""))
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """The monitor's own log tells what was asked."""


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def server_bind(self) -> None:
        # HTTPServer's own asks the domain name system for the machine's name: minutes, where there is no network.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


def _listen(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    """The first loopback address on which the port is free."""
    taken: OSError | None = None
    for address in LOOPBACK:
        try:
            return _Listener((address, PORT), handler)
        except OSError as error:
            taken = error
    raise MarsadError(
        "demo", f"no loopback address has its port {PORT} free: {taken}", "end the program that uses it, and try again"
    )
