"""Upgrades of an archive that is there, on a chain of migrations made for the test: the real ones and two that follow them; and the real ones on an
archive of the first version."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline import store as room
from pipeline.errors import BusyError, StoreError
from pipeline.store import HEAD, SERVICE_LOCK, Lock, Store, copying, database, neighbours, schema, upgrade

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = Path(room.__file__).parent / "migrations" / "versions"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

NEXT, LATER = (f"{int(HEAD) + n:04}" for n in (1, 2))
"""The two versions to come."""

SECOND = f"""
import os, signal
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{NEXT}", "{HEAD}", None, None

def upgrade():
    op.add_column("runs", sa.Column("mood", sa.Text(), nullable=False, server_default="calm"))
    op.execute("UPDATE runs SET kind = 'was ' || kind")
    if os.environ.get("KILLED") == "second":
        os.kill(os.getpid(), signal.SIGKILL)
"""
THIRD = f"""
import os, signal
from alembic import op
revision, down_revision, branch_labels, depends_on = "{LATER}", "{NEXT}", None, None

def upgrade():
    op.execute("UPDATE runs SET mood = 'glad'")
    op.execute("CREATE TABLE later (x TEXT)")
    if os.environ.get("KILLED") == "third":
        os.kill(os.getpid(), signal.SIGKILL)
"""

OPENS = """
import sys
from pathlib import Path
from pipeline.store import Store, database, upgrade
database.HEAD = sys.argv[3]
upgrade.VERSIONS = (Path(sys.argv[1]),)
Store(sys.argv[2], create=False).close()
"""


@pytest.fixture
def chain(tmp_path) -> Path:
    """A folder with the migrations of a version to come."""
    folder = tmp_path / "versions"
    folder.mkdir()
    for real in VERSIONS.glob("m*.py"):
        shutil.copy(real, folder)
    (folder / "moods.py").write_text(SECOND)
    (folder / "later.py").write_text(THIRD)
    return folder


@pytest.fixture
def newer(chain, monkeypatch):
    """The program becomes the version to come."""

    def update() -> None:
        monkeypatch.setattr(database, "HEAD", LATER)
        monkeypatch.setattr(upgrade, "VERSIONS", (chain,))

    return update


def filled(url: str) -> None:
    store = Store(url)
    store.begin_run("collect", NOW)
    store.close()


def told(path: Path) -> tuple[str, list[str]]:
    """Revision and the runs' kinds, as any program would read them."""
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        kinds = [kind for (kind,) in c.execute("SELECT kind FROM runs ORDER BY id")]
        return c.execute("SELECT version_num FROM alembic_version").fetchone()[0], kinds


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("archive.sqlite.*.version-*"))


def test_an_upgrade_takes_all_migrations_and_leaves_a_private_copy_of_what_was(tmp_path, newer):
    path = tmp_path / "archive.sqlite"
    filled(f"sqlite:///{path}")
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    newer()
    Store(f"sqlite:///{path}", create=False).close()
    assert told(path) == (LATER, ["was collect"])
    (copy,) = copies(tmp_path)
    assert copy.name == f"archive.sqlite.20260302T090000Z.version-{HEAD}"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert told(copy) == (HEAD, ["collect"])
    Store(f"sqlite:///{path}", create=False).close()
    assert copies(tmp_path) == [copy]  # nothing to upgrade, nothing to copy


