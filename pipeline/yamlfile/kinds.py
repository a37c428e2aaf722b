"""The kinds of value that users write, as validators for pydantic fields: `Annotated[int, whole(1, 64)]`.

A validator says what was expected (`Expected`) or what is wrong (`Wrong`); `check` puts the value as written and its place to it.
So no validator ever prints a value, which may have come from `${NAME}`.
"""

from __future__ import annotations

import difflib
import math
import re
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{p}{n}" for p in ("com", "lpt") for n in range(1, 10))})
"""Names that some file system keeps for itself."""

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x061C, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_ODD_SPACES = {0xA0: " ", 0x202F: " ", 0x2007: " "}
_PLAIN = _INVISIBLE | _ODD_SPACES | {base + n: str(n) for base in (0x660, 0x6F0) for n in range(10)}
_EDGES = "".join(map(chr, _INVISIBLE)) + "".join(map(chr, _ODD_SPACES)) + " \t\n"


def visible(text: str) -> str:
    """Without the spaces and invisible characters that stick to what is pasted; those inside stay."""
    return text.strip(_EDGES)


def plain(text: str) -> str:
    """For ids, addresses and numbers: no invisible character anywhere, Arabic digits as 0-9."""
    return text.translate(_PLAIN).strip()


class Written(int):
    """A whole number that remembers how it was written: to a watchlist `012` is a text."""

    raw: str = ""


def as_text(value: Any) -> Any:
    """A whole number as it was written; anything else as it is."""
    return value.raw if isinstance(value, Written) else value


def expected(what: str, todo: str = "") -> PydanticCustomError:
    """«`what` was expected, not …»."""
    return PydanticCustomError("expected", "{what}", {"what": what, "todo": todo})


def wrong(what: str, todo: str = "", *, at: int = 0) -> PydanticCustomError:
    """A whole sentence. `at`: the character of a text that it is about; 0 for the whole of it."""
    return PydanticCustomError("wrong", "{what}", {"what": what, "todo": todo, "at": at})


# ---------------------------------------------------------------- numbers
def whole(least: int, most: int) -> BeforeValidator:
    what = f"a whole number from {least} to {most}"

    def validate(value: Any) -> int:
        if isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]{1,18}", plain(value)):
            value = int(plain(value))
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise expected(what)
        return int(value)

    return BeforeValidator(validate)


def number(least: float, most: float, *, above: bool = False) -> BeforeValidator:
    """`above`: the least itself does not count."""
    what = f"a number above {least:g} and up to {most:g}" if above else f"a number from {least:g} to {most:g}"

    def validate(value: Any) -> float:
        if isinstance(value, str) and re.fullmatch(r"[-+]?[0-9]{1,18}(?:\.[0-9]{1,18})?", plain(value)):
            value = float(plain(value))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
            raise expected(what)
        if not least <= value <= most or (above and value == least):
            raise expected(what)
        return float(value)

    return BeforeValidator(validate)


def _yes_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise expected("true or false")
    return value


yes_no = BeforeValidator(_yes_no)


# ---------------------------------------------------------------- durations and sizes
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s?(ms|s|m|h|d)")
_UNITS = {"ms": "milliseconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_SIZE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?)\s?(B|kB|KB|MB|GB)")
_BYTES = {"B": 1, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
_ABOUT = "write it as 250ms, 1s, 10m, 2h or 400d"


def duration(text: str) -> timedelta:
    """`250ms`, `1s`, `1.5s`, `10m`, `2h`, `400d` → timedelta; ValueError says what was expected."""
    found = _DURATION.fullmatch(plain(text))
    if found is None:
        raise ValueError(f"a duration with its unit was expected, not {text!r}")
    try:
        return timedelta(**{_UNITS[found[2]]: float(found[1])})
    except OverflowError:
        raise ValueError(f"a shorter duration was expected, not {text!r}") from None


def show(span: timedelta) -> str:
    """A duration as a user writes it."""
    seconds = span.total_seconds()
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        if seconds >= size and seconds % size == 0:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds * 1000:g}ms" if seconds else "0s"


def span(least: str, most: str) -> BeforeValidator:
    low, high = duration(least), duration(most)
    what = f"a duration from {least} to {most}"

    def validate(value: Any) -> timedelta:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            raise expected(f"{what}, with its unit,", f"for seconds write {value:g}s" if math.isfinite(value) else "")
        try:
            found = duration(value if isinstance(value, str) else "")
        except ValueError:
            raise expected(what, _ABOUT) from None
        if not low <= found <= high:
            raise expected(what)
        return found

    return BeforeValidator(validate)


def parse_size(text: str) -> int:
    """`500kB`, `10MB`, `1GB` → bytes (a kB is 1000); ValueError says what was expected."""
    found = _SIZE.fullmatch(plain(text))
    if found is None:
        raise ValueError(f"a size such as 10MB was expected, not {text!r}")
    return round(float(found[1]) * _BYTES[found[2].upper()])


