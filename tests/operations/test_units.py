"""The units as systemd itself judges them, and the files for machines without it."""

import re
import subprocess
from pathlib import Path

import pytest

UNITS = ("marsad.service", "marsad-run.service", "marsad-run.timer")
MOST_EXPOSED = 2.0
"""systemd calls a service OK below 4; ours stand at 1.2."""


@pytest.fixture(scope="module")
def analyze(tool):
    def run(*words):
        done = subprocess.run(
            [tool("systemd-analyze"), *words], check=False, capture_output=True, text=True, timeout=60
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def installed(operations, tmp_path):
    """The units as if the project lay at /srv/marsad: systemd asks whether the command is there."""
    command = tmp_path / ".venv" / "bin" / "marsad"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\n")
    command.chmod(0o755)
    for name in UNITS:
        text = (operations / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/srv/marsad", str(tmp_path)), encoding="utf-8")
    return tmp_path


def test_systemd_finds_nothing_to_say_against_the_units(analyze, installed):
    assert analyze("verify", *(str(installed / name) for name in UNITS)) == (0, "")


def test_systemd_would_tell_a_unit_that_is_wrong(analyze, installed):
    unit = installed / "marsad.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace("ProtectSystem=", "ProtectSytem="), encoding="utf-8")
    assert "ProtectSytem" in analyze("verify", str(unit))[1]


@pytest.mark.parametrize("name", [n for n in UNITS if n.endswith(".service")])
def test_the_services_are_exposed_to_little(analyze, operations, name):
    code, said = analyze("security", "--offline=true", "--no-pager", str(operations / name))
    found = re.search(r"Overall exposure level for \S+: ([\d.]+) (\w+)", said)
    assert code == 0
    assert found
    assert float(found[1]) <= MOST_EXPOSED, said


def test_both_services_are_guarded_alike(operations):
    """A guard that is added to one of them and forgotten in the other."""

    def guards(name):
        lines = (operations / name).read_text(encoding="utf-8").split("ProtectSystem=")[1].split("[Install]")[0]
        return [line for line in lines.splitlines() if line and not line.startswith("#")]

    assert guards("marsad.service") == guards("marsad-run.service")


def test_the_cron_line_is_one(operations):
    lines = [x for x in (operations / "marsad.cron").read_text(encoding="utf-8").splitlines() if not x.startswith("#")]
    assert len(lines) == 1
    minute, hour, day, month, weekday, command = lines[0].split(None, 5)
    assert re.fullmatch(r"\*/\d+", minute)
    assert {hour, day, month, weekday} == {"*"}
    assert "%" not in command  # cron would take it for the end of the line


def test_what_the_cron_line_logs_is_rotated(operations):
    log = "outputs/marsad.log"
    assert f">>{log} 2>&1" in (operations / "marsad.cron").read_text(encoding="utf-8")
    assert f"/srv/marsad/{log} {{" in (operations / "marsad.logrotate").read_text(encoding="utf-8")


def test_the_nights_backup_is_one_line_that_cron_reads_whole(operations):
    text = (operations / "marsad-backup.cron").read_text(encoding="utf-8")
    path, line = [x for x in text.splitlines() if not x.startswith("#")]
    assert path.startswith("PATH=/usr/local/bin:")  # where `marsad` is; cron's own has it not
    minute, hour, _, _, _, user, command = line.split(None, 6)
    assert (minute.isdigit(), hour.isdigit(), user) == (True, True, "root")
    assert not re.search(r"(?<!\\)%", command)  # cron would take it for the end of the line
    written = re.search(r'marsad backup "(/backup/marsad-)\$\(date \+\\%F\)(\.sqlite)"', command)
    assert written
    assert f"find /backup -maxdepth 1 -name '{Path(written[1]).name}*{written[2]}' -mtime +14 -delete" in command
