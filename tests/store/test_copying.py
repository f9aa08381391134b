"""A store moves to another database whole, with its numbers and its trail, or not at all."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from axure_lifecycle.store import open_store, schema
from axure_lifecycle.store.copying import CopyDiffers, CopyTargetNotEmpty, copy_store
from axure_lifecycle.store.engine import open_database
from axure_lifecycle.store.refusals import StoreUnreachable
from tests.cli.processes import run
from tests.store.desk import MEMBERS, PAT, Desk, SetClock, member
from tests.store.test_asking import furnish

Rows = dict[str, list[tuple[Any, ...]]]


def rows_of(url: str) -> Rows:
    """Everything, table by table, each in the order of its key."""
    database = open_database(url)
    try:
        with database.reading() as connection:
            return {
                table.name: [
                    tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
                ]
                for table in schema.metadata.sorted_tables
            }
    finally:
        database.close()


def by_code_point(rows: Rows) -> dict[str, list[str]]:
    """The same, comparable between databases that sort letters differently."""
    return {name: sorted(map(repr, each)) for name, each in rows.items()}


@pytest.fixture
def full(tmp_path: Path) -> str:
    """An SQLite store with something of many kinds in it, and a snapshot that was removed last."""
    url, clock = f"sqlite:///{tmp_path / 'full.sqlite'}", SetClock()
    with closing(open_store(url, clock)) as store:
        desk = Desk(store, clock, url)
        furnish(desk)
        desk.stage(MEMBERS, [member("last@acme.example")])
        with store.database.writing() as connection:
            connection.execute(text("DELETE FROM snapshot WHERE id = (SELECT max(id) FROM snapshot)"))
    return url


def test_a_store_moves_to_a_server_and_back_with_every_row_and_every_number(
    full: str, fresh_postgres: str, tmp_path: Path
) -> None:
    done = copy_store(full, fresh_postgres)
    there = rows_of(fresh_postgres)
    assert by_code_point(there) == by_code_point(rows_of(full))
    assert done.rows == {name: len(rows) for name, rows in there.items() if rows}
    assert (done.records, done.head) == there["audit_head"][0][1:]

    clock = SetClock()
    clock.pass_by(days=30)
    with closing(open_store(fresh_postgres, clock)) as store:
        desk = Desk(store, clock, fresh_postgres)
        before = max(row[0] for row in there["snapshot"])
        assert desk.stage(MEMBERS, [member("next@acme.example")]).snapshot == before + 2, "a number came back"
        with store.writing(PAT) as change:
            token = change.create_token("ben@acme.example", frozenset(), "6f" * 32, label="", expires_at=clock.now())
            assert token.id == 2
        with store.reading() as view:
            assert view.verify_trail().holds

    back = f"sqlite:///{tmp_path / 'back.sqlite'}"
    copy_store(fresh_postgres, back)
    assert by_code_point(rows_of(back)) == by_code_point(rows_of(fresh_postgres))
    with closing(open_store(back, clock)) as store:
        assert Desk(store, clock, back).stage(MEMBERS, [member("one.more@acme.example")]).snapshot == before + 3


def test_nothing_is_copied_into_a_store_that_holds_something(full: str, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'other.sqlite'}"
    with closing(open_store(target, SetClock())) as store, store.writing(PAT) as change:
        change.note("something.happened", {})
    before = rows_of(target)
    with pytest.raises(CopyTargetNotEmpty, match="audit_record"):
        copy_store(full, target)
    with pytest.raises(CopyTargetNotEmpty):
        copy_store(full, full)
    assert rows_of(target) == before


@pytest.mark.parametrize("target", ["sqlite", "postgres"])
def test_a_trail_that_does_not_hold_leaves_the_target_empty(
    full: str, fresh_postgres: str, tmp_path: Path, target: str
) -> None:
    url = fresh_postgres if target == "postgres" else f"sqlite:///{tmp_path / 'target.sqlite'}"
    database = open_database(full)
    with database.writing() as connection:
        connection.execute(text("UPDATE audit_payload SET payload = '{}' WHERE seq = 3"))
    database.close()
    with pytest.raises(CopyDiffers, match="the trail does not hold"):
        copy_store(full, url)
    left = {name: rows for name, rows in rows_of(url).items() if rows}
    assert list(left) == ["audit_head"]
    assert left["audit_head"][0][:2] == (1, 0)


def test_a_store_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreUnreachable, match="there is no such file"):
        copy_store(f"sqlite:///{tmp_path / 'none.sqlite'}", f"sqlite:///{tmp_path / 'target.sqlite'}")
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_was_copied_and_hides_passwords(full: str, fresh_postgres: str) -> None:
    file = full.removeprefix("sqlite:///")
    done = run("db", "copy", file, fresh_postgres, "--json")
    assert done.code == 0, done.err
    assert done.answer["rows"]["access_token"] == 1
    again = run("db", "copy", file, fresh_postgres)
    assert (again.code, "holds something already" in " ".join(again.err.split())) == (1, True)
