"""What every table is made of."""

from typing import Final

from sqlalchemy import BigInteger, Integer, MetaData, String, Text

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

ID: Final = BigInteger().with_variant(Integer(), "sqlite")
CODE_POINTS: Final = Text(collation="C").with_variant(Text(), "sqlite")  # Sorts by code point in every database.
MOMENT: Final = String(27, collation="C").with_variant(String(27), "sqlite")  # UTC, `2026-11-23T17:55:00.000000Z`.
DAY: Final = String(10, collation="C").with_variant(String(10), "sqlite")
DIGEST: Final = String(64, collation="C").with_variant(String(64), "sqlite")
