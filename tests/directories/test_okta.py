"""Okta, read from a server that behaves as Okta documents it."""

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jwt.algorithms import RSAAlgorithm

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.okta import OWNER_WARNING, open_okta
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.domain.directories import OktaSettings, SecretKind, SecretReference
from axure_lifecycle.domain.rosters import Assigned, DirectoryRow, RosterKind, Standing
from axure_lifecycle.ports.directories import DirectoryEntry, Ending
from axure_lifecycle.rosters import Material, read_roster
from tests.directories.vendors import faults, people
from tests.directories.vendors.asking import walk_okta
from tests.directories.vendors.keys import make_key, to_pem
from tests.directories.vendors.okta import OktaVendor, id_of
from tests.directories.vendors.people import Assignment, Organisation, Person, make_organisation
from tests.directories.vendors.serving import Served, serve
from tests.directories.vendors.wire import Page, Reply

SOMEWHERE = SecretReference(SecretKind.ENVIRONMENT, "OKTA_SECRET")


async def no_sleep(seconds: float) -> None:
    del seconds


PACE = Pace(sleep=no_sleep)


@pytest.fixture(scope="module")
def okta() -> Iterator[Served[OktaVendor]]:
    with serve(OktaVendor(make_organisation(250))) as served:
        yield served


def by_token(served: Served[OktaVendor], app: str | None = None) -> tuple[OktaSettings, str]:
    settings = OktaSettings(
        name="people", host=urlsplit(served.base).netloc, token=SOMEWHERE, app=app, ca_file=served.ca_file
    )
    return settings, served.vendor.ssws_token


def by_key(served: Served[OktaVendor], app: str | None = None) -> tuple[OktaSettings, str]:
    vendor = served.vendor
    settings, _ = by_token(served, app)
    settings = replace(settings, token=None, client_id=vendor.client_id, key=SOMEWHERE, key_id=vendor.kid)
    return settings, to_pem(vendor.key)


def read(settings: OktaSettings, secret: str, pace: Pace = PACE) -> tuple[list[DirectoryEntry], Ending]:
    with open_okta(settings, secret, pace).read(None, None, None) as reading:
        assert reading.is_full
        entries = [entry for batch in reading.batches() for entry in batch]
        return entries, reading.ending()


def settled(entries: list[DirectoryEntry]) -> Mapping[str, DirectoryRow]:
    """The people by their keys; of the same key the later entry counts."""
    return {entry.key: entry for entry in entries if isinstance(entry, DirectoryRow)}


def test_everybody_comes_with_the_words_of_okta() -> None:
    staff = [
        Person(1, "Ana", "Berg", "ana@people.example", mail="a.berg@people.example", aliases=("ana@home.example",)),
        Person(2, "Bo", "Costa", "bo@people.example", standing=people.Standing.DISABLED),
        Person(3, "Chidi", "Eze", "chidi@people.example", standing=people.Standing.SUSPENDED),
        Person(4, "Dagny", "Fox", "dagny@people.example", standing=people.Standing.STAGED),
        Person(5, "Elif", "Ito", "elif@people.example", standing=people.Standing.LOCKED),
        Person(6, "Farid", "Kaur", "farid@people.example", word="HIBERNATING"),
        Person(7, "Grace", "Diaz", "grace@people.example", moving_to="DEPROVISIONED"),
    ]
    with serve(OktaVendor(Organisation(staff))) as served:
        entries, ending = read(*by_token(served))

    found = settled(entries)
    assert {row.address: (row.standing, row.status) for row in found.values()} == {
        "a.berg@people.example": (Standing.ACTIVE, "ACTIVE"),
        "bo@people.example": (Standing.DEPROVISIONED, "DEPROVISIONED"),
        "chidi@people.example": (Standing.HOLD, "SUSPENDED"),
        "dagny@people.example": (Standing.ACTIVE, "STAGED"),
        "elif@people.example": (Standing.ACTIVE, "LOCKED_OUT"),
        "farid@people.example": (Standing.UNKNOWN, "HIBERNATING"),
        "grace@people.example": (Standing.ACTIVE, "ACTIVE (becoming DEPROVISIONED)"),
    }
    ana = found[id_of(1)]
    assert (ana.display_name, ana.aliases) == ("Ana Berg", ("ana@people.example", "ana@home.example"))
    assert (ending.cursor, ending.assignments, ending.scopes) == (None, None, ())
    assert ending.totals.columns == ("key", "address", "display_name", "standing", "status", "aliases")
    assert (ending.totals.form, ending.totals.rows, ending.totals.refused) == ("okta", 7, 0)


