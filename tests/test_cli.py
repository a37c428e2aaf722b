"""The command from outside: exit codes, where results and remarks go, what a mistake says."""

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from pipeline.cli import main

ROOT = Path(__file__).parent.parent
FEED = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>الرافد</title><link>{url}/</link>
{items}
</channel></rss>
"""
ITEM = "<item><title>{title}</title><link>{url}/news/{n}</link><guid>{n}</guid><pubDate>Mon, 02 Mar 2026 08:0{n}:00 +0000</pubDate><description>{lead}</description></item>"
LEAD = "أعلنت قيادة العمليات المشتركة صباح اليوم وصول تعزيزات جديدة لضبط الحدود العراقية السورية"


def page(title: str) -> str:
    body = "".join(
        f"<p>{LEAD}، وقال ناطق باسمها في البيان رقم {n} إن العمل مستمر حتى نهاية الشهر.</p>" for n in range(6)
    )
    return f"<html lang=ar><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


def write_project(folder: Path, server: HTTPServer) -> Path:
    """A project with one feed on loopback, two articles, one watchlist."""
    url = server.url_for("").rstrip("/")
    items = "".join(ITEM.format(url=url, n=n, title=f"تعزيزات الدفعة {n}", lead=LEAD) for n in (1, 2))
    server.expect_request("/robots.txt").respond_with_data("", status=404)
    server.expect_request("/feed").respond_with_data(
        FEED.format(url=url, items=items), content_type="application/rss+xml"
    )
    for n in (1, 2):
        server.expect_request(f"/news/{n}").respond_with_data(
            page(f"تعزيزات الدفعة {n}"), content_type="text/html; charset=utf-8"
        )
    config = folder / "config"
    (config / "watchlists").mkdir(parents=True)
    (config / "pipeline.yaml").write_text(
        "store: sqlite:///outputs/archive.sqlite\noutputs: outputs\nworkers: 1\n"
        "fetch:\n  user_agent: marsad-tests\n  delay: 0s\n  timeout: 5s\n  allow_networks: [127.0.0.0/8]\n"
    )
    (config / "feeds.yaml").write_text(
        f"feeds:\n  - id: rafid\n    url: {url}/feed\n    outlet: الرافد\n", encoding="utf-8"
    )
    (config / "watchlists" / "border.yaml").write_text(
        "id: border\ntitle: الحدود\nterms:\n  - الحدود العراقية السورية\n", encoding="utf-8"
    )
    (config / "digests.yaml").write_text(
        'digests:\n  - id: daily\n    title: موجز\n    at: "07:00"\n', encoding="utf-8"
    )
    return folder


@pytest.fixture
def project(tmp_path, httpserver) -> Path:
    return write_project(tmp_path, httpserver)


@pytest.fixture
def here(project, monkeypatch) -> Path:
    monkeypatch.chdir(project)
    monkeypatch.delenv("MARSAD_CONFIG", raising=False)
    return project


AT = "2026-03-02T12:00:00+03:00"


@pytest.fixture(scope="module")
def after_a_run(tmp_path_factory) -> Iterator[Path]:
    """A project after its first run, and its feed for further ones. Nobody works in it: see `ran`."""
    with HTTPServer() as server:
        folder = write_project(tmp_path_factory.mktemp("first") / "project", server)
        assert main(["run", "--all", "--at", AT, "--config", str(folder / "config")]) == 0
        yield folder


@pytest.fixture
def ran(after_a_run, tmp_path, monkeypatch) -> Path:
    """A copy of such a project, to work in."""
    folder = shutil.copytree(after_a_run, tmp_path / "project")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("MARSAD_CONFIG", raising=False)
    return folder


# ---------------------------------------------------------------- the main job
def test_a_run_tells_its_books_on_standard_error_and_nothing_on_standard_output(here, capsys):
    assert main(["run", "--all", "--at", AT]) == 0
    out, err = capsys.readouterr()
    assert out == ""
    assert "1 polled = 1 read + 0 unchanged + 0 failed" in err
    assert "2 seen = 2 new + 0 known" in err
    assert "2 taken = 2 articles" in err
    assert re.search(r"2 new, \d of them copies, 2 tagged", err)
    assert (here / "outputs" / "daily" / "2026-03-02.html").exists()


def test_a_second_run_does_nothing_new(ran, capsys):
    before = {p: p.read_bytes() for p in (ran / "outputs" / "daily").iterdir()}
    assert main(["run", "--all", "--at", "2026-03-02T13:00:00+03:00"]) == 0
    err = capsys.readouterr().err
    assert "0 new, 0 of them copies, 0 tagged" in err
    assert {p: p.read_bytes() for p in (ran / "outputs" / "daily").iterdir()} == before


def test_the_morning_after_has_the_articles_in_its_edition(ran, capsys):
    assert main(["run", "--at", "2026-03-03T07:30:00+03:00"]) == 0
    made = json.loads((ran / "outputs" / "daily" / "2026-03-03.json").read_text(encoding="utf-8"))
    assert made["coverage"]["articles"] == 2
    (section,) = made["sections"]
    assert section["watchlist"] == "border"


def test_when_every_feed_fails_the_run_is_done_and_points_to_the_demo(here, capsys):
    feeds = here / "config" / "feeds.yaml"
    feeds.write_text(
        re.sub(r"url: .*", "url: http://127.0.0.1:9/feed", feeds.read_text(encoding="utf-8")), encoding="utf-8"
    )
    assert main(["run", "--all", "--at", AT]) == 0
    err = capsys.readouterr().err
    assert "1 failed (connect 1)" in err
    assert "marsad demo" in err.strip().splitlines()[-1]
    made = json.loads((here / "outputs" / "daily" / "2026-03-02.json").read_text(encoding="utf-8"))
    assert [f["reason"] for f in made["coverage"]["failed"]] == ["connect"]


def test_no_publish_stops_before_the_digests(here, capsys):
    assert main(["run", "--all", "--at", AT, "--no-publish"]) == 0
    assert not (here / "outputs" / "daily").exists()


def test_a_preview_shows_what_has_come_in(here, capsys):
    assert main(["run", "--all"]) == 0
    capsys.readouterr()
    assert main(["digest", "--preview"]) == 0
    paths = [Path(line) for line in capsys.readouterr().out.split()]
    assert [p.suffix for p in paths] == [".html", ".md", ".json"]
    assert "تعزيزات الدفعة" in paths[0].read_text(encoding="utf-8")


def test_an_edition_can_be_written_again_to_the_same_bytes(ran, capsys):
    path = ran / "outputs" / "daily" / "2026-03-02.html"
    before = path.read_bytes()
    path.unlink()
    assert main(["digest", "daily", "--date", "2026-03-02", "--rebuild"]) == 0
    assert path.read_bytes() == before


# ---------------------------------------------------------------- reading commands
@pytest.mark.parametrize(
    "words",
    [
        ["status"],
        ["feeds", "list"],
        ["watchlist", "check"],
        ["search", "الحدود"],
        ["check"],
        ["watchlist", "backtest", "config/watchlists/border.yaml"],
        ["explain", "http"],
    ],
    ids=" ".join,
)
def test_json_is_one_document_or_json_lines_and_nothing_else(ran, capsys, words):
    if words[0] == "explain":
        assert main(["export"]) == 0
        words = ["explain", json.loads(capsys.readouterr().out.splitlines()[0])["id"]]
    assert main([*words, "--json"]) in (0, 1)
    out = capsys.readouterr().out
    assert [json.loads(line) for line in out.splitlines()]


@pytest.mark.parametrize(
    "words", [["status"], ["feeds", "list"], ["watchlist", "check"], ["search", "حدود"], ["check"]], ids=" ".join
)
def test_for_people_there_are_plain_lines(ran, capsys, words):
    assert main(words) in (0, 1)
    out, err = capsys.readouterr()
    assert out or err
    assert "{" not in out


def test_search_shows_the_hit_in_its_context(ran, capsys):
    assert main(["search", "حدود"]) == 0
    assert "«الحدود»" in capsys.readouterr().out


def test_export_gives_the_articles_of_the_contract(ran, capsys):
    assert main(["export"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    keys = (
        "id url feed outlet title body author language published first_seen extractor story relation origin watchlists"
    )
    assert len(rows) == 2
    assert all(set(keys.split()) <= set(row) for row in rows)
    assert rows[0]["watchlists"] == ["border"]
    assert main(["export", "--since", "2026-03-03"]) == 0
    assert capsys.readouterr().out == ""


def test_explain_reads_standard_input(here, capsys, monkeypatch):
    import io

    monkeypatch.setattr(sys, "stdin", io.StringIO("وصلت تعزيزات إلى الحدود العراقية السورية."))
    assert main(["explain", "-"]) == 0
    out = capsys.readouterr().out
    assert "border: tagged" in out
    assert "الحدود العراقية السورية" in out


def test_backtest_shows_what_a_change_would_gain_and_lose(ran, capsys):
    new = ran / "new.yaml"
    new.write_text("id: border\ntitle: الحدود\nterms:\n  - الحدود المائية\n", encoding="utf-8")
    assert main(["watchlist", "backtest", str(new), "--fail-on-loss"]) == 1
    out = capsys.readouterr().out
    assert "0 kept, 0 gained, 2 lost, of 2 articles" in out
    assert "«الحدود العراقية السورية»" in out


def test_feeds_check_asks_without_storing(here, capsys):
    assert main(["feeds", "check"]) == 0
    said = capsys.readouterr().out
    assert re.match(r"rafid: rss20 in utf-8, 2 entries, newest 2026-03-02T08:02:00\+00:00 \(\d+\.\d s\)", said)
    assert not (here / "outputs").exists()


def test_feeds_check_tells_what_is_odd_about_a_feed(here, capsys, httpserver):
    url = httpserver.url_for("").rstrip("/")
    items = "".join(ITEM.format(url=url, n=n % 10, title=f"خبر {n}", lead="") for n in range(1100))
    body = (
        FEED.format(url=url, items=items + "<item/>")
        .encode("cp1256", "xmlcharrefreplace")
        .replace(b"UTF-8", b"windows-1256")
    )
    httpserver.clear()
    httpserver.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /news\nCrawl-delay: 2")
    httpserver.expect_request("/feed").respond_with_data(body, content_type="text/xml")
    assert main(["feeds", "check", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["state"], row["status"], row["encoding"], row["robots"], row["crawl_delay"]) == (
        "ok",
        200,
        "cp1256",
        "forbids",
        2,
    )
    assert (row["cut"], row["truncated"], row["shared_ids"] > 0) == (101, False, True)
    assert main(["feeds", "check"]) == 0
    said = capsys.readouterr().out
    assert "101 left out" in said
    assert "robots.txt forbids its pages" in said


def test_feeds_check_exits_1_when_a_feed_fails_and_shows_no_password(here, capsys, httpserver):
    feeds = here / "config" / "feeds.yaml"
    feeds.write_text(feeds.read_text(encoding="utf-8").replace("http://", "http://reader:secret@"), encoding="utf-8")
    httpserver.clear()
    assert main(["feeds", "check", "--json"]) == 1
    said = capsys.readouterr()
    row = json.loads(said.out)
    assert (row["state"], row["reason"]) == ("failing", "http-500")
    assert main(["feeds", "list"]) == 0
    assert main(["feeds", "list", "--json"]) == 0
    assert main(["feeds", "export"]) == 0
    assert "secret" not in said.out + said.err + capsys.readouterr().out


def site(httpserver, **paths: str) -> str:
    """A site with these documents, by the path's name with its dots as _ → its address."""
    httpserver.clear()
    url = httpserver.url_for("").rstrip("/")
    for path, text in paths.items():
        httpserver.expect_request("/" + path.removesuffix("_").replace("_", ".")).respond_with_data(
            text.replace("{url}", url)
        )
    httpserver.expect_request(re.compile(".*")).respond_with_data("", status=404)
    return url


