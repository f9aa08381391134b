"""People of an LDAP directory, read whole, page by page; a part of them is never taken for all.

A person who moves in the tree while pages are turned may be missed, so whoever was known before and did not come is
asked for once more, by the directory's own id (`look_again`).
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Final

from axure_lifecycle.directories.ldap.connection import Connection, Entry, Page, Question, connect
from axure_lifecycle.directories.ldap.dirsync import Cursor, Follower, follow
from axure_lifecycle.directories.ldap.entries import (
    FIELDS,
    KEYS,
    attributes_of,
    has_standing,
    key_of,
    raw_key,
    row_of_entry,
)
from axure_lifecycle.directories.ldap.filters import (
    FOLLOWED,
    attributes_in,
    misses_people,
    one_of,
    people_filter,
)
from axure_lifecycle.directories.ldap.refusals import DirectoryIncomplete, LdapNobodyFound
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.pump import Put, Tell
from axure_lifecycle.directories.refusals import (
    CaFileUnusable,
    DirectoryCertificateUntrusted,
    DirectoryPermissionMissing,
    DirectoryRefusal,
    DirectorySignInRefused,
    DirectoryUnreachable,
)
from axure_lifecycle.domain.directories import Finding, LdapFlavour, LdapSettings
from axure_lifecycle.domain.rosters import DirectoryRow, Removed, Totals, Unaddressed
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports.directories import CursorDoubted, DirectoryEntry, Ending

ASKED_AT_ONCE: Final = 100
"""People whom one search asks for by their ids."""


class LdapReader:
    """One directory, one kind of schema."""

    def __init__(self, settings: LdapSettings, password: str, pace: Pace | None = None) -> None:
        """Raises `LdapFilterUnusable`."""
        self._settings, self._password, self._pace = settings, password, pace or Pace()
        self._people = people_filter(settings)
        self._attributes = attributes_of(settings.flavour)

    @property
    def offers_changes(self) -> bool:
        """Active Directory does, unless the filter for people asks for something whose changes DirSync cannot see."""
        return self._settings.flavour is LdapFlavour.ACTIVE_DIRECTORY and attributes_in(self._people) <= FOLLOWED

    async def read(self, cursor: str | None, put: Put, tell: Tell) -> Ending:
        """Everybody; or with a cursor whoever changed, whole, and whoever is no longer there."""
        async with connect(self._settings, self._password, self._pace) as connection:
            if cursor is None or not self.offers_changes:
                return await self._read_whole(connection, put, tell)
            return await self._read_changes(connection, Cursor.read(cursor), put, tell)

    async def look_again(self, keys: Sequence[str], put: Put) -> None:
        """Hand over each of these people as they are now, or as removed.

        It is for people whom an earlier read knew and a full read did not bring. Raises the refusals of this room.
        """
        async with connect(self._settings, self._password, self._pace) as connection:
            for first in range(0, len(keys), ASKED_AT_ONCE):
                await put(await self._ask_for(connection, keys[first : first + ASKED_AT_ONCE], first))

    async def examine(self) -> list[Finding]:
        """The connection, the sign-in, a first page, and whether changes alone can be asked for."""
        findings: list[Finding] = []
        try:
            async with connect(self._settings, self._password, self._pace.for_a_look()) as connection:
                findings.append(Finding("connection", is_fine=True, sentence=f"{connection.place} proved who it is."))
                who = f"{shown(self._settings.bind_as)} may sign in."
                findings.append(Finding("sign-in", is_fine=True, sentence=who))
                findings.append(await self._look_at_people(connection))
                if self._settings.flavour is LdapFlavour.ACTIVE_DIRECTORY:
                    findings.append(await self._look_at_changes(connection))
        except DirectoryRefusal as refusal:
            findings.append(Finding(_about(refusal), is_fine=False, sentence=refusal.sentence))
        return findings

    # --- everybody ---

    async def _read_whole(self, connection: Connection, put: Put, tell: Tell) -> Ending:
        # First the cursor, then the people: what changes meanwhile comes once more with the next changes.
        follower = await self._follow(connection)
        cursor = await follower.begin(self._pace.wall()) if follower is not None else None
        count = rows = silent = 0
        async with aclosing(connection.pages(self._question())) as pages:
            async for page in pages:
                self._refuse_references(page)
                found: list[DirectoryEntry] = [
                    self._row(count + line, entry) for line, entry in enumerate(page.entries, 1)
                ]
                count, rows = count + len(found), rows + sum(isinstance(row, DirectoryRow) for row in found)
                silent += sum(not has_standing(self._settings.flavour, each.values) for each in page.entries)
                if found:
                    await put(found)
                tell(count, None)
        if not rows:
            raise LdapNobodyFound(self._settings.name, self._settings.base, count)
        return self._ending(count, self._notes(count, rows, silent), cursor)

    def _notes(self, count: int, rows: int, silent: int) -> tuple[str, ...]:
        notes: list[str] = []
        if rows < count:
            notes.append(f"Entries that have no e-mail address and were left out: {count - rows:,}.")
        if self._settings.flavour is LdapFlavour.ACTIVE_DIRECTORY and silent:
            notes.append(
                f"Entries without userAccountControl: {silent:,}. Nobody among them is seen as disabled; perhaps the "
                "account that reads may not see it."
            )
        if self._settings.flavour is LdapFlavour.OPENLDAP and silent == count:
            notes.append(
                "Nobody is locked (pwdAccountLockedTime), or the account that reads may not see it, or the server "
                "keeps no such lock; people who left show only by being removed."
            )
        return tuple(notes)

    # --- what changed ---

    async def _read_changes(self, connection: Connection, cursor: Cursor, put: Put, tell: Tell) -> Ending:
        follower = await self._follow(connection)
        if follower is None:
            raise CursorDoubted("the server no longer tells changes")
        count = 0
        async with aclosing(follower.rounds(cursor, self._pace.wall())) as rounds:
            async for keys, behind in rounds:
                cursor = behind
                for first in range(0, len(keys), ASKED_AT_ONCE):
                    entries = await self._ask_for(connection, keys[first : first + ASKED_AT_ONCE], count)
                    count += len(entries)
                    await put(entries)
                    tell(count, None)
        return self._ending(count, (), cursor)

    async def _ask_for(self, connection: Connection, keys: Sequence[str], line: int) -> list[DirectoryEntry]:
        """Each of the people as they are, or as removed: not found, or no longer matched."""
        flavour = self._settings.flavour
        searched = [raw for key in keys if (raw := raw_key(flavour, key)) is not None]
        found: dict[str, DirectoryRow | Unaddressed] = {}
        if searched:
            people = one_of(self._people, KEYS[flavour], searched)
            async with aclosing(connection.pages(self._question()._replace(people=people))) as pages:
                async for page in pages:
                    self._refuse_references(page)
                    rows = (self._row(line + at, entry) for at, entry in enumerate(page.entries, len(found) + 1))
                    found.update({row.key: row for row in rows})
        return [found.get(key) or Removed(key) for key in keys]

    async def _follow(self, connection: Connection) -> Follower | None:
        if not self.offers_changes:
            return None
        told = [*self._attributes, *sorted(attributes_in(self._people))]
        return await follow(connection, self._settings.base, told)

    # --- what both share ---

    def _question(self) -> Question:
        return Question(self._settings.base, self._people, self._attributes)

    def _refuse_references(self, page: Page) -> None:
        for reference in page.references:
            if misses_people(reference, self._settings.base):
                raise DirectoryIncomplete.by_reference(self._settings.name, reference)

    def _row(self, line: int, entry: Entry) -> DirectoryRow | Unaddressed:
        """Raises `DirectoryPermissionMissing` for an entry without an id."""
        flavour = self._settings.flavour
        key = key_of(flavour, entry.values)
        if key is None:
            raise DirectoryPermissionMissing(
                self._settings.name, f"reading {KEYS[flavour]}", "an entry came without it"
            )
        return row_of_entry(flavour, line, key, entry.values)

    def _ending(self, count: int, notes: tuple[str, ...], cursor: Cursor | None) -> Ending:
        totals = Totals(
            rows=count,
            stated_count=None,
            columns=FIELDS,
            form=self._settings.flavour.value,
            mistakes=(),
            refused=0,
            notes=notes,
        )
        return Ending(totals, cursor=None if cursor is None else cursor.write(), assignments=None)

    # --- what doctor sees ---

    async def _look_at_people(self, connection: Connection) -> Finding:
        base = shown(self._settings.base)
        async with aclosing(connection.pages(self._question())) as pages:
            async for page in pages:
                self._refuse_references(page)
                rows = [self._row(at, entry) for at, entry in enumerate(page.entries, 1)]
                count = sum(isinstance(row, DirectoryRow) for row in rows)
                if count:
                    sentence = f"People are found below {base}: {count} with an e-mail address on the first page."
                    return Finding("people", is_fine=True, sentence=sentence)
        raise LdapNobodyFound(self._settings.name, self._settings.base, 0)

    async def _look_at_changes(self, connection: Connection) -> Finding:
        follower = await self._follow(connection)
        if follower is not None and await follower.begin(self._pace.wall()) is not None:
            return Finding("changes", is_fine=True, sentence="Changes alone can be asked for (DirSync).")
        if not self.offers_changes:
            why = "the filter for people asks for what DirSync does not follow"
        elif follower is None:
            why = "the base lies in no domain of this server"
        else:
            why = (
                "that takes the right to replicate directory changes, the right to read deleted objects, and one "
                "deleted user to prove it"
            )
        sentence = f"Everybody is read every time, because changes alone cannot be relied on: {why}."
        return Finding("changes", is_fine=True, sentence=sentence, is_warning=True)


_ABOUT: Final[Mapping[type[DirectoryRefusal], str]] = {
    DirectoryUnreachable: "connection",
    DirectoryCertificateUntrusted: "connection",
    CaFileUnusable: "connection",
    DirectorySignInRefused: "sign-in",
}


def _about(refusal: DirectoryRefusal) -> str:
    return _ABOUT.get(type(refusal), "people")
