"""What a configuration says, and what it is told when it says it wrongly."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.config import (
    TOOLSETS,
    Configuration,
    ConfigurationBroken,
    NotConfigured,
    describe_organization,
    load_configuration,
)
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.evidence import EvidenceRules
from axure_lifecycle.domain.organization import Deployment, Organization, Screens, SeatPrice, SignIn
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle_tools.spec import Toolset

ACME = """\
[organization]
name = "Acme"
deployment = "private_instance"
host = "acme.axure.cloud"
sign_in = "saml"
idp = "okta"
screens = "new"
operator = "pat@acme.example"
"""

Load = Callable[..., Configuration]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Loads a configuration of this text, in a home of its own."""

    def load(text: str, **environment: str) -> Configuration:
        (tmp_path / "config.toml").write_text(text, encoding="utf-8")
        return load_configuration(tmp_path, environment)

    return load


def sentences(load: Load, text: str, **environment: str) -> list[str]:
    """Every mistake that the text is told."""
    with pytest.raises(ConfigurationBroken) as refusal:
        load(text, **environment)
    return [mistake.sentence for mistake in refusal.value.mistakes]


def test_the_least_configuration_has_every_default(load: Load, tmp_path: Path) -> None:
    configuration = load(ACME)
    assert configuration.home == tmp_path
    assert configuration.organization.time_zone == ZoneInfo("UTC")
    assert configuration.limits.members_roster_days == 35
    assert configuration.limits.directory_snapshot_days == 7
    assert configuration.limits.shrink_percent == 20
    assert configuration.limits.grace_minutes == 5
    assert configuration.policy.seat_prices == ()
    assert configuration.policy.non_personal == ()
    assert configuration.policy.trusted_folders == ()
    assert configuration.store_url == f"sqlite:///{tmp_path}/store.sqlite"
    assert configuration.store_file == tmp_path / "store.sqlite"
    assert configuration.toolsets == ("people", "sources", "discrepancies", "cases", "knowledge", "reports")
    assert configuration.is_read_only is False
    assert configuration.roster_columns == {}


def test_evidence_comes_from_named_folders_up_to_a_size(load: Load) -> None:
    configuration = load(ACME + '[evidence]\nfolders = ["/srv/screenshots"]\nmax_bytes = 5\n')
    assert configuration.evidence == EvidenceRules(folders=(Path("/srv/screenshots"),), max_bytes=5)
    assert load(ACME).evidence == EvidenceRules(folders=(), max_bytes=10_485_760)


def test_a_folder_for_evidence_is_absolute_and_a_size_is_a_number(load: Load) -> None:
    assert sentences(load, ACME + '[evidence]\nfolders = ["shots", "/"]\nmax_bytes = 0\nfolder = []\n') == [
        'evidence.folders: found "shots"; expected each entry to be the absolute path of a folder, not the root.',
        'evidence.folders: found "/"; expected each entry to be the absolute path of a folder, not the root.',
        "evidence.max_bytes: found 0; expected a whole number of bytes from 1 to 100000000.",
        "evidence.folder: no such setting; expected perhaps folders.",
    ]


def test_a_home_without_configuration_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured) as refusal:
        load_configuration(tmp_path)
    assert refusal.value.code == "not_configured"
    assert refusal.value.sentence == (
        f"This needs a configuration, and {tmp_path} holds none. "
        f"A person runs `axure-lifecycle init --home {tmp_path}` in a terminal once; then repeat the call."
    )


