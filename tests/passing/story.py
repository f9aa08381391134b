"""What happens in a firm within some weeks, and what must follow from it: told by hand, without a line of the product.

Days count from 0, a Tuesday. A pass comes in the morning; people work after it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, NamedTuple

from tests.passing.firm import START, Employee, Member

OWNER: Final = "kim@acme.example"
"""Whose cases they are; works every day but on holiday."""
OPERATOR: Final = "pat@acme.example"
OUTAGE: Final = range(10, 13)
"""The days on which the directory is away."""
SKIPPED: Final = 14
"""The roster that nobody brings; from day 18 on the one of day 7 is too old."""
SHRUNKEN: Final = 24
"""The day on which somebody brings a part of the page."""
BRAKED: Final = frozenset({18, 19, 20, *range(SHRUNKEN, 28)})
"""By hand: the days on which a brake is on when the pass has read everything."""
HOLIDAY: Final = range(15, 20)
"""The days on which the owner does nothing."""
ALLOWED: Final = 3
"""A case may be so many days old; from then on it is overdue."""

FORGETFUL: Final = 2
"""The day on which somebody leaves whom the owner only claims to have deactivated, on day 3."""
SHOWN, MENDED = 7, 9
"""The roster that contradicts it; the day on which the owner does it after all."""
REHIRED: Final = 1
"""The day on which somebody leaves who comes back on day 9."""
EARLY, AHEAD = 4, 2
"""The day on which somebody leaves for whom the owner opens a case by hand, and the day of that."""
SUPER, AGREED = 8, 12
"""The day on which a Super Admin leaves, and the day on which a second person agrees to it."""
OTHER_SUPER: Final = 8
"""The number of the one who stays."""

DOWN_IN_THE_MORNING: Final = 5
"""The day on which nobody takes a message in the morning; in the evening they do."""
DOWN_ALL_DAY: Final = 16
"""The day on which nobody takes a message: the webhook refuses, the chat hangs up, and who knows what it showed."""


class Need(NamedTuple):
    """What a case asks of its owner on a morning."""

    need: str
    days_over: int


@dataclass(frozen=True)
class Story:
    """What happens."""

    people: int
    days: int

    def address(self, number: int) -> str:
        """Of the n-th employee."""
        return f"p{number:05}@acme.example"

    @property
    def leavers(self) -> Mapping[int, int]:
        """Day → who leaves on it: one on every working day."""
        return {day: 10 + day for day in range(1, self.days - 1) if day % 7 < 5}

    def leaver(self, day: int) -> str:
        """The address of whoever leaves on a day."""
        return self.address(self.leavers[day])

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
        """On which day a pass must open a case for whoever leaves on a day; None for none within these weeks."""
        if day == EARLY:
            return None
        known = day
        if not self.is_announced(day):
            while known in OUTAGE:
                known += 1
        while known in BRAKED:
            known += 1
        return known if known < self.days else None

    def since(self, day: int) -> int | None:
        """From which morning on the case of whoever leaves on a day is something to be done."""
        return EARLY if day == EARLY else self.opens_on(day)

    def worked_on(self, day: int) -> int | None:
        """The day on which the owner says of the case of a leaver that it is done: the first one after it began."""
        since = self.since(day)
        if since is None:
            return None
        work = AGREED + 1 if day == SUPER else since + 1
        while work in HOLIDAY:
            work += 1
        return work

    def needs(self, day: int) -> Mapping[str, Need]:
        """Of whom the owner must hear on a morning, and what: of whatever is open and not only ahead."""
        return dict(self._needs(day))

    def _needs(self, day: int) -> Iterator[tuple[str, Need]]:
        for on in self.leavers:
            since, work = self.since(on), self.worked_on(on)
            if since is None or work is None or day < since:
                continue
            over = max(day - since - ALLOWED, 0)
            if on == SUPER and day <= AGREED:
                yield self.leaver(on), Need("waits_for_approval", over)
            elif on == FORGETFUL and SHOWN <= day <= MENDED:
                yield self.leaver(on), Need("contradicted", over)
            elif day <= work:
                yield self.leaver(on), Need("overdue" if over else "due", over)

    def shown_off_on(self, day: int) -> int | None:
        """On which day a roster shows that whoever left on a day is off: the first one after it was really done."""
        done = MENDED if day == FORGETFUL else self.worked_on(day)
        if done is None:
            return None
        return next((roster for roster in range(done + 1, self.days) if self.has_roster(roster)), None)

    def days_to_verified(self) -> list[int]:
        """For everybody whom a roster shows off within these weeks: how many days after their last day."""
        shown = {day: self.shown_off_on(day) for day in self.leavers}
        return [on - day for day, on in shown.items() if on is not None]

    def days_in_the_report(self) -> list[float]:
        """The same as the report counts them, whose times begin with the end of a last day, at midnight, or with the
        first read, at six in the morning, in which somebody is gone; a roster is of six in the morning.
        """
        found: list[float] = []
        for day in self.leavers:
            on = self.shown_off_on(day)
            if on is not None and (self.is_announced(day) or day == EARLY):
                found.append(on - (day + 1) + 0.25)
            elif on is not None:
                seen = day
                while seen in OUTAGE:
                    seen += 1
                found.append(on - seen)
        return found

    def on_the_page(self, day: int) -> int:
        """How many rows the newest members page has on a morning: everybody, and who joined three days before it."""
        newest = max(roster for roster in range(day + 1) if self.has_roster(roster))
        whole = self.people + len([on for on in self.joiners if on + 3 <= newest])
        return whole * 7 // 10 if newest == SHRUNKEN else whole

    def role_of_the_mover(self, day: int) -> str:
        """As the newest members page has it on a morning: number 7 became an admin on day 5."""
        return "Admin" if any(self.has_roster(roster) for roster in range(5, day + 1)) else "Member"

    def told(self, day: int) -> frozenset[str]:
        """Who must get a message on a day through a place that is up."""
        held = {OPERATOR} if day in BRAKED or day in OUTAGE else set[str]()
        return frozenset(held | ({OWNER} if self.needs(day) else set[str]()))


@dataclass
class Truth:
    """How it is in Axure and in the directory, which nothing of the product may look at."""

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
                    until = date_of(on) if day >= on - 5 else ""
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
        supers = {story.leavers[SUPER], OTHER_SUPER} - set(self.off)  # the role is handed over before
        for number in [*range(story.people), *sorted(joined)]:
            role = "Admin" if number == 7 and day >= 5 else "Member"  # a mover
            role = "Super Admin" if number in supers else role
            status = "Deactivated" if number in self.off else "Active"
            rows.append(Member(story.address(number), f"P {number}", role, status))
        return rows[: len(rows) * 7 // 10] if day == SHRUNKEN else rows


def date_of(day: int) -> str:
    """A day as the calendar has it."""
    return (START + timedelta(days=day)).date().isoformat()
