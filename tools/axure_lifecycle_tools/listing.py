"""The members of the roster in force, page by page."""

from dataclasses import replace
from itertools import islice
from operator import not_
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CursorUnknown
from axure_lifecycle_tools.arguments import Cursor, Day, VerdictName, moment_of
from axure_lifecycle_tools.claimed_words import claims
from axure_lifecycle_tools.spec import Desk, Reply, Toolset, Verb, fit
from axure_lifecycle_tools.standing import Judge, brakes_now
from axure_lifecycle_tools.wanted_words import mark
from axure_lifecycle_tools.wording import cite, plural


class ListedUser(BaseModel):
    """One member."""

    model_config = ConfigDict(extra="forbid")

    address: str
    name: str | None
    role: str | None
    status: str | None
    verdict: str
    wanted: str = Field(
        default="", description="By an identity provider that pushes: on, off, deleted.", exclude_if=not_
    )
    claimed: str = Field(default="", description="What a case says of it and no roster shows yet.", exclude_if=not_)


class UserList(Reply):
    """A part of the members roster."""

    source: str | None = Field(description="Which roster, of when.")
    in_all: int = Field(description="Members that fit, exactly.")
    users: list[ListedUser]
    cursor: str | None = Field(description="For the next part; None at the end.")

    def text(self) -> str:
        """One line for each member."""
        if self.source is None:
            return self.next
        lines = [f"{plural(self.in_all, 'member')} by {self.source}."]
        lines += [
            f"- {one.address} ({one.name or 'no name'}): {one.verdict}, {one.role}"
            + (f", wanted {one.wanted}" if one.wanted else "")
            + (f", claimed: {one.claimed}" if one.claimed else "")
            for one in self.users
        ]
        return "\n".join([*lines, self.next] if self.next else lines)


MOST_LISTED: Final = 40


def list_users(
    desk: Desk,
    *,
    verdict: Annotated[VerdictName | None, Field(description="Only members with this verdict.")] = None,
    as_of: Day = None,
    cursor: Cursor = None,
) -> UserList:
    """Members by address. Raises `NotADay`, `CursorUnknown`."""
    as_of_moment = moment_of(as_of, desk)
    desk = replace(desk, now=as_of_moment)
    members, patterns = desk.organization.cloud_for_business, desk.policy.non_personal
    after = normal(cursor) if cursor else None
    if cursor and after is None:
        raise CursorUnknown(cursor)
    with desk.store.reading() as view:
        source = view.source_in_force(members, as_of_moment)
        if source is None:
            return UserList(source=None, in_all=0, users=[], cursor=None, next=NO_ROSTER)
        judge = Judge(brakes_now(view, desk, as_of_moment))
        in_all = sum(
            count
            for facts, count in view.count_compared(members, as_of_moment, patterns)
            if verdict is None or judge(facts).verdict == verdict
        )
        wanted = (
            row
            for row in view.compared(members, as_of_moment, patterns, after=after)
            if verdict is None or judge(row.facts).verdict == verdict
        )
        found = list(islice(wanted, MOST_LISTED + 1))
        wishes = mark(view, desk, {row.address for row in found}, is_now=as_of is None)
        claimed = claims(view, desk, [row.address for row in found], is_now=as_of is None)
        said = cite(source, desk)

    def make(most: int) -> UserList:
        more = len(found) > most
        return UserList(
            source=said,
            in_all=in_all,
            users=[
                ListedUser(
                    address=row.address,
                    name=shown(row.display_name, 60) if row.display_name else None,
                    role=shown(row.role, 40) if row.role else None,
                    status=shown(row.status, 40) if row.status else None,
                    verdict=judge(row.facts).verdict.value,
                    wanted=wishes.get(row.address, ""),
                    claimed=claimed.get(row.address, ""),
                )
                for row in found[:most]
            ],
            cursor=found[most - 1].address if more else None,
            next="Call again with the cursor for more; check_user shows one person in full." if more else "",
        )

    return fit(desk, make, MOST_LISTED)


NO_ROSTER: Final = (
    "No members roster was imported yet. A person copies the members page and runs "
    "`axure-lifecycle import members FILE`, or hand it over with import_roster."
)


VERBS: Final = (
    Verb(
        name="list_users",
        title="List members",
        toolset=Toolset.PEOPLE,
        description=(
            "Lists the members of the newest roster with their verdicts, by address, with the exact count. Use "
            "find_discrepancies for what needs doing, check_user for one person."
        ),
        reply=UserList,
        run=list_users,
        reads_only=True,
        repeats_safely=True,
    ),
)
