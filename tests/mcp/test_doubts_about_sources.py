"""What an answer cannot know is said in it: parts of directories, old lists, and reads that nobody stands for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.domain.organization import Organization
from tests.conversations.party import (
    ANA,
    BEN,
    SEATS,
    STAFF,
    STANDINGS,
    Member,
    Told,
    directory_table,
    licence_list,
    members_page,
    says_yes,
    table,
)
from tests.mcp.offices import Bureau, open_bureau

KAI = "kai.brandt@freelance.example"
WITH_KAI = members_page([*STAFF, Member(KAI, "Kai Brandt")])


def compare(bureau: Bureau, **more: Any) -> Told:
    """The comparison now."""
    return bureau.assistant.call("find_discrepancies", **more)


def told_of_parts(bureau: Bureau) -> list[str]:
    """What is said of directories that may be parts."""
    return [one for one in compare(bureau).data["not_stated"] if "the whole directory" in one]


# -- a directory that may be a part -----------------------------------------------------------------------------------


def test_a_directory_that_may_be_a_part_is_named_beside_who_is_not_in_it(bureau: Bureau) -> None:
    bureau.bring("members", WITH_KAI)
    bureau.bring("directory", directory_table(STANDINGS))
    assert told_of_parts(bureau) == [
        "R-2 “the pasted text” is not known to be the whole directory: whoever it leaves out reads as not in directory "
        "although the directory may know them, and nobody counts as gone."
    ]
    told = bureau.assistant.call("check_user", person=KAI).data
    assert told["verdict"] == "not_in_directory"
    assert told["explanation"] == (
        "No complete read of a directory knew this address, and the read in force may be a part: bring the whole "
        "directory first, or find out who it is; never offboard it by itself."
    )


def test_of_a_whole_directory_it_is_said_that_no_complete_read_knew_the_address(bureau: Bureau) -> None:
    bureau.bring("members", WITH_KAI)
    bureau.bring("directory", directory_table(STANDINGS), complete=True)
    assert told_of_parts(bureau) == []
    assert bureau.assistant.call("check_user", person=KAI).data["explanation"] == (
        "No complete read of a directory knew this address: find out who it is, never offboard it by itself."
    )


def test_of_two_directories_the_one_that_may_be_a_part_is_named(bureau: Bureau) -> None:
    bureau.bring("members", WITH_KAI)
    bureau.bring("directory", directory_table(STANDINGS), complete=True, directory="okta")
    bureau.bring("directory", directory_table({BEN: "ACTIVE"}), directory="staff")
    [said] = told_of_parts(bureau)
    assert said.startswith("R-3 ")
    assert "may be a part" in bureau.assistant.call("check_user", person=KAI).data["explanation"]


# -- the licence list -------------------------------------------------------------------------------------------------


def of_licences(told: Told) -> list[str]:
    """What is said of the licence list's worth."""
    return [one for one in told.data["not_stated"] if "the licence list" in one]


def test_seats_name_the_licence_list_of_when_it_is_and_who_stands_for_it(bureau: Bureau) -> None:
    bureau.move_in()
    told = compare(bureau)
    assert told.data["licences"] == "R-2 “the pasted text” of 2026-11-23 09:20 CET, 10 minutes ago"
    assert f"Seats by {told.data['licences']}: 1 assigned to leaver." in told.text
    assert of_licences(told) == []
    assert compare(bureau, verdict="leaver").data["licences"] == told.data["licences"]


