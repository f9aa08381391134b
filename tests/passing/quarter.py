"""Some weeks of a firm, day by day, beside an oracle that knows what really happened and was written by hand.

Everything that happens is in `Story`; what must follow from it is worked out here a second time, from the story alone
and without a line of the product. `python -m tests.passing.quarter` plays the whole quarter and tells its figures.
"""

import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.ports import CaseRecord
from axure_lifecycle_tools.opening import open_planned
from axure_lifecycle_tools.planning import make_plan
from axure_lifecycle_tools.sight import Asked
from tests.notices.receivers import Receiver, receiving
from tests.passing.firm import START, Employee, Firm, Member, open_firm

OWNER: Final = "kim@acme.example"
KEY: Final = "0123456789abcdef0123456789abcdef"
SETTINGS: Final = f"""
[policy.run]
open = "at_last_day"
owner = "{OWNER}"
reports = []
weekly_reports = []
[limits]
members_roster_days = 10
"""
OUTAGE: Final = range(10, 13)
"""The days on which the directory is away."""
SKIPPED: Final = 14
"""The roster that nobody brings; from day 18 on the one of day 7 is too old."""
SHRUNKEN: Final = 24
"""The day on which somebody brings a part of the page."""
BRAKED: Final = frozenset({18, 19, 20, *range(SHRUNKEN, 28)})
"""By hand: the days on which a brake is on when the pass has read everything."""
FORGETFUL: Final = 2
"""The day on which somebody leaves whom the admin only claims to have deactivated."""
REHIRED: Final = 1
"""The day on which somebody leaves who comes back on day 9."""


@dataclass(frozen=True)
class Story:
    """What happens; days count from 0."""

    people: int
    days: int

    def address(self, number: int) -> str:
        """Of the n-th employee."""
        return f"p{number:05}@acme.example"

    @property
    def leavers(self) -> Mapping[int, int]:
        """Day → who leaves on it: one on every working day."""
        return {day: 10 + day for day in range(1, self.days - 1) if day % 7 < 5}

    def is_announced(self, day: int) -> bool:
        """Whether whoever leaves on a day has a date in the directory before: every second one."""
        return day % 2 == 0

    @property
    def joiners(self) -> Mapping[int, int]:
        """Day → who joins: somebody every fourth day, numbered from the end."""
        return {day: self.people + day for day in range(4, self.days, 4)}

    def has_roster(self, day: int) -> bool:
        """Whether somebody brings the members page on a day: every week but one, and a part of it once."""
        return (day % 7 == 0 and day != SKIPPED) or day == SHRUNKEN

    # -- the oracle ---------------------------------------------------------------------------------------------------

    def opens_on(self, day: int) -> int | None:
        """On which day a case must open for whoever leaves on a day; None for none within these weeks."""
        known = day
        if not self.is_announced(day):
            while known in OUTAGE:
                known += 1
        while known in BRAKED:
            known += 1
        return known if known < self.days else None


