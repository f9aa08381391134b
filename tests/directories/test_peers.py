"""The directories that our readers are tested against do what the real ones are documented to do."""

from datetime import UTC, datetime

import pytest

from tests.directories.conftest import StartOpenLdap
from tests.directories.peers import samba
from tests.directories.peers.certificates import Authority
from tests.directories.peers.daemons import run
from tests.directories.peers.openldap import READER, READER_PASSWORD, SIZE_LIMIT, OpenLdap
from tests.directories.peers.relay import Fault, relay
from tests.directories.peers.samba import DISABLED, PASSWORD, PEOPLE, DomainController

PERSON = "(objectClass=inetOrgPerson)"
USER = "(objectClass=user)"
"""A tombstone keeps its classes and loses its category, so a filter on `objectCategory` never shows a deletion."""


def bind(url: str, user: str, password: str, *options: str, trusted: Authority | None = None) -> str:
    """What OpenLDAP's own client complains about when it signs in and reads the root: nothing if it may."""
    environment = {"LDAPTLS_REQCERT": "demand", **({"LDAPTLS_CACERT": str(trusted.file)} if trusted else {})}
    command = ["ldapsearch", "-x", "-H", url, "-D", user, "-w", password, "-b", "", "-s", "base", *options]
    ended = run(command, environment=environment)
    assert (ended.returncode == 0) == (ended.stderr == "")
    return ended.stderr


