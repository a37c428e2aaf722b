"""The tables, in SQLAlchemy Core. The sum of `migrations/` equals this; a test proves it.

Times are stored in UTC. JSON columns hold what is read back whole and never searched inside.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


class Utc(sa.types.TypeDecorator[datetime]):
    """An aware moment. SQLite keeps no offset (06:00+03 would read back as 06:00), so it is UTC before it goes in."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Words(sa.types.TypeDecorator[str]):
    """Text from outside. A lone surrogate cannot be written by any database, NUL not by PostgreSQL: they become U+FFFD."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else storable(value)


def storable(text: str) -> str:
    """The same text for nearly every text there is."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("feed", Words, primary_key=True),
    sa.Column("given", Words),
    sa.Column("url", Words),
    sa.Column("moving", Words),
    sa.Column("etag", Words),
    sa.Column("last_modified", Words),
    sa.Column("body_hash", Words),
    sa.Column("polled", Utc),
    sa.Column("last_ok", Utc),
    sa.Column("last_full", Utc),
    sa.Column("next", Utc),
    sa.Column("failing_since", Utc),
    sa.Column("failures", sa.Float, nullable=False, default=0.0),
    sa.Column("reason", Words),
    sa.Column("detail", Words, nullable=False, default=""),
    sa.Column("entries_day", sa.Float),
    sa.Column("ttl", sa.Interval),
    sa.Column("skip_hours", sa.Integer, nullable=False, default=0),
)

# The queue. `state`: pending → done (article says which) or dropped (reason says why).
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("feed", Words, nullable=False),
    sa.Column("guid", Words, nullable=False),
    sa.Column("canonical", Words),
    sa.Column("entry", sa.JSON, nullable=False),
    sa.Column("first_seen", Utc, nullable=False),
    sa.Column("state", Words, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try", Utc),
    sa.Column("reason", Words),
    sa.Column("detail", Words, nullable=False, default=""),
    sa.Column("article", Words),
    sa.Column("changed", Utc),  # when the feed was seen to have changed it, while its page waits to be read again
    sa.Column("readings", sa.Integer, nullable=False, default=0),  # how often its page was asked for again for that
    sa.UniqueConstraint("feed", "guid"),
    sa.Index(None, "state"),
    sa.Index(None, "canonical"),
    sa.Index(None, "changed"),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", Words, primary_key=True),
    sa.Column("url", Words, nullable=False),
    sa.Column("feed", Words, nullable=False),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("first_seen", Utc, nullable=False),
    sa.Column("published", sa.JSON),
    sa.Column("author", Words),
    sa.Column("language", Words),
    sa.Column("extractor", Words, nullable=False),
    sa.Column("note", Words),
    sa.Column("section", Words),
    sa.Column("image", Words),
    sa.Column("revised", Utc),
    sa.Column("story", Words, nullable=False),
    sa.Column("relation", Words, nullable=False),
    sa.Column("original", Words, nullable=False),
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("origin", sa.JSON, nullable=False),
    sa.Column("placed_because", Words, nullable=False),
    sa.Column("text_hash", Words, nullable=False),
    sa.Column("watchlists_version", Words, nullable=False),
    # What is long stands last: SQLite reads a row from its beginning, page by page, as far as it is asked.
    sa.Column("fingerprint", sa.JSON, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("credits", sa.JSON, nullable=False),
    sa.Column("links", sa.JSON, nullable=False),
    sa.Column("body", Words, nullable=False),
    sa.Index(None, "first_seen", "id", "feed"),  # so that feeds and days are counted without reading a row
    sa.Index(None, "story", "first_seen", "id"),
    sa.Index(None, "url"),
    sa.Index(None, "text_hash", "first_seen", "id"),
    sa.Index(None, "revised"),
)

# Texts that an outlet replaced: the article's row has the present one. `number` counts from 1, `until` is when it was replaced.
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("article", Words, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("until", Utc, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("body", Words, nullable=False),
)

# A sample of each host's pages of a day, each as the marks of its lines: what stands on most of them is no news.
sheets = sa.Table(
    "sheets",
    metadata,
    sa.Column("host", Words, primary_key=True),
    sa.Column("day", Words, primary_key=True),
    sa.Column("article", Words, primary_key=True),
    sa.Column("lines", sa.JSON, nullable=False),
)

# Further feeds that carry an article beside the one it was first seen in.
article_feeds = sa.Table(
    "article_feeds",
    metadata,
    sa.Column("article", Words, primary_key=True),
    sa.Column("feed", Words, primary_key=True),
)

# Locality-sensitive keys of the fingerprints of the last weeks: two articles that share one are compared. `band` is a hash of the
# key, `seen` the second in which the article was first seen: the newest with a key lie side by side (neighbours.py). `came_out`: the
# second in which it was published, None where that is `seen`. So whether it is worth a comparison is known without reading its row.
bands = sa.Table(
    "bands",
    metadata,
    sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("seen", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("article", Words, primary_key=True),
    sa.Column("came_out", sa.BigInteger),
    sa.Index(None, "seen", "article"),
    sqlite_with_rowid=False,
)

tags = sa.Table(
    "tags",
    metadata,
    sa.Column("article", Words, primary_key=True),
    sa.Column("watchlist", Words, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("matches", sa.JSON, nullable=False),
    sa.Column("version", Words, nullable=False),  # of the watchlists that made it
    sa.Index(None, "watchlist"),
)

# The full-text index's own number of each article; larger is newer. The terms stand in `article_terms`, which is not here
# because each database has its own kind of table for it: index.py and the migrations know it.
indexed = sa.Table(
    "indexed",
    metadata,
    sa.Column("article", Words, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False, unique=True),
)

# What the archive remembers about itself: the index's version, the look-alikes learnt from its texts.
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("name", Words, primary_key=True),
    sa.Column("value", sa.JSON, nullable=False),
)

# The edition as it was written: later news never changes it, and a rebuild renders it again.
editions = sa.Table(
    "editions",
    metadata,
    sa.Column("digest", Words, primary_key=True),
    sa.Column("date", Words, primary_key=True),
    sa.Column("until", Utc, nullable=False),
    sa.Column("edition", sa.JSON, nullable=False),
    sa.Column("brief", sa.JSON, nullable=False),  # what the index of all editions shows of it
)

# Who receives an edition, and what became of it. `state`: owed → sent or failed (reason says why).
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("digest", Words, primary_key=True),
    sa.Column("date", Words, primary_key=True),
    sa.Column("channel", Words, primary_key=True),
    sa.Column("recipient", Words, primary_key=True),
    sa.Column("state", Words, nullable=False),
    sa.Column("since", Utc, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try", Utc),
    sa.Column("reason", Words),
    sa.Column("detail", Words, nullable=False),
    sa.Column("ended", Utc),
    sa.Index(None, "state"),
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", Words, nullable=False),
    sa.Column("started", Utc, nullable=False),
    sa.Column("finished", Utc),
    sa.Column("counts", sa.JSON, nullable=False),
)
