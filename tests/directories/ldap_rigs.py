"""OpenLDAP and a domain controller, real ones, as directories with a fault on the way."""

import random
import tempfile
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar, Final

from axure_lifecycle.domain.directories import LdapFlavour, LdapSettings
from tests.directories.ldap_reads import at_controller, at_openldap
from tests.directories.peers import openldap, samba
from tests.directories.peers.certificates import Authority
from tests.directories.peers.ldap_relay import OF_PAGES, Fault, LdapRelay, relay_ldap
from tests.directories.peers.ldif import Entry, Value, add, delete, replace
from tests.directories.peers.openldap import LOCKED_FOR_EVER, OpenLdap
from tests.directories.peers.samba import DISABLED as IS_DISABLED
from tests.directories.peers.samba import NORMAL, DomainController, tell_filetime
from tests.directories.product import NAME
from tests.directories.rigs import ACTIVE, DISABLED, Planned, Rig, Told
from tests.directories.vendors.people import Organisation, Person, Standing

LOCKED_BY_PASSWORDS: Final = "20261103081500Z"
NO_PASSWORD_NEEDED: Final = 32
"""The bit of `userAccountControl` without which nobody without a password can be enabled."""
LONG_AGO: Final = datetime(2026, 3, 1, tzinfo=UTC)
AFTER_A_READ: Final = 2
"""Messages: some faults and changes come too late."""
OF_CHANGES: Final = 60
"""Messages of a read of changes alone, about."""

Attributes = Mapping[str, Sequence[Value]]


class LdapRig(Rig):
    """A server whose people are those of the organisation, and the relay before it."""

    faults: ClassVar[Sequence[Fault]] = tuple(Fault)

    def __init__(self, organisation: Organisation, settings: LdapSettings, secret: str, relay: LdapRelay) -> None:
        super().__init__(organisation, settings, secret)
        self.relay = relay
        self._there = set(organisation.people)
        self._revision = organisation.revision

    def name_of(self, person: Person) -> str:
        """The DN."""
        raise NotImplementedError

    def describe(self, person: Person) -> Entry:
        """Somebody new."""
        raise NotImplementedError

    def standing_of(self, person: Person) -> Attributes:
        """The attributes that say how the account stands; those without a value are taken away."""
        raise NotImplementedError

    def change(self, ldif: str) -> None:
        """Make changes as the administrator."""
        raise NotImplementedError

    def publish(self) -> None:
        """Write to the server whatever changed since the last time."""
        organisation = self.organisation
        parts: list[str] = []
        for number in organisation.changed_since(self._revision):
            person = organisation.people.get(number)
            if person is None:
                if number in self._there:
                    parts.append(delete(self.name_of(organisation.deleted[number][0])))
                    self._there.remove(number)
                continue
            if number not in self._there:
                parts.append(add(self.describe(person)))
                self._there.add(number)
            parts.append(replace(self.name_of(person), **self.standing_of(person)))
        self._revision = organisation.revision
        if parts:
            self.change("".join(parts))

    def plan(self, roll: random.Random, change: Callable[[], None]) -> Planned:
        """One fault at one of about as many messages as the last read took."""
        messages = self.messages_of_a_read() + AFTER_A_READ
        self.relay.begin()
        fault, at, change_at = roll.choice(self.faults), roll.randint(1, messages), roll.randint(1, messages)
        self.relay.break_at(at, fault)
        self.relay.act_at(change_at, change)
        return Planned(f"{fault.value} at message {at}, a change at {change_at}", fault is Fault.MISSED)

    def messages_of_a_read(self) -> int:
        """About how many messages the server says."""
        return self.relay.carried

    def calm(self) -> None:
        """Everything is passed on."""
        self.relay.begin()


class OpenLdapRig(LdapRig):
    """OpenLDAP: no hold, and whoever is deleted leaves no trace."""

    name = "openldap"
    told: ClassVar[Mapping[Standing, Told]] = {
        **dict.fromkeys((Standing.ACTIVE, Standing.STAGED), Told("", ACTIVE)),
        **dict.fromkeys(
            (Standing.LOCKED, Standing.SUSPENDED), Told(f"pwdAccountLockedTime={LOCKED_BY_PASSWORDS}", ACTIVE)
        ),
        Standing.DISABLED: Told(f"pwdAccountLockedTime={LOCKED_FOR_EVER}", DISABLED),
    }
    server: OpenLdap

    def name_of(self, person: Person) -> str:
        """By uid."""
        return openldap.name_person(f"p{person.number:05}")

    def describe(self, person: Person) -> Entry:
        """Without any lock."""
        return openldap.describe_person(f"p{person.number:05}", mail=[person.address])

    def standing_of(self, person: Person) -> Attributes:
        """The lock."""
        return {"pwdAccountLockedTime": locks_of(person)}

    def change(self, ldif: str) -> None:
        """As the server's administrator."""
        self.server.change(ldif)


