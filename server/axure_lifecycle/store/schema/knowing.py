"""What people decided about addresses, and what they know of their own Axure."""

from sqlalchemy import Column, Index, String, Table, Text, text

from axure_lifecycle.store.schema.columns import CODE_POINTS, DAY, ID, MOMENT, TYPED, metadata

decision = Table(
    "decision",
    metadata,
    Column("id", ID, primary_key=True),
    Column("address", CODE_POINTS, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("belongs_to", CODE_POINTS),
    Column("reason", TYPED, nullable=False),
    Column("until", DAY),
    Column("decided_by", Text, nullable=False),
    Column("assurance", String(9), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Index(None, "address"),
    Index(None, "belongs_to"),
    Index(
        "ix_decision_in_force",
        "address",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
        postgresql_where=text("ended_at IS NULL"),
    ),
)

local_fact = Table(
    "local_fact",
    metadata,
    Column("id", ID, primary_key=True),
    Column("fact", Text, nullable=False),
    Column("answer", TYPED, nullable=False),
    Column("evidence", TYPED, nullable=False),
    Column("said_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("assurance", String(9), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("until", DAY, nullable=False, comment="The last day on which it counts"),
    Column("ended_at", MOMENT),
    Column("ended_because", TYPED),
    Index(None, "fact"),
)

screen_change = Table(
    "screen_change",
    metadata,
    Column("id", ID, primary_key=True),
    Column("playbook", Text, nullable=False),
    Column("step_key", Text, nullable=False),
    Column("screens", Text, nullable=False, comment="The generation of screens that was configured then"),
    Column("differs", TYPED, nullable=False),
    Column("place", TYPED, comment="Where it is instead; NULL where that was not said"),
    Column("said_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("assurance", String(9), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("ended_at", MOMENT),
    Column("ended_because", TYPED),
    Index(None, "playbook", "step_key"),
)
