"""A directory that changes between reads which meet faults: what may be in force afterwards, and nothing else.

Each trouble is a seed. Some people change; then the directory is read while faults strike at random requests and one
more person changes in the middle; then it is read once more in peace. The truth is the organisation itself, in the
words of this file, not of the readers.
"""

import random
from collections.abc import Collection, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, assert_never

import anyio.lowlevel

from axure_lifecycle.directories.pace import Pace
from tests.directories.product import AnyVendor, Product, open_product, settings_of, write_members
from tests.directories.vendors.entra import EntraVendor
from tests.directories.vendors.entra_delta import Expiry
from tests.directories.vendors.faults import MAKERS, Meanwhile
from tests.directories.vendors.google import GoogleVendor
from tests.directories.vendors.okta import OktaVendor
from tests.directories.vendors.people import Organisation, Person, Standing, make_organisation, make_person
from tests.directories.vendors.serving import serve

VENDORS: Final[Mapping[str, type[AnyVendor]]] = {"okta": OktaVendor, "entra": EntraVendor, "google": GoogleVendor}
MOVED_BEHIND: Final = "moved behind"
FOR_GOOD: Final = 60
"""Requests in a row that meet a fault which does not pass: more than any reader asks in vain."""
ACTIVE: Final = ("active", None)
GONE: Final = ("leaver", "gone_from_directory")
Judgement = tuple[str, str | None]


async def at_once(seconds: float) -> None:
    """Nobody waits here; what is asked for is the business of the wire's own tests."""
    del seconds
    await anyio.lowlevel.checkpoint()


HASTY: Final = Pace(silence=1.5, answer=2.5, tries=3, sleep=at_once)


class Truth(NamedTuple):
    """What a complete read of the organisation says."""

    accounts: Mapping[str, tuple[str, bool | None]]
    """Address → the directory's own word for the account, and whether it is assigned to the app."""
    verdicts: Mapping[str, Judgement]
    """Of every member."""

    def without(self, unseen: Collection[str]) -> "Truth":
        """The same, but for accounts that nobody could have seen."""
        return self._replace(accounts={name: told for name, told in self.accounts.items() if name not in unseen})


