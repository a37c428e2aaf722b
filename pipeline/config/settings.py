"""pipeline.yaml: how we work. Every key has a usual value."""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

import pipeline
from pipeline import yamlfile
from pipeline.errors import Problem
from pipeline.yamlfile import Section, Tree, kinds

STORE = "sqlite:///outputs/archive.sqlite"
TIMEZONE = "Asia/Damascus"
USER_AGENT = f"marsad/{pipeline.__version__}"
Language = Literal["ar", "en"]
Digits = Literal["western", "arabic-indic"]

# Cities that people look for and the tz database knows under another name.
_CITIES = {
    "Asia/Riyadh": "jeddah jiddah mecca makkah medina madinah dammam taif riyadh saudi",
    "Asia/Damascus": "aleppo homs hama idlib latakia raqqa hasakah qamishli deir_ez-zor syria",
    "Asia/Baghdad": "basra mosul erbil arbil sulaymaniyah kirkuk najaf karbala iraq",
    "Asia/Amman": "irbid zarqa jordan",
    "Asia/Beirut": "sidon tyre lebanon",
    "Asia/Dubai": "abu_dhabi sharjah emirates uae",
    "Asia/Qatar": "doha",
    "Asia/Bahrain": "manama",
    "Asia/Kuwait": "kuwait_city",
    "Asia/Aden": "sanaa sana'a taiz yemen",
    "Asia/Gaza": "rafah khan_younis palestine",
    "Asia/Hebron": "ramallah nablus jenin",
    "Asia/Jerusalem": "al_quds quds tel_aviv haifa",
    "Asia/Tehran": "mashhad isfahan qom iran",
    "Europe/Istanbul": "ankara izmir gaziantep diyarbakir turkey",
    "Africa/Cairo": "alexandria giza suez egypt",
    "Africa/Tripoli": "benghazi misrata libya",
    "Africa/Casablanca": "rabat marrakesh fes tangier morocco",
    "Africa/Algiers": "oran constantine algeria",
    "Africa/Khartoum": "omdurman port_sudan sudan",
}
_CITY_ZONES = {city: zone for zone, cities in _CITIES.items() for city in cities.split()}


@cache
def _zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def zone(value: Any) -> str:
    """A name of the tz database, told with the nearest where it is none."""
    found = kinds.plain(value) if isinstance(value, str) else ""
    if found in _zones() and "/" in found:
        return found
    if found in {"UTC", "GMT"}:
        return "UTC"
    raise kinds.expected("a time zone such as Asia/Damascus", _nearest_zone(found))


def _nearest_zone(name: str) -> str:
    city = name.rpartition("/")[2].strip().lower().replace(" ", "_")
    zones = sorted(z for z in _zones() if "/" in z and not z.startswith(("Etc/", "posix/", "right/")))
    by_city = {z.rpartition("/")[2].lower(): z for z in reversed(zones)} | _CITY_ZONES
    near = by_city.get(city) or yamlfile.nearest(name, zones) or by_city.get(yamlfile.nearest(city, by_city) or "")
    return f"did you mean {near!r}?" if near else "zones are named Continent/City"


_ENGINE = re.compile(r"[a-z][a-z0-9+.-]{1,30}://[^\s/]{1,200}\S{0,200}")


def _workers(value: Any) -> int | str:
    if isinstance(value, str) and _ENGINE.fullmatch(kinds.plain_address(value)):
        return kinds.plain_address(value)
    return kinds.whole(0, 64).func(value)  # type: ignore[call-arg,no-any-return]


def _user_agent(value: Any) -> str:
    found = kinds.visible(value) if isinstance(value, str) else ""
    if not re.fullmatch(r"[!-~](?:[ -~]{0,298}[!-~])?", found):
        raise kinds.expected(
            "a line of Latin letters, as it is sent to every server,", "add an address about you to it"
        )
    return found


