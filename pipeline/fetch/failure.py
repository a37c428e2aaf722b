"""Why a question got no page: raised inside this room, handed out of it as a `Drop`."""

from __future__ import annotations

from datetime import timedelta

from pipeline.errors import one_line
from pipeline.model import Drop

LONGEST_DETAIL = 300


class Failure(Exception):  # noqa: N818  it never leaves the room, and there it is what it is called
    """An expected failure on its way up. `hop` counts the redirects that were followed before it, from 0."""

    def __init__(self, reason: str, detail: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(reason, detail)
        self.reason, self.detail, self.retry_after = reason, detail, retry_after
        self.hop = 0

    def drop(self) -> Drop:
        """The value for callers: the detail on one line, without control characters, of bounded length."""
        line = one_line(self.detail[: 2 * LONGEST_DETAIL])
        return Drop(reason=self.reason, detail=line[:LONGEST_DETAIL], retry_after=self.retry_after)
