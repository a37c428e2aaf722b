"""The files of the project themselves: text in UTF-8, no invisible marks, no registry's host, no machine's path."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BINARY = {".png", ".jpg", ".ico", ".gz", ".sqlite", ".woff2"}

REGISTRY_HOSTS = ["py" + "pi.org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org"]
INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
ZWNJ_MAY_STAND = re.compile("(?<=[\u0620-\u06ff])\u200c(?=[\u0620-\u06ff])")
"""Between two letters the zero-width non-joiner is Persian spelling, no mark of direction."""


def tracked() -> list[Path]:
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, check=False)
    if done.returncode:  # an unpacked archive without git
        return [p for p in ROOT.rglob("*") if p.is_file() and ".venv" not in p.parts and ".git" not in p.parts]
    names = (ROOT / name.decode() for name in done.stdout.split(b"\0") if name)
    return [path for path in names if path.is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    found = {}
    for path in tracked():
        if path.suffix not in BINARY and "1256" not in path.name:  # a sample in that encoding says so in its name
            found[str(path.relative_to(ROOT))] = path.read_bytes().decode("utf-8")
    assert len(found) > 50
    return found


def test_every_text_is_utf_8_with_unix_line_ends(texts):
    assert [name for name, text in texts.items() if "\r\n" in text or "\0" in text] == []


def test_no_invisible_mark_stands_in_a_file(texts):
    wrong = {name for name, text in texts.items() if INVISIBLE.search(ZWNJ_MAY_STAND.sub("", text))}
    assert not wrong, "write them as escapes: \\u200f"


def test_no_file_names_a_registry_host(texts):
    assert [(name, host) for name, text in texts.items() for host in REGISTRY_HOSTS if host in text] == []


def test_the_locks_hold_a_hash_for_every_requirement(texts):
    for name in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=\S)", texts[name].replace("\\\n", " ").strip())
        wanted = [b for b in blocks if not b.startswith("#")]
        assert len(wanted) > 20
        assert [b.split()[0] for b in wanted if "--hash=sha256:" not in b] == []


def test_the_development_lock_holds_the_other_at_the_same_versions(texts):
    runtime, development = (
        set(re.findall(r"^([A-Za-z0-9_.-]+==\S+)", texts[name], re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    )
    assert runtime <= development
