"""`marsad` as an operator types it: as the service's user, with its configuration and its secrets."""

import os
import stat
import subprocess

import pytest

SECRETS = """# of the desk
PLAIN=a b=c
QUOTED="d e"
SINGLE='f'
EMPTY=
HARMLESS=$(touch ran) `touch ran`

no name=x
9LIVES=x
BAD-NAME=x
nothing
LAST=g"""


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def called(operations, tmp_path):
    """Type `marsad WORDS` as root or as another → what was run with which words, and its environment, by name."""
    text = (operations / "marsad.sh").read_text(encoding="utf-8")
    text = text.replace("/srv/marsad", f"{tmp_path}/srv").replace("/etc/marsad", f"{tmp_path}/etc")
    typed = tmp_path / "typed"
    typed.write_text(text, encoding="utf-8")
    told = f'printf \'%s\\n\' "$0" "$@" >{tmp_path}/words; env -0 >{tmp_path}/env; exit 3'
    program(tmp_path / "bin" / "runuser", told)
    program(tmp_path / "srv" / ".venv" / "bin" / "marsad", told)
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "secrets").write_text(SECRETS, encoding="utf-8")

    def call(*words, user=0, **env):
        program(tmp_path / "bin" / "id", f"echo {user}")
        path = f"{tmp_path}/bin:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", typed, *words], check=False, cwd=tmp_path, env={"PATH": path, **env}, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (3, ""), "its exit code is the command's"
        given = (tmp_path / "env").read_text(encoding="utf-8").split("\0")
        return (tmp_path / "words").read_text(encoding="utf-8").splitlines(), dict(x.split("=", 1) for x in given if x)

    return call


def test_root_becomes_the_services_user(called, tmp_path):
    words, env = called("search", '"شح المياه" NOT مباراة')
    command = f"{tmp_path}/srv/.venv/bin/marsad"
    assert words == [f"{tmp_path}/bin/runuser", "-u", "marsad", "--", command, "search", '"شح المياه" NOT مباراة']
    assert env["MARSAD_CONFIG"] == f"{tmp_path}/srv/config"


def test_the_secrets_are_those_of_the_service_and_nothing_in_them_is_run(called, tmp_path):
    _, env = called("status")
    said = {name: env.get(name) for name in ("PLAIN", "QUOTED", "SINGLE", "EMPTY", "HARMLESS", "LAST")}
    assert said == {
        "PLAIN": "a b=c",
        "QUOTED": "d e",
        "SINGLE": "f",
        "EMPTY": "",
        "HARMLESS": "$(touch ran) `touch ran`",
        "LAST": "g",
    }
    assert not {"9LIVES", "BAD-NAME", "no name", "nothing"} & set(env)
    assert not (tmp_path / "ran").exists()


def test_another_user_is_neither_changed_nor_given_the_secrets(called, tmp_path):
    words, env = called("status", "--json", user=1000)
    assert words == [f"{tmp_path}/srv/.venv/bin/marsad", "status", "--json"]
    assert "PLAIN" not in env


def test_a_configuration_that_is_named_is_the_one(called):
    assert called("check", MARSAD_CONFIG="/elsewhere")[1]["MARSAD_CONFIG"] == "/elsewhere"


def test_without_secrets_it_works_as_well(called, tmp_path):
    (tmp_path / "etc" / "secrets").unlink()
    assert called("status")[0][-1] == "status"


def test_it_speaks_of_the_user_and_the_places_of_the_unit(operations):
    unit = (operations / "marsad.service").read_text(encoding="utf-8")
    text = (operations / "marsad.sh").read_text(encoding="utf-8")
    assert "User=marsad\n" in unit
    assert "EnvironmentFile=-/etc/marsad/secrets\n" in unit
    assert "ExecStart=/srv/marsad/.venv/bin/marsad " in unit
    assert "runuser -u marsad -- /srv/marsad/.venv/bin/marsad" in text
    assert "</etc/marsad/secrets" in text
