"""Campaigns of several people on one server: opened by an auditor, decided by those who know, closed with a record."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal

from axure_lifecycle.audit.keys import make_home_key
from axure_lifecycle.config import TOOLSETS
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.organization import Organization
from axure_lifecycle_tools.reviewing import close_review
from axure_lifecycle_tools.spec import CouldNotAsk, Question
from tests.conversations.party import (
    ANA,
    BEN,
    SEATS,
    STAFF,
    STANDINGS,
    SUPER,
    Member,
    directory_table,
    leaves_unticked,
    licence_list,
    members_page,
    says_yes,
    with_status,
)
from tests.mcp.teams import ADA, KIM, OLGA, PAT, Team, open_team

OTHERS: Final = tuple(Member(f"{name}@heron.example", name.title()) for name in ("max", "mona", "nia", "odo", "rui"))
EVERYBODY: Final = (*STAFF, *OTHERS)


@pytest.fixture(params=["sqlite", "postgres"])
def team(
    request: pytest.FixtureRequest, tmp_path: Path, portal: BlockingPortal, organization: Organization
) -> Iterator[Team]:
    """Heron's team with five people more; Ben is off, and Ana has left the company."""
    store = str(request.getfixturevalue("fresh_postgres")) if request.param == "postgres" else None
    with open_team(tmp_path, portal, organization, store, toolsets=f"toolsets = {json.dumps(TOOLSETS)}") as team:
        team.bring("members", members_page(with_status(EVERYBODY, BEN, "Deactivated")))
        team.bring("seats", licence_list(SEATS))
        team.bring("directory", directory_table(STANDINGS | {one.address: "ACTIVE" for one in OTHERS}))
        yield team


def records(team: Team, kind: str) -> list[dict[str, Any]]:
    """What the trail holds of a kind."""
    with team.office.workshop.store().reading() as view:
        return [json.loads(one.payload or "{}") for one in view.trail() if one.kind == kind]


def decide(team: Team, who: str, decision: str, *people: str, **more: Any) -> Any:
    """Somebody decides about people, and says yes."""
    return team.says(
        who, "record_review_decision", review="V-1", people=list(people), decision=decision, reason="HR-9", **more
    )


def refused(team: Team, who: str, decision: str, *people: str, **more: Any) -> str:
    """Why somebody who would say yes may not."""
    given: dict[str, Any] = {"review": "V-1", "people": list(people), "decision": decision, "reason": "HR-9", **more}
    return team.refused(who, "record_review_decision", **given)


def test_a_campaign_from_its_opening_to_its_signed_record(team: Team) -> None:
    opened = team.says(ADA, "open_review", title="Q4 2026", due_on="2026-12-31")
    here = sorted(one.address for one in EVERYBODY if one.address != BEN)
    assert (opened.data["people"], opened.data["undecided"]) == (8, 8)
    assert [one["email"] for one in opened.data["listed"]] == here, "Ben is off, and nobody is asked about him"
    listed = "".join(f"{address}\n" for address in here)
    assert opened.data["digest"] == sha256(b"axure-lifecycle/review-members/v1\n" + listed.encode()).hexdigest()
    assert team.says(ADA, "open_review", title="Q4 2026").data["said"] == [
        "V-1 was opened before over R-1; nothing changed."
    ]

    kept = decide(team, PAT, "keep", SUPER, *(one.address for one in OTHERS[:4]))
    assert (kept.data["kept"], kept.data["undecided"]) == (5, 3)
    removed = decide(team, OLGA, "remove", ANA)
    assert "Opened C-1" in removed.text
    changed = decide(team, OLGA, "change_role", OTHERS[4].address, role="Guest")
    assert "Opened C-2" in changed.text
    assert decide(team, OLGA, "change_role", OTHERS[4].address, role="guest").data["said"] == [
        "V-1: that was decided before; nothing changed."
    ]
    assert team.refused(ADA, "close_review", review="V-1") == "review_unfinished"
    decide(team, KIM, "keep", PAT)

    make_home_key(team.office.home)
    with team.at(ADA).answered_by(says_yes):
        closed = team.at(ADA).call("close_review", review="V-1")
    record = records(team, "review.closed")[-1]
    assert closed.data["state"] == "closed"
    assert closed.data["digest"] == record["decisions_digest"]
    assert (record["kept"], record["removed"], record["changed"], record["undecided"]) == (6, 1, 1, 0)
    assert record["by"]["name"] == ADA
    assert "The trail is signed up to record" in closed.data["said"][-1]
    with team.office.workshop.store().reading() as view:
        seq, _ = view.trail_head()
        closing = next(one.seq for one in view.trail() if one.kind == "review.closed")
        assert [one.seq for one in view.checkpoints(seq)] >= [closing], "the signature covers the closing"
        lines = [decided_line(one.address, one.decision) for one in view.reviewed(1)]
        assert view.verify_trail().holds
    assert (
        sha256(("axure-lifecycle/review-decisions/v1\n" + "".join(lines)).encode()).hexdigest() == closed.data["digest"]
    )
    assert refused(team, PAT, "keep", ANA) == "review_closed"


