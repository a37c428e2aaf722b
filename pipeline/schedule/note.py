"""How the service is, written down beside the archive for `marsad status`, which is another process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline import health, publish

WRITTEN = timedelta(minutes=1)
"""How often it is written when nothing happens."""


class Note:
    """Knows what was written last."""

    def __init__(self) -> None:
        self._told: Mapping[str, Any] = {}
        self._at: datetime | None = None

    async def write(self, folder: Path, facts: Mapping[str, Any], now: datetime, *, always: bool) -> None:
        """Where the facts are new or the note is old; StoreError when that cannot be done. `always`: in any case."""
        fresh = self._at is not None and timedelta() <= now - self._at < WRITTEN
        if fresh and facts == self._told and not always:
            return
        self._told, self._at = facts, now
        note = {**facts, "seen": now.isoformat(timespec="seconds")}
        text = json.dumps(note, ensure_ascii=False, indent=1) + "\n"
        await asyncio.to_thread(publish.write_whole, folder / health.SERVICE_NOTE, text)
