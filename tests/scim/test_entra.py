"""What Microsoft Entra sends: the cycles of its provisioning service and the steps of its validators.

Written anew from its public documentation, read on 2026-11-30; the first three stand below
https://learn.microsoft.com/en-us/entra/identity/app-provisioning/

- use-scim-to-provision-users-and-groups: sample requests
- application-provisioning-config-problem-scim-compatibility: with the feature flag aadOptscim062020 and without it
- scim-validator-tutorial: the validator, which lists none of its tests; people who use it show some, as in
  https://learn.microsoft.com/en-us/answers/questions/2238842
- https://github.com/AzureAD/SCIMReferenceCode, "SCIM Provisioning Validation": the 25 tests for the gallery
"""

import uuid

import pytest

from tests.scim.conftest import Pushed
from tests.scim.pushing import ENTERPRISE, ERROR, GROUP, LIST, USER, Idp

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


def test_a_new_person_may_come_with_truth_values_as_texts(entra: Idp, name: str) -> None:
    work = {"primary": "true", "type": "work", "value": f"{name}@acme.example"}
    home = {"primary": "False", "type": "home", "value": f"home.{name}@acme.example"}
    made = entra.post("/Users", {**profile(name), "active": "True", "emails": [work, home]})
    assert (made.status, made["active"]) == (201, True)
    assert made["emails"] == [{**work, "primary": True}, {**home, "primary": False}]
    off = entra.put(f"/Users/{made['id']}", {**profile(name), "active": "false", "emails": [work]})
    assert (off.status, off["active"], off["emails"]) == (200, False, [{**work, "primary": True}])


def test_the_primary_entry_is_found_changed_and_removed_by_a_filter(entra: Idp, name: str) -> None:
    made = entra.post("/Users", profile(name))
    person = f"/Users/{made['id']}"
    for asked in ("primary eq true", 'primary eq "True"', 'type eq "work" and primary eq true'):
        found = entra.get(f'/Users?filter=userName eq "{name}" and emails[{asked}]')
        assert [one["id"] for one in found["Resources"]] == [made["id"]], asked
        assert entra.get(f'/Users?filter=userName eq "{name}" and phoneNumbers[{asked}]')["totalResults"] == 0
    new = f"new.{name}@acme.example"
    changed = entra.patch(person, {"op": "Replace", "path": "emails[primary eq true].value", "value": new})
    assert (changed.status, changed["emails"]) == (200, [{"primary": True, "type": "work", "value": new}])
    added = entra.patch(person, {"op": "Add", "path": "phoneNumbers[primary eq true].value", "value": "+31 6 1234"})
    assert added["phoneNumbers"] == [{"primary": True, "value": "+31 6 1234"}]
    for _ in range(2):  # what nobody has is removed as well
        gone = entra.patch(person, {"op": "Remove", "path": "emails[primary eq true]"})
        assert (gone.status, "emails" in gone.body, len(gone["phoneNumbers"])) == (200, False, 1)


def test_one_patch_removes_adds_and_replaces_in_its_order(entra: Idp, name: str) -> None:
    person = f"/Users/{entra.create(name, title='Designer', nickName='Babs', displayName='B')}"
    changed = entra.patch(
        person,
        {"op": "Remove", "path": "title"},
        {"op": "Add", "path": "locale", "value": "nl-NL"},
        {"op": "Replace", "path": "displayName", "value": "Barbara"},
        {"op": "Remove", "path": "nickName"},
        {"op": "Add", "path": "nickName", "value": "Barb"},
    )
    assert changed.status == 200
    kept = {key: changed.body.get(key) for key in ("title", "locale", "displayName", "nickName")}
    assert kept == {"title": None, "locale": "nl-NL", "displayName": "Barbara", "nickName": "Barb"}


@pytest.mark.parametrize("nothing", ["", None])
def test_an_optional_attribute_that_becomes_nothing_is_empty(entra: Idp, name: str, nothing: str | None) -> None:
    person = f"/Users/{entra.create(name, title='Designer', name={'givenName': 'Ana', 'familyName': 'Berg'})}"
    changed = entra.patch(
        person,
        {"op": "replace", "path": "title", "value": nothing},
        {"op": "replace", "path": "name.familyName", "value": nothing},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": nothing},
    )
    assert (changed.status, changed["name"]["givenName"]) == (200, "Ana")
    read = entra.get(person).body
    assert (read.get("title") or None, read["name"].get("familyName") or None) == (None, None)


def test_who_is_not_there_is_not_found_and_who_is_there_already_is_a_conflict(entra: Idp, name: str) -> None:
    nobody = str(uuid.uuid4())
    for lost in (
        entra.delete(f"/Groups/{nobody}"),
        entra.get(f"/Groups/{nobody}"),
        entra.patch(f"/Groups/{nobody}", {"op": "Add", "path": "members", "value": [{"value": nobody}]}),
        entra.delete(f"/Users/{nobody}"),
    ):
        assert (lost.status, lost["schemas"], lost["status"]) == (404, [ERROR], "404")
    entra.create(name)
    other = f"/Users/{entra.create(f'other.{name}')}"
    for twice in (
        entra.post("/Users", profile(name)),
        entra.post("/Users", profile(name.upper())),
        entra.patch(other, {"op": "Replace", "path": "userName", "value": name}),
    ):
        assert (twice.status, twice["schemas"], twice["scimType"]) == (409, [ERROR], "uniqueness")
    assert len(entra.named(name)) == 1


def test_two_groups_may_have_one_name(entra: Idp, name: str) -> None:
    """RFC 7643 section 8.7.1: `uniqueness` of a group's displayName is "none", and Entra lets two of its own share one.

    Both Entra and Okta (https://support.okta.com/help/s/article/how-group-linking-works-for-scim-integrations) look for
    the name before they make a group; whoever makes a second one nevertheless means a second one. Microsoft's reference
    code answers 409, but none of its 25 tests asks for that, and the members of the second group would never come.
    """
    one, two = entra.create(name), entra.create(f"two.{name}")
    groups = [
        entra.post("/Groups", {"schemas": [GROUP], "displayName": name, "externalId": f"{number}{name}", **members})
        for number, members in enumerate(({"members": [{"value": one}]}, {"members": [{"value": two}]}))
    ]
    assert [made.status for made in groups] == [201, 201]
    found = entra.get(f'/Groups?filter=displayName eq "{name}"')
    assert {each["id"] for each in found["Resources"]} == {made["id"] for made in groups}
    assert [each["display"] for each in entra.get(f"/Users/{two}")["groups"]] == [name]


def test_the_schemas_are_discovered_as_a_list(entra: Idp) -> None:
    schemas = entra.get("/Schemas")
    assert (schemas.status, schemas["schemas"]) == (200, [LIST])
    assert {one["id"] for one in schemas["Resources"]} == {USER, ENTERPRISE, GROUP}
