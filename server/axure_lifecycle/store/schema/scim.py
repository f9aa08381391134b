"""What identity providers want by SCIM, apart from what is known: users, groups, and the tokens that they come with."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from axure_lifecycle.store.schema.columns import CODE_POINTS, DIGEST, ID, MOMENT, TYPED, metadata

scim_token = Table(
    "scim_token",
    metadata,
    Column("id", ID, primary_key=True),
    Column("idp", CODE_POINTS, nullable=False, comment="As the configuration calls the identity provider"),
    Column("digest", DIGEST, nullable=False, comment="SHA-256 of the token"),
    Column("label", TYPED, nullable=False),
    Column("created_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Column("revoked_because", TYPED),
    UniqueConstraint("digest"),
)

scim_user = Table(
    "scim_user",
    metadata,
    Column("id", CODE_POINTS, primary_key=True, comment="A UUID"),
    Column("idp", CODE_POINTS, nullable=False),
    Column("external_id", CODE_POINTS),
    Column("user_name", TYPED, nullable=False),
    Column("user_name_key", CODE_POINTS, nullable=False, comment="As two user names are compared"),
    Column("address", CODE_POINTS, comment="In its normal form; NULL where nothing that was pushed is one"),
    Column("active", Boolean, nullable=False),
    Column("resource", Text, nullable=False, comment="JSON, as the identity provider gets it back"),
    Column("aside", Text, nullable=False, comment="JSON: attributes that could not be read, by their path"),
    Column("version", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    Column("deleted_at", MOMENT),
    Column("wanted_since", MOMENT, nullable=False, comment="Since when the wanted state is what it is"),
    Column("unsettled_since", MOMENT, comment="Since when what is wanted waits to be looked at; NULL: nothing waits"),
    Column("settled_at", MOMENT),
    Column("settled_address", CODE_POINTS),
    Column("settled_active", Boolean, comment="NULL: nothing of them was ever looked at"),
    Column("settled_roles", Text, comment="JSON"),
    Index(None, "idp", "created_at", "id"),
    Index(None, "idp", "external_id"),
    Index(None, "address"),
    Index(None, "settled_address"),
    comment="What an identity provider wants for one person; the row stays when it deletes them",
)
Index(
    "uq_scim_user_idp_user_name_key",
    scim_user.c.idp,
    scim_user.c.user_name_key,
    unique=True,
    sqlite_where=scim_user.c.deleted_at.is_(None),
    postgresql_where=scim_user.c.deleted_at.is_(None),
)
Index(
    "ix_scim_user_idp_unsettled_since",
    scim_user.c.idp,
    scim_user.c.unsettled_since,
    sqlite_where=scim_user.c.unsettled_since.is_not(None),
    postgresql_where=scim_user.c.unsettled_since.is_not(None),
)

scim_group = Table(
    "scim_group",
    metadata,
    Column("id", CODE_POINTS, primary_key=True, comment="A UUID"),
    Column("idp", CODE_POINTS, nullable=False),
    Column("external_id", CODE_POINTS),
    Column("display_name", TYPED, nullable=False),
    Column("display_name_key", CODE_POINTS, nullable=False, comment="As two names of groups are compared"),
    Column("resource", Text, nullable=False, comment="JSON, as the identity provider gets it back, without members"),
    Column("aside", Text, nullable=False, comment="JSON: what could not be read, by its path"),
    Column("version", Integer, nullable=False),
    Column("created_at", MOMENT, nullable=False),
    Column("changed_at", MOMENT, nullable=False),
    Index(None, "idp", "created_at", "id"),
    Index(None, "idp", "display_name_key"),
)

scim_member = Table(
    "scim_member",
    metadata,
    Column("group_id", CODE_POINTS, ForeignKey(scim_group.c.id, ondelete="CASCADE"), primary_key=True),
    Column("user_id", CODE_POINTS, ForeignKey(scim_user.c.id, ondelete="CASCADE"), primary_key=True),
    Index(None, "user_id"),
    sqlite_with_rowid=False,
)