def test_a_licence_list_is_old_when_it_is_past_the_limit_of_rosters_and_not_on_it(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("seats", licence_list(SEATS), complete=True, taken_on="2026-10-20")
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("retract_source", source="R-2", reason="to leave the old one")
    bureau.clock.at = datetime(2026, 11, 23, 22, tzinfo=UTC)  # 35 times 24 hours after that day began in Amsterdam
    assert of_licences(compare(bureau)) == []
    bureau.clock.pass_by(seconds=1)
    assert of_licences(compare(bureau)) == [
        "R-4 “the pasted text”, the licence list, is of 2026-10-20, more than 35 days old: whose the seats are may "
        "have changed since."
    ]


def test_a_licence_list_that_nobody_stands_for_says_so(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.clock.pass_by(minutes=10)
    report(bureau, "seats", licence_list(SEATS[:1]))
    told = compare(bureau)
    assert told.data["licences"].endswith("just now, reported only")
    assert of_licences(told) == [
        "R-4 “the pasted text”, the licence list, is only reported: nobody stands for what is said of seats."
    ]


# -- a directory that an assistant brought ----------------------------------------------------------------------------


def report(bureau: Bureau, kind: str, text: str, **more: Any) -> Told:
    """Bring a roster with a client that can ask nobody."""
    bureau.clock.pass_by(minutes=10)
    about = {"kind": kind, "text": text, **({"directory": more["directory"]} if "directory" in more else {})}
    digest = bureau.mute.call("import_roster", **about).data["digest"]
    return bureau.mute.call("import_roster", kind=kind, digest=digest, **more)


ALL_ACTIVE = directory_table(dict.fromkeys(STANDINGS, "ACTIVE"))


def test_a_directory_that_an_assistant_brings_hides_no_leaver_and_waits(bureau: Bureau) -> None:
    bureau.move_in()
    told = report(bureau, "directory", ALL_ACTIVE)
    assert (
        "It is only reported, and a person stands for what is in force: it changes no verdict, and verifies and "
        "contradicts nothing until a person stands for it: `axure-lifecycle confirm R-4` at a terminal."
    ) in told.data["said"]
    assert bureau.assistant.call("check_user", person=ANA).data["verdict"] == "leaver"
    found = compare(bureau)
    assert (found.data["counts"]["leaver"], found.data["directories"][0][:4]) == (1, "R-3 ")
    assert found.data["cautions"] == [
        "R-4 “the pasted text”, a read of the directory “directory”, waits to be confirmed: an assistant brought it, "
        "so R-3 stays in force until a person stands for it: `axure-lifecycle confirm R-4` at a terminal."
    ]
    assert f"Mind: {found.data['cautions'][0]}" in found.text
    lines = {one["id"]: one for one in bureau.assistant.call("list_sources").data["sources"]}
    assert (lines["R-3"]["in_force"], lines["R-4"]["in_force"]) == (True, False)
    assert "waits to be confirmed" in lines["R-4"]["said"]


def test_the_same_report_again_adds_no_second_one_that_waits(bureau: Bureau) -> None:
    bureau.move_in()
    first = report(bureau, "directory", ALL_ACTIVE)
    with bureau.office.writes():
        told = bureau.mute.call("import_roster", kind="directory", digest=first.data["digest"])
    assert (told.data["stage"], told.data["source"]) == ("unchanged", "R-4")


def test_a_name_that_an_assistant_made_up_waits_beside_the_directory_that_a_person_brought(bureau: Bureau) -> None:
    bureau.move_in()
    report(bureau, "directory", ALL_ACTIVE, directory="elsewhere")
    [caution] = compare(bureau).data["cautions"]
    assert "a read of the directory “elsewhere”, waits to be confirmed" in caution
    assert "so the other directory stays in force" in caution
    assert not bureau.assistant.call("list_sources").data["sources"][0]["in_force"]


# -- brakes -----------------------------------------------------------------------------------------------------------


def test_a_members_roster_past_its_limit_names_no_leaver_and_says_why(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.clock.at = datetime(2026, 12, 28, 8, 10, tzinfo=UTC)  # 35 days after the members page was brought.
    bureau.bring("directory", directory_table(STANDINGS), complete=True)
    told = compare(bureau)
    assert told.data["withheld_because"] == [
        "No leaver is named: the newest members roster (R-1) is of 2026-11-23, more than 35 days old. Import a fresh "
        "one."
    ]
    assert (told.data["counts"]["leaver"], told.data["counts"]["withheld"]) == (0, 1)
    assert f"! {told.data['withheld_because'][0]}" in told.text
    assert "ana.costa@heron.example: withheld (deprovisioned)" in told.text


# -- more leavers than may be acted on at once ------------------------------------------------------------------------


def bring_many(bureau: Bureau, leavers: int) -> Told:
    """Forty members, so many of whom have left; what the comparison says."""
    people = [f"p{number:02}@heron.example" for number in range(40)]
    bureau.bring("members", members_page([Member(one, one[:3]) for one in people]))
    standings = {one: "DEPROVISIONED" if number < leavers else "ACTIVE" for number, one in enumerate(people)}
    bureau.bring("directory", directory_table(standings), complete=True)
    return compare(bureau)


def test_as_many_leavers_as_may_be_acted_on_are_listed_without_a_word(bureau: Bureau) -> None:
    told = bring_many(bureau, 4)
    assert (told.data["counts"]["leaver"], told.data["cautions"]) == (4, [])


def test_one_leaver_more_is_listed_and_said_to_be_held_back_for_acting_in_bulk(bureau: Bureau) -> None:
    told = bring_many(bureau, 5)
    assert len(told.data["items"]) == 5
    assert told.data["cautions"] == [
        "5 leavers of 40 members are more than the 4 that are usual: nothing is done to several at once here, so each "
        "is planned and opened for itself. So many at once may also come of a directory read that is a part, or of "
        "another organisation: look at the sources first."
    ]
    assert compare(bureau, verdict="leaver").data["cautions"] == told.data["cautions"]


# -- days in the west -------------------------------------------------------------------------------------------------


@pytest.fixture
def western(tmp_path: Path, portal: BlockingPortal, organization: Organization) -> Iterator[Bureau]:
    """Heron's office in Los Angeles, where Ana's last day is the 4th of December."""
    west = replace(organization, time_zone=ZoneInfo("America/Los_Angeles"))
    with open_bureau(tmp_path, portal, west) as bureau:
        bureau.bring("members", members_page(STAFF))
        days = table(("email", "status", "last day"), [(ANA, "ACTIVE", "2026-12-04"), (BEN, "ACTIVE", "")])
        bureau.bring("directory", days, complete=True)
        yield bureau


def test_a_last_day_in_the_west_is_the_day_that_the_directory_announced(western: Bureau) -> None:
    [item] = compare(western, verdict="leaving").data["items"]
    assert (item["email"], item["leave_date"]) == (ANA, "2026-12-04")
    told = western.assistant.call("check_user", person=ANA)
    assert "active (ACTIVE), last day 2026-12-04 [" in told.text
    plan = western.assistant.call("plan_offboard", person=ANA)
    assert any("is 2026-12-04, which lies ahead" in one["said"] for one in plan.data["notices"])


def test_a_case_of_an_evening_in_the_west_is_wanted_since_that_day(western: Bureau) -> None:
    western.clock.at = western.clock.at.replace(day=25, hour=2)  # 18:00 of the 24th
    western.open_case(ANA)
    assert "wanted since 2026-11-24," in western.assistant.call("check_user", person=ANA).text
