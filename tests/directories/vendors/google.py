"""Google's Directory API, as far as listing users goes.

Sources (developers.google.com): "Method: users.list" (workspace/admin/directory/v1/reference/users/list): `customer`
or `domain` must be given, `maxResults` 100 by default and 500 at most, a page token lives three days, `showDeleted`
lists the deleted users only. "REST Resource: users" (…/reference/users): the fields; `suspensionReason` only when
suspended, `deletionTime` only when deleted. "Manage user accounts" (…/guides/manage-users): deleted users are
listed for 20 days; `lastLoginTime` of somebody who never signed in is 1970. "Directory API: Limits and Quotas"
(…/limits): 403 with userRateLimitExceeded, quotaExceeded or rateLimitExceeded is "too fast", as is 429; back off
exponentially; no `Retry-After` is promised. "Performance tips" (…/guides/performance): `fields`.

Not documented, seen in every reply: a page without people has no member `users`. Order without `orderBy`, and whether
more than 500 is capped or refused (here: capped), are not documented either.
"""

import base64
import re
import time
from bisect import bisect_right
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import ClassVar, Final

from tests.directories.vendors.google_tokens import TOKEN_PATH, ServiceAccount
from tests.directories.vendors.keys import bearer, make_key, to_pem
from tests.directories.vendors.people import FIRST, Organisation, Person, Place, Standing
from tests.directories.vendors.vendor import Vendor
from tests.directories.vendors.wire import Ask, Headers, Page, Reply, json_reply

READ_USERS: Final = "https://www.googleapis.com/auth/admin.directory.user.readonly"
SCOPES: Final = frozenset({READ_USERS, "https://www.googleapis.com/auth/admin.directory.user"})
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
KEPT: Final = timedelta(days=20)
TOKEN_LIFE: Final = 3 * 24 * 3600
FIELDS: Final = re.compile(r"users(?:\((?P<inner>[^()]*(?:\([^()]*\)[^()]*)*)\))?")
ORDERS: Final[Mapping[str, str]] = {"email": "address", "givenname": "given", "familyname": "family"}

REASONS: Final[Mapping[str, str]] = {
    "userRateLimitExceeded": "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user'.",
    "rateLimitExceeded": "Rate Limit Exceeded",
    "quotaExceeded": "Request rate higher than configured.",
}


