"""An edition as a mail for one recipient: the same bytes at every attempt, and no line of a header that we did not write.

Every text that comes in here may hold what the web wrote. A header gets one line of visible characters; bodies are base64, so that no
line is too long for a server and none is taken for its end.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from pipeline.model import Drop

SUBJECT = 78
"""Characters of a subject."""

_BREAKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why one delivery came to nothing."""

    drop: Drop
    for_good: bool = False
    """The other side does not want it: asking again is of no use."""
    everyone: bool = False
    """It is the server's state, not this recipient's: nobody else need be tried now."""


def header_text(text: str, most: int = SUBJECT) -> str:
    """A text as it may stand in a header: one line, nothing that steers or hides, at most `most` characters."""
    line = _BREAKS.sub(" ", text)
    line = "".join(c for c in line if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn", "Cc"})
    line = " ".join(line.split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def message_id(digest: str, date: str, recipient: str, domain: str) -> str:
    """The same for every attempt at the same delivery, and for no other."""
    mark = hashlib.sha256(f"{digest}\n{date}\n{recipient}".encode()).hexdigest()[:32]
    return f"<{digest}.{date}.{mark}@{domain}>"


def mail_message(
    *,
    sender: tuple[str, str],
    to: str,
    subject: str,
    text: str,
    html: str,
    digest: str,
    title: str,
    date: str,
    at: datetime,
) -> EmailMessage:
    """`sender`: name and address. `at`: when it was first owed, aware; a later attempt has the same Date."""
    name, address = sender
    local, _, domain = address.rpartition("@")
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(display_name=header_text(name or title), username=local, domain=domain)
    made["To"] = Address(addr_spec=to)
    made["Subject"] = header_text(subject) or digest
    made["Date"] = at
    made["Message-ID"] = message_id(digest, date, to, domain)
    made["List-Id"] = f"<{digest}.{domain}>"
    made["List-Unsubscribe"] = f"<mailto:{address}?subject=unsubscribe%20{digest}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(_writable(text), charset="utf-8", cte="base64")
    made.add_alternative(_writable(html), subtype="html", charset="utf-8", cte="base64")
    # The library draws a boundary by chance; no base64 line can be this one.
    made.set_boundary(f"=_{hashlib.sha256(made['Message-ID'].encode()).hexdigest()[:32]}")
    return made


def _writable(text: str) -> str:
    """Without NUL and lone surrogates, which no charset holds."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
