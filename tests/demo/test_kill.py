"""SIGKILL between any two steps, and the demo taken up again: in the end the archive and the editions are those of one undisturbed run."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

KILLED = """
import json, os, signal, sys
from pipeline import application, engine, publish
from pipeline.cli import main
from pipeline.collect import warm
from pipeline.store import Store

HOLDERS = {"store": Store, "publish": publish}
engine.Pool = lambda workers, start, args, preload: engine.Inline(start, args)

def demo(owner, name, calls):
    original = getattr(HOLDERS[owner], name)

    def counted(*args, **options):
        nonlocal calls
        calls -= 1
        if calls == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **options)

    setattr(HOLDERS[owner], name, counted)
    os._exit(main(["demo", "--outputs", sys.argv[1]]))

for step in json.loads(sys.argv[2]):
    pid = os.fork() or demo(*step)
    print(json.dumps([step, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]), flush=True)
"""
"""Demos one after the other, each a process forked from one that has loaded everything, and with its pages read in it: what is killed
here is the order of work, and loading and workers would be nearly all of the time."""

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
    words = [sys.executable, "-c", KILLED, str(disturbed), json.dumps(STEPS)]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [[list(step), -9] for step in STEPS], (
        ended.stderr
    )
    words = [sys.executable, "-m", "pipeline", "demo", "--outputs", str(disturbed)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str(disturbed / "daily" / "2026-03-03.html")
    assert told(disturbed) == told(played.folder)
    assert not list(disturbed.rglob("*.partial"))