def locks_of(person: Person) -> Sequence[str]:
    """`pwdAccountLockedTime`."""
    match person.standing:
        case Standing.DISABLED:
            return [LOCKED_FOR_EVER]
        case Standing.LOCKED | Standing.SUSPENDED:
            return [LOCKED_BY_PASSWORDS]
        case _:
            return []


class ActiveDirectoryRig(LdapRig):
    """A domain controller that tells its changes: no hold either; an account that ended long ago instead of one.

    DirSync tells changes out of one state of the directory, so nobody moves between its pages.
    """

    name = "active_directory"
    faults: ClassVar[Sequence[Fault]] = tuple(each for each in Fault if each not in OF_PAGES)
    told: ClassVar[Mapping[Standing, Told]] = {
        **dict.fromkeys(Standing, Told(f"userAccountControl={NORMAL | NO_PASSWORD_NEEDED}", ACTIVE)),
        Standing.SUSPENDED: Told(f"userAccountControl={NORMAL | NO_PASSWORD_NEEDED}", ("leaver", "leave_date_passed")),
        Standing.DISABLED: Told(f"userAccountControl={NORMAL | NO_PASSWORD_NEEDED | IS_DISABLED}", DISABLED),
    }
    controller: DomainController

    def messages_of_a_read(self) -> int:
        """Everybody was read once; from then on it is changes."""
        return min(self.relay.carried, OF_CHANGES)

    def name_of(self, person: Person) -> str:
        """By account."""
        return samba.name_person(f"p{person.number:05}")

    def describe(self, person: Person) -> Entry:
        """As it stands."""
        attributes = {name: values for name, values in self.standing_of(person).items() if values}
        return samba.describe_person(f"p{person.number:05}", mail=[person.address], **attributes)

    def standing_of(self, person: Person) -> Attributes:
        """Enabled or not, and when the account ends."""
        control = NORMAL | NO_PASSWORD_NEEDED | (IS_DISABLED if person.standing is Standing.DISABLED else 0)
        ends = tell_filetime(LONG_AGO) if person.standing is Standing.SUSPENDED else "0"
        return {"userAccountControl": [str(control)], "accountExpires": [ends]}

    def change(self, ldif: str) -> None:
        """As the domain's administrator."""
        self.controller.change(ldif)


@contextmanager
def open_openldap(folder: Path, organisation: Organisation) -> Generator[Rig]:
    """An OpenLDAP server below a new folder, with these people."""
    authority = Authority(folder / "authority")
    with openldap.run_openldap(folder / "server", authority) as server, relay_ldap(server.tls_url, authority) as relay:
        settings = at_openldap(server, name=NAME, host=relay.host)
        rig = OpenLdapRig(organisation, settings, openldap.READER_PASSWORD, relay)
        rig.server = server
        server.load(_entries(rig, organisation.people.values()))
        yield rig


def _entries(rig: OpenLdapRig, people: Iterable[Person]) -> Iterable[Entry]:
    for person in people:
        entry = rig.describe(person)
        locks = locks_of(person)
        yield entry._replace(attributes={**entry.attributes, "pwdAccountLockedTime": locks}) if locks else entry


@contextmanager
def open_active_directory(domain: Path, folder: Path, organisation: Organisation) -> Generator[Rig]:
    """A controller of the provisioned domain, copied into a new folder, with these people and one deleted user.

    Somebody who was deleted is the proof by which the reader knows that deletions are told.
    """
    authority = Authority(folder / "authority")
    with (
        # Samba puts a socket five folders deep, and a socket's path has at most 107 characters.
        tempfile.TemporaryDirectory(prefix="dc-") as short,
        samba.run_domain_controller(Path(short) / "dc", domain, authority) as controller,
        relay_ldap(controller.tls_url, authority) as relay,
    ):
        settings = at_controller(controller, name=NAME, host=relay.host, base=samba.PEOPLE)
        assert settings.flavour is LdapFlavour.ACTIVE_DIRECTORY
        rig = ActiveDirectoryRig(organisation, settings, samba.PASSWORD, relay)
        rig.controller = controller
        controller.load(rig.describe(person) for person in organisation.people.values())
        controller.load([samba.describe_person("left")])
        controller.delete("left")
        yield rig
