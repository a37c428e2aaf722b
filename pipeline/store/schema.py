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


feeds = sa.Table(
    "feeds",
    metadata,
    sa.Column("feed", sa.Text, primary_key=True),
    sa.Column("url", sa.Text),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("body_hash", sa.Text),
    sa.Column("polled", Utc),
    sa.Column("last_ok", Utc),
    sa.Column("last_full", Utc),
    sa.Column("next", Utc),
    sa.Column("failing_since", Utc),
    sa.Column("failures", sa.Float, nullable=False, default=0.0),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text, nullable=False, default=""),
    sa.Column("entries_day", sa.Float),
)

# The queue. `state`: pending → done (article says which) or dropped (reason says why).
entries = sa.Table(
    "entries",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("guid", sa.Text, nullable=False),
    sa.Column("canonical", sa.Text),
    sa.Column("entry", sa.JSON, nullable=False),
    sa.Column("first_seen", Utc, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("next_try", Utc),
    sa.Column("reason", sa.Text),
    sa.Column("detail", sa.Text, nullable=False, default=""),
    sa.Column("article", sa.Text),
    sa.UniqueConstraint("feed", "guid"),
    sa.Index(None, "state"),
    sa.Index(None, "canonical"),
)

articles = sa.Table(
    "articles",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("feed", sa.Text, nullable=False),
    sa.Column("outlet", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("first_seen", Utc, nullable=False),
    sa.Column("published", sa.JSON),
    sa.Column("author", sa.Text),
    sa.Column("language", sa.Text),
    sa.Column("extractor", sa.Text, nullable=False),
    sa.Column("credits", sa.JSON, nullable=False),
    sa.Column("links", sa.JSON, nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("story", sa.Text, nullable=False),
    sa.Column("relation", sa.Text, nullable=False),
    sa.Column("original", sa.Text, nullable=False),
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("origin", sa.JSON, nullable=False),
    sa.Column("placed_because", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.JSON, nullable=False),
    sa.Column("text_hash", sa.Text, nullable=False),
    sa.Column("watchlists_version", sa.Text, nullable=False),
    sa.Index(None, "first_seen"),
    sa.Index(None, "story"),
    sa.Index(None, "url"),
    sa.Index(None, "text_hash"),
)

# Further feeds that carry an article beside the one it was first seen in.
article_feeds = sa.Table(
    "article_feeds",
    metadata,
    sa.Column("article", sa.Text, primary_key=True),
    sa.Column("feed", sa.Text, primary_key=True),
)

# Locality-sensitive keys of the fingerprints: two articles that share one are compared.
bands = sa.Table(
    "bands",
    metadata,
    sa.Column("band", sa.Text, primary_key=True),
    sa.Column("article", sa.Text, primary_key=True),
    sa.Index(None, "article"),
)

tags = sa.Table(
    "tags",
    metadata,
    sa.Column("article", sa.Text, primary_key=True),
    sa.Column("watchlist", sa.Text, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("matches", sa.JSON, nullable=False),
    sa.Index(None, "watchlist"),
)

# The edition as it was written: later news never changes it, and a rebuild renders it again.
editions = sa.Table(
    "editions",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("date", sa.Text, primary_key=True),
    sa.Column("until", Utc, nullable=False),
    sa.Column("edition", sa.JSON, nullable=False),
    sa.Column("brief", sa.JSON, nullable=False),  # what the index of all editions shows of it
)

runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("started", Utc, nullable=False),
    sa.Column("finished", Utc),
    sa.Column("counts", sa.JSON, nullable=False),
)
