"""Google Workspace's users, read by a service account for an administrator.

Sources (Google): "Method: users.list" (`customer` must be named, at most 500 a page, `showDeleted` lists deleted users
and nobody else, a page token serves for the same question), "Using OAuth 2.0 for Server to Server Applications",
"Perform Google Workspace domain-wide delegation of authority" (the administrator must be allowed to read users),
"Performance tips" (`fields`).

Google is always read in full: it has no list of changes. A listing whose order is not documented may lose people who
are moved within it, so whoever was known before and is missing now is asked for by id (`look_again`).
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final, cast
from urllib.parse import quote

import httpx

from axure_lifecycle.directories.answers import finding_of, id_in, object_in, objects_under, text_under
from axure_lifecycle.directories.google_people import (
    GOOGLE_FIELDS,
    MEMBERS,
    MOST_DELETED,
    DeletedPeople,
    google_row,
    usual_rows,
)
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.pump import PumpedDirectory, Put, Tell
from axure_lifecycle.directories.refusals import DirectoryRefusal, SecretUnusable
from axure_lifecycle.directories.tokens import LIFE, SLACK, EndpointToken, SigningKey
from axure_lifecycle.directories.wire import Answer, Wire
from axure_lifecycle.domain.directories import Finding, GoogleSettings
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.rosters import DirectoryRow, Removed, Standing, Totals, Unaddressed
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports.directories import DirectoryEntry, Ending

READ_USERS: Final = "https://www.googleapis.com/auth/admin.directory.user.readonly"
USERS_A_PAGE: Final = 500
ROWS_AT_A_TIME: Final = 100
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_KIND: Final = "admin#directory#users"
_NOT_FOUND: Final = 404
_NOBODY: Final = frozenset({"unauthorized_client", "invalid_scope", "access_denied"})
"""What the token endpoint says where the scope was not delegated."""


class GoogleReader:
    """One Google Workspace account."""

    def __init__(self, settings: GoogleSettings, account: "ServiceAccount", pace: Pace | None = None) -> None:
        self._settings, self._pace = settings, pace or Pace()
        self._needs = f"admin.directory.user.readonly, and a role of {settings.admin} that may read users"
        self._token = account.token()

    @property
    def offers_changes(self) -> bool:
        """Never; see above."""
        return False

    async def read(self, cursor: str | None, put: Put, tell: Tell) -> Ending:
        """Everybody, and whoever was deleted lately."""
        del cursor
        notes: list[str] = []
        count = on_hold = without_address = 0
        async with self._wire(self._pace) as wire:
            deleted = await self._read_deleted(wire)
            async for answer in self._users(wire, {}):
                users = _users_in(wire, answer)
                entries: list[DirectoryEntry | None] = [*usual_rows(count + 1, users)]
                for place in [place for place, entry in enumerate(entries) if entry is None]:
                    person = users[place]
                    if person.get("deletionTime"):  # not here, whatever list names them
                        entries[place] = Removed(id_in(wire, person))
                        continue
                    entries[place] = row = google_row(wire, count + 1 + place, person)
                    without_address += isinstance(row, Unaddressed)
                    on_hold += row.standing is Standing.HOLD
                if deleted:
                    for entry in entries:
                        if isinstance(entry, DirectoryRow):
                            deleted.meet(entry)
                count += len(users)
                await put(cast("list[DirectoryEntry]", entries))  # nobody is None any more
                tell(count, None)
            if not count:
                raise wire.strange("an account without a single user, not even the administrator")
        gone = deleted.rows()
        for begin in range(0, len(gone), USERS_A_PAGE):
            some = gone[begin : begin + USERS_A_PAGE]
            await put([row._replace(line=count + begin + n) for n, row in enumerate(some, start=1)])
        if without_address:
            notes.append(f"{without_address} users of Google have no e-mail address and were left out.")
        if on_hold:
            notes.append(
                f"{on_hold} users are suspended. Google says so of whoever left and of whoever pauses, so it counts as "
                "a hold; whoever left is known by being archived or deleted."
            )
        if deleted.has_more:
            notes.append(f"More than {MOST_DELETED:,} users were deleted lately; the others are simply not there.")
        return Ending(
            totals=Totals(
                rows=count + len(gone),
                stated_count=None,
                columns=GOOGLE_FIELDS,
                form="google",
                mistakes=(),
                refused=0,
                notes=tuple(notes),
            ),
            cursor=None,
            assignments=None,
            scopes=(READ_USERS,),
        )

    async def look_again(self, keys: Sequence[str], put: Put) -> None:
        """Ask for people one by one: whoever is there comes as a row, whoever is not as removed."""
        async with self._wire(self._pace) as wire:
            for begin in range(0, len(keys), ROWS_AT_A_TIME):
                some = keys[begin : begin + ROWS_AT_A_TIME]
                await put([await self._ask_for(wire, begin + n, key) for n, key in enumerate(some, start=1)])

    async def examine(self) -> list[Finding]:
        """The sign-in, what was delegated, and a first page of either listing."""
        findings: list[Finding] = []
        about = "sign-in"
        try:
            async with self._wire(self._pace.for_a_look()) as wire:
                await self._token.header(wire, renew=False)
                admin = shown(self._settings.admin)
                told = f"Google let the service account in, for {admin}, to read users and nothing else."
                findings.append(Finding(about, is_fine=True, sentence=told))
                about = "people"
                for question in ({}, {"showDeleted": "true"}):
                    answer = await wire.get(self._url(), self._question(question, page=1), needs=self._needs)
                    _users_in(wire, answer)
                told = f"Google lists users to {admin}, and whoever was deleted within the last 20 days."
                findings.append(Finding(about, is_fine=True, sentence=told))
        except DirectoryRefusal as refusal:
            findings.append(finding_of(about, refusal))
        return findings

    # --- what is asked ---

    async def _read_deleted(self, wire: Wire) -> DeletedPeople:
        deleted = DeletedPeople()
        async for answer in self._users(wire, {"showDeleted": "true"}):
            for person in _users_in(wire, answer):
                row = google_row(wire, 0, person, is_deleted=True)
                if isinstance(row, DirectoryRow):
                    deleted.add(text_under(wire, person, "deletionTime") or "", row)
        deleted.settle()
        return deleted

    async def _ask_for(self, wire: Wire, line: int, key: str) -> DirectoryEntry:
        """Somebody by id. What is no id of Google's is nobody's, and is not asked for."""
        if not (key.isascii() and key.isdecimal()):
            return Removed(key)
        answer = await wire.get(self._url(key), {"fields": MEMBERS}, accepted={_NOT_FOUND}, needs=self._needs)
        if answer.status == _NOT_FOUND:
            return Removed(key)
        person = object_in(wire, answer)
        if id_in(wire, person) != key:
            raise wire.strange("somebody else than the one who was asked for")
        return google_row(wire, line, person)

    def _users(self, wire: Wire, question: Mapping[str, str]) -> AsyncIterator[Answer]:
        params = self._question(question, page=USERS_A_PAGE)
        first = httpx.URL(self._url(), params=params)

        def next_page(answer: Answer) -> str | None:
            body: object = answer.body
            token = cast("Mapping[str, object]", body).get("nextPageToken") if isinstance(body, dict) else None
            if token is None or token == "":
                return None
            return f"{first}&pageToken={quote(str(token), safe='')}"

        return wire.pages(str(first), None, next_page, needs=self._needs)

    def _question(self, question: Mapping[str, str], *, page: int) -> dict[str, str]:
        fields = f"kind,nextPageToken,users({MEMBERS})"
        return {"customer": self._settings.customer, "maxResults": str(page), "fields": fields, **question}

    def _url(self, *parts: str) -> str:
        path = "/".join(("users", *(quote(part, safe="") for part in parts)))
        return f"https://{self._settings.api_host}/admin/directory/v1/{path}"

    # --- how it signs in ---

    def _wire(self, pace: Pace) -> Wire:
        settings = self._settings
        hosts = [settings.api_host, settings.token_host]
        return Wire(settings.name, hosts, ca_file=settings.ca_file, pace=pace, token=self._token)


class ServiceAccount:
    """Who signs in for the administrator. A key is looked through once, which takes longer than a page of people."""

    def __init__(self, settings: GoogleSettings, secret: str) -> None:
        """`secret`: the account's key file. Raises `SecretUnusable`."""
        members = _key_file(settings.name, secret)
        self._settings, self._account = settings, members["client_email"]
        self._key = SigningKey(settings.name, "key", members["private_key"], key_id=members.get("private_key_id"))

    def token(self) -> EndpointToken:
        """For one read. The token endpoint is the configured one, whatever the key file names."""
        url = f"https://{self._settings.token_host}/token"

        def make_form(now: int) -> Mapping[str, str]:
            claims: dict[str, Any] = {"iss": self._account, "sub": self._settings.admin, "scope": READ_USERS}
            claims |= {"aud": url, "iat": now - SLACK, "exp": now + LIFE}
            return {"grant_type": _GRANT, "assertion": self._key.sign(claims)}

        needs = f"domain-wide delegation of {READ_USERS} to the service account"
        return EndpointToken(url, make_form, needs=needs, lacking=_NOBODY)


