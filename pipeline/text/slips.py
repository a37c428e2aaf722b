"""Slips of those who write pages and feeds, mended alike wherever they are read: text that was escaped twice, an address where a name belongs."""

from __future__ import annotations

import html
import re

_TOO_LONG_REFERENCE = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}+;?")
_REFERENCE = re.compile(
    r"&(?:amp|quot|lt|gt|apos|nbsp|laquo|raquo|ldquo|rdquo|lsquo|rsquo|hellip|ndash|mdash|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});"
)
_ADDRESS = re.compile(r"(?:mailto:)?(?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)++")
_EMPTY = re.compile(r"[(<\[]\s?[)>\]]")
_PAIRS = {"(": ")", "<": ">", "[": "]"}


def unescape(text: str) -> str:
    """Character references decoded once."""
    return html.unescape(_TOO_LONG_REFERENCE.sub("", text)) if "&" in text else text


def healed(text: str) -> str:
    """Text that was decoded, decoded once more where it was escaped twice: «&quot;نص&quot;» is no way to write a headline."""
    return unescape(text) if "&" in text and _REFERENCE.search(text) else text


def name_alone(text: str) -> str:
    """A name without the e-mail address beside it, which RSS wants there: «noreply@blogger.com (سامر الخطيب)» → «سامر الخطيب»."""
    if "@" not in text:
        return text
    bare = _EMPTY.sub("", _ADDRESS.sub("", text)).strip()
    if bare == text.strip() or bare[:1] not in _PAIRS:
        return bare
    return bare[1:-1].strip() if bare.endswith(_PAIRS[bare[0]]) else bare
