"""How right the tagger is on labelled rows; prints the table of docs/measurements/tagging.md.

    python docs/benchmarks/tagging_quality.py FILE.jsonl… [--wrong]

Each line: {"id", "category", "term", "mode"?, "options"?, "query"?, "title"?, "text", "expect": bool, "span"?}. A row is
right when its term (or query) tags the text exactly if `expect`, every match lies where it says, and one match is `span`,
quotation marks around it set aside, where a span is given.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from pipeline import query
from pipeline.model import Rule, Term, Watchlist
from pipeline.tag import Tagger

EDGES = "“”«»\"'‘’()[]{}<> \u00a0\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069#ـ_-–—.,،؛:"


def watchlist(row: dict[str, Any]) -> Watchlist:
    if row.get("query"):
        rule = Rule(name="rule", text=row["query"], query=query.parse(row["query"]))
        return Watchlist(id="w", title="w", rules=(rule,))
    options = {k: tuple(v) if isinstance(v, list) else v for k, v in (row.get("options") or {}).items()}
    return Watchlist(id="w", title="w", terms=(Term(term=row["term"], match=row.get("mode") or "word", **options),))


def verdict(row: dict[str, Any]) -> tuple[str, list[str]]:
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", type=Path, nargs="+")
    options.add_argument("--wrong", action="store_true", help="print every row that is not right")
    given = options.parse_args()
    print("| set | category | rows | right | missed | false | place |\n|---|---|---|---|---|---|---|")
    for file in given.files:
        table: defaultdict[str, Counter[str]] = defaultdict(Counter)
        wrong: list[str] = []
        for line in file.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            said, surfaces = verdict(row)
            table[row["category"]][said] += 1
            table["all"][said] += 1
            if said != "right":
                asked = row.get("query") or row["term"]
                wrong.append(
                    f"{said:7} {row['id']} {asked!r} {row.get('mode')} {row['text'][:400]!r} {row.get('span')!r} {surfaces}"
                )
        for category, seen in table.items():
            rows = sum(seen.values())
            place = seen["span"] + seen["offset"]
            print(
                f"| {file.stem} | {category} | {rows} | {seen['right'] / rows:.3f} | {seen['missed']} | {seen['false']} | {place} |"
            )
        if given.wrong:
            print("\n".join(wrong))


if __name__ == "__main__":
    main()
