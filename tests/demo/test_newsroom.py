"""The bundled newsroom: its texts are what the demo needs, and it answers as real outlets do."""

import asyncio
import json
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from datetime import datetime, timedelta

import feedparser
import pytest
from lxml import etree

from pipeline.demo import MOMENTS
from pipeline.demo.newsroom import Newsroom
from pipeline.demo.texts import PORT, Piece, outlets, pieces

TEXTS = pieces()
LAST = MOMENTS[-1]


def words(piece: Piece) -> int:
    return sum(len(p.split()) for p in piece.paragraphs)


@pytest.fixture
def room():
    return Newsroom(LAST)


def ask(room, piece_or_path, host=None, **headers):
    path = piece_or_path if isinstance(piece_or_path, str) else piece_or_path.path
    host = host or piece_or_path.outlet.host
    request = urllib.request.Request(
        f"http://{room.address}:{PORT}{path}", headers={"Host": f"{host}:{PORT}", **headers}
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
        return answer.status, answer.headers["Content-Type"], answer.read().decode()


# ---------------------------------------------------------------- the texts
def test_there_are_sixty_articles_of_six_outlets_over_three_days():
    there = [p for p in TEXTS.values() if not p.page]
    assert len(there) >= 60
    assert len({p.outlet.id for p in there}) >= 6
    assert len({p.seen.date() for p in there}) == 3


@pytest.mark.parametrize("piece", [p for p in TEXTS.values() if p.page != "soft-404"], ids=lambda p: p.id)
def test_a_text_has_the_length_of_news(piece):
    assert (90 if piece.copy_of else 120) <= words(piece) <= 350


def root(piece: Piece) -> str:
    """The first report of what the piece tells: through the wire it reprints to the one that wire brings up to date."""
    wire = TEXTS[piece.copy_of] if piece.copy_of else piece
    return wire.follows or wire.id


def test_texts_share_paragraphs_only_by_reprinting_or_updating():
    owners: dict[str, set[str]] = {}
    for piece in TEXTS.values():
        for text in piece.paragraphs:
            if len(text.split()) >= 12:  # shorter ones are credits
                owners.setdefault(text, set()).add(root(piece))
    assert {text: who for text, who in owners.items() if len(who) > 1} == {}


def test_reprints_come_verbatim_trimmed_retitled_and_framed():
    made = Counter()
    for piece in TEXTS.values():
        if piece.copy_of:
            wire = TEXTS[piece.copy_of]
            kept = [p for p in wire.paragraphs[1:] if p in piece.paragraphs]
            made["whole" if len(kept) == len(wire.paragraphs) - 1 else "trimmed"] += 1
            made["retitled"] += piece.title != wire.title
            made["bylined"] += wire.outlet.name in piece.author
            assert kept, piece.id
            assert any(
                wire.outlet.name in text or f"({wire.outlet.sign})" in text or wire.outlet.name in piece.author
                for text in piece.paragraphs
            )
    assert min(made["whole"], made["trimmed"], made["retitled"], made["bylined"]) >= 3
    assert max(Counter(p.copy_of for p in TEXTS.values() if p.copy_of).values()) >= 4


def test_every_watchlist_has_news_and_one_has_none_on_the_second_day():
    by_day = Counter((tag, p.seen.date().isoformat()) for p in TEXTS.values() for tag in p.tags)
    tags = {tag for tag, _ in by_day}
    assert len(tags) == 6
    assert by_day["water-climate", "2026-03-01"] == 0
    assert all(sum(n for (tag, _), n in by_day.items() if tag == wanted) >= 3 for wanted in tags)


def test_feeds_come_in_all_makes():
    makes = {o.feed for o in outlets().values()}
    assert makes == {"rss", "atom", "json", "sitemap"}
    assert {o.encoding for o in outlets().values()} == {"utf-8", "windows-1256"}
    assert len({o.page for o in outlets().values()}) >= 4
    assert {o.fault for o in outlets().values()} == {"", "500", "html"}


# ---------------------------------------------------------------- pages
@pytest.mark.parametrize("piece", [p for p in TEXTS.values() if not p.page], ids=lambda p: p.id)
def test_a_page_holds_its_whole_text_and_the_headlines_of_others(room, piece):
    answer = room.answer(piece.outlet.host, piece.path)
    root = etree.HTML(answer.body, etree.HTMLParser(encoding=piece.outlet.encoding))
    text = " ".join(" ".join(root.itertext()).split())
    assert answer.status == 200
    assert piece.title in text
    assert [p for p in piece.paragraphs if p not in text] == []
    assert sum(p.title in text for p in room.visible(piece.outlet)) > 1


def test_the_address_in_a_feed_leads_to_the_page_whatever_hangs_on_it(room):
    for piece in TEXTS.values():
        if not piece.page:
            target = piece.link.removeprefix(piece.outlet.origin)
            assert room.answer(piece.outlet.host, target).status == 200, piece.link
    assert sum(p.link != p.url for p in TEXTS.values()) >= 20


def test_addresses_are_unique():
    assert len({p.url for p in TEXTS.values()}) == len(TEXTS)


def test_nothing_is_there_before_its_time():
    room = Newsroom(MOMENTS[0] - timedelta(days=30))
    assert [p.id for p in TEXTS.values() if room.answer(p.outlet.host, p.path).status != 404] == []
    assert [p for o in room.outlets.values() for p in room.visible(o)] == []


def test_a_late_article_bears_an_earlier_date_than_the_window_it_is_seen_in():
    late = [p for p in TEXTS.values() if p.seen != p.at]
    assert late
    assert all(p.seen - p.at > timedelta(hours=24) for p in late)


def test_missing_pages_say_so_each_in_its_way(room):
    status = {p.page: room.answer(p.outlet.host, p.path).status for p in TEXTS.values() if p.page}
    assert status == {"404": 404, "soft-404": 200, "503": 200}
    away = next(p for p in TEXTS.values() if p.page == "503")
    room.now = away.seen + timedelta(hours=1)
    assert room.answer(away.outlet.host, away.path).status == 503


# ---------------------------------------------------------------- feeds
def test_feeds_read_back_to_what_was_published(room):
    for outlet in room.outlets.values():
        answer = room.answer(outlet.host, outlet.path)
        wanted = [(p.title, p.link) for p in room.visible(outlet)]
        if outlet.fault:
            continue
        if outlet.feed == "json":
            got = [(i["title"], i["url"]) for i in json.loads(answer.body)["items"]]
        elif outlet.feed == "sitemap":
            root = etree.fromstring(answer.body)
            got = [(u.findtext(".//{*}title"), u.findtext("{*}loc")) for u in root.iterfind("{*}url")]
        else:
            parsed = feedparser.parse(answer.body)
            assert not parsed.bozo, outlet.id
            got = [(e.title, e.link) for e in parsed.entries]
        assert got == wanted, outlet.id


def test_a_feed_of_windows_1256_is_no_utf_8(room):
    answer = room.answer("difaf.example", "/rss.php")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode("utf-8")
    assert "شبكة ضفاف" in answer.body.decode("windows-1256")


def test_broken_feeds_are_broken_and_one_only_from_the_second_day_on(room):
    assert room.answer("badia.example", "/feed.xml").status == 500
    assert b"<html" in room.answer("sahl.example", "/rss").body
    room.now = datetime.fromisoformat("2026-02-28T20:00:00+03:00")
    assert b"<rss" in room.answer("sahl.example", "/rss").body


def test_an_unchanged_feed_is_not_sent_twice(room):
    first = room.answer("rafid.example", "/rss.xml")
    tag = dict(first.headers)["ETag"]
    assert room.answer("rafid.example", "/rss.xml", tag).status == 304
    room.now = MOMENTS[0]
    assert room.answer("rafid.example", "/rss.xml", tag).status == 200


# ---------------------------------------------------------------- over HTTP
def test_it_answers_over_http_by_the_name_that_was_asked():
    with Newsroom(LAST) as room:
        piece = TEXTS["gazette-base"]
        assert piece.title in ask(room, piece)[2]
        assert ask(room, "/rss.xml", host="rafid.example")[:2] == (200, "application/rss+xml")
        with pytest.raises(urllib.error.HTTPError) as caught:
            ask(room, "/", host="www.example.org")
        with caught.value as answer:
            assert answer.code == 421


def test_it_leads_its_own_names_to_loopback_and_knows_no_other():
    with Newsroom(LAST) as room:
        assert asyncio.run(room.resolve("annahr.example", PORT)) == (room.address,)
        assert room.address.startswith("127.")
        with pytest.raises(OSError, match="no such outlet"):
            asyncio.run(room.resolve("example.org", 80))


def test_two_newsrooms_at_once_are_in_nobodys_way():
    with Newsroom(LAST) as one, Newsroom(LAST) as two:
        assert one.address != two.address
        for room in (one, two):
            assert ask(room, TEXTS["rafid-base"])[0] == 200


def test_nothing_of_it_is_left_when_it_closes():
    before = threading.active_count()
    with Newsroom(LAST) as room:
        address = room.address
        assert ask(room, TEXTS["rafid-base"])[0] == 200
    deadline = time.monotonic() + 10  # an answer that was kept open ends in its own time
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert threading.active_count() <= before
    with Newsroom(LAST) as again:
        assert again.address == address
