"""The configuration as a whole: what its files come to, and every mistake of all of them together."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import pickle
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline import config, yamlfile
from pipeline.config.digests import DigestsSection
from pipeline.config.settings import PipelineSection
from pipeline.deliver import Mail
from pipeline.errors import ConfigError
from pipeline.fetch import Settings
from pipeline.model import Digest, Recipient
from pipeline.sources.listing import FeedsSection
from pipeline.watchlist.form import WatchlistSection

PIPELINE = """\
store: sqlite:///outputs/archive.sqlite
outputs: outputs
timezone: Asia/Damascus
language: ar
workers: 2
collect: 10m
fetch:
  user_agent: marsad (+https://example.org/about)
  in_flight: 32
  per_host: 1
  delay: 1s
  timeout: 20s
  max_bytes: 10MB
  robots: true
  allow_networks: [127.20.0.0/16]
web:
  listen: 127.0.0.1:8700
mail:
  host: 127.0.0.1
  security: none
  from: m@example.org
"""
MAILED = """\
mail:
  host: mail.example.org
  port: 2525
  security: tls
  user: marsad
  password: ${PASSWORD}
  from: مرصد <marsad@example.org>
  link: https://briefs.example.org/
"""
FEEDS = """\
feeds:
  - id: first
    url: https://first.example/feed
    outlet: الأول
    language: ar
    country: SY
    every: 15m
    enabled: true
    kind: feed
  - id: second
    url: https://second.example/feed
    outlet: الثاني
"""
WATER = """\
id: water
title: المياه
terms:
  - أزمة المياه
  - term: بري
    match: name
    also: [البر]
    not_as: [بر]
    quoted: false
    case: false
    gap: 0
    article: any
    weight: 1
rules:
  - name: border
    query: '(المياه OR السدود) AND شح'
    weight: 1
exclude: [مياه معدنية]
threshold: 1
outlets: [first]
languages: [ar]
"""
DIGESTS = """\
digests:
  - id: daily
    title: موجز
    at: "07:00"
    timezone: Asia/Baghdad
    days: [sun, mon]
    watchlists: all
    formats: [html, md, json]
    language: en
    deliver:
      - email:
          to: [a@example.org]
      - webhook:
          url: https://hooks.example/x
"""
PLAIN = {"pipeline.yaml": PIPELINE, "feeds.yaml": FEEDS, "watchlists/water.yaml": WATER, "digests.yaml": DIGESTS}


def write(folder: Path, files: dict[str, str | None]) -> Path:
    made = folder / "config"
    for name, text in (PLAIN | files).items():
        if text is not None:
            path = made / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return made


def load(folder: Path, env: dict[str, str] | None = None, **files: str | None) -> config.Config:
    names = {
        "pipeline": "pipeline.yaml",
        "feeds": "feeds.yaml",
        "water": "watchlists/water.yaml",
        "digests": "digests.yaml",
    }
    pipeline = files.get("pipeline")
    if pipeline and "mail:" not in pipeline and "email" in (files.get("digests", DIGESTS) or ""):
        files["pipeline"] = pipeline.rstrip("\n") + "\nmail:" + PIPELINE.partition("mail:")[2]
    return config.load(
        write(folder, {names[k]: v for k, v in files.items()}),
        {"PASSWORD": "hidden-word", "HOOK": "hidden-key"} | (env or {}),
    )


def said(folder: Path, env: dict[str, str] | None = None, **files: str | None) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, env, **files)
    return [line.removeprefix(f"{folder}/config/") for line in caught.value.lines()]


def test_every_key_of_every_file_comes_into_the_config(tmp_path):
    secret = DIGESTS + "          secret: ${HOOK}\n"
    made = load(tmp_path, pipeline=PIPELINE.partition("mail:")[0] + MAILED, digests=secret)
    assert made.folder == tmp_path / "config"
    assert made.store == f"sqlite:///{tmp_path}/outputs/archive.sqlite"
    assert made.outputs == tmp_path / "outputs"
    assert (made.timezone, made.language, made.workers, made.collect) == (
        "Asia/Damascus",
        "ar",
        2,
        timedelta(minutes=10),
    )
    assert made.fetch == Settings(
        user_agent="marsad (+https://example.org/about)",
        in_flight=32,
        per_host=1,
        delay=timedelta(seconds=1),
        timeout=timedelta(seconds=20),
        max_bytes=10_000_000,
        robots=True,
        allow_networks=(ipaddress.ip_network("127.20.0.0/16"),),
    )
    assert made.web == config.Web(host="127.0.0.1", port=8700)
    assert made.mail == Mail(
        host="mail.example.org",
        port=2525,
        security="tls",
        sender=("مرصد", "marsad@example.org"),
        user="marsad",
        password="hidden-word",
        link="https://briefs.example.org/",
    )
    assert "hidden-" not in repr(made)
    assert [f.id for f in made.feeds] == ["first", "second"]
    assert [w.id for w in made.watchlists] == ["water"]
    assert made.digests == (
        Digest(
            id="daily",
            title="موجز",
            at=(7, 0),
            timezone="Asia/Baghdad",
            days=(0, 6),
            watchlists=("water",),
            formats=("html", "md", "json"),
            language="en",
            deliver=(
                Recipient(channel="email", name="a@example.org", address="a@example.org"),
                Recipient(
                    channel="webhook",
                    name="https://hooks.example#" + hashlib.sha256(b"https://hooks.example/x").hexdigest()[:8],
                    address="https://hooks.example/x",
                    secret="hidden-key",
                ),
            ),
        ),
    )
    assert pickle.loads(pickle.dumps(made)) == made


def test_what_is_left_out_has_its_usual_value(tmp_path):
    made = load(tmp_path, pipeline=None, water=None, digests=None)
    assert made.watchlists == ()
    assert made.digests == (Digest(id="daily", title="موجز الرصد اليومي", at=(7, 0), timezone="Asia/Damascus"),)
    assert made.fetch.user_agent.startswith("marsad/")
    assert made == load(tmp_path, pipeline="language: ar\n", water=None, digests=None)
    assert load(tmp_path, digests="digests: []\n").digests == ()
    assert (
        load(tmp_path, pipeline="language: en\n", digests=None).digests == ()
    )  # the file of the line above is still there


def test_an_english_house_has_an_english_digest(tmp_path):
    made = load(tmp_path, pipeline="language: en\ntimezone: UTC\n", digests=None)
    assert made.digests == (
        Digest(id="daily", title="Daily brief", at=(7, 0), timezone="UTC", language="en", watchlists=("water",)),
    )


def test_relative_paths_stand_beside_the_folder(tmp_path, monkeypatch):
    write(tmp_path, {})
    monkeypatch.chdir(tmp_path)
    made = config.load(Path("config"))
    assert made.outputs == Path("outputs")
    assert made.store == "sqlite:///outputs/archive.sqlite"
    monkeypatch.chdir(tmp_path / "config")
    assert config.load(Path()).outputs == Path("../outputs")
    assert config.load(Path("../config")).outputs == Path("../outputs")


def test_absolute_paths_and_other_databases_stay(tmp_path):
    assert (
        load(tmp_path, pipeline="store: sqlite:////var/lib/x.sqlite\noutputs: /srv/out\n").store
        == "sqlite:////var/lib/x.sqlite"
    )
    url = "postgresql+psycopg://u:p%40@host:5432/db?sslmode=require"
    assert load(tmp_path, pipeline=f"store: {url}\n").store == url


def test_reading_writes_nothing(tmp_path):
    folder = write(tmp_path, {})
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    config.load(folder)
    assert {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")} == before


def test_a_secret_stands_in_the_store_and_in_no_message(tmp_path):
    made = load(tmp_path, {"PW": "hunter2"}, pipeline="store: postgresql://u:${PW}@host/db\n")
    assert made.store == "postgresql://u:hunter2@host/db"
    assert "hunter2" not in repr(made)
    for store in (
        "mysql://u:${PW}@h/db",
        "postgresql://u:${PW}@h:port/db",
        "${PW}",
        "postgresql+x://u:${PW}@h/db",
        "sqlite://${PW}/x",
    ):
        assert "hunter2" not in " ".join(said(tmp_path, {"PW": "hunter2"}, pipeline=f"store: {store}\n"))


# ---------------------------------------------------------------- mistakes, one by one
def swap(name: str, old: str, new: str, wanted: str):
    return pytest.param(name, old, new, wanted, id=f"{name}: {new.strip()[:50]}")


MISTAKES = [
    # pipeline.yaml
    swap("pipeline", "timezone:", "timezon:", "pipeline.yaml:3:1: unknown key 'timezon'; did you mean 'timezone'?"),
    swap("pipeline", "  timeout:", "  timeuot:", "pipeline.yaml:12:3: unknown key 'timeuot'; did you mean 'timeout'?"),
    swap(
        "pipeline",
        "in_flight: 32",
        "in_flight: many",
        "pipeline.yaml:9:14: a whole number from 1 to 512 was expected, not 'many'",
    ),
    swap(
        "pipeline",
        "in_flight: 32",
        "in_flight: 0",
        "pipeline.yaml:9:14: a whole number from 1 to 512 was expected, not '0'",
    ),
    swap(
        "pipeline",
        "per_host: 1",
        "per_host: 17",
        "pipeline.yaml:10:13: a whole number from 1 to 16 was expected, not '17'",
    ),
    swap(
        "pipeline",
        "in_flight: 32\n  per_host: 1",
        "in_flight: 2\n  per_host: 3",
        "pipeline.yaml:10:13: per_host is more than in_flight (2); lower it",
    ),
    swap(
        "pipeline",
        "workers: 2",
        "language: en",
        "pipeline.yaml:5:1: the key 'language' stands twice, first in line 4 column 1",
    ),
    swap(
        "pipeline",
        "workers: 2",
        "workers: 65",
        "pipeline.yaml:5:10: a whole number from 0 to 64 was expected, not '65'",
    ),
    swap(
        "pipeline",
        "workers: 2",
        "workers: -1",
        "pipeline.yaml:5:10: a whole number from 0 to 64 was expected, not '-1'",
    ),
    swap(
        "pipeline",
        "collect: 10m",
        "collect: 1s",
        "pipeline.yaml:6:10: a duration from 10s to 1d was expected, not '1s'",
    ),
    swap(
        "pipeline",
        "collect: 10m",
        "collect: 600",
        "pipeline.yaml:6:10: a duration from 10s to 1d, with its unit, was expected, not '600'; for seconds write 600s",
    ),
    swap(
        "pipeline", "delay: 1s", "delay: 11m", "pipeline.yaml:11:10: a duration from 0s to 10m was expected, not '11m'"
    ),
    swap(
        "pipeline",
        "timeout: 20s",
        "timeout: 0s",
        "pipeline.yaml:12:12: a duration from 100ms to 10m was expected, not '0s'",
    ),
    swap(
        "pipeline",
        "max_bytes: 10MB",
        "max_bytes: 10",
        "pipeline.yaml:13:14: a size from 1kB to 500MB was expected, not '10'; write it with its unit, as 10MB",
    ),
    swap(
        "pipeline",
        "max_bytes: 10MB",
        "max_bytes: 1GB",
        "pipeline.yaml:13:14: a size from 1kB to 500MB was expected, not '1GB'",
    ),
    swap("pipeline", "robots: true", "robots: no", "pipeline.yaml:14:11: true or false was expected, not 'no'"),
    swap(
        "pipeline",
        "[127.20.0.0/16]",
        "[127.20.0.1/16]",
        "pipeline.yaml:15:20: a network such as 10.0.0.0/8 or fd00::/8 was expected, not '127.20.0.1/16'; write 127.20.0.0/16",
    ),
    swap(
        "pipeline",
        "[127.20.0.0/16]",
        "[10.0.0.0/8, 0.0.0.0/0]",
        "pipeline.yaml:15:32: this network is the whole internet",
    ),
    swap(
        "pipeline",
        "[127.20.0.0/16]",
        "[localhost]",
        "pipeline.yaml:15:20: a network such as 10.0.0.0/8 or fd00::/8 was expected, not 'localhost'",
    ),
    swap(
        "pipeline", "[127.20.0.0/16]", "127.20.0.0/16", "pipeline.yaml:15:19: a list was expected, not '127.20.0.0/16'"
    ),
    swap(
        "pipeline",
        "user_agent: marsad",
        "user_agent: مرصد",
        "pipeline.yaml:8:15: a line of Latin letters, as it is sent to every server, was expected",
    ),
    swap(
        "pipeline",
        "listen: 127.0.0.1:8700",
        "listen: 8700",
        "pipeline.yaml:17:11: an address with its port was expected, not '8700'; write it as 127.0.0.1:8700",
    ),
    swap("pipeline", "127.0.0.1:8700", "127.0.0.1:70000", "pipeline.yaml:17:11: an address with its port was expected"),
    swap(
        "pipeline", "127.0.0.1:8700", "127.0.0.256:8700", "pipeline.yaml:17:11: an address with its port was expected"
    ),
    swap(
        "pipeline",
        "127.0.0.1:8700",
        "http://127.0.0.1:8700",
        "pipeline.yaml:17:11: an address with its port was expected",
    ),
    swap("pipeline", "language: ar", "language: arabic", "pipeline.yaml:4:11: ar or en was expected, not 'arabic'"),
    swap(
        "pipeline",
        "outputs: outputs",
        "outputs: config/out",
        "pipeline.yaml:2:10: the outputs would stand among the files of the configuration",
    ),
    swap(
        "pipeline",
        "outputs: outputs",
        "outputs: config",
        "pipeline.yaml:2:10: the outputs would stand among the files of the configuration",
    ),
    swap(
        "pipeline",
        "store: sqlite:///outputs/archive.sqlite",
        "store: sqlite:///config/archive.sqlite",
        "pipeline.yaml:1:8: the archive would stand among the files of the configuration",
    ),
    swap(
        "pipeline",
        "store: sqlite:///outputs/archive.sqlite",
        "store: sqlite:///outputs/archive.sqlite?timeout=x",
        "pipeline.yaml:1:8: sqlite takes no options",
    ),
    swap("pipeline", "outputs: outputs", "outputs: 5", "pipeline.yaml:2:10: a folder was expected, not '5'"),
    swap(
        "pipeline",
        "web:\n  listen: 127.0.0.1:8700",
        "web: 127.0.0.1:8700",
        "pipeline.yaml:16:6: keys with their values were expected, not '127.0.0.1:8700'",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "mysql://u@h/db",
        "pipeline.yaml:1:8: the store is sqlite or postgresql; write it as sqlite:///",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "postgres://u@h/db",
        "pipeline.yaml:1:8: the store is sqlite or postgresql; did you mean postgresql://?",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "sqllite:///x",
        "pipeline.yaml:1:8: the store is sqlite or postgresql; did you mean sqlite://?",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "sqlite://",
        "pipeline.yaml:1:8: sqlite needs a file; write it with three slashes",
    ),
    swap("pipeline", "sqlite:///outputs/archive.sqlite", "sqlite:///", "pipeline.yaml:1:8: sqlite needs a file"),
    swap(
        "pipeline", "sqlite:///outputs/archive.sqlite", "'sqlite:///:memory:'", "pipeline.yaml:1:8: sqlite needs a file"
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "sqlite://outputs/archive.sqlite",
        "pipeline.yaml:1:8: sqlite needs a file",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "sqlite+aiosqlite:///x",
        "pipeline.yaml:1:8: sqlite works with its own driver alone",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "postgresql+psycopg2://u@h/db",
        "pipeline.yaml:1:8: postgresql works with the driver psycopg alone",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "postgresql://u@h",
        "pipeline.yaml:1:8: the name of the database is missing",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "postgresql://u@h:port/db",
        "pipeline.yaml:1:8: the host or port of the database cannot be read",
    ),
    swap(
        "pipeline",
        "sqlite:///outputs/archive.sqlite",
        "outputs/archive.sqlite",
        "pipeline.yaml:1:8: this is no database address",
    ),
    swap("pipeline", "sqlite:///outputs/archive.sqlite", "5", "pipeline.yaml:1:8: this is no database address"),
    # feeds.yaml
    swap("feeds", "    outlet: الثاني", "    outlet: [الثاني", "feeds.yaml:12:13: this [ is never closed"),
    swap("feeds", "- id: second", "- id: first", "feeds.yaml:10:9: this id stands in line 2 already"),
    swap(
        "feeds",
        "- id: second",
        "- id: Not_An_Id",
        "feeds.yaml:10:9: an id of the letters a-z, digits and hyphens was expected, not 'Not_An_Id'; write it as not-an-id",
    ),
    # watchlists
    swap(
        "water",
        "match: name",
        "match: nmae",
        "watchlists/water.yaml:6:12: word or name or forms or exact was expected, not 'nmae'; did you mean 'name'?",
    ),
    swap(
        "water",
        "السدود)",
        "السدود",
        "watchlists/water.yaml:16:37: in the query: ) was expected, to close the ( of column 1",
    ),
    swap(
        "water",
        "AND شح'",
        "AND'",
        "watchlists/water.yaml:16:35: in the query: a word, a phrase or ( was expected after AND; the query ends",
    ),
    swap("water", "[first]", "[frist]", "watchlists/water.yaml:20:11: there is no feed 'frist'; did you mean 'first'?"),
    # digests.yaml
    swap(
        "digests",
        "watchlists: all",
        "watchlists: [watre]",
        "digests.yaml:7:18: there is no watchlist 'watre'; did you mean 'water'?",
    ),
    swap(
        "digests",
        "watchlists: all",
        "watchlists: [zzz]",
        "digests.yaml:7:18: there is no watchlist 'zzz'; they are: water",
    ),
    swap(
        "digests",
        "watchlists: all",
        "watchlists: water",
        "digests.yaml:7:17: all, or a list of watchlists' ids, was expected, not 'water'; write it as [one, two]",
    ),
    swap("digests", "watchlists: all", "watchlists: []", "digests.yaml:7:17: an empty list stands here"),
    swap(
        "digests", "watchlists: all", "watchlists: [water, water]", "digests.yaml:7:25: 'water' stands twice; keep one"
    ),
    swap(
        "digests",
        '"07:00"',
        "07:00",
        'digests.yaml:4:9: without quotes, many programs read 07:00 as a number of minutes; write it as "07:00"',
    ),
    swap(
        "digests",
        '"07:00"',
        "7:05",
        'digests.yaml:4:9: without quotes, many programs read 7:05 as a number of minutes; write it as "07:05"',
    ),
    swap(
        "digests",
        '"07:00"',
        "7",
        "digests.yaml:4:9: a time of day from 00:00 to 23:59 was expected, not '7'; write it in quotes, as \"07:00\"",
    ),
    swap(
        "digests", '"07:00"', '"24:00"', "digests.yaml:4:9: a time of day from 00:00 to 23:59 was expected, not '24:00'"
    ),
    swap("digests", '"07:00"', '"7pm"', "digests.yaml:4:9: a time of day from 00:00 to 23:59 was expected, not '7pm'"),
    swap(
        "digests",
        "[sun, mon]",
        "[sun, moon]",
        "digests.yaml:6:17: a day (mon, tue, wed, thu, fri, sat, sun) was expected, not 'moon'; did you mean 'mon'?",
    ),
    swap(
        "digests",
        "[sun, mon]",
        "[Sunday]",
        "digests.yaml:6:12: a day (mon, tue, wed, thu, fri, sat, sun) was expected, not 'Sunday'; did you mean 'sun'?",
    ),
    swap(
        "digests",
        "[sun, mon]",
        "[الأحد]",
        "digests.yaml:6:12: a day (mon, tue, wed, thu, fri, sat, sun) was expected, not 'الأحد'; did you mean 'sun'?",
    ),
    swap("digests", "[sun, mon]", "[]", "digests.yaml:6:11: an empty list stands here"),
    swap("digests", "[sun, mon]", "[sun, SUN]", "digests.yaml:6:17: 'SUN' stands twice"),
    swap(
        "digests",
        "[html, md, json]",
        "[html, pdf]",
        "digests.yaml:8:21: html or md or json or txt was expected, not 'pdf'",
    ),
    swap(
        "digests",
        "[html, md, json]",
        "[html, jsn]",
        "digests.yaml:8:21: html or md or json or txt was expected, not 'jsn'; did you mean 'json'?",
    ),
    swap(
        "digests",
        "[a@example.org]",
        "[a.example.org]",
        "digests.yaml:12:16: an e-mail address such as a@example.org was expected, not 'a.example.org'",
    ),
    swap("digests", "[a@example.org]", "['a@example.org\\r\\nBcc: b@x.org']", "digests.yaml:12:16: an e-mail address"),
    swap("digests", "[a@example.org]", "[]", "digests.yaml:12:15: an empty list stands here"),
    swap(
        "digests",
        "https://hooks.example/x",
        "hooks.example/x",
        "digests.yaml:14:16: a web address that begins with https:// or http:// was expected, not 'hooks.example/x'; put https:// before it",
    ),
    swap(
        "digests",
        "      - webhook:",
        "        webhook:",
        "digests.yaml:11:9: one way of delivery was expected here, email:, webhook: or apprise:",
    ),
    swap(
        "digests", "      - email:", "      - emial:", "digests.yaml:11:9: unknown key 'emial'; did you mean 'email'?"
    ),
    swap(
        "digests",
        "id: daily",
        "id: ../x",
        "digests.yaml:2:9: an id of the letters a-z, digits and hyphens was expected",
    ),
    swap("digests", '    at: "07:00"\n', "", "digests.yaml:2:5: the key 'at' is missing"),
]


@pytest.mark.parametrize(("name", "old", "new", "wanted"), MISTAKES)
def test_a_mistake_is_told_in_one_line_with_its_place(tmp_path, name, old, new, wanted):
    text = {"pipeline": PIPELINE, "feeds": FEEDS, "water": WATER, "digests": DIGESTS}[name]
    assert old in text
    lines = said(tmp_path, **{name: text.replace(old, new, 1)})
    assert len(lines) == 1, lines
    assert lines[0].startswith(wanted), lines[0]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Asia/Jeddah", "Asia/Riyadh"),
        ("Asia/Mecca", "Asia/Riyadh"),
        ("Asia/Damascu", "Asia/Damascus"),
        ("asia/damascus", "Asia/Damascus"),
        ("Damascus", "Asia/Damascus"),
        ("Aleppo", "Asia/Damascus"),
        ("Asia/Bagdad", "Asia/Baghdad"),
        ("Asia/Mosul", "Asia/Baghdad"),
        ("Asia/Erbil", "Asia/Baghdad"),
        ("Asia/Doha", "Asia/Qatar"),
        ("Asia/Abu Dhabi", "Asia/Dubai"),
        ("Asia/Sanaa", "Asia/Aden"),
        ("Europe/Ankara", "Europe/Istanbul"),
        ("Asia/Cairo", "Africa/Cairo"),
        ("Africa/Rabat", "Africa/Casablanca"),
        ("Beirut", "Asia/Beirut"),
        ("Asia/Tehrn", "Asia/Tehran"),
    ],
)
def test_a_wrong_time_zone_is_told_with_the_one_that_is_meant(tmp_path, written, meant):
    (line,) = said(tmp_path, pipeline=f"timezone: {written}\n")
    assert line.startswith("pipeline.yaml:1:11: a time zone such as Asia/Damascus was expected, not ")
    assert line.endswith(f"did you mean {meant!r}?")


@pytest.mark.parametrize("written", ["+03:00", "UTC+3", "EST", "../../etc/passwd", "''", "3", "/", "Asia/"])
def test_what_is_no_time_zone_is_refused(tmp_path, written):
    (line,) = said(tmp_path, pipeline=f"timezone: {written}\n")
    assert line.startswith("pipeline.yaml:1:11: a time zone such as Asia/Damascus was expected")


@pytest.mark.parametrize(
    ("written", "made"),
    [
        ("0.0.0.0:80", ("0.0.0.0", 80)),
        ("'[::1]:8700'", ("::1", 8700)),
        ("localhost:0", ("localhost", 0)),
        ("١٢٧.0.0.1:٨٧٠٠", ("127.0.0.1", 8700)),
    ],
)
def test_addresses_to_listen_on(tmp_path, written, made):
    web = load(tmp_path, pipeline=f"web: {{listen: {written}}}\n").web
    assert (web.host, web.port) == made


def test_an_engine_may_stand_for_the_workers(tmp_path):
    assert load(tmp_path, pipeline="workers: ray://cluster:10001\n").workers == "ray://cluster:10001"
    assert load(tmp_path, pipeline="workers: 0\n").workers == 0


# ---------------------------------------------------------------- mistakes, all together
def test_all_mistakes_of_all_files_are_told_together(tmp_path):
    lines = said(
        tmp_path,
        pipeline=PIPELINE.replace("timezone:", "timezon:").replace("workers: 2", "workers: many"),
        feeds=FEEDS.replace("- id: second", "- id: first"),
        water=WATER.replace("match: name", "match: nmae").replace("السدود)", "السدود").replace("[first]", "[x]"),
        digests=DIGESTS.replace("all", "[water, other]").replace('"07:00"', "7"),
    )
    places = [re.match(r"[\w/.]+:\d+", line)[0] for line in lines]
    assert places == [
        "digests.yaml:4",
        "digests.yaml:7",
        "feeds.yaml:10",
        "pipeline.yaml:3",
        "pipeline.yaml:5",
        "watchlists/water.yaml:6",
        "watchlists/water.yaml:16",
        "watchlists/water.yaml:20",
    ]


def test_a_file_that_cannot_be_read_brings_no_mistakes_elsewhere(tmp_path):
    assert len(said(tmp_path, water="id: [\n", digests=DIGESTS.replace("all", "[water]"))) == 1
    assert len(said(tmp_path, feeds="feeds: [\n")) == 1
    assert len(said(tmp_path, pipeline="store: [\n")) == 1
    assert len(said(tmp_path, digests="digests: [\n")) == 1


# ---------------------------------------------------------------- the folder
def test_a_missing_folder_is_one_clear_line(tmp_path):
    for folder, what in (
        (tmp_path / "no", "there is no such folder"),
        (tmp_path / "f", "is a file, a folder was expected"),
    ):
        (tmp_path / "f").touch()
        with pytest.raises(ConfigError) as caught:
            config.load(folder)
        assert caught.value.lines() == [f"{folder}: {what}; name the folder of the configuration with --config"]


def test_a_missing_feed_list_says_what_to_write(tmp_path):
    (line,) = said(tmp_path, feeds=None)
    assert line.startswith("feeds.yaml: there is no such file; write it with a line `feeds:`")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("digest.yaml", "digests.yaml"),
        ("digests.yml", "digests.yaml"),
        ("feed.yaml", "feeds.yaml"),
        ("Pipeline.yaml", "pipeline.yaml"),
    ],
)
def test_a_file_of_almost_the_right_name_is_not_left_out_in_silence(tmp_path, name, meant):
    folder = write(tmp_path, {})
    (folder / name).write_text("x")
    (line,) = said(tmp_path)
    assert line == f"{name}: this name is not read; did you mean {meant}?"


def test_a_folder_of_almost_the_right_name_is_not_left_out_in_silence(tmp_path):
    (write(tmp_path, {}) / "watchlist").mkdir()
    assert said(tmp_path) == ["watchlist: this name is not read; did you mean watchlists?"]


def test_other_files_may_lie_beside(tmp_path):
    folder = write(tmp_path, {})
    for name in ("README.md", ".feeds.yaml.swp", ".#feeds.yaml", "feeds.yaml~", "notes.txt"):
        (folder / name).write_text("x")
    (folder / "old").mkdir()
    config.load(folder)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_closed_file_is_one_line(tmp_path):
    folder = write(tmp_path, {})
    (folder / "feeds.yaml").chmod(0)
    (line,) = said(tmp_path)
    assert "may not be read by this user" in line


# ---------------------------------------------------------------- every key, one letter wrong
def keys() -> list[tuple[str, int, str]]:
    found = []
    for name, text in PLAIN.items():
        for n, line in enumerate(text.splitlines(), 1):
            key = re.match(r"[ -]*([a-z_]+):(?: |$)", line)
            if key:
                found.append((name, n, key[1]))
    return found


def misspellings(key: str) -> list[str]:
    """A letter left out, doubled, another, and two changed over, at every place."""
    made = {key[:n] + key[n + 1 :] for n in range(len(key))} | {key[:n] + key[n] + key[n:] for n in range(len(key))}
    made |= {key[:n] + "x" + key[n + 1 :] for n in range(len(key))}
    made |= {key[:n] + key[n + 1] + key[n] + key[n + 2 :] for n in range(len(key) - 1)}
    return sorted(made - {key, ""})


FORMS = {
    "pipeline.yaml": PipelineSection,
    "feeds.yaml": FeedsSection,
    "watchlists/water.yaml": WatchlistSection,
    "digests.yaml": DigestsSection,
}


def test_no_key_of_any_file_may_be_misspelt_by_one_letter():
    count = 0
    for name, n, key in keys():
        lines = PLAIN[name].splitlines()
        for wrong in misspellings(key):
            changed = [*lines[: n - 1], lines[n - 1].replace(f"{key}:", f"{wrong}:", 1), *lines[n:]]
            problems = yamlfile.check(yamlfile.parse("\n".join(changed), name, {}), FORMS[name])[1]
            told = [p for p in problems if p.line == n and repr(wrong) in p.what]
            assert len(told) == 1, (name, key, wrong, problems)
            assert key in told[0].todo, (wrong, str(told[0]))
            count += 1
    assert count > 700


def test_no_value_of_the_wrong_shape_passes(tmp_path):
    """Every value replaced by a list, a mapping and nothing: each is a mistake of that line, or was meant to be such."""
    for name, n, key in keys():
        lines = PLAIN[name].splitlines()
        if lines[n - 1].rstrip().endswith(":"):
            continue
        head = lines[n - 1][: lines[n - 1].index(f"{key}:") + len(key) + 1]
        is_list = "[" in lines[n - 1]
        for value in ("", "{x: y}", "5.5" if is_list else "[5.5]"):
            folder = write(tmp_path, {name: "\n".join([*lines[: n - 1], f"{head} {value}", *lines[n:]]) + "\n"})
            with pytest.raises(ConfigError) as caught:
                config.load(folder)
            assert any(p.file.endswith(name) and p.line == n for p in caught.value.problems), (
                key,
                value,
                caught.value.lines(),
            )
        write(tmp_path, {})


# ---------------------------------------------------------------- mail
MAIL = "mail:\n  host: {host}\n  security: {security}\n  from: marsad@example.org\n"


def test_mail_to_nobody_but_this_machine_goes_unencrypted_without_the_word(tmp_path):
    for host in ("127.0.0.1", "localhost", "::1"):
        made = load(tmp_path, pipeline=MAIL.format(host=f"'{host}'", security="none"))
        assert (made.mail.security, made.mail.port) == ("none", 25)
    (line,) = said(tmp_path, pipeline=MAIL.format(host="mail.example.org", security="none"))
    assert line.startswith("pipeline.yaml:3:13: without encryption")
    assert load(tmp_path, pipeline=MAIL.format(host="mail.example.org", security="unencrypted")).mail is not None


def test_mail_needs_a_server_and_a_login_both_its_halves(tmp_path):
    with pytest.raises(ConfigError) as caught:
        config.load(write(tmp_path / "bare", {"pipeline.yaml": "language: ar\n"}), {})
    (line,) = caught.value.lines()
    assert "there is no mail server to send it by; write `mail:`" in line
    half = MAIL.format(host="mail.example.org", security="tls") + "  password: ${PASSWORD}\n"
    lines = said(tmp_path, pipeline=half, digests=DIGESTS)
    assert ["the key 'user' is missing" in line for line in lines] == [True]
    assert "hidden-word" not in lines[0]


@pytest.mark.parametrize("sender", ["marsad", "a b@example.org", "x <a@example.org> y"])
def test_a_sender_that_is_no_address_is_told(tmp_path, sender):
    text = MAIL.format(host="mail.example.org", security="tls").replace("marsad@example.org", f"'{sender}'")
    (line,) = said(tmp_path, pipeline=text)
    assert "was expected" in line


# ---------------------------------------------------------------- where things stand
@pytest.mark.parametrize("name", ["a#b%20c", "q?x", "100%", "صحف اليوم", "%D8%B5", "a b"])
def test_the_archive_stands_beside_the_configuration_whatever_the_folder_is_called(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    made = sa.make_url(config.load(write(folder, {})).store)
    assert made.database == str(folder / "outputs" / "archive.sqlite")


def test_an_address_that_is_written_with_percent_signs_is_read_as_one(tmp_path):
    files = {"pipeline.yaml": PIPELINE.replace("outputs/archive.sqlite", "outputs/my%20archive.sqlite")}
    made = sa.make_url(config.load(write(tmp_path, files)).store)
    assert made.database == str(tmp_path / "outputs" / "my archive.sqlite")


@pytest.mark.parametrize("name", ["pipeline.yaml", "digests.yaml", "outlets.yaml", "feeds.yaml", "watchlists"])
def test_a_link_that_leads_nowhere_is_a_mistake_and_not_an_absence(tmp_path, name):
    folder = write(tmp_path, {"watchlists/border.yaml": None} if name == "watchlists" else {name: None})
    path = folder / name
    if path.is_dir():
        for file in path.iterdir():
            file.unlink()
        path.rmdir()
    path.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigError) as caught:
        config.load(folder)
    assert any(line.startswith(str(path)) for line in caught.value.lines())