NEWS = """<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>{url}/news/1</loc><news:news><news:publication_date>2026-03-02T08:00:00Z</news:publication_date>
<news:title>تعزيزات الدفعة الأولى</news:title></news:news></url></urlset>"""


def test_feeds_discover_finds_what_a_page_and_robots_txt_name(here, capsys, httpserver):
    url = site(
        httpserver,
        _='<link rel="alternate" type="application/rss+xml" href="/rss"><a href="/dead/feed">x</a>',
        rss=FEED.format(url="{url}", items=ITEM.format(url="{url}", n=1, title="خبر", lead=LEAD)),
        robots_txt="User-agent: *\nDisallow:\nSitemap: {url}/index.xml\nsitemap: javascript:x",
        index_xml="<sitemapindex><sitemap><loc>{url}/2019.xml</loc></sitemap><sitemap><loc>{url}/news.xml</loc></sitemap></sitemapindex>",
        news_xml=NEWS,
    )
    assert main(["feeds", "discover", url]) == 0
    out, err = capsys.readouterr()
    assert [line.split("\t")[:2] for line in out.splitlines()] == [
        [f"{url}/rss", "feed"],
        [f"{url}/news.xml", "sitemap"],
    ]
    assert "dead/feed: http-404" in err


@pytest.mark.parametrize("path", ["rss", "robots.txt", "index.xml", "news.xml"])
def test_feeds_discover_takes_a_feed_a_robots_txt_and_a_sitemap_too(here, capsys, httpserver, path):
    url = site(
        httpserver,
        rss=FEED.format(url="{url}", items=ITEM.format(url="{url}", n=1, title="خبر", lead=LEAD)),
        robots_txt="Sitemap: {url}/news.xml",
        index_xml="<sitemapindex><sitemap><loc>{url}/news.xml</loc></sitemap></sitemapindex>",
        news_xml=NEWS,
    )
    assert main(["feeds", "discover", f"{url}/{path}", "--json"]) == 0
    (row,) = map(json.loads, capsys.readouterr().out.splitlines())
    kind = "feed" if path == "rss" else "sitemap"
    assert (row["url"], row["kind"], row["entries"]) == (f"{url}/rss" if path == "rss" else f"{url}/news.xml", kind, 1)


