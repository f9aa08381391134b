"""The first tables, and the head of an empty trail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CODE_POINTS = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_DAY = sa.String(10, collation="C").with_variant(sa.String(10), "sqlite")
_DIGEST = sa.String(64, collation="C").with_variant(sa.String(64), "sqlite")


def upgrade() -> None:
    """Make everything."""
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", _ID, nullable=False),
        sa.Column("hash", _DIGEST, nullable=False),
        sa.CheckConstraint("id = 1", name="ck_audit_head_one_row"),
        sa.PrimaryKeyConstraint("id", name="pk_audit_head"),
    )
    op.create_table(
        "audit_record",
        sa.Column("seq", _ID, autoincrement=False, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload_digest", _DIGEST, nullable=False),
        sa.Column("previous", _DIGEST, nullable=False),
        sa.Column("hash", _DIGEST, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_record"),
    )
    op.create_table(
        "case_",
        sa.Column("id", _ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("subject", _CODE_POINTS, nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("plan_digest", _DIGEST, nullable=False),
        sa.Column("plan", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("owner", sa.Text()),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("due_on", _DAY),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_case_"),
    )
    op.create_index("ix_case__state", "case_", ["state"])
    op.create_index("ix_case__subject_operation", "case_", ["subject", "operation"])
    op.create_table(
        "decision",
        sa.Column("id", _ID, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("belongs_to", _CODE_POINTS),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", _DAY),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("assurance", sa.String(length=9), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_decision"),
    )
    op.create_index("ix_decision_address", "decision", ["address"])
    op.create_index("ix_decision_belongs_to", "decision", ["belongs_to"])
    op.create_index(
        "ix_decision_in_force",
        "decision",
        ["address"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "kept_answer",
        sa.Column("request_key", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("request_key", name="pk_kept_answer"),
    )
    op.create_table(
        "system",
        sa.Column("id", _ID, nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("holds", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_system"),
        sa.UniqueConstraint("application", "name", "host", "holds", name="uq_system_application_name_host_holds"),
    )
    op.create_table(
        "audit_payload",
        sa.Column("seq", _ID, autoincrement=False, nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("about", _CODE_POINTS, comment="The address whose erasure erases this payload"),
        sa.ForeignKeyConstraint(["seq"], ["audit_record.seq"], name="fk_audit_payload_seq"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_payload"),
    )
    op.create_index("ix_audit_payload_about", "audit_payload", ["about"])
    op.create_table(
        "claim",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("step_key", sa.Text(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("answer", sa.String(length=13), nullable=False),
        sa.Column("assurance", sa.String(length=9), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("question_digest", _DIGEST, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("retracted_at", _MOMENT),
        sa.Column("retracted_because", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_claim_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_claim"),
    )
    op.create_index("ix_claim_case_id_step_key", "claim", ["case_id", "step_key"])
    op.create_table(
        "snapshot",
        sa.Column("id", _ID, nullable=False),
        sa.Column("system_id", _ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", _DIGEST, nullable=False),
        sa.Column("staged_at", _MOMENT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False, comment="What it was called when it was last brought"),
        sa.Column(
            "horizon", _MOMENT, nullable=False, comment="The latest moment its content can know of, as last brought"
        ),
        sa.Column("row_count", sa.Integer(), nullable=False, comment="Different rows; the same row twice counts once"),
        sa.Column("stated_count", sa.Integer()),
        sa.Column("refused", sa.Integer(), nullable=False, comment="Lines that were left out"),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("columns", sa.Text(), nullable=False, comment="Words with blanks between"),
        sa.Column("mistakes", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("notes", sa.Text(), nullable=False, comment="JSON"),
        sa.Column(
            "compared", sa.Text(), comment="JSON: how it differs from the source that was in force when it was staged"
        ),
        sa.ForeignKeyConstraint(["system_id"], ["system.id"], name="fk_snapshot_system_id"),
        sa.PrimaryKeyConstraint("id", name="pk_snapshot"),
        sa.UniqueConstraint("system_id", "kind", "digest", name="uq_snapshot_system_id_kind_digest"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_snapshot_digest", "snapshot", ["digest"])
    op.create_table(
        "step",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=13), nullable=False),
        sa.Column("holding", sa.Text(), comment="The kind of holding whose end state a source can show; NULL for none"),
        sa.CheckConstraint("position > 0", name="ck_step_position"),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_step_case_id"),
        sa.PrimaryKeyConstraint("case_id", "key", name="pk_step"),
    )
    op.create_table(
        "directory_account",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("key", _CODE_POINTS, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.Column("display_name", sa.Text()),
        sa.Column("standing", sa.String(length=13), nullable=False),
        sa.Column("status", sa.Text()),
        sa.Column("leave_at", _MOMENT),
        sa.Column("kind", sa.Text()),
        sa.Column("flags", sa.Text()),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name="fk_directory_account_snapshot_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "key", name="pk_directory_account"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "directory_address",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.Column(
            "nth",
            sa.SmallInteger(),
            nullable=False,
            comment="0 for the first claimant of the address by key, then 1, …",
        ),
        sa.Column("key", _CODE_POINTS, nullable=False),
        sa.Column(
            "claimants", sa.SmallInteger(), nullable=False, comment="How many people of the snapshot list the address"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name="fk_directory_address_snapshot_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "address", "nth", name="pk_directory_address"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "directory_alias",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("key", _CODE_POINTS, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name="fk_directory_alias_snapshot_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "key", "address", name="pk_directory_alias"),
        comment="Every address of those who list more than one; most list one, and an index over all would cost more",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "member_row",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("shown_as", sa.Text(), comment="NULL where it is the address itself"),
        sa.Column("display_name", sa.Text()),
        sa.Column("role", sa.Text()),
        sa.Column("status", sa.Text()),
        sa.Column("use_sso", sa.Boolean()),
        sa.Column("flags", sa.Text(), comment="Words with blanks between"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_member_row_snapshot_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "address", name="pk_member_row"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "role_count",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("role", _CODE_POINTS, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False, comment="How many hold it and are not off"),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_role_count_snapshot_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "role", name="pk_role_count"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "seat_row",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("subscription", _CODE_POINTS, nullable=False),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_seat_row_snapshot_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("snapshot_id", "address", "relation", "subscription", name="pk_seat_row"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seat_row_snapshot_id_subscription", "seat_row", ["snapshot_id", "subscription"])
    op.create_table(
        "source",
        sa.Column("id", _ID, nullable=False),
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("system_id", _ID, nullable=False),
        sa.Column("taken_at", _MOMENT, nullable=False),
        sa.Column("is_moment_stated", sa.Boolean(), nullable=False),
        sa.Column("horizon", _MOMENT, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("assurance", sa.String(length=9), nullable=False),
        sa.Column("confirmed_by", sa.Text()),
        sa.Column("confirmed_at", _MOMENT),
        sa.Column("is_complete", sa.Boolean()),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("retracted_at", _MOMENT),
        sa.Column("retracted_because", sa.Text()),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name="fk_source_snapshot_id"),
        sa.ForeignKeyConstraint(["system_id"], ["system.id"], name="fk_source_system_id"),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_index("ix_source_snapshot_id", "source", ["snapshot_id"])
    op.create_index("ix_source_system_id_state_taken_at", "source", ["system_id", "state", "taken_at"])
    op.create_table(
        "subscription_row",
        sa.Column("snapshot_id", _ID, nullable=False),
        sa.Column("subscription", _CODE_POINTS, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Text()),
        sa.Column("renews_on", _DAY),
        sa.Column("bought_by", sa.Text()),
        sa.Column("managers", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Text()),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshot.id"], name="fk_subscription_row_snapshot_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("snapshot_id", "subscription", name="pk_subscription_row"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "step_check",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("step_key", sa.Text(), nullable=False),
        sa.Column("source_id", _ID, nullable=False),
        sa.Column("shows", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_step_check_case_id"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_step_check_source_id"),
        sa.PrimaryKeyConstraint("case_id", "step_key", "source_id", name="pk_step_check"),
    )
    op.create_index("ix_step_check_source_id", "step_check", ["source_id"])
    op.execute(
        sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("hash"))
        .insert()
        .values(id=1, seq=0, hash="0" * 64)
    )
