"""Some weeks of a firm, day by day, beside an oracle that knows what really happened (`story.py`).

`python -m tests.passing.quarter` plays the whole quarter and tells its figures.
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.ports import CaseRecord
from axure_lifecycle_tools.building import report_of
from axure_lifecycle_tools.opening import open_planned
from axure_lifecycle_tools.people import check_user
from axure_lifecycle_tools.planning import make_plan
from axure_lifecycle_tools.sight import Asked
from tests.notices.receivers import Answer, Call, Drop, Receiver, receiving
from tests.passing.firm import Firm, open_firm
from tests.passing.story import (
    AGREED,
    AHEAD,
    BRAKED,
    DOWN_ALL_DAY,
    DOWN_IN_THE_MORNING,
    EARLY,
    FORGETFUL,
    MENDED,
    OUTAGE,
    OWNER,
    REHIRED,
    SUPER,
    Need,
    Story,
    Truth,
    date_of,
)

KEY: Final = "0123456789abcdef0123456789abcdef"
SETTINGS: Final = f"""
[policy.run]
open = "at_last_day"
owner = "{OWNER}"
reports = []
weekly_reports = []
[policy.approvals]
reasons = ["super_admin"]
[limits]
members_roster_days = 10
step_overdue_days = 3
"""
SECOND: Final = Actor("ada@acme.example", Channel.CONSOLE)
"""Whoever agrees."""


@dataclass
class Played:
    """What came of it."""

    opened: dict[str, int] = field(default_factory=dict[str, int])
    """Whom a pass opened a case for → on which day."""
    verified: dict[str, int] = field(default_factory=dict[str, int])
    contradicted: dict[str, int] = field(default_factory=dict[str, int])
    reminders: int = 0
    needs: Counter[str] = field(default_factory=Counter[str])
    """What owners were told of cases → how often."""
    slowest_pass: float = 0.0


@dataclass
class Office:
    """The firm, and whoever takes its messages: a machine that can read them, and a chat that people see."""

    story: Story
    firm: Firm
    machine: Receiver
    chat: Receiver
    truth: Truth
    played: Played = field(default_factory=Played)


class Heard(NamedTuple):
    """How much was told before."""

    machine: int
    chat: int
    chat_taken: int

    @classmethod
    def by(cls, office: Office) -> "Heard":
        """Until now."""
        return cls(len(office.machine.taken), len(office.chat.calls), len(office.chat.taken))


def play(folder: Path, story: Story) -> Played:
    """Live through it, and hold every day against the oracle."""
    with ExitStack() as stack:
        machine, chat = stack.enter_context(receiving()), stack.enter_context(receiving())
        for name, secret in (("url", machine.base), ("secret", KEY), ("chat", f"{chat.base}/hook")):
            (folder / name).write_text(secret, encoding="utf-8")
            (folder / name).chmod(0o600)
        places = f"""
[[notices]]
name = "desk"
kind = "webhook"
url = "file:{folder}/url"
secret = "file:{folder}/secret"
takes = ["digests"]
[[notices]]
name = "chat"
kind = "slack"
url = "file:{folder}/chat"
"""
        firm = stack.enter_context(open_firm(folder, SETTINGS + places))
        office = Office(story, firm, machine, chat, Truth(story))
        for day in range(story.days):
            _live(office, day)
        with firm.workshop.store().reading() as view:
            assert view.verify_trail().holds
        _hold_times(office)
    expected = {story.leaver(on): opens for on in story.leavers if (opens := story.opens_on(on)) is not None}
    assert office.played.opened == expected
    return office.played


def _hold_times(office: Office) -> None:
    """How long it took, as the oracle says, as it was lived through, and as the product's own report has it."""
    story, played, desk = office.story, office.played, office.firm.desk()
    shown = {story.leaver(on): day for on in story.leavers if (day := story.shown_off_on(on)) is not None}
    assert played.verified == shown
    with report_of(desk, "leavers", None) as report:
        told = {figure.key: figure.value for figure in report.figures}
    days = story.days_in_the_report()
    assert told["verified"] == str(len(days))
    assert told["to_verified_mean_days"] == f"{sum(days) / len(days):.1f}"


def _hold_joiners_and_movers(office: Office, day: int) -> None:
    """Whoever joined is a member like any other, the mover has the role that the page shows, and neither has a case."""
    story, desk = office.story, office.firm.desk()
    newest = max(on for on in range(day + 1) if story.has_roster(on))
    for on, number in story.joiners.items():
        if on <= day:
            joiner = check_user(desk, person=story.address(number))
            assert (joiner.verdict, joiner.cases) == ("active" if on + 3 <= newest else None, []), (day, on)
    mover = check_user(desk, person=story.address(7))
    says = next(one.says for one in mover.statements if one.holding == "membership")
    assert (f"role {story.role_of_the_mover(day)}," in says, mover.verdict, mover.cases) == (True, "active", []), says


