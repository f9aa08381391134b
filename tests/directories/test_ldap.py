"""OpenLDAP, a real one, is read whole or not at all, and what stands in the way is said exactly."""

import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio
import pytest

from axure_lifecycle.directories.ldap.opening import open_ldap
from axure_lifecycle.directories.ldap.reading import LdapReader
from axure_lifecycle.directories.ldap.refusals import (
    DirectoryIncomplete,
    LdapBaseUnknown,
    LdapFilterUnusable,
    LdapNobodyFound,
)
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.refusals import (
    DirectoryCertificateUntrusted,
    DirectoryDeadline,
    DirectorySignInRefused,
    DirectoryUnreachable,
    SecretUnusable,
)
from axure_lifecycle.domain.rosters import DirectoryRow, Removed, Standing, Unaddressed
from tests.directories.conftest import StartOpenLdap
from tests.directories.ldap_reads import at_openldap, look_again, read
from tests.directories.peers import ldif, openldap
from tests.directories.peers.certificates import Authority
from tests.directories.peers.openldap import BASE, READER_PASSWORD, SIZE_LIMIT, OpenLdap, name_person
from tests.directories.peers.relay import Fault, relay

pytestmark = pytest.mark.peer("slapd")

HASTY = Pace(silence=0.5)


def count_open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("start_tls", [False, True])
def test_everybody_is_read_above_the_servers_limit(openldap: OpenLdap, start_tls: bool) -> None:
    url = openldap.url if start_tls else openldap.tls_url
    found = read(at_openldap(openldap, url=url, start_tls=start_tls))
    assert set(found.people()) >= {f"p{number:05}" for number in range(1_200)}
    assert found.ending.totals.rows > 2 * SIZE_LIMIT
    assert found.ending.cursor is None
    (known,) = openldap.search("(uid=p00003)", "entryUUID")
    person = found.people()["p00003"]
    assert (person.key, person.address, person.display_name) == (
        known.text("entryUUID"),
        "p00003@acme.example",
        "Person p00003",
    )
    assert (person.standing, person.status, person.leave_at) == (Standing.ACTIVE, None, None)


def test_a_lock_for_ever_disables_and_a_lock_by_wrong_passwords_does_not(openldap: OpenLdap) -> None:
    openldap.lock("p00010")
    openldap.lock("p00011", "20261103081500Z")
    openldap.change(ldif.replace(name_person("p00012"), pwdEndTime=["20260228225959Z"]))
    people = read(at_openldap(openldap, people="(|(uid=p00010)(uid=p00011)(uid=p00012))")).people()
    assert {name: (row.standing, row.status, row.leave_at) for name, row in people.items()} == {
        "p00010": (Standing.DISABLED, "pwdAccountLockedTime=000001010000Z", None),
        "p00011": (Standing.ACTIVE, "pwdAccountLockedTime=20261103081500Z", None),
        "p00012": (Standing.ACTIVE, None, datetime(2026, 2, 28, 22, 59, 59, tzinfo=UTC)),
    }


def test_where_nobody_is_locked_a_note_says_what_that_may_mean(start_openldap: StartOpenLdap) -> None:
    server = start_openldap(people=2)
    (note,) = read(at_openldap(server)).ending.totals.notes
    assert "pwdAccountLockedTime" in note
    server.lock("p00001")
    assert read(at_openldap(server)).ending.totals.notes == ()


def test_further_addresses_are_aliases_and_who_has_none_is_left_out(start_openldap: StartOpenLdap) -> None:
    server = start_openldap(people=1)
    several = openldap.describe_person("several", mail=["a@acme.example", "not an address", "B@acme.example"])
    server.load([several, openldap.describe_person("none", mail=["nothing"])])
    found = read(at_openldap(server))
    row = found.people()["a"]
    assert (row.aliases, row.flags) == (("b@acme.example",), ("alias_ignored",))
    assert [type(entry) for entry in found.entries] == [DirectoryRow, DirectoryRow, Unaddressed]
    assert found.ending.totals.notes[0] == "Entries that have no e-mail address and were left out: 1."


