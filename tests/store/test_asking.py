"""What goes straight to a database's driver answers like the ordinary way."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import Row, text

from axure_lifecycle import store as store_room
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance, HoldingKind, System
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.sources import Moments
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import Change, FactorKind, Page, View
from axure_lifecycle.store import (
    access,
    case_list,
    case_trail,
    decisions,
    open_store,
    people,
    rows,
    schema,
    scim_reading,
    sources,
    trail,
)
from axure_lifecycle.store.asking import Statement, ask, ask_first, foresee
from axure_lifecycle.store.refusals import StoreFault
from tests.store.desk import MEMBERS, OKTA, PAT, ROBOT, SEATS, STAFF, Desk, SetClock, member, person, seat
from tests.store.write_records import write

LATIN, CYRILLIC, DOTLESS = "pat@acme.example", "pаt@acme.example", "pıt@acme.example"
"""Three people: the second letter of the second is Cyrillic, that of the third is a Turkish i without its dot."""
ACCENT, OTHER_SCRIPT, QUOTED = "zoë.ömer@acme.example", "李@例子.example", "o'neil%_@acme.example"
GONE, SHARED, NOBODY = "gone@acme.example", "studio@acme.example", "nobody@acme.example"
EVERYBODY = [LATIN, CYRILLIC, DOTLESS, ACCENT, OTHER_SCRIPT, QUOTED, GONE, SHARED, NOBODY]
ROBOTS = System("directory", "robots", "", HoldingKind.DIRECTORY_ACCOUNT)
ELSEWHERE = System("axure", "cloud_for_business", "beta.axure.cloud", HoldingKind.MEMBERSHIP)


def furnish(desk: Desk) -> None:
    """Rosters, directories, decisions and cases about look-alikes and people of several scripts."""
    desk.bring(OKTA, [person("0", GONE), person("1", LATIN, ACCENT), person("2", CYRILLIC, SHARED)])
    desk.clock.pass_by(days=1)
    listed = [
        member(LATIN, role="Super Admin", name="Pat Лебедев"),
        member(CYRILLIC, role="Super Admin", status=None, name="Раt", line=3)._replace(use_sso=False),
        member(DOTLESS, role=None, line=4)._replace(use_sso=None, flags=("look_alike", "formula_disarmed")),
        member(OTHER_SCRIPT, role="成员", line=5),
        member(QUOTED, role="Member", status="deactivated", line=6),
        member(SHARED, line=7),
    ]
    desk.bring(MEMBERS, listed)
    desk.bring(ELSEWHERE, [member(LATIN, role="Member")], is_complete=None, by=ROBOT)
    desk.bring(SEATS, [seat("Ü-1", owner=CYRILLIC, managers=[LATIN, DOTLESS], assigned=ACCENT), seat("S-2", line=3)])
    leaves = datetime(2026, 11, 30, 12, tzinfo=UTC)
    desk.bring(
        OKTA,
        [
            person("1", LATIN, ACCENT, name="Pat", kind="person"),
            person("2", CYRILLIC, SHARED, standing=Standing.HOLD),
            person("ключ", OTHER_SCRIPT, SHARED, leave_at=leaves, kind="shared"),
        ],
    )
    desk.bring(STAFF, [person("x", ACCENT, QUOTED, standing=Standing.UNKNOWN)], is_complete=None)
    reported = desk.stage(ROBOTS, [person("r", LATIN, standing=Standing.DISABLED)])
    with desk.store.writing(ROBOT) as change:
        now = Moments(desk.clock.now(), is_stated=False, horizon=desk.clock.now())
        change.import_snapshot(reported.snapshot, now, is_complete=True, label="pasted", assurance=Assurance.REPORTED)
    with desk.store.writing(PAT) as change:
        for address, kind, belongs_to in (
            (DOTLESS, DecisionKind.BELONGS_TO, CYRILLIC),
            (QUOTED, DecisionKind.KEEP, None),
        ):
            change.decide(
                Address(address),
                kind,
                belongs_to=None if belongs_to is None else Address(belongs_to),
                reason="because – “é”",
                until=None,
                assurance=Assurance.CONFIRMED,
            )
        for number in range(3):
            write(change, "pаt", number)
        _let_in(change)
    _push(desk)
    desk.clock.pass_by(days=1)


def _let_in(change: Change) -> None:
    """Somebody with a token, a session, a device and an invitation that is still open."""
    until = datetime(2027, 1, 1, tzinfo=UTC)
    roles = frozenset({Role.OPERATOR, Role.APPROVER})
    token = change.create_token(LATIN, roles, "a" * 64, label="Ünterwegs", expires_at=until)
    change.begin_session("c" * 64, LATIN, roles, proof="token T-1", token_id=token.id, expires_at=until)
    for digest in ("e" * 64, "f" * 64):
        change.invite(LATIN, digest, expires_at=until)
    change.enrol_factor(
        "e" * 64, LATIN, FactorKind.TOTP, label="Telefon – é", credential="", material="sealed", counter=7
    )


def _push(desk: Desk) -> None:
    """Two people and a group as identity providers pushed them, under ids that are known here."""
    at = moment(desk.clock.now())
    times = {"created_at": at, "changed_at": at}
    given = {"idp": "okta", "active": True, "resource": "{}", "aside": "[]", "version": 1, "wanted_since": at, **times}
    with desk.store.database.writing() as connection:
        for number, address in enumerate((LATIN, OTHER_SCRIPT), 1):
            name = {"user_name": f"Ü{number}", "user_name_key": f"ü{number}"}
            connection.execute(schema.scim_user.insert(), {"id": f"u-{number}", "address": address, **name, **given})
        group = {"id": "g-1", "idp": "okta", "display_name": "Ädmins", "display_name_key": "ädmins", "aside": "[]"}
        connection.execute(schema.scim_group.insert(), {**group, "resource": "{}", "version": 1, **times})


def _records_about(number: int) -> Mapping[str, Any]:
    """What the trail of a case is asked for."""
    return {
        "people": [f"pаt.{number - 1}@acme.example", LATIN],
        "after": 999,
        "most": 3,
        "inside": f'"case":{number},',
        "last": f'"case":{number}}}',
        "named": f'"about":"C-{number}"',
    }


@pytest.fixture
def furnished(desk: Desk) -> Desk:
    """A furnished store, once on each database."""
    furnish(desk)
    return desk


Reads = Mapping[str, Sequence[tuple[Statement, Mapping[str, Any]]]]


def reads() -> Reads:
    """Every statement that may go straight to the driver, by its name where it is asked, with what it is asked for."""
    now = moment(datetime(2026, 12, 1, tzinfo=UTC))
    some = [[one] for one in EVERYBODY] + [EVERYBODY, EVERYBODY[::-1][:2], []]
    # Up to 64 values go the short way; both sides of that edge, and far beyond.
    some += [[f"x{number}@acme.example" for number in range(count)] + [CYRILLIC] for count in (62, 63, 64, 400)]
    snapshots = [1, 2, 3, 4, 5, 6, 7]
    systems = [sources.name_system(one) for one in (MEMBERS, ELSEWHERE, SEATS, OKTA, STAFF)]
    last = {"taken_at": now, "id": 99}
    lists = [
        (states, subject, owner)
        for states in ([], ["open"], ["open", "done", "cancelled"])
        for subject in (None, "pаt.1@acme.example", LATIN)
        for owner in (None, "it")
    ]
    listed = [
        (
            vars(case_list)["_list_by"](bool(states), subject is not None, owner is not None, False),
            {"after": 99, "most": 2, "states": states, "subject": subject, "owner": owner},
        )
        for states, subject, owner in lists
    ]
    listed = [(both, {name: value for name, value in given.items() if value}) for both, given in listed]
    seen = {"snapshots": snapshots}
    by_address = [seen | {"addresses": one} for one in some]
    by_key = [seen | {"keys": one} for one in (["1"], ["ключ"], ["1", "2", "x", "ключ"], ["0"])]
    beginnings = [
        {"snapshot": snapshot, "first": start, "end": f"{start}\U0010ffff", "most": most}
        for snapshot in snapshots
        for start in ("p", "pа", "李@", "o'neil%", "zz")
        for most in (1, 9)
    ]
    given: dict[tuple[ModuleType, str], Sequence[Mapping[str, Any]]] = {
        (rows, "_MEMBERS"): by_address,
        (rows, "_SEATS"): by_address,
        (rows, "_LISTED"): by_address,
        (rows, "_MEMBERS_LIKE"): beginnings,
        (rows, "_SEATS_LIKE"): beginnings,
        (rows, "_LISTED_LIKE"): beginnings,
        (rows, "_ACCOUNTS"): by_key,
        (rows, "_OTHERS"): by_key,
        (rows, "_ACCOUNTS_AT"): by_address,
        (rows, "_OTHERS_AT"): by_address,
        (sources, "_ALL_IN_FORCE"): [{"as_of": now}],
        (sources, "_ONE_IN_FORCE"): [{**one, "as_of": now} for one in systems],
        (sources, "_REPORTED"): [{"as_of": now}],
        (sources, "_BEFORE"): [{"ids": each} for each in ([5], [1, 2, 3, 4, 5, 6, 7], [99])],
        (sources, "_LAST_KNOWING"): [{**one, **last, "addresses": asked} for one in systems for asked in some],
        (sources, "_STILL_HERE"): [
            {**one, "taken_at": now, "id": number, "addresses": asked}
            for one in systems
            for number in (5, 6, 99)
            for asked in some
        ],
        (decisions, "_ABOUT"): [{"as_of": now, "day": "2026-12-01", "addresses": one} for one in some],
        (case_list, "_THESE"): [{"ids": each} for each in ([1], [3, 1], [99])],
        (case_trail, "_RECORDS"): [_records_about(number) for number in (1, 2, 99)],
        (sources, "_NEWEST_MOMENT"): [{}],
        (trail, "_HEAD"): [{}],
        (scim_reading, "_USER"): [{"idp": "okta", "id": each} for each in ("u-1", "u-9")],
        (scim_reading, "_BY_NAME"): [{"idp": "okta", "value": each} for each in ("ü1", "Ü1")],
        (scim_reading, "_AT"): [{"addresses": one} for one in some],
        (scim_reading, "_GROUP"): [{"idp": idp, "id": "g-1"} for idp in ("okta", "entra")],
        (access, "_TOKENS"): [{}],
        (access, "_TOKEN"): [{"number": each} for each in (1, 99)],
        (access, "_TOKEN_BY_DIGEST"): [{"digest": each} for each in ("a" * 64, "b" * 64)],
        (access, "_SESSIONS"): [{"now": now}],
        (access, "_SESSION"): [{"digest": each, "now": now} for each in ("c" * 64, "d" * 64)],
        (access, "_SESSIONS_OF"): [{"person": each, "now": now} for each in (LATIN, CYRILLIC)],
        (access, "_NOTED"): [{"person": LATIN, "kind": "token.created", "since": "2026-11-01T00:00:00.000000Z"}],
        (access, "_FACTORS"): [{}],
        (access, "_FACTOR"): [{"number": each} for each in (1, 99)],
        (access, "_FACTORS_OF"): [{"person": each} for each in (LATIN, CYRILLIC)],
        (access, "_INVITATION"): [{"digest": each} for each in ("e" * 64, "f" * 64, "0" * 64)],
        (access, "_OPEN_INVITATIONS"): [{"now": now}],
        (people, "_ROLES"): [{"snapshot": 2, "held": one} for one in (["成员"], [""], ["Member", "Nobody"])],
    }
    found = {name: [(vars(module)[name], each) for each in asked] for (module, name), asked in given.items()}
    return found | {
        "part": [(part, each) for (part, _), each in listed],
        "how_many": [(all_, each) for (_, all_), each in listed],
    }


def cells(row: Any) -> list[tuple[str, type, object]]:
    """The cells of a row with their names and types: a truth value that comes as a number is another answer."""
    return [(name, type(cell), cell) for name, cell in zip(row._fields, row, strict=True)]


def test_every_read_that_can_go_to_the_driver_is_compared_here() -> None:
    asked: set[str] = set()
    for file in Path(str(store_room.__file__)).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("ask", "ask_first"):
                asked.add(ast.unparse(node.args[1]))
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "foreseen":
                asked.add(ast.unparse(cast("ast.Tuple", node.args[1]).elts[0]))
    assert asked - {"statement"} == set(reads())


def test_every_read_answers_as_on_the_ordinary_way(furnished: Desk) -> None:
    for name, asked in reads().items():
        found = 0
        for statement, given in asked:
            with furnished.store.database.reading() as connection:
                ordinary = connection.execute(statement, dict(given)).all()
                short = ask(connection, statement, given)
                first = ask_first(connection, statement, given)
            in_order = name not in (
                "_ALL_IN_FORCE",
                "_BEFORE",
                "_ACCOUNTS",
                "_OTHERS",
                "_ACCOUNTS_AT",
                "_OTHERS_AT",
            )  # These have no order of their own.
            assert sorted(map(repr, map(cells, short))) == sorted(map(repr, map(cells, ordinary))), (name, given)
            assert not in_order or [tuple(row) for row in short] == [tuple(row) for row in ordinary], (name, given)
            assert (first is None) == (not ordinary)
            found += len(ordinary)
        assert found, f"nothing was compared: {name}"


FORESEEN = ("_ABOUT", "_MEMBERS", "_SEATS", "_LISTED", "_ACCOUNTS", "_OTHERS", "_ACCOUNTS_AT", "_OTHERS_AT")


def test_what_was_foreseen_is_what_would_be_answered(furnished: Desk) -> None:
    for name in FORESEEN:
        asked = reads()[name]
        with furnished.store.database.reading() as connection:
            foresee(connection, asked)
            ready = [ask(connection, statement, given) for statement, given in asked]
            again = [ask(connection, statement, given) for statement, given in asked]
        assert any(ready)
        for one, other in zip(ready, again, strict=True):
            assert sorted(map(repr, map(cells, one))) == sorted(map(repr, map(cells, other))), name


def test_a_server_is_asked_once_about_somebody_when_its_sources_were_looked_at_before(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a file beside us each answer is had alone."""
    somebody = "somebody.1@acme.example"
    desk.bring(MEMBERS, [member(one, line=line) for line, one in enumerate((somebody, QUOTED), 2)])
    desk.bring(OKTA, [person("1", somebody), person("2", QUOTED)])
    with desk.store.writing(PAT) as change:
        write(change, "somebody", 1)
    asked: list[object] = []
    execute = psycopg.Connection.execute

    def count(self: Any, query: Any, *given: Any, **how: Any) -> Any:
        asked.append(query)
        return execute(self, query, *given, **how)

    def see(view: View, address: str) -> tuple[int, int, int]:
        states = (CaseState.OPEN, CaseState.DONE)
        view.expect_cases(Page(20), states, Address(address))
        found = view.person(Address(address), desk.clock.now(), ())
        _, _, cases = view.cases(Page(20), states=states, subject=Address(address))
        return len(found.members), len(found.directory), cases

    with desk.store.reading() as view:
        assert see(view, QUOTED) == (1, 1, 0)
    monkeypatch.setattr(psycopg.Connection, "execute", count)
    with desk.store.reading() as view:
        assert see(view, somebody) == (1, 1, 1)
    assert desk.store.look(lambda view: see(view, somebody)) == (1, 1, 1)
    assert len(asked) == (0 if desk.store.database.file is not None else 2)


