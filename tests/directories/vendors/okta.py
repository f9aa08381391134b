"""Okta's management API, as far as reading users and app assignments goes.

Sources, all of developer.okta.com:
* "Okta management API" (openapi/okta-management, also published as `okta-management-openapi-spec`): *List all users*
  leaves DEPROVISIONED out unless `filter` or `search` is given; `limit` is 200 by default and at most; `search` is
  answered from an eventually consistent source. *List all application users*: `limit` 50 by default, 500 at most;
  `okta.apps.read`.
* "Core Okta API" (docs/reference/core-okta-api), *Pagination* and *Link header*: several `link` headers, `self` and
  `next`; the cursor is opaque; without `next` it was the last page.
* "Rate limit best practices" (docs/reference/rl-best-practices) and "Monitoring and troubleshooting"
  (docs/reference/rl2-monitor): the three `X-Rate-Limit-*` headers, the reset in UTC epoch seconds.
* "Okta API error codes" (docs/reference/error-codes): every code and sentence below.
* *Deactivate a user* of the management API: the user is deprovisioned from all apps, so here a deprovisioned user is
  no application user; until that is done `transitioningToStatus` says DEPROVISIONED.
"""

import base64
import binascii
import functools
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import quote, urlencode

from tests.directories.vendors import okta_expressions
from tests.directories.vendors.faults import AtReset, Wait
from tests.directories.vendors.keys import bearer, make_key, to_pem
from tests.directories.vendors.okta_tokens import ServiceApp
from tests.directories.vendors.people import FIRST, Organisation, Person, Place, Standing
from tests.directories.vendors.vendor import Vendor
from tests.directories.vendors.wire import Ask, Headers, Page, Reply, json_reply

WORDS: Final[Mapping[Standing, str]] = {
    Standing.STAGED: "STAGED",
    Standing.ACTIVE: "ACTIVE",
    Standing.LOCKED: "LOCKED_OUT",
    Standing.SUSPENDED: "SUSPENDED",
    Standing.DISABLED: "DEPROVISIONED",
}
"""PROVISIONED, RECOVERY, PASSWORD_EXPIRED and words of the future are given as `Person.word`."""

USERS_AT_MOST: Final = 200
APP_USERS_AT_MOST: Final = 500
SCOPES: Final = frozenset({"okta.users.read", "okta.apps.read"})

ERRORS: Final[Mapping[str, tuple[int, str]]] = {
    "E0000001": (400, "Api validation failed: {0}"),
    "E0000006": (403, "You do not have permission to perform the requested action"),
    "E0000007": (404, "Not found: {0}"),
    "E0000009": (500, "Internal Server Error"),
    "E0000010": (503, "Service is in read only mode"),
    "E0000011": (401, "Invalid token provided"),
    "E0000022": (405, "The endpoint does not support the provided HTTP method"),
    "E0000031": (400, "Invalid search criteria."),
    "E0000047": (429, "API call exceeded rate limit due to too many requests."),
}