def test_a_read_that_the_server_cuts_is_no_read(start_openldap: StartOpenLdap) -> None:
    server = start_openldap(people=700, paged_limit=600)
    with pytest.raises(DirectoryIncomplete, match="sizeLimitExceeded"):
        read(at_openldap(server))


def test_nobody_at_all_is_no_read(openldap: OpenLdap) -> None:
    with pytest.raises(LdapNobodyFound, match="nobody matches"):
        read(at_openldap(openldap, people="(uid=nobody-at-all)"))
    with pytest.raises(LdapNobodyFound, match="none of the 1 entries that match names an e-mail address"):
        read(at_openldap(openldap, people="(objectClass=organizationalUnit)"))
    with pytest.raises(LdapBaseUnknown, match="it has no ou=elsewhere,dc=acme,dc=example"):
        read(at_openldap(openldap, base="ou=elsewhere,dc=acme,dc=example"))
    with pytest.raises(LdapFilterUnusable, match="is not one"):
        read(at_openldap(openldap, people="(uid=p*"))


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_wrong_password_is_refused_and_not_shown(openldap: OpenLdap, start_tls: bool) -> None:
    url = openldap.url if start_tls else openldap.tls_url
    with pytest.raises(DirectorySignInRefused, match="the account or its password is wrong") as refused:
        read(at_openldap(openldap, url=url, start_tls=start_tls), "canary-5b1d")
    assert "canary" not in refused.value.sentence


def test_an_empty_password_is_never_sent(openldap: OpenLdap) -> None:
    with pytest.raises(SecretUnusable, match="what `password` refers to is empty"):
        open_ldap(at_openldap(openldap), "")


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_certificate_is_refused_with_its_reason(
    start_openldap: StartOpenLdap, authority: Authority, stranger: Authority, start_tls: bool
) -> None:
    def refusal(server: OpenLdap, **different: Any) -> str:
        url = server.url if start_tls else server.tls_url
        with pytest.raises(DirectoryCertificateUntrusted) as refused:
            read(at_openldap(server, url=url, start_tls=start_tls, **different))
        return refused.value.why

    assert "self-signed certificate in certificate chain" in refusal(start_openldap(), ca_file=stranger.file)
    assert "has expired" in refusal(start_openldap(shown=authority.issue_expired("127.0.0.1")))
    assert "not valid for '127.0.0.1'" in refusal(start_openldap(shown=authority.issue("elsewhere.example")))


def test_a_server_that_is_not_there_says_why(start_openldap: StartOpenLdap) -> None:
    server = start_openldap()
    with pytest.raises(DirectoryUnreachable, match="agree on TLS"):
        read(at_openldap(server, url=server.url))
    with pytest.raises(DirectoryUnreachable, match="has no address"):
        read(at_openldap(server, host="directory.acme.example"))
    server.daemon.kill()
    with pytest.raises(DirectoryUnreachable, match="refuses the connection"):
        read(at_openldap(server))


def test_a_server_that_is_killed_in_the_middle_brings_nothing(start_openldap: StartOpenLdap) -> None:
    server = start_openldap(people=1_100)
    with pytest.raises(DirectoryUnreachable, match="ended the connection"):
        read(at_openldap(server), after_a_page=server.daemon.kill)


@pytest.mark.parametrize("start_tls", [False, True])
def test_a_server_that_freezes_is_left(start_openldap: StartOpenLdap, start_tls: bool) -> None:
    server = start_openldap(people=1_100)
    settings = at_openldap(server, url=server.url if start_tls else "", start_tls=start_tls)
    with pytest.raises(DirectoryUnreachable, match="too long without a byte"):
        read(settings, pace=HASTY, after_a_page=server.daemon.freeze)
    with pytest.raises(DirectoryDeadline):
        read(settings, pace=Pace(deadline=0.5))
    with pytest.raises(DirectoryUnreachable, match="too long"):
        read(settings, pace=Pace(connecting=0.5, silence=0.5, answer=0.5))


