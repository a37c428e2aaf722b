"""digests.yaml: what we publish, when, and to whom."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import BeforeValidator

from pipeline import yamlfile
from pipeline.config.settings import Digits, Language, mailbox, secret, zone
from pipeline.deliver import notice
from pipeline.errors import Problem
from pipeline.model import Recipient
from pipeline.yamlfile import Section, Steps, Tree, kinds

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FORMATS = ("html", "md", "json", "txt")
USUAL = ("html", "md", "json")


def _at(value: Any) -> tuple[int, int]:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", kinds.plain(value) if isinstance(value, str) else "")
    if not found:
        raise kinds.expected("a time of day from 00:00 to 23:59", 'write it in quotes, as "07:00"')
    return int(found[1]), int(found[2])


_LONG_DAYS = {
    name: short
    for short, names in zip(
        DAYS,
        (
            "monday الاثنين الإثنين",
            "tuesday tues الثلاثاء",
            "wednesday الأربعاء الاربعاء",
            "thursday thurs thur الخميس",
            "friday الجمعة",
            "saturday السبت",
            "sunday الأحد الاحد",
        ),
        strict=True,
    )
    for name in names.split()
}


def _day(value: Any) -> int:
    found = kinds.plain(value).lower() if isinstance(value, str) else ""
    if found not in DAYS:
        near = _LONG_DAYS.get(found) or yamlfile.nearest(found, [*DAYS, *_LONG_DAYS])
        near = _LONG_DAYS.get(near or "", near)
        raise kinds.expected(f"a day ({', '.join(DAYS)})", f"did you mean {near!r}?" if near else "")
    return DAYS.index(found)


def _some(value: Any) -> Any:
    if value == []:
        raise kinds.wrong("an empty list stands here", "fill it, or take the key away")
    return value


class EmailSection(Section):
    to: Annotated[tuple[Annotated[str, BeforeValidator(mailbox)], ...], BeforeValidator(_some)]


class WebhookSection(Section):
    url: Annotated[str, kinds.address]
    secret: Annotated[str | None, secret] = None


class AppriseSection(Section):
    name: Annotated[str, kinds.text(60)]
    url: Annotated[str, secret]


class DeliverSection(Section):
    email: EmailSection | None = None
    webhook: WebhookSection | None = None
    apprise: AppriseSection | None = None


def _all_or_list(value: Any) -> Any:
    """None for all."""
    if isinstance(value, str) and kinds.plain(value) == "all":
        return None
    if not isinstance(value, list):
        raise kinds.expected("all, or a list of watchlists' ids,", "write it as [one, two]")
    return _some(value)


class DigestSection(Section):
    id: Annotated[str, kinds.ident]
    title: Annotated[str, kinds.text(200)]
    at: Annotated[tuple[int, int], BeforeValidator(_at)]
    timezone: Annotated[str | None, BeforeValidator(zone)] = None
    days: Annotated[tuple[Annotated[int, BeforeValidator(_day)], ...], BeforeValidator(_some)] = tuple(range(7))
    watchlists: Annotated[tuple[Annotated[str, kinds.ident], ...] | None, BeforeValidator(_all_or_list)] = None
    formats: Annotated[tuple[Annotated[str, kinds.choice(*FORMATS)], ...], BeforeValidator(_some)] = USUAL
    language: Annotated[Language | None, kinds.choice("ar", "en")] = None
    digits: Annotated[Digits | None, kinds.choice("western", "arabic-indic")] = None
    hijri: Annotated[bool | None, kinds.yes_no] = None
    deliver: tuple[DeliverSection, ...] = ()


class DigestsSection(Section):
    digests: tuple[DigestSection, ...]


def recipients(ways: Sequence[DeliverSection]) -> tuple[Recipient, ...]:
    """Everyone once, in the order of the file."""
    found: dict[tuple[str, str], Recipient] = {}
    for way in ways:
        for to in way.email.to if way.email else ():
            found.setdefault(("email", to), Recipient(channel="email", name=to, address=to))
        if way.webhook:
            name = _hook_name(way.webhook.url)
            made = Recipient(channel="webhook", name=name, address=way.webhook.url, secret=way.webhook.secret)
            found.setdefault(("webhook", name), made)
        if way.apprise:
            made = Recipient(channel="apprise", name=way.apprise.name, address=way.apprise.url)
            found.setdefault(("apprise", made.name), made)
    return tuple(found.values())


def _hook_name(url: str) -> str:
    """An address that can be told, known again by a hash of the whole: path and query may be a secret."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}#{sha256(url.encode()).hexdigest()[:8]}"


