"""Each recipient gets an edition exactly once, or `status` says that it is owed."""

import os
import signal
import ssl
import subprocess
import sys
import textwrap
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailroom import Mailroom

from pipeline import distribute
from pipeline.deliver import Mail, Refusal, hook
from pipeline.distribute import EXPIRES, PAUSES, Distributor, after
from pipeline.model import Drop, Recipient
from pipeline.store import Delivery, Store

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
DATA = Path(__file__).parents[1] / "data" / "fetch"


def by_mail(*names):
    return tuple(Recipient(channel="email", name=n, address=n) for n in names)


def working(store, mail, *digests, post=lambda *_: None, **more):
    return Distributor(store=store, digests=digests, mail=mail, post=post, clock=lambda: NOW, **more)


# ---------------------------------------------------------------- mail
def test_each_recipient_gets_one_message_of_its_own(store, server, mail, owe):
    digest = owe(*by_mail("a@example.org", "b@example.org"))
    for n in range(3):
        working(store, mail, digest).run(NOW + timedelta(hours=n))
    assert [to for to, _ in server.taken] == ["a@example.org", "b@example.org"]
    assert [m["To"] for m in server.messages()] == ["a@example.org", "b@example.org"]
    assert len({m["Message-ID"] for m in server.messages()}) == 2
    assert store.deliveries("owed", "failed") == []
    assert server.connections == 1


LATER = {
    "a greeting of 421": ("greeting", "421 busy", "refused"),
    "a greeting of 554": ("greeting", "554 no service", "refused"),
    "a line cut at once": ("greeting", "drop", "protocol"),
    "a greeting that does not come": ("greeting", "hang", "timeout"),
    "a greeting that drips": ("greeting", "drip", "timeout"),
    "a sender put off": ("mail", "451 later", "refused"),
    "a sender refused": ("mail", "550 not from you", "refused"),
    "a login asked for": ("mail", "530 authenticate first", "auth"),
    "a recipient put off": ("rcpt", "450 greylisted", "refused"),
    "a text put off": ("text", "451 later", "refused"),
    "a DATA put off": ("data", "451 later", "refused"),
    "a line cut before the text": ("data", "drop", "protocol"),
    "a line cut at the answer to a text not kept": ("text", "drop", "protocol"),
    "an answer that drips": ("text", "drip", "timeout"),
}


@pytest.mark.parametrize(("step", "said", "reason"), LATER.values(), ids=LATER)
def test_what_was_not_taken_is_owed_and_goes_out_later_once(store, server, mail, owe, step, said, reason):
    digest = owe(*by_mail("a@example.org"))
    server.script[step] = [said]
    done = working(store, mail, digest).run(NOW)
    (owed,) = store.deliveries("owed")
    assert (done.sent, done.owed, owed.reason, owed.attempts) == (0, 1, reason, 1)
    assert owed.next_try == NOW + PAUSES[0]
    server.taken.clear()
    assert working(store, mail, digest).run(NOW + timedelta(seconds=90)).owed == 1  # its turn has not come
    working(store, mail, digest).run(NOW + timedelta(hours=1))
    working(store, mail, digest).run(NOW + timedelta(hours=9))
    assert [to for to, _ in server.taken] == ["a@example.org"]
    assert [d.state for d in store.deliveries("sent")] == ["sent"]


@pytest.mark.parametrize("step", ["rcpt", "text"])
def test_a_no_for_good_ends_one_recipient_and_no_other(store, server, mail, owe, step):
    digest = owe(*by_mail("a@example.org", "b@example.org"))
    server.script[step] = ["550 5.1.1 no such person"]
    done = working(store, mail, digest).run(NOW)
    assert (done.sent, done.owed, dict(done.failed)) == (1, 0, {"refused": 1})
    assert [to for to, _ in server.taken] == ["b@example.org"]
    (failed,) = store.deliveries("failed")
    assert failed.detail == "550 5.1.1 no such person"
    (line,) = distribute.attention([failed], NOW)
    assert "a@example.org: not delivered, for good" in line


def test_a_server_that_is_down_for_an_hour_is_asked_once_a_run_and_gets_all_when_it_is_back(store, mail, owe):
    digest = owe(*by_mail("a@example.org", "b@example.org", "c@example.org"))
    with Mailroom() as room:
        where = replace(mail, port=room.port)
    now = NOW
    while now < NOW + timedelta(hours=1):
        assert working(store, where, digest).run(now).sent == 0
        now += timedelta(minutes=10)
    assert {d.reason for d in store.deliveries("owed")} == {"connect"}
    with Mailroom(port=where.port) as room:
        assert working(store, where, digest).run(now + timedelta(hours=1)).sent == 3
        assert working(store, where, digest).run(now + timedelta(hours=2)).sent == 0
    assert sorted(to for to, _ in room.taken) == ["a@example.org", "b@example.org", "c@example.org"]


