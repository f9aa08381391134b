"""The loopback Directory API behaves as Google documents it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from tests.directories.vendors.asking import ask, directory, google_form, make_staff, post, walk_google
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.people import Organisation, Standing, make_person
from tests.directories.vendors.serving import Served, serve


@pytest.fixture
def organisation() -> Organisation:
    return make_staff()


@pytest.fixture
def google(organisation: Organisation) -> Iterator[Served[GoogleVendor]]:
    with serve(GoogleVendor(organisation)) as served:
        yield served


def test_google_pages_by_100_and_at_most_500(google: Served[GoogleVendor]) -> None:
    for number in range(250, 600):
        google.vendor.organisation.add(make_person(number))

    assert [len(page) for page in walk_google(google, "customer=my_customer")] == [100] * 6
    assert [len(page) for page in walk_google(google, "customer=my_customer&maxResults=9999")] == [500, 100]
    assert directory(google, "maxResults=5").status_code == 400


def test_google_shows_the_deleted_apart_and_for_20_days(google: Served[GoogleVendor]) -> None:
    google.vendor.organisation.delete(8)
    google.vendor.organisation.delete(9, at=datetime.now(UTC) - timedelta(days=21))
    present = [user["primaryEmail"] for page in walk_google(google, "customer=my_customer") for user in page]
    ((deleted,),) = walk_google(google, "customer=my_customer&showDeleted=true")

    assert len(present) == 248
    assert deleted["primaryEmail"] == make_person(8).address
    assert deleted["deletionTime"]


def test_google_leaves_the_users_out_of_a_page_without_people() -> None:
    with serve(GoogleVendor(Organisation())) as served:
        assert "users" not in directory(served, "customer=my_customer").json()


def test_google_tells_suspended_archived_aliases_and_who_never_signed_in(google: Served[GoogleVendor]) -> None:
    google.vendor.organisation.change(
        0, standing=Standing.SUSPENDED, is_archived=True, aliases=("ana@people.example",), seen_at=None
    )
    user = directory(google, "customer=my_customer&maxResults=1").json()["users"][0]

    assert (user["suspended"], user["archived"], user["suspensionReason"]) == (True, True, "ADMIN")
    assert user["aliases"] == ["ana@people.example"]
    assert user["lastLoginTime"] == "1970-01-01T00:00:00.000Z"


def test_google_shows_the_fields_that_are_asked_for(google: Served[GoogleVendor]) -> None:
    query = "customer=my_customer&maxResults=1&fields=nextPageToken,users(primaryEmail,name/fullName,suspended)"

    assert directory(google, query).json()["users"][0].keys() == {"primaryEmail", "name", "suspended"}


def test_google_refuses_a_page_token_of_another_question_or_age(google: Served[GoogleVendor]) -> None:
    token = directory(google, "customer=my_customer").json()["nextPageToken"]

    assert directory(google, f"customer=my_customer&pageToken={token}").status_code == 200
    for query in (f"customer=my_customer&orderBy=email&pageToken={token}", "customer=my_customer&pageToken=x"):
        assert directory(google, query).json()["error"]["errors"][0]["reason"] == "invalid"


def test_in_googles_order_by_address_a_renamed_person_can_come_twice(google: Served[GoogleVendor]) -> None:
    query = "customer=my_customer&orderBy=email"
    first = directory(google, query).json()
    google.vendor.organisation.change(0, address="zz@people.example")
    rest = walk_google(google, f"{query}&pageToken={first['nextPageToken']}")

    seen = [user["id"] for page in [first["users"], *rest] for user in page]
    assert len(seen) == len(set(seen)) + 1


def test_google_says_who_may_not_read(google: Served[GoogleVendor]) -> None:
    plain = directory(google, "customer=my_customer", sub=google.vendor.plain)
    missing = ask(google, "/admin/directory/v1/users?customer=my_customer")
    wrong = ask(google, "/admin/directory/v1/users?customer=my_customer", "Bearer wrong")

    assert (plain.status_code, plain.json()["error"]["errors"][0]["reason"]) == (403, "forbidden")
    assert [reply.json()["error"]["errors"][0]["reason"] for reply in (missing, wrong)] == ["required", "authError"]
    assert {missing.status_code, wrong.status_code} == {401}


@pytest.mark.parametrize(
    ("key", "claims", "status", "error"),
    [
        ("google", {"scope": "https://www.googleapis.com/auth/drive"}, 401, "unauthorized_client"),
        ("google", {"sub": "nobody@people.example"}, 400, "invalid_grant"),
        ("google", {"iss": "other@vendor-project.iam.example"}, 400, "invalid_grant"),
        ("google", {"aud": "https://people.example/token"}, 400, "invalid_grant"),
        ("google", {"exp": 4102444800}, 400, "invalid_grant"),
        ("google", {"iat": 1, "exp": 2}, 400, "invalid_grant"),
        ("mallory", {}, 400, "invalid_grant"),
    ],
)
def test_google_says_what_is_wrong_with_an_assertion(
    google: Served[GoogleVendor], key: str, claims: Mapping[str, object], status: int, error: str
) -> None:
    reply = post(google, "/token", google_form(google, claims, key))

    assert (reply.status_code, reply.json()["error"]) == (status, error)
