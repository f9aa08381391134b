"""The texts that explain every setting, and what they load to."""

import re
import unicodedata
from dataclasses import replace
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.config import load_configuration, render_configuration
from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.approvals import ApprovalReason
from axure_lifecycle.domain.directories import SecretKind, SecretReference
from axure_lifecycle.domain.evidence import EvidenceRules
from axure_lifecycle.domain.holdings import Strength
from axure_lifecycle.domain.organization import Demands, Deployment, Idp, Limits, Organization, Policy, Screens, SignIn
from axure_lifecycle.domain.places import MailPlace, SlackPlace, TeamsPlace, WebhookPlace
from axure_lifecycle.domain.policies import Opening, RunPolicy
from axure_lifecycle.domain.reminding import ReminderRules, Weekday
from axure_lifecycle.domain.scim import GroupMeaning, IdpKind, IdpSettings, ScimSettings
from axure_lifecycle.domain.serving import IssuerSettings, ServeSettings
from axure_lifecycle.playbooks import shipped_steps

EXAMPLE = Path(__file__).resolve().parents[2] / "config.example.toml"


@pytest.fixture
def placeholder(organization: Organization) -> Organization:
    """Whom the example describes."""
    return replace(organization, time_zone=ZoneInfo("UTC"))


def test_the_example_loads_to_the_defaults(tmp_path: Path, placeholder: Organization) -> None:
    (tmp_path / "config.toml").write_bytes(EXAMPLE.read_bytes())
    configuration = load_configuration(tmp_path)
    assert configuration.organization == placeholder
    assert configuration.limits == Limits()
    assert configuration.policy == Policy()
    assert configuration.evidence == EvidenceRules()
    assert configuration.store_file == tmp_path / "store.sqlite"
    assert configuration.toolsets == ("people", "sources", "discrepancies", "cases", "knowledge", "reports", "reviews")
    assert configuration.is_read_only is False
    assert configuration.serving == ServeSettings()
    assert configuration.roster_columns == {}
    assert configuration.reminders == ReminderRules()
    assert (configuration.places, configuration.tickets.secret) == ((), None)
    assert configuration.scim == ScimSettings()


def test_the_example_is_what_init_explains(placeholder: Organization) -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == render_configuration(placeholder, spells_out_defaults=True)


def test_the_example_spells_out_every_number() -> None:
    stated = dict(re.findall(r"(?m)^([a-z_]+) = (\d+)$", EXAMPLE.read_text(encoding="utf-8")))
    assert stated == {
        "members_roster_days": "35",
        "directory_snapshot_days": "7",
        "shrink_percent": "20",
        "shrink_rows": "5",
        "grace_minutes": "5",
        "departures_percent": "10",
        "departures_number": "25",
        "departures_least": "3",
        "changes_percent": "10",
        "changes_number": "100",
        "changes_least": "25",
        "step_overdue_days": "3",
        "fact_days": "365",
        "local_fact_days": "365",
        "join_hours": "24",
        "batch_above": "10",
        "max_bytes": "10485760",
        "port": "8765",
        "workers": "1",
        "calls_a_minute": "600",
        "max_body_bytes": "12582912",
        "session_hours": "12",
        "every_days": "1",
        "escalate_after_days": "7",
        "give_up_hours": "72",
        "pushes_a_minute": "3000",
        "max_push_bytes": "1048576",
    }