def test_feeds_discover_looks_at_the_usual_places_where_nothing_is_named(here, capsys, httpserver):
    url = site(httpserver, _="<p>مرحبا</p>", rss_xml=FEED.format(url="{url}", items=""))
    assert main(["feeds", "discover", url]) == 0
    assert capsys.readouterr().out.startswith(f"{url}/rss.xml\tfeed\t")
    site(httpserver, _="<p>مرحبا</p>")
    assert main(["feeds", "discover", url]) == 1
    assert "no feed was found" in capsys.readouterr().err


def test_feeds_discover_tells_what_is_wrong_with_the_address(here, capsys, httpserver):
    url = site(httpserver)
    assert main(["feeds", "discover", f"{url}/nothing"]) == 1
    assert "http-404" in capsys.readouterr().err


def test_a_news_sitemap_is_a_feed_from_end_to_end(here, capsys, httpserver):
    url = site(httpserver, news_xml=NEWS)
    httpserver.clear()
    httpserver.expect_request("/news.xml").respond_with_data(NEWS.replace("{url}", url))
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/news/1").respond_with_data(
        page("تعزيزات الدفعة الأولى"), content_type="text/html; charset=utf-8"
    )
    feeds = here / "config" / "feeds.yaml"
    feeds.write_text(
        f"feeds:\n  - id: map\n    url: {url}/news.xml\n    outlet: الخريطة\n    kind: sitemap\n", encoding="utf-8"
    )
    assert main(["run", "--all", "--at", AT]) == 0
    capsys.readouterr()
    assert main(["export"]) == 0
    (article,) = map(json.loads, capsys.readouterr().out.splitlines())
    assert (article["feed"], article["title"], article["published"]) == (
        "map",
        "تعزيزات الدفعة الأولى",
        "2026-03-02T08:00:00+00:00",
    )
    assert LEAD in article["body"]


