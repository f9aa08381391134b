"""Microsoft Graph v1.0 and Entra's token endpoint, as far as reading users and app assignments goes.

Sources (learn.microsoft.com): "List users" (graph/api/user-list): default properties, pages of 100 and at most 999,
fewer with signInActivity, no `$skip`. "Paging Microsoft Graph data in your app" (graph/paging): `@odata.nextLink` is
taken whole, and followed until there is none, also over empty pages. "Microsoft Graph error responses"
(graph/errors) and "Throttling guidance" (graph/throttling): the form of errors, `Retry-After`, and backoff without
it. "List appRoleAssignments granted for a service principal" (graph/api/serviceprincipal-list-approleassignedto):
both ways to name the principal, `principalType`. "List group members" (graph/api/group-list-members). "List deleted
items" (graph/api/directory-deleteditems-list). The delta of users is in `entra_delta`.

Not documented, and therefore a choice of the test: what `$select=employeeLeaveDateTime` gives without
User-LifeCycleInfo.Read.All. An issue of Azure/logicapps ("HTTP action on Graph API doesn't return Lifecycle
attributes") reports null with 200; a refusal is the other possibility (`LeaveDate`).
"""

import base64
import json
import re
import secrets
import time
import uuid
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import ClassVar, Final
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives import serialization

from tests.directories.vendors import entra_people
from tests.directories.vendors.entra_delta import Delta
from tests.directories.vendors.entra_tokens import Registration
from tests.directories.vendors.graph import REFUSALS, graph_error
from tests.directories.vendors.keys import bearer, make_certificate, make_key, to_pem
from tests.directories.vendors.people import FIRST, Assignment, Organisation, Person, Place
from tests.directories.vendors.vendor import Vendor
from tests.directories.vendors.wire import Ask, Headers, Page, Reply, json_reply

PERMISSIONS: Final = frozenset(
    {"User.Read.All", "User-LifeCycleInfo.Read.All", "Application.Read.All", "GroupMember.Read.All"}
)
PRINCIPAL: Final = re.compile(r"^servicePrincipals\(appId='(?P<app>[^']*)'\)$")
COLLECTIONS: Final = frozenset({"users", "directory", "servicePrincipals", "groups"})
GROUP_RANK: Final = 2**61
"""The group's row stands behind all people in a list of assignments."""


class LeaveDate(Enum):
    """What a reader without User-LifeCycleInfo.Read.All gets who asks for employeeLeaveDateTime."""

    NULL = "200 with null"
    FORBIDDEN = "403"


