"""What identity providers want, as answers, pages and reports show it: beside what is known and what is claimed.

Nothing of it is shown where no identity provider is configured to push.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import not_
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.steps import SETTLED
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.wishes import Known, Wish
from axure_lifecycle.domain.workspaces import LONGEST, say_workspaces, write_workspaces
from axure_lifecycle.ports import CaseLine, CaseRecord, MemberRecord, Page, View
from axure_lifecycle.ports.wanted import WantedCount, WantedPerson
from axure_lifecycle_tools.opening import is_wanted_still
from axure_lifecycle_tools.seeing import known_of
from axure_lifecycle_tools.showing import what_is_known
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wanted_aside import say_brief
from axure_lifecycle_tools.wished import current, say_wanted, wishes_by_id
from axure_lifecycle_tools.wording import aged, plural

MOST_NAMED: Final = 5
"""People who wait, and identity providers, that one answer names."""
_KNOWN: Final = {
    Known.ON: "on",
    Known.OFF: "off",
    Known.NOT_LISTED: "not listed",
}


class WantedLine(BaseModel):
    """What one identity provider wants for a person."""

    model_config = ConfigDict(extra="forbid")

    idp: str
    wanted: str = Field(description="on, off or deleted (off, and gone at the identity provider).")
    since: str
    role: str | None = Field(description="The role that its groups mean.")
    workspaces: list[str] = Field(description="Those that its groups mean; no source shows who is in one.")
    user_name: str
    known: str = Field(description="What the members roster says: on, off, not listed; or that there is none.")
    claimed: str = Field(description="What somebody said about it, and what showed it; empty for nothing.")
    case: str | None
    waits: str = Field(description="Why it is not settled yet; empty where it is.")
    aside: list[str] = Field(description="Pushed attributes that could not be read, and why; they stopped nothing.")

    def line(self) -> str:
        """The same for a reader."""
        role = f" as {self.role.replace('_', ' ')}" if self.role else ""
        if self.workspaces:
            role += f" in {say_workspaces(write_workspaces(self.workspaces))} (no roster shows workspaces)"
        about = f"; {self.case} is about it" if self.case else ""
        since = self.since[:16].replace("T", " ")
        return (
            f"{self.idp} wants {shown(self.user_name, 80)} {self.wanted}{role} since {since}; known: {self.known}; "
            f"claimed: {self.claimed or 'nothing'}{about}"
            + (f"; waits: {self.waits}" if self.waits else "")
            + (f"; kept aside: {'; '.join(self.aside)}" if self.aside else "")
        )


class ProviderHealth(BaseModel):
    """How far what an identity provider pushes is settled."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: str
    on: int
    off: int = Field(description="Switched off or deleted.")
    unsettled: int
    held: int = Field(description="Of these, how many wait for more than their time.")
    aside: int = Field(description="People of whom attributes could not be read and are kept aside.")
    groups_aside: int = Field(default=0, description="Groups of which some could not be read.", exclude_if=not_)
    last_push: str | None
    said: str


def wanted_of(
    view: View, desk: Desk, addresses: Sequence[Address], members: Sequence[MemberRecord]
) -> list[WantedLine]:
    """What every identity provider wants for whoever has these addresses; `members`: what the roster says of them."""
    people = view.wanted_at(addresses) if desk.scim.idps else ()
    if not people:
        return []
    cases = [
        case
        for case in view.standing_cases(addresses, desk.organization.cloud_for_business.application)
        if is_wanted_still(case)
    ]
    wishes = wishes_by_id(view, desk, people)
    known = _say_known(view, desk, members)
    return [_line(desk, one, wishes.get(one.id), known, cases) for one in people]


def _say_known(view: View, desk: Desk, members: Sequence[MemberRecord]) -> str:
    own = desk.organization.cloud_for_business
    roster = view.source_in_force(own, desk.now)
    if roster is None:
        return "nothing: no members roster was imported"
    return f"{_KNOWN[known_of([one for one in members if one.source.system == own])]} by {roster.name}"


def _line(desk: Desk, one: WantedPerson, wish: Wish | None, known: str, cases: Sequence[CaseRecord]) -> WantedLine:
    case = next(iter(cases), None)
    return WantedLine(
        idp=one.idp,
        wanted=say_wanted(one),
        since=one.wanted_since.astimezone(desk.organization.time_zone).isoformat(timespec="minutes"),
        role=None if wish is None else wish.role,
        workspaces=[] if wish is None else [shown(name, LONGEST) for name in wish.workspaces[:MOST_NAMED]],
        user_name=shown(one.user_name, 120),
        known=known,
        claimed="" if case is None else _claimed(desk, case),
        case=None if case is None else f"{case.name} ({' and '.join(case.operations)})",
        waits=say_waits(desk, one),
        aside=say_brief(one.aside),
    )


def _claimed(desk: Desk, case: CaseRecord) -> str:
    """How far a case is, and what was said of what a roster can show."""
    settled = sum(step.state in SETTLED for step in case.steps)
    shown_by_rosters = [what_is_known(desk, step) for step in case.steps if step.step.end is not None]
    told = [claim for claim in shown_by_rosters if claim]
    far = [f"{settled} of {plural(len(case.steps), 'step')} settled"] if settled or told else []
    return "; ".join([*far, *told[:MOST_NAMED]])


