"""Every sentence of the guide about Axure, and about the three other applications, stands in some fact.

What is left over is what its author says of themselves, sentence by sentence.

A sentence is named by its line in the guide and an excerpt of at most eight words, never by its whole text.
"""

import re
from typing import Final

import pytest

from axure_lifecycle.domain.facts import Register

HEADINGS: Final = frozenset(
    {
        "Stitchflow",
        "Axure RP logo",
        "Axure RP User Management API Guide",
        "API workflow",
        "Summary and recommendation",
        "API quick reference",
        "Authentication",
        "User object / data model",
        "Core endpoints",
        "Rate limits, pagination, and events",
        "SCIM API status",
        "Limitations:",
        "Common scenarios",
        "Onboard a new team member via SAML SSO (Okta)",
        "Onboard a new team member via Azure AD SAML",
        "Deactivate a departing user (on-premises)",
        "Why building this yourself is a trap",
        "Automate Axure RP workflows without one-off scripts",
        "Keep exploring",
        "Related apps",
        "6sense logo",
        "6sense",
        "Anecdotes logo",
        "Anecdotes",
        "Around logo",
        "Around",
    }
)
"""Lines that name what follows and claim nothing."""

CARRIED: Final[tuple[tuple[int, str, str], ...]] = (
    (10, "UpdatedFeb 27, 2026", "sources.guide-claims"),
    # Summary
    (14, "no publicly documented REST API", "api.none"),
    (14, "no endpoints for creating, reading", "api.no-endpoints"),
    (16, "legacy, read-only C#/.NET library", "rp-api.what-it-is rp-api.no-users rp-api.no-cloud-api"),
    (18, "No SCIM endpoint is published", "scim.none scim.no-plan"),
    (18, "no official SDKs, CLI tools", "sdk.none cli.none webhooks.none"),
    # Quick reference
    (22, "Has user API", "api.none"),
    (23, "SCIM available", "scim.none"),
    (24, "SCIM plan required", "scim.no-plan"),
    (28, "Auth method", "api.auth-method"),
    (32, "field mapping is not yet verified", "api.user-object"),
    (36, "coverage is not yet verified", "api.endpoints-unverified"),
    (40, "Rate limits", "api.rate-limits"),
    (42, "Rate-limit headers", "api.rate-limit-headers"),
    (44, "Retry-After header", "api.retry-after"),
    (46, "Rate-limit notes", "api.rate-limits"),
    (48, "Pagination method", "api.pagination"),
    (50, "Default page size", "api.page-size"),
    (52, "Max page size", "api.page-size"),
    (54, "Pagination pointer", "api.pagination-pointer"),
    (56, "Webhooks available", "webhooks.none"),
    (58, "outbound activity notifications to Slack", "integrations.slack-teams integrations.not-webhooks"),
    (58, "No user-management webhook API", "webhooks.none"),
    (60, "identity-provider-driven user lifecycle", "events.alternative saml.is-not-provisioning"),
    (60, "For on-premises deployments", "events.alternative ldap.configure"),
    # SCIM
    (64, "SCIM available", "scim.none"),
    (65, "SCIM version", "scim.version"),
    (66, "Plan required", "scim.no-plan"),
    (67, "Endpoint", "scim.endpoint"),
    (71, "No SCIM endpoint is published", "scim.none"),
    (72, "must be performed manually", "add.by-hand jit.guide"),
    (73, "restricted to on-premises", "ldap.on-premises-only add.ldap"),
    (74, "available on Business/Enterprise plans", "saml.plan saml.is-not-provisioning"),
    # Scenarios
    (78, "only supported path for reducing", "saml.only-relief saml.plan"),
    (80, "provision a session on first login", "jit.guide jit.never-deprovisions idp-removal.touches-nothing"),
    (80, "must still manually deactivate", "deactivate.by-hand idp-removal.touches-nothing"),
    (82, "LDAP authentication are available", "ldap.configure ldap.on-premises-only"),
    (82, "SAML settings are ignored", "ldap-saml.exclusive"),
    (84, "~100 deep IT/identity integrations", "api.guide-advice"),
    (88, "custom SAML 2.0 app integration", "okta.app okta.custom-integration"),
    (89, "Set the ACS URL", "saml.acs-url saml.entity-id okta.app"),
    (90, "X.509 certificate from Okta", "okta.metadata"),
    (91, "enter the Okta SSO URL", "saml.configure screens.new.authentication"),
    (92, "check 'Use SSO' to assign", "add.saml screens.new.members"),
    (93, "Assign the appropriate role", "add.role"),
    (95, "create a public Axure Cloud account separately", "public-account.needed-by-everybody"),
    (95, "fall back to standard password login", "add.saml-configure-first use-sso.late-setup"),
    (99, "new non-gallery Enterprise Application", "entra.app"),
    (100, "Configure SAML SSO", "entra.urls saml.entity-id saml.acs-url"),
    (101, "Base64 SAML signing certificate", "entra.certificate"),
    (102, "Copy the Login URL", "entra.login-url"),
    (103, "paste the Login URL", "saml.configure entra.login-url"),
    (104, "with 'Use SSO' checked", "add.saml"),
    (106, "must still be manually added", "entra.no-provisioning"),
    (106, "Deprovisioning in Azure AD", "entra.removal-deactivates-nobody"),
    (110, "as Super Admin or Technical Admin", "deactivate.who-guide"),
    (111, "Organization Settings → Members", "deactivate.steps"),
    (112, "Locate the user", "deactivate.steps"),
    (113, "Click the deactivate option", "deactivate.steps"),
    (114, "disable or remove the user", "ldap.both-must-happen"),
    (116, "only prevents sign-in and publishing", "deactivate.effect deactivate.leaves-public-account"),
    (116, "no API to automate this step", "deactivate.by-hand"),
    # Traps
    (120, "primary integration trap", "saml.is-not-provisioning"),
    (120, "SAML handles authentication", "saml.is-not-provisioning"),
    (120, "removed from the IdP retains", "idp-removal.touches-nothing seat.not-the-account"),
    (122, "secondary trap", "public-account.two-accounts public-account.activates-rp"),
    (122, "automate or verify this linkage", "public-account.no-api-linkage"),
    (124, "not programmable webhooks", "integrations.not-webhooks webhooks.none"),
    (136, "UpdatedFeb 27, 2026", "sources.guide-claims"),
    (138, "sourced from official product documentation", "sources.guide-claims"),
    # Other applications
    (148, "Manual Only", "6sense.guide-no-automation"),
    (149, "Not Supported", "6sense.guide-no-automation"),
    (150, "Feb 2026", "6sense.guide-no-automation"),
    (152, "lives entirely in Settings", "6sense.page"),
    (152, "scoped per product module", "6sense.permissions"),
    (158, "Manual Only", "anecdotes.manual-only"),
    (159, "Not Supported", "anecdotes.manual-only"),
    (160, "Feb 2026", "anecdotes.manual-only"),
    (162, "enterprise GRC platform", "anecdotes.what-it-is"),
    (162, "three-tier role model", "anecdotes.roles"),
    (168, "Manual Only", "around.nothing-to-manage"),
    (169, "Not Supported", "around.nothing-to-manage"),
    (170, "Feb 2026", "around.nothing-to-manage"),
    (172, "acquired by Miro", "around.shut-down"),
    (172, "folded into Miro Video Calls", "around.successor"),
    (172, "no active product", "around.nothing-to-manage"),
)
"""Line of the guide, excerpt of the sentence, ids of the facts that carry it."""

