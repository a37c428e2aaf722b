"""The configuration that comes with the program: whole, sensible, and useful as it stands."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest

from pipeline import config, query, sources, watchlist
from pipeline.text import urls

FOLDER = Path(__file__).parent.parent / "config"


@pytest.fixture(scope="module")
def made() -> config.Config:
    return config.load(FOLDER, {})


def test_it_has_no_mistake_and_gives_rise_to_no_doubt(made):
    assert watchlist.check(made.watchlists) == ()


def test_it_reads_many_outlets_of_many_countries_in_arabic(made):
    arabic = [f for f in made.feeds if f.language == "ar" and f.enabled]
    assert len({f.outlet for f in arabic}) >= 25
    assert len({f.country for f in arabic}) >= 8
    assert {"SY", "IQ"} <= {f.country for f in arabic}
    assert all(f.language and f.country for f in made.feeds)
    assert len({f.outlet for f in made.feeds}) == len(made.feeds)


def test_no_two_feeds_ask_one_address(made):
    assert len({urls.canonical(f.url) for f in made.feeds}) == len(made.feeds)


def test_it_says_the_usual_values_for_what_they_are(made):
    usual = config.load(_alone(FOLDER / "feeds.yaml"), {})
    assert (made.timezone, made.language, made.workers, made.collect) == (
        usual.timezone,
        usual.language,
        usual.workers,
        usual.collect,
    )
    assert made.web == usual.web
    assert [(d.id, d.title, d.at, d.formats) for d in made.digests] == [
        (d.id, d.title, d.at, d.formats) for d in usual.digests
    ]
    for key in ("in_flight", "per_host", "delay", "timeout", "max_bytes", "robots", "allow_networks"):
        assert getattr(made.fetch, key) == getattr(usual.fetch, key), key


def test_the_examples_of_the_guides_are_right(tmp_path):
    guides = FOLDER.parent / "docs" / "guide"
    found = [
        block
        for name in ("configuration.md", "watchlists.md")
        for block in re.findall(r"```yaml\n(.*?)```", (guides / name).read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert len(found) >= 4
    folder = tmp_path / "config"
    (folder / "watchlists").mkdir(parents=True)
    for block in found:
        if block.startswith("mail:"):
            (folder / "pipeline.yaml").write_text(block, encoding="utf-8")
        elif block.startswith(("feeds:", "digests:")):
            (folder / f"{block.partition(':')[0]}.yaml").write_text(block, encoding="utf-8")
        elif block.startswith("id:"):
            (folder / "watchlists" / "one.yaml").write_text(block, encoding="utf-8")
        else:
            whole = f"id: two\ntitle: two\nrules:\n{block}"
            (folder / "watchlists" / "two.yaml").write_text(whole, encoding="utf-8")
    made = config.load(folder, {"HOOK": "x", "MAIL_PASSWORD": "y"})
    assert [w.id for w in made.watchlists] == ["syria-iraq-border", "two"]


def test_every_query_of_the_guide_is_a_query_or_is_refused_as_it_says():
    text = (FOLDER.parent / "docs" / "guide" / "watchlists.md").read_text(encoding="utf-8")
    language = text[text.index("## The language of rules") : text.index("### What is refused")]
    rows = re.findall(r"^\| (`.*?) \|", language, re.MULTILINE)
    for row in rows:
        for shown in re.findall(r"`([^`]+)`", row):
            if "…" not in shown:
                alone = shown.startswith(("outlet:", "lang:"))
                query.parse(f"word AND {shown}" if alone else shown)
    useless = text[text.index("- nothing to find") : text.index("- an empty phrase")]
    shown = re.findall(r"`([^`]+)`", useless)
    assert len(shown) >= 9
    for each in shown:
        with pytest.raises(query.QueryError):
            query.parse(each)


def _alone(feeds: Path) -> Path:
    """A folder with nothing but this feed list."""
    folder = Path(tempfile.mkdtemp()) / "config"
    folder.mkdir()
    (folder / "feeds.yaml").write_text(feeds.read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_every_watchlist_stands_in_the_digest_under_the_name_of_its_file(made):
    assert len(made.watchlists) >= 8
    assert made.digests[0].watchlists == tuple(w.id for w in made.watchlists)
    assert [Path(w.path).stem for w in made.watchlists] == [w.id for w in made.watchlists]


def test_every_rule_is_written_and_read_again_as_the_same(made):
    rules = [r for w in made.watchlists for r in w.rules]
    assert len(rules) >= 15
    for rule in rules:
        text = query.format(rule.query)
        assert query.format(query.parse(text)) == text


def test_every_file_says_why_it_looks_for_what_it_looks_for():
    for path in sorted((FOLDER / "watchlists").glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert sum(line.strip().startswith("#") for line in text.splitlines()) >= 2, path.name


def test_every_watchlist_can_be_written_back_and_means_the_same(made):
    for one in made.watchlists:
        text = Path(one.path).read_text(encoding="utf-8")
        assert watchlist.dumps(one, text) == text
        assert watchlist.version([watchlist.parse(watchlist.dumps(one))]) == watchlist.version([one])


def test_the_feed_list_goes_out_as_opml_and_comes_back(made):
    assert sources.from_opml(sources.to_opml(made.feeds).encode()) == made.feeds
