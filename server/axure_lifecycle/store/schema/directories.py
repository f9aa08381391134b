"""Directories that the product reads by itself: from where the next read goes on, and what came of every try."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text

from axure_lifecycle.store.schema.columns import ID, MOMENT, TYPED, metadata
from axure_lifecycle.store.schema.sources import source

source_cursor = Table(
    "source_cursor",
    metadata,
    Column("source_id", ID, ForeignKey(source.c.id), primary_key=True, autoincrement=False),
    Column("cursor", Text, nullable=False, comment="The directory's own, after which it can tell what changed"),
    Column("fingerprint", Text, nullable=False, comment="Of the settings with which it was read, without secrets"),
)

sync_attempt = Table(
    "sync_attempt",
    metadata,
    Column("id", ID, primary_key=True),
    Column("directory", Text, nullable=False, comment="Its configured name"),
    Column("begun_at", MOMENT, nullable=False),
    Column("ended_at", MOMENT, nullable=False),
    Column("source_id", ID, ForeignKey(source.c.id), comment="What it brought; NULL after a fault"),
    Column("is_full", Boolean, nullable=False),
    Column("changes", Integer, nullable=False, comment="Entries that were read"),
    Column("code", Text, comment="Of what stood in the way"),
    Column("sentence", TYPED, nullable=False),
    Column("scopes", Text, nullable=False, comment="JSON: the permissions that the directory granted"),
    Index(None, "directory", "id"),
)