class OktaVendor(Vendor):
    """One Okta org.

    `granted` are the scopes that an administrator granted to the service app, `ssws_scopes` what the owner of the
    SSWS token may do. `rate_limit` is requests a minute. While `freeze_index()` holds, `search` sees the past.
    """

    name: ClassVar[str] = "okta"
    client_id: Final = "0oavendorexample1d7"
    kid: Final = "vendor-key-1"
    app_id: Final = "0oaaxureexample0001"

    def __init__(
        self,
        organisation: Organisation,
        *,
        clock_ahead: float = 0,
        granted: frozenset[str] = SCOPES,
        ssws_scopes: frozenset[str] = SCOPES,
        rate_limit: int = 100_000,
    ) -> None:
        super().__init__(organisation, clock_ahead=clock_ahead)
        self.granted = granted
        self.ssws_scopes = ssws_scopes
        self.rate_limit = rate_limit
        self.key = make_key("okta")
        self.ssws_token = "00" + secrets.token_urlsafe(30)
        self._service_app = ServiceApp(self.client_id, self.kid, self.key.public_key())
        self._window = (0, 0)
        self._index: list[Person] | None = None
        self._assigned: tuple[int, int, list[int]] = (-1, -1, [])

    def credentials(self) -> Mapping[str, str]:
        """What a reader is configured with."""
        return {
            "client_id": self.client_id,
            "kid": self.kid,
            "private_key": to_pem(self.key),
            "ssws_token": self.ssws_token,
            "app_id": self.app_id,
        }

    def freeze_index(self) -> None:
        """From now on `search` answers from the organisation as it is now ("eventually consistent")."""
        self._index = list(self.organisation.after(FIRST))

    def refresh_index(self) -> None:
        """`search` sees the present again."""
        self._index = None

    def render_all(self) -> None:
        """Make the JSON of everybody."""
        for person in self.organisation.after(FIRST):
            self.user(person)
            if person.number in self.organisation.assigned:
                self.app_user(person)

    def is_token(self, ask: Ask) -> bool:
        """Whether this goes to the authorization server."""
        return ask.path == "/oauth2/v1/token"

    # --- what is answered ---

    def answer(self, ask: Ask) -> Reply | Page:
        """Route one request."""
        if self.is_token(ask):
            return self._service_app.answer(ask, self.tokens, self.granted, f"{self.base}/oauth2/v1/token", self.now())
        exceeded = self.count_request()
        if exceeded is not None:
            return exceeded
        if ask.method != "GET":
            return self.error("E0000022")
        scopes = self.scopes_of(ask)
        if scopes is None:
            return self.error("E0000011", headers=(("www-authenticate", 'Bearer error="invalid_token"'),))
        match ask.path.strip("/").split("/"):
            case ["api", "v1", "users"]:
                return self.users(ask) if "okta.users.read" in scopes else self.forbidden("okta.users.read")
            case ["api", "v1", "users", key]:
                return self.one_user(key) if "okta.users.read" in scopes else self.forbidden("okta.users.read")
            case ["api", "v1", "apps", app_id, *rest]:
                if "okta.apps.read" not in scopes:
                    return self.forbidden("okta.apps.read")
                if app_id != self.app_id or rest not in ([], ["users"]):
                    return self.error("E0000007", f"Resource not found: {app_id} (AppInstance)")
                return self.app_users(ask) if rest else self.app()
            case _:
                return self.error("E0000007", f"Resource not found: {ask.path}")

    def users(self, ask: Ask) -> Reply | Page:
        """A page of users."""
        limit = self.limit_of(ask, USERS_AT_MOST, USERS_AT_MOST)
        place = self.place_of(ask)
        if limit is None or place is None:
            return self.error("E0000001", "limit" if limit is None else "Invalid after")
        expression = ask.query.get("search") or ask.query.get("filter")
        if expression is None:
            people = (each for each in self.organisation.after(place) if self.word_of(each) != "DEPROVISIONED")
        else:
            is_search = "search" in ask.query
            try:
                test = okta_expressions.parse(expression, is_search=is_search)
            except okta_expressions.InvalidExpressionError:
                return self.error("E0000031")
            source = self.indexed_after(place) if is_search else self.organisation.after(place)
            people = (each for each in source if test(okta_expressions.Asked(ASKED_OF_USERS, each)))
        return self.page(ask, people, limit)

    def page(self, ask: Ask, people: Iterable[Person], limit: int) -> Page:
        """The first people of the rest, and a link if there are more."""
        rest = iter(people)
        taken = [person for person, _ in zip(rest, range(limit), strict=False)] if limit else []
        following = None
        if len(taken) == limit and next(rest, None) is not None:
            following = self.address(ask, after=encode(self.organisation_place(taken[-1].number)))
        return Page([self.user(person) for person in taken], self.base + ask.target, following)

    def organisation_place(self, number: int) -> Place:
        """Where a person stands; whoever was deleted a moment ago stands where the number says."""
        present = number in self.organisation.people
        return self.organisation.place_of(number) if present else Place(number, number)

    def indexed_after(self, place: Place) -> Iterable[Person]:
        """The people as the search index knows them."""
        if self._index is None:
            return self.organisation.after(place)
        return (each for each in self._index if self.organisation_place(each.number) > place)

    def one_user(self, key: str) -> Reply:
        """One user by id or login, deprovisioned ones too."""
        number = number_of(key)
        person = self.organisation.people.get(number) if number is not None else self.organisation.find(key)
        if person is None:
            return self.error("E0000007", f"Resource not found: {key} (User)")
        return Reply(200, self.user(person), self.rate_headers())

    def app(self) -> Reply:
        """The application itself."""
        content = {"id": self.app_id, "name": "axure_cloud", "label": "Axure Cloud", "status": "ACTIVE"}
        return json_reply(200, content, self.rate_headers())

    def app_users(self, ask: Ask) -> Reply | Page:
        """A page of application users."""
        limit = self.limit_of(ask, 50, APP_USERS_AT_MOST)
        place = self.place_of(ask)
        if limit is None or place is None:
            return self.error("E0000001", "limit" if limit is None else "Invalid after")
        people = self.organisation.people
        rest = (people[each] for each in self.assigned() if each > place.number or place == FIRST)
        active = (person for person in rest if self.word_of(person) != "DEPROVISIONED")
        taken = [person for _, person in zip(range(limit + 1), active, strict=False)]
        following = None
        if len(taken) > limit:
            taken.pop()
            following = self.address(ask, after=encode(Place(0, taken[-1].number)))
        return Page([self.app_user(person) for person in taken], self.base + ask.target, following)

    def assigned(self) -> list[int]:
        """Everybody who is assigned, in order."""
        organisation = self.organisation
        with organisation.lock:
            marks = (organisation.assignment_revision, organisation.revision)
            if self._assigned[:2] != marks:
                present = sorted(each for each in organisation.assigned if each in organisation.people)
                self._assigned = (*marks, present)
            return self._assigned[2]

    # --- how it is written ---

    def written(self, page: Page) -> Reply:
        """A JSON array with its links in headers of their own."""
        links = [("link", f'<{page.here}>; rel="self"')]
        if page.following is not None:
            links.append(("link", f'<{page.following}>; rel="next"'))
        return Reply(200, b"[" + b",".join(page.people) + b"]", (*links, *self.rate_headers()))

    def user(self, person: Person) -> bytes:
        """One user of a collection."""
        kept = self.rendered("user", person.number, person)
        if kept is not None:
            return kept
        identity = id_of(person.number)
        word = self.word_of(person)
        content: dict[str, object] = {
            "id": identity,
            "status": word,
            "created": stamp(person.created_at),
            "activated": None if word == "STAGED" else stamp(person.created_at),
            "statusChanged": stamp(person.changed_at),
            "lastLogin": stamp(person.seen_at),
            "lastUpdated": stamp(person.changed_at),
            "passwordChanged": stamp(person.created_at),
            "type": {"id": "otyvendorexample001"},
            "profile": {
                "firstName": person.given,
                "lastName": person.family,
                "mobilePhone": None,
                "secondEmail": person.aliases[0] if person.aliases else None,
                "login": person.address,
                "email": person.mail or person.address,
                "employeeNumber": person.employee,
            },
            "credentials": {"provider": {"type": "OKTA", "name": "OKTA"}},
            "_links": {"self": {"href": f"{self.base}/api/v1/users/{identity}"}},
        }
        if person.moving_to is not None:
            content["transitioningToStatus"] = person.moving_to
        return self.render("user", person.number, person, content)

    def app_user(self, person: Person) -> bytes:
        """One application user."""
        how = self.organisation.assigned[person.number]
        kept = self.rendered(("app user", how), person.number, person)
        if kept is not None:
            return kept
        identity = id_of(person.number)
        content = {
            "id": identity,
            "externalId": None,
            "created": stamp(person.created_at),
            "lastUpdated": stamp(person.changed_at),
            "scope": how.name,
            "status": "ACTIVE",
            "statusChanged": stamp(person.created_at),
            "passwordChanged": None,
            "syncState": "DISABLED",
            "credentials": {"userName": person.address},
            "profile": {"email": person.mail or person.address},
            "_links": {
                "app": {"href": f"{self.base}/api/v1/apps/{self.app_id}"},
                "user": {"href": f"{self.base}/api/v1/users/{identity}"},
            },
        }
        return self.render(("app user", how), person.number, person, content)

    def word_of(self, person: Person) -> str:
        """Okta's word for an account's standing."""
        return ASKED_OF_USERS["status"](person)

    def address(self, ask: Ask, **changes: str) -> str:
        """The address of this request with other arguments."""
        return f"{self.base}{ask.path}?{urlencode({**ask.query, **changes}, quote_via=quote)}"

    @staticmethod
    def limit_of(ask: Ask, default: int, at_most: int) -> int | None:
        """The page size; more than the maximum is the maximum; None for no number from 1."""
        text = ask.query.get("limit", str(default))
        return min(int(text), at_most) if text.isdecimal() and int(text) > 0 else None

    @staticmethod
    def place_of(ask: Ask) -> Place | None:
        """Where the page begins; None for a cursor that is none of ours."""
        return decode(ask.query["after"]) if "after" in ask.query else FIRST

    # --- limits and errors ---

    def count_request(self) -> Reply | None:
        """Count one request of this minute; the 429 when there were too many."""
        minute = int(self.now()) // 60
        count = self._window[1] + 1 if self._window[0] == minute else 1
        self._window = (minute, count)
        return self.throttled(self.rate_headers()) if count > self.rate_limit else None

    def rate_headers(self) -> Headers:
        """How much of this minute's limit is left; the reset is in seconds since 1970, by the vendor's clock."""
        minute, count = self._window
        return self._limits(max(self.rate_limit - count, 0), (minute + 1) * 60)

    def _limits(self, remaining: int, resets_at: int) -> Headers:
        return (
            ("x-rate-limit-limit", str(self.rate_limit)),
            ("x-rate-limit-remaining", str(remaining)),
            ("x-rate-limit-reset", str(resets_at)),
        )

    def headers_of_wait(self, wait: Wait) -> Headers:
        """Okta's reset, or what another vendor would say."""
        if isinstance(wait, AtReset):
            return self._limits(0, int(self.now()) + wait.seconds)
        return super().headers_of_wait(wait)

    def constant_headers(self) -> Headers:
        """Date and the id of the request."""
        return (*super().constant_headers(), ("x-okta-request-id", secrets.token_hex(16)))

    def throttled(self, headers: Headers) -> Reply:
        """429."""
        return self.error("E0000047", headers=headers)

    def quota_forbidden(self, reason: str) -> Reply:
        """Okta has only 429."""
        del reason
        return self.throttled(self.headers_of_wait(AtReset(1)))

    def failed(self, status: int, headers: Headers) -> Reply:
        """500 or 503."""
        return self.error("E0000009" if status == 500 else "E0000010", headers=headers)

    def forbidden(self, scope: str) -> Reply:
        """403 for a scope that the token lacks."""
        told = f'Bearer error="insufficient_scope", scope="{scope}"'
        return self.error("E0000006", headers=(("www-authenticate", told),))

    @staticmethod
    def error(code: str, detail: str = "", headers: Headers = ()) -> Reply:
        """An error in Okta's form."""
        status, summary = ERRORS[code]
        content: dict[str, object] = {
            "errorCode": code,
            "errorSummary": summary.format(detail),
            "errorLink": code,
            "errorId": f"oae{secrets.token_urlsafe(12)}",
            "errorCauses": [],
        }
        return json_reply(status, content, headers)

    # --- who asks ---

    def scopes_of(self, ask: Ask) -> frozenset[str] | None:
        """What the credential of a request allows; None when it is none."""
        scheme, _, credential = ask.headers.get("authorization", "").partition(" ")
        if scheme == "SSWS":
            return self.ssws_scopes if credential == self.ssws_token else None
        token = bearer(ask.headers)
        grant = self.tokens.find(token) if token is not None else None
        return grant.scopes if grant is not None else None


