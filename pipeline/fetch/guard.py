"""Which addresses may be asked: decided on what is dialled, not on what is written.

An address is taken apart once, strictly, and put together again; what is asked is the rebuilt one, so no second parser can read
it differently. A name is resolved here, every address it has is checked, and the connection goes to a checked address: there is
no moment between check and use in which a name could change its mind.

Public means: not in the tables below, on a usual port. A private network is asked only where the operator names it, and then
exactly that network, on any port: `127.0.1.0/24` opens neither `127.0.0.1` nor `::ffff:127.0.1.1`.

Tried and rejected: `ipaddress.is_global` alone. It lets multicast, NAT64 (64:ff9b::/96) and 6to4 (2002::/16) through, and with the
last two any private IPv4 address in another dress.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ipaddress
import re
import socket
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote_to_bytes

import idna

from pipeline.fetch.failure import Failure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
"""Host and port → addresses as text, in the order in which they should be tried. Raises OSError when there are none."""

PORTS = frozenset({80, 443, 8080, 8443})
"""Ports on which the public web is asked. A redirect to any other is a port scan by proxy more often than news."""

LONGEST_URL = 8000
MOST_LOOKUPS = 64
"""Names being resolved at once. The system's resolver may take half a minute over a dead name; nobody waits for it that long."""


def _networks(table: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(line.split()[0]) for line in table.strip().splitlines())


_CLOSED_4 = _networks("""
0.0.0.0/8           this host on this network
10.0.0.0/8          private
100.64.0.0/10       carrier-grade NAT
127.0.0.0/8         loopback
169.254.0.0/16      link-local, cloud metadata
172.16.0.0/12       private
192.0.0.0/24        protocol assignments
192.0.2.0/24        documentation
192.31.196.0/24     AS112
192.52.193.0/24     AMT
192.88.99.0/24      6to4 relays
192.168.0.0/16      private
192.175.48.0/24     AS112
198.18.0.0/15       benchmarks
198.51.100.0/24     documentation
203.0.113.0/24      documentation
224.0.0.0/4         multicast
240.0.0.0/4         reserved, broadcast
""")
_OPEN_6 = _networks("2000::/3 all that is handed out: what is not in here is loopback, mapped, NAT64, local, multicast")
_CLOSED_6 = _networks("""
2001::/23           protocol assignments, Teredo among them
2001:db8::/32       documentation
2002::/16           6to4: an IPv4 address inside
3fff::/20           documentation
""")


# ---------------------------------------------------------------- addresses
def public(address: Address) -> bool:
    """Whether the address is one of the public internet's."""
    if address.version == 4:
        return not any(address in network for network in _CLOSED_4)
    return address in _OPEN_6[0] and not any(address in network for network in _CLOSED_6)


def check(address: Address, port: int, allowed: Sequence[Network]) -> None:
    """Refuse what may not be asked: Failure `blocked`."""
    if any(address.version == network.version and address in network for network in allowed):
        return
    if getattr(address, "scope_id", None) is not None or not public(address):
        raise Failure("blocked", f"{address} is not a public address; fetch.allow_networks can name its network")
    if port not in PORTS:
        raise Failure("blocked", f"port {port} is not one that is asked ({', '.join(map(str, sorted(PORTS)))})")


# ---------------------------------------------------------------- URLs
@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart and rebuilt."""

    scheme: str
    host: str
    """ASCII, lower case, without brackets or trailing dot."""
    port: int
    path: str
    """Path and query, percent-encoded; begins with a slash."""
    address: Address | None
    """The host, if it is an address and not a name."""

    @property
    def origin(self) -> str:
        """Scheme, host, and the port where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.scheme == "https" else 80)
        return f"{self.scheme}://{host}" if usual else f"{self.scheme}://{host}:{self.port}"

    @property
    def url(self) -> str:
        """Without userinfo and fragment."""
        return self.origin + self.path


_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_AUTHORITY = re.compile(r"//([^/?#]*)")
_HOST_PORT = re.compile(r"(?:\[([0-9A-Fa-f:.]*)\]|([^\[\]:@\\%\s]*))(?::([0-9]{0,5}))?")
_NAME = re.compile(r"[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*")
_NUMBER = re.compile(r"(?:.*\.)?(?:[0-9]+|0x[0-9a-f]*)")
"""The web's rule: a host whose last label is a number is an IPv4 address, however oddly written."""
_PLAIN_PATH = re.compile(r"/(?:[A-Za-z0-9!$&'()*+,/:;=?@_.~-]|%[0-9A-Fa-f]{2})*")
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_STRAY = re.compile(r"[\t\r\n]")