def say_waits(desk: Desk, one: WantedPerson) -> str:
    """Why a wish is not settled yet; empty where it is."""
    if one.unsettled_since is None:
        return ""
    if one.hold is not None:
        return one.hold.sentence
    idp = desk.scim.idp(one.idp)
    if idp is None:
        return f"no [[scim.idps]] of the configuration is called “{shown(one.idp, 40)}”, so nobody settles it."
    return (
        f"settled by itself {plural(idp.grouping_minutes, 'minute')} after the first change, by `serve` or with the "
        "next `axure-lifecycle run`, once a members roster is there."
    )


def mark(view: View, desk: Desk, addresses: Collection[Address], *, is_now: bool = True) -> Mapping[Address, str]:
    """Address → what is wanted for whoever stands under it, in a few words; of an earlier moment nothing is known."""
    found: dict[Address, list[str]] = {}
    for one in current(view.wanted_at(addresses)) if desk.scim.idps and addresses and is_now else ():
        where = one.settled.address if one.settled is not None and one.settled.address in addresses else one.address
        if where is None:
            continue
        waits = ", held back" if one.hold is not None and one.unsettled_since is not None else ""
        found.setdefault(where, []).append(f"{say_wanted(one)} by {one.idp}{waits}")
    return {address: "; ".join(words) for address, words in found.items()}


def mark_cases(view: View, desk: Desk, lines: Sequence[CaseLine]) -> Mapping[int, str]:
    """Case → what is wanted for the one whom it is about; of a case for several, nothing."""
    about = {line.id: Address(line.subject) for line in lines if line.people == 1}
    wishes = mark(view, desk, set(about.values()))
    return {number: wishes[address] for number, address in about.items() if address in wishes}


def providers(view: View, desk: Desk) -> list[ProviderHealth]:
    """Of each configured identity provider, in the order of the configuration."""
    if not desk.scim.idps:
        return []
    counts = {count.idp: count for count in _count(view, desk)}
    groups = view.groups_aside()
    return [
        _provider(desk, idp.name, idp.kind.value, counts.get(idp.name), groups.get(idp.name, 0))
        for idp in desk.scim.idps
    ]


def _count(view: View, desk: Desk) -> Sequence[WantedCount]:
    roster = view.source_in_force(desk.organization.cloud_for_business, desk.now)
    return view.count_wanted(None if roster is None else roster.id)


def _provider(desk: Desk, name: str, kind: str, count: WantedCount | None, groups: int) -> ProviderHealth:
    of_groups = [plural(groups, "group")] if groups else []
    if count is None:
        said = f"{name} ({kind}, by SCIM): never pushed anybody; `axure-lifecycle doctor scim` says what is missing"
        said += "".join(f"; {one} with attributes kept aside" for one in of_groups)
        return ProviderHealth(
            name=name,
            kind=kind,
            on=0,
            off=0,
            unsettled=0,
            held=0,
            aside=0,
            groups_aside=groups,
            last_push=None,
            said=said,
        )
    pushed = "" if count.last_push is None else f", last changed {aged(count.last_push, desk.now)}"
    lines = [f"wants {count.on:,} on and {count.off:,} off{pushed}"]
    if count.unsettled:
        lines.append(f"{plural(count.unsettled, 'wish', 'wishes')} not settled yet, {count.held:,} of them held")
    of_people = [plural(count.aside, "person", "people")] if count.aside else []
    if of_people or of_groups:
        lines.append(
            f"{' and '.join([*of_people, *of_groups])} with attributes kept aside (`axure-lifecycle scim aside`)"
        )
    return ProviderHealth(
        name=name,
        kind=kind,
        on=count.on,
        off=count.off,
        unsettled=count.unsettled,
        held=count.held,
        aside=count.aside,
        groups_aside=groups,
        last_push=_moment(desk, count.last_push),
        said=f"{name} ({kind}, by SCIM): {'; '.join(lines)}",
    )


def _moment(desk: Desk, moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(desk.organization.time_zone).isoformat(timespec="seconds")


def differences(view: View, desk: Desk, most: int = MOST_NAMED) -> list[str]:
    """Where what is wanted and what is known differ, counted, and who waits for what, the first of them."""
    if not desk.scim.idps:
        return []
    said: list[str] = []
    for count in _count(view, desk)[:most]:
        parts = [
            f"{number:,} {what}"
            for number, what in (
                (count.off_still_on, "wanted off and still on"),
                (count.on_not_listed, "wanted on and not listed"),
                (count.on_but_off, "wanted on and off"),
                (count.held, "waiting"),
            )
            if number
        ]
        if parts:
            said.append(f"{count.idp} by SCIM, against the members roster: {', '.join(parts)}.")
    held, _, in_all = view.wanted_held(Page(most))
    said += [
        f"{_list(list(map(who, some)))} (wanted {wanted}) {'waits' if len(some) == 1 else 'wait'}: {shown(waits, 300)}"
        for (wanted, waits), some in by_reason(desk, held).items()
    ]
    if in_all > len(held):
        said.append(f"… and {in_all - len(held):,} more wait; `axure-lifecycle scim waiting` names them all.")
    return said


def by_reason(desk: Desk, held: Sequence[WantedPerson]) -> Mapping[tuple[str, str], Sequence[WantedPerson]]:
    """Those who wait, put together where the same is wanted and the same stands in the way: a brake holds many back."""
    found: dict[tuple[str, str], list[WantedPerson]] = {}
    for one in held:
        found.setdefault((f"{say_wanted(one)} by {one.idp}", say_waits(desk, one)), []).append(one)
    return found


def _list(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def who(one: WantedPerson) -> str:
    """A person by their address, or by what stands for one."""
    return one.address or f"“{shown(one.user_name, 80)}”"
