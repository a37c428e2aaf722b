"""A PostgreSQL server of one's own on loopback, for a benchmark: `with server() as url:`; None where there is none installed."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def _binaries() -> Path | None:
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


@contextlib.contextmanager
def server() -> Iterator[str | None]:
    """Its address, with the database that is always there."""
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="marsad-benchmark-"))
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        entry = next(e for name in ("postgres", "nobody") for e in pwd.getpwall() if e.pw_name == name)
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def call(*words: object) -> None:
        subprocess.run([str(w) for w in words], **as_user, check=True, stdout=subprocess.DEVNULL, cwd=folder)

    try:
        call(binaries / "initdb", "-D", "data", "-U", "marsad", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories="
        call(binaries / "pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
        try:
            yield f"postgresql://marsad@127.0.0.1:{port}/postgres"
        finally:
            call(binaries / "pg_ctl", "-D", "data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
