"""SAML is set up so that nobody is locked out: the provider, one account, the others; stated here a second time."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from axure_lifecycle.domain.plans import NoticeKind, Plan
from axure_lifecycle.domain.playbooks import Situation, Subject, build
from axure_lifecycle.domain.vocabulary import TRAITS
from axure_lifecycle.playbooks import shipped
from tests.playbooks.situations import HOST, SERVERS, check_whole, keys, notices, rendered, situation, step

OPERATION = "configure-saml"
NOBODY = {"membership": "not_listed", "role": "not_stated", "use_sso": "not_stated", "sso_in_use": "not_seen"}


def stands(**traits: str) -> Situation:
    """A server that people sign in to by password until now, with the host in place of a person."""
    idp = {"okta": "Okta", "entra": "Entra ID", "google": "Google Workspace"}.get(traits.get("idp", "okta"))
    values = {"idp": idp or "your identity provider", "address": "acme.axure.cloud", "everybody": ""}
    if traits.get("deployment") == "on_premises":
        values["host"] = "axure.acme.example"
    return situation(None, values, **{"sign_in": "password", **NOBODY, **traits})


def planned(**traits: str) -> Plan:
    return build(shipped("axure", OPERATION), stands(**traits), "7")


OKTA = ["create-app-in-okta", "copy-from-okta", "assign-in-okta"]
ENTRA = ["create-app-in-entra", "copy-from-entra", "assign-in-entra"]
GOOGLE = ["create-app-in-google", "assign-in-google"]
OTHER = ["create-app-in-identity-provider", "assign-in-identity-provider"]
FIND = ["find-and-note-present-settings"]
TRIED = ["use-sso-for-one", "try-sign-in", "try-emergency-account", "use-sso-for-others"]


FOUND = [*FIND, "keep-emergency-account", *OKTA, "enter-settings-on-the-page-found", *TRIED]


@pytest.mark.parametrize(
    ("traits", "steps"),
    [
        ({}, ["keep-emergency-account", *OKTA, "enter-settings", *TRIED]),
        ({"idp": "entra"}, ["keep-emergency-account", *ENTRA, "enter-settings", *TRIED]),
        ({"idp": "google"}, ["keep-emergency-account", *GOOGLE, "enter-settings", *TRIED]),
        ({"idp": "other"}, ["keep-emergency-account", *OTHER, "enter-settings", *TRIED]),
        ({"screens": "mid"}, FOUND),
        ({"screens": "old"}, FOUND),
        ({"screens": "2017"}, FOUND),
        (
            {"sign_in": "saml"},
            ["note-present-settings", "keep-emergency-account", *OKTA, "enter-settings", *TRIED],
        ),
        (
            {"sign_in": "saml", "screens": "mid", "deployment": "on_premises"},
            FOUND,
        ),
        ({"sign_in": "ldap", "deployment": "on_premises"}, []),
    ],
)
def test_the_steps_and_their_order(traits: dict[str, str], steps: list[str]) -> None:
    assert keys(planned(**traits)) == steps


@pytest.mark.parametrize(
    ("idp", "key", "words"),
    [
        ("okta", "create-app-in-okta", "Name ID format: EmailAddress"),
        ("entra", "create-app-in-entra", "e-mail address"),
        ("google", "create-app-in-google", "Name ID format: EMAIL. Map email to Primary Email"),
        ("other", "create-app-in-identity-provider", "e-mail address"),
    ],
)
@pytest.mark.parametrize(
    ("deployment", "host"), [("private_instance", "acme.axure.cloud"), ("on_premises", "axure.acme.example")]
)
def test_the_values_are_those_of_this_host(idp: str, key: str, words: str, deployment: str, host: str) -> None:
    said = step(planned(idp=idp, deployment=deployment), key).instruction
    assert f"`https://{host}/identity/consume`" in said
    assert f"`https://{host}`" in said
    assert words in said


@pytest.mark.parametrize(
    ("idp", "key", "place"),
    [
        ("okta", "create-app-in-okta", "Okta Admin Console › Applications › Create app integration › SAML 2.0"),
        (
            "okta",
            "copy-from-okta",
            "Okta Admin Console › Applications › the SAML app for acme.axure.cloud › Sign On › View SAML setup "
            "instructions",
        ),
        (
            "okta",
            "assign-in-okta",
            "Okta Admin Console › Applications › Applications › the SAML app for acme.axure.cloud › Assignments › "
            "Assign",
        ),
        (
            "entra",
            "create-app-in-entra",
            "Entra admin center › Enterprise applications › New application › non-gallery › Single sign-on › SAML",
        ),
        (
            "google",
            "create-app-in-google",
            "Google Admin console › Apps › Web and mobile apps › Add App › Add custom SAML app",
        ),
    ],
)
def test_where_in_the_identity_provider(idp: str, key: str, place: str) -> None:
    assert step(planned(idp=idp), key).place == place


@pytest.mark.parametrize(
    ("screens", "key", "place", "is_known"),
    [
        ("new", "enter-settings", "acme.axure.cloud › Account settings › Authentication › Configure", True),
        (
            "mid",
            "enter-settings-on-the-page-found",
            "path unknown on this generation of screens: begin at avatar › Admin Settings,",
            False,
        ),
        (
            "old",
            "enter-settings-on-the-page-found",
            "path unknown on this generation of screens: begin at Admin Settings, at the bottom left,",
            False,
        ),
        (
            "2017",
            "enter-settings-on-the-page-found",
            "path unknown on this generation of screens: begin at Setup,",
            False,
        ),
    ],
)
def test_where_on_these_screens(screens: str, key: str, place: str, is_known: bool) -> None:
    found = step(planned(screens=screens), key)
    assert found.place.startswith(place)
    assert found.is_place_known is is_known
    assert found.doer.value == "technical_admin"


def everywhere() -> Iterator[Situation]:
    for server in SERVERS:
        for sso in TRAITS["sso_in_use"]:
            yield stands(**server, sso_in_use=sso)


def test_on_every_server_every_step_is_whole_or_the_plan_is_blocked() -> None:
    playbook = shipped("axure", OPERATION)
    for some in everywhere():
        check_whole(playbook, some)
        plan = build(playbook, some, "7")
        assert bool(plan.steps) is not bool(plan.blockers)
        assert all(one.end is None for one in plan.steps)


def test_a_way_back_comes_first_and_one_account_before_all_others() -> None:
    for some in everywhere():
        order = keys(build(shipped("axure", OPERATION), some, "7"))
        if order:
            entered = next(place for place, key in enumerate(order) if key.startswith("enter-settings"))
            assert order.index("keep-emergency-account") < entered < order.index("use-sso-for-one")
            assert order[-4:] == TRIED


def test_every_step_waits_for_those_without_which_it_locks_somebody_out() -> None:
    plan = planned(sign_in="saml")
    assert step(plan, "keep-emergency-account").after == ("note-present-settings",)
    assert step(plan, "enter-settings").after == ("copy-from-okta",)
    assert step(plan, "use-sso-for-one").after == ("assign-in-okta", "enter-settings")
    assert step(plan, "use-sso-for-others").after == ("try-emergency-account",)


def test_only_two_roles_touch_the_settings() -> None:
    for some in everywhere():
        for one in build(shipped("axure", OPERATION), some, "7").steps:
            if "settings" in one.key:
                assert one.doer.value == "technical_admin"
                assert "saml.configure-who" in one.facts


ALWAYS = {"plan-needed", "saml-before-members", "accounts-first", "removal-ends-nothing", "enforcing"}
FROM_PASSWORD = ALWAYS | {"say-so-in-the-configuration"}


@pytest.mark.parametrize(
    ("traits", "said"),
    [
        ({}, FROM_PASSWORD),
        ({"sign_in": "saml"}, ALWAYS),
        ({"sign_in": "saml", "sso_in_use": "yes"}, ALWAYS | {"sso-in-use"}),
        ({"sso_in_use": "no_roster"}, FROM_PASSWORD | {"members-unknown"}),
        ({"idp": "entra"}, FROM_PASSWORD | {"entra-assignment"}),
        ({"idp": "other"}, FROM_PASSWORD | {"other-provider"}),
        ({"screens": "mid"}, FROM_PASSWORD | {"screens-unknown"}),
        ({"screens": "old"}, FROM_PASSWORD | {"screens-unknown"}),
        ({"screens": "2017"}, FROM_PASSWORD | {"saml-in-2017"}),
        ({"other_case": "yes"}, FROM_PASSWORD | {"another-case"}),
        ({"roster": "reported"}, FROM_PASSWORD | {"reported-roster"}),
        ({"roster": "old"}, FROM_PASSWORD | {"old-roster"}),
        ({"sign_in": "ldap", "deployment": "on_premises"}, {"ldap-is-on"}),
        ({"sign_in": "ldap", "deployment": "on_premises", "sso_in_use": "yes"}, {"ldap-is-on"}),
    ],
)
def test_what_is_said(traits: dict[str, str], said: set[str]) -> None:
    assert notices(planned(**traits)) == said


def test_ad_ldap_stands_in_the_way_and_nothing_else_does() -> None:
    assert notices(planned(sign_in="ldap", deployment="on_premises"), NoticeKind.BLOCKER) == {"ldap-is-on"}
    assert not planned(sign_in="saml", screens="2017", idp="other", sso_in_use="yes").blockers


def test_nobody_is_promised_that_saml_makes_accounts() -> None:
    for idp in ("okta", "entra", "google", "other"):
        plan = planned(idp=idp)
        [said] = [notice for notice in plan.notices if notice.key == "accounts-first"]
        assert {"jit.unsupported", "jit.axure"} <= set(said.facts)


def test_it_is_for_the_server() -> None:
    playbook = shipped("axure", OPERATION)
    assert (playbook.subject, playbook.options) == (Subject.SERVER, {})


@pytest.mark.parametrize(
    ("name", "title", "traits"),
    [
        ("private-okta-new", "Private instance, Okta, new screens", {}),
        (
            "on-premises-entra-mid-in-use",
            "On-premises, Entra ID, middle screens, SSO in use",
            {
                "deployment": "on_premises",
                "sign_in": "saml",
                "idp": "entra",
                "screens": "mid",
                "sso_in_use": "yes",
            },
        ),
        (
            "private-google-new-no-roster",
            "Private instance, Google Workspace, before any roster",
            {"idp": "google", "sso_in_use": "no_roster", "membership": "no_roster"},
        ),
        (
            "on-premises-other-2017",
            "On-premises, another identity provider, screens of 2017",
            {"deployment": "on_premises", "idp": "other", "screens": "2017"},
        ),
        ("on-premises-ldap", "On-premises with AD/LDAP", {"deployment": "on_premises", "sign_in": "ldap"}),
    ],
)
def test_the_plan_as_a_person_reads_it(
    name: str, title: str, traits: dict[str, str], golden: Callable[[str, str], None]
) -> None:
    plan = replace(planned(**traits), subject=HOST)
    golden(f"playbooks/axure.{OPERATION}/{name}.md", rendered(title, plan))
