"""Okta's users, and who is assigned to Axure's app.

Sources: Okta management API, *List all users* (DEPROVISIONED users are left out unless a filter or a search asks for
them; `filter` reads the present, `search` an index that lags; 200 a page), *List all application users* (all of them,
assigned by themselves or by a group; 500 a page), *Deactivate a user*; "Implement OAuth for Okta with a service app".

Okta is always read in full. It has no list of changes that one could rely on: a deleted user vanishes without a trace,
and assignments come and go without moving anybody's `lastUpdated`. What `lastUpdated` is good for is the question that
ends a read: who changed while the pages were turned, and may have slipped from one into another.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final, cast
from urllib.parse import quote

from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.pump import PumpedDirectory, Put, Tell
from axure_lifecycle.directories.refusals import (
    DirectoryAppUnknown,
    DirectoryCertificateUntrusted,
    DirectoryRefusal,
    DirectorySignInRefused,
    DirectoryUnreachable,
)
from axure_lifecycle.directories.tokens import ASSERTION_TYPE, LIFE, SLACK, EndpointToken, GivenToken, SigningKey
from axure_lifecycle.directories.wire import Answer, Wire, link_to, next_link
from axure_lifecycle.domain.cells import PLAIN_TEXT, CellMistake
from axure_lifecycle.domain.directories import Finding, OktaSettings
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.rosters import Assigned, DirectoryRow, Removed, Standing, Totals, Unaddressed
from axure_lifecycle.domain.user_objects import OKTA_FIELDS, OKTA_STANDINGS, JsonObject, okta_row, text_of
from axure_lifecycle.ports.directories import DirectoryEntry, Ending

READ_USERS: Final = "okta.users.read"
READ_APPS: Final = "okta.apps.read"
USERS_A_PAGE: Final = 200
APP_USERS_A_PAGE: Final = 500
DEPROVISIONED: Final = 'status eq "DEPROVISIONED"'
NOT_ASSIGNED: Final = frozenset({"DEPROVISIONED", "REVOKED", "UNASSIGNED"})
"""States of an application user who was assigned once, or never (Okta management API, AppUserStatus)."""
MEANWHILE: Final = timedelta(minutes=5)
"""How far before the first page the closing question begins, because a filter may lag a little."""

OWNER_WARNING: Final = (
    "Okta is read with an API token, which carries all rights of its owner. A service app with okta.users.read "
    "(and okta.apps.read) could do no more than read."
)
_NOT_FOUND: Final = 404


class OktaReader:
    """One organisation of Okta."""

    def __init__(self, settings: OktaSettings, secret: str, pace: Pace | None = None) -> None:
        """`secret`: the service app's private key; where none is configured, the API token. Raises `SecretUnusable`."""
        self._settings, self._pace = settings, pace or Pace()
        self._token: EndpointToken | GivenToken
        if settings.key is not None:
            self._token = self._service_app(SigningKey(settings.name, "key", secret, key_id=settings.key_id))
        else:
            self._token = GivenToken(settings.name, "token", "SSWS", secret)

    @property
    def offers_changes(self) -> bool:
        """Never; see above."""
        return False

    async def read(self, cursor: str | None, put: Put, tell: Tell) -> Ending:
        """Everybody, then whoever is deprovisioned, then whoever changed meanwhile, then who is assigned."""
        del cursor
        async with self._wire(self._pace) as wire:
            people = _People(wire, put, tell)
            begun = None
            async for answer in self._users(wire, {}):
                begun = begun or _moment(answer, wire.pace)
                await people.take(answer)
            async for answer in self._users(wire, {"filter": DEPROVISIONED}):
                await people.take(answer)
            since = (begun or datetime.fromtimestamp(wire.pace.wall(), UTC)) - MEANWHILE
            async for answer in self._users(wire, {"filter": f'lastUpdated gt "{since:%Y-%m-%dT%H:%M:%S}.000Z"'}):
                await people.take(answer, is_again=True)
            if self._settings.app is not None:
                await self._read_assignments(wire, self._settings.app, put)
            return Ending(
                totals=Totals(
                    rows=people.count,
                    stated_count=None,
                    columns=OKTA_FIELDS,
                    form="okta",
                    mistakes=(),
                    refused=0,
                    notes=(*people.notes(), *((OWNER_WARNING,) if isinstance(self._token, GivenToken) else ())),
                ),
                cursor=None,
                assignments=True if self._settings.app is not None else None,
                scopes=self._token.scopes if isinstance(self._token, EndpointToken) else (),
            )

    async def look_again(self, keys: Sequence[str], put: Put) -> None:
        """Ask for people one by one: whoever is there comes as a row, whoever is not as removed."""
        async with self._wire(self._pace) as wire:
            people = _People(wire, put, lambda _, __: None)
            for key in keys:
                answer = await wire.get(self._url("users", key), accepted={_NOT_FOUND}, needs=READ_USERS)
                if answer.status == _NOT_FOUND:
                    await put([Removed(key)])
                else:
                    await people.take_one(answer.body)

    async def examine(self) -> list[Finding]:
        """The sign-in, a first page of each question, and the app."""
        findings: list[Finding] = []
        about = "sign-in"
        try:
            async with self._wire(self._pace.for_a_look()) as wire:
                await self._token.header(wire, renew=False)
                if isinstance(self._token, GivenToken):
                    findings.append(Finding(about, is_fine=True, sentence=OWNER_WARNING, is_warning=True))
                else:
                    granted = ", ".join(self._token.scopes) or "what was asked for"
                    findings.append(Finding(about, is_fine=True, sentence=f"Okta granted {granted}."))
                about = "people"
                for question in ({}, {"filter": DEPROVISIONED}):
                    await wire.get(self._url("users"), {"limit": "1", **question}, needs=READ_USERS)
                answers = "Okta lists users, deprovisioned ones too, as far as the admin role of the reader reaches."
                findings.append(Finding(about, is_fine=True, sentence=answers))
                if self._settings.app is not None:
                    about = "app"
                    label = await self._label(wire, self._settings.app)
                    findings.append(Finding(about, is_fine=True, sentence=f"Assignments to {label} are read."))
        except DirectoryRefusal as refusal:
            if isinstance(refusal, DirectoryUnreachable | DirectoryCertificateUntrusted):
                about = "connection"
            elif isinstance(refusal, DirectorySignInRefused):  # of an API token only the first page tells
                about = "sign-in"
            findings.append(Finding(about, is_fine=False, sentence=refusal.sentence))
        return findings

    # --- what is asked ---

    def _users(self, wire: Wire, question: Mapping[str, str]) -> AsyncIterator[Answer]:
        return wire.pages(self._url("users"), {"limit": str(USERS_A_PAGE), **question}, next_link, needs=READ_USERS)

    async def _read_assignments(self, wire: Wire, app: str, put: Put) -> None:
        params = {"limit": str(APP_USERS_A_PAGE)}
        url = self._url("apps", app, "users")
        async for answer in wire.pages(url, params, next_link, accepted={_NOT_FOUND}, needs=READ_APPS):
            if answer.status == _NOT_FOUND:
                raise DirectoryAppUnknown(self._settings.name, app)
            objects = objects_of(wire, answer)
            await put([Assigned(_id(wire, each)) for each in objects if each.get("status") not in NOT_ASSIGNED])

    async def _label(self, wire: Wire, app: str) -> str:
        answer = await wire.get(self._url("apps", app), accepted={_NOT_FOUND}, needs=READ_APPS)
        if answer.status == _NOT_FOUND:
            raise DirectoryAppUnknown(self._settings.name, app)
        await wire.get(self._url("apps", app, "users"), {"limit": "1"}, needs=READ_APPS)
        body: object = answer.body
        label = cast("Mapping[str, object]", body).get("label") if isinstance(body, dict) else None
        return wire.tell(label) if isinstance(label, str) else app

    def _url(self, *parts: str) -> str:
        return f"https://{self._settings.host}/api/v1/" + "/".join(quote(part, safe="") for part in parts)

    # --- how it signs in ---

    def _wire(self, pace: Pace) -> Wire:
        settings = self._settings
        return Wire(settings.name, [settings.host], ca_file=settings.ca_file, pace=pace, token=self._token)

    def _service_app(self, key: SigningKey) -> EndpointToken:
        url = f"https://{self._settings.host}/oauth2/v1/token"
        scopes = READ_USERS if self._settings.app is None else f"{READ_USERS} {READ_APPS}"
        client = self._settings.client_id or ""

        def make_form(now: int) -> Mapping[str, str]:
            claims = {"iss": client, "sub": client, "aud": url, "iat": now - SLACK, "exp": now + LIFE}
            return {
                "grant_type": "client_credentials",
                "scope": scopes,
                "client_assertion_type": ASSERTION_TYPE,
                "client_assertion": key.sign(claims),
            }

        return EndpointToken(url, make_form, needs=scopes)


