"""Every row, bullet, trap, open question and piece of evidence that was known stands in the register.

A line is named by an excerpt of at most eight words that no other line holds.
"""

from typing import Final

from axure_lifecycle.domain.facts import Register

CARRIED: Final[tuple[tuple[str, str], ...]] = (
    # The systems
    ("**private instance** (hosted by", "private-instance.address private-instance.holds"),
    ("Windows service, MySQL or SQL Server", "on-premises.host on-premises.ldap"),
    ("| **License Portal**", "license-portal.function license-portal.host"),
    ("| **Public Axure Cloud**", "public-cloud.address"),
    ("| Axure account service", "account-service.address"),
    ("is the public tenant", "public-cloud.not-a-private-instance public-cloud.wrong-tenant"),
    ("activate an RP subscription", "public-account.activates-rp public-account.needed-by-everybody"),
    ('Its state is "unverifiable"', "public-account.unverifiable"),
    # Roles and workspaces
    (
        "Cloud for Business: Guest",
        "roles.guest roles.member roles.admin roles.technical-admin roles.super-admin super-admin.exactly-one",
    ),
    ("- Who may deactivate", "deactivate.who-guide deactivate.who-axure deactivate.who"),
    ("A restriction begins", "roles.higher-levels-restricted roles.higher-levels"),
    ("Super Admin handover", "super-admin.handover-organization super-admin.handover-server"),
    ("Whether a Super Admin, or oneself", "super-admin.deactivation deactivate.oneself super-admin.handover-first"),
    (
        "Workspace permissions: Admin",
        "workspace.permissions private-workspace.exists private-workspace.after-deactivation"
        " private-workspace.move-first",
    ),
    (
        "Moving projects: tick",
        "workspace.move-projects workspace.delete-is-final workspace.owner-successor workspace.departed-owner-mail",
    ),
    # Licences and seats
    (
        "Licences: **owner**",
        "licence-owner.powers licence-manager.powers licence-manager.at-least-one assigned-user.uses-rp"
        " licence-roles.combined licence-owner.purchase-order seat.added-prorated seat.renews"
        " seat.unassigning-is-not-cancelling",
    ),
    (
        "Seats: a new account starts",
        "publishing-trial.new-account publishing-trial.afterwards publishing-trial.sixty-days seat.assign-in-product"
        " deactivate.frees-seat deactivate.ends-trial deactivate.ends-sessions seat.not-the-account",
    ),
    # Screens
    ("| new | sidebar", "screens.new.members screens.new.authentication"),
    ("| mid | avatar", "screens.mid.manage-accounts"),
    ("| old | Admin Settings", "screens.old"),
    ("| 2017 | Setup", "screens.2017"),
    ("whatever build was installed", "screens.on-premises-keep-theirs screens.members-is-not-everywhere"),
    # Operations
    (
        "| add, password",
        "add.password.new add.password.mid add.password.private-instance add.password.on-premises",
    ),
    ("| add, SAML", "add.saml add.saml-needs-configuration"),
    ("| toggle Use SSO", "use-sso.is-per-account use-sso.toggled-later use-sso.where"),
    ("| add, AD/LDAP", "add.ldap ldap.creates-accounts"),
    ("| set role", "roles.set"),
    ("| deactivate | Organization", "deactivate.steps deactivate.steps-mid"),
    ("| effect |", "deactivate.effect deactivate.leaves-public-account"),
    ("| reactivate, delete", "reactivate.steps delete.steps"),
    ("| reset password", "password.reset-self password.reset-on-premises"),
    ("| configure SAML", "saml.configure saml.configure-who"),
    ("| configure AD/LDAP", "ldap.configure ldap.on-premises-only ldap-saml.exclusive"),
    ("| buy |", "license-portal.buy"),
    ("| assign seat", "seat.assign"),
    ("| unassign seat", "seat.unassign-who seat.unassign"),
    (
        "| transfer licence ownership",
        "licence-owner.transfer licence-owner.new-owner-pays licence-owner.purchase-order",
    ),
    ("SAML values (vendor)", "saml.acs-url saml.entity-id saml.on-premises-values saml.name-id"),
    ("- Okta: Applications", "okta.app okta.metadata okta.custom-integration okta.no-provisioning"),
    ("- Entra ID (Azure AD)", "entra.documented entra.app entra.urls entra.certificate entra.login-url"),
    ("- Google Workspace: Admin", "google.app google.documented"),
    ("Sign-in is e-mail first", "sign-in.email-first jit.axure jit.guide jit.unsupported jit.works"),
    # What does not exist
    (
        "No public REST API",
        "api.none scim.no-plan sdk.none cli.none webhooks.none export.none import.none audit-log.none"
        " rp-api.what-it-is rp-api.no-users integrations.slack-teams integrations.not-webhooks"
        " on-premises.database-schema on-premises.customsettings",
    ),
    ("So a roster reaches", "roster.ways"),
    (
        "SAML SSO is said to need",
        "saml.plan use-sso.late-setup use-sso.toggled-later api.auth-method api.rate-limits api.rate-limit-headers"
        " api.pagination api.user-object",
    ),
    # Traps
    ("1. Removing somebody", "idp-removal.touches-nothing"),
    ("2. Use SSO is per account", "use-sso.is-per-account use-sso.off-survives-idp-removal"),
    ("3. Keep a break-glass", "break-glass"),
    ("4. AD/LDAP and SAML", "ldap-saml.exclusive"),
    ("5. On AD/LDAP servers", "ldap.both-must-happen"),
    ("6. An existing session", "session.outlives session.evidence"),
    ("7. Move content", "workspace.hand-over-first"),
    ("8. Licence owner or manager", "licence-owner.hand-over-first licence-owner.purchase-order"),
    ("9. Seats left unassigned", "seat.unassigned-costs"),
    ("10. Share links", "share-links.password"),
    ("11. E-mail is the join key", "join-key.email name-change"),
    ("12. Old builds with LDAP", "ldap.query-string ldap.https-without-query-logs"),
    ("13. Slack and Teams", "integrations.outlive-leaver"),
    # Evidence and prices
    (
        "Members list before and after",
        "evidence.members-list evidence.workspace-membership evidence.identity-provider evidence.directory"
        " evidence.manage-products evidence.refused-sign-in evidence.on-premises evidence.public-account",
    ),
    ("Only one third-party list", "prices.pro prices.team prices.enterprise"),
    # Other applications
    (
        "- **6sense**",
        "6sense.page 6sense.permissions 6sense.invitations 6sense.roles 6sense.administrators 6sense.sso"
        " 6sense.guide-no-automation 6sense.scim 6sense.scim-paused",
    ),
    ("- **Anecdotes**", "anecdotes.what-it-is anecdotes.roles anecdotes.manual-only"),
    ("- **Around**", "around.shut-down around.nothing-to-manage around.leftovers"),
    # Open questions
    (
        "Deactivate, reactivate, delete: control names",
        "deactivate.control deactivate.who deactivate.reversible reactivate.steps delete.steps"
        " workspace.after-deactivation deactivate.frees-seat deactivate.ends-sessions members-table.columns ldap.page"
        " ldap.creates-accounts use-sso.where use-sso.enforced license-portal.clicks licence-manager.last"
        " publishing-trial.length seat.price",
    ),
)
"""Excerpt of a line, ids of the facts that carry what the line says."""

