"""Heads of the trail that were signed, and files that were erased."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_DIGEST = sa.String(64, collation="C").with_variant(sa.String(64), "sqlite")


def upgrade() -> None:
    """Make the new table; no file that stands was erased."""
    op.create_table(
        "checkpoint",
        sa.Column("id", _ID, nullable=False),
        sa.Column("seq", _ID, nullable=False),
        sa.Column("hash", _DIGEST, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("public_key", _DIGEST, nullable=False),
        sa.Column("signature", sa.String(128), nullable=False, comment="Ed25519, hexadecimal"),
        sa.PrimaryKeyConstraint("id", name="pk_checkpoint"),
    )
    op.create_index("ix_checkpoint_seq", "checkpoint", ["seq"])
    op.add_column("evidence", sa.Column("erased_at", _MOMENT, comment="When the file was erased with its person"))


def downgrade() -> None:
    """Give up what only the new table and the new column hold; everything older stays."""
    op.drop_column("evidence", "erased_at")
    op.drop_table("checkpoint")
