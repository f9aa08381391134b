"""What becomes of a push in the store: kept as a wish, once, with a record; nothing else changes."""

import json
from typing import Any

import pytest
from sqlalchemy import event, select

from axure_lifecycle.domain.scim import ScimUserRecord
from axure_lifecycle.store import SqlStore, schema
from tests.scim.pushing import BULK, ENTERPRISE, GROUP, PAT, USER, Idp, straight
from tests.store.desk import SetClock

ANA = "ana@acme.example"


def records(store: SqlStore) -> list[tuple[str, dict[str, Any]]]:
    """The trail, which holds."""
    with store.reading() as view:
        assert view.verify_trail().holds
        return [(record.kind, json.loads(record.payload or "")) for record in view.trail()]


def kinds(store: SqlStore) -> list[str]:
    """What happened."""
    return [kind for kind, _ in records(store)]


def wish(store: SqlStore, address: str = ANA) -> ScimUserRecord:
    """The only wish about somebody."""
    with store.reading() as view:
        [found] = view.scim_users_at([address])
    return found


def test_each_change_is_one_record_and_the_same_push_again_is_none(each_store: SqlStore, clock: SetClock) -> None:
    idp = straight(each_store)
    person = f"/Users/{idp.create(ANA, title='Designer')}"
    begun = clock.now()
    whole = idp.get(person).body

    clock.pass_by(minutes=1)
    same = [
        idp.put(person, whole),
        idp.patch(person, {"op": "replace", "path": "title", "value": "Designer"}),
        idp.patch(person, {"op": "add", "value": {"active": True}}),
    ]
    assert [(one.status, one["meta"]["version"], one["meta"]["lastModified"]) for one in same] == [
        (200, 'W/"1"', whole["meta"]["lastModified"])
    ] * 3
    assert kinds(each_store) == ["scim.user_created"]
    assert (wish(each_store).wanted_since, wish(each_store).unsettled_since) == (begun, begun)

    idp.patch(person, {"op": "replace", "path": "title", "value": "Lead"})
    assert wish(each_store).wanted_since == begun
    clock.pass_by(minutes=1)
    off = clock.now()
    idp.patch(person, {"op": "replace", "path": "active", "value": False})
    assert (wish(each_store).wanted_since, wish(each_store).unsettled_since) == (off, begun)
    clock.pass_by(minutes=1)
    idp.patch(person, {"op": "replace", "path": "active", "value": True})
    idp.patch(person, {"op": "replace", "path": "userName", "value": "ana.berg@acme.example"})
    assert idp.delete(person).status == 204

    told = records(each_store)
    assert [kind for kind, _ in told] == [
        *("scim.user_created", "scim.user_changed", "scim.user_deactivated", "scim.user_activated"),
        *("scim.user_changed", "scim.user_deleted"),
    ]
    assert told[1][1]["changed"] == {"title": {"was": "Designer", "is": "Lead"}}
    assert (told[4][1]["was_at"], told[4][1]["address"]) == (ANA, "ana.berg@acme.example")


def test_whoever_is_deleted_stays_with_us_and_is_gone_for_the_identity_provider(
    each_store: SqlStore, clock: SetClock
) -> None:
    idp = straight(each_store)
    person = idp.create(ANA)
    group = idp.post("/Groups", {"displayName": "Design", "members": [{"value": person}]})["id"]
    assert idp.delete(f"/Users/{person}").status == 204
    assert (wish(each_store).deleted_at, wish(each_store).wanted.active) == (clock.now(), True)
    assert idp.get(f"/Groups/{group}").body.get("members") is None
    assert (idp.get(f"/Users/{person}").status, idp.get("/Users")["totalResults"], idp.named(ANA)) == (404, 0, [])
    again = idp.create(ANA)
    assert again != person
    with each_store.reading() as view:
        assert len(view.scim_users_at([ANA])) == 2


