"""Bytes to text, for feeds and pages of servers that say one encoding and send another.

The bytes speak first, the label last: text that is valid UTF-8 with letters beyond ASCII in it is UTF-8, whatever header, XML
declaration and <meta> say. Then in order: UTF-8 with a few broken characters; what is declared, if that reads as text; the
Arabic code pages, judged by how often each letter is written; charset-normalizer between those pages and windows-1252; UTF-8 with
replacement characters. Text that was spoilt before it was sent («Ø£Ø®Ø¨Ø§Ø±») is left as it came: what it was is a guess.

A UTF-8 body costs one strict decoding. Every judgement looks at a sample of bounded size, whatever the body's.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from typing import Literal, NamedTuple

from charset_normalizer import from_bytes
from w3lib.encoding import http_content_type_encoding, resolve_encoding

Kind = Literal["xml", "html", "json"]


class Decoded(NamedTuple):
    """Text without NUL and lone surrogates."""

    text: str
    encoding: str
    """The Python name of the codec that read it."""
    repaired: bool
    """Some bytes could not be read: U+FFFD stands for them, or the last, cut character is missing."""


HEAD = 65_536
"""Bytes in which a declaration is looked for: some pages hide theirs behind kilobytes of scripts."""
SAMPLE = 32_768
"""Bytes that are judged."""

_BOMS = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with the other's
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_XML_LABEL = re.compile(rb"<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})")
_META_LABEL = re.compile(rb"(?i)<meta[^>]{0,300}?charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{1,40})")
_HIGH = re.compile(rb"[\x80-\xff]")
_INSIDE_LATIN = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
_NEVER = frozenset({"utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined"})
"""Codecs that turn plain ASCII into something else: only an attacker declares them."""

_ARABIC = ("cp1256", "iso8859-6")
"""The Arabic code pages of the web, the likelier first: it wins where the evidence is equal."""
_GUESSES = ["cp1256", "iso8859_6", "cp1252"]
"""What charset-normalizer may answer: more choice makes it find Greek and Thai in a short Arabic headline."""
_LATIN = frozenset(
    {"ascii", "cp1252", "iso8859-1", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "iso8859-9", "cp1257"}
)
"""Declared by default settings everywhere, so they mean nothing against Arabic letters."""

# How much a letter beyond ASCII speaks for Arabic text, by how often news prose writes it; what is not here speaks against.
_WEIGHTS = {
    **dict.fromkeys("ال", 1.0),
    **dict.fromkeys("يمنروتةبعدسفهقكأحج", 0.9),
    **dict.fromkeys("شطصىخإضذزثءغئظؤآ،؛؟«»“”…–", 0.6),
    **dict.fromkeys("پچژگکـًٌٍَُِّْ\xa0\u200c\u200d\u200e\u200f‘’ﻻﻷﻵﻹ", 0.1),
}
_ARABIC_ENOUGH = 0.55
"""Mean weight above which a sample is Arabic. Arabic news lies at 0.85 to 0.95, French and Turkish in cp1256 below 0.35."""
_BEYOND_DOUBT = 0.75
"""And above which even a label of Cyrillic or Chinese is not believed."""
_BETTER = 0.05
"""By so much another Arabic page must beat a declared one. Little is enough: the wrong one turns common letters into rare ones."""


def decode(body: bytes, content_type: str = "", *, kind: Kind) -> Decoded:
    """`body` as text. `content_type` is the header as sent. Never raises, always gives text."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            while body.startswith(mark):
                body = body[len(mark) :]
            return _read(body, name)
    if wide := _wide(body):
        return _read(body, wide)
    try:
        return _tidy(body.decode("utf-8"), "utf-8", repaired=False)
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # strict decoding came to the very end: a cut answer
            return _tidy(body[: error.start].decode("utf-8"), "utf-8", repaired=True)
    labels = declared(body, content_type, kind=kind)
    sample = _sample(body)
    if _mostly_utf8(sample, trusted="utf-8" in labels):
        return _read(body, "utf-8")
    return _read(body, _page(sample, labels) or "utf-8")