def test_many_pages_name_everybody_once_they_are_settled() -> None:
    with serve(OktaVendor(make_organisation(1_234, seed=3))) as served:
        entries, _ = read(*by_token(served))
        listed = [user["id"] for page in walk_okta(served, "/api/v1/users") for user in page]
        gone = walk_okta(served, '/api/v1/users?filter=status eq "DEPROVISIONED"')

    found = settled(entries)
    assert len(found) == 1_234
    assert {key for key, row in found.items() if row.standing is Standing.DEPROVISIONED} == {
        user["id"] for page in gone for user in page
    }
    assert set(listed) < set(found)


def test_the_wire_and_a_saved_file_agree(tmp_path: Path) -> None:
    staff = make_organisation(300, seed=9)
    staff.change(5, word="RECOVERY", given="=HYPERLINK()", moving_to="SUSPENDED")
    with serve(OktaVendor(staff)) as served:
        entries, _ = read(*by_token(served))
        pages = walk_okta(served, '/api/v1/users?filter=lastUpdated gt "1970-01-01T00:00:00.000Z"')
    file = tmp_path / "okta.json"
    file.write_text(json.dumps([user for page in pages for user in page]), encoding="utf-8")
    reading = read_roster(RosterKind.DIRECTORY, Material.file(file))
    saved = {row.key: row for batch in reading.batches() for row in batch if isinstance(row, DirectoryRow)}

    assert {key: row._replace(line=0) for key, row in settled(entries).items()} == {
        key: row._replace(line=0) for key, row in saved.items()
    }
    assert len(saved) == 300


def test_somebody_who_is_switched_off_or_on_during_the_read_is_in_it() -> None:
    staff = make_organisation(450)
    staff.disable(440)

    def during(organisation: Organisation) -> None:
        organisation.disable(2)
        organisation.enable(440)

    with serve(OktaVendor(staff)) as served:
        served.vendor.schedule.at(4, faults.Meanwhile(during))  # three pages of users, then the deprovisioned ones
        found = settled(read(*by_token(served))[0])
        questions = [asked.query.get("filter") for asked in served.vendor.asked_for_data()]

    assert questions[:4] == [None, None, None, 'status eq "DEPROVISIONED"']
    assert found[id_of(2)].standing is Standing.DEPROVISIONED
    assert found[id_of(440)].standing is Standing.ACTIVE
    assert len(found) == 450


def test_the_closing_question_goes_by_okta_s_clock() -> None:
    with serve(OktaVendor(make_organisation(3), clock_ahead=-7200)) as served:
        began = datetime.now(UTC).timestamp() - 7200
        read(*by_token(served))
        (*_, last) = served.vendor.asked_for_data()

    said = last.query["filter"]
    assert said.startswith('lastUpdated gt "')
    since = datetime.fromisoformat(said.split('"')[1]).timestamp()
    assert began - 360 < since < began - 240


def test_who_is_assigned_by_themselves_or_by_a_group_is_named() -> None:
    staff = make_organisation(700)
    staff.assigned.clear()
    for number in range(600):
        staff.assign(number, Assignment.GROUP if number % 2 else Assignment.USER)
    staff.disable(7)
    with serve(OktaVendor(staff)) as served:
        entries, ending = read(*by_key(served, served.vendor.app_id))
        pages = [asked for asked in served.vendor.asked_for_data() if asked.path.startswith("/api/v1/apps/")]

    assigned = {entry.key for entry in entries if isinstance(entry, Assigned)}
    assert assigned == {id_of(number) for number in range(600) if number != 7}
    assert ending.assignments is True
    assert ending.scopes == ("okta.apps.read", "okta.users.read")
    assert [page.query["limit"] for page in pages] == ["500", "500"]


def test_without_an_app_nothing_is_asked_about_apps() -> None:
    with serve(OktaVendor(make_organisation(5))) as served:
        entries, ending = read(*by_key(served))

    assert not any(isinstance(entry, Assigned) for entry in entries)
    assert (ending.assignments, ending.scopes) == (None, ("okta.users.read",))
    assert {asked.path for asked in served.vendor.asked} == {"/oauth2/v1/token", "/api/v1/users"}


