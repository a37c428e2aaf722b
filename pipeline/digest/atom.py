"""Atom feeds: one of a digest's editions, one of each watchlist's stories.

Ids are tag: URIs of digest, day and story, links relative to the feed's own place; both outlive a move to another address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any

from markupsafe import Markup, escape

from pipeline.digest import display
from pipeline.digest.render import template
from pipeline.digest.words import Foreign, Words

Json = Mapping[str, Any]

STORIES = 200
"""Stories in a watchlist's feed."""


def of_editions(title: str, digest: str, briefs: Iterable[Json], language: str = "ar") -> str:
    """The feed of all editions, newest first. `briefs` come oldest first."""
    editions = list(briefs)[::-1]
    words = Words.of(editions[0] if editions else {}, language)
    days = [date.fromisoformat(brief["date"]) for brief in editions]
    return template("feed.xml.j2").render(
        title=display.name(title, display.HEADLINE) or digest,
        digest=_safe(digest),
        w=words,
        entries=[
            {
                **brief,
                "name": f"{display.name(brief['title'], display.HEADLINE)} — {words.heading(day)}",
                "summary": _summary(brief, words),
            }
            for brief, day in zip(editions, days, strict=True)
        ],
    )


def _safe(digest: str) -> str:
    return re.sub(r"[^A-Za-z0-9._~-]", "-", digest)


def _summary(brief: Json, words: Words) -> str:
    told = [
        "".join(part.text if isinstance(part, Foreign) else part for part in line)
        for line in words.coverage(brief["coverage"])
    ]
    counts = [f"{display.name(s['title'])}: {words.count(s['articles'], 'article')}" for s in brief["sections"]]
    return " ".join(told + ([words.comma.join(counts) + "."] if counts else []))


# ---------------------------------------------------------------- a watchlist's
def name_of(watchlist: str) -> str:
    """The file of a watchlist's feed; `feed.xml` is the digest's own, and no id has an underscore."""
    return "feed_.xml" if watchlist == "feed" else f"{watchlist}.xml"


def is_of_watchlist(text: str, digest: str) -> bool:
    """Whether a file that begins so is a watchlist's feed of this digest, drawn here."""
    name = re.escape(_safe(digest))
    return (
        re.match(rf"<\?xml [^>]*>\s*<feed [^>]*>\s*<id>tag:marsad\.invalid,2026:{name}/[^/<]+</id>", text) is not None
    )


def of_watchlists(
    digest: str, titles: Mapping[str, str], editions: Sequence[Json], language: str = "ar"
) -> Iterator[tuple[str, str]]:
    """For each watchlist (`titles` are the feeds') its file and its feed: an entry for each story of each edition (oldest edition
    first), newest first, at most STORIES. All are drawn together, for a story stands in the feed of each watchlist that tags it.
    """
    words = Words.of(editions[-1] if editions else {}, language)
    days = [_Day(edition, words) for edition in reversed(editions)]
    for watchlist, title in titles.items():
        file, own = name_of(watchlist), escape(f"tag:marsad.invalid,2026:{_safe(digest)}/{watchlist}")
        entries = islice((entry for day in days for entry in day.entries(watchlist)), STORIES)
        drawn = [f"<entry>\n<id>{own}/{end}</id>\n{told}\n</entry>\n" for end, told in entries]
        yield (
            file,
            template("watchlist.xml.j2").render(
                title=display.name(title, display.HEADLINE) or watchlist,
                id=own,
                name=file,
                updated=editions[-1]["until"] if editions else "1970-01-01T00:00:00+00:00",
                w=words,
                entries=Markup("".join(drawn)),  # noqa: S704  drawn here, and escaped
            ),
        )


class _Day:
    """The entries of one edition, each drawn once."""

    def __init__(self, edition: Json, words: Words) -> None:
        self.edition, self.words = edition, words
        self.sections = {section["watchlist"]: section for section in edition["sections"]}
        self.stories = {(w, story["story"]): story for w, s in self.sections.items() for story in s["stories"]}
        self._drawn: dict[tuple[str, str], tuple[str, str]] = {}

    def entries(self, watchlist: str) -> Iterator[tuple[str, str]]:
        """The stories that this watchlist tags, be it that they stand in full under another: the end of the id, all that follows it."""
        if watchlist not in self.sections:
            return
        section = self.sections[watchlist]
        places: dict[str, str] = {story["story"]: watchlist for story in section["stories"]}
        for line in section["also"]:
            places.setdefault(line["story"], line["section"])
        for name, home in places.items():
            if (home, name) not in self._drawn:
                self._drawn[home, name] = self._entry(self.stories[home, name])
            yield self._drawn[home, name]

    def _entry(self, story: Json) -> tuple[str, str]:
        words, day, until = self.words, self.edition["date"], escape(self.edition["until"])
        status = "" if story["status"] == "new" else f"{words.plain(story['status'])}: "
        title = display.name(story["title"], display.HEADLINE) or display.name(story["url"], display.HEADLINE)
        outlet = display.name(story["outlet"]) or words.plain("program")
        key = sha256(story["story"].encode("utf-8", "replace")).hexdigest()[:16]
        told = (
            f"<title>{escape(status + title)}</title>\n"
            f"<updated>{until}</updated>\n"
            f"<published>{until}</published>\n"
            f"<author><name>{escape(outlet)}</name></author>\n"
            f'<link rel="alternate" type="text/html" href="{escape(display.link(story["url"]) or f"{day}.html")}"/>\n'
            f"<summary>{escape(display.name(story['excerpt'], 1000))}</summary>"
        )
        return f"{day}/{key}", told
