"""Every command in the documents: marsad's own are run in a project with an archive, the machine's are held to a closed table."""

import re
import shlex
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pipeline.cli import main

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "docs" / "reliability.md",
    *sorted((ROOT / "docs" / "guide").glob("*.md")),
    *sorted((ROOT / "docs" / "operations").glob("*.md")),
]
OURS = ("marsad", "./marsad", ".venv/bin/marsad")
MARSADS = "/srv/marsad"

ELSEWHERE = {
    "demo": "tests/demo/test_demo.py",  # plays it whole
    "serve": "tests/test_serve.py",  # starts it, questions it, ends it
    "./marsad test": ".ci/run",  # that is how these tests run there
    "./marsad check": ".ci/run",
}
"""Commands that take minutes or never end, and who runs them."""

MACHINES = {
    "cd": "the folder is the project's",
    "chmod": "what the next step needs is told, not done: it changes this machine",
    "chown": "as chmod",
    "cp": "its sources are there",
    "crontab": "its file is there",
    "curl": "the service answers this path",
    "editor": "a person's",
    "git": "fetches the project",
    "install": "its sources are there",
    "journalctl": "reads a unit of ours",
    "ln": "as chmod",
    "mkdir": "as chmod",
    "podman": "its file is there",
    "printf": "what it adds to a unit is a setting that the unit has",
    "rsync": "its sources are the project's",
    "systemctl": "names a unit of ours",
    "useradd": "as chmod",
    "usermod": "as chmod",
    "uv": "makes the locks; needs a network",
}
"""What else the documents ask a person to type, and what is held of it here."""

FEED = """<rss version="2.0"><channel><title>الرافد</title><item><title>تعزيزات جديدة على الحدود</title><link>{0}/news/1</link>
<guid>1</guid><pubDate>Mon, 02 Mar 2026 08:01:00 +0000</pubDate></item></channel></rss>"""
PARAGRAPH = "<p>أعلنت قيادة العمليات المشتركة صباح اليوم وصول تعزيزات جديدة لضبط الحدود العراقية السورية، وقال ناطق باسمها في البيان رقم {} إن العمل مستمر.</p>"


def blocks(path):
    """Lines that a person is to type: `sh` blocks, and indented ones that begin with a command."""
    for token in MarkdownIt().parse(path.read_text(encoding="utf-8")):
        if token.type == "code_block" or (token.type == "fence" and token.info == "sh"):
            yield from token.content.replace("\\\n", " ").splitlines()


def commands(path):
    """Each command with its words: comments, redirections, variables and a cron line's times taken off."""
    for line in blocks(path):
        line = re.sub(r"^\s*(?:\*/\d+|\*)(?:\s+\*){4}\s+", "", line)  # noqa: PLW2901
        for part in line.replace("$(date +%F)", "2026-03-02").split("&&"):
            words = [w for w in shlex.split(part, comments=True) if not re.match(r"\d?>", w)]
            while words and re.match(r"\w+=", words[0]):
                words = words[1:]
            if words[:2] == ["sudo", "-u"]:
                words = words[3:]
            if words:
                yield words


EVERY = sorted({tuple(words) for path in DOCUMENTS for words in commands(path)})
OWN = [words for words in EVERY if words[0] in OURS]
OTHERS = [words for words in EVERY if words[0] not in OURS]


