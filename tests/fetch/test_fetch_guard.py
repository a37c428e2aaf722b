import asyncio
import ipaddress
import socket
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.fetch.failure import Failure
from pipeline.fetch.guard import Guard, Lookups, check, credentials, parse, public, shown

ONE = (ipaddress.ip_network("127.0.1.0/24"),)


def refusal(url: str, allowed=()) -> str | None:
    """Why an address is refused before anything is asked; None if it is not."""
    try:
        Guard(allowed).check(parse(url))
    except Failure as failure:
        return failure.reason
    return None


def refused_as_a_whole(url: str) -> bool:
    """Whether it cannot even be taken apart."""
    try:
        parse(url)
    except Failure as failure:
        return failure.reason == "blocked"
    return False


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "10.255.255.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.1.2.3",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.254",
        "192.0.0.1",
        "192.0.2.1",
        "192.88.99.1",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.1.2.3",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:0:8.8.8.8",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:53aa:64c:0:0:80ff:fffe",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:808:808::",
        "3fff::1",
        "4000::1",
        "fc00::1",
        "fd00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_an_address_that_is_nobodys_website_is_not_public(address):
    assert not public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "172.32.0.1",
        "223.255.255.254",
        "2606:4700::1111",
        "2a00::1",
        "2400:cb00::1",
    ],
)
def test_an_ordinary_address_is_public(address):
    assert public(ipaddress.ip_address(address))


@given(st.ip_addresses())
def test_what_is_public_is_also_global_to_the_standard_library(address):
    assert not public(address) or address.is_global


@pytest.mark.parametrize(
    "host",
    [
        "2130706433",
        "017700000001",
        "0x7f000001",
        "0x7f.1",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "127.0.0.01",
        "0",
        "00.0.0.0",
        "127.0.0.1.",
        "1.2.3.4.5",
        "256.1.1.1",
        "1.2.3.0x4",
        "１２７.０.０.１",
        "①②⑦.⓪.⓪.①",
        "127。0。0。1",
        "[127.0.0.1]",
        "[::1%25lo]",
        "[fe80::1%eth0]",
        "[::ffff:127.0.0.1.]",
        "[]",
        "127.0.0.1%00",
        "127%2e0.0.1",
        "127.0.0.1\\@news.test",
        "news.test\\",
        "[::1",
        "::1",
        "a..b",
        ".a",
        "-\\-",
        "0x",
        "127.0.0.1:80:80",
        "news.test:-1",
        "news.test:99999",
        "news.test:0",
        "news.test:８０",
    ],
)
def test_an_odd_way_to_write_an_address_is_refused_even_if_all_is_allowed(host):
    everything = (ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0"))
    assert refusal(f"http://{host}/", everything) == "blocked"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "FILE:/etc/passwd",
        "ftp://a.test/x",
        "gopher://a.test/_x",
        "data:text/html,x",
        "javascript:alert(1)",
        "jar:http://a.test!/",
        "ws://a.test/",
        "//a.test/x",
        "/x",
        "",
        "http:",
        "http:a.test",
        "http:/a.test",
        "http:///x",
        "http://",
        "http://user@a.test/",
        "http://user:word@a.test/",
        "http://@a.test/",
        "http://a.test@127.0.0.1/",
        "http://a test/",
        "http://a\x00.test/",
        "http://[::bad/",
        "http://" + "a" * 64 + ".test/",
        "http://" + "a." * 130 + "test/",
        "http://a.test/" + "x" * 8000,
        "http://\u200f.test/",
    ],
)
def test_what_is_not_a_plain_http_address_is_refused(url):
    assert refusal(url) == "blocked"


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("HTTP://News.TEST", "http://news.test/"),
        ("  http://news.test/a \n", "http://news.test/a"),
        ("http://news.test./a", "http://news.test/a"),
        ("http://news.test:80/a#here", "http://news.test/a"),
        ("https://news.test:443?q=1", "https://news.test/?q=1"),
        ("https://news.test:8443/a", "https://news.test:8443/a"),
        ("http://news.test:/a", "http://news.test/a"),
        ("http://خبر.test/", "http://xn--ngblk.test/"),
        ("http://news.test/خبر عاجل", "http://news.test/%D8%AE%D8%A8%D8%B1%20%D8%B9%D8%A7%D8%AC%D9%84"),
        ("http://news.test/%d8%ae?q=%D8", "http://news.test/%d8%ae?q=%D8"),
        ("http://news.test/100%", "http://news.test/100%25"),
        ("http://news.test/a\\b", "http://news.test/a%5Cb"),
        ('http://news.test/"<x>{y}', "http://news.test/%22%3Cx%3E%7By%7D"),
        ("http://news.test/\ud800", "http://news.test/%ED%A0%80"),
        ("http://a_b.news.test/", "http://a_b.news.test/"),
        ("http://[2606:4700:0:0::1111]/", "http://[2606:4700::1111]/"),
        ("http://news.test/a\r\nX: y", "http://news.test/aX:%20y"),
    ],
)
def test_an_address_is_rebuilt_from_its_parts(written, asked):
    assert parse(written).url == asked


