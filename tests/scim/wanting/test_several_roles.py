"""Somebody in several groups that mean roles has the highest; whoever leaves it has the next one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from axure_lifecycle.domain.cases import CaseState
from tests.scim.pushing import GROUP
from tests.scim.wanting.house import Pushed, member, open_pushed

ROLES = {"Guests": "guest", "Members": "member", "Admins": "admin", "Engineers": "technical_admin"}
"""Of entra, whose wishes are due at once. From the least to the most."""
SECOND = "admins"
"""Another group means what one of the same name means, whatever the capitals."""


class Entra:
    """Entra, and the ids of its groups."""

    def __init__(self, pushed: Pushed) -> None:
        self.pushed, self._idp = pushed, pushed.idp("entra")
        made = [self._idp.post("/Groups", {"schemas": [GROUP], "displayName": name}) for name in (*ROLES, SECOND)]
        self._groups = dict(zip((*ROLES, SECOND), (f"/Groups/{one['id']}" for one in made), strict=True))

    def move(self, name: str, *, into: tuple[str, ...] = (), out_of: tuple[str, ...] = ()) -> None:
        """Somebody comes into groups and leaves others; then what is wanted is settled."""
        number = self.pushed.ids[name]
        for op, groups in (("Add", into), ("Remove", out_of)):
            for group in groups:
                change = {"op": op, "path": "members", "value": [{"$ref": None, "value": number}]}
                assert self._idp.patch(self._groups[group], change).status == 204
        self.pushed.settle(minutes=0)

    def delete_group(self, name: str) -> None:
        """A group is gone; then what is wanted is settled."""
        assert self._idp.delete(self._groups[name]).status == 204
        self.pushed.settle(minutes=0)

    def asked_for(self, name: str) -> list[tuple[str, str]]:
        """What the open cases about somebody ask for, with the role."""
        found = [one for one in self.pushed.cases() if f"{name}@acme.example" in one.people]
        return [(one.operation, one.plan.options["role"]) for one in found]


@pytest.fixture
def entra(tmp_path: Path) -> Iterator[Entra]:
    """Entra, whose groups mean roles."""
    meant = "".join(f'[[scim.idps.groups]]\nname = "{name}"\nrole = "{role}"\n' for name, role in ROLES.items())
    with open_pushed(tmp_path, more=meant) as pushed:
        yield Entra(pushed)


def be_member(entra: Entra, role: str, *groups: str) -> None:
    """Ana is a member with a role, pushed in groups; whatever that asked for is settled."""
    entra.pushed.members(member("ana", role), member("bo"), member("cy"), member("dee"))
    entra.pushed.create("ana", idp="entra")
    entra.move("ana", into=groups)


def test_of_several_groups_the_highest_role_counts_in_whichever_order_they_come(entra: Entra) -> None:
    be_member(entra, "Member", "Engineers", "Guests", "Admins")
    assert entra.asked_for("ana") == [("change-role", "technical_admin")]
    entra.pushed.create("eve", idp="entra")  # nobody lists her
    entra.move("eve", into=("Members", "Admins", "Guests"))
    assert entra.asked_for("eve") == [("onboard", "admin")]


def test_whoever_leaves_the_higher_group_is_to_be_demoted_to_the_next_one(entra: Entra) -> None:
    be_member(entra, "Technical Admin", "Admins", "Engineers")
    assert entra.asked_for("ana") == []
    entra.move("ana", out_of=("Engineers",))
    assert entra.asked_for("ana") == [("change-role", "admin")]
    (case,) = entra.pushed.cases()
    assert (case.opened_by.name, case.subject) == ("entra", "ana@acme.example")

    entra.move("ana", into=("Engineers",))  # before anybody began
    assert (entra.asked_for("ana"), len(entra.pushed.cases(CaseState.CANCELLED))) == ([], 1)
    entra.move("ana", out_of=("Engineers", "Admins"))  # leaving every one asks for the role of a member
    assert entra.asked_for("ana") == [("change-role", "member")]


def test_a_higher_group_that_is_deleted_demotes_its_people_and_a_lower_one_nobody(entra: Entra) -> None:
    be_member(entra, "Technical Admin", "Guests", "Admins", "Engineers")
    assert entra.asked_for("ana") == []
    entra.delete_group("Guests")
    assert entra.asked_for("ana") == []
    entra.delete_group("Engineers")
    assert entra.asked_for("ana") == [("change-role", "admin")]


def test_groups_of_one_name_mean_the_same_and_whoever_is_in_one_of_them_keeps_the_role(entra: Entra) -> None:
    be_member(entra, "Admin", "Admins", SECOND)
    entra.move("ana", out_of=(SECOND,))
    assert entra.asked_for("ana") == []
    entra.move("ana", out_of=("Admins",))
    assert entra.asked_for("ana") == [("change-role", "member")]
