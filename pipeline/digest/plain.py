"""A selection as plain text: for terminals, for mail programs that show no HTML, for whoever reads with the ears.

The order and the words are those of every other format. A headline is followed by its address on a line of its own; heads are
underlined; what matched is named and not marked, so that quotes stay exactly what the outlet wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from pipeline.digest import display, figures, isolates
from pipeline.digest.isolates import FSI, PDI
from pipeline.digest.words import Foreign, Line, Words

Json = Mapping[str, Any]

_RULE = 60
"""Characters of a line under a head, at most."""
BRIEF = 1500
"""Characters of a notice: what every service takes in one piece."""
_BRIEF_TOP = 5
"""Top stories in a notice."""


class _Writer:
    def __init__(self, words: Words) -> None:
        self.words = words
        self.lines: list[str] = []

    def add(self, *lines: str) -> None:
        self.lines += lines

    def head(self, text: str, rule: str) -> None:
        self.add("", self.turned(text), rule * min(_RULE, len(text)))

    def turned(self, text: str) -> str:
        return isolates.turned(text, self.words.dir)

    def foreign(self, text: str, most: int = 80) -> str:
        told = display.name(text, most)
        if display.direction(told) == self.words.dir:
            return isolates.runs(told, self.words.dir)
        return f"{FSI}{told}{PDI}" if told else ""

    def ink(self, line: Line) -> str:
        drawn = ""
        for part in line:
            if not isinstance(part, Foreign):
                drawn += part
            elif part.kind == "code":
                drawn += f"{FSI}{display.name(part.text, 200)}{PDI}"
            elif part.kind == "quote":
                drawn += f"«{self.foreign(part.text, 200)}»"
            elif part.kind == "reading":
                drawn += isolates.rightward(display.name(part.text, 200), self.words.dir)
            else:
                drawn += self.foreign(part.text)
        return drawn

    def address(self, url: str, indent: str = "  ") -> None:
        linked = display.link(url)
        if linked is not None:
            self.add(indent + linked)

    def quote(self, quote: Json) -> None:
        told = display.clean(quote["text"])
        if display.direction(told) == self.words.dir:
            told = self.turned(isolates.runs(told, self.words.dir))
        self.add(f"  {'… ' if quote['cut_before'] else ''}{told}{' …' if quote['cut_after'] else ''}")


def edition_text(edition: Json, words: Words) -> str:
    """The whole edition."""
    out, today = _Writer(words), date.fromisoformat(edition["date"])
    title = out.turned(out.foreign(edition["title"], display.HEADLINE))
    out.add(title, "=" * min(_RULE, len(title)))
    out.add(words.heading(today), out.ink(words.window(edition)))
    _coverage(out, edition["coverage"])
    if edition["top"]:
        out.head(words.plain("top"), "=")
        _top(out, edition["top"])
    for section in edition["sections"]:
        _section(out, edition, section, today)
    _unseen(out, edition, today)
    build = edition["build"]
    command = f"marsad digest {edition['digest']} --date {edition['date']} --rebuild"
    out.add(
        "",
        "-" * _RULE,
        out.ink((f"{words.plain('watchlists_hash')}: ", Foreign(build["watchlists"], "code"))),
        out.ink((f"{words.plain('program')} ", Foreign(build["version"], "code"))),
        out.ink((f"{words.plain('rebuild')}: ", Foreign(command, "code"))),
    )
    return "\n".join(out.lines) + "\n"


def brief_text(edition: Json, words: Words, *, link: str | None = None) -> str:
    """The heads of it for a chat: the day's books, the top stories, each watchlist with its count, where to read on.

    Whole lines are left out of the end when they are too many, and counted by nothing: the edition has them.
    """
    out = _Writer(words)
    _coverage(out, edition["coverage"])
    _top(out, edition["top"][:_BRIEF_TOP])
    out.add("")
    for section in edition["sections"]:
        out.add(f"• {out.foreign(section['title'])}: {words.count(section['articles'], 'article')}")
    last = [display.link(link) or ""] if link else []
    room = BRIEF - sum(len(line) + 1 for line in last)
    kept: list[str] = []
    for line in out.lines[1:]:
        room -= len(line) + 1
        if room < 2:
            kept.append("…")
            break
        kept.append(line)
    return "\n".join([*kept, *last]).strip() + "\n"


def _top(out: _Writer, items: Sequence[Json]) -> None:
    for n, item in enumerate(items, 1):
        told = out.foreign(item["title"], display.HEADLINE)
        out.add(f"{out.words.digits(str(n))}. {out.turned(told)} — {out.words.count(item['independent'], 'outlet')}")


def _coverage(out: _Writer, coverage: Json) -> None:
    words = out.words
    out.add("", f"{words.plain('coverage')}: {' '.join(out.ink(line) for line in words.coverage(coverage))}")
    if coverage["articles"]:
        out.add(
            words.plain(
                "chain",
                articles=words.count(coverage["articles"], "article"),
                unique=words.number(coverage["articles"] - coverage["copies"]),
                stories=words.count(coverage["stories"], "story"),
                tagged=words.number(coverage["tagged"]),
            )
        )


def _section(out: _Writer, edition: Json, section: Json, today: date) -> None:
    words = out.words
    out.head(out.foreign(section["title"], display.HEADLINE), "=")
    stories = len({s["story"] for s in (*section["stories"], *section["also"])})
    articles = words.count(section["articles"], "article")
    counts = words.plain("section_count", articles=articles, stories=words.count(stories, "story", oblique=True))
    usual = f" · {words.plain('usual', n=words.number(section['usual']))}" if section["usual_days"] >= 7 else ""
    days = " ".join(str(day["articles"]) for day in section["days"])
    out.add(counts + usual, f"{words.plain('bars', n=words.number(len(section['days'])))}: {days}")
    for story in section["stories"]:
        if story["display"] == "full":
            _full(out, edition, section, story, today)
    for going in (False, True):
        lines = [s for s in section["stories"] if s["display"] == "line" and (s["status"] == "continuing") == going]
        _lines(out, words.plain("going_on" if going else "more_stories"), lines, today)
    if section["also"]:
        out.head(words.plain("also"), "-")
        for line in section["also"]:
            place = out.ink(words.see(edition["titles"][line["section"]]))
            out.add(f"- {out.turned(out.foreign(line['title'], display.HEADLINE))} ({place})")


def _full(out: _Writer, edition: Json, section: Json, story: Json, today: date) -> None:
    words = out.words
    out.add("", f"* {out.turned(out.foreign(story['title'], display.HEADLINE))}")
    out.address(story["url"])
    when = words.when(story["at"], today, precision=story["precision"])
    meta = [] if story["status"] == "new" else [words.plain(story["status"])]
    meta += [out.foreign(story["outlet"]), when if story["published"] else words.plain("seen_at", when=when)]
    late = [words.plain("late")] if story["articles"][0]["late"] else []
    out.add("  " + out.turned(" · ".join([*meta, *(out.ink(line) for line in words.credit(story)), *late])))
    if news := words.news(story, figures.NOUNS):
        out.add(f"  {words.plain('since_last')}: {words.semicolon.join(out.ink(line) for line in news)}")
    for quote in story["quotes"]:
        out.quote(quote)
    for line in (words.why(story, section["watchlist"], edition["titles"]), words.evidence(story)):
        if line:
            out.add("  " + out.turned(out.ink(line)))
    if len(story["articles"]) > 1:
        _members(out, story["articles"])


def _lines(out: _Writer, head: str, stories: Sequence[Json], today: date) -> None:
    if not stories:
        return
    out.head(head, "-")
    for story in stories:
        when = out.words.when(story["at"], today, precision=story["precision"])
        title = out.turned(out.foreign(story["title"], display.HEADLINE))
        out.add(f"- {title} — {out.foreign(story['outlet'])} · {when}")
        out.address(story["url"])
        _members(out, [a for a in story["articles"] if a["url"] != story["url"]])


def _members(out: _Writer, articles: Sequence[Json]) -> None:
    for member in articles:
        out.add("  - " + out.turned(f"{out.foreign(member['outlet'])} — {out.words.relation(member)}"))
        out.address(member["url"], "    ")


def _unseen(out: _Writer, edition: Json, today: date) -> None:
    words, coverage = out.words, edition["coverage"]
    out.head(words.plain("unseen"), "=")
    empty = True
    for head, rows in (
        ("failed_head", [_failed(out, f, edition["until"]) for f in coverage["failed"]]),
        ("quiet_head", [f"{out.foreign(q['outlet'])}: {words.quiet(q)}" for q in coverage["quiet"]]),
        ("silent_head", [out.foreign(edition["titles"].get(w, w)) for w in edition["silent_watchlists"]]),
        ("late_head", [_late(out, item, today) for item in edition["late"]]),
    ):
        if rows:
            empty = False
            out.head(words.plain(head), "-")
            out.add(*(f"- {out.turned(row)}" for row in rows))
    if empty:
        out.add(words.plain("nothing_unseen"))


def _failed(out: _Writer, failed: Json, until: str) -> str:
    words = out.words
    ago = words.ago(failed.get("since"), until)
    code = out.ink((Foreign(failed["reason"], "code"),))
    since = words.comma + ago if ago else ""
    return f"{out.foreign(failed['outlet'])}: {words.reason(failed['reason'])} ({code}){since}"


def _late(out: _Writer, item: Json, today: date) -> str:
    when = out.words.when(item["published"], today, precision=item["precision"])
    return f"{out.foreign(item['title'], display.HEADLINE)} — {out.foreign(item['outlet'])}{out.words.comma}{when}"
