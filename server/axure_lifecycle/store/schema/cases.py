"""Cases: their steps, what was said and shown about them, what was attached, and whom they are about."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from axure_lifecycle.store.schema.columns import CODE_POINTS, DAY, DIGEST, ID, MOMENT, TYPED, metadata
from axure_lifecycle.store.schema.sources import source

case = Table(
    "case_",
    metadata,
    Column("id", ID, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("operation", Text, nullable=False),
    Column("application", Text, nullable=False),
    Column("subject", CODE_POINTS, nullable=False),
    Column("state", String(9), nullable=False),
    Column("plan_digest", DIGEST, nullable=False),
    Column("plan", Text, nullable=False, comment="JSON"),
    Column("owner", TYPED),
    Column("opened_by", Text, nullable=False),
    Column("opened_at", MOMENT, nullable=False),
    Column("due_on", DAY),
    Column("reason", TYPED, nullable=False),
    Column("approval_for", Text, comment="Why a second person must agree, as words; NULL: nobody must"),
    Column(
        "lacks_approval",
        Boolean,
        nullable=False,
        server_default=false(),
        comment="Whether one must agree and nobody's agreement counts",
    ),
    Index(None, "subject", "operation"),
    Index(None, "state"),
    Index(None, "lacks_approval"),
)

step = Table(
    "step",
    metadata,
    Column("case_id", ID, ForeignKey(case.c.id), primary_key=True),
    Column("key", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("state", String(13), nullable=False),
    Column("holding", Text, comment="The kind of holding whose end state a source can show; NULL for none"),
    Column("part", Integer, nullable=False, server_default="1", comment="Which plan of the case it comes from"),
    CheckConstraint("position > 0", name="position"),
)

claim = Table(
    "claim",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey(case.c.id), nullable=False),
    Column("step_key", Text, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("outcome", String(8), nullable=False),
    Column("answer", String(13), nullable=False),
    Column("assurance", String(9), nullable=False),
    Column("said_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("question", TYPED, nullable=False),
    Column("question_digest", DIGEST, nullable=False),
    Column("note", TYPED, nullable=False),
    Column("retracted_at", MOMENT),
    Column("retracted_because", TYPED),
    Column("was_approved", Boolean, comment="Whether an approval stood then; NULL: nobody had to agree"),
    Index(None, "case_id", "step_key"),
)

step_check = Table(
    "step_check",
    metadata,
    Column("case_id", ID, ForeignKey(case.c.id), primary_key=True),
    Column("step_key", Text, primary_key=True),
    Column("source_id", ID, ForeignKey(source.c.id), primary_key=True),
    Column("shows", Boolean, nullable=False),
    Column("basis", Text, nullable=False),
    Index(None, "source_id"),
)

case_person = Table(
    "case_person",
    metadata,
    Column("case_id", ID, ForeignKey(case.c.id), primary_key=True),
    Column("address", CODE_POINTS, primary_key=True),
    Index(None, "address"),
    comment="Every person that a case is about",
    sqlite_with_rowid=False,
)

case_part = Table(
    "case_part",
    metadata,
    Column("case_id", ID, ForeignKey(case.c.id), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("operation", Text, nullable=False),
    Column("plan_digest", DIGEST, nullable=False),
    Column("plan", Text, nullable=False, comment="JSON"),
    Column("opened_at", MOMENT, nullable=False),
    Column("opened_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("reason", TYPED, nullable=False),
    CheckConstraint("number > 1", name="number"),
    comment="The plans that joined a case after its opening; its own plan is part 1 and stands in the case",
)

approval = Table(
    "approval",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey(case.c.id), nullable=False),
    Column("plans_digest", DIGEST, nullable=False, comment="Of all plans of the case at that moment"),
    Column("at", MOMENT, nullable=False),
    Column("approved_by", Text, nullable=False, comment="JSON: name, channel, client, proof"),
    Column("assurance", String(9), nullable=False),
    Column("question", TYPED, nullable=False),
    Column("question_digest", DIGEST, nullable=False),
    Column("note", TYPED, nullable=False),
    Column("retracted_at", MOMENT),
    Column("retracted_because", TYPED),
    Index(None, "case_id"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", ID, primary_key=True),
    Column("case_id", ID, ForeignKey(case.c.id), nullable=False),
    Column("step_key", Text, nullable=False),
    Column("digest", DIGEST, nullable=False, comment="SHA-256 of the file"),
    Column("name", TYPED, nullable=False, comment="The file's name without its folder, as it is shown"),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False, comment="Bytes"),
    Column("note", TYPED, nullable=False),
    Column("attached_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("assurance", String(9), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("retracted_at", MOMENT),
    Column("retracted_because", TYPED),
    Column("erased_at", MOMENT, comment="When the file was erased with its person"),
    Index(None, "case_id"),
)
