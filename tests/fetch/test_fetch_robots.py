import asyncio
import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch import robots
from pipeline.fetch.failure import Failure
from pipeline.fetch.robots import Memory, Robots, Rules, agent_of, rules

SITE = "https://news.test"

TABLE = [
    # robots.txt, path, allowed
    ("", "/a", True),
    ("User-agent: *\nDisallow:", "/a", True),
    ("User-agent: *\nDisallow: /", "/a", False),
    ("User-agent: *\nDisallow: /", "/robots.txt", True),
    ("User-agent: *\nDisallow: /a/\nAllow: /a/b", "/a/b/c", True),
    ("User-agent: *\nAllow: /a/b\nDisallow: /a/", "/a/c", False),
    ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf", False),
    ("User-agent: *\nDisallow: /*.pdf$", "/x/y.pdf?z", True),
    ("User-agent: *\nDisallow: /a*/c", "/abb/c", False),
    ("User-agent: *\nDisallow: /خبر", "/%D8%AE%D8%A8%D8%B1/1", False),
    ("User-agent: *\nDisallow: /%d8%ae", "/%D8%AE%D8%A8%D8%B1", False),
    # groups
    ("User-agent: marsad\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", True),
    ("User-agent: *\nDisallow: /\n\nUser-agent: Marsad/2.0\nDisallow: /a", "/b", True),
    ("User-agent: *\nDisallow: /\n\nUser-agent: MARSAD\nAllow: /", "/a", True),
    ("User-agent: marsadbot\nDisallow: /\n", "/a", True),
    ("User-agent: mars\nDisallow: /\n", "/a", True),
    ("User-agent: otherbot\nUser-agent: *\nDisallow: /a", "/a", False),
    ("User-agent: *\nUser-agent: otherbot\nDisallow: /a", "/a", False),
    ("User-agent: otherbot\nDisallow: /a\nUser-agent: *\nDisallow: /b", "/a", True),
    ("User-agent: marsad\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: marsad\nDisallow: /c", "/c", False),
    ("User-agent: marsad\nDisallow: /a\nUser-agent: x\nDisallow: /b\nUser-agent: marsad\nDisallow: /c", "/b", True),
    ("User-agent: *\nSitemap: https://news.test/s.xml\nUser-agent: x\nDisallow: /a", "/a", False),
    ("Disallow: /\nUser-agent: x", "/a", True),
    # ways to write
    ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
    ("User-agent: *\rDisallow: /a\r", "/a", False),
    ("User-agent: * # all\nDisallow: /a # this", "/a", False),
    ("  user agent :*\n  DISALLOW:/a", "/a", False),
    ("User-Agent *\nDisallow /a", "/a", False),
    ("<!doctype html><html><body>User-agent: *<br>Disallow: /</body></html>", "/a", True),
    ("{}", "/a", True),
    ("\0\0\0" * 1000, "/a", True),
]


@pytest.mark.parametrize(("text", "path", "allowed"), TABLE)
def test_rules_are_read_as_the_standard_says(text, path, allowed):
    assert rules(text.encode(), "marsad").allows(SITE + path) is allowed


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_rules_are_read_in_any_coding_that_says_what_it_is(coding):
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(coding, b"")
    text = mark + "# تعليق\nUser-agent: *\nDisallow: /خبر\n".encode(coding)
    assert not rules(text, "marsad").allows(SITE + "/%D8%AE%D8%A8%D8%B1")
    assert rules(text, "marsad").allows(SITE + "/")


@pytest.mark.parametrize(
    ("line", "delay"),
    [
        ("Crawl-delay: 2", 2.0),
        ("crawl-delay: 0.5", 0.5),
        ("Crawl-delay: 100000", 100_000.0),
        ("Crawl-delay: fast", 0.0),
        ("Crawl-delay: -1", 0.0),
        ("Crawl-delay: NaN", 0.0),
        ("Crawl-delay: 1e309", 0.0),
        ("Crawl-delay:", 0.0),
        ("Crawl-delay: ٢", 2.0),
        ("", 0.0),
    ],
)
def test_the_delay_a_host_asks_for(line, delay):
    assert rules(f"User-agent: *\n{line}\nDisallow: /x".encode(), "marsad").delay() == delay


@pytest.mark.parametrize(
    ("user_agent", "agent"),
    [("marsad (+https://a.test)", "marsad"), ("Marsad/1.0 (x)", "marsad"), ("marsad", "marsad"), ("", "")],
)
def test_our_name_is_the_first_word_of_the_user_agent(user_agent, agent):
    assert agent_of(user_agent) == agent


