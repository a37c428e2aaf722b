"""HTML and half-escaped text, as feeds carry it, to one line of plain text.

Linear in the text's length and indifferent to nesting. Tried and rejected: libxml2 (through lxml) silently loses the text below
some two thousand nested elements; the standard library's HTMLParser is quadratic on broken markup.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.text.slips import healed, name_alone, unescape

TITLE = 1_000
SUMMARY = 5_000
AUTHOR = 200
"""Code points that are kept of each."""
MARKUP = 200_000
"""Code points of HTML that are read to make a summary."""

_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f"  # controls
    "\u202a-\u202e\u2066-\u2069"  # embeddings, overrides and isolates turn round what stands beside them
    "\ud800-\udfff\ufffe\uffff]"  # halves of characters, and none at all
)
_TAG = re.compile(
    r"<[!?][^<>]*+>"
    r"|<(/?)([A-Za-z][\w:-]*+)(?:[^<>\"']|\"[^\"]{0,500}+\"|'[^']{0,500}+')*+>"
    r"|<(/?)([A-Za-z][\w:-]*+)[^<>]*+>",  # a quotation mark too many
    re.ASCII,
)


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_HIDDEN = _names("script style template noscript iframe object svg math head title textarea")
"""Elements whose content no reader sees as text."""
_INLINE = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q s samp small span strike strong "
    "sub sup time tt u var wbr"
)
_OTHER = _names(
    "address applet area article aside audio base blink blockquote body br button canvas caption center col dd details dialog "
    "dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hr html img input "
    "legend li link main map marquee menu meta mglyph mtext nav ol optgroup option p param picture pre section select source "
    "summary table tbody td tfoot th thead tr track ul video"
)
_ELEMENTS = _INLINE | _OTHER | _HIDDEN


def clean(text: str) -> str:
    """Without characters that no text needs, white space squeezed."""
    return " ".join(_DROPPED.sub("", text).split())


def plain(markup: str, most: int = SUMMARY) -> str:
    """The text of a piece of HTML, at most so many code points of it."""
    cut_off = len(markup) > MARKUP
    markup = markup[:MARKUP]
    if cut_off and markup.rfind("<") > markup.rfind(">"):
        markup = markup[: markup.rfind("<")]
    text = unescape(_without_tags(markup, known_only=False)) if "<" in markup else unescape(markup)
    return shorten(clean(healed(text)), most)


def title(text: str, most: int = TITLE) -> str:
    """A title: elements of HTML taken out, `5 < 6` and `<غير معروف>` left alone, references decoded, twice-escaped ones too."""
    text = text[: 20 * most]
    bare = _without_tags(text, known_only=True) if "<" in text else text
    read = healed(unescape(bare))
    if read != bare and "<" in read:
        # Twice-escaped formatting is taken out as well; what is more than formatting stays as text.
        read = re.sub(r"</?(?:b|i|em|strong|u|span|font|p|br)(?:\s[^<>]*+)?/?>", " ", read)
    return shorten(clean(read), most)


def author(text: str) -> str | None:
    """A name, where one is left without the address beside it."""
    return name_alone(title(text, AUTHOR)) or None


def _without_comments(markup: str) -> str:
    out: list[str] = []
    at = 0
    while (start := markup.find("<!--", at)) >= 0 and (end := markup.find("-->", start + 4)) >= 0:
        out += [markup[at:start], " "]
        at = end + 3
    out.append(markup[at:])
    return "".join(out)


def _without_tags(markup: str, *, known_only: bool) -> str:
    markup = _without_comments(markup)
    out: list[str] = []
    at = 0
    absent: set[str] = set()
    while found := _TAG.search(markup, at):
        name = (found[2] or found[4] or "").lower()
        if known_only and name and name not in _ELEMENTS:
            out.append(markup[at : found.end()])
            at = found.end()
            continue
        out.append(markup[at : found.start()])
        if name not in _INLINE:
            out.append(" ")
        at = found.end()
        opens = not (found[1] or found[3])
        if opens and name in _HIDDEN and name not in absent and not found[0].endswith("/>"):
            end = re.compile(rf"</{name}\b[^<>]*+>?", re.IGNORECASE).search(markup, at)
            if end:
                at = end.end()
            else:
                absent.add(name)
    out.append(markup[at:])
    return "".join(out)


def shorten(text: str, most: int) -> str:
    """At most so many code points, and «…» in the last place where some are missing; never inside a character as people see it."""
    if len(text) <= most:
        return text
    end = most - 1
    while end > most - 60 and end > 1 and (_continues(text[end]) or text[end - 1] == "\u200d"):
        end -= 1
    return text[:end].rstrip() + "…"


def _continues(c: str) -> bool:
    return (
        unicodedata.combining(c) > 0
        or unicodedata.category(c) in {"Mn", "Me", "Mc", "Cf"}
        or "\U0001f1e6" <= c <= "\U0001f1ff"
    )
