"""A POST goes where it was written to, whole and once, and nowhere that the guard forbids."""

import ipaddress
from datetime import timedelta

import pytest

from pipeline.fetch import Fetcher, Settings

BODY = "متن ".encode() * 50_000


def asking(**more) -> Fetcher:
    usual = {"user_agent": "marsad-test", "delay": timedelta(0), "timeout": timedelta(seconds=2)}
    return Fetcher(Settings(**usual | {"allow_networks": (ipaddress.ip_network("127.77.0.0/16"),)} | more))


def answer(status: str, *heads: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {status}", *heads, "Content-Length: 0", "Connection: close", "", ""]).encode()


async def test_a_body_arrives_with_its_headers(site):
    site.paths["/hook"] = answer("202 Accepted")
    async with asking() as fetcher:
        assert await fetcher.post(site.url("/hook"), BODY, {"Idempotency-Key": "k1"}) is None
    (request,) = site.requests
    assert request.headers["idempotency-key"] == "k1"
    assert request.headers["content-length"] == str(len(BODY))


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("400 No", "http-400"),
        ("410 Gone", "gone"),
        ("429 Slow", "rate-limited"),
        ("500 Broken", "http-500"),
        ("304 What", "redirect"),
    ],
)
async def test_every_other_answer_is_a_reason(site, status, reason):
    site.paths["/hook"] = answer(status, "Retry-After: 30")
    async with asking() as fetcher:
        drop = await fetcher.post(site.url("/hook"), BODY, {})
    assert drop.reason == reason
    assert drop.retry_after == (timedelta(seconds=30) if status[0] in "45" else None)


async def test_a_redirect_is_not_followed_with_the_body(site):
    site.paths["/hook"] = answer("307 Over there", "Location: /canary")
    async with asking() as fetcher:
        assert (await fetcher.post(site.url("/hook"), BODY, {})).reason == "redirect"
    assert site.asked("/canary") == 0


async def test_a_private_address_is_refused_before_a_byte_goes_out(site):
    async with asking(allow_networks=()) as fetcher:
        drop = await fetcher.post(site.url("/hook"), BODY, {})
        assert (drop.reason, site.connections) == ("blocked", 0)
        for url in ("http://169.254.169.254/", "http://[::1]/", "file:///etc/passwd", "http://0x7f.1/"):
            assert (await fetcher.post(url, BODY, {})).reason == "blocked"


async def test_a_place_that_does_not_answer_is_left_in_time(site):
    site.slow = 30
    async with asking(timeout=timedelta(milliseconds=300)) as fetcher:
        assert (await fetcher.post(site.url("/hook"), BODY, {})).reason == "timeout"
