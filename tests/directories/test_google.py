"""Google Workspace, read from a server that behaves as Google documents it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import anyio
import pytest
from hypothesis import given
from hypothesis import settings as trying
from hypothesis import strategies as st

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.google import READ_USERS, GoogleReader, ServiceAccount, open_google
from axure_lifecycle.directories.google_people import DeletedPeople, google_row, usual_rows
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.wire import Wire
from axure_lifecycle.domain.addresses import normal
from axure_lifecycle.domain.directories import GoogleSettings, SecretKind, SecretReference
from axure_lifecycle.domain.rosters import DirectoryRow, Removed, Standing
from axure_lifecycle.ports.directories import DirectoryEntry, Ending
from tests.directories.vendors import faults, people
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.keys import make_key, to_pem
from tests.directories.vendors.people import Organisation, Person, make_organisation, make_person
from tests.directories.vendors.serving import Served, serve

SOMEWHERE = SecretReference(SecretKind.ENVIRONMENT, "GOOGLE_KEY")


async def no_sleep(seconds: float) -> None:
    del seconds


PACE = Pace(sleep=no_sleep)


@pytest.fixture(scope="module")
def google() -> Iterator[Served[GoogleVendor]]:
    with serve(GoogleVendor(make_organisation(1_100))) as served:
        yield served


def configured(served: Served[GoogleVendor]) -> tuple[GoogleSettings, str]:
    host = urlsplit(served.base).netloc
    told = GoogleSettings(
        name="people", admin=GoogleVendor.admin, key=SOMEWHERE, api_host=host, token_host=host, ca_file=served.ca_file
    )
    key = {"type": "service_account", "token_uri": "https://elsewhere.example/token"}
    members = served.vendor.credentials()
    return told, json.dumps(key | {name: members[name] for name in ("client_email", "private_key_id", "private_key")})


def reader_of(served: Served[GoogleVendor]) -> GoogleReader:
    settings, secret = configured(served)
    return GoogleReader(settings, ServiceAccount(settings, secret), PACE)


def read(settings: GoogleSettings, secret: str, pace: Pace = PACE) -> tuple[list[DirectoryEntry], Ending]:
    with open_google(settings, secret, pace).read(None, None, None) as reading:
        assert reading.is_full
        entries = [entry for batch in reading.batches() for entry in batch]
        return entries, reading.ending()


def settled(entries: list[DirectoryEntry]) -> Mapping[str, DirectoryRow]:
    """The people by their addresses; of the same key the later entry counts."""
    last = {entry.key: entry for entry in entries}
    return {entry.address: entry for entry in last.values() if isinstance(entry, DirectoryRow)}


def looked_again(served: Served[GoogleVendor], *keys: str) -> list[DirectoryEntry]:
    found: list[DirectoryEntry] = []

    async def put(entries: list[DirectoryEntry]) -> None:
        found.extend(entries)

    async def look() -> None:
        await reader_of(served).look_again(keys, put)

    anyio.run(look)
    return found


def key_of(number: int) -> str:
    return f"108{number:018d}"


def test_everybody_comes_with_the_words_of_google() -> None:
    staff = [
        Person(1, "Ana", "Berg", "ana@people.example", mail="a.berg@people.example", aliases=("berg@people.example",)),
        Person(2, "Bo", "Costa", "bo@people.example", standing=people.Standing.DISABLED),
        Person(3, "Chidi", "Eze", "chidi@people.example", is_archived=True),
        Person(4, "Dagny", "Fox", "dagny@people.example", standing=people.Standing.SUSPENDED, is_archived=True),
        Person(5, "Elif", "Ito", "elif@people.example"),
        Person(6, "Farid", "Kaur", "farid@people.example"),
    ]
    organisation = Organisation(staff)
    organisation.delete(5)
    organisation.delete(6, at=datetime.now(UTC) - timedelta(days=21))
    with serve(GoogleVendor(organisation)) as served:
        entries, ending = read(*configured(served))

    found = settled(entries)
    assert {address: (row.standing, row.status) for address, row in found.items()} == {
        "ana@people.example": (Standing.ACTIVE, "suspended=false"),
        "bo@people.example": (Standing.HOLD, "suspended=true (ADMIN)"),
        "chidi@people.example": (Standing.DISABLED, "archived=true"),
        "dagny@people.example": (Standing.DISABLED, "archived=true"),
        "elif@people.example": (Standing.DEPROVISIONED, "deleted"),
    }
    ana = found["ana@people.example"]
    assert (ana.key, ana.display_name) == (key_of(1), "Ana Berg")
    assert ana.aliases == ("berg@people.example", "a.berg@people.example")
    assert (ending.cursor, ending.assignments, ending.scopes) == (None, None, (READ_USERS,))
    assert ending.totals.columns == ("key", "address", "display_name", "standing", "status", "aliases")
    assert (ending.totals.form, ending.totals.rows, ending.totals.refused) == ("google", 5, 0)
    assert [note[:22] for note in ending.totals.notes] == ["1 users are suspended."]


def test_everybody_is_listed_by_the_five_hundred_and_the_deleted_apart() -> None:
    staff = make_organisation(1_700)
    for number in range(600):
        staff.delete(number)
    with serve(GoogleVendor(staff)) as served:
        entries, _ = read(*configured(served))
        asked = [(each.query.get("showDeleted"), each.query["maxResults"]) for each in served.vendor.asked_for_data()]

    assert len(settled(entries)) == 1_700
    assert asked == [("true", "500"), ("true", "500"), (None, "500"), (None, "500"), (None, "500")]
    assert sum(row.standing is Standing.DEPROVISIONED for row in settled(entries).values()) == 600


# --- addresses of deleted people ---


def test_an_address_that_was_given_to_somebody_else_is_no_longer_a_deleted_person_s() -> None:
    staff = Organisation([make_person(0), Person(1, "Ana", "Berg", "ana@people.example", aliases=("berg@x.example",))])
    staff.delete(1)
    staff.add(Person(2, "Ana", "Costa", "ana@people.example"))
    with serve(GoogleVendor(staff)) as served:
        found = settled(read(*configured(served))[0])

    assert (found["ana@people.example"].key, found["ana@people.example"].standing) == (key_of(2), Standing.ACTIVE)
    assert (found["berg@x.example"].key, found["berg@x.example"].standing) == (key_of(1), Standing.DEPROVISIONED)


def test_a_deleted_person_without_any_address_left_is_not_there() -> None:
    staff = Organisation([make_person(0), Person(1, "Ana", "Berg", "ana@people.example")])
    staff.delete(1)
    staff.add(Person(2, "Bo", "Costa", "bo@people.example", aliases=("ana@people.example",)))
    with serve(GoogleVendor(staff)) as served:
        entries, _ = read(*configured(served))

    assert {entry.key for entry in entries} == {key_of(0), key_of(2)}


def test_of_two_deleted_people_the_later_one_has_the_address() -> None:
    staff = Organisation([make_person(0), Person(1, "Ana", "Berg", "ana@people.example")])
    now = datetime.now(UTC)
    staff.delete(1, at=now - timedelta(days=5))
    staff.add(Person(2, "Ana", "Costa", "ana@people.example"))
    staff.delete(2, at=now - timedelta(days=1))
    with serve(GoogleVendor(staff)) as served:
        entries, _ = read(*configured(served))

    assert [entry.key for entry in entries if isinstance(entry, DirectoryRow) and entry.status == "deleted"] == [
        key_of(2)
    ]


def test_whoever_is_restored_during_the_read_is_there() -> None:
    staff = make_organisation(3)
    staff.delete(1)
    with serve(GoogleVendor(staff)) as served:
        served.vendor.schedule.at(2, faults.Meanwhile(lambda organisation: organisation.restore(1)))
        entries, _ = read(*configured(served))

    assert {row.standing for row in settled(entries).values()} == {Standing.ACTIVE}
    assert len(entries) == 3


def test_no_more_deleted_people_are_kept_in_mind_than_fit() -> None:
    deleted = DeletedPeople(most=2)
    for number in range(3):
        address = normal(f"p{number}@people.example")
        assert address is not None
        deleted.add("2026-01-01T00:00:00.000Z", DirectoryRow(0, f"{number}", address))
    deleted.settle()

    assert deleted.has_more
    assert {row.key for row in deleted.rows()} == {"0", "1"}


# --- looking again ---


def test_whoever_slipped_through_the_pages_is_found_by_looking_again(google: Served[GoogleVendor]) -> None:
    google.vendor.schedule.again().at(3, faults.MovedBehind())  # the deleted ones, then three pages
    lost = google.vendor.organisation.last()
    entries, _ = read(*configured(google))
    assert key_of(lost) not in {entry.key for entry in entries}

    (found,) = looked_again(google, key_of(lost))
    assert isinstance(found, DirectoryRow)
    assert (found.key, found.standing, found.status) == (key_of(lost), Standing.ACTIVE, "suspended=false")


def test_whoever_is_not_found_again_is_removed() -> None:
    staff = make_organisation(5)
    staff.delete(1)
    with serve(GoogleVendor(staff)) as served:
        found = looked_again(served, key_of(1), "somebody@people.example", "../users", key_of(2))

    assert [type(entry) for entry in found] == [Removed, Removed, Removed, DirectoryRow]
    assert [asked.path.rpartition("/")[2] for asked in served.vendor.asked_for_data()] == [key_of(1), key_of(2)]


# --- signing in ---


_ODD: st.SearchStrategy[object] = st.sampled_from(
    [None, 7, "", "Ana Berg", "=1+1", " Ana", "Bö", "a\nb", "x" * 200, "\u202eAna", [], {"address": "x"}]
)
_MAILBOX: st.SearchStrategy[object] = st.sampled_from(
    ["ana@people.example", "Ana@people.example", "bot-1", "аna@people.example", "", None, 7]
)
_FLAG: st.SearchStrategy[object] = st.sampled_from([False, True, None, 0, "no"])
_CHANGES = st.one_of(
    st.tuples(st.just("id"), st.sampled_from(["=1", "", "é", 7, None, "1\n2"])),
    st.tuples(st.just("primaryEmail"), _MAILBOX),
    st.tuples(st.just("name"), _ODD | st.fixed_dictionaries({"fullName": _ODD})),
    st.tuples(st.sampled_from(["suspended", "archived"]), _FLAG),
    st.tuples(st.just("suspensionReason"), _ODD),
    st.tuples(st.just("emails"), st.lists(st.fixed_dictionaries({"address": _MAILBOX}) | _ODD, max_size=2) | _ODD),
)
_USUAL: Mapping[str, object] = {
    "id": "1080001",
    "primaryEmail": "ana@people.example",
    "name": {"fullName": "Ana Berg"},
    "suspended": False,
    "archived": False,
    "emails": [{"address": "ana@people.example"}],
}


@trying(max_examples=400)
@given(st.lists(_CHANGES, max_size=2), st.sets(st.sampled_from(sorted(_USUAL)), max_size=1))
def test_whoever_is_taken_at_a_glance_is_taken_as_with_a_closer_look(
    changes: list[tuple[str, object]], left_out: set[str]
) -> None:
    user = {name: value for name, value in {**_USUAL, **dict(changes)}.items() if name not in left_out}
    (usual,) = usual_rows(1, [user])
    assert usual is None or usual == _row_or_refusal(user)


def test_an_ordinary_user_is_taken_at_a_glance_and_one_with_anything_else_is_not() -> None:
    users: list[Mapping[str, object]] = [_USUAL, {**_USUAL, "aliases": []}, {**_USUAL, "suspended": True}, {}]
    assert [row is not None for row in usual_rows(1, users)] == [True, False, False, False]


WIRE = Wire("people", ["people.example"])


def _row_or_refusal(user: dict[str, object]) -> object:
    try:
        return google_row(WIRE, 1, user)
    except refusals.DirectoryAnswerStrange as refusal:
        return refusal.sentence


def test_an_administrator_who_may_not_read_users_is_named() -> None:
    with serve(GoogleVendor(make_organisation(5))) as served:
        settings, secret = configured(served)
        plain = replace(settings, admin=GoogleVendor.plain)
        with pytest.raises(refusals.DirectoryPermissionMissing, match=r"a role of plain@people\.example .*forbidden"):
            read(plain, secret)
        with pytest.raises(refusals.DirectorySignInRefused, match="Invalid email or User ID"):
            read(replace(settings, admin="nobody@people.example"), secret)


def test_a_scope_that_was_not_delegated_is_named() -> None:
    with serve(GoogleVendor(make_organisation(5), delegated=frozenset({"https://other.example"}))) as served:
        settings, secret = configured(served)
        with pytest.raises(refusals.DirectoryPermissionMissing, match=r"domain-wide delegation of .*user\.readonly"):
            read(settings, secret)
        (finding,) = open_google(settings, secret).examine()

    assert (finding.about, finding.is_fine) == ("permissions", False)


def test_a_key_of_somebody_else_is_refused() -> None:
    with serve(GoogleVendor(make_organisation(5))) as served:
        settings, secret = configured(served)
        wrong = json.dumps(json.loads(secret) | {"private_key": to_pem(make_key("mallory"))})
        with pytest.raises(refusals.DirectorySignInRefused, match="Invalid JWT Signature"):
            read(settings, wrong)


def test_a_secret_that_is_none_is_refused_before_anybody_is_asked(google: Served[GoogleVendor]) -> None:
    settings, secret = configured(google)
    members = json.loads(secret)
    before = len(google.vendor.asked)
    broken = (
        "",
        members["private_key"],
        '{"private_key": "canary", ',
        "[" * 100_000,
        '["canary"]',
        json.dumps(members | {"type": "authorized_user"}),
        json.dumps(members | {"private_key": "canary"}),
        json.dumps({name: value for name, value in members.items() if name != "client_email"}),
    )
    for text in broken:
        with pytest.raises(refusals.SecretUnusable) as caught:
            open_google(settings, text)
        assert "canary" not in str(caught.value)
        assert "PRIVATE KEY" not in str(caught.value)
        assert caught.value.__context__ is None

    assert len(google.vendor.asked) == before


@pytest.mark.parametrize("clock_ahead", [-50, 0, 200])
def test_clocks_may_differ_a_little(clock_ahead: float) -> None:
    with serve(GoogleVendor(make_organisation(5), clock_ahead=clock_ahead)) as served:
        assert len(settled(read(*configured(served))[0])) == 5


def test_a_token_that_expires_in_the_middle_is_renewed(google: Served[GoogleVendor]) -> None:
    google.vendor.schedule.again().at(3, faults.TokenExpired())
    before = google.vendor.tokens.issued
    entries, _ = read(*configured(google))

    assert len(settled(entries)) == 1_100
    assert google.vendor.tokens.issued == before + 2


# --- what no Google says ---


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"])
def test_too_fast_is_no_missing_permission(reason: str, google: Served[GoogleVendor]) -> None:
    google.vendor.schedule.again().at(2, *[faults.QuotaForbidden(reason)] * 3)
    assert len(settled(read(*configured(google))[0])) == 1_100


@pytest.mark.parametrize("fault", [faults.PageAgain(), faults.Overlap(), faults.EmptyPage(), faults.MovedAhead()])
def test_people_who_come_twice_are_counted_once(fault: faults.Fault, google: Served[GoogleVendor]) -> None:
    google.vendor.schedule.again().at(3, fault)
    assert len(settled(read(*configured(google))[0])) == 1_100


@pytest.mark.parametrize("number", [2, 4])
@pytest.mark.parametrize("shape", faults.Shape)
def test_json_of_another_shape_is_refused(shape: faults.Shape, number: int, google: Served[GoogleVendor]) -> None:
    google.vendor.schedule.again().at(number, faults.WrongShape(shape))
    with pytest.raises(refusals.DirectoryAnswerStrange):
        read(*configured(google))


def test_an_account_without_anybody_is_refused() -> None:
    with serve(GoogleVendor(Organisation())) as served, pytest.raises(refusals.DirectoryAnswerStrange, match="single"):
        read(*configured(served))


def test_a_circle_of_pages_is_refused(google: Served[GoogleVendor]) -> None:
    google.vendor.schedule.again().always(faults.PageAgain())
    with pytest.raises(refusals.DirectoryAnswerStrange, match="circle"):
        read(*configured(google))


def test_doctor_says_what_is_there_and_what_stands_in_the_way(google: Served[GoogleVendor]) -> None:
    google.vendor.schedule.again()
    settings, secret = configured(google)
    fine = open_google(settings, secret).examine()
    plain = open_google(replace(settings, admin=GoogleVendor.plain), secret).examine()
    nobody = open_google(replace(settings, admin="nobody@people.example"), secret).examine()

    assert [finding.sentence for finding in fine] == [
        "Google let the service account in, for admin@people.example, to read users and nothing else.",
        "Google lists users to admin@people.example, and whoever was deleted within the last 20 days.",
    ]
    assert [(finding.about, finding.is_fine) for finding in plain] == [("sign-in", True), ("permissions", False)]
    assert [(finding.about, finding.is_fine) for finding in nobody] == [("sign-in", False)]
    with serve(GoogleVendor(make_organisation(1)), trusted=False) as served:
        (untrusted,) = open_google(*configured(served)).examine()
    assert (untrusted.about, untrusted.is_fine) == ("connection", False)
