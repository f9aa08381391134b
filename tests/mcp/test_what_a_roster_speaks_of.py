"""What a roster does not state, or states of another place, settles nothing here."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.domain.organization import Deployment, Idp, Organization, SignIn
from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    STAFF,
    STANDINGS,
    SUPER,
    Member,
    Seat,
    directory_table,
    licence_list,
    members_page,
    table,
    with_status,
)
from tests.mcp.offices import Bureau, open_bureau

OTHER_HOST = "osprey.axure.cloud"
OLGA = "olga.ray@heron.example"

# -- a licence list without one of its three relations ----------------------------------------------------------------

HELD = (Seat("HR-1", ANA, f"{ANA}; {OPERATOR}", ANA), Seat("HR-2", OPERATOR, OPERATOR, BEN))
GIVEN_UP = (Seat("HR-1", OPERATOR, OPERATOR, ""), Seat("HR-2", OPERATOR, OPERATOR, BEN))
STEP_OF = {"Owner": "transfer-ownership-by-card", "Managers": "hand-over-management", "Assigned user": "release-seat"}


def without(column: str, text: str) -> str:
    """A table with one column less."""
    header, *rows = csv.reader(StringIO(text))
    place = header.index(column)
    return table([*header[:place], *header[place + 1 :]], [[*row[:place], *row[place + 1 :]] for row in rows])


@pytest.mark.parametrize("column", STEP_OF)
def test_a_licence_list_without_a_relation_neither_verifies_nor_contradicts_what_was_said_of_it(
    bureau: Bureau, column: str
) -> None:
    bureau.move_in()
    bureau.bring("seats", licence_list(HELD), complete=True)
    said = bureau.confirm_all(bureau.open_case(ANA)).states
    others = [step for name, step in STEP_OF.items() if name != column]

    bureau.bring("seats", without(column, licence_list(GIVEN_UP)), complete=True)
    assert bureau.states() == said | dict.fromkeys(others, "verified")
    bureau.bring("seats", without(column, licence_list(HELD)), complete=True)
    assert bureau.states() == said | dict.fromkeys(others, "contradicted")

    bureau.bring("seats", licence_list(GIVEN_UP), complete=True)
    assert bureau.states() == said | dict.fromkeys(STEP_OF.values(), "verified")


# -- another server ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shows", ["Deactivated", "Active", "nothing"])
def test_the_roster_of_another_server_neither_verifies_nor_contradicts(bureau: Bureau, shows: str) -> None:
    bureau.move_in()
    said = bureau.confirm_all(bureau.open_case(ANA)).states
    page = [one for one in STAFF if one.address != ANA] if shows == "nothing" else with_status(STAFF, ANA, shows)
    with bureau.at_host(OTHER_HOST), bureau.office.writes("question.answered", "source.imported"):
        seen = bureau.bring("members", members_page(page))
    assert (seen.data["assurance"], seen.data["complete"], seen.data["heard"]) == ("confirmed", True, [])
    assert bureau.states() == said


def test_the_roster_of_another_server_lists_nobody_here_and_brakes_nothing(bureau: Bureau) -> None:
    bureau.move_in()
    with bureau.at_host(OTHER_HOST):
        bureau.bring("members", members_page([Member(OLGA, "Olga Ray")]))
    found = bureau.assistant.call("find_discrepancies")
    assert found.data["withheld_because"] == []
    assert {name: count for name, count in found.data["counts"].items() if count} == {"leaver": 1, "active": 3}
    listed = bureau.assistant.call("list_users").data
    assert [one["address"] for one in listed["users"]] == sorted(one.address for one in STAFF)
    assert bureau.assistant.call("plan_offboard", person=OLGA).data["outline"] == []
    assert bureau.assistant.refused("record_deactivation", person=OLGA) == "no_membership_step"
    bureau.clock.pass_by(days=1)
    with bureau.at_host(OTHER_HOST):
        bureau.bring("members", members_page([Member(OLGA, "Olga Ray"), *STAFF, Member(f"x{OLGA}", "X")]))
        assert bureau.assistant.call("list_users").data["in_all"] == len(STAFF) + 2
    bureau.bring("members", members_page(STAFF))
    assert bureau.assistant.call("find_discrepancies").data["withheld_because"] == []


def test_a_part_of_another_server_s_page_leaves_nobody_out_here(bureau: Bureau) -> None:
    bureau.move_in()
    with bureau.at_host(OTHER_HOST):
        bureau.bring("members", table(("Email", "Status"), [(ANA, "Active")]))
    assert not any("whole list" in said for said in bureau.assistant.call("find_discrepancies").data["not_stated"])


# -- another directory ------------------------------------------------------------------------------------------------


@pytest.fixture
def ldap_bureau(tmp_path: Path, portal: BlockingPortal, organization: Organization) -> Iterator[Bureau]:
    """An office whose people sign in by the directory, so that a case ends an account there."""
    own = replace(
        organization, deployment=Deployment.ON_PREMISES, host="axure.heron.example", sign_in=SignIn.LDAP, idp=Idp.OTHER
    )
    with open_bureau(tmp_path, portal, own) as bureau:
        yield bureau


@pytest.mark.parametrize("shows", ["DEPROVISIONED", "ACTIVE", "nothing"])
def test_the_file_of_another_directory_neither_verifies_nor_contradicts(ldap_bureau: Bureau, shows: str) -> None:
    bureau = ldap_bureau
    bureau.move_in(**{ANA: "ACTIVE"})
    said = bureau.confirm_all(bureau.open_case(ANA)).states
    assert "disable-in-directory" in said
    people = {SUPER: "ACTIVE"} | ({} if shows == "nothing" else {ANA: shows})
    seen = bureau.bring("directory", directory_table(people), directory="elsewhere", complete=True)
    assert (seen.data["complete"], seen.data["heard"]) == (True, [])
    assert bureau.states() == said
    bureau.bring("directory", directory_table(STANDINGS | {ANA: "DEPROVISIONED"}), complete=True)
    assert bureau.states()["disable-in-directory"] == "verified"
