"""What is asked often stands where it is looked up: when an article came out beside its keys, id and feed in the order of arrival.

Keys that are there already have no such time: their articles count as published when first seen.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bands", sa.Column("came_out", sa.BigInteger(), nullable=True))
    op.drop_index(op.f("ix_articles_first_seen"), "articles")
    op.create_index(op.f("ix_articles_first_seen_id_feed"), "articles", ["first_seen", "id", "feed"])


def downgrade() -> None:
    op.drop_index(op.f("ix_articles_first_seen_id_feed"), "articles")
    op.create_index(op.f("ix_articles_first_seen"), "articles", ["first_seen"])
    op.drop_column("bands", "came_out")
