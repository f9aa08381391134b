"""An account that a complete read still lists is nobody who left, whatever became of its address."""

from pathlib import Path

import pytest

from tests.directories.product import AnyVendor, open_product, settings_of, write_members
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import make_organisation
from tests.directories.vendors.serving import serve

VENDORS: dict[str, type[AnyVendor]] = {"okta": OktaVendor, "entra": EntraVendor, "google": GoogleVendor}
WITHOUT, RENAMED, OFF, DELETED, THERE = range(1, 6)
"""Numbers of people: without any address, under another one, switched off without one, deleted, as before."""


@pytest.mark.parametrize("name", list(VENDORS))
def test_who_is_still_listed_without_the_address_of_before_is_no_leaver(name: str, tmp_path: Path) -> None:
    staff = make_organisation(30)
    members = {number: staff.people[number].address for number in (WITHOUT, RENAMED, OFF, DELETED, THERE)}
    for number in members:
        staff.change(number, mail=members[number], aliases=())
    with (
        serve(VENDORS[name](staff)) as served,
        open_product(
            tmp_path / "home", write_members(tmp_path / "m.csv", members.values()), *settings_of(served)
        ) as product,
    ):
        product.sync()
        assert {verdict for verdict, _ in product.verdicts().values()} == {"active"}
        staff.change(WITHOUT, address="bot-1", mail=None)
        staff.change(RENAMED, address="new.name@people.example", mail="new.name@people.example")
        staff.change(OFF, address="bot-2", mail=None)
        staff.disable(OFF)
        if name == "google":
            staff.change(OFF, is_archived=True)
        staff.delete(DELETED)
        for another in (6, 7):  # what the second read keeps of the first one is not lost at the third
            assert product.sync().outcome == "read"
            found = product.verdicts()
            assert {number: found[members[number]] for number in members} == {
                WITHOUT: ("not_in_directory", None),
                RENAMED: ("not_in_directory", None),
                OFF: ("leaver", "gone_from_directory"),
                DELETED: ("leaver", "deprovisioned" if name == "google" else "gone_from_directory"),
                THERE: ("active", None),
            }
            assert product.person(members[WITHOUT]).gone_from == ()
            assert len(product.person(members[DELETED]).gone_from) == (name != "google")
            staff.delete(another)
