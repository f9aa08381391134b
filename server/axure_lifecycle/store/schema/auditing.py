"""Heads of the trail that were signed."""

from sqlalchemy import Column, Index, String, Table

from axure_lifecycle.store.schema.columns import DIGEST, ID, MOMENT, metadata

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("id", ID, primary_key=True),
    Column("seq", ID, nullable=False),
    Column("hash", DIGEST, nullable=False),
    Column("at", MOMENT, nullable=False),
    Column("public_key", DIGEST, nullable=False),
    Column("signature", String(128), nullable=False, comment="Ed25519, hexadecimal"),
    Index(None, "seq"),
)
