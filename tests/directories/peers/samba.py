"""A real Samba domain controller: Active Directory's objects, controls and habits, on a loopback address of its own.

It listens on 389 and 636, which cannot be changed, so it needs root; it binds one address of 127.0.0.0/8 alone, so
several of them, and a real one, may run beside each other. Two things differ from Microsoft's servers: an unpaged read
is not ended after `MaxPageSize`, and nothing here makes a second controller.
"""

import os
import shutil
import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from tests.directories.peers.certificates import Authority, KeyPair
from tests.directories.peers.daemons import Address, Daemon, do, find_program
from tests.directories.peers.ldif import Entry, Value, delete, read_entries, replace, write_entries

BASE: Final = "DC=acme,DC=example"
PEOPLE: Final = f"OU=People,{BASE}"
READER: Final = "reader@acme.example"
"""An ordinary user of the domain, who is refused DirSync unless it asks for the user's own rights (flag 1)."""
SYNCER: Final = "syncer@acme.example"
"""A user with the two rights that DirSync takes: "Replicating Directory Changes", and reading deleted objects."""
ADMINISTRATOR: Final = "Administrator@acme.example"
PASSWORD: Final = "Reads-0nly, ä and no more"
"""Of all three."""
NORMAL: Final = 512
DISABLED: Final = 2
"""The bit of `userAccountControl`."""
NEVER: Final = (1 << 63) - 1
"""`accountExpires` of an account without an end, beside 0."""
_PROGRAMS: Final = ("samba", "samba-tool", "ldapmodify", "ldapsearch")
_SYSTEM_PYTHON: Final = "/usr/bin/python3"
"""The interpreter that Samba's own modules are installed for."""

_CONFIGURATION: Final = """\
[global]
realm = ACME.EXAMPLE
workgroup = ACME
netbios name = DC1
server role = active directory domain controller
server services = ldap
interfaces = {host}/8
bind interfaces only = yes
private dir = {folder}/private
state directory = {folder}/state
cache directory = {folder}/cache
lock directory = {folder}/lock
binddns dir = {folder}/bind-dns
pid directory = {folder}/pid
log file = {folder}/log
logging = file
ldb:nosync = true
tdb:nosync = true
xattr_tdb:file = {folder}/xattr.tdb
{tls}
[sysvol]
path = {folder}/state/sysvol
read only = no
[netlogon]
path = {folder}/state/sysvol/acme.example/scripts
read only = no
"""

_ADD: Final = """
import sys
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB
from samba.sd_utils import SDUtils
parameters = LoadParm()
parameters.load(sys.argv[1])
base = SamDB(parameters.private_path("sam.ldb"), lp=parameters, session_info=system_session(parameters))
base.transaction_start()
base.add_ldif(sys.stdin.read())
for user in sys.argv[3:]:
    base.newuser(user, sys.argv[2])
base.transaction_commit()
if "syncer" in sys.argv[3:]:
    found = base.search(expression="sAMAccountName=syncer", attrs=["objectSid"])[0]
    sid = base.schema_format_value("objectSid", found["objectSid"][0]).decode()
    domain, rights = str(base.domain_dn()), SDUtils(base)
    changes = "1131f6aa-9c07-11d1-f79f-00c04fc2dcd2"  # DS-Replication-Get-Changes ([MS-ADTS] 5.1.3.2.1)
    rights.dacl_add_ace(domain, f"(OA;;CR;{changes};;{sid})")
    rights.dacl_add_ace(f"CN=Deleted Objects,{domain}", f"(A;;LCRPLORC;;;{sid})")
"""


def find_missing() -> str | None:
    """What this machine lacks for a domain controller, with the names of the packages."""
    lacking = [program for program in _PROGRAMS if find_program(program) is None]
    if lacking:
        return f"{', '.join(lacking)} (Debian's packages samba-ad-dc, samba-ad-provision, ldap-utils and their fellows)"
    if sys.platform != "linux" or os.geteuid() != 0:
        return "root, which Samba needs for the ports 389 and 636"
    return None


def name_person(account: str) -> str:
    """The DN of somebody in `PEOPLE`."""
    return f"CN={account},{PEOPLE}"


def describe_person(account: str, **attributes: Sequence[Value]) -> Entry:
    """An enabled user with an address of Acme's, unless the attributes say otherwise; no password, nobody signs in."""
    usual: dict[str, Sequence[Value]] = {
        "objectClass": ["user"],
        "sAMAccountName": [account],
        "userPrincipalName": [f"{account}@acme.example"],
        "mail": [f"{account}@acme.example"],
        "userAccountControl": [str(NORMAL)],
    }
    return Entry(name_person(account), {**usual, **attributes})