@pytest.mark.peer("slapd")
class TestOpenLdap:
    def test_an_unpaged_read_above_the_limit_is_an_error(self, openldap: OpenLdap) -> None:
        with pytest.raises(AssertionError, match="Size limit exceeded"):
            openldap.search(PERSON, "uid")

    def test_a_paged_read_brings_everybody(self, openldap: OpenLdap) -> None:
        read = [entry.text("uid") for entry in openldap.search(PERSON, "uid", page_size=SIZE_LIMIT)]
        assert sorted(read) == [f"p{number:05}" for number in range(1_200)]

    def test_a_paged_read_above_the_servers_total_is_an_error(self, start_openldap: StartOpenLdap) -> None:
        server = start_openldap(people=300, paged_limit=250)
        with pytest.raises(AssertionError, match="Size limit exceeded"):
            server.search(PERSON, "uid", page_size=100)

    def test_a_locked_account_says_since_when(self, openldap: OpenLdap) -> None:
        openldap.lock("p00007")
        (locked,) = openldap.search("(pwdAccountLockedTime=*)", "uid", "pwdAccountLockedTime")
        assert (locked.text("uid"), locked.text("pwdAccountLockedTime")) == ("p00007", "000001010000Z")
        openldap.unlock("p00007")
        assert openldap.search("(pwdAccountLockedTime=*)") == []

    def test_a_deleted_person_is_gone_without_a_trace(self, openldap: OpenLdap) -> None:
        (uid,) = openldap.add_people(1)
        assert len(openldap.search(f"(uid={uid})")) == 1
        openldap.delete(uid)
        assert openldap.search(f"(uid={uid})") == []

    def test_a_wrong_password_is_refused(self, openldap: OpenLdap) -> None:
        assert bind(openldap.url, READER, READER_PASSWORD) == ""
        assert "Invalid credentials (49)" in bind(openldap.url, READER, "wrong")

    def test_what_it_held_survives_a_kill(self, start_openldap: StartOpenLdap) -> None:
        server = start_openldap(people=3)
        server.delete("p00001")
        server.daemon.kill()
        assert "Can't contact LDAP server (-1)" in bind(server.url, READER, READER_PASSWORD)
        server.daemon.start()
        assert [entry.text("uid") for entry in server.search(PERSON, "uid")] == ["p00000", "p00002"]

    @pytest.mark.parametrize("starts_tls", [False, True])
    def test_only_who_trusts_its_authority_comes_in(
        self, openldap: OpenLdap, stranger: Authority, starts_tls: bool
    ) -> None:
        url, options = (openldap.url, ("-ZZ",)) if starts_tls else (openldap.tls_url, ())
        assert bind(url, READER, READER_PASSWORD, *options, trusted=openldap.authority) == ""
        assert bind(url, READER, READER_PASSWORD, *options, trusted=stranger) != ""

    def test_a_wrong_certificate_is_shown_when_asked_for(
        self, start_openldap: StartOpenLdap, authority: Authority
    ) -> None:
        for shown in (authority.issue("elsewhere.example"), authority.issue_expired("127.0.0.1")):
            server = start_openldap(shown=shown)
            assert "Can't contact LDAP server (-1)" in bind(server.tls_url, READER, READER_PASSWORD, trusted=authority)

    @pytest.mark.parametrize("fault", [Fault.CLOSE, Fault.RESET])
    def test_a_wire_breaks_to_the_byte(self, openldap: OpenLdap, fault: Fault) -> None:
        command = ["ldapsearch", "-x", "-D", READER, "-w", READER_PASSWORD, "-b", PEOPLE, "-E", "pr=200/noprompt"]
        with relay(openldap.url) as wire:
            assert run([*command, "-H", wire.url, PERSON, "uid"]).returncode == 0
            whole = wire.carried
            wire.break_at(whole // 2, fault)
            assert run([*command, "-H", wire.url, PERSON, "uid"]).returncode != 0
            assert wire.carried == whole + whole // 2
            wire.mend()
            assert run([*command, "-H", wire.url, PERSON, "uid"]).returncode == 0


@pytest.mark.peer("samba")
class TestDomainController:
    def test_a_disabled_account_has_the_bit(self, domain_controller: DomainController) -> None:
        domain_controller.disable("p00001")
        (disabled,) = domain_controller.search("(sAMAccountName=p00001)", "userAccountControl")
        assert int(disabled.text("userAccountControl")) & DISABLED
        filtered = "(&(objectCategory=person)(userAccountControl:1.2.840.113556.1.4.803:=2))"
        found = {entry.text("sAMAccountName") for entry in domain_controller.search(filtered, "sAMAccountName")}
        assert found == {"p00001", "Guest", "krbtgt"}
        domain_controller.enable("p00001")
        (enabled,) = domain_controller.search("(sAMAccountName=p00001)", "userAccountControl")
        assert not int(enabled.text("userAccountControl")) & DISABLED

    def test_an_account_expires_without_the_bit(self, domain_controller: DomainController) -> None:
        domain_controller.expire("p00002", datetime(2026, 3, 1, tzinfo=UTC))
        (expired,) = domain_controller.search("(sAMAccountName=p00002)", "userAccountControl", "accountExpires")
        assert expired.text("userAccountControl") == "512"
        assert expired.text("accountExpires") == "134167968000000000"

    def test_a_deleted_person_leaves_a_tombstone(self, domain_controller: DomainController) -> None:
        domain_controller.delete("p00003")
        assert domain_controller.search("(sAMAccountName=p00003)") == []
        (tombstone,) = domain_controller.search(
            "(sAMAccountName=p00003)", "isDeleted", "mail", "lastKnownParent", controls=["!showDeleted"]
        )
        assert tombstone.text("isDeleted") == "TRUE"
        assert tombstone.text("lastKnownParent") == PEOPLE
        assert "mail" not in tombstone.attributes

    def test_a_password_is_refused_in_the_open(self, domain_controller: DomainController) -> None:
        url, trusted = domain_controller.url, domain_controller.authority
        assert "Transport encryption required" in bind(url, samba.READER, PASSWORD)
        assert bind(url, samba.READER, PASSWORD, "-ZZ", trusted=trusted) == ""
        assert bind(domain_controller.tls_url, samba.READER, PASSWORD, trusted=trusted) == ""
        assert "Invalid credentials (49)" in bind(domain_controller.tls_url, samba.READER, "wrong", trusted=trusted)

    def test_one_disable_and_one_delete_are_two_changes(self, domain_controller: DomainController) -> None:
        _, cookie = domain_controller.follow_changes(USER, "userAccountControl")
        domain_controller.disable("p00010")
        domain_controller.delete("p00011")
        changes, _ = domain_controller.follow_changes(USER, "userAccountControl", "isDeleted", "mail", cookie=cookie)
        told = {entry.dn.partition(":")[0]: set(entry.attributes) for entry in changes}
        tombstone = "CN=p00011\\0ADEL"
        assert told == {
            f"CN=p00010,{PEOPLE}": {"userAccountControl", "objectGUID", "instanceType"},  # only what changed
            tombstone: {"isDeleted", "objectGUID", "instanceType"},
        }

    def test_a_filter_on_the_category_hides_deletions(self, domain_controller: DomainController) -> None:
        person = "(&(objectCategory=person)(objectClass=user))"
        _, cookie = domain_controller.follow_changes(person, "userAccountControl")
        domain_controller.delete("p00012")
        changes, _ = domain_controller.follow_changes(person, "userAccountControl", cookie=cookie)
        assert changes == []

    def test_who_may_not_read_deleted_objects_never_hears_of_a_deletion(
        self, domain_controller: DomainController
    ) -> None:
        with pytest.raises(AssertionError, match="insufficient access"):
            domain_controller.follow_changes(USER, "isDeleted", user=samba.READER)
        _, cookie = domain_controller.follow_changes(USER, "isDeleted", user=samba.READER, flags=1)
        domain_controller.disable("p00013")
        domain_controller.delete("p00014")
        changes, _ = domain_controller.follow_changes(
            USER, "userAccountControl", "isDeleted", user=samba.READER, flags=1, cookie=cookie
        )
        assert [entry.dn for entry in changes] == [samba.name_person("p00013")]
