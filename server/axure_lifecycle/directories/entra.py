"""Entra ID's users through Microsoft Graph, what changed, and who is assigned to Axure's enterprise application.

Sources (Microsoft Graph): "Use delta query to track changes", "user: delta", "Get incremental changes for users",
"List users", "Get a user", "Error responses"; "user resource type" (employeeLeaveDateTime needs a permission of its
own, and is null without it).

Everybody is read by the first round of the delta query, which Graph documents for that purpose: the people and the
link to later changes come from one and the same state, so nothing falls between them, and a listing that people move
through while it is turned does not lose them. Rounds come in no order, may repeat people, and may bring parts of them.
So a row of a later round only says about whom to ask: each of them is then read whole, and whoever is not found is
removed. A row that is not whole, or says that somebody was removed, is treated so in the first round too.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from axure_lifecycle.directories.answers import finding_of, object_in, text_under
from axure_lifecycle.directories.entra_app import A_PAGE, find_application, next_page, read_assignments
from axure_lifecycle.directories.entra_cursor import EntraCursor, read_cursor
from axure_lifecycle.directories.entra_people import LEAVE_DATE, SELECTED, EntraPeople
from axure_lifecycle.directories.entra_sign_in import (
    READ_LEAVE_DATES,
    READ_USERS,
    EntraSignIn,
    examine_permissions,
    permits,
    roles_of,
)
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.pump import PumpedDirectory, Put, Tell
from axure_lifecycle.directories.refusals import DirectoryRefusal
from axure_lifecycle.directories.wire import PERMISSIONS_REFUSED, Answer, Wire
from axure_lifecycle.domain.directories import EntraSettings, Finding
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.rosters import DirectoryRow, Totals
from axure_lifecycle.domain.user_objects import graph_fields
from axure_lifecycle.ports.directories import CursorDoubted, Ending

MOST_CHANGED: Final = 1_000
"""People that are asked for one by one after a round of changes; with more, reading everybody is sooner done."""
_VOID: Final = frozenset({400, 404, 410})
"""With which Graph says that a link of the delta query serves no more: 410, or "40X" with codes that come and go."""
_UNTRACKED: Final = frozenset({400, 403, 404})
"""With which a tenant may say that it tracks no changes (External ID, B2C), or not by these properties."""


class EntraReader:
    """One tenant."""

    def __init__(self, settings: EntraSettings, secret: str, pace: Pace | None = None) -> None:
        """`secret`: the private key where one is configured, else the client secret. Raises `SecretUnusable`."""
        self._settings, self._pace = settings, pace or Pace()
        self._sign_in = EntraSignIn(settings, secret)
        self._roles: frozenset[str] | None = None
        self._selected: tuple[str, ...] | None = None
        self._notes: list[str] = []

    @property
    def offers_changes(self) -> bool:
        """Yes, for as long as a cursor is good."""
        return True

    async def read(self, cursor: str | None, put: Put, tell: Tell) -> Ending:
        """Everybody, or whoever changed since the cursor; then who is assigned."""
        async with self._wire(self._pace) as wire:
            now = datetime.fromtimestamp(wire.pace.wall(), UTC)
            before = read_cursor(cursor, self._settings.graph_host, now) if cursor is not None else None
            selected = await self._select(wire)
            people = EntraPeople(wire, self._url("users"), selected, put, tell)
            if before is None:
                link = await self._read_everybody(wire, people)
                after = None if link is None else EntraCursor(link, link, now, people.tells_leave_dates(self._roles))
            else:
                after = before.followed_by(await self._read_changes(wire, people, before))
                self._doubt_leave_dates(before, people)
            tells_leave_dates = people.tells_leave_dates(self._roles) if after is None else after.tells_leave_dates
            if self._settings.leave_dates and not tells_leave_dates and LEAVE_DATE in selected:
                self._notes.append(_NO_LEAVE_DATE_SEEN)
            assignments: bool | None = None
            if self._settings.app is not None:
                found = await read_assignments(wire, self._settings.graph_host, self._settings.app, put)
                self._notes += found.notes
                assignments = True if found.are_all_named else None
            stated = graph_fields(dict.fromkeys(name for name in selected if name != LEAVE_DATE or tells_leave_dates))
            return Ending(
                totals=Totals(
                    rows=people.count,
                    stated_count=None,
                    columns=tuple(field for field in DirectoryRow._fields if field in stated),
                    form="entra",
                    mistakes=(),
                    refused=0,
                    notes=(*people.notes(), *self._notes),
                ),
                cursor=None if after is None else str(after),
                assignments=assignments,
                scopes=tuple(sorted(self._roles or ())),
            )

    async def look_again(self, keys: Sequence[str], put: Put) -> None:
        """Ask for people one by one: whoever is there comes as a row, whoever is not as removed."""
        async with self._wire(self._pace) as wire:
            people = EntraPeople(wire, self._url("users"), await self._select(wire), put, lambda done, total: None)
            await people.look_again(keys)

    async def examine(self) -> list[Finding]:
        """The certificate, the sign-in, the permissions, a first page, changes, and the app."""
        findings: list[Finding] = []
        settings = self._settings
        about = "sign-in"
        try:
            async with self._wire(self._pace.for_a_look()) as wire:
                certificate = self._sign_in.examine(wire.pace.wall())
                if certificate is not None:
                    findings.append(certificate)
                roles = roles_of(await self._sign_in.token.header(wire, renew=False))
                findings.append(Finding(about, is_fine=True, sentence="Entra let the app in."))
                with_app = settings.app is not None
                findings += examine_permissions(roles, with_app=with_app, with_leave_dates=settings.leave_dates)
                about = "people"
                selected = await self._select(wire)
                await wire.get(self._url("users"), {"$select": ",".join(selected), "$top": "1"}, needs=READ_USERS)
                findings.append(Finding(about, is_fine=True, sentence="Entra lists users."))
                about = "changes"
                latest = {"$select": ",".join(selected), "$deltatoken": "latest"}
                answer = await wire.get(self._url("users", "delta"), latest, accepted=_UNTRACKED)
                tracked = answer.status not in _UNTRACKED
                sentence = "Entra tells what changes between two reads." if tracked else _UNTRACKED_NOTE
                findings.append(Finding(about, is_fine=True, sentence=sentence, is_warning=not tracked))
                findings += [
                    Finding("leave dates", is_fine=True, sentence=note, is_warning=True) for note in self._notes
                ]
                if settings.app is not None:
                    about = "app"
                    application = await find_application(wire, settings.graph_host, settings.app)
                    sentence = f"Assignments to {application.label} are read."
                    findings.append(Finding(about, is_fine=True, sentence=sentence))
        except DirectoryRefusal as refusal:
            findings.append(finding_of(about, refusal))
        return findings

    # --- what is asked ---

    async def _select(self, wire: Wire) -> tuple[str, ...]:
        """The properties to ask for: with the leave date where it is wanted, and may be read as far as one can tell."""
        if self._selected is not None:
            return self._selected
        self._roles = roles_of(await self._sign_in.token.header(wire, renew=False))
        selected: tuple[str, ...] = SELECTED
        if self._settings.leave_dates:
            if self._roles is not None and not permits(self._roles, READ_LEAVE_DATES):
                self._notes.append(_NO_LEAVE_DATES)
            else:
                selected = (*SELECTED, LEAVE_DATE)
                params = {"$select": ",".join(selected), "$top": "1"}
                answer = await wire.get(self._url("users"), params, accepted={PERMISSIONS_REFUSED})
                if answer.status == PERMISSIONS_REFUSED:
                    selected = SELECTED
                    self._notes.append(_NO_LEAVE_DATES)
        self._selected = selected
        return selected

    async def _read_everybody(self, wire: Wire, people: EntraPeople) -> str | None:
        """Hand everybody over; the link to what changes from now on, None where the tenant tracks no changes."""
        select = {"$select": ",".join(people.selected)}
        url = self._url("users", "delta")
        link: str | None = None
        # A refusal of the first page may mean that there is no such thing here; that of a later one may not.
        first = await wire.get(url, {**select, "$deltatoken": "latest"}, accepted=_UNTRACKED)
        if first.status in _UNTRACKED:
            self._notes.append(_UNTRACKED_NOTE)
            everybody = {**select, "$top": str(A_PAGE)}
            async for answer in wire.pages(self._url("users"), everybody, next_page, needs=READ_USERS):
                await people.take(answer)
        else:
            async for answer in wire.pages(url, select, next_page, accepted=_VOID, needs=READ_USERS):
                if answer.status in _VOID:
                    raise wire.strange("it took its own list of people back before the end")
                await people.take(answer)
                link = _delta_link(wire, answer)
            if link is None:
                raise wire.strange("the list of people ends without a link to what changes")
        await people.ask_for_the_rest()
        if not people.count:
            raise wire.strange("a tenant without a single user")
        return link

    async def _read_changes(self, wire: Wire, people: EntraPeople, before: EntraCursor) -> str:
        """Hand over whoever changed, whole; the link to what changes from now on. Raises `CursorDoubted`."""
        link: str | None = None
        async for answer in wire.pages(before.begin, None, next_page, accepted=_VOID, needs=READ_USERS):
            if answer.status in _VOID:
                raise CursorDoubted(f"Entra no longer tells what changed since then (HTTP {answer.status})")
            people.remember(answer)
            if people.asked_for > MOST_CHANGED:
                raise CursorDoubted(f"more than {MOST_CHANGED} people changed")
            link = _delta_link(wire, answer)
        if link is None:
            raise wire.strange("the list of changes ends without a link to the next ones")
        await people.ask_for_the_rest()
        return link

    def _doubt_leave_dates(self, before: EntraCursor, people: EntraPeople) -> None:
        """Raises `CursorDoubted` when changes do not fit the rows that they change."""
        is_told_now = people.tells_leave_dates(self._roles)
        is_unclear = self._roles is None and LEAVE_DATE in people.selected and not is_told_now
        if is_told_now != before.tells_leave_dates and not is_unclear:
            raise CursorDoubted("it is another matter now whether leave dates may be read")

    def _url(self, *parts: str) -> str:
        return f"https://{self._settings.graph_host}/v1.0/" + "/".join(parts)

    def _wire(self, pace: Pace) -> Wire:
        settings = self._settings
        hosts = [settings.graph_host, settings.login_host]
        return Wire(settings.name, hosts, ca_file=settings.ca_file, pace=pace, token=self._sign_in.token)


_NO_LEAVE_DATES: Final = (
    f"Leave dates are configured and cannot be read: {READ_LEAVE_DATES} is missing. Let an administrator of the "
    "tenant grant it."
)
_NO_LEAVE_DATE_SEEN: Final = (
    "Nobody has a leave date, or it may not be read: Entra does not tell which. So no leave date is taken as known."
)
_UNTRACKED_NOTE: Final = "This tenant does not tell what changes between two reads, so everybody is read every time."


def _delta_link(wire: Wire, answer: Answer) -> str | None:
    return text_under(wire, object_in(wire, answer), "@odata.deltaLink")


def open_entra(settings: EntraSettings, secret: str, pace: Pace | None = None) -> PumpedDirectory:
    """The directory that these settings name. Raises `SecretUnusable`."""
    EntraReader(settings, secret, pace)
    system = System("directory", settings.name, "", HoldingKind.DIRECTORY_ACCOUNT)
    return PumpedDirectory(settings.name, "entra", system, lambda paced: EntraReader(settings, secret, paced), pace)
