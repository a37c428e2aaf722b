"""Copies of an archive while others write, and a backup put back in the archive's place, whatever lies there."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.errors import BusyError, StoreError, UsageError
from pipeline.store import SERVICE_LOCK, Lock, Store, copying, restore, upgrade

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOREIGN = "CREATE TABLE bookmarks (id INTEGER PRIMARY KEY)"

KILLED = """
import os, signal, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("PRAGMA journal_mode=DELETE")
c.execute("PRAGMA cache_size=5")
c.execute("BEGIN IMMEDIATE")
c.execute("UPDATE runs SET kind = 'lost' || hex(zeroblob(3000))")
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def path(tmp_path) -> Path:
    """An archive with three runs in it, of many pages."""
    (tmp_path / "outputs").mkdir()
    path = tmp_path / "outputs" / "archive.sqlite"
    fill(path, "collect")
    return path


def fill(path: Path, *kinds: str) -> None:
    store = Store(url(path))
    for kind in kinds:
        for _ in range(40):
            store.begin_run(kind, NOW)
    store.close()


def url(path: Path) -> str:
    return f"sqlite:///{path}"


def kinds(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {kind for (kind,) in c.execute("SELECT kind FROM runs")}


def killed_writer(path: Path) -> None:
    """Leaves half a transaction in the archive, and beside it the journal by which SQLite takes it back."""
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.with_name(f"{path.name}-journal").stat().st_size > 0


def saved(path: Path) -> Path:
    """A backup."""
    store = Store(url(path))
    store.backup(path.parent.parent / "copy.sqlite")
    store.close()
    return path.parent.parent / "copy.sqlite"


# ---------------------------------------------------------------- backup
def test_a_backup_is_one_file_for_its_owner_alone(path):
    copy = saved(path)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [p.name for p in copy.parent.iterdir() if p.is_file()] == ["copy.sqlite"]
    assert kinds(copy) == {"collect"}


def test_the_copy_of_an_archive_that_is_written_ahead_needs_no_second_file(path):
    with closing(sqlite3.connect(path)) as c:
        assert c.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
        copying.backup(path, path.with_name("copy.sqlite"))
        assert path.with_name("copy.sqlite").read_bytes()[18:20] == b"\x01\x01"


@pytest.mark.parametrize("name", ["archive.sqlite", "archive.sqlite-journal", "archive.sqlite.lock", "linked", "."])
def test_a_backup_never_replaces_the_archive_or_what_belongs_to_it(path, name):
    (path.parent / "linked").symlink_to(path)
    before = path.read_bytes()
    opened = Store(url(path))
    with pytest.raises(UsageError):
        opened.backup(path.parent / name)
    opened.close()
    assert path.read_bytes() == before


def test_a_damaged_archive_is_not_copied_over_a_good_backup(path):
    copy = saved(path)
    good = copy.read_bytes()
    spoil(path)
    with pytest.raises(StoreError, match="it is damaged, no backup was written"):
        copying.backup(path, copy)
    assert copy.read_bytes() == good
    assert not list(copy.parent.glob("*.partial*"))


def spoil(path: Path) -> None:
    """Rubbish in the place of the runs' pages."""
    with closing(sqlite3.connect(path)) as c:
        (page,) = c.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs'").fetchone()
        (size,) = c.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xaa" * size)


def test_a_backup_lets_others_write_between_two_pieces_and_has_what_they_wrote(path, monkeypatch):
    monkeypatch.setattr(copying, "PIECE", 4)

    class Pieces(copying._Pieces):
        wrote = False

        def __call__(self, *counts: int) -> None:
            if not Pieces.wrote:
                Pieces.wrote = True
                with closing(sqlite3.connect(path, timeout=0)) as c, c:  # nobody to wait for
                    c.execute("UPDATE runs SET kind = 'written meanwhile'")
            super().__call__(*counts)

    monkeypatch.setattr(copying, "_Pieces", Pieces)
    assert kinds(saved(path)) == {"written meanwhile"}
    assert Pieces.wrote


def test_a_backup_that_began_anew_too_often_keeps_the_writers_waiting(path, monkeypatch):
    monkeypatch.setattr(copying, "PIECE", 4)
    asked = []

    class Pieces(copying._Pieces):
        def __call__(self, *counts: int) -> None:
            asked.append(counts)
            with closing(sqlite3.connect(path, timeout=0)) as c, c:
                c.execute("UPDATE runs SET kind = ?", (f"written {len(asked)} times",))
            super().__call__(*counts)

    monkeypatch.setattr(copying, "_Pieces", Pieces)
    assert kinds(saved(path)) == {f"written {len(asked)} times"}
    assert copying.RESTARTS <= len(asked) < 20


def test_the_copy_before_an_upgrade_is_the_same_work():
    assert upgrade.copy_whole is copying.copy_whole


def test_a_new_archive_its_lock_and_its_folder_are_for_the_owner_alone_and_a_folder_that_is_there_keeps_its_rights(
    tmp_path,
):
    before = os.umask(0)
    try:
        made, there = tmp_path / "made" / "archive.sqlite", tmp_path / "there" / "archive.sqlite"
        there.parent.mkdir(mode=0o755)
        for path in (made, there):
            store = Store(url(path))
            lock = store.lock(path.parent)
            lock.acquire(NOW)
            store.begin_run("collect", NOW)
            lock.release()
            store.close()
            assert {p.name: stat.S_IMODE(p.stat().st_mode) for p in path.parent.iterdir()} == {
                "archive.sqlite": 0o600,
                "archive.sqlite.lock": 0o600,
            }
    finally:
        os.umask(before)
    assert [stat.S_IMODE(p.parent.stat().st_mode) for p in (made, there)] == [0o700, 0o755]


# ---------------------------------------------------------------- restore
def test_a_journal_that_a_killed_writer_left_does_not_spoil_what_is_restored(path):
    copy = saved(path)
    fill(path, "later")
    killed_writer(path)
    assert restore(url(path), copy, NOW) == (path, path.with_name("archive.sqlite.20260302T090000Z.replaced"))
    opened = Store(url(path), create=False)
    assert opened.integrity() == []
    opened.close()
    assert kinds(path) == {"collect"}
    assert kinds(path.with_name("archive.sqlite.20260302T090000Z.replaced")) == {"collect", "later"}
    assert not [p for p in path.parent.iterdir() if p.name.endswith(("-journal", "-wal", "-shm", ".partial"))]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_was_written_ahead_stays_with_the_archive_of_before(path):
    copy = saved(path)
    script = (
        "import os, signal, sqlite3, sys\nc = sqlite3.connect(sys.argv[1])\nc.execute('PRAGMA journal_mode=WAL')\n"
        "with c:\n    c.execute(\"UPDATE runs SET kind = 'ahead'\")\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", script, path], check=False)
    assert path.with_name("archive.sqlite-wal").stat().st_size > 0
    before = restore(url(path), copy, NOW)[1]
    assert (kinds(path), kinds(before)) == ({"collect"}, {"ahead"})


