"""The feed list.

listing.py     feeds.yaml ⇄ Feed
opml.py        OPML ⇄ Feed
discovery.py   the feeds and sitemaps that a document names
"""

from pipeline.sources.discovery import PLACES, discover
from pipeline.sources.listing import Examined, append, examine, load
from pipeline.sources.opml import Imported, from_opml, read_opml, to_opml

__all__ = [
    "PLACES",
    "Examined",
    "Imported",
    "append",
    "discover",
    "examine",
    "from_opml",
    "load",
    "read_opml",
    "to_opml",
]
