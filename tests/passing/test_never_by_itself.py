"""What a pass leaves to people: everything where policy says so, and what only a yes at a terminal lets through."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from axure_lifecycle.domain.cases import CaseState
from tests.cli.processes import NO, YES, Ended, attend
from tests.notices.receivers import Receiver, receiving
from tests.passing.firm import Firm, open_firm
from tests.passing.test_pass import OPENS, PEOPLE, employees, members, places

QUIET = "reports = []\nweekly_reports = []\n"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who takes notices."""
    with receiving() as found:
        yield found


@pytest.mark.parametrize("policy", ["", 'open = "never"\n'])
def test_where_policy_opens_nothing_a_pass_opens_nothing_and_says_whom_it_leaves(
    policy: str, tmp_path: Path, receiver: Receiver
) -> None:
    settings = places(tmp_path, receiver).replace(OPENS, f"[policy.run]\n{policy}{QUIET}")
    with open_firm(tmp_path, settings) as firm:
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        for sent in (1, 0):  # a second pass says it again, and tells nobody again
            reply = firm.run()
            assert (reply.opened, reply.proposed, reply.beyond_ceiling) == ({}, 1, 0)
            assert (reply.leavers, reply.exit_code, reply.sent) == (1, 10, sent)
            (said,) = [part for part in reply.parts if part.part == "departures"]
            assert (said.outcome, said.said) == (
                "attention",
                ["1 departure without a case: find_discrepancies shows whom, plan_offboard plans each."],
            )
            assert "0 cases opened, 1 proposed" in reply.text()
            assert reply.text().endswith("\nA person should look.")
        assert firm.cases() == []
        assert not [kind for kind in firm.kinds() if kind.startswith("case.")]
        (told,) = receiver.taken
        assert told.json["text"] == "Acme, Axure access: 1 thing waits for pat@acme.example"
        assert "1 departure without a case" in told.body.decode()
        assert "ana" not in told.body.decode()


# -- beyond the ceiling ------------------------------------------------------------------------------------------------


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """A firm of today of whose ten four are gone, one more than is usual."""
    with open_firm(tmp_path, f"{OPENS}{QUIET}") as found:
        found.days.at = datetime.now(UTC) - timedelta(minutes=1)
        let_go(found, *PEOPLE[:4])
        found.write_members(members())
        yield found


def let_go(firm: Firm, *names: str) -> None:
    """The directory knows them as gone, and nobody else."""
    firm.write_staff(employees(**dict.fromkeys(names, "DEPROVISIONED")))


def answers(firm: Firm) -> list[str]:
    """What the trail keeps of questions, in its order."""
    with firm.workshop.store().reading() as view:
        return [str(record.payload) for record in view.trail(0) if record.kind == "question.answered"]


def made(ended: Ended) -> list[str]:
    """The last line of each pass on the screen."""
    return [line for line in ended.err.splitlines() if line in ("A person should look.", "A part of it failed.")]


def test_a_yes_at_a_terminal_opens_the_cases_of_those_who_were_held_back(firm: Firm) -> None:
    ended = attend("run", home=firm.home, says=[YES])
    assert ended.code == 10, ended
    assert "4 people of 10 members of Acme have left or leave today by the directories, and nobody has a case." in (
        " ".join(ended.err.split())
    )
    assert made(ended) == ["A person should look."] * 2
    assert "4 cases opened" in ended.err
    assert sorted(case.subject for case in firm.cases(CaseState.OPEN)) == [f"{n}@acme.example" for n in PEOPLE[:4]]
    (answer,) = answers(firm)
    assert "what is beyond the ceiling" in answer
    assert "terminal" in answer


def test_a_no_at_a_terminal_opens_nothing_and_stands_in_the_trail(firm: Firm) -> None:
    ended = attend("run", home=firm.home, says=[NO])
    assert (ended.code, made(ended)) == (10, ["A person should look."])
    assert firm.cases() == []
    (answer,) = answers(firm)
    assert "'no'" in answer or '"no"' in answer


def test_a_yes_counts_for_nobody_who_came_after_the_question(firm: Firm) -> None:
    def others_leave() -> str:
        firm.days.at = datetime.now(UTC) - timedelta(seconds=30)
        let_go(firm, *PEOPLE[4:8])
        return "yes"

    ended = attend("run", home=firm.home, says=[(YES[0], others_leave)])
    assert (ended.code, made(ended)) == (10, ["A person should look."] * 2)
    assert "Other people are held back now than those you were asked about" in ended.err
    assert firm.cases() == []
    assert len(answers(firm)) == 1
