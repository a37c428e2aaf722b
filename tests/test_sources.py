"""The feed list: read, written, exchanged with other programs, and found in pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline import sources
from pipeline.errors import ConfigError, UsageError
from pipeline.model import Feed

WHOLE = """\
# Our feeds.
feeds:
  # Syria
  - id: sana
    url: https://sana.example/feed/
    outlet: سانا

  - id: map            # a sitemap
    url: https://news.example/sitemap.xml
    outlet: خريطة
    language: ar
    country: sy
    every: 30m
    enabled: false
    kind: sitemap

  # The end.
"""


def load(tmp_path: Path, text: str) -> tuple[Feed, ...]:
    path = tmp_path / "feeds.yaml"
    path.write_text(text, encoding="utf-8")
    return sources.load(path)


def said(tmp_path: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    return [line.removeprefix(f"{tmp_path}/") for line in caught.value.lines()]


def test_every_key_of_a_file_comes_into_the_feed(tmp_path):
    assert load(tmp_path, WHOLE) == (
        Feed(id="sana", url="https://sana.example/feed/", outlet="سانا"),
        Feed(
            id="map",
            url="https://news.example/sitemap.xml",
            outlet="خريطة",
            language="ar",
            country="SY",
            every=timedelta(minutes=30),
            enabled=False,
            kind="sitemap",
        ),
    )


FEED = "feeds:\n  - id: a\n    url: https://a.example/feed\n    outlet: a\n"
MISTAKES = [
    ("feeds:\n", "feeds.yaml:1:1: a list was expected, nothing stands here"),
    ("feed: []\n", "feeds.yaml:1:1: unknown key 'feed'; did you mean 'feeds'?"),
    ("- id: a\n", "feeds.yaml:1:1: keys with their values were expected, not a list"),
    ("feeds:\n  - a\n", "feeds.yaml:2:5: keys with their values were expected, not 'a'"),
    (FEED + "    lang: ar\n", "feeds.yaml:5:5: unknown key 'lang'; did you mean 'language'?"),
    (
        FEED + "    language: Arabic\n",
        "feeds.yaml:5:15: a language's code such as ar, ku or en was expected, not 'Arabic'",
    ),
    (
        FEED + "    country: Syria\n",
        "feeds.yaml:5:14: a country's code of two letters, such as SY or IQ, was expected, not 'Syria'",
    ),
    (
        FEED + "    every: 15\n",
        "feeds.yaml:5:12: a duration from 1m to 30d, with its unit, was expected, not '15'; for seconds write 15s",
    ),
    (FEED + "    every: 1s\n", "feeds.yaml:5:12: a duration from 1m to 30d was expected, not '1s'"),
    (FEED + "    enabled: no\n", "feeds.yaml:5:14: true or false was expected, not 'no'"),
    (FEED + "    kind: rss\n", "feeds.yaml:5:11: feed or sitemap was expected, not 'rss'"),
    (
        FEED.replace("id: a", "id: A B"),
        "feeds.yaml:2:9: an id of the letters a-z, digits and hyphens was expected, not 'A B'; write it as a-b",
    ),
    (
        FEED.replace("https:", "htps:"),
        "feeds.yaml:3:10: a web address that begins with https:// or http:// was expected, not 'htps://a.example/feed'; did you mean https://?",
    ),
    (
        FEED + FEED[7:].replace("a.ex", "b.ex"),
        "feeds.yaml:5:9: this id stands in line 2 already; give one of the two feeds another id",
    ),
]


@pytest.mark.parametrize(("text", "wanted"), MISTAKES, ids=[w[:70] for _, w in MISTAKES])
def test_a_mistake_is_told_with_its_place(tmp_path, text, wanted):
    (line,) = said(tmp_path, text)
    assert line.startswith(wanted)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/feed", "https://A.EXAMPLE/feed", True),
        ("https://a.example/feed", "HTTPS://a.example:443/feed/", True),
        ("http://a.example:80", "http://a.example/#top", True),
        ("https://a.example/feed", "https://a.example./feed", True),
        ("https://a.example/feed?x=1", "https://a.example/feed/?x=1#y", True),
        ("https://a.example/feed", "\u200fhttps://a.example/feed", True),
        ("https://a.example/feed", "https://a.example/Feed", False),
        ("https://a.example/feed?x=1", "https://a.example/feed?x=2", False),
        ("https://a.example/feed", "https://a.example:8443/feed", False),
        ("https://a.example/feed", "https://b.example/feed", False),
    ],
)
def test_the_same_address_twice_is_told_with_both_lines(tmp_path, one, other, same):
    text = f"feeds:\n  - id: a\n    url: {one}\n    outlet: a\n  - id: b\n    url: '{other}'\n    outlet: b\n"
    if same:
        (line,) = said(tmp_path, text)
        assert line == "feeds.yaml:6:10: this address stands in line 3 already; take one of the two feeds away"
    else:
        assert len(load(tmp_path, text)) == 2


def test_all_mistakes_are_told_together(tmp_path):
    text = (
        FEED + "  - id: a\n    url: ftp://x\n    outlet: 5\n  - id: c\n    utl: https://a.example/feed\n    outlet: c\n"
    )
    assert [line.split(":")[1] for line in said(tmp_path, text)] == ["5", "6", "7", "9"]


# ---------------------------------------------------------------- append
NEW = Feed(
    id="new", url="https://new.example/rss?x=1&y=2", outlet="جديد: «اسم» # 1", language="ar", every=timedelta(hours=1)
)


def test_feeds_are_added_at_the_end_and_every_line_stays(tmp_path):
    text = sources.append(WHOLE, [NEW, Feed(id="no", url="https://no.example/", outlet="لا")])
    assert load(tmp_path, text)[2:] == (NEW, Feed(id="no", url="https://no.example/", outlet="لا"))
    assert [line for line in WHOLE.splitlines() if line not in text.splitlines()] == []
    assert text.index("kind: sitemap") < text.index("id: new") < text.index("# The end.")


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        WHOLE.rstrip("\n"),
        WHOLE.replace("\n", "\r\n"),
        "\ufeff" + WHOLE,
        FEED,
        "feeds:\n- id: a\n  url: https://a.example/\n  outlet: a\n",
        "feeds:\n-   id: a\n    url: https://a.example/\n    outlet: a\n\n\n",
        "feeds:\n  -\n    id: a\n    url: https://a.example/\n    outlet: a\n",
        "feeds: []\n",
        "# none yet\nfeeds: []   # add here\n",
        "feeds:\n  - {id: a, url: https://a.example/, outlet: a}\n  - {id: b, url: https://b.example/, outlet: b}\n",
        '{"feeds": [{"id": "a", "url": "https://a.example/", "outlet": "a"}]}',
        '{"feeds": []}',
        "feeds:\n  - id: a\n    url: https://a.example/\n    outlet: |-\n      a\n      # no comment\n",
        "---\nfeeds:\n  - id: a\n    url: https://a.example/\n    outlet: a\n...\n",
    ],
    ids=range(15),
)
def test_feeds_can_be_added_to_a_list_written_in_any_way(tmp_path, text):
    before = load(tmp_path, text)
    after = sources.append(text, [NEW])
    assert load(tmp_path, after) == (*before, NEW)
    assert "#" not in text or all(c in after for c in ("# none yet", "# add here", "# Syria") if c in text)
    assert ("\r\n" in after) == ("\r\n" in text)


def test_nothing_added_changes_nothing():
    assert sources.append(WHOLE, []) == WHOLE


def test_what_would_make_the_list_wrong_is_not_added():
    with pytest.raises(ConfigError, match="this id stands in line 4 already"):
        sources.append(WHOLE, [replace(NEW, id="sana")])
    with pytest.raises(ConfigError):
        sources.append("feeds: [", [NEW])


odd_texts = (
    st.text(st.sampled_from("aب:#'\"-{}[]&*!|>%@`,? \\$é0"), min_size=1, max_size=12).map(str.strip).filter(bool)
)


@given(odd_texts, st.sampled_from(["a=b#c", "?q=a:b", "a'b", "%d8%a7", "يوم", "a,b;c", "~x!$&()*+"]))
@settings(max_examples=150)
def test_whatever_is_added_reads_as_itself(outlet, path):
    feed = Feed(id="null", url=f"https://new.example/{path}", outlet=" ".join(outlet.split()), kind="sitemap")
    for text in (FEED, '{"feeds": []}'):
        from pipeline import yamlfile

        again = yamlfile.parse(sources.append(text, [feed]), "f", {}).value["feeds"][-1]
        assert (again["id"], again["url"], again["outlet"]) == (feed.id, feed.url, feed.outlet)


# ---------------------------------------------------------------- OPML
OPML = """<?xml version="1.0" encoding="UTF-8"?>
<opml version="2.0"><head><title>x</title></head><body>
  <outline text="سوريا"><outline text="محلي">
    <outline type="rss" text="عنب &amp; بلدي" xmlUrl="https://www.enab.example/feed" htmlUrl="https://www.enab.example/"/>
  </outline></outline>
  <outline text="Sky News Arabia" type="rss" xmlUrl="http://sky.example/rss.xml"/>
  <outline text="Sky News Arabia" type="rss" xmlUrl="http://sky.example/other.xml"/>
  <outline text="again" type="rss" xmlUrl="http://SKY.example:80/rss.xml#x"/>
  <outline text="" type="rss" xmlUrl=" https://arabic.untitled.example/rss "/>
  <outline text="evil" type="rss" xmlUrl="javascript:alert(1)"/>
  <outline text="evil" type="rss" xmlUrl="https://user:pass@x.example/"/>
  <outline text="a folder with no feed"/>
