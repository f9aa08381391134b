"""What only LDAP can refuse, and what its result codes mean.

Sources: RFC 4511, appendix A (result codes); RFC 3062 and the registry of IANA for those that came later; Microsoft,
"Bind fails with error 49" (the hexadecimal word behind `data` in the diagnostics of Active Directory).
"""

import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from axure_lifecycle.directories.refusals import (
    DirectoryAnswerStrange,
    DirectoryPermissionMissing,
    DirectoryRefusal,
    DirectorySignInRefused,
    DirectoryUnreachable,
)
from axure_lifecycle.domain.text import shown

_WORDS_SHOWN: Final = 200


class Code(IntEnum):
    """The result codes that mean something to a reader; every other one but 0 is a strange answer."""

    SUCCESS = 0
    OPERATIONS_ERROR = 1
    TIME_LIMIT = 3
    SIZE_LIMIT = 4
    STRONGER_AUTH = 8
    PARTIAL_RESULTS = 9
    REFERRAL = 10
    ADMIN_LIMIT = 11
    NO_SUCH_OBJECT = 32
    INVALID_DN = 34
    INVALID_CREDENTIALS = 49
    INSUFFICIENT_ACCESS = 50
    BUSY = 51
    UNAVAILABLE = 52


_LIMITS: Final[Mapping[int, str]] = {
    Code.TIME_LIMIT: "the server's limit of time (timeLimitExceeded)",
    Code.SIZE_LIMIT: "the server's limit of entries (sizeLimitExceeded)",
    Code.ADMIN_LIMIT: "a limit that its administrator set (adminLimitExceeded)",
}
_AD_REASONS: Final[Mapping[str, str]] = {
    "525": "the account is not known",
    "52e": "the account or its password is wrong",
    "530": "the account may not sign in at this time",
    "531": "the account may not sign in from here",
    "532": "the password has expired",
    "533": "the account is disabled",
    "701": "the account has expired",
    "773": "the password has to be changed first",
    "775": "the account is locked out",
}
_AD_WORD: Final = re.compile(r"\bdata ([0-9a-f]{3})\b", re.ASCII)


class DirectoryIncomplete(DirectoryRefusal):
    """A part of the people came, and the directory does not give the rest."""

    code = "directory_incomplete"

    def __init__(self, directory: str, why: str, remedy: str) -> None:
        self.why = why
        super().__init__(directory, f"the read is not complete: {why}", remedy)

    @classmethod
    def by_limit(cls, directory: str, limit: str) -> "DirectoryIncomplete":
        """A limit of the server ended it."""
        return cls(
            directory,
            f"it ends at {limit}",
            "Let an administrator lift that limit for the account that reads: in OpenLDAP `limits … "
            "size.prtotal=unlimited`.",
        )

    @classmethod
    def by_reference(cls, directory: str, target: str) -> "DirectoryIncomplete":
        """A part of the tree lies on another server, and no other server is asked."""
        return cls(
            directory,
            f"a part of what lies below the base is on another server ({shown(target, _WORDS_SHOWN)})",
            "Name as `base` a part of the tree that this server holds whole, and configure the other server as a "
            "directory of its own.",
        )


class LdapBaseUnknown(DirectoryRefusal):
    """The base is not there, or the account may not see it."""

    code = "ldap_base_unknown"

    def __init__(self, directory: str, base: str) -> None:
        self.base = base
        super().__init__(
            directory,
            f"it has no {shown(base, _WORDS_SHOWN)}, or the account that reads may not see it",
            "Correct `base` in the configuration, or let an administrator give the account the right to read there.",
        )


class LdapNobodyFound(DirectoryRefusal):
    """A directory in which nobody is found was not understood: there is an account that reads it, at least."""

    code = "ldap_nobody_found"

    def __init__(self, directory: str, base: str, entries: int) -> None:
        """`entries` that were found, and name no e-mail address."""
        self.base, self.entries = base, entries
        found = f"none of the {entries:,} entries that match names an e-mail address" if entries else "nobody matches"
        super().__init__(
            directory,
            f"below {shown(base, _WORDS_SHOWN)} {found}",
            "Check `base` and `people` in the configuration, and what the account that reads may see there.",
        )


class LdapFilterUnusable(DirectoryRefusal):
    """The filter for people cannot be understood."""

    code = "ldap_filter_unusable"

    def __init__(self, directory: str, people: str) -> None:
        self.people = people
        super().__init__(
            directory,
            f"its filter for people is not one ({shown(people, _WORDS_SHOWN)})",
            "Write `people` as RFC 4515 has it: (&(objectClass=user)(mail=*)). Nothing was sent.",
        )


def sign_in_refusal(directory: str, place: str, code: int, said: str) -> DirectoryRefusal:
    """Why a bind failed; `said` by the server, without any secret."""
    if code in {Code.BUSY, Code.UNAVAILABLE}:
        return DirectoryUnreachable(directory, place, "has no time for us (busy or unavailable)")
    if code == Code.INVALID_CREDENTIALS:
        word = _AD_WORD.search(said)
        reason = _AD_REASONS.get(word.group(1)) if word else None
        return DirectorySignInRefused(directory, reason or _AD_REASONS["52e"])
    return DirectorySignInRefused(directory, _told(code, said))


def read_refusal(directory: str, place: str, base: str, code: int, said: str) -> DirectoryRefusal:
    """Why a search failed, whatever came of it before: no part of it counts."""
    if code in _LIMITS:
        return DirectoryIncomplete.by_limit(directory, _LIMITS[code])
    match code:
        case Code.PARTIAL_RESULTS | Code.REFERRAL:
            return DirectoryIncomplete.by_reference(directory, _told(code, said))
        case Code.NO_SUCH_OBJECT | Code.INVALID_DN:
            return LdapBaseUnknown(directory, base)
        case Code.INSUFFICIENT_ACCESS | Code.STRONGER_AUTH:
            return DirectoryPermissionMissing(directory, f"reading below {base}", _told(code, said))
        case Code.BUSY | Code.UNAVAILABLE:
            return DirectoryUnreachable(directory, place, "has no time for us (busy or unavailable)")
        case _:
            return DirectoryAnswerStrange(directory, place, _told(code, said))


def _told(code: int, said: str) -> str:
    words = " ".join(said.replace("\0", " ").split())
    return f"LDAP result {code}, {words}" if words else f"LDAP result {code}"
