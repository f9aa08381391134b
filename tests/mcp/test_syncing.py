"""Directories, read by the product itself, from the configuration to the verdict."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import anyio
import pytest

from tests.conversations.party import ANA, BEN, OPERATOR, STAFF, SUPER, Told, members_page
from tests.directories.vendors import faults
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import Organisation, Person
from tests.directories.vendors.people import Standing as Kept
from tests.directories.vendors.serving import Served, serve
from tests.mcp.offices import Bureau

TOKEN = "LIFECYCLE_TEST_OKTA"
SECRET = "LIFECYCLE_TEST_ENTRA"


@dataclass
class Beside:
    """Heron's office beside its Okta."""

    bureau: Bureau
    okta: Served[OktaVendor]
    numbers: dict[str, int]

    def sync(self, **arguments: Any) -> Told:
        """Ten minutes later, read."""
        self.bureau.clock.pass_by(minutes=10)
        return self.bureau.assistant.call("sync_directory", **arguments)

    def verdicts(self) -> dict[str, tuple[str, str | None]]:
        """Address → verdict and reason."""
        found = [self.bureau.assistant.call("check_user", person=one.address).data for one in STAFF]
        return {one["asked"]: (one["verdict"], one["reason"]) for one in found}

    @property
    def people(self) -> Organisation:
        """Whom Okta knows."""
        return self.okta.vendor.organisation


def configure(bureau: Bureau, table: str) -> None:
    """Add a table to the configuration."""
    file = bureau.office.home / "config.toml"
    file.write_text(f"{file.read_text('utf-8')}\n{table}", "utf-8")


