"""Reviews of access."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_DAY = sa.String(10, collation="C").with_variant(sa.String(10), "sqlite")
_DIGEST = sa.String(64, collation="C").with_variant(sa.String(64), "sqlite")
_CODE_POINTS = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the new tables; nothing was ever reviewed."""
    op.create_table(
        "review",
        sa.Column("id", _ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("members_digest", _DIGEST, nullable=False),
        sa.Column("due_on", _DAY),
        sa.Column("opened_by", sa.Text(), nullable=False, comment="JSON: name, channel, client, proof"),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(6), nullable=False),
        sa.Column("closed_by", sa.Text(), comment="JSON: name, channel, client, proof"),
        sa.Column("closed_at", _MOMENT),
        sa.Column("unfinished_because", sa.Text()),
        sa.Column("decisions_digest", _DIGEST),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_review_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
    )
    op.create_table(
        "review_decision",
        sa.Column("id", _ID, nullable=False),
        sa.Column("review_id", _ID, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.Column("kind", sa.String(11), nullable=False),
        sa.Column("role", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False, comment="JSON: name, channel, client, proof"),
        sa.Column("assurance", sa.String(9), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("question_digest", _DIGEST, nullable=False),
        sa.Column("case_id", _ID, comment="The case that it opened, or that stood already"),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_review_decision_review_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_review_decision_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review_decision"),
    )
    op.create_index("ix_review_decision_address", "review_decision", ["address"])
    op.create_table(
        "review_person",
        sa.Column("review_id", _ID, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.Column("decision_id", _ID, comment="The one that counts; NULL: undecided"),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name="fk_review_person_review_id"),
        sa.ForeignKeyConstraint(["decision_id"], ["review_decision.id"], name="fk_review_person_decision_id"),
        sa.PrimaryKeyConstraint("review_id", "address", name="pk_review_person"),
        comment="Who is to be decided, as the roster stood at the opening",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_review_person_review_id_decision_id", "review_person", ["review_id", "decision_id"])


def downgrade() -> None:
    """Give up what only the new tables hold; everything older stays."""
    for table in ("review_person", "review_decision", "review"):
        op.drop_table(table)
