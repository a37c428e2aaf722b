from __future__ import annotations

import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.text import urls

SAME = [
    ("http://example.org", "HTTP://Example.ORG:80/"),
    ("https://example.org/a", "https://example.org:443/a#comments"),
    ("https://example.org/a/b", "https://example.org/x/../a/./b"),
    ("https://example.org/~user", "https://example.org/%7euser"),
    ("https://example.org/خبر", "https://example.org/%d8%ae%D8%A8%d8%b1"),
    ("https://example.org/a?ع=١", "https://example.org/a?%D8%B9=%D9%A1"),
    ("https://example.org/a b", "https://example.org/a%20b"),
    ("https://example.org/a", " \u200fhttps://example.org/a\n"),
    ("https://example.org/ab", "https://example.org/a\tb"),
    ("https://موقع.السعودية/", "https://xn--4gbrim.xn--mgberp4a5d4ar"),
    ("https://example.org./", "https://example.org/"),
    ("https://example.org/a", "https://user:secret@example.org/a"),
    ("https://example.org/a/b", "https:\\\\example.org\\a\\b"),
    ("https://example.org/a", "https://example.org/a?utm_source=rss&utm_medium=feed"),
    ("https://example.org/a", "https://example.org/a?fbclid=AbC123"),
    ("https://example.org/a", "https://example.org/a?gclid=x1&utm_campaign=%D8%AD"),
    ("https://example.org/a", "https://example.org/a?at_medium=RSS&at_campaign=K#comments"),
    ("https://example.org/a?id=1&b", "https://example.org/a?UTM_Source=x&id=1&&b&ref=rss"),
    ("https://example.org/a", "https://example.org/a?traffic_source=rss"),
]
APART = [
    ("https://example.org/a?id=1", "https://example.org/a?id=2"),
    ("https://example.org/a?p=1", "https://example.org/a"),
    ("https://example.org/a?q=x", "https://example.org/a"),
    ("https://example.org/a?page=2", "https://example.org/a"),
    ("https://example.org/a?gallery=5", "https://example.org/a?gallery=6"),
    ("https://example.org/a?eid=5", "https://example.org/a?eid=6"),
    ("https://example.org/a?keyword=x", "https://example.org/a?keyword=y"),
    ("https://example.org/a?ref=page7", "https://example.org/a"),
    ("https://example.org/a?source=sana", "https://example.org/a"),
    ("https://example.org/a%2Fb", "https://example.org/a/b"),
    ("https://example.org/a%3Fb", "https://example.org/a?b"),
    ("https://example.org/a+b", "https://example.org/a%2Bb"),
    ("https://example.org/A", "https://example.org/a"),
    ("https://example.org//a", "https://example.org/a"),
    ("https://example.org/#!/a", "https://example.org/#!/b"),
    ("https://example.org/", "http://example.org/"),
    ("https://example.org/", "https://www.example.org/"),
    ("https://example.org:8080/", "https://example.org/"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_two_spellings_of_one_address_are_equal(one, two):
    assert urls.canonical(one) == urls.canonical(two)


@pytest.mark.parametrize(("one", "two"), APART)
def test_two_addresses_stay_two(one, two):
    assert urls.canonical(one) != urls.canonical(two)


def test_the_canonical_address_is_one_that_can_be_asked_for():
    assert urls.canonical("https://موقع.السعودية/خبر عاجل?ص=١&12345&x=") == (
        "https://xn--4gbrim.xn--mgberp4a5d4ar/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84?%D8%B5=%D9%A1&12345&x="
    )


def test_parameters_keep_their_order():
    assert urls.canonical("http://a.example/?b=2&a=1&b=1") == "http://a.example/?b=2&a=1&b=1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "mailto:a@example.org",
        "/a/b",
        "http://",
        "http://[::1",
        "http://a:99999/",
        "http://a b/",
    ],
)
def test_what_is_no_web_address_comes_back_as_it_is(url):
    assert urls.canonical(url) == url
    assert urls.host(url) == ""


PIECES = [
    "http://",
    "https:",
    "//",
    "/",
    "..",
    ".",
    "%",
    "%41",
    "%d8",
    "%2e",
    "?",
    "&",
    "=",
    "#",
    "#!",
    "@",
    ":",
    ":80",
    "[",
    "]",
]
PIECES += [
    "\\",
    "a",
    "ب",
    "موقع",
    "é",
    "utm_x",
    "xn--",
    "-",
    "٣",
    "\u200f",
    " ",
    "\n",
    "İ",
    "ß",
    "。",
    "\ud800",
    "+",
    ";",
    "|",
]
addresses = st.lists(st.sampled_from(PIECES), max_size=14).map(lambda parts: "http://" + "".join(parts))


