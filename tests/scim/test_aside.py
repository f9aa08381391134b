"""One bad optional attribute never stops a person's update: it is put aside, shown, and the rest lands."""

import json
import math
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axure_lifecycle.store import SqlStore, open_store
from tests.scim.pushing import ENTERPRISE, GROUP, USER, Idp, straight
from tests.store.desk import SetClock

ANA = "ana@acme.example"


def aside(store: SqlStore, address: str = ANA) -> dict[str, Any]:
    """What is aside of somebody."""
    with store.reading() as view:
        [found] = view.scim_users_at([address])
    read: dict[str, Any] = json.loads(found.wanted.aside)
    return read


def test_what_cannot_be_read_of_a_new_person_is_put_aside(idp: Idp, store: SqlStore) -> None:
    made = idp.post(
        "/Users",
        {
            "schemas": [USER, ENTERPRISE],
            "userName": ANA,
            "title": {"not": "a text"},
            "name": {"givenName": "Ana", "familyName": 7},
            "emails": [{"value": ANA, "type": "work"}, "nonsense"],
            "x509Certificates": [{"value": "not base64!"}],
            ENTERPRISE: {"department": ["many"], "employeeNumber": "100"},
        },
    )
    assert made.status == 201
    assert (made["name"], made["emails"]) == ({"givenName": "Ana"}, [{"value": ANA, "type": "work"}])
    assert made[ENTERPRISE] == {"employeeNumber": "100"}
    assert set(aside(store)) == {
        *("title.not", "name.familyName", "emails[1]", "x509Certificates[0].value"),
        f"{ENTERPRISE}:department[0]",
    }


def test_a_value_that_can_be_read_later_takes_away_what_was_put_aside(idp: Idp, store: SqlStore) -> None:
    person = f"/Users/{idp.create(ANA)}"
    first = idp.patch(person, {"op": "replace", "path": "title", "value": 7}, {"op": "add", "value": {"nickName": "A"}})
    assert (first.status, first["nickName"]) == (200, "A")
    assert aside(store) == {"title": {"value": 7, "because": aside(store)["title"]["because"]}}
    version = first["meta"]["version"]
    assert idp.patch(person, {"op": "replace", "path": "title", "value": 7})["meta"]["version"] == version
    assert idp.patch(person, {"op": "replace", "value": {"title": "Lead"}})["title"] == "Lead"
    assert aside(store) == {}


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        ({"op": "replace", "path": "active", "value": "perhaps"}, 400),
        ({"op": "replace", "value": {"active": "perhaps", "title": "Lead"}}, 400),
        ({"op": "replace", "path": "userName", "value": {"a": 1}}, 400),
        ({"op": "remove", "path": "userName"}, 400),
        ({"op": "rename", "path": "title", "value": "x"}, 400),
        ({"op": "remove"}, 400),
        ({"op": "replace", "path": "id", "value": "x"}, 400),
    ],
)
def test_what_makes_a_wish_one_at_all_is_refused_as_a_whole(
    idp: Idp, store: SqlStore, operation: dict[str, Any], status: int
) -> None:
    person = f"/Users/{idp.create(ANA)}"
    refused = idp.patch(person, {"op": "add", "path": "nickName", "value": "A"}, operation)
    assert refused.status == status
    read = idp.get(person)
    assert ("nickName" in read.body, read["active"], read["userName"], aside(store)) == (False, True, ANA, {})


def test_a_group_takes_whom_it_knows_and_puts_the_others_aside(idp: Idp, store: SqlStore) -> None:
    person = idp.create(ANA)
    made = idp.post(
        "/Groups",
        {"schemas": [GROUP], "displayName": "Design", "members": [{"value": person}, {"value": "stranger"}, 7]},
    )
    assert (made.status, [one["value"] for one in made["members"]]) == (201, [person])
    with store.reading() as view:
        [group] = view.scim_groups("okta-push")
    assert set(json.loads(group.wanted.aside)) == {'members[value eq "stranger"]', "members[2]"}
    assert idp.patch(f"/Groups/{made['id']}", {"op": "replace", "path": "displayName", "value": 7}).status == 400


def test_a_number_that_json_cannot_say_stops_nothing_and_is_shown(idp: Idp, store: SqlStore) -> None:
    person = f"/Users/{idp.create(ANA)}"
    pushed = idp.patch(
        person,
        {"op": "replace", "path": "title", "value": math.inf},
        {"op": "replace", "path": "name", "value": {"givenName": "Ana", "familyName": [math.nan, 7]}},
        {"op": "replace", "path": "active", "value": False},
    )
    assert (pushed.status, pushed["active"], pushed["name"]) == (200, False, {"givenName": "Ana"})
    assert [aside(store)[path]["value"] for path in ("title", "name.familyName[0]")] == ["Infinity", "NaN"]
    assert idp.patch(person, {"op": "replace", "path": "active", "value": math.inf}).status == 400
    made = idp.post("/Users", {"schemas": [USER], "userName": "bo@acme.example", "title": math.inf, "x": math.inf})
    assert (made.status, "title" in made.body) == (201, False)


