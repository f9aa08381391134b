"""A firm in which everything is wanted, known and claimed at once, as its tools, commands and pages find it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.opening import open_case
from axure_lifecycle_tools.planning import plan_offboard
from axure_lifecycle_tools.reviewing import open_review
from axure_lifecycle_tools.spec import Answered, CouldNotAsk
from axure_lifecycle_tools.steps import ask_about_step, record_step
from tests.passing.firm import Employee, open_firm
from tests.scim.pushing import GROUP
from tests.scim.wanting.house import IDPS, Pushed, member

HELD = ("cy", "finn", "gil", "hal")
TEN = ("ana", "bo", "dee", "eve", "ida", "jo", *HELD)
OFF = "deactivate"
SEATS = (
    "Subscription,Edition,Owner,Managers,Assigned to,Renewal date,Payment",
    "SUB-1,Team,kim@acme.example,kim@acme.example,ana@acme.example,2099-03-01,card",
)


@dataclass(frozen=True)
class Scene:
    """The firm, and what it has by name."""

    pushed: Pushed
    case: str
    """Ana's offboarding, of which an assistant reported that the account is off."""
    against: str
    """Somebody's own offboarding of Ida, whom an identity provider wants on."""
    review: str


@contextmanager
def play(folder: Path) -> Generator[Scene]:
    """Three days until this moment: Ana is wanted off, Bo on as an admin, four are behind a brake, Dee has no address.

    Gus is wanted on and no member. Of Bo and of a group something is aside.
    """
    with open_firm(folder, IDPS) as firm:
        firm.days.at = datetime.now(UTC) - timedelta(days=3)
        firm.write_staff([Employee(f"k-{name}", f"{name}@acme.example", name) for name in (*TEN, "pat")])
        pushed = Pushed(firm)
        firm.write(firm.rosters / "seats.csv", SEATS)
        pushed.members(*map(member, TEN))
        for name in ("ana", "bo", "gus", "ida", *HELD):
            pushed.create(name)
        pushed.create("dee", user_name="Dee")
        pushed.group(["bo"])
        body = {"schemas": [GROUP], "displayName": "Design", "members": [{"value": "stranger"}]}
        assert pushed.idp("okta").post("/Groups", body).status == 201
        pushed.settle()
        pushed.change("bo", aside="emails")
        pushed.change("ana", active=False)
        pushed.settle()
        case = next(one for one in pushed.cases() if one.operation == "offboard")
        say_until_off(pushed, case.name, [step.step.key for step in case.steps])
        for name in HELD:
            pushed.change(name, active=False)
        pushed.settle()
        plan = plan_offboard(pushed.desk(), person="ida@acme.example")
        against = open_case(pushed.desk(), person=plan.subject, digest=plan.digest).case
        review = open_review(pushed.desk(), title="Q4").review
        assert review is not None
        firm.days.at = datetime.now(UTC)
        yield Scene(pushed, case.name, against, review)


def say_until_off(pushed: Pushed, case: str, steps: list[str]) -> None:
    """A person says that what comes first is done, and an assistant that the account is off."""
    for step in steps[: steps.index(OFF) + 1]:
        channel = Channel.ASSISTANT if step == OFF else Channel.TERMINAL
        given: dict[str, Any] = {"case": case, "step": step, "outcome": "done"}
        desk = pushed.desk(channel)
        question = ask_about_step(desk, **given)
        assert question is not None
        answer = CouldNotAsk(question) if step == OFF else Answered(True, "", question, channel)
        record_step(desk, **given, answer=answer)
