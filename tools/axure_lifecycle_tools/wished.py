"""What identity providers want for people, with what their groups mean."""

from collections.abc import Iterable, Mapping, Sequence

from axure_lifecycle.domain.scim import GroupMeaning, IdpSettings
from axure_lifecycle.domain.vocabulary import ROLES
from axure_lifecycle.domain.wishes import Wish
from axure_lifecycle.ports import View
from axure_lifecycle.ports.wanted import WantedPerson
from axure_lifecycle_tools.spec import Desk


def current(people: Sequence[WantedPerson]) -> list[WantedPerson]:
    """Those of whom something is wanted: without whoever was deleted before anybody acted, or was made anew since."""
    there = {(one.idp, one.address) for one in people if one.deleted_at is None}
    return [
        one
        for one in people
        if one.deleted_at is None or (one.settled is not None and (one.idp, one.address) not in there)
    ]


def wishes_by_id(view: View, desk: Desk, people: Sequence[WantedPerson]) -> Mapping[str, Wish]:
    """What is wanted for each, by their ids; of identity providers that are configured."""
    found: dict[str, Wish] = {}
    for idp in desk.scim.idps:
        theirs = [one for one in people if one.idp == idp.name]
        if theirs:
            found |= dict(zip([one.id for one in theirs], wishes_of(view, idp, theirs), strict=True))
    return found


def wishes_of(view: View, idp: IdpSettings, people: Sequence[WantedPerson]) -> list[Wish]:
    """What is wanted now for each, in their order; of several roles that groups mean, the highest."""
    groups = view.groups_wanted(idp.name, [one.id for one in people if one.is_active], list(idp.groups))
    found: list[Wish] = []
    for one in people:
        meant = [idp.groups[name] for name in groups.get(one.id, ())]
        role = _highest(each.role for each in meant if each.role is not None)
        found.append(Wish(one.address, one.is_active, role, _all_workspaces(meant)))
    return found


def _all_workspaces(meant: Iterable[GroupMeaning]) -> tuple[str, ...]:
    return tuple(sorted({name for each in meant for name in each.workspaces}))


def _highest(roles: Iterable[str]) -> str | None:
    return max(roles, key=ROLES.index, default=None)


def say_wanted(one: WantedPerson) -> str:
    """What is wanted, in a word."""
    return "deleted" if one.deleted_at is not None else "on" if one.is_active else "off"