def test_feeds_go_out_as_opml_and_come_in_again(here, capsys):
    assert main(["feeds", "export"]) == 0
    opml = here / "feeds.opml"
    opml.write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["feeds", "import", str(opml)]) == 0
    assert "added     0 feeds" in capsys.readouterr().err
    opml.write_text(opml.read_text(encoding="utf-8").replace("/feed", "/other-feed"), encoding="utf-8")
    assert main(["feeds", "import", str(opml)]) == 0
    assert "added     1 feeds" in capsys.readouterr().err
    assert main(["feeds", "list", "--json"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_feeds_that_come_in_leave_the_files_rights_its_link_and_its_ends_of_lines(here, capsys):
    feeds, real = here / "config" / "feeds.yaml", here / "kept elsewhere.yaml"
    real.write_bytes(feeds.read_bytes().replace(b"\n", b"\r\n"))
    real.chmod(0o600)
    feeds.unlink()
    feeds.symlink_to(real)
    before = real.read_bytes()
    opml = here / "feeds.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="أ" xmlUrl="https://new.example/feed"/></body></opml>', "utf-8"
    )
    assert main(["feeds", "import", str(opml)]) == 0
    assert "added     1 feeds" in capsys.readouterr().err
    assert feeds.is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    after = real.read_bytes()
    assert after.startswith(before.rstrip())
    assert after.count(b"\n") == after.count(b"\r\n")


def test_backup_and_prune(ran, capsys):
    assert main(["backup", "copy.sqlite"]) == 0
    assert (ran / "copy.sqlite").stat().st_size > 0
    assert main(["prune", "--older-than", "4000d", "--dry-run"]) == 0
    assert "would go  0 articles, first seen before" in capsys.readouterr().err
    assert main(["prune", "--older-than", "20d", "--dry-run"]) == 0
    assert "would go  2 articles, first seen before" in capsys.readouterr().err
    assert main(["status", "--json"]) in {0, 1}
    assert json.loads(capsys.readouterr().out)["archive"]["articles"] == 2
    assert main(["prune", "--older-than", "20d"]) == 0
    assert "pruned    2 articles\nsmaller   by" in capsys.readouterr().err
    assert main(["check"]) == 0


def test_prune_refuses_what_the_next_edition_needs(ran, capsys):
    before = (ran / "outputs" / "archive.sqlite").read_bytes()
    for age in ("0s", "1s"):
        assert main(["prune", "--older-than", age]) == 2
        assert "--older-than: the next edition needs articles that old; say 15d or more" in capsys.readouterr().err
    assert (ran / "outputs" / "archive.sqlite").read_bytes() == before


def test_restore_puts_a_backup_in_the_archives_place(ran, capsys):
    assert main(["backup", "copy.sqlite"]) == 0
    archive = ran / "outputs" / "archive.sqlite"
    archive.write_bytes(b"rubbish")
    assert main(["check"]) == 4
    assert main(["restore", "copy.sqlite"]) == 0
    assert "restored  outputs/archive.sqlite\nbefore    outputs/archive.sqlite.20" in capsys.readouterr().err
    assert main(["check"]) == 0
    assert main(["restore", "nowhere.sqlite"]) == 2
    assert main(["restore", "config/feeds.yaml"]) == 4


def test_check_names_a_missing_file_and_how_to_mend_it(ran, capsys):
    (ran / "outputs" / "daily" / "2026-03-02.md").unlink()
    assert main(["check"]) == 1
    assert "marsad digest daily --date 2026-03-02 --rebuild" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["html", "md", "json"])