def tell_filetime(moment: datetime) -> str:
    """Active Directory's time: hundreds of nanoseconds since 1601, UTC, as `accountExpires` has it.

    >>> tell_filetime(datetime(2026, 3, 1, tzinfo=UTC))
    '134167968000000000'
    """
    seconds = (moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()
    return str(int(seconds) * 10_000_000)


def find_free_host() -> str:
    """An address of the loopback where nobody serves LDAP."""
    process = os.getpid()
    for attempt in range(100):
        host = f"127.{88 + attempt}.{process >> 8 & 255}.{process % 254 + 1}"
        if Address(host, 389).is_free() and Address(host, 636).is_free():
            return host
    raise AssertionError("no loopback address is free")


class DomainController:
    """A controller that runs; it can be stopped, killed or frozen (`daemon`) and started again with what it held."""

    def __init__(self, folder: Path, template: Path, authority: Authority, shown: KeyPair | None) -> None:
        self.authority = authority
        self._people = 0
        self.host: Final = find_free_host()
        self.url: Final = f"ldap://{self.host}"
        """Plain, where a bind by password is refused, and with StartTLS."""
        self.tls_url: Final = f"ldaps://{self.host}"
        shutil.copytree(template, folder)
        pair = shown or authority.issue(self.host, "dc1.acme.example")
        tls = {"tls certfile": pair.certificate, "tls keyfile": pair.key, "tls cafile": authority.file}
        self._configuration = _configure(folder, self.host, tls)
        command = [str(find_program("samba")), "-s", str(self._configuration), "-i", "-M", "single", "--debug-stdout"]
        self.daemon: Final = Daemon(command, folder / "samba.log", Address(self.host, 636))

    def load(self, entries: Iterable[Entry]) -> None:
        """Add many objects at once, straight into the directory's file: about 2 ms each, whether it runs or rests."""
        _add(self._configuration, entries)

    def add_people(self, count: int) -> list[str]:
        """Add more people, by `load`; their account names, which end in a number that nobody had before."""
        accounts = [f"p{number:05}" for number in range(self._people, self._people + count)]
        self._people += count
        self.load(describe_person(account) for account in accounts)
        return accounts

    def change(self, ldif: str) -> None:
        """Make changes, each in an LDIF block, as the administrator over LDAPS."""
        do(["ldapmodify", *self._bind(ADMINISTRATOR)], given=ldif, environment=self._trust())

    def disable(self, account: str) -> None:
        """Disable somebody's account, as an administrator's click does."""
        self.change(replace(name_person(account), userAccountControl=[str(NORMAL | DISABLED)]))

    def enable(self, account: str) -> None:
        """Enable somebody's account, which needs no password here."""
        self.change(replace(name_person(account), userAccountControl=[str(NORMAL | 32)]))

    def expire(self, account: str, moment: datetime) -> None:
        """Let somebody's account end at a moment, which is not the same as disabling it."""
        self.change(replace(name_person(account), accountExpires=[tell_filetime(moment)]))

    def delete(self, account: str) -> None:
        """Delete somebody: a tombstone remains, without most attributes."""
        self.change(delete(name_person(account)))

    def search(self, filtered: str, *attributes: str, base: str = BASE, controls: Sequence[str] = ()) -> list[Entry]:
        """What OpenLDAP's client reads as the administrator, with controls as its option `-E` names them."""
        return read_entries(self._read(filtered, *attributes, base=base, controls=controls))

    def follow_changes(
        self, filtered: str, *attributes: str, cookie: str = "", user: str = SYNCER, flags: int = 0
    ) -> tuple[list[Entry], str]:
        """What DirSync tells a user of the changes since a cookie, or of everything; and the next cookie, base64."""
        control = f"!dirSync={flags}/0{'/' if cookie else ''}{cookie}"
        said = self._read(filtered, *attributes, base=BASE, controls=[control], user=user)
        _, mark, tail = said.rpartition("\n# cookie:: ")
        assert mark, said[-500:]
        return read_entries(said), tail.strip()

    def _read(
        self, filtered: str, *attributes: str, base: str, controls: Sequence[str], user: str = ADMINISTRATOR
    ) -> str:
        extensions = [word for control in controls for word in ("-E", control)]
        command = ["ldapsearch", *self._bind(user), *extensions, "-LLL", "-o", "ldif-wrap=no", "-b", base]
        return do([*command, filtered, *attributes], environment=self._trust())

    def _bind(self, user: str) -> tuple[str, ...]:
        return ("-x", "-H", self.tls_url, "-D", user, "-w", PASSWORD)

    def _trust(self) -> dict[str, str]:
        return {"LDAPTLS_CACERT": str(self.authority.file), "LDAPTLS_REQCERT": "demand"}


def provision(folder: Path) -> Path:
    """Make a domain with its three users and nobody else in a new folder, for `run_domain_controller`: 6 s of a CPU."""
    folder.mkdir(parents=True)
    configuration = _configure(folder, "127.0.0.1", {})
    realm = ("--realm=ACME.EXAMPLE", "--domain=ACME", "--server-role=dc", "--dns-backend=NONE")
    place = ("--host-name=dc1", "--host-ip=127.0.0.1", f"--adminpass={PASSWORD}", "--quiet")
    do(["samba-tool", "domain", "provision", f"--configfile={configuration}", *realm, *place])
    _add(configuration, [Entry(PEOPLE, {"objectClass": ["organizationalUnit"]})], "reader", "syncer")
    return folder


@contextmanager
def run_domain_controller(
    folder: Path, template: Path, authority: Authority, *, people: int = 0, shown: KeyPair | None = None
) -> Generator[DomainController]:
    """A domain controller of `acme.example` with so many people, until the block ends.

    The folder must be new and becomes a copy of what `provision` made; `shown` is another certificate than a good one
    for the controller's address.
    """
    controller = DomainController(folder, template, authority, shown)
    if people:
        controller.add_people(people)
    controller.daemon.start()
    try:
        yield controller
    finally:
        controller.daemon.stop()
        shutil.rmtree(folder)


def _configure(folder: Path, host: str, tls: Mapping[str, Path]) -> Path:
    for name in ("cache", "lock", "pid", "private", "state"):
        (folder / name).mkdir(exist_ok=True)
    file = folder / "smb.conf"
    lines = "\n".join(f"{name} = {value}" for name, value in tls.items())
    file.write_text(_CONFIGURATION.format(host=host, folder=folder, tls=lines), encoding="utf-8")
    return file


def _add(configuration: Path, entries: Iterable[Entry], *users: str) -> None:
    command = [_SYSTEM_PYTHON, "-c", _ADD, str(configuration), PASSWORD, *users]
    do(command, given="".join(write_entries(entries)))
