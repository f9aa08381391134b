"""Reads of a directory that are held until a person confirms them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Make room for it; of what was read before, nothing is held."""
    comment = "Had lost too much when the product read it; NULL: had not"
    op.add_column("source", sa.Column("is_held", sa.Boolean(), comment=comment))


def downgrade() -> None:
    """Forget which reads are held."""
    op.drop_column("source", "is_held")
