"""A push that lets in or changes more people than is usual waits, whole, until a person lets exactly that pass."""

import pytest

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle_tools.passing import ask_beyond_ceiling
from axure_lifecycle_tools.wanting import settle_wanted
from tests.scim.wanting.house import CHECKOUT, MANY, Pushed, member

HIRED = [f"n{number:02}" for number in range(26)]
"""One more than a small organisation is let have in a day."""


@pytest.fixture
def small(pushed: Pushed) -> Pushed:
    """Three members, and twenty-six people whom the identity provider has assigned by one click."""
    pushed.members(member("pat"), member("ana"), member("bo"))
    for name in HIRED:
        pushed.create(name)
    return pushed


def test_a_mass_of_newcomers_is_held_back_whole_until_a_person_lets_exactly_them_in(small: Pushed) -> None:
    done = small.settle()
    assert (done.opened, done.changes_beyond_ceiling, done.beyond_ceiling) == ({}, 26, 0)
    assert "26 people let in or changed, of 3 members; 25 are usual" in done.held_back[0]
    reply = small.run()
    assert (reply.pushed_changes_beyond_ceiling, reply.exit_code, small.cases()) == (26, 10, [])
    question = ask_beyond_ceiling(small.desk(), reply)
    assert question is not None
    assert "26 people shall be let into Acme, come back, or have another role" in question.text
    small.create("one-more")
    small.firm.pass_by(minutes=15)
    others = small.run(let_pass=reply.pushed_beyond_digest)  # Nobody said yes to her.
    assert (others.pushed_changes_beyond_ceiling, small.cases()) == (27, [])
    let = small.run(let_pass=others.pushed_beyond_digest)
    assert (let.pushed_changes_beyond_ceiling, ask_beyond_ceiling(small.desk(), let)) == (0, None)
    assert sorted(case.subject for case in small.cases()) == sorted(
        f"{name}@acme.example" for name in (*HIRED, "one-more")
    )
    assert {case.operation for case in small.cases()} == {"onboard"}


def test_whoever_is_to_get_something_else_than_what_was_let_pass_is_not_let_pass(pushed: Pushed) -> None:
    pushed.members(*map(member, MANY))
    for name in MANY:
        pushed.create(name)
    pushed.settle()
    pushed.group(MANY[:26], CHECKOUT)
    shown = pushed.run() if pushed.settle().changes_beyond_ceiling else None
    assert shown is not None
    pushed.group(MANY[:26])  # the same people, and now as administrators too
    pushed.firm.pass_by(minutes=15)
    held = pushed.run(let_pass=shown.pushed_beyond_digest)
    assert (held.pushed_changes_beyond_ceiling, pushed.cases()) == (26, [])


def test_as_many_as_are_usual_are_let_in_and_those_of_the_last_day_count(small: Pushed) -> None:
    small.delete(HIRED[0])
    assert len(small.settle().opened) == 25
    small.create("one-more")
    assert small.settle().changes_beyond_ceiling == 1
    small.firm.pass_by(hours=24)
    assert list(small.settle().opened.values()) == ["onboard one-more@acme.example"]


def test_those_who_are_not_looked_at_this_time_count_beside_whoever_is(small: Pushed) -> None:
    small.firm.pass_by(minutes=8)
    small.create("one-more")
    assert small.settle(minutes=7).waits == {"ceiling": 26}
    small.firm.pass_by(minutes=8)
    done = settle_wanted(small.desk(), again=False)
    assert (done.opened, done.waits, done.changes_beyond_ceiling) == ({}, {"ceiling": 1}, 27)


def test_a_mass_of_changes_holds_back_neither_a_departure_nor_the_end_of_one(pushed: Pushed) -> None:
    pushed.members(*map(member, MANY))
    for name in MANY:
        pushed.create(name)
    pushed.settle()
    pushed.change(MANY[39], active=False)
    pushed.settle()
    assert [case.operation for case in pushed.cases()] == ["offboard"]
    pushed.group(MANY[:30])
    pushed.change(MANY[38], active=False)
    pushed.change(MANY[39], active=True)
    done = pushed.settle()
    assert (done.changes_beyond_ceiling, done.waits) == (30, {"ceiling": 30})
    assert list(done.opened.values()) == [f"offboard {MANY[38]}@acme.example"]
    assert pushed.cases(CaseState.OPEN)[0].subject == f"{MANY[38]}@acme.example"
    assert done.cancelled == ["C-1"]


def test_one_yes_is_for_all_that_was_shown_and_no_yes_lifts_a_brake(pushed: Pushed) -> None:
    pushed.members(*map(member, MANY))
    for name in MANY:
        pushed.create(name)
    pushed.settle()
    pushed.group(MANY[:26])
    for name in MANY[30:]:
        pushed.change(name, active=False)
    pushed.firm.pass_by(minutes=15)
    shown = pushed.run()
    assert (shown.pushed_changes_beyond_ceiling, shown.pushed_beyond_ceiling) == (26, 10)
    pushed.firm.pass_by(days=36)  # The roster is too old by now to name a leaver.
    let = pushed.run(let_pass=shown.pushed_beyond_digest)
    assert (let.pushed_changes_beyond_ceiling, let.pushed_beyond_ceiling) == (26, 0)
    assert pushed.cases() == []