def test_a_slow_server_that_answers_in_time_is_waited_for(store, server, mail, owe):
    digest = owe(*by_mail("a@example.org", "b@example.org"))
    server.script = {step: ["slow"] for step in ("greeting", "ehlo", "mail", "text")}
    assert working(store, mail, digest).run(NOW).sent == 2
    assert [to for to, _ in server.taken] == ["a@example.org", "b@example.org"]


@pytest.mark.parametrize("step", ["mail", "rcpt", "data", "text"])
def test_a_line_cut_between_two_recipients_loses_and_repeats_none(store, server, mail, owe, step):
    names = ["a@example.org", "b@example.org", "c@example.org"]
    digest = owe(*by_mail(*names))
    server.script[step] = ["yes", "drop"]
    first = working(store, mail, digest).run(NOW)
    assert first.sent + first.owed == 3
    assert first.owed >= 1
    working(store, mail, digest).run(NOW + timedelta(hours=1))
    working(store, mail, digest).run(NOW + timedelta(hours=9))
    assert sorted(to for to, _ in server.taken) == names
    assert {d.state for d in store.deliveries("owed", "sent", "failed")} == {"sent"}


def test_a_lost_answer_is_asked_for_again_under_the_same_message_id_to_the_byte(store, server, mail, owe):
    digest = owe(*by_mail("a@example.org"))
    server.script["text"] = ["lost"]
    working(store, mail, digest).run(NOW)
    (owed,) = store.deliveries("owed")
    assert "whether the text arrived is not known" in owed.detail
    working(store, mail, digest).run(NOW + timedelta(hours=1))
    (_, first), (_, second) = server.taken
    assert first == second


def test_a_kill_between_the_servers_yes_and_the_note_repeats_the_same_message(store, server, mail, owe, tmp_path):
    digest = owe(*by_mail("a@example.org", "b@example.org"))
    script = f"""
        import os, signal
        from datetime import datetime, UTC
        from pipeline.store import Store
        from pipeline.deliver import Mail
        from pipeline.distribute import Distributor
        from pipeline.model import Digest, Recipient
        class Killed(Store):
            def save_delivery(self, delivery):
                os.kill(os.getpid(), signal.SIGKILL)
        now = datetime.fromisoformat({NOW.isoformat()!r})
        mail = Mail(host="127.0.0.1", port={server.port}, security="none", sender=("مرصد", "marsad@example.org"))
        to = [Recipient(channel="email", name=name, address=name) for name in ("a@example.org", "b@example.org")]
        digest = Digest(id="daily", title="", at=(7, 0), timezone="UTC", deliver=to)
        Distributor(store=Killed({str("sqlite:///" + str(tmp_path / "archive.sqlite"))!r}), digests=[digest], mail=mail,
                    post=None, clock=lambda: now).run(now)
    """
    env = os.environ | {"PYTHONPATH": str(Path(distribute.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], env=env, check=False)
    assert done.returncode == -signal.SIGKILL
    assert working(store, mail, digest).run(NOW).sent == 2
    ids = [m["Message-ID"] for m in server.messages()]
    assert [to for to, _ in server.taken] == ["a@example.org", "a@example.org", "b@example.org"]
    assert ids[0] == ids[1] != ids[2]


def test_a_round_ends_when_it_is_told_to_and_the_next_goes_on(store, server, mail, owe):
    digest = owe(*by_mail("a@example.org", "b@example.org"))
    asked = iter([True, False])
    working(store, mail, digest, go_on=lambda: next(asked)).run(NOW)
    assert len(server.taken) == 1
    working(store, mail, digest).run(NOW)
    assert [to for to, _ in server.taken] == ["a@example.org", "b@example.org"]


def test_a_login_that_is_refused_waits_for_a_person_and_tells_no_password(store, server, mail, owe):
    server.login = True
    server.script["auth"] = ["535 5.7.8 wrong: hidden-word aGlkZGVuLXdvcmQ= AG1hcnNhZABoaWRkZW4td29yZA=="]
    digest = owe(*by_mail("a@example.org"))
    known = replace(mail, user="marsad", password="hidden-word")
    working(store, known, digest).run(NOW)
    (owed,) = store.deliveries("owed")
    assert owed.reason == "auth"
    assert owed.detail == "535 5.7.8 wrong: … … …"
    assert "hidden" not in repr(known)
    (line,) = distribute.attention([owed], NOW + timedelta(days=1))
    assert "owed since" in line
    assert working(store, known, digest).run(NOW + timedelta(hours=1)).sent == 1


def test_without_the_encryption_that_was_asked_for_nothing_is_said(store, server, mail, owe):
    digest = owe(*by_mail("a@example.org"))
    working(store, replace(mail, security="starttls", user="marsad", password="hidden-word"), digest).run(NOW)
    (owed,) = store.deliveries("owed")
    assert (owed.reason, owed.detail) == ("tls", "the server offers no STARTTLS")
    assert not {"AUTH", "MAIL"} & {*server.verbs}


def test_a_certificate_that_nobody_vouches_for_is_refused(store, owe):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / "news.pem")
    digest = owe(*by_mail("a@example.org"))
    with Mailroom(tls=context) as room:
        secure = Mail(host="127.0.0.1", port=room.port, security="tls", sender=("", "m@example.org"), limit=5.0)
        working(store, secure, digest).run(NOW)
        assert room.taken == []
    assert store.deliveries("owed")[0].reason == "tls"


