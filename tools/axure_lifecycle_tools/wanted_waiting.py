"""Whose wishes wait, one after the other."""

from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.ports import Page
from axure_lifecycle_tools.spec import Desk, Reply, fit
from axure_lifecycle_tools.wanted_words import say_waits, who
from axure_lifecycle_tools.wished import say_wanted
from axure_lifecycle_tools.wording import at, plural

MOST_LISTED: Final = 200


class Waiting(BaseModel):
    """One wish that waits."""

    model_config = ConfigDict(extra="forbid")

    person: str
    idp: str
    wanted: str = Field(description="on, off or deleted.")
    wanted_since: str
    code: str
    waits_since: str
    waits: str


class WaitingList(Reply):
    """Wishes that wait."""

    in_all: int
    waiting: list[Waiting]
    cursor: str | None

    def text(self) -> str:
        """One line for each."""
        lines = [f"{plural(self.in_all, 'wish waits', 'wishes wait')}."]
        lines += [
            f"- {one.person}: wanted {one.wanted} by {one.idp} since {one.wanted_since}; [{one.code}] {one.waits}"
            for one in self.waiting
        ]
        return "\n".join([*lines, self.next] if self.next else lines)


def list_waiting(desk: Desk, *, cursor: str | None = None) -> WaitingList:
    """By user name."""
    with desk.store.reading() as view:
        found, rest, in_all = view.wanted_held(Page(MOST_LISTED, cursor))
    zone = desk.organization.time_zone

    def make(most: int) -> WaitingList:
        more = len(found) > most or rest is not None
        return WaitingList(
            in_all=in_all,
            waiting=[
                Waiting(
                    person=who(one),
                    idp=one.idp,
                    wanted=say_wanted(one),
                    wanted_since=at(one.wanted_since, zone),
                    code=one.hold.code,
                    waits_since=at(one.hold.since, zone),
                    waits=say_waits(desk, one),
                )
                for one in found[:most]
                if one.hold is not None
            ],
            cursor=found[:most][-1].cursor if more else None,
            next="" if in_all else "Nothing waits.",
        )

    return fit(desk, make, MOST_LISTED)
