"""The applications that come with the product, and what is refused about them."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from axure_lifecycle import playbooks
from axure_lifecycle.domain.applications import (
    Application,
    ApplicationUnknown,
    NothingToManage,
    require_manageable,
)
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.plans import NoticeKind, Plan
from axure_lifecycle.domain.playbooks import Guard, StepPattern, build
from axure_lifecycle.facts import shipped_register
from axure_lifecycle.playbooks import shipped, shipped_names
from axure_lifecycle.playbooks.applications import (
    APPLICATION_FILE,
    ApplicationBroken,
    load_application,
    shipped_application,
    shipped_applications,
)
from tests.playbooks.situations import keys, notices, situation, step

GOOD = """
id = "house"
title = "The House"
system = "door_list"
host = "door.house.example"
console = "Hall › Board"
roles = ["Owner", "Guest"]
facts = ["door.closes"]
"""
GONE = """
id = "barn"
title = "The Barn"
system = "door_list"
nothing_to_manage = "it burnt down. Clear the ground."
facts = ["door.closes"]
"""
FACTS = {"door.closes", "door.draught"}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "application.toml"


def mistakes_of(file: Path, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ApplicationBroken) as refusal:
        load_application(file, known_facts=FACTS)
    assert all(mistake in str(refusal.value) for mistake in refusal.value.mistakes)
    return list(refusal.value.mistakes)


def test_a_good_description_is_read_as_it_is_written(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    house = load_application(file, known_facts=FACTS, expected_id="house")

    assert house == Application(
        id="house",
        title="The House",
        system="door_list",
        facts=("door.closes",),
        host="door.house.example",
        console="Hall › Board",
        roles=("Owner", "Guest"),
    )
    assert house.memberships == System("house", "door_list", "door.house.example", HoldingKind.MEMBERSHIP)
    require_manageable(house)


def test_an_application_that_is_gone_answers_why_and_what_is_left_to_do(file: Path) -> None:
    file.write_text(GONE, encoding="utf-8")
    barn = load_application(file)

    assert barn.is_gone
    with pytest.raises(NothingToManage) as refusal:
        require_manageable(barn)
    assert refusal.value.code == "nothing_to_manage"
    assert refusal.value.sentence == "Nothing was planned for The Barn: it burnt down. Clear the ground."


RULES = [
    ("no id", GOOD.replace('id = "house"', ""), "id is missing."),
    (
        "an id with blanks",
        GOOD.replace('"house"', '"The House"'),
        'id "The House" should be lower-case letters, digits',
    ),
    ("no title", GOOD.replace("title", "#"), "title is missing."),
    ("no system", GOOD.replace("system", "#"), "system is missing."),
    (
        "a system with a hyphen",
        GOOD.replace("door_list", "door-list"),
        'system "door-list" should be lower-case letters',
    ),
    (
        "a host with a scheme",
        GOOD.replace('"door.', '"https://door.'),
        "should be a lower-case host name without scheme",
    ),
    ("a host with a path", GOOD.replace("house.example", "house.example/x"), "without scheme or path."),
    ("a host of one word", GOOD.replace("door.house.example", "door"), 'host "door" should be'),
    ("no facts", GOOD.replace("facts", "#"), "facts is missing."),
    ("an empty list of facts", GOOD.replace('["door.closes"]', "[]"), "facts is empty."),
    ("a fact that nobody knows", GOOD.replace("door.closes", "door.opens"), 'no fact has the id "door.opens".'),
    ("roles that are a text", GOOD.replace('["Owner", "Guest"]', '"Owner"'), "roles should be a list of texts."),
    ("a role twice", GOOD.replace('"Guest"', '"Owner"'), "roles names something twice."),
    ("an unknown key", GOOD + 'colour = "red"', 'unknown key "colour" (known: console, facts, host, id, '),
    ("a console that is a number", GOOD.replace('"Hall › Board"', "7"), "console should be a text, found a number."),
    (
        "a reason that is no sentence",
        GONE.replace("ground.", "ground"),
        "nothing_to_manage should end like a sentence.",
    ),
    ("a reason beside a host", GONE + 'host = "barn.house.example"', "there is no host, no console and no role."),
    ("a reason beside roles", GONE + 'roles = ["Owner"]', "there is no host, no console and no role."),
    ("a title that turns around", GOOD.replace("The House", "The \\u202EHouse"), "⟨U+202E⟩"),
    ("no TOML", "id = ", "it is no TOML: "),
]


@pytest.mark.parametrize(("text", "mistake"), [rule[1:] for rule in RULES], ids=[rule[0] for rule in RULES])
def test_a_description_is_refused_for(text: str, mistake: str, file: Path) -> None:
    told = mistakes_of(file, text)
    assert any(mistake in one for one in told), told


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    spoilt = GOOD.replace("title", "titel").replace("door_list", "Door List").replace("door.closes", "door.opens")

    assert mistakes_of(file, spoilt) == [
        "title is missing.",
        'system "Door List" should be lower-case letters, digits and underscores.',
        'no fact has the id "door.opens".',
        'unknown key "titel" (known: console, facts, host, id, nothing_to_manage, roles, system, title).',
    ]


def test_a_description_in_another_folder_than_its_own_is_refused(file: Path) -> None:
    file.write_text(GOOD, encoding="utf-8")
    with pytest.raises(ApplicationBroken, match="id should be barn, as the folder is called"):
        load_application(file, expected_id="barn")


def test_a_description_that_cannot_be_read_is_refused_with_a_sentence(tmp_path: Path) -> None:
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "Café"'.encode("latin-1"))
    for place, mistake in ((tmp_path / "none.toml", "not there"), (tmp_path, "cannot be read"), (latin, "not UTF-8")):
        with pytest.raises(ApplicationBroken, match=mistake):
            load_application(place)


# -- what comes with the product --------------------------------------------------------------------------------------


def test_the_shipped_applications_stand_in_order_and_are_read_once() -> None:
    assert [one.id for one in shipped_applications()] == ["6sense", "anecdotes", "around", "axure"]
    assert shipped_applications() is shipped_applications()


def test_the_shipped_descriptions_cite_facts_that_exist() -> None:
    folder = Path(playbooks.__file__).parent
    for one in shipped_applications():
        loaded = load_application(folder / one.id / APPLICATION_FILE, known_facts=shipped_register().facts)
        assert loaded == one


def test_every_playbook_belongs_to_an_application_and_only_one_that_is_gone_has_none() -> None:
    with_playbooks = {application for application, _ in shipped_names()}

    assert {one.id for one in shipped_applications() if not one.is_gone} == with_playbooks
    assert {one.id for one in shipped_applications() if one.is_gone} == {"around"}


def test_a_description_is_no_playbook() -> None:
    assert "application" not in {operation for _, operation in shipped_names()}


def test_the_systems_of_the_shipped_applications() -> None:
    systems = [str(one.memberships) for one in shipped_applications()]

    assert systems == [
        "6sense/platform at analytics.6sense.com",
        "anecdotes/platform",
        "around/calls",
        "axure/cloud_for_business",
    ]


def test_around_answers_that_there_is_nothing_to_manage() -> None:
    with pytest.raises(NothingToManage) as refusal:
        require_manageable(shipped_application("around"))

    assert refusal.value.sentence == (
        "Nothing was planned for Around: it was shut down on 2025-03-31, so nobody has an account there that could be "
        "managed. Remove what is left of its SSO app and its grants in the identity provider; what it did lives on in "
        "Miro Video Calls."
    )


@pytest.mark.parametrize("asked", ["figma", "", "Axure", "../axure", "axure\u202e"])
def test_an_application_that_nobody_knows_is_refused_and_the_known_ones_are_named(asked: str) -> None:
    with pytest.raises(ApplicationUnknown) as refusal:
        shipped_application(asked)

    assert refusal.value.code == "application_unknown"
    assert "There are: 6sense, anecdotes, around, axure. Ask for one of these." in refusal.value.sentence
    assert refusal.value.sentence.isprintable()


# -- their playbooks --------------------------------------------------------------------------------------------------

Groups = Mapping[str, tuple[str, ...]]

JOINING: Groups = {"joining": ("ana.silva@acme.example", "ben.ode@acme.example")}
THERE: Groups = {"members_on": ("ana.silva@acme.example",)}
WAS_THERE: Groups = {"members_off": ("ana.silva@acme.example",)}
ON_AND_IN_OKTA = {"membership": "active", "directory": "active"}

PLANS: list[tuple[str, Groups, dict[str, str], str]] = [
    ("6sense.onboard", JOINING, {"wants_sso": "no"}, "invite accept-invitation"),
    ("6sense.onboard", JOINING, {"wants_sso": "yes"}, "assign-in-okta sign-in-once give-role"),
    ("6sense.onboard", JOINING, {"wants_sso": "yes", "idp": "entra"}, "assign-in-entra sign-in-once give-role"),
    ("6sense.onboard", JOINING, {"wants_sso": "yes", "idp": "google"}, "assign-in-google sign-in-once give-role"),
    (
        "6sense.onboard",
        JOINING,
        {"wants_sso": "yes", "idp": "other"},
        "assign-in-identity-provider sign-in-once give-role",
    ),
    ("6sense.onboard", THERE, {"wants_sso": "no"}, "see-what-is-there"),
    ("6sense.onboard", WAS_THERE, {"wants_sso": "yes"}, "let-in-again"),
    (
        "6sense.offboard",
        {},
        ON_AND_IN_OKTA,
        "hand-over-primary-administrator hand-over-content unassign-in-okta disable refused-sign-in",
    ),
    (
        "6sense.offboard",
        {},
        {"membership": "no_roster", "directory": "gone"},
        "hand-over-primary-administrator hand-over-content disable refused-sign-in",
    ),
    ("6sense.offboard", {}, {"membership": "invited", "directory": "gone"}, "delete-invitation"),
    ("6sense.offboard", {}, {"membership": "not_listed"}, "look-for-the-account"),
    ("6sense.offboard", {}, {"membership": "deactivated"}, ""),
    ("6sense.change-role", THERE, {"membership": "active"}, "change-role"),
    ("6sense.change-role", THERE, {"membership": "invited"}, "invite-again"),
    ("6sense.change-role", {}, {"membership": "no_roster"}, "find-and-change-role"),
    ("6sense.change-role", {}, {"membership": "deactivated"}, "look-for-the-account"),
    ("anecdotes.onboard", JOINING, {"wants_sso": "no"}, "add sign-in-once"),
    ("anecdotes.onboard", JOINING, {"wants_sso": "yes"}, "assign-in-okta add sign-in-once"),
    ("anecdotes.onboard", THERE, {"wants_sso": "no"}, "see-what-is-there"),
    ("anecdotes.onboard", WAS_THERE, {"wants_sso": "no"}, "let-in-again"),
    ("anecdotes.offboard", {}, ON_AND_IN_OKTA, "hand-over-content unassign-in-okta end-access refused-sign-in"),
    ("anecdotes.offboard", {}, {"membership": "invited"}, "end-access"),
    ("anecdotes.offboard", {}, {"membership": "not_listed"}, "look-for-the-account"),
    ("anecdotes.change-role", THERE, {"membership": "invited"}, "change-role"),
    ("anecdotes.change-role", {}, {"membership": "no_roster"}, "find-and-change-role"),
    ("anecdotes.change-role", {}, {"membership": "not_listed"}, "look-for-the-account"),
]
"""Playbook, groups of people, what else is so, and the steps in their order; the rest is as usual."""


def planned(playbook: str, records: Groups, **traits: str) -> Plan:
    application, _, operation = playbook.partition(".")
    return build(shipped(application, operation), situation(records, {"host": HOST}, batch="yes", **traits), "7")


HOST = "analytics.6sense.com"


@pytest.mark.parametrize(("playbook", "records", "traits", "steps"), PLANS)
def test_the_steps_that_are_called_for(playbook: str, records: Groups, traits: dict[str, str], steps: str) -> None:
    plan = planned(playbook, records, **traits)

    assert " ".join(keys(plan)) == steps
    for one in plan.steps:
        assert one.facts
        assert all((one.place, one.instruction, one.evidence, one.question))
        assert "not stated" not in one.question


def test_what_6sense_itself_says_stands_in_its_steps() -> None:
    invite, accept = planned("6sense.onboard", JOINING, wants_sso="no").steps

    assert invite.place == f"{HOST} › Settings › User Management › Organization Users › Invite User(s)"
    assert "with commas between them: ana.silva@acme.example, ben.ode@acme.example." in invite.instruction
    assert "within 14 days" in accept.instruction
    assert accept.end is not None
    assert accept.end.becomes == "active"
    assert "administrators" in notices(planned("6sense.change-role", {}))


@pytest.mark.parametrize(
    ("playbook", "membership", "key"),
    [
        ("6sense.change-role", "active", "change-role"),
        ("6sense.change-role", "invited", "invite-again"),
        ("anecdotes.change-role", "active", "change-role"),
    ],
)
def test_a_list_shows_the_role_that_was_asked_for(playbook: str, membership: str, key: str) -> None:
    application, _, operation = playbook.partition(".")
    asked = replace(situation(THERE, {"host": HOST}, membership=membership), options={"role": "Viewer"})
    end = step(build(shipped(application, operation), asked, "7"), key).end

    assert end is not None
    assert (end.becomes, end.records, end.addresses) == ("has_role", ("Viewer",), THERE["members_on"])
    assert step(planned(playbook, THERE, membership=membership), key).end is None, "nobody asked for a role"


def test_a_round_for_one_role_is_named_only_where_there_are_several_people() -> None:
    one = build(shipped("6sense", "onboard"), situation(JOINING, wants_sso="no", batch="no"), "7")

    assert "one-role-a-round" not in notices(one)
    assert "one-role-a-round" in notices(planned("6sense.onboard", JOINING, wants_sso="no"))


def test_nothing_of_anecdotes_has_a_place_that_somebody_made_up() -> None:
    """Its own pages are unknown; only the identity providers' consoles have a path."""
    for operation in ("onboard", "offboard", "change-role"):
        for pattern in shipped("anecdotes", operation).steps:
            is_elsewhere = any(fact.startswith(("okta.", "entra.", "google.")) for fact in pattern.facts)
            assert isinstance(pattern.place, str) is is_elsewhere, pattern.key
            assert is_elsewhere or pattern.look_for, pattern.key
    first, *_ = planned("anecdotes.change-role", THERE).steps
    assert first.place.startswith("path unknown: the page of Anecdotes’ settings that lists its users")
    assert not first.is_place_known