def test_being_put_into_a_group_and_out_of_it_is_another_wish(each_store: SqlStore, clock: SetClock) -> None:
    idp = straight(each_store)
    person, other = idp.create(ANA), idp.create("bo@acme.example")
    group = f"/Groups/{idp.post('/Groups', {'schemas': [GROUP], 'displayName': 'Admins'})['id']}"
    for operation in (
        {"op": "add", "path": "members", "value": [{"value": person}]},
        {"op": "replace", "path": "displayName", "value": "Technical Admins"},
        {"op": "remove", "path": f'members[value eq "{person}"]'},
    ):
        clock.pass_by(minutes=1)
        assert idp.patch(group, operation).status == 204
        assert wish(each_store).wanted_since == clock.now(), operation
        assert wish(each_store, "bo@acme.example").wanted_since < clock.now()
        before = len(records(each_store))
        assert idp.patch(group, operation).status == 204
        assert len(records(each_store)) == before
    assert idp.patch(group, {"op": "add", "path": "members", "value": [{"value": other}]}).status == 204
    clock.pass_by(minutes=1)
    assert idp.delete(group).status == 204
    assert wish(each_store, "bo@acme.example").wanted_since == clock.now()
    changed = [payload for kind, payload in records(each_store) if kind == "scim.group_changed"]
    assert [one["what"] for one in changed] == ["created", "changed", "changed", "changed", "changed", "deleted"]
    assert [one.get("added") for one in changed] == [[], [person], [], [], [other], None]


def test_a_stale_version_changes_nothing_and_a_known_one_is_not_sent_again(idp: Idp, store: SqlStore) -> None:
    person = f"/Users/{idp.create(ANA)}"
    read = idp.get(person)
    assert read.headers["ETag"] == 'W/"1"'
    assert idp.get(person, If_None_Match='W/"1"').status == 304
    assert idp.patch(person, {"op": "add", "path": "title", "value": "A"}, If_Match='W/"1"').status == 200
    for answer in (
        idp.patch(person, {"op": "add", "path": "title", "value": "B"}, If_Match='W/"1"'),
        idp.put(person, {"userName": ANA}, If_Match='W/"1"'),
        idp.delete(person, If_Match='W/"1"'),
    ):
        assert answer.status == 412
    assert idp.get(person)["title"] == "A"
    assert kinds(store) == ["scim.user_created", "scim.user_changed"]


def test_a_bulk_request_lands_what_it_can(idp: Idp, store: SqlStore) -> None:
    idp.create("taken@acme.example")
    done = idp.post(
        "/Bulk",
        {
            "schemas": [BULK],
            "Operations": [
                {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"schemas": [USER], "userName": ANA}},
                {
                    "method": "POST",
                    "path": "/Users",
                    "bulkId": "b",
                    "data": {"schemas": [USER], "userName": "Taken@acme.example"},
                },
                {
                    "method": "POST",
                    "path": "/Groups",
                    "bulkId": "g",
                    "data": {"schemas": [GROUP], "displayName": "Design", "members": [{"value": "bulkId:a"}]},
                },
                {
                    "method": "POST",
                    "path": "/Users",
                    "bulkId": "c",
                    "data": {
                        "schemas": [USER],
                        "userName": "cy@acme.example",
                        "x509Certificates": "?",
                        "title": "Lead",
                    },
                },
                {"method": "DELETE", "path": "/Users/nobody"},
            ],
        },
    )
    assert [one["status"] for one in done["Operations"]] == ["201", "409", "201", "201", "404"]
    [ana] = idp.named(ANA)
    assert [group["display"] for group in ana["groups"]] == ["Design"]
    assert json.loads(wish(store).wanted.aside) == {}
    cy = wish(store, "cy@acme.example")
    assert (json.loads(cy.wanted.resource)["title"], list(json.loads(cy.wanted.aside))) == (
        "Lead",
        ["x509Certificates"],
    )