class _People:
    """Users as they come: handed over as rows, and counted."""

    def __init__(self, wire: Wire, put: Put, tell: Tell) -> None:
        self._wire, self._put, self._tell = wire, put, tell
        self.count = 0
        self._without_address = 0

    async def take(self, answer: Answer, *, is_again: bool = False) -> None:
        """Hand a page over; `is_again`: of people who came before. Raises `DirectoryAnswerStrange`."""
        rows: list[DirectoryEntry] = []
        for person in objects_of(self._wire, answer):
            self.count += 1
            row = self._row(person)
            rows.append(row)
            self._without_address += isinstance(row, Unaddressed) and not is_again
        if rows:
            await self._put(rows)
        self._tell(self.count, None)

    async def take_one(self, body: object) -> None:
        """Hand one person over. Raises `DirectoryAnswerStrange`."""
        if not isinstance(body, dict):
            raise self._wire.strange("something else than a user")
        await self._put([self._row(cast("JsonObject", body))])

    def _row(self, person: JsonObject) -> DirectoryRow | Unaddressed:
        key = _id(self._wire, person)
        if not isinstance(person.get("profile"), dict) or not isinstance(person.get("status"), str):
            raise self._wire.strange("a user without a profile or a status")
        try:
            return okta_row(self.count, person)
        except CellMistake:  # there is no address
            return Unaddressed(key, OKTA_STANDINGS.get(text_of(person["status"]) or "", Standing.UNKNOWN))

    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        if not self._without_address:
            return ()
        return (f"{self._without_address} users of Okta have no e-mail address and were left out.",)


