"""Whom nobody gave a role becomes a Member in Axure; another application says which roles it has."""

from collections.abc import Iterator

import pytest
from anyio.from_thread import start_blocking_portal

from tests.mcp.offices import Bureau, open_bureau
from tests.playbooks.matrix import Server, desk_of

NEW = "nia.berg@heron.example"
ROLES = {
    "6sense": "Primary Administrator, Administrator, Operation User, Marketing User, View Only User, Insights User, "
    "Sales User",
    "anecdotes": "Admin, Contributor, Viewer",
}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    """An office before anything was imported."""
    organization = desk_of(Server("private_instance", "saml", "okta", "new")).organization
    folder = tmp_path_factory.mktemp("office")
    with start_blocking_portal() as portal, open_bureau(folder, portal, organization) as bureau:
        yield bureau


def test_a_newcomer_is_a_member_unless_a_role_is_said(bureau: Bureau) -> None:
    for application in ({}, {"application": "axure"}):
        assert bureau.assistant.call("plan_onboard", people=[NEW], **application).data["options"]["role"] == "member"
    assert bureau.assistant.call("plan_onboard", people=[NEW], role="guest").data["options"]["role"] == "guest"


@pytest.mark.parametrize("application", ROLES)
def test_another_application_names_its_roles_where_none_was_said(bureau: Bureau, application: str) -> None:
    told = bureau.assistant.refusal("plan_onboard", people=[NEW], application=application)

    assert told == (
        f"Nothing was planned: to onboard, say the role too: one of {ROLES[application]}.",
        "option_missing",
    )


@pytest.mark.parametrize("application", ROLES)
def test_a_role_of_axures_is_none_of_another_applications(bureau: Bureau, application: str) -> None:
    told = bureau.assistant.refusal("plan_onboard", people=[NEW], application=application, role="member")

    assert told == (
        f"Nothing was planned: role cannot be “member”. Give one of {ROLES[application]}.",
        "option_unreadable",
    )
