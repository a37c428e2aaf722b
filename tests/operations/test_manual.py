"""The man page is what the command's help says, and shells are answered."""

import os
import subprocess
import sys

import pytest

from pipeline.cli import commands, manual


def test_the_man_page_is_what_the_help_says(operations, monkeypatch):
    monkeypatch.delenv("MARSAD_CONFIG", raising=False)
    made = (operations / "marsad.1").read_text(encoding="utf-8")
    assert made == manual.page(), "make it anew: python -m pipeline.cli.manual >docs/operations/marsad.1"


def test_every_command_and_every_option_stands_in_it():
    page = manual.page()
    for name in commands.TABLE:
        assert f".SS marsad {name}" in page
    for name in ("backtest FILE", "discover URL"):
        assert name in page
    assert r"\-\-fail\-on\-loss" in page


def test_it_can_be_set_without_a_warning(operations, tool):
    words = [tool("groff"), "-man", "-Tutf8", "-ww", "-K", "utf8", str(operations / "marsad.1")]
    done = subprocess.run(words, check=False, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "مباراة" in done.stdout


@pytest.mark.parametrize("text", [".so /etc/passwd", "a\\b", "it's", "-x"])
def test_text_stays_text(text):
    said = manual._text(text)
    assert not said.startswith((".", "'"))
    assert "\\b" not in said


@pytest.mark.parametrize(
    ("shell", "asked", "answers"),
    [
        ("bash", {"COMP_WORDS": "marsad wa", "COMP_CWORD": "1"}, ["watchlist"]),
        ("bash", {"COMP_WORDS": "marsad watchlist ", "COMP_CWORD": "2"}, ["check", "backtest"]),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "marsad digest --reb"}, ["--rebuild"]),
        ("fish", {"_TYPER_COMPLETE_ARGS": "marsad stat", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}, ["status"]),
    ],
)
def test_a_shell_that_asks_is_answered(root, shell, asked, answers):
    env = {**os.environ, **asked, "_MARSAD_COMPLETE": f"complete_{shell}"}
    done = subprocess.run(
        [sys.executable, "-m", "pipeline"], cwd=root, env=env, check=False, capture_output=True, text=True, timeout=60
    )
    assert all(answer in done.stdout for answer in answers), done


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_of_each_shell_is_printed(root, shell):
    done = subprocess.run(
        [sys.executable, "-m", "pipeline"],
        check=False,
        cwd=root,
        env={**os.environ, "_MARSAD_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0
    assert "_MARSAD_COMPLETE" in done.stdout
