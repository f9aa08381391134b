"""Erasing somebody whom an identity provider pushed: what it called them before goes with them."""

import pytest
from sqlalchemy import select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.store import SqlStore, schema
from axure_lifecycle_tools.erasing import ask_about_erasing, erase, look_for
from axure_lifecycle_tools.spec import Answered
from tests.scim.pushing import USER
from tests.scim.wanting.house import Pushed, member

MAIDEN, MARRIED = Address("ana.maiden@acme.example"), Address("ana.married@acme.example")


def naming(pushed: Pushed, word: str) -> set[str]:
    """The columns in which a word stands, as they are in the database."""
    store = pushed.firm.workshop.store()
    assert isinstance(store, SqlStore)
    with store.database.writing() as connection:
        return {
            f"{table.name}.{column}"
            for table in schema.metadata.sorted_tables
            for row in connection.execute(select(table)).mappings()
            for column, value in row.items()
            if word in str(value).lower()
        }


def push_with_name(pushed: Pushed) -> None:
    """Make somebody, with a name beside the address."""
    body = {"schemas": [USER], "userName": MAIDEN, "active": True, "displayName": "Ana Maiden"}
    pushed.ids["ana"] = str(pushed.idp("okta").post("/Users", body)["id"])


def addresses_of(pushed: Pushed, asked: Address) -> set[Address]:
    """Whoever would be erased."""
    with pushed.firm.workshop.store().reading() as view:
        return set(view.traces_of([asked]).addresses)


@pytest.mark.parametrize("is_deleted", [False, True])
def test_whoever_was_renamed_by_scim_goes_with_every_address_that_was_pushed(pushed: Pushed, is_deleted: bool) -> None:
    pushed.members(member("pat"), member("bo"))
    push_with_name(pushed)
    pushed.settle()
    pushed.change("ana", user_name=MARRIED)
    pushed.settle()
    pushed.change("ana", user_name=MARRIED, active=False)
    if is_deleted:
        pushed.delete("ana")
    pushed.settle()
    assert naming(pushed, "maiden") >= {"audit_payload.payload", "audit_payload.about", "case_.subject"}
    assert addresses_of(pushed, MAIDEN) == {MAIDEN, MARRIED}

    desk = pushed.desk(Channel.TERMINAL)
    traces = look_for(desk, [MARRIED], "HR-9", is_forced=True)
    question, reports = ask_about_erasing(desk, traces)
    assert erase(desk, traces, "HR-9", Answered(True, "", question, Channel.TERMINAL), reports).erased

    assert naming(pushed, "maiden") == naming(pushed, "married") == set()
    with pushed.firm.workshop.store().reading() as view:
        assert view.verify_trail().holds


def test_an_address_that_the_identity_provider_gave_to_somebody_else_is_not_erased_with_the_first(
    pushed: Pushed,
) -> None:
    pushed.create("ana", user_name=MAIDEN)
    pushed.change("ana", user_name=MARRIED)
    assert addresses_of(pushed, MARRIED) == {MAIDEN, MARRIED}
    pushed.create("zoe", user_name=MAIDEN)
    assert addresses_of(pushed, MARRIED) == {MARRIED}
    assert addresses_of(pushed, MAIDEN) == {MAIDEN}  # which is Zoe today
