"""Acme in Okta, Entra, OpenLDAP and Active Directory, read over each one's own protocol, against the answer key."""

import csv
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from axure_lifecycle.domain.directories import EntraSettings
from tests.directories.conftest import StartDomainController, StartOpenLdap
from tests.directories.ldap_reads import at_controller, at_openldap
from tests.directories.peers import samba
from tests.directories.peers.ldif import Entry, Value
from tests.directories.peers.openldap import LOCKED_FOR_EVER, READER_PASSWORD, describe_person
from tests.directories.product import NAME, AnyVendor, Settings, open_product, settings_of
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import Organisation, Person, Standing
from tests.directories.vendors.serving import serve
from tests.store.desk import SetClock

STANDINGS: Final = {
    "ACTIVE": Standing.ACTIVE,
    "SUSPENDED": Standing.SUSPENDED,
    "DEPROVISIONED": Standing.DISABLED,
}
HELD_IN_ENTRA: Final = {Standing.SUSPENDED: Standing.DISABLED}
NOT_TOLD: Final[Mapping[str, Sequence[tuple[str, str, str]]]] = {
    "okta": (
        ("leaving", "active", "a user object of Okta has no leave date"),
        ("non_personal", "active", "a user object of Okta does not say what kind of account it is"),
    ),
    "entra": (
        ("hold", "leaver", "accountEnabled is false for whoever is on hold and for whoever has left"),
        ("non_personal", "active", "a user object of Graph does not say what kind of account it is"),
    ),
    "active_directory": (
        ("hold", "leaver", "userAccountControl is the same for whoever is on hold and for whoever has left"),
        ("non_personal", "active", "a user of Active Directory does not say what kind of account it is"),
    ),
    "openldap": (
        ("hold", "leaver", "pwdAccountLockedTime is the same for whoever is on hold and for whoever has left"),
        ("leaving", "active", "a person of inetOrgPerson has no leave date; pwdEndTime takes a policy that sets it"),
        ("non_personal", "active", "a person of inetOrgPerson does not say what kind of account it is"),
    ),
}
"""Of each protocol: the verdict of the answer key, what is found instead, and why the objects cannot tell it."""
BEYOND_ASCII: Final = (
    "the attribute mail holds ASCII alone (RFC 4524, 2.16: IA5String), so no such address can be in it"
)
"""OpenLDAP: of whoever has another address, only those of their addresses are known that it can hold."""


@pytest.fixture(scope="module")
def key(acme: Path) -> dict[str, str]:
    """Address → verdict."""
    return {row["email"]: row["verdict"] for row in read_table(acme / "key.csv")}


@pytest.fixture
def roster(acme: Path, tmp_path: Path) -> Path:
    """The members page, ours to date."""
    return Path(shutil.copyfile(acme / "members.csv", tmp_path / "members.csv"))


def read_table(file: Path) -> Iterator[dict[str, str]]:
    """The lines of a table."""
    with file.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def people_of(acme: Path) -> Iterator[Person]:
    """The people of the plain table, numbered."""
    for number, row in enumerate(read_table(acme / "directory.csv")):
        given, _, family = row["display_name"].partition(" ")
        yield Person(
            number=number,
            given=given,
            family=family,
            address=row["email"],
            mail=row["email"],
            aliases=(row["aliases"],) if row["aliases"] else (),
            standing=STANDINGS[row["status"]],
            leaves_at=datetime.fromisoformat(row["leave_date"]) if row["leave_date"] else None,
        )


def verdicts_beside(home: Path, roster: Path, settings: Settings, secret: str) -> dict[str, str]:
    """Read the directory on the day of the answer key; member → verdict."""
    with open_product(home, roster, settings, secret, SetClock()) as product:
        synced = product.sync()
        assert (synced.outcome, synced.directory) == ("read", NAME), synced.said
        return {address: verdict for address, (verdict, _) in product.verdicts().items()}


def told_by(key: Mapping[str, str], name: str) -> dict[str, str]:
    """The answer key, as far as the objects of the protocol can tell it."""
    instead = {verdict: found for verdict, found, _ in NOT_TOLD[name]}
    return {address: instead.get(verdict, verdict) for address, verdict in key.items()}


@pytest.mark.parametrize("make_vendor", [OktaVendor, EntraVendor])
def test_a_vendors_protocol_gives_every_verdict_that_its_objects_can_tell(
    make_vendor: type[AnyVendor], acme: Path, tmp_path: Path, roster: Path, key: dict[str, str]
) -> None:
    people = people_of(acme)
    if make_vendor is EntraVendor:  # where the only way to put somebody on hold is to block the sign-in
        people = (replace(each, standing=HELD_IN_ENTRA.get(each.standing, each.standing)) for each in people)
    with serve(make_vendor(Organisation(people))) as served:
        settings, secret = settings_of(served)
        if isinstance(settings, EntraSettings):
            settings = replace(settings, leave_dates=True)
        found = verdicts_beside(tmp_path / "home", roster, settings, secret)

    assert len(key) == 206
    assert found == told_by(key, served.vendor.name)


@pytest.mark.peer("slapd")
def test_openldap_gives_every_verdict_that_its_entries_can_tell(
    start_openldap: StartOpenLdap, acme: Path, tmp_path: Path, roster: Path, key: dict[str, str]
) -> None:
    people = list(people_of(acme))
    unheld = {address for person in people for address in (person.address, *person.aliases) if not address.isascii()}
    server = start_openldap()
    server.load(entry for person in people if (entry := entry_of(person)) is not None)
    found = verdicts_beside(tmp_path / "home", roster, replace(at_openldap(server), name=NAME), READER_PASSWORD)

    meant = told_by(key, "openldap") | dict.fromkeys(unheld & key.keys(), "not_in_directory")
    assert found == meant, BEYOND_ASCII


@pytest.mark.peer("samba")
def test_active_directory_gives_every_verdict_that_its_users_can_tell(
    start_domain_controller: StartDomainController, acme: Path, tmp_path: Path, roster: Path, key: dict[str, str]
) -> None:
    controller = start_domain_controller()
    controller.load(user_of(person) for person in people_of(acme))
    settings = replace(at_controller(controller), name=NAME)
    assert verdicts_beside(tmp_path / "home", roster, settings, samba.PASSWORD) == told_by(key, "active_directory")


def user_of(person: Person) -> Entry:
    """A person as an administrator of Active Directory keeps one: whoever is on hold is disabled."""
    is_off = person.standing in {Standing.DISABLED, Standing.SUSPENDED}
    attributes: dict[str, Sequence[Value]] = {
        "displayName": [person.name],
        "mail": [person.address],
        "userAccountControl": [str(samba.NORMAL | (samba.DISABLED if is_off else 0))],
    }
    if person.aliases:
        attributes["proxyAddresses"] = [f"smtp:{alias}" for alias in person.aliases]
    if person.leaves_at is not None:
        attributes["accountExpires"] = [samba.tell_filetime(person.leaves_at.replace(tzinfo=UTC))]
    return samba.describe_person(f"p{person.number:05}", **attributes)


def entry_of(person: Person) -> Entry | None:
    """A person as an administrator of OpenLDAP keeps one; None where no address can be kept."""
    held = [address for address in (person.address, *person.aliases) if address.isascii()]
    if not held:
        return None
    attributes: dict[str, Sequence[Value]] = {"mail": held, "cn": [person.name], "sn": [person.family or person.given]}
    if person.standing in {Standing.DISABLED, Standing.SUSPENDED}:
        attributes["pwdAccountLockedTime"] = [LOCKED_FOR_EVER]
    return describe_person(f"p{person.number:05}", **attributes)