@pytest.fixture(scope="module")
def project(tmp_path_factory, make_httpserver):
    """A project whose archive holds an article that its watchlist tags."""
    server, folder = make_httpserver, tmp_path_factory.mktemp("project")
    url = server.url_for("").rstrip("/")
    body = "".join(PARAGRAPH.format(n) for n in range(5))
    page = f"<html lang=ar><body><article><h1>تعزيزات جديدة على الحدود</h1>{body}</article></body></html>"
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    server.expect_request("/feed").respond_with_data(FEED.format(url), content_type="application/rss+xml")
    server.expect_request("/news/1").respond_with_data(page, content_type="text/html; charset=utf-8")
    files = {
        "pipeline.yaml": "store: sqlite:///outputs/archive.sqlite\nworkers: 1\nfetch: {delay: 0s, timeout: 5s, allow_networks: [127.0.0.0/8]}\n",
        "feeds.yaml": f"feeds:\n  - {{id: enab-baladi, url: '{url}/feed', outlet: الرافد}}\n",
        "digests.yaml": "digests:\n  - {id: daily, title: موجز, at: '07:00'}\n",
        "watchlists/border.yaml": "id: border\ntitle: الحدود\nterms: [الحدود العراقية السورية]\n",
    }
    for name, text in files.items():
        path = folder / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for copy in ("new.yaml", "border.yaml"):
        (folder / copy).write_text(files["watchlists/border.yaml"], encoding="utf-8")
    (folder / "page.html").write_text(page, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.delenv("MARSAD_CONFIG", raising=False)
        assert main(["run"]) == 0
    yield folder, url
    server.clear()  # it is everybody's


def meant(word, folder, url):
    """What a person would put in the place of a document's example."""
    word = word.replace("https://outlet.example/article", f"{url}/news/1")
    return re.sub(r"^/(?:backup|tmp)/", f"{folder}/", word)


@pytest.mark.parametrize("words", OWN, ids=" ".join)
def test_a_command_of_ours_does_what_the_document_says(words, project, monkeypatch, capsys):
    known = next((file for key, file in ELSEWHERE.items() if key in (words[-1], " ".join(words[:2]))), None)
    if known:
        assert (ROOT / known).is_file()
        return
    folder, url = project
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MARSAD_CONFIG", raising=False)
    if words[1:2] == ("restore",):
        assert main(["backup", meant(words[2], folder, url)]) == 0
    code = main([meant(word, folder, url) for word in words[1:]] or ["--help"])
    assert code in ({0, 1} if words[1:2] == ("status",) else {0}), capsys.readouterr().err


@pytest.mark.parametrize("words", OTHERS, ids=" ".join)
def test_a_command_of_the_machine_is_one_that_we_know_and_names_what_is_there(words, operations):
    program, *rest = words
    assert program in MACHINES, "say in MACHINES what is held of it"
    paths = [word for word in rest if not word.startswith("-")]
    inside = [p.removeprefix(f"{MARSADS}/") for p in paths]
    if program in {"cp", "install", "crontab"}:
        assert all((ROOT / p).is_file() for p in inside if p.startswith("docs/"))
    if program == "podman":
        assert (ROOT / rest[rest.index("-f") + 1]).is_file()
    if program in {"systemctl", "journalctl"} and rest[0] != "daemon-reload":
        unit = rest[1] if program == "journalctl" else rest[-1]
        assert (operations / (unit if "." in unit else f"{unit}.service")).is_file()
    if program == "printf":
        key = re.fullmatch(r"\[Service\]\\n(\w+=)\w+\\n", rest[0])
        assert key
        assert f"\n{key[1]}" in (operations / "marsad.service").read_text(encoding="utf-8")
    if program == "cd":
        assert paths in ([MARSADS], ["marsad"])
    if program == "curl":
        assert rest[-1].endswith(("/readyz", "/healthz", "/metrics"))


def spans(path):
    for token in MarkdownIt("commonmark").enable("table").parse(path.read_text(encoding="utf-8")):
        for child in token.children or ():
            if child.type == "code_inline" and re.match(r"(?:\./|\.venv/bin/)?marsad [a-z]", child.content):
                yield child.content


@pytest.mark.parametrize("span", sorted({s for path in DOCUMENTS for s in spans(path)}))
def test_a_command_named_in_a_sentence_is_one_and_has_these_options(span, capsys):
    words = span.split()
    if words[0] == "./marsad" and words[1] in {"test", "check"}:
        return
    path = [words[1]]
    if words[1] in {"watchlist", "feeds"} and len(words) > 2:
        path.append(words[2])
    assert main([*path, "--help"]) == 0
    said = capsys.readouterr().out
    assert all(word in said for word in words if word.startswith("--"))


def test_no_document_is_left_out():
    assert len(OWN) > 15
    assert len(OTHERS) > 15
    assert {p for p in ROOT.glob("docs/**/*.md") if any(blocks(p))} <= {*DOCUMENTS, *ROOT.glob("docs/measurements/*")}
