"""Who is assigned to Axure's enterprise application in Entra ID.

Sources (Microsoft Graph): "List appRoleAssignments granted for a service principal" (rows name users and groups),
"List group members"; Entra, "Assign users and groups to an application" (only direct members of an assigned group get
the application). A group whose membership is hidden looks like one without members to whoever may not see it, so of an
empty group nothing is concluded.
"""

from collections.abc import Collection
from typing import Final, NamedTuple, cast
from urllib.parse import quote

from axure_lifecycle.directories.answers import id_in, object_in, objects_under, text_under
from axure_lifecycle.directories.entra_sign_in import READ_APPS, READ_MEMBERS
from axure_lifecycle.directories.pump import Put
from axure_lifecycle.directories.refusals import DirectoryAppUnknown
from axure_lifecycle.directories.wire import PERMISSIONS_REFUSED, Answer, Wire
from axure_lifecycle.domain.rosters import Assigned
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.user_objects import JsonObject

A_PAGE: Final = 999
"""The most that Graph gives; one more is refused."""
MOST_GROUPS: Final = 200
_MISSING: Final = frozenset({400, 404})
_USER: Final = "#microsoft.graph.user"


class Application(NamedTuple):
    """The enterprise application."""

    id: str
    label: str
    is_for_assigned_only: bool | None
    """Whether Entra lets nobody else in; None where it does not say."""


class Assignments(NamedTuple):
    """What is known about who is assigned."""

    are_all_named: bool
    notes: tuple[str, ...]


async def find_application(wire: Wire, host: str, app: str) -> Application:
    """The enterprise application by its application (client) id. Raises `DirectoryAppUnknown`."""
    key = quote(app.replace("'", "''"), safe="")
    url = f"https://{host}/v1.0/servicePrincipals(appId='{key}')"
    params = {"$select": "id,displayName,appRoleAssignmentRequired"}
    answer = await wire.get(url, params, accepted=_MISSING, needs=READ_APPS)
    if answer.status in _MISSING:
        raise DirectoryAppUnknown(wire.directory, app)
    found = object_in(wire, answer)
    required = found.get("appRoleAssignmentRequired")
    label = wire.tell(text_under(wire, found, "displayName") or app)
    return Application(id_in(wire, found), shown(label), required if isinstance(required, bool) else None)


async def read_assignments(wire: Wire, host: str, app: str, put: Put) -> Assignments:
    """Hand over who is assigned, directly or by a group. Raises `DirectoryAppUnknown`."""
    application = await find_application(wire, host, app)
    groups: dict[str, str] = {}
    url = f"https://{host}/v1.0/servicePrincipals/{quote(application.id, safe='')}/appRoleAssignedTo"
    async for answer in wire.pages(url, {"$top": str(A_PAGE)}, next_page, needs=READ_APPS):
        directly: list[str] = []
        for row in objects_under(wire, answer, "value"):
            key = id_in(wire, row, "principalId")
            match text_under(wire, row, "principalType"):
                case "User":
                    directly.append(key)
                case "Group":
                    groups[key] = shown(wire.tell(text_under(wire, row, "principalDisplayName") or key))
                case "ServicePrincipal":
                    pass
                case _:
                    raise wire.strange("an assignment of neither a user nor a group")
        await put([Assigned(key) for key in directly])
    notes: list[str] = []
    if application.is_for_assigned_only is False:
        notes.append(f"Entra lets everybody into {application.label}, assigned or not.")
    unread = await _read_groups(wire, host, groups, put)
    if unread:
        some = ", ".join(f"“{groups[key]}”" for key in unread[:3])
        more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""
        notes.append(
            f"Who is assigned to {application.label} through {some}{more} is not known: the group shows no members "
            f"(which needs {READ_MEMBERS}, and Member.Read.Hidden where they are hidden). So nobody is said not to be."
        )
    return Assignments(not unread, tuple(notes))


async def _read_groups(wire: Wire, host: str, groups: Collection[str], put: Put) -> list[str]:
    """Hand over the members of the groups; the ids of those that show none."""
    unread: list[str] = []
    for number, group in enumerate(groups):
        if number >= MOST_GROUPS:
            return [*unread, *list(groups)[number:]]
        url = f"https://{host}/v1.0/groups/{quote(group, safe='')}/members"
        params = {"$select": "id", "$top": str(A_PAGE)}
        count = 0
        refused = {PERMISSIONS_REFUSED, 404}
        async for answer in wire.pages(url, params, next_page, accepted=refused, needs=READ_MEMBERS):
            if answer.status in refused:
                count = 0
                break
            members = objects_under(wire, answer, "value")
            count += len(members)
            people = [each for each in members if each.get("@odata.type", _USER) == _USER]
            await put([Assigned(id_in(wire, each)) for each in people])
        if not count:
            unread.append(group)
    return unread


def next_page(answer: Answer) -> str | None:
    """Graph's link to the next page, taken as it stands; None at the end. What is no text the wire refuses."""
    body: object = answer.body
    link = cast("JsonObject", body).get("@odata.nextLink") if isinstance(body, dict) else None
    return None if link is None else str(link)
