"""`marsad serve` as a process: clocks, signals, the archive shared with cron, what it answers, what `status` hears of it."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from pipeline.cli import main
from pipeline.store import Store

ROOT = Path(__file__).parent.parent
LEAD = "أعلنت قيادة العمليات المشتركة صباح اليوم وصول تعزيزات جديدة لضبط الحدود العراقية السورية"
PAGE = "<html lang=ar><body><article><h1>{title}</h1>{body}</article></body></html>"


def page(n: int) -> str:
    body = "".join(f"<p>{LEAD}، وقال ناطق باسمها في البيان رقم {k} إن العمل مستمر.</p>" for k in range(n, n + 6))
    return PAGE.format(title=f"تعزيزات الدفعة {n}", body=body)


class Newsroom:
    """One outlet on loopback; pages may be held back."""

    articles = 6

    def __init__(self, httpserver):
        self.url = httpserver.url_for("").rstrip("/")
        self.held = threading.Event()
        self.held.set()
        self.asked: list[str] = []
        httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
        httpserver.expect_request("/feed").respond_with_handler(self.feed)
        for n in range(1, self.articles + 1):
            httpserver.expect_request(f"/news/{n}").respond_with_handler(self.page)
        httpserver.expect_request("/alive").respond_with_handler(self.alive)

    def feed(self, _request) -> Response:
        items = "".join(
            f"<item><title>تعزيزات الدفعة {n}</title><link>{self.url}/news/{n}</link><guid>{n}</guid></item>"
            for n in range(1, self.articles + 1)
        )
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
        return Response(text, content_type="application/rss+xml")

    def page(self, request) -> Response:
        self.asked.append(request.path)
        if len(self.asked) > 2:
            self.held.wait(30)
        return Response(page(int(request.path.rsplit("/")[-1])), content_type="text/html; charset=utf-8")

    def alive(self, request) -> Response:
        self.asked.append(request.path)
        return Response("OK")


@pytest.fixture
def news() -> Iterator[Newsroom]:
    with HTTPServer(threaded=True) as server:  # a page that is held back holds up no other
        made = Newsroom(server)
        yield made
        made.held.set()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


HASTY = """
import sys
from datetime import timedelta
from pipeline.cli import main
from pipeline.schedule import service
rhythm = service.Rhythm
service.Rhythm = lambda period: rhythm(timedelta(seconds=1))
sys.exit(main())
"""
"""The command, but that its service collects every second: less than a configuration may ask for."""


class Project:
    """A configuration on disk, and the processes that were started in it."""

    def __init__(self, root: Path, news: Newsroom):
        self.root, self.port = root, free_port()
        self.config = root / "config"
        (self.config / "watchlists").mkdir(parents=True)
        (self.config / "pipeline.yaml").write_text(
            "store: sqlite:///outputs/archive.sqlite\noutputs: outputs\nworkers: 1\ncollect: 10s\n"
            f"alive: {news.url}/alive\n"
            "fetch:\n  user_agent: marsad-tests\n  delay: 0s\n  timeout: 20s\n  allow_networks: [127.0.0.0/8]\n"
            f"web:\n  listen: 127.0.0.1:{self.port}\n"
        )
        self.feeds(f"feeds:\n  - id: rafid\n    url: {news.url}/feed\n    outlet: الرافد\n")
        (self.config / "watchlists" / "border.yaml").write_text(
            "id: border\ntitle: الحدود\nterms:\n  - الحدود العراقية السورية\n", encoding="utf-8"
        )
        self.processes: list[subprocess.Popen] = []

    def feeds(self, text: str) -> None:
        (self.config / "feeds.yaml").write_text(text, encoding="utf-8")

    def start(self, *words: str, group: bool = False, **env: str) -> subprocess.Popen:
        """`group`: as the first of a process group of its own."""
        more = {k: v for k, v in os.environ.items() if k != "MARSAD_CONFIG"}
        more |= {"PYTHONPATH": str(ROOT), "MARSAD_LOG": "json", **env}
        log = (self.root / f"log{len(self.processes)}").open("wb")
        with log:
            line = [sys.executable, "-c", HASTY, *words]
            p = subprocess.Popen(line, cwd=self.root, env=more, stderr=log, start_new_session=group)
        self.processes.append(p)
        return p

    def run(self, *words: str) -> int:
        """One more cycle, here."""
        return main(["run", "--config", str(self.config), *words])

    def log(self, n: int = -1) -> str:
        return (self.root / f"log{n % len(self.processes)}").read_text(encoding="utf-8")

    def events(self, name: str, n: int = -1) -> list[dict]:
        lines = [json.loads(line) for line in self.log(n).splitlines() if line.startswith("{")]
        return [line for line in lines if line["event"] == name]

    def ask(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def articles(self) -> int:
        with closing(Store(f"sqlite:///{self.root}/outputs/archive.sqlite", create=False)) as store:
            return store.summary()[0]

    def settled(self) -> tuple[int, int, int]:
        """Articles, different pages among them, entries that wait."""
        with closing(Store(f"sqlite:///{self.root}/outputs/archive.sqlite", create=False)) as store:
            assert store.integrity() == []
            addresses = [filed.article.url for filed in store.articles()]
            return len(addresses), len(set(addresses)), store.queue()["pending"]


@pytest.fixture
def project(tmp_path, news) -> Iterator[Project]:
    made = Project(tmp_path, news)
    yield made
    news.held.set()
    for p in made.processes:
        if p.poll() is None:
            p.kill()
        p.wait(20)


def until(true, seconds: float = 45) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)


def test_the_help_of_serve_needs_no_configuration(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["serve", "--help"]) == 0
    assert "--config" in capsys.readouterr().out


def test_the_service_works_answers_takes_a_new_configuration_and_ends_cleanly(project, news):
    """One life: ready, a cycle, an edition and its call, a wrong edit, a second service, a run beside it, the end."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as supervisor:
        supervisor.bind(str(project.root / "notify"))
        supervisor.settimeout(30)
        p = project.start("serve", NOTIFY_SOCKET=str(project.root / "notify"), WATCHDOG_USEC="8000000")
        assert supervisor.recv(1000).startswith(b"READY=1")
        until(lambda: project.events("turn"))
        first = project.events("turn")[0]
        assert first["kind"] == "collect"
        assert first["pages"] == {"filed": 6, "taken": 6}
        assert [Path(path).suffix for path in first["written"]] == [".html", ".md", ".json"]
        assert "/alive" in news.asked
        assert project.ask("/healthz") == (200, "ok\n")
        assert project.ask("/readyz") == (200, "ready\n")

        project.feeds("feeds: [")
        p.send_signal(signal.SIGHUP)
        until(lambda: project.events("configuration refused"))
        code, text = project.ask("/readyz")
        assert code == 503
        assert "feeds.yaml:1:8" in text
        project.feeds("feeds: []\n")  # good, and surely not meant
        p.send_signal(signal.SIGHUP)
        until(lambda: "no feeds are left" in project.ask("/readyz")[1])
        until(lambda: "no feeds" in (project.root / "outputs/service.json").read_text(encoding="utf-8"))
        found = subprocess.run(
            [sys.executable, "-m", "pipeline", "status", "--json"],
            cwd=project.root,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            check=False,
        )
        assert found.returncode == 1, found.stderr
        document = json.loads(found.stdout)
        assert document["service"]["state"] == "running"
        assert any("no feeds are left of 1" in line for line in document["attention"])
        project.feeds(f"feeds:\n  - id: rafid\n    url: {news.url}/feed\n    outlet: الرافدين\n")
        p.send_signal(signal.SIGHUP)
        until(lambda: project.events("configuration mended"))

        second = project.start("serve")
        assert second.wait(30) == 3
        assert f"pid {p.pid}" in project.log()

        def hear(fact: bytes) -> None:
            while fact not in supervisor.recv(1000):
                pass

        hear(b"WATCHDOG=1")
        p.send_signal(signal.SIGTERM)
        hear(b"STOPPING=1")
        assert p.wait(10) == 0
    assert project.events("service ended", 0) == [
        {
            "event": "service ended",
            "clean": True,
            "level": "info",
            "timestamp": project.events("service ended", 0)[0]["timestamp"],
        }
    ]
    note = json.loads((project.root / "outputs" / "service.json").read_text(encoding="utf-8"))
    assert note["state"] == "stopped"
    assert "Traceback" not in project.log(0)


