"""Markdown that is plain text first, and that a parser reads as we meant it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipeline.digest import display, markdown, render

NAMES = ("rich", "english", "empty", "hostile")
PARSER = MarkdownIt("commonmark")
GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
UNSEEN = re.compile("[\u200e\u200f\u2068\u2069]")


def walk(tokens):
    for token in tokens:
        yield token
        yield from walk(token.children or [])


def text_of(inline) -> str:
    return "".join(t.content if t.type in {"text", "code_inline", "text_special"} else " " for t in inline.children)


@pytest.mark.parametrize("name", NAMES)
def test_a_parser_finds_our_headings_our_links_and_nothing_active(name, golden, made):
    found = made(golden(name))
    tokens = GITHUB.parse(render.markdown(found, language=found["language"]))
    kinds = {t.type for t in walk(tokens)}
    assert not kinds & {"html_block", "html_inline", "image", "fence", "code_block", "table_open", "s_open"}
    heads = [int(t.tag[1]) for t in tokens if t.type == "heading_open"]
    assert heads.count(1) == 1
    full = [t for s in found["sections"] for t in s["stories"] if t["display"] == "full"]
    told = [
        UNSEEN.sub("", text_of(tokens[i + 1])).strip() for i, t in enumerate(tokens) if t.tag == "h3" and t.nesting == 1
    ]
    for story in full:
        assert display.name(story["title"], display.HEADLINE) in told
    links = [t.attrs["href"] for t in walk(tokens) if t.type == "link_open"]
    assert all(re.match("https?://", href) for href in links)
    wanted = {markdown.address(t["url"]) for s in found["sections"] for t in s["stories"]} - {None}
    assert wanted <= {re.sub("&amp;", "&", href) for href in links}


@pytest.mark.parametrize("name", NAMES)
def test_no_line_leaves_an_isolate_open_or_carries_another_control(name, golden, made):
    found = made(golden(name))
    for line in render.markdown(found, language=found["language"]).splitlines():
        depth = 0
        for character in line:
            depth += (character == "\u2068") - (character == "\u2069")
            assert 0 <= depth <= 2
        assert depth == 0
        assert not re.search("[\x00-\x1f\u202a-\u202e\u2066\u2067\u200b\ufeff]", line)


def test_a_line_of_ours_begins_in_our_direction(rich):
    for line in render.markdown(rich).splitlines():
        told = re.sub(r"\u2068[^\u2069]*\u2069", "", line)
        strong = next((c for c in told if c == "\u200f" or c.isalpha()), None)
        if not line.startswith("[") and strong is not None and not re.match("> [A-Z]", line):
            assert strong == "\u200f" or display.direction(strong) == "rtl", line


def test_latin_and_signed_numbers_are_isolated_and_ranges_and_dates_are_not():
    writer = markdown._Writer(render.Words("ar"))
    assert writer.foreign("حلف NATO في 2020-2024") == "حلف \u2068NATO\u2069 في 2020-2024"
    assert writer.foreign("هبطت إلى -5 درجات") == "هبطت إلى \u2068-5\u2069 درجات"
    assert writer.foreign("The Ferry Post") == "\u2068The Ferry Post\u2069"
    assert (
        markdown._Writer(render.Words("en")).foreign("Bread (خبز اليوم) sold") == "Bread (\u2068خبز اليوم\u2069) sold"
    )


@given(st.text(st.sampled_from("ab كل*_[]()<>|`#&;~\\!-+=.:1 \n"), min_size=1, max_size=40))
def test_whatever_a_title_holds_it_is_shown_and_does_nothing(title):
    told = display.clean(title)
    if not told:
        return
    source = "### [" + markdown.escaped(told) + "][1]\n\n[1]: https://h.example/\n"
    tokens = GITHUB.parse(source)
    assert [t.type for t in tokens] == ["heading_open", "inline", "heading_close"]
    assert [t.type for t in tokens[1].children if t.type not in {"text", "text_special"}] == ["link_open", "link_close"]
    assert "".join(t.content for t in tokens[1].children if t.type in {"text", "text_special"}) == told
    quote = GITHUB.parse("> " + markdown.begun(markdown.escaped(told)) + "\n")
    assert [t.type for t in quote] == [
        "blockquote_open",
        "paragraph_open",
        "inline",
        "paragraph_close",
        "blockquote_close",
    ]
    assert "".join(t.content for t in quote[2].children) == told


@given(st.text(st.characters(), max_size=60))
def test_an_address_is_whole_and_ends_where_it_ends(tail):
    url = markdown.address("https://h.example/" + tail)
    if url is None:
        assert re.search("[\ud800-\udfff]", tail)
        return
    assert not re.search(r"[\s()<>\[\]\"'|\\`*]", url)
    tokens = PARSER.parse(f"[x][1]\n\n[1]: {url}\n")
    assert [t.type for t in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert tokens[1].children[0].type == "link_open"


@pytest.mark.parametrize(
    ("before", "surface", "after", "marked"),
    [
        ("قال ", "الإرهاب", " أمس", True),
        ("«", "الإرهاب", "»", True),
        ("لـ", "الإرهاب", "ي", True),
        ("ل", "”الإرهاب“", " أمس", False),
        ("ل", "”الإرهاب", " أمس", False),
        (" ", "”الإرهاب“", " أمس", True),
    ],
)
def test_a_match_is_emphasised_only_where_asterisks_would_count(before, surface, after, marked):
    text = before + surface + after
    quote = {
        "text": text,
        "marks": [[len(before), len(before) + len(surface)]],
        "cut_before": False,
        "cut_after": False,
    }
    source = markdown._Writer(render.Words("ar")).marked(quote)
    tokens = PARSER.parse(source)
    assert any(t.type == "strong_open" for t in walk(tokens)) == marked
    assert "*" not in "".join(t.content for t in walk(tokens) if t.type == "text")
