"""A store of an older version: everything in it is carried, forwards and back."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, inspect, text

from axure_lifecycle import store as store_room
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Actor, Channel
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


MOMENT = "2026-11-23T08:00:00.000000Z"
OLD_READ = (
    "INSERT INTO system (id, application, name, host, holds) VALUES (1, 'directory', 'okta', '', 'directory_account')",
    "INSERT INTO snapshot (id, system_id, kind, digest, staged_at, label, horizon, row_count, refused, form, columns,"
    f" mistakes, notes) VALUES (1, 1, 'directory', 'd', '{MOMENT}', 'okta.json', '{MOMENT}', 1, 0, 'okta_json',"
    """ 'key standing', '{"first":[],"in_all":0}', '[]')""",
    "INSERT INTO directory_account (snapshot_id, key, line, address, standing)"
    " VALUES (1, '00u1', 2, 'pat@acme.example', 'active')",
    "INSERT INTO directory_address (snapshot_id, address, nth, key, claimants)"
    " VALUES (1, 'pat@acme.example', 0, '00u1', 1)",
    "INSERT INTO source (id, snapshot_id, system_id, taken_at, is_moment_stated, horizon, received_at, label,"
    f" brought_by, assurance, is_complete, state) VALUES (7, 1, 1, '{MOMENT}', true, '{MOMENT}', '{MOMENT}',"
    """ 'okta.json', '{"name":"pat@acme.example","channel":"terminal","client":null}', 'confirmed', true, 'in_use')""",
)


def write_old_read(engine: Engine) -> None:
    """A directory with one person, as the second version kept it."""
    with engine.begin() as connection:
        for statement in OLD_READ:
            connection.exec_driver_sql(statement)


def test_an_old_read_of_a_directory_counts_on_and_knows_of_no_assignment(old: Engine, url: str) -> None:
    move_to(old, "0002")
    write_old_read(old)
    with closing(open_store(url, SetClock())) as store, store.reading() as view:
        source = view.source(7)
        (pat,) = view.accounts_in(source, [Address("pat@acme.example")])
        assert view.source_in_force(source.system) == source
        assert (pat.key, pat.is_assigned, view.cursor_of(7)) == ("00u1", None, None)
        assert view.last_attempts() == []


def test_going_back_from_the_third_version_keeps_every_old_row(old: Engine) -> None:
    move_to(old, "0002")
    write_old_read(old)
    tables = sorted(inspect(old).get_table_names())
    before = rows(old, "SELECT * FROM directory_account"), rows(old, "SELECT * FROM source")
    move_to(old, "0003")
    with old.begin() as connection:
        connection.execute(text("UPDATE directory_account SET is_assigned = true"))
        connection.execute(text("INSERT INTO source_cursor (source_id, cursor, fingerprint) VALUES (7, 'c', 'f')"))
    move_to(old, "0002", down=True)
    assert sorted(inspect(old).get_table_names()) == tables
    assert (rows(old, "SELECT * FROM directory_account"), rows(old, "SELECT * FROM source")) == before


def write_old_claim(engine: Engine) -> None:
    """What somebody said about the first case, as the third version kept it."""
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO claim (id, case_id, step_key, at, said_by, outcome, answer, assurance, question,"
            f" question_digest, note) VALUES (4, 1, 'find', '{MOMENT}',"
            """ '{"name":"pat@acme.example","channel":"terminal","client":null}', 'done', 'answered', 'confirmed',"""
            " 'Did you?', 'd', '')"
        )


def test_the_cases_of_a_single_admin_wait_for_nobody_else_and_nobody_can_sign_in_yet(old: Engine, url: str) -> None:
    move_to(old, "0003")
    write_old_claim(old)
    with closing(open_store(url, SetClock())) as store:
        with store.reading() as view:
            assert (view.tokens(), view.factors(), view.open_invitations()) == ([], [], [])
            number, step, claim = view.claim(4)
            assert (number, step, claim.said_by) == (1, "find", Actor("pat@acme.example", Channel.TERMINAL))
            assert view.verify_trail().holds
        with store.writing(Actor("pat@acme.example", Channel.TERMINAL)) as change:
            token = change.create_token(
                "ana@acme.example",
                frozenset({Role.VIEWER}),
                "a1" * 32,
                label="",
                expires_at=SetClock().now() + timedelta(days=1),
            )
            assert token.name == "T-1"
    assert rows(old, "SELECT DISTINCT approval_for FROM case_") == [(None,)]


def test_going_back_from_the_fourth_version_keeps_every_old_row(old: Engine) -> None:
    move_to(old, "0003")
    write_old_claim(old)
    tables = sorted(inspect(old).get_table_names())
    before = rows(old, "SELECT * FROM case_ ORDER BY id"), rows(old, "SELECT * FROM claim")
    move_to(old, "0004")
    with old.begin() as connection:
        connection.execute(text("UPDATE case_ SET approval_for = 'batch'"))
    move_to(old, "0003", down=True)
    assert sorted(inspect(old).get_table_names()) == tables
    assert (rows(old, "SELECT * FROM case_ ORDER BY id"), rows(old, "SELECT * FROM claim")) == before
