"""What a roster would change is shown by name, and that it is probably a part, before anybody says yes."""

import pytest

from tests.conversations.party import (
    ANA,
    BEN,
    SEATS,
    STAFF,
    Member,
    directory_table,
    licence_list,
    members_page,
    says_yes,
    unassigned,
    with_status,
)
from tests.mcp.offices import Bureau

CROWD = tuple(Member(f"p{number:02}@heron.example", f"Person {number}") for number in range(30))


def test_a_preview_names_the_first_who_are_gone_and_what_changes(each_bureau: Bureau) -> None:
    each_bureau.bring("members", members_page([*STAFF, *CROWD]))
    page = members_page([*with_status(STAFF, BEN, "Deactivated"), *CROWD[12:]])

    told = each_bureau.assistant.call("import_roster", kind="members", text=page)

    assert told.data["first_changed"] == [f"{BEN} (status active → deactivated)"]
    assert told.data["first_gone"] == [f"p{number:02}@heron.example" for number in range(10)]
    assert f"Changed: {BEN} (status active → deactivated)." in told.text
    assert "Gone: p00@heron.example; p01@heron.example; " in told.text
    assert "p09@heron.example; … and 2 more." in told.text


def test_a_licence_list_and_a_directory_name_what_changes_too(each_bureau: Bureau) -> None:
    each_bureau.move_in()

    seats = each_bureau.assistant.call("import_roster", kind="seats", text=licence_list(unassigned(SEATS, ANA)))
    people = directory_table({ANA: "ACTIVE"})
    directory = each_bureau.assistant.call("import_roster", kind="directory", text=people)

    assert (seats.data["first_changed"], seats.data["first_gone"]) == (["HR-1 (its people)"], [])
    assert directory.data["first_changed"] == [
        f"{ANA} (standing deprovisioned → active, status DEPROVISIONED → ACTIVE)"
    ]
    assert directory.data["gone"] == len(directory.data["first_gone"]) == 3
    assert BEN in directory.data["first_gone"]


@pytest.mark.parametrize("count", [30, 3])
def test_a_roster_that_lost_too_many_rows_says_so_before_the_yes(bureau: Bureau, count: int) -> None:
    bureau.bring("members", members_page([*STAFF, *CROWD]))
    page = members_page([*STAFF, *CROWD[:count]])
    preview = bureau.assistant.call("import_roster", kind="members", text=page)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("import_roster", kind="members", digest=preview.data["digest"])

    is_doubted = count == 3
    doubt = "It has 7 rows where R-1 has 34: this is probably a part of the list."
    assert (doubt in preview.text) is is_doubted
    assert ("names no leaver" in preview.text) is is_doubted
    assert (doubt in bureau.assistant.asked[-1]) is is_doubted
