"""How Microsoft Graph writes a user, and which properties it knows.

Sources (learn.microsoft.com): "user resource type" (graph/api/resources/user): the properties, which are returned by
default, `employeeLeaveDateTime` needs User-LifeCycleInfo.Read.All, `signInActivity` AuditLog.Read.All. "List users"
(graph/api/user-list): the default set, and 501 for properties that a collection cannot return.
"""

import functools
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from tests.directories.vendors.people import Person, Standing

NAMESPACE: Final = uuid.UUID("5b0a4c1e-7a3b-4d59-9c0e-0f6c1d2e3a4b")

DEFAULTS: Final = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)

SINGLE_USER_ONLY: Final = frozenset(
    {"aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName", "responsibilities"}
    | {"schools", "skills", "mailboxSettings"}
)

FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "displayName": frozenset({"given", "family"}),
    "givenName": frozenset({"given"}),
    "surname": frozenset({"family"}),
    "mail": frozenset({"mail"}),
    "userPrincipalName": frozenset({"address"}),
    "accountEnabled": frozenset({"standing"}),
    "employeeId": frozenset({"employee"}),
    "employeeLeaveDateTime": frozenset({"leaves_at"}),
    "otherMails": frozenset({"aliases"}),
    "proxyAddresses": frozenset({"mail", "aliases"}),
}
"""Which of our fields a tracked property follows; `signInActivity` is stored elsewhere and not tracked."""


def stamp(at: datetime | None) -> str | None:
    """Graph's time: UTC, whole seconds."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at is not None else None


@functools.cache
def id_of(number: int) -> str:
    """The object id of a number."""
    return str(uuid.uuid5(NAMESPACE, str(number)))


def proxies(person: Person) -> list[str]:
    """The addresses in Exchange's form: `SMTP:` before the primary one."""
    primary = [f"SMTP:{person.mail}"] if person.mail else []
    return [*primary, *(f"smtp:{alias}" for alias in person.aliases)]


PROPERTIES: Final[Mapping[str, Callable[[Person], object]]] = {
    "id": lambda person: id_of(person.number),
    "businessPhones": lambda _: [],
    "displayName": lambda person: person.name,
    "givenName": lambda person: person.given,
    "surname": lambda person: person.family,
    "jobTitle": lambda _: None,
    "mail": lambda person: person.mail,
    "mobilePhone": lambda _: None,
    "officeLocation": lambda _: None,
    "preferredLanguage": lambda _: None,
    "userPrincipalName": lambda person: person.address,
    "accountEnabled": lambda person: person.standing is not Standing.DISABLED,
    "createdDateTime": lambda person: stamp(person.created_at),
    "department": lambda _: None,
    "employeeId": lambda person: person.employee,
    "employeeLeaveDateTime": lambda person: stamp(person.leaves_at),
    "otherMails": lambda person: list(person.aliases),
    "proxyAddresses": proxies,
    "userType": lambda _: "Member",
    "signInActivity": lambda person: (
        {
            "lastSignInDateTime": stamp(person.seen_at),
            "lastSignInRequestId": str(uuid.uuid5(NAMESPACE, f"sign-in {person.number}")),
        }
        if person.seen_at
        else None
    ),
    "deletedDateTime": lambda _: None,
}


def write(person: Person, names: tuple[str, ...], *, hides_leave_date: bool) -> dict[str, object]:
    """One user with these properties."""
    content: dict[str, object] = {name: PROPERTIES[name](person) for name in names}
    if hides_leave_date and "employeeLeaveDateTime" in content:
        content["employeeLeaveDateTime"] = None
    return content
