"""What a configuration that cannot be used is told: everything that is wrong with it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from axure_lifecycle.config import (
    ConfigurationBroken,
    describe_organization,
    load_configuration,
)
from axure_lifecycle.domain.errors import LifecycleError
from tests.config.acme import ACME, Load, sentences


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
    toolsets = "people, sources, discrepancies, cases, knowledge, reports, reviews"
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
        "serve, rosters, audit, directories, notices, reminders, tickets, scim.",
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
        "directories",
        "policy.approvals",
        "policy.approvals.reasons",
        "policy.confirmation",
        "policy.confirmation.least",
        "policy.confirmation.x",
        "serve",
        "serve.host",
        "serve.port",
        "serve.public_url",
        "serve.keys",
        "serve.trusted_proxies",
        "serve.issuer",
        "serve.issuer.issuer",
        "serve.issuer.audience",
        "serve.issuer.roles",
        "serve.issuer.people",
        "serve.issuer.people.x",
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
