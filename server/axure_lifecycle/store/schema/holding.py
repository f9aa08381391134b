"""Why what an identity provider wants is not settled yet."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from axure_lifecycle.store.schema.columns import CODE_POINTS, MOMENT, TYPED, metadata
from axure_lifecycle.store.schema.scim import scim_user

scim_hold = Table(
    "scim_hold",
    metadata,
    Column("user_id", CODE_POINTS, ForeignKey(scim_user.c.id, ondelete="CASCADE"), primary_key=True),
    Column("code", String(40), nullable=False),
    Column("sentence", TYPED, nullable=False),
    Column("since", MOMENT, nullable=False, comment="Since when for this reason"),
    Column("tried_at", MOMENT, nullable=False),
    Column("version", Integer, nullable=False, comment="Of the wish, when it was looked at"),
    comment="A wish that waits; gone once it is settled",
    sqlite_with_rowid=False,
)
