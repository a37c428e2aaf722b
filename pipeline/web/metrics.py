"""Prometheus's text. Gauges are what the archive says now; counters count the runs that ended since the process began.

A counter must never go down while the process lives, so it is not a sum over the archive's rows, which are pruned. Runs of others,
cron's among them, are counted as well: all write their books into the archive. Labels are of closed lists only: no addresses, no
feeds' names, so their number is bounded whatever the web does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from importlib.util import find_spec
from typing import Any

STATES = ("ok", "failing", "resting", "quiet", "never")

# Part of a run's books → metric, the label of its keys, what it counts.
COUNTED = {
    "feeds": ("marsad_polls", "outcome", "Feeds asked, by what came of it."),
    "failed": ("marsad_poll_failures", "reason", "Feeds that failed, by reason."),
    "entries": ("marsad_entries", "outcome", "Entries that feeds gave."),
    "pages": ("marsad_pages", "outcome", "Entries whose turn came, by what became of them."),
    "dropped": ("marsad_entries_dropped", "reason", "Entries given up, by reason."),
    "retry": ("marsad_pages_put_back", "reason", "Pages to be asked for again, by reason."),
    "stand_in": (
        "marsad_pages_stood_in",
        "reason",
        "Pages that failed for good, where the feed's text was kept, by reason.",
    ),
    "revisits": ("marsad_revisits", "outcome", "Pages asked for again after publication, by what became of them."),
    "articles": ("marsad_articles_filed", "kind", "New articles, and how many of them are copies, and tagged."),
}


class Metrics:
    """Counts the runs that ended since `began`, each once. One for the process's life."""

    def __init__(self, began: datetime) -> None:
        self.available = find_spec("prometheus_client") is not None
        self._began = began
        self._counted: set[int] = set()
        self._sums: dict[str, Counter[str]] = {part: Counter() for part in COUNTED}
        self._ended: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def page(
        self, status: Mapping[str, Any], runs: Sequence[Mapping[str, Any]], now: datetime, *, ready: bool
    ) -> tuple[str, str]:
        """The text and its content type. `status` is the document of `marsad status --json`; `runs`: the archive's last runs."""
        from prometheus_client import CollectorRegistry, generate_latest  # noqa: PLC0415  an extra
        from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4  # noqa: PLC0415

        self._count(runs)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Families(self._families(status, now, ready=ready)))
        return generate_latest(registry).decode("utf-8"), CONTENT_TYPE_PLAIN_0_0_4

    def _count(self, runs: Sequence[Mapping[str, Any]]) -> None:
        """Add the runs that have ended since the last question."""
        for run in runs:
            if run["finished"] is None or run["finished"] < self._began or run["id"] in self._counted:
                continue
            self._counted.add(run["id"])
            self._ended[run["kind"]] += 1
            self._seconds[run["kind"]] += max(0.0, (run["finished"] - run["started"]).total_seconds())
            for part, sums in self._sums.items():
                sums.update(run["counts"].get(part, {}))
        self._counted = {n for n in self._counted if n >= min((r["id"] for r in runs), default=0)}

    def _families(self, status: Mapping[str, Any], now: datetime, *, ready: bool) -> list[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily  # noqa: PLC0415

        def gauge(name: str, help_: str, value: float) -> Any:
            return GaugeMetricFamily(name, help_, value=value)

        states = Counter(row["state"] for row in status["feeds"])
        feeds = GaugeMetricFamily("marsad_feeds", "Feeds by state.", labels=["state"])
        for state in STATES:
            feeds.add_metric([state], states[state])
        queue = GaugeMetricFamily("marsad_queue", "Entries that wait.", labels=["state"])
        for state, n in status["queue"].items():
            queue.add_metric([state], n)
        next_edition = GaugeMetricFamily(
            "marsad_next_edition_seconds", "Until the digest's next edition is due.", labels=["digest"]
        )
        for row in status["digests"]:
            next_edition.add_metric([row["id"]], (datetime.fromisoformat(row["next"]) - now).total_seconds())
        archive = status["archive"]
        families = [
            gauge("marsad_ready", "Whether /readyz says so.", float(ready)),
            gauge("marsad_attention", "Things a person should look at.", len(status["attention"])),
            gauge("marsad_articles", "Articles in the archive.", archive["articles"]),
            gauge("marsad_archive_bytes", "Size of the archive's file.", archive["bytes"]),
            gauge("marsad_disk_free_bytes", "Free where the archive stands.", archive["disk_free"]),
            feeds,
            queue,
            next_edition,
        ]
        last = status["last_cycle"]
        if last is not None:
            moment = datetime.fromisoformat(last["finished"]).timestamp()
            families.append(gauge("marsad_last_cycle_timestamp_seconds", "When the last cycle ended.", moment))
        seconds = SummaryMetricFamily("marsad_run_seconds", "How long runs took, by kind.", labels=["kind"])
        for kind, n in sorted(self._ended.items()):
            seconds.add_metric([kind], count_value=n, sum_value=self._seconds[kind])
        families.append(seconds)
        for part, (name, label, help_) in COUNTED.items():
            counter = CounterMetricFamily(name, help_, labels=[label])
            for key, n in sorted(self._sums[part].items()):
                counter.add_metric([key], n)
            families.append(counter)
        return families


class _Families:
    """What the library's registry calls a collector."""

    def __init__(self, families: list[Any]) -> None:
        self._found = families

    def collect(self) -> list[Any]:
        return self._found
