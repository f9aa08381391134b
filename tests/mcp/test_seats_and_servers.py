"""Seats, subscriptions, workspaces and the server's sign-in, through the real server: planned, opened, verified."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.organization import Deployment, Organization, Screens, SignIn
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.playbooks import load_playbook
from axure_lifecycle_tools.sight import Asked
from axure_lifecycle_tools.situations import situation
from axure_lifecycle_tools.standing import look_up
from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    SEATS,
    SUPER,
    Seat,
    Told,
    licence_list,
    table,
    unassigned,
)
from tests.mcp.offices import Bureau, open_bureau
from tests.playbooks.house import GOOD

# -- what a plan knows of free seats, and of whoever takes over -------------------------------------------------------


COUNTS_SEATS = GOOD.replace("leave_day =", "spare_seat =").replace('"ahead"', '"no"')


@pytest.fixture
def counting(tmp_path: Path) -> Playbook:
    """A playbook that asks for free seats."""
    file = tmp_path / "leave.toml"
    file.write_text(COUNTS_SEATS, "utf-8")
    return load_playbook(file)


def traits(
    bureau: Bureau, playbook: Playbook, *people: str, successor: str | None = None
) -> Mapping[str, frozenset[str]]:
    """What the sources answer for these people, and for the successor."""
    desk = bureau.office.terminal()
    asked = Asked(tuple(map(Address, people)), {"successor": successor} if successor else {})
    with desk.store.reading() as view:
        found = [look_up(view, desk, one, desk.now) for one in asked.people]
        other = look_up(view, desk, Address(successor), desk.now) if successor else None
        return situation(view, desk, playbook, asked, found, other).traits


FREE = Seat("HR-3", OPERATOR, OPERATOR, "")
TAKEN = Seat("HR-4", OPERATOR, OPERATOR, BEN)


@pytest.mark.parametrize(
    ("seats", "spare"),
    [
        ([TAKEN], {"no"}),
        ([TAKEN, FREE], {"yes", "too_few"}),
        ([TAKEN, FREE, FREE._replace(subscription="HR-5")], {"yes"}),
    ],
)
def test_free_seats_are_too_few_for_more_people_than_there_are(
    bureau: Bureau, counting: Playbook, seats: list[Seat], spare: set[str]
) -> None:
    bureau.move_in()
    bureau.bring("seats", licence_list(seats), complete=True)
    assert traits(bureau, counting, ANA, SUPER, BEN)["spare_seat"] == spare


def test_a_list_that_does_not_say_who_uses_a_seat_says_of_none_that_it_is_free_or_taken(
    bureau: Bureau, counting: Playbook
) -> None:
    assert traits(bureau, counting, ANA, successor=BEN)["spare_seat"] == {"no_roster"}
    assert traits(bureau, counting, ANA, successor=BEN)["successor_seat"] == {"no_roster"}
    bureau.bring("seats", table(("Subscription", "Owner"), [("HR-1", OPERATOR)]), complete=True)
    assert traits(bureau, counting, ANA, successor=BEN)["spare_seat"] == {"not_stated"}
    assert traits(bureau, counting, ANA, successor=BEN)["successor_seat"] == {"not_stated"}


def test_a_successor_stands_somewhere_too(bureau: Bureau, counting: Playbook) -> None:
    bureau.move_in()
    names = ("successor", "successor_is_the_person", "successor_directory", "successor_seat")

    def stands(successor: str) -> list[set[str]]:
        found = traits(bureau, counting, ANA, successor=successor)
        return [set(found[name]) for name in names]

    assert stands(BEN) == [{"active"}, {"no"}, {"active"}, {"yes"}]
    assert stands(SUPER) == [{"active"}, {"no"}, {"active"}, {"no"}]
    assert stands(ANA) == [{"active"}, {"yes"}, {"deprovisioned"}, {"yes"}]
    assert stands("nobody@heron.example") == [{"not_listed"}, {"no"}, {"never_known"}, {"no"}]
    assert not set(names) & set(traits(bureau, counting, ANA))
    bureau.bring("seats", licence_list(SEATS), complete=False)
    assert stands(SUPER)[3] == {"not_stated"}


# -- planned, opened, done, and shown by the next list ----------------------------------------------------------------


def plan(bureau: Bureau, operation: str, *people: str, **more: str) -> Told:
    """The plan of an operation."""
    return bureau.assistant.call("plan_operation", operation=operation, people=list(people), **more)


def about(plan: Told) -> dict[str, Any]:
    """What open_case takes from a plan's answer."""
    given = {name: plan.data[name] for name in ("operation", "digest", "options")}
    return given | {"person": plan.data["subject"]}