class EntraVendor(Vendor):
    """One tenant, its login and Graph on the same host.

    `sign_in_cap` is the page size with signInActivity: 120 in the documentation of 2023, 500 since July 2025.
    """

    name: ClassVar[str] = "entra"
    tenant: Final = "11111111-2222-4333-8444-555555555555"
    client_id: Final = "aaaaaaaa-0000-4000-8000-000000000001"
    app_id: Final = "aaaaaaaa-0000-4000-8000-0000000000ff"
    principal_id: Final = "bbbbbbbb-0000-4000-8000-000000000001"
    group_id: Final = "cccccccc-0000-4000-8000-000000000001"

    def __init__(
        self,
        organisation: Organisation,
        *,
        clock_ahead: float = 0,
        granted: frozenset[str] = PERMISSIONS,
        leave_date: LeaveDate = LeaveDate.NULL,
        sign_in_cap: int = 120,
        delta_page: int = 100,
    ) -> None:
        super().__init__(organisation, clock_ahead=clock_ahead)
        self.granted = granted
        self.leave_date = leave_date
        self.sign_in_cap = sign_in_cap
        self.secret = secrets.token_urlsafe(30)
        self.certificate = make_certificate("entra")
        self.registration = Registration(self.tenant, self.client_id, self.secret, self.certificate)
        self.delta = Delta(self, page=delta_page)
        self._cursor_age = 0
        self._ids: dict[str, int] = {}

    def credentials(self) -> Mapping[str, str]:
        """What a reader is configured with."""
        return {
            "tenant": self.tenant,
            "client_id": self.client_id,
            "client_secret": self.secret,
            "certificate": self.certificate.public_bytes(serialization.Encoding.PEM).decode(),
            "private_key": to_pem(make_key("entra")),
            "app_id": self.app_id,
            "principal_id": self.principal_id,
        }

    def expire_page_tokens(self) -> None:
        """Every `$skiptoken` of /users that was given out so far becomes Directory_ExpiredPageToken."""
        self._cursor_age += 1

    def render_all(self) -> None:
        """Make the JSON of everybody for the selection that a reader of leavers asks for."""
        names = "id,userPrincipalName,mail,accountEnabled,employeeId,employeeLeaveDateTime,otherMails,proxyAddresses"
        for person in self.organisation.after(FIRST):
            self.user(person, tuple(names.split(",")))

    def is_token(self, ask: Ask) -> bool:
        """Whether this goes to the token endpoint."""
        return ask.path.endswith("/oauth2/v2.0/token")

    def answer(self, ask: Ask) -> Reply | Page:
        """Route one request."""
        if self.is_token(ask):
            return self.registration.answer(ask, self.tokens, self.granted, self.base, self.now())
        token = bearer(ask.headers)
        grant = self.tokens.find(token) if token is not None else None
        if grant is None:
            expired = token is not None and self.tokens.knew(token)
            return REFUSALS["expired" if expired else "token" if token else "nothing"]()
        if ask.method != "GET" or not ask.path.startswith("/v1.0/"):
            return graph_error(400, "BadRequest", "Invalid version or method.")
        return self.route(ask, ask.path.removeprefix("/v1.0/").rstrip("/").split("/"), grant.scopes)

    def route(self, ask: Ask, parts: list[str], permissions: frozenset[str]) -> Reply | Page:
        """Find what is asked for, and whether it is permitted."""
        reads_people = bool(permissions & {"User.Read.All", "Directory.Read.All"})
        reads_apps = bool(permissions & {"Application.Read.All", "Directory.Read.All"})
        match parts:
            case ["users"] if reads_people:
                return self.users(ask, permissions)
            case ["users", "delta" | "delta()" | "microsoft.graph.delta()" | "microsoft.graph.delta"] if reads_people:
                return self.delta.answer(ask, permissions)
            case ["users", key] if reads_people:
                return self.one_user(ask, key, permissions)
            case ["directory", "deletedItems", "microsoft.graph.user"] if reads_people:
                return self.deleted_users(ask, permissions)
            case ["servicePrincipals"] if reads_apps:
                named = ask.query.get("$filter", "") == f"appId eq '{self.app_id}'"
                return json_reply(200, {"value": [self.principal()] if named else []})
            case [principal] if reads_apps and self.names_principal([principal]):
                return json_reply(200, self.principal())
            case [*principal, "appRoleAssignedTo"] if reads_apps and self.names_principal(principal):
                return self.assignments(ask)
            case ["servicePrincipals", self.principal_id] if reads_apps:
                return json_reply(200, self.principal())
            case ["groups", self.group_id, "members"] if permissions & {"GroupMember.Read.All", "Directory.Read.All"}:
                return self.members(ask)
            case [first, *_] if first.partition("(")[0] in COLLECTIONS and not (reads_people and reads_apps):
                return REFUSALS["forbidden"]()
            case _:
                return REFUSALS["missing"]()

    def names_principal(self, parts: list[str]) -> bool:
        """Whether these parts of a path name our service principal."""
        found = PRINCIPAL.match(parts[0]) if len(parts) == 1 else None
        return parts == ["servicePrincipals", self.principal_id] or (found is not None and found["app"] == self.app_id)

    # --- users ---

    def users(self, ask: Ask, permissions: frozenset[str]) -> Reply | Page:
        """A page of users."""
        names = self.selection(ask, permissions)
        if isinstance(names, Reply):
            return names
        if "$skip" in ask.query:
            return graph_error(400, "Request_BadRequest", "$skip is not supported by the service.")
        size = self.page_size(ask)
        if isinstance(size, Reply):
            return size
        if "signInActivity" in names:
            size = min(size, self.sign_in_cap)
        place = self.place_of(ask)
        if place is None:
            return REFUSALS["page token"]()
        people, last = self.organisation.page_after(place, size)
        following = self.address(ask, last) if last is not None else None
        return self.page(ask, (self.user(person, names) for person in people), following, "users")

    def selection(self, ask: Ask, permissions: frozenset[str]) -> tuple[str, ...] | Reply:
        """The properties that are asked for, or why they cannot be had."""
        chosen = ask.query.get("$select")
        if chosen is None:
            return entra_people.DEFAULTS
        names = tuple(name.strip() for name in chosen.split(",") if name.strip())
        if entra_people.SINGLE_USER_ONLY & set(names):
            return REFUSALS["collection"]()
        unknown = [name for name in names if name not in entra_people.PROPERTIES]
        if unknown:
            told = f"Could not find a property named '{unknown[0]}' on type 'microsoft.graph.user'."
            return graph_error(400, "BadRequest", told)
        if "signInActivity" in names and "AuditLog.Read.All" not in permissions:
            return REFUSALS["forbidden"]()
        hides = "employeeLeaveDateTime" in names and "User-LifeCycleInfo.Read.All" not in permissions
        if hides and self.leave_date is LeaveDate.FORBIDDEN:
            return REFUSALS["forbidden"]()
        return names

    @staticmethod
    def page_size(ask: Ask) -> int | Reply:
        """`$top`, 100 without it; outside of 1 to 999 it is refused, not capped."""
        text = ask.query.get("$top", "100")
        if text.isdecimal() and 1 <= int(text) <= 999:
            return int(text)
        told = f"Invalid page size specified: '{text}'. Must be between 1 and 999 inclusive."
        return graph_error(400, "Request_UnsupportedQuery", told)

    def user(self, person: Person, names: tuple[str, ...]) -> bytes:
        """One user of a collection."""
        hides = "User-LifeCycleInfo.Read.All" not in self.granted
        kept = self.rendered((names, hides), person.number, person)
        if kept is not None:
            return kept
        content = entra_people.write(person, names, hides_leave_date=hides)
        return self.render((names, hides), person.number, person, content)

    def one_user(self, ask: Ask, key: str, permissions: frozenset[str]) -> Reply:
        """One user by object id or principal name; those in the bin are not found."""
        names = self.selection(ask, permissions)
        if isinstance(names, Reply):
            return names
        person = self.find(key)
        if person is None:
            told = f"Resource '{key}' does not exist or one of its queried reference-property objects are not present."
            return graph_error(404, "Request_ResourceNotFound", told)
        return Reply(200, self.user(person, names))

    def find(self, key: str) -> Person | None:
        """A present person by object id or principal name."""
        if "@" in key:
            return self.organisation.find(key)
        if key not in self._ids:
            self._ids = {entra_people.id_of(number): number for number in self.organisation.people}
        return self.organisation.people.get(self._ids.get(key, -1))

    def deleted_users(self, ask: Ask, permissions: frozenset[str]) -> Reply | Page:
        """A page of the bin, oldest number first."""
        names = self.selection(ask, permissions)
        size = self.page_size(ask)
        place = self.place_of(ask)
        if isinstance(names, Reply):
            return names
        if isinstance(size, Reply):
            return size
        if place is None:
            return REFUSALS["page token"]()
        rest = sorted(each for each in self.organisation.deleted if place == FIRST or each > place.number)
        rows: list[bytes] = []
        for number in rest[:size]:
            person, at = self.organisation.deleted[number]
            hides = "User-LifeCycleInfo.Read.All" not in permissions
            content = entra_people.write(person, names, hides_leave_date=hides)
            rows.append(json.dumps({**content, "deletedDateTime": entra_people.stamp(at)}).encode())
        following = self.address(ask, Place(0, rest[size - 1])) if len(rest) > size else None
        return self.page(ask, rows, following, "users")

    # --- the application ---

    def principal(self) -> Mapping[str, object]:
        """The service principal of the enterprise application."""
        return {
            "id": self.principal_id,
            "appId": self.app_id,
            "displayName": "Axure Cloud",
            "accountEnabled": True,
            "appRoleAssignmentRequired": True,
        }

    def assignments(self, ask: Ask) -> Reply | Page:
        """A page of assignments: a row for each person assigned directly, and one for the group."""
        size = self.page_size(ask)
        place = self.place_of(ask)
        if isinstance(size, Reply):
            return size
        if place is None:
            return REFUSALS["page token"]()
        assigned = {each: how for each, how in self.organisation.assigned.items() if each in self.organisation.people}
        direct = sorted(each for each, how in assigned.items() if how is Assignment.USER)
        by_group = any(how is Assignment.GROUP for how in assigned.values())
        rest = [
            each for each in [*direct, *([GROUP_RANK] if by_group else [])] if each > place.number or place == FIRST
        ]
        rows = [self.assignment(each) for each in rest[:size]]
        following = self.address(ask, Place(0, rest[size - 1])) if len(rest) > size else None
        return self.page(ask, rows, following, f"servicePrincipals('{self.principal_id}')/appRoleAssignedTo")

    def assignment(self, number: int) -> bytes:
        """One row."""
        is_group = number == GROUP_RANK
        kept = None if is_group else self.rendered("assignment", number, self.organisation.people[number])
        if kept is not None:
            return kept
        content = {
            "id": f"assignment-{number}",
            "deletedDateTime": None,
            "appRoleId": "00000000-0000-0000-0000-000000000000",
            "createdDateTime": "2024-01-15T09:00:00.0000000Z",
            "principalDisplayName": "Axure people" if is_group else self.organisation.people[number].name,
            "principalId": self.group_id if is_group else entra_people.id_of(number),
            "principalType": "Group" if is_group else "User",
            "resourceDisplayName": "Axure Cloud",
            "resourceId": self.principal_id,
        }
        if is_group:
            return json.dumps(content).encode()
        return self.render("assignment", number, self.organisation.people[number], content)

    def members(self, ask: Ask) -> Reply | Page:
        """A page of the group's direct members; only direct members of an assigned group get the application."""
        size = self.page_size(ask)
        place = self.place_of(ask)
        if isinstance(size, Reply):
            return size
        if place is None:
            return REFUSALS["page token"]()
        assigned = self.organisation.assigned
        people = self.organisation.people
        rest = sorted(
            each
            for each, how in assigned.items()
            if how is Assignment.GROUP and each in people and (each > place.number or place == FIRST)
        )
        rows = [
            json.dumps(
                {
                    "@odata.type": "#microsoft.graph.user",
                    "id": entra_people.id_of(each),
                    "userPrincipalName": people[each].address,
                }
            ).encode()
            for each in rest[:size]
        ]
        following = self.address(ask, Place(0, rest[size - 1])) if len(rest) > size else None
        return self.page(ask, rows, following, "directoryObjects")

    # --- the form of pages and errors ---

    def page(self, ask: Ask, rows: Iterable[bytes], following: str | None, kind: str) -> Page:
        """A page with its context."""
        extras = {"@odata.context": f"{self.base}/v1.0/$metadata#{kind}"}
        return Page(list(rows), self.base + ask.target, following, extras)

    def written(self, page: Page) -> Reply:
        """An object with `value`, and the next link where there is one."""
        members = dict(page.extras)
        if page.following is not None:
            members["@odata.nextLink"] = page.following
            members.pop("@odata.deltaLink", None)
        head = json.dumps(members)[:-1].encode()
        return Reply(200, head + (b"," if members else b"") + b'"value":[' + b",".join(page.people) + b"]}")

    def address(self, ask: Ask, place: Place) -> str:
        """The address of the rest: the same arguments with a token."""
        return f"{self.base}{ask.path}?{urlencode({**ask.query, '$skiptoken': self.encode(place)}, quote_via=quote)}"

    def encode(self, place: Place) -> str:
        """An opaque page token."""
        return base64.urlsafe_b64encode(f"{self._cursor_age}:{place.rank}:{place.number}".encode()).decode()

    def place_of(self, ask: Ask) -> Place | None:
        """Where the page begins; None for a token that expired or is none of ours."""
        if "$skiptoken" not in ask.query:
            return FIRST
        try:
            age, rank, number = base64.urlsafe_b64decode(ask.query["$skiptoken"]).decode().split(":")
            return Place(int(rank), int(number)) if int(age) == self._cursor_age else None
        except ValueError:
            return None

    def constant_headers(self) -> Headers:
        """Date, the id of the request and Graph's diagnostics."""
        identity = str(uuid.uuid4())
        return (
            *super().constant_headers(),
            ("request-id", identity),
            ("client-request-id", identity),
            ("x-ms-ags-diagnostic", '{"ServerInfo":{"DataCenter":"Loopback","Slice":"E","Ring":"0"}}'),
        )

    def throttled(self, headers: Headers) -> Reply:
        """429."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        inner = {"code": "429", "date": at, "message": "Please retry after", "status": "429"}
        error = {"code": "TooManyRequests", "message": "Please retry again later.", "innerError": inner}
        return json_reply(429, {"error": error}, headers)

    def quota_forbidden(self, reason: str) -> Reply:
        """Graph has only 429."""
        del reason
        return self.throttled(())

    def failed(self, status: int, headers: Headers) -> Reply:
        """500 or 503."""
        code = "InternalServerError" if status == 500 else "serviceNotAvailable"
        return graph_error(status, code, "The service could not process the request.", headers)