# ---------------------------------------------------------------- what an attempt makes of a delivery
OWED = Delivery(digest="d", date="2026-03-02", channel="email", recipient="a@example.org", since=NOW)


@given(st.lists(st.sampled_from(["later", "rest"]), min_size=1, max_size=80))
def test_pauses_grow_and_a_week_ends_them(answers):
    delivery, now, pauses = OWED, NOW, []
    for answer in answers:
        rest = timedelta(hours=6) if answer == "rest" else None
        delivery = after(delivery, Refusal(drop=Drop(reason="connect", retry_after=rest)), now)
        if delivery.state == "failed":
            assert delivery.reason == "expired"
            assert now - NOW >= EXPIRES
            return
        pauses.append(delivery.next_try - now)
        assert pauses[-1] >= (rest or PAUSES[0])
        now = delivery.next_try
    assert "rest" in answers or pauses == sorted(pauses)
    assert now - NOW < EXPIRES + PAUSES[-1] + timedelta(hours=6)


# ---------------------------------------------------------------- webhooks
HOOK = Recipient(
    channel="webhook", name="https://hooks.example#1", address="https://hooks.example/secret", secret="key"
)


@pytest.mark.parametrize(
    ("drop", "state"),
    [
        (None, "sent"),
        (Drop(reason="http-500"), "owed"),
        (Drop(reason="timeout"), "owed"),
        (Drop(reason="rate-limited", retry_after=timedelta(hours=3)), "owed"),
        (Drop(reason="blocked"), "owed"),
        (Drop(reason="redirect"), "owed"),
        (Drop(reason="http-401"), "owed"),
        (Drop(reason="http-400"), "failed"),
        (Drop(reason="gone"), "failed"),
    ],
)
def test_a_webhook_gets_the_same_body_and_key_until_it_says_yes_or_no(store, owe, drop, state):
    calls, answers = [], [drop, None]
    digest = owe(HOOK)

    def post(*call):
        calls.append(call)
        return answers.pop(0)

    working(store, None, digest, post=post).run(NOW)
    (row,) = store.deliveries("owed", "sent", "failed")
    assert row.state == state
    assert "secret" not in f"{row} {distribute.told(row)}"
    working(store, None, digest, post=post).run(NOW + timedelta(hours=4))
    assert len(calls) == (2 if state == "owed" else 1)
    assert all(call == calls[0] for call in calls)
    address, body, headers = calls[0]
    assert address == HOOK.address
    assert headers[hook.SIGNATURE] == hook.signature("key", body)
    assert headers["Idempotency-Key"] == hook.key("daily", "2026-03-02", HOOK.name)


def test_whoever_was_taken_out_of_the_configuration_is_owed_nothing_any_more(store, server, mail, owe):
    digest = owe(HOOK, *by_mail("left@example.org", "a@example.org"))
    done = working(store, mail, replace(digest, deliver=by_mail("a@example.org", "new@example.org"))).run(NOW)
    assert [to for to, _ in server.taken] == ["a@example.org"]  # who came in later receives the next edition
    assert dict(done.failed) == {"withdrawn": 2}
    assert store.deliveries("owed") == []


def test_what_a_wrong_clock_put_off_for_years_has_its_turn(store, server, mail, owe):
    digest = owe(*by_mail("a@example.org"))
    (owed,) = store.deliveries("owed")
    store.save_delivery(replace(owed, next_try=NOW + timedelta(days=3650)))
    assert working(store, mail, digest).run(NOW).sent == 1


def test_an_edition_that_is_noted_again_is_not_owed_again(store, server, mail, owe):
    digest = owe(*by_mail("a@example.org"))
    working(store, mail, digest).run(NOW)
    owe(*by_mail("a@example.org", "a@example.org"))
    assert working(store, mail, digest).run(NOW).sent == 0
    assert len(server.taken) == 1


def test_a_delivery_that_nobody_noted_is_a_mistake_of_ours(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with pytest.raises(LookupError):
        opened.save_delivery(OWED)
    opened.close()
