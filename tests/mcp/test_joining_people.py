"""People join, change their role, come back and change their address, through the real server: planned and verified."""

from collections.abc import Mapping

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.playbooks import Situation
from axure_lifecycle.playbooks import shipped
from axure_lifecycle_tools.situations import Asked, situation
from axure_lifecycle_tools.standing import look_up
from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    SEATS,
    STAFF,
    SUPER,
    Member,
    licence_list,
    members_page,
    says_yes,
    table,
    with_status,
)
from tests.mcp.offices import Bureau

NEW, NEWER = "olga.ray@heron.example", "tim.vos@heron.example"


# -- what a plan knows of those whom it is for -----------------------------------------------------------------------


def stands(bureau: Bureau, *people: str, **options: str) -> Situation:
    """The situation of these people."""
    desk = bureau.office.terminal()
    asked = Asked(tuple(map(Address, people)), options)
    with desk.store.reading() as view:
        found = [look_up(view, desk, one, desk.now) for one in asked.people]
        other = asked.address("successor") or asked.address("new_address")
        taking_over = look_up(view, desk, other, desk.now) if other else None
        return situation(view, desk, shipped("axure", "offboard"), asked, found, taking_over)


def groups(bureau: Bureau, *people: str) -> Mapping[str, set[str]]:
    """Who is in which group of people, the empty ones left out."""
    records = stands(bureau, *people).records
    names = ("ambiguous", "non_personal", "has_left", "on_hold", "leaving", "not_in_directory")
    return {name: set(records[name]) for name in names if records[name]}


def directory(*rows: tuple[str, str, str, str]) -> str:
    """A directory with aliases and last days."""
    return table(("email", "status", "aliases", "leave_date"), rows)


def test_people_stand_in_groups_by_the_directory(bureau: Bureau) -> None:
    assert groups(bureau, ANA, NEW) == {}
    bureau.bring("directory", directory((NEWER, "ACTIVE", "", "")), complete=True)
    bureau.bring(
        "directory",
        directory(
            (ANA, "DEPROVISIONED", "", ""),
            (BEN, "SUSPENDED", "", ""),
            (SUPER, "ACTIVE", "", "2026-12-24"),
            (OPERATOR, "ACTIVE", "", "2026-10-01"),
            ("one@heron.example", "ACTIVE", "both@heron.example", ""),
            ("two@heron.example", "ACTIVE", "both@heron.example", ""),
        ),
        complete=True,
    )
    everybody = (ANA, BEN, SUPER, OPERATOR, NEW, NEWER, "both@heron.example", "one@heron.example")
    assert groups(bureau, *everybody) == {
        "has_left": {ANA, OPERATOR, NEWER},
        "on_hold": {BEN},
        "leaving": {SUPER},
        "not_in_directory": {NEW},
        "ambiguous": {"both@heron.example"},
    }


def test_a_decision_that_somebody_may_stay_stands_above_the_directory(bureau: Bureau) -> None:
    bureau.move_in()
    assert groups(bureau, ANA, NEW) == {"has_left": {ANA}, "not_in_directory": {NEW}}
    with bureau.assistant.answered_by(says_yes):
        decide = {"decision": "external", "until": "2026-12-31", "reason": "a contractor"}
        bureau.assistant.call("record_decision", person=NEW, **decide)
        bureau.assistant.call("record_decision", person=ANA, **decide)
    assert groups(bureau, ANA, NEW) == {}


def test_a_shared_account_is_known_before_any_roster_lists_it(bureau: Bureau) -> None:
    bureau.move_in()
    file = bureau.office.home / "config.toml"
    text = file.read_text("utf-8")
    assert "# non_personal = []" in text
    file.write_text(text.replace("# non_personal = []", 'non_personal = ["svc-*@*"]'), "utf-8")
    assert groups(bureau, "svc-build@heron.example") == {"non_personal": {"svc-build@heron.example"}}


def test_a_seat_is_for_whoever_has_none_and_no_account_that_is_off(bureau: Bureau) -> None:
    bureau.bring("members", members_page([*with_status(STAFF, OPERATOR, "Deactivated")]))
    bureau.bring("seats", licence_list(SEATS), complete=True)
    records = stands(bureau, ANA, SUPER, OPERATOR, NEW).records
    assert records["without_seat"] == (NEW, OPERATOR, SUPER)
    assert records["to_be_seated"] == (NEW, SUPER)


@pytest.mark.parametrize(
    ("role", "goes"),
    [("guest", "down"), ("member", "none"), ("admin", "up"), ("technical_admin", "up"), ("super_admin", "up")],
)
def test_a_role_goes_up_or_down_from_the_present_one(bureau: Bureau, role: str, goes: str) -> None:
    bureau.bring("members", members_page([*STAFF, Member(NEW, "Olga Ray", role="Reviewer")]))
    assert stands(bureau, ANA, role=role).traits["role_change"] == {goes}
    assert stands(bureau, NEW, role=role).traits["role_change"] == {"not_known"}
    assert stands(bureau, NEWER, role=role).traits["role_change"] == set()


def test_what_stands_under_the_new_address_is_not_the_old_ones(bureau: Bureau) -> None:
    married = "ana.vos@heron.example"
    bureau.bring("members", members_page([*STAFF, Member(married, "Ana Vos", role="Admin")]))
    bureau.bring("seats", licence_list([*SEATS, SEATS[0]._replace(subscription="HR-9", assigned=married)]))
    bureau.bring("directory", directory((married, "ACTIVE", ANA, "")), complete=True)
    found = stands(bureau, ANA, new_address=married)
    assert found.addresses == (ANA,)
    assert found.records["members_on"] == (ANA,)
    assert found.records["assigned"] == ("HR-1",)
    assert found.traits["role"] == {"member"}
    assert found.traits["successor"] == {"active"}
    assert found.traits["successor_is_the_person"] == {"yes"}
    assert found.traits["successor_address"] == {"another"}
    assert stands(bureau, ANA, successor=married).records["members_on"] == (ANA,)
    same = stands(bureau, ANA, new_address=ANA)
    assert (same.addresses, same.traits["successor_address"]) == ((ANA, married), {"same"})


def test_somebody_whom_only_the_last_whole_page_lists_has_a_role_that_nobody_counts(bureau: Bureau) -> None:
    bureau.move_in()
    rows = [f"{one.name}\t{one.address}\t{one.role}\t{one.status}\t{one.use_sso}" for one in STAFF[:2]]
    bureau.bring("members", "\n".join(["Name\tEmail\tSystem Role\tStatus\tUse SSO", *rows, ""]))
    found = stands(bureau, ANA)
    assert found.traits["roster"] >= {"part"}
    assert found.traits["only_one_with_role"] == {"not_stated"}
