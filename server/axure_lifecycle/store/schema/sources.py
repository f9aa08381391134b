"""What rosters and directories showed, and what makes it count."""

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, SmallInteger, String, Table, Text, UniqueConstraint

from axure_lifecycle.store.schema.columns import CODE_POINTS, DAY, DIGEST, ID, MOMENT, TYPED, metadata

system = Table(
    "system",
    metadata,
    Column("id", ID, primary_key=True),
    Column("application", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("holds", Text, nullable=False),
    UniqueConstraint("application", "name", "host", "holds"),
)

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", ID, primary_key=True),
    Column("system_id", ID, ForeignKey(system.c.id), nullable=False),
    Column("kind", Text, nullable=False),
    Column("digest", DIGEST, nullable=False),
    Column("staged_at", MOMENT, nullable=False),
    Column("label", TYPED, nullable=False, comment="What it was called when it was last brought"),
    Column("horizon", MOMENT, nullable=False, comment="The latest moment its content can know of, as last brought"),
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
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", CODE_POINTS, primary_key=True),
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
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("role", CODE_POINTS, primary_key=True),
    Column("people", Integer, nullable=False, comment="How many hold it and are not off"),
    sqlite_with_rowid=False,
)

subscription_row = Table(
    "subscription_row",
    metadata,
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("subscription", CODE_POINTS, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("edition", Text),
    Column("renews_on", DAY),
    Column("bought_by", Text),
    Column("managers", Integer, nullable=False),
    Column("flags", Text),
    sqlite_with_rowid=False,
)

seat_row = Table(
    "seat_row",
    metadata,
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", CODE_POINTS, primary_key=True),
    Column("relation", String(10), primary_key=True),
    Column("subscription", CODE_POINTS, primary_key=True),
    Index(None, "snapshot_id", "subscription"),
    sqlite_with_rowid=False,
)

NO_ADDRESS: Final = ""
"""Of accounts that a directory lists without any address: they are still there, and found by no address."""

directory_account = Table(
    "directory_account",
    metadata,
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("key", CODE_POINTS, primary_key=True),
    Column("line", Integer, nullable=False),
    Column("address", CODE_POINTS, nullable=False),
    Column("display_name", Text),
    Column("standing", String(13), nullable=False),
    Column("status", Text),
    Column("leave_at", MOMENT),
    Column("kind", Text),
    Column("flags", Text),
    Column("is_assigned", Boolean, comment="To the application's app in the directory; NULL where nobody knows"),
    sqlite_with_rowid=False,
)

directory_address = Table(
    "directory_address",
    metadata,
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("address", CODE_POINTS, primary_key=True),
    Column("nth", SmallInteger, primary_key=True, comment="0 for the first claimant of the address by key, then 1, …"),
    Column("key", CODE_POINTS, nullable=False),
    Column("claimants", SmallInteger, nullable=False, comment="How many people of the snapshot list the address"),
    sqlite_with_rowid=False,
)

directory_alias = Table(
    "directory_alias",
    metadata,
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id, ondelete="CASCADE"), primary_key=True),
    Column("key", CODE_POINTS, primary_key=True),
    Column("address", CODE_POINTS, primary_key=True),
    comment="Every address of those who list more than one; most list one, and an index over all would cost more",
    sqlite_with_rowid=False,
)

source = Table(
    "source",
    metadata,
    Column("id", ID, primary_key=True),
    Column("snapshot_id", ID, ForeignKey(snapshot.c.id), nullable=False),
    Column("system_id", ID, ForeignKey(system.c.id), nullable=False),
    Column("taken_at", MOMENT, nullable=False),
    Column("is_moment_stated", Boolean, nullable=False),
    Column("horizon", MOMENT, nullable=False),
    Column("received_at", MOMENT, nullable=False),
    Column("label", TYPED, nullable=False),
    Column("brought_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("assurance", String(9), nullable=False),
    Column("confirmed_by", Text),
    Column("confirmed_at", MOMENT),
    Column("is_complete", Boolean),
    Column("state", String(9), nullable=False),
    Column("retracted_at", MOMENT),
    Column("retracted_because", TYPED),
    Column("is_held", Boolean, comment="Had lost too much when the product read it; NULL: had not"),
    Index(None, "system_id", "state", "taken_at"),
    Index(None, "snapshot_id"),
)
