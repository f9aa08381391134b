"""What changed in a domain of Active Directory: the control DirSync.

DirSync tells which objects changed since a cookie, and of each only the attributes that changed; so whoever changed is
then asked for whole, by the objectGUID, with the filter and the base of a full read. Whoever is not found by that is
removed: deleted, moved away, or no longer matched. What it takes, so that nobody is missed:

- The filter is the class alone. A tombstone has lost its category, and a filter on that hides every deletion.
- It is asked about the whole domain, which is the only base that it takes.
- A unit that is moved takes its people along without a word about them: where the base is not the whole domain, any
  change of a unit's name or place means that everybody is read anew.
- An account that may not see deleted objects hears nothing of deletions, and is not told so. That it may see them is
  proved by one that it sees; without such a proof there is no cursor.
- A cookie is opaque, and one that was damaged may be accepted and bring nothing: a digest is kept beside it. Any
  refusal of a cookie means that everybody is read anew, and so does a week that went by without a full read.

Sources: [MS-ADTS] 3.1.1.3.4.1.3 (LDAP_SERVER_DIRSYNC_OID), 3.1.1.3.4.1.14 (LDAP_SERVER_SHOW_DELETED_OID); the behaviour
of Samba's domain controller where the tests show it.
"""

import base64
import hashlib
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import timedelta
from typing import Final, NamedTuple, cast

import sansldap
from sansldap import asn1

from axure_lifecycle.directories.ldap.connection import Answered, Connection, Entry, Question
from axure_lifecycle.directories.ldap.entries import key_of
from axure_lifecycle.directories.ldap.filters import is_below
from axure_lifecycle.directories.ldap.refusals import Code
from axure_lifecycle.directories.refusals import DirectoryAnswerStrange
from axure_lifecycle.domain.directories import LdapFlavour
from axure_lifecycle.ports.directories import CursorDoubted

DIRSYNC: Final = "1.2.840.113556.1.4.841"
FULL_AGAIN: Final = timedelta(days=7)
"""After which everybody is read, whatever DirSync would tell."""
_MOST_BYTES: Final = 1 << 20
_MOST_ROUNDS: Final = 100_000
_PLACE: Final = ("objectGUID", "name", "parentGUID", "isDeleted")
"""A rename, a move and a deletion are only told to who asks for them by name."""
_USERS: Final = sansldap.FilterEquality("objectClass", b"user")
_UNITS: Final = sansldap.FilterOr(
    [
        sansldap.FilterEquality("objectClass", name)
        for name in (b"organizationalUnit", b"container", b"domainDNS", b"builtinDomain")
    ]
)
_NOBODY: Final = sansldap.FilterEquality("objectGUID", bytes(16))