def test_a_decision_that_names_no_review_is_about_the_newest(team: Team) -> None:
    without = {"people": [ANA], "decision": "keep", "reason": "HR-9"}
    assert team.refused(PAT, "record_review_decision", **without) == "review_unknown"
    team.says(ADA, "open_review", title="Q3 2026")
    team.says(ADA, "close_review", review="V-1", unfinished_because="The owner left.")
    assert team.refused(PAT, "record_review_decision", **without) == "review_closed"
    team.says(ADA, "open_review", title="Q4 2026")
    assert team.says(PAT, "record_review_decision", **without).data["review"] == "V-2"


def decided_line(address: str, decision: Any) -> str:
    """A line of what the closing digests, written a second time."""
    fields = [address, decision.kind, decision.role or "", decision.id, decision.assurance.value]
    fields += [decision.decided_by.channel, decision.decided_by.name, decision.at.isoformat()]
    return "\t".join(map(str, [*fields, decision.question_digest, decision.case_id or ""])) + "\n"


def test_the_question_names_what_everybody_holds_and_how_that_is_known(team: Team) -> None:
    team.says(ADA, "open_review", title="Q4 2026")
    decide(team, PAT, "remove", ANA)
    question = records(team, "question.answered")[-1]["question"]

    assert question.startswith("V-1 “Q4 2026”: do you decide that the access of 1 person ends; a case to offboard each")
    assert f"- {ANA}: Member, active, verdict leaver (deprovisioned), 1 subscription (HR-1); by R-1 of " in question
    assert ", confirmed. Plan " in question
    assert records(team, "review.decided")[-1]["case_id"] == 1


def test_nobody_decides_about_themselves_an_outsider_or_without_a_person(team: Team) -> None:
    team.says(ADA, "open_review", title="Q4 2026")

    assert refused(team, PAT, "keep", ANA, PAT) == "reviewer_is_reviewed"
    assert refused(team, PAT, "keep", ANA, BEN) == "not_in_review"
    assert refused(team, PAT, "keep", "Ana") == "not_an_address"
    assert refused(team, PAT, "change_role", ANA) == "review_role"
    assert refused(team, PAT, "keep", ANA, role="guest") == "review_role"
    assert team.refused(PAT, "record_review_decision", review="V-9", people=[ANA], decision="keep", reason="x") == (
        "review_unknown"
    )
    mute = team.at(PAT, can_ask=False)
    asked = {"review": "V-1", "people": [ANA], "decision": "keep", "reason": "x"}
    assert mute.refused("record_review_decision", **asked) == "review_needs_person"
    with team.at(PAT).answered_by(leaves_unticked):
        told = team.at(PAT).call("record_review_decision", **asked)
    assert (told.data["undecided"], records(team, "review.decided")) == (8, [])
    assert records(team, "question.answered")[-1]["answer"] == "no"


