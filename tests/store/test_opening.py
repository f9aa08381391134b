"""What a person reads when the store is not there, may not be written, is damaged or full."""

import multiprocessing
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.rosters import RosterKind, Row, Totals
from axure_lifecycle.ports import Page
from axure_lifecycle.store import open_store
from axure_lifecycle.store.refusals import (
    StoreDriverMissing,
    StoreFault,
    StoreFull,
    StoreReadOnly,
    StoreUnreachable,
    StoreUnsupported,
)
from tests.store.desk import MEMBERS, PAT, Desk, SetClock, member

NOBODY = 65534


def look(url: str) -> None:
    """Open a store and read."""
    with closing(open_store(url, SetClock())) as store, store.reading() as view:
        view.sources(Page(1))


def write(url: str) -> None:
    """Open a store and write."""
    with closing(open_store(url, SetClock())) as store, store.writing(PAT) as change:
        change.note("test.written", {})


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_file_and_its_companions_belong_to_the_owner_alone(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with (
            closing(open_store(f"sqlite:///{tmp_path}/store.sqlite", SetClock())) as store,
            store.writing(PAT) as change,
        ):
            change.note("test.written", {})
            modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"store.sqlite": 0o600, "store.sqlite-wal": 0o600, "store.sqlite-shm": 0o600}


def test_the_file_keeps_what_it_acknowledged_and_lets_others_read_meanwhile(tmp_path: Path) -> None:
    names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    with (
        closing(open_store(f"sqlite:///{tmp_path}/store.sqlite", SetClock())) as store,
        store.reading(),
        store.database.reading() as connection,
    ):
        said = {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names}
    assert said == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}


def test_a_path_with_blanks_and_letters_is_followed(tmp_path: Path) -> None:
    write(f"sqlite:///{tmp_path}/my%20caf%C3%A9.sqlite")
    assert (tmp_path / "my café.sqlite").is_file()


