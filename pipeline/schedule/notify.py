"""Telling systemd how we are (`Type=notify`): one datagram to the address that it gave us; without one, nothing is told."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(*facts: str) -> None:
    """`READY=1`, `STATUS=…`, `WATCHDOG=1`, `STOPPING=1`. A supervisor that does not listen is its own affair."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address[:1] not in {"/", "@"}:
        return
    where = "\0" + address[1:] if address.startswith("@") else address  # `@`: a name in the abstract space
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
        door.settimeout(1)  # the loop waits here: a full queue must not hold it up for long
        door.sendto("\n".join(facts).encode(), where)


def watchdog() -> float | None:
    """Seconds within which the supervisor wants to hear of us; None when it does not watch us."""
    text, pid = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
    if not (text.isdigit() and int(text)) or (pid.isdigit() and int(pid) != os.getpid()):
        return None
    return int(text) / 1e6