def test_removals_beyond_the_policy_wait_for_a_second_person_and_beyond_the_limits_are_not_taken_at_once(
    team: Team,
) -> None:
    team.says(ADA, "open_review", title="Q4 2026")
    first, second, third, fourth = (one.address for one in OTHERS[:4])

    assert refused(team, PAT, "remove", first, second, third, fourth) == "too_many_removals"
    two = decide(team, PAT, "remove", first, second)
    assert "waits" not in two.text, "policy lets one person act on two"
    third_one = decide(team, OLGA, "remove", third)
    assert "Opened C-3 (waits for approval)" in third_one.text, "a campaign is one batch, however many calls it takes"
    assert team.at(OLGA).call("get_case", case="C-3").data["approval"].startswith("missing, and a second person must")
    assert team.refused(OLGA, "record_step", case="C-3", step="deactivate", outcome="done") == "approval_missing"


def test_a_changed_mind_counts_anew_and_says_which_case_still_stands(team: Team) -> None:
    team.says(ADA, "open_review", title="Q4 2026")
    decide(team, PAT, "remove", ANA)
    kept = decide(team, OLGA, "keep", ANA)

    assert "C-1 of the earlier decision stands still: cancel_case ends it." in kept.text
    assert (kept.data["kept"], kept.data["removed"]) == (1, 0)
    assert [one["decided"] for one in records(team, "review.decided")] == ["remove", "keep"]
    again = decide(team, PAT, "remove", ANA)
    assert "Opened" not in again.text
    assert records(team, "review.decided")[-1]["case_id"] == 1, "the case that stands is the one"


def test_where_a_stop_stands_the_decision_is_kept_and_no_case_is_opened(team: Team) -> None:
    team.says(ADA, "open_review", title="Q4 2026")
    told = decide(team, PAT, "remove", SUPER)

    assert f"No case was opened for {SUPER}: a stop stands there" in told.text
    assert "STOP: " in records(team, "question.answered")[-1]["question"]
    assert team.at(PAT).call("list_cases").data["in_all"] == 0
    assert told.data["removed"] == 1


def test_an_unfinished_review_is_closed_with_a_reason_and_by_a_person_alone(team: Team) -> None:
    team.says(ADA, "open_review", title="Q4 2026")
    desk = team.desk(ADA, Channel.CONSOLE)
    with pytest.raises(Exception, match="nothing was recorded"):
        close_review(desk, review="V-1", unfinished_because="two on leave", answer=CouldNotAsk(Question("?")))
    closed = team.says(ADA, "close_review", review="V-1", unfinished_because="two on leave")

    assert records(team, "review.closed")[-1]["unfinished_because"] == "two on leave"
    assert "no audit key" in closed.data["said"][-1]


def test_no_review_is_opened_over_a_roster_that_is_stale_shrunken_or_only_reported(team: Team) -> None:
    team.bring("members", members_page(EVERYBODY[:2]))
    assert team.refused(ADA, "open_review", title="Q4") == "review_needs_roster"
    team.bring("members", members_page(EVERYBODY))
    team.bring("members", members_page(EVERYBODY))
    team.clock.pass_by(days=40)
    assert team.refused(ADA, "open_review", title="Q4") == "review_needs_roster"


def test_an_access_report_tells_the_newest_decision_and_by_whom(team: Team) -> None:
    team.says(ADA, "open_review", title="Q4 2026")
    decide(team, PAT, "remove", ANA)
    told = team.says(ADA, "build_report", kind="access-review", format="json").data
    rows = {
        row["email"]: row
        for table in json.loads(Path(told["file"]).read_text("utf-8"))["tables"][:1]
        for section in table["sections"]
        for row in section["rows"]
    }

    assert rows[ANA]["reviewed"] == "V-1: remove"
    assert rows[ANA]["reviewed_by"].startswith(f"{PAT} in the client's form, confirmed, 2026-11-23: HR-9")
    assert rows[SUPER]["reviewed"] is None
