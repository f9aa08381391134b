"""An outbox, tickets of cases, signed calls that came in, and who makes a pass."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_DAY = sa.String(10, collation="C").with_variant(sa.String(10), "sqlite")
_DIGEST = sa.String(64, collation="C").with_variant(sa.String(64), "sqlite")


def upgrade() -> None:
    """Make the new tables; nobody was told anything so far."""
    op.create_table(
        "notice",
        sa.Column("id", _ID, nullable=False),
        sa.Column("key", _DIGEST, nullable=False, comment="Of two messages with one key only one is ever sent"),
        sa.Column("place", sa.Text(), nullable=False, comment="Its configured name"),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("day", _DAY, nullable=False, comment="For which it was due"),
        sa.Column("case_id", _ID, comment="Of a ticket message"),
        sa.Column("body", sa.Text(), comment="JSON: the message; NULL once it was sent or given up"),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False, comment="Not tried before"),
        sa.Column("claim", sa.Text(), comment="Of the process that tries it just now"),
        sa.Column("claimed_until", _MOMENT, comment="After which anybody may try"),
        sa.Column("last_code", sa.Text()),
        sa.Column("last_sentence", sa.Text()),
        sa.Column("ended_at", _MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_notice_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("key", name="uq_notice_key"),
    )
    op.create_index("ix_notice_state_place_next_at", "notice", ["state", "place", "next_at"])
    op.create_index("ix_notice_place_kind_recipient", "notice", ["place", "kind", "recipient"])
    op.create_index("ix_notice_case_id", "notice", ["case_id"])
    op.create_table(
        "notice_attempt",
        sa.Column("id", _ID, nullable=False),
        sa.Column("notice_id", _ID, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("code", sa.Text(), comment="Of what stood in the way; NULL where it was taken"),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name="fk_notice_attempt_notice_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice_attempt"),
    )
    op.create_index("ix_notice_attempt_notice_id", "notice_attempt", ["notice_id"])
    op.create_table(
        "case_ticket",
        sa.Column("case_id", _ID, autoincrement=False, nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), comment="In the other system's word; NULL where nothing was reported"),
        sa.Column("reported_at", _MOMENT),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_case_ticket_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_ticket"),
    )
    op.create_table(
        "signed_call",
        sa.Column("digest", _DIGEST, nullable=False, comment="SHA-256 of the call's id, so that none counts twice"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_signed_call"),
    )
    op.create_index("ix_signed_call_at", "signed_call", ["at"])
    op.create_table(
        "lease",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False, comment="Machine, process and its start"),
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )


def downgrade() -> None:
    """Give up what only the new tables hold; everything older stays."""
    for table in ("lease", "signed_call", "case_ticket", "notice_attempt", "notice"):
        op.drop_table(table)