def _key_file(directory: str, text: str) -> Mapping[str, str]:
    """The members of a service account's key file that are text. Raises `SecretUnusable`, without any of the key."""
    try:
        read: object = json.loads(text)
    except (ValueError, RecursionError):  # the error holds the text, so it ends here
        read = None
    members: dict[str, str] = {}
    if isinstance(read, dict):
        told = cast("Mapping[str, object]", read)
        members = {name: value for name, value in told.items() if isinstance(value, str)}
    if members.get("type", "service_account") != "service_account" or not {"client_email", "private_key"} <= set(
        members
    ):
        why = "is no key file of a service account: JSON with `client_email` and `private_key`"
        raise SecretUnusable(directory, "key", why)
    return members


def _users_in(wire: Wire, answer: Answer) -> Sequence[Mapping[str, object]]:
    """The users of a page; a page without any has no such member. Raises `DirectoryAnswerStrange`."""
    page = object_in(wire, answer)
    if page.get("kind") != _KIND:
        raise wire.strange("something else than a page of users")
    return objects_under(wire, answer, "users") if "users" in page else []


def open_google(settings: GoogleSettings, secret: str, pace: Pace | None = None) -> PumpedDirectory:
    """The directory that these settings name. Raises `SecretUnusable`."""
    account = ServiceAccount(settings, secret)
    system = System("directory", settings.name, "", HoldingKind.DIRECTORY_ACCOUNT)
    return PumpedDirectory(settings.name, "google", system, lambda paced: GoogleReader(settings, account, paced), pace)