@pytest.mark.parametrize(("sig", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)], ids=["ctrl-c", "term"])
def test_an_end_in_the_middle_of_a_cycle_puts_back_what_was_in_hand_and_the_next_run_completes_it(
    project, news, sig, code
):
    news.held.clear()
    p = project.start("serve")
    until(lambda: len(news.asked) >= 3)
    assert project.ask("/healthz") == (200, "ok\n")  # answered while a cycle is at work
    begun = time.monotonic()
    p.send_signal(sig)
    assert p.wait(12) == code
    assert time.monotonic() - begun < 10
    (turn,) = project.events("turn")
    assert turn["stopped"] is True
    assert project.articles() == 2
    news.held.set()
    assert project.run() == 0
    assert project.articles() == news.articles


def test_a_second_signal_ends_it_at_once_and_a_kill_loses_nothing(project, news):
    news.held.clear()
    p = project.start("serve")
    until(lambda: len(news.asked) >= 3)
    p.kill()
    p.wait(10)
    with closing(Store(f"sqlite:///{project.root}/outputs/archive.sqlite", create=False)) as store:
        assert store.queue()["pending"] >= news.articles - 2
    again = project.start("serve")
    until(lambda: len(news.asked) >= 4)
    again.send_signal(signal.SIGTERM)
    again.send_signal(signal.SIGINT)
    assert again.wait(10) in (0, 130, 143)
    news.held.set()
    assert project.run() == 0
    assert project.articles() == news.articles


