"""What a cycle did, for those who started it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.collect import Books
from pipeline.distribute import Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What one cycle did."""

    books: Books
    retagged: int
    written: tuple[Path, ...]
    sent: Sent | None = None
    """None where no edition was to go out."""
    stopped: bool = False
    """Whether a brake ended it early; what was in hand then is back in the queue."""

    @property
    def bugs(self) -> int:
        """Items that were lost to a mistake of ours: a person should look."""
        books = self.books
        return books.failed["bug"] + books.dropped["bug"] + books.stand_in["bug"] + books.retry["bug"]

    def facts(self) -> dict[str, Any]:
        """What a turn did, for the log: what is not zero, by its closed names."""
        told: dict[str, Any] = {}
        for name, counts in self.books.as_json().items():
            if some := {reason: n for reason, n in counts.items() if n}:
                told[name] = some
        if self.retagged:
            told["retagged"] = self.retagged
        if self.written:
            told["written"] = [str(path) for path in self.written]
        if self.sent and (self.sent.sent or self.sent.owed or self.sent.failed):
            told["delivered"] = {"sent": self.sent.sent, "owed": self.sent.owed, **self.sent.failed}
        if self.stopped:
            told["stopped"] = True
        return told


def put_back(books: Books) -> dict[str, int]:
    """Feeds and pages that were begun and not ended: they are due, as before."""
    f, p, r = books.feeds, books.pages, books.revisits
    return {
        "feeds": f["due"] - f["ok"] - f["unchanged"] - f["failed"],
        "pages": p["taken"] - p["filed"] - p["same"] - p["retry"] - p["dropped"],
        "revisits": r["taken"] - r["revised"] - r["same"] - r["failed"],
    }
