"""The Containerfile and the compose file, read as a linter would: no container engine is at hand where the tests run.

What only a build shows, and a build has shown once, is held by tests of its own.
"""

import json
import re
import shlex

import pytest
from ruamel.yaml import YAML

HOME = "/srv/marsad"
JSON_FORM = {"RUN", "CMD", "ENTRYPOINT", "VOLUME"}
KNOWN = {"FROM", "WORKDIR", "COPY", "ENV", "USER", "HEALTHCHECK", "STOPSIGNAL", *JSON_FORM}


def steps(text):
    """Instructions of a Containerfile: (name, rest), comments left out and continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return [tuple(line.split(None, 1)) for line in re.sub(r"\\\n\s*", "", lines).splitlines()]


def faults(text, root):
    """What a reviewer would say of it."""
    found, names = [], [name for name, _ in steps(text)]
    last = text[text.rindex("\nFROM ") :]
    for name, rest in steps(text):
        if name not in KNOWN:
            found.append(f"{name} is not used here: ADD fetches and unpacks, EXPOSE and MAINTAINER say nothing")
        if name == "FROM" and not re.match(r"[\w./-]+:\d+\.\d+\S*( AS \w+)?$", rest):
            found.append(f"FROM {rest}: no version")
        if name == "WORKDIR" and not rest.startswith("/"):
            found.append(f"WORKDIR {rest}: not absolute")
        if name in JSON_FORM and not isinstance(json.loads(rest), list):
            found.append(f"{name} {rest}: through a shell, which gets the signals")
        if name == "COPY" and "--from=" not in rest:
            found += [f"COPY {source}: there is none" for source in rest.split()[:-1] if not (root / source).exists()]
    users = [rest for name, rest in steps(last) if name == "USER"]
    if not users or not re.fullmatch(r"[1-9]\d*:[1-9]\d*", users[-1]):
        found.append("USER: root, or a name that no orchestrator can tell from root")
    found += [f"{name} is missing" for name in ("HEALTHCHECK", "ENTRYPOINT", "STOPSIGNAL") if name not in names]
    return found


@pytest.fixture(scope="module")
def containerfile(operations):
    return (operations / "Containerfile").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def service(operations):
    return YAML(typ="safe").load((operations / "compose.yaml").read_text(encoding="utf-8"))["services"]["marsad"]


def test_the_containerfile_has_no_faults(containerfile, root):
    assert faults(containerfile, root) == []


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("USER 10001:10001", "USER root", "USER: root"),
        ("USER 10001:10001", "", "USER: root"),
        ("COPY pipeline pipeline", "COPY pipelines pipelines", "COPY pipelines"),
        ("COPY pipeline pipeline", "ADD pipeline pipeline", "ADD is not used"),
        ("HEALTHCHECK --interval=1m", "ENV X=1 --interval=1m", "HEALTHCHECK is missing"),
        ("FROM python:3.11-slim-bookworm AS build", "FROM python AS build", "no version"),
    ],
)
def test_the_linter_sees_what_is_wrong(containerfile, root, was, becomes, said):
    assert any(said in fault for fault in faults(containerfile.replace(was, becomes), root))


def test_it_installs_from_the_hashed_lock_by_the_projects_own_setup(containerfile):
    runs = [json.loads(rest) for name, rest in steps(containerfile) if name == "RUN"]
    assert ["./marsad", "--version"] in runs
    assert not [words for words in runs if "pip" in words or "-c" in words]


def test_the_build_has_every_file_that_the_setup_reads(containerfile, root):
    """The setup compares with both locks, though it installs one."""
    read = set(re.findall(r'"(requirements[\w.-]*\.lock)"', (root / "marsad").read_text(encoding="utf-8")))
    given = {word for name, rest in steps(containerfile) if name == "COPY" for word in rest.split()[:-1]}
    assert len(read) == 2
    assert read <= given


def test_podman_is_asked_for_the_format_that_knows_a_health_check(containerfile, operations):
    guides = [(operations / name).read_text(encoding="utf-8") for name in ("service.md", "service.ar.md")]
    for text in (containerfile, *guides):
        builds = re.findall(r"podman build .*", text)
        assert builds
        assert all("--format docker" in line for line in builds)


def test_the_health_check_asks_what_the_service_answers_by_default(containerfile, root):
    check = next(rest for name, rest in steps(containerfile) if name == "HEALTHCHECK")
    words = json.loads(check[check.index("[") :])
    assert words[0] == ".venv/bin/python"
    compile(words[2], "health", "exec")
    address = re.search(r"http://([\d.]+:\d+)/healthz", words[2])[1]
    assert address in (root / "docs" / "guide" / "configuration.md").read_text(encoding="utf-8")


def test_compose_runs_the_image_with_the_least_that_it_needs(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert "ports" not in service, "it answers on loopback of its own network unless told otherwise"
    assert "privileged" not in service
    assert [x.split(":")[0] for x in service["tmpfs"]] == ["/tmp"]
    assert "env_file" not in service, "a file that need not be there is written in a form that older tools do not read"


def test_compose_and_containerfile_say_the_same(service, containerfile, operations):
    told = dict(steps(containerfile))
    assert service["user"] == told["USER"]
    assert service["build"]["dockerfile"] == "docs/operations/Containerfile"
    assert (operations / service["build"]["context"]).resolve() == operations.parents[1]
    targets = [volume.split(":")[1] for volume in service["volumes"]]
    assert targets == [f"{HOME}/config", *json.loads(told["VOLUME"])]
    config = next(v for v in service["volumes"] if f"{HOME}/config" in v)
    assert "ro" in config.split(":")[2].split(",")


def test_both_are_built_and_begun_as_they_say(operations, containerfile):
    """The commands in the comments name files that are there."""
    compose = (operations / "compose.yaml").read_text(encoding="utf-8")
    for line in (*containerfile.splitlines(), *compose.splitlines()):
        if line.startswith("#") and "podman" in line:
            words = shlex.split(line.strip("# "))
            assert (operations.parents[1] / words[words.index("-f") + 1]).is_file()
