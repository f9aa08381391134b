"""What people found out on their own screens stands in every plan that asks about it; other screens say nothing."""

from functools import partial
from typing import Any

import pytest

from tests.conversations.party import ANA, BEN, OPERATOR, STAFF
from tests.conversations.test_sizes import walk
from tests.mcp.offices import Bureau
from tests.mcp.test_known_here import confirmed

NEWCOMERS = ["una@heron.example", "udo@heron.example"]
ON_A_ROSTER = {"roles.own", "members-table.columns", "anecdotes.email", "deactivate.ends-sessions", "deactivate.who"}
"""What plans ask only about somebody whom a roster lists."""


@pytest.mark.parametrize(
    ("fact", "tool", "arguments"),
    [
        ("deactivate.who", "plan_offboard", {"person": ANA}),
        ("deactivate.ends-sessions", "plan_offboard", {"person": ANA}),
        ("members-table.columns", "plan_offboard", {"person": ANA}),
        ("use-sso.enforced", "plan_operation", {"operation": "configure-saml"}),
        ("jit.works", "plan_operation", {"operation": "configure-saml"}),
        ("jit.works", "plan_onboard", {"people": NEWCOMERS}),
        ("add.existing-address", "plan_onboard", {"people": NEWCOMERS}),
        ("add.separator", "plan_onboard", {"people": NEWCOMERS}),
        ("publishing-trial.length", "plan_onboard", {"people": NEWCOMERS, "seat": True}),
        ("seat.cloud-for-business-assign", "plan_onboard", {"people": NEWCOMERS, "seat": True}),
        ("roles.own", "plan_role_change", {"person": OPERATOR, "role": "member"}),
        ("6sense.disable-frees-licence", "plan_offboard", {"person": ANA, "application": "6sense"}),
        ("6sense.export", "plan_offboard", {"person": ANA, "application": "6sense"}),
        ("anecdotes.email", "plan_offboard", {"person": BEN, "application": "anecdotes"}),
        ("anecdotes.export", "plan_offboard", {"person": ANA, "application": "anecdotes"}),
    ],
)
def test_what_was_found_out_stands_in_every_plan_that_asks_about_it(
    bureau: Bureau, fact: str, tool: str, arguments: dict[str, Any]
) -> None:
    if fact in ON_A_ROSTER:
        bureau.move_in(**dict.fromkeys(NEWCOMERS, "ACTIVE"))
    if fact == "members-table.columns":  # asked about where a list may be a part
        rows = [f"{one.name}\t{one.address}\t{one.role}\t{one.status}" for one in STAFF[:2]]
        bureau.bring("members", "\n".join(["Name\tEmail\tSystem Role\tStatus", *rows, ""]))
    confirmed(bureau, "record_fact", fact=fact, local_answer="so it is on our server")
    told = str(list(walk(partial(bureau.assistant.call, tool, **arguments))))
    assert f"about {fact}: “so it is on our server”" in told


def test_a_step_on_these_screens_leans_on_no_fact_about_others(bureau: Bureau) -> None:
    bureau.move_in()
    plan = bureau.assistant.call("plan_role_change", person=BEN, role="guest")
    steps = {step["key"]: step for step in plan.data["steps"]}
    step = steps["set-role"]
    assert "screens.new.role" in step["facts"]
    assert not [fact for fact in step["facts"] if fact.startswith(("screens.mid.", "screens.old.", "screens.2017."))]
    assert step["how_sure"] == "reported"
    for part in walk(partial(bureau.assistant.call, "plan_onboard", people=NEWCOMERS)):
        assert "screens.2017.add" not in str(part)
