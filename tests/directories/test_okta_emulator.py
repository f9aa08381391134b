"""Okta once more, as other people emulate it: npm's `emulate`, whose authors never heard of our reader.

What it can serve is shown here by the whole product: users, several pages of them behind links of its own, the states
of the life cycle that it knows, deletion, an application and who is assigned to it.

What it cannot is the business of our own fake (`vendors/okta.py`), which was written from Okta's documentation: its
pages are numbered (`page`, `per_page`, 30 people) where Okta has `limit` and an opaque `after`, and none has the link
to itself that each of Okta's has, so the relay before it adds that one; it knows no limit of
requests, hence no 429 and no `X-Rate-Limit-*`; it lists DEPROVISIONED users without being asked for them and
understands no filter but one by status; application users come without pages and without a status, and stay when
somebody is deprovisioned; no service app can sign in with a key (private_key_jwt), and any API token will do.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx
import pytest

from axure_lifecycle.domain.directories import OktaSettings
from tests.conformance.peers import NODE, VARIABLE, find
from tests.conftest import lacks
from tests.directories.peers.daemons import Address, Daemon, find_free_port
from tests.directories.product import HERE, NAME, Product, open_product, write_members
from tests.directories.vendors.relay import Relay
from tests.directories.vendors.serving import Served, serve

pytestmark = pytest.mark.peer("emulate")

TOKEN: Final = "00-a-token-of-the-emulator"
APP: Final = "0oaaxure"
PEOPLE: Final = 70
"""Three of its pages."""
ITS_OWN: Final = 1
"""People whom it adds to every organisation."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """The emulator, its own door for an administrator, and the TLS in front of it for the reader."""

    admin: httpx.Client
    served: Served[Relay]

    def do(self, method: str, path: str) -> None:
        """Something that an administrator does."""
        self.admin.request(method, f"/api/v1/{path}").raise_for_status()

    def settings(self) -> OktaSettings:
        """As the product reads it."""
        host = self.served.base.removeprefix("https://")
        return OktaSettings(name=NAME, host=host, token=HERE, app=APP, ca_file=self.served.ca_file)


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    """The emulator with its people, user0@acme.example (id 00u0) and so on; the first two are assigned to the app."""
    folder = os.environ.get(VARIABLE)
    program = find(Path(folder), "emulate") if folder else None
    if program is None:
        lacks(f"npm's emulate in the folder that {VARIABLE} names (see tests/conformance/peers.py)")
    people = [{"login": address_of(each), "email": address_of(each), "okta_id": f"00u{each}"} for each in range(PEOPLE)]
    app = {"okta_id": APP, "name": "axure", "label": "Axure Cloud"}
    tokens: dict[str, object] = {TOKEN: {"login": address_of(0), "scopes": []}}
    seed = {"tokens": tokens, "okta": {"users": people, "apps": [app]}}
    file = tmp_path / "emulate.json"
    file.write_text(json.dumps(seed), encoding="utf-8")
    place = Address("127.0.0.1", find_free_port())
    options = ("--service", "okta", "--port", str(place.port), "--seed", str(file))
    daemon = Daemon([str(NODE / "node"), str(program), "start", *options], tmp_path / "emulate.log", place)
    daemon.start()
    behind = f"http://{place.host}:{place.port}"
    try:
        with (
            httpx.Client(base_url=behind, headers={"authorization": f"SSWS {TOKEN}"}) as admin,
            serve(Relay(behind, adds_itself=True)) as served,
        ):
            emulator = Emulator(admin, served)
            for number in (0, 1):
                emulator.do("PUT", f"apps/{APP}/users/00u{number}")
            yield emulator
    finally:
        daemon.stop()


@pytest.fixture
def product(emulator: Emulator, tmp_path: Path) -> Iterator[Product]:
    """Axure, where all of them are members, and the directory was read once."""
    roster = write_members(tmp_path / "members.csv", map(address_of, range(PEOPLE)))
    with open_product(tmp_path / "home", roster, emulator.settings(), TOKEN) as product:
        first = product.sync()
        assert (first.outcome, first.people) == ("read", PEOPLE + ITS_OWN), first.said
        yield product


def address_of(number: int) -> str:
    return f"user{number}@acme.example"


def test_what_an_administrator_does_in_the_emulator_is_seen_on_every_page(emulator: Emulator, product: Product) -> None:
    asked = [each.query for each in emulator.served.vendor.asked_for_data() if each.path == "/api/v1/users"]
    assert {"2", "3"} <= {query.get("page") for query in asked}
    assert set(product.verdicts().values()) == {("active", None)}
    accounts = {str(each.address): each for each in product.accounts(map(address_of, range(PEOPLE)))}
    assert {each.status for each in accounts.values()} == {"ACTIVE"}
    assert [name for name, each in accounts.items() if each.is_assigned] == [address_of(0), address_of(1)]

    emulator.do("POST", "users/00u1/lifecycle/deactivate")
    emulator.do("POST", "users/00u2/lifecycle/suspend")
    for _ in range(2):  # the first deactivates, the second deletes
        emulator.do("DELETE", "users/00u3")
    emulator.do("PUT", f"apps/{APP}/users/00u4")
    read = product.sync()
    assert (read.outcome, read.people, read.gone) == ("read", PEOPLE + ITS_OWN - 1, 1), read.said
    told = {address: judged for address, judged in product.verdicts().items() if judged != ("active", None)}
    assert told == {
        address_of(1): ("leaver", "deprovisioned"),
        address_of(2): ("hold", None),
        address_of(3): ("leaver", "gone_from_directory"),
    }
    accounts = {str(each.address): each for each in product.accounts(map(address_of, (1, 4, 5)))}
    assert {name: (each.status, each.is_assigned) for name, each in accounts.items()} == {
        address_of(1): ("DEPROVISIONED", True),  # the emulator leaves the app where Okta takes it away
        address_of(4): ("ACTIVE", True),
        address_of(5): ("ACTIVE", False),
    }
    emulator.do("POST", "users/00u1/lifecycle/activate")
    emulator.do("POST", "users/00u2/lifecycle/unsuspend")
    assert product.sync().outcome == "read"
    verdicts = product.verdicts()
    assert [verdicts[address_of(each)][0] for each in range(1, 4)] == ["active", "active", "leaver"]
