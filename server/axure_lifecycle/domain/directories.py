"""Directories as configured: where each is read, as whom, and what came of the last read.

The product only ever reads a directory. A read counts when it is complete, and otherwise leaves everything as it was.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple


class SecretKind(StrEnum):
    """Where a secret lies. It never stands in the configuration itself."""

    ENVIRONMENT = "env"
    FILE = "file"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True)
class SecretReference:
    """Where a secret lies, as the configuration writes it: `env:NAME`, `file:/path`, `keyring:SERVICE/USER`."""

    kind: SecretKind
    place: str
    """The variable's name, the file's absolute path, or `service/user`."""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class OktaSettings:
    """An Okta organisation, read by a service app or with an API token."""

    name: str
    host: str
    """`acme.okta.com`, with a port where it needs one."""
    client_id: str | None = None
    """Of the service app; then `key` is its private key."""
    key: SecretReference | None = None
    """The private key as PEM or JWK."""
    key_id: str | None = None
    """The `kid` of the key, where the service app has several."""
    token: SecretReference | None = None
    """An API token (SSWS), which carries all rights of its owner."""
    app: str | None = None
    """The id of Axure's app in Okta, whose assignments are read too."""
    ca_file: Path | None = None
    """Certificates (PEM) to trust beside the system's, for a proxy that inspects TLS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraSettings:
    """An Entra ID tenant, read through Microsoft Graph by an app registration."""

    name: str
    tenant: str
    client_id: str
    secret: SecretReference | None = None
    key: SecretReference | None = None
    """Private key of the certificate, PEM; with `certificate`."""
    certificate: Path | None = None
    """The certificate, PEM; it is public."""
    app: str | None = None
    """The application (client) id of Axure's enterprise application, whose assignments are read too."""
    leave_dates: bool = False
    """Whether employeeLeaveDateTime is asked for, which needs the permission User-LifeCycleInfo.Read.All."""
    graph_host: str = "graph.microsoft.com"
    login_host: str = "login.microsoftonline.com"
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleSettings:
    """A Google Workspace account, read by a service account with domain-wide delegation."""

    name: str
    admin: str
    """The address of the administrator for whom the service account reads."""
    key: SecretReference
    """The service account's key file, JSON."""
    customer: str = "my_customer"
    api_host: str = "admin.googleapis.com"
    token_host: str = "oauth2.googleapis.com"  # noqa: S105 - a host
    ca_file: Path | None = None


class LdapFlavour(StrEnum):
    """Whose schema an LDAP directory has."""

    ACTIVE_DIRECTORY = "active_directory"
    OPENLDAP = "openldap"


@dataclass(frozen=True, slots=True, kw_only=True)
class LdapSettings:
    """Active Directory, or OpenLDAP and its like."""

    name: str
    flavour: LdapFlavour
    host: str
    """With a port where it is not the usual one (636, with StartTLS 389)."""
    start_tls: bool = False
    """StartTLS instead of LDAPS. There is no reading without TLS."""
    base: str
    """The distinguished name below which people are read."""
    bind_as: str
    """The distinguished name, or in Active Directory the user principal name, of the account that reads."""
    password: SecretReference
    people: str | None = None
    """The filter for people; None: the usual one of the flavour."""
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSettings:
    """A plain file that something else keeps up to date; whoever can write it decides who is gone."""

    name: str
    path: Path
    still_seconds: int = 5
    """How long it must have lain unchanged, so that nobody is still writing it."""


DirectorySettings = OktaSettings | EntraSettings | GoogleSettings | LdapSettings | FileSettings


def kind_of(settings: DirectorySettings) -> str:
    """The word for the kind of directory that the configuration uses."""
    match settings:
        case OktaSettings():
            return "okta"
        case EntraSettings():
            return "entra"
        case GoogleSettings():
            return "google"
        case LdapSettings(flavour=flavour):
            return flavour.value
        case FileSettings():
            return "file"


class Attempt(NamedTuple):
    """One try to read a directory, and what came of it."""

    directory: str
    begun_at: datetime
    ended_at: datetime
    source_id: int | None
    """What it brought; None after a fault, and the last complete read stays in force."""
    is_full: bool
    """Whether everything was read; else only what changed since the source before."""
    changes: int
    """Entries that were read: people, or changes of people."""
    code: str | None
    """Of what stood in the way."""
    sentence: str
    """What happened, for people; never a secret."""
    scopes: tuple[str, ...] = ()
    """The permissions that the directory granted, in its own words."""


class Finding(NamedTuple):
    """One thing that `doctor` looked at."""

    about: str
    """`secret`, `connection`, `sign-in`, `people`, `app`, …"""
    is_fine: bool
    sentence: str
    """What was found and, where something is wrong, what to do; never a secret."""
    is_warning: bool = False
    """It works, but somebody should know."""
