"""The end-to-end test of the product: the demo is played once, and everything that came of it is judged by what the texts promise."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import config, demo, engine
from pipeline.cli import main
from pipeline.demo.newsroom import Newsroom
from pipeline.demo.texts import outlets, pieces
from pipeline.errors import BusyError, UsageError
from pipeline.store import Lock, Store

TEXTS = pieces()
TOLD = list(TEXTS.values())
DATES = ("2026-03-01", "2026-03-02", "2026-03-03")
ROOT = Path(__file__).resolve().parents[2]


def nothing(_):
    pass


def squeeze(text):
    return " ".join(text.split())


def wire_name(piece):
    return TEXTS[piece.copy_of].outlet.name


# ---------------------------------------------------------------- what came in
def test_every_article_is_in_the_archive_once_and_nothing_else_is(played):
    assert sorted(played.filed) == sorted(p.id for p in TOLD)


@pytest.mark.parametrize("piece", TOLD, ids=lambda p: p.id)
def test_an_article_has_its_title_its_time_and_its_whole_text_and_nothing_of_the_page_around(played, piece):
    article = played.filed[piece.id].article
    body = squeeze(article.body)
    assert article.title == piece.title
    assert article.published.at == piece.at
    assert article.feed == piece.outlet.id
    missing = [p for p in piece.paragraphs if len(p.split()) >= 12 and p not in body]
    assert missing == []
    assert [p.id for p in TEXTS.values() if p.title in body] == []
    assert len(body) <= len(" ".join(piece.paragraphs)) + 20


@pytest.mark.parametrize("piece", TOLD, ids=lambda p: p.id)
def test_an_article_is_tagged_by_the_watchlists_it_is_for_and_no_other(played, piece):
    assert {t.watchlist for t in played.filed[piece.id].tags} == set(piece.tags), piece.decoy


def test_a_match_is_what_stands_at_its_place(played):
    for filed in played.filed.values():
        for tag in filed.tags:
            for match in tag.matches:
                text = filed.article.title if match.field == "title" else filed.article.body
                assert text[match.start : match.end] == match.surface


@pytest.mark.parametrize("piece", [p for p in TOLD if p.copy_of], ids=lambda p: p.id)
def test_a_reprint_is_a_copy_of_its_wire_and_credited_to_it(played, piece):
    copy, wire = played.filed[piece.id], played.filed[piece.copy_of]
    assert copy.placement.relation == "copy"
    assert copy.placement.original == wire.article.id
    assert copy.placement.story == wire.placement.story
    assert copy.placement.origin.outlet == TEXTS[piece.copy_of].outlet.name
    if any(wire_name(piece) in text and len(text.split()) < 12 for text in piece.paragraphs):
        assert copy.placement.origin.basis == "credit"
        assert wire_name(piece) in copy.placement.origin.evidence


@pytest.mark.parametrize("piece", [p for p in TOLD if not p.copy_of], ids=lambda p: p.id)
def test_a_text_of_its_own_is_no_copy(played, piece):
    placement = played.filed[piece.id].placement
    assert placement.relation in ("original", "report")
    assert placement.original == played.filed[piece.id].article.id


@pytest.mark.parametrize("piece", [p for p in TOLD if p.event], ids=lambda p: p.id)
def test_a_report_of_its_own_joins_the_story_of_its_event(played, piece):
    mine, first = played.filed[piece.id].placement, played.filed[piece.event].placement
    assert mine.story == first.story
    assert mine.relation == "report"


def test_reports_of_different_events_are_different_stories(played):
    stories = {}
    for piece in TOLD:
        wire = TEXTS[piece.copy_of] if piece.copy_of else piece
        stories.setdefault(played.filed[piece.id].placement.story, set()).add(wire.event or wire.follows or wire.id)
    assert [who for who in stories.values() if len(who) > 1] == []


# ---------------------------------------------------------------- the books
def test_the_books_of_every_cycle_balance_and_add_up_to_the_archive(played):
    books = [d.books for d in played.done]
    assert len(books) == len(demo.MOMENTS)
    assert all(b.balance() for b in books)
    assert sum(b.articles["new"] for b in books) == len(TOLD)
    assert sum(b.articles["copies"] for b in books) == sum(bool(p.copy_of) for p in TOLD)
    assert sum(b.articles["tagged"] for b in books) == sum(bool(p.tags) for p in TOLD)
    assert sum(b.entries["new"] for b in books) == len(TEXTS)


def test_what_was_put_back_replaced_or_failed_has_its_reason(played):
    dropped, retried, failed, replaced = Counter(), Counter(), Counter(), Counter()
    for done in played.done:
        dropped += done.books.dropped
        retried += done.books.retry
        failed += done.books.failed
        replaced += done.books.stand_in
    assert dropped == {}
    assert retried == {"http-503": 1}
    assert replaced == {"http-404": 1, "soft-404": 1}
    assert set(failed) == {"http-500", "not-a-feed"}


def test_a_page_that_is_gone_is_replaced_by_the_text_of_its_feed(played):
    article = played.filed["yasmin-bees"].article
    assert (article.extractor, article.note) == ("feed", "http-404")
    assert article.body.count("\n") == len(TEXTS["yasmin-bees"].paragraphs) - 1


def test_of_a_page_that_only_says_it_is_gone_the_headline_is_kept_and_no_word_more(played):
    article = played.filed["furat-ghost"].article
    assert (article.body, article.note) == ("", "soft-404")


# ---------------------------------------------------------------- the editions
def test_there_is_an_edition_a_day_in_three_formats_with_index_and_feed(played):
    wanted = {f"{date}.{form}" for date in (*DATES, "latest") for form in ("html", "md", "json")}
    lists = {path.stem for path in (played.folder / "config" / "watchlists").iterdir()}
    assert set(played.files) == wanted | {f"{name}.xml" for name in lists} | {"index.html", "feed.xml"}
    assert played.path == played.folder / "daily" / "2026-03-03.html"


def test_every_tagged_article_is_in_one_edition_once_as_a_member_of_its_story(played):
    shown = Counter()
    for edition in played.editions:
        today = set()
        for section in edition["sections"]:
            for story in section["stories"]:
                today |= {a["id"] for a in story["articles"]}
        shown.update(today)
    tagged = {f.article.id for f in played.filed.values() if f.tags}
    assert {i: n for i, n in shown.items() if i in tagged and n != 1} == {}
    assert tagged <= set(shown)


def test_coverage_counts_the_archive(played):
    for edition, day in zip(played.editions, ("2026-02-28", "2026-03-01", "2026-03-02"), strict=True):
        there = [p for p in TOLD if p.seen.date().isoformat() == day]
        coverage = edition["coverage"]
        assert coverage["articles"] == len(there)
        assert coverage["copies"] == sum(bool(p.copy_of) for p in there)
        assert coverage["feeds"] == len(outlets())


def test_broken_feeds_are_named_in_the_coverage_with_their_reason(played):
    failed = [{f["feed"]: f["reason"] for f in e["coverage"]["failed"]} for e in played.editions]
    assert failed == [
        {"badia": "http-500"},
        {"sahl": "not-a-feed", "badia": "http-500"},
        {"sahl": "not-a-feed", "badia": "http-500"},
    ]


def test_a_watchlist_without_news_is_named_as_silent(played):
    assert [e["silent_watchlists"] for e in played.editions] == [[], ["water-climate"], []]


def test_an_article_that_came_late_is_named_as_late(played):
    late = [[a["article"] for a in e["late"]] for e in played.editions]
    assert late == [[], [played.filed["nahr-late"].article.id], []]


def test_a_report_with_new_figures_is_shown_as_an_update_of_its_story(played):
    first, second = (
        {
            story["story"]: story["status"]
            for section in edition["sections"]
            if section["watchlist"] == "border"
            for story in section["stories"]
            if any(a["id"] == played.filed[text].article.id for a in story["articles"])
        }
        for edition, text in zip(played.editions, ("rafid-infiltration", "rafid-infiltration-2"), strict=False)
    )
    assert list(first.values()) == ["new"]
    assert second == {next(iter(first)): "update"}


def test_a_page_of_an_edition_holds_the_headline_of_every_story_and_no_decoy(played):
    for date, edition in zip(DATES, played.editions, strict=True):
        page = played.files[f"{date}.html"].decode()
        titles = {s["title"] for section in edition["sections"] for s in section["stories"]}
        assert titles
        assert [t for t in titles if t not in page] == []
        assert [p.id for p in TEXTS.values() if p.decoy and p.title in page] == []


# ---------------------------------------------------------------- going on
def test_another_cycle_finds_nothing_new(played):
    room = Newsroom(demo.MOMENTS[-1])
    with room:
        app = demo._application(played.folder, room)
        try:
            done = app.cycle(demo.MOMENTS[-1] + timedelta(hours=1), all_feeds=True)
        finally:
            app.close()
    assert done.written == ()
    assert done.books.entries["new"] == done.books.pages["taken"] == 0
    assert done.books.feeds["unchanged"] == len(outlets()) - 2
    assert played.read(played.folder) == played.files


def test_status_knows_the_project(played, capsys):
    assert main(["status", "--config", str(played.folder / "config"), "--json"]) in (0, 1)
    found = json.loads(capsys.readouterr().out)
    assert found["archive"]["articles"] == len(TOLD)
    assert {f["id"] for f in found["feeds"] if f["state"] == "failing"} == {"sahl", "badia"}
    assert found["queue"] == {"pending": 0, "retrying": 0}


def test_its_configuration_is_sound(played, capsys):
    assert main(["watchlist", "check", "--config", str(played.folder / "config")]) == 0
    assert "warning" not in capsys.readouterr().out
    assert [f.id for f in config.load(played.folder / "config").feeds] == list(outlets())


def test_a_second_demo_gives_the_same_bytes_in_another_place_by_another_address_and_without_workers(
    played, tmp_path, monkeypatch
):
    monkeypatch.setattr(engine, "Pool", lambda workers, start, args, preload: engine.Inline(start, args))
    elsewhere = tmp_path / "moved"
    shutil.copytree(played.folder, elsewhere)
    (elsewhere / "daily" / "2026-03-02.html").write_text("spoilt", encoding="utf-8")
    done = []
    with Newsroom(demo.MOMENTS[0]):  # the first loopback address is taken
        demo.play(elsewhere, nothing, done.append)
    assert sum(d.books.articles["new"] for d in done) == len(TOLD)
    assert played.read(elsewhere) == played.files


# ---------------------------------------------------------------- folders that are not the demo's
def test_a_folder_with_anything_else_in_it_is_refused_and_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else"):
        demo.play(tmp_path, nothing, nothing)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(UsageError, match="is not a folder"):
        demo.play(tmp_path / "thesis.txt", nothing, nothing)


def test_a_demo_that_a_person_goes_on_with_is_not_taken_away(played):
    path = played.folder / "config" / "digests.yaml"
    before = path.read_text("utf-8")
    path.write_text(before + "# mine\n", encoding="utf-8")
    try:
        with pytest.raises(UsageError, match="was changed"):
            demo.play(played.folder, nothing, nothing)
    finally:
        path.write_text(before, encoding="utf-8")
    assert played.read(played.folder) == played.files


def test_a_broken_off_demo_in_which_a_person_went_on_is_not_mixed_with_the_newsroom(tmp_path):
    demo._set_up(tmp_path, Newsroom(demo.MOMENTS[0]))
    store = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    store.begin_run("collect", demo.MOMENTS[-1] + timedelta(days=200))
    store.close()
    with pytest.raises(UsageError, match="has run since"):
        demo.play(tmp_path, nothing, nothing)


def test_two_demos_in_one_folder_do_not_mix(tmp_path):
    other = Lock(tmp_path / demo.LOCK)
    other.acquire(demo.MOMENTS[0])
    try:
        with pytest.raises(BusyError, match="another instance"):
            demo.play(tmp_path, nothing, nothing)
    finally:
        other.release()
    assert [p.name for p in tmp_path.iterdir()] == [demo.LOCK]


# ---------------------------------------------------------------- as a package
def test_the_wheel_carries_all_that_the_demo_needs(tmp_path):
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    built = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    data = [p for p in (ROOT / "pipeline" / "demo").rglob("*") if p.suffix in {".toml", ".yaml", ".html", ".xml"}]
    assert len(data) > 20
    assert [p for p in data if p.relative_to(ROOT).as_posix() not in names] == []