@dataclass
class Beside:
    """The product beside a vendor whose organisation changes."""

    vendor: AnyVendor
    product: Product
    members: Mapping[str, int]
    """Address → number; those who were there at the beginning."""
    next_number: int
    outcomes: dict[str, int] = field(default_factory=dict[str, int])
    """How many attempts ended in which way."""

    def truth(self) -> Truth:
        """As the organisation is now."""
        organisation = self.vendor.organisation
        with organisation.lock:
            known = dict(organisation.people)
            if isinstance(self.vendor, GoogleVendor):
                known |= {number: person for number, (person, _) in organisation.deleted.items()}
            accounts = {person.address: self._account(person) for person in known.values()}
            verdicts = {
                address: self._judge(known[number]) if number in known else GONE
                for address, number in self.members.items()
            }
        return Truth(accounts, verdicts)

    def _account(self, person: Person) -> tuple[str, bool | None]:
        organisation = self.vendor.organisation
        is_assigned = person.number in organisation.assigned
        match self.vendor:
            case OktaVendor():
                words = {
                    Standing.ACTIVE: "ACTIVE",
                    Standing.STAGED: "STAGED",
                    Standing.LOCKED: "LOCKED_OUT",
                    Standing.SUSPENDED: "SUSPENDED",
                    Standing.DISABLED: "DEPROVISIONED",
                }
                # Whoever is deprovisioned has no apps any more (Okta, "Deactivate a user").
                return words[person.standing], is_assigned and person.standing is not Standing.DISABLED
            case EntraVendor():
                is_enabled = person.standing is not Standing.DISABLED
                return f"accountEnabled={str(is_enabled).lower()}", is_assigned
            case GoogleVendor():
                if person.number not in organisation.people:
                    return "deleted", None
                is_off = person.standing in {Standing.DISABLED, Standing.SUSPENDED}
                return "suspended=true (ADMIN)" if is_off else "suspended=false", None
            case _:
                assert_never(self.vendor)

    def _judge(self, person: Person) -> Judgement:
        """What the vendors' words mean, by the design of the product."""
        match self._account(person)[0]:
            case "DEPROVISIONED" | "deleted":
                return "leaver", "deprovisioned"
            case "accountEnabled=false":
                return "leaver", "disabled"
            case "SUSPENDED" | "suspended=true (ADMIN)":
                return "hold", None
            case _:
                return ACTIVE

    def in_force(self, known: Truth) -> Truth:
        """What the store says, about everybody who could be in it."""
        verdicts = {address: (verdict, reason) for address, (verdict, reason) in self.product.verdicts().items()}
        accounts = {
            str(record.address): (record.status or "", record.is_assigned)
            for record in self.product.accounts(known.accounts)
        }
        return Truth(accounts, verdicts)

    def check(self, what: str, *allowed: Truth) -> int:
        """Which of the allowed states is in force, exactly."""
        everybody = Truth({name: known for each in allowed for name, known in each.accounts.items()}, {})
        found = self.in_force(everybody)
        assert found in allowed, "\nor ".join([what, *(describe_difference(found, each) for each in allowed)])
        return allowed.index(found)

    def _unseen(self, new: Truth, old: Truth) -> set[str]:
        """Whoever is new and fell out between two pages: no listing says so, and nobody knew whom to ask for.

        Nobody is a leaver by that; the next read brings them. Whoever was known before is asked for by id.
        """
        strangers = new.accounts.keys() - old.accounts.keys()
        return set(strangers) - self.in_force(Truth(new.accounts, {})).accounts.keys()

    # --- what happens ---

    def meet(self, seed: int) -> None:
        """One trouble, from the changes to the read in peace."""
        roll = random.Random(f"trouble {seed}")
        vendor, organisation = self.vendor, self.vendor.organisation
        old, before = self.truth(), self.product.source_in_force()
        touched = self._change_some(roll)
        new = self.truth()

        late = roll.choice([each for each in organisation.people if each not in touched])
        came: list[Truth] = []

        def change_late(people: Organisation) -> None:
            if people.people[late].standing is Standing.DISABLED:
                people.enable(late)
            else:
                people.disable(late)
            came.append(self.truth())

        if isinstance(vendor, EntraVendor) and roll.random() < 0.5:  # then everybody is read
            vendor.delta.expire(roll.choice(tuple(Expiry)))
        requests = self._requests_of_a_read()
        vendor.schedule.again()
        fault = roll.choice(tuple(MAKERS))
        lasting = roll.choice((1, 2, FOR_GOOD))
        begin = roll.randint(1, requests)
        vendor.schedule.at(begin, *(MAKERS[fault](roll) for _ in range(lasting)))
        change_at = roll.choice([each for each in range(1, requests + 2) if not begin <= each < begin + lasting] or [0])
        if change_at:
            vendor.schedule.at(change_at, Meanwhile(change_late))

        records = self.product.trail().count("directory.read_failed")
        synced = self.product.sync(HASTY)
        vendor.schedule.again()
        what = f"seed {seed}, {vendor.name}: {fault} × {lasting} from request {begin}, {late} changes at {change_at}"
        attempt = self.product.last_attempt()
        assert attempt.sentence.endswith((".", "?")), what
        if synced.outcome == "failed":
            assert synced.code == attempt.code, what
            assert self.product.trail().count("directory.read_failed") == records + 1, what
            assert self.product.source_in_force() == before, what
            state = self.check(what, old)
        else:
            assert attempt.code is None, what
            unseen = self._unseen(new, old) if fault == MOVED_BEHIND else set[str]()
            state = self.check(what, new.without(unseen), *(each.without(unseen) for each in came))
        name = f"failed, {synced.code}" if synced.outcome == "failed" else "read, new" if state == 0 else "read, newest"
        self.outcomes[name] = self.outcomes.get(name, 0) + 1

        if not came:
            change_late(organisation)
        in_peace = self.product.sync()
        assert in_peace.outcome == "read", (what, in_peace.said)
        self.check(what, self.truth())

    def _change_some(self, roll: random.Random) -> set[int]:
        """Some are switched off, some on, held, deleted, assigned or new; and one comes back."""
        organisation = self.vendor.organisation
        some = roll.sample(sorted(organisation.people), 16)
        back = roll.choice(sorted(organisation.deleted)) if organisation.deleted and roll.random() < 0.5 else None
        for number in some[:5]:
            organisation.disable(number)
        for number in some[5:8]:
            organisation.enable(number)
        for number in some[8:10]:
            organisation.suspend(number)
        for number in some[10:13]:
            organisation.delete(number, at=datetime.now(UTC))
        for number in some[13:]:
            if number in organisation.assigned:
                organisation.unassign(number)
            else:
                organisation.assign(number)
        if back is not None:
            organisation.restore(back)
            some.append(back)
        for _ in range(2):
            organisation.add(make_person(self.next_number), is_assigned=roll.random() < 0.5)
            some.append(self.next_number)
            self.next_number += 1
        return set(some)

    def _requests_of_a_read(self) -> int:
        """About how many requests of data a whole read takes."""
        people = len(self.vendor.organisation.people)
        match self.vendor:
            case OktaVendor():
                return people // 200 + people // 1500 + 4
            case EntraVendor():
                return people // 100 + 4
            case GoogleVendor():
                return people // 500 + 2
            case _:
                assert_never(self.vendor)


def describe_difference(found: Truth, meant: Truth) -> str:
    """The first of whoever is otherwise than meant."""
    told: list[str] = []
    for what, ours, theirs in (
        ("account", found.accounts, meant.accounts),
        ("verdict", found.verdicts, meant.verdicts),
    ):
        different = [each for each in {*ours, *theirs} if ours.get(each) != theirs.get(each)]
        told += [f"{what} of {each}: {ours.get(each)}, meant {theirs.get(each)}" for each in sorted(different)[:5]]
        told += [f"… {len(different)} in all"] if different else []
    return "; ".join(told)


@contextmanager
def begin_beside(name: str, folder: Path, people: int, seed: int) -> Generator[Beside]:
    """A vendor of so many people, all of them members, read once in peace."""
    organisation = make_organisation(people, seed=seed)
    members = {person.address: number for number, person in organisation.people.items()}
    roster = write_members(folder.parent / "members.csv", members)
    with serve(VENDORS[name](organisation)) as served, open_product(folder, roster, *settings_of(served)) as product:
        beside = Beside(served.vendor, product, members, people)
        first = product.sync()
        assert first.outcome == "read", first.said
        beside.check("first", beside.truth())
        yield beside
