"""How the tests read an LDAP directory, and what came of it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import anyio

from axure_lifecycle.directories.ldap.reading import LdapReader
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.domain.directories import LdapFlavour, LdapSettings, SecretKind, SecretReference
from axure_lifecycle.domain.rosters import DirectoryRow, Removed
from axure_lifecycle.ports.directories import DirectoryEntry, Ending
from tests.directories.peers import openldap, samba
from tests.directories.peers.openldap import OpenLdap
from tests.directories.peers.samba import DomainController

PASSWORD = SecretReference(SecretKind.ENVIRONMENT, "LDAP_PASSWORD")
Does = Callable[[], object]


class Read(NamedTuple):
    """A read that came to its end."""

    entries: list[DirectoryEntry]
    ending: Ending

    def people(self) -> dict[str, DirectoryRow]:
        """By the address before its @."""
        rows = [entry for entry in self.entries if isinstance(entry, DirectoryRow)]
        return {row.address.partition("@")[0]: row for row in rows}

    def removed(self) -> list[str]:
        return [entry.key for entry in self.entries if isinstance(entry, Removed)]


def at_openldap(server: OpenLdap, *, url: str = "", **different: Any) -> LdapSettings:
    """As OpenLDAP's reader, over LDAPS."""
    given: dict[str, Any] = {
        "name": "staff",
        "flavour": LdapFlavour.OPENLDAP,
        "host": urlsplit(url or server.tls_url).netloc,
        "base": openldap.PEOPLE,
        "bind_as": openldap.READER,
        "password": PASSWORD,
        "ca_file": server.authority.file,
    }
    return LdapSettings(**{**given, **different})


def at_controller(controller: DomainController, **different: Any) -> LdapSettings:
    """As the user who may follow changes, over LDAPS, the whole domain."""
    given: dict[str, Any] = {
        "name": "domain",
        "flavour": LdapFlavour.ACTIVE_DIRECTORY,
        "host": controller.host,
        "base": samba.BASE,
        "bind_as": samba.SYNCER,
        "password": PASSWORD,
        "ca_file": controller.authority.file,
    }
    return LdapSettings(**{**given, **different})


def at_script(host: str, ca_file: Path, **different: Any) -> LdapSettings:
    """A scripted server, which speaks of people as OpenLDAP does."""
    given: dict[str, Any] = {
        "name": "staff",
        "flavour": LdapFlavour.OPENLDAP,
        "host": host,
        "base": "dc=acme,dc=example",
        "bind_as": "cn=reader,dc=acme,dc=example",
        "password": PASSWORD,
        "ca_file": ca_file,
    }
    return LdapSettings(**{**given, **different})


def read(
    settings: LdapSettings,
    password: str = openldap.READER_PASSWORD,
    cursor: str | None = None,
    *,
    pace: Pace | None = None,
    after_a_page: Does | None = None,
    sizes: list[int] | None = None,
) -> Read:
    """Read to the end; `after_a_page` is done once, when the first page has come; `sizes` gets those of all pages."""
    entries: list[DirectoryEntry] = []
    waiting = [after_a_page] if after_a_page else []

    async def put(page: list[DirectoryEntry]) -> None:
        entries.extend(page)
        if sizes is not None:
            sizes.append(len(page))
        if waiting:
            waiting.pop()()

    async def run() -> Ending:
        return await LdapReader(settings, password, pace).read(cursor, put, lambda done, total: None)

    return Read(entries, anyio.run(run))


def look_again(settings: LdapSettings, password: str, *keys: str) -> list[DirectoryEntry]:
    """What a second look at these people brings."""
    entries: list[DirectoryEntry] = []

    async def put(page: list[DirectoryEntry]) -> None:
        entries.extend(page)

    async def run() -> None:
        await LdapReader(settings, password).look_again(keys, put)

    anyio.run(run)
    return entries
