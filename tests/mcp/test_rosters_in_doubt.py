"""Rosters that contradict themselves, say too little, or come twice as different things."""

from typing import Any

import pytest

from axure_lifecycle.domain.rosters import RosterKind
from tests.conversations.party import (
    ANA,
    BEN,
    SEATS,
    STAFF,
    STANDINGS,
    Member,
    Seat,
    directory_table,
    licence_list,
    members_page,
    says_yes,
    table,
)
from tests.mcp.offices import Bureau

EVA = "eva.holm@heron.example"

# -- a count line that disagrees --------------------------------------------------------------------------------------

PART = members_page(STAFF).replace("4 members", "7 members")


@pytest.mark.parametrize("skip", [False, True], ids=["as it is", "without refused lines"])
def test_a_roster_whose_count_line_disagrees_is_refused_also_by_its_digest_alone(bureau: Bureau, skip: bool) -> None:
    bureau.move_in()
    bureau.assistant.asked.clear()
    desk = bureau.office.terminal()
    digest = desk.rosters.material(RosterKind.MEMBERS, path=None, text=PART, rows=None).digest()
    about = {"kind": "members", "skip_refused": skip}
    with bureau.office.writes(), bureau.assistant.answered_by(says_yes):
        for _ in range(2):
            sentence, code = bureau.assistant.refusal("import_roster", text=PART, **about)
            assert code == "count_disagrees"
            assert "says 7, but it has 4 rows" in sentence
        assert bureau.assistant.refused("import_roster", digest=digest, **about) == "preview_unknown"
        again = {**about, "text": PART, "digest": digest, "complete": True}
        assert bureau.assistant.refused("import_roster", **again) == "preview_unknown"
    assert bureau.assistant.asked == []


# -- one text, several things -----------------------------------------------------------------------------------------

ANYTHING = f"Subscription,User\nHR-7,{ANA}\n"
"""A members page, a licence list and a directory, whichever somebody calls it."""
KINDS: tuple[dict[str, Any], ...] = (
    {"kind": "members"},
    {"kind": "seats"},
    {"kind": "directory"},
    {"kind": "directory", "directory": "elsewhere"},
)


def test_one_text_that_is_brought_as_several_kinds_is_a_source_of_each(bureau: Bureau) -> None:
    digests: set[str] = set()
    for about in KINDS:
        # What lies ready as one thing does not lie ready as another.
        for digest in digests:
            assert bureau.assistant.refused("import_roster", digest=digest, **about) == "preview_unknown"
        digests.add(bureau.assistant.call("import_roster", text=ANYTHING, **about).data["digest"])
    [digest] = digests
    for number, about in enumerate(KINDS, 1):
        with bureau.assistant.answered_by(says_yes), bureau.office.writes("question.answered", "source.imported"):
            told = bureau.assistant.call("import_roster", digest=digest, complete=True, **about)
        assert (told.data["source"], told.data["added"], told.data["stage"]) == (f"R-{number}", 1, "imported")
    found = bureau.assistant.call("list_sources").data["sources"]
    assert {one["id"]: (one["kind"], one["system"], one["in_force"]) for one in found} == {
        "R-1": ("members", "axure/cloud_for_business at heron.axure.cloud", True),
        "R-2": ("seats", "axure/license_portal at app.axure.com", True),
        "R-3": ("directory", "directory/directory", True),
        "R-4": ("directory", "directory/elsewhere", True),
    }


def test_taking_one_of_them_back_leaves_the_others(bureau: Bureau) -> None:
    for about in KINDS:
        bureau.bring(text=ANYTHING, complete=True, **about)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("retract_source", source="R-3", reason="never a directory")
    found = bureau.assistant.call("list_sources").data["sources"]
    assert {one["id"]: one["state"] for one in found if one["state"] != "in_use"} == {"R-3": "retracted"}
    told = bureau.assistant.call("check_user", person=ANA).text
    assert "listed, status not stated" in told
    assert "assigned user of 1 subscription: HR-7" in told