def opened(bureau: Bureau, operation: str, *people: str, **more: str) -> Told:
    """The case for such a plan."""
    bureau.clock.pass_by(minutes=10)
    return bureau.assistant.call("open_case", **about(plan(bureau, operation, *people, **more)))


def said(plan: Told, kind: str) -> str:
    """What a plan's answer says of one kind."""
    return " ".join(notice["said"] for notice in plan.data["notices"] if notice["kind"] == kind)


def test_two_seats_are_assigned_when_a_list_shows_both(bureau: Bureau) -> None:
    bureau.move_in()
    case = opened(bureau, "assign-seat", SUPER, OPERATOR)
    assert list(case.states) == ["buy-seats", "assign", "activate"]
    bureau.confirm_all(case)
    one = (*SEATS, Seat("HR-3", OPERATOR, OPERATOR, SUPER))
    bureau.bring("seats", licence_list(one), complete=True)
    assert bureau.states()["assign"] == "contradicted"
    bureau.bring("seats", licence_list([*one, Seat("HR-4", OPERATOR, OPERATOR, OPERATOR)]), complete=True)
    assert bureau.states() == {"buy-seats": "confirmed", "assign": "verified", "activate": "confirmed"}
    assert bureau.assistant.call("get_case", case="C-1").data["state"] == "verified"


