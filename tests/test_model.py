"""The closed list of reasons, and drops that keep to it."""

import pytest

from pipeline.model import Drop, http_reason, is_reason


@pytest.mark.parametrize(
    ("status", "reason"),
    [(404, "http-404"), (410, "gone"), (429, "rate-limited"), (503, "http-503"), (599, "http-599")],
)
def test_every_status_has_a_reason_on_the_list(status, reason):
    assert http_reason(status) == reason
    assert is_reason(reason)


@pytest.mark.parametrize("text", ["", "http-", "http-40", "http-40x", "http-4040", "timed out", "Timeout"])
def test_free_text_is_no_reason(text):
    assert not is_reason(text)
    with pytest.raises(ValueError, match="closed list"):
        Drop(reason=text)
