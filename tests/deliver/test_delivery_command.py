"""Delivery as a user sees it: the run, `status`, `digest --send-test`."""

import json
from email import message_from_bytes, policy

import pytest

from pipeline.cli import main

LIST = "id: border\ntitle: الحدود\nterms: [الحدود]\n"


@pytest.fixture
def project(tmp_path, server, monkeypatch):
    folder = tmp_path / "config"
    (folder / "watchlists").mkdir(parents=True)
    (folder / "watchlists" / "border.yaml").write_text(LIST, encoding="utf-8")
    (folder / "feeds.yaml").write_text("feeds: []\n", encoding="utf-8")
    (folder / "pipeline.yaml").write_text(
        f"workers: 0\nmail:\n  host: 127.0.0.1\n  port: {server.port}\n  security: none\n  from: marsad@example.org\n",
        encoding="utf-8",
    )
    (folder / "digests.yaml").write_text(
        'digests:\n  - id: daily\n    title: موجز\n    at: "07:00"\n    deliver:\n      - email: {to: [a@example.org]}\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MARSAD_CONFIG", raising=False)
    return tmp_path


def test_an_edition_written_while_the_server_was_down_is_owed_told_and_sent_by_a_later_run(project, server, capsys):
    server.script["greeting"] = ["421 down"]
    main(["run", "--at", "2026-03-02T08:00:00+03:00"])
    assert "delivered 0, 1 still owed" in capsys.readouterr().err
    assert (project / "outputs" / "daily" / "2026-03-02.html").exists()
    assert main(["status", "--json"]) == 1  # by the real clock it is owed for long
    told = json.loads(capsys.readouterr().out)
    (owed,) = told["digests"][0]["owed"]
    assert (owed["date"], owed["recipient"], owed["reason"]) == ("2026-03-02", "a@example.org", "refused")
    assert any("owed since" in line for line in told["attention"])
    main(["run", "--at", "2026-03-02T09:00:00+03:00"])
    main(["run", "--at", "2026-03-02T10:00:00+03:00"])
    assert [to for to, _ in server.taken] == ["a@example.org"]
    main(["status", "--json"])
    told = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert told["digests"][0]["owed"] == []


def test_a_test_goes_to_one_address_and_is_remembered_nowhere(project, server, capsys):
    main(["run", "--at", "2026-03-02T08:00:00+03:00"])
    before = list(server.taken)
    assert main(["digest", "--send-test", "me@example.org"]) == 0
    (to, text) = server.taken[len(before)]
    assert to == "me@example.org"
    sent = message_from_bytes(text, policy=policy.default)
    assert sent["Message-ID"] != message_from_bytes(before[0][1], policy=policy.default)["Message-ID"]
    capsys.readouterr()
    server.script["rcpt"] = ["550 no such person"]
    assert main(["digest", "--send-test", "you@example.org"]) == 1
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert "the mail was not taken: refused: 550 no such person" in line
    assert main(["digest", "--send-test", "you@"]) == 2
    assert main(["digest", "--send-test", "you@example.org", "--rebuild"]) == 2
