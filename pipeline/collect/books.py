"""What is counted and told while the work goes on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.model import Drop


@dataclass(slots=True)
class Books:
    """What came in, and what became of it."""

    feeds: Counter[str] = field(default_factory=Counter)
    entries: Counter[str] = field(default_factory=Counter)
    pages: Counter[str] = field(default_factory=Counter)
    articles: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    retry: Counter[str] = field(default_factory=Counter)
    stand_in: Counter[str] = field(default_factory=Counter)
    """Pages that failed for good, by reason, where the entry's own text was kept as the article."""
    revisits: Counter[str] = field(default_factory=Counter)
    """Pages of articles that were read again because their feed changed them."""

    def balance(self) -> bool:
        """In = kept + dropped, at every stage."""
        f, e, p, r = self.feeds, self.entries, self.pages, self.revisits
        return (
            f["due"] == f["ok"] + f["unchanged"] + f["failed"]
            and e["seen"] == e["new"] + e["known"]
            and p["taken"] == p["filed"] + p["same"] + p["retry"] + p["dropped"]
            and p["filed"] == self.articles["new"]
            and r["taken"] == r["revised"] + r["same"] + r["failed"]
        )

    def as_json(self) -> dict[str, dict[str, int]]:
        return {k: dict(sorted(getattr(self, k).items())) for k in self.__slots__}


class Log(Protocol):
    """One event per fact, with its facts as keys; structlog's loggers are such."""

    def info(self, event: str, **facts: object) -> object: ...

    def warning(self, event: str, **facts: object) -> object: ...

    def error(self, event: str, **facts: object) -> object: ...


class Silence:
    """A log that nobody reads."""

    def info(self, event: str, **facts: object) -> None: ...

    warning = error = info


def tell(log: Log, event: str, drop: Drop, **facts: object) -> None:
    """A failure that is expected is a warning; a mistake of ours is an error, and a person should look."""
    write = log.error if drop.reason == "bug" else log.warning
    write(event, reason=drop.reason, detail=drop.detail, **facts)
