"""The log: one line an event, whatever a stranger put into it."""

import json

import pytest

from pipeline.cli.log import log

HOSTILE = "first\nlevel=error event=forged\r\x1b[2J\x1b]0;owned\x07 \u202etxet\u202c \u2028 \x9b31m end"


@pytest.mark.parametrize("machine", [False, True], ids=["people", "machines"])
def test_the_log_holds_one_line_an_event_whatever_the_event_holds(monkeypatch, capsys, machine):
    monkeypatch.setenv("MARSAD_LOG", "json" if machine else "text")
    told = log()
    told.warning("feed failed", reason="parse", feed="rafid", detail=HOSTILE, url=HOSTILE)
    told.info("page put back", url="https://rafid.example/خبر")
    first, second = capsys.readouterr().err.splitlines()
    assert all(c.isprintable() for c in first + second)
    assert "first" in first
    assert "خبر" in second
    if machine:
        row = json.loads(first)
        assert (row["event"], row["feed"], row["level"]) == ("feed failed", "rafid", "warning")


def test_of_a_mistake_of_ours_the_log_says_the_last_line(monkeypatch, capsys):
    monkeypatch.delenv("MARSAD_LOG", raising=False)
    log().error("entry dropped", reason="bug", detail="Traceback (most recent call last):\n  File …\nKeyError: 'x'\n")
    said = capsys.readouterr().err
    assert "KeyError" in said
    assert "Traceback" not in said
