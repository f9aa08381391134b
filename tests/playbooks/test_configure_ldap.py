"""AD/LDAP, on-premises and without SAML only, with more questions than answers: stated here a second time by hand."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from axure_lifecycle.domain.plans import NoticeKind, Plan
from axure_lifecycle.domain.playbooks import Situation, Subject, build
from axure_lifecycle.facts import shipped_register
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import HOST, SERVERS, check_whole, keys, notices, rendered, situation, step

OPERATION = "configure-ldap"
STEPS = [
    "secure-the-way",
    "keep-emergency-account",
    "find-page",
    "enter-settings",
    "try-sign-in",
    "try-emergency-account",
]


def stands(**traits: str) -> Situation:
    """An on-premises server that people sign in to by password until now, with the host in place of a person."""
    usual = {
        "deployment": "on_premises",
        "sign_in": "password",
        "membership": "not_listed",
        "role": "not_stated",
        "use_sso": "not_stated",
        "sso_in_use": "not_seen",
    }
    host = "axure.acme.example" if traits.get("deployment") != "private_instance" else "acme.axure.cloud"
    return situation(None, {"host": host, "address": host, "everybody": ""}, **{**usual, **traits})


def planned(**traits: str) -> Plan:
    return build(shipped("axure", OPERATION), stands(**traits), "7")


@pytest.mark.parametrize("screens", ["new", "mid", "old", "2017"])
@pytest.mark.parametrize("sign_in", ["password", "ldap"])
def test_the_steps_are_the_same_on_all_screens_and_the_page_is_unknown_on_each(screens: str, sign_in: str) -> None:
    plan = planned(screens=screens, sign_in=sign_in)
    assert keys(plan) == STEPS
    assert {one.key for one in plan.steps if not one.is_place_known} == {"find-page", "enter-settings"}


def test_the_way_is_secured_and_a_way_back_kept_before_anything_is_entered() -> None:
    plan = planned()
    assert [(one.key, one.after, one.doer.value) for one in plan.steps] == [
        ("secure-the-way", (), "server_admin"),
        ("keep-emergency-account", (), "super_admin"),
        ("find-page", ("keep-emergency-account",), "super_admin"),
        ("enter-settings", ("secure-the-way", "find-page"), "super_admin"),
        ("try-sign-in", ("enter-settings",), "super_admin"),
        ("try-emergency-account", ("try-sign-in",), "super_admin"),
    ]
    assert all(one.end is None for one in plan.steps)


def test_what_nobody_knows_is_asked() -> None:
    register = shipped_register()
    for key, facts in {
        "find-page": {"ldap.where", "ldap.page", "ldap.who"},
        "try-sign-in": {"ldap.creates-accounts"},
        "try-emergency-account": {"ldap.existing-accounts", "ldap.without-directory"},
    }.items():
        assert facts <= set(step(planned(), key).facts)
        assert all(register.fact(fact).question for fact in facts)


ALWAYS = {
    "saml-goes",
    "password-in-query",
    "fields-unknown",
    "accounts-unknown",
    "emergency-unknown",
    "both-must-happen",
}


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({}, ALWAYS),
        ({"sign_in": "ldap"}, ALWAYS),
        ({"screens": "2017"}, ALWAYS),
        ({"sso_in_use": "yes"}, ALWAYS | {"sso-in-use"}),
        ({"other_case": "yes"}, ALWAYS | {"another-case"}),
        ({"roster": "reported"}, ALWAYS | {"reported-roster"}),
        ({"roster": "old"}, ALWAYS | {"old-roster"}),
        ({"sign_in": "saml"}, {"saml-is-on"}),
        ({"sign_in": "saml", "sso_in_use": "yes"}, {"saml-is-on"}),
        ({"deployment": "private_instance"}, {"private-instance"}),
        ({"deployment": "private_instance", "sign_in": "saml"}, {"private-instance"}),
    ],
)
def test_what_is_said(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) == said


def test_saml_and_axures_own_hosting_stand_in_the_way_and_nothing_else_does() -> None:
    assert notices(planned(sign_in="saml"), NoticeKind.BLOCKER) == {"saml-is-on"}
    assert notices(planned(deployment="private_instance"), NoticeKind.BLOCKER) == {"private-instance"}
    assert not planned(sso_in_use="yes", screens="2017", roster="old").blockers


def test_on_every_server_every_step_is_whole_or_the_plan_is_blocked() -> None:
    playbook = shipped("axure", OPERATION)
    for server in SERVERS:
        some = stands(**server)
        check_whole(playbook, some)
        plan = build(playbook, some, "7")
        is_possible = server["deployment"] == "on_premises" and server["sign_in"] != "saml"
        assert (bool(plan.steps), bool(plan.blockers)) == (is_possible, not is_possible)


def test_it_is_for_the_server() -> None:
    playbook = shipped("axure", OPERATION)
    assert (playbook.subject, playbook.options) == (Subject.SERVER, {})


@pytest.mark.parametrize(
    ("name", "title", "traits"),
    [
        ("on-premises-2017", "On-premises, screens of 2017", {"screens": "2017"}),
        ("on-premises-saml", "On-premises with SAML", {"sign_in": "saml"}),
        ("private-instance", "A private instance", {"deployment": "private_instance"}),
    ],
)
def test_the_plan_as_a_person_reads_it(
    name: str, title: str, traits: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    plan = replace(planned(**traits), subject=HOST)
    golden(f"playbooks/axure.{OPERATION}/{name}.md", rendered(title, plan))
