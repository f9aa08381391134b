"""What the operations lean on stands in the register: each path of each generation of screens, each provider's console.

A path that nobody found is a fact too, and says so; it is never carried over from another generation.
"""

from typing import Final

import pytest

from axure_lifecycle.domain.facts import Register

PATHS: Final = {
    ("new", "members"): "reported",
    ("new", "add"): "reported",
    ("new", "role"): "reported",
    ("new", "deactivate"): "reported",
    ("new", "authentication"): "vendor",
    ("mid", "members"): "vendor",
    ("mid", "add"): "vendor",
    ("mid", "role"): "unknown",
    ("mid", "deactivate"): "reported",
    ("mid", "authentication"): "unknown",
    ("old", "members"): "older",
    ("old", "add"): "older",
    ("old", "role"): "unknown",
    ("old", "deactivate"): "unknown",
    ("old", "authentication"): "unknown",
    ("2017", "members"): "unknown",
    ("2017", "add"): "older",
    ("2017", "role"): "unknown",
    ("2017", "deactivate"): "unknown",
    ("2017", "authentication"): "unknown",
}
"""Generation and page → how well the path is known."""

OPERATIONS: Final = {
    "onboard, batch": "add.several-at-once add.one-level-for-all add.batch-by-role add.separator add.existing-address",
    "onboard by password": "add.password.private-instance add.password.on-premises add.invitation-expiry",
    "onboard by SAML": "add.saml add.idp-first add.same-address okta.assign entra.assign google.assign okta.assign-log",
    "onboard by AD/LDAP": "add.ldap add.ldap-dialog ldap.creates-accounts",
    "change role": "roles.set roles.changed-later roles.higher-levels roles.own roles.demotion roles.takes-effect",
    "reactivate": "reactivate.steps reactivate.who reactivate.comes-back-with reactivate.seat reactivate.add-again"
    " reactivate.other-systems deactivate.reversible",
    "Super Admin handover": "super-admin.handover-server super-admin.handover-organization super-admin.handover-guide"
    " super-admin.leave-path super-admin.successor-is-a-member super-admin.never-alone super-admin.former-holder"
    " super-admin.may-delete-everything",
    "workspace handover": "workspace.owner-successor workspace.members-join workspace.invite-only workspace.take-over"
    " workspace.where-permissions workspace.without-admin workspace.archive",
    "private workspace": "private-workspace.exists private-workspace.move-first private-workspace.after-deactivation"
    " private-workspace.outside-organization private-workspace.seen-by-admin",
    "assign, release, transfer a seat": "seat.assign seat.unassign seat.reassign seat.transfer seat.transfer-effect"
    " seat.cloud-for-business-bought seat.cloud-for-business-assign",
    "licence ownership": "licence-owner.transfer licence-owner.purchase-order licence-owner.receipts"
    " licence-owner.new-owner-accepts licence-owner.stays-manager licence-owner.sales-takes",
    "change of address": "name-change name-change.on-server name-change.public-account name-change.licence"
    " name-change.order name-change.new-account",
    "configure SAML": "saml.configure saml.order okta.app okta.metadata entra.app google.app google.custom-app"
    " google.custom-app-who evidence.configuration",
    "configure AD/LDAP": "ldap.configure ldap.where ldap.who ldap.page ldap.existing-accounts ldap.without-directory"
    " ldap-saml.exclusive",
    "Slack and Teams": "integrations.outlive-leaver integrations.where integrations.whose integrations.other-side"
    " evidence.integrations",
    "public account": "public-account.statement public-account.unverifiable public-account.organization",
    "unassign in Okta": "okta.unassign okta.unassign-group",
    "unassign in Entra ID": "entra.unassign entra.unassign-group entra.assignment-required entra.assign-who",
    "unassign in Google": "google.unassign google.unassign-group google.user-access google.delay",
}
"""Operation → facts that its steps cite; the ids are cited from outside and stay as they are."""


@pytest.mark.parametrize(("generation", "page"), PATHS)
def test_every_page_of_every_generation_has_its_path_or_a_question(
    shipped: Register, generation: str, page: str
) -> None:
    path = shipped.fact(f"screens.{generation}.{page}")

    assert path.confidence.value == PATHS[generation, page]
    assert (path.question is not None) == (path.confidence.value == "unknown")
    assert path in shipped.about("screens")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_has_its_facts(shipped: Register, operation: str) -> None:
    assert set(OPERATIONS[operation].split()) - shipped.facts.keys() == set()


@pytest.mark.parametrize(
    ("provider", "vendors_word"),
    [
        ("okta", {"okta.unassign", "okta.unassign-group"}),
        ("entra", {"entra.unassign", "entra.unassign-group", "entra.assignment-required"}),
        ("google", {"google.unassign", "google.unassign-group"}),
    ],
)
def test_losing_the_app_is_told_in_the_providers_own_words(
    shipped: Register, provider: str, vendors_word: set[str]
) -> None:
    shelf = {fact.id: fact.confidence.value for fact in shipped.about(provider)}

    assert {id_ for id_ in vendors_word if shelf.get(id_) == "vendor"} == vendors_word
