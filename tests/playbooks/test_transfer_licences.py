"""What somebody owns and manages passes on while they can still sign in: stated here a second time by hand."""

from collections.abc import Callable

import pytest

from axure_lifecycle.domain.plans import Plan
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, SUCCESSOR, keys, notices, step
from tests.playbooks.staying import GROUPS, blockers, check_everywhere, read_aloud, shown_by
from tests.playbooks.taking_over import (
    EVERY_LICENCE,
    ROSTERS,
    SUCCESSORS,
    TAKER,
    TAKING_OVER,
    handed_over,
    taken_over,
)

OPERATION = "transfer-licences"
CARD: GROUPS = {"owned_by_card": ("SUB-1",)}
ORDER: GROUPS = {"owned_by_purchase_order": ("SUB-2",)}
MANAGED: GROUPS = {"managed": ("SUB-5",)}
FIRST = ["agree-with-successor", "save-receipts"]


def planned(records: GROUPS | None = None, /, **traits: str) -> Plan:
    return taken_over(OPERATION, CARD if records is None else records, **{"licence": "owner", **traits})


@pytest.mark.parametrize(
    ("records", "licence", "steps"),
    [
        (CARD, "owner", [*FIRST, "transfer-ownership-by-card"]),
        (ORDER, "owner", [*FIRST, "transfer-ownership-by-purchase-order"]),
        ({"owned_otherwise": ("SUB-4",)}, "owner", [*FIRST, "transfer-ownership-otherwise"]),
        (MANAGED, "manager", ["add-successor-as-manager", "remove-from-managers"]),
        (
            EVERY_LICENCE,
            "owner manager assigned",
            [
                *FIRST,
                "transfer-ownership-by-card",
                "transfer-ownership-by-purchase-order",
                "transfer-ownership-otherwise",
                "add-successor-as-manager",
                "remove-from-managers",
            ],
        ),
        (CARD, "owner not_stated", ["look-at-licences", *FIRST, "transfer-ownership-by-card"]),
        ({}, "no_roster", ["look-at-licences"]),
        ({}, "not_stated", ["look-at-licences"]),
        ({}, "none", []),
        ({"assigned": ("SUB-6",)}, "assigned", []),
    ],
)
def test_what_is_done_about_which_licences(records: GROUPS, licence: str, steps: list[str]) -> None:
    assert keys(planned(records, licence=licence)) == steps


def test_the_new_owner_agrees_before_and_a_manager_is_added_before_one_is_removed() -> None:
    plan = planned(EVERY_LICENCE, licence="owner manager assigned")
    order = keys(plan)
    for one in plan.steps:
        assert all(order.index(first) < order.index(one.key) for first in one.after)
    assert step(plan, "transfer-ownership-by-card").after == tuple(FIRST)
    assert step(plan, "transfer-ownership-by-purchase-order").after == tuple(FIRST)
    assert step(plan, "remove-from-managers").after == ("add-successor-as-manager",)


def test_the_next_licence_list_shows_who_no_longer_owns_or_manages() -> None:
    assert shown_by(planned(EVERY_LICENCE, licence="owner manager")) == {
        "transfer-ownership-by-card": ("seat not_owner", (ADDRESS,), ("SUB-1",)),
        "transfer-ownership-by-purchase-order": ("seat not_owner", (ADDRESS,), ("SUB-2", "SUB-3")),
        "transfer-ownership-otherwise": ("seat not_owner", (ADDRESS,), ("SUB-4",)),
        "remove-from-managers": ("seat not_manager", (ADDRESS,), ("SUB-1", "SUB-2", "SUB-5")),
    }


def test_by_card_the_owner_does_it_and_by_purchase_order_axures_sales() -> None:
    plan = planned({**CARD, **ORDER})
    by_card, by_order = (
        step(plan, "transfer-ownership-by-card"),
        step(plan, "transfer-ownership-by-purchase-order"),
    )
    assert (by_card.doer.value, by_card.place) == (
        "licence_owner",
        f"License Portal, signed in as {ADDRESS} › the subscriptions",
    )
    assert (by_order.doer.value, by_order.place) == ("licence_owner", "E-mail to sales@axure.com")
    assert SUCCESSOR in by_card.instruction
    assert SUCCESSOR in by_order.instruction


@pytest.mark.parametrize(
    ("traits", "said"), [line[1:] for line in SUCCESSORS + ROSTERS], ids=[line[0] for line in SUCCESSORS + ROSTERS]
)
def test_what_is_said_about_the_successor_and_the_sources(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) == {"owns-by-card", "stays-manager"} | said


@pytest.mark.parametrize(
    ("records", "traits", "said"),
    [
        (
            EVERY_LICENCE,
            {"licence": "owner manager assigned"},
            {
                "owns-by-card",
                "owns-by-purchase-order",
                "owns-otherwise",
                "only-manager",
                "stays-manager",
                "uses-a-seat-too",
            },
        ),
        (MANAGED, {"licence": "manager"}, set[str]()),
        (CARD, {"directory": "deprovisioned"}, {"owns-by-card", "stays-manager", "owner-may-be-gone"}),
        (MANAGED, {"licence": "manager", "directory": "gone"}, set[str]()),
        (CARD, {"leave_day": "ahead"}, {"owns-by-card", "stays-manager", "last-day-ahead"}),
        (CARD, {"other_addresses": "yes"}, {"owns-by-card", "stays-manager", "several-addresses"}),
        ({}, {"licence": "none"}, {"nothing-owned"}),
        ({"assigned": ("SUB-6",)}, {"licence": "assigned"}, {"nothing-owned", "uses-a-seat-too"}),
        ({}, {"licence": "no_roster"}, {"licences-unknown"}),
        ({}, {"licence": "no_roster", "directory": "gone"}, {"licences-unknown", "owner-may-be-gone"}),
        ({}, {"licence": "not_stated"}, {"licences-not-stated"}),
    ],
)
def test_what_is_said(records: GROUPS, traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(records, **traits)) == said


def test_what_no_case_is_opened_on() -> None:
    assert blockers(planned(successor_is_the_person="yes")) == {"successor-is-the-person"}
    assert not blockers(planned(successor="deactivated", successor_directory="gone"))


def test_the_successor_has_to_be_named() -> None:
    assert shipped("axure", OPERATION).options == {"successor": True}


def test_on_every_server_every_step_is_whole() -> None:
    given = {trait: [answer] for trait, answer in TAKER.items()}
    licence = TRAITS["licence"] - {"none"}
    assert check_everywhere(OPERATION, {**EVERY_LICENCE, **TAKING_OVER}, **given, licence=licence) == 80 * 5


@pytest.mark.parametrize(
    ("name", "title", "records", "traits"),
    [
        (
            "every-licence-role",
            "Owner, manager and assigned user",
            EVERY_LICENCE,
            {"licence": "owner manager assigned"},
        ),
        (
            "owner-gone",
            "The owner has left; the successor is no member",
            {**CARD, **ORDER},
            {"directory": "deprovisioned", "membership": "deactivated", "successor": "not_listed"},
        ),
        ("no-licence-list", "Before any licence list", {}, {"licence": "no_roster"}),
    ],
)
def test_the_plan_as_a_person_reads_it(
    name: str, title: str, records: GROUPS, traits: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    some = handed_over(records, **{"licence": "owner", **traits})
    golden(f"playbooks/axure.{OPERATION}/{name}.md", read_aloud(OPERATION, title, some))
