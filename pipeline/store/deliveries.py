"""What is owed to whom: one row for each edition, channel and recipient, written with the edition, kept for good.

owed → sent                      the other side said yes
     → failed                    it said no for good, or nobody waits for it any more
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from pipeline.model import Recipient

from . import schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One edition on its way to one recipient."""

    digest: str
    date: str
    channel: str
    recipient: str
    """The recipient's name; for a webhook not its address, which may be a secret."""
    state: Literal["owed", "sent", "failed"] = "owed"
    since: datetime
    """When the edition was written."""
    attempts: int = 0
    next_try: datetime | None = None
    """None: at once."""
    reason: str | None = None
    """Of the last attempt."""
    detail: str = ""
    ended: datetime | None = None


def owe(c: sa.Connection, digest: str, date: str, recipients: Sequence[Recipient], now: datetime) -> None:
    """Note who is to receive an edition. What is noted already stays as it is: what was sent is not owed again."""
    t = schema.deliveries
    known = {
        (row.channel, row.recipient)
        for row in c.execute(sa.select(t.c.channel, t.c.recipient).where(t.c.digest == digest, t.c.date == date))
    }
    for r in recipients:
        if (r.channel, r.name) not in known:
            known.add((r.channel, r.name))
            one = Delivery(digest=digest, date=date, channel=r.channel, recipient=r.name, since=now)
            c.execute(sa.insert(t).values(asdict(one)))


def save(c: sa.Connection, delivery: Delivery) -> None:
    """What became of an attempt."""
    t = schema.deliveries
    names = ("digest", "date", "channel", "recipient")
    changed = c.execute(
        sa.update(t).where(*(t.c[name] == getattr(delivery, name) for name in names)).values(asdict(delivery))
    )
    if changed.rowcount != 1:
        raise LookupError(f"nobody was owed {delivery}")


def read(c: sa.Connection, *, states: Sequence[str], since: datetime | None = None) -> list[Delivery]:
    """Deliveries in these states, the oldest edition first; `since`: those that ended then or later."""
    t = schema.deliveries
    query = sa.select(t).where(t.c.state.in_(states))
    if since is not None:
        query = query.where(t.c.ended >= since)
    order = (t.c.date, t.c.digest, t.c.channel, t.c.recipient)
    return [Delivery(**row._mapping) for row in c.execute(query.order_by(*order))]  # noqa: SLF001