def test_a_run_beside_the_service_is_turned_away_while_it_works_and_the_service_bears_a_run(project, news):
    news.held.clear()
    project.start("serve")
    until(lambda: len(news.asked) >= 3)
    run = project.start("run")
    assert run.wait(30) == 3
    assert f"pid {project.processes[0].pid}" in project.log(1)
    news.held.set()
    until(lambda: project.events("turn", 0))
    done = project.start("run")
    assert done.wait(60) in (0, 3)
    until(lambda: len(project.events("turn", 0)) + len(project.events("turn skipped", 0)) >= 2)
    assert not project.events("turn failed", 0)
    assert project.articles() == news.articles


def test_two_services_and_a_run_at_once_are_one_at_work_and_the_others_say_who(project, news):
    """For some seconds; docs/benchmarks/service.py does it for a minute."""
    services = [project.start("serve"), project.start("serve")]
    runs = [project.start("run")]
    until(lambda: any(p.poll() is not None for p in services))
    lost = next(n for n, p in enumerate(services) if p.poll() is not None)
    end = time.monotonic() + 4
    while time.monotonic() < end:  # cron's line, again and again
        if runs[-1].poll() is not None:
            runs.append(project.start("run"))
        time.sleep(0.05)
    codes = [p.wait(60) for p in runs]
    assert services[lost].returncode == 3
    winner = services[1 - lost]
    assert f"pid {winner.pid}" in project.log(lost)
    assert set(codes) <= {0, 3}
    turned_away = [project.log(n) for n, code in enumerate(codes, 2) if code == 3]
    assert all(re.search(r"pid \d+", line) for line in turned_away)
    until(lambda: project.events("turn", 1 - lost))
    winner.send_signal(signal.SIGTERM)
    assert winner.wait(10) == 0
    assert not project.events("turn failed", 1 - lost)
    assert project.settled() == (news.articles, news.articles, 0)


def processes_of(pid: int) -> dict[str, int]:
    """The helpers of a service that works: fork server, tracker and worker by their process numbers; what is not there is left out."""
    found = {}
    for child in children(pid):
        with suppress(OSError):
            words = Path(f"/proc/{child}/cmdline").read_bytes()
            name = "tracker" if b"resource_tracker" in words else "fork server" if b"forkserver" in words else None
            if name is not None:
                found[name] = child
            if name == "fork server" and (workers := children(child)):
                found["worker"] = workers[0]
    return found


