"""The letter: under the size that providers cut, direction on every block, nothing that mail programs drop."""

import copy
import re
from html.parser import HTMLParser

import pytest

from pipeline.digest import mail, plain
from pipeline.digest.words import Words

BLOCKS = {"html", "body", "div", "table", "td", "p", "h1", "h2", "h3"}


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("name", ["rich", "english", "empty", "hostile"])
def test_every_block_says_its_direction_and_nothing_needs_a_style_sheet(name, golden, made):
    edition = made(golden(name))
    tags = Reader(mail.letter(edition, edition["language"]).html).tags
    assert {tag for tag, _ in tags} <= BLOCKS | {"head", "meta", "title", "tr", "a", "b", "span", "bdi", "mark", "code"}
    for tag, attrs in tags:
        if tag in BLOCKS:
            assert attrs["dir"] in {"rtl", "ltr"}, tag
            assert tag == "html" or f"direction:{attrs['dir']}" in attrs["style"]
        assert not re.search(r"inline-(start|end)|block-(start|end)", attrs.get("style") or "")
        assert not any(key.startswith("on") for key in attrs)
        if tag == "a":
            assert attrs["href"].startswith(("https://", "http://"))


def test_an_edition_of_any_size_fits_and_counts_what_it_leaves_out(rich):
    big = copy.deepcopy(rich)
    section = big["sections"][0]
    section["stories"] = [{**s, "story": f"{s['story']}-{n}"} for n in range(10) for s in section["stories"]]
    big["sections"] = [{**section, "watchlist": f"w{n}"} for n in range(40)]
    big["titles"] |= {f"w{n}": "قائمة" for n in range(40)}
    big["top"] = [{**item, "section": "w0", "story": section["stories"][0]["story"]} for item in big["top"]]
    big["late"] *= 400
    letter = mail.letter(big, link="https://briefs.example.org/daily/2026-11-23.html")
    assert len(letter.html.encode()) < mail.LIMIT
    words = Words("ar", big["timezone"])
    assert words.plain("cut_for_mail") in letter.html
    assert "https://briefs.example.org/daily/2026-11-23.html" in letter.html
    assert "في العدد الكامل" in letter.html
    assert letter.text.count(section["stories"][0]["url"]) >= 10 * 40
    tables = sum(tag == "table" for tag, _ in Reader(letter.html).tags)
    assert tables == 1, "no charts where there is no room for news"
    assert letter.html.count("<h2 ") >= 40, "no watchlist is left out while charts and long quotes can be"


def test_no_row_takes_less_than_a_room_is_judged_by(rich):
    """A room that would do is never passed over: the bounds are below what the shortest texts take."""
    short = copy.deepcopy(rich)
    for section in short["sections"]:
        section |= {"title": "ا", "also": []}
        section["stories"] = [
            {**s, "title": "ا", "outlet": "ب", "url": "", "news": [], "quotes": [], "matches": [], "watchlists": []}
            | {"articles": s["articles"][:1], "status": "new", "origin": {**s["origin"], "outlet": "ب"}}
            for s in section["stories"]
        ]
    short |= {"top": [], "late": [], "silent_watchlists": []}
    words = Words("ar", short["timezone"])
    for room in mail._ROOMS:
        assert mail._least(short, room) < len(mail._drawn(short, words, room, None).encode())


def test_a_small_edition_is_whole(rich):
    letter = mail.letter(rich)
    assert Words("ar").plain("cut_for_mail") not in letter.html
    for section in rich["sections"]:
        for story in section["stories"]:
            assert story["url"].replace("&", "&amp;") in letter.html
            assert story["url"] in letter.text


@pytest.mark.parametrize("title", ["موجز", "م" * 500, "سطر\r\nBcc: x\u2028آخر\u202e", ""])
def test_a_subject_is_one_short_line_with_its_day_whole(rich, title):
    subject = mail.letter({**rich, "title": title}).subject
    assert len(subject) <= 78
    assert subject.isprintable()
    assert subject.endswith("— الاثنين 23 تشرين الثاني 2026")


def test_a_notice_to_a_chat_has_the_heads_and_a_bound(rich):
    link = "https://desk.example/daily/2026-03-02.html"
    title, text = mail.brief(rich, "ar", link=link)
    assert len(title) <= mail.SUBJECT
    assert len(text) <= plain.BRIEF + 1
    assert text.endswith(f"{link}\n")
    for section in rich["sections"][:2]:
        assert section["title"] in text


def test_a_notice_of_a_huge_edition_leaves_whole_lines_out(rich):
    sections = [{**rich["sections"][0], "title": f"قائمة رقم {n} " + "و" * 60} for n in range(200)]
    _, text = mail.brief({**rich, "sections": sections}, "ar")
    assert len(text) <= plain.BRIEF + 1
    lines = text.splitlines()
    assert lines[-1] == "…"
    assert lines[-2].endswith(lines[-3].split(": ")[-1])
