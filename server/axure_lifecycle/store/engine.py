"""Connections: one database behind one URL, read in a consistent view, written by one writer at a time.

Several clients run several servers on one SQLite file: that is the normal case. So writers take the lock at their
first statement (`BEGIN IMMEDIATE`) and wait for each other, and readers see one state and block nobody (WAL). On
PostgreSQL a writer locks the head of the trail first, which puts writers in a row the same way.
"""

import os
import shutil
import sqlite3
from collections import deque
from collections.abc import Generator
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from time import monotonic
from typing import Any, Final, NoReturn, cast
from urllib.parse import unquote

from sqlalchemy import URL, Connection, Engine, Transaction, create_engine, event, exc, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.pool import QueuePool

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.store.asking import Question, StateMoved, enter, glancing
from axure_lifecycle.store.refusals import (
    StoreBusy,
    StoreDriverMissing,
    StoreFault,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
    StoreUnsupported,
)

WAIT_SECONDS: Final = 60
"""How long a writer waits for the others."""

_MOST_BEYOND: Final = 15
"""Connections to a server beyond the five that are kept."""
_MOST_IDLE: Final = 2
"""Connections that are kept for the next look."""
_FRESH_SECONDS: Final = 1.0
"""How long a server's kept connection is taken for alive; after that the pool asks the server first."""
_ROOM_TO_WORK: Final = 1 << 20
"""Bytes: with less free, an input/output error is the disk being full."""


class Database:
    """One database: its engine, and what people call the place."""

    def __init__(self, engine: Engine, place: str, file: Path | None) -> None:
        self.engine = engine
        self.place = place
        """The path of the file, or the URL without its password."""
        self.file = file
        """The file of an SQLite store; None for a server."""
        self._opened: tuple[int, int] | None = None
        self._reader: Engine
        self._writer: Engine
        self._idle: deque[tuple[Connection, float]] = deque()
        """Connections for the next look, and when each was used last, by the monotonic clock."""
        if file is None:
            self._reader = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            self._writer = engine.execution_options(isolation_level="READ COMMITTED")
        else:
            self._reader = engine
            self._writer = engine.execution_options(begin="BEGIN IMMEDIATE")
        event.listen(engine, "handle_error", self._handle)

    def require_in_place(self) -> None:
        """Find the file of an SQLite store where it was when this was first asked. Raises `StoreUnreachable`.

        A file that was moved away can be read and written as before by whoever has it open, and all of it is lost.
        """
        if self.file is None:
            return
        try:
            found = self.file.stat()
        except OSError:
            raise StoreUnreachable(self.place, "its file is not there any more") from None
        is_of = (found.st_dev, found.st_ino)
        if self._opened is None:
            self._opened = is_of
        elif is_of != self._opened:
            raise StoreUnreachable(self.place, "another file is in its place; start anew whatever has the old one open")

    @contextmanager
    def reading(self, witness: Question | None = None) -> Generator[Connection, None, None]:
        """A transaction that sees one state; what it writes to temporary tables stays until the connection closes.

        With a `witness` (see `glancing`) it begins with its second question.
        """
        # A look takes a database less time than SQLAlchemy takes to lend a connection and to ask a server whether it
        # still lives: a few are kept from look to look.
        connection = self._take()
        try:
            with connection.begin(), nullcontext() if witness is None else glancing(connection, witness):
                yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append((connection, monotonic()))
        if len(self._idle) > _MOST_IDLE:
            with suppress(IndexError):  # another thread took it
                self._idle.popleft()[0].close()

    def _take(self) -> Connection:
        while True:
            try:
                connection, used = self._idle.pop()
            except IndexError:
                return self._reader.connect()
            if self.file is not None or monotonic() - used < _FRESH_SECONDS:
                return connection
            connection.close()

    def close(self) -> None:
        """Give every connection back."""
        while self._idle:
            self._idle.pop()[0].close()
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Generator[Connection, None, None]:
        """A transaction that waits for other writers, on SQLite at once, on PostgreSQL at the head of the trail."""
        with self._writer.begin() as connection:
            yield connection

    @contextmanager
    def keeping(self) -> Generator[Connection, None, None]:
        """A connection for several transactions, which the caller begins; it is closed for good at the end."""
        with self._writer.connect() as connection:
            try:
                yield connection
            finally:
                connection.invalidate()  # Temporary tables and a large cache go with it.

    @contextmanager
    def aside(self, connection: Connection) -> Generator[None, None, None]:
        """A transaction on a kept connection that touches temporary tables only and keeps nobody waiting."""
        connection.execution_options(begin="BEGIN")
        with connection.begin():
            yield

    @contextmanager
    def in_turn(self, connection: Connection) -> Generator[Transaction, None, None]:
        """A transaction on a kept connection that waits for other writers."""
        connection.execution_options(begin="BEGIN IMMEDIATE")
        with connection.begin() as transaction:
            yield transaction

    def compact(self) -> bool:
        """Write an SQLite file anew and empty its log; whether nothing deleted is left. False for a server."""
        if self.file is None:
            return False
        while self._idle:
            self._idle.pop()[0].close()
        try:
            with self.engine.execution_options(begin="").connect() as connection:
                connection.exec_driver_sql("VACUUM")
                is_busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        except (StoreBusy, StoreFull):
            return False
        return not is_busy

    @contextmanager
    def translating(self) -> Generator[None, None, None]:
        """For what goes to the driver directly: its errors become refusals here, too."""
        try:
            yield
        except Exception as error:
            if isinstance(error, sqlite3.Error) or _sqlstate(error) is not None:
                self._refuse(error)
            raise

    def _handle(self, context: ExceptionContext) -> None:
        if isinstance(context.original_exception, Exception):  # Somebody who presses Ctrl-C is no fault of a database.
            self._refuse(context.original_exception)

    def _refuse(self, error: BaseException) -> NoReturn:
        if isinstance(error, sqlite3.Error):
            raise self._refusal_of_sqlite(error) from None
        if isinstance(error, LifecycleError | StateMoved):
            raise error
        raise self._refusal_of_server(error) from None

    def _refusal_of_sqlite(self, error: sqlite3.Error) -> Exception:
        match getattr(error, "sqlite_errorcode", 0) & 0xFF:
            case sqlite3.SQLITE_FULL:
                return StoreFull(self.place)
            case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
                return StoreBusy(self.place)
            case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
                return StoreReadOnly(self.place)
            case sqlite3.SQLITE_NOTADB:
                return StoreUnreachable(self.place, "it is no SQLite database")
            case sqlite3.SQLITE_CORRUPT:
                return StoreUnreachable(self.place, "the file is damaged; put back a copy that was saved")
            case sqlite3.SQLITE_CANTOPEN:
                return self._refusal_to_open()
            case sqlite3.SQLITE_IOERR:
                if self.file is not None and shutil.disk_usage(self.file.parent).free < _ROOM_TO_WORK:
                    return StoreFull(self.place)
                return StoreUnreachable(self.place, "its disk answers with an error")
            case _:
                return StoreFault(f"the database refused a statement ({type(error).__name__})")

    def _refusal_to_open(self) -> LifecycleError:
        if self.file is None or not self.file.parent.is_dir():
            return StoreUnreachable(self.place, "its folder does not exist")
        if not self.file.exists() or os.access(self.file, os.R_OK):
            # Even a reader of a file with a write-ahead log writes beside it.
            return StoreReadOnly(self.place)
        return StoreUnreachable(self.place, "this user may not read the file")

    def _refusal_of_server(self, error: BaseException) -> Exception:
        state = _sqlstate(error) or ""
        if state == "53100":
            return StoreFull(self.place)
        if state in ("55P03", "40P01"):
            return StoreBusy(self.place)
        if state in ("25006", "42501"):
            return StoreReadOnly(self.place)
        if (state == "" or state[:2] in _UNREACHABLE_CLASSES) and _is_operational(error):
            return StoreUnreachable(self.place, _first_line(error))
        return StoreFault(f"the database refused a statement ({type(error).__name__} {state})".strip())


