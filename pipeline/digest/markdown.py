"""A selection as Markdown that reads well unrendered: one thought a line, addresses on lines of their own, nothing from outside active.

Links are written by reference and the address stands right below its line, so that no Arabic line has an address running through it.
Where a line mixes directions, the other direction's words stand between isolates (U+2068 … U+2069), and a line that would begin with
them is turned by a mark (U+200F, U+200E) first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote

from pipeline.digest import display, figures, isolates
from pipeline.digest.isolates import FSI, PDI
from pipeline.digest.words import Foreign, Line, Words

Json = Mapping[str, Any]

_ESCAPED = re.compile(r"[\\`*\[\]<>|#&~]|(?<![^\W_])_|_(?![^\W_])")
_BLOCK_START = re.compile(r"^(\d{1,9})([.)])|^([-+=])")
_NOT_IN_ADDRESS = re.compile("[\\s()<>\\[\\]\"'|\\\\`*{}^]")


def escaped(text: str) -> str:
    """Text from outside as Markdown that shows it and does nothing else."""
    return _ESCAPED.sub(lambda found: "\\" + found[0], text)


def begun(text: str) -> str:
    """Escaped text at the start of a block, where a dash or a number with a dot would open a list."""
    return _BLOCK_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", text)


def address(url: str) -> str | None:
    """A linkable address, whole, with every character encoded at which Markdown or a reader's program might end it."""
    linked = display.link(url)
    return None if linked is None else _NOT_IN_ADDRESS.sub(lambda found: quote(found[0], safe=""), linked)


class _Writer:
    """The lines of one edition, and the number of each link."""

    def __init__(self, words: Words) -> None:
        self.words = words
        self.lines: list[str] = []
        self.links: dict[str, int] = {}

    def add(self, *lines: str) -> None:
        self.lines += lines

    def foreign(self, text: str, most: int = 80) -> str:
        return self.name(display.name(text, most))

    def name(self, told: str, link: str = "") -> str:
        """A cleaned string inside one of our lines; as the text of a link where `link` is its reference."""
        own = display.direction(told) == self.words.dir
        drawn = escaped(self.runs(told) if own else told)
        drawn = f"[{drawn}]{link}" if link else drawn
        return drawn if own or not told else f"{FSI}{drawn}{PDI}"

    def runs(self, text: str) -> str:
        """Text of our direction, with the runs in it that have the other isolated."""
        return isolates.runs(text, self.words.dir)

    def ink(self, line: Line) -> str:
        drawn = ""
        for part in line:
            if not isinstance(part, Foreign):
                drawn += escaped(part)
            elif part.kind == "code":
                drawn += f"{FSI}`{display.name(part.text, 200).replace('`', chr(39))}`{PDI}"
            elif part.kind == "quote":
                drawn += f"«{self.foreign(part.text, 200)}»"
            elif part.kind == "reading":
                drawn += escaped(isolates.rightward(display.name(part.text, 200), self.words.dir))
            else:
                drawn += self.foreign(part.text)
        return drawn

    def turned(self, text: str) -> str:
        """A line whose first strong character would set the wrong direction begins with a mark of ours."""
        return isolates.turned(text, self.words.dir)

    def link(self, text: str, url: str, most: int = display.HEADLINE) -> tuple[str, list[str]]:
        """A linked text and the line that holds its address; text alone where the address may not be linked."""
        told = display.name(text, most) or display.name(url, most)
        target = address(url)
        if target is None:
            return self.name(told), []
        n = self.links.setdefault(target, len(self.links) + 1)
        return self.name(told, f"[{n}]"), [f"[{n}]: {target}"]

    def marked(self, quote_: Json) -> str:
        """A quote with its matches emphasised, in its own direction."""
        text, drawn, at = quote_["text"], "", 0
        own = display.direction(text) == self.words.dir

        def piece(start: int, end: int) -> str:
            told = display.shown(text[start:end], first=not start)
            return escaped(self.runs(told) if own else told)

        for start, end in quote_["marks"]:
            told = piece(start, end)
            drawn += piece(at, start) + (f"**{told}**" if _flanked(text, start, end) else told)
            at = end
        drawn = begun(" ".join((drawn + piece(at, len(text))).split()))
        drawn = ("… " if quote_["cut_before"] else "") + drawn + (" …" if quote_["cut_after"] else "")
        return self.turned(drawn) if own else drawn


