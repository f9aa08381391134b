"""Who is assigned to the application in a directory, from where a read goes on, and what came of every read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")


def upgrade() -> None:
    """Make the new tables; of everybody in older reads nobody knows whether they are assigned."""
    op.add_column(
        "directory_account",
        sa.Column(
            "is_assigned", sa.Boolean(), comment="To the application's app in the directory; NULL where nobody knows"
        ),
    )
    op.create_table(
        "source_cursor",
        sa.Column("source_id", _ID, autoincrement=False, nullable=False),
        sa.Column(
            "cursor", sa.Text(), nullable=False, comment="The directory's own, after which it can tell what changed"
        ),
        sa.Column(
            "fingerprint", sa.Text(), nullable=False, comment="Of the settings with which it was read, without secrets"
        ),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_source_cursor_source_id"),
        sa.PrimaryKeyConstraint("source_id", name="pk_source_cursor"),
    )
    op.create_table(
        "sync_attempt",
        sa.Column("id", _ID, nullable=False),
        sa.Column("directory", sa.Text(), nullable=False, comment="Its configured name"),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=False),
        sa.Column("source_id", _ID, comment="What it brought; NULL after a fault"),
        sa.Column("is_full", sa.Boolean(), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False, comment="Entries that were read"),
        sa.Column("code", sa.Text(), comment="Of what stood in the way"),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False, comment="JSON: the permissions that the directory granted"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_sync_attempt_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sync_attempt"),
    )
    op.create_index("ix_sync_attempt_directory_id", "sync_attempt", ["directory", "id"])


def downgrade() -> None:
    """Give up what only the new tables and the new column hold; everything older stays."""
    for table in ("sync_attempt", "source_cursor"):
        op.drop_table(table)
    op.drop_column("directory_account", "is_assigned")
