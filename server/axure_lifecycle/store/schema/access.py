"""Who comes in: tokens, sessions, second factors. Only digests, public keys and sealed seeds; no secret."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from axure_lifecycle.store.schema.columns import CODE_POINTS, DIGEST, ID, MOMENT, TYPED, metadata

access_token = Table(
    "access_token",
    metadata,
    Column("id", ID, primary_key=True),
    Column("digest", DIGEST, nullable=False, comment="SHA-256 of the token"),
    Column("person", CODE_POINTS, nullable=False),
    Column("roles", Text, nullable=False, comment="Words with blanks between"),
    Column("label", TYPED, nullable=False),
    Column("created_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("revoked_at", MOMENT),
    Column("revoked_because", TYPED),
    UniqueConstraint("digest"),
    Index(None, "person"),
)

web_session = Table(
    "web_session",
    metadata,
    Column("digest", DIGEST, primary_key=True, comment="SHA-256 of the cookie's value"),
    Column("person", CODE_POINTS, nullable=False),
    Column("roles", Text, nullable=False, comment="Words with blanks between"),
    Column("proof", Text, nullable=False),
    Column("token_id", ID, ForeignKey(access_token.c.id)),
    Column("begun_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Index(None, "expires_at"),
)

second_factor = Table(
    "second_factor",
    metadata,
    Column("id", ID, primary_key=True),
    Column("person", CODE_POINTS, nullable=False),
    Column("kind", String(7), nullable=False),
    Column("label", TYPED, nullable=False),
    Column("credential", Text, nullable=False, comment="A passkey's id, base64url; empty for TOTP"),
    Column("material", Text, nullable=False, comment="A passkey's public key, or a sealed TOTP seed"),
    Column("counter", BigInteger, nullable=False),
    Column("enrolled_at", MOMENT, nullable=False),
    Column("removed_at", MOMENT),
    Index(None, "person"),
)

factor_invitation = Table(
    "factor_invitation",
    metadata,
    Column("digest", DIGEST, primary_key=True, comment="SHA-256 of the code"),
    Column("person", CODE_POINTS, nullable=False),
    Column("created_by", Text, nullable=False, comment="JSON: name, channel, client"),
    Column("created_at", MOMENT, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Column("used_at", MOMENT),
)

factor_challenge = Table(
    "factor_challenge",
    metadata,
    Column("digest", DIGEST, primary_key=True, comment="SHA-256 of the challenge"),
    Column("session", DIGEST, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("expires_at", MOMENT, nullable=False),
    Index(None, "expires_at"),
)
