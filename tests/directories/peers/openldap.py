"""A real OpenLDAP server with people in it, on loopback ports of its own: root is not needed.

It ends unpaged reads after 500 people, as its default does, and locks accounts by the overlay ppolicy. By default
OpenLDAP ends paged reads at the same 500; here they go on unless a test says otherwise (`size.prtotal`, see
slapd.conf(5), `limits`).
"""

import itertools
import shutil
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.directories.peers.certificates import Authority, KeyPair
from tests.directories.peers.daemons import Address, Daemon, do, find_free_port, find_program
from tests.directories.peers.ldif import Entry, Value, delete, read_entries, replace, write_entries

SIZE_LIMIT: Final = 500
"""How many entries an unpaged read gets before it is an error."""
BASE: Final = "dc=acme,dc=example"
PEOPLE: Final = f"ou=people,{BASE}"
READER: Final = f"cn=reader,{BASE}"
"""Who may read everything but passwords, and change nothing."""
READER_PASSWORD: Final = "reads only, ä and all"
LOCKED_FOR_EVER: Final = "000001010000Z"
"""`pwdAccountLockedTime` of somebody whom only an administrator lets in again (slapo-ppolicy(5))."""
_ADMIN: Final = f"cn=admin,{BASE}"
_ADMIN_PASSWORD: Final = "changes everything"
_PROGRAMS: Final = ("slapd", "slapadd", "ldapmodify", "ldapsearch")
_SCHEMAS: Final = Path("/etc/ldap/schema")
_MODULES: Final = Path("/usr/lib/ldap")

_CONFIGURATION: Final = """\
include {schemas}/core.schema
include {schemas}/cosine.schema
include {schemas}/inetorgperson.schema
modulepath {modules}
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/slapd.pid
argsfile {folder}/slapd.args
TLSCACertificateFile {authority}
TLSCertificateFile {certificate}
TLSCertificateKeyFile {key}
database mdb
suffix "{base}"
rootdn "{admin}"
rootpw "{admin_password}"
directory {folder}/data
maxsize 1073741824
limits users size.soft={limit} size.hard={limit} size.prtotal={paged_limit}
dbnosync
index objectClass,entryUUID,uid,mail eq
overlay ppolicy
access to attrs=userPassword by anonymous auth by * none
access to * by dn.exact="{reader}" read by anonymous auth by * none
"""


def find_missing() -> str | None:
    """What this machine lacks for an OpenLDAP server, with the name of its package."""
    lacking = [program for program in _PROGRAMS if find_program(program) is None]
    if lacking:
        return f"{', '.join(lacking)} (Debian's packages slapd and ldap-utils)"
    return None if (_SCHEMAS.is_dir() and _MODULES.is_dir()) else f"OpenLDAP's files in {_SCHEMAS} and {_MODULES}"


def name_person(uid: str) -> str:
    """The DN of somebody in `PEOPLE`."""
    return f"uid={uid},{PEOPLE}"


def describe_person(uid: str, **attributes: Sequence[Value]) -> Entry:
    """Somebody with an address of Acme's, unless the attributes say otherwise."""
    usual: dict[str, Sequence[Value]] = {
        "objectClass": ["inetOrgPerson"],
        "uid": [uid],
        "cn": [f"Person {uid}"],
        "sn": [uid],
        "mail": [f"{uid}@acme.example"],
    }
    return Entry(name_person(uid), {**usual, **attributes})


