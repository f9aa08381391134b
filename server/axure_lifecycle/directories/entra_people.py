"""Users of Entra ID as Graph writes them: whole ones become rows, of the others only the id is kept, to ask for them.

Sources (Microsoft Graph): "user: delta" (a property that never was set is left out), "Get a user" (404 for whoever was
deleted, even if the account can still be restored), "user resource type".
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from axure_lifecycle.directories.answers import id_in, object_in, objects_under
from axure_lifecycle.directories.entra_sign_in import READ_LEAVE_DATES, READ_USERS, permits
from axure_lifecycle.directories.pump import Put, Tell
from axure_lifecycle.directories.wire import Answer, Wire
from axure_lifecycle.domain.cells import CellMistake
from axure_lifecycle.domain.rosters import Removed, Standing, Unaddressed
from axure_lifecycle.domain.user_objects import JsonObject, graph_row
from axure_lifecycle.ports.directories import DirectoryEntry

SELECTED: Final = ("id", "userPrincipalName", "mail", "displayName", "accountEnabled", "otherMails", "proxyAddresses")
LEAVE_DATE: Final = "employeeLeaveDateTime"
ROWS_AT_A_TIME: Final = 100
_NOT_FOUND: Final = 404
_OBJECT_ID: Final = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class EntraPeople:
    """Users as they come: handed over as rows, or kept by id until they are asked for."""

    def __init__(self, wire: Wire, url: str, selected: tuple[str, ...], put: Put, tell: Tell) -> None:
        self._wire, self._url, self._put, self._tell = wire, url, put, tell
        self.selected = selected
        self.count = 0
        """Rows that came, and people who were asked for."""
        self._kept: dict[str, None] = {}
        self._has_leave_date = False
        self._without_address = 0

    @property
    def asked_for(self) -> int:
        """How many are to be asked for one by one."""
        return len(self._kept)

    async def take(self, answer: Answer) -> None:
        """Hand a page over; keep for later whoever does not come whole."""
        entries: list[DirectoryEntry] = []
        for person in objects_under(self._wire, answer, "value"):
            key = id_in(self._wire, person)
            if "@removed" in person or not _is_whole(self._wire, person):
                self._kept[key] = None
            else:
                entries.append(self._entry(key, person))
        if entries:
            await self._put(entries)
        self._tell(self.count, None)

    def remember(self, answer: Answer) -> None:
        """Keep everybody on a page for later."""
        for person in objects_under(self._wire, answer, "value"):
            self._kept[id_in(self._wire, person)] = None

    async def ask_for_the_rest(self) -> None:
        """Ask for those who were kept."""
        kept, self._kept = list(self._kept), {}
        await self.ask_for(kept)

    async def look_again(self, keys: Sequence[str]) -> None:
        """Ask for whoever was known before. What is no object id of Graph's is nobody's, and is not asked for."""
        await self._put([Removed(key) for key in keys if not _OBJECT_ID.fullmatch(key)])
        await self.ask_for([key for key in keys if _OBJECT_ID.fullmatch(key)])

    async def ask_for(self, keys: Sequence[str]) -> None:
        """Ask for each of them, and hand over what is found."""
        for begin in range(0, len(keys), ROWS_AT_A_TIME):
            await self._put([await self._ask_for(key) for key in keys[begin : begin + ROWS_AT_A_TIME]])
            self._tell(self.count, None)

    async def _ask_for(self, key: str) -> DirectoryEntry:
        url = f"{self._url}/{quote(key, safe='')}"
        params = {"$select": ",".join(self.selected)}
        answer = await self._wire.get(url, params, accepted={_NOT_FOUND}, needs=READ_USERS)
        if answer.status == _NOT_FOUND:
            self.count += 1
            return Removed(key)
        person = object_in(self._wire, answer)
        if id_in(self._wire, person) != key or not isinstance(person.get("userPrincipalName"), str):
            raise self._wire.strange("somebody else than the one who was asked for")
        return self._entry(key, person)

    def _entry(self, key: str, person: JsonObject) -> DirectoryEntry:
        self.count += 1
        try:
            row = graph_row(self.count, person)
        except CellMistake:  # there is no address
            self._without_address += 1
            return Unaddressed(key, Standing.DISABLED if person.get("accountEnabled") is False else Standing.UNKNOWN)
        self._has_leave_date = self._has_leave_date or row.leave_at is not None
        return row

    def tells_leave_dates(self, roles: frozenset[str] | None) -> bool:
        """Whether the leave dates that came, or did not come, mean anything."""
        if LEAVE_DATE not in self.selected:
            return False
        return self._has_leave_date if roles is None else permits(roles, READ_LEAVE_DATES)

    def notes(self) -> tuple[str, ...]:
        """What a person should know."""
        if not self._without_address:
            return ()
        return (f"{self._without_address} users of Entra have no e-mail address and were left out.",)


def _is_whole(wire: Wire, person: JsonObject) -> bool:
    """Whether the row tells everything: both members are set for every user, so a part of one lacks them."""
    name, enabled = person.get("userPrincipalName"), person.get("accountEnabled")
    if not isinstance(name, str | None) or not isinstance(enabled, bool | None):
        raise wire.strange("a user whose members are of other kinds than documented")
    return name is not None and enabled is not None
