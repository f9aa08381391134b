"""Where policy demands a stronger channel, a weaker word stays reported, and it is said why and where to go."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle_tools.approving import approve_case, ask_about_approving
from axure_lifecycle_tools.deactivations import ask_about_deactivation, record_deactivation
from axure_lifecycle_tools.showing import CaseReply
from axure_lifecycle_tools.spec import Answered
from axure_lifecycle_tools.steps import ask_about_step, record_step
from tests.conversations.invariants import check_truth
from tests.conversations.party import ANA, BEN, OPERATOR, SUPER, leaves_unticked, type_yes
from tests.mcp.teams import KIM, PAT, Team, open_team

LADDER: Final = ("client", "terminal", "console", "second_factor")
OF: Final = {
    Channel.CLIENT_PAGE: "client",
    Channel.CLIENT_FORM: "client",
    Channel.TERMINAL: "terminal",
    Channel.CONSOLE: "console",
    Channel.CONSOLE_SECOND_FACTOR: "second_factor",
}
"""The channels on which a person answers, and how strong each is."""
STEP: Final = {"case": "C-1", "step": "hand-over-workspaces"}


@pytest.fixture
def team(tmp_path: Path, portal: BlockingPortal, organization: Organization) -> Iterator[Team]:
    """Heron's team without a second person; Ana's case is open."""
    with open_team(tmp_path, portal, organization, reasons="reasons = []") as team:
        team.move_in()
        team.open("plan_offboard", person=ANA)
        yield team
        check_truth(team.office)


def say(
    team: Team,
    channel: Channel,
    *,
    outcome: Any = "done",
    note: str = "",
    step: str = STEP["step"],
    case: str = "C-1",
) -> CaseReply:
    """Pat says yes to the question about a step on a channel, some minutes later."""
    team.clock.pass_by(minutes=10)
    desk = team.desk(PAT, channel)
    arguments: dict[str, Any] = {"case": case, "step": step, "outcome": outcome, "note": note}
    question = ask_about_step(desk, **arguments)
    assert question is not None
    return record_step(desk, **arguments, answer=Answered(yes=True, note="", question=question, channel=channel))


def state(reply: CaseReply, step: str = STEP["step"]) -> str:
    """Where a step stands."""
    return next(one.state for one in reply.steps if one.key == step)


@pytest.mark.parametrize("demanded", LADDER)
def test_a_yes_confirms_on_each_channel_that_is_strong_enough_and_on_no_other(team: Team, demanded: str) -> None:
    team.configure(reasons="reasons = []", least=f'least = "{demanded}"')
    for channel, strength in OF.items():
        is_enough = LADDER.index(strength) >= LADDER.index(demanded)
        told = say(team, channel)
        assert state(told) == ("confirmed" if is_enough else "reported"), channel
        claim = team.office.last_payload("claim.made")
        assert (claim["by"]["channel"], claim["answer"]) == (channel.value, "answered")
        assert claim["assurance"] == ("confirmed" if is_enough else "reported")
        assert next(one for one in told.steps if one.key == STEP["step"]).channel == channel.value
        if not is_enough:
            assert f"because policy demands {demanded}, and it came by {channel.value}." in told.said[0]
            with team.office.writes():
                assert "the same was recorded before" in say(team, channel).said[0]
            continue
        assert state(say(team, channel, outcome="not_done")) == "to_do"


def test_a_form_says_where_the_word_counts_and_the_step_waits_for_it(team: Team) -> None:
    team.configure(reasons="reasons = []", approval='hand-over-workspaces = "second_factor"')
    told = team.says(PAT, "record_step", **STEP, outcome="done")
    assert told.states[STEP["step"]] == "reported"
    place = "on the console, with a second factor: C-1, hand-over-workspaces"
    assert told.data["said"][0].endswith(f"It settles nothing until the person confirms it {place}")
    assert told.data["next"] == f"The person confirms it {place}"
    assert "in the client's form" in told.text
    assert team.refused(PAT, "record_step", case="C-1", step="deactivate", outcome="done") == "step_waits"
    # Every other step takes what it took before.
    assert (
        team.says(PAT, "record_step", case="C-1", step="move-private-workspace", outcome="done").states[
            "move-private-workspace"
        ]
        == "confirmed"
    )
    assert state(say(team, Channel.CONSOLE_SECOND_FACTOR)) == "confirmed"


def test_a_skip_and_a_no_on_a_weaker_channel_settle_and_take_back_nothing(team: Team) -> None:
    team.configure(reasons="reasons = []", least='least = "console"')
    assert state(say(team, Channel.CLIENT_FORM, outcome="skipped", note="not needed")) == "skip_reported"
    assert state(say(team, Channel.CONSOLE, outcome="skipped", note="not needed")) == "skipped"
    told = say(team, Channel.TERMINAL, outcome="not_done")
    assert state(told) == "skipped"
    assert told.said == [
        "C-1, hand-over-workspaces: the no is kept, and takes nothing back, because policy demands console, and it "
        "came by terminal."
    ]
    assert state(say(team, Channel.CONSOLE, outcome="not_done")) == "to_do"
    with team.at(PAT).answered_by(leaves_unticked):
        told_by_form = team.at(PAT).call("record_step", **STEP, outcome="done")
    assert team.office.last_payload("claim.made")["assurance"] == "reported"
    assert told_by_form.states[STEP["step"]] == "to_do"


def test_a_deactivation_is_held_to_the_demand_of_its_step(team: Team) -> None:
    team.configure(reasons="reasons = []", approval='deactivate = "console"')
    told = team.says(PAT, "record_deactivation", person=ANA)
    assert told.states["deactivate"] == "reported"
    assert "policy demands console, and it came by client_form" in told.text
    desk = team.desk(PAT, Channel.CONSOLE)
    question = ask_about_deactivation(desk, person=ANA)
    assert question is not None
    answer = Answered(yes=True, note="", question=question, channel=Channel.CONSOLE)
    assert state(record_deactivation(desk, person=ANA, answer=answer), "deactivate") == "confirmed"


def test_a_step_that_a_joined_plan_brings_under_a_longer_key_is_held_to_the_same_demand(team: Team) -> None:
    team.configure(reasons="reasons = []", approval='transfer-ownership-by-card = "console"')
    team.open("plan_offboard", person=OPERATOR)
    told = team.open("plan_operation", operation="transfer-licences", people=[OPERATOR], successor=SUPER)
    longer = "transfer-licences-transfer-ownership-by-card"
    assert told.data["case"] == "C-2"
    assert {"transfer-ownership-by-card", longer} <= set(told.states)
    for key in ("transfer-ownership-by-card", longer):
        skip: dict[str, Any] = {"case": "C-2", "outcome": "skipped", "note": "in the other step", "step": key}
        assert state(say(team, Channel.TERMINAL, **skip), key) == "skip_reported"
        assert state(say(team, Channel.CONSOLE, **skip), key) == "skipped"


def test_an_approval_on_a_weaker_channel_is_kept_as_reported_and_does_not_count(team: Team) -> None:
    team.configure(approval='approval = "second_factor"', reasons='reasons = ["reactivation"]')
    told = team.open("plan_reactivation", person=BEN)
    assert told.data["next"].endswith("or on the console, with a second factor.")
    case = told.data["case"]
    with team.office.writes("approval.reported"):
        told = team.says(KIM, "approve_case", case=case)
    weak = "policy demands second_factor, and it came by client_form"
    assert f"It does not count: {weak}. Approve it on the console, with a second factor." in told.text
    assert told.data["approval"].endswith(f"does not count: {weak}")
    with team.office.writes():
        assert "the same was recorded before as A-1" in team.says(KIM, "approve_case", case=case).text
    assert team.refused(PAT, "record_step", case=case, step="assign-in-okta", outcome="done") == "approval_missing"
    for channel, counts in ((Channel.CONSOLE, False), (Channel.CONSOLE_SECOND_FACTOR, True)):
        desk = team.desk(KIM, channel)
        question = ask_about_approving(desk, case=case)
        assert question is not None
        answer = Answered(yes=True, note="", question=question, channel=channel)
        assert approve_case(desk, case=case, answer=answer).approval.startswith("given" if counts else "missing")


def test_a_terminal_that_is_too_weak_says_so_and_where_to_go(team: Team) -> None:
    team.configure(reasons="reasons = []", approval='hand-over-workspaces = "console"')
    screen = " ".join(type_yes(team.office.home, "confirm", "C-1", "hand-over-workspaces").split())
    assert "is only reported, because policy demands console, and it came by terminal." in screen
    assert "until you confirm it on the console: C-1, hand-over-workspaces" in screen
    assert team.at(PAT).call("get_case", case="C-1").states["hand-over-workspaces"] == "reported"