def test_a_value_of_more_names_than_anybody_has_is_refused_and_fewer_land(idp: Idp, store: SqlStore) -> None:
    person = f"/Users/{idp.create(ANA)}"
    unknown = {f"x{number}": number for number in range(197)}
    bad = {"title": 7, "name": {"familyName": 7}}
    refused = idp.patch(person, {"op": "replace", "value": {"active": False, **unknown, **bad}})
    assert (refused.status, idp.get(person)["active"]) == (400, True)
    del unknown["x0"]
    landed = idp.patch(person, {"op": "replace", "value": {"active": False, **unknown, **bad}})
    assert (landed.status, landed["active"]) == (200, False)
    assert set(aside(store)) == {"title", "name.familyName"}


def test_a_path_of_any_length_is_shown_by_its_beginning_and_only_the_last_ones_are_kept(
    idp: Idp, store: SqlStore
) -> None:
    person = f"/Users/{idp.create(ANA)}"
    paths = [f"x{number}[{'z' * 9_000}" for number in range(60)]
    assert idp.patch(person, *({"op": "replace", "path": path, "value": 7} for path in paths)).status == 200
    assert set(aside(store)) == {f"{path[:199]}…" for path in paths[10:]}


# -- any sequence ------------------------------------------------------------------------------------------------------

WORDS = st.text("abcxyz ", min_size=1, max_size=8).map(str.strip).filter(bool)
GOOD = {
    "title": WORDS,
    "nickName": WORDS,
    "displayName": WORDS,
    "name.givenName": WORDS,
    f"{ENTERPRISE}:department": WORDS,
    "active": st.booleans(),
}
BAD = st.sampled_from(
    [
        ("title", 7),
        ("title", {"a": "b"}),
        ("userType", ["a"]),
        ("name", "Ana"),
        ("name.familyName", False),
        ("emails", "ana"),
        ("emails", [7]),
        ('emails[type eq "work"].primary', "perhaps"),
        ("x509Certificates", [{"value": "not base64!"}]),
        (f"{ENTERPRISE}:employeeNumber", 7),
        (f"{ENTERPRISE}:manager", ["x"]),
        ("title", math.inf),
        ("userType", math.nan),
        ("name", {"familyName": -math.inf}),
        ("emails", [{"value": math.inf}]),
        ("title[", "x"),
        (r'emails[type eq "\ud83d"].value', ANA),
        ("a b", "x"),
    ]
)


@st.composite
def patches(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A PATCH with one bad optional attribute among good ones, and what the good ones say."""
    wanted = {path: draw(values) for path, values in GOOD.items() if draw(st.booleans())}
    path, value = draw(BAD)
    wanted = {good: said for good, said in wanted.items() if good != path and not good.startswith(f"{path}.")}
    op = draw(st.sampled_from(["replace", "Replace", "add", "Add"]))
    if draw(st.booleans()) and "[" not in path and " " not in path:
        inside = {**wanted, path: value}
        return [{"op": op, "value": dict(draw(st.permutations(list(inside.items()))))}], wanted
    operations = [{"op": op, "path": good, "value": said} for good, said in wanted.items()]
    return draw(st.permutations([*operations, {"op": op, "path": path, "value": value}])), wanted


@pytest.fixture(scope="module")
def store_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqlStore]:
    """One store for every example."""
    place: Path = tmp_path_factory.mktemp("aside") / "store.sqlite"
    with closing(open_store(f"sqlite:///{place}", SetClock())) as store:
        yield store


@settings(max_examples=60, deadline=None)
@given(sequence=st.lists(patches(), min_size=1, max_size=3), number=st.integers(0, 10**9))
def test_any_sequence_with_one_bad_optional_attribute_each_still_lands_the_rest(
    store_of_all: SqlStore, sequence: list[tuple[list[dict[str, Any]], dict[str, Any]]], number: int
) -> None:
    idp = straight(store_of_all)
    name = f"p{number}@acme.example"
    person = next((one["id"] for one in idp.named(name)), None) or idp.create(name)
    for operations, wanted in sequence:
        answer = idp.patch(f"/Users/{person}", *operations)
        assert answer.status == 200, (operations, answer.body)
        for path, said in wanted.items():
            assert _at(answer.body, path) == said, (operations, answer.body)
    assert aside(store_of_all, name)


def _at(body: dict[str, Any], path: str) -> Any:
    if path.startswith(ENTERPRISE):
        return body[ENTERPRISE][path.rpartition(":")[2]]
    found: Any = body
    for part in path.split("."):
        found = found[part]
    return found