def test_whoever_leaves_is_taken_off_the_app_before_the_last_proof_and_the_content_comes_first() -> None:
    for application in ("6sense", "anecdotes"):
        plan = planned(f"{application}.offboard", {}, **ON_AND_IN_OKTA)
        assert "hand-over-content" in step(plan, "unassign-in-okta").after
        assert "unassign-in-okta" in step(plan, "refused-sign-in").after


@pytest.mark.parametrize("application", ["6sense", "anecdotes"])
@pytest.mark.parametrize("personal", ["no", "ambiguous"])
def test_nobody_is_planned_for_who_is_not_one_person(application: str, personal: str) -> None:
    for operation in ("onboard", "offboard", "change-role"):
        plan = planned(f"{application}.{operation}", {}, personal=personal)
        assert len(notices(plan, NoticeKind.BLOCKER)) == 1


@pytest.mark.parametrize("application", ["6sense", "anecdotes"])
def test_another_application_asks_nothing_that_only_an_axure_server_answers(application: str) -> None:
    own = {"deployment", "sign_in", "screens", "licence", "bought_by", "only_manager", "spare_seat", "sso_in_use"}
    about_it = (f"{application}.", "okta.", "entra.", "google.")
    for operation in ("onboard", "offboard", "change-role"):
        playbook = shipped(application, operation)
        assert [trait for trait in own if playbook.asks(trait)] == []
        parts: tuple[StepPattern | Guard, ...] = (*playbook.steps, *playbook.guards)
        for part in parts:
            assert all(fact.startswith(about_it) for fact in part.facts), part.key