def _flanked(text: str, start: int, end: int) -> bool:
    """Whether two asterisks on each side would count as emphasis: a letter within, or something else than a letter without."""
    before, after = text[start - 1 : start], text[end : end + 1]
    opens = text[start].isalnum() or not before.isalnum()
    closes = text[end - 1].isalnum() or not after.isalnum()
    return opens and closes and not text[start].isspace() and not text[end - 1].isspace()


def edition_text(edition: Json, words: Words) -> str:
    """The whole edition."""
    out, today = _Writer(words), date.fromisoformat(edition["date"])
    out.add("# " + out.turned(out.foreign(edition["title"], display.HEADLINE)), "")
    out.add(f"{words.heading(today)} · {out.ink(words.window(edition))}", "")
    out.add(*_coverage(out, edition["coverage"]), "")
    if edition["top"]:
        _top(out, edition)
    for section in edition["sections"]:
        _section(out, edition, section, today)
    _unseen(out, edition, today)
    build = edition["build"]
    command = f"marsad digest {edition['digest']} --date {edition['date']} --rebuild"
    out.add(
        "---",
        "",
        out.ink(
            (
                f"{words.plain('watchlists_hash')}: ",
                Foreign(build["watchlists"], "code"),
                " · ",
                f"{words.plain('program')} ",
                Foreign(build["version"], "code"),
            )
        ),
        "",
        out.ink((f"{words.plain('rebuild')} ", Foreign(command, "code"))),
    )
    return "\n".join(out.lines) + "\n"


def _coverage(out: _Writer, coverage: Json) -> list[str]:
    words = out.words
    told = [out.ink(line) for line in words.coverage(coverage)]
    chain = words.plain(
        "chain",
        articles=words.count(coverage["articles"], "article"),
        unique=words.number(coverage["articles"] - coverage["copies"]),
        stories=words.count(coverage["stories"], "story"),
        tagged=words.number(coverage["tagged"]),
    )
    return [f"**{words.plain('coverage')}:** {' '.join(told)}", *(["", chain] if coverage["articles"] else [])]


def _top(out: _Writer, edition: Json) -> None:
    words = out.words
    places = {(s["watchlist"], t["story"]): t for s in edition["sections"] for t in s["stories"]}
    out.add(f"## {words.plain('top')}", "")
    for n, item in enumerate(edition["top"], 1):
        # Its address stands where the story does.
        text, _ = out.link(item["title"], places[item["section"], item["story"]]["url"])
        out.add(f"{n}. {out.turned(text)} — {words.count(item['independent'], 'outlet')}")
    out.add("")


def _section(out: _Writer, edition: Json, section: Json, today: date) -> None:
    words = out.words
    out.add("## " + out.turned(out.foreign(section["title"], display.HEADLINE)), "")
    stories = len(section["stories"]) + len({line["story"] for line in section["also"]})
    counts = [
        words.plain(
            "section_count",
            articles=words.count(section["articles"], "article"),
            stories=words.count(stories, "story", oblique=True),
        )
    ]
    if section["usual_days"] >= 7:
        counts.append(words.plain("usual", n=words.number(section["usual"])))
    out.add(" · ".join(counts), "")
    out.add(
        words.plain("bars", n=words.number(len(section["days"])))
        + ": "
        + " ".join(words.number(d["articles"]) for d in section["days"]),
        "",
    )
    for story in section["stories"]:
        if story["display"] == "full":
            _full(out, edition, section, story, today)
    for going in (False, True):
        lines = [s for s in section["stories"] if s["display"] == "line" and (s["status"] == "continuing") == going]
        _lines(out, words.plain("going_on" if going else "more_stories"), lines, today)
    if section["also"]:
        out.add(f"### {words.plain('also')}", "")
        for line in section["also"]:
            place = out.ink(words.see(edition["titles"][line["section"]]))
            out.add(f"- {out.turned(out.foreign(line['title'], display.HEADLINE))} ({place})")
        out.add("")


