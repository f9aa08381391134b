"""From the configuration to directories that can be read; each library is loaded when its first directory is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import assert_never

from axure_lifecycle.directories.refusals import DirectoryUnknown
from axure_lifecycle.directories.secrets import is_readable_by_others, read_secret
from axure_lifecycle.domain.directories import (
    DirectorySettings,
    EntraSettings,
    FileSettings,
    Finding,
    GoogleSettings,
    LdapSettings,
    OktaSettings,
    SecretReference,
    kind_of,
)
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.ports import Directory, RosterReader


class ConfiguredDirectories:
    """Implements `ports.Directories`."""

    def __init__(self, settings: Sequence[DirectorySettings], rosters: RosterReader) -> None:
        self._settings: Mapping[str, DirectorySettings] = {each.name: each for each in settings}
        self._rosters = rosters

    def names(self) -> Sequence[str]:
        """In the order of the configuration."""
        return tuple(self._settings)

    def open(self, name: str) -> Directory:
        """One of them. Raises `DirectoryUnknown`, `SecretMissing`, `SecretUnusable`, `LdapExtraMissing`."""
        settings = self._find(name)
        match settings:
            case OktaSettings():
                from axure_lifecycle.directories.okta import open_okta

                return open_okta(settings, _secret_of(settings))
            case EntraSettings():
                from axure_lifecycle.directories.entra import open_entra

                return open_entra(settings, _secret_of(settings))
            case GoogleSettings():
                from axure_lifecycle.directories.google import open_google

                return open_google(settings, _secret_of(settings))
            case LdapSettings():
                from axure_lifecycle.directories.ldap.opening import open_ldap

                return open_ldap(settings, _secret_of(settings))
            case FileSettings():
                from axure_lifecycle.directories.file import FileDirectory

                return FileDirectory(settings, self._rosters)
            case _:
                assert_never(settings)

    def examine(self, name: str) -> list[Finding]:
        """Everything that can be said about one of them without writing anything. Raises `DirectoryUnknown`."""
        settings = self._find(name)
        findings: list[Finding] = []
        for reference in secrets_of(settings):
            try:
                read_secret(name, reference)
            except LifecycleError as refusal:
                return [Finding("secret", is_fine=False, sentence=refusal.sentence)]
            if is_readable_by_others(reference):
                said = f"Others on this machine may read {reference}; let its owner alone do so (chmod 600)."
                findings.append(Finding("secret", is_fine=True, sentence=said, is_warning=True))
            else:
                findings.append(Finding("secret", is_fine=True, sentence=f"{reference} holds something."))
        try:
            return [*findings, *self.open(name).examine()]
        except LifecycleError as refusal:
            return [*findings, Finding("connection", is_fine=False, sentence=refusal.sentence)]

    def kind(self, name: str) -> str:
        """What kind of directory it is."""
        return kind_of(self._find(name))

    def fingerprint(self, name: str) -> str:
        """SHA-256 of the settings, in which secrets are only named."""
        settings = self._find(name)
        return sha256(repr((kind_of(settings), sorted(asdict(settings).items()))).encode()).hexdigest()

    def _find(self, name: str) -> DirectorySettings:
        found = self._settings.get(name)
        if found is None:
            raise DirectoryUnknown(name, self.names())
        return found


def secrets_of(settings: DirectorySettings) -> tuple[SecretReference, ...]:
    """Where its secrets lie; each way to sign in needs one."""
    match settings:
        case OktaSettings():
            found = settings.key or settings.token
        case EntraSettings():
            found = settings.key or settings.secret
        case GoogleSettings():
            found = settings.key
        case LdapSettings():
            found = settings.password
        case FileSettings():
            found = None
        case _:
            assert_never(settings)
    return () if found is None else (found,)


def _secret_of(settings: DirectorySettings) -> str:
    (reference,) = secrets_of(settings)
    return read_secret(settings.name, reference)