def test_check_names_a_file_that_is_not_what_was_written_until_it_is_written_again(ran, capsys, form):
    path = ran / "outputs" / "daily" / f"2026-03-02.{form}"
    written = path.read_bytes()
    assert main(["check"]) == 0
    path.write_bytes(written[: len(written) // 2])
    capsys.readouterr()
    assert main(["check"]) == 1
    told = f"2026-03-02.{form}: is not what was written; marsad digest daily --date 2026-03-02 --rebuild writes it"
    assert told in capsys.readouterr().out
    assert main(["digest", "daily", "--date", "2026-03-02", "--rebuild"]) == 0
    assert path.read_bytes() == written
    assert main(["check"]) == 0


def test_check_names_a_spoilt_row_and_goes_on(ran, capsys):
    with sqlite3.connect(ran / "outputs" / "archive.sqlite") as c:
        c.execute("UPDATE articles SET published = '{}' WHERE url LIKE '%/2'")
    c.close()
    (ran / "outputs" / "daily" / "2026-03-02.md").unlink()
    assert main(["check"]) == 1
    said = capsys.readouterr().out
    assert said.count("cannot be read: KeyError: 'at'; restore a backup") == 1
    assert "2026-03-02.md: is missing" in said
    assert main(["export"]) == 4
    assert "marsad: table articles: the row of" in capsys.readouterr().err


def test_an_edition_made_after_a_restore_takes_the_place_of_the_files_of_the_one_that_was_lost(ran, capsys):
    assert main(["backup", "copy.sqlite"]) == 0
    path = ran / "outputs" / "daily" / "2026-03-03.md"
    path.write_text("the edition that the archive of before had written", encoding="utf-8")
    assert main(["restore", "copy.sqlite"]) == 0
    assert main(["run", "--at", "2026-03-03T12:00:00+03:00"]) == 0
    assert "تعزيزات" in path.read_text(encoding="utf-8")
    assert main(["check"]) == 0


# ---------------------------------------------------------------- mistakes
RUNS = [sys.executable, "-m", "pipeline"]
NOT_ROOT = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"] if os.geteuid() == 0 else []


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    "words", ["--version", "status", "run", "no-such-command", "tag --watchlists config/watchlists"]
)
def test_a_standard_stream_that_is_closed_is_no_mistake_of_ours(ran, closed, words):
    code = {"no-such-command": {2}, "status": {0, 1}}.get(words, {0})
    typed = f"exec {shlex.join(RUNS)} {words} {closed}"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        ["sh", "-c", typed], check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env
    )
    assert done.returncode in code
    assert "bug" not in done.stderr
    assert "Traceback" not in done.stderr
    assert (ran / "outputs" / "archive.sqlite").read_bytes().startswith(b"SQLite format 3\0")


