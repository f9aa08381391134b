"""How answers, reports and notices show what is wanted: apart from what is known, and what was said."""

from dataclasses import replace
from pathlib import Path

import pytest

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.reports import ReportFormat
from axure_lifecycle.ports import Page
from axure_lifecycle_tools.approving import ApproverInvolved, ask_about_approving
from axure_lifecycle_tools.building import report_of
from axure_lifecycle_tools.cases import get_case, list_cases
from axure_lifecycle_tools.discrepancies import find_discrepancies
from axure_lifecycle_tools.listing import list_users
from axure_lifecycle_tools.people import check_user
from axure_lifecycle_tools.sources import list_sources
from axure_lifecycle_tools.spec import MOST_BYTES, Desk
from axure_lifecycle_tools.wanted_waiting import list_waiting
from tests.conftest import Golden
from tests.passing.firm import open_firm
from tests.scim.wanting.house import CHECKOUT, Pushed, member, open_pushed

SIX = ("ana", "bo", "cy", "dee", "eve", "finn")


@pytest.fixture
def told(pushed: Pushed) -> Pushed:
    """Ana's offboarding is begun, of Bo something is aside, Cy waits for a brake and Dee for an address."""
    pushed.members(*map(member, SIX))
    for name in SIX[:3]:
        pushed.create(name)
    pushed.create("dee", user_name="Dee")
    pushed.create("gus")
    pushed.group(["bo"])
    pushed.settle()
    pushed.change("bo", aside="emails")
    pushed.change("ana", active=False)
    pushed.settle()
    pushed.begin("ana")
    pushed.firm.pass_by(days=36)
    pushed.change("cy", active=False)
    pushed.settle()
    return pushed


def small(pushed: Pushed) -> Desk:
    """A desk whose answers are as short as a model's."""
    return replace(pushed.desk(Channel.ASSISTANT), most_bytes=MOST_BYTES)


def test_answers_say_what_is_wanted_beside_what_is_known_and_claimed(told: Pushed, golden: Golden) -> None:
    desk = small(told)
    case = next(one.name for one in told.cases() if one.operation == "offboard")
    replies = {
        "check_user: Ana": check_user(desk, person="ana@acme.example"),
        "check_user: Bo": check_user(desk, person="bo@acme.example"),
        "check_user: Cy": check_user(desk, person="cy@acme.example"),
        "check_user: Gus": check_user(desk, person="gus@acme.example"),
        "list_users": list_users(desk),
        "find_discrepancies": find_discrepancies(desk),
        "list_sources": list_sources(desk),
        "scim waiting": list_waiting(desk),
    }
    assert all(reply.size() <= MOST_BYTES for reply in replies.values())
    texts = [f"== {name}\n{reply.text()}" for name, reply in replies.items()]
    wanted = get_case(desk, case=case).wanted
    golden("scim/wanted.txt", "\n\n".join([*texts, "== get_case: wanted", *wanted, ""]))


def test_whoever_was_deleted_there_is_still_shown_here_as_wanted_deleted(pushed: Pushed, golden: Golden) -> None:
    pushed.members(*map(member, SIX))
    pushed.create("ana")
    pushed.group(["ana"], CHECKOUT)
    pushed.settle()
    pushed.delete("ana")
    pushed.settle()
    assert pushed.idp("okta").get(f"/Users/{pushed.ids['ana']}").status == 404
    assert pushed.idp("okta").get('/Users?filter=userName eq "ana@acme.example"')["totalResults"] == 0
    desk = small(pushed)
    replies = {
        "check_user": check_user(desk, person="ana@acme.example"),
        "list_users": list_users(desk),
        "find_discrepancies": find_discrepancies(desk),
        "list_cases": list_cases(desk),
    }
    texts = [f"== {name}\n{reply.text()}" for name, reply in replies.items()]
    case = next(one.name for one in pushed.cases() if one.operation == "offboard")
    golden("scim/deleted.txt", "\n\n".join([*texts, "== get_case: wanted", *get_case(desk, case=case).wanted, ""]))


def test_a_list_of_cases_says_what_is_wanted_of_the_one_whom_each_is_about(told: Pushed) -> None:
    listed = {one.case: one.wanted for one in list_cases(small(told)).cases}
    about = {case.name: case.subject for case in told.cases()}
    assert {about[case]: wanted for case, wanted in listed.items()} == {
        "ana@acme.example": "off by okta",
        "bo@acme.example": "on by okta",
        "gus@acme.example": "on by okta",
    }


