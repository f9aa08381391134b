"""A cursor is thrown away on any doubt: everybody is read in the same call, and the answer says what the doubt was."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from axure_lifecycle.domain.directories import EntraSettings
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle_tools.syncing import SyncedDirectory, sync_directory
from tests.directories.product import GivenDirectory, Product, open_product, settings_of, write_members
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.people import Organisation, make_organisation
from tests.directories.vendors.serving import serve

PEOPLE = 12


class Beside:
    """The product beside an Entra that tells changes, read twice."""

    def __init__(self, product: Product, organisation: Organisation) -> None:
        self.product, self.organisation = product, organisation
        assert [self.product.sync().full for _ in range(2)] == [True, False]

    def configure(self, **different: Any) -> None:
        """Other settings of the same directory."""
        now = self.product.directory
        assert isinstance(now.settings, EntraSettings)
        self.product.directory = GivenDirectory(replace(now.settings, **different), now.secret)


@pytest.fixture
def beside(tmp_path: Path) -> Iterator[Beside]:
    organisation = make_organisation(PEOPLE)
    roster = write_members(tmp_path / "members.csv", [person.address for person in organisation.people.values()])
    with (
        serve(EntraVendor(organisation)) as served,
        open_product(tmp_path / "home", roster, *settings_of(served)) as product,
    ):
        yield Beside(product, organisation)


@pytest.mark.parametrize("different", [{"leave_dates": True}, {"app": None}])
def test_after_a_change_of_the_settings_everybody_is_read_and_the_answer_says_so(
    beside: Beside, different: dict[str, Any]
) -> None:
    beside.configure(**different)
    read = beside.product.sync()
    assert (read.outcome, read.full, read.people) == ("read", True, PEOPLE)
    assert "Everything was read, because its configuration changed." in read.said
    assert not beside.product.sync().full


def test_changes_whose_base_is_taken_back_before_they_count_count_for_nothing(beside: Beside) -> None:
    """Somebody retracts the read that the changes follow in the moment between their storing and their counting."""
    base = beside.product.source_in_force()
    assert base is not None
    beside.organisation.disable(1)
    retracted: list[str] = []

    def retract(done: int, total: int | None, what: str, /) -> None:
        if what.endswith("rows stored") and done == total and not retracted:
            retracted.append(base)
            with beside.product.workshop.desk(Channel.TERMINAL).store.writing(beside.product.desk().actor) as change:
                change.retract_source(int(base.removeprefix("R-")), "the wrong tenant")

    read: SyncedDirectory
    (read,) = sync_directory(replace(beside.product.desk(), progress=retract)).directories
    assert retracted == [base]
    assert (read.outcome, read.full) == ("read", True)
    assert f"Everything was read, because {base}, which the changes follow, was taken back meanwhile." in read.said
    off = {address for address, verdict in beside.product.verdicts().items() if verdict == ("leaver", "disabled")}
    assert off == {beside.organisation.people[1].address}


def test_a_read_that_is_held_leaves_no_cursor_so_that_the_next_one_can_show_everybody_again(beside: Beside) -> None:
    gone = sorted(beside.organisation.people)[:8]
    for number in gone:
        beside.organisation.delete(number)
    for is_full in (False, True, True):
        read = beside.product.sync()
        assert (read.outcome, read.full, read.people) == ("read", is_full, PEOPLE - len(gone))
        assert "a person confirms it" in read.said[1]
    for number in gone:
        beside.organisation.restore(number)
    read = beside.product.sync()
    assert (read.full, read.people, len(read.said)) == (True, PEOPLE, 1)
    assert not beside.product.sync().full
