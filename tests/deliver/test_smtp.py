"""The conversation itself: encrypted and logged in, or not begun."""

import socket
import ssl
from email.message import EmailMessage
from pathlib import Path

import pytest
from mailroom import Mailroom

from pipeline.deliver import Mail, Postman

DATA = Path(__file__).parents[1] / "data" / "fetch"
"""Certificates of an authority of our own, made for servers of news; a mail server may bear them as well."""


def bears(name):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(DATA / name)
    return context


@pytest.fixture
def trusted():
    return ssl.create_default_context(cafile=DATA / "ca.pem")


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """The name in the certificate stands for loopback."""
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, *rest, **more: real("127.0.0.1" if host == "news.test" else host, *rest, **more),
    )


@pytest.fixture
def message():
    made = EmailMessage()
    made["Subject"] = "موجز"
    made.set_content("نص")
    return made


def mail(room, security, **more):
    known = {"user": "marsad", "password": "hidden-word"} | more
    return Mail(
        host="news.test", port=room.port, security=security, sender=("مرصد", "m@example.org"), limit=5.0, **known
    )


def room(security, certificate="news.pem", **more):
    return Mailroom(login=True, **{"tls" if security == "tls" else "upgrade": bears(certificate)}, **more)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_message_goes_over_an_encrypted_line_after_a_login(security, trusted, message):
    with room(security) as server, Postman(mail(server, security), trusted) as postman:
        assert postman.send(message, "a@example.org") is None
        assert postman.send(message, "b@example.org") is None
    assert [to for to, _ in server.taken] == ["a@example.org", "b@example.org"]
    assert server.connections == 1, "one conversation for as many as there are"
    assert server.verbs.index("AUTH") < server.verbs.index("MAIL")
    if security == "starttls":
        assert server.verbs[:3] == ["EHLO", "STARTTLS", "EHLO"], "what was offered in the clear is asked for again"
    assert server.verbs[-1] == "QUIT"


def test_a_password_that_the_server_does_not_know_is_refused_and_not_told(trusted, message):
    with room("starttls") as server, Postman(mail(server, "starttls", password="another-word"), trusted) as postman:
        refusal = postman.send(message, "a@example.org")
    assert refusal is not None
    assert (refusal.drop.reason, refusal.everyone, refusal.for_good) == ("auth", True, False)
    assert "another-word" not in refusal.drop.detail
    assert server.taken == []


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("certificate", "part"),
    [("other.pem", "mismatch"), ("expired.pem", "expired"), ("selfsigned.pem", "self-signed")],
)
def test_behind_a_wrong_certificate_nothing_is_said(security, certificate, part, trusted, message):
    with room(security, certificate) as server, Postman(mail(server, security), trusted) as postman:
        refusal = postman.send(message, "a@example.org")
    assert refusal is not None
    assert refusal.everyone
    assert not refusal.for_good, "a certificate is renewed"
    assert refusal.drop.reason == "tls"
    assert part in refusal.drop.detail.lower().replace("self signed", "self-signed")
    assert server.taken == []
    assert not {"AUTH", "MAIL"} & {*server.verbs}


def refused(script, trusted, message):
    """What becomes of a message to a server that says no, and what that server heard."""
    with room("starttls", script=script) as server, Postman(mail(server, "starttls"), trusted) as postman:
        refusal = postman.send(message, "a@example.org")
    assert refusal is not None
    assert server.taken == []
    return refusal, server.verbs


def test_a_server_that_takes_starttls_back_gets_no_password(trusted, message):
    refusal, verbs = refused({"starttls": ["454 4.7.0 not now"]}, trusted, message)
    assert (refusal.everyone, refusal.for_good, refusal.drop.detail) == (True, False, "454 4.7.0 not now")
    assert not {"AUTH", "MAIL"} & {*verbs}


def test_a_login_that_no_longer_holds_is_told_without_the_password(trusted, message):
    refusal, _ = refused({"auth": ["535 5.7.8 no: hidden-word"]}, trusted, message)
    assert refusal.drop.reason == "auth"
    assert refusal.drop.detail == "535 5.7.8 no: …"
