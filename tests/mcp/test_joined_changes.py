"""Several changes for one person on one day are one case; what contradicts is refused; what was given stays given."""

from typing import Any

from tests.conversations.invariants import check_truth
from tests.conversations.party import (
    ANA,
    BEN,
    OPERATOR,
    STAFF,
    SUPER,
    Member,
    Seat,
    Told,
    licence_list,
    members_page,
    says_yes,
    with_status,
)
from tests.mcp.offices import Bureau

ZOE, YAN = "zoe.lind@heron.example", "yan.roy@heron.example"
FREE = (Seat("HR-1", OPERATOR, OPERATOR, ""), Seat("HR-2", OPERATOR, OPERATOR, ""))


def begin(bureau: Bureau, tool: str, **arguments: Any) -> Told:
    """Plan something and open its case by what the answer gave."""
    bureau.clock.pass_by(minutes=10)
    plan = bureau.assistant.call(tool, **arguments).data
    opening = {key: plan[key] for key in ("operation", "digest", "options")}
    return bureau.assistant.call("open_case", person=plan["subject"], **opening)


def refuse(bureau: Bureau, tool: str, **arguments: Any) -> str:
    """Plan something whose case is refused, and nothing is written; the code."""
    plan = bureau.assistant.call(tool, **arguments).data
    opening = {key: plan[key] for key in ("operation", "digest", "options")}
    with bureau.office.writes():
        return bureau.assistant.refused("open_case", person=plan["subject"], **opening)


def move_in(bureau: Bureau) -> None:
    """Everybody is active, and both seats are free."""
    bureau.move_in(**{ANA: "ACTIVE"})
    bureau.bring("seats", licence_list(FREE), complete=True)


def test_a_role_and_a_seat_for_one_person_on_one_day_are_one_case(bureau: Bureau) -> None:
    move_in(bureau)
    first = begin(bureau, "plan_role_change", person=BEN, role="admin")
    second = begin(bureau, "plan_operation", operation="assign-seat", people=[BEN])
    assert (first.data["case"], second.data["case"]) == ("C-1", "C-1")
    assert second.data["operation"] == "change-role and assign-seat"
    assert set(first.states) < set(second.states)
    assert second.text.startswith("Joined to C-1")
    assert "case.joined" in bureau.office.kinds()
    bureau.confirm_all(second)
    bureau.bring("members", members_page(tuple(m._replace(role="Admin") if m.address == BEN else m for m in STAFF)))
    bureau.bring("seats", licence_list((FREE[0], Seat("HR-2", OPERATOR, OPERATOR, BEN))), complete=True)
    assert bureau.assistant.call("get_case", case="C-1").data["state"] == "verified"
    check_truth(bureau.office)


def test_opening_a_joined_plan_again_changes_nothing(bureau: Bureau) -> None:
    move_in(bureau)
    begin(bureau, "plan_role_change", person=BEN, role="admin")
    plan = bureau.assistant.call("plan_operation", operation="assign-seat", people=[BEN]).data
    opening = {"person": plan["subject"], **{key: plan[key] for key in ("operation", "digest", "options")}}
    bureau.assistant.call("open_case", **opening)
    with bureau.office.writes():
        assert "nothing changed" in bureau.assistant.call("open_case", **opening).text


def test_a_change_on_the_next_day_but_one_is_a_case_of_its_own(bureau: Bureau) -> None:
    move_in(bureau)
    begin(bureau, "plan_role_change", person=BEN, role="admin")
    bureau.clock.pass_by(hours=25)
    assert begin(bureau, "plan_operation", operation="assign-seat", people=[BEN]).data["case"] == "C-2"


def test_changes_for_two_people_are_two_cases(bureau: Bureau) -> None:
    move_in(bureau)
    begin(bureau, "plan_role_change", person=BEN, role="admin")
    assert begin(bureau, "plan_operation", operation="assign-seat", people=[OPERATOR]).data["case"] == "C-2"


def test_nobody_is_let_in_and_out_at_once(bureau: Bureau) -> None:
    move_in(bureau)
    begin(bureau, "plan_offboard", person=BEN)
    assert refuse(bureau, "plan_role_change", person=BEN, role="admin") == "case_contradicts"
    assert refuse(bureau, "plan_operation", operation="assign-seat", people=[BEN]) == "case_contradicts"
    begin(bureau, "plan_operation", operation="assign-seat", people=[ANA])
    assert refuse(bureau, "plan_offboard", person=ANA) == "case_contradicts"


def test_a_batch_is_one_case_that_each_of_them_leads_to(bureau: Bureau) -> None:
    move_in(bureau)
    case = begin(bureau, "plan_onboard", people=[ZOE, YAN])
    for person in (ZOE, YAN):
        found = bureau.assistant.call("list_cases", person=person).data["cases"]
        assert [one["case"] for one in found] == ["C-1"]
        assert refuse(bureau, "plan_onboard", people=[person]) == "case_open_already"
    bureau.confirm_all(case)
    half = (*STAFF, Member(ZOE, "Zoe Lind"))
    bureau.bring("members", members_page(half))
    assert bureau.assistant.call("get_case", case="C-1").data["state"] == "open"
    bureau.bring("members", members_page((*half, Member(YAN, "Yan Roy"))))
    assert "verified" in bureau.states().values()
    assert "contradicted" not in bureau.states().values()


def test_an_onboarding_of_last_month_is_not_opened_again_by_a_later_departure(bureau: Bureau) -> None:
    move_in(bureau)
    bureau.confirm_all(begin(bureau, "plan_onboard", people=[ZOE]))
    joined = (*STAFF, Member(ZOE, "Zoe Lind"))
    bureau.bring("members", members_page(joined))
    assert bureau.assistant.call("get_case", case="C-1").data["state"] == "verified"
    bureau.bring("members", members_page(with_status(joined, ZOE, "Deactivated")))
    assert bureau.assistant.call("get_case", case="C-1").data["state"] == "verified"


def test_an_offboarding_opens_again_when_the_account_comes_back_unless_somebody_let_them_in(bureau: Bureau) -> None:
    move_in(bureau)
    begin(bureau, "plan_offboard", person=BEN)
    with bureau.assistant.answered_by(says_yes):
        bureau.assistant.call("record_deactivation", person=BEN)
    bureau.bring("members", members_page(with_status(STAFF, BEN, "Deactivated")))
    assert bureau.states()["deactivate"] == "verified"
    bureau.bring("members", members_page(STAFF))
    assert bureau.states()["deactivate"] == "contradicted"


def test_a_step_that_stands_in_the_case_already_is_not_doubled(bureau: Bureau) -> None:
    move_in(bureau)
    first = begin(bureau, "plan_operation", operation="remove-integrations", people=[SUPER])
    second = begin(bureau, "plan_operation", operation="state-public-account", people=[SUPER])
    assert second.data["case"] == first.data["case"]
    assert len(second.states) == len(set(second.states)) >= len(first.states)
