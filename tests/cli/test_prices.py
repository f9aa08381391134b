"""What idle seats cost a year: the same figures at a terminal, for a machine, and for an assistant."""

from pathlib import Path

from axure_lifecycle.app import Workshop
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.discrepancies import find_discrepancies
from tests.cli.conftest import DIRECTORY, MEMBERS, bring, initialize
from tests.cli.processes import run

SEATS = """\
Subscription,Edition,Owner,Managers,Assigned user,Renews on,Bought by
SUB-1,Team,bo@acme.example,bo@acme.example,ana@acme.example,2027-03-01,card
SUB-2,TEAM,bo@acme.example,bo@acme.example,,2027-03-01,card
SUB-3,Pro,bo@acme.example,bo@acme.example,,2027-03-01,card
SUB-4,Enterprise,bo@acme.example,bo@acme.example,,2027-03-01,card
SUB-5,Team,bo@acme.example,bo@acme.example,bo@acme.example,2027-03-01,card
"""
"""Ana has left: four seats can be reclaimed, two of them of the edition Team; Bo's cannot."""
PRICES = """
[[seat_prices]]
edition = "Team"
yearly = 588.10
currency = "EUR"

[[seat_prices]]
edition = "pro"
yearly = 348
currency = "USD"
"""


def priced_home(tmp_path: Path) -> Path:
    """A home with those seats, and prices for two of their three editions."""
    home = initialize(tmp_path / "home")
    for kind, content in (("members", MEMBERS), ("seats", SEATS), ("directory", DIRECTORY)):
        file = tmp_path / f"{kind}.csv"
        file.write_text(content, encoding="utf-8")
        bring(home, kind, file)
    with (home / "config.toml").open("a", encoding="utf-8") as configuration:
        configuration.write(PRICES)
    return home


def test_reclaimable_seats_are_priced_alike_for_people_machines_and_assistants(tmp_path: Path) -> None:
    home = priced_home(tmp_path)
    costs = {"EUR": "1176.20", "USD": "348.00"}

    told = run("discrepancies", home=home).out
    assert "  Reclaimable: 1176.20 EUR, 348.00 USD a year." in told
    assert "  1 reclaimable seat without a configured price ([[seat_prices]] in config.toml)." in told

    found = run("discrepancies", "--json", home=home).answer
    assert (found["yearly_cost"], found["seats_without_price"]) == (costs, 1)

    workshop = Workshop(home)
    try:
        reply = find_discrepancies(workshop.desk(Channel.ASSISTANT))
    finally:
        workshop.close()
    assert (reply.yearly_cost, reply.seats_without_price) == (costs, 1)
    assert "Reclaimable a year: 1176.20 EUR, 348.00 USD" in reply.text()
    assert reply.seat_counts == found["seat_counts"] == {"assigned_to_leaver": 1, "unassigned": 3}


def test_without_prices_no_cost_is_named_and_the_seats_are_counted(small_home: Path) -> None:
    assert "Reclaimable:" not in run("discrepancies", home=small_home).out
    found = run("discrepancies", "--json", home=small_home).answer
    assert (found["yearly_cost"], found["seats_without_price"]) == ({}, 1)


def test_the_licence_list_and_the_directories_are_named_for_machines_too(small_home: Path) -> None:
    found = run("discrepancies", "--json", home=small_home).answer
    assert found["licences"].startswith("R-2 “seats.csv” of ")
    assert [one[:21] for one in found["directories"]] == ["R-3 “directory.csv” of"[:21]]
    assert found["cautions"] == []