@functools.lru_cache(maxsize=1024)
def stamp(at: datetime | None) -> str | None:
    """Okta's time: UTC with milliseconds."""
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z" if at is not None else None


def id_of(number: int) -> str:
    """The user id of a number: 20 characters."""
    return f"00u{number:012d}xmpl5"


ASKED_OF_USERS: Final[Mapping[str, Callable[[Person], str]]] = {
    "id": lambda person: id_of(person.number),
    "status": lambda person: person.word or WORDS[person.standing],
    "created": lambda person: stamp(person.created_at) or "",
    "lastUpdated": lambda person: stamp(person.changed_at) or "",
    "statusChanged": lambda person: stamp(person.changed_at) or "",
    "profile.login": lambda person: person.address,
    "profile.email": lambda person: person.mail or person.address,
    "profile.firstName": lambda person: person.given,
    "profile.lastName": lambda person: person.family,
}
"""What an expression can ask about a user."""


def number_of(identity: str) -> int | None:
    """The number of a user id; None for another text."""
    digits = identity[3:15]
    return int(digits) if identity.startswith("00u") and digits.isdecimal() and len(identity) == 20 else None


def encode(place: Place) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(f"okta:{place.rank}:{place.number}".encode()).rstrip(b"=").decode()


def decode(cursor: str) -> Place | None:
    """The place of a cursor; None for one that is none of ours."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        kind, rank, number = text.split(":")
        return Place(int(rank), int(number)) if kind == "okta" else None
    except (ValueError, binascii.Error):
        return None
