"""Reviews: whom they are about, and what was decided."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from axure_lifecycle.store.schema.cases import case
from axure_lifecycle.store.schema.columns import CODE_POINTS, DAY, DIGEST, ID, MOMENT, TYPED, metadata
from axure_lifecycle.store.schema.sources import source

review = Table(
    "review",
    metadata,
    Column("id", ID, primary_key=True),
    Column("title", TYPED, nullable=False),
    Column("source_id", ID, ForeignKey(source.c.id), nullable=False),
    Column("people", Integer, nullable=False),
    Column("members_digest", DIGEST, nullable=False),
    Column("due_on", DAY),
    Column("opened_by", Text, nullable=False, comment="JSON: name, channel, client, proof"),
    Column("opened_at", MOMENT, nullable=False),
    Column("state", String(6), nullable=False),
    Column("closed_by", Text, comment="JSON: name, channel, client, proof"),
    Column("closed_at", MOMENT),
    Column("unfinished_because", TYPED),
    Column("decisions_digest", DIGEST),
)

review_decision = Table(
    "review_decision",
    metadata,
    Column("id", ID, primary_key=True),
    Column("review_id", ID, ForeignKey(review.c.id), nullable=False),
    Column("address", CODE_POINTS, nullable=False),
    Column("kind", String(11), nullable=False),
    Column("role", Text),
    Column("reason", TYPED, nullable=False),
    Column("decided_by", Text, nullable=False, comment="JSON: name, channel, client, proof"),
    Column("assurance", String(9), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("question_digest", DIGEST, nullable=False),
    Column("case_id", ID, ForeignKey(case.c.id), comment="The case that it opened, or that stood already"),
    Index(None, "address"),
)

review_person = Table(
    "review_person",
    metadata,
    Column("review_id", ID, ForeignKey(review.c.id), primary_key=True),
    Column("address", CODE_POINTS, primary_key=True),
    Column("decision_id", ID, ForeignKey(review_decision.c.id), comment="The one that counts; NULL: undecided"),
    Index(None, "review_id", "decision_id"),
    comment="Who is to be decided, as the roster stood at the opening",
    sqlite_with_rowid=False,
)
