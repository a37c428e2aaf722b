"""SIGKILL between any two steps, and the demo taken up again: in the end the archive and the editions are those of one undisturbed run."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

KILLED = """
import os, signal, sys
from pipeline import application, publish
from pipeline.cli import main
from pipeline.store import Store

owner, name, calls = sys.argv[1], sys.argv[2], int(sys.argv[3])
holder = {"store": Store, "publish": publish}[owner]
original = getattr(holder, name)

def counted(*args, **options):
    global calls
    calls -= 1
    if calls == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return original(*args, **options)

setattr(holder, name, counted)
sys.exit(main(["demo", "--outputs", sys.argv[4]]))
"""

STEPS = [
    ("publish", "write_whole", 3),  # the project is half written
    ("store", "save_feed", 4),  # some feeds read, their entries pending
    ("store", "save_article", 9),  # some pages filed
    ("store", "end_run", 1),  # all filed, the run not closed
    ("store", "save_edition", 1),  # the first edition is chosen, not written
    ("publish", "write_whole", 2),  # one of its three files is there
    ("store", "retry_entry", 1),  # the page that is to be tried again
    ("publish", "write_whole", 4),  # its files are there, not yet the index
]
"""Before the n-th call of which function the process is killed; each run goes on where the one before it ended."""


def told(folder):
    """All that a reader gets, and all that the archive says of articles."""
    words = [sys.executable, "-m", "pipeline", "export", "--config", str(folder / "config")]
    exported = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    articles = sorted(map(json.loads, exported.splitlines()), key=lambda a: a["id"])
    return articles, {p.name: p.read_bytes() for p in sorted((folder / "daily").iterdir())}


def test_a_demo_killed_at_every_step_ends_like_one_that_was_left_in_peace(played, tmp_path):
    disturbed = tmp_path / "disturbed"
    for step in STEPS:
        words = [sys.executable, "-c", KILLED, *map(str, step), str(disturbed)]
        killed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        assert killed.returncode == -9, f"{step}: exit {killed.returncode}\n{killed.stderr}"
    words = [sys.executable, "-m", "pipeline", "demo", "--outputs", str(disturbed)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(disturbed / "daily" / "2026-03-03.html")
    assert told(disturbed) == told(played.folder)
    assert not list(disturbed.rglob("*.partial"))
