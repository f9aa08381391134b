"""A list that may be a part, or has no such column, takes nothing away from anybody: what it leaves out is unknown."""

from tests.conversations.party import ANA, OPERATOR, SEATS, STAFF, members_page, table
from tests.mcp.offices import Bureau

OTHERS = tuple(one for one in STAFF if one.address != ANA)


def says(bureau: Bureau, holding: str, person: str = ANA) -> list[str]:
    """What is said of one kind of record."""
    told = bureau.assistant.call("check_user", person=person).data["statements"]
    return [one["says"] for one in told if one["holding"] == holding]


def without_count(page: str) -> str:
    """The page without the line that counts it: then nobody knows whether it is whole."""
    return "\n".join(line for line in page.splitlines() if not line.endswith(" members"))


def test_somebody_missing_from_a_part_is_told_by_the_last_whole_list(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("members", without_count(members_page(OTHERS)))
    newest, earlier = says(bureau, "membership")
    assert newest == "unknown: not in this list, which may be a part"
    assert earlier.startswith("by R-1, the last whole list: active, role Member")
    plan = bureau.assistant.call("plan_offboard", person=ANA)
    assert any("Deactivate" in line for line in plan.data["outline"])


def test_somebody_missing_from_a_whole_list_is_not_listed(bureau: Bureau) -> None:
    bureau.move_in()
    bureau.bring("members", members_page(OTHERS))
    assert says(bureau, "membership") == ["not listed"]


def test_a_licence_list_without_assigned_users_does_not_say_that_there_is_no_seat(bureau: Bureau) -> None:
    bureau.move_in()
    rows = [(one.subscription, "Team", OPERATOR, OPERATOR) for one in SEATS]
    bureau.bring("seats", table(("Subscription", "Edition", "Owner", "Managers"), rows), complete=True)
    assert says(bureau, "seat") == [
        "not stated: this list does not say who the assigned users are, and names the person nowhere else"
    ]
    plan = bureau.assistant.call("plan_offboard", person=ANA)
    assert any("License Portal" in line for line in plan.data["outline"])


def test_a_licence_list_that_may_be_a_part_does_not_say_that_there_is_no_seat(bureau: Bureau) -> None:
    bureau.move_in()
    header = ("Subscription", "Edition", "Owner", "Managers", "Assigned user")
    bureau.bring("seats", table(header, [("HR-2", "Team", OPERATOR, OPERATOR, "")]))
    assert says(bureau, "seat") == ["unknown: not in this list, which may be a part"]