@pytest.mark.parametrize("fault", list(Fault))
@pytest.mark.parametrize("part", [0.02, 0.5, 0.97])
def test_a_wire_that_breaks_brings_nothing(openldap: OpenLdap, fault: Fault, part: float) -> None:
    with relay(openldap.tls_url) as wire:
        settings = at_openldap(openldap, url=wire.url)
        read(settings)
        wire.break_at(int(wire.carried * part), fault)
        with pytest.raises(DirectoryUnreachable):
            read(settings, pace=Pace(connecting=0.5, silence=0.5, answer=0.5))
        wire.mend()
        assert len(read(settings).entries) >= 1_200


def test_whoever_leaves_a_frozen_read_is_let_go_at_once(start_openldap: StartOpenLdap) -> None:
    server = start_openldap(people=1_100)
    before = count_open_files()
    directory = open_ldap(at_openldap(server), READER_PASSWORD)
    with directory.read(None, None, None) as reading:
        assert reading.is_full
        next(reading.batches())
        server.daemon.freeze()
        left = time.monotonic()
    assert time.monotonic() - left < 0.5
    assert count_open_files() <= before


def test_whoever_was_known_is_looked_for_again(openldap: OpenLdap) -> None:
    (uid,) = openldap.add_people(1)
    (gone,) = openldap.search(f"(uid={uid})", "entryUUID")
    (there,) = openldap.search("(uid=p00100)", "entryUUID")
    openldap.delete(uid)
    keys = (gone.text("entryUUID"), there.text("entryUUID"), "p00100@acme.example")
    first, second, third = look_again(at_openldap(openldap), READER_PASSWORD, *keys)
    assert (first, third) == (Removed(keys[0]), Removed(keys[2]))
    assert isinstance(second, DirectoryRow)
    assert second.address == "p00100@acme.example"


def test_doctor_sees_each_step(openldap: OpenLdap, stranger: Authority) -> None:
    def examine(password: str = READER_PASSWORD, **different: Any) -> list[tuple[str, bool]]:
        reader = LdapReader(at_openldap(openldap, **different), password)
        return [(finding.about, finding.is_fine) for finding in anyio.run(reader.examine)]

    assert examine() == [("connection", True), ("sign-in", True), ("people", True)]
    assert examine("wrong") == [("sign-in", False)]
    assert examine(ca_file=stranger.file) == [("connection", False)]
    assert examine(base="ou=no,dc=acme,dc=example") == [("connection", True), ("sign-in", True), ("people", False)]


def test_without_the_extra_only_ldap_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "without.py"
    script.write_text(
        """
import sys
sys.modules["sansldap"] = None
from axure_lifecycle.directories.ldap.opening import open_ldap
from axure_lifecycle.directories.refusals import LdapExtraMissing
from axure_lifecycle.domain.directories import LdapFlavour, LdapSettings, SecretKind, SecretReference
settings = LdapSettings(
    name="staff", flavour=LdapFlavour.OPENLDAP, host="ldap.acme.example", base="dc=acme,dc=example",
    bind_as="cn=reader", password=SecretReference(SecretKind.ENVIRONMENT, "X"),
)
try:
    open_ldap(settings, "secret")
except LdapExtraMissing as refusal:
    print(refusal.code, refusal.__context__)
""",
        encoding="utf-8",
    )
    ran = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("ldap_extra_missing None\n", "")


def test_a_search_for_what_changed_knows_nobody_who_was_deleted_or_moved_away(start_openldap: StartOpenLdap) -> None:
    """Why everybody is read every time: those who matter most leave no trace (docs/directories.md)."""
    server = start_openldap(people=4)

    def newer(than: str) -> list[str]:
        found = server.search(f"(&(objectClass=inetOrgPerson)(entryCSN>={than})(!(entryCSN={than})))", "entryCSN")
        return [entry.dn for entry in found]

    stamps = [entry.attributes["entryCSN"][0] for entry in server.search("(objectClass=inetOrgPerson)", "entryCSN")]
    before = str(max(map(str, stamps)))
    server.lock("p00001")
    server.delete("p00002")
    moved = f"dn: {name_person('p00003')}\nchangetype: modrdn\nnewrdn: uid=p00003\ndeleteoldrdn: 1\n"
    server.change(f"{moved}newsuperior: {BASE}\n\n")

    assert newer(before) == [name_person("p00001")]
    assert set(read(at_openldap(server)).people()) == {"p00000", "p00001"}
