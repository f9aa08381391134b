"""What leaves the house: notices, what came of each try, tickets, signed calls that came in, and who makes a pass."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from axure_lifecycle.store.schema.cases import case
from axure_lifecycle.store.schema.columns import DAY, DIGEST, ID, MOMENT, TYPED, metadata

notice = Table(
    "notice",
    metadata,
    Column("id", ID, primary_key=True),
    Column("key", DIGEST, nullable=False, unique=True, comment="Of two messages with one key only one is ever sent"),
    Column("place", Text, nullable=False, comment="Its configured name"),
    Column("kind", String(12), nullable=False),
    Column("recipient", TYPED, nullable=False),
    Column("day", DAY, nullable=False, comment="For which it was due"),
    Column("case_id", ID, ForeignKey(case.c.id), comment="Of a ticket message"),
    Column("body", TYPED, comment="JSON: the message; NULL once it was sent or given up"),
    Column("made_at", MOMENT, nullable=False),
    Column("state", String(8), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", MOMENT, nullable=False, comment="Not tried before"),
    Column("claim", Text, comment="Of the process that tries it just now"),
    Column("claimed_until", MOMENT, comment="After which anybody may try"),
    Column("last_code", Text),
    Column("last_sentence", TYPED),
    Column("ended_at", MOMENT),
    Index(None, "state", "place", "next_at"),
    Index(None, "place", "kind", "recipient"),
    Index(None, "case_id"),
)

notice_attempt = Table(
    "notice_attempt",
    metadata,
    Column("id", ID, primary_key=True),
    Column("notice_id", ID, ForeignKey(notice.c.id), nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("code", Text, comment="Of what stood in the way; NULL where it was taken"),
    Column("sentence", TYPED, nullable=False),
    Index(None, "notice_id"),
)

case_ticket = Table(
    "case_ticket",
    metadata,
    Column("case_id", ID, ForeignKey(case.c.id), primary_key=True, autoincrement=False),
    Column("reference", TYPED, nullable=False),
    Column("state", TYPED, comment="In the other system's word; NULL where nothing was reported"),
    Column("reported_at", MOMENT),
)

signed_call = Table(
    "signed_call",
    metadata,
    Column("digest", DIGEST, primary_key=True, comment="SHA-256 of the call's id, so that none counts twice"),
    Column("at", MOMENT, nullable=False),
    Index(None, "at"),
)

lease = Table(
    "lease",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", Text, nullable=False, comment="Machine, process and its start"),
    Column("taken_at", MOMENT, nullable=False),
    Column("until", MOMENT, nullable=False),
)
