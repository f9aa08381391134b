"""From a playbook and a situation to a plan: what is kept, what is filled in, and what its digest covers."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.domain.holdings import HoldingKind
from axure_lifecycle.domain.plans import Doer, EndState, Notice, NoticeKind, Plan, Step
from axure_lifecycle.domain.playbooks import (
    Guard,
    Playbook,
    Situation,
    StepPattern,
    applies,
    build,
    slots,
)
from axure_lifecycle.domain.vocabulary import TRAITS, VALUES
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import ADDRESS, keys, notices, situation, step

NONE: Mapping[str, frozenset[str]] = {}


def pattern(key: str, *, after: tuple[str, ...] = (), when: str = "", about: str | None = None) -> StepPattern:
    """A step that does not matter but for its order and condition (`trait answer answer …`)."""
    trait, *answers = when.split() or [""]
    return StepPattern(
        key=key,
        title=f"{key} for {{name}}",
        doer=Doer.ADMIN,
        place="Somewhere › {host}",
        look_for="",
        instruction="Do it for {address} ({accounts}; {licence_addresses}).",
        evidence="A picture.",
        question="Did you do it for {address} on {host}?",
        facts=("some.fact",),
        after=after,
        when={trait: frozenset(answers)} if when else {},
        unless={},
        about=about,
        ends_holding=None,
        ends_as=None,
    )


def book(*steps: StepPattern, guards: tuple[Guard, ...] = ()) -> Playbook:
    return Playbook("house.leave", 3, "house", "leave", "Leave the house", steps, guards)


@pytest.mark.parametrize(
    ("when", "unless", "answers", "is_called_for"),
    [
        ({}, {}, "member", True),
        ({"role": "member"}, {}, "member", True),
        ({"role": "admin"}, {}, "member", False),
        ({"role": "admin member"}, {}, "member", True),  # any answer of a condition will do
        ({"role": "admin"}, {}, "admin member", True),  # and any answer of the situation
        ({"role": "admin"}, {}, "", False),
        ({"role": "member", "sign_in": "saml"}, {}, "member", False),  # every condition must hold
        ({}, {"role": "member"}, "member", False),
        ({}, {"role": "admin"}, "member", True),
        ({"role": "member"}, {"role": "admin"}, "admin member", False),
        ({}, {"role": "admin"}, "", True),
    ],
)
def test_a_condition_holds_or_not(
    when: Mapping[str, str], unless: Mapping[str, str], answers: str, is_called_for: bool
) -> None:
    def split(conditions: Mapping[str, str]) -> Mapping[str, frozenset[str]]:
        return {trait: frozenset(words.split()) for trait, words in conditions.items()}

    assert applies(split(when), split(unless), split({"role": answers})) is is_called_for


def test_a_step_about_subscriptions_is_there_only_when_there_are_some() -> None:
    playbook = book(pattern("sell", about="assigned"))
    assert keys(build(playbook, situation(), "7")) == []
    assert keys(build(playbook, situation({"assigned": ("SUB-1",)}), "7")) == ["sell"]
    assert keys(build(playbook, situation({"managed": ("SUB-1",)}), "7")) == []


def test_a_step_that_is_left_out_hands_its_order_on() -> None:
    playbook = book(
        pattern("pack"),
        pattern("label", after=("pack",), when="role guest"),
        pattern("weigh", after=("label",), when="role guest"),
        pattern("send", after=("weigh", "pack")),
    )
    assert step(build(playbook, situation(role="member"), "7"), "send").after == ("pack",)
    assert step(build(playbook, situation(role="guest"), "7"), "send").after == ("weigh",)


@given(st.data())
def test_leaving_steps_out_and_naming_fewer_never_loosens_the_order(data: st.DataObject) -> None:
    names = [f"s{number}" for number in range(6)]
    after = {
        name: tuple(data.draw(st.lists(st.sampled_from(names[:number]), unique=True))) if number else ()
        for number, name in enumerate(names)
    }
    kept = data.draw(st.sets(st.sampled_from(names)))
    playbook = book(*(pattern(name, after=after[name], when="" if name in kept else "role guest") for name in names))
    plan = build(playbook, situation(role="member"), "7")
    told = {one.key: one.after for one in plan.steps}
    assert list(told) == [name for name in names if name in kept]
    for name in told:
        assert everything_before(name, told) == everything_before(name, after) & kept


def everything_before(name: str, after: Mapping[str, tuple[str, ...]]) -> set[str]:
    return {far for near in after[name] for far in {near, *everything_before(near, after)}}


def test_addresses_stand_in_for_each_other_where_the_situation_names_only_one() -> None:
    alone = build(book(pattern("pack")), situation(), "7").steps[0]
    assert alone.instruction == f"Do it for {ADDRESS} ({ADDRESS}; {ADDRESS})."
    several = situation({}, {"accounts": "a@acme.example, b@acme.example", "licence_addresses": "c@acme.example"})
    assert build(book(pattern("pack")), several, "7").steps[0].instruction == (
        f"Do it for {ADDRESS} (a@acme.example, b@acme.example; c@acme.example)."
    )


def test_what_the_situation_does_not_give_is_said_not_to_be_stated() -> None:
    assert build(book(pattern("pack")), situation(), "7").steps[0].title == "pack for (not stated)"


@given(st.text(max_size=30), st.sampled_from(["{address}", "{host}", "{count}", "{name}", "{0}", "{{host}}"]))
def test_braces_in_a_name_insert_nothing(text: str, trick: str) -> None:
    name = text + trick
    plan = build(book(pattern("pack")), situation({}, {"name": name}), "7")
    assert plan.steps[0].title == f"pack for {name}"


def test_a_long_list_of_subscriptions_is_cut_in_the_text_and_whole_in_the_end_state() -> None:
    sell = replace(
        pattern("sell", about="assigned"),
        instruction="Sell {subscriptions}.",
        title="Sell {count}",
        ends_holding=HoldingKind.SEAT,
        ends_as="not_assigned",
    )
    names = tuple(f"SUB-{number:03}" for number in range(100))
    sold = build(book(sell), situation({"assigned": names}), "7").steps[0]
    assert sold.title == "Sell 100"
    assert sold.instruction.startswith("Sell SUB-000, SUB-001, ")
    assert sold.instruction.endswith(", SUB-011 and 88 more by the licence list.")
    assert sold.end == EndState(HoldingKind.SEAT, "not_assigned", (), (ADDRESS,), names)


def test_a_subscriptions_name_is_shown_without_tricks_and_kept_as_it_is() -> None:
    sell = replace(
        pattern("sell", about="assigned"),
        instruction="Sell {subscriptions}.",
        ends_holding=HoldingKind.SEAT,
        ends_as="not_assigned",
    )
    sold = build(book(sell), situation({"assigned": ("SUB\u202e1 {host}",)}), "7").steps[0]
    assert sold.instruction == "Sell “SUB⟨U+202E⟩1 {host}”."
    assert sold.end is not None
    assert sold.end.records == ("SUB\u202e1 {host}",)


BY_SCREENS = replace(
    pattern("open"), place={"new": "Menu › {host}", "mid": "Avatar"}, look_for={"old": "a gear", "2017": "a key"}
)


@pytest.mark.parametrize(
    ("screens", "place", "is_known"),
    [
        ("new", "Menu › acme.axure.cloud", True),
        ("mid", "Avatar", True),
        ("old", "path unknown on this generation of screens: a gear", False),
        ("2017", "path unknown on this generation of screens: a key", False),
        ("", "path unknown on this generation of screens", False),
    ],
)
def test_a_path_that_is_unknown_on_these_screens_is_said_to_be_unknown(
    screens: str, place: str, is_known: bool
) -> None:
    opened = build(book(BY_SCREENS), situation(screens=screens), "7").steps[0]
    assert (opened.place, opened.is_place_known) == (place, is_known)


def test_one_hint_can_serve_every_generation() -> None:
    opened = build(book(replace(BY_SCREENS, look_for="a door of {host}")), situation(screens="old"), "7").steps[0]
    assert opened.place == "path unknown on this generation of screens: a door of acme.axure.cloud"


def test_a_path_that_nobody_knows_is_unknown_everywhere() -> None:
    opened = build(book(replace(BY_SCREENS, place={}, look_for="a door")), situation(), "7").steps[0]
    assert (opened.place, opened.is_place_known) == ("path unknown: a door", False)


def test_a_guard_can_be_about_subscriptions() -> None:
    guard = Guard("owns", NoticeKind.WARNING, "{address} owns {count}: {subscriptions}.", ("f",), {}, {}, "managed")
    playbook = book(pattern("pack"), guards=(guard,))
    assert build(playbook, situation(), "7").notices == ()
    (notice,) = build(playbook, situation({"managed": ("A", "B")}), "7").notices
    assert notice.sentence == f"{ADDRESS} owns 2: A, B."


def test_the_names_that_a_text_inserts() -> None:
    assert slots("{address} and {host}, {Address} and { host }") == {"address", "host"}


# -- the digest --------------------------------------------------------------------------------------------------------

OFFBOARD = shipped("axure", "offboard")

ANSWERS = {
    trait: st.frozensets(st.sampled_from(sorted(answers)), min_size=1, max_size=2) for trait, answers in TRAITS.items()
}
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
SITUATIONS = st.builds(
    replace,
    st.just(situation()),
    traits=st.fixed_dictionaries(ANSWERS),
    values=st.fixed_dictionaries(dict.fromkeys(sorted(VALUES - {"subscriptions", "people", "count"}), NAMES)),
    records=st.dictionaries(
        st.sampled_from(["owned_by_card", "owned_by_purchase_order", "owned_otherwise", "managed", "assigned"]),
        st.lists(NAMES, max_size=3).map(tuple),
    ),
    holdings=st.lists(st.dictionaries(st.sampled_from(["status", "role"]), NAMES), max_size=3).map(tuple),
    options=st.dictionaries(st.sampled_from(["reason", "last_day"]), NAMES),
)


@given(SITUATIONS)
def test_the_same_situation_gives_the_same_plan_and_digest(some: Situation) -> None:
    one, other = build(OFFBOARD, some, "7"), build(OFFBOARD, replace(some), "7")
    assert one == other
    assert one.digest == other.digest


@given(SITUATIONS)
def test_every_step_of_every_plan_says_who_where_what_and_by_which_fact(some: Situation) -> None:
    for one in build(OFFBOARD, some, "7").steps:
        assert all((one.title, one.doer, one.place, one.instruction, one.evidence, one.question, one.facts))


PLAN = Plan(
    operation="leave",
    application="house",
    subject=ADDRESS,
    playbook="house.leave/3",
    facts_version="7",
    options={"reason": "moved"},
    holdings=({"status": "active"}, {"licence": "owner"}),
    steps=(
        Step(
            key="pack",
            title="Pack",
            doer=Doer.PERSON,
            place="Hall",
            is_place_known=True,
            instruction="Pack.",
            evidence="A picture.",
            question="Did you pack?",
            facts=("a.fact",),
            after=(),
            end=EndState(HoldingKind.SEAT, "not_owner", (), (ADDRESS,), ("SUB-1",)),
        ),
    ),
    notices=(Notice("rain", NoticeKind.WARNING, "It rains.", ("b.fact",)),),
)
PACK = PLAN.steps[0]


def test_the_digest_is_the_one_that_hashlib_gives() -> None:
    text = (
        '{"application":"house","facts_version":"7",'
        '"holdings":["{\\"licence\\":\\"owner\\"}","{\\"status\\":\\"active\\"}"],'
        '"operation":"leave","options":{"reason":"moved"},"playbook":"house.leave/3","steps":[{"after":[],"doer":"person",'
        '"end":{"addresses":["ana.silva@acme.example"],"becomes":"not_owner","holding":"seat","records":["SUB-1"],"systems":[]},'
        '"evidence":"A picture.","facts":["a.fact"],"instruction":"Pack.","is_place_known":true,"key":"pack",'
        '"notes":[],"place":"Hall","question":"Did you pack?","title":"Pack"}],"subject":"ana.silva@acme.example"}'
    )
    assert PLAN.digest == sha256(b"axure-lifecycle/plan/v1\n" + text.encode()).hexdigest()


CHANGES = {
    "the operation": replace(PLAN, operation="enter"),
    "the application": replace(PLAN, application="flat"),
    "the person": replace(PLAN, subject="lee@acme.example"),
    "the playbook's version": replace(PLAN, playbook="house.leave/4"),
    "the facts' version": replace(PLAN, facts_version="8"),
    "an option": replace(PLAN, options={"reason": "sold"}),
    "an option more": replace(PLAN, options={"reason": "moved", "last_day": "2026-11-27"}),
    "no options": replace(PLAN, options={}),
    "a holding": replace(PLAN, holdings=({"status": "invited"}, {"licence": "owner"})),
    "a holding more": replace(PLAN, holdings=(*PLAN.holdings, {"licence": "owner"})),
    "a holding less": replace(PLAN, holdings=PLAN.holdings[:1]),
    "a step more": replace(PLAN, steps=(PACK, PACK)),
    "a step less": replace(PLAN, steps=()),
    "a step's key": replace(PLAN, steps=(replace(PACK, key="unpack"),)),
    "a step's title": replace(PLAN, steps=(replace(PACK, title="Unpack"),)),
    "a step's doer": replace(PLAN, steps=(replace(PACK, doer=Doer.ADMIN),)),
    "a step's place": replace(PLAN, steps=(replace(PACK, place="Attic"),)),
    "whether its place is known": replace(PLAN, steps=(replace(PACK, is_place_known=False),)),
    "a step's instruction": replace(PLAN, steps=(replace(PACK, instruction="Pack!"),)),
    "a step's evidence": replace(PLAN, steps=(replace(PACK, evidence="None."),)),
    "a step's question": replace(PLAN, steps=(replace(PACK, question="Packed?"),)),
    "a step's facts": replace(PLAN, steps=(replace(PACK, facts=("b.fact",)),)),
    "a step's order": replace(PLAN, steps=(replace(PACK, after=("lock",)),)),
    "what is known here of a step": replace(PLAN, steps=(replace(PACK, notes=("a switch",)),)),
    "a step's end": replace(PLAN, steps=(replace(PACK, end=None),)),
    "a subscription": replace(
        PLAN, steps=(replace(PACK, end=EndState(HoldingKind.SEAT, "not_owner", (), (ADDRESS,), ("SUB-2",))),)
    ),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES)
def test_the_digest_changes_with(changed: Plan) -> None:
    assert changed.digest != PLAN.digest


def test_no_two_changes_share_a_digest() -> None:
    digests = [plan.digest for plan in (PLAN, *CHANGES.values())]
    assert all(one != other for (n, one), (m, other) in product(enumerate(digests), repeat=2) if n != m)


def test_the_digest_does_not_change_with_the_calendar_or_the_order_of_holdings() -> None:
    assert replace(PLAN, notices=()).digest == PLAN.digest
    assert replace(PLAN, holdings=PLAN.holdings[::-1]).digest == PLAN.digest


def test_the_day_on_which_the_last_day_passes_changes_a_warning_and_no_digest() -> None:
    values = {"leave_day": "2026-11-27"}
    before = build(OFFBOARD, situation({}, values, leave_day="ahead"), "7")
    after = build(OFFBOARD, situation({}, values, leave_day="passed"), "7")
    assert notices(before) - notices(after) == {"last-day-ahead"}
    assert before.digest == after.digest


def test_a_plan_knows_its_facts_and_blockers_and_whether_it_is_empty() -> None:
    blocked = replace(PLAN, notices=(*PLAN.notices, Notice("stop", NoticeKind.BLOCKER, "Stop.", ("b.fact",))))
    assert blocked.facts == ("a.fact", "b.fact")
    assert [blocker.key for blocker in blocked.blockers] == ["stop"]
    assert PLAN.blockers == ()
    assert (PLAN.is_empty, replace(PLAN, steps=()).is_empty) == (False, True)
