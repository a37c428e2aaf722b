"""A notice to a chat, by apprise itself, to a service on loopback."""

import importlib.util
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from werkzeug import Response

from pipeline import distribute
from pipeline.config import load
from pipeline.deliver import notice
from pipeline.distribute import Distributor
from pipeline.errors import ConfigError
from pipeline.model import Recipient

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("apprise") is None, reason="the extra is not installed"),
    pytest.mark.filterwarnings("ignore:.*imghdr.*:DeprecationWarning"),  # an old module that apprise tries to import
]


@pytest.fixture
def chat(httpserver):
    """What a service got, and its address as apprise writes it; the path is a secret."""
    got, answers = [], []

    def take(request):
        got.append(request.get_json())
        return Response(status=answers.pop(0) if answers else 200)

    httpserver.expect_request("/hidden-token").respond_with_handler(take)
    return got, answers, f"json://127.0.0.1:{httpserver.port}/hidden-token"


def run(store, digest, now=NOW, **more):
    return Distributor(store=store, digests=[digest], mail=None, post=lambda *_: None, clock=lambda: NOW, **more).run(
        now
    )


def test_a_chat_gets_the_heads_of_an_edition_once(store, owe, chat):
    got, _, address = chat
    digest = owe(Recipient(channel="apprise", name="غرفة الأخبار", address=address))
    assert run(store, digest).sent == 1
    assert run(store, digest).sent == 0
    (told,) = got
    assert "موجز" in told["title"]
    assert told["message"].strip()


def test_what_a_service_does_not_take_is_owed_and_goes_out_later_once(store, owe, chat):
    got, answers, address = chat
    answers += [500, 403]
    digest = owe(Recipient(channel="apprise", name="desk", address=address))
    run(store, digest)
    (owed,) = store.deliveries("owed")
    assert (owed.channel, owed.recipient, owed.reason) == ("apprise", "desk", "refused")
    assert "500" in owed.detail
    assert "hidden-token" not in owed.detail
    for hours in (1, 2, 3):
        run(store, digest, NOW + timedelta(hours=hours))
    assert len(got) == 3
    assert not store.deliveries("owed")


def test_nothing_that_apprise_says_reaches_our_log(store, owe, chat, caplog):
    _, answers, address = chat
    answers.append(500)
    run(store, owe(Recipient(channel="apprise", name="desk", address=address)))
    assert not [r for r in caplog.records if not r.name.startswith("werkzeug")]  # that one is the service


def test_a_chat_that_was_taken_out_of_the_configuration_is_owed_nothing(store, owe, chat):
    got, _, address = chat
    digest = owe(Recipient(channel="apprise", name="desk", address=address))
    run(store, replace(digest, deliver=()))
    (gone,) = store.deliveries("failed")
    assert gone.reason == "withdrawn"
    assert got == []


def test_without_the_extra_it_waits_for_a_person(store, owe, monkeypatch):
    monkeypatch.setattr(notice, "installed", lambda: False)
    run(store, owe(Recipient(channel="apprise", name="desk", address="json://127.0.0.1/x")))
    (owed,) = store.deliveries("owed")
    assert owed.detail == "apprise is not installed here"
    assert "apprise is not installed here" in distribute.attention([owed], NOW + timedelta(days=1))[0]


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("tgram://123:bottoken", "Could not reach tgram://123:bottoken/x"),
        ("slack://TokenA/TokenB/TokenC", "failed: TokenA/TokenB/TokenC"),
        ("matrixs://user:pass-word@matrix.example/room", "401 for user pass-word"),
    ],
)
def test_a_line_of_the_service_is_told_without_its_secrets(address, line):
    told = notice._masked(line, address)
    assert not [secret for secret in ("bottoken", "TokenA", "TokenC", "pass-word") if secret in told]


def project(tmp_path, way):
    files = {
        "pipeline.yaml": "workers: 1\n",
        "feeds.yaml": "feeds:\n  - {id: a, url: 'https://a.example/feed', outlet: أ}\n",
        "digests.yaml": f"digests:\n  - id: daily\n    title: موجز\n    at: '07:00'\n    deliver:\n      - apprise: {way}\n",
        "watchlists/water.yaml": "id: water\ntitle: المياه\nterms: [شح المياه]\n",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_the_address_comes_from_the_environment_and_is_shown_nowhere(tmp_path):
    settings = load(
        project(tmp_path, "{name: غرفة, url: '${CHAT}'}"), env={"CHAT": "tgram://123456789:abcdefg_hijklmnop/12315544/"}
    )
    (recipient,) = settings.digests[0].deliver
    assert (recipient.channel, recipient.name) == ("apprise", "غرفة")
    assert "abcdefg" not in repr(settings)


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ("{name: غرفة, url: 'nothing://hidden-word'}", "apprise knows no service by this address"),
        ("{url: 'json://127.0.0.1/x'}", "name"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_without_the_address(tmp_path, way, said):
    with pytest.raises(ConfigError) as told:
        load(project(tmp_path, way), env={})
    (line,) = told.value.lines()
    assert "digests.yaml:6:" in line
    assert said in line
    assert "hidden-word" not in line


def test_without_the_extra_the_configuration_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(notice, "installed", lambda: False)
    with pytest.raises(ConfigError, match=r"install marsad\[apprise\]"):
        load(project(tmp_path, "{name: غرفة, url: 'json://127.0.0.1/x'}"), env={})
