"""Servers that do what no sound one does, and bytes that mean nothing: refused, with a code, and never believed."""

import string
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import sansldap
from hypothesis import given, settings
from hypothesis import strategies as st

from axure_lifecycle.directories.ldap.entries import (
    LOCKED_FOR_EVER,
    attributes_of,
    filetime,
    generalized_time,
    key_of,
    raw_key,
    row_of_entry,
)
from axure_lifecycle.directories.ldap.filters import is_below, misses_people
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.refusals import (
    DirectoryAnswerStrange,
    DirectoryRefusal,
    DirectorySignInRefused,
    DirectoryUnreachable,
)
from axure_lifecycle.domain.directories import LdapFlavour
from axure_lifecycle.domain.rosters import DirectoryRow, Standing
from tests.directories.ldap_reads import at_script, read
from tests.directories.peers.certificates import Authority
from tests.directories.scripted_ldap import Says, done, person, serve_ldap

AD, OPENLDAP = LdapFlavour.ACTIVE_DIRECTORY, LdapFlavour.OPENLDAP
PASSWORD = "canary-77aa31f0"


def refusal(authority: Authority, says: Says, *, pace: Pace | None = None) -> DirectoryRefusal:
    with serve_ldap(authority, says) as host, pytest.raises(DirectoryRefusal) as refused:
        read(at_script(host, authority.file), PASSWORD, pace=pace)
    return refused.value


def ending_with(code: int, said: str = "") -> Says:
    """One person, and then this."""

    def says(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        person(server, asked)
        done(server, asked, code, said)

    return says


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1, "directory_answer_strange"),  # operationsError
        (3, "directory_incomplete"),  # timeLimitExceeded
        (4, "directory_incomplete"),  # sizeLimitExceeded
        (9, "directory_incomplete"),  # partialResults, which LDAPv2 knew
        (10, "directory_incomplete"),  # referral
        (11, "directory_incomplete"),  # adminLimitExceeded
        (12, "directory_answer_strange"),  # unavailableCriticalExtension: no paging
        (32, "ldap_base_unknown"),  # noSuchObject
        (50, "directory_permission_missing"),  # insufficientAccessRights
        (51, "directory_unreachable"),  # busy
        (53, "directory_answer_strange"),  # unwillingToPerform
        (4096, "directory_answer_strange"),  # e-syncRefreshRequired
    ],
)
def test_only_success_is_success(authority: Authority, code: int, expected: str) -> None:
    assert refusal(authority, ending_with(code)).code == expected


