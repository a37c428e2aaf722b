"""How right the tagger is on labelled rows, beside what others do on the same rows; prints the tables of docs/measurements/tagging.md.

    python docs/benchmarks/tagging_quality.py FILE.jsonl… [--wrong]

Each line: {"id", "category", "term", "mode"?, "options"?, "query"?, "title"?, "text", "expect": bool, "span"?}. For marsad a
row is right when its term (or query) tags the text exactly if `expect`, every match lies where it says, and one match is
`span`, quotation marks around it set aside, where a span is given. The others are asked only whether the term (or one of
its `also`) is found: rows with a query are nothing for them.

    substring     the term as it is written, anywhere
    normalised    the same after folding hamza, ى, ة, vowels, tatweel, case
    words         the same as a regular expression between word boundaries
    light10       Larkey's light stemmer on every word, the stems of a phrase side by side
    arabic        PostgreSQL: to_tsvector('arabic', text) @@ phraseto_tsquery('arabic', term)
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from postgres import server

from pipeline import query
from pipeline.model import Rule, Term, Watchlist
from pipeline.tag import Tagger

Row = dict[str, Any]
EDGES = "“”«»\"'‘’()[]{}<> \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069#ـ_-–—.,،؛:"


# ---------------------------------------------------------------- marsad
def watchlist(row: Row) -> Watchlist:
    if row.get("query"):
        rule = Rule(name="rule", text=row["query"], query=query.parse(row["query"]))
        return Watchlist(id="w", title="w", rules=(rule,))
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in (row.get("options") or {}).items()}
    return Watchlist(id="w", title="w", terms=(Term(term=row["term"], match=row.get("mode") or "word", **options),))


def verdict(row: Row) -> tuple[str, list[str]]:
    """right, missed, false, offset or span; and the surfaces that were found."""
    title, body = row.get("title", ""), row["text"]
    tags = Tagger([watchlist(row)]).tags(title=title, body=body)
    matches = tags[0].matches if tags else ()
    surfaces = [m.surface for m in matches]
    if bool(tags) != row["expect"]:
        return ("missed" if row["expect"] else "false"), surfaces
    if any((title if m.field == "title" else body)[m.start : m.end] != m.surface for m in matches):
        return "offset", surfaces
    span = row.get("span")
    if tags and span and span.strip(EDGES) not in {s.strip(EDGES) for s in surfaces}:
        return "span", surfaces
    return "right", surfaces


# ---------------------------------------------------------------- the others
_SIGNS = re.compile("[\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_LETTERS = str.maketrans("أإآٱىة", "اااايه")
_WORD = re.compile(r"\w+")
# In the order of the paper: what is taken off in front once, what is taken off behind one after the other.
_FRONTS = ("وال", "بال", "كال", "فال", "لل", "ال")
_ENDS = ("ها", "ان", "ات", "ون", "ين", "يه", "ية", "ه", "ة", "ي")


def normalised(text: str) -> str:
    return _SIGNS.sub("", text).translate(_LETTERS).casefold()


def light10(word: str) -> str:
    word = normalised(word)
    if word.startswith("و") and len(word) > 3:
        word = word[1:]
    front = next((f for f in _FRONTS if word.startswith(f) and len(word) >= len(f) + 2), "")
    word = word[len(front) :]
    for end in _ENDS:
        if word.endswith(end) and len(word) >= len(end) + 2:
            word = word[: -len(end)]
    return word


def stems(text: str) -> str:
    return f" {' '.join(map(light10, _WORD.findall(_SIGNS.sub('', text))))} "


Finder = Callable[[str, str], bool]


@contextlib.contextmanager
def others() -> Iterator[dict[str, Finder]]:
    """Name → whether it finds a term in a text."""
    found: dict[str, Finder] = {
        "substring": lambda term, text: term in text,
        "normalised": lambda term, text: normalised(term) in normalised(text),
        "words": lambda term, text: re.search(rf"\b{re.escape(normalised(term))}\b", normalised(text)) is not None,
        "light10": lambda term, text: stems(term) in stems(text),
    }
    with server() as address:
        if address is None:
            print("PostgreSQL's server is not installed: its column is left out\n")
            yield found
            return
        import psycopg  # noqa: PLC0415  only where there is a server

        ask = "SELECT to_tsvector('arabic', %s) @@ phraseto_tsquery('arabic', %s)"
        with psycopg.connect(address, autocommit=True) as connection:

            def arabic(term: str, text: str) -> bool:
                row = connection.execute(ask, (text.replace("\0", " "), term)).fetchone()
                return row is not None and bool(row[0])

            yield found | {"arabic": arabic}


# ---------------------------------------------------------------- tables
class Score:
    """Found and right, found and wrong, missed."""

    def __init__(self) -> None:
        self.right = self.false = self.missed = 0

    def add(self, *, said: bool, expected: bool) -> None:
        self.right += said and expected
        self.false += said and not expected
        self.missed += expected and not said

    def __str__(self) -> str:
        """Precision and recall; a dash where nothing was found, or nothing was to be found."""
        found, wanted = self.right + self.false, self.right + self.missed
        return " / ".join(f"{self.right / of:.2f}" if of else "–" for of in (found, wanted))


def judge(rows: list[Row], finders: dict[str, Finder]) -> tuple[dict[str, dict[str, Score]], dict[str, list[str]]]:
    """Category → name → score, and category → marsad's verdicts; `all` is a category too."""
    scores: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    verdicts: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        said, _ = verdict(row)
        found = row["expect"] if said not in {"missed", "false"} else not row["expect"]
        answers = {"marsad": found}
        if not row.get("query"):
            names = (row["term"], *(row.get("options") or {}).get("also", ()))
            text = f"{row.get('title', '')}\n{row['text']}"
            answers |= {n: any(finder(name.rstrip("*"), text) for name in names) for n, finder in finders.items()}
        for category in (row["category"], "all"):
            verdicts[category].append(said)
            for name, answer in answers.items():
                scores[category][name].add(said=answer, expected=row["expect"])
    return scores, verdicts


def show(name: str, rows: list[Row], finders: dict[str, Finder]) -> None:
    scores, verdicts = judge(rows, finders)
    columns = list(scores["all"])
    print(f"**{name}** (precision / recall)\n")
    print("| category | rows | rows right | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 3) + "|")
    for category in sorted(scores, key=lambda c: (c == "all", -len(verdicts[c]), c)):
        said = verdicts[category]
        cells = [category, len(said), f"{said.count('right') / len(said):.3f}", *(scores[category][c] for c in columns)]
        print("| " + " | ".join(map(str, cells)) + " |")
    print()


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", type=Path, nargs="+")
    options.add_argument("--wrong", action="store_true", help="print every row that is not right")
    given = options.parse_args()
    with others() as finders:
        for file in given.files:
            rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            show(file.stem, rows, finders)
            for row in rows if given.wrong else ():
                said, surfaces = verdict(row)
                if said != "right":
                    asked = row.get("query") or row["term"]
                    print(said, row["id"], repr(asked), row.get("mode"), repr(row["text"][:400]), surfaces)


if __name__ == "__main__":
    main()
