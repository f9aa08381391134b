"""From the attributes of an entry to the row of a person.

**Active Directory.** Disabled is a bit of `userAccountControl`. `accountExpires` is something else: the moment from
which the account is no longer valid. It becomes the leave date, so a past one is a departure of its own, with its own
reason, and a coming one is announced. Sources: [MS-ADTS] 2.2.16 (the bits); [MS-ADA1] 2.1 (accountExpires, in hundreds
of nanoseconds since 1601, UTC; 0 and 2^63-1 mean never).

**OpenLDAP** and its like know a lock of the overlay ppolicy. 000001010000Z is set by an administrator and lasts until
one takes it away: disabled. Any other moment is what too many wrong passwords leave behind, which is no departure
(Okta's LOCKED_OUT is none either); the word is kept. `pwdEndTime` is what `accountExpires` is over there. Source:
slapo-ppolicy(5).
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from axure_lifecycle.domain.cells import CellMistake
from axure_lifecycle.domain.dates import is_never
from axure_lifecycle.domain.directories import LdapFlavour
from axure_lifecycle.domain.rosters import DirectoryRow, Standing, Unaddressed
from axure_lifecycle.domain.user_objects import row_of

Values = Mapping[str, Sequence[bytes]]
"""Of an entry, by the attribute's name in lower case."""

FIELDS: Final = ("key", "address", "display_name", "standing", "status", "leave_at", "aliases")
"""What both kinds state, in the order of the row type."""

DISABLED: Final = 2
LOCKED_FOR_EVER: Final = "000001010000Z"
_MAILBOXES: Final[Mapping[LdapFlavour, Sequence[str]]] = {
    LdapFlavour.ACTIVE_DIRECTORY: ("mail", "userPrincipalName", "otherMailbox", "proxyAddresses"),
    LdapFlavour.OPENLDAP: ("mail", "mailLocalAddress", "mailAlternateAddress"),
}
"""The first one is the primary address where it is one."""
_NAMES: Final[Mapping[LdapFlavour, Sequence[str]]] = {
    LdapFlavour.ACTIVE_DIRECTORY: ("displayName", "name"),
    LdapFlavour.OPENLDAP: ("displayName", "cn"),
}
_ACCOUNT: Final[Mapping[LdapFlavour, Sequence[str]]] = {
    LdapFlavour.ACTIVE_DIRECTORY: ("userAccountControl", "accountExpires"),
    LdapFlavour.OPENLDAP: ("pwdAccountLockedTime", "pwdEndTime"),
}
KEYS: Final[Mapping[LdapFlavour, str]] = {
    LdapFlavour.ACTIVE_DIRECTORY: "objectGUID",
    LdapFlavour.OPENLDAP: "entryUUID",
}

_EPOCH: Final = datetime(1601, 1, 1, tzinfo=UTC)
_NO_ADDRESS: Final = "(bytes that are no text)"
"""No mailbox, so that the row is flagged."""
_INTEGER: Final = re.compile(r"-?\d{1,20}", re.ASCII)
_GENERALIZED: Final = re.compile(
    r"(\d{4})(\d{2})(\d{2})(\d{2})(?:(\d{2})(\d{2})?)?(?:[.,](\d{1,20}))?(?:Z|([+-])(\d{2})(\d{2})?)", re.ASCII
)


def attributes_of(flavour: LdapFlavour) -> list[str]:
    """What is asked for, and nothing else."""
    return [KEYS[flavour], *_MAILBOXES[flavour], *_NAMES[flavour], *_ACCOUNT[flavour]]


def key_of(flavour: LdapFlavour, values: Values) -> str | None:
    """What the directory itself identifies the object by, as text; None when it is missing or none.

    >>> key_of(LdapFlavour.ACTIVE_DIRECTORY, {"objectguid": [bytes(range(16))]})
    '03020100-0504-0706-0809-0a0b0c0d0e0f'
    """
    found = values.get(KEYS[flavour].lower(), ())
    if len(found) != 1:
        return None
    try:
        if flavour is LdapFlavour.ACTIVE_DIRECTORY:
            return str(uuid.UUID(bytes_le=found[0]))
        return str(uuid.UUID(found[0].decode("ascii")))
    except ValueError:
        return None