def test_sorted_pages_follow_each_other(idp: Idp) -> None:
    names = [f"{letter}@acme.example" for letter in "dBcAe"]
    for number, name in enumerate(names):
        idp.create(name, title=f"T{number % 2}", **{ENTERPRISE: {"employeeNumber": f"{number}"}})
    for asked, expected in (
        ("sortBy=userName", "AaBbccddee"),
        ("sortBy=userName&sortOrder=descending", "eeddccBbAa"),
        (f"sortBy={ENTERPRISE}:employeeNumber", "ddBbccAaee"),
        ('filter=title eq "T1"&sortBy=userName', "AaBb"),
    ):
        pages = [idp.get(f"/Users?{asked}&startIndex={start}&count=2") for start in (1, 3, 5)]
        assert {page["totalResults"] for page in pages} == {len(expected) // 2}
        listed = [one["userName"][0] for page in pages for one in page.body.get("Resources", [])]
        assert listed == list(expected[::2]), asked
    assert idp.get("/Users?count=0")["totalResults"] == 5


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("userName eq", "invalidFilter"),
        ('nobodyHasThis eq "x"', "invalidFilter"),
        ("userName regex 1", "invalidFilter"),
        (r'userName eq "\ud83d"', "invalidFilter"),
        (r'title eq "\\\ud83d\ud83d\ude00"', "invalidFilter"),
        (f"title pr&startIndex={'9' * 30}", "invalidValue"),
        (f"title pr&count={'9' * 30}", "invalidValue"),
    ],
)
def test_a_filter_that_means_nothing_is_refused(idp: Idp, asked: str, kind: str) -> None:
    refused = idp.get(f"/Users?filter={asked}")
    assert (refused.status, refused["scimType"]) == (400, kind)


def test_a_character_in_two_halves_is_one(idp: Idp) -> None:
    idp.create(ANA, title="\\\U0001f600")
    assert idp.get(r'/Users?filter=title eq "\\\ud83d\ude00"')["totalResults"] == 1


@pytest.mark.parametrize("is_on", [True, False])
def test_silence_about_active_switches_nobody_on_or_off(idp: Idp, store: SqlStore, is_on: bool) -> None:
    person = f"/Users/{idp.create(ANA)}"
    idp.patch(person, {"op": "replace", "path": "active", "value": is_on})
    before = kinds(store)
    for answer in (
        idp.put(person, {"schemas": [USER], "userName": ANA, "title": "Lead"}),
        idp.patch(person, {"op": "remove", "path": "active"}),
        idp.patch(person, {"op": "replace", "path": "active", "value": None}),
        idp.patch(person, {"op": "replace", "value": {"active": None}}),
        idp.put(person, {"schemas": [USER], "userName": ANA, "active": None, "title": "Lead"}),
    ):
        assert (answer.status, wish(store).wanted.active) == (200, is_on)
        assert "active" not in answer.body
    assert set(kinds(store)[len(before) :]) == {"scim.user_changed"}


def test_whose_wish_is_due_an_index_answers(store: SqlStore, clock: SetClock) -> None:
    straight(store).create(ANA)
    asked: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        asked.append((statement, parameters))

    event.listen(store.database.engine, "before_cursor_execute", note)
    with store.reading() as view:
        view.wanted_due("okta-push", until=clock.now(), tried_before=clock.now(), most=1)
    [(statement, parameters)] = [one for one in asked if "scim_hold" in one[0]]
    with store.database.reading() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    assert "ix_scim_user_idp_unsettled_since (idp=? AND unsettled_since<?)" in str(plan)


def test_erasing_a_person_takes_what_was_pushed_about_them_and_what_others_say_of_them(
    each_store: SqlStore,
) -> None:
    idp = straight(each_store)
    person = idp.create(ANA, externalId="00u1", nickName=f"not {ANA}")
    other = idp.create("bo@acme.example", title=f"reports to {ANA.upper()}")
    idp.post("/Groups", {"schemas": [GROUP], "displayName": "Design", "members": [{"value": person}]})
    with each_store.reading() as view:
        assert view.traces_of([ANA]).active_in == ("okta-push by SCIM, which wants them on",)
    idp.patch(f"/Users/{person}", {"op": "replace", "path": "active", "value": False})
    with each_store.writing(PAT) as change:
        assert change.traces_of([ANA]).active_in == ()
        erased = change.erase_person([ANA], pseudonym="erased-7", reason="HR-9")
    assert erased.wanted == 1
    assert (idp.get(f"/Users/{person}").status, idp.get("/Groups")["Resources"][0].get("members")) == (404, None)
    assert idp.get(f"/Users/{other}")["title"] == "reports to erased-7@erased.invalid"
    with each_store.database.reading() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert ANA not in str(tuple(row)).lower(), table.name
    with each_store.reading() as view:
        assert view.verify_trail().holds