def disagreements(tree: Tree, lists: Collection[str], *, mail: bool = True) -> list[Problem]:
    """What single keys cannot see: ids once, watchlists that exist, `at` in quotes, one way of delivery an item, a server for mail.

    `mail`: whether there is one, or pipeline.yaml could not be read.
    """
    problems = []
    for again, first in tree.repeated(("digests",), "id"):
        what = f"this id stands in line {tree.spot(first).line} already"
        problems.append(tree.problem(again, what, "choose another"))
    for n in range(tree.count(("digests",))):
        here: Steps = ("digests", n)
        problems += _unquoted(tree, (*here, "at"))
        problems += _unknown_watchlists(tree, (*here, "watchlists"), lists)
        for key in ("watchlists", "formats", "days"):
            for again, _ in tree.repeated((*here, key), same=str.lower):
                problems.append(tree.problem(again, f"{tree.shown(again)} stands twice", "keep one"))
        for m in range(tree.count((*here, "deliver"))):
            way = tree.get((*here, "deliver", m))
            if isinstance(way, dict) and len([v for v in way.values() if v is not None]) != 1:
                what = "one way of delivery was expected here, email:, webhook: or apprise:"
                problems.append(tree.problem((*here, "deliver", m), what, "begin each with its own `- `"))
            elif isinstance(way, dict) and way.get("email") is not None and not mail:
                what = "there is no mail server to send it by"
                todo = "write `mail:` with `host:` and `from:` in pipeline.yaml"
                problems.append(tree.problem((*here, "deliver", m, "email"), what, todo, key=True))
            elif isinstance(way, dict) and isinstance(way.get("apprise"), dict):
                problems += _not_spoken_to(tree, (*here, "deliver", m, "apprise"))
    return problems


def _not_spoken_to(tree: Tree, steps: Steps) -> list[Problem]:
    """Nothing of the address is told: all of it may be a secret."""
    if not notice.installed():
        todo = "install marsad[apprise], or take this way of delivery away"
        return [tree.problem(steps, "apprise is not installed here", todo, key=True)]
    address = tree.word((*steps, "url"))
    if not address or notice.understood(address):
        return []
    what = "apprise knows no service by this address"
    return [tree.problem((*steps, "url"), what, "see its list of services for how one is written", key=True)]


def _unquoted(tree: Tree, steps: Steps) -> list[Problem]:
    at = tree.values.get(steps)
    if at is None or at.style or not re.fullmatch(r"[0-9]{1,2}:[0-9]{2}", at.raw):
        return []
    what = f"without quotes, many programs read {at.raw} as a number of minutes"
    return [tree.problem(steps, what, f'write it as "{at.raw:0>5}"')]


def _unknown_watchlists(tree: Tree, steps: Steps, lists: Collection[str]) -> list[Problem]:
    problems = []
    for n in range(tree.count(steps)):
        name = tree.word((*steps, n)) or ""
        if kinds.ID.fullmatch(name) and name not in lists:
            near = yamlfile.nearest(name, lists)
            todo = f"did you mean {near!r}?" if near else f"they are: {', '.join(sorted(lists)) or 'none yet'}"
            problems.append(tree.problem((*steps, n), f"there is no watchlist {tree.shown((*steps, n))}", todo))
    return problems