def raw_key(flavour: LdapFlavour, key: str) -> bytes | None:
    """The value to search for; None for a key that no directory of this kind can have given."""
    try:
        found = uuid.UUID(key)
    except ValueError:
        return None
    return found.bytes_le if flavour is LdapFlavour.ACTIVE_DIRECTORY else str(found).encode()


def row_of_entry(flavour: LdapFlavour, line: int, key: str, values: Values) -> DirectoryRow | Unaddressed:
    """The person, or an entry without any e-mail address, by which nobody can be matched."""
    standing, status, leave_at = _STANDINGS[flavour](values)
    names = [_show(each) for name in _NAMES[flavour] for each in values.get(name.lower(), ())]
    mailboxes = [_text(each) or _NO_ADDRESS for name in _MAILBOXES[flavour] for each in values.get(name.lower(), ())]
    try:
        return row_of(
            line,
            key=key,
            mailboxes=mailboxes,
            name=next(filter(None, names), None),
            standing=standing,
            status=status,
            leave_at=leave_at,
        )
    except CellMistake:
        return Unaddressed(key, standing)


def has_standing(flavour: LdapFlavour, values: Values) -> bool:
    """Whether the entry says anything about whether the account is disabled or locked."""
    return _ACCOUNT[flavour][0].lower() in values


def filetime(raw: str) -> datetime | None:
    """The moment, UTC, that Active Directory writes as a number; None for never and for what is none.

    >>> filetime("134167968000000000")
    datetime.datetime(2026, 3, 1, 0, 0, tzinfo=datetime.timezone.utc)
    >>> filetime("0") is filetime("9223372036854775807") is None
    True
    """
    if not _INTEGER.fullmatch(raw) or int(raw) <= 0:
        return None
    try:
        moment = _EPOCH + timedelta(microseconds=int(raw) // 10)
    except OverflowError:
        return None
    return None if is_never(moment) else moment


def generalized_time(raw: str) -> datetime | None:
    """The moment, UTC, of RFC 4517, 3.3.13; None for what is none, such as the year 0 of a lock for ever.

    >>> generalized_time("20260301143000+0200")
    datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.timezone.utc)
    """
    found = _GENERALIZED.fullmatch(raw)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = found.groups()
    unit = timedelta(seconds=1) if second else timedelta(minutes=1) if minute else timedelta(hours=1)
    part = unit * (int(fraction) / 10 ** len(fraction)) if fraction else timedelta()
    offset = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) * (-1 if sign == "-" else 1)
    try:
        whole = datetime(int(year), int(month), int(day), int(hour), int(minute or 0), tzinfo=UTC)
        moment = whole + timedelta(seconds=int(second or 0)) + part - offset
    except (ValueError, OverflowError):
        return None
    return None if is_never(moment) else moment


def _ad_standing(values: Values) -> tuple[Standing, str | None, datetime | None]:
    # The account ends with the second before: "end of 28 February" is kept as the first moment of 1 March.
    expires = filetime(_first(values, "accountexpires"))
    leave_at = None if expires is None else expires - timedelta(seconds=1)
    control = _first(values, "useraccountcontrol")
    if not _INTEGER.fullmatch(control):
        return Standing.UNKNOWN, None, leave_at
    standing = Standing.DISABLED if int(control) & DISABLED else Standing.ACTIVE
    return standing, f"userAccountControl={int(control)}", leave_at


def _openldap_standing(values: Values) -> tuple[Standing, str | None, datetime | None]:
    leave_at = generalized_time(_first(values, "pwdendtime"))
    locked = _first(values, "pwdaccountlockedtime")
    if not locked:
        return Standing.ACTIVE, None, leave_at
    standing = Standing.DISABLED if locked == LOCKED_FOR_EVER else Standing.ACTIVE
    return standing, f"pwdAccountLockedTime={locked}", leave_at


_STANDINGS: Final[Mapping[LdapFlavour, Callable[[Values], tuple[Standing, str | None, datetime | None]]]] = {
    LdapFlavour.ACTIVE_DIRECTORY: _ad_standing,
    LdapFlavour.OPENLDAP: _openldap_standing,
}


def _first(values: Values, name: str) -> str:
    found = values.get(name, ())
    return (_text(found[0]) or "") if found else ""


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _show(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")