def size(least: str, most: str) -> BeforeValidator:
    low, high = parse_size(least), parse_size(most)
    what = f"a size from {least} to {most}"

    def validate(value: Any) -> int:
        try:
            found = parse_size(value if isinstance(value, str) else "")
        except ValueError:
            raise expected(what, "write it with its unit, as 10MB") from None
        if not low <= found <= high:
            raise expected(what)
        return found

    return BeforeValidator(validate)


# ---------------------------------------------------------------- texts
def text(most: int = 200, *, what: str = "text") -> BeforeValidator:
    """One line of visible text. The invisible characters around it go; those inside stay, they may be meant (ZWNJ)."""

    def validate(value: Any) -> str:
        if not isinstance(value, str):
            raise expected(what, "put it in quotes" if isinstance(value, (int, float)) else "")
        found = " ".join(visible(value).split())
        if not found:
            raise wrong(f"{what} was expected, nothing stands here", "write it, or take the key away")
        if len(found) > most:
            raise wrong(f"{what} of at most {most} characters was expected, here are {len(found)}", "shorten it")
        return found

    return BeforeValidator(validate)


def _ident(value: Any) -> str:
    what = "an id of the letters a-z, digits and hyphens"
    value = as_text(value)
    if not isinstance(value, str):
        raise expected(what)
    found = plain(value)
    if not ID.fullmatch(found):
        slug = re.sub(r"[^a-z0-9]+", "-", found.lower()).strip("-")[:64].strip("-")
        better = f"write it as {slug}" if ID.fullmatch(slug) else "for example enab-baladi"
        raise expected(what if len(found) <= 64 else f"{what}, 64 at most,", better)
    if found in RESERVED:
        raise wrong(f"{found!r} is a reserved name", "choose another id")
    return found


ident = BeforeValidator(_ident)


def choice(*names: str) -> BeforeValidator:
    """One of a few words; a near miss is told with the nearest."""

    def validate(value: Any) -> str:
        found = plain(value) if isinstance(value, str) else value
        if found not in names:
            raise PydanticCustomError("choice", "{names}", {"names": list(names)})
        return str(found)

    return BeforeValidator(validate)


_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


def _language(value: Any) -> str:
    found = plain(value) if isinstance(value, str) else ""
    if not _LANGUAGE.fullmatch(found):
        raise expected("a language's code such as ar, ku or en")
    return found


language = BeforeValidator(_language)


# ---------------------------------------------------------------- addresses
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+-]{0,30}):?/{1,3}")
_SLIPS = ("http", "https")
_HOST = re.compile(r"(?!-)[^\s/?#@:\[\]\\<>\"'%|^`{}]{1,253}")


def _address(value: Any, *, credentials: bool = False) -> str:
    what = "a web address that begins with https:// or http://"
    if not isinstance(value, str):
        raise expected(what)
    found = plain_address(value)
    if any(c in found for c in ' \t\n\\<>"`{}|^') or not found.isprintable():
        raise wrong(
            "a web address holds no spaces, backslashes, quotation marks or brackets", "copy it anew from the browser"
        )
    scheme, colon, rest = found.partition("://")
    if not colon or scheme.lower() not in _SLIPS:
        raise expected(what, _slip(found))
    try:
        parts = urlsplit(f"{scheme.lower()}://{rest}")
        port = parts.port
    except ValueError:
        raise wrong("the host or port of this address cannot be read", "write it as https://host/path") from None
    if "@" in parts.netloc and not credentials:
        raise wrong("an address with a name and password in it is not fetched", "take away what stands before the @")
    host = parts.hostname or ""
    bare = parts.netloc.rpartition("@")[2]
    if not host or not (_HOST.fullmatch(host) or bare.startswith("[")) or ".." in host or host.startswith("."):
        raise wrong("the host is missing or is no name", "write it as https://host/path")
    if len(found) > 2000 or port == 0:
        raise wrong("the address is too long or has port 0", "copy it anew from the browser")
    return f"{scheme.lower()}://{rest}"


def plain_address(value: str) -> str:
    """Without the spaces around it and the invisible characters that were pasted with it."""
    return value.translate(_INVISIBLE | _ODD_SPACES).strip()


def _slip(found: str) -> str:
    """`htp://`, `https//`, `https:/`, `www.…`: what was probably meant."""
    begin = _SCHEME.match(found)
    if begin:
        scheme = begin[1].lower()
        near = difflib.get_close_matches(scheme, _SLIPS, n=1, cutoff=0.6)
        if scheme == "feed":
            near = ["https"]
        return f"did you mean {near[0]}://?" if near else "other kinds of address are not fetched"
    if re.match(r"//|www\.|[\w-]+(?:\.[\w-]+){1,5}(?:[/:?#]|\Z)", found):
        return "put https:// before it"
    return ""


address = BeforeValidator(_address)
feed_address = BeforeValidator(partial(_address, credentials=True))
"""As `address`; `name:password@` may stand before the host, for a feed that asks for them."""
