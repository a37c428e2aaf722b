"""What an answer says: its head as far as it can be trusted, its body as far as it is wanted."""

from __future__ import annotations

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote

import httpx

from pipeline.fetch.coding import Body
from pipeline.fetch.failure import Failure

LONGEST_RETRY = timedelta(hours=24)
LONGEST_VALIDATOR = 1000
"""Characters of an ETag that is kept and sent back; servers refuse requests with longer ones, for ever."""
MOST_REST = 65_536
"""Bytes of an unwanted body that are read so that its connection can serve again."""


# ---------------------------------------------------------------- reading heads
def sendable(value: str) -> bool:
    """Whether a validator can be sent back byte for byte, and is worth it."""
    return 0 < len(value) <= LONGEST_VALIDATOR and value.isascii() and value.isprintable() and value == value.strip()


def headers_of(response: httpx.Response) -> dict[str, str]:
    """Lower-case names; several values joined; no cookies, and no validator that could not be sent back."""
    values: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in response.headers.raw:
        values[name.decode("ascii").lower()].append(_text(value))
    values.pop("set-cookie", None)
    headers = {name: ", ".join(texts) for name, texts in values.items()}
    for key in ("etag", "last-modified"):
        if key in headers and not sendable(headers[key]):
            del headers[key]
    return headers


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def location_of(response: httpx.Response) -> str:
    """Where a redirect leads, as written; bytes that are no UTF-8 are percent-encoded as they are. Failure without one."""
    values = [value for name, value in response.headers.raw if name.lower() == b"location"]
    written = values[0].strip() if values else b""
    if not written:
        raise Failure("redirect", f"status {response.status_code} without a Location")
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return quote(written, safe="!#$%&'()*+,/:;=?@[]_.~-|\\")


def retry_after(value: str, now: float) -> timedelta | None:
    """Seconds or a date → how long to wait, at most a day; None for what is neither, or not in the future."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        seconds = float(value) if len(value) < 20 else LONGEST_RETRY.total_seconds()
    else:
        try:
            when = parsedate_to_datetime(value)
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        seconds = (when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() - now
    return min(timedelta(seconds=min(seconds, 1e6)), LONGEST_RETRY) if seconds > 0 else None


# ---------------------------------------------------------------- reading bodies
async def read_body(response: httpx.Response, headers: Mapping[str, str], cap: int, *, cut: bool) -> bytes:
    """The whole body, undone; of one beyond `cap` bytes that much if it may be `cut`. Failure `empty`, `too-large`, `encoding`, `truncated`."""
    length = headers.get("content-length", "")
    if length.isdigit() and not cut and (len(length) > 15 or int(length) > cap):
        raise Failure("too-large", f"{length} bytes announced, at most {cap} are read")
    body = Body(headers.get("content-encoding", ""), cap, cut=cut)
    assert isinstance(response.stream, httpx.AsyncByteStream)
    async for piece in response.stream:
        body.feed(piece)
        if body.full:
            break
    whole = body.whole()
    if not whole:
        raise Failure("empty", "an answer without content")
    return whole


async def drain(response: httpx.Response, headers: Mapping[str, str]) -> None:
    """Read a short unwanted body to its end, so that the connection lives on; leave a long or slow one."""
    length = headers.get("content-length", "")
    if response.status_code != 304 and not (length.isdigit() and len(length) < 7 and int(length) <= MOST_REST):
        return
    with contextlib.suppress(Failure, TimeoutError):
        async with asyncio.timeout(1.0):
            assert isinstance(response.stream, httpx.AsyncByteStream)
            async for _ in response.stream:
                pass
