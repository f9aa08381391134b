"""Who comes in to a server for a team, and the approvals of a second person."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_DIGEST = sa.String(64, collation="C").with_variant(sa.String(64), "sqlite")
_CODE_POINTS = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the new tables; no case that stands waits for a second person."""
    op.add_column(
        "case_",
        sa.Column("approval_for", sa.Text(), comment="Why a second person must agree, as words; NULL: nobody must"),
    )
    op.add_column(
        "case_",
        sa.Column(
            "lacks_approval",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="Whether one must agree and nobody's agreement counts",
        ),
    )
    op.create_index("ix_case__lacks_approval", "case_", ["lacks_approval"])
    op.add_column(
        "claim",
        sa.Column("was_approved", sa.Boolean(), comment="Whether an approval stood then; NULL: nobody had to agree"),
    )
    op.create_table(
        "approval",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("plans_digest", _DIGEST, nullable=False, comment="Of all plans of the case at that moment"),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False, comment="JSON: name, channel, client, proof"),
        sa.Column("assurance", sa.String(9), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_digest", _DIGEST, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("retracted_at", _MOMENT),
        sa.Column("retracted_because", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_approval_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_approval"),
    )
    op.create_index("ix_approval_case_id", "approval", ["case_id"])
    op.create_table(
        "access_token",
        sa.Column("id", _ID, nullable=False),
        sa.Column("digest", _DIGEST, nullable=False, comment="SHA-256 of the token"),
        sa.Column("person", _CODE_POINTS, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False, comment="Words with blanks between"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT),
        sa.Column("revoked_because", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        sa.UniqueConstraint("digest", name="uq_access_token_digest"),
    )
    op.create_index("ix_access_token_person", "access_token", ["person"])
    op.create_table(
        "web_session",
        sa.Column("digest", _DIGEST, nullable=False, comment="SHA-256 of the cookie's value"),
        sa.Column("person", _CODE_POINTS, nullable=False),
        sa.Column("roles", sa.Text(), nullable=False, comment="Words with blanks between"),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("token_id", _ID),
        sa.Column("begun_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["access_token.id"], name="fk_web_session_token_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_web_session"),
    )
    op.create_index("ix_web_session_expires_at", "web_session", ["expires_at"])
    op.create_table(
        "second_factor",
        sa.Column("id", _ID, nullable=False),
        sa.Column("person", _CODE_POINTS, nullable=False),
        sa.Column("kind", sa.String(7), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("credential", sa.Text(), nullable=False, comment="A passkey's id, base64url; empty for TOTP"),
        sa.Column("material", sa.Text(), nullable=False, comment="A passkey's public key, or a sealed TOTP seed"),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("enrolled_at", _MOMENT, nullable=False),
        sa.Column("removed_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_second_factor"),
    )
    op.create_index("ix_second_factor_person", "second_factor", ["person"])
    op.create_table(
        "factor_invitation",
        sa.Column("digest", _DIGEST, nullable=False, comment="SHA-256 of the code"),
        sa.Column("person", _CODE_POINTS, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("used_at", _MOMENT),
        sa.PrimaryKeyConstraint("digest", name="pk_factor_invitation"),
    )
    op.create_table(
        "factor_challenge",
        sa.Column("digest", _DIGEST, nullable=False, comment="SHA-256 of the challenge"),
        sa.Column("session", _DIGEST, nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_factor_challenge"),
    )
    op.create_index("ix_factor_challenge_expires_at", "factor_challenge", ["expires_at"])


def downgrade() -> None:
    """Give up what only the new tables and the new column hold; everything older stays."""
    for table in (
        "factor_challenge",
        "factor_invitation",
        "second_factor",
        "web_session",
        "access_token",
        "approval",
    ):
        op.drop_table(table)
    op.drop_column("claim", "was_approved")
    op.drop_index("ix_case__lacks_approval", "case_")
    op.drop_column("case_", "lacks_approval")
    op.drop_column("case_", "approval_for")