SECOND: dict[str, Callable[[View], int]] = {
    "the short way": lambda view: view.cases(Page(2))[2],
    "the ordinary way": lambda view: view.sources(Page(9))[2] - 1,
}
"""What is asked after somebody wrote: how many cases there are, and how many sources besides the first."""


@pytest.mark.parametrize("way", SECOND)
def test_a_look_shows_one_state_also_when_somebody_writes_between_its_questions(desk: Desk, way: str) -> None:
    """It is begun anew on a server, where its first question takes no transaction; a file's state is kept."""
    desk.bring(MEMBERS, [member(LATIN)])
    with desk.store.reading() as view:
        view.person(Address(LATIN), desk.clock.now(), ())
    seen: list[tuple[int, int]] = []
    begun: list[int] = []

    def see(view: View) -> tuple[int, int]:
        first = len(view.person(Address(LATIN), desk.clock.now(), ()).members)
        begun.append(first)
        if len(begun) == 1:
            with desk.store.writing(PAT) as change:
                change.retract_source(1, "a wrong file")
                write(change, "somebody", 1)
            desk.bring(OKTA, [person("7", QUOTED)])
        seen.append((first, SECOND[way](view)))
        return seen[-1]

    is_file = desk.store.database.file is not None
    assert desk.store.look(see) == ((1, 0) if is_file else (0, 1))
    assert begun == ([1] if is_file else [1, 0])


