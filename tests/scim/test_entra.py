"""What Microsoft Entra sends: the cycles of its provisioning service and the steps of its validator.

Written anew from its public documentation: Microsoft Learn "Develop and plan provisioning for a SCIM endpoint in
Microsoft Entra ID" (sample requests), "Known issues and resolutions with SCIM 2.0 protocol compliance" (with and
without the feature flag aadOptscim062020) and "Use the SCIM validator".
"""

import uuid

import pytest

from tests.scim.conftest import Pushed
from tests.scim.pushing import ENTERPRISE, GROUP, LIST, USER, Idp

AD_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"


@pytest.fixture
def entra(pushed: Pushed) -> Idp:
    """Entra, as it pushes to a real server."""
    return pushed.idp("entra")


@pytest.fixture
def name() -> str:
    """Somebody whom nobody pushed before."""
    return f"Test_User_{uuid.uuid4()}"


def profile(name: str) -> dict[str, object]:
    """A person as Entra makes one."""
    return {
        "schemas": [USER, ENTERPRISE],
        "externalId": f"ext-{name}",
        "userName": name,
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": f"{name}@acme.example"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": "givenName familyName", "familyName": "familyName", "givenName": "givenName"},
        "roles": [],
    }


def test_the_cycle_of_a_person(entra: Idp, name: str) -> None:
    absent = entra.get('/Users?filter=userName eq "non-existent user"')
    assert (absent.status, absent["schemas"], absent["totalResults"]) == (200, [LIST], 0)
    made = entra.post("/Users", profile(name))
    assert (made.status, made["userName"], made["externalId"]) == (201, name, f"ext-{name}")
    person = f"/Users/{made['id']}"

    for asked in (
        f'userName eq "{name.upper()}"',
        f'externalId eq "ext-{name}"',
        f'emails[type eq "work"].value eq "{name}@acme.example"',
        f'userName eq "{name}" and active eq true',
    ):
        found = entra.get(f"/Users?filter={asked}")
        assert [one["id"] for one in found["Resources"]] == [made["id"]], asked

    several = entra.patch(
        person,
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": f"new.{name}@acme.example"},
        {"op": "Replace", "path": "name.familyName", "value": "updatedFamilyName"},
    )
    assert several.status == 200
    assert several["emails"] == [{"primary": True, "type": "work", "value": f"new.{name}@acme.example"}]
    assert several["name"]["familyName"] == "updatedFamilyName"
    renamed = entra.patch(person, {"op": "Replace", "path": "userName", "value": f"5b50642d.{name}"})
    assert (renamed.status, renamed["userName"]) == (200, f"5b50642d.{name}")

    wrapped = entra.patch(person, {"op": "Replace", "path": "displayName", "value": [{"value": "Wrapped"}]})
    assert wrapped["displayName"] == "Wrapped"

    off = entra.patch(person, {"op": "Replace", "path": "active", "value": "False"})
    assert (off.status, off["active"]) == (200, False)
    assert [one["active"] for one in entra.named(f"5b50642d.{name}")] == [False]
    assert entra.patch(person, {"op": "replace", "path": "active", "value": "True"})["active"] is True
    assert entra.delete(person).status == 204
    assert (entra.get(person).status, entra.delete(person).status) == (404, 404)
    assert entra.named(f"5b50642d.{name}") == []
    assert entra.post("/Users", profile(f"5b50642d.{name}")).status == 201


def test_patches_with_the_feature_flag_and_without_it_mean_the_same(entra: Idp, name: str) -> None:
    one, two = (f"/Users/{entra.post('/Users', profile(f'{number}{name}'))['id']}" for number in "ab")
    number = f"{ENTERPRISE}:employeeNumber"
    without = entra.patch(
        one,
        {"op": "Replace", "path": "displayName", "value": "Pvlo"},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "pvlo@acme.example"},
        {"op": "Replace", "path": "name.givenName", "value": "Gtfd"},
        {"op": "Add", "path": "nickName", "value": "Babs"},
        {"op": "Replace", "path": number, "value": "Eqpj"},
    )
    flagged = entra.patch(
        f"{two}?aadOptscim062020",
        {"op": "replace", "path": 'emails[type eq "work"].value', "value": "pvlo@acme.example"},
        {"op": "replace", "value": {"displayName": "Pvlo", "name.givenName": "Gtfd", number: "Eqpj"}},
        {"op": "add", "path": "nickName", "value": "Babs"},
    )
    assert (without.status, flagged.status) == (200, 200)
    kept = ("displayName", "emails", "name", "nickName", ENTERPRISE)
    assert [without[key] for key in kept] == [flagged[key] for key in kept]
    assert without[ENTERPRISE]["employeeNumber"] == "Eqpj"