class Cursor(NamedTuple):
    """From where changes are asked for."""

    cookie: bytes
    root: str
    """The domain's distinguished name."""
    full_at: float
    """When everybody was read last, seconds since 1970."""

    def write(self) -> str:
        """As text, with a digest of it."""
        body = json.dumps([base64.b64encode(self.cookie).decode(), self.root, self.full_at])
        return f"{_digest(body)} {body}"

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Raises `CursorDoubted` for any text that `write` did not write."""
        digest, _, body = text.partition(" ")
        if digest != _digest(body):
            raise CursorDoubted("what was kept of the last read is damaged")
        cookie, root, full_at = cast("tuple[str, str, float]", json.loads(body))
        return cls(base64.b64decode(cookie), root, full_at)


class Follower:
    """Follows the changes of the domain that a connection leads to."""

    def __init__(self, connection: Connection, base: str, attributes: Sequence[str], root: str) -> None:
        """`attributes`: whose changes matter."""
        self._connection, self._base, self.root = connection, base, root
        self._attributes = list(dict.fromkeys([*_PLACE, *attributes]))

    async def begin(self, now: float) -> Cursor | None:
        """The cursor of this moment, for nothing: nobody is asked for. None where changes cannot be relied on."""
        if not await self.sees_deletions():
            return None
        cookie = b""
        for _ in range(_MOST_ROUNDS):
            answered = await self._connection.search(self._question(_NOBODY), _ignore, [_control(cookie)])
            if answered.code != Code.SUCCESS:
                return None
            more, cookie = self._next(answered)
            if not more:
                return Cursor(cookie, self.root, now)
        return None

    async def sees_deletions(self) -> bool:
        """Whether the account sees a deleted user; where none was ever deleted, nothing is proved."""
        seen: list[Entry] = []
        deleted = sansldap.FilterAnd([_USERS, sansldap.FilterEquality("isDeleted", b"TRUE")])
        question = Question(f"CN=Deleted Objects,{self.root}", deleted, ["objectGUID"])
        one = sansldap.PagedResultControl(critical=True, size=1, cookie=b"")
        answered = await self._connection.search(
            question, seen.append, [one, sansldap.ShowDeletedControl(critical=True)]
        )
        return answered.code == Code.SUCCESS and bool(seen)

    async def rounds(self, cursor: Cursor, now: float) -> AsyncGenerator[tuple[Sequence[str], Cursor]]:
        """The keys of the users that changed, some at a time, and the cursor behind them.

        Raises `CursorDoubted`, perhaps only in the end, and the refusals of this room.
        """
        if cursor.root != self.root:
            raise CursorDoubted("the directory is another domain than before")
        if not 0 <= now - cursor.full_at < FULL_AGAIN.total_seconds():
            raise CursorDoubted(f"everybody is read again after {FULL_AGAIN.days} days")
        if not await self.sees_deletions():
            raise CursorDoubted("the account that reads no longer sees any deleted user")
        at, cookie = cursor, cursor.cookie
        for _ in range(_MOST_ROUNDS):
            changed = _Keys()
            more, cookie = await self._ask(_USERS, cookie, changed.take)
            if changed.is_anybody_nameless:
                raise CursorDoubted("the directory names a change without saying whose it is")
            at = at._replace(cookie=cookie)
            yield list(changed.keys), at
            if not more:
                break
        if not is_below(self.root, self._base):
            await self._doubt_moved_units(cursor.cookie)

    async def _doubt_moved_units(self, cookie: bytes) -> None:
        moved: list[Entry] = []
        more = True
        while more:
            more, cookie = await self._ask(_UNITS, cookie, moved.append)
            if moved:
                raise CursorDoubted("organizational units were made, renamed, moved or deleted")

    async def _ask(
        self, people: sansldap.LDAPFilter, cookie: bytes, take: Callable[[Entry], None]
    ) -> tuple[bool, bytes]:
        try:
            answered = await self._connection.search(self._question(people), take, [_control(cookie)])
            if answered.code == Code.SUCCESS:
                return self._next(answered)
        except DirectoryAnswerStrange:
            answered = None
        if answered is not None and answered.code in {Code.BUSY, Code.UNAVAILABLE}:
            raise self._connection.refusal(self.root, answered)
        how = "with a strange answer" if answered is None else f"with LDAP result {answered.code}"
        raise CursorDoubted(f"the directory met the question for changes {how}")

    def _question(self, people: sansldap.LDAPFilter) -> Question:
        attributes = list(_PLACE) if people is _UNITS else self._attributes
        return Question(self.root, people, attributes)

    def _next(self, answered: Answered) -> tuple[bool, bytes]:
        """Whether more follows, and the next cookie. Raises `DirectoryAnswerStrange`."""
        told = [each.value for each in answered.controls if each.control_type == DIRSYNC]
        if len(told) == 1 and told[0] is not None:
            try:
                inner = asn1.ASN1Reader(told[0]).read_sequence()
                more, _, cookie = inner.read_integer(), inner.read_integer(), inner.read_octet_string()
            except (ValueError, IndexError, OverflowError, asn1.NotEnougData):
                cookie, more = b"", 0
            if cookie:
                return more != 0, bytes(cookie)
        raise self._connection.strange("changes without a cookie")


async def follow(connection: Connection, base: str, attributes: Sequence[str]) -> Follower | None:
    """Who follows the changes below the base; None where the server does not offer that."""
    told = await connection.read_root("defaultNamingContext", "supportedControl")
    roots = told.get("defaultnamingcontext", ())
    if len(roots) != 1 or DIRSYNC.encode() not in told.get("supportedcontrol", ()):
        return None
    root = roots[0].decode("utf-8", "replace")
    return Follower(connection, base, attributes, root) if is_below(base, root) else None


def _control(cookie: bytes) -> sansldap.LDAPControl:
    """Flags 0: without the right to replicate changes it is refused, instead of telling less."""
    writer = asn1.ASN1Writer()
    with writer.push_sequence() as inner:
        inner.write_integer(0)
        inner.write_integer(_MOST_BYTES)
        inner.write_octet_string(cookie)
    return sansldap.LDAPControl(DIRSYNC, critical=True, value=bytes(writer.get_data()))


class _Keys:
    """Of the entries that come, each once and in their order; nothing else of them is kept."""

    def __init__(self) -> None:
        self.keys: dict[str, None] = {}
        self.is_anybody_nameless = False

    def take(self, entry: Entry) -> None:
        key = key_of(LdapFlavour.ACTIVE_DIRECTORY, entry.values)
        if key is None:
            self.is_anybody_nameless = True
        else:
            self.keys[key] = None


def _ignore(entry: Entry) -> None:
    del entry


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