def test_free_seats_are_named_and_nothing_is_bought_while_there_are_enough(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("seats", licence_list([*SEATS, FREE]), complete=True)
    enough = plan(bureau, "assign-seat", SUPER)
    assert [step["key"] for step in enough.data["steps"]] == ["assign", "activate"]
    assert "HR-3" in said(enough, "warning")
    too_few = plan(bureau, "assign-seat", SUPER, OPERATOR)
    assert too_few.data["steps"][0]["key"] == "buy-seats"
    assert "Free: HR-3. Needed: 2." in too_few.data["steps"][0]["instruction"]


def test_nobody_is_assigned_a_seat_who_has_one(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.clock.pass_by(minutes=10)
    nothing = plan(bureau, "assign-seat", BEN)
    assert nothing.data["steps_in_all"] == 0
    assert f"assigned to {BEN} already (1)" in said(nothing, "warning")
    with bureau.office.writes():
        assert bureau.assistant.refused("open_case", **about(nothing)) == "nothing_to_do"


def test_a_seat_passes_on_when_one_list_shows_both_halves(bureau: Bureau) -> None:
    bureau.move_in()
    case = bureau.confirm_all(opened(bureau, "transfer-seat", ANA, successor=SUPER))
    assert list(case.states) == ["unassign", "assign-to-successor", "activate"]
    bureau.bring("seats", licence_list(unassigned(SEATS, ANA)), complete=True)
    assert (bureau.states()["unassign"], bureau.states()["assign-to-successor"]) == ("verified", "contradicted")
    passed = [one._replace(assigned=SUPER) if one.assigned == ANA else one for one in SEATS]
    bureau.bring("seats", licence_list(passed), complete=True)
    assert bureau.states() == {"unassign": "verified", "assign-to-successor": "verified", "activate": "confirmed"}


def test_a_seat_that_is_still_there_contradicts_its_release(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.confirm_all(opened(bureau, "release-seat", BEN))
    bureau.bring("seats", licence_list(SEATS), complete=True)
    assert bureau.states() == {"release": "contradicted", "decide-what-becomes-of-it": "confirmed"}
    bureau.bring("seats", licence_list(unassigned(SEATS, BEN)), complete=True)
    assert bureau.states()["release"] == "verified"


def test_what_is_owned_and_managed_passes_on_when_a_list_names_another(bureau: Bureau) -> None:
    bureau.move_in()
    by_order = [SEATS[0], SEATS[1]._replace(bought_by="purchase order")]
    bureau.bring("seats", licence_list(by_order), complete=True)
    case = bureau.confirm_all(opened(bureau, "transfer-licences", OPERATOR, successor=SUPER))
    assert list(case.states) == [
        "agree-with-successor",
        "save-receipts",
        "transfer-ownership-by-card",
        "transfer-ownership-by-purchase-order",
        "add-successor-as-manager",
        "remove-from-managers",
    ]
    by_card_passed = [by_order[0]._replace(owner=SUPER, managers=SUPER), by_order[1]]
    bureau.bring("seats", licence_list(by_card_passed), complete=True)
    states = bureau.states()
    assert states["transfer-ownership-by-card"] == "verified"
    assert states["transfer-ownership-by-purchase-order"] == "contradicted"
    assert states["remove-from-managers"] == "contradicted"
    passed = [one._replace(owner=SUPER, managers=SUPER) for one in by_order]
    bureau.bring("seats", licence_list(passed), complete=True)
    states = bureau.states()
    assert {key for key, state in states.items() if state == "verified"} == {
        "transfer-ownership-by-card",
        "transfer-ownership-by-purchase-order",
        "remove-from-managers",
    }


def test_workspaces_need_a_successor_who_is_somebody_else(bureau: Bureau) -> None:
    bureau.move_in()
    about_nobody = {"operation": "hand-over-workspaces", "people": [ANA]}
    with bureau.office.writes():
        assert bureau.assistant.refused("plan_operation", **about_nobody) == "option_missing"
        oneself = plan(bureau, "hand-over-workspaces", ANA, successor=ANA)
        assert "one person by the sources" in said(oneself, "blocker")
        assert bureau.assistant.refused("open_case", **about(oneself)) == "plan_blocked"
    case = bureau.confirm_all(opened(bureau, "hand-over-workspaces", ANA, successor=BEN))
    assert case.data["state"] == "done"


def test_nobody_gets_a_seat_who_is_leaving_nor_leaves_who_gets_a_seat(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("seats", licence_list([FREE]), complete=True)
    opened(bureau, "assign-seat", ANA)
    leaving = bureau.assistant.call("plan_offboard", person=ANA)
    assert bureau.assistant.refused("open_case", **about(leaving)) == "case_contradicts"
    bureau.assistant.call("cancel_case", case="C-1", reason="she leaves")
    assert bureau.assistant.call("open_case", **about(leaving)).data["case"] == "C-2"
    getting = plan(bureau, "assign-seat", ANA)
    assert bureau.assistant.refused("open_case", **about(getting)) == "case_contradicts"


def test_saml_is_a_case_on_the_server(bureau: Bureau) -> None:
    bureau.move_in()
    case = opened(bureau, "configure-saml")
    assert case.data["subject"] == "heron.axure.cloud"
    assert list(case.states) == [
        "note-present-settings",
        "keep-emergency-account",
        "create-app-in-okta",
        "copy-from-okta",
        "assign-in-okta",
        "enter-settings",
        "use-sso-for-one",
        "try-sign-in",
        "try-emergency-account",
        "use-sso-for-others",
    ]
    shown = plan(bureau, "configure-saml")
    rest = plan(bureau, "configure-saml", cursor=shown.data["cursor"])
    assert "`https://heron.axure.cloud/identity/consume`" in shown.text + rest.text
    assert "use SSO on heron.axure.cloud" in said(shown, "warning")
    assert bureau.confirm_all(case).data["state"] == "done"


def test_ad_ldap_is_refused_for_a_private_instance(bureau: Bureau) -> None:
    bureau.move_in()
    refused = plan(bureau, "configure-ldap")
    assert refused.data["steps_in_all"] == 0
    assert "exists on-premises only" in said(refused, "blocker")
    with bureau.office.writes():
        assert bureau.assistant.refused("open_case", **about(refused)) == "plan_blocked"
        assert bureau.assistant.refused("plan_operation", operation="configure-ldap", people=[ANA]) == "people_wrong"


@pytest.fixture
def own_host(tmp_path: Path, portal: BlockingPortal, organization: Organization) -> Iterator[Callable[..., Bureau]]:
    """An on-premises server that people sign in to in a given way."""
    with ExitStack() as doors:

        def open_up(sign_in: SignIn) -> Bureau:
            """An office beside that server."""
            at_home = replace(organization, deployment=Deployment.ON_PREMISES, host="axure.heron.example")
            at_home = replace(at_home, sign_in=sign_in, screens=Screens.OLD)
            return doors.enter_context(open_bureau(tmp_path / sign_in.value, portal, at_home))

        yield open_up


def test_ad_ldap_and_saml_stand_in_each_others_way(own_host: Callable[..., Bureau]) -> None:
    for sign_in, operation in ((SignIn.SAML, "configure-ldap"), (SignIn.LDAP, "configure-saml")):
        bureau = own_host(sign_in)
        refused = plan(bureau, operation)
        assert refused.data["steps_in_all"] == 0
        assert "exclude each other" in said(refused, "blocker")
        assert bureau.assistant.refused("open_case", **about(refused)) == "plan_blocked"


def test_ad_ldap_is_a_case_on_a_server_of_ones_own(own_host: Callable[..., Bureau]) -> None:
    bureau = own_host(SignIn.PASSWORD)
    case = opened(bureau, "configure-ldap")
    assert case.data["subject"] == "axure.heron.example"
    assert next(iter(case.states)) == "secure-the-way"
    assert bureau.confirm_all(case).data["state"] == "done"