def _network(value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    what = "a network such as 10.0.0.0/8 or fd00::/8"
    text = kinds.plain(value) if isinstance(value, str) else ""
    try:
        found = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise kinds.expected(what) from None
    if found.prefixlen == 0:
        raise kinds.wrong(
            "this network is the whole internet, which would switch the guard off", "name the private ones"
        )
    if ipaddress.ip_interface(text).ip != found.network_address:
        raise kinds.expected(what, f"write {found}")
    return found


def _listen(value: Any) -> tuple[str, int]:
    found = re.fullmatch(r"(\[[0-9a-fA-F:.]{2,45}\]|[A-Za-z0-9.-]{1,253}):([0-9]{1,5})", kinds.plain(str(value)))
    if isinstance(value, str) and found and int(found[2]) <= 65535:
        host = found[1].strip("[]")
        try:
            if found[1].startswith("[") or re.fullmatch(r"[0-9.]+", host):
                ipaddress.ip_address(host)
        except ValueError:
            pass
        else:
            return host, int(found[2])
    raise kinds.expected("an address with its port", "write it as 127.0.0.1:8700")


_STORE = re.compile(
    r"(?P<backend>[A-Za-z][\w.-]*)(?:\+(?P<driver>[\w.-]*))?://(?P<host>[^/?#]*)(?:/(?P<path>[^?]*))?(?:\?.*)?",
    re.DOTALL,
)


def _store(value: Any) -> str:
    """The URL as given. Nothing of it but the names of backend and driver is ever printed: it may hold a password."""
    found = _STORE.fullmatch(kinds.visible(value)) if isinstance(value, str) else None
    if found is None:
        raise kinds.wrong("this is no database address", f"write it as {STORE} or postgresql://user@host/db")
    backend, driver, host, path = found["backend"].lower(), found["driver"], found["host"], found["path"]
    if backend == "sqlite":
        if driver not in (None, "pysqlite"):
            raise kinds.wrong("sqlite works with its own driver alone", "write sqlite:///…")
        if host or not path or path == ":memory:" or path.endswith("/"):
            raise kinds.wrong("sqlite needs a file", f"write it with three slashes, as {STORE}")
        if "?" in value:
            raise kinds.wrong(
                "sqlite takes no options", "write the address up to the question mark; %3F stands for one in a name"
            )
    elif backend == "postgresql":
        if driver not in (None, "psycopg"):
            raise kinds.wrong("postgresql works with the driver psycopg alone", "write postgresql://…")
        if not path:
            raise kinds.wrong("the name of the database is missing", "write it as postgresql://user@host/db")
        if not re.fullmatch(r"(?:.*@)?(?:\[[0-9A-Fa-f:.]+\]|[\w.-]*)(?::[0-9]{1,5})?", host, re.DOTALL):
            raise kinds.wrong(
                "the host or port of the database cannot be read", "a password is written with %40 for @, %2F for /"
            )
        if find_spec("psycopg") is None:
            raise kinds.wrong("for postgresql the library psycopg is missing", "install marsad[postgres]")
    else:
        near = (
            "postgresql"
            if backend in ("postgres", "psql", "pgsql")
            else yamlfile.nearest(backend, ("sqlite", "postgresql"))
        )
        raise kinds.wrong(
            "the store is sqlite or postgresql", f"did you mean {near}://?" if near else f"write it as {STORE}"
        )
    return kinds.visible(value)


def _folder(value: Any) -> str:
    found = kinds.visible(value) if isinstance(value, str) else ""
    if not found or "\0" in found or not found.isprintable():
        raise kinds.expected("a folder")
    return found


class FetchSection(Section):
    user_agent: Annotated[str, BeforeValidator(_user_agent)] = USER_AGENT
    in_flight: Annotated[int, kinds.whole(1, 512)] = 32
    per_host: Annotated[int, kinds.whole(1, 16)] = 1
    delay: Annotated[timedelta, kinds.span("0s", "10m")] = timedelta(seconds=1)
    timeout: Annotated[timedelta, kinds.span("100ms", "10m")] = timedelta(seconds=20)
    max_bytes: Annotated[int, kinds.size("1kB", "500MB")] = 10_000_000
    robots: Annotated[bool, kinds.yes_no] = True
    allow_networks: tuple[Annotated[ipaddress.IPv4Network | ipaddress.IPv6Network, BeforeValidator(_network)], ...] = ()


class WebSection(Section):
    listen: Annotated[tuple[str, int], BeforeValidator(_listen)] = ("127.0.0.1", 8700)


PORTS = {"starttls": 587, "tls": 465, "none": 25, "unencrypted": 25}
"""The usual port of each way to speak to a mail server."""


def mailbox(value: Any) -> str:
    """A bare mail address, its domain in ASCII."""
    found = kinds.plain_address(value) if isinstance(value, str) else ""
    local = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]{1,64}){0,8}"
    name = re.fullmatch(f"({local})@" + r"((?:[\w](?:[\w-]{0,61}[\w])?\.){1,8}[^\W\d_][\w-]{1,62})", found)
    if not name or len(name[1]) > 64:
        raise kinds.expected("an e-mail address such as a@example.org")
    try:
        return f"{name[1]}@{name[2].encode('idna').decode('ascii')}"
    except UnicodeError:
        raise kinds.expected("an e-mail address such as a@example.org") from None