SAYS_NOTHING_NEW: Final = (
    "| system | address",
    "| generation | path",
    "| operation | steps",
    "An organisation's admin",
)
"""Heads of tables, and what the product does with an answer."""


def lines_about_applications(known_facts: str) -> list[str]:
    """The lines from section 1 on, without headings and rules of tables."""
    lines = known_facts.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("## 1."))
    return [line for line in lines[first:] if line.strip() and not line.startswith(("#", "|---", *SAYS_NOTHING_NEW))]


def test_every_line_of_what_is_known_has_its_entry(known_facts: str) -> None:
    lines = lines_about_applications(known_facts)

    assert [line for line in lines if sum(excerpt in line for excerpt, _ in CARRIED) != 1] == []
    assert len(lines) == len(CARRIED) == 64


def test_every_entry_names_facts_of_the_register(shipped: Register) -> None:
    assert [excerpt for excerpt, ids in CARRIED if not set(ids.split()) <= shipped.facts.keys()] == []


def test_every_source_of_what_is_known_is_a_source_of_the_register(known_facts: str, shipped: Register) -> None:
    table = known_facts.split("Source keys", 1)[1].split("\nWhere only", 1)[0]
    keys = {line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")} - {"key"}

    assert len(keys) == 20
    assert keys - shipped.sources.keys() == set()


def test_no_excerpt_is_longer_than_eight_words() -> None:
    assert [excerpt for excerpt, _ in CARRIED if len(excerpt.split()) > 8] == []