@pytest.mark.skipif(os.geteuid() == 0 and shutil.which("setpriv") is None, reason="root may read everything")
@pytest.mark.parametrize(
    ("place", "mode", "words", "told"),
    [
        ("config", 0o600, "status", "config"),
        ("config", 0o600, "feeds list", "config"),
        ("config/watchlists", 0o000, "check", "config/watchlists"),
        ("config/feeds.yaml", 0o000, "check", "config/feeds.yaml"),
        ("outputs", 0o000, "status", "outputs/archive.sqlite"),
        ("outputs", 0o000, "run", "outputs/archive.sqlite"),
        ("outputs", 0o000, "check", "outputs/archive.sqlite"),
        ("outputs", 0o000, "restore copy.sqlite", "outputs/"),
        ("outputs", 0o000, "demo --outputs outputs/x", "outputs/x"),
        ("outputs/archive.sqlite", 0o000, "status", "outputs/archive.sqlite"),
        ("outputs/archive.sqlite.lock", 0o000, "run", "outputs/archive.sqlite.lock"),
        ("outputs/daily", 0o000, "check", ""),
        ("outputs/daily", 0o500, "digest daily --rebuild", ""),
    ],
)
def test_what_may_not_be_read_or_written_is_named_in_one_line(ran, capsys, place, mode, words, told):
    assert main(["backup", "copy.sqlite"]) == 0
    there = ran / place
    before = there.stat().st_mode
    there.chmod(mode)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run([*NOT_ROOT, *RUNS, *words.split()], check=False, capture_output=True, text=True, env=env)
    finally:
        there.chmod(before)
    assert done.returncode in ({2 if told.startswith("config") else 4} if told else {0, 1, 4}), done.stderr
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr
    assert re.search(rf"^marsad: .*{re.escape(told)}.*: .*; ", done.stderr, re.MULTILINE) or not told, done.stderr


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["run", "--no-such-option"], "--no-such-option"),
        (["run", "--at", "yesterday-ish"], "--at: 'yesterday-ish' is not a time"),
        (["run", "--at", "2026-03-02T12:00:00"], "with an offset"),
        (["nonsense"], "nonsense"),
        (["digest", "weekly"], "the digests are: daily"),
        (["digest", "daily", "--date", "2026-02-30"], "--date"),
        (["digest", "daily", "--date", "2999-01-01"], "not due yet"),
        (["export", "--since", "2026-13-01"], "--since"),
        (["export", "--since", "0001-01-01"], "--since: '0001-01-01' is no time of the news"),
        (["export", "--until", "9999-12-31"], "give a year from 1900 to 2999"),
        (["run", "--at", "0001-01-01T00:00:00+14:00"], "--at"),
        (["run", "--at", "9999-12-31T23:59:59+00:00"], "--at"),
        (["digest", "daily", "--date", "0001-01-05"], "--date: '0001-01-05' is no time of the news"),
        (["prune", "--older-than", "9999999d"], "give at most 36500d"),
        (["prune", "--older-than", "1s"], "say 15d or more"),
        (["backup", "/"], "this is a folder; name the file"),
        (["backup", "."], "this is a folder; name the file"),
        (["backup", "outputs/archive.sqlite"], "this is the archive itself"),
        (["restore", "outputs/archive.sqlite"], "this is the archive itself"),
        (["export", "--since", "2026-03-03", "--until", "2026-03-02"], "--until"),
        (["prune", "--older-than", "soon"], "--older-than"),
        (["search", "(الحدود AND"], "query:"),
        (["feeds", "check", "nobody"], "nobody"),
        (["explain", "nowhere"], "no such article"),
        (["watchlist", "backtest", "nowhere.yaml"], "nowhere.yaml"),
        (["run", "--config", "nowhere"], "nowhere"),
    ],
    ids=lambda x: " ".join(x) if isinstance(x, list) else "",
)
def test_a_wrong_word_is_told_in_one_line_and_does_nothing(ran, capsys, words, part):
    before = (ran / "outputs" / "archive.sqlite").read_bytes()
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("marsad: ")
    assert len(err.strip().splitlines()) == 1
    assert part in err
    assert (ran / "outputs" / "archive.sqlite").read_bytes() == before


