"""What a command loads before it does anything: half a second that whoever asks for the help does not wait."""

import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from pipeline import cli, collect, fetch
from pipeline import config as configuration
from pipeline.cli import main
from pipeline.cli.commands import TABLE
from pipeline.cli.common import app
from pipeline.store import Store

ROOT = Path(__file__).parent.parent

READING = {"trafilatura", "py3langid", "numpy", "htmldate"}
"""What reads pages."""
CLOCKS = {"apscheduler", "prometheus_client"}
ARCHIVE = {"sqlalchemy", "alembic"}
DOORS = {"httpx", "feedparser", "pebble", "structlog", "jinja2"}
FILES = {"pydantic", "ruamel", "lxml", "listparser", "rich"}

LIST = "id: water\ntitle: المياه\nterms:\n  - شح المياه\n"


def loaded(folder: Path, *words: str) -> tuple[int, set[str]]:
    """Run one command in a process of its own → its exit code, and the libraries that it had loaded at its end."""
    code = f"import sys; from pipeline.cli import main; code = main({list(words)!r}); print('\\0' + ' '.join(sys.modules)); sys.exit(code)"
    env = {k: v for k, v in os.environ.items() if k != "MARSAD_CONFIG"} | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=env,
        check=False,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    return done.returncode, {name.split(".")[0] for name in done.stdout.rpartition("\0")[2].split()}


def project(folder: Path) -> Path:
    """A configuration with one feed and one watchlist, and no archive."""
    lists = folder / "config" / "watchlists"
    lists.mkdir(parents=True)
    (lists / "water.yaml").write_text(LIST, encoding="utf-8")
    (folder / "config" / "pipeline.yaml").write_text("store: sqlite:///outputs/archive.sqlite\n", encoding="utf-8")
    (folder / "config" / "feeds.yaml").write_text(
        "feeds:\n  - {id: a, url: 'https://a.invalid/', outlet: A}\n", encoding="utf-8"
    )
    return folder


def with_archive(folder: Path) -> Path:
    """The same, with an empty archive."""
    project(folder)
    (folder / "outputs").mkdir()
    Store(f"sqlite:///{folder / 'outputs' / 'archive.sqlite'}").close()
    return folder


@pytest.mark.parametrize("words", [["--help"], ["--version"], []], ids=" ".join)
def test_the_help_and_the_version_load_nothing_that_works(tmp_path, words):
    code, libraries = loaded(tmp_path, *words)
    assert code in (0, 2)
    assert "typer" in libraries
    assert not libraries & (READING | CLOCKS | ARCHIVE | DOORS | FILES - {"rich"})


def test_a_watchlist_is_checked_by_what_reads_watchlists(tmp_path):
    (tmp_path / "water.yaml").write_text(LIST, encoding="utf-8")
    code, libraries = loaded(tmp_path, "watchlist", "check", "water.yaml")
    assert code == 0
    assert "ruamel" in libraries
    assert not libraries & (READING | CLOCKS | ARCHIVE | DOORS | {"lxml", "listparser"})


def test_a_watchlist_is_checked_without_a_database_where_there_is_no_archive(tmp_path):
    folder = project(tmp_path)
    assert len(configuration.load(folder / "config").feeds) == 1  # a wrong one would not be asked for its archive
    code, libraries = loaded(folder, "watchlist", "check")
    assert code == 0
    assert not libraries & (READING | CLOCKS | ARCHIVE)


@pytest.mark.parametrize(
    "words", [["search", "الحدود"], ["explain", "https://a.invalid/1"], ["export"]], ids=lambda words: words[0]
)
def test_what_reads_the_archive_loads_no_door_to_the_web(tmp_path, words):
    folder = with_archive(tmp_path)
    code, libraries = loaded(folder, *words)
    assert code == (2 if words[0] == "explain" else 0)
    assert not libraries & (READING | CLOCKS | DOORS - {"jinja2"} | {"alembic", "listparser"})


def test_the_feed_list_is_shown_without_the_archive_and_without_the_web(tmp_path):
    code, libraries = loaded(project(tmp_path), "feeds", "list")
    assert code == 0
    assert not libraries & (READING | CLOCKS | ARCHIVE | DOORS | {"listparser", "rich"})


@pytest.mark.parametrize("room", [collect, fetch], ids=["collect", "fetch"])
def test_a_name_that_comes_later_is_there_when_it_is_asked_for(room):
    for name in room.__all__:
        assert getattr(room, name) is not None
    with pytest.raises(AttributeError, match="Nonsense"):
        room.Nonsense  # noqa: B018


def test_to_see_how_things_are_no_page_reader_and_no_clock_is_loaded(tmp_path):
    code, libraries = loaded(with_archive(tmp_path), "status", "--json")
    assert code in (0, 1)
    assert "sqlalchemy" in libraries
    assert not libraries & (READING | CLOCKS | DOORS - {"jinja2"} | {"alembic", "listparser", "rich"})


def test_the_table_names_every_command_once_and_where_it_is():
    for name in (module.name for module in pkgutil.iter_modules(cli.__path__)):
        import_module(f"{cli.__name__}.{name}")
    places = {(i.name or i.callback.__name__): i.callback.__module__ for i in app.registered_commands}
    places |= {i.name: i.typer_instance.registered_commands[0].callback.__module__ for i in app.registered_groups}
    assert places == {name: f"{cli.__name__}.{module}" for name, (module, _) in TABLE.items()}


def test_the_help_shows_every_command_with_its_whole_line(tmp_path):
    env = os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    words = [sys.executable, "-m", "pipeline", "--help"]
    shown = subprocess.run(words, cwd=tmp_path, env=env, check=True, capture_output=True, encoding="utf-8").stdout
    for name, (_, line) in TABLE.items():
        assert f"  {name} " in shown
        assert line in shown


def test_a_mistyped_command_is_told_with_the_one_that_was_meant(capsys):
    assert main(["statsu"]) == 2
    assert (
        capsys.readouterr().err
        == "marsad: usage: No such command 'statsu'. Did you mean 'status'?; see marsad --help\n"
    )
