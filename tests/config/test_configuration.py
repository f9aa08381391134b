"""What a configuration says, setting by setting."""

from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from axure_lifecycle.config import (
    TOOLSETS,
    NotConfigured,
    load_configuration,
)
from axure_lifecycle.domain.evidence import EvidenceRules
from axure_lifecycle.domain.organization import SeatPrice
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle_tools.spec import Toolset
from tests.config.acme import ACME, Load, sentences


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
    assert configuration.toolsets == ("people", "sources", "discrepancies", "cases", "knowledge", "reports", "reviews")
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