def test_a_look_in_which_nobody_writes_is_done_once_whatever_it_asks(desk: Desk) -> None:
    desk.bring(MEMBERS, [member(LATIN)])
    times: list[int] = []

    def see(view: View) -> list[object]:
        times.append(1)
        people = [len(view.person(Address(one), desk.clock.now(), ()).members) for one in (LATIN, QUOTED)]
        return [people, view.sources(Page(3))[2], view.cases(Page(2))[2], list(view.directories())]

    for _ in range(3):
        assert desk.store.look(see) == [[1, 0], 1, 0, []]
    assert len(times) == 3


def test_what_was_foreseen_ends_with_its_transaction(furnished: Desk) -> None:
    statement, given = reads()["_MEMBERS"][0]
    with furnished.store.database.reading() as connection:
        foresee(connection, [(statement, given)])
    with furnished.store.database.writing() as connection:
        connection.execute(schema.member_row.update().values(display_name="Somebody else"))
    with furnished.store.database.reading() as connection:
        assert {row.display_name for row in ask(connection, statement, given)} == {"Somebody else"}


def test_every_short_read_is_asked_the_short_way(furnished: Desk) -> None:
    took: set[bool] = set()
    for asked in reads().values():
        for statement, given in asked:
            is_short = all(
                not isinstance(value, list) or 0 < len(cast("list[object]", value)) <= 64 for value in given.values()
            )
            with furnished.store.database.reading() as connection:
                took |= {isinstance(row, Row) for row in ask(connection, statement, given) if is_short}
    assert took == {False}