</body></opml>"""


def test_an_opml_list_is_read_through_its_folders():
    found = sources.read_opml(OPML.encode())
    assert [(f.id, f.url, f.outlet) for f in found.feeds] == [
        ("enab", "https://www.enab.example/feed", "عنب & بلدي"),
        ("sky-news-arabia", "http://sky.example/rss.xml", "Sky News Arabia"),
        ("sky-news-arabia-2", "http://sky.example/other.xml", "Sky News Arabia"),
        ("untitled", "https://arabic.untitled.example/rss", "arabic.untitled.example"),
    ]
    assert [url for url, _ in found.refused] == ["javascript:alert(1)", "https://user:pass@x.example/"]
    assert sources.from_opml(OPML.encode()) == found.feeds


def test_what_is_there_already_is_left_out_and_its_ids_are_not_given_again():
    have = [
        Feed(id="enab", url="https://other.example/", outlet="x"),
        Feed(id="sky", url="http://SKY.example:80/rss.xml/", outlet="y"),
        Feed(id="sky-news-arabia", url="https://third.example/", outlet="z"),
    ]
    found = sources.read_opml(OPML.encode(), have=have)
    assert [f.id for f in found.feeds] == ["enab-2", "sky-news-arabia-2", "untitled"]


feeds = st.lists(
    st.builds(
        Feed,
        id=st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,4})?", fullmatch=True).filter(
            lambda s: s not in ("all", "con", "prn", "aux", "nul")
        ),
        url=st.integers(0, 9999).map(lambda n: f"https://h{n}.example/feed?a=1&b='{n}'"),
        outlet=st.text(st.sampled_from("aب<>&\"' :,/é"), min_size=1, max_size=12)
        .map(lambda s: " ".join(s.split()))
        .filter(bool),
        language=st.sampled_from([None, "ar", "ku"]),
        country=st.sampled_from([None, "SY"]),
        every=st.sampled_from([None, timedelta(minutes=15), timedelta(hours=2)]),
        enabled=st.booleans(),
        kind=st.sampled_from(["feed", "sitemap"]),
    ),
    max_size=5,
    unique_by=(lambda f: f.id, lambda f: f.url),
).map(tuple)


@given(feeds)
@settings(max_examples=100)
def test_what_goes_out_as_opml_comes_back_the_same(given_feeds):
    text = sources.to_opml(given_feeds)
    ET.fromstring(text)
    assert sources.from_opml(text.encode()) == given_feeds


def test_opml_holds_no_character_that_xml_may_not_hold():
    text = sources.to_opml([Feed(id="a", url="https://a.example/", outlet="a\x00\x0b\ufffe<b>")])
    assert ET.fromstring(text).find(".//outline").get("text") == "a<b>"


@pytest.mark.parametrize(
    "data", [b"", b"  ", b"https://a.example/list.opml", b"not xml", b"{}", b"<html><body>x</body></html>", b"\xff\xfe"]
)
def test_what_is_no_opml_is_told_and_nothing_is_asked_of_any_network(data):
    with pytest.raises(UsageError, match="no OPML list"):
        sources.from_opml(data)


def test_an_opml_list_beyond_the_caps_is_refused():
    with pytest.raises(UsageError, match="larger than 5 MB"):
        sources.from_opml(b"<opml>" + b" " * 5_000_001)
    many = b"".join(b'<outline text="a" xmlUrl="http://h/%d"/>' % n for n in range(20_001))
    with pytest.raises(UsageError, match="more than 20000 feeds"):
        sources.from_opml(b"<opml><body>" + many + b"</body></opml>")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "&%c;&%c;&%c;&%c;">' % (c + 1, c, c, c, c) for c in range(97, 117))
        + b']><opml><body><outline text="&u;" xmlUrl="http://h/"/></body></opml>',
        b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="http://h/"/></body></opml>',
        b"<opml><body>" + b'<outline text="a">' * 50_000,
        b"<opml><body><outline " + b'a="b" ' * 100_000 + b"/></body></opml>",
        OPML.encode()[:700],
    ],
    ids=["entities", "file", "deep", "attributes", "cut"],
)
def test_hostile_opml_is_read_or_refused_soon_and_tells_no_secret(data):
    try:
        found = sources.from_opml(data)
    except UsageError:
        return
    assert "root:" not in str(found)
    assert all(len(f.outlet) <= 120 for f in found)


def test_a_feed_may_ask_for_a_name_and_password_and_lists_that_are_handed_on_do_not_hold_them(tmp_path):
    url = "https://reader:s3cret%40x@closed.example/feed?x=@"
    (feed,) = load(tmp_path, f"feeds:\n  - {{id: closed, url: '{url}', outlet: مغلق}}\n")
    assert feed.url == url
    listed = sources.to_opml([feed])
    assert "s3cret" not in listed
    assert sources.from_opml(listed.encode())[0].url == "https://closed.example/feed?x=@"


def test_one_address_with_two_passwords_is_one_address(tmp_path):
    text = "feeds:\n  - {id: a, url: 'https://x:y@a.example/f', outlet: a}\n  - {id: b, url: 'https://a.example/f', outlet: b}\n"
    with pytest.raises(ConfigError, match="stands in line 2 already"):
        load(tmp_path, text)
