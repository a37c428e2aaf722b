"""A message is what we wrote and nothing that the web wrote into it."""

import hashlib
import hmac
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.deliver import hook, mail_message

AT = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
USUAL = {
    "sender": ("مرصد", "marsad@example.org"),
    "to": "a@example.org",
    "subject": "موجز",
    "text": "نص",
    "html": "<p>نص</p>",
    "digest": "daily",
    "title": "موجز",
    "date": "2026-03-02",
    "at": AT,
}
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe", "Auto-Submitted", "MIME-Version", "Content-Type"
}  # fmt: skip


@pytest.mark.parametrize("between", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x0b", "\x85", "\0", "\u202e", "\ud800"])
def test_no_text_begins_a_header_of_its_own(between):
    evil = f"خبر{between}Bcc: all@example.org{between}{between}<p>"
    made = mail_message(**USUAL | {"subject": evil, "title": evil, "sender": (evil, "m@example.org"), "text": evil})
    read = message_from_bytes(made.as_bytes(), policy=policy.default)
    assert set(read.keys()) == HEADERS
    assert read["To"] == "a@example.org"
    assert between not in read["Subject"]
    assert "\u202e" not in str(read["From"])


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_makes_a_message_that_reads_back(subject, text):
    made = mail_message(**USUAL | {"subject": subject, "title": subject, "text": text, "html": text})
    data = made.as_bytes()
    assert data.isascii()
    assert max(map(len, data.split(b"\r\n"))) <= 998
    read = message_from_bytes(data, policy=policy.default)
    assert set(read.keys()) == HEADERS
    assert len(read["Subject"]) <= 78
    assert [p.get_content_type() for p in read.iter_parts()] == ["text/plain", "text/html"]


def test_the_same_edition_for_the_same_recipient_is_the_same_message():
    assert mail_message(**USUAL).as_bytes() == mail_message(**USUAL).as_bytes()
    other = mail_message(**USUAL | {"to": "b@example.org"})
    assert other["Message-ID"] != mail_message(**USUAL)["Message-ID"]


def test_a_signature_is_what_any_receiver_computes():
    body = "متن".encode()
    expected = hmac.new(b"key", body, hashlib.sha256).hexdigest()
    assert hook.signature("key", body) == f"sha256={expected}"
    unsigned = hook.headers(body, digest="d", date="2026-03-02", recipient="r", secret=None)
    assert hook.SIGNATURE not in unsigned
