"""The assembled application, where no other test of it looks."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

from werkzeug import Response

from pipeline import config as configuration
from pipeline.application import Application
from pipeline.model import Drop
from pipeline.text import index

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def test_a_cycle_leaves_nothing_behind_of_what_it_remembered_of_words(tmp_path):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "pipeline.yaml").write_text("store: sqlite:///archive.sqlite\n")
    (folder / "feeds.yaml").write_text("feeds: []\n")
    with closing(Application(configuration.load(folder), lambda: NOW)) as made:
        index.index_terms("خبر عن المدينة")
        assert index._remembered.cache_info().currsize > 0
        assert made.cycle(NOW, publishing=False).books.balance()
    assert index._remembered.cache_info().currsize == 0


class Web:
    """Answers what it is told to, and counts who asked."""

    def __init__(self, *answers):
        self.answers, self.asked = list(answers), 0

    def __call__(self, _settings, *, memory):
        return self

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass

    async def get(self, _url, *, given):
        self.asked += given
        return self.answers.pop(0)


def test_a_call_to_the_dead_mans_address_that_failed_is_made_by_the_next_process(tmp_path):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "pipeline.yaml").write_text(
        "store: sqlite:///archive.sqlite\noutputs: outputs\nalive: https://watch.example/x\n"
    )
    (folder / "feeds.yaml").write_text("feeds: []\n")
    (folder / "digests.yaml").write_text('digests:\n  - {id: daily, title: x, at: "06:00", formats: [json]}\n')
    heard = Drop(reason="empty")
    web = Web(Drop(reason="http-500"), heard, heard)

    def run(now: datetime) -> int:
        """As cron does: a process of its own → calls so far."""
        with closing(Application(configuration.load(folder), lambda: now, fetcher=web)) as made:
            made.publish(now)
        return web.asked

    assert [run(NOW) for _ in range(4)] == [1, 2, 2, 2]
    assert [run(NOW + timedelta(days=1)) for _ in range(3)] == [3, 3, 3]


def test_a_host_that_asked_for_rest_has_it_from_the_next_process_too(tmp_path, httpserver):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "pipeline.yaml").write_text(
        "store: sqlite:///archive.sqlite\nworkers: 0\nfetch:\n  delay: 0s\n  allow_networks: [127.0.0.0/8]\n"
    )
    asked = []

    def refuse(request) -> Response:
        asked.append(request.path)
        return Response("", status=429, headers={"Retry-After": "3600"})

    httpserver.expect_request("/a").respond_with_handler(refuse)
    httpserver.expect_request("/b").respond_with_handler(refuse)

    def run(now: datetime, *names: str) -> list[str]:
        """As cron does, with these feeds of the host → what was asked so far."""
        feeds = "".join(f"  - {{id: {n}, url: '{httpserver.url_for('/' + n)}', outlet: x}}\n" for n in names)
        (folder / "feeds.yaml").write_text("feeds:\n" + feeds)
        with closing(Application(configuration.load(folder), lambda: now)) as made:
            made.cycle(now, publishing=False, all_feeds=True)
        return asked

    assert run(NOW, "a") == ["/a"]
    assert run(NOW + timedelta(minutes=30), "a", "b") == ["/a"]
    assert run(NOW + timedelta(minutes=61), "b") == ["/a", "/b"]