@dataclass
class Truth:
    """How it is in Axure and in the directory, which no test of the product's may look at."""

    story: Story
    off: dict[int, int] = field(default_factory=dict[int, int])
    """Who is really deactivated → since which day."""

    def staff(self, day: int) -> list[Employee]:
        """The directory's table on a day."""
        story, rows = self.story, list[Employee]()
        leave = {number: on for on, number in story.leavers.items()}
        joined = {number for on, number in story.joiners.items() if on <= day}
        for number in [*range(story.people), *sorted(joined)]:
            on = leave.get(number)
            is_back = on == REHIRED and day >= 9
            status, until = "ACTIVE", ""
            if on is not None and not is_back:
                if story.is_announced(on):
                    until = _date(on) if day >= on - 5 else ""
                elif day >= on:
                    status = "DEPROVISIONED"
            address, aliases = story.address(number), ""
            if number == 5 and day >= 6:  # a new name, the old one kept beside it
                address, aliases = "new-name@acme.example", address
            if number == 6 and day >= 6:  # a new name, the old one gone
                address = "other-name@acme.example"
            rows.append(Employee(f"k{number}", address, f"P {number}", status, until, aliases))
        return rows

    def members(self, day: int) -> list[Member]:
        """The members page on a day; on the day of the part, the first seven of ten."""
        story, rows = self.story, list[Member]()
        joined = {number for on, number in story.joiners.items() if on + 3 <= day}
        for number in [*range(story.people), *sorted(joined)]:
            role = "Admin" if number == 7 and day >= 5 else "Member"  # a mover
            status = "Deactivated" if number in self.off else "Active"
            rows.append(Member(story.address(number), f"P {number}", role, status))
        return rows[: len(rows) * 7 // 10] if day == SHRUNKEN else rows


def _date(day: int) -> str:
    return (START + timedelta(days=day)).date().isoformat()


@dataclass
class Played:
    """What came of it."""

    opened: dict[str, int] = field(default_factory=dict[str, int])
    """Whom a case was opened for → on which day."""
    verified: dict[str, int] = field(default_factory=dict[str, int])
    contradicted: dict[str, int] = field(default_factory=dict[str, int])
    reminders: int = 0
    slowest_pass: float = 0.0


def play(folder: Path, story: Story) -> Played:
    """Live through it, and hold every day against the oracle."""
    played, truth = Played(), Truth(story)
    with receiving() as receiver:
        for name, secret in (("url", receiver.base), ("secret", KEY)):
            (folder / name).write_text(secret, encoding="utf-8")
            (folder / name).chmod(0o600)
        place = '\n[[notices]]\nname = "desk"\nkind = "webhook"\n'
        place += f'url = "file:{folder}/url"\nsecret = "file:{folder}/secret"\n'
        with open_firm(folder, f'{SETTINGS}{place}takes = ["digests"]\n') as firm:
            for day in range(story.days):
                _live(firm, receiver, truth, day, played)
                firm.pass_by(days=1)
            with firm.workshop.store().reading() as view:
                assert view.verify_trail().holds
    expected = {
        story.address(number): opens
        for on, number in story.leavers.items()
        if (opens := story.opens_on(on)) is not None
    }
    assert played.opened == expected
    return played


def _live(firm: Firm, receiver: Receiver, truth: Truth, day: int, played: Played) -> None:
    story = truth.story
    if day in OUTAGE:
        firm.staff.unlink(missing_ok=True)
    else:
        firm.write_staff(truth.staff(day))
    if story.has_roster(day):
        firm.write_members(truth.members(day), f"members-{day}.csv")
    before = len(receiver.calls)
    begun = time.monotonic()
    reply = firm.run()
    played.slowest_pass = max(played.slowest_pass, time.monotonic() - begun)
    for address in reply.opened.values():
        assert address not in played.opened, (day, address)
        played.opened[address] = day
    open_cases = firm.cases(CaseState.OPEN)
    _hold_reminders(receiver, before, open_cases, day, played)
    _note_states(firm, day, played)
    again = firm.run()  # an hour later by the timer, with nothing new
    assert (again.opened, again.queued, len(receiver.calls)) == ({}, 0, len(receiver.calls))
    _work(firm, truth, open_cases, day, played)


def _hold_reminders(receiver: Receiver, before: int, cases: list[CaseRecord], day: int, played: Played) -> None:
    """Each owner of an open case gets one message, which counts all of them; nobody gets two."""
    told = [call.json["data"] for call in receiver.calls[before:]]
    recipients = [one["recipient"] for one in told]
    assert len(recipients) == len(set(recipients)), (day, recipients)
    owned = {owner: sum(case.owner == owner for case in cases) for owner in {case.owner for case in cases}}
    counted = {one["recipient"]: one["in_all"] for one in told if one["in_all"]}
    assert counted == owned, (day, counted, owned)
    text = "".join(call.body.decode() for call in receiver.calls[before:])
    assert all(case.subject not in text for case in cases)
    held = [one for one in told if one["held_back"]]
    assert bool(held) == (day in BRAKED or day in OUTAGE), (day, held)
    played.reminders += len(told)


def _note_states(firm: Firm, day: int, played: Played) -> None:
    for case in firm.cases():
        if case.operation != "offboard":
            continue
        states = {step.step.key: step.state for step in case.steps}
        if states["deactivate"] is StepState.VERIFIED:
            played.verified.setdefault(case.subject, day)
        if states["deactivate"] is StepState.CONTRADICTED:
            played.contradicted.setdefault(case.subject, day)


def _work(firm: Firm, truth: Truth, cases: list[CaseRecord], day: int, played: Played) -> None:
    """The admin's day: what was opened before is done today; one is only claimed, and done once it is contradicted."""
    story = truth.story
    forgotten = story.address(story.leavers[FORGETFUL])
    for case in cases:
        number = int(case.subject[1:6])
        if case.operation != "offboard" or played.opened[case.subject] >= day:
            continue
        if case.subject == forgotten and played.contradicted.get(forgotten, day) > day - 2:
            if forgotten not in played.contradicted:
                firm.say_done(case)
            continue
        truth.off.setdefault(number, day)
        firm.say_done(case)
    if day == 9:
        back = story.leavers[REHIRED]
        desk = firm.desk(Channel.TERMINAL)
        with desk.store.writing(desk.actor) as change:
            asked = Asked((Address(story.address(back)),))
            digest = make_plan(change, desk, "reactivate", asked).plan.digest
            case, _ = open_planned(change, desk, "reactivate", asked, digest, owner=OWNER, reason="back")
        truth.off.pop(back)
        firm.say_done(case)


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