class OpenLdap:
    """A server that runs; it can be stopped, killed or frozen (`daemon`) and started again with what it held."""

    def __init__(self, folder: Path, authority: Authority, shown: KeyPair, paged_limit: int | None) -> None:
        self.authority = authority
        self._folder = folder
        self._counted = itertools.count()
        plain, tls = find_free_port(), find_free_port()
        self.url: Final = f"ldap://127.0.0.1:{plain}"
        """Plain, and with StartTLS."""
        self.tls_url: Final = f"ldaps://127.0.0.1:{tls}"
        (folder / "data").mkdir(parents=True)
        self._configuration = folder / "slapd.conf"
        self._configuration.write_text(
            _CONFIGURATION.format(
                schemas=_SCHEMAS,
                modules=_MODULES,
                folder=folder,
                authority=authority.file,
                certificate=shown.certificate,
                key=shown.key,
                limit=SIZE_LIMIT,
                paged_limit="unlimited" if paged_limit is None else paged_limit,
                base=BASE,
                admin=_ADMIN,
                admin_password=_ADMIN_PASSWORD,
                reader=READER,
            ),
            encoding="utf-8",
        )
        listened = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"
        command = [str(find_program("slapd")), "-f", str(self._configuration), "-h", listened, "-d", "0"]
        self.daemon: Final = Daemon(command, folder / "slapd.log", Address("127.0.0.1", tls))

    def load(self, entries: Iterable[Entry]) -> None:
        """Add many entries at once, while the server rests: 50,000 in some seconds."""
        was_running = self.daemon.is_running
        self.daemon.stop()
        do(["slapadd", "-q", "-f", str(self._configuration)], given="".join(write_entries(entries)))
        if was_running:
            self.daemon.start()

    def add_people(self, count: int) -> list[str]:
        """Add more people, by `load`; their `uid`s, which end in a number that nobody had before."""
        uids = [f"p{number:05}" for number in itertools.islice(self._counted, count)]
        self.load(describe_person(uid) for uid in uids)
        return uids

    def change(self, ldif: str) -> None:
        """Make changes, each in an LDIF block, as the administrator of the running server."""
        do(["ldapmodify", "-x", "-H", self.url, "-D", _ADMIN, "-w", _ADMIN_PASSWORD], given=ldif)

    def lock(self, uid: str, since: str = LOCKED_FOR_EVER) -> None:
        """Lock somebody out (`pwdAccountLockedTime`, generalized time)."""
        self.change(replace(name_person(uid), pwdAccountLockedTime=[since]))

    def unlock(self, uid: str) -> None:
        """Let somebody in again."""
        self.change(replace(name_person(uid), pwdAccountLockedTime=[]))

    def delete(self, uid: str) -> None:
        """Take somebody out of the directory, without a trace."""
        self.change(delete(name_person(uid)))

    def search(self, filtered: str, *attributes: str, page_size: int | None = None) -> list[Entry]:
        """What OpenLDAP's own client reads below `PEOPLE` as the reader; a refused read is an `AssertionError`.

        Attributes that the server keeps itself, such as `entryUUID` and `pwdAccountLockedTime`, come when named.
        """
        bound = ("-x", "-H", self.url, "-D", READER, "-w", READER_PASSWORD)
        paged = () if page_size is None else ("-E", f"pr={page_size}/noprompt")
        command = ["ldapsearch", *bound, *paged, "-LLL", "-o", "ldif-wrap=no", "-b", PEOPLE, filtered, *attributes]
        return read_entries(do(command))


@contextmanager
def run_openldap(
    folder: Path, authority: Authority, *, people: int = 0, paged_limit: int | None = None, shown: KeyPair | None = None
) -> Generator[OpenLdap]:
    """An OpenLDAP server with so many people, until the block ends.

    `paged_limit` is after how many entries a paged read fails too; `shown` is another certificate than a good one for
    127.0.0.1 (of `localhost` libldap would make the machine's own name). The folder must be new; all that the server
    keeps is below it.
    """
    server = OpenLdap(folder, authority, shown or authority.issue("127.0.0.1"), paged_limit)
    server.load(_list_first_entries())
    if people:
        server.add_people(people)
    server.daemon.start()
    try:
        yield server
    finally:
        server.daemon.stop()
        shutil.rmtree(folder / "data")


def _list_first_entries() -> list[Entry]:
    reader: dict[str, Sequence[Value]] = {
        "objectClass": ["applicationProcess", "simpleSecurityObject"],
        "cn": ["reader"],
        "userPassword": [READER_PASSWORD],
    }
    return [
        Entry(BASE, {"objectClass": ["domain"], "dc": ["acme"]}),
        Entry(PEOPLE, {"objectClass": ["organizationalUnit"], "ou": ["people"]}),
        Entry(READER, reader),
    ]
