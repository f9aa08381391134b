"""One bad optional attribute never stops a person's update: it is put aside, shown, and the rest lands."""

import json
import math
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from axure_lifecycle.store import SqlStore, open_store
from tests.scim.pushing import BULK, ENTERPRISE, GROUP, PATCH, USER, Idp, straight
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
        ({"op": "replace", "path": "userName", "value": "ana\ud83d@acme.example"}, 400),
        ({"op": "replace", "value": {"userName": "ana\ud83d@acme.example", "title": "Lead"}}, 400),
        ({"op": "replace", "path": "active", "value": "\ud83d"}, 400),
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


def test_a_user_name_and_the_name_of_a_group_of_half_a_character_are_refused_with_a_sentence(idp: Idp) -> None:
    for refused in (
        idp.post("/Users", {"schemas": [USER], "userName": "ana\ud83d@acme.example", "title": "Lead"}),
        idp.post("/Groups", {"schemas": [GROUP], "displayName": "Design \ud83d"}),
    ):
        assert (refused.status, refused["scimType"]) == (400, "invalidValue")
        assert "it holds what is no character: half of one" in refused["detail"]
    assert [idp.get(path)["totalResults"] for path in ("/Users", "/Groups")] == [0, 0]


DEEP = 100_000


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (rb'"Lead \ud83d"', "Lead ⟨U+D83D⟩"),
        (b'"M\xfcller"', "M⟨U+DCFC⟩ller"),
        (rb'"a\u0000b"', "a⟨U+0000⟩b"),
        (b"9" * 5_000, "Infinity"),
        (b"[" * DEEP + b"]" * DEEP, f"{'[' * 200}…"),
        (b'{"a":' * DEEP + b"1" + b"}" * DEEP, '{"a":' * 40 + "…"),
        (b"[" * 17 + b'"Lead"' + b"]" * 17, '[["Lead"]]…'),
    ],
    ids=["half", "no UTF-8", "nothing", "number", "lists", "objects", "not so many"],
)
def test_one_value_for_which_readers_of_json_refuse_a_whole_text_is_put_aside(
    each_store: SqlStore, raw: bytes, shown: str
) -> None:
    idp = straight(each_store)
    before = f'{{"userName": "{ANA}", "nickName": "A\n", "externalId": '.encode()
    made = idp.post("/Users", before + raw + b', "title": ' + raw + b', "locale": "nl-NL"}')
    assert (made.status, made["nickName"], made["locale"]) == (201, "A\n", "nl-NL")
    assert made.body.keys() & {"externalId", "title"} == set()
    told = aside(each_store)
    assert {re.split(r"[.[]", path)[0] for path in told} == {"externalId", "title"}
    assert {entry["value"] for entry in told.values()} == {shown}


def test_what_is_no_json_is_refused_whatever_it_is(idp: Idp) -> None:
    for raw in (b"", b"{", b"[" * DEEP, b'{"userName": "ana@acme.example', b"\xff\xfe{\x00}\x00", b"{]"):
        refused = idp.post("/Users", raw)
        assert (refused.status, refused["scimType"]) == (400, "invalidSyntax"), raw[:20]


def test_what_only_we_say_of_somebody_is_put_aside_and_stops_no_other_change(idp: Idp, store: SqlStore) -> None:
    person = f"/Users/{idp.create(ANA)}"
    group = idp.post("/Groups", {"schemas": [GROUP], "displayName": "Design"})["id"]
    before = idp.get(person).body
    pushed = idp.patch(
        person,
        {"op": "Add", "path": "groups", "value": [{"value": group}]},
        {"op": "remove", "path": f'groups[value eq "{group}"]'},
        {"op": "replace", "path": "meta.created", "value": "2001-01-01T00:00:00Z"},
        {"op": "replace", "value": {"meta": {"location": "nowhere"}, "active": "False"}},
        {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": {"value": "7", "displayName": "Bo"}},
    )
    assert (pushed.status, pushed["active"], pushed[ENTERPRISE]["manager"]["value"]) == (200, False, "7")
    assert ("groups" in pushed.body, pushed["meta"]["created"]) == (False, before["meta"]["created"])
    told = aside(store)
    assert set(told) == {
        *("groups[0].value", f'groups[value eq "{group}"]', "meta.created", "meta.location"),
        f"{ENTERPRISE}:manager.displayName",
    }
    assert all("is read-only" in entry["because"] for entry in told.values())
    assert idp.put(person, {**before, "groups": [{"value": group}]}).status == 200
    assert aside(store) == {}

    renamed = idp.patch(
        f"/Groups/{group}",
        {"op": "replace", "path": "meta", "value": {"location": "nowhere"}},
        {"op": "replace", "path": "displayName", "value": "Design 2"},
    )
    assert (renamed.status, idp.get(f"/Groups/{group}")["displayName"]) == (204, "Design 2")


def test_what_is_put_aside_in_a_bulk_request_is_said_of_its_own_person(idp: Idp, store: SqlStore) -> None:
    person = idp.create(ANA)
    off = {"op": "replace", "path": "active", "value": False}
    bad: dict[str, Any] = {"op": "replace", "path": "groups", "value": []}
    made = {"schemas": [USER], "userName": "bo@acme.example", "title": "\ud83d", "nickName": "B"}
    refused = {"schemas": [USER], "userName": "cy\ud83d@acme.example"}
    done = idp.post(
        "/Bulk",
        {
            "schemas": [BULK],
            "Operations": [
                {"method": "PATCH", "path": f"/Users/{person}", "data": {"schemas": [PATCH], "Operations": [bad, off]}},
                {"method": "POST", "path": "/Users", "bulkId": "b", "data": made},
                {"method": "POST", "path": "/Users", "bulkId": "c", "data": refused},
            ],
        },
    )
    assert [one["status"] for one in done["Operations"]] == ["200", "201", "400"]
    assert (idp.get(f"/Users/{person}")["active"], idp.named("bo@acme.example")[0]["nickName"]) == (False, "B")
    assert (set(aside(store)), set(aside(store, "bo@acme.example"))) == ({"groups"}, {"title"})
    assert idp.get("/Users")["totalResults"] == 2


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


def nested(within: Callable[[Any], Any]) -> Any:
    """Something two hundred times within something."""
    value: Any = "x"
    for _ in range(200):
        value = within(value)
    return value


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
        ("title", "Lead \ud83d"),
        ("name", {"familyName": "M\udcfcller"}),
        ("emails", [{"value": "\ud83d", "type": "work"}]),
        (f"{ENTERPRISE}:manager", "\ud83d"),
        ("userType", "\0"),
        ("ti\ud83dtle", "x"),
        ("groups", [{"value": "x"}]),
        ("meta", {"location": "nowhere"}),
        ("meta.version", "1"),
        (f"{ENTERPRISE}:manager.displayName", "Bo"),
        ("title", nested(lambda inner: [inner])),
        ("name", nested(lambda inner: {"familyName": inner})),
    ]
)


@st.composite
def patches(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """A PATCH with one bad optional attribute among good ones, and what the good ones say."""
    wanted = {path: draw(values) for path, values in GOOD.items() if draw(st.booleans())}
    path, value = draw(BAD)
    wanted = {good: said for good, said in wanted.items() if good != path and not good.startswith(f"{path}.")}
    op = draw(st.sampled_from(["replace", "Replace", "add", "Add"]))
    if draw(st.booleans()) and not any(sign in path for sign in "[ \ud83d"):
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
