"""The log: console lines for people, or JSON for machines with MARSAD_LOG=json. Always on standard error."""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO, cast

from pipeline.collect import Log

from .common import Remarks

# What could move a terminal's cursor, end a line early or turn the direction of what follows.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2028\u2029\u2066-\u2069]")


def _printable(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and key != "detail":
            event[key] = _UNPRINTABLE.sub(" ", value)
    detail = event.get("detail")
    if isinstance(detail, str):  # a bug's traceback: its last line says what it was, the archive keeps the whole
        lines = detail.strip().splitlines()
        event["detail"] = _UNPRINTABLE.sub(" ", lines[-1] if event.get("reason") == "bug" and lines else detail.strip())
    return event


class _Stderr(Remarks):
    """With the progress bar that puts itself before it for a while: so that an event stands above the bar."""

    def _stream(self) -> Any:
        return sys.stderr


class _Log:
    """Makes the logger with the first event: most commands have none to tell, and the library takes a tenth of a second to load."""

    @functools.cached_property
    def _logger(self) -> Log:
        import structlog  # noqa: PLC0415

        machine = os.environ.get("MARSAD_LOG") == "json"
        colors = sys.stderr.isatty() and "NO_COLOR" not in os.environ
        render: Any = (
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if machine
            else structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0)
        )
        logger = structlog.wrap_logger(
            structlog.PrintLogger(cast("TextIO", _Stderr())),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso" if machine else "%H:%M:%S", utc=machine),
                _printable,
                render,
            ],
        )
        return cast("Log", logger)

    def info(self, event: str, **facts: object) -> None:
        self._logger.info(event, **facts)

    def warning(self, event: str, **facts: object) -> None:
        self._logger.warning(event, **facts)

    def error(self, event: str, **facts: object) -> None:
        self._logger.error(event, **facts)


def log() -> Log:
    """A logger that writes an event a line."""
    return _Log()
