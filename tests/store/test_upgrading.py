"""A store of an older version: everything in it is carried, forwards and back."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, inspect, text

from axure_lifecycle import store as store_room
from axure_lifecycle.store import open_store
from tests.store.desk import SetClock


def move_to(engine: Engine, version: str, *, down: bool = False) -> None:
    """Bring a database to a version of the tables, as Alembic alone does it."""
    config = Config()
    config.set_main_option("script_location", str(Path(store_room.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, version)


def rows(engine: Engine, statement: str) -> Sequence[tuple[Any, ...]]:
    """What a statement finds."""
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def write_old_cases(engine: Engine) -> None:
    """Two cases of one person and one of another, with three steps between them, as the first version kept them."""
    with engine.begin() as connection:
        for number, subject in ((1, "pat@acme.example"), (2, "pat@acme.example"), (3, "sam@acme.example")):
            connection.execute(
                text(
                    "INSERT INTO case_ (id, version, operation, application, subject, state, plan_digest, plan,"
                    " opened_by, opened_at, reason) VALUES (:id, 1, 'offboard', 'axure', :subject, 'open', '', '{}',"
                    " '{}', '2026-11-23T08:00:00.000000Z', '')"
                ),
                {"id": number, "subject": subject},
            )
            connection.execute(
                text("INSERT INTO step (case_id, key, position, state) VALUES (:id, 'find', 1, 'to_do')"),
                {"id": number},
            )


@pytest.fixture
def old(url: str) -> Iterator[Engine]:
    """A database of the first version with cases in it."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).touch(mode=0o600)
    engine = create_engine(url)
    move_to(engine, "0001")
    write_old_cases(engine)
    yield engine
    engine.dispose()


def test_old_cases_are_about_whom_they_were_opened_for_and_have_one_part(old: Engine, url: str) -> None:
    with closing(open_store(url, SetClock())) as store, store.reading() as view:
        assert view.verify_trail().holds
    assert rows(old, "SELECT case_id, address FROM case_person ORDER BY case_id") == [
        (1, "pat@acme.example"),
        (2, "pat@acme.example"),
        (3, "sam@acme.example"),
    ]
    assert rows(old, "SELECT DISTINCT key, part FROM step") == [("find", 1)]
    assert rows(old, "SELECT count(*) FROM case_part") == [(0,)]


def test_a_step_of_the_new_version_can_be_written_without_its_part(old: Engine) -> None:
    move_to(old, "0002")
    with old.begin() as connection:
        connection.execute(text("INSERT INTO step (case_id, key, position, state) VALUES (1, 'tell', 2, 'to_do')"))
    assert rows(old, "SELECT part FROM step WHERE key = 'tell'") == [(1,)]


def test_going_back_gives_up_the_new_tables_and_keeps_every_old_row(old: Engine) -> None:
    tables = sorted(inspect(old).get_table_names())
    before = rows(old, "SELECT * FROM case_ ORDER BY id"), rows(old, "SELECT * FROM step ORDER BY case_id")
    move_to(old, "0002")
    move_to(old, "0001", down=True)
    assert sorted(inspect(old).get_table_names()) == tables
    after = rows(old, "SELECT * FROM case_ ORDER BY id"), rows(old, "SELECT * FROM step ORDER BY case_id")
    assert after == before
    move_to(old, "0002")
    assert rows(old, "SELECT count(*) FROM case_person") == [(3,)]