@pytest.mark.parametrize("words", [[], ["feeds"], ["watchlist"]])
def test_without_a_command_the_help_is_shown_as_it_is(capsys, words):
    assert main(words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith(" ".join(["Usage: marsad", *words]))
    assert "--help;" not in told.err


@pytest.mark.parametrize("full", ["/dev/full", "a reader that is gone"])
def test_remarks_that_cannot_be_written_end_no_run(here, full):
    words = [sys.executable, "-m", "pipeline", "run", "--config", str(here / "config"), "--all"]
    if full == "/dev/full":
        err = os.open(full, os.O_WRONLY)
    else:
        gone, err = os.pipe()
        os.close(gone)
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=err, check=False)
    os.close(err)
    assert (done.returncode, done.stdout) == (0, b"")
    with contextlib.closing(sqlite3.connect(here / "outputs" / "archive.sqlite")) as archive:
        assert archive.execute("SELECT count(*), count(finished) FROM runs").fetchone() == (1, 1)
        assert archive.execute("SELECT count(*) FROM articles").fetchone() > (0,)


def test_all_mistakes_of_a_config_are_told_together_and_nothing_is_done(here, capsys):
    (here / "config" / "watchlists" / "border.yaml").write_text("id: border\ntitel: x\nterms: []\n")
    (here / "config" / "digests.yaml").write_text("digests:\n  - id: daily\n    tilte: x\n")
    assert main(["run"]) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert all(line.startswith("marsad: ") for line in lines)
    assert any(re.search(r"border\.yaml:2:\d+.*title", line) for line in lines)
    assert any(re.search(r"digests\.yaml:3:\d+.*title", line) for line in lines)
    assert not (here / "outputs").exists()


def test_no_archive_yet_says_how_to_make_one(here, capsys):
    assert main(["export"]) == 4
    assert "marsad run" in capsys.readouterr().err


