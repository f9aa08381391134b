"""Active Directory, as a real Samba domain controller speaks it: disabled, expired, changed, deleted."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import anyio
import pytest

from axure_lifecycle.directories.ldap.connection import PAGE
from axure_lifecycle.directories.ldap.dirsync import FULL_AGAIN, Cursor
from axure_lifecycle.directories.ldap.reading import LdapReader
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.refusals import (
    DirectoryCertificateUntrusted,
    DirectorySignInRefused,
    DirectoryUnreachable,
)
from axure_lifecycle.domain.rosters import Removed, Standing, Unaddressed
from axure_lifecycle.ports.directories import CursorDoubted
from tests.directories import ldap_reads
from tests.directories.conftest import StartDomainController
from tests.directories.ldap_reads import Does, Read, at_controller, look_again
from tests.directories.peers import ldif, samba
from tests.directories.peers.certificates import Authority
from tests.directories.peers.samba import BASE, NEVER, PASSWORD, PEOPLE, DomainController, name_person

pytestmark = pytest.mark.peer("samba")

BELOW_PEOPLE: Mapping[str, Any] = {"base": PEOPLE}


def read(
    controller: DomainController,
    cursor: str | None = None,
    *,
    pace: Pace | None = None,
    after_a_page: Does | None = None,
    sizes: list[int] | None = None,
    **different: Any,
) -> Read:
    settings = at_controller(controller, **different)
    return ldap_reads.read(settings, PASSWORD, cursor, pace=pace, after_a_page=after_a_page, sizes=sizes)


def begin(controller: DomainController, **different: Any) -> str:
    """A cursor: somebody was deleted once, which proves that deletions are seen."""
    (account,) = controller.add_people(1)
    controller.delete(account)
    cursor = read(controller, **different).ending.cursor
    assert cursor is not None
    return cursor


def rename(account: str, new: str, below: str) -> str:
    return (
        f"dn: {name_person(account)}\nchangetype: modrdn\nnewrdn: CN={new}\ndeleteoldrdn: 1\nnewsuperior: {below}\n\n"
    )


def test_disabled_and_expired_are_two_things(domain_controller: DomainController) -> None:
    domain_controller.disable("p00000")
    domain_controller.expire("p00001", datetime(2026, 3, 1, tzinfo=UTC))
    domain_controller.expire("p00002", datetime(2036, 12, 31, 23, 0, tzinfo=UTC))
    domain_controller.change(ldif.replace(name_person("p00003"), accountExpires=[str(NEVER)]))
    people = read(domain_controller).people()
    told = {name: people[name][4:7] for name in ("p00000", "p00001", "p00002", "p00003", "p00004")}
    assert told == {
        "p00000": (Standing.DISABLED, "userAccountControl=514", None),
        # the last second of the account's life
        "p00001": (Standing.ACTIVE, "userAccountControl=512", datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)),
        "p00002": (Standing.ACTIVE, "userAccountControl=512", datetime(2036, 12, 31, 22, 59, 59, tzinfo=UTC)),
        "p00003": (Standing.ACTIVE, "userAccountControl=512", None),
        "p00004": (Standing.ACTIVE, "userAccountControl=512", None),
    }


def test_every_address_counts_and_the_guid_is_the_key(domain_controller: DomainController) -> None:
    addresses = {
        "mail": ["Pat@acme.example"],
        "otherMailbox": ["pat.private@elsewhere.example"],
        "proxyAddresses": ["SMTP:pat@acme.example", "smtp:pat.old@acme.example", "SIP:pat.phone@acme.example"],
        "displayName": ["Pat de Vries"],
    }
    domain_controller.change(ldif.replace(name_person("p00005"), **addresses))
    row = read(domain_controller).people()["pat"]
    (known,) = domain_controller.search("(sAMAccountName=p00005)", "objectGUID")
    (raw,) = known.attributes["objectGUID"]
    assert isinstance(raw, bytes)
    first, second, third, rest = (part.hex() for part in (raw[3::-1], raw[5:3:-1], raw[7:5:-1], raw[8:]))
    assert row.key == f"{first}-{second}-{third}-{rest[:4]}-{rest[4:]}"
    assert (row.address, row.display_name) == ("pat@acme.example", "Pat de Vries")
    assert row.aliases == ("p00005@acme.example", "pat.private@elsewhere.example", "pat.old@acme.example")


def test_computers_and_whoever_has_no_address_are_left_out(domain_controller: DomainController) -> None:
    found = read(domain_controller)  # Administrator, Guest, krbtgt, dns-dc1; and no DC1$, which is a computer
    names = {row.display_name for row in found.people().values()}
    assert names.isdisjoint({"Administrator", "Guest", "krbtgt", "DC1"})
    assert found.ending.totals.notes == ("Entries that have no e-mail address and were left out: 4.",)


def test_the_password_goes_through_tls_alone(domain_controller: DomainController) -> None:
    assert read(domain_controller, start_tls=True).people()
    with pytest.raises(DirectorySignInRefused, match="the account or its password is wrong"):
        ldap_reads.read(at_controller(domain_controller), "wrong")


def test_a_certificate_that_nobody_trusts_is_refused(domain_controller: DomainController, stranger: Authority) -> None:
    for start_tls in (False, True):
        with pytest.raises(DirectoryCertificateUntrusted, match="unable to get local issuer certificate"):
            read(domain_controller, ca_file=stranger.file, start_tls=start_tls)


def test_one_disable_and_one_delete_are_exactly_two_changes(domain_controller: DomainController) -> None:
    cursor = begin(domain_controller)
    disabled = read(domain_controller).people()["p00010"].key
    deleted = read(domain_controller).people()["p00011"].key
    domain_controller.disable("p00010")
    domain_controller.delete("p00011")
    changes = read(domain_controller, cursor)
    assert changes.ending.totals.rows == len(changes.entries) == 2
    assert changes.removed() == [deleted]
    row = changes.people()["p00010"]  # the whole person, though DirSync told of one attribute
    assert (row.key, row.display_name, row.standing) == (disabled, "p00010", Standing.DISABLED)
    again = read(domain_controller, changes.ending.cursor)
    assert again.entries == []
    assert again.ending.cursor is not None
    assert look_again(at_controller(domain_controller), PASSWORD, deleted, disabled) == [
        Removed(deleted),
        row._replace(line=1),
    ]


def test_whoever_loses_every_address_or_comes_back_is_a_change(domain_controller: DomainController) -> None:
    cursor = begin(domain_controller)
    domain_controller.change(ldif.replace(name_person("p00015"), mail=[], userPrincipalName=["p00015"]))
    changes = read(domain_controller, cursor)
    assert [type(entry) for entry in changes.entries] == [Unaddressed]
    domain_controller.change(ldif.replace(name_person("p00015"), mail=["p00015@acme.example"]))
    assert list(read(domain_controller, changes.ending.cursor).people()) == ["p00015"]


def test_below_a_unit_whoever_moves_out_is_removed_and_whoever_moves_in_comes(
    domain_controller: DomainController,
) -> None:
    cursor = begin(domain_controller, **BELOW_PEOPLE)
    key = read(domain_controller, **BELOW_PEOPLE).people()["p00020"].key
    domain_controller.change(rename("p00020", "outside", f"CN=Users,{BASE}"))
    out = read(domain_controller, cursor, **BELOW_PEOPLE)
    assert out.entries == [Removed(key)]
    back = f"dn: CN=outside,CN=Users,{BASE}\nchangetype: modrdn\nnewrdn: CN=p00020\ndeleteoldrdn: 1\n"
    domain_controller.change(f"{back}newsuperior: {PEOPLE}\n\n")
    assert list(read(domain_controller, out.ending.cursor, **BELOW_PEOPLE).people()) == ["p00020"]


def test_a_moved_unit_makes_everybody_be_read_anew(start_domain_controller: StartDomainController) -> None:
    controller = start_domain_controller(people=2)
    inner = f"OU=Inner,{PEOPLE}"
    controller.change(f"dn: {inner}\nchangetype: add\nobjectClass: organizationalUnit\n\n")
    controller.change(rename("p00000", "p00000", inner))
    below, whole = begin(controller, **BELOW_PEOPLE), begin(controller)
    assert "p00000" in read(controller, **BELOW_PEOPLE).people()
    moved = f"dn: {inner}\nchangetype: modrdn\nnewrdn: OU=Inner\ndeleteoldrdn: 1\nnewsuperior: {BASE}\n\n"
    controller.change(moved)
    with pytest.raises(CursorDoubted, match="organizational units"):
        read(controller, below, **BELOW_PEOPLE)
    assert "p00000" not in read(controller, **BELOW_PEOPLE).people()
    assert read(controller, whole).removed() == []


def test_who_may_not_see_deletions_gets_no_cursor(start_domain_controller: StartDomainController) -> None:
    controller = start_domain_controller(people=2)
    unproved = read(controller)
    assert set(unproved.people()) == {"p00000", "p00001", "reader", "syncer"}
    assert unproved.ending.cursor is None  # nobody was ever deleted here
    cursor = begin(controller)
    assert read(controller, bind_as=samba.READER).ending.cursor is None
    with pytest.raises(CursorDoubted, match="no longer sees any deleted user"):
        read(controller, cursor, bind_as=samba.READER)


def test_a_cursor_is_doubted_whenever_it_may_hide_something(domain_controller: DomainController) -> None:
    cursor = begin(domain_controller)
    kept = Cursor.read(cursor)
    with pytest.raises(CursorDoubted, match="damaged"):
        read(domain_controller, cursor.replace('["', '["A', 1))
    with pytest.raises(CursorDoubted, match="damaged"):
        read(domain_controller, "")
    with pytest.raises(CursorDoubted, match="LDAP result 12"):
        read(domain_controller, kept._replace(cookie=b"nonsense").write())
    with pytest.raises(CursorDoubted, match="another domain"):
        read(domain_controller, kept._replace(root="DC=other,DC=example").write())
    late = Pace(wall=lambda: kept.full_at + FULL_AGAIN.total_seconds())
    with pytest.raises(CursorDoubted, match="after 7 days"):
        read(domain_controller, cursor, pace=late)
    early = Pace(wall=lambda: kept.full_at + (FULL_AGAIN - timedelta(minutes=1)).total_seconds())
    assert read(domain_controller, cursor, pace=early).ending.cursor is not None


def test_the_cursor_keeps_when_everybody_was_read_and_no_person(domain_controller: DomainController) -> None:
    cursor = begin(domain_controller)
    domain_controller.disable("p00030")
    following = read(domain_controller, cursor).ending.cursor
    assert following is not None
    assert Cursor.read(following).full_at == Cursor.read(cursor).full_at
    cookie, root, _ = json.loads(following.partition(" ")[2])
    assert root == BASE
    assert b"p00030" not in base64.b64decode(cookie)


def test_a_filter_on_groups_is_read_in_full(domain_controller: DomainController) -> None:
    def offers(people: str | None) -> bool:
        return LdapReader(at_controller(domain_controller, people=people), PASSWORD).offers_changes

    assert offers(None)
    assert offers("(&(objectCategory=person)(!(employeeType=guest))(|(department=A*)(department=B)))")
    assert offers("(&(objectClass=user)(!(userAccountControl:1.2.840.113556.1.4.803:=2)))")
    assert not offers(f"(&(objectClass=user)(memberOf=CN=Axure,{BASE}))")
    assert not offers(f"(memberOf:1.2.840.113556.1.4.1941:=CN=Axure,{BASE})")
    assert not offers("(ou:dn:=People)")
    grouped = f"(&(objectClass=user)(!(memberOf=CN=Axure,{BASE})))"
    assert read(domain_controller, people=grouped).ending.cursor is None


def test_somebody_whom_the_filter_no_longer_matches_is_removed(domain_controller: DomainController) -> None:
    staff = "(&(objectCategory=person)(!(employeeType=guest)))"
    cursor = begin(domain_controller, people=staff)
    key = read(domain_controller, people=staff).people()["p00040"].key
    domain_controller.change(ldif.replace(name_person("p00040"), employeeType=["guest"]))
    assert read(domain_controller, cursor, people=staff).entries == [Removed(key)]


def test_doctor_says_whether_changes_can_be_followed(start_domain_controller: StartDomainController) -> None:
    controller = start_domain_controller(people=2)

    def examine(**different: Any) -> dict[str, bool]:
        findings = anyio.run(LdapReader(at_controller(controller, **different), PASSWORD).examine)
        return {finding.about: finding.is_warning for finding in findings if finding.is_fine}

    sound = {"connection": False, "sign-in": False, "people": False}
    assert examine() == {**sound, "changes": True}
    begin(controller)
    assert examine() == {**sound, "changes": False}
    assert examine(bind_as=samba.READER) == {**sound, "changes": True}


def test_a_controller_that_is_gone_while_changes_are_asked_for_is_no_doubt(
    start_domain_controller: StartDomainController,
) -> None:
    controller = start_domain_controller(people=2)
    cursor = begin(controller)
    controller.daemon.freeze()
    with pytest.raises(DirectoryUnreachable):
        read(controller, cursor, pace=Pace(connecting=0.5, silence=0.5, answer=0.5))
    controller.daemon.kill()
    with pytest.raises(DirectoryUnreachable):
        read(controller, cursor)


def test_more_people_than_a_domain_gives_at_once_come_page_by_page_or_not_at_all(
    start_domain_controller: StartDomainController,
) -> None:
    """Active Directory's MaxPageSize is 1,000: nothing that is asked for at once may be larger, and all must come."""
    assert PAGE <= 1_000
    controller = start_domain_controller(people=1_100)
    sizes: list[int] = []
    whole = read(controller, sizes=sizes, **BELOW_PEOPLE)
    assert set(whole.people()) == {f"p{number:05}" for number in range(1_100)}
    assert whole.ending.totals.rows == 1_100
    assert sizes == [500, 500, 100]

    with pytest.raises(DirectoryUnreachable, match="ended the connection"):
        read(controller, after_a_page=controller.daemon.kill, **BELOW_PEOPLE)
    controller.daemon.start()
    assert len(read(controller, **BELOW_PEOPLE).people()) == 1_100