def children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += map(int, task.read_text(encoding="ascii").split())
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize("victim", ["worker", "fork server", "tracker"])
def test_a_helper_that_is_killed_is_replaced_and_nothing_is_lost_or_doubled(project, news, victim):
    news.held.clear()
    p = project.start("serve")
    until(lambda: len(news.asked) >= 3 and victim in processes_of(p.pid))
    killed = processes_of(p.pid)[victim]
    os.kill(killed, signal.SIGKILL)
    until(lambda: killed not in processes_of(p.pid).values())
    news.held.set()
    until(lambda: project.events("turn"), 100)  # an item may take all the time that one worker has for it
    assert not project.events("turn failed")
    p.send_signal(signal.SIGTERM)
    assert p.wait(10) == 0
    later = datetime.now(UTC) + timedelta(hours=2)  # a page that the kill cost is tried again after a pause
    assert project.run("--at", later.isoformat()) == 0
    assert project.settled() == (news.articles, news.articles, 0)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_the_whole_group_may_be_killed_and_nothing_is_lost_or_doubled(project, news):
    news.held.clear()
    p = project.start("serve", group=True)
    until(lambda: len(news.asked) >= 3 and "worker" in processes_of(p.pid))
    helpers = processes_of(p.pid).values()
    os.killpg(p.pid, signal.SIGKILL)
    p.wait(10)
    until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in helpers))
    news.held.set()
    assert project.run() == 0
    assert project.settled() == (news.articles, news.articles, 0)


def test_an_archive_that_is_taken_away_is_missed_and_not_made_anew(project, news):
    project.start("serve")
    until(lambda: project.events("turn"))
    archive = project.root / "outputs" / "archive.sqlite"
    archive.rename(archive.with_name("away"))
    until(lambda: project.events("turn failed"))
    assert not archive.exists()
    assert project.ask("/readyz")[0] == 503
    assert project.ask("/healthz") == (200, "ok\n")
    archive.with_name("away").rename(archive)
    archive.write_bytes(archive.read_bytes())
    turns = len(project.events("turn"))
    until(lambda: len(project.events("turn")) > turns)
    until(lambda: project.ask("/readyz")[0] == 200, 5)


def test_an_address_that_is_taken_is_told_before_anything_is_done(project, news):
    with socket.socket() as other:
        other.bind(("127.0.0.1", project.port))
        other.listen()
        p = project.start("serve")
        assert p.wait(30) == 1
    assert "cannot listen there" in project.log()
    assert news.asked == []


# ---------------------------------------------------------------- what is written about it
KNOWN = {"serve", "run", "status", "backup", "check", "prune", "feeds"}
OPERATIONS = ROOT / "docs" / "operations"


@pytest.fixture
def units(tmp_path) -> list[Path]:
    """The units with a program and a user that this machine has."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    found = []
    for path in sorted(OPERATIONS.glob("marsad*.service")) + sorted(OPERATIONS.glob("marsad*.timer")):
        text = path.read_text(encoding="utf-8").replace("/srv/marsad/.venv/bin/marsad", "/bin/true")
        found.append(tmp_path / path.name)
        found[-1].write_text(re.sub("(?m)^(User|Group)=.*$", r"\1=root", text), encoding="utf-8")
    return found


def test_the_units_are_what_systemd_understands_and_are_exposed_little(units):
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    for unit in units:
        if unit.suffix == ".service":
            done = subprocess.run(
                ["systemd-analyze", "security", "--offline=true", "--threshold=25", unit],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", ["service.md", "service.ar.md"])
def test_every_command_of_the_guide_is_one(name, capsys):
    text = (OPERATIONS / name).read_text(encoding="utf-8")
    commands = {tuple(found.split()) for found in re.findall(r"\bmarsad ((?:feeds )?[a-z]+)\b", text)}
    assert {words[0] for words in commands} >= KNOWN
    for words in commands:
        if words[0] in KNOWN:  # else a sentence about marsad
            assert main([*words, "--help"]) == 0, words


def test_every_file_that_the_guide_names_is_there():
    for name in ("service.md", "service.ar.md"):
        text = (OPERATIONS / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([\w.-]+)", text):
            assert (OPERATIONS / target).exists(), (name, target)


def test_both_languages_have_the_same_chapters_and_the_same_commands_to_type():
    english, arabic = ((OPERATIONS / name).read_text(encoding="utf-8") for name in ("service.md", "service.ar.md"))
    typed = [
        [
            re.sub(r"\s*#.*", "", line)
            for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
            for line in block.splitlines()
        ]
        for text in (english, arabic)
    ]
    assert typed[0] == typed[1]
    assert len(re.findall("(?m)^## ", english)) == len(re.findall("(?m)^## ", arabic))