def is_mailbox(text: str) -> bool:
    """Whether mail can be addressed so, as written."""
    try:
        return mailbox(text) == text
    except PydanticCustomError:
        return False


def _sender(value: Any) -> tuple[str, str]:
    """`Name <address>`, or an address alone, which has no name."""
    found = re.fullmatch(r"([^<>]{0,200})<([^<>]{1,300})>", kinds.visible(value) if isinstance(value, str) else "")
    if found is None:
        return "", mailbox(value)
    name = " ".join(found[1].strip().strip('"').split())
    if not name.isprintable():
        raise kinds.expected("a sender such as مرصد <marsad@example.org>")
    return name, mailbox(found[2])


def _mail_host(value: Any) -> str:
    found = kinds.plain_address(value).strip("[]") if isinstance(value, str) else ""
    if re.fullmatch(r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_-]{1,63})*", found):
        return found
    try:
        return str(ipaddress.IPv6Address(found))
    except ValueError:
        raise kinds.expected("the name or address of a mail server", "its port stands in `port:`") from None


def _secret(value: Any) -> str:
    found = kinds.as_text(value)
    if not isinstance(found, str) or not found or not found.isprintable():
        raise kinds.expected("a line of text", "best kept in the environment, as ${NAME}")
    return found


secret = BeforeValidator(_secret)


class MailSection(Section):
    host: Annotated[str, BeforeValidator(_mail_host)]
    port: Annotated[int | None, kinds.whole(1, 65535)] = None
    security: Annotated[Literal["starttls", "tls", "none", "unencrypted"], kinds.choice(*PORTS)] = "starttls"
    user: Annotated[str | None, secret] = None
    password: Annotated[str | None, secret] = None
    sender: Annotated[tuple[str, str], BeforeValidator(_sender)] = Field(alias="from")
    link: Annotated[str | None, kinds.address] = None


class PipelineSection(Section):
    store: Annotated[str, BeforeValidator(_store)] = STORE
    outputs: Annotated[str, BeforeValidator(_folder)] = "outputs"
    timezone: Annotated[str, BeforeValidator(zone)] = TIMEZONE
    language: Annotated[Language, kinds.choice("ar", "en")] = "ar"
    digits: Annotated[Digits, kinds.choice("western", "arabic-indic")] = "western"
    hijri: Annotated[bool, kinds.yes_no] = False
    workers: Annotated[int | str, BeforeValidator(_workers)] = 2
    collect: Annotated[timedelta, kinds.span("10s", "1d")] = timedelta(minutes=10)
    alive: Annotated[str | None, kinds.address] = None
    fetch: FetchSection = FetchSection()
    web: WebSection = WebSection()
    mail: MailSection | None = None


def disagreements(tree: Tree, made: PipelineSection) -> list[Problem]:
    """What single keys cannot see."""
    problems = []
    if made.fetch.per_host > made.fetch.in_flight:
        what = f"per_host is more than in_flight ({made.fetch.in_flight})"
        problems.append(tree.problem(("fetch", "per_host"), what, "lower it"))
    if made.mail is not None:
        problems += _mail_disagreements(tree, made.mail)
    return problems


def _mail_disagreements(tree: Tree, mail: MailSection) -> list[Problem]:
    problems = []
    if (mail.user is None) != (mail.password is None):
        missing = "password" if mail.password is None else "user"
        problems.append(tree.problem(("mail",), f"the key {missing!r} is missing", "a login needs both, or neither"))
    if mail.security == "none" and not _loopback(mail.host):
        what = "without encryption, everyone on the way reads and changes the mail"
        todo = "use starttls or tls; if it must be so, write security: unencrypted"
        problems.append(tree.problem(("mail", "security"), what, todo))
    return problems


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
