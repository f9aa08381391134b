"""What the facts demand of a plan, written down by hand beside the playbooks and compared with what they give.

`oracle/OPERATION.toml` holds the lines that a plan of that operation can have – who does a step, which words its place
has on which screens, what a roster shows afterwards, what comes first – each with the facts that say so, and cases:
who on which server, the steps in their order, what must be said and what must not. It was written from the facts and
from the guide; where it and a playbook disagree, one of them misreads a fact.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from axure_lifecycle.domain.plans import Doer, NoticeKind, Plan, Step
from axure_lifecycle.domain.playbooks import build
from axure_lifecycle.facts import shipped_register
from axure_lifecycle.playbooks import shipped, shipped_names
from tests.playbooks.matrix import LICENCES, NEW_ADDRESS, PEOPLE, SUCCESSOR, Circumstances, Server, situation_of
from tests.playbooks.situations import keys

FOLDER: Final = Path(__file__).parent / "oracle"
OPERATIONS: Final = tuple(operation for application, operation in shipped_names() if application == "axure")
FACTS: Final = shipped_register().facts


@dataclass(frozen=True, slots=True)
class Expected:
    """A line of a plan as the facts demand it."""

    facts: tuple[str, ...]
    who: str = ""
    where: str | Mapping[str, str] = ""
    """Words of the place, one for all screens or one for each; `unknown`, or `unknown: ` and words of the hint."""
    shows: str = ""
    """What a roster shows afterwards: holding, end, and what it is about; empty for what no roster can show."""
    after: tuple[str, ...] = ()
    """What comes first wherever it is in the plan too."""
    kind: str = ""
    """Of what is said: blocker, warning or unknown."""


@dataclass(frozen=True, slots=True)
class Case:
    """Somebody on a server, and the plan for them."""

    operation: str
    title: str
    server: Server
    how: Circumstances
    steps: tuple[str, ...]
    says: tuple[str, ...]
    silent: tuple[str, ...]


def _read(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text("utf-8"))


@cache
def lines_of(operation: str, table: str) -> Mapping[str, Expected]:
    """The lines of a table of an operation's file."""
    written: dict[str, dict[str, Any]] = _read(FOLDER / f"{operation}.toml").get(table, {})
    for line in written.values():
        line["facts"] = tuple(line["facts"])
        line["after"] = tuple(line.get("after", ()))
    return {key: Expected(**line) for key, line in written.items()}


def _cases() -> list[Case]:
    return [
        Case(
            file.stem,
            case.pop("title"),
            Server(*case.pop("server").split()),
            Circumstances(**case.pop("how", {})),
            tuple(case.pop("steps")),
            tuple(case.pop("says", ())),
            tuple(case.pop("silent", ())),
        )
        for file in sorted(FOLDER.glob("*.toml"))
        for case in _read(file)["cases"]
    ]


CASES: Final = _cases()
each_case = pytest.mark.parametrize("case", CASES, ids=[f"{case.operation}: {case.title}" for case in CASES])


def plan_of(case: Case) -> Plan:
    playbook = shipped("axure", case.operation)
    return build(playbook, situation_of(playbook, case.server, case.how), "7")


class End(NamedTuple):
    """What a roster shows once a step is done."""

    becomes: str = ""
    records: tuple[str, ...] = ()
    """The subscriptions, or the role."""
    people: tuple[str, ...] = ()


def end_of(step: Step) -> End:
    """By the plan."""
    if step.end is None:
        return End()
    return End(f"{step.end.holding.value} {step.end.becomes}", step.end.records, step.end.addresses)


def end_in(line: Expected, case: Case) -> End:
    """By the oracle, where what it is about stands behind the colon."""
    becomes, _, about = line.shows.partition(": ")
    if not becomes:
        return End()
    match about:
        case "owner" | "manager" | "assigned":
            held = LICENCES[case.how.licences]
            return End(becomes, tuple(name for name, relation, *_ in held if relation == about), PEOPLE[:1])
        case "wanted role":
            return End(becomes, (case.how.wanted_role,), PEOPLE[:1])
        case "people":
            return End(becomes, (), PEOPLE[: case.how.how_many])
        case "successor":
            return End(becomes, (), (SUCCESSOR,))
        case "successor as Super Admin":
            return End(becomes, ("super_admin",), (SUCCESSOR,))
        case "Super Admin":
            return End(becomes, ("super_admin",), PEOPLE[:1])
        case "new address":
            return End(becomes, (), (NEW_ADDRESS,))
        case _:
            assert not about
            return End(becomes, (), PEOPLE[:1])


