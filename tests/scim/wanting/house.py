"""A firm to which identity providers push: what they want is written as a push writes it, and settled when asked."""

import json
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.scim import WantedGroup, WantedUser, actor_of
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.ports import CaseRecord, WantedPerson
from axure_lifecycle_tools.pass_reply import PassReply
from axure_lifecycle_tools.passing import run_pass
from axure_lifecycle_tools.spec import Answered, Desk
from axure_lifecycle_tools.steps import ask_about_step, record_step
from axure_lifecycle_tools.wanting import Settling, settle_wanted
from tests.passing.firm import Employee, Firm, Member, open_firm

ADMINS = "Axure admins"
IDPS = f"""
[[scim.idps]]
name = "okta"
kind = "okta"
grouping_minutes = 15

[[scim.idps.groups]]
name = "{ADMINS}"
role = "admin"

[[scim.idps]]
name = "entra"
kind = "entra"
grouping_minutes = 0
"""


@dataclass
class Pushed:
    """The firm, and whom its identity providers want."""

    firm: Firm
    ids: dict[str, str] = field(default_factory=dict[str, str])
    """Name of the newest record of somebody → its id."""

    def members(self, *members: Member) -> None:
        """A members roster as of now, imported."""
        self.firm.write_members(members)
        self.run()

    def desk(self, channel: Channel = Channel.UNATTENDED) -> Desk:
        """A desk for one call."""
        return self.firm.desk(channel)

    def run(self, let_pass: int = 0) -> PassReply:
        """One pass."""
        return run_pass(self.desk(), let_pushed_pass=let_pass, patience=0.0)

    def settle(self, minutes: float = 15.0, let_pass: int = 0) -> Settling:
        """Let time pass, and settle what is due."""
        self.firm.pass_by(minutes=minutes)
        return settle_wanted(self.desk(), let_pass=let_pass)

    def create(self, name: str, *, idp: str = "okta", active: bool = True, user_name: str | None = None) -> None:
        """POST /Users."""
        with self.firm.workshop.store().writing(actor_of(idp, "ST-1")) as change:
            self.ids[name] = change.create_scim_user(idp, wanted(user_name or f"{name}@acme.example", active=active)).id

    def change(
        self, name: str, *, idp: str = "okta", active: bool = True, user_name: str | None = None, aside: str = ""
    ) -> None:
        """PUT or PATCH /Users/ID."""
        with self.firm.workshop.store().writing(actor_of(idp, "ST-1")) as change:
            was = change.scim_user(idp, self.ids[name])
            assert was is not None
            change.change_scim_user(was, wanted(user_name or was.wanted.user_name, active=active, aside=aside))

    def delete(self, name: str, *, idp: str = "okta") -> None:
        """DELETE /Users/ID."""
        with self.firm.workshop.store().writing(actor_of(idp, "ST-1")) as change:
            was = change.scim_user(idp, self.ids[name])
            assert was is not None
            change.delete_scim_user(was)

    def group(self, names: Iterable[str], display_name: str = ADMINS) -> None:
        """PUT /Groups/ID with these members, or POST /Groups the first time."""
        members = [self.ids[name] for name in names]
        body = WantedGroup(None, display_name, canonical({"displayName": display_name}), "{}")
        with self.firm.workshop.store().writing(actor_of("okta", "ST-1")) as change:
            found = [one for one in change.scim_groups("okta") if one.wanted.display_name == display_name]
            if found:
                change.change_scim_group(found[0], body, members)
            else:
                change.create_scim_group("okta", body, members)

    def person(self, name: str) -> WantedPerson:
        """What is kept of the newest record of somebody."""
        with self.firm.workshop.store().reading() as view:
            address = normal(f"{name}@acme.example")
            assert address is not None
            return next(one for one in view.wanted_at([address]) if one.id == self.ids[name])

    def waits(self, name: str) -> str | None:
        """For what somebody's wish waits."""
        hold = self.person(name).hold
        return None if hold is None else hold.code

    def cases(self, *states: CaseState) -> list[CaseRecord]:
        """The cases in these states, oldest first; the open ones by default."""
        return self.firm.cases(*(states or (CaseState.OPEN,)))

    def open_for(self, name: str) -> list[str]:
        """What is wanted by the open cases about somebody."""
        found = [one for one in self.cases() if f"{name}@acme.example" in one.people]
        return [operation for case in found for operation in case.operations]

    def begin(self, name: str) -> CaseRecord:
        """An admin at a terminal says that the first step of somebody's newest open case is done."""
        case = [one for one in self.cases() if f"{name}@acme.example" in one.people][-1]
        step = next(one for one in case.steps if not one.step.after).step.key
        desk = self.desk(Channel.TERMINAL)
        question = ask_about_step(desk, case=case.name, step=step, outcome="done")
        assert question is not None
        answer = Answered(True, "", question, Channel.TERMINAL)
        record_step(desk, case=case.name, step=step, outcome="done", answer=answer)
        with desk.store.reading() as view:
            return view.case(case.id)

    def kinds(self) -> list[str]:
        """The trail's records, in order."""
        return self.firm.kinds()


def wanted(user_name: str, *, active: bool = True, aside: str = "") -> WantedUser:
    """A pushed person; `aside` is an attribute that could not be read."""
    resource = canonical({"userName": user_name, "active": active})
    kept = {aside: {"value": "?", "because": "it cannot be read"}} if aside else {}
    return WantedUser(None, user_name, normal(user_name), active, resource, canonical(json.loads(json.dumps(kept))))


def member(name: str, role: str = "Member", status: str = "Active") -> Member:
    """A line of the members page."""
    return Member(f"{name}@acme.example", name, role, status)


@contextmanager
def open_pushed(folder: Path, store_url: str | None = None, more: str = "") -> Generator[Pushed, None, None]:
    """A firm with two identity providers and no members roster."""
    with open_firm(folder, f"{IDPS}\n{more}", store_url) as firm:
        firm.write_staff([Employee("k-pat", "pat@acme.example", "Pat")])
        yield Pushed(firm)


def names(people: Collection[str]) -> list[str]:
    """Addresses without their domain, in order."""
    return sorted(one.partition("@")[0] for one in people)
