"""The hour of a read is of everything that belongs to it: the second look, and everybody after a doubted cursor."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from axure_lifecycle.directories.ldap.opening import open_ldap
from axure_lifecycle.directories.pace import Pace
from axure_lifecycle.directories.refusals import DirectoryDeadline
from axure_lifecycle.ports import Directory
from tests.directories.ldap_reads import at_openldap
from tests.directories.peers import openldap as openldaps
from tests.directories.product import GivenDirectory, open_product, settings_of, write_members
from tests.directories.rigs import VENDORS
from tests.directories.troubles import at_once
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.entra_delta import Expiry
from tests.directories.vendors.faults import Meanwhile
from tests.directories.vendors.people import make_organisation
from tests.directories.vendors.serving import serve

OPENLDAP = pytest.param("openldap", marks=pytest.mark.peer("slapd"))


@dataclass
class SetSeconds:
    """A clock that stands until somebody moves it."""

    at: float = 0.0

    def pace(self) -> Pace:
        return Pace(now=lambda: self.at, sleep=at_once)


@contextmanager
def opened(name: str, pace: Pace, request: pytest.FixtureRequest) -> Generator[Directory]:
    """A directory of a kind, opened for one sync."""
    if name == "openldap":
        yield open_ldap(at_openldap(request.getfixturevalue("openldap")), openldaps.READER_PASSWORD, pace)
        return
    with serve(VENDORS[name](make_organisation(5))) as served:
        given = GivenDirectory(*settings_of(served))
        given.pace = pace
        yield given.open(given.settings.name)


@pytest.mark.parametrize("name", [*VENDORS, OPENLDAP])
def test_what_follows_a_read_has_no_hour_of_its_own(name: str, request: pytest.FixtureRequest) -> None:
    clock = SetSeconds()
    with opened(name, clock.pace(), request) as directory:
        with directory.read(None, None, None) as reading:
            (first, *_) = [entry for batch in reading.batches() for entry in batch]
            clock.at = 3_599.0
            assert [entry.key for batch in reading.look_again([first.key]) for entry in batch] == [first.key]
            clock.at = 3_601.0
            with pytest.raises(DirectoryDeadline, match="took longer than 60 minutes"):
                list(reading.look_again([first.key]))
        with directory.read(None, None, None) as again, pytest.raises(DirectoryDeadline):
            list(again.batches())
    with opened(name, clock.pace(), request) as later, later.read(None, None, None) as reading:
        assert list(reading.batches())


def test_everybody_who_is_read_after_a_doubt_is_read_within_the_same_hour(tmp_path: Path) -> None:
    organisation, clock = make_organisation(5), SetSeconds()
    roster = write_members(tmp_path / "members.csv", [person.address for person in organisation.people.values()])
    with (
        serve(EntraVendor(organisation)) as served,
        open_product(tmp_path / "home", roster, *settings_of(served)) as product,
    ):
        assert product.sync(clock.pace()).outcome == "read"

        def take_an_hour(_: object) -> None:
            served.vendor.delta.expire(Expiry.GONE)
            clock.at += 3_601.0

        served.vendor.schedule.again().at(1, Meanwhile(take_an_hour))
        late = product.sync(clock.pace())
        assert (late.outcome, late.code) == ("failed", "directory_deadline")
        assert product.sync(clock.pace()).outcome == "read"