@given(st.text(max_size=60))
@example("http://a.test\\@b.test/")
def test_taking_apart_never_fails_otherwise_and_changes_nothing_the_second_time(text):
    for url in (text, f"http://{text}", f"http://a.test/{text}"):
        if not refused_as_a_whole(url):
            target = parse(url)
            assert parse(target.url) == target
            assert target.url.isascii()
            assert target.url.isprintable()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.2.1", "10.0.0.1", "::ffff:127.0.1.1", "::127.0.1.1"])
def test_an_allowed_network_opens_nothing_beside_it(address):
    check(ipaddress.ip_address("127.0.1.9"), 9999, ONE)
    with pytest.raises(Failure, match="blocked"):
        check(ipaddress.ip_address(address), 80, ONE)


@pytest.mark.parametrize(
    ("port", "open_"), [(80, True), (443, True), (8080, True), (8443, True), (22, False), (25, False), (6379, False)]
)
def test_the_public_web_is_asked_on_its_usual_ports(port, open_):
    if open_:
        check(ipaddress.ip_address("1.1.1.1"), port, ())
    else:
        with pytest.raises(Failure, match="port"):
            check(ipaddress.ip_address("1.1.1.1"), port, ())


async def test_one_private_address_among_public_ones_refuses_the_name():
    async def resolve(host, port):
        return ["1.1.1.1", "10.0.0.1"]

    with pytest.raises(Failure, match=r"10\.0\.0\.1"):
        await Guard((), resolve).addresses(parse("http://news.test/"))


@pytest.mark.parametrize("answer", [["fe80::1%eth0"], ["not an address"], []])
async def test_an_answer_of_the_resolver_that_is_no_address_is_refused(answer):
    async def resolve(host, port):
        return answer

    with pytest.raises(Failure):
        await Guard((), resolve).addresses(parse("http://news.test/"))


async def test_a_name_that_does_not_resolve_is_dns():
    with pytest.raises(Failure) as caught:
        await Guard(()).addresses(parse("http://nobody-is-here.invalid/"))
    assert caught.value.reason == "dns"


async def test_localhost_by_name_is_refused_by_its_address():
    with pytest.raises(Failure) as caught:
        await Guard(()).addresses(parse("http://localhost/"))
    assert caught.value.reason == "blocked"


async def test_dead_names_do_not_hold_up_living_ones(monkeypatch):
    real = socket.getaddrinfo

    def lookup(host, *args, **kwargs):
        if host.startswith("dead"):
            time.sleep(1.5)
            raise OSError(-3, "Temporary failure in name resolution")
        return real("127.0.0.1", *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    lookups = Lookups()
    dead = [asyncio.ensure_future(lookups(f"dead{n}.test", 80)) for n in range(20)]
    await asyncio.sleep(0)
    began = time.monotonic()
    assert list(await lookups("alive.test", 80)) == ["127.0.0.1"]
    assert time.monotonic() - began < 1.0
    dead[0].cancel()
    answers = await asyncio.gather(*dead, return_exceptions=True)
    assert sum(isinstance(a, OSError) for a in answers) == 19


def test_details_show_no_secret():
    said = shown("https://user:hunter2@news.test/feed?token=hunter2#x")
    assert said == "https://news.test/feed?…"
    assert refusal("http://user:hunter2@news.test/") == "blocked"
    with pytest.raises(Failure) as caught:
        parse("http://user:hunter2@news.test/")
    assert "hunter2" not in caught.value.detail


def test_credentials_are_taken_out_of_the_operators_address():
    assert credentials("http://me:a%40b@news.test/x@y?z") == ("http://news.test/x@y?z", "Basic bWU6YUBi")
    assert credentials("http://me@news.test/") == ("http://news.test/", "Basic bWU6")
    assert credentials("http://news.test/a@b") == ("http://news.test/a@b", None)