class GoogleVendor(Vendor):
    """One Google Workspace customer.

    `admin` may be impersonated and may read users; `plain` may be impersonated and may not. `delegated` are the scopes
    that the super administrator delegated to the service account.
    """

    name: ClassVar[str] = "google"
    email: Final = "reader@vendor-project.iam.example"
    kid: Final = "0123456789abcdef0123456789abcdef01234567"
    customer: Final = "C01vendor1"
    admin: Final = "admin@people.example"
    plain: Final = "plain@people.example"

    def __init__(
        self, organisation: Organisation, *, clock_ahead: float = 0, delegated: frozenset[str] = SCOPES
    ) -> None:
        super().__init__(organisation, clock_ahead=clock_ahead)
        self.account = ServiceAccount(
            self.email, self.kid, make_key("google").public_key(), delegated, frozenset({self.admin, self.plain})
        )
        self._sorted: dict[str, tuple[int, list[tuple[str, int]]]] = {}

    def credentials(self) -> Mapping[str, str]:
        """The members of a service account's key file that matter, and whom to impersonate."""
        return {
            "client_email": self.email,
            "private_key_id": self.kid,
            "private_key": to_pem(make_key("google")),
            "token_uri": self.base + TOKEN_PATH,
            "subject": self.admin,
        }

    def render_all(self) -> None:
        """Make the JSON of everybody."""
        for person in self.organisation.after(FIRST):
            self.user(person, None)

    def is_token(self, ask: Ask) -> bool:
        """Whether this goes to the token endpoint."""
        return ask.path == TOKEN_PATH

    def answer(self, ask: Ask) -> Reply | Page:
        """Route one request."""
        if self.is_token(ask):
            return self.account.answer(ask, self.tokens, self.base + TOKEN_PATH, self.now())
        token = bearer(ask.headers)
        if token is None:
            return google_error(401, "required", "Request is missing required authentication credential.")
        grant = self.tokens.find(token)
        if grant is None:
            return google_error(401, "authError", "Request had invalid authentication credentials.")
        if not grant.scopes & SCOPES:
            return google_error(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
        if grant.subject != self.admin:
            return google_error(403, "forbidden", "Not Authorized to access this resource/api")
        match ask.path.strip("/").split("/"):
            case ["admin", "directory", "v1", "users"] if ask.method == "GET":
                return self.users(ask)
            case ["admin", "directory", "v1", "users", key] if ask.method == "GET":
                return self.one_user(key)
            case _:
                return google_error(404, "notFound", "Not Found")

    def users(self, ask: Ask) -> Reply | Page:
        """A page of users, or of deleted users."""
        query = ask.query
        if query.get("customer") not in {"my_customer", self.customer} and "domain" not in query:
            return google_error(400, "badRequest", "Bad Request")
        text = query.get("maxResults", "100")
        if not text.isdecimal() or int(text) < 1:
            return google_error(400, "invalidParameter", f"Invalid value for parameter maxResults: {text}")
        order = query.get("orderBy", "").lower()
        if order and order not in ORDERS:
            return google_error(400, "invalidParameter", f"Invalid value at 'order_by': {order}")
        shown = self.fields_of(ask)
        if isinstance(shown, Reply):
            return shown
        mark = self.mark_of(ask)
        if mark is None:
            return google_error(400, "invalid", "Invalid Input: pageToken")
        size = min(int(text), 500)
        if query.get("showDeleted", "").lower() == "true":
            return self.deleted(ask, mark, size)
        if order:
            return self.ordered(ask, mark, size, order, shown)
        people, last = self.organisation.page_after(place_of(mark), size)
        following = self.token_for(ask, f"{last.rank}:{last.number}") if last is not None else None
        return Page([self.user(person, shown) for person in people], self.base + ask.target, following)

    def ordered(self, ask: Ask, mark: str, size: int, order: str, shown: frozenset[str] | None) -> Page:
        """A page in the order of a field: who is renamed between two pages can come twice or not at all."""
        organisation = self.organisation
        with organisation.lock:
            revision, keys = self._sorted.get(order, (-1, []))
            if revision != organisation.revision:
                field = ORDERS[order]
                keys = sorted(
                    (str(getattr(each, field)).casefold(), each.number) for each in organisation.people.values()
                )
                self._sorted[order] = (organisation.revision, keys)
            text, _, number = mark.rpartition(":")
            begin = bisect_right(keys, (text, int(number))) if mark else 0
            taken = keys[begin : begin + size]
            rows = [self.user(organisation.people[number], shown) for _, number in taken]
        more = begin + size < len(keys)
        following = self.token_for(ask, f"{taken[-1][0]}:{taken[-1][1]}") if more else None
        return Page(rows, self.base + ask.target, following)

    def deleted(self, ask: Ask, mark: str, size: int) -> Page:
        """A page of those who were deleted within the last 20 days, and nobody else."""
        at_least = datetime.fromtimestamp(self.now(), UTC) - KEPT
        place = place_of(mark)
        rest = sorted(
            number
            for number, (_, at) in self.organisation.deleted.items()
            if at >= at_least and (place == FIRST or number > place.number)
        )
        rows: list[bytes] = []
        for number in rest[:size]:
            person, at = self.organisation.deleted[number]
            rows.append(
                self.render(("deleted", number), number, at, {**self.content(person), "deletionTime": stamp(at)})
            )
        following = self.token_for(ask, f"0:{rest[size - 1]}") if len(rest) > size else None
        return Page(rows, self.base + ask.target, following)

    def one_user(self, key: str) -> Reply:
        """One user by primary address or id; the deleted are not found."""
        person = self.organisation.people.get(int(key[3:])) if key.isdecimal() else self.organisation.find(key)
        if person is None:
            return google_error(404, "notFound", "Resource Not Found: userKey")
        return Reply(200, self.user(person, None))

    def user(self, person: Person, shown: frozenset[str] | None) -> bytes:
        """One user of a page."""
        kept = self.rendered(shown, person.number, person)
        if kept is not None:
            return kept
        content = self.content(person)
        if shown is not None:
            content = {name: value for name, value in content.items() if name in shown}
        return self.render(shown, person.number, person, content)

    def content(self, person: Person) -> dict[str, object]:
        """One user with all fields; empty ones are left out, as JSON of Google does."""
        suspended = person.standing in {Standing.DISABLED, Standing.SUSPENDED}
        emails: list[dict[str, object]] = [{"address": person.address, "primary": True}]
        for alias in person.aliases:
            emails.append({"address": alias})
        if person.mail is not None and person.mail != person.address:
            emails.append({"address": person.mail, "type": "work"})
        content: dict[str, object] = {
            "kind": "admin#directory#user",
            "id": f"108{person.number:018d}",
            "etag": f'"{person.number}/{person.changed_at.timestamp():.0f}"',
            "primaryEmail": person.address,
            "name": {"givenName": person.given, "familyName": person.family, "fullName": person.name},
            "isAdmin": person.is_admin,
            "isDelegatedAdmin": False,
            "lastLoginTime": stamp(person.seen_at or NEVER),
            "creationTime": stamp(person.created_at),
            "agreedToTerms": person.seen_at is not None,
            "suspended": suspended,
            "archived": person.is_archived,
            "changePasswordAtNextLogin": False,
            "ipWhitelisted": False,
            "emails": emails,
            "customerId": self.customer,
            "orgUnitPath": "/",
            "isMailboxSetup": True,
            "includeInGlobalAddressList": True,
        }
        if suspended:
            content["suspensionReason"] = "ADMIN"
        if person.aliases:
            content["aliases"] = list(person.aliases)
        if person.employee is not None:
            content["externalIds"] = [{"value": person.employee, "type": "organization"}]
        return content

    def fields_of(self, ask: Ask) -> frozenset[str] | Reply | None:
        """The members of a user that `fields` names; None for all of them."""
        if "fields" not in ask.query:
            return None
        found = FIELDS.search(ask.query["fields"])
        if found is None:
            return google_error(400, "invalidParameter", f"Invalid field selection {ask.query['fields']}")
        if found["inner"] is None:
            return None
        flat = re.sub(r"\([^)]*\)|/\w+", "", found["inner"])
        return frozenset(name.strip() for name in flat.split(","))

    # --- pages, tokens and errors ---

    def written(self, page: Page) -> Reply:
        """An object with `users`, which is left out when nobody is in it; `following` is a token here."""
        parts = [b'"kind":"admin#directory#users"', b'"etag":"\\"vendor\\""']
        if page.people:
            parts.append(b'"users":[' + b",".join(page.people) + b"]")
        if page.following is not None:
            parts.append(b'"nextPageToken":"' + page.following.encode() + b'"')
        return Reply(200, b"{" + b",".join(parts) + b"}")

    def token_for(self, ask: Ask, mark: str) -> str:
        """An opaque page token; it serves for the same question only, and for three days."""
        text = f"{int(self.now())}|{question_of(ask)}|{mark}"
        return base64.urlsafe_b64encode(text.encode()).decode()

    def mark_of(self, ask: Ask) -> str | None:
        """Where the page begins, "" for the first; None for a token that does not serve."""
        token = ask.query.get("pageToken")
        if token is None:
            return ""
        try:
            at, question, mark = base64.urlsafe_b64decode(token).decode().split("|")
            fits = question == question_of(ask) and int(at) + TOKEN_LIFE > self.now()
        except ValueError:
            return None
        return mark if fits else None

    def link_to(self, ask: Ask) -> str:
        """A token that leads to the page that is being asked for."""
        return ask.query.get("pageToken") or self.token_for(ask, "")

    def link_elsewhere(self, ask: Ask) -> str | None:
        """Google hands out tokens, no addresses: there is no way to another host."""
        return None

    def throttled(self, headers: Headers) -> Reply:
        """429."""
        return google_error(429, "rateLimitExceeded", REASONS["rateLimitExceeded"], headers)

    def quota_forbidden(self, reason: str) -> Reply:
        """403 that means "too fast"."""
        return google_error(403, reason, REASONS[reason])

    def failed(self, status: int, headers: Headers) -> Reply:
        """500 or 503."""
        return google_error(status, "backendError", "Backend Error", headers)


STATUSES: Final[Mapping[int, str]] = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


def google_error(status: int, reason: str, message: str, headers: Headers = ()) -> Reply:
    """An error in Google's form; `reason` is what a client goes by."""
    domain = "usageLimits" if reason in REASONS else "global"
    content = {
        "error": {
            "code": status,
            "message": message,
            "errors": [{"message": message, "domain": domain, "reason": reason}],
            "status": STATUSES[status],
        }
    }
    return json_reply(status, content, headers)


def question_of(ask: Ask) -> str:
    """The arguments that a page token is bound to."""
    return ",".join(ask.query.get(name, "") for name in ("customer", "domain", "showDeleted", "orderBy", "query"))


def place_of(mark: str) -> Place:
    """The place of a mark."""
    rank, _, number = mark.partition(":")
    return Place(int(rank), int(number)) if mark else FIRST


def stamp(at: datetime) -> str:
    """Google's time: UTC with milliseconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", at.utctimetuple())