OF_ITS_AUTHOR: Final[tuple[tuple[int, str], ...]] = (
    (8, "How to automate user lifecycle operations"),
    (128, "builds and maintains identity workflows"),
    (128, "We cover every app"),
    (130, "Every app coverage"),
    (131, "60+ deep API integrations"),
    (132, "Identity graph reconciliation"),
    (133, "Less than a week to launch"),
    (134, "SOC 2 Type II"),
    (134, "~2 hours of your"),
)
"""Line and excerpt of what the guide's author says of themselves and of what they sell; none of it is about Axure."""


def sentences(guide: str) -> list[tuple[int, str]]:
    """Line and text of every sentence of the whole guide, headings left out."""
    found: list[tuple[int, str]] = []
    for number, line in enumerate(guide.splitlines(), start=1):
        text = re.sub(r"^(?:•|\*|\d+\.)\s+", "", line.strip())
        if text and text not in HEADINGS:
            found.extend((number, sentence) for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z~])", text))
    return found


def entries_of(line: int, sentence: str) -> int:
    named = [*((number, excerpt) for number, excerpt, _ in CARRIED), *OF_ITS_AUTHOR]
    return sum(number == line and excerpt in sentence for number, excerpt in named)


def missed(guide: str) -> list[str]:
    """The sentences that no entry names, and those that two entries name."""
    return [f"line {line}: {text}" for line, text in sentences(guide) if entries_of(line, text) != 1]


def test_every_sentence_of_the_guide_has_its_entry(guide: str) -> None:
    assert len(sentences(guide)) == len(CARRIED) + len(OF_ITS_AUTHOR) == 86 + 9
    assert missed(guide) == []


@pytest.mark.parametrize("line", [8, 14, 58, 95, 120, 138, 172])
def test_a_new_sentence_in_the_guide_is_noticed(guide: str, line: int) -> None:
    lines = guide.splitlines()
    lines[line - 1] += " Managers may rename a seat."

    assert missed("\n".join(lines)) == [f"line {line}: Managers may rename a seat."]


def test_every_entry_names_facts_of_the_register(shipped: Register) -> None:
    assert [entry for entry in CARRIED if not set(entry[2].split()) <= shipped.facts.keys()] == []


def test_what_only_the_guide_says_rests_on_the_guide(shipped: Register) -> None:
    """A fact that carries a sentence of the guide cites the guide, or stronger words that make it superfluous."""
    carrying = {id_ for _, _, ids in CARRIED for id_ in ids.split()}
    alone = {id_ for id_ in carrying if "guide" not in shipped.fact(id_).sources}

    assert {shipped.fact(id_).confidence.value for id_ in alone} == {"vendor"}


def test_no_excerpt_is_longer_than_eight_words() -> None:
    assert [entry for entry in CARRIED if len(entry[1].split()) > 8] == []
