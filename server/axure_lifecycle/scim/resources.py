"""Between the library's resources and what the store keeps of them.

Kept is the JSON of a resource without what the store knows itself: its id, its meta, the groups of a person, the
members of a group.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final, cast

from scim2_models import Meta, Resource

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.scim import (
    AddressFrom,
    IdpSettings,
    ScimGroupRecord,
    ScimMember,
    ScimUserRecord,
    WantedGroup,
    WantedUser,
)
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.scim.provider import GROUP, USER

Model = type[Resource[Any]]
Payload = dict[str, Any]

_KNOWN_HERE: Final = ("id", "meta", "groups", "members")


def wanted_user(
    resource: Resource[Any], settings: IdpSettings, aside: Payload, was: WantedUser | None = None
) -> WantedUser:
    """What a resource says of a person, in place of what `was` wanted.

    Without a word about `active` that stays as it was, and a new person is wanted on: RFC 7643 section 4.1.1 leaves the
    meaning to us, and silence switches nobody on or off. What is given back says nothing about it then either.
    """
    payload = _kept(resource)
    stated = payload.get("active")
    active = stated is not False if stated is not None or was is None else was.active
    return WantedUser(
        external_id=payload.get("externalId"),
        user_name=payload["userName"],
        address=_address_of(payload, settings.address),
        active=active,
        resource=canonical(payload),
        aside=canonical(aside),
    )


def wanted_group(resource: Resource[Any], aside: Payload) -> WantedGroup:
    """What a resource says of a group, its members apart."""
    payload = _kept(resource)
    return WantedGroup(payload.get("externalId"), payload["displayName"], canonical(payload), canonical(aside))


def user_resource(model: Model, record: ScimUserRecord, groups: Sequence[ScimMember]) -> Resource[Any]:
    """The resource of a record."""
    payload: Payload = json.loads(record.wanted.resource)
    if groups:
        payload["groups"] = [
            {"value": one.group_id, "$ref": f"Groups/{one.group_id}", "display": one.group_name, "type": "direct"}
            for one in groups
        ]
    return _resource(model, USER, record, payload)


def group_resource(model: Model, record: ScimGroupRecord, members: Sequence[ScimMember]) -> Resource[Any]:
    """The resource of a record."""
    payload: Payload = json.loads(record.wanted.resource)
    if members:
        payload["members"] = _members(one.user_id for one in members)
    return _resource(model, GROUP, record, payload)


def with_members(group: Resource[Any], ids: Sequence[str]) -> Resource[Any]:
    """A group that was read without its members, with them."""
    listed = type(group).model_validate({"displayName": "", "members": _members(ids)})
    return group.model_copy(update={"members": getattr(listed, "members", None)})


def _members(ids: Iterable[str]) -> list[Payload]:
    return [{"value": one, "$ref": f"Users/{one}", "type": USER} for one in ids]


def version_of(number: int) -> str:
    """A version as an entity tag; a weak one, because the same version may be written in several ways."""
    return f'W/"{number}"'


def _resource(model: Model, kind: str, record: ScimUserRecord | ScimGroupRecord, payload: Payload) -> Resource[Any]:
    found = model.model_validate({**payload, "id": record.id})
    found.meta = Meta(
        resource_type=kind,
        created=record.created_at,
        last_modified=record.changed_at,
        version=version_of(record.version),
    )
    return found


def _kept(resource: Resource[Any]) -> Payload:
    payload = resource.model_dump()
    return {name: value for name, value in payload.items() if name not in _KNOWN_HERE}


def _address_of(payload: Payload, source: AddressFrom) -> Address | None:
    """The address that somebody has in Axure, by the attribute that the configuration names, else by the other one."""
    user_name = normal(payload["userName"])
    if source is AddressFrom.USER_NAME and user_name is not None:
        return user_name
    emails = cast("list[Payload]", payload.get("emails") or [])
    ranked = sorted(emails, key=lambda one: (one.get("type") != "work", one.get("primary") is not True))
    found = (normal(value) for one in ranked if isinstance(value := one.get("value"), str))
    return next((one for one in found if one is not None), user_name)
