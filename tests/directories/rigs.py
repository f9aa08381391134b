"""Directories whose people are known, each served by its own protocol, with a fault at a place that a seed chose."""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Final, NamedTuple

from tests.directories.product import AnyVendor, Settings, settings_of
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.entra_delta import Expiry
from tests.directories.vendors.faults import MAKERS, Meanwhile
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import Organisation, Standing
from tests.directories.vendors.serving import serve

FOR_GOOD: Final = 60
"""Requests in a row that meet a fault which does not pass: more than any reader asks in vain."""
Judgement = tuple[str, str | None]
"""Verdict and reason."""
ACTIVE: Final = ("active", None)
HOLD: Final = ("hold", None)
DISABLED: Final = ("leaver", "disabled")
DEPROVISIONED: Final = ("leaver", "deprovisioned")


class Told(NamedTuple):
    """What a directory says of an account, and what that means by the design of the product."""

    word: str
    judgement: Judgement


class Planned(NamedTuple):
    """A fault that is about to strike."""

    what: str
    hides: bool
    """Whether somebody may fall out between two pages, so that no listing mentions them."""


class Rig(ABC):
    """One directory. Its truth is `organisation`, in the words of this file, not of the readers."""

    name: ClassVar[str]
    told: ClassVar[Mapping[Standing, Told]]
    """Of every account that is there."""
    told_of_deleted: ClassVar[Told | None] = None
    """Of one that was deleted, where the directory still lists it; else it is gone."""
    unassigned: ClassVar[bool | None] = None
    """What is said of whoever is not assigned to the app; None where the directory knows no app."""

    def __init__(self, organisation: Organisation, settings: Settings, secret: str) -> None:
        self.organisation, self.settings, self.secret = organisation, settings, secret

    def keeps_apps_of(self, standing: Standing) -> bool:
        """Whether somebody of this standing keeps the apps that are assigned."""
        del standing
        return True

    def publish(self) -> None:  # noqa: B027 - most directories show the organisation itself
        """The organisation changed: let the directory show it."""

    @abstractmethod
    def plan(self, roll: random.Random, change: Callable[[], None]) -> Planned:
        """Let a fault strike during the next read, and `change` be called at another place of it, or never."""

    @abstractmethod
    def calm(self) -> None:
        """From now on nothing is planned any more."""


class VendorRig(Rig):
    """A fake of a vendor, whose requests are counted."""

    vendor: AnyVendor

    def requests_of_a_read(self) -> int:
        """About how many requests of data a whole read takes."""
        raise NotImplementedError

    def plan(self, roll: random.Random, change: Callable[[], None]) -> Planned:
        """One kind of fault at one request, at two in a row, or for good."""
        requests, schedule = self.requests_of_a_read(), self.vendor.schedule
        schedule.again()
        fault = roll.choice(tuple(MAKERS))
        lasting = roll.choice((1, 2, FOR_GOOD))
        begin = roll.randint(1, requests)
        schedule.at(begin, *(MAKERS[fault](roll) for _ in range(lasting)))
        change_at = roll.choice([each for each in range(1, requests + 2) if not begin <= each < begin + lasting] or [0])
        if change_at:
            schedule.at(change_at, Meanwhile(lambda _: change()))
        return Planned(f"{fault} × {lasting} from request {begin}, a change at {change_at}", fault == "moved behind")

    def calm(self) -> None:
        """Every request is answered."""
        self.vendor.schedule.again()


class OktaRig(VendorRig):
    """Okta."""

    name = "okta"
    told: ClassVar[Mapping[Standing, Told]] = {
        Standing.ACTIVE: Told("ACTIVE", ACTIVE),
        Standing.STAGED: Told("STAGED", ACTIVE),
        Standing.LOCKED: Told("LOCKED_OUT", ACTIVE),
        Standing.SUSPENDED: Told("SUSPENDED", HOLD),
        Standing.DISABLED: Told("DEPROVISIONED", DEPROVISIONED),
    }
    unassigned = False

    def keeps_apps_of(self, standing: Standing) -> bool:
        """Whoever is deprovisioned has no apps any more (Okta, "Deactivate a user")."""
        return standing is not Standing.DISABLED

    def requests_of_a_read(self) -> int:
        """Users, and those who are assigned."""
        people = len(self.organisation.people)
        return people // 200 + people // 1500 + 4


class EntraRig(VendorRig):
    """Entra ID."""

    name = "entra"
    told: ClassVar[Mapping[Standing, Told]] = {
        **dict.fromkeys(Standing, Told("accountEnabled=true", ACTIVE)),
        Standing.DISABLED: Told("accountEnabled=false", DISABLED),
    }
    unassigned = False

    def requests_of_a_read(self) -> int:
        """The first round."""
        return len(self.organisation.people) // 100 + 4

    def plan(self, roll: random.Random, change: Callable[[], None]) -> Planned:
        """Half of the reads find that their cursor expired, so that everybody is read."""
        assert isinstance(self.vendor, EntraVendor)
        if roll.random() < 0.5:
            self.vendor.delta.expire(roll.choice(tuple(Expiry)))
        return super().plan(roll, change)


class GoogleRig(VendorRig):
    """Google Workspace."""

    name = "google"
    told: ClassVar[Mapping[Standing, Told]] = {
        **dict.fromkeys(Standing, Told("suspended=false", ACTIVE)),
        **dict.fromkeys((Standing.DISABLED, Standing.SUSPENDED), Told("suspended=true (ADMIN)", HOLD)),
    }
    told_of_deleted = Told("deleted", DEPROVISIONED)

    def requests_of_a_read(self) -> int:
        """Users; the deleted ones are few."""
        return len(self.organisation.people) // 500 + 2


VENDORS: Final[Mapping[str, type[AnyVendor]]] = {"okta": OktaVendor, "entra": EntraVendor, "google": GoogleVendor}
_RIGS: Final[Mapping[str, type[VendorRig]]] = {"okta": OktaRig, "entra": EntraRig, "google": GoogleRig}


@contextmanager
def open_vendor(name: str, organisation: Organisation) -> Generator[Rig]:
    """One of `VENDORS`, served on the loopback."""
    with serve(VENDORS[name](organisation)) as served:
        rig = _RIGS[name](organisation, *settings_of(served))
        rig.vendor = served.vendor
        yield rig
