"""Why what an identity provider wants is not settled yet."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_CODE_POINTS = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the new table; nothing was ever settled."""
    op.create_table(
        "scim_hold",
        sa.Column("user_id", _CODE_POINTS, nullable=False),
        sa.Column("code", sa.String(40), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("since", _MOMENT, nullable=False, comment="Since when for this reason"),
        sa.Column("tried_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, comment="Of the wish, when it was looked at"),
        sa.ForeignKeyConstraint(["user_id"], ["scim_user.id"], name="fk_scim_hold_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", name="pk_scim_hold"),
        comment="A wish that waits; gone once it is settled",
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Give up why wishes wait; they are looked at anew."""
    op.drop_table("scim_hold")