def parse(url: str) -> Target:
    """Take an absolute address apart; Failure `blocked` for what is no http address, or an oddly written one."""
    url = _STRAY.sub("", url.strip("\x00\t\n\x0b\x0c\r "))
    if len(url) > LONGEST_URL:
        raise Failure("blocked", f"an address of {len(url)} characters; at most {LONGEST_URL} are asked")
    scheme = _SCHEME.match(url)
    if scheme is None:
        raise Failure("blocked", f"not an absolute address: {shown(url)}")
    kind = scheme[1].lower()
    if kind not in ("http", "https"):
        raise Failure("blocked", f"{kind}: is not asked, only http and https")
    authority = _AUTHORITY.match(url, scheme.end())
    if authority is None:
        raise Failure("blocked", f"an address without a host: {shown(url)}")
    if "@" in authority[1]:
        raise Failure("blocked", "an address with a user name in it is not asked")
    parts = _HOST_PORT.fullmatch(authority[1])
    if parts is None:
        raise Failure("blocked", f"a host that cannot be read: {authority[1]}")
    port = int(parts[3]) if parts[3] else 443 if kind == "https" else 80
    if not 0 < port < 65536:
        raise Failure("blocked", f"there is no port {port}")
    host, address = _six(parts[1]) if parts[1] is not None else _name(parts[2])
    return Target(scheme=kind, host=host, port=port, path=_path(url[authority.end() :]), address=address)


def _six(text: str) -> tuple[str, Address]:
    try:
        address = ipaddress.IPv6Address(text)
    except ValueError:
        raise Failure("blocked", f"[{text}] is not an address") from None
    return str(address), address


def _name(text: str) -> tuple[str, Address | None]:
    """A host as written → ASCII, and its address if it is one. Only the plain dotted form of an IPv4 address passes."""
    host = text.lower()
    if not host.isascii():
        try:
            host = idna.encode(text, uts46=True).decode("ascii").lower()
        except (idna.IDNAError, UnicodeError):
            raise Failure("blocked", f"{text} is not a name that can be looked up") from None
    host = host.removesuffix(".")
    if _NUMBER.fullmatch(host):
        if host != text:
            raise Failure("blocked", f"{text} is an odd way to write an address")
        try:
            address = ipaddress.IPv4Address(host)
        except ValueError:
            raise Failure("blocked", f"{text} is an odd way to write an address") from None
        return host, address
    if len(host) > 253 or not _NAME.fullmatch(host):
        raise Failure("blocked", f"{text or 'nothing'} is not a name that can be looked up")
    return host, None


def _path(text: str) -> str:
    """What follows the host → what is sent: no fragment, everything beyond plain ASCII percent-encoded as UTF-8."""
    text = text.partition("#")[0]
    text = text if text.startswith("/") else "/" + text
    if _PLAIN_PATH.fullmatch(text):
        return text
    return quote(_LONE_PERCENT.sub("%25", text), safe="!$%&'()*+,/:;=?@[]_.~-|", errors="surrogatepass")


def credentials(url: str) -> tuple[str, str | None]:
    """Take `user:password@` out of an address → the address without it, and the value of an Authorization header."""
    found = re.match(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#@\\]*)@([^/?#]*)", url.strip())
    if found is None:
        return url, None
    user = unquote_to_bytes(found[2])
    token = base64.b64encode(user if b":" in user else user + b":").decode("ascii")
    return found[1] + url.strip()[found.start(3) :], f"Basic {token}"


def shown(url: str) -> str:
    """An address for people: without user name, password and query, which may be secrets, and not too long."""
    bare = re.sub(r"//[^/?#]*@", "//", url[:1000])
    path, mark, _ = bare.partition("?")
    return path[:150] + ("?…" if mark else "")


# ---------------------------------------------------------------- names
class Lookups:
    """The system's resolver, each lookup in a thread of its own that nobody has to wait for.

    Not the event loop's pool: it has six threads on two processors, so six dead names would stop all others, and the interpreter
    would wait for them when it ends.
    """

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(MOST_LOOKUPS)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        await self._free.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[str]] = loop.create_future()

        def settle(found: Sequence[str], error: OSError | UnicodeError | None) -> None:
            self._free.release()
            if answer.cancelled():
                return
            if error is None:
                answer.set_result(found)
            else:
                answer.set_exception(error)

        def work() -> None:
            found: Sequence[str] = ()
            error: OSError | UnicodeError | None = None
            try:
                rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                found = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
            except (OSError, UnicodeError) as problem:
                error = problem
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, found, error)

        threading.Thread(target=work, daemon=True, name=f"lookup {host}").start()
        return await answer


class Guard:
    """Names and addresses → addresses that may be dialled."""

    def __init__(self, allowed: Sequence[Network], resolve: Resolver | None = None) -> None:
        self._allowed = tuple(allowed)
        self._resolve = resolve or Lookups()

    def check(self, target: Target) -> None:
        """Refuse a forbidden address at once; a name is judged when it is resolved."""
        if target.address is not None:
            check(target.address, target.port, self._allowed)

    async def addresses(self, target: Target) -> list[Address]:
        """All addresses of the host, each checked: one bad one refuses the name. Failure `dns` or `blocked`."""
        if target.address is not None:
            found = [target.address]
        else:
            try:
                found = [ipaddress.ip_address(text) for text in await self._resolve(target.host, target.port)]
            except (OSError, ValueError) as error:
                # ValueError: UnicodeError of a name that DNS cannot hold, or an address that is none.
                raise Failure("dns", f"{target.host}: {getattr(error, 'strerror', None) or error}") from None
            if not found:
                raise Failure("dns", f"{target.host} has no address")
        for address in found:
            check(address, target.port, self._allowed)
        return found