def objects_of(wire: Wire, answer: Answer) -> list[JsonObject]:
    """The objects of a page.

    Every page of Okta links to itself, the last and an empty one too (Core Okta API, *Link header*). Without that link
    something took the headers away, and the link to the next page with them: whoever stands there would look gone.
    """
    body: object = answer.body
    if not isinstance(body, list):
        raise wire.strange("no list where a list of users should be")
    listed = cast("list[object]", body)
    if not all(isinstance(each, dict) for each in listed):
        raise wire.strange("a list with something else than users")
    if link_to(answer, "self") is None:
        raise wire.strange("a page without a link to itself, as if its headers had been taken away")
    return cast("list[JsonObject]", listed)


def _id(wire: Wire, person: JsonObject) -> str:
    key = person.get("id")
    if not isinstance(key, str) or not PLAIN_TEXT.fullmatch(key):
        raise wire.strange("a user without an id")
    return key


def _moment(answer: Answer, pace: Pace) -> datetime:
    """When the answer was given, by Okta's clock; by ours where it does not say."""
    try:
        return parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return datetime.fromtimestamp(pace.wall(), UTC)


def open_okta(settings: OktaSettings, secret: str, pace: Pace | None = None) -> PumpedDirectory:
    """The directory that these settings name. Raises `SecretUnusable`."""
    OktaReader(settings, secret, pace)
    system = System("directory", settings.name, "", HoldingKind.DIRECTORY_ACCOUNT)
    return PumpedDirectory(settings.name, "okta", system, lambda paced: OktaReader(settings, secret, paced), pace)