@pytest.mark.parametrize("left", ["rubbish", "empty", "nothing"])
def test_a_backup_is_restored_over_whatever_is_left_of_the_archive(path, left):
    copy = saved(path)
    if left == "nothing":
        path.unlink()
    else:
        path.write_bytes(b"\0" * 5000 if left == "rubbish" else b"")
    path.with_name("archive.sqlite-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\1" * 4000)
    before = restore(url(path), copy, NOW)[1]
    assert kinds(path) == {"collect"}
    assert not path.with_name("archive.sqlite-journal").exists()
    assert (
        before is None if left == "nothing" else before.read_bytes().startswith(b"\0\0" if left == "rubbish" else b"")
    )


def test_on_a_new_machine_the_folder_is_made(path, tmp_path):
    copy = saved(path)
    new = tmp_path / "new" / "archive.sqlite"
    assert restore(url(new), copy, NOW) == (new, None)
    assert kinds(new) == {"collect"}


def test_two_archives_of_before_have_two_names(path):
    copy = saved(path)
    first, second = (restore(url(path), copy, NOW)[1] for _ in range(2))
    assert (first.exists(), second.exists(), first == second) == (True, True, False)


@pytest.mark.parametrize("name", [SERVICE_LOCK, "archive.sqlite.lock"])
def test_nothing_is_restored_while_a_run_or_a_service_is_at_work(path, name):
    copy = saved(path)
    before = path.read_bytes()
    other = Lock(path.with_name(name))
    script = "import sys, time\nfrom pathlib import Path\nfrom datetime import datetime, UTC\nfrom pipeline.store import Lock\n"
    script += (
        "lock = Lock(Path(sys.argv[1]))\nlock.acquire(datetime.now(UTC))\nprint('held', flush=True)\ntime.sleep(60)\n"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, other.path], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(BusyError, match=f"pid {holder.pid}"):
            restore(url(path), copy, NOW)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert path.read_bytes() == before