@pytest.fixture
def twins(tmp_path: Path, fresh_postgres: str) -> Iterator[list[Desk]]:
    """Two stores with the same in them, one on each database."""
    clocks = SetClock(), SetClock()
    urls = f"sqlite:///{tmp_path / 'store.sqlite'}", fresh_postgres
    with closing(open_store(urls[0], clocks[0])) as one, closing(open_store(urls[1], clocks[1])) as other:
        both = [Desk(one, clocks[0], urls[0]), Desk(other, clocks[1], urls[1])]
        for desk in both:
            furnish(desk)
        yield both


def test_everybody_is_the_same_person_on_both_databases(twins: list[Desk]) -> None:
    told: list[list[object]] = []
    for desk in twins:
        with desk.store.reading() as view:
            now = desk.clock.now()
            said: list[object] = [view.person(Address(one), now, ["o'*"]) for one in EVERYBODY]
            said += [view.person(Address(one), datetime(2026, 11, 23, 9, tzinfo=UTC), []) for one in EVERYBODY]
            said += [view.source_in_force(one, now) for one in (MEMBERS, ELSEWHERE, SEATS, OKTA, STAFF)]
            said += [view.directories(), view.cases(Page(2)), view.cases(Page(5), subject=Address(LATIN))]
            told.append(said)
    assert told[0] == told[1]