_UNREACHABLE_CLASSES: Final = frozenset({"08", "28", "3D", "53", "57", "58", "XX"})
"""PostgreSQL's error classes for connection, authorisation, database name, resources, intervention and system."""


def _sqlstate(error: BaseException) -> str | None:
    """PostgreSQL's code of an error; empty where the driver itself complains, None for any other error."""
    if not type(error).__module__.startswith("psycopg"):
        return None
    return getattr(error, "sqlstate", None) or ""


def _is_operational(error: BaseException) -> bool:
    return any(kind.__name__ in ("OperationalError", "InterfaceError") for kind in type(error).__mro__)


def _first_line(error: BaseException) -> str:
    text = str(error).strip().partition("\n")[0]
    return text[:200] or "the server does not answer"


def open_database(url: str) -> Database:
    """The database behind a URL; nothing is read or written yet.

    Raises `StoreUnsupported`, `StoreDriverMissing`.
    """
    scheme, _, rest = url.partition(":///")
    if scheme == "sqlite":
        return _open_sqlite(Path(unquote(rest.partition("?")[0])))
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        raise StoreUnsupported("a place whose URL cannot be read") from None
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return _open_postgres(parsed.set(drivername="postgresql+psycopg"))
    raise StoreUnsupported(parsed.render_as_string(hide_password=True).partition("@")[2] or parsed.drivername)


def address_of(url: str) -> str:
    """The URL of a server as its own tools take it, without a password."""
    parsed = make_url(url).set(drivername="postgresql").difference_update_query(["password", "sslpassword"])
    return URL.create(
        parsed.drivername, parsed.username, None, parsed.host, parsed.port, parsed.database, parsed.query
    ).render_as_string(hide_password=False)


def _open_sqlite(file: Path) -> Database:
    engine = create_engine(
        URL.create("sqlite", database=str(file)), poolclass=QueuePool, connect_args={"timeout": WAIT_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # We say when a transaction begins.
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_size_limit = 67108864")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        how = connection.get_execution_options().get("begin")
        if how is not None:
            connection.exec_driver_sql(how)  # may have to wait, and then to refuse
        else:
            cast("sqlite3.Connection", connection.connection.driver_connection).execute("BEGIN")  # takes no lock yet

    return Database(engine, str(file), file)


def _open_postgres(url: URL) -> Database:
    options: dict[str, Any] = {} if "connect_timeout" in url.query else {"connect_timeout": 10}
    hidden = url.difference_update_query(["password", "sslpassword"])
    place = hidden.set(drivername="postgresql").render_as_string(hide_password=True)
    try:
        engine = create_engine(url, pool_pre_ping=True, max_overflow=_MOST_BEYOND, connect_args=options)
    except ModuleNotFoundError:
        raise StoreDriverMissing(place) from None

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
        connection.commit()

    @event.listens_for(engine, "before_cursor_execute")
    def enter_first(connection: Connection, *_: object) -> None:
        enter(connection)

    return Database(engine, place, None)


def make_file(file: Path) -> None:
    """An empty file, mode 0600 whatever the umask is, unless it exists; SQLite gives its companions the same mode."""
    with suppress(FileExistsError):
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        try:
            os.fchmod(descriptor, 0o600)
        finally:
            os.close(descriptor)