def test_every_setting_that_the_example_comments_out_can_be_switched_on(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    for name in ("non_personal", "trusted_folders", "folders", "reasons", "keys", "trusted_proxies", "quiet_days"):
        text = text.replace(f"\n{name} = []\n", "\n")
    text = re.sub(r"(?m)^# (?=url_(env|file) = )", "## ", text)
    text = re.sub(r"(?m)^# (?=(token|secret) = \"env:)", "## ", text)  # of two ways to sign in, the one without them
    switched_on = re.sub(r"""(?m)^# (?=\[\[?[a-z_.]+\]\]?$|([a-z_]+|"[^"]+") = )""", "", text)
    (tmp_path / "config.toml").write_text(switched_on)
    configuration = load_configuration(tmp_path, {}, known_steps=shipped_steps)
    assert configuration.policy.non_personal == ("svc-*@*", "*-room@acme.example")
    assert configuration.policy.trusted_folders == (Path("/srv/rosters"),)
    assert configuration.policy.approvals.reasons == {
        ApprovalReason.SUPER_ADMIN,
        ApprovalReason.LICENCE_OWNER,
        ApprovalReason.REACTIVATION,
    }
    assert configuration.policy.demands == Demands(
        steps={"deactivate": Strength.SECOND_FACTOR, "approval": Strength.SECOND_FACTOR, "roster": Strength.CONSOLE}
    )
    assert configuration.evidence.folders == (Path("/srv/screenshots"),)
    assert configuration.serving == ServeSettings(
        public_url="https://lifecycle.acme.example",
        keys=(SecretReference(SecretKind.FILE, "/etc/axure-lifecycle/key"),),
        trusted_proxies=("10.0.0.7",),
        issuer=IssuerSettings(
            issuer="https://id.acme.example/realms/acme",
            audience="https://lifecycle.acme.example/mcp",
            roles={"helpdesk": Role.OPERATOR},
            people={"ana@acme.example": frozenset({Role.OPERATOR, Role.APPROVER})},
            ca_file=Path("/etc/ssl/acme.pem"),
            client_id="axure-lifecycle",
            client_secret=SecretReference(SecretKind.FILE, "/etc/axure-lifecycle/client-secret"),
        ),
    )
    assert configuration.policy.run == RunPolicy(opening=Opening.NEVER, owner="design-it")
    assert configuration.reminders == ReminderRules(
        quiet_from=time(20),
        quiet_until=time(7),
        quiet_days=frozenset({Weekday.SATURDAY, Weekday.SUNDAY}),
        escalate_to="head-of-it@acme.example",
    )
    assert [type(place) for place in configuration.places] == [SlackPlace, TeamsPlace, WebhookPlace, MailPlace]
    assert configuration.tickets.secret == SecretReference(SecretKind.FILE, "/etc/axure-lifecycle/tickets-secret")
    assert configuration.scim == ScimSettings(
        idps=(
            IdpSettings(
                name="okta-push",
                kind=IdpKind.OKTA,
                groups={
                    "axure technical admins": GroupMeaning(role="technical_admin"),
                    "axure checkout": GroupMeaning(workspaces=("Checkout",)),
                },
            ),
        )
    )
    assert [str(price.yearly) for price in configuration.policy.seat_prices] == ["588.00"]
    assert configuration.store_url == "postgresql+psycopg://lifecycle@db.acme.example/lifecycle"
    assert [directory.name for directory in configuration.directories] == ["okta", "entra", "google", "ad", "staff"]
    assert {kind.value: dict(columns) for kind, columns in configuration.roster_columns.items()} == {
        "members": {"role": ("Berechtigung",)},
        "seats": {"assigned": ("Zugewiesen an", "Nutzer")},
        "directory": {"leave_at": ("Letzter Tag",)},
    }


def test_what_init_writes_leaves_defaults_to_the_program(organization: Organization) -> None:
    written = render_configuration(organization)
    assert re.findall(r"(?m)^([a-z_]+) = ", written) == [
        "name",
        "deployment",
        "host",
        "sign_in",
        "idp",
        "screens",
        "operator",
        "time_zone",
    ]
    assert "\n# members_roster_days = 35\n" in written


organizations = st.builds(
    Organization,
    name=st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs")), min_size=1)
    .filter(str.isprintable)
    .map(lambda name: unicodedata.normalize("NFC", f'{name[:50]} {{"\\}}')),
    deployment=st.just(Deployment.ON_PREMISES),
    host=st.from_regex(r"[a-z]{1,10}\.example(:[1-9][0-9]{0,3})?", fullmatch=True),
    sign_in=st.sampled_from(SignIn),
    idp=st.sampled_from(Idp),
    screens=st.sampled_from(Screens),
    operator=st.from_regex(r"[a-z]{1,10}@acme\.example", fullmatch=True).map(Address),
    time_zone=st.sampled_from(["UTC", "Europe/Amsterdam", "America/Argentina/Ushuaia"]).map(ZoneInfo),
)


@given(organizations)
def test_any_organisation_is_read_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, described: Organization
) -> None:
    home = tmp_path_factory.getbasetemp()
    (home / "config.toml").write_text(render_configuration(described), encoding="utf-8")
    assert load_configuration(home).organization == described
