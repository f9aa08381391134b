"""The whole product beside directories that a test names: its own home and store, and the secrets given by hand."""

import csv
import json
import os
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from axure_lifecycle.app import ConfiguredRosters, Workshop
from axure_lifecycle.directories.entra import open_entra
from axure_lifecycle.directories.google import open_google
from axure_lifecycle.directories.ldap.opening import open_ldap
from axure_lifecycle.directories.okta import open_okta
from axure_lifecycle.directories.opening import ConfiguredDirectories
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.directories import (
    Attempt,
    EntraSettings,
    Finding,
    GoogleSettings,
    LdapSettings,
    OktaSettings,
    SecretKind,
    SecretReference,
)
from axure_lifecycle.domain.holdings import Channel, HoldingKind, System
from axure_lifecycle.ports import Directory, DirectoryRecord, Person
from axure_lifecycle_tools.comparison import compare_all
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.syncing import SyncedDirectory, sync_directory
from tests.benchmarks.children.bring import bring
from tests.benchmarks.places import configure
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.serving import Served
from tests.store.desk import SetClock

NAME = "staff"
"""What every directory here is called."""
HERE = SecretReference(SecretKind.ENVIRONMENT, "GIVEN_BY_HAND")
SYSTEM = System("directory", NAME, "", HoldingKind.DIRECTORY_ACCOUNT)
ASKED_AT_ONCE = 200

Settings = OktaSettings | EntraSettings | GoogleSettings | LdapSettings
AnyVendor = OktaVendor | EntraVendor | GoogleVendor


class GivenDirectory:
    """Implements `ports.Directories` for one directory, whose secret is given and whose pace may be set."""

    def __init__(self, settings: Settings, secret: str) -> None:
        self.settings, self.secret = settings, secret
        self.pace: Pace | None = None
        self._configured = ConfiguredDirectories([settings], ConfiguredRosters({}, UTC))

    def names(self) -> Sequence[str]:
        return self._configured.names()

    def kind(self, name: str) -> str:
        return self._configured.kind(name)

    def fingerprint(self, name: str) -> str:
        return self._configured.fingerprint(name)

    def examine(self, name: str) -> Sequence[Finding]:
        return self.open(name).examine()

    def open(self, name: str) -> Directory:
        assert name == self.settings.name
        match self.settings:
            case OktaSettings() as settings:
                return open_okta(settings, self.secret, self.pace)
            case EntraSettings() as settings:
                return open_entra(settings, self.secret, self.pace)
            case GoogleSettings() as settings:
                return open_google(settings, self.secret, self.pace)
            case LdapSettings() as settings:
                return open_ldap(settings, self.secret, self.pace)
            case _:
                assert_never(self.settings)


@dataclass(slots=True)
class Product:
    """A home whose store knows the members, beside one directory."""

    workshop: Workshop
    directory: GivenDirectory

    def desk(self) -> Desk:
        """Of somebody at a terminal, now."""
        return replace(self.workshop.desk(Channel.TERMINAL), directories=self.directory)

    def sync(self, pace: Pace | None = None) -> SyncedDirectory:
        """Read the directory, as patiently as that."""
        self.directory.pace = pace
        (synced,) = sync_directory(self.desk()).directories
        return synced

    def verdicts(self) -> dict[str, tuple[str, str | None]]:
        """Member → verdict and reason."""
        desk = self.desk()
        with compare_all(desk, desk.now, everyone=True) as whole:
            return {item.email: (item.verdict, item.reason) for item in whole.items}

    def singled_out(self) -> tuple[dict[str, tuple[str, str | None]], dict[str, int]]:
        """Of members of whom something is asked, verdict and reason; and how many there are of every verdict."""
        desk = self.desk()
        with compare_all(desk, desk.now) as whole:
            return {item.email: (item.verdict, item.reason) for item in whole.items}, whole.counts

    def last_attempt(self) -> Attempt:
        """The newest one."""
        with self.workshop.desk(Channel.TERMINAL).store.reading() as view:
            (attempt,) = view.last_attempts()
            return attempt

    def source_in_force(self) -> str | None:
        """The read that counts."""
        with self.workshop.desk(Channel.TERMINAL).store.reading() as view:
            source = view.source_in_force(SYSTEM)
            return None if source is None else source.name

    def accounts(self, addresses: Iterable[str]) -> Iterator[DirectoryRecord]:
        """What the read in force says about these addresses."""
        wanted = [Address(each) for each in addresses]
        with self.workshop.desk(Channel.TERMINAL).store.reading() as view:
            source = view.source_in_force(SYSTEM)
            assert source is not None
            for begin in range(0, len(wanted), ASKED_AT_ONCE):
                yield from view.accounts_in(source, wanted[begin : begin + ASKED_AT_ONCE])

    def person(self, address: str) -> Person:
        """Everything that is known of whoever an address leads to."""
        desk = self.desk()
        with desk.store.reading() as view:
            return view.person(Address(address), desk.now, ())

    def trail(self) -> list[str]:
        """The kinds of the records, oldest first; the trail holds."""
        with self.workshop.desk(Channel.TERMINAL).store.reading() as view:
            assert view.verify_trail().holds
            return [record.kind for record in view.trail()]


@contextmanager
def open_product(
    home: Path, roster: Path, settings: Settings, secret: str, clock: SetClock | None = None
) -> Generator[Product]:
    """A new home with this members page, beside the directory that the settings name."""
    configure(home)
    if clock is not None:
        os.utime(roster, (clock.at.timestamp(), clock.at.timestamp()))
    workshop = Workshop(home, clock)
    try:
        bring(workshop, "members", roster)
        if clock is not None:
            clock.pass_by(minutes=10)
        yield Product(workshop, GivenDirectory(settings, secret))
    finally:
        workshop.close()


def write_members(file: Path, addresses: Iterable[str]) -> Path:
    """A members page on which all of them are active."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("Email", "Name", "System Role", "Status", "Use SSO"))
        table.writerows((address, "", "Member", "Active", "Yes") for address in addresses)
    return file


def settings_of(served: Served[AnyVendor]) -> tuple[Settings, str]:
    """How the product is configured for a vendor, with its app where it has one, and the secret."""
    vendor, place = served.vendor, urlsplit(served.base).netloc
    told = vendor.credentials()
    match vendor:
        case OktaVendor():
            okta = OktaSettings(
                name=NAME,
                host=place,
                client_id=told["client_id"],
                key=HERE,
                key_id=told["kid"],
                app=told["app_id"],
                ca_file=served.ca_file,
            )
            return okta, told["private_key"]
        case EntraVendor():
            entra = EntraSettings(
                name=NAME,
                tenant=told["tenant"],
                client_id=told["client_id"],
                secret=HERE,
                app=told["app_id"],
                graph_host=place,
                login_host=place,
                ca_file=served.ca_file,
            )
            return entra, told["client_secret"]
        case GoogleVendor():
            google = GoogleSettings(
                name=NAME, admin=told["subject"], key=HERE, api_host=place, token_host=place, ca_file=served.ca_file
            )
            return google, json.dumps({"type": "service_account", **told})
        case _:
            assert_never(vendor)
