"""A webhook: the edition's JSON in a POST, signed, and recognisable when it comes twice. The POST itself is handed in: it goes
through the same guard as every question to the web.
"""

from __future__ import annotations

import hashlib
import hmac

from pipeline.deliver.message import Refusal
from pipeline.model import Drop

SIGNATURE = "X-Marsad-Signature"

_NOT_NOW = frozenset({401, 403, 407, 408, 409, 421, 423, 425, 429})
"""4xx that another time, or a mended setting, may cure."""


def key(digest: str, date: str, recipient: str) -> str:
    """The Idempotency-Key: the same for every attempt at the same delivery, and for no other."""
    return hashlib.sha256(f"webhook\n{digest}\n{date}\n{recipient}".encode()).hexdigest()[:32]


def signature(secret: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256 of the body as sent, in hex."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def headers(body: bytes, *, digest: str, date: str, recipient: str, secret: str | None) -> dict[str, str]:
    """What goes with the body. Without a secret it is not signed."""
    made = {
        "Content-Type": "application/json; charset=utf-8",
        "Idempotency-Key": key(digest, date, recipient),
        "X-Marsad-Edition": f"{digest}/{date}",
    }
    return made if secret is None else made | {SIGNATURE: signature(secret, body)}


def refusal(drop: Drop) -> Refusal:
    """What a failed POST means: a 4xx that says no to this body is for good, all else is tried again."""
    status = int(drop.reason[5:]) if drop.reason.startswith("http-") else 0
    no = drop.reason == "gone" or (400 <= status < 500 and status not in _NOT_NOW)
    return Refusal(drop=drop, for_good=no)