def test_an_app_that_is_not_there_is_refused() -> None:
    with (
        serve(OktaVendor(make_organisation(5))) as served,
        pytest.raises(refusals.DirectoryAppUnknown, match="0oawrong"),
    ):
        read(*by_token(served, "0oawrong/../x"))


def test_people_without_an_address_are_left_out_and_counted() -> None:
    staff = make_organisation(5)
    staff.change(1, address="bot-1", mail=None, aliases=())
    staff.change(2, address="bot-2", mail=None, aliases=())
    with serve(OktaVendor(staff)) as served:
        entries, ending = read(*by_key(served))

    assert len(settled(entries)) == 3
    assert ending.totals.notes == ("2 users of Okta have no e-mail address and were left out.",)
    assert ending.totals.refused == 0


def test_a_name_that_nobody_can_print_keeps_nobody_unread() -> None:
    staff = make_organisation(3)
    staff.change(1, given="N\0UL\u202e", family="x" * 5000)
    with serve(OktaVendor(staff)) as served:
        row = settled(read(*by_token(served))[0])[id_of(1)]

    assert row.display_name is not None
    assert row.display_name.startswith("N␀UL⟨U+202E⟩ xxx")
    assert len(row.display_name) < 250


# --- signing in ---


def test_a_token_of_an_owner_works_and_is_warned_of() -> None:
    with serve(OktaVendor(make_organisation(5))) as served:
        _, ending = read(*by_token(served))
        findings = open_okta(*by_token(served)).examine()

    assert ending.totals.notes == (OWNER_WARNING,)
    assert [(finding.about, finding.is_fine, finding.is_warning) for finding in findings] == [
        ("sign-in", True, True),
        ("people", True, False),
    ]


def test_the_key_may_be_a_jwk_that_names_itself() -> None:
    with serve(OktaVendor(make_organisation(5))) as served:
        settings, _ = by_key(served)
        jwk = RSAAlgorithm.to_jwk(served.vendor.key, as_dict=True) | {"kid": served.vendor.kid}
        entries, _ = read(replace(settings, key_id=None), json.dumps(jwk))

    assert len(settled(entries)) == 5


def test_okta_s_reason_for_refusing_a_key_is_told() -> None:
    with serve(OktaVendor(make_organisation(5))) as served:
        settings, _ = by_key(served)
        with pytest.raises(refusals.DirectorySignInRefused, match="invalid_client: The client_assertion signature is"):
            read(settings, to_pem(make_key("mallory")))
        with pytest.raises(refusals.DirectorySignInRefused, match="JWT kid is invalid"):
            read(replace(settings, key_id="other"), to_pem(served.vendor.key))


@pytest.mark.parametrize("clock_ahead", [-50, 0, 1800])
def test_clocks_may_differ_a_little(clock_ahead: float) -> None:
    with serve(OktaVendor(make_organisation(5), clock_ahead=clock_ahead)) as served:
        settings, secret = by_key(served)
        if clock_ahead > 300:
            with pytest.raises(refusals.DirectorySignInRefused, match="expired"):
                read(settings, secret)
        else:
            assert len(settled(read(settings, secret)[0])) == 5


@pytest.mark.parametrize("missing", ["okta.users.read", "okta.apps.read"])
def test_a_permission_that_was_not_granted_is_named(missing: str) -> None:
    granted = frozenset({"okta.users.read", "okta.apps.read"} - {missing})
    with serve(OktaVendor(make_organisation(5), granted=granted, ssws_scopes=granted)) as served:
        for settings, secret in (by_key(served, served.vendor.app_id), by_token(served, served.vendor.app_id)):
            with pytest.raises(refusals.DirectoryPermissionMissing, match=missing.replace(".", r"\.")):
                read(settings, secret)


def test_a_secret_that_is_none_is_refused_before_anybody_is_asked() -> None:
    public = json.dumps(RSAAlgorithm.to_jwk(make_key("okta").public_key(), as_dict=True))
    with serve(OktaVendor(make_organisation(5))) as served:
        settings, secret = by_key(served)
        broken = ("", "no key", secret[:200], "[1]", '{"kty": "RSA", "d": "canary"}', '{"kty": "oct", "k": "canary"}')
        for text in (*broken, public):
            with pytest.raises(refusals.SecretUnusable) as caught:
                open_okta(settings, text)
            assert "canary" not in str(caught.value)
            assert caught.value.__context__ is None

    assert served.vendor.asked == []


