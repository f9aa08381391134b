"""What every table is made of."""

from typing import Final

from sqlalchemy import BigInteger, Dialect, Integer, MetaData, String, Text, TypeDecorator

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


def without_nul(text: str) -> str:
    """The text with NUL as its visible sign: PostgreSQL takes none in a text, and nobody sees one.

    >>> without_nul("Pat\\0")
    'Pat␀'
    """
    return text.replace("\0", "␀")


class TypedText(TypeDecorator[str]):
    """What somebody typed, in any database without a NUL."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """On its way into the database."""
        del dialect
        return None if value is None else without_nul(value)


TYPED: Final = TypedText()