@given(st.one_of(st.text(), addresses))
@example("http://%2e%2E/%%34%31")
@example("http://h/a/..#!%")
@example("http://ｅｘａｍｐｌｅ.org/")
@settings(max_examples=1500, deadline=None)
def test_the_canonical_form_of_anything_is_its_own_canonical_form(url):
    once = urls.canonical(url)
    assert urls.canonical(once) == once
    assert urls.host(url) == urls.host(once)
    assert urls.host(url).isascii()
    assert urls.article_id(once) == urls.article_id(urls.canonical(url))


@given(addresses)
@settings(max_examples=300, deadline=None)
def test_an_address_with_a_host_is_ascii_in_its_canonical_form(url):
    if urls.host(url):
        assert urls.canonical(url).isascii()


@given(st.permutations(["utm_source=x", "fbclid=1", "id=3", "q=خبر"]))
def test_trackers_leave_nothing_behind_wherever_they_stand(parameters):
    kept = [p for p in parameters if p[0] in "iq"]
    assert urls.canonical("http://a.example/?" + "&".join(parameters)) == urls.canonical(
        "http://a.example/?" + "&".join(kept)
    )


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://User@EXAMPLE.org:8080/x@y", "example.org"),
        ("https://موقع.السعودية/", "xn--4gbrim.xn--mgberp4a5d4ar"),
        ("http://[2001:DB8::1]:80/", "2001:db8::1"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://a.example\\@b.example/", "a.example"),
    ],
)
def test_the_host_is_the_one_that_would_be_asked(url, host):
    assert urls.host(url) == host


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("https://m.example.com/a", "http://www.example.com", True),
        ("https://news.example.co.uk", "https://example.co.uk", True),
        ("https://one.co.uk", "https://two.co.uk", False),
        ("https://one.blogspot.com", "https://two.blogspot.com", False),
        ("https://ا.موقع.السعودية", "https://موقع.السعودية", True),
        ("http://127.0.0.1:1/", "http://127.0.0.1:2/", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("http://localhost/", "http://localhost/x", True),
        ("http://www.intranet.lan/", "http://feeds.intranet.lan/", True),
        ("http://one.lan/", "http://two.lan/", False),
        ("https://co.uk", "https://one.co.uk", False),
        ("http://[2001:db8::1]/", "http://[2001:db8::2]/", False),
        ("", "", False),
    ],
)
def test_hosts_of_one_registrable_domain_are_one_site(one, two, same):
    assert urls.same_site(one, two) is same


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("a/1", "https://example.org/dir/a/1"),
        ("/a 1", "https://example.org/a%201"),
        ("//other.example/x", "https://other.example/x"),
        ("\n\t http://other.example/x?a=1&b \n", "http://other.example/x?a=1&b"),
        ("?p=3", "https://example.org/dir/feed?p=3"),
        ("javascript:alert(1)", None),
        (" JaVaScRiPt:alert(1)", None),
        ("java\tscript:alert(1)", None),
        ("data:text/html,x", None),
        ("file:///etc/passwd", None),
        ("mailto:a@example.org", None),
        ("http://", None),
        ("http://[x", None),
        ("https://example.org/" + "x" * urls.LONGEST, None),
        ("", None),
    ],
)
def test_a_link_is_made_absolute_or_refused(link, absolute):
    assert urls.absolute("https://example.org/dir/feed", link) == absolute


def test_the_name_of_an_article_is_short_and_stable():
    assert urls.article_id("https://example.org/a") == "b5b10dd0429e69ac"
    ids = {urls.article_id(f"https://example.org/{n}") for n in random.Random(1).sample(range(10**6), 10_000)}
    assert len(ids) == 10_000


@pytest.mark.parametrize("piece", ["%41", "%", "../", "a=1&", "ا", "@", ":", "[", "\\", "utm_a=1&", " ", "."])
@pytest.mark.parametrize("start", ["http://", "http://h/", "http://h/?"])
def test_megabytes_take_linear_time(start, piece):
    began = time.process_time()
    urls.host(start + piece * (300_000 // len(piece)))
    assert time.process_time() - began < 2
