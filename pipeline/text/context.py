"""A hit with some words around it, for a line on a terminal."""

from __future__ import annotations


def one_line(text: str, start: int, end: int, width: int = 50) -> str:
    """`text[start:end]` between «», with up to `width` characters on each side, cut between words, paragraphs shown as ¶."""
    left, right = text[max(0, start - width) : start], text[end : end + width]
    if start > width:
        left = "…" + left.partition(" ")[2]
    if end + width < len(text):
        right = right.rpartition(" ")[0] + "…"
    return f"{left}«{text[start:end]}»{right}".replace("\n", " ¶ ")
