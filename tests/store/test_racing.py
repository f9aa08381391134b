"""Several processes say the same thing at the same moment: it is so once, and nobody is told of an error."""

import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.ports import Page
from axure_lifecycle.store import open_store, schema
from tests.store.desk import OKTA, STAFF, Desk, person

ROOT = Path(__file__).resolve().parents[2]
ANA, PRIVATE = Address("ana@acme.example"), Address("ana@home.example")
PROCESSES, TIMES = 4, 15


def race(desk: Desk, runners: Sequence[Sequence[str]]) -> None:
    """Let processes begin together; none of them may complain."""
    command = [sys.executable, "-m", "tests.store.link_addresses", desk.url]
    racing = [
        subprocess.Popen(
            [*command, *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for words in runners
    ]
    for runner in racing:
        assert runner.stdout is not None
        assert runner.stdout.readline() == "ready\n", runner.communicate()[1]
    for runner in racing:
        assert runner.stdin is not None
        runner.stdin.write("go\n")
        runner.stdin.flush()
    said = [runner.communicate(timeout=120) for runner in racing]
    assert [errors for _, errors in said] == [""] * len(racing)
    assert [runner.returncode for runner in racing] == [0] * len(racing)


def standing(desk: Desk) -> dict[Address, Address | None]:
    """The decisions that count, and that each counts alone."""
    with desk.store.reading() as view:
        found, _, in_all = view.decisions(Page(10))
        assert view.verify_trail().holds
    assert (len(found), len({one.address for one in found})) == (in_all, in_all)
    return {one.address: one.belongs_to for one in found}


def test_processes_that_link_the_same_addresses_at_once_leave_one_person(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA)])
    race(desk, [(PRIVATE, ANA, str(TIMES))] * PROCESSES)
    desk.clock.pass_by(days=20_000)
    assert standing(desk) == {PRIVATE: ANA}
    with desk.store.reading() as view:
        assert {frozenset(view.person(each, desk.clock.now(), []).addresses) for each in (ANA, PRIVATE)} == {
            frozenset({ANA, PRIVATE})
        }
        made = Counter(record.kind for record in view.trail())
    assert made["decision.made"] == PROCESSES * TIMES


def test_processes_that_link_two_addresses_to_each_other_at_once_leave_one_person(desk: Desk) -> None:
    desk.bring(OKTA, [person("1", ANA), person("2", PRIVATE)])
    race(desk, [(PRIVATE, ANA, str(TIMES)), (ANA, PRIVATE, str(TIMES))] * 2)
    desk.clock.pass_by(days=20_000)
    assert standing(desk) == {PRIVATE: ANA, ANA: PRIVATE}
    with desk.store.reading() as view:
        for each in (ANA, PRIVATE):
            found = view.person(each, desk.clock.now(), [])
            assert set(found.addresses) == {ANA, PRIVATE}
            assert [row.key for row in found.directory] == ["1", "2"]


def test_processes_that_bring_the_same_new_directory_at_once_keep_its_rows_once(desk: Desk) -> None:
    race(desk, [()] * PROCESSES)
    with desk.store.database.reading() as connection:
        expected = (
            (schema.system, 1),
            (schema.snapshot, 1),
            (schema.directory_account, 50),
            (schema.source, PROCESSES),
        )
        for table, count in expected:
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == count, table.name
    with closing(open_store(desk.url, desk.clock)) as store, store.reading() as view:
        newest = view.source_in_force(STAFF)
        assert newest is not None
        assert newest.rows == 50
        assert view.verify_trail().holds
