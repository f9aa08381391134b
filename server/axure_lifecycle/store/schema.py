"""The tables. Migrations must add up to exactly this; a test compares them.

Rosters and directory reads are kept as *snapshots*: rows under the digest of what was brought. A *source* is the event
of a snapshot counting: who brought it, when, and what moment it speaks of. So the same content is stored once, taking
a source back touches no row, and two snapshots can never mix.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_ID = BigInteger().with_variant(Integer(), "sqlite")
_CODE_POINTS = Text(collation="C").with_variant(Text(), "sqlite")  # Sorts by code point in every database.
_MOMENT = String(27, collation="C").with_variant(String(27), "sqlite")  # UTC, `2026-11-23T17:55:00.000000Z`.
_DAY = String(10, collation="C").with_variant(String(10), "sqlite")
_DIGEST = String(64, collation="C").with_variant(String(64), "sqlite")

system = Table(
    "system",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("application", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("holds", Text, nullable=False),
    UniqueConstraint("application", "name", "host", "holds"),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("system_id", _ID, ForeignKey(system.c.id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", _DIGEST, nullable=False),
    Column("staged_at", _MOMENT, nullable=False),
    Column("label", Text, nullable=False, comment="What it was called when it was last brought"),
    Column("horizon", _MOMENT, nullable=False, comment="The latest moment its content can know of, as last brought"),
    Column("row_count", Integer, nullable=False, comment="Different rows; the same row twice counts once"),
    Column("stated_count", Integer),
    Column("refused", Integer, nullable=False, comment="Lines that were left out"),
    Column("form", Text, nullable=False),
    Column("columns", Text, nullable=False, comment="Words with blanks between"),
    Column("mistakes", Text, nullable=False, comment="JSON"),
    Column("notes", Text, nullable=False, comment="JSON"),
    Column("compared", Text, comment="JSON: how it differs from the source that was in force when it was staged"),
    UniqueConstraint("system_id", "kind", "digest"),
    Index(None, "digest"),
    sqlite_autoincrement=True,  # The number of a removed snapshot never comes back as another roster's.
)

member_row = Table(
    "member_row",
    metadata,
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", _CODE_POINTS, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("shown_as", Text, comment="NULL where it is the address itself"),
    Column("display_name", Text),
    Column("role", Text),
    Column("status", Text),
    Column("use_sso", Boolean),
    Column("flags", Text, comment="Words with blanks between"),
    sqlite_with_rowid=False,
)

role_count = Table(
    "role_count",
    metadata,
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("role", _CODE_POINTS, primary_key=True),
    Column("people", Integer, nullable=False, comment="How many hold it and are not off"),
    sqlite_with_rowid=False,
)

subscription_row = Table(
    "subscription_row",
    metadata,
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("subscription", _CODE_POINTS, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("edition", Text),
    Column("renews_on", _DAY),
    Column("bought_by", Text),
    Column("managers", Integer, nullable=False),
    Column("flags", Text),
    sqlite_with_rowid=False,
)

seat_row = Table(
    "seat_row",
    metadata,
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", _CODE_POINTS, primary_key=True),
    Column("relation", String(10), primary_key=True),
    Column("subscription", _CODE_POINTS, primary_key=True),
    Index(None, "snapshot_id", "subscription"),
    sqlite_with_rowid=False,
)

directory_account = Table(
    "directory_account",
    metadata,
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("key", _CODE_POINTS, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("address", _CODE_POINTS, nullable=False),
    Column("display_name", Text),
    Column("standing", String(13), nullable=False),
    Column("status", Text),
    Column("leave_at", _MOMENT),
    Column("kind", Text),
    Column("flags", Text),
    sqlite_with_rowid=False,
)

directory_address = Table(
    "directory_address",
    metadata,
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", _CODE_POINTS, primary_key=True),
    Column("nth", SmallInteger, primary_key=True, comment="0 for the first claimant of the address by key, then 1, …"),
    Column("key", _CODE_POINTS, nullable=False),
    Column("claimants", SmallInteger, nullable=False, comment="How many people of the snapshot list the address"),
    sqlite_with_rowid=False,
)

directory_alias = Table(
    "directory_alias",
    metadata,
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("key", _CODE_POINTS, primary_key=True),
    Column("address", _CODE_POINTS, primary_key=True),
    comment="Every address of those who list more than one; most list one, and an index over all would cost more",
    sqlite_with_rowid=False,
)

source = Table(
    "source",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("snapshot_id", _ID, ForeignKey(snapshot.c.id), nullable=False),
    Column("system_id", _ID, ForeignKey(system.c.id), nullable=False),
    Column("taken_at", _MOMENT, nullable=False),
    Column("is_moment_stated", Boolean, nullable=False),
    Column("horizon", _MOMENT, nullable=False),
    Column("received_at", _MOMENT, nullable=False),
    Column("label", Text, nullable=False),
    Column("brought_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("assurance", String(9), nullable=False),
    Column("confirmed_by", Text),
    Column("confirmed_at", _MOMENT),
    Column("is_complete", Boolean),
    Column("state", String(9), nullable=False),
    Column("retracted_at", _MOMENT),
    Column("retracted_because", Text),
    Index(None, "system_id", "state", "taken_at"),
    Index(None, "snapshot_id"),
)

decision = Table(
    "decision",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("address", _CODE_POINTS, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("belongs_to", _CODE_POINTS),
    Column("reason", Text, nullable=False),
    Column("until", _DAY),
    Column("decided_by", Text, nullable=False),
    Column("assurance", String(9), nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("ended_at", _MOMENT),
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

case = Table(
    "case_",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("application", Text, nullable=False),
    Column("subject", _CODE_POINTS, nullable=False),
    Column("state", String(9), nullable=False),
    Column("plan_digest", _DIGEST, nullable=False),
    Column("plan", Text, nullable=False, comment="JSON"),
    Column("owner", Text),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", _MOMENT, nullable=False),
    Column("due_on", _DAY),
    Column("reason", Text, nullable=False),
    Index(None, "subject", "operation"),
    Index(None, "state"),
)

step = Table(
    "step",
    metadata,
    Column("case_id", _ID, ForeignKey(case.c.id), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("state", String(13), nullable=False),
    Column("holding", Text, comment="The kind of holding whose end state a source can show; NULL for none"),
    CheckConstraint("position > 0", name="position"),
)

claim = Table(
    "claim",
    metadata,
    Column("id", _ID, primary_key=True),
    Column("case_id", _ID, ForeignKey(case.c.id), nullable=False),
    Column("step_key", Text, nullable=False),
    Column("at", _MOMENT, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("answer", String(13), nullable=False),
    Column("assurance", String(9), nullable=False),
    Column("said_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("question", Text, nullable=False),
    Column("question_digest", _DIGEST, nullable=False),
    Column("note", Text, nullable=False),
    Column("retracted_at", _MOMENT),
    Column("retracted_because", Text),
    Index(None, "case_id", "step_key"),
)

step_check = Table(
    "step_check",
    metadata,
    Column("case_id", _ID, ForeignKey(case.c.id), primary_key=True),
    Column("step_key", Text, primary_key=True),
    Column("source_id", _ID, ForeignKey(source.c.id), primary_key=True),
    Column("shows", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
    Index(None, "source_id"),
)

kept_answer = Table(
    "kept_answer",
    metadata,
    Column("request_key", Text, primary_key=True),
    Column("at", _MOMENT, nullable=False),
    Column("answer", Text, nullable=False),
)

audit_record = Table(
    "audit_record",
    metadata,
    Column("seq", _ID, primary_key=True, autoincrement=False),
    Column("at", _MOMENT, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload_digest", _DIGEST, nullable=False),
    Column("previous", _DIGEST, nullable=False),
    Column("hash", _DIGEST, nullable=False),
)

audit_payload = Table(
    "audit_payload",
    metadata,
    Column("seq", _ID, ForeignKey(audit_record.c.seq), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("payload", Text, nullable=False),
    Column("about", _CODE_POINTS, comment="The address whose erasure erases this payload"),
    Index(None, "about"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", _ID, nullable=False),
    Column("hash", _DIGEST, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