def _live(office: Office, day: int) -> None:
    firm, truth, played = office.firm, office.truth, office.played
    if day in OUTAGE:
        firm.staff.unlink(missing_ok=True)
    else:
        firm.write_staff(truth.staff(day))
    if office.story.has_roster(day):
        firm.write_members(truth.members(day), f"members-{day}.csv")
    before = Heard.by(office)
    is_down = day in (DOWN_IN_THE_MORNING, DOWN_ALL_DAY)
    office.machine.always = Answer(503) if is_down else None
    office.chat.always = (Drop() if day == DOWN_ALL_DAY else Answer(503)) if is_down else None
    begun = time.monotonic()
    reply = firm.run()
    played.slowest_pass = max(played.slowest_pass, time.monotonic() - begun)
    for address in reply.opened.values():
        assert address not in played.opened, (day, address)
        played.opened[address] = day
    assert reply.members == office.story.on_the_page(day), day
    open_cases = firm.cases(CaseState.OPEN)
    if not is_down:
        _hold_messages(office, day, before)
    _note_states(firm, day, played)
    calls = len(office.machine.calls), len(office.chat.calls)
    if office.story.has_roster(day) and day not in BRAKED:
        _hold_joiners_and_movers(office, day)
    again = firm.run()  # once more, with nothing new
    assert (again.opened, again.queued) == ({}, 0), day
    assert is_down or (len(office.machine.calls), len(office.chat.calls)) == calls, day
    _work(office, open_cases, day)
    firm.pass_by(hours=12)
    if is_down:
        if day == DOWN_IN_THE_MORNING:
            office.machine.always = office.chat.always = None
        firm.run()
        _hold_messages(office, day, before)
    firm.pass_by(hours=12)


def _hold_messages(office: Office, day: int, before: Heard) -> None:
    """Everybody to whom something is due gets one message through each place, of exactly what is due to them."""
    story, taken = office.story, office.machine.taken[before.machine :]
    told: dict[str, Any] = {call.json["data"]["recipient"]: call.json["data"] for call in taken}
    assert len(told) == len(taken), (day, list(told))
    is_down = day == DOWN_ALL_DAY
    assert set(told) == (set[str]() if is_down else story.told(day)), (day, list(told))
    if OWNER in told:
        needs = _needs_of(office.firm, told[OWNER]["cases"])
        assert needs == story.needs(day), (day, needs, story.needs(day))
        assert told[OWNER]["in_all"] == len(needs), day
        office.played.needs.update(need.need for need in needs.values())
    assert {who for who, one in told.items() if one["held_back"]} == (story.told(day) - {OWNER}), day
    assert not is_down or story.needs(day), "a day on which nothing is due proves nothing"
    # People may have seen whatever the chat did not plainly refuse.
    seen = office.chat.calls[before.chat :] if is_down else office.chat.taken[before.chat_taken :]
    names = [_recipient(call) for call in seen]
    assert sorted(names) == sorted(story.told(day)), (day, names)
    words = "".join(call.body.decode() for call in [*taken, *seen])
    assert not [on for on in story.leavers if story.leaver(on) in words], day
    office.played.reminders += len(told)


def _needs_of(firm: Firm, cases: Sequence[Mapping[str, Any]]) -> Mapping[str, Need]:
    """Whom the cases of a message are about, which it does not say, and what it says of each."""
    with firm.workshop.store().reading() as view:
        return {
            view.case(int(one["case"].removeprefix("C-"))).subject: Need(one["need"], one["days_over"]) for one in cases
        }


def _recipient(call: Call) -> str:
    """For whom a message in the chat is: the last word of its headline."""
    return str(call.json["text"].rpartition(" ")[2])


def _note_states(firm: Firm, day: int, played: Played) -> None:
    for case in firm.cases():
        if case.operation != "offboard":
            continue
        states = {step.step.key: step.state for step in case.steps}
        if states["deactivate"] is StepState.VERIFIED:
            played.verified.setdefault(case.subject, day)
        if StepState.CONTRADICTED in states.values():
            played.contradicted.setdefault(case.subject, day)


def _work(office: Office, cases: list[CaseRecord], day: int) -> None:
    """The owner's day, as the story has it, and what others do."""
    story, firm, truth = office.story, office.firm, office.truth
    due = {story.leaver(on): on for on in story.leavers if story.worked_on(on) == day}
    for case in cases:
        on = due.get(case.subject)
        if on is not None:
            if on != FORGETFUL:
                truth.off[story.leavers[on]] = day
            firm.say_done(case)
    if day == AHEAD:
        _open(firm, "offboard", story.leaver(EARLY), last_day=date_of(EARLY))
    if day == AGREED:
        with firm.workshop.store().writing(SECOND) as change:
            (case,) = [one for one in cases if one.subject == story.leaver(SUPER)]
            change.approve_case(
                case, assurance=Assurance.CONFIRMED, question="All of it?", question_digest="e" * 64, note=""
            )
    if day == MENDED:
        truth.off[story.leavers[FORGETFUL]] = day
        firm.say_done(next(case for case in cases if case.subject == story.leaver(FORGETFUL)))
        back = _open(firm, "reactivate", story.leaver(REHIRED))
        truth.off.pop(story.leavers[REHIRED])
        firm.say_done(back)


def _open(firm: Firm, operation: str, person: str, **options: str) -> CaseRecord:
    desk = firm.desk(Channel.TERMINAL)
    with desk.store.writing(desk.actor) as change:
        asked = Asked((Address(person),), options)
        digest = make_plan(change, desk, operation, asked).plan.digest
        return open_planned(change, desk, operation, asked, digest, owner=OWNER, reason="by hand")[0]


def figures(story: Story, played: Played) -> dict[str, Any]:
    """What the weeks amount to."""
    leave = {story.address(number): on for on, number in story.leavers.items()}
    waits = [played.verified[who] - leave[who] for who in played.verified]
    return {
        "people": story.people,
        "days": story.days,
        "cases opened": len(played.opened),
        "verified": len(played.verified),
        "mean days to verified deprovisioning": round(sum(waits) / len(waits), 1),
        "messages": played.reminders,
        "told of cases": dict(sorted(played.needs.items())),
        "slowest pass, seconds": round(played.slowest_pass, 2),
    }


def main() -> None:
    story = Story(people=2000, days=90)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        played = play(Path(folder), story)
    for name, value in {**figures(story, played), "seconds": round(time.monotonic() - begun)}.items():
        sys.stdout.write(f"{name}: {value}\n")


if __name__ == "__main__":
    main()