def _lines(out: _Writer, head: str, stories: Sequence[Json], today: date) -> None:
    if not stories:
        return
    addresses: list[str] = []
    out.add(f"### {head}", "")
    for story in stories:
        text, target = out.link(story["title"], story["url"])
        tail = [out.foreign(story["outlet"]), out.words.when(story["at"], today, precision=story["precision"])]
        if len(story["articles"]) > 1:
            tail.append(out.words.count(len(story["articles"]), "article"))
        out.add(f"- {out.turned(text)} — {' · '.join(tail)}")
        addresses += target
        for member in story["articles"]:
            if member["url"] != story["url"]:
                shown, more = out.link(member["outlet"], member["url"], 80)
                out.add(f"  - {out.turned(shown)} — {out.words.relation(member)}")
                addresses += more
    out.add("", *addresses, "")


def _full(out: _Writer, edition: Json, section: Json, story: Json, today: date) -> None:
    words = out.words
    text, target = out.link(story["title"], story["url"])
    out.add("### " + out.turned(text), "", *target, "")
    when = words.when(story["at"], today, precision=story["precision"])
    meta = [] if story["status"] == "new" else [words.plain(story["status"])]
    meta += [out.foreign(story["outlet"]), when if story["published"] else words.plain("seen_at", when=when)]
    late = [words.plain("late")] if story["articles"][0]["late"] else []
    out.add(out.turned(" · ".join([*meta, *(out.ink(line) for line in words.credit(story)), *late])), "")
    news = words.news(story, figures.NOUNS)
    if news:
        out.add(f"{words.plain('since_last')}: {words.semicolon.join(out.ink(line) for line in news)}", "")
    for quote_ in story["quotes"]:
        out.add(f"> {out.marked(quote_)}", "")
    if why := words.why(story, section["watchlist"], edition["titles"]):
        out.add(out.ink(why), "")
    if evidence := words.evidence(story):
        out.add(out.ink(evidence), "")
    if len(story["articles"]) > 1:
        addresses: list[str] = []
        for member in story["articles"]:
            shown, more_ = out.link(member["outlet"], member["url"], 80)
            out.add(f"- {out.turned(shown)} — {words.relation(member)}")
            addresses += more_
        out.add("", *addresses, "")


def _unseen(out: _Writer, edition: Json, today: date) -> None:
    words, coverage = out.words, edition["coverage"]
    out.add(f"## {words.plain('unseen')}", "")
    empty = True
    for head, rows in (
        ("failed_head", [_failed(out, f, edition["until"]) for f in coverage["failed"]]),
        ("quiet_head", [f"{out.foreign(q['outlet'])}: {words.quiet(q)}" for q in coverage["quiet"]]),
        ("silent_head", [out.foreign(edition["titles"].get(w, w)) for w in edition["silent_watchlists"]]),
        ("late_head", [_late(out, item, today) for item in edition["late"]]),
    ):
        if rows:
            empty = False
            out.add(f"### {words.plain(head)}", "", *(f"- {out.turned(row)}" for row in rows), "")
    if empty:
        out.add(words.plain("nothing_unseen"), "")


def _failed(out: _Writer, failed: Json, until: str) -> str:
    words = out.words
    code = out.ink((Foreign(failed["reason"], "code"),))
    ago = words.ago(failed.get("since"), until)
    return (
        f"{out.foreign(failed['outlet'])}: {words.reason(failed['reason'])} ({code}){words.comma + ago if ago else ''}"
    )


def _late(out: _Writer, item: Json, today: date) -> str:
    when = out.words.when(item["published"], today, precision=item["precision"])
    return f"{out.foreign(item['title'], display.HEADLINE)} — {out.foreign(item['outlet'])}{out.words.comma}{when}"
