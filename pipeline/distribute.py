"""The last step of the order of work: editions to the people they are owed to.

    store.deliveries(owed) → whose turn it is → send → store.save_delivery, one transaction each

`whose_turn` and `after` decide and touch nothing; `Distributor.run` does. An edition is a row and files before anything here
begins, and no file waits for a mail server. What the other side took is noted at once, so a kill costs at most one repetition, which
carries the same Message-ID or Idempotency-Key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pipeline.deliver import Mail, Postman, Refusal, hook, mail_message, notice
from pipeline.digest import mail as letters
from pipeline.digest import render
from pipeline.model import Digest, Drop, Recipient
from pipeline.store import Delivery, Store

Post = Callable[[str, bytes, Mapping[str, str]], Drop | None]
"""Address, body, headers → None, or why it was not taken."""

Notify = Callable[[str, str, str], Refusal | None]
"""Address, title, text → None, or why it was not taken."""

PAUSES = tuple(timedelta(minutes=n) for n in (2, 5, 15, 30, 60, 120, 240))
"""After the first failed attempt, the second …; the last holds for all further ones."""
PERSON_AFTER = timedelta(days=1)
"""What is owed for so long needs a person."""
EXPIRES = timedelta(days=7)
"""What is owed for so long is given up, and that is told for as long again."""
ROUND = timedelta(minutes=8)
"""For one run's deliveries together: the archive is locked meanwhile, and what is left has its turn in the next run."""


@dataclass(slots=True)
class Sent:
    """What one run delivered."""

    sent: int = 0
    owed: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    """For good, by reason."""


# ---------------------------------------------------------------- decisions
def whose_turn(owed: Iterable[Delivery], now: datetime) -> list[Delivery]:
    """Those not tried yet, and those whose pause is over; and those put off farther than any pause, by a clock that was wrong."""
    return [d for d in owed if d.next_try is None or not now < d.next_try <= now + EXPIRES]


def after(delivery: Delivery, refusal: Refusal | None, now: datetime) -> Delivery:
    """What an attempt makes of a delivery."""
    tried = replace(delivery, attempts=delivery.attempts + 1)
    if refusal is None:
        return replace(tried, state="sent", ended=now, next_try=None, reason=None, detail="")
    drop = refusal.drop
    if refusal.for_good:
        return replace(tried, state="failed", ended=now, next_try=None, reason=drop.reason, detail=drop.detail)
    if now - delivery.since >= EXPIRES:
        detail = f"last: {drop.reason} {drop.detail}"
        return replace(tried, state="failed", ended=now, next_try=None, reason="expired", detail=detail)
    pause = max(PAUSES[min(delivery.attempts, len(PAUSES) - 1)], drop.retry_after or timedelta(0))
    return replace(tried, next_try=now + pause, reason=drop.reason, detail=drop.detail)


def told(delivery: Delivery) -> dict[str, Any]:
    """A row of `digests[].owed` in the document of `status`."""
    return {
        "date": delivery.date,
        "channel": delivery.channel,
        "recipient": delivery.recipient,
        "since": delivery.since.isoformat(),
        "attempts": delivery.attempts,
        "next": delivery.next_try.isoformat() if delivery.next_try else None,
        "reason": delivery.reason,
        "detail": delivery.detail,
    }


def attention(deliveries: Sequence[Delivery], now: datetime) -> list[str]:
    """One line for each that a person should look at: owed for a day, or failed for good."""
    found = []
    for d in deliveries:
        why = f"{d.reason or 'not tried yet'} {d.detail}".strip()
        what = f"{d.digest} {d.date} to {d.recipient}"
        if d.state == "failed":
            found.append(f"{what}: not delivered, for good: {why}; `marsad digest {d.digest} --date {d.date}` has it")
        elif d.state == "owed" and now - d.since >= PERSON_AFTER:
            found.append(f"{what}: owed since {d.since.isoformat(timespec='minutes')}: {why}; mend it and run marsad")
    return found


