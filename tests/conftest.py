"""What the tests share: the clock's zero, articles in the making, a PostgreSQL server of our own."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# One machine's load must not decide: no deadlines; the same examples everywhere.
settings.register_profile(
    "house", deadline=None, derandomize=True, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # Tests that a shell runs in the background would hand a deaf ear on to every process that they interrupt.
    signal.signal(signal.SIGINT, signal.default_int_handler)

IN_CI = bool(os.environ.get("CI"))


def missing(what: str) -> None:
    """Skip for want of `what`; in CI, where everything must be there, fail."""
    if IN_CI:
        pytest.fail(f"{what} is missing, and CI must have it")
    pytest.skip(f"{what} is not installed")


@pytest.fixture(scope="session")
def tool() -> Callable[[str], str]:
    """A program of this machine, by name → its path; see `missing`."""

    def find(name: str) -> str:
        found = shutil.which(name)
        if found is None:
            missing(name)
        return found

    return find


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def _server_binaries() -> Path | None:
    """The folder of initdb and pg_ctl, where Debian puts them too."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((f for f in folders if (f / "initdb").exists() and (f / "pg_ctl").exists()), None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of our own on loopback → its URL without a database's name. It ends with the tests."""
    binaries = _server_binaries()
    if binaries is None:
        missing("PostgreSQL's server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="marsad-postgres-"))
    as_user = {}
    if os.geteuid() == 0:  # the server refuses to run as root
        entry = next(
            (e for name in ("postgres", "nobody") for e in pwd.getpwall() if e.pw_name == name), pwd.getpwuid(0)
        )
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        as_user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def call(*words: object) -> None:
        done = subprocess.run(
            [str(w) for w in words],
            **as_user,
            check=False,
            capture_output=True,
            text=True,
            cwd=folder,
            env={"PATH": os.environ["PATH"]},
        )
        assert done.returncode == 0, done.stdout + done.stderr

    data = folder / "data"
    try:
        call(binaries / "initdb", "-D", data, "-U", "marsad", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
        call(binaries / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://marsad@127.0.0.1:{port}"
        finally:
            call(binaries / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A database of its own for one test."""
    import psycopg

    name = f"test_{os.urandom(6).hex()}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{postgres_server}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An archive's address, once for each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'archive.sqlite'}"
    return request.getfixturevalue("postgres_url")
