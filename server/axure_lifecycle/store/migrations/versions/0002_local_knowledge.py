"""What people know of their own Axure, what they attach, whom a case is about, and plans that join a case."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_CODE_POINTS = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_DAY = sa.String(10, collation="C").with_variant(sa.String(10), "sqlite")
_DIGEST = sa.String(64, collation="C").with_variant(sa.String(64), "sqlite")


def upgrade() -> None:
    """Make the new tables; every case is about the person it was opened for, and its steps are of its own plan."""
    op.create_table(
        "local_fact",
        sa.Column("id", _ID, nullable=False),
        sa.Column("fact", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("assurance", sa.String(length=9), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("until", _DAY, nullable=False, comment="The last day on which it counts"),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_because", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_local_fact"),
    )
    op.create_index("ix_local_fact_fact", "local_fact", ["fact"])
    op.create_table(
        "screen_change",
        sa.Column("id", _ID, nullable=False),
        sa.Column("playbook", sa.Text(), nullable=False),
        sa.Column("step_key", sa.Text(), nullable=False),
        sa.Column("screens", sa.Text(), nullable=False, comment="The generation of screens that was configured then"),
        sa.Column("differs", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), comment="Where it is instead; NULL where that was not said"),
        sa.Column("said_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("assurance", sa.String(length=9), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_because", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_screen_change"),
    )
    op.create_index("ix_screen_change_playbook_step_key", "screen_change", ["playbook", "step_key"])
    op.create_table(
        "case_part",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("plan_digest", _DIGEST, nullable=False),
        sa.Column("plan", sa.Text(), nullable=False, comment="JSON"),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("number > 1", name="ck_case_part_number"),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_case_part_case_id"),
        sa.PrimaryKeyConstraint("case_id", "number", name="pk_case_part"),
        comment="The plans that joined a case after its opening; its own plan is part 1 and stands in the case",
    )
    op.create_table(
        "case_person",
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("address", _CODE_POINTS, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_case_person_case_id"),
        sa.PrimaryKeyConstraint("case_id", "address", name="pk_case_person"),
        comment="Every person that a case is about",
        sqlite_with_rowid=False,
    )
    op.create_index("ix_case_person_address", "case_person", ["address"])
    op.create_table(
        "evidence",
        sa.Column("id", _ID, nullable=False),
        sa.Column("case_id", _ID, nullable=False),
        sa.Column("step_key", sa.Text(), nullable=False),
        sa.Column("digest", _DIGEST, nullable=False, comment="SHA-256 of the file"),
        sa.Column("name", sa.Text(), nullable=False, comment="The file's name without its folder, as it is shown"),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False, comment="Bytes"),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("attached_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("assurance", sa.String(length=9), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("retracted_at", _MOMENT),
        sa.Column("retracted_because", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["case_.id"], name="fk_evidence_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_case_id", "evidence", ["case_id"])
    op.add_column(
        "step",
        sa.Column(
            "part", sa.Integer(), server_default="1", nullable=False, comment="Which plan of the case it comes from"
        ),
    )
    op.execute("INSERT INTO case_person (case_id, address) SELECT id, subject FROM case_")


def downgrade() -> None:
    """Give up what only the new tables hold; everything older stays."""
    op.drop_column("step", "part")
    for table in ("evidence", "case_person", "case_part", "screen_change", "local_fact"):
        op.drop_table(table)