@pytest.fixture
def beside(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Iterator[Beside]:
    names = {SUPER: Kept.ACTIVE, OPERATOR: Kept.ACTIVE, ANA: Kept.ACTIVE, BEN: Kept.ACTIVE}
    numbers = {address: number for number, address in enumerate(names, 1)}
    persons = [Person(numbers[address], "Kaya", "Berg", address) for address in names]
    with serve(OktaVendor(Organisation(persons))) as okta:
        monkeypatch.setenv(TOKEN, okta.vendor.ssws_token)
        place = urlsplit(okta.base).netloc
        configure(
            bureau,
            f'[[directories]]\nname = "okta"\nkind = "okta"\nhost = "{place}"\ntoken = "env:{TOKEN}"\n'
            f'app = "{okta.vendor.app_id}"\nca_file = "{okta.ca_file}"\n',
        )
        bureau.bring("members", members_page(STAFF))
        yield Beside(bureau, okta, numbers)


def test_whoever_the_directory_switches_off_or_deletes_is_a_leaver_after_the_next_read(beside: Beside) -> None:
    first = beside.sync()
    assert first.data["failed"] == 0
    assert first.data["directories"][0]["people"] == 4
    assert {verdict for verdict, _ in beside.verdicts().values()} == {"active"}
    beside.people.disable(beside.numbers[ANA])
    beside.people.delete(beside.numbers[BEN])
    told = beside.sync(directory="okta")
    assert told.data["directories"][0]["gone"] == 1
    found = beside.verdicts()
    assert found[ANA] == ("leaver", "deprovisioned")
    assert found[BEN] == ("leaver", "gone_from_directory")
    assert beside.bureau.office.last_payload("directory.read")["directory"] == "okta"


def test_a_read_that_fails_leaves_the_last_one_in_force_and_says_so(beside: Beside) -> None:
    beside.sync()
    beside.people.disable(beside.numbers[ANA])
    beside.okta.vendor.schedule.always(faults.LoginPage())
    told = beside.sync()
    (one,) = told.data["directories"]
    assert (one["outcome"], one["code"]) == ("failed", "directory_answer_strange")
    assert "R-2 stays in force" in told.text
    assert beside.verdicts()[ANA] == ("active", None)
    health = beside.bureau.assistant.call("list_sources").data["directories"][0]
    assert (health["source"], health["error"]) == ("R-2", "directory_answer_strange")
    beside.bureau.clock.pass_by(days=8)
    beside.bureau.bring("members", members_page(STAFF[:3]))
    assert {verdict for verdict, _ in beside.verdicts().values()} == {"withheld", None}  # Ben is no member any more.


def test_in_a_migration_from_okta_to_entra_the_kinder_of_both_counts_and_each_is_shown(
    beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = [Person(number, "Kaya", "Berg", address) for address, number in beside.numbers.items() if address != BEN]
    for address in (ANA, BEN):  # both are switched off in the directory that is left behind
        beside.people.disable(beside.numbers[address])
    beside.people.assign(beside.numbers[OPERATOR])
    with serve(EntraVendor(Organisation(moved))) as entra:
        told, place = entra.vendor.credentials(), urlsplit(entra.base).netloc
        monkeypatch.setenv(SECRET, told["client_secret"])
        configure(
            beside.bureau,
            f'[[directories]]\nname = "entra"\nkind = "entra"\ntenant = "{told["tenant"]}"\n'
            f'client_id = "{told["client_id"]}"\nsecret = "env:{SECRET}"\nca_file = "{entra.ca_file}"\n'
            f'graph_host = "{place}"\nlogin_host = "{place}"\n',
        )
        read = beside.sync().data["directories"]
    assert [(one["directory"], one["outcome"], one["people"]) for one in read] == [
        ("okta", "read", 4),
        ("entra", "read", 3),
    ]
    found = beside.verdicts()
    assert (found[ANA], found[BEN]) == (("active", None), ("leaver", "deprovisioned"))
    ana = beside.bureau.assistant.call("check_user", person=ANA)
    assert "The directories disagree." in ana.data["explanation"]
    assert {"deprovisioned (DEPROVISIONED), not assigned to Axure's app there", "active (accountEnabled=true)"} <= {
        one["says"] for one in ana.data["statements"]
    }
    # Left in Okta's app, and still in Axure: both stand there.
    says = [one["says"] for one in beside.bureau.assistant.call("check_user", person=OPERATOR).data["statements"]]
    assert "active (ACTIVE), assigned to Axure's app there" in says
    beside.bureau.clock.pass_by(days=2)
    okta, graph = beside.bureau.assistant.call("list_sources").data["directories"]
    assert (okta["people"], okta["age_days"], okta["error"]) == (4, 2, None)
    assert (graph["people"], graph["age_days"], graph["error"]) == (3, 2, None)
    assert "User.Read.All" in graph["scopes"]
    assert "permissions: " in graph["said"]


def test_a_call_that_is_cancelled_ends_the_read_at_once_and_leaves_nothing_of_it(beside: Beside) -> None:
    beside.sync()
    kept = beside.bureau.assistant.call("list_sources").data["directories"]
    beside.people.disable(beside.numbers[ANA])
    beside.okta.vendor.schedule.again().at(2, faults.Silence())
    heard: list[str | None] = []

    async def call_until_something_came() -> bool:
        with anyio.CancelScope() as call:

            async def hear(progress: float, total: float | None, message: str | None) -> None:
                del progress, total
                heard.append(message)
                call.cancel()

            await beside.bureau.assistant.client.call_tool("sync_directory", {}, progress_callback=hear)
        return call.cancelled_caught

    assert beside.bureau.assistant.portal.call(call_until_something_came)
    left = time.monotonic()
    for thread in threading.enumerate():
        if thread.name.startswith("reads "):
            thread.join(10)
    assert time.monotonic() - left < 5
    assert heard[0] is not None
    assert heard[0].startswith("okta: ")
    assert beside.bureau.assistant.call("list_sources").data["directories"] == kept
    assert beside.verdicts()[ANA] == ("active", None)
    beside.okta.vendor.schedule.again()
    beside.sync()
    assert beside.verdicts()[ANA] == ("leaver", "deprovisioned")


def test_without_a_configured_directory_it_says_how_to_configure_one(bureau: Bureau) -> None:
    sentence, code = bureau.assistant.refusal("sync_directory")
    assert code == "no_directories"
    assert "[[directories]]" in sentence


def test_no_secret_is_in_any_answer_or_in_the_store(beside: Beside, tmp_path: Path) -> None:
    token = beside.okta.vendor.ssws_token
    told = [beside.sync().text, beside.bureau.assistant.call("list_sources").text]
    beside.okta.vendor.schedule.always(faults.LoginPage())
    told.append(beside.sync().text)
    assert all(token not in text for text in told)
    for file in (file for file in tmp_path.rglob("*") if file.is_file()):
        assert token.encode() not in file.read_bytes(), file.name


def test_a_file_that_something_else_writes_is_a_directory_too(bureau: Bureau, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(f"Email,Status\n{ANA},active\n{BEN},active\n", "utf-8")
    configure(bureau, f'[[directories]]\nname = "staff"\nkind = "file"\npath = "{file}"\nstill_seconds = 0\n')
    bureau.bring("members", members_page(STAFF))
    assert bureau.assistant.call("sync_directory").data["directories"][0]["people"] == 2
    file.write_text(f"Email,Status\n{ANA},active\n{ANA},disabled\n", "utf-8")
    (one,) = bureau.assistant.call("sync_directory").data["directories"]
    assert (one["outcome"], one["code"]) == ("failed", "directory_file_flawed")
    file.unlink()
    (one,) = bureau.assistant.call("sync_directory").data["directories"]
    assert (one["outcome"], one["code"]) == ("failed", "roster_missing")
