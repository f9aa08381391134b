"""When a second person must agree, whose agreement counts, and what a word is worth: a second time, by hand."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.approvals import (
    Approval,
    ApprovalPolicy,
    ApprovalReason,
    digest_of_plans,
    read_reasons,
    reasons_for,
    standing,
    write_reasons,
)
from axure_lifecycle.domain.holdings import Actor, Assurance, Channel, HoldingKind, Strength, assurance_by
from axure_lifecycle.domain.organization import Demands
from axure_lifecycle.domain.plans import Doer, EndState, Plan, Step

ANA, BEN, SUE = "ana@acme.example", "ben@acme.example", "sue@acme.example"
HERE, THERE = "axure/cloud_for_business at acme.axure.cloud", "sixsense/accounts"
EVERY = ApprovalPolicy(reasons=frozenset(ApprovalReason), batch_above=2)


def membership(address: str, role: str = "Member", status: str = "active", system: str = HERE) -> dict[str, str]:
    return {"holding": "membership", "system": system, "address": address, "status": status, "role": role}


def seat(address: str, relation: str) -> dict[str, str]:
    return {"holding": "seat", "relation": relation, "subscription": "SUB-1", "address": address}


def end(becomes: str, *records: str, address: str = ANA, system: str = HERE) -> EndState:
    return EndState(HoldingKind.MEMBERSHIP, becomes, (system,), (address,), records)


def plan(
    *holdings: dict[str, str], ends: tuple[EndState | None, ...] = (None,), operation: str = "x", **options: str
) -> Plan:
    steps = tuple(
        Step(f"step-{number}", "Do it", Doer.ADMIN, "There", True, "Click.", "A picture.", "Done?", (), (), one)
        for number, one in enumerate(ends)
    )
    return Plan(operation, "anything", ANA, "anything.x/1", "1", options, holdings, steps, ())


REASONS: Final[list[tuple[str, Plan, str]]] = [
    ("a member changes", plan(membership(ANA), ends=(end("has_role", "admin"),)), ""),
    ("a member leaves", plan(membership(ANA), ends=(end("deactivated"),)), ""),
    ("a Super Admin leaves", plan(membership(ANA, "Super Admin")), "super_admin"),
    ("however it is written", plan(membership(ANA, "super-admin")), "super_admin"),
    ("a Technical Admin leaves", plan(membership(ANA, "Technical Admin")), ""),
    ("a Super Admin takes over", plan(membership(ANA), membership(SUE, "Super Admin"), successor=SUE), ""),
    ("somebody becomes one", plan(membership(ANA), ends=(end("has_role", "super_admin", address=BEN),)), "super_admin"),
    ("somebody is one no more", plan(ends=(None, end("lacks_role", "Super Admin"))), "super_admin"),
    ("one is asked for", plan(role="super_admin"), "super_admin"),
    ("another role is asked for", plan(role="technical_admin"), ""),
    ("a seat is held", plan(membership(ANA), seat(ANA, "assigned")), ""),
    ("a subscription is owned", plan(seat(ANA, "owner")), "licence_owner"),
    ("a subscription is managed", plan(seat(ANA, "manager")), "licence_owner"),
    ("the successor owns one", plan(seat(ANA, "assigned"), seat(SUE, "owner"), successor=SUE), ""),
    ("two at once", plan(people=f"{ANA},{BEN}"), ""),
    ("three at once", plan(people=f"{ANA},{BEN},{SUE}"), "batch"),
    ("somebody comes back", plan(membership(ANA, status="deactivated"), ends=(end("active"),)), "reactivation"),
    ("a newcomer signs in", plan(ends=(end("active"),)), ""),
    ("somebody who is on stays on", plan(membership(ANA), ends=(end("active"),)), ""),
    ("off elsewhere", plan(membership(ANA, status="deactivated", system=THERE), ends=(end("active"),)), ""),
    ("another one is off", plan(membership(BEN, status="deactivated"), ends=(end("active"),)), ""),
    ("one who is off is released", plan(membership(ANA, status="deactivated"), ends=(end("deactivated"),)), ""),
    (
        "all of it",
        plan(
            membership(ANA, "Super Admin", "deactivated"),
            seat(ANA, "owner"),
            ends=(end("active"),),
            people=f"{ANA},{BEN},{SUE}",
        ),
        "super_admin licence_owner batch reactivation",
    ),
]


@pytest.mark.parametrize(("given_plan", "reasons"), [line[1:] for line in REASONS], ids=[line[0] for line in REASONS])
def test_the_reasons_of_a_plan(given_plan: Plan, reasons: str) -> None:
    found = reasons_for(given_plan, {ANA}, EVERY)
    assert [reason.value for reason in found] == reasons.split()
    assert read_reasons(write_reasons(found)) == found


def test_all_addresses_of_a_person_are_theirs() -> None:
    old = plan(membership("a.old@acme.example", "Super Admin"))
    assert reasons_for(old, {ANA}, EVERY) == ()
    assert reasons_for(old, {ANA, "a.old@acme.example"}, EVERY) == (ApprovalReason.SUPER_ADMIN,)


def test_a_policy_asks_for_what_it_names_and_for_nothing_else() -> None:
    everything = REASONS[-1][1]
    for count in range(5):
        for some in combinations(ApprovalReason, count):
            assert reasons_for(everything, {ANA}, ApprovalPolicy(reasons=frozenset(some), batch_above=2)) == some
    assert reasons_for(everything, {ANA}, ApprovalPolicy()) == ()


def test_several_plans_have_another_digest_than_each_in_any_other_order() -> None:
    one, two = "1" * 64, "2" * 64
    assert digest_of_plans([one]) == one
    assert len({one, two, digest_of_plans([one, two]), digest_of_plans([two, one])}) == 4


# -- whose agreement counts -------------------------------------------------------------------------------------------

NOW: Final = datetime(2026, 11, 23, 9, tzinfo=UTC)
PLANS: Final = "a" * 64


def approval(
    number: int = 1,
    by: str = "kim@acme.example",
    *,
    plans: str = PLANS,
    assurance: Assurance = Assurance.CONFIRMED,
    retracted: bool = False,
) -> Approval:
    return Approval(
        id=number,
        case_id=1,
        plans_digest=plans,
        at=NOW,
        approved_by=Actor(by, Channel.CONSOLE),
        assurance=assurance,
        question="Do you?",
        question_digest="d" * 64,
        note="",
        retracted_at=NOW + timedelta(hours=1) if retracted else None,
        retracted_because="no" if retracted else None,
    )


@pytest.mark.parametrize(
    ("given_approvals", "counts"),
    [
        ([], None),
        ([approval()], 1),
        ([approval(retracted=True)], None),
        ([approval(assurance=Assurance.REPORTED)], None),
        ([approval(plans="b" * 64)], None),
        ([approval(by="pat@acme.example")], None),
        ([approval(by=" Pat@Acme.Example ")], None),
        ([approval(1), approval(2, "lee@acme.example")], 2),
        ([approval(1), approval(2, "lee@acme.example", retracted=True)], 1),
        ([approval(1, plans="b" * 64), approval(2)], 2),
    ],
)
def test_an_approval_counts_for_these_plans_by_somebody_without_a_part(
    given_approvals: list[Approval], counts: int | None
) -> None:
    found = standing(given_approvals, PLANS, {"pat@acme.example"})
    assert (found.id if found else None) == counts


# -- what a word is worth ---------------------------------------------------------------------------------------------

LADDER: Final = ("none", "client", "terminal", "console", "second_factor")
AT_MOST: Final = {
    "assistant": None,
    "scim": None,
    "unattended": None,
    "client_page": "client",
    "client_form": "client",
    "terminal": "terminal",
    "trusted_folder": "terminal",
    "directory": "terminal",
    "console": "console",
    "console_second_factor": "second_factor",
}
"""Channel → the strongest demand that a word by it meets; None where it meets none."""


def test_a_word_confirms_where_its_channel_is_as_strong_as_what_is_demanded() -> None:
    assert {channel.value for channel in Channel} == set(AT_MOST)
    assert [strength.value for strength in Strength] == list(LADDER)
    for channel, most in AT_MOST.items():
        met: tuple[str, ...] = () if most is None else LADDER[: LADDER.index(most) + 1]
        for demanded in LADDER:
            expected = "confirmed" if demanded in met else "reported"
            found = assurance_by(Channel(channel), Strength(demanded)).value
            assert found == expected, f"{channel} where {demanded} is demanded"
        assert assurance_by(Channel(channel)).value == ("reported" if most is None else "confirmed")


@given(
    st.sampled_from(Strength),
    st.dictionaries(st.sampled_from(["deactivate", "release-seat", "approval"]), st.sampled_from(Strength)),
    st.sampled_from(Channel),
)
def test_what_is_demanded_of_one_step_is_never_less_than_of_every_step(
    least: Strength, steps: dict[str, Strength], channel: Channel
) -> None:
    demands = Demands(least=least, steps=steps)
    for key in ("deactivate", "release-seat", "approval", "unnamed"):
        wanted = max(LADDER.index(least), LADDER.index(steps.get(key, least)))
        most = AT_MOST[channel.value]
        is_enough = most is not None and LADDER.index(most) >= wanted
        assert assurance_by(channel, demands.of(key)).value == ("confirmed" if is_enough else "reported")