def test_nothing_is_restored_while_another_program_writes(path):
    copy = saved(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as c:
        c.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program writes to it"):
            restore(url(path), copy, NOW)
        c.execute("ROLLBACK")
    assert sorted(p.name for p in path.parent.glob("archive.sqlite*")) == ["archive.sqlite", "archive.sqlite.lock"]


def make(path: Path, kind: str) -> Path:
    """A file that is no backup to put in the archive's place."""
    made = path.parent.parent / "made.sqlite"
    if kind == "the archive":
        return path
    if kind == "none":
        return made
    saved(path).rename(made)
    if kind == "damaged":
        spoil(made)
    elif kind == "text":
        made.write_text("no database at all" * 100)
    elif kind == "foreign":
        made.unlink()
        with closing(sqlite3.connect(made)) as c:
            c.execute(FOREIGN)
    elif kind == "newer":
        with closing(sqlite3.connect(made)) as c, c:
            c.execute("UPDATE alembic_version SET version_num = '9999'")
    return made


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("damaged", "it is damaged"),
        ("text", "it cannot be read: file is not a database"),
        ("foreign", "this database is not marsad's"),
        ("newer", r"made by a newer version \(9999\); update marsad"),
        ("the archive", "this is the archive itself"),
        ("none", "there is no such file"),
    ],
)
def test_what_is_no_whole_archive_of_ours_is_refused_and_the_archive_untouched(path, kind, told):
    source = make(path, kind)
    before = path.read_bytes()
    with pytest.raises((StoreError, UsageError), match=told):
        restore(url(path), source, NOW)
    assert path.read_bytes() == before
    assert source.exists() == (kind != "none")
    assert not [p for p in path.parent.iterdir() if "restored" in p.name or "replaced" in p.name]


def test_a_servers_archive_is_restored_by_its_own_tools(path):
    with pytest.raises(StoreError, match="restore is for SQLite archives only"):
        restore("postgresql://desk:secret@db.example/marsad", path, NOW)


@pytest.mark.parametrize("step", ["link", "flush", "replace"])
def test_a_kill_in_the_middle_leaves_an_archive_and_a_second_try_ends_it(path, step):
    copy = saved(path)
    fill(path, "later")
    script = f"""
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.store import copying, restore
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
settled = copying._settle
def settle(path):
    settled(path)
    {{"link": lambda: setattr(os, "link", die), "flush": lambda: setattr(copying, "flush", die), "replace": lambda: setattr(Path, "replace", die)}}["{step}"]()
copying._settle = settle
restore(sys.argv[1], Path(sys.argv[2]), datetime.now(UTC))
"""
    done = subprocess.run([sys.executable, "-c", script, url(path), copy], check=False, env=dict(os.environ))
    assert done.returncode == -signal.SIGKILL
    assert kinds(path) == {"collect", "later"}
    restore(url(path), copy, NOW)
    assert kinds(path) == {"collect"}
