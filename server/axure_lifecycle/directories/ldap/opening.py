"""The door to this room: the LDAP library is imported when a directory is opened, never before."""

from typing import TYPE_CHECKING

from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.pump import PumpedDirectory
from axure_lifecycle.directories.refusals import LdapExtraMissing, SecretUnusable
from axure_lifecycle.domain.directories import LdapSettings
from axure_lifecycle.domain.holdings import HoldingKind, System

if TYPE_CHECKING:
    from axure_lifecycle.directories.ldap.reading import LdapReader


def open_ldap(settings: LdapSettings, password: str, pace: Pace | None = None) -> PumpedDirectory:
    """The directory that these settings name.

    Raises `LdapExtraMissing`, `LdapFilterUnusable`, and `SecretUnusable` for an empty password, which a server may
    take for the sign-in of nobody, and accept (RFC 4513, 5.1.2).
    """
    reader = _load(settings.name)
    if not password:
        raise SecretUnusable(settings.name, "password", "is empty")
    reader(settings, password, pace)
    system = System("directory", settings.name, "", HoldingKind.DIRECTORY_ACCOUNT)
    kind = settings.flavour.value
    return PumpedDirectory(settings.name, kind, system, lambda paced: reader(settings, password, paced), pace)


def _load(directory: str) -> "type[LdapReader]":
    try:
        from axure_lifecycle.directories.ldap.reading import LdapReader
    except ModuleNotFoundError as error:
        if error.name != "sansldap":
            raise
        missing = LdapExtraMissing(directory)
    else:
        return LdapReader
    raise missing
