"""The loopback Entra and Graph behave as Microsoft documents them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes

from tests.directories.vendors.asking import ask, entra_form, graph, make_staff, post, walk_graph, with_certificate
from tests.directories.vendors.entra import PERMISSIONS, EntraVendor, LeaveDate
from tests.directories.vendors.entra_delta import Expiry
from tests.directories.vendors.entra_people import id_of
from tests.directories.vendors.keys import to_thumbprint
from tests.directories.vendors.people import Assignment, Organisation, make_person
from tests.directories.vendors.serving import Served, serve


@pytest.fixture
def organisation() -> Organisation:
    return make_staff()


@pytest.fixture
def entra(organisation: Organisation) -> Iterator[Served[EntraVendor]]:
    with serve(EntraVendor(organisation)) as served:
        yield served


def test_graph_returns_accounts_state_only_when_it_is_selected(entra: Served[EntraVendor]) -> None:
    plain = graph(entra, "/v1.0/users?$top=1").json()["value"][0]
    chosen = graph(entra, "/v1.0/users?$top=1&$select=id,accountEnabled,employeeLeaveDateTime").json()["value"][0]

    assert {"accountEnabled", "employeeId", "employeeLeaveDateTime"}.isdisjoint(plain)
    assert chosen == {"id": id_of(0), "accountEnabled": True, "employeeLeaveDateTime": None}


def test_graph_pages_by_100_and_refuses_more_than_999(entra: Served[EntraVendor]) -> None:
    assert [len(page) for page in walk_graph(entra, "/v1.0/users")[0]] == [100, 100, 50]
    assert [len(page) for page in walk_graph(entra, "/v1.0/users?$top=999")[0]] == [250]
    reply = graph(entra, "/v1.0/users?$top=1000")
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "Request_UnsupportedQuery")


def test_graph_gives_fewer_users_a_page_with_their_sign_ins(organisation: Organisation) -> None:
    with serve(EntraVendor(organisation, granted=PERMISSIONS | {"AuditLog.Read.All"})) as served:
        pages, _ = walk_graph(served, "/v1.0/users?$top=999&$select=id,signInActivity")
    with serve(EntraVendor(organisation)) as served:
        reply = graph(served, "/v1.0/users?$select=id,signInActivity")

    assert [len(page) for page in pages] == [120, 120, 10]
    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "Authorization_RequestDenied")


def test_graph_hides_or_refuses_the_leave_date_without_its_permission(organisation: Organisation) -> None:
    organisation.change(0, leaves_at=datetime(2027, 1, 31, tzinfo=UTC))
    path = "/v1.0/users?$top=1&$select=employeeLeaveDateTime"
    less = PERMISSIONS - {"User-LifeCycleInfo.Read.All"}
    with serve(EntraVendor(organisation)) as served:
        told = graph(served, path)
    with serve(EntraVendor(organisation, granted=less)) as served:
        hidden = graph(served, path)
    with serve(EntraVendor(organisation, granted=less, leave_date=LeaveDate.FORBIDDEN)) as served:
        refused = graph(served, path)

    assert told.json()["value"][0]["employeeLeaveDateTime"] == "2027-01-31T00:00:00Z"
    assert hidden.json()["value"][0]["employeeLeaveDateTime"] is None
    assert refused.status_code == 403


def test_graph_refuses_what_a_collection_cannot_return(entra: Served[EntraVendor]) -> None:
    assert graph(entra, "/v1.0/users?$select=skills").status_code == 501
    assert graph(entra, "/v1.0/users?$select=shoeSize").status_code == 400
    assert graph(entra, "/v1.0/users?$skip=10").status_code == 400


def test_graph_says_when_a_page_token_has_expired(entra: Served[EntraVendor]) -> None:
    following = graph(entra, "/v1.0/users").json()["@odata.nextLink"]
    entra.vendor.expire_page_tokens()

    reply = graph(entra, following)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "Directory_ExpiredPageToken")


def test_graph_lists_who_is_assigned_directly_and_the_group(entra: Served[EntraVendor]) -> None:
    entra.vendor.organisation.assign(1, Assignment.GROUP)
    by_id, _ = walk_graph(entra, f"/v1.0/servicePrincipals/{entra.vendor.principal_id}/appRoleAssignedTo?$top=50")
    by_app, _ = walk_graph(entra, f"/v1.0/servicePrincipals(appId='{entra.vendor.app_id}')/appRoleAssignedTo?$top=50")
    members = graph(entra, f"/v1.0/groups/{entra.vendor.group_id}/members").json()["value"]

    assert by_id == by_app
    assert [row["principalType"] for page in by_id for row in page] == ["User"] * 84 + ["Group"]
    assert [member["id"] for member in members] == [id_of(1)]


def test_graph_keeps_the_disabled_assigned_and_the_deleted_in_the_bin(entra: Served[EntraVendor]) -> None:
    entra.vendor.organisation.delete(6)
    rows, _ = walk_graph(entra, f"/v1.0/servicePrincipals/{entra.vendor.principal_id}/appRoleAssignedTo")
    (deleted,) = graph(entra, "/v1.0/directory/deletedItems/microsoft.graph.user?$select=id,mail").json()["value"]
    assigned = {row["principalId"] for page in rows for row in page}

    assert id_of(3) in assigned
    assert id_of(6) not in assigned
    assert deleted["id"] == id_of(6)
    assert deleted["deletedDateTime"]
    assert graph(entra, f"/v1.0/users/{id_of(6)}").json()["error"]["code"] == "Request_ResourceNotFound"


def test_graph_refuses_what_is_not_permitted(organisation: Organisation) -> None:
    with serve(EntraVendor(organisation, granted=frozenset({"User.Read.All"}))) as served:
        reply = graph(served, f"/v1.0/servicePrincipals/{served.vendor.principal_id}/appRoleAssignedTo")

    assert (reply.status_code, reply.json()["error"]["code"]) == (403, "Authorization_RequestDenied")


def test_graph_tells_an_expired_token_and_names_every_request(entra: Served[EntraVendor]) -> None:
    token = entra.vendor.tokens.issue(PERMISSIONS, "reader")
    assert ask(entra, "/v1.0/users?$top=1", f"Bearer {token}").headers["request-id"]
    entra.vendor.tokens.expire()

    for credential in (f"Bearer {token}", "Bearer wrong", ""):
        reply = ask(entra, "/v1.0/users", credential)
        assert (reply.status_code, reply.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")


def test_entra_gives_a_token_for_a_secret_and_for_a_certificate(entra: Served[EntraVendor]) -> None:
    path = f"/{entra.vendor.tenant}/oauth2/v2.0/token"
    new = {"x5t#S256": to_thumbprint(entra.vendor.certificate, hashes.SHA256())}
    old = {"x5t": to_thumbprint(entra.vendor.certificate, hashes.SHA1())}

    for form in (
        entra_form(entra),
        with_certificate(entra, "PS256", new),
        with_certificate(entra, "RS256", old),
    ):
        given = post(entra, path, form)
        assert given.status_code == 200, given.text
        assert ask(entra, "/v1.0/users?$top=1", f"Bearer {given.json()['access_token']}").status_code == 200


def test_entra_names_what_is_wrong_by_number(entra: Served[EntraVendor]) -> None:
    path = f"/{entra.vendor.tenant}/oauth2/v2.0/token"
    wrong = with_certificate(entra, "PS256", {"x5t#S256": "AAAA"})
    cases = [
        (path, entra_form(entra, client_secret="wrong"), 401, "invalid_client", 7000215),
        (path, entra_form(entra, client_id="wrong"), 400, "unauthorized_client", 700016),
        (path, entra_form(entra, scope="User.Read.All"), 400, "invalid_scope", 70011),
        (path, entra_form(entra, grant_type="password"), 400, "unsupported_grant_type", 70003),
        (path, wrong, 401, "invalid_client", 700027),
        ("/other/oauth2/v2.0/token", entra_form(entra), 400, "invalid_request", 900023),
    ]
    for where, form, status, error, number in cases:
        reply = post(entra, where, form)
        assert (reply.status_code, reply.json()["error"], reply.json()["error_codes"]) == (status, error, [number])
        assert reply.json()["error_description"].startswith(f"AADSTS{number}: ")


def test_a_first_delta_lists_everybody_once_in_no_order(entra: Served[EntraVendor]) -> None:
    pages, link = walk_graph(entra, "/v1.0/users/delta?$select=userPrincipalName,accountEnabled")
    names = [user["userPrincipalName"] for page in pages for user in page]

    assert link is not None
    assert [len(page) for page in pages] == [100, 100, 50]
    assert len(set(names)) == 250
    assert names != sorted(names, key=lambda name: int(name.split(".")[2].split("@")[0]))


def test_a_later_delta_names_changed_added_removed_and_purged_people_and_nobody_else(
    entra: Served[EntraVendor],
) -> None:
    _, link = walk_graph(entra, "/v1.0/users/delta?$select=userPrincipalName,accountEnabled,mail")
    organisation = entra.vendor.organisation
    organisation.disable(10)
    organisation.change(11, seen_at=datetime.now(UTC))
    organisation.change(12, mail=None)
    organisation.delete(13)
    organisation.purge(14)
    organisation.add(make_person(500))

    pages, again = walk_graph(entra, str(link))
    rows = {row["id"]: row for page in pages for row in page}
    assert rows.keys() == {id_of(number) for number in (10, 12, 13, 14, 500)}
    assert rows[id_of(10)]["accountEnabled"] is False
    assert rows[id_of(12)]["mail"] is None
    assert rows[id_of(13)] == {"id": id_of(13), "@removed": {"reason": "changed"}}
    assert rows[id_of(14)] == {"id": id_of(14), "@removed": {"reason": "deleted"}}
    assert walk_graph(entra, str(again))[0] == [[]]
    assert {row["id"] for page in walk_graph(entra, str(link))[0] for row in page} == rows.keys()


def test_a_delta_with_minimal_rows_shows_only_what_changed(entra: Served[EntraVendor]) -> None:
    _, link = walk_graph(entra, "/v1.0/users/delta?$select=userPrincipalName,accountEnabled")
    entra.vendor.organisation.disable(10)

    pages, _ = walk_graph(entra, str(link), prefer="return=minimal")
    assert pages == [[{"id": id_of(10), "accountEnabled": False}]]


def test_a_change_during_a_delta_is_never_lost(entra: Served[EntraVendor]) -> None:
    first = graph(entra, "/v1.0/users/delta?$select=accountEnabled").json()
    entra.vendor.organisation.disable(10)
    pages, link = walk_graph(entra, first["@odata.nextLink"])
    later, _ = walk_graph(entra, str(link))

    assert pages
    assert [row for page in later for row in page] == [{"id": id_of(10), "accountEnabled": False}]


def test_a_delta_may_replay_people(entra: Served[EntraVendor]) -> None:
    entra.vendor.delta.replays = 30
    pages, _ = walk_graph(entra, "/v1.0/users/delta")

    rows = [row["id"] for page in pages for row in page]
    assert (len(rows), len(set(rows))) == (280, 250)


def test_a_delta_takes_its_parameters_only_in_the_first_request(entra: Served[EntraVendor]) -> None:
    following = graph(entra, "/v1.0/users/delta?$select=mail").json()["@odata.nextLink"]

    assert graph(entra, f"{following}&$select=mail").status_code == 400
    assert graph(entra, "/v1.0/users/delta?$top=10").status_code == 400
    assert graph(entra, "/v1.0/users/delta?$deltatoken=latest").json()["value"] == []


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        (Expiry.GONE_WITH_LOCATION, 410, "resyncRequired"),
        (Expiry.GONE, 410, "resyncRequired"),
        (Expiry.SYNC_STATE_NOT_FOUND, 400, "syncStateNotFound"),
        (Expiry.SYNC_STATE_NOT_FOUND_GONE, 410, "SyncStateNotFound"),
    ],
)
def test_an_expired_delta_must_start_anew(entra: Served[EntraVendor], how: Expiry, status: int, code: str) -> None:
    _, link = walk_graph(entra, "/v1.0/users/delta")
    entra.vendor.delta.expire(how)

    reply = graph(entra, str(link))
    assert (reply.status_code, reply.json()["error"]["code"]) == (status, code)
    assert ("location" in reply.headers) == (how is Expiry.GONE_WITH_LOCATION)


def test_a_delta_link_lives_seven_days(entra: Served[EntraVendor]) -> None:
    _, link = walk_graph(entra, "/v1.0/users/delta")
    entra.vendor.clock_ahead = timedelta(days=7, minutes=1).total_seconds()

    assert graph(entra, str(link)).status_code == 410