def test_a_page_after_the_first_may_fail_too(authority: Authority) -> None:
    pages = iter([(0, b"more"), (4, b"")])

    def says(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        person(server, asked)
        code, cookie = next(pages)
        done(server, asked, code, cookie=cookie)

    assert refusal(authority, says).code == "directory_incomplete"


def test_the_servers_words_are_shown_unless_they_hold_the_password(authority: Authority) -> None:
    assert "LDAP result 53, no ⟨U+202E⟩" in refusal(authority, ending_with(53, "no \u202e")).sentence
    assert PASSWORD not in refusal(authority, ending_with(53, f"you said {PASSWORD}")).sentence


def test_a_part_that_lies_on_another_server_is_missing(authority: Authority) -> None:
    def says(target: str) -> Says:
        def answer(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
            person(server, asked)
            server.search_result_reference(asked.message_id, [target])
            done(server, asked)

        return answer

    for inside in ("ldap://b.example/ou=more,dc=acme,dc=example", "ldap://b.example/", "ldap://b.example", "nonsense"):
        assert refusal(authority, says(inside)).code == "directory_incomplete", inside
    for outside in ("ldap://b.example/CN=Configuration,DC=acme,DC=example", "ldap://b.example/dc=b,dc=example??sub"):
        with serve_ldap(authority, says(outside)) as host:
            assert len(read(at_script(host, authority.file), PASSWORD).entries) == 1, outside


def test_paging_that_is_ignored_or_never_ends_is_strange(authority: Authority) -> None:
    def unpaged(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        person(server, asked)
        done(server, asked, cookie=None)

    def endless(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        done(server, asked, cookie=b"and on")

    assert "whether another one follows" in refusal(authority, unpaged).sentence
    assert "one empty page after the other" in refusal(authority, endless).sentence


def test_an_answer_without_end_is_cut(authority: Authority) -> None:
    def says(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        for number in range(2_000):
            person(server, asked, number)
        done(server, asked)

    assert "larger than anything" in refusal(authority, says, pace=Pace(largest_answer=100_000)).sentence


def test_a_server_that_takes_its_leave_ended_the_connection(authority: Authority) -> None:
    notice = bytes.fromhex("302402010078 1f 0a0134 0400 0400 8a16") + b"1.3.6.1.4.1.1466.20036"
    with (
        serve_ldap(authority, ending_with(0), spoil=lambda said: notice) as host,
        pytest.raises(DirectoryUnreachable, match=r"ended the connection and says so \(LDAP result 52\)"),
    ):
        read(at_script(host, authority.file), PASSWORD)


def test_an_entry_without_an_id_is_a_missing_permission(authority: Authority) -> None:
    def says(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        mail = sansldap.PartialAttribute("mail", [b"p1@acme.example"])
        server.search_result_entry(asked.message_id, "uid=p1", [mail])
        done(server, asked)

    assert "needs reading entryUUID" in refusal(authority, says).sentence


STARTED = bytes.fromhex("300c02010178070a010004000400")
"""An ExtendedResponse with success, as the answer to StartTLS."""


@pytest.mark.parametrize(
    ("pieces", "what"),
    [
        ([STARTED + b"0"], "words in the plain behind"),
        ([STARTED[:5], STARTED[5:]], "ended the connection|agree with us on TLS|too long"),
        ([bytes.fromhex("300c02010178070a013404000400")], "no StartTLS, LDAP result 52"),
        ([bytes.fromhex("300c02010161070a010004000400")], "something else than the answer to StartTLS"),
        ([bytes.fromhex("300c02010778070a010004000400")], "no LDAP"),  # of another message
        ([b"HTTP/1.1 400 Bad Request\r\n\r\n"], "no LDAP"),
        ([b"\x30\x84\x7f\xff\xff\xff"], "ended the connection|too long"),
        ([], "ended the connection"),
    ],
)
def test_nothing_is_believed_before_tls(authority: Authority, pieces: list[bytes], what: str) -> None:
    def never(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        raise AssertionError(asked)

    with (
        serve_ldap(authority, never, in_the_plain=pieces) as host,
        pytest.raises((DirectoryAnswerStrange, DirectoryUnreachable), match=what),
    ):
        read(at_script(host, authority.file, start_tls=True), PASSWORD, pace=Pace(connecting=1, silence=1, answer=1))


@pytest.mark.parametrize(
    ("data", "reason"),
    [("52e", "or its password is wrong"), ("532", "has expired"), ("533", "is disabled"), ("775", "is locked out")],
)
def test_active_directory_says_why_it_lets_nobody_in(authority: Authority, data: str, reason: str) -> None:
    said = f"80090308: LdapErr: DSID-0C09044E, comment: AcceptSecurityContext error, data {data}, v3839"

    def never(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
        raise AssertionError(asked)

    with serve_ldap(authority, never, bind=(49, said)) as host, pytest.raises(DirectorySignInRefused, match=reason):
        read(at_script(host, authority.file), PASSWORD)


def sound(server: sansldap.LDAPServer, asked: sansldap.SearchRequest) -> None:
    for number in range(3):
        person(server, asked, number)
    server.search_result_reference(asked.message_id, ["ldap://b.example/dc=b,dc=example"])
    done(server, asked)


@given(st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255), st.sampled_from("scd")), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_spoilt_bytes_are_refused_or_read_and_nothing_else(
    authority: Authority, changes: list[tuple[float, int, str]]
) -> None:
    def spoil(said: bytes) -> bytes:
        spoilt = bytearray(said)
        for part, byte, how in changes:
            at = int(part * len(spoilt))
            spoilt[at : at + (how != "c")] = b"" if how == "d" else bytes([byte])
        return bytes(spoilt)

    with serve_ldap(authority, sound, spoil=spoil) as host, suppress(DirectoryRefusal):
        assert read(at_script(host, authority.file), PASSWORD, pace=Pace(silence=0.3)).entries


attribute_names = st.sampled_from([name.lower() for flavour in LdapFlavour for name in attributes_of(flavour)])
raw_values = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [b"514", b"-1", b"SMTP:a@b.example", b"a@b.example", b"0", LOCKED_FOR_EVER.encode(), b"\xff@b.example"]
    ),
    st.integers(-(2**70), 2**70).map(lambda number: str(number).encode()),
    st.text(max_size=1_200).map(lambda text: text.encode("utf-8", "surrogatepass")),
)


@given(
    st.sampled_from(LdapFlavour),
    st.dictionaries(attribute_names, st.lists(raw_values, min_size=0, max_size=4), max_size=9),
)
def test_whatever_an_entry_holds_it_is_a_row_or_nobody(flavour: LdapFlavour, values: dict[str, list[bytes]]) -> None:
    row = row_of_entry(flavour, 1, "key", values)
    assert row.key == "key"
    if isinstance(row, DirectoryRow):
        assert row.display_name is None or row.display_name.isprintable()
        assert row.status is None or row.status.isprintable()
        assert row.leave_at is None or row.leave_at.tzinfo is UTC
        assert row.standing is not Standing.UNKNOWN or flavour is AD
    key = key_of(flavour, values)
    assert key is None or raw_key(flavour, key) is not None


@given(st.text(string.digits + string.ascii_letters + "+-.,Z", max_size=30))
def test_no_text_is_too_strange_for_a_time(text: str) -> None:
    for read_time in (filetime, generalized_time):
        moment = read_time(text)
        assert moment is None or moment.tzinfo is UTC


@given(st.datetimes(datetime(1901, 1, 1), datetime(9999, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)))
def test_moments_come_back_as_they_were_written(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)
    ticks = (moment - datetime(1601, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1) * 10
    assert filetime(str(ticks)) == moment
    assert generalized_time(f"{whole:%Y%m%d%H%M%S}Z") == whole
    assert generalized_time(f"{whole:%Y%m%d%H%M}Z") == whole.replace(second=0)
    assert generalized_time(f"{whole:%Y%m%d%H%M%S}.5Z") == whole + timedelta(milliseconds=500)
    assert generalized_time(f"{whole:%Y%m%d%H%M%S}+0130") == whole - timedelta(minutes=90)


def test_what_means_never_is_no_moment() -> None:
    never: list[tuple[Callable[[str], datetime | None], str]] = [
        (filetime, "0"),
        (filetime, "9223372036854775807"),
        (filetime, "-1"),
        (filetime, ""),
        (generalized_time, LOCKED_FOR_EVER),
        (generalized_time, "20261341000000Z"),
        (generalized_time, "20261103081500"),
    ]
    assert [read_time(text) for read_time, text in never] == [None] * len(never)


def test_a_name_lies_below_another_whatever_its_blanks_and_letters() -> None:
    assert is_below("uid=a\\,b, OU=People,dc=acme,dc=example", "ou=people, DC=ACME,dc=example")
    assert is_below("dc=acme,dc=example", "")
    assert not is_below("dc=example", "dc=acme,dc=example")
    assert not is_below("uid=a,ou=other\\,ou=people,dc=acme", "ou=people,dc=acme")
    assert misses_people("ldap://b.example/OU=M%C3%BCller,DC=acme,DC=example", "OU=Müller,DC=acme,DC=example")
