"""Answers about words and texts that are remembered while work goes on, and not for ever.

News bring new names every day, so what is remembered of each word fills to its bound however large that is: some 25 MB in a
process that lives long. What one cycle asks a thousand times is worth remembering for that cycle.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import _lru_cache_wrapper, lru_cache
from typing import Any, TypeVar

T = TypeVar("T")

_KEPT: list[_lru_cache_wrapper[Any]] = []


def remembered(most: int) -> Callable[[Callable[..., T]], _lru_cache_wrapper[T]]:
    """A pure function that remembers its last `most` answers until `forget`."""

    def keep(function: Callable[..., T]) -> _lru_cache_wrapper[T]:
        kept = lru_cache(maxsize=most)(function)
        _KEPT.append(kept)
        return kept

    return keep


def forget() -> None:
    """Let go of all answers: for a process that lives on when its work is done."""
    for kept in _KEPT:
        kept.cache_clear()
