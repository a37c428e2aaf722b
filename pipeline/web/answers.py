"""Which address asks what, and what is said."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from pipeline.application import Application
from pipeline.errors import MarsadError
from pipeline.web.http import Reply
from pipeline.web.metrics import Metrics

RUNS = 500
"""Runs that are looked at for counting: more than end between two questions of any Prometheus."""


class View(Protocol):
    """What is asked of the service; the schedule's Service is such."""

    application: Application
    """As it is now: it changes with the configuration."""
    clock: Callable[[], datetime]
    began: datetime

    def hung(self) -> str | None:
        """Why the process is of no use any more."""

    def unready(self) -> list[str]:
        """What is wrong with its work."""


class Answers:
    """`answers(path)` → Reply."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._metrics = Metrics(view.began)
        self._pages: dict[str, Callable[[], Awaitable[Reply]]] = {
            "/healthz": self._healthz,
            "/readyz": self._readyz,
            "/metrics": self._metrics_page,
        }

    async def __call__(self, path: str) -> Reply:
        page = self._pages.get(path)
        if page is None:
            return Reply(status=404, text=f"here are: {' '.join(self._pages)}\n")
        return await page()

    async def _healthz(self) -> Reply:
        """That this is answered at all says that the loop lives; whether the work in hand does, the service knows."""
        why = self._view.hung()
        return Reply(status=200, text="ok\n") if why is None else Reply(status=503, text=why + "\n")

    async def _readyz(self) -> Reply:
        lines = self._view.unready() + await self._view.application.unreadable_async()
        return Reply(status=503, text="\n".join(lines) + "\n") if lines else Reply(status=200, text="ready\n")

    async def _metrics_page(self) -> Reply:
        if not self._metrics.available:
            return Reply(status=404, text="the library prometheus-client is missing: install marsad[metrics]\n")
        now = self._view.clock()
        try:
            status, runs = await self._view.application.figures_async(now, RUNS)
        except MarsadError as error:  # an archive that is locked, or damaged: no mistake of ours
            return Reply(status=503, text="\n".join(error.lines()) + "\n")
        text, kind = self._metrics.page(status, runs, now, ready=not self._view.unready())
        return Reply(status=200, text=text, kind=kind)