# -- a seat of somebody without membership ----------------------------------------------------------------------------

EVA_HAS_ONE = licence_list((*SEATS, Seat("HR-9", SEATS[0].owner, SEATS[0].managers, EVA)))


def idle(bureau: Bureau) -> int:
    """How many seats are said to be assigned to nobody's membership."""
    found = bureau.assistant.call("find_discrepancies").data["seat_counts"]
    return int(found.get("assigned_without_membership", 0))


def test_a_whole_members_roster_tells_that_a_seat_is_of_somebody_without_membership(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("seats", EVA_HAS_ONE, complete=True)
    assert idle(bureau) == 1


def test_without_a_members_roster_no_seat_is_said_to_be_without_membership(bureau: Bureau) -> None:
    bureau.bring("seats", EVA_HAS_ONE, complete=True)
    bureau.bring("directory", directory_table(STANDINGS), complete=True)
    assert idle(bureau) == 0


def test_a_members_roster_with_refused_lines_does_not_tell_who_has_no_membership(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("seats", EVA_HAS_ONE, complete=True)
    page = table(("Email", "Status"), [(one.address, one.status) for one in STAFF] + [("eva.holm", "Active")])
    about = {"kind": "members", "text": page, "skip_refused": True}
    digest = bureau.assistant.call("import_roster", **about).data["digest"]
    with bureau.assistant.answered_by(says_yes):
        told = bureau.assistant.call("import_roster", **about, digest=digest, complete=True)
    assert told.data["complete"] is False
    assert idle(bureau) == 0


def test_a_shrunken_members_roster_does_not_tell_who_has_no_membership(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("seats", EVA_HAS_ONE, complete=True)
    bureau.bring("members", members_page([*STAFF, *(Member(f"p{n}@heron.example", f"P {n}") for n in range(40))]))
    assert idle(bureau) == 1
    bureau.bring("members", members_page(STAFF))
    [brake] = bureau.assistant.call("find_discrepancies").data["withheld_because"]
    assert "has 4 rows, the one before it (R-5) had 44" in brake
    assert idle(bureau) == 0


# -- a members roster that may be a part ------------------------------------------------------------------------------


def left_out(bureau: Bureau) -> list[str]:
    """What is said of people whom the members roster may leave out."""
    said = bureau.assistant.call("find_discrepancies").data["not_stated"]
    return [one for one in said if "whole list" in one]


def part_of(members: tuple[Member, ...]) -> str:
    """Members as a table without a count line."""
    return table(
        ("Name", "Email", "System Role", "Status", "Use SSO"),
        [(one.name, one.address, one.role, one.status, one.use_sso) for one in members],
    )


def test_a_smaller_roster_that_may_be_a_part_says_that_somebody_may_be_left_out(bureau: Bureau) -> None:
    bureau.move_in()
    assert left_out(bureau) == []
    bureau.bring("members", part_of(STAFF))
    assert left_out(bureau) == []  # As many as before: nobody is missing.
    bureau.bring("members", members_page(STAFF))
    bureau.bring("members", part_of(tuple(one for one in STAFF if one.address != BEN)))
    assert left_out(bureau) == [
        "R-6 “the pasted text” is not known to be the whole list, and has 3 rows where R-5 had all 4: whoever is "
        "missing from it may still have access and is in no verdict here."
    ]
    assert BEN not in [one["address"] for one in bureau.assistant.call("list_users").data["users"]]


def test_a_smaller_roster_that_is_whole_leaves_nobody_out(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("members", members_page([one for one in STAFF if one.address != BEN]))
    assert left_out(bureau) == []


def test_the_first_roster_leaves_out_nobody_that_anybody_knows_of(bureau: Bureau) -> None:
    bureau.bring("members", part_of(STAFF))
    bureau.bring("members", part_of(STAFF[:3]))
    assert left_out(bureau) == []
