"""An archive with an edition that is owed, and a server to take it."""

import importlib.util
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.deliver import Mail
from pipeline.model import Digest, Recipient
from pipeline.store import Store

_spec = importlib.util.spec_from_file_location("mailroom", Path(__file__).with_name("mailroom.py"))
mailroom = importlib.util.module_from_spec(_spec)
import sys  # noqa: E402

sys.modules["mailroom"] = mailroom
_spec.loader.exec_module(mailroom)

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def server():
    with mailroom.Mailroom() as made:
        yield made


@pytest.fixture
def mail(server) -> Mail:
    return Mail(host="127.0.0.1", port=server.port, security="none", sender=("مرصد", "marsad@example.org"), limit=1.5)


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'archive.sqlite'}")
    yield opened
    opened.close()


def recipients(*names: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(channel="email", name=n, address=n) for n in names)


def edition(title: str = "موجز الرصد") -> dict:
    coverage = {"feeds": 1, "ok": 1, "failed": [], "quiet": [], "articles": 0, "copies": 0, "stories": 0, "tagged": 0}
    return {
        "schema": 1,
        "digest": "daily",
        "title": title,
        "date": "2026-03-02",
        "language": "ar",
        "timezone": "Asia/Damascus",
        "since": "2026-03-01T07:00:00+03:00",
        "until": "2026-03-02T07:00:00+03:00",
        "coverage": coverage,
        "top": [],
        "sections": [],
        "silent_watchlists": ["border"],
        "titles": {"border": "الحدود"},
        "late": [],
        "build": {"watchlists": "sha256:one", "version": "0.0.0"},
    }


@pytest.fixture
def owe(store):
    """Note the edition as owed to these → the digest."""

    def make(*to: Recipient, title: str = "موجز الرصد") -> Digest:
        store.save_edition("daily", "2026-03-02", NOW, edition=edition(title), brief={}, owed_to=to, now=NOW)
        return Digest(id="daily", title=title, at=(7, 0), timezone="Asia/Damascus", deliver=to)

    return make
