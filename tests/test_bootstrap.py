"""./marsad: the standard library alone, one clear line when a machine lacks what it needs."""

import ast
import importlib.machinery
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def bootstrap():
    loader = importlib.machinery.SourceFileLoader("bootstrap", str(ROOT / "marsad"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("bootstrap", loader))
    loader.exec_module(module)
    return module


def test_it_needs_the_standard_library_alone():
    tree = ast.parse((ROOT / "marsad").read_text(encoding="utf-8"))
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert names <= set(sys.stdlib_module_names)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_a_machine_with_neither_ensurepip_nor_pip_is_told_what_to_install(bootstrap, tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "has", lambda module: False)
    with pytest.raises(SystemExit, match="apt-get install python3-venv"):
        bootstrap.make_venv()
    assert not (tmp_path / ".venv").exists()


def test_without_ensurepip_the_machines_own_pip_serves(bootstrap, tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "has", lambda module: module == "pip")
    bootstrap.make_venv()
    assert (tmp_path / ".venv" / "bin" / "python").exists()
    assert not (tmp_path / ".venv" / "bin" / "pip").exists()


def test_an_old_python_is_told_which_one_is_wanted(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "OLDEST", (99, 0))
    with pytest.raises(SystemExit, match="too old"):
        bootstrap.main(["run"])


def test_a_failed_step_says_what_to_do(bootstrap):
    with pytest.raises(SystemExit, match="installing failed; read the lines above"):
        bootstrap.step("installing", sys.executable, "-c", "raise SystemExit(1)")


def test_an_unknown_check_is_told_before_anything_is_set_up(bootstrap, monkeypatch):
    monkeypatch.setattr(bootstrap, "set_up", lambda lock: pytest.fail("nothing may be set up"))
    with pytest.raises(SystemExit, match="the checks are: format, lint, types, test"):
        bootstrap.main(["check", "lnit"])


def test_another_lock_another_place_or_another_python_makes_the_environment_anew(bootstrap, tmp_path, monkeypatch):
    (tmp_path / "a.lock").write_text("one==1\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    first = bootstrap.stamp_of("a.lock")
    assert bootstrap.stamp_of("a.lock") == first
    (tmp_path / "a.lock").write_text("one==2\n")
    assert bootstrap.stamp_of("a.lock") != first


def test_the_command_stands_where_the_setup_puts_it():
    done = subprocess.run([ROOT / "marsad", "--version"], capture_output=True, text=True, check=False, cwd="/")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("marsad ")
