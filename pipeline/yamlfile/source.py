"""A file's text: how bytes become it, and where in it a character of a value stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.errors import ConfigError, Problem


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a key or value begins, from 1, and how it is written."""

    line: int
    column: int
    style: str = ""
    """Of a scalar: `'`, `"`, `|`, `>`, or empty for plain; `map` or `list` for the others."""
    raw: str = ""
    """The scalar as written, before `${NAME}` is filled in."""
    secret: bool = False
    start: int = 0
    """Place in the file's text."""


# ---------------------------------------------------------------- bytes → text
_BOMS = ((b"\xff\xfe\0\0", "UTF-32"), (b"\0\0\xfe\xff", "UTF-32"), (b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_SAVE = "save it as UTF-8"


def decode(data: bytes, name: str) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            raise ConfigError([Problem(name, 1, 1, f"is written in {encoding}, UTF-8 was expected", _SAVE)])
    head = data[:400]
    if b"\0" in head and max(head[::2].count(0), head[1::2].count(0)) * 4 > len(head):
        raise ConfigError([Problem(name, 1, 1, "is written in UTF-16 or UTF-32, UTF-8 was expected", _SAVE)])
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        begin = before.rfind(b"\n") + 1
        column = len(before[begin:].decode("utf-8", "replace")) + 1
        what = f"the byte 0x{data[error.start]:02X} is not UTF-8"
        if _looks_like_windows_1256(data):
            what = "is written in windows-1256, UTF-8 was expected"
        raise ConfigError([Problem(name, before.count(b"\n") + 1, column, what, _SAVE)]) from None


def _looks_like_windows_1256(data: bytes) -> bool:
    high = bytes(b for b in data[:100_000] if b > 0x7F).decode("cp1256", "replace")
    return len(high) >= 3 and sum("\u0621" <= c <= "\u0652" for c in high) * 10 >= len(high) * 8


# Word processors end lines with U+2028. Where what follows could begin a line of YAML it is a line's end, elsewhere a space.
_LINE_SEPARATOR = re.compile(r"[\u2028\u2029\x85](?=[ ]*(?:-[ \n\u2028]|#|[\w-]+[ ]*:[ \n\u2028]|\Z))")
_ODD_SPACE = str.maketrans({"\u2028": " ", "\u2029": " ", "\x85": " ", "\x0b": " ", "\x0c": " "})


def lines(text: str) -> str:
    """Every way to end a line → a line feed."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _LINE_SEPARATOR.sub("\n", text).translate(_ODD_SPACE)


# ---------------------------------------------------------------- value → place
_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|\n[ \t]*|.)", re.DOTALL)


def source_index(text: str, spot: Spot, value: str, offset: int) -> int:
    """Where the character of `value` at `offset` stands in `text`.

    Folding changes white space only, so the visible characters before it are counted off in the source.
    """
    before = sum(not c.isspace() for c in value[:offset])
    blank = offset >= len(value) or value[offset].isspace()
    index = spot.start
    if spot.style in ("|", ">"):
        index = text.find("\n", index) + 1 or len(text)
    elif spot.style:
        index += 1
    after = index
    while index < len(text):
        width = 1
        visible_here = not text[index].isspace()
        if spot.style == "'" and text.startswith("''", index):
            width = 2
        elif spot.style == '"' and text[index] == "\\":
            escape = _ESCAPE.match(text, index)
            width = len(escape[0]) if escape else 1
            visible_here = escape is not None and escape[0][1] not in "ntrvf_NLP \n\t"
        if visible_here:
            if before == 0 and not blank:
                return index
            if before == 0:
                break
            before -= 1
            after = index + width
        index += width
    return after
