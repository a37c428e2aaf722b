"""search, explain and the checks against an archive, from outside."""

import io
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline import config as configuration
from pipeline import watchlist
from pipeline.cli import main
from pipeline.collect import tags_of
from pipeline.model import Article, Attribution, Entry, FeedState, Placement
from pipeline.store import Store
from pipeline.tag import Tagger
from pipeline.text import learning

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = "2026-03-02T12:00:00+03:00"
WATER = """\
id: water
title: المياه
terms:
  - شح المياه
  - بنك
exclude:
  - بنك الأهداف
"""
BORDER = """\
id: border
title: الحدود
terms:
  - الحدود العراقية السورية
rules:
  - name: crossing
    query: معبر NEAR/3 البوكمال
"""


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    config = tmp_path / "config"
    (config / "watchlists").mkdir(parents=True)
    (config / "pipeline.yaml").write_text("store: sqlite:///outputs/archive.sqlite\noutputs: outputs\nworkers: 1\n")
    (config / "feeds.yaml").write_text(
        "feeds:\n  - id: rafid\n    url: https://a.example/feed\n    outlet: الرافد\n    enabled: false\n",
        encoding="utf-8",
    )
    (config / "digests.yaml").write_text(
        'digests:\n  - id: daily\n    title: موجز\n    at: "07:00"\n', encoding="utf-8"
    )
    (config / "watchlists" / "water.yaml").write_text(WATER, encoding="utf-8")
    (config / "watchlists" / "border.yaml").write_text(BORDER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSAD_CONFIG", raising=False)
    return tmp_path


def keep(project: Path, *texts: tuple[str, str], first_seen: datetime = NOW, name: str = "n") -> None:
    """File articles as a run would, with the watchlists as they are."""
    settings = configuration.load(project / "config")
    tagger, version = Tagger(settings.watchlists), watchlist.version(settings.watchlists)
    store = Store(settings.store)
    for n, (title, body) in enumerate(texts):
        url = f"https://rafid.example/{name}/{n}"
        entry = Entry(feed="rafid", guid=url, url=url, title=title)
        store.save_feed(FeedState(feed="rafid"), [(entry, url)], now=first_seen)
        article = Article(
            id=f"{name}{n}",
            url=url,
            feed="rafid",
            outlet="الرافد",
            title=title,
            body=body,
            language="ar",
            first_seen=first_seen + timedelta(minutes=n),
        )
        placement = Placement(
            story=article.id,
            relation="original",
            original=article.id,
            similarity=1.0,
            origin=Attribution(outlet="الرافد", basis="earliest"),
        )
        store.save_article(
            next(p for p in store.pending(first_seen) if p.entry.guid == url),
            article,
            placement,
            moved={},
            tags=tags_of(tagger, article),
            version=version,
            fingerprint={"v": 1},
            text_hash=url,
            band_keys=(),
        )
    store.close()


TEXTS = (
    ("رفع الفائدة", "أعلن البنك المركزي رفع سعر الفائدة."),
    ("شح المياه", "شح في المياه يضرب الريف."),
    ("ضربات", "قصف على بنك الأهداف في المدينة، وشح المياه."),
    ("معبر", "أغلق معبر قديم قرب مدينة البوكمال."),
)


@pytest.fixture
def kept(project, capsys) -> Path:
    keep(project, *TEXTS)
    capsys.readouterr()
    return project


def told(capsys, *words: str) -> str:
    assert main(list(words)) == 0
    return capsys.readouterr().out


# ---------------------------------------------------------------- search
def test_search_finds_a_word_with_its_article_newest_first_in_context(kept, capsys):
    lines = told(capsys, "search", "بنك").splitlines()
    assert lines[0] == "2026-03-02 09:02  الرافد  ضربات"
    assert lines[1].strip() == "https://rafid.example/n/2"
    assert lines[3].startswith("2026-03-02 09:00")
    assert lines[5].strip() == "أعلن «البنك» المركزي رفع سعر الفائدة."


def test_search_stops_after_so_many_and_keeps_to_the_span(kept, capsys):
    assert len(json.loads(told(capsys, "search", "بنك", "--json", "--most", "1"))) == 1
    found = json.loads(told(capsys, "search", "بنك", "--json", "--until", "2026-03-02T09:01:00+00:00"))
    assert [row["id"] for row in found] == ["n0"]
    (match,) = found[0]["matches"]
    assert match["surface"] == "البنك"
    assert TEXTS[0][1][match["start"] : match["end"]] == "البنك"
    assert json.loads(told(capsys, "search", "بنك", "--json", "--since", "2026-03-03")) == []


def test_search_without_a_hit_says_so_on_standard_error(kept, capsys):
    assert main(["search", "زلزال"]) == 0
    assert capsys.readouterr() == ("", "nothing found\n")


def test_a_query_that_is_wrong_names_its_column(kept, capsys):
    assert main(["search", "بنك AND"]) == 2
    assert capsys.readouterr().err.startswith("marsad: query:")


# ---------------------------------------------------------------- explain
def rows(capsys, *words: str) -> dict[str, dict]:
    answer = json.loads(told(capsys, "explain", *words, "--json"))
    return answer | {row["id"]: row for row in answer["watchlists"]}


def test_explain_shows_the_reading_of_each_match_in_its_context(kept, capsys):
    shown = told(capsys, "explain", "n0")
    assert "water: tagged, 1 of 1" in shown
    assert "found   body:5  البنك ← بنك: ال" in shown
    assert "أعلن «البنك» المركزي" in shown
    assert "border: not tagged, 0 of 1" in shown


def test_explain_names_near_misses_and_what_stood_in_the_way(kept, capsys):
    found = rows(capsys, "n1")
    assert found["water"]["fired"]
    assert found["water"]["misses"] == []  # its title has the term
    assert main(["explain", "n3"]) == 0
    shown = capsys.readouterr().out
    assert "silent: rule crossing: «معبر NEAR/3 البوكمال»" not in shown  # two words stand between: it is true
    assert "border: tagged" in shown


def test_explain_names_what_silenced_a_list(kept, capsys):
    found = rows(capsys, "n2")
    assert not found["water"]["fired"]
    assert found["water"]["score"] == 2
    assert [m["term"] for m in found["water"]["matches"]] == ["بنك", "شح المياه"]
    assert found["water"]["silenced"] == ["exclude «بنك الأهداف» stands in the body at 8: «بنك الأهداف»"]
    assert "    silent: exclude «بنك الأهداف»" in told(capsys, "explain", "n2")


def test_explain_finds_an_article_by_its_address_with_other_tracking_parameters(kept, capsys):
    found = rows(capsys, "https://rafid.example/n/3?utm_source=other&utm_medium=x#top")
    assert found["article"] == "n3"
    assert found["url"] == "https://rafid.example/n/3"
    assert found["stored_version"] == found["version"]
    assert found["border"]["stored"] is True


def test_explain_of_a_text_needs_no_archive(project, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("تهريب عبر الحدود السورية ثم شح شديد في المياه"))
    found = rows(capsys, "-")
    assert found["article"] is None
    (miss,) = found["water"]["misses"]
    assert miss["why"] == "2 words stand between «شح» and «المياه»; gap is 0"
    assert found["body"][miss["start"] : miss["end"]] == miss["surface"]
    assert not (project / "outputs").exists()


def test_explain_of_one_watchlist_and_of_one_that_is_not_there(kept, capsys):
    shown = told(capsys, "explain", "n0", "--watchlist", "border")
    assert "water" not in shown
    assert main(["explain", "n0", "--watchlist", "bordr"]) == 2
    assert "there is no watchlist 'bordr'; did you mean border?" in capsys.readouterr().err
    assert main(["explain", "n0", "--watchlist", "zzz"]) == 2
    assert "they are: " in capsys.readouterr().err


def test_explain_of_an_article_that_is_not_there(kept, capsys):
    assert main(["explain", "https://rafid.example/other"]) == 2
    assert "there is no such article" in capsys.readouterr().err


# ---------------------------------------------------------------- checks
def test_a_term_that_is_everywhere_in_the_archive_is_told_by_both_checks(project, capsys):
    keep(project, *[("خبر", "أعلن البنك قرارا.")] * 120)
    capsys.readouterr()
    expected = "«بنك» is found in 120 of the archive's 120 articles"
    assert expected in told(capsys, "watchlist", "check")
    found = json.loads(told(capsys, "watchlist", "check", "--json"))
    (row,) = [row for row in found if row["what"] == expected]
    assert (row["kind"], row["line"], row["file"].endswith("water.yaml")) == ("warning", 5, True)
    assert any(expected in line for line in json.loads(told(capsys, "check", "--json"))["warnings"])


def test_a_file_by_itself_is_checked_where_there_is_no_configuration(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSAD_CONFIG", raising=False)
    (tmp_path / "w.yaml").write_text(WATER, encoding="utf-8")
    assert main(["watchlist", "check", "w.yaml"]) == 0
    assert "1 watchlists, no mistakes" in capsys.readouterr().err


# ---------------------------------------------------------------- versions
def test_a_changed_watchlist_judges_the_open_window_again_and_nothing_before_it(kept, capsys):
    keep(kept, *TEXTS[:1], first_seen=NOW - timedelta(days=5), name="old")
    assert main(["run", "--at", AT, "--no-publish"]) == 0
    (kept / "config" / "watchlists" / "water.yaml").write_text(
        WATER.replace("- بنك\n", "- مصرف\n", 1), encoding="utf-8"
    )
    capsys.readouterr()
    shown = told(capsys, "explain", "n0")
    assert "the archive has it tagged, by the version named above" in shown
    assert main(["run", "--at", AT, "--no-publish"]) == 0
    capsys.readouterr()
    new, old = rows(capsys, "n0"), rows(capsys, "old0")
    assert new["stored_version"] == new["version"] != old["stored_version"]
    assert (new["water"]["stored"], old["water"]["stored"]) == (False, True)


def test_the_open_window_is_that_of_the_slowest_digest(kept, capsys):
    keep(kept, *TEXTS[:1], first_seen=NOW - timedelta(days=5), name="old")
    weekly = 'digests:\n  - id: weekly\n    title: الأسبوع\n    at: "07:00"\n    days: [tue]\n'
    (kept / "config" / "digests.yaml").write_text(weekly, encoding="utf-8")
    (kept / "config" / "watchlists" / "water.yaml").write_text(
        WATER.replace("- بنك\n", "- مصرف\n", 1), encoding="utf-8"
    )
    assert main(["run", "--at", AT, "--no-publish"]) == 0
    capsys.readouterr()
    assert rows(capsys, "old0")["water"]["stored"] is False


def test_what_the_archive_taught_is_used_by_the_next_run_and_told_in_the_version(project, capsys, monkeypatch):
    monkeypatch.setattr(learning, "FEWEST_ARTICLES", 30)
    text = WATER.replace("- بنك\n", "- طفاء\n", 1)
    (project / "config" / "watchlists" / "water.yaml").write_text(text, encoding="utf-8")
    keep(project, *[("خبر", f"قالت وطفاء في الخبر رقم {n}") for n in range(40)])
    capsys.readouterr()
    before = rows(capsys, "n0")
    assert before["water"]["fired"]
    assert before["stored_version"] == before["version"]
    assert main(["run", "--at", AT, "--no-publish"]) == 0
    capsys.readouterr()
    taught = rows(capsys, "n0")
    assert taught["version"] != before["version"] == taught["stored_version"]
    assert not taught["water"]["fired"]
    assert taught["water"]["stored"]
    assert "as this archive's counts show" in taught["water"]["misses"][0]["why"]
    assert main(["run", "--at", AT, "--no-publish"]) == 0
    capsys.readouterr()
    after = rows(capsys, "n0")
    assert after["stored_version"] == after["version"] == taught["version"]
    assert not after["water"]["stored"]
    assert json.loads(told(capsys, "search", "طفاء", "--json")) == []


def test_an_index_with_a_gap_is_told_and_mended_by_a_run(kept, capsys):
    store = Store(configuration.load(kept / "config").store)
    store.save_notes(index=0)
    store.close()
    assert main(["check"]) == 1
    assert "the search index is not whole, so a search reads everything; marsad run mends it" in capsys.readouterr().out
    assert [row["id"] for row in json.loads(told(capsys, "search", "بنك", "--json"))] == ["n2", "n0"]
    assert main(["run", "--at", AT, "--no-publish"]) == 0
    assert main(["check"]) == 0