def test_a_new_archive_and_one_of_this_version_are_not_copied(tmp_path):
    filled(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    filled(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    assert copies(tmp_path) == []


@pytest.mark.parametrize("place", ["second", "third"])
def test_an_upgrade_that_is_killed_leaves_the_old_archive_and_the_next_start_ends_it(tmp_path, chain, place):
    path = tmp_path / "archive.sqlite"
    filled(f"sqlite:///{path}")
    words = [sys.executable, "-c", OPENS, str(chain), f"sqlite:///{path}", LATER]
    killed = subprocess.run(words, cwd=ROOT, env=os.environ | {"KILLED": place}, check=False)
    assert killed.returncode == -9
    (copy,) = copies(tmp_path)
    assert told(copy) == (HEAD, ["collect"])
    bare = tmp_path / "aside"
    bare.mkdir()
    for file in tmp_path.glob("archive.sqlite*"):
        shutil.copy(file, bare)
    assert told(bare / "archive.sqlite") == (HEAD, ["collect"])
    subprocess.run(words, cwd=ROOT, check=True)
    assert told(path) == (LATER, ["was collect"])
    assert all(told(c) == (HEAD, ["collect"]) for c in copies(tmp_path))
    assert not list(tmp_path.glob("*.partial"))


def test_of_the_copies_the_newest_two_stay(tmp_path, newer):
    path = tmp_path / "archive.sqlite"
    filled(f"sqlite:///{path}")
    for day in (1, 2, 3):
        (tmp_path / f"archive.sqlite.2026030{day}T090000Z.version-{HEAD}").write_text("old")
    (tmp_path / "archive.sqlite.mine").write_text("a copy of the operator's")
    newer()
    Store(f"sqlite:///{path}", create=False).close()
    first, second = copies(tmp_path)
    assert first.name == f"archive.sqlite.20260303T090000Z.version-{HEAD}"
    assert told(second) == (HEAD, ["collect"])
    assert (tmp_path / "archive.sqlite.mine").exists()


def test_an_archive_of_a_version_to_come_is_refused_and_not_touched(tmp_path, newer, monkeypatch):
    path = tmp_path / "archive.sqlite"
    newer()
    filled(f"sqlite:///{path}")
    monkeypatch.undo()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=rf"made by a newer version \({LATER}\); update marsad"):
        Store(f"sqlite:///{path}", create=False)
    assert path.read_bytes() == before
    assert copies(tmp_path) == []


@pytest.mark.parametrize("name", [SERVICE_LOCK, "archive.sqlite.lock"])
def test_nothing_is_upgraded_under_the_feet_of_a_service_or_a_run(tmp_path, newer, monkeypatch, name):
    path = tmp_path / "archive.sqlite"
    filled(f"sqlite:///{path}")
    newer()
    lock = Lock(tmp_path / name)
    lock.acquire(NOW)
    monkeypatch.setattr(Lock, "_held", set())  # as if another process held it
    with pytest.raises(BusyError, match=f"pid {os.getpid()}"):
        Store(f"sqlite:///{path}", create=False)
    assert told(path) == (HEAD, ["collect"])
    assert copies(tmp_path) == []
    lock.release()
    Store(f"sqlite:///{path}", create=False).close()
    assert told(path)[0] == LATER


def test_the_service_itself_may_upgrade_an_older_archive_that_was_put_in_its_place(tmp_path, newer):
    path = tmp_path / "archive.sqlite"
    filled(f"sqlite:///{path}")
    newer()
    lock = Lock(tmp_path / SERVICE_LOCK)
    lock.acquire(NOW)
    Store(f"sqlite:///{path}", create=False).close()
    assert told(path)[0] == LATER
    assert lock.ours()
    lock.release()
    assert not lock.ours()


def test_without_a_copy_there_is_no_upgrade(tmp_path, newer, monkeypatch):
    path = tmp_path / "archive.sqlite"
    filled(f"sqlite:///{path}")
    newer()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, "flush", full)
    with pytest.raises(StoreError, match=r"No space left on device.*make room for a second archive.sqlite beside it"):
        Store(f"sqlite:///{path}", create=False)
    assert told(path) == (HEAD, ["collect"])
    assert [p.name for p in tmp_path.iterdir() if "partial" in p.name or "version-" in p.name] == []


@pytest.mark.postgres
def test_a_servers_archive_is_upgraded_in_one_transaction(postgres_url, newer, chain, monkeypatch):
    filled(postgres_url)
    newer()
    third = chain / "later.py"
    third.write_text(THIRD + "    op.execute('SELECT no_such_column')\n")
    with pytest.raises(StoreError):
        Store(postgres_url, create=False)
    third.write_text(THIRD)
    engine = sa.create_engine(sa.engine.make_url(postgres_url).set(drivername="postgresql+psycopg"))
    with engine.connect() as c:
        assert c.execute(sa.text("SELECT kind FROM runs")).scalar() == "collect"
    Store(postgres_url, create=False).close()
    with engine.connect() as c:
        assert c.execute(sa.text("SELECT kind, mood FROM runs")).one() == ("was collect", "glad")
    engine.dispose()


def test_an_archive_of_the_first_version_keeps_what_it_knows(store_url, monkeypatch, chain):
    """Articles filed before keys knew when they came out are found by them as before."""
    for later in chain.iterdir():
        if later.name != "m0001_initial.py":
            later.unlink()
    article = {c.name: "" for c in schema.articles.columns if not c.nullable} | {
        "id": "a1",
        "first_seen": NOW,
        "similarity": 1.0,
        "origin": {"outlet": "a", "basis": "earliest"},
        "fingerprint": {},
        "credits": [],
        "links": [],
    }
    key = {"band": neighbours.number("k"), "seen": int(NOW.timestamp()), "article": "a1"}
    with monkeypatch.context() as old:
        old.setattr(database, "HEAD", "0001")
        old.setattr(upgrade, "VERSIONS", (chain,))
        store = Store(store_url)
        with store._write() as c:
            c.execute(sa.insert(schema.articles), [article])
            c.execute(sa.insert(schema.bands), [key])
        store.close()
    met = []

    def choose(kin):
        met.extend(kin)
        return [k.id for k in kin]

    store = Store(store_url, create=False)
    assert [n.article.id for n in store.neighbours(["k"], "none", NOW, choose=choose)] == ["a1"]
    assert [k.came_out for k in met] == [int(NOW.timestamp())]
    store.close()
