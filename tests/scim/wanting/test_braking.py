"""What a members roster that may be wrong settles for nobody, and what becomes of it once a better one comes."""

from dataclasses import replace

from axure_lifecycle.domain.scim import ScimSettings
from axure_lifecycle_tools.discrepancies import find_discrepancies
from axure_lifecycle_tools.passing import run_pass
from axure_lifecycle_tools.wanting import settle_wanted
from tests.passing.firm import Employee
from tests.scim.wanting.house import MANY, Pushed, member, push_many_away


def test_whom_a_shrunken_roster_leaves_out_waits_and_is_offboarded_once_a_whole_one_is_back(pushed: Pushed) -> None:
    push_many_away(pushed, 0)
    pushed.firm.pass_by(days=1)
    pushed.members(*map(member, MANY[:10]))
    pushed.change(MANY[20], active=False)
    done = pushed.settle()
    assert (done.quiet, done.waits, pushed.waits(MANY[20])) == (0, {"brake": 1}, "brake")
    (said,) = done.held_back
    assert "has 10 rows" in said
    pushed.firm.pass_by(hours=1)
    pushed.members(*map(member, MANY))
    assert (pushed.open_for(MANY[20]), pushed.waits(MANY[20])) == (["offboard"], None)


def test_whom_a_stale_roster_does_not_list_waits_until_a_fresh_one_says_so(pushed: Pushed) -> None:
    others = [member(name) for name in ("bo", "cy", "dee")]
    pushed.members(*others)
    pushed.firm.pass_by(days=36)
    pushed.create("ana", active=False)
    pushed.create("eve", active=False)
    assert pushed.settle().waits == {"brake": 2}
    pushes = next(part for part in pushed.run().parts if part.part == "pushes")
    assert (pushes.outcome, "more than 35 days old" in pushes.said[0]) == ("attention", True)
    pushed.firm.write_staff([Employee("k-pat", "pat@acme.example", "Pat")])
    pushed.members(member("ana"), *others)
    assert pushed.open_for("ana") == ["offboard"]
    assert (pushed.open_for("eve"), pushed.person("eve").unsettled_since) == ([], None)


def test_a_newcomer_who_is_not_wanted_any_more_under_a_brake_loses_the_case_and_is_still_in_doubt(
    pushed: Pushed,
) -> None:
    pushed.members(member("bo"), member("cy"), member("dee"))
    pushed.create("ana")
    pushed.settle()
    assert pushed.open_for("ana") == ["onboard"]
    pushed.firm.pass_by(days=36)
    pushed.change("ana", active=False)
    pushed.settle()
    assert (pushed.cases(), pushed.waits("ana")) == ([], "brake")


def test_a_brake_that_comes_while_offboardings_are_opened_holds_back_the_rest(pushed: Pushed) -> None:
    push_many_away(pushed, 30)
    pushed.firm.pass_by(minutes=15)
    began = pushed.firm.days.at

    def check() -> None:
        if len(pushed.cases()) == 20 and pushed.firm.days.at == began:
            pushed.firm.pass_by(minutes=1)
            pushed.firm.write_members([member(name) for name in MANY[:10]])
            run_pass(replace(pushed.desk(), scim=ScimSettings()), patience=0.0)

    digest = settle_wanted(pushed.desk()).beyond_digest
    done = settle_wanted(pushed.desk(), let_pass=digest, check=check)
    assert (len(done.opened), done.waits, done.beyond_ceiling) == (20, {"brake": 10}, 0)
    (said,) = done.held_back
    assert "has 10 rows" in said


def test_whoever_is_listed_only_after_they_were_switched_off_has_no_case_and_is_counted(pushed: Pushed) -> None:
    others = [member(name) for name in ("bo", "cy", "dee")]
    pushed.members(*others)
    pushed.create("ana", active=False)
    pushed.settle()
    pushed.firm.pass_by(days=1)
    pushed.members(member("ana"), *others)
    assert pushed.cases() == []
    assert "1 wanted off and still on" in find_discrepancies(pushed.desk()).wanted[0]