def test_every_mistake_is_named_at_once(load: Load, tmp_path: Path) -> None:
    text = """\
colour = "green"
[organization]
name = ""
deployment = "cloud"
host = "https://acme.axure.cloud/"
sign_in = "SAML"
idp = "ping"
screens = 2016
operator = "Pat"
time_zone = "Mars/Olympus"
[limits]
members_roster_day = 30
shrink_percent = 120
grace_minutes = true
[tools]
toolsets = ["people", "cake"]
read_only = "yes"
[policy]
non_personal = ["*@*"]
trusted_folders = ["rosters", "/"]
"""
    with pytest.raises(ConfigurationBroken) as refusal:
        load(text)
    toolsets = "people, sources, discrepancies, cases, knowledge, reports"
    pattern = "a pattern such as svc-*@* that does not match everybody, with * and ? and no brackets"
    folder = "the absolute path of a folder, not the root"
    assert refusal.value.sentence.splitlines() == [
        f"The configuration cannot be used: {tmp_path}/config.toml has 17 mistakes.",
        '- organization.name: found ""; expected a text of 1 to 200 printable characters.',
        '- organization.deployment: found "cloud"; expected one of private_instance, on_premises.',
        '- organization.host: found "https://acme.axure.cloud/"; expected a host without scheme and path, '
        "such as share.acme.example or acme.axure.cloud.",
        '- organization.sign_in: found "SAML"; expected one of password, saml, ldap.',
        '- organization.idp: found "ping"; expected one of okta, entra, google, other.',
        "- organization.screens: found 2016; expected one of new, mid, old, 2017.",
        '- organization.operator: found "Pat"; expected an e-mail address such as pat@acme.example.',
        '- organization.time_zone: found "Mars/Olympus"; expected the IANA name of a time zone such as '
        "Europe/Amsterdam.",
        "- limits.shrink_percent: found 120; expected a whole number of percent from 0 to 100.",
        "- limits.grace_minutes: found true; expected a whole number of minutes from 0 to 10080.",
        f'- policy.non_personal: found "*@*"; expected each entry to be {pattern}.',
        f'- policy.trusted_folders: found "rosters"; expected each entry to be {folder}.',
        f'- policy.trusted_folders: found "/"; expected each entry to be {folder}.',
        f'- tools.toolsets: found "cake"; expected each entry to be one of {toolsets}.',
        '- tools.read_only: found "yes"; expected true or false.',
        "- limits.members_roster_day: no such setting; expected perhaps members_roster_days.",
        "- colour: no such setting; expected one of organization, limits, policy, seat_prices, evidence, store, tools, "
        "rosters.",
        "Correct what is named (config.example.toml explains every setting), then repeat the call.",
    ]


def test_an_empty_file_is_told_what_is_missing(load: Load) -> None:
    assert sentences(load, "") == [
        "organization.name: missing; expected a text of 1 to 200 printable characters.",
        "organization.deployment: missing; expected one of private_instance, on_premises.",
        "organization.host: missing; expected a host without scheme and path, such as share.acme.example or "
        "acme.axure.cloud.",
        "organization.sign_in: missing; expected one of password, saml, ldap.",
        "organization.idp: missing; expected one of okta, entra, google, other.",
        "organization.screens: missing; expected one of new, mid, old, 2017.",
        "organization.operator: missing; expected an e-mail address such as pat@acme.example.",
    ]


def test_a_key_in_the_wrong_table_is_shown_its_own(load: Load) -> None:
    assert sentences(load, f"{ACME}shrink_percent = 20\n") == [
        "organization.shrink_percent: no such setting; expected perhaps limits.shrink_percent, in another table."
    ]


def test_a_hundred_mistakes_are_counted_and_twenty_named(load: Load) -> None:
    text = ACME + "[limits]\n" + "".join(f"x{number} = 1\n" for number in range(100))
    with pytest.raises(ConfigurationBroken) as refusal:
        load(text)
    assert len(refusal.value.mistakes) == 100
    assert "has 100 mistakes" in refusal.value.sentence
    assert refusal.value.sentence.count("\n- ") == 21
    assert "- … and 80 more." in refusal.value.sentence


def test_a_table_written_as_a_value_is_told_so(load: Load) -> None:
    assert sentences(load, f'limits = "none"\nseat_prices = 5\n{ACME}') == [
        'limits: found "none"; expected a table, [limits].',
        "seat_prices: found 5; expected tables, [[seat_prices]].",
    ]