HOSTILE = {
    "many names, many rules": "".join(f"User-agent: bot{n}\n" for n in range(5000)) + "Disallow: /a\n" * 20_000,
    "our name in many dresses": "".join(f"User-agent: {'*' * (n % 300)}marsad{'*' * n}\n" for n in range(700))
    + "Disallow: /a*\n" * 5000,
    "many groups": "".join(f"User-agent: *\nDisallow: /{n}\n" for n in range(15_000)),
    "wildcards": "User-agent: *\nDisallow: /" + "*a" * 200_000,
    "many wildcards": "User-agent: *\n" + ("Disallow: /" + "*a" * 2000 + "b\n") * 100,
    "no line ends": "user-agent:" * 45_000,
    "spaces": "user" + " " * 490_000,
    "many spaces": "user agent" + " " * 490_000 + "\n",
    "dollars": "User-agent: *\n" + "Disallow: /$$$$$$$$\n" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_read_in_little_time(name):
    began = time.process_time()
    read = rules(HOSTILE[name].encode()[: robots.MOST_BYTES], "marsad")
    read.allows(SITE + "/" + "a" * 5000)
    assert time.process_time() - began < 2.0


@given(
    st.binary(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "User-agent: *",
                "User-agent: marsad",
                "user agent",
                "Disallow: /",
                "Allow: /a$",
                "Disallow: *",
                "Crawl-delay: 1",
                "Sitemap:",
                "#",
                ":",
                "Request-rate: x",
                "Visit-time: 1-2",
                "",
            ]
        )
    ).map(lambda lines: "\n".join(lines).encode())
)
def test_no_file_fails_to_be_read(text):
    read = rules(text, "marsad")
    assert read.allows(SITE + "/a?b") in (True, False)
    assert 0 <= read.delay() < float("inf")


# ---------------------------------------------------------------- asking
class Web:
    """Answers questions for robots.txt, and counts them."""

    def __init__(self, said: bytes | Failure, hop: int = 0) -> None:
        self.said, self.asked = said, []
        if isinstance(said, Failure):
            said.hop = hop

    async def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        await asyncio.sleep(0.01)
        if isinstance(self.said, Failure):
            raise self.said
        return self.said


async def said_by(web: Web) -> Rules | str:
    try:
        return await Robots("marsad", web, Memory()).rules(SITE)
    except Failure as failure:
        return failure.reason


@pytest.mark.parametrize("reason", ["http-404", "http-403", "http-401", "http-499", "gone", "empty", "redirect"])
async def test_no_robots_txt_allows_everything(reason):
    read = await said_by(Web(Failure(reason)))
    assert isinstance(read, Rules)
    assert read.allows(SITE + "/a")


@pytest.mark.parametrize(
    "reason", ["http-500", "http-503", "rate-limited", "timeout", "protocol", "truncated", "encoding", "http-999"]
)
async def test_a_robots_txt_that_could_not_be_asked_forbids_for_now(reason):
    assert await said_by(Web(Failure(reason))) == "robots"


@pytest.mark.parametrize("reason", ["dns", "connect", "tls", "blocked"])
async def test_a_host_that_cannot_be_reached_is_called_that(reason):
    assert await said_by(Web(Failure(reason))) == reason


@pytest.mark.parametrize("reason", ["dns", "connect", "tls"])
async def test_trouble_after_a_redirect_is_robots_trouble(reason):
    assert await said_by(Web(Failure(reason), hop=1)) == "robots"


async def test_a_redirect_into_a_forbidden_network_counts_as_no_robots_txt():
    assert isinstance(await said_by(Web(Failure("blocked"), hop=2)), Rules)


async def test_one_question_serves_all_who_wait_even_if_the_first_gives_up():
    web = Web(b"User-agent: *\nDisallow: /a")
    asked = Robots("marsad", web, Memory())
    waiting = [asyncio.ensure_future(asked.rules(SITE)) for _ in range(20)]
    await asyncio.sleep(0)
    waiting[0].cancel()
    answers = await asyncio.gather(*waiting, return_exceptions=True)
    assert isinstance(answers[0], asyncio.CancelledError)
    assert all(isinstance(a, Rules) and not a.allows(SITE + "/a") for a in answers[1:])
    await asked.rules(SITE)
    assert web.asked == [f"{SITE}/robots.txt"]


async def test_an_answer_is_kept_for_a_day_and_a_failure_for_minutes():
    now = 0.0
    memory = Memory(lambda: now)
    good, bad = Web(b""), Web(Failure("timeout"))
    for web, lasts in ((good, 24 * 3600), (bad, 600)):
        asked = Robots("marsad", web, memory)
        begun = now
        for later, questions in ((0, 1), (lasts - 1, 1), (lasts + 1, 2)):
            now = begun + later
            with contextlib.suppress(Failure):
                await asked.rules(f"{SITE}:{lasts}")
            assert len(web.asked) == questions


def test_memory_is_bounded_by_the_lines_it_holds(monkeypatch):
    monkeypatch.setattr(robots, "MOST_LINES", 1000)
    memory = Memory()
    for n in range(200):
        memory.put(f"http://h{n}.test", rules(b"User-agent: *\n" + b"Disallow: /a\n" * 98, "marsad"))
    assert len(memory) == 10
    assert memory.get("http://h199.test") is not None
    memory.put("http://big.test", rules(b"User-agent: *\n" + b"Disallow: /a\n" * 5000, "marsad"))
    assert len(memory) == 1


async def test_closing_stops_the_questions_that_are_open():
    web = Web(b"")
    asked = Robots("marsad", web, Memory())
    waiting = asyncio.ensure_future(asked.rules(SITE))
    await asyncio.sleep(0)
    await asked.close()
    assert (await asyncio.gather(waiting, return_exceptions=True))[0].__class__ is asyncio.CancelledError
