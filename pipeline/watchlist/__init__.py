"""YAML ⇄ Watchlist: what a team wrote, checked to the last query, with the place of every mistake.

    files ── read.examine ──→ form (what a file may hold) ──→ Watchlist     keeps what is sound and lists what is not
    Watchlist ── write.dumps ──→ the same file with its comments, only what changed rewritten (its lists by their lines)
    Watchlist* ── write.version ──→ the hash that stands beside every match they made
    Watchlist* ── doubts.check ──→ what is allowed and probably not meant

What a term finds is decided by the tagger; here only what can never be found is refused.
"""

from __future__ import annotations

from pipeline.model import Rule, Term, Watchlist
from pipeline.watchlist.doubts import check
from pipeline.watchlist.read import Examined, examine, load, load_all, parse
from pipeline.watchlist.write import dumps, version

__all__ = ["Examined", "Rule", "Term", "Watchlist", "check", "dumps", "examine", "load", "load_all", "parse", "version"]