def test_text_that_is_no_toml_is_told_where(load: Load) -> None:
    assert sentences(load, ACME + "name\n") == [
        "it is not TOML: Expected '=' after a key in a key/value pair (at line 9, column 5); expected lines such as "
        '`name = "value"` under headers such as [organization].'
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b'name = "\xff"', "byte 9 is not UTF-8"),
        (b"x = 1" + b"0" * 5000, "it holds a value that cannot be read"),
        (b"# " + b"x" * 1_000_000, "it is too large"),
        (b"x = " + b"[" * 50_000, "it is"),
        (b"x = 2026-02-30", "it"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_one_mistake(tmp_path: Path, content: bytes, found: str) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(ConfigurationBroken) as refusal:
        load_configuration(tmp_path)
    (mistake,) = refusal.value.mistakes
    assert mistake.sentence.startswith(found)


def test_a_folder_in_place_of_the_file_is_one_mistake(tmp_path: Path) -> None:
    (tmp_path / "config.toml").mkdir()
    with pytest.raises(ConfigurationBroken, match="cannot be read"):
        load_configuration(tmp_path)


def test_an_editors_byte_order_mark_and_line_ends_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf" + ACME.replace("\n", "\r\n").encode())
    assert load_configuration(tmp_path).organization.name == "Acme"


def test_invisible_characters_in_a_wrong_value_are_shown(load: Load) -> None:
    (sentence,) = sentences(load, ACME.replace('"okta"', '"ok\\u202eta\\u001b[2J"'))
    assert sentence.startswith('organization.idp: found "ok⟨U+202E⟩ta␛[2J"; expected')


def test_a_name_with_invisible_characters_is_refused(load: Load) -> None:
    assert len(sentences(load, ACME.replace('"Acme"', '"Ac\\u202eme"'))) == 1


def test_ldap_on_a_private_instance_is_refused_with_the_reason(load: Load) -> None:
    (sentence,) = sentences(load, ACME.replace('"saml"', '"ldap"'))
    assert sentence == (
        "organization.sign_in: found ldap; expected another way: Sign-in by AD or LDAP exists on on-premises servers "
        "only; a private instance offers saml or password. Name one of these, or the deployment on_premises."
    )


def test_saml_and_ldap_at_once_are_refused_with_the_reason(load: Load) -> None:
    (sentence,) = sentences(load, ACME.replace('"saml"', '["saml", "ldap"]'))
    assert sentence == (
        "organization.sign_in: found a list; expected one of password, saml, ldap: a server signs people in one "
        "way only, and with AD/LDAP on, its SAML settings count for nothing."
    )


def test_ldap_on_premises_is_accepted(load: Load) -> None:
    text = ACME.replace('"saml"', '"ldap"').replace('"private_instance"', '"on_premises"')
    organization = load(text.replace("acme.axure.cloud", "Share.Acme.Example:8443")).organization
    assert (organization.sign_in, organization.deployment) == (SignIn.LDAP, Deployment.ON_PREMISES)
    assert organization.host == "share.acme.example:8443"


@pytest.mark.parametrize("deployment", ["private_instance", "on_premises"])
def test_the_public_tenant_is_nobodys_own_server(load: Load, deployment: str) -> None:
    text = ACME.replace("acme.axure.cloud", "App.Axure.Cloud").replace('"private_instance"', f'"{deployment}"')
    (sentence,) = sentences(load, text)
    assert sentence.startswith("organization.host: found app.axure.cloud; expected another host: app.axure.cloud is ")


def test_a_host_of_axures_is_not_on_premises(load: Load) -> None:
    (sentence,) = sentences(load, ACME.replace('"private_instance"', '"on_premises"'))
    assert "hosted by Axure, so it is not on-premises" in sentence


@pytest.mark.parametrize("host", ["", "acme axure", "acme..example", "-acme.example", "acme.example/path", "a" * 64])
def test_what_is_no_host_is_refused(load: Load, host: str) -> None:
    assert len(sentences(load, ACME.replace("acme.axure.cloud", host))) == 1


def test_the_operators_address_is_taken_in_its_normal_form(load: Load) -> None:
    assert load(ACME.replace("pat@acme", " Pat@ACME")).organization.operator == "pat@acme.example"


def test_a_generation_named_by_its_year_needs_no_quotes(load: Load) -> None:
    assert load(ACME.replace('"new"', "2017")).organization.screens is Screens.YEAR_2017


def test_seat_prices_are_exact_and_found_whatever_their_case(load: Load) -> None:
    prices = """
[[seat_prices]]
edition = "Team"
yearly = 588.10
currency = "USD"
[[seat_prices]]
edition = "Enterprise"
yearly = 900
currency = "EUR"
"""
    policy = load(ACME + prices).policy
    assert policy.price_of(" team ") == SeatPrice("Team", Decimal("588.10"), "USD")
    assert policy.price_of("ENTERPRISE") == SeatPrice("Enterprise", Decimal(900), "EUR")
    assert policy.price_of("Pro") is None
    assert policy.price_of(None) is None


def test_wrong_prices_are_named_by_their_number(load: Load) -> None:
    prices = """
[[seat_prices]]
edition = "Team"
yearly = nan
currency = "$"
[[seat_prices]]
edition = "Pro"
yearly = 1
currency = "USD"
[[seat_prices]]
edition = "PRO"
yearly = -1
"""
    assert sentences(load, ACME + prices) == [
        "seat_prices.1.yearly: found NaN; expected an amount for one year, a number such as 588 or 588.00.",
        'seat_prices.1.currency: found "$"; expected three capital letters such as EUR.',
        "seat_prices.3.yearly: found -1; expected an amount for one year, a number such as 588 or 588.00.",
        "seat_prices.3.currency: missing; expected three capital letters such as EUR.",
        'seat_prices.3.edition: found "PRO" a second time; expected one price for each edition.',
    ]


def test_true_is_no_price(load: Load) -> None:
    price = '[[seat_prices]]\nedition = "Team"\nyearly = true\ncurrency = "EUR"\n'
    (sentence,) = sentences(load, ACME + price)
    assert sentence.startswith("seat_prices.1.yearly: found true; expected an amount")


def test_patterns_are_compared_as_addresses_are(load: Load) -> None:
    policy = load(f'{ACME}[policy]\nnon_personal = ["SVC-*@*", "*-room@acme.example"]\n').policy
    assert policy.non_personal == ("svc-*@*", "*-room@acme.example")


def test_trusted_folders_need_not_exist(load: Load) -> None:
    policy = load(f'{ACME}[policy]\ntrusted_folders = ["/srv/rosters", "/srv/rosters/"]\n').policy
    assert policy.trusted_folders == (Path("/srv/rosters"),)


def test_toolsets_keep_their_own_order(load: Load) -> None:
    configuration = load(f'{ACME}[tools]\ntoolsets = ["cases", "people", "cases"]\nread_only = true\n')
    assert configuration.toolsets == ("people", "cases")
    assert configuration.is_read_only is True


def test_the_toolsets_are_those_of_the_catalog() -> None:
    assert tuple(Toolset) == TOOLSETS


def test_headers_are_named_for_each_kind_of_roster(load: Load) -> None:
    columns = load(f'{ACME}[rosters.members]\nrole = "Niveau"\naddress = ["Mail", "E-Mail"]\n').roster_columns
    assert columns == {RosterKind.MEMBERS: {"address": ("Mail", "E-Mail"), "role": ("Niveau",)}}


def test_a_header_cannot_mean_two_fields(load: Load) -> None:
    assert sentences(load, f'{ACME}[rosters.seats]\nowner = "Person"\nassigned = ["User", "person"]\n') == [
        'rosters.seats.assigned: found "person", which owner has too; expected each header once.'
    ]


def test_a_field_that_no_roster_states_is_unknown(load: Load) -> None:
    (sentence,) = sentences(load, f'{ACME}[rosters.members]\nadress = "Mail"\n')
    assert sentence == "rosters.members.adress: no such setting; expected perhaps address."
    assert len(sentences(load, f'{ACME}[rosters.members]\nline = "No."\n')) == 1


def test_answers_make_an_organisation(organization: Organization) -> None:
    answers = {
        "name": "Acme",
        "deployment": "private_instance",
        "host": "acme.axure.cloud",
        "sign_in": "saml",
        "idp": "okta",
        "screens": "new",
        "operator": "pat@acme.example",
        "time_zone": "Europe/Amsterdam",
    }
    assert describe_organization(answers) == organization


def test_every_wrong_answer_is_named_at_once() -> None:
    with pytest.raises(ConfigurationBroken, match="what was answered has 7 mistakes") as refusal:
        describe_organization({"name": "Acme", "host": "https://acme", "operator": None, "hots": "acme"})
    assert refusal.value.code == "configuration_broken"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_configuration_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    home = tmp_path_factory.getbasetemp()
    (home / "config.toml").write_bytes(content)
    with pytest.raises(LifecycleError):
        load_configuration(home)


VALUES = st.sampled_from(
    [
        "1",
        "-1",
        "true",
        "nan",
        "1e999",
        "0x" + "f" * 6000,
        '""',
        '"x"',
        "[]",
        "[1, [2]]",
        "{a = 1}",
        "1979-05-27",
        "[{}]",
    ]
)
KEYS = st.sampled_from(
    [
        "organization.name",
        "organization.host",
        "organization.operator",
        "organization.time_zone",
        "organization",
        "limits",
        "limits.grace_minutes",
        "policy",
        "policy.non_personal",
        "policy.trusted_folders",
        "evidence",
        "evidence.folders",
        "evidence.max_bytes",
        "store",
        "store.url",
        "store.url_env",
        "store.url_file",
        "tools.toolsets",
        "tools.read_only",
        "rosters",
        "rosters.members",
        "rosters.members.role",
        "rosters.x",
        "seat_prices",
        "y",
    ]
)


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4))
def test_any_value_anywhere_is_taken_or_refused_in_one_way(
    tmp_path_factory: pytest.TempPathFactory, settings: dict[str, str]
) -> None:
    home = tmp_path_factory.getbasetemp()
    (home / "config.toml").write_text("".join(f"{key} = {value}\n" for key, value in settings.items()))
    with pytest.raises(ConfigurationBroken) as refusal:
        load_configuration(home, {})
    assert len(refusal.value.sentence) < 10_000