# ---------------------------------------------------------------- the work
@dataclass(frozen=True, slots=True, kw_only=True)
class Distributor:
    """What every delivery needs; handed in once."""

    store: Store
    digests: Sequence[Digest]
    mail: Mail | None
    post: Post
    clock: Callable[[], datetime]
    """The real time, for the length of a round."""
    go_on: Callable[[], bool] = lambda: True
    """Asked between two deliveries: whether there is time for another."""
    postman: Callable[[Mail], Postman] = Postman
    notify: Notify = notice.send

    def run(self, now: datetime) -> Sent:
        """Everything whose turn it is, e-mail by one conversation, webhooks and notices one by one."""
        done = Sent()
        turn = self._wanted(whose_turn(self.store.deliveries("owed"), now), now, done)
        end = self.clock() + ROUND
        self._mails([d for d in turn if d.channel == "email"], now, end, done)
        self._calls([d for d in turn if d.channel != "email"], now, end, done)
        done.owed = len(self.store.deliveries("owed"))
        return done

    def _wanted(self, turn: Sequence[Delivery], now: datetime, done: Sent) -> list[Delivery]:
        """Those whose recipient still stands in the configuration; the others are withdrawn."""
        known = self._recipients()
        drop = Drop(reason="withdrawn", detail="its address does not stand in digests.yaml any more")
        for delivery in turn:
            if _whose(delivery) not in known:
                self._note(after(delivery, Refusal(drop=drop, for_good=True), now), done)
        return [d for d in turn if _whose(d) in known]

    def _recipients(self) -> dict[tuple[str, str, str], Recipient]:
        return {(d.id, r.channel, r.name): r for d in self.digests for r in d.deliver}

    def _mails(self, turn: Sequence[Delivery], now: datetime, end: datetime, done: Sent) -> None:
        if not turn:
            return
        if self.mail is None:
            drop = Drop(reason="withdrawn", detail="there is no mail server in pipeline.yaml")
            for delivery in turn:
                self._note(after(delivery, Refusal(drop=drop), now), done)
            return
        written: dict[tuple[str, str], letters.Letter] = {}
        down: Refusal | None = None
        with self.postman(self.mail) as postman:
            for delivery in turn:
                if down is None:
                    if not self._in_time(end):
                        return
                    key = (delivery.digest, delivery.date)
                    if key not in written:
                        written = {key: self._letter(*key)}
                    refusal = postman.send(self._message(delivery, written[key]), delivery.recipient)
                    down = refusal if refusal is not None and refusal.everyone else None
                else:
                    refusal = down  # the server's state: the others share it, and are not asked for
                self._note(after(delivery, refusal, now), done)

    def _calls(self, turn: Sequence[Delivery], now: datetime, end: datetime, done: Sent) -> None:
        known = self._recipients()
        for delivery in turn:
            if not self._in_time(end):
                return
            recipient = known[_whose(delivery)]
            send = self._posted if recipient.channel == "webhook" else self._notified
            refusal = send(delivery, recipient)
            self._note(after(delivery, refusal, now), done)

    def _posted(self, delivery: Delivery, recipient: Recipient) -> Refusal | None:
        body = render.json_text(self._edition(delivery.digest, delivery.date)).encode("utf-8", "replace")
        headers = hook.headers(
            body, digest=delivery.digest, date=delivery.date, recipient=recipient.name, secret=recipient.secret
        )
        drop = self.post(recipient.address, body, headers)
        return None if drop is None else hook.refusal(drop)

    def _notified(self, delivery: Delivery, recipient: Recipient) -> Refusal | None:
        edition, link = self._edition(delivery.digest, delivery.date), self.mail.link if self.mail else None
        title, text = letters.brief(edition, edition["language"], link=_page(edition, link))
        return self.notify(recipient.address, title, text)

    # ---- pieces
    def _in_time(self, end: datetime) -> bool:
        return self.go_on() and self.clock() < end

    def _note(self, delivery: Delivery, done: Sent) -> None:
        self.store.save_delivery(delivery)
        if delivery.state == "sent":
            done.sent += 1
        elif delivery.state == "failed":
            done.failed[delivery.reason or ""] += 1

    def _edition(self, digest: str, date: str) -> dict[str, Any]:
        found = self.store.edition(digest, date)
        assert found is not None, "a delivery is noted with its edition"
        return found

    def _letter(self, digest: str, date: str) -> letters.Letter:
        edition = self._edition(digest, date)
        return letter_of(edition, self.mail.link if self.mail else None)

    def _message(self, delivery: Delivery, letter: letters.Letter) -> Any:
        assert self.mail is not None
        return mail_message(
            sender=self.mail.sender,
            to=delivery.recipient,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            digest=delivery.digest,
            title=letter.subject,
            date=delivery.date,
            at=delivery.since,
        )


def _whose(delivery: Delivery) -> tuple[str, str, str]:
    return delivery.digest, delivery.channel, delivery.recipient


def letter_of(edition: Mapping[str, Any], link: str | None) -> letters.Letter:
    """`link`: the folder of the outputs on the web."""
    return letters.letter(edition, edition["language"], link=_page(edition, link))


def _page(edition: Mapping[str, Any], link: str | None) -> str | None:
    return f"{link.rstrip('/')}/{edition['digest']}/{edition['date']}.html" if link else None


def send_test(
    mail: Mail, edition: Mapping[str, Any], to: str, now: datetime, postman: type[Postman] = Postman
) -> Refusal | None:
    """An edition to one address, remembered nowhere; its Message-ID is that of no delivery."""
    letter = letter_of(edition, mail.link)
    message = mail_message(
        sender=mail.sender,
        to=to,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        digest=f"{edition['digest']}.test-{now:%Y%m%d%H%M%S}",
        title=letter.subject,
        date=edition["date"],
        at=now,
    )
    with postman(mail) as line:
        return line.send(message, to)
