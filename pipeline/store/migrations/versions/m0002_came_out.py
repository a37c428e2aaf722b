"""When an article came out, beside its keys. Keys that are there already have none: their articles count as published when first seen."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bands", sa.Column("came_out", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    op.drop_column("bands", "came_out")
