"""Groups of many: whoever changes one, or asks for it without its members, has nobody read whom they did not name."""

import json
import uuid
from collections.abc import Collection
from typing import Any

import pytest
from sqlalchemy import insert, select

from axure_lifecycle.store import SqlStore, schema
from axure_lifecycle.store.scim_reading import ScimReading
from tests.scim.pushing import BULK, GROUP, Idp, straight

MANY = 300


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the members that come out of the database, as they come."""
    seen: list[str] = []
    members_of, member_ids = ScimReading.scim_members_of, ScimReading.scim_member_ids

    def count_members(view: Any, groups: Collection[str], among: Collection[str] | None = None) -> Any:
        found = members_of(view, groups, among)
        seen.extend(one.user_id for members in found.values() for one in members)
        return found

    def count_ids(view: Any, group: str) -> Any:
        found = member_ids(view, group)
        seen.extend(found)
        return found

    monkeypatch.setattr(ScimReading, "scim_members_of", count_members)
    monkeypatch.setattr(ScimReading, "scim_member_ids", count_ids)
    return seen


def fill(store: SqlStore, idp: Idp) -> tuple[str, str, list[str]]:
    """A group with many members: its path, one who is in no group, and the members."""
    group = str(idp.post("/Groups", {"schemas": [GROUP], "displayName": "Everybody"})["id"])
    alone = idp.create("alone@acme.example")
    with store.database.writing() as connection:
        row = dict(connection.execute(select(schema.scim_user)).mappings().one())
        ids = sorted(str(uuid.uuid4()) for _ in range(MANY))
        names = {one: f"p.{one}@acme.example" for one in ids}
        connection.execute(
            insert(schema.scim_user),
            [{**row, "id": one, **dict.fromkeys(("user_name", "user_name_key", "address"), names[one])} for one in ids],
        )
        connection.execute(insert(schema.scim_member), [{"group_id": group, "user_id": one} for one in ids])
    return f"/Groups/{group}", alone, ids


def members(idp: Idp, group: str) -> set[str]:
    """Who is in a group."""
    return {one["value"] for one in idp.get(group).body.get("members", [])}


def test_a_group_is_read_without_its_members_where_nobody_asks_for_them(each_store: SqlStore, read: list[str]) -> None:
    idp = straight(each_store)
    group, _, ids = fill(each_store, idp)
    name = 'filter=displayName eq "everybody"'
    for question in (
        f"{group}?excludedAttributes=members",
        f"{group}?attributes=displayName",
        f"/Groups?excludedAttributes=members&{name}",
        f"/Groups?attributes=id&{name}",
        "/Groups?excludedAttributes=urn:ietf:params:scim:schemas:core:2.0:Group:members",
    ):
        answer = idp.get(question)
        assert (answer.status, read) == (200, []), question
        assert "members" not in str(answer.body)
    number = group.rpartition("/")[2]
    for one, found in ((ids[7], 1), (ids[7].upper(), 0), ("nobody", 0)):
        asked = idp.get(f'/Groups?excludedAttributes=members&filter=id eq "{number}" and members[value eq "{one}"]')
        assert asked["totalResults"] == found
    assert read == [ids[7]]
    read.clear()
    assert idp.get(f'/Groups?filter=id eq "{number}" and members[type eq "User"]')["totalResults"] == 1
    assert members(idp, group) == set(read) == set(ids)


def test_a_change_of_a_group_reads_nobody_whom_it_does_not_name(each_store: SqlStore, read: list[str]) -> None:
    idp = straight(each_store)
    group, alone, ids = fill(each_store, idp)
    for operation in (
        {"op": "add", "path": "members", "value": [{"value": alone}]},
        {"op": "remove", "path": f'members[value eq "{alone}"]'},
        {"op": "Add", "path": "members", "value": [{"$ref": None, "value": alone}, {"value": ids[0]}]},
        {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": ids[0]}]},
        {"op": "replace", "value": {"displayName": "Nearly everybody"}},
    ):
        answer = idp.patch(group, operation)
        assert (answer.status, read) == (204, []), operation
    many = {"schemas": [GROUP], "displayName": "Nearly everybody", "members": [{"value": one} for one in ids[1:]]}
    gone = {"Operations": [{"op": "remove", "path": "members", "value": [{"value": ids[1]}]}]}
    operations = [{"method": "PATCH", "path": group, "data": gone}]
    assert idp.post("/Bulk", {"schemas": [BULK], "Operations": operations})["Operations"][0]["status"] == "200"
    assert read == []
    assert members(idp, group) == {alone, *ids[2:]}
    read.clear()
    answer = idp.put(group, many)
    assert ({one["value"] for one in answer["members"]}, set(read)) == (set(ids[1:]), {alone, *ids[2:]})
    assert "members" not in idp.put(f"{group}?excludedAttributes=members", many).body
    assert idp.get(f"/Users/{ids[0]}").body.get("groups") is None
    assert [one["display"] for one in idp.get(f"/Users/{ids[1]}")["groups"]] == ["Nearly everybody"]


def test_a_search_at_the_root_finds_people_and_groups(each_store: SqlStore) -> None:
    idp = straight(each_store)
    person = idp.create("ana@acme.example")
    group = idp.post("/Groups", {"schemas": [GROUP], "displayName": "Design", "members": [{"value": person}]})["id"]
    for condition, found in (
        (f'id eq "{person}"', [person]),
        ('userName eq "ANA@acme.example"', [person]),
        ('displayName eq "design"', [group]),
        (f'members.value eq "{person}"', [group]),
        ('id eq "nobody"', []),
        ("id pr", [person, group]),
    ):
        asked = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": condition}
        for answer in (idp.get(f"/?filter={condition}"), idp.post("/.search", asked)):
            assert (answer.status, [one["id"] for one in answer.body.get("Resources", [])]) == (200, found), condition


A, B, C, D = ("add", "remove", "replace", "clear")


@pytest.mark.parametrize(
    ("steps", "left"),
    [
        ([(A, "ab"), (B, "a")], "bz"),
        ([(B, "z"), (A, "z")], "z"),
        ([(B, "a"), (A, "a")], "az"),
        ([(A, "a"), (C, "bc"), (B, "b"), (A, "d")], "cd"),
        ([(A, "a"), (D, ""), (A, "b")], "b"),
        ([(C, "a"), (C, "")], ""),
        ([(B, "zz"), (B, "a")], ""),
        ([(A, "az"), (A, "a")], "az"),
    ],
)
def test_the_operations_of_one_patch_come_one_after_the_other(
    idp: Idp, store: SqlStore, steps: list[tuple[str, str]], left: str
) -> None:
    ids = {name: idp.create(f"{name}@acme.example") for name in "abcdz"}
    made = idp.post("/Groups", {"schemas": [GROUP], "displayName": "G", "members": [{"value": ids["z"]}]})
    group = f"/Groups/{made['id']}"
    sent: list[dict[str, Any]] = [
        {"op": "remove", "path": "members"}
        if what == D
        else {"op": what, "path": "members", "value": [{"value": ids[name]} for name in names]}
        for what, names in steps
    ]
    assert idp.patch(group, *sent).status == 204
    assert members(idp, group) == {ids[name] for name in left}
    with store.reading() as view:
        for name, number in ids.items():
            is_in = number in {one.user_id for some in view.scim_members_of([made["id"]]).values() for one in some}
            assert is_in == (name in left)


def test_a_change_of_members_minds_the_version_and_puts_strangers_aside(idp: Idp, store: SqlStore) -> None:
    one = idp.create("one@acme.example")
    group = f"/Groups/{idp.post('/Groups', {'schemas': [GROUP], 'displayName': 'G'})['id']}"

    def aside() -> dict[str, Any]:
        with store.reading() as view:
            [kept] = view.scim_groups("okta-push")
        told: dict[str, Any] = json.loads(kept.wanted.aside)
        return told

    add = {"op": "add", "path": "members", "value": [{"value": one}, {"value": "stranger"}]}
    assert idp.patch(group, add, If_Match='W/"7"').status == 412
    assert (members(idp, group), aside()) == (set(), {})
    assert idp.patch(group, add, If_Match='W/"1"').headers["ETag"] == 'W/"2"'
    assert (members(idp, group), list(aside())) == ({one}, ['members[value eq "stranger"]'])
    assert idp.patch(group, {"op": "remove", "path": 'members[value eq "stranger"]'}).status == 204
    assert (members(idp, group), aside()) == ({one}, {})