def test_adds_to_an_entry_that_nobody_has_yet_make_it(entra: Idp, name: str) -> None:
    person = f"/Users/{entra.create(name)}"
    added = entra.patch(
        person,
        {"op": "Add", "path": 'phoneNumbers[type eq "mobile"].value', "value": "+31 6 1234"},
        {"op": "Add", "path": 'addresses[type eq "work"].country', "value": "NL"},
        {"op": "Add", "path": 'addresses[type eq "work"].locality', "value": "Delft"},
        {"op": "Add", "value": {'emails[type eq "work"].value': "w@acme.example", "title": "Lead"}},
    )
    assert added.status == 200
    assert added["phoneNumbers"] == [{"type": "mobile", "value": "+31 6 1234"}]
    assert added["addresses"] == [{"type": "work", "country": "NL", "locality": "Delft"}]
    assert (added["emails"], added["title"]) == ([{"type": "work", "value": "w@acme.example"}], "Lead")


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "271"},
        {"op": "Replace", "path": f"{ENTERPRISE}:manager.value", "value": "271"},
        {"op": "Add", "value": {f"{ENTERPRISE}:manager": "271"}},
        {"op": "Add", "value": {ENTERPRISE: {"manager": "271"}}},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": {"value": "271"}},
    ],
)
def test_a_manager_comes_as_a_bare_id_or_as_an_object_and_goes_again(
    entra: Idp, name: str, operation: dict[str, object]
) -> None:
    person = f"/Users/{entra.create(name)}"
    managed = entra.patch(person, operation, {"op": "Add", "path": "title", "value": "Designer"})
    assert (managed.status, managed["title"]) == (200, "Designer")
    assert managed[ENTERPRISE]["manager"]["value"] == "271"
    alone = entra.patch(person, {"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": ""})
    assert "manager" not in alone.body.get(ENTERPRISE, {})


def test_the_cycle_of_a_group(entra: Idp, name: str) -> None:
    one, two = (entra.create(f"{number}{name}") for number in "ab")
    made = entra.post(
        "/Groups",
        {
            "schemas": [GROUP, AD_GROUP],
            "externalId": f"ext-{name}",
            "displayName": name,
            "meta": {"resourceType": "Group"},
        },
    )
    assert (made.status, made["displayName"]) == (201, name)
    group = f"/Groups/{made['id']}"
    found = entra.get(f'/Groups?excludedAttributes=members&filter=displayName eq "{name}"')
    assert [one["id"] for one in found["Resources"]] == [made["id"]]

    for person in (one, two):
        added = entra.patch(group, {"op": "Add", "path": "members", "value": [{"$ref": None, "value": person}]})
        assert added.status == 204
    assert {member["value"] for member in entra.get(group)["members"]} == {one, two}
    assert "members" not in entra.get(f"{group}?excludedAttributes=members").body
    asked = entra.get(f'/Groups?filter=id eq "{made["id"]}" and members[value eq "{one}"]')
    assert asked["totalResults"] == 1

    gone = entra.patch(group, {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": one}]})
    assert (gone.status, [member["value"] for member in entra.get(group)["members"]]) == (204, [two])
    flagged = entra.patch(group, {"op": "remove", "path": f'members[value eq "{two}"]'})
    assert (flagged.status, entra.get(group).body.get("members")) == (204, None)
    named = entra.patch(group, {"op": "Replace", "path": "displayName", "value": f"{name}+"})
    assert (named.status, entra.get(group)["displayName"]) == (204, f"{name}+")
    assert (entra.delete(group).status, entra.get(group).status) == (204, 404)


def test_application_roles_come_with_a_truth_value_in_quotes(entra: Idp, name: str) -> None:
    person = f"/Users/{entra.create(name)}"
    first = entra.patch(person, {"op": "Add", "path": 'roles[primary eq "True"].value', "value": "Editor"})
    assert (first.status, first["roles"]) == (200, [{"primary": True, "value": "Editor"}])
    second = entra.patch(
        person,
        {"op": "Replace", "path": "roles", "value": [{"primary": "False", "type": "WindowsAzureActiveDirectoryRole"}]},
    )
    assert second["roles"] == [{"primary": False, "type": "WindowsAzureActiveDirectoryRole"}]


def test_the_schemas_are_discovered_as_a_list(entra: Idp) -> None:
    schemas = entra.get("/Schemas")
    assert (schemas.status, schemas["schemas"]) == (200, [LIST])
    assert {one["id"] for one in schemas["Resources"]} == {USER, ENTERPRISE, GROUP}
