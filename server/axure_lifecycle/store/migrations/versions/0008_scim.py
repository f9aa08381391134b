"""What identity providers push by SCIM."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.String(27, collation="C").with_variant(sa.String(27), "sqlite")
_DIGEST = sa.String(64, collation="C").with_variant(sa.String(64), "sqlite")
_CODE_POINTS = sa.Text(collation="C").with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    """Make the new tables; no identity provider ever pushed anything."""
    op.create_table(
        "scim_token",
        sa.Column("id", _ID, nullable=False),
        sa.Column("idp", _CODE_POINTS, nullable=False, comment="As the configuration calls the identity provider"),
        sa.Column("digest", _DIGEST, nullable=False, comment="SHA-256 of the token"),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False, comment="JSON: name, channel, client"),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT),
        sa.Column("revoked_because", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_scim_token"),
        sa.UniqueConstraint("digest", name="uq_scim_token_digest"),
    )
    _make_users()
    op.create_table(
        "scim_group",
        sa.Column("id", _CODE_POINTS, nullable=False, comment="A UUID"),
        sa.Column("idp", _CODE_POINTS, nullable=False),
        sa.Column("external_id", _CODE_POINTS),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("display_name_key", _CODE_POINTS, nullable=False, comment="As two names of groups are compared"),
        sa.Column(
            "resource",
            sa.Text(),
            nullable=False,
            comment="JSON, as the identity provider gets it back, without members",
        ),
        sa.Column("aside", sa.Text(), nullable=False, comment="JSON: what could not be read, by its path"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_scim_group"),
    )
    op.create_index("ix_scim_group_idp_created_at_id", "scim_group", ["idp", "created_at", "id"])
    op.create_index("ix_scim_group_idp_display_name_key", "scim_group", ["idp", "display_name_key"])
    op.create_table(
        "scim_member",
        sa.Column("group_id", _CODE_POINTS, nullable=False),
        sa.Column("user_id", _CODE_POINTS, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["scim_group.id"], name="fk_scim_member_group_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["scim_user.id"], name="fk_scim_member_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_scim_member"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_scim_member_user_id", "scim_member", ["user_id"])


def _make_users() -> None:
    op.create_table(
        "scim_user",
        sa.Column("id", _CODE_POINTS, nullable=False, comment="A UUID"),
        sa.Column("idp", _CODE_POINTS, nullable=False),
        sa.Column("external_id", _CODE_POINTS),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("user_name_key", _CODE_POINTS, nullable=False, comment="As two user names are compared"),
        sa.Column("address", _CODE_POINTS, comment="In its normal form; NULL where nothing that was pushed is one"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("resource", sa.Text(), nullable=False, comment="JSON, as the identity provider gets it back"),
        sa.Column("aside", sa.Text(), nullable=False, comment="JSON: attributes that could not be read, by their path"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("deleted_at", _MOMENT),
        sa.Column("wanted_since", _MOMENT, nullable=False, comment="Since when the wanted state is what it is"),
        sa.Column(
            "unsettled_since",
            _MOMENT,
            comment="Since when what is wanted waits to be looked at; NULL: nothing waits",
        ),
        sa.Column("settled_at", _MOMENT),
        sa.Column("settled_address", _CODE_POINTS),
        sa.Column("settled_active", sa.Boolean(), comment="NULL: nothing of them was ever looked at"),
        sa.Column("settled_roles", sa.Text(), comment="JSON"),
        sa.PrimaryKeyConstraint("id", name="pk_scim_user"),
        comment="What an identity provider wants for one person; the row stays when it deletes them",
    )
    op.create_index("ix_scim_user_idp_created_at_id", "scim_user", ["idp", "created_at", "id"])
    op.create_index("ix_scim_user_idp_external_id", "scim_user", ["idp", "external_id"])
    op.create_index("ix_scim_user_address", "scim_user", ["address"])
    op.create_index("ix_scim_user_settled_address", "scim_user", ["settled_address"])
    is_there, waits = sa.text("deleted_at IS NULL"), sa.text("unsettled_since IS NOT NULL")
    op.create_index(
        "uq_scim_user_idp_user_name_key",
        "scim_user",
        ["idp", "user_name_key"],
        unique=True,
        sqlite_where=is_there,
        postgresql_where=is_there,
    )
    op.create_index(
        "ix_scim_user_idp_unsettled_since",
        "scim_user",
        ["idp", "unsettled_since"],
        sqlite_where=waits,
        postgresql_where=waits,
    )


def downgrade() -> None:
    """Give up what only the new tables hold; everything older stays."""
    for table in ("scim_member", "scim_group", "scim_user", "scim_token"):
        op.drop_table(table)