def test_a_folder_that_does_not_exist_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="its folder does not exist"):
        look(f"sqlite:///{tmp_path}/missing/store.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_store(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="it is a folder"):
        look(f"sqlite:///{tmp_path}")


def test_a_file_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.write_text("Dear diary, today I was no database at all. " * 40)
    before = file.read_bytes()
    with pytest.raises(StoreUnreachable, match="it is no SQLite database"):
        write(f"sqlite:///{file}")
    assert file.read_bytes() == before


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(StoreUnreachable, match="it is a database of another program"):
        write(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]


def test_a_damaged_file_is_called_damaged(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path}/store.sqlite", tmp_path / "store.sqlite"
    write(url)
    content = bytearray(file.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    file.write_bytes(content)
    with pytest.raises(StoreUnreachable, match="the file is damaged"):
        write(url)


@pytest.fixture
def passable() -> Iterator[Path]:
    """A folder that every user can pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="axure-lifecycle-store-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def refused_as_nobody(act: Callable[[str], None], url: str, owned: Path) -> str:
    """The refusal that somebody without rights meets; root may write whatever the mode says."""
    if os.geteuid() == 0:
        for file in (owned, *owned.iterdir()):
            os.chown(file, NOBODY, NOBODY)
    here, there = multiprocessing.Pipe()
    child = os.fork()
    if child == 0:
        if os.geteuid() == 0:
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        try:
            act(url)
            there.send("nothing")
        except LifecycleError as refusal:
            there.send(type(refusal).__name__)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return str(here.recv()) if here.poll() else "a fault"


@pytest.mark.parametrize("act", [look, write])
def test_a_folder_that_may_not_be_written_is_read_only(passable: Path, act: Callable[[str], None]) -> None:
    url = f"sqlite:///{passable}/store.sqlite"
    write(url)
    passable.chmod(0o555)
    assert refused_as_nobody(act, url, passable) == "StoreReadOnly"


def test_an_empty_folder_that_may_not_be_written_is_read_only(passable: Path) -> None:
    passable.chmod(0o555)
    assert refused_as_nobody(look, f"sqlite:///{passable}/store.sqlite", passable) == "StoreReadOnly"


def test_a_file_that_may_not_be_written_can_still_be_read(passable: Path) -> None:
    url, file = f"sqlite:///{passable}/store.sqlite", passable / "store.sqlite"
    write(url)
    file.chmod(0o444)
    assert refused_as_nobody(look, url, passable) == "nothing"
    assert refused_as_nobody(write, url, passable) == "StoreReadOnly"


def test_a_full_disk_loses_nothing_that_was_stored(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    write(url)
    with closing(open_store(url, SetClock())) as store:
        database = store.database

        @event.listens_for(database.engine, "connect")
        def limit(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # It takes the present size for the least.

        with pytest.raises(StoreFull, match="What was stored before is untouched"), store.writing(PAT) as change:
            change.note("test.written", {"text": "long" * 100_000})
        with store.reading() as view:
            audit = view.verify_trail()
    assert (audit.holds, audit.records) == (True, 1)


def test_a_postgres_server_that_is_down_is_named_without_its_password() -> None:
    with pytest.raises(StoreUnreachable) as refusal:
        look("postgresql+psycopg://pat:open-sesame@127.0.0.1:1/lifecycle?sslpassword=hunter2")
    assert "postgresql://pat:***@127.0.0.1:1/lifecycle" in str(refusal.value)
    assert not any(secret in str(refusal.value) for secret in ("open-sesame", "hunter2"))
    assert refusal.value.__cause__ is None or "open-sesame" not in str(refusal.value.__cause__)


def test_a_postgres_database_that_is_not_there_is_unreachable(fresh_postgres: str) -> None:
    with pytest.raises(StoreUnreachable, match='database "nowhere" does not exist'):
        look(create_engine(fresh_postgres).url.set(database="nowhere").render_as_string(hide_password=False))


def test_a_postgres_role_that_may_only_read_is_told_so(fresh_postgres: str) -> None:
    write(fresh_postgres)
    engine = create_engine(fresh_postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE auditor LOGIN")
        connection.exec_driver_sql("GRANT SELECT ON ALL TABLES IN SCHEMA public TO auditor")
    try:
        url = engine.url.set(username="auditor").render_as_string(hide_password=False)
        look(url)
        with pytest.raises(StoreReadOnly, match="the role must be allowed to write"):
            write(url)
    finally:
        with engine.connect() as connection:
            connection.exec_driver_sql("DROP OWNED BY auditor")
            connection.exec_driver_sql("DROP ROLE auditor")
        engine.dispose()


def test_a_postgres_server_without_its_driver_names_the_extra() -> None:
    script = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from axure_lifecycle.domain.errors import LifecycleError\n"
        "from axure_lifecycle.store import open_store\n"
        "try: open_store('postgresql+psycopg://pat:open-sesame@db.acme.example/lifecycle', None)\n"
        "except LifecycleError as refusal: print(refusal.code, refusal)\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"{StoreDriverMissing.code} ")
    assert 'pip install "axure-lifecycle[postgres]"' in said
    assert "open-sesame" not in said


@pytest.mark.parametrize("url", ["mysql://pat:open-sesame@db.acme.example/x", "store.sqlite", "oracle:///x", ""])
def test_other_databases_are_refused_without_their_password(url: str) -> None:
    with pytest.raises(StoreUnsupported) as refusal:
        open_store(url, SetClock())
    assert "open-sesame" not in str(refusal.value)


def test_a_fault_of_ours_carries_neither_statement_nor_value(desk: Desk) -> None:
    with desk.store.reading():
        pass
    with pytest.raises(StoreFault) as fault, desk.store.database.writing() as connection:
        connection.exec_driver_sql("INSERT INTO kept_answer (request_key) VALUES ('open-sesame')")
    assert "open-sesame" not in str(fault.value)
    assert "INSERT" not in str(fault.value)


def test_a_stream_that_was_left_in_the_middle_shows_no_old_state_later(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(f"p{number}@acme.example", line=number) for number in range(3000)])
    with desk.store.reading() as view:
        started = view.compared(MEMBERS, desk.clock.now(), [])
        next(started)
    desk.clock.pass_by(hours=1)
    with closing(open_store(desk.url, desk.clock)) as other:
        Desk(other, desk.clock, desk.url).bring(MEMBERS, [member("new@acme.example")])
    with desk.store.reading() as view:
        source = view.source_in_force(MEMBERS)
    assert source is not None
    assert source.rows == 1
    assert list(started) == []


def test_a_reader_sees_one_state_while_others_write(desk: Desk) -> None:
    desk.bring(MEMBERS, [member("a@acme.example")])
    with desk.store.reading() as view:
        before = view.sources(Page(10))
        desk.bring(MEMBERS, [member("b@acme.example")])
        assert view.sources(Page(10)) == before
    with desk.store.reading() as view:
        assert view.sources(Page(10))[2] == 2


def write_and_fail(desk: Desk) -> None:
    """Write, and trip before the end."""
    with desk.store.writing(PAT) as change:
        change.note("test.written", {})
        change.keep_answer("key", "{}")
        raise ZeroDivisionError


def test_a_writer_that_fails_leaves_nothing_behind(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(desk)
    with desk.store.reading() as view:
        assert view.answer_to("key") is None
        assert view.verify_trail().records == 0


class Interrupted:
    """A roster during which somebody else writes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.waited = 0.0

    def batches(self) -> Iterator[list[Row]]:
        """Two rows, and a writer between them."""
        yield [member("a@acme.example")]
        begun = time.monotonic()
        with self.desk.store.writing(PAT) as change:
            change.note("test.written", {})
        self.waited = time.monotonic() - begun
        yield [member("b@acme.example", line=3)]

    def totals(self) -> Totals:
        """Two rows."""
        return Totals(2, None, (), "csv", (), 0)


def test_reading_a_big_roster_keeps_no_writer_waiting(desk: Desk) -> None:
    roster = Interrupted(desk)
    assert desk.store.stage(MEMBERS, RosterKind.MEMBERS, "d" * 64, roster).added == 2
    assert roster.waited < 30
