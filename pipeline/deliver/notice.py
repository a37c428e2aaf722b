"""A notice to a chat or a telephone: Telegram, Slack, Matrix and whatever else apprise speaks to. It is an extra, `marsad[apprise]`.

What apprise says is yes or no, and why only in its log; so that is listened to, and told without the address, which is a secret.
Its connections are its own: they do not pass our guard, and a service that hangs holds a run for as long as apprise lets it.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from pipeline.deliver.message import Refusal
from pipeline.errors import one_line
from pipeline.model import Drop

_SECRET = 5
"""Characters from which a piece of an address is taken for a secret."""
_DETAIL = 200


def installed() -> bool:
    return find_spec("apprise") is not None


def understood(address: str) -> bool:
    """Whether apprise knows a service by this address."""
    import apprise  # noqa: PLC0415  an extra, and 80 ms

    with _listening(apprise):
        return bool(apprise.Apprise().add(address))


def send(address: str, title: str, text: str) -> Refusal | None:
    """None when the service said yes. A no may be the service's or the address's: it is tried again."""
    if not installed():
        return Refusal(drop=Drop(reason="withdrawn", detail="apprise is not installed here"), everyone=True)
    import apprise  # noqa: PLC0415  as above

    asset = apprise.AppriseAsset(app_id="Marsad", app_desc="Marsad", secure_logging=True, async_mode=False)
    service = apprise.Apprise(asset=asset)
    with _listening(apprise) as log:
        if service.add(address) and service.notify(body=text, title=title, body_format=apprise.NotifyFormat.TEXT):
            return None
        said = [line for line in log.getvalue().splitlines() if line.strip()]
    return Refusal(drop=Drop(reason="refused", detail=_masked(said[-1], address) if said else "no reason was given"))


@contextmanager
def _listening(apprise: Any) -> Iterator[io.StringIO]:
    """What apprise says meanwhile, and nowhere else: its lines may hold addresses."""
    logger = logging.getLogger("apprise")
    before, logger.propagate = logger.propagate, False
    try:
        with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:
            yield log
    finally:
        logger.propagate = before


def _masked(line: str, address: str) -> str:
    """One line, without any piece of the address that may be a secret."""
    pieces = sorted(re.split(r"[^\w.-]+", address.partition("://")[2]), key=len, reverse=True)
    for piece in pieces:
        if len(piece) >= _SECRET:
            line = line.replace(piece, "…")
    return one_line(line)[:_DETAIL]
