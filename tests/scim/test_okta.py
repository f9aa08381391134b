"""What Okta sends: the shapes of its SPEC and CRUD suites and of its group push.

Written anew from its public documentation, read on 2026-11-30:

- https://developer.okta.com/docs/guides/build-provisioning-integration/test-scim-api/ (the SPEC suite for SCIM 2.0)
- https://developer.okta.com/docs/guides/build-provisioning-integration/test-scim-app/ (the CRUD suite: Okta never
  deletes somebody, it deactivates)
- https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20 (the requests, groups included)
"""

import uuid

import pytest

from tests.scim.conftest import Pushed
from tests.scim.pushing import ERROR, GROUP, LIST, USER, Idp


@pytest.fixture
def okta(pushed: Pushed) -> Idp:
    """Okta, as it pushes to a real server."""
    return pushed.idp("okta-push")


@pytest.fixture
def name() -> str:
    """Somebody whom nobody pushed before."""
    return f"okta.{uuid.uuid4().hex[:12]}@acme.example"


def profile(name: str, **more: object) -> dict[str, object]:
    """A person as Okta's suite makes one, a password included."""
    return {
        "schemas": [USER],
        "userName": name,
        "name": {"givenName": "Bárbara", "familyName": "O’Neill"},
        "emails": [{"primary": True, "value": name, "type": "work"}],
        "displayName": "Bárbara O’Neill",
        "locale": "en-US",
        "externalId": f"00u{name[5:17]}",
        "groups": [],
        "password": "Kv7J2LEa",
        "active": True,
        **more,
    }


def test_the_steps_of_the_spec_suite_in_their_order(pushed: Pushed, name: str) -> None:
    okta = pushed.idp("okta-spec")
    okta.create(f"somebody.{name}", name={"givenName": "A", "familyName": "B"}, emails=[{"value": name}])

    first = okta.get("/Users?count=1&startIndex=1")
    assert (first.status, first["schemas"]) == (200, [LIST])
    assert first.headers["content-type"].startswith("application/scim+json")
    assert (first["itemsPerPage"], first["startIndex"]) == (1, 1)
    assert first["totalResults"] >= 1
    [somebody] = first["Resources"]
    assert {"id", "userName", "active", "name", "emails"} <= set(somebody)

    again = okta.get(f"/Users/{somebody['id']}")
    assert (again.status, again["id"], again["userName"]) == (200, somebody["id"], somebody["userName"])

    nobody = okta.get('/Users?filter=userName eq "abcdefgh@atko.example"')
    assert (nobody.status, nobody["totalResults"], nobody["schemas"]) == (200, 0, [LIST])
    unknown = okta.get("/Users/010101001010101011001010101011")
    assert (unknown.status, unknown["schemas"], unknown["status"]) == (404, [ERROR], "404")
    assert unknown["detail"]

    assert okta.named(name) == []
    made = okta.post("/Users", profile(name))
    assert (made.status, made["active"], made["userName"]) == (201, True, name)
    assert made["name"] == {"givenName": "Bárbara", "familyName": "O’Neill"}
    assert USER in made["schemas"]
    assert made.headers["location"] == f"{pushed.served.url}/scim/v2/Users/{made['id']}"
    assert "password" not in made.body

    read = okta.get(f"/Users/{made['id']}")
    assert (read["userName"], read["name"]["familyName"]) == (name, "O’Neill")
    twice = okta.post("/Users", profile(name))
    assert (twice.status, twice["schemas"], twice["scimType"]) == (409, [ERROR], "uniqueness")
    assert [one["id"] for one in okta.named(name.upper())] == [made["id"]]
    assert okta.get("/Groups").status == 200

    refused = pushed.stranger(None, "127.0.0.20").get(f'/Users?filter=userName eq "{name}"')
    assert (refused.status, refused["schemas"], refused["status"]) == (401, [ERROR], "401")
    assert refused["detail"]
    lost = okta.get("/Users/00919288221112222")
    assert (lost.status, lost["schemas"], lost["status"]) == (404, [ERROR], "404")


def test_the_steps_of_the_crud_suite_and_a_deactivated_person_is_still_found(okta: Idp, name: str) -> None:
    person = okta.post("/Users", profile(name))["id"]
    full = okta.get(f"/Users/{person}").body
    changed = okta.put(f"/Users/{person}", {**full, "name": {"givenName": "Anna", "familyName": "O’Neill"}})
    assert (changed.status, changed["name"]["givenName"], changed["active"]) == (200, "Anna", True)

    off = okta.patch(f"/Users/{person}", {"op": "replace", "value": {"active": False}})
    assert (off.status, off["active"]) == (200, False)
    assert [one["active"] for one in okta.named(name)] == [False]
    assert okta.get(f"/Users/{person}")["active"] is False

    on = okta.patch(f"/Users/{person}", {"op": "replace", "value": {"active": True}})
    assert on["active"] is True
    unassigned = okta.put(f"/Users/{person}", {**full, "active": False})
    assert (unassigned.status, unassigned["active"]) == (200, False)


def test_group_push_renames_adds_removes_and_replaces(okta: Idp, name: str) -> None:
    one, two, three = (okta.create(f"{number}.{name}") for number in range(3))
    made = okta.post("/Groups", {"schemas": [GROUP], "displayName": f"Design {name}", "members": [{"value": one}]})
    assert (made.status, [member["value"] for member in made["members"]]) == (201, [one])
    group = f"/Groups/{made['id']}"

    renamed = okta.patch(group, {"op": "replace", "value": {"id": made["id"], "displayName": f"Design 2 {name}"}})
    assert renamed.status in (200, 204)
    moved = okta.patch(
        group,
        {"op": "remove", "path": f'members[value eq "{one}"]'},
        {"op": "add", "path": "members", "value": [{"value": two, "display": f"1.{name}"}]},
    )
    assert moved.status in (200, 204)
    read = okta.get(group)
    assert (read["displayName"], [member["value"] for member in read["members"]]) == (f"Design 2 {name}", [two])
    assert [one["display"] for one in okta.get(f"/Users/{two}")["groups"]] == [f"Design 2 {name}"]

    assert okta.patch(group, {"op": "replace", "path": "members", "value": [{"value": three}]}).status in (200, 204)
    assert [member["value"] for member in okta.get(group)["members"]] == [three]
    found = okta.get(f'/Groups?filter=displayName eq "design 2 {name}"&startIndex=1&count=100')
    assert [one["id"] for one in found["Resources"]] == [made["id"]]
    assert okta.delete(group).status == 204
    assert (okta.get(group).status, okta.get(f"/Users/{three}").body.get("groups")) == (404, None)


def test_no_password_is_kept(pushed: Pushed, okta: Idp, name: str) -> None:
    person = okta.post("/Users", profile(name, password="S3cret-of-nobody"))["id"]
    assert okta.patch(f"/Users/{person}", {"op": "replace", "value": {"password": "An0ther-of-nobody"}}).status == 200
    kept = b"".join(file.read_bytes() for file in pushed.home.rglob("*") if file.is_file())
    assert name.encode() in kept
    assert b"S3cret-of-nobody" not in kept
    assert b"An0ther-of-nobody" not in kept
