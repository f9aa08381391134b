"""One person is told in an answer of the usual size, whatever the lists hold of them; what is left out is counted."""

from dataclasses import replace
from typing import Any, Final

import pytest

from axure_lifecycle_tools.people import check_user
from tests.conversations.party import (
    ANA,
    BEN,
    STAFF,
    Member,
    Seat,
    Told,
    directory_table,
    licence_list,
    members_page,
    says_yes,
    table,
)
from tests.mcp.offices import Bureau

LONG_NAME: Final = "Александра Константинопольская-Преображенская " + "щ" * 60
"""The calls below fail by themselves when an answer is too long."""


def look(bureau: Bureau, person: str) -> Told:
    """Look one person up, or a name."""
    return bureau.assistant.call("check_user", person=person)


def bring_namesakes(bureau: Bureau, count: int, host: str = "heron.example") -> None:
    """So many people with one long Cyrillic name."""
    people = [Member(f"{'a' * 50}{number:03}@{host}", f"{LONG_NAME}{number}") for number in range(count)]
    bureau.bring("members", members_page(people))


def test_candidates_with_long_names_are_cut_and_counted(bureau: Bureau) -> None:
    bring_namesakes(bureau, 40, f"{'b' * 60}.{'c' * 60}.example")
    told = look(bureau, "Александра")
    listed = len(told.data["candidates"])
    assert 0 < listed < 20
    assert told.data["candidates_in_all"] == 40
    assert "40 addresses may be meant:" in told.text
    assert f"… and {40 - listed} more" in told.text


def test_twenty_candidates_in_cyrillic_fit(bureau: Bureau) -> None:
    bring_namesakes(bureau, 20)
    told = look(bureau, "Александра")
    assert (told.data["candidates_in_all"], len(told.data["candidates"]) <= 20) == (20, True)


def test_a_few_candidates_are_all_listed(bureau: Bureau) -> None:
    bureau.bring("members", members_page(STAFF))
    told = look(bureau, "Ben")
    assert [one["address"] for one in told.data["candidates"]] == [BEN]
    assert "more" not in told.text.replace("once more", "")


WIDE: Final = "maximiliana.featherstonehaugh-cholmondeley@heron-international.example"


def bring_wide(bureau: Bureau) -> None:
    """Somebody with 200 Cyrillic subscriptions in each of three roles and 30 long aliases."""
    aliases = [f"alias{number:02}.{'z' * 50}@{'y' * 60}.heron-international.example" for number in range(30)]
    bureau.bring("members", members_page([Member(WIDE, "Максимилиана"), Member(BEN, "Ben")]))
    rows = [(WIDE, "ACTIVE", ";".join(aliases), "2026-12-04"), (BEN, "ACTIVE", "", "")]
    bureau.bring("directory", table(("email", "status", "aliases", "last day"), rows), complete=True)
    seats = [Seat(f"Подписка-на-продукт-отдела-{number:012}-ДИЗАЙН", WIDE, WIDE, WIDE) for number in range(200)]
    bureau.bring("seats", licence_list(seats), complete=True)


def test_two_hundred_subscriptions_and_thirty_aliases_fit_with_their_exact_counts(bureau: Bureau) -> None:
    bring_wide(bureau)
    told = look(bureau, WIDE)
    assert told.data["addresses_in_all"] == 31
    assert told.data["addresses"][0] == WIDE
    left = 31 - len(told.data["addresses"])
    assert left > 0
    assert f"{left} more address" in told.text
    for role in ("assigned user", "owner", "manager"):
        [said] = [one["says"] for one in told.data["statements"] if one["says"].startswith(f"{role} of")]
        assert said.startswith(f"{role} of 200 subscriptions: ")
        named = said.count("Подписка")
        assert f"and {200 - named} more (bought 200 by card)" in said
    assert [one["holding"] for one in told.data["statements"]] == [
        "membership",
        "seat",
        "seat",
        "seat",
        "directory_account",
        "public_account",
    ]


def test_addresses_as_long_as_they_may_be_in_four_byte_letters_fit(bureau: Bureau) -> None:
    asked = f"{'𐐨' * 120}@{'𐐨' * 60}.{'𐐨' * 60}.example"
    bureau.bring("members", members_page([Member(asked, "𐐨" * 200, role="𐐨" * 90)]))
    bureau.bring("directory", directory_table({asked: "𐐨" * 90}), complete=True)
    bureau.bring("seats", licence_list([Seat("𐐨" * 90, asked, asked, asked)]), complete=True)
    told = look(bureau, asked)
    assert told.data["asked"] == asked
    assert len(told.data["statements"]) == 6


def test_many_cases_on_one_person_are_cut_and_counted(bureau: Bureau) -> None:
    bureau.move_in()
    others: list[tuple[str, dict[str, Any]]] = [
        ("plan_operation", {"operation": operation, "people": [ANA], "successor": BEN})
        for operation in ("hand-over-workspaces", "hand-over-private-workspace")
    ]
    for tool, given in [("plan_offboard", {"person": ANA}), *others]:
        bureau.clock.pass_by(days=2)
        plan = bureau.assistant.call(tool, **given).data
        about = {"person": plan["subject"], "operation": plan["operation"], "options": plan["options"]}
        bureau.assistant.call("open_case", digest=plan["digest"], **about)
    told = look(bureau, ANA)
    in_all = bureau.assistant.call("list_cases", person=ANA).data["in_all"]
    assert in_all > 1
    assert (told.data["cases_in_all"], len(told.data["cases"])) == (in_all, in_all)
    short = check_user(replace(bureau.office.terminal(), most_bytes=1_500), person=ANA)
    assert short.cases_in_all == in_all
    assert len(short.cases) < in_all
    assert f"… and {in_all - len(short.cases)} more case" in short.text()


def test_the_cases_that_leaned_on_a_roster_that_is_taken_back_are_cut_and_counted(bureau: Bureau) -> None:
    many = [f"{'ж' * 90}.{number:02}@heron-international.example" for number in range(30)]
    page = [Member(one, "Somebody") for one in many]
    bureau.bring("members", members_page(page))
    bureau.bring("directory", directory_table(dict.fromkeys(many, "DEPROVISIONED")), complete=True)
    with bureau.assistant.answered_by(says_yes):
        for one in many:
            bureau.assistant.call("record_deactivation", person=one)
        bureau.bring("members", members_page([one._replace(status="Deactivated") for one in page]))
        told = bureau.assistant.call("retract_source", source="R-3", reason="the wrong page")
    listed = [line for line in told.data["cases"] if line.startswith("C-")]
    assert 0 < len(listed) < 20
    assert told.data["cases"][-1] == f"… and {30 - len(listed)} more; list_cases shows them."
    assert "30 cases leaned on it." in told.text


@pytest.mark.parametrize("person", [ANA, "Ana"])
def test_an_ordinary_answer_is_whole(bureau: Bureau, person: str) -> None:
    bureau.move_in()
    told = look(bureau, person).data
    assert told["addresses_in_all"] == len(told["addresses"])
    assert told["candidates_in_all"] == len(told["candidates"])
    assert told["cases_in_all"] == len(told["cases"])
