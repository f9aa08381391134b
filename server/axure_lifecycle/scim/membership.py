"""The members of a group, who may be many: told, searched and changed without those about whom nobody asked.

What is understood here are the forms that identity providers send. Any other one is left to the library, which has to
see every member for it.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any, Final, cast

from scim2_models import PatchOp, PatchOperation, ResponseParameters
from scim2_models.path import CompareOperator, Comparison, Path

from axure_lifecycle.domain.scim import MemberMoves

Operation = PatchOperation[Any]

MEMBERS: Final = "members"
_OF_ONE: Final = frozenset({"value", "$ref", "type", "display"})
"""What is said of a member; whose it is says the value."""
_NAMED: Final = re.compile(
    r'\bmembers(?:\s*\[\s*value\s+eq\s+"([^"\\]*)"\s*\]|(?:\.value)?\s+eq\s+"([^"\\]*)")', re.IGNORECASE
)


def asks_for_members(parameters: ResponseParameters[Any] | None) -> bool:
    """Whether the members of a group are to be told."""
    if parameters is None:
        return True
    if any(_parts(path) == (MEMBERS,) for path in parameters.excluded_attributes or ()):
        return False
    asked = parameters.attributes
    return not asked or any(path.model is not None or _parts(path)[:1] == (MEMBERS,) for path in asked)


def named_members(asked: str) -> set[str] | None:
    """The ids of the members by whom a filter and an order decide; None: every member has to be seen.

    >>> named_members('id eq "g" and members[value eq "u"]'), named_members('displayName eq "a"')
    ({'u'}, set())
    >>> named_members('members[type eq "User"]')
    """
    named = {found[1] or found[2] or "" for found in _NAMED.finditer(asked)}
    return None if MEMBERS in _NAMED.sub("", asked).lower() else named


def moves_of(patch_op: "PatchOp[Any]") -> tuple[list[Operation], list[Operation], MemberMoves] | None:
    """The operations of a PATCH on everything else, those on members, and what these come to.

    None: somebody has to look at the members.
    """
    others: list[Operation] = []
    ours: list[Operation] = []
    moves = MemberMoves()
    for operation in patch_op.operations or []:
        path: Path[Any] | None = operation.path
        if path is None or path.model is not None:
            if _mentions_members(operation.value):
                return None
        elif _parts(path)[:1] == (MEMBERS,):
            move = _move(operation, path)
            if move is None:
                return None
            moves = moves.then(move)
            ours.append(operation)
            continue
        others.append(operation)
    return others, ours, moves


def _move(operation: Operation, path: Path[Any]) -> MemberMoves | None:
    if _parts(path) != (MEMBERS,):
        return None
    chosen = path.value_filter
    if operation.op is PatchOperation.Op.remove:
        if operation.value is None:
            return MemberMoves(is_whole=True) if chosen is None else _without(_one(chosen))
        return _without(_ids(operation.value, of_one={"value"})) if chosen is None else None
    if chosen is not None:
        return None
    ids = _ids(operation.value)
    if operation.op is PatchOperation.Op.add:
        return None if ids is None else MemberMoves(frozenset(ids))
    is_list = operation.value is None or isinstance(operation.value, list)
    return None if ids is None or not is_list else MemberMoves(frozenset(ids), is_whole=True)


def _without(ids: Sequence[str] | None) -> MemberMoves | None:
    return None if ids is None else MemberMoves(leave=frozenset(ids))


def _one(chosen: object) -> Sequence[str] | None:
    if isinstance(chosen, Comparison) and chosen.op is CompareOperator.eq and isinstance(chosen.value, str):
        return [chosen.value] if str(chosen.attr_path).lower() == "value" else None
    return None


def _ids(value: object, of_one: Collection[str] = _OF_ONE) -> Sequence[str] | None:
    """Whom a value lists; None where something else is said."""
    if value is None:
        return []
    found: list[str] = []
    for entry in cast("list[object]", value) if isinstance(value, list) else [value]:
        told = cast("dict[str, object]", entry) if isinstance(entry, dict) else {}
        one = told.get("value")
        if not isinstance(one, str) or not one or not told.keys() <= set(of_one):
            return None
        found.append(one)
    return found


def _mentions_members(value: object) -> bool:
    return not isinstance(value, dict) or any(MEMBERS in name.lower() for name in cast("dict[str, object]", value))


def _parts(path: Path[Any]) -> tuple[str, ...]:
    return tuple(part.lower() for part in path.parts)
