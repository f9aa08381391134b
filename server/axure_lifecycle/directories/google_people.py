"""Users of Google Workspace as the Directory API writes them, and what becomes of the addresses of deleted ones.

Sources (Google): "REST Resource: users" (`suspended` covers what administrators do and what Google itself does, told
apart by `suspensionReason`; `archived` is apart), "Manage user accounts" (deleted users are listed for 20 days, and
their addresses may be given to somebody else).

Suspended is a hold. Google has one word for whoever left and for whoever pauses, and suspends accounts by itself
besides; a hold is shown to people, who decide, while a leaver would be acted on. Archived is disabled: that is what
Google's archive licence is for. Deleted is deprovisioned. The address for recovery is no other address of a person: one
of a team often stands with many accounts.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from axure_lifecycle.directories.answers import id_in, text_under
from axure_lifecycle.directories.wire import Wire
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cells import CellMistake
from axure_lifecycle.domain.rosters import DirectoryRow, Standing, Unaddressed
from axure_lifecycle.domain.user_objects import JsonObject, plain_row, row_of, text_of

GOOGLE_FIELDS: Final = ("key", "address", "display_name", "standing", "status", "aliases")
"""What Google's objects state, in the order of the row type: neither a leave date nor what kind an account is."""
MEMBERS: Final = (
    "id,primaryEmail,name(fullName),emails(address),aliases,nonEditableAliases,suspended,suspensionReason,archived,"
    "deletionTime"
)
"""What is asked for of every user."""
MOST_DELETED: Final = 50_000
"""Deleted users that are kept in mind; whoever is beyond is simply no longer there."""


def google_row(wire: Wire, line: int, person: JsonObject, *, is_deleted: bool = False) -> DirectoryRow | Unaddressed:
    """A user object, looked at closely. Raises `DirectoryAnswerStrange`."""
    key = id_in(wire, person)
    standing, status = (Standing.DEPROVISIONED, "deleted") if is_deleted else _standing(wire, person)
    named = person.get("name")
    name = cast("JsonObject", named).get("fullName") if isinstance(named, dict) else None
    mailboxes = _mailboxes(wire, person)
    try:
        return row_of(line, key=key, mailboxes=mailboxes, name=text_of(name), standing=standing, status=status)
    except CellMistake:  # there is no address
        return Unaddressed(key, standing)


def usual_rows(line: int, people: Sequence[Mapping[str, Any]]) -> list[DirectoryRow | None]:
    """The rows of those who are active with one address and nothing out of the ordinary, as nearly everybody is.

    None for everybody else, of whatever shape. It is the row that a closer look makes too, only sooner. `line` is the
    first one's.
    """
    found: list[DirectoryRow | None] = []
    standing, status = _HERE
    for number, person in enumerate(people, line):
        try:
            key, address, name = person["id"], person["primaryEmail"], person["name"]["fullName"]
            (mailbox,) = person["emails"]
            is_usual = person["suspended"] is False and person["archived"] is False and mailbox["address"] == address
        except (KeyError, TypeError, ValueError):
            is_usual, key, address, name = False, None, None, None
        if not is_usual or "aliases" in person or "nonEditableAliases" in person or "deletionTime" in person:
            found.append(None)
        else:
            found.append(plain_row(number, key, address, name, standing, status))
    return found


def _standing(wire: Wire, person: JsonObject) -> tuple[Standing, str | None]:
    """The standing, and what Google says, word for word."""
    archived, suspended = person.get("archived"), person.get("suspended")
    for stated in (archived, suspended):
        if stated is not None and not isinstance(stated, bool):
            raise wire.strange("a user whose members are of other kinds than documented")
    if archived:
        return Standing.DISABLED, "archived=true"
    if suspended:
        reason = text_under(wire, person, "suspensionReason")
        return Standing.HOLD, f"suspended=true ({reason})" if reason else "suspended=true"
    return (Standing.UNKNOWN, None) if suspended is None else _HERE


_HERE: Final = (Standing.ACTIVE, "suspended=false")


def _mailboxes(wire: Wire, person: JsonObject) -> list[object]:
    """The primary address, then the others; `emails` repeats them."""
    found: list[object] = [text_under(wire, person, "primaryEmail")]
    for member in _FURTHER:
        if member not in person:
            continue
        listed = person[member]
        if not isinstance(listed, list):
            if listed is None:
                continue
            raise wire.strange(f"a user whose `{member}` are no list")
        found += [
            cast("JsonObject", each).get("address") if isinstance(each, dict) else each
            for each in cast("list[object]", listed)
        ]
    return found


_FURTHER: Final = ("aliases", "nonEditableAliases", "emails")


class DeletedPeople:
    """Deleted users, as far as nobody else has their addresses by now.

    They are read before everybody else: whoever is restored meanwhile is among the others then, and counts as there.
    """

    def __init__(self, most: int = MOST_DELETED) -> None:
        self._most = most
        self._found: list[tuple[str, DirectoryRow]] = []
        self._rows: dict[str, DirectoryRow] = {}
        self._holders: dict[Address, str] = {}
        self.has_more = False

    def add(self, deleted_at: str, row: DirectoryRow) -> None:
        """One of them; `deleted_at` in Google's form, which sorts as text."""
        if len(self._found) < self._most:
            self._found.append((deleted_at, row))
        else:
            self.has_more = True

    def settle(self) -> None:
        """Of several deleted users who had the same address, the one who was deleted last keeps it."""
        for _, row in sorted(self._found, key=lambda each: each[0], reverse=True):
            kept = _without(row, {address for address in _addresses(row) if address in self._holders})
            if kept is not None and row.key not in self._rows:
                self._rows[row.key] = kept
                self._holders.update(dict.fromkeys(_addresses(kept), row.key))
        self._found.clear()

    def __bool__(self) -> bool:
        """Whether there is anybody left whom somebody else could meet."""
        return bool(self._rows)

    def meet(self, row: DirectoryRow) -> None:
        """Somebody is there: who was restored is not deleted, and the addresses are no longer a deleted user's."""
        self._rows.pop(row.key, None)
        for address in _addresses(row):
            key = self._holders.pop(address, None)
            if key is not None and key in self._rows:
                kept = _without(self._rows.pop(key), {address})
                if kept is not None:
                    self._rows[key] = kept

    def rows(self) -> list[DirectoryRow]:
        """Those who are left, with the addresses that are left to them."""
        return list(self._rows.values())


def _addresses(row: DirectoryRow) -> tuple[Address, ...]:
    return (row.address, *row.aliases)


def _without(row: DirectoryRow, lost: Iterable[Address]) -> DirectoryRow | None:
    """The row without these addresses; None when none is left."""
    left = [address for address in _addresses(row) if address not in lost]
    return row._replace(address=left[0], aliases=tuple(left[1:])) if left else None