def test_a_token_that_expires_in_the_middle_is_renewed() -> None:
    with serve(OktaVendor(make_organisation(700))) as served:
        served.vendor.schedule.at(3, faults.TokenExpired())
        entries, _ = read(*by_key(served))

    assert len(settled(entries)) == 700
    assert served.vendor.tokens.issued == 2


def test_a_token_is_renewed_before_it_ends() -> None:
    seconds = iter(range(0, 100_000, 1000))
    with serve(OktaVendor(make_organisation(700))) as served:
        entries, _ = read(*by_key(served), replace(PACE, now=lambda: next(seconds), deadline=1e6))
        refused = [asked for asked in served.vendor.asked if asked.fault]

    assert len(settled(entries)) == 700
    assert served.vendor.tokens.issued > 2
    assert refused == []


def test_a_fault_of_the_token_endpoint_is_tried_again_with_a_new_assertion() -> None:
    with serve(OktaVendor(make_organisation(5))) as served:
        served.vendor.schedule.at_token(1, faults.Broken(503), faults.Truncated(50), faults.Throttled())
        entries, _ = read(*by_key(served))

    assert len(settled(entries)) == 5


# --- what no Okta says ---


@pytest.mark.parametrize("number", [1, 2, 4, 5])
@pytest.mark.parametrize("shape", faults.Shape)
def test_json_of_another_shape_is_refused(shape: faults.Shape, number: int, okta: Served[OktaVendor]) -> None:
    okta.vendor.schedule.again().at(number, faults.WrongShape(shape))
    if shape in {faults.Shape.STRANGERS, faults.Shape.MISTYPED} and number == 4:
        return  # there is nobody on that page who could be mistaken
    with pytest.raises(refusals.DirectoryAnswerStrange):
        read(*by_token(okta, okta.vendor.app_id))


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_page_whose_links_were_taken_away_is_refused(number: int) -> None:
    """Everybody by two pages, whoever is deprovisioned, whoever changed meanwhile, whoever is assigned."""
    with serve(Stripped(make_organisation(250))) as okta:
        read(*by_token(okta, okta.vendor.app_id))
        okta.vendor.bare = okta.vendor.pages + number
        with pytest.raises(refusals.DirectoryAnswerStrange, match="a page without a link to itself"):
            read(*by_token(okta, okta.vendor.app_id))
        assert okta.vendor.bare <= okta.vendor.pages


class Stripped(OktaVendor):
    """Okta behind something that takes the links of one page away."""

    pages: int = 0
    bare: int = 0
    """Which page that is, counted from the first of all."""

    def written(self, page: Page) -> Reply:
        self.pages += 1
        reply = super().written(page)
        kept = tuple(item for item in reply.headers if self.pages != self.bare or item[0] != "link")
        return replace(reply, headers=kept)


def test_doctor_says_what_stands_in_the_way() -> None:
    with serve(OktaVendor(make_organisation(5)), trusted=False) as served:
        (untrusted,) = open_okta(*by_key(served)).examine()
    with serve(OktaVendor(make_organisation(5))) as served:
        app = served.vendor.app_id
        fine = open_okta(*by_key(served, app)).examine()
        wrong = open_okta(by_key(served)[0], to_pem(make_key("mallory"))).examine()
        unknown = open_okta(*by_key(served, "0oawrong")).examine()

    assert (untrusted.about, untrusted.is_fine) == ("connection", False)
    assert [finding.sentence for finding in fine] == [
        "Okta granted okta.apps.read, okta.users.read.",
        "Okta lists users, deprovisioned ones too, as far as the admin role of the reader reaches.",
        "Assignments to Axure Cloud are read.",
    ]
    assert [(finding.about, finding.is_fine) for finding in wrong] == [("sign-in", False)]
    assert [(finding.about, finding.is_fine) for finding in unknown] == [
        ("sign-in", True),
        ("people", True),
        ("app", False),
    ]


def test_a_read_that_is_left_leaves_no_thread_behind(okta: Served[OktaVendor]) -> None:
    okta.vendor.schedule.again().at(2, faults.SlowDrip(piece=1, pause=0.02))
    before = set(threading.enumerate())
    with open_okta(*by_token(okta)).read(None, None, None) as reading:
        next(reading.batches())

    assert set(threading.enumerate()) <= before
