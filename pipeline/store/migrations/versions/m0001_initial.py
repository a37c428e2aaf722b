"""The first schema."""

import sqlalchemy as sa
from alembic import op

from pipeline.store import schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_feeds",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article", "feed", name=op.f("pk_article_feeds")),
    )
    op.create_table(
        "articles",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("first_seen", schema.Utc(timezone=True), nullable=False),
        sa.Column("published", sa.JSON(), nullable=True),
        sa.Column("author", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("extractor", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("section", sa.Text(), nullable=True),
        sa.Column("image", sa.Text(), nullable=True),
        sa.Column("revised", schema.Utc(timezone=True), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("relation", sa.Text(), nullable=False),
        sa.Column("original", sa.Text(), nullable=False),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.Column("origin", sa.JSON(), nullable=False),
        sa.Column("placed_because", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("watchlists_version", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.JSON(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("credits", sa.JSON(), nullable=False),
        sa.Column("links", sa.JSON(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_articles")),
    )
    op.create_index(op.f("ix_articles_first_seen"), "articles", ["first_seen"], unique=False)
    op.create_index(op.f("ix_articles_revised"), "articles", ["revised"], unique=False)
    op.create_index(op.f("ix_articles_story_first_seen_id"), "articles", ["story", "first_seen", "id"], unique=False)
    op.create_index(
        op.f("ix_articles_text_hash_first_seen_id"), "articles", ["text_hash", "first_seen", "id"], unique=False
    )
    op.create_index(op.f("ix_articles_url"), "articles", ["url"], unique=False)
    op.create_table(
        "bands",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("band", "seen", "article", name=op.f("pk_bands")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_bands_seen_article"), "bands", ["seen", "article"], unique=False)
    op.create_table(
        "deliveries",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("since", schema.Utc(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", schema.Utc(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("ended", schema.Utc(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", "date", "channel", "recipient", name=op.f("pk_deliveries")),
    )
    op.create_index(op.f("ix_deliveries_state"), "deliveries", ["state"], unique=False)
    op.create_table(
        "editions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("date", sa.Text(), nullable=False),
        sa.Column("until", schema.Utc(timezone=True), nullable=False),
        sa.Column("edition", sa.JSON(), nullable=False),
        sa.Column("brief", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "date", name=op.f("pk_editions")),
    )
    op.create_table(
        "entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("canonical", sa.Text(), nullable=True),
        sa.Column("entry", sa.JSON(), nullable=False),
        sa.Column("first_seen", schema.Utc(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try", schema.Utc(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=True),
        sa.Column("changed", schema.Utc(timezone=True), nullable=True),
        sa.Column("readings", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
        sa.UniqueConstraint("feed", "guid", name=op.f("uq_entries_feed_guid")),
    )
    op.create_index(op.f("ix_entries_canonical"), "entries", ["canonical"], unique=False)
    op.create_index(op.f("ix_entries_changed"), "entries", ["changed"], unique=False)
    op.create_index(op.f("ix_entries_state"), "entries", ["state"], unique=False)
    op.create_table(
        "feeds",
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("moving", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_hash", sa.Text(), nullable=True),
        sa.Column("polled", schema.Utc(timezone=True), nullable=True),
        sa.Column("last_ok", schema.Utc(timezone=True), nullable=True),
        sa.Column("last_full", schema.Utc(timezone=True), nullable=True),
        sa.Column("next", schema.Utc(timezone=True), nullable=True),
        sa.Column("failing_since", schema.Utc(timezone=True), nullable=True),
        sa.Column("failures", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("entries_day", sa.Float(), nullable=True),
        sa.Column("ttl", sa.Interval(), nullable=True),
        sa.Column("skip_hours", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("feed", name=op.f("pk_feeds")),
    )
    op.create_table(
        "revisions",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("until", schema.Utc(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article", "number", name=op.f("pk_revisions")),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started", schema.Utc(timezone=True), nullable=False),
        sa.Column("finished", schema.Utc(timezone=True), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_table(
        "sheets",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("host", "day", "article", name=op.f("pk_sheets")),
    )
    op.create_table(
        "tags",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("watchlist", sa.Text(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("matches", sa.JSON(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("article", "watchlist", name=op.f("pk_tags")),
    )
    op.create_index(op.f("ix_tags_watchlist"), "tags", ["watchlist"], unique=False)
    notes = op.create_table(
        "notes",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_notes")),
    )
    op.bulk_insert(notes, [{"name": "index", "value": 1}])
    op.create_table(
        "indexed",
        sa.Column("article", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("article", name=op.f("pk_indexed")),
        sa.UniqueConstraint("number", name=op.f("uq_indexed_number")),
    )
    # The index's terms are our own and want no tokenizer: spaces part them in SQLite, nothing does in PostgreSQL.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE article_terms USING fts5(terms, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
    else:
        op.execute("CREATE TABLE article_terms (number BIGINT PRIMARY KEY, terms TSVECTOR NOT NULL)")
        op.execute("CREATE INDEX ix_article_terms_terms ON article_terms USING gin (terms)")


def downgrade() -> None:
    op.drop_table("article_terms")
    op.drop_table("indexed")
    op.drop_table("notes")
    op.drop_index(op.f("ix_tags_watchlist"), table_name="tags")
    op.drop_table("tags")
    op.drop_table("sheets")
    op.drop_table("runs")
    op.drop_table("revisions")
    op.drop_table("feeds")
    op.drop_index(op.f("ix_entries_state"), table_name="entries")
    op.drop_index(op.f("ix_entries_changed"), table_name="entries")
    op.drop_index(op.f("ix_entries_canonical"), table_name="entries")
    op.drop_table("entries")
    op.drop_table("editions")
    op.drop_index(op.f("ix_deliveries_state"), table_name="deliveries")
    op.drop_table("deliveries")
    op.drop_index(op.f("ix_bands_seen_article"), table_name="bands")
    op.drop_table("bands")
    op.drop_index(op.f("ix_articles_url"), table_name="articles")
    op.drop_index(op.f("ix_articles_text_hash_first_seen_id"), table_name="articles")
    op.drop_index(op.f("ix_articles_story_first_seen_id"), table_name="articles")
    op.drop_index(op.f("ix_articles_revised"), table_name="articles")
    op.drop_index(op.f("ix_articles_first_seen"), table_name="articles")
    op.drop_table("articles")
    op.drop_table("article_feeds")
