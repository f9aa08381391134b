"""A listing that leaves people out: whoever it hides is asked for before anybody is gone, however many they are."""

from collections.abc import Iterable
from pathlib import Path

from tests.directories.product import open_product, settings_of, write_members
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import Person, make_organisation
from tests.directories.vendors.serving import serve
from tests.directories.vendors.wire import Ask, Page, Reply

PEOPLE, HIDDEN = 6_000, 1_100


class Forgetful(OktaVendor):
    """Okta whose listings leave some people out, as they do for an admin role that ceased to reach them."""

    hidden: frozenset[int] = frozenset()
    looked_at: int = 0

    def page(self, ask: Ask, people: Iterable[Person], limit: int) -> Page:
        return super().page(ask, (each for each in people if each.number not in self.hidden), limit)

    def answer(self, ask: Ask) -> Reply | Page:
        self.looked_at += ask.path.startswith("/api/v1/users/")
        return super().answer(ask)


def test_of_more_than_a_thousand_whom_a_listing_leaves_out_a_thousand_are_asked_for(tmp_path: Path) -> None:
    organisation = make_organisation(PEOPLE)
    vendor = Forgetful(organisation)
    addresses = [person.address for person in organisation.people.values()]
    some = sorted(organisation.people)[1_000 : 1_000 + HIDDEN]
    roster = write_members(tmp_path / "members.csv", addresses)
    with serve(vendor) as served, open_product(tmp_path / "home", roster, *settings_of(served)) as product:
        assert product.sync().people == PEOPLE
        vendor.hidden = frozenset(some)
        failed = product.sync()
        assert (failed.outcome, failed.code) == ("failed", "directory_left_people_out")
        assert (
            "its listing leaves 1,100 people out whom the read before had, and of 1,000 of them who were asked for one "
            "by one 1,000 are there" in failed.said[0]
        )
        assert vendor.looked_at == 1_000
        assert product.source_in_force() == "R-2"
        assert product.singled_out()[1].get("active") == PEOPLE