def test_look_alikes_stay_apart(furnished: Desk) -> None:
    with furnished.store.reading() as view:
        found = {one: view.person(Address(one), furnished.clock.now(), []) for one in EVERYBODY}
    first = {one: [(row.address, row.role, row.use_sso) for row in each.members] for one, each in found.items()}
    assert first[LATIN] == [
        (LATIN, "Super Admin", True),
        (LATIN, "Member", True),
        (QUOTED, "Member", True),
    ]
    assert first[CYRILLIC] == [(CYRILLIC, "Super Admin", False), (DOTLESS, None, None)]
    assert first[DOTLESS] == [(DOTLESS, None, None), (CYRILLIC, "Super Admin", False)]
    assert first[OTHER_SCRIPT] == [(OTHER_SCRIPT, "成员", True)]
    assert first[NOBODY] == []
    assert [row.key for row in found[SHARED].directory] == ["2", "ключ"]
    assert [source.name for source in found[GONE].gone_from] == ["R-1"]


def test_what_the_driver_complains_of_comes_out_as_a_fault_of_ours(sqlite_url: str, clock: SetClock) -> None:
    with closing(open_store(sqlite_url, clock)) as store:
        desk = Desk(store, clock, sqlite_url)
        desk.bring(MEMBERS, [member(LATIN)])
        with store.database.writing() as connection:
            connection.execute(text("DROP TABLE member_row"))
        with pytest.raises(StoreFault, match="refused a statement"), store.reading() as view:
            view.person(Address(LATIN), clock.now(), [])
