"""What is allowed in a watchlist and probably not meant, where only the tagger or the archive can tell.

Each term is tried by the tagger itself on its own words, so what is said here is what tagging will do: a term that does not
find itself is unreachable, one that another term of its list finds is swallowed by it. `watchlist.check` knows the plainer
doubts (too short, the same words twice); they are among the answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline import watchlist as files
from pipeline.errors import Problem
from pipeline.model import Article, Term, Watchlist
from pipeline.tag import Tagger
from pipeline.text.lookalikes import COMMON
from pipeline.text.tokens import words

FREQUENT = 0.05
"""Share of the archive's articles from which a term tells nothing any more."""
FEWEST = 100
"""Articles that an archive must hold before shares mean anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How often terms and rules were found in an archive."""

    articles: int
    found: Mapping[tuple[str, str], int]
    """(watchlist's id, term or rule's name) → articles in which it was found."""


def count(
    watchlists: Sequence[Watchlist], archive: Iterable[Article], lookalikes: frozenset[str] = frozenset()
) -> Counts:
    """Judge every article by every term and rule of its own, whatever the thresholds and exclusions say.

    `lookalikes` are those that the archive taught.
    """
    open_lists = [
        replace(w, threshold=min([1e-9, *(t.weight for t in w.terms)]), exclude=(), outlets=(), languages=())
        for w in watchlists
    ]
    tagger = Tagger(open_lists, lookalikes)
    found: dict[tuple[str, str], int] = {}
    articles = 0
    for article in archive:
        articles += 1
        for tag in tagger.tags(
            title=article.title, body=article.body, feed=article.feed, outlet=article.outlet, language=article.language
        ):
            for name in {match.rule or match.term for match in tag.matches}:
                found[tag.watchlist, name] = found.get((tag.watchlist, name), 0) + 1
    return Counts(articles=articles, found=found)


def warnings(watchlists: Sequence[Watchlist], counts: Counts | None = None) -> tuple[Problem, ...]:
    """Every doubt, by file and place. `counts`, where an archive was counted, adds the terms that are everywhere."""
    found = set(files.check(watchlists))
    for watchlist in watchlists:
        trial = _Trial(watchlist)
        for term in watchlist.terms:
            doubts = [*_by_itself(term), *trial.doubts(term)]
            found |= {Problem(watchlist.path, term.line, term.column, what, todo) for what, todo in doubts}
        if counts is not None and counts.articles >= FEWEST:
            found |= set(_frequent(watchlist, counts))
    return tuple(sorted(found))


Doubt = tuple[str, str]
"""What, and what to do."""


def _names(term: Term) -> tuple[str, ...]:
    return (term.term, *term.also)


def _by_itself(term: Term) -> Iterator[Doubt]:
    for name in _names(term):
        folded = words(name)
        if len(folded) != 1 or "*" in name:
            continue
        bare = folded[0].removeprefix("ال") if len(folded[0]) > 4 else folded[0]
        careful = term.quoted or term.not_as or term.match in {"name", "exact"}
        if COMMON & {folded[0], bare} and not careful:
            yield (
                f"«{name}» is an everyday word too",
                "use match: name, quoted: true or not_as, or a phrase that only this thing has",
            )
        if name.endswith("ه") and term.match != "exact" and not name.startswith("ال"):
            yield (
                f"«{name}» ends in ه and does not find ة",
                "write ة if that is meant; it finds ه in texts that write so",
            )


class _Trial:
    """The terms of one list, each as a list of its own, tried on each other's words."""

    def __init__(self, watchlist: Watchlist) -> None:
        self._watchlist = watchlist
        self._numbers: dict[Term, int] = {}
        for term in watchlist.terms:
            self._numbers.setdefault(term, len(self._numbers))
        self._terms = list(self._numbers)
        alone = [Watchlist(id=str(at), title="", terms=(t,), threshold=1e-9) for at, t in enumerate(self._terms)]
        self._tagger = Tagger([w for w in alone if w.terms[0].weight > 0])
        self._excluding = Tagger([Watchlist(id="exclude", title="", terms=watchlist.exclude)])

    def doubts(self, term: Term) -> Iterator[Doubt]:
        own = self._numbers[term]
        finders: set[int] | None = None
        for name in _names(term):
            here = self._found(name)
            if own not in here and term.weight > 0:
                yield (
                    f"«{name}» is not found even in a text that holds it",
                    "write words only, without marks between them, and look at not_as",
                )
                return
            finders = here if finders is None else finders & here
        if all(self._excluding.tags(title="", body=_quoted(name)) for name in _names(term)):
            yield f"every text with «{term.term}» is silenced by exclude", "take one of the two out"
        yield from self._swallowed(term, own, (finders or set()) - {own})

    def _found(self, name: str) -> set[int]:
        return {int(tag.watchlist) for tag in self._tagger.tags(title="", body=_quoted(name))}

    def _swallowed(self, term: Term, own: int, others: set[int]) -> Iterator[Doubt]:
        # Found only because the trial stands in quotation marks says nothing.
        others = {number for number in others if term.quoted or not self._terms[number].quoted}
        same = {n for n in others if all(own in self._found(name) for name in _names(self._terms[n]))}
        names = set(_names(term))
        for other in (self._terms[number] for number in sorted(same) if number < own):
            if names.isdisjoint(_names(other)):  # else `watchlist.check` tells of the name that stands twice
                yield f"«{term.term}» is the same as «{other.term}» in line {other.line}", "one of them is enough"
            return
        for other in (self._terms[number] for number in sorted(others - same)):
            if other.weight >= self._watchlist.threshold and not names <= set(_names(other)):
                yield (
                    f"every text with «{term.term}» is found by «{other.term}» already",
                    "take it out, unless its name in the digest matters",
                )
                return


def _quoted(name: str) -> str:
    """A text that holds a name, so that terms that ask for quotation marks find it too."""
    return f"«{name.replace('*', '')}»"


def _frequent(watchlist: Watchlist, counts: Counts) -> Iterator[Problem]:
    places = [(t.term, t.line, t.column) for t in watchlist.terms] + [
        (r.name, r.line, r.column) for r in watchlist.rules
    ]
    for name, line, column in places:
        times = counts.found.get((watchlist.id, name), 0)
        if times > FREQUENT * counts.articles:
            what = f"«{name}» is found in {times} of the archive's {counts.articles} articles"
            yield Problem(watchlist.path, line, column, what, "make it a phrase, or a rule with NEAR")
