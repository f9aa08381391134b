"""Bringing a store to this version: made when it is not there, upgraded when it is older, refused when it is newer.

Alembic does it, and is imported only when something is to be done.
"""

import time
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect

from axure_lifecycle.store.engine import WAIT_SECONDS, Database, make_file
from axure_lifecycle.store.refusals import StoreBusy, StoreFault, StoreReadOnly, StoreTooNew, StoreUnreachable

VERSIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010")
"""Every version of the tables, oldest first; the last one is this program's."""

_TRIES: Final = 50


def bring_up_to_date(database: Database) -> None:
    """Make or upgrade the tables where needed; several processes may do so at the same time.

    Raises `StoreTooNew`, `StoreUnreachable`, `StoreReadOnly`, `StoreFull`, `StoreBusy`.
    """
    if database.file is not None:
        _prepare_file(database, database.file)
    with database.reading() as connection:
        if _is_current(database, connection):
            return
    if database.file is not None:
        _write_ahead(database)
        with database.writing() as connection:
            if not _is_current(database, connection):
                _upgrade(connection)
        return
    _upgrade_server(database)


def _prepare_file(database: Database, file: Path) -> None:
    try:
        make_file(file)
    except (FileNotFoundError, NotADirectoryError):
        raise StoreUnreachable(database.place, "its folder does not exist") from None
    except IsADirectoryError:
        raise StoreUnreachable(database.place, "it is a folder") from None
    except OSError:
        raise StoreReadOnly(database.place) from None
    if file.is_dir():
        raise StoreUnreachable(database.place, "it is a folder")


def _is_current(database: Database, connection: Connection) -> bool:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if database.file is not None and tables:
            raise StoreUnreachable(database.place, "it is a database of another program")
        return False
    found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if found is not None and found not in VERSIONS:
        raise StoreTooNew(database.place, str(found))
    return found == VERSIONS[-1]


def _write_ahead(database: Database) -> None:
    """Turn on the write-ahead log, which the file remembers.

    Two processes that do so at the same time can fail with "locked" in spite of the busy timeout: the change of the
    journal needs the file alone, and SQLite does not wait for that.
    """
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            with database.engine.execution_options(begin="").connect() as connection:
                raw = connection.connection.cursor()
                with database.translating():
                    raw.execute("PRAGMA journal_mode = WAL")
                return
        except StoreBusy:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _upgrade_server(database: Database) -> None:
    """On a server the second of two processes fails where the first one made something; then it looks again."""
    for _ in range(_TRIES):
        try:
            with database.writing() as connection:
                if not _is_current(database, connection):
                    _upgrade(connection)
        except (StoreFault, StoreBusy):
            time.sleep(0.1)
        else:
            return
    raise StoreUnreachable(database.place, "its tables could not be made")
