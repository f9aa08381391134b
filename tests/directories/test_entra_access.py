"""How Entra ID lets the reader in, what it then may read, and who is assigned to the application."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from axure_lifecycle.directories import refusals
from axure_lifecycle.directories.entra import open_entra
from axure_lifecycle.directories.entra_sign_in import examine_permissions, roles_of
from tests.directories.entra_reads import assigned, by_certificate, configured, read, settled, words
from tests.directories.vendors import faults
from tests.directories.vendors.entra import PERMISSIONS, EntraVendor
from tests.directories.vendors.entra_people import id_of
from tests.directories.vendors.keys import make_certificate, make_key, to_pem
from tests.directories.vendors.people import Assignment, Organisation, make_organisation
from tests.directories.vendors.serving import Served, serve
from tests.directories.vendors.wire import Ask, Page, Reply


@pytest.fixture(scope="module")
def entra() -> Iterator[Served[EntraVendor]]:
    with serve(EntraVendor(make_organisation(450))) as served:
        yield served


# --- the application ---


def with_assignments(direct: int, by_group: int) -> Organisation:
    staff = make_organisation(direct + by_group + 10)
    staff.assigned.clear()
    for number in range(direct + by_group):
        staff.assign(number, Assignment.USER if number < direct else Assignment.GROUP)
    return staff


def test_who_is_assigned_by_themselves_or_by_a_group_is_named() -> None:
    with serve(EntraVendor(with_assignments(1_005, 1_010), delta_page=999)) as served:
        entries, ending = read(*configured(served, app=True))
        changes, after = read(*configured(served, app=True), ending.cursor)
        pages = [each for each in served.vendor.asked if each.path.endswith(("/appRoleAssignedTo", "/members"))]

    assert assigned(entries) == {id_of(number) for number in range(2_015)}
    assert assigned(changes) == assigned(entries)
    assert (ending.assignments, after.assignments) == (True, True)
    assert {page.query["$top"] for page in pages} == {"999"}
    assert len(pages) == 8


def test_a_group_whose_members_may_not_be_read_leaves_open_who_is_not_assigned() -> None:
    granted = PERMISSIONS - {"GroupMember.Read.All"}
    with serve(EntraVendor(with_assignments(3, 2), granted=granted)) as served:
        entries, ending = read(*configured(served, app=True))

    assert assigned(entries) == {id_of(0), id_of(1), id_of(2)}
    assert ending.assignments is None
    (note,) = ending.totals.notes
    assert "“Axure people”" in note
    assert "GroupMember.Read.All" in note


def test_a_group_that_shows_no_members_leaves_open_who_is_not_assigned() -> None:
    class Hidden(EntraVendor):
        def members(self, ask: Ask) -> Reply | Page:
            return self.page(ask, (), None, "directoryObjects")

    with serve(Hidden(with_assignments(3, 2))) as served:
        _, ending = read(*configured(served, app=True))

    assert ending.assignments is None


def test_an_application_that_lets_everybody_in_is_noted() -> None:
    class Open(EntraVendor):
        def principal(self) -> Mapping[str, object]:
            return {**super().principal(), "appRoleAssignmentRequired": False}

    with serve(Open(with_assignments(3, 0))) as served:
        _, ending = read(*configured(served, app=True))

    assert ending.assignments is True
    assert ending.totals.notes == ("Entra lets everybody into Axure Cloud, assigned or not.",)


def test_an_application_that_is_not_there_is_refused(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again()
    settings, secret = configured(entra)
    for app in ("00000000-0000-4000-8000-000000000000", "x') or ('", "../../users"):
        with pytest.raises(refusals.DirectoryAppUnknown):
            read(replace(settings, app=app), secret)
    assert {each.path.split("(")[0] for each in entra.vendor.asked[-1:]} == {"/v1.0/servicePrincipals"}


def test_without_an_app_nothing_is_asked_about_apps(entra: Served[EntraVendor]) -> None:
    begin = len(entra.vendor.asked)
    entra.vendor.schedule.again()
    read(*configured(entra))
    assert not [each for each in entra.vendor.asked[begin:] if "servicePrincipals" in each.path]


# --- signing in ---


def test_a_certificate_signs_in_as_well(tmp_path: Path) -> None:
    with serve(EntraVendor(make_organisation(5))) as served:
        settings, key = by_certificate(served, tmp_path)
        entries, _ = read(settings, key)
        (certificate, *_) = open_entra(settings, key).examine()

    assert len(settled(entries)) == 5
    assert (certificate.about, certificate.is_fine, certificate.is_warning) == ("secret", True, True)
    ends = make_certificate("entra").not_valid_after_utc
    assert f"ends on {ends:%Y-%m-%d}" in certificate.sentence


def test_a_certificate_without_its_key_is_refused_before_anybody_is_asked(tmp_path: Path) -> None:
    with serve(EntraVendor(make_organisation(5))) as served:
        settings, key = by_certificate(served, tmp_path)
        broken = tmp_path / "broken.pem"
        broken.write_text("canary")
        cases = [
            (settings, "canary"),
            (settings, to_pem(make_key("mallory"))),
            (replace(settings, certificate=broken), key),
            (replace(settings, certificate=tmp_path / "nowhere.pem"), key),
            (replace(settings, certificate=None), key),
            (configured(served)[0], " \n"),
            (configured(served)[0], "two\nlines"),
        ]
        for wrong, secret in cases:
            with pytest.raises(refusals.SecretUnusable) as caught:
                open_entra(wrong, secret)
            assert "canary" not in str(caught.value)
            assert caught.value.__context__ is None

    assert served.vendor.asked == []


def test_entra_s_reason_for_refusing_is_told_without_the_secret() -> None:
    with serve(EntraVendor(make_organisation(5))) as served:
        settings, secret = configured(served)
        with pytest.raises(refusals.DirectorySignInRefused, match="AADSTS7000215: Invalid client secret") as caught:
            read(settings, "hunter2hunter2hunter2")
        assert "hunter2" not in str(caught.value)
        with pytest.raises(refusals.DirectorySignInRefused, match="AADSTS700016"):
            read(replace(settings, client_id="other"), secret)
        with pytest.raises(refusals.DirectorySignInRefused, match="AADSTS900023"):
            read(replace(settings, tenant="../common"), secret)
        served.vendor.registration.secret_is_expired = True
        assert words(settings, secret) == [("sign-in", False, False)]


def test_a_token_that_expires_in_the_middle_is_renewed(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again().at(4, faults.TokenExpired())
    before = entra.vendor.tokens.issued
    assert len(settled(read(*configured(entra))[0])) == 450
    assert entra.vendor.tokens.issued == before + 2


@pytest.mark.parametrize(
    ("missing", "named"), [("User.Read.All", r"User\.Read\.All"), ("Application.Read.All", r"Application\.Read\.All")]
)
def test_a_permission_that_was_not_granted_is_named(missing: str, named: str) -> None:
    with (
        serve(EntraVendor(make_organisation(5), granted=PERMISSIONS - {missing})) as served,
        pytest.raises(refusals.DirectoryPermissionMissing, match=named),
    ):
        read(*configured(served, app=True))


# --- doctor ---


def test_doctor_says_what_is_there_and_what_stands_in_the_way(entra: Served[EntraVendor]) -> None:
    entra.vendor.schedule.again()
    settings, secret = configured(entra, app=True, leave_dates=True)
    fine = open_entra(settings, secret).examine()
    unknown = words(replace(settings, app="00000000-0000-4000-8000-000000000000"), secret)

    assert [finding.sentence for finding in fine] == [
        "Entra let the app in.",
        f"Entra granted {', '.join(sorted(PERMISSIONS))}.",
        "Entra lists users.",
        "Entra tells what changes between two reads.",
        "Assignments to Axure Cloud are read.",
    ]
    assert unknown[-1] == ("app", False, False)
    with serve(EntraVendor(make_organisation(1)), trusted=False) as served:
        assert words(*configured(served)) == [("connection", False, False)]


def test_doctor_names_what_is_missing_and_what_goes_too_far() -> None:
    def about(*roles: str) -> list[tuple[str, bool, bool]]:
        found = examine_permissions(frozenset(roles), with_app=True, with_leave_dates=True)
        return [(each.sentence.split()[0], each.is_fine, each.is_warning) for each in found[1:]]

    assert about("User.Read.All") == [
        ("Application.Read.All", False, False),
        ("GroupMember.Read.All", True, True),
        ("User-LifeCycleInfo.Read.All", True, True),
    ]
    assert about("Directory.Read.All", "User-LifeCycleInfo.Read.All") == []
    assert about("Directory.ReadWrite.All", "User-LifeCycleInfo.Read.All") == [("Directory.ReadWrite.All", True, True)]
    (nothing,) = examine_permissions(frozenset(), with_app=False, with_leave_dates=False)
    assert not nothing.is_fine
    (untold,) = examine_permissions(None, with_app=False, with_leave_dates=False)
    assert (untold.is_fine, untold.is_warning) == (True, True)


def test_a_token_that_is_no_jwt_tells_no_roles() -> None:
    assert roles_of("Bearer opaque") is None
    assert roles_of("Bearer a.b.c") is None