def declared(body: bytes, content_type: str, *, kind: Kind) -> tuple[str, ...]:
    """Python names of the codecs that header and document name, in that order; names nobody knows are left out."""
    labels = [http_content_type_encoding(content_type[:1000])]
    patterns = {"xml": (_XML_LABEL,), "html": (_META_LABEL, _XML_LABEL), "json": ()}[kind]
    found = [pattern.search(body[:HEAD]) for pattern in patterns]
    labels += [resolve_encoding(label[1].decode("ascii")) for label in found if label]
    return tuple(dict.fromkeys(label for label in labels if label and label not in _NEVER))


def _wide(body: bytes) -> str | None:
    """The name of a 16- or 32-bit encoding without a mark: NUL bytes all stand in one place of each unit."""
    head = body[:512]
    if head.count(0) * 5 < len(head) or len(head) < 8:
        return None
    places = [sum(byte == 0 for byte in head[k::4]) * 4 for k in range(4)]
    most, least = 0.8 * len(head), 0.1 * len(head)
    for name, empty in (("utf-32-le", (2, 3)), ("utf-32-be", (0, 1))):
        if all(places[k] > most for k in empty) and places[0 if empty[0] else 3] < least:
            return name
    for name, empty in (("utf-16-le", (1, 3)), ("utf-16-be", (0, 2))):
        if all(places[k] > places[k ^ 1] for k in empty) and all(places[k ^ 1] < least for k in empty):
            return name
    return None


def _mostly_utf8(sample: bytes, *, trusted: bool) -> bool:
    """Whether far more characters beyond ASCII are whole than broken; as many are enough where UTF-8 is declared."""
    text = sample.decode("utf-8", "ignore")
    good = len(text) - len(text.encode("ascii", "ignore"))
    bad = sample.decode("utf-8", "replace").count("\ufffd") - text.count("\ufffd")
    return good >= bad if trusted else good > 4 * bad


def _sample(body: bytes) -> bytes:
    """The part that tells encodings apart: from shortly before the first byte beyond ASCII."""
    first = _HIGH.search(body)
    start = max(0, first.start() - 256) if first else 0
    return body[start : start + SAMPLE]


def _page(sample: bytes, labels: tuple[str, ...]) -> str | None:
    """The codec that reads the sample best: the declared one unless the letters contradict it."""
    scores = {name: score for name in _ARABIC if (score := _arabic(sample, name)) >= _ARABIC_ENOUGH}
    best = max(scores, key=lambda name: scores[name], default=None)
    for label in labels:
        if label == "utf-8" or not _reads(sample, label):
            continue
        if best is None or scores.get(label, 0) >= scores[best] - _BETTER:
            return label
        if label not in _LATIN and label not in _ARABIC and scores[best] < _BEYOND_DOUBT:
            return label
    if best is not None:
        return best
    found = from_bytes(sample, cp_isolation=_GUESSES, enable_fallback=False).best()
    return found.encoding if found else None


def _arabic(sample: bytes, name: str) -> float:
    """How Arabic the sample reads in this code page: the mean weight of its characters beyond ASCII, at most 1.

    Arabic stands in words of its own; a letter beyond ASCII inside a Latin word («nação») speaks against it.
    """
    text = sample.decode(name, "replace")
    beyond = [c for c in text if c > "\x7f"]
    inside = len(_INSIDE_LATIN.findall(text))
    return (sum(_WEIGHTS.get(c, -1.0) for c in beyond) - 2 * inside) / len(beyond) if beyond else 0.0


def _reads(sample: bytes, label: str) -> bool:
    """Whether the sample is free of errors in this codec; a character cut at the sample's end is none."""
    try:
        sample.decode(label)
    except UnicodeDecodeError as error:
        return error.start >= len(sample) - 4
    except (LookupError, UnicodeError):
        return False
    return True


def _read(body: bytes, name: str) -> Decoded:
    try:
        return _tidy(body.decode(name), name, repaired=False)
    except UnicodeDecodeError:
        return _tidy(body.decode(name, "replace"), name, repaired=True)


def _tidy(text: str, name: str, *, repaired: bool) -> Decoded:
    if "\x00" in text:
        text = text.replace("\x00", "")
    return Decoded(text.lstrip("\ufeff") if text.startswith("\ufeff") else text, name, repaired)
