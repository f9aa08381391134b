"""The trail, and the answers that are kept for a repeated call."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, LargeBinary, Table, Text

from axure_lifecycle.store.schema.columns import CODE_POINTS, DIGEST, ID, MOMENT, TYPED, metadata

kept_answer = Table(
    "kept_answer",
    metadata,
    Column("request_key", TYPED, primary_key=True),
    Column("at", MOMENT, nullable=False),
    Column("answer", Text, nullable=False),
)

audit_record = Table(
    "audit_record",
    metadata,
    Column("seq", ID, primary_key=True, autoincrement=False),
    Column("at", MOMENT, nullable=False),
    Column("kind", Text, nullable=False),
    Column("payload_digest", DIGEST, nullable=False),
    Column("previous", DIGEST, nullable=False),
    Column("hash", DIGEST, nullable=False),
)

audit_payload = Table(
    "audit_payload",
    metadata,
    Column("seq", ID, ForeignKey(audit_record.c.seq), primary_key=True, autoincrement=False),
    Column("salt", LargeBinary, nullable=False),
    Column("payload", Text, nullable=False),
    Column("about", CODE_POINTS, comment="The address whose erasure erases this payload"),
    Index(None, "about"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", ID, nullable=False),
    Column("hash", DIGEST, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)