def test_of_an_earlier_moment_nothing_is_said_of_what_was_wanted(told: Pushed) -> None:
    desk = small(told)
    earlier = "2026-09-02"
    assert check_user(desk, person="ana@acme.example", as_of=earlier).wanted == []
    assert all(not one.wanted for one in list_users(desk, as_of=earlier).users)
    assert find_discrepancies(desk, as_of=earlier).wanted == []


def test_without_an_identity_provider_that_pushes_nothing_of_it_is_in_any_answer(tmp_path: Path) -> None:
    with open_firm(tmp_path) as firm:
        firm.write_staff([])
        pushed = Pushed(firm)
        pushed.members(member("ana"))
        desk = small(pushed)
        replies = (
            check_user(desk, person="ana@acme.example"),
            list_users(desk),
            find_discrepancies(desk),
            list_sources(desk),
            list_cases(desk),
        )
        assert not any(
            '"wanted"' in reply.model_dump_json() or "providers" in reply.model_dump_json() for reply in replies
        )
        assert all(part.part != "pushes" for part in pushed.run().parts)


SEATS = (
    "Subscription,Edition,Owner,Managers,Assigned to,Renewal date,Payment",
    "SUB-1,Team,kim@acme.example,kim@acme.example,ana@acme.example,2027-03-01,card",
    "SUB-2,Team,kim@acme.example,kim@acme.example,zoe@acme.example,2027-03-01,card",
)


@pytest.mark.parametrize("kind", ["access-review", "leavers", "cases", "seats"])
def test_reports_say_what_is_wanted(told: Pushed, golden: Golden, kind: str) -> None:
    if kind == "seats":
        told.change("ana", active=True)
        told.firm.write(told.firm.rosters / "seats.csv", SEATS)
        told.members(*(member(name, status="Deactivated" if name == "ana" else "Active") for name in SIX))
    desk = told.desk()
    with report_of(desk, kind, None) as report:
        written = desk.reports.keep(report, ReportFormat.MARKDOWN)
    assert written.path is not None
    golden(f"scim/{kind}.md", written.path.read_text("utf-8"))


def test_a_thousand_wishes_that_wait_fit_into_an_answer(pushed: Pushed) -> None:
    pushed.members(member("pat"))
    for number in range(60):
        pushed.create(
            f"somebody-{number}", user_name=f"Somebody whose name is no address and rather long, number {number}"
        )
    pushed.settle()
    found = find_discrepancies(small(pushed))
    assert found.size() <= MOST_BYTES
    assert "and 55 more wait" in found.wanted[-1]
    first = list_waiting(small(pushed))
    assert (first.in_all, first.size() <= MOST_BYTES) == (60, True)
    assert first.cursor is not None
    rest = list_waiting(small(pushed), cursor=first.cursor)
    assert rest.waiting[0].person != first.waiting[0].person


# -- people are told ---------------------------------------------------------------------------------------------------

APPROVALS = '[policy.approvals]\nreasons = ["reactivation"]\n'


def test_an_approval_that_policy_asks_for_is_asked_for_and_no_identity_provider_gives_it(tmp_path: Path) -> None:
    with open_pushed(tmp_path, more=APPROVALS) as pushed:
        pushed.members(member("ana", status="Deactivated"), member("bo"))
        pushed.create("ana")
        pushed.settle()
        (case,) = pushed.cases()
        assert (case.operation, case.lacks_approval) == ("reactivate", True)
        assert "okta" in case.involved
        desk = pushed.desk()
        as_okta = replace(desk, actor=replace(desk.actor, name="okta", channel=Channel.TERMINAL))
        with pytest.raises(ApproverInvolved):
            ask_about_approving(as_okta, case=case.name)


def test_what_is_erased_is_gone_from_what_waits(pushed: Pushed) -> None:
    pushed.members(member("ana", role="Super Admin"), member("bo"))
    pushed.create("ana")
    pushed.change("ana", active=False)
    pushed.settle()
    store = pushed.firm.workshop.store()
    assert pushed.waits("ana") == "plan_blocked"
    with store.writing(pushed.desk(Channel.TERMINAL).actor) as change:
        assert change.erase_person(["ana@acme.example"], pseudonym="erased-1", reason="asked for").wanted == 1
    with store.reading() as view:
        assert view.wanted_held(Page(10))[2] == 0
        assert view.scim_user("okta", pushed.ids["ana"]) is None  # What the identity provider gets from now on: 404.
    assert pushed.cases(CaseState.OPEN) == []
