"""A firm to which identity providers push, at the endpoint; what they want is settled when somebody asks for it."""

from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.ports import CaseRecord, WantedPerson
from axure_lifecycle_tools.pass_reply import PassReply
from axure_lifecycle_tools.passing import run_pass
from axure_lifecycle_tools.settled import Settling
from axure_lifecycle_tools.spec import Answered, Desk
from axure_lifecycle_tools.steps import ask_about_step, record_step
from axure_lifecycle_tools.wanting import settle_wanted
from tests.passing.firm import Employee, Firm, Member, open_firm
from tests.scim.pushing import GROUP, USER, Idp, straight

ADMINS = "Axure admins"
CHECKOUT = "Checkout team"
SALES = "Sales team"
IDPS = f"""
[[scim.idps]]
name = "okta"
kind = "okta"
grouping_minutes = 15

[[scim.idps.groups]]
name = "{ADMINS}"
role = "admin"

[[scim.idps.groups]]
name = "{CHECKOUT}"
workspaces = ["Checkout"]

[[scim.idps.groups]]
name = "{SALES}"
workspaces = ["Sales, EMEA", "Checkout"]

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
    _idps: dict[str, Idp] = field(default_factory=dict[str, Idp])
    _groups: dict[str, str] = field(default_factory=dict[str, str])

    def members(self, *members: Member) -> None:
        """A members roster as of now, imported."""
        self.firm.write_members(members)
        self.run()

    def desk(self, channel: Channel = Channel.UNATTENDED) -> Desk:
        """A desk for one call."""
        return self.firm.desk(channel)

    def run(self, let_pass: str = "") -> PassReply:
        """One pass."""
        return run_pass(self.desk(), let_pushed_pass=let_pass, patience=0.0)

    def settle(self, minutes: float = 15.0, let_pass: str = "") -> Settling:
        """Let time pass, and settle what is due."""
        self.firm.pass_by(minutes=minutes)
        return settle_wanted(self.desk(), let_pass=let_pass)

    def idp(self, name: str) -> Idp:
        """An identity provider, at the endpoint."""
        if name not in self._idps:
            settings = self.desk().scim.idp(name)
            assert settings is not None
            self._idps[name] = straight(self.firm.workshop.store(), settings)
        return self._idps[name]

    def create(self, name: str, *, idp: str = "okta", active: bool = True, user_name: str | None = None) -> None:
        """Make somebody."""
        body = {"schemas": [USER], "userName": user_name or f"{name}@acme.example", "active": active}
        made = self.idp(idp).post("/Users", body)
        assert made.status == 201, made
        self.ids[name] = str(made["id"])

    def change(
        self, name: str, *, idp: str = "okta", active: bool = True, user_name: str | None = None, aside: str = ""
    ) -> None:
        """Change somebody; `aside` is an attribute that gets a value nobody can read."""
        value: dict[str, Any] = {"active": active}
        if user_name is not None:
            value["userName"] = user_name
        if aside:
            value[aside] = 7
        answer = self.idp(idp).patch(f"/Users/{self.ids[name]}", {"op": "replace", "value": value})
        assert (answer.status, answer["active"]) == (200, active)

    def delete(self, name: str, *, idp: str = "okta") -> None:
        """Delete somebody."""
        assert self.idp(idp).delete(f"/Users/{self.ids[name]}").status == 204

    def group(self, names: Iterable[str], display_name: str = ADMINS) -> None:
        """A group of exactly these people."""
        okta = self.idp("okta")
        body = {"schemas": [GROUP], "displayName": display_name, "members": [{"value": self.ids[one]} for one in names]}
        if display_name in self._groups:
            assert okta.put(f"/Groups/{self._groups[display_name]}", body).status == 200
        else:
            self._groups[display_name] = str(okta.post("/Groups", body)["id"])

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


MANY = [f"p{number:02}" for number in range(40)]


def push_many_away(pushed: Pushed, count: int) -> None:
    """Forty members are pushed; so many of them are switched off once that is settled."""
    pushed.members(*map(member, MANY))
    for name in MANY:
        pushed.create(name)
    pushed.settle()
    for name in MANY[:count]:
        pushed.change(name, active=False)


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