def test_our_own_mistake_shows_no_traceback_unless_asked(here, capsys, monkeypatch):
    from pipeline.cli import work

    monkeypatch.setattr(work, "now_utc", lambda: 1 / 0)
    assert main(["run"]) == 1
    assert capsys.readouterr().err.startswith("marsad: bug: ZeroDivisionError")
    assert main(["run", "--debug"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_the_version_and_help_of_every_command(capsys):
    assert main(["--version"]) == 0
    assert re.fullmatch(r"marsad \d+\.\d+\.\d+\n", capsys.readouterr().out)
    for words in ([], ["feeds"], ["watchlist"], ["run"], ["tag"]):
        assert main([*words, "--help"]) == 0
        assert capsys.readouterr().out


# ---------------------------------------------------------------- as a process
def start(project: Path, *words: str, **more) -> subprocess.Popen:
    env = {k: v for k, v in os.environ.items() if k != "MARSAD_CONFIG"} | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-m", "pipeline", *words], cwd=project, env=env, text=True, **more)


def test_a_reader_that_has_enough_is_no_error(ran):
    p = start(ran, "export", stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    p.stdout.readline()
    p.stdout.close()
    assert p.stderr.read() == ""
    assert p.wait(30) == 0
    p.stderr.close()


def test_a_terminal_without_arabic_is_no_error(ran):
    env = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    words = [sys.executable, "-m", "pipeline", "search", "الحدود"]
    done = subprocess.run(words, cwd=ran, env=env, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "الحدود" in done.stdout.decode()


@pytest.mark.parametrize("ignored", [False, True], ids=["", "in the background"])
@pytest.mark.parametrize(
    ("sig", "codes"), [(signal.SIGINT, {130}), (signal.SIGTERM, {130, 143})], ids=["ctrl-c", "term"]
)
def test_a_run_that_is_interrupted_keeps_what_was_finished_and_can_be_run_again(
    here, capsys, httpserver, sig, codes, ignored
):
    asked, over = threading.Event(), threading.Event()

    def slowly(_request):
        asked.set()
        over.wait(30)
        from werkzeug import Response

        return Response(page("تعزيزات الدفعة 2"), content_type="text/html; charset=utf-8")

    httpserver.clear()
    url = httpserver.url_for("").rstrip("/")
    items = "".join(ITEM.format(url=url, n=n, title=f"تعزيزات الدفعة {n}", lead=LEAD) for n in (1, 2))
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)
    httpserver.expect_request("/feed").respond_with_data(
        FEED.format(url=url, items=items), content_type="application/rss+xml"
    )
    httpserver.expect_request("/news/1").respond_with_data(
        page("تعزيزات الدفعة 1"), content_type="text/html; charset=utf-8"
    )
    httpserver.expect_request("/news/2").respond_with_handler(slowly)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN) if ignored else None
    p = start(here, "run", "--all", "--at", AT, stderr=subprocess.PIPE)
    if before is not None:
        signal.signal(signal.SIGINT, before)
    assert asked.wait(30)
    time.sleep(0.3)
    p.send_signal(sig)
    code = p.wait(10)
    over.set()
    assert code in codes
    told = p.stderr.read()
    assert "run the same command again" in told
    assert "Traceback" not in told
    p.stderr.close()
    assert main(["run", "--all", "--at", AT]) == 0
    capsys.readouterr()
    assert main(["export"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_every_filter_streams(project):
    lists = str(project / "config" / "watchlists")
    p = start(project, "tag", "--watchlists", lists, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    for n in range(3):
        p.stdin.write(json.dumps({"id": str(n), "body": "الحدود العراقية السورية"}) + "\n")
        p.stdin.flush()
        assert json.loads(p.stdout.readline())["id"] == str(n)
    p.stdin.write("not json\n")
    p.stdin.close()
    assert json.loads(p.stdout.readline())["line"] == 4
    assert p.wait(30) == 1
    p.stdout.close()


def test_another_working_directory_by_option_and_by_environment(ran, monkeypatch, capsys, tmp_path_factory):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert main(["export", "--config", str(ran / "config")]) == 0
    by_option = capsys.readouterr().out
    monkeypatch.setenv("MARSAD_CONFIG", str(ran / "config"))
    assert main(["export"]) == 0
    assert capsys.readouterr().out == by_option != ""


def test_a_project_that_was_moved_goes_on_working(ran, capsys, monkeypatch, tmp_path_factory):
    moved = tmp_path_factory.mktemp("new home") / "مشروع"
    shutil.copytree(ran, moved)
    monkeypatch.chdir(moved)
    assert main(["export"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
