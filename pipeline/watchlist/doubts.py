"""What is allowed in a watchlist and probably not meant. What needs the tagger or the archive is in `lint`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pipeline.errors import Problem
from pipeline.model import Term, Watchlist


def check(watchlists: Sequence[Watchlist]) -> tuple[Problem, ...]:
    """Terms that are allowed and probably not meant. What needs an archive or the tagger is in `lint`."""
    found: list[Problem] = []
    for watchlist in watchlists:
        seen: dict[str, Term] = {}
        silenced = {t.term for t in watchlist.exclude}
        for term in watchlist.terms:
            found += [Problem(watchlist.path, term.line, term.column, w, todo) for w, todo in _doubts(term, silenced)]
            for name in (term.term, *term.also):
                if name in seen:
                    what = f"{name!r} stands in line {seen[name].line} too"
                    found.append(Problem(watchlist.path, term.line, term.column, what, "one of them is enough"))
                seen[name] = term
    return tuple(found)


def _doubts(term: Term, silenced: set[str]) -> Iterable[tuple[str, str]]:
    for name in (term.term, *term.also):
        letters = sum(c.isalnum() for c in name)
        if letters <= 2 and not name.isascii():
            yield f"{name!r} is short and will be found in many texts", "use a phrase, or match: exact"
        if name in silenced:
            yield f"{name!r} is excluded by this same watchlist", "take it out of one of the two"
        if name in term.not_as:
            yield f"{name!r} never counts: it stands under not_as", "take it out of not_as"
    if term.gap and not any(" " in name for name in (term.term, *term.also)):
        yield "gap has no effect on a single word", "take it away"
    if term.case and not any(c.isascii() and c.isalpha() for name in (term.term, *term.also) for c in name):
        yield "case has no effect without Latin letters", "take it away"
