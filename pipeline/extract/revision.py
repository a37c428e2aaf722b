"""Whether an article that was read again says something else now."""

from __future__ import annotations

import re
from collections import Counter

from pipeline.extract.words import key, phrase
from pipeline.model import Article

WORDS = 4
"""Words added and taken away, together, that are more than a corrected letter. A figure that changed needs no company."""

REMNANT = 0.4
"""Share of the old text below which a shorter one is a page that broke, not an editor who cut."""

_NUMBER = re.compile(r"\d+")


def changed(old: Article, new: Article) -> bool:
    """Whether `new`, read from the same address later, replaces `old` in the archive.

    A doubtful reading never replaces a sound one; the page's text replaces a summary that stood in for it.
    """
    if key(old.title) == key(new.title) and key(old.body) == key(new.body):
        return False
    if new.note is not None or (new.extractor == "feed" and old.extractor != "feed"):
        return False
    if old.note is not None or (old.extractor == "feed" and new.extractor != "feed"):
        return len(new.body) > len(old.body)
    if len(new.body) < REMNANT * len(old.body):
        return False
    before, after = _words(old), _words(new)
    other = (before - after) + (after - before)
    return other.total() >= WORDS or any(_NUMBER.fullmatch(word) for word in other)


def _words(article: Article) -> Counter[str]:
    return Counter(phrase(f"{article.title}\n{article.body}").split())