@each_case
def test_the_steps_stand_in_the_order_that_the_facts_demand(case: Case) -> None:
    assert keys(plan_of(case)) == list(case.steps)


@each_case
def test_each_step_is_done_by_the_right_one_at_the_right_place_and_shown_by_the_right_roster(case: Case) -> None:
    lines = lines_of(case.operation, "steps")
    for step in plan_of(case).steps:
        line = lines[step.key]
        where = line.where if isinstance(line.where, str) else line.where[case.server.screens]
        unknown, _, hint = where.partition(": ")
        assert step.doer is Doer(line.who), step.key
        assert step.is_place_known is (unknown != "unknown"), step.key
        assert (hint if unknown == "unknown" else where) in step.place, step.key
        assert end_of(step) == end_in(line, case), step.key
        assert set(line.facts) <= set(step.facts), step.key


@each_case
def test_whatever_has_to_come_first_comes_first(case: Case) -> None:
    """Not only in the order of the plan: a case holds a step back until those that it names are settled."""
    before: dict[str, set[str]] = {}
    for step in plan_of(case).steps:
        before[step.key] = set(step.after).union(*(before[key] for key in step.after))
        demanded = set(lines_of(case.operation, "steps")[step.key].after) & before.keys()
        assert demanded <= before[step.key], step.key


@each_case
def test_what_must_be_said_is_said_and_nothing_that_must_not(case: Case) -> None:
    lines = lines_of(case.operation, "says")
    said = {notice.key: notice for notice in plan_of(case).notices}
    for key in case.says:
        assert key in said
        assert said[key].kind.value == lines[key].kind, key
        assert set(lines[key].facts) <= set(said[key].facts), key
    assert [key for key in case.silent if key in said] == []
    assert {notice.key for notice in plan_of(case).blockers} == {
        key for key in case.says if lines[key].kind == "blocker"
    }


# -- the oracle itself ------------------------------------------------------------------------------------------------


def test_the_cases_are_enough_and_reach_every_operation_and_every_kind_of_server() -> None:
    assert len(CASES) >= 128  # 64 are asked for
    assert {case.operation for case in CASES} == set(OPERATIONS)
    assert {case.server.deployment for case in CASES} == {"private_instance", "on_premises"}
    assert {case.server.sign_in for case in CASES} == {"password", "saml", "ldap"}
    assert {case.server.idp for case in CASES} == {"okta", "entra", "google", "other"}
    assert {case.server.screens for case in CASES} == {"new", "mid", "old", "2017"}
    assert len({(case.operation, case.title) for case in CASES}) == len(CASES)
    assert len({(case.operation, case.server, repr(case.how)) for case in CASES}) == len(CASES)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_line_names_facts_of_the_register_and_every_line_is_used(operation: str) -> None:
    mine = [case for case in CASES if case.operation == operation]
    for table, used in (
        ("steps", {key for case in mine for key in case.steps}),
        ("says", {key for case in mine for key in (*case.says, *case.silent)}),
    ):
        lines = lines_of(operation, table)
        assert [key for key, line in lines.items() if not line.facts or set(line.facts) - FACTS.keys()] == []
        assert used == lines.keys()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_step_that_a_playbook_has_stands_in_some_case(operation: str) -> None:
    patterns = {step.key for step in shipped("axure", operation).steps}

    assert patterns == {key for case in CASES if case.operation == operation for key in case.steps}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_what_must_not_be_said_could_be_said(operation: str) -> None:
    """A name that no guard has is never said, so its silence tells nothing."""
    guards = {guard.key for guard in shipped("axure", operation).guards}

    assert {key for case in CASES if case.operation == operation for key in case.silent} <= guards


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_blocker_that_a_playbook_has_stands_in_some_case(operation: str) -> None:
    blockers = {guard.key for guard in shipped("axure", operation).guards if guard.kind is NoticeKind.BLOCKER}

    assert blockers <= {key for case in CASES if case.operation == operation for key in case.says}
