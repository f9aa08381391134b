"""An organisation whose people come, change and go while somebody reads it.

The three vendors show the same organisation, each in its own words. Nothing here is real: every address ends in
`.example`. All methods may be called from any thread, also between two pages of a sync.
"""

import random
import threading
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final, NamedTuple

GIVEN: Final = ("Ana", "Bo", "Chidi", "Dagny", "Elif", "Farid", "Grace", "Hana", "Ivo", "Jun", "Kaya", "Lars")
FAMILY: Final = ("Berg", "Costa", "Diaz", "Eze", "Fox", "Gray", "Haddad", "Ito", "Jensen", "Kaur", "Lopez", "Moreau")
DOMAIN: Final = "people.example"
BEGINNING: Final = datetime(2024, 1, 15, 9, 0, tzinfo=UTC)
"""When the generated people were created and last changed."""


class Standing(Enum):
    """What an account is to its organisation; the vendors have their own words for it."""

    STAGED = "not yet started"
    ACTIVE = "works"
    LOCKED = "locked out by wrong passwords"
    SUSPENDED = "on hold, not left"
    DISABLED = "switched off"


@dataclass(frozen=True, slots=True)
class Person:
    """One account. `word` is shown as the vendor's status word for word, for words that nobody knows yet;
    `moving_to` is Okta's `transitioningToStatus`, while a deactivation is not yet done.
    """

    number: int
    given: str
    family: str
    address: str
    mail: str | None = None
    aliases: tuple[str, ...] = ()
    employee: str | None = None
    standing: Standing = Standing.ACTIVE
    word: str | None = None
    moving_to: str | None = None
    is_archived: bool = False
    is_admin: bool = False
    created_at: datetime = BEGINNING
    changed_at: datetime = BEGINNING
    seen_at: datetime | None = None
    leaves_at: datetime | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"


class Place(NamedTuple):
    """Where a person stands in a listing without an order of its own."""

    rank: int
    number: int


class Change(NamedTuple):
    """One change, in the order of time; `properties` are fields of `Person`."""

    revision: int
    number: int
    properties: frozenset[str]


class Assignment(Enum):
    """How a person came to an application."""

    USER = "directly"
    GROUP = "by a group"


FIRST: Final = Place(-(2**62), 0)
"""Before everybody."""


class Organisation:
    """The people, who is assigned to the application, and what changed since when."""

    def __init__(self, people: Iterable[Person] = ()) -> None:
        self.lock = threading.RLock()
        self.people: dict[int, Person] = {}
        self.assigned: dict[int, Assignment] = {}
        self.deleted: dict[int, tuple[Person, datetime]] = {}
        self.purged: set[int] = set()
        self.changes: list[Change] = []
        self.revision = 0
        self.assignment_revision = 0
        self._ranks: dict[int, int] = {}
        self._order: list[Place] = []
        self._by_address: dict[str, int] = {}
        for person in people:
            self._enter(person)
        self._order.sort()

    def _enter(self, person: Person) -> None:
        self.people[person.number] = person
        self._ranks[person.number] = person.number
        self._by_address[person.address.casefold()] = person.number
        self._order.append(Place(person.number, person.number))

    def number_of(self, address: str) -> int:
        """The number of the person who signs in with this address; `KeyError` for nobody."""
        return self._by_address[address.casefold()]

    def find(self, address: str) -> Person | None:
        """The person who signs in with this address, or nobody."""
        number = self._by_address.get(address.casefold())
        return self.people.get(number) if number is not None else None

    def place_of(self, number: int) -> Place:
        """Where a present person stands in the order of the listings."""
        return Place(self._ranks[number], number)

    def after(self, place: Place) -> Iterator[Person]:
        """The people behind a place, in order, as they are now."""
        with self.lock:
            rest = self._order[bisect_right(self._order, place) :] if place != FIRST else list(self._order)
        for _, number in rest:
            person = self.people.get(number)
            if person is not None:
                yield person

    def page_after(self, place: Place, size: int) -> tuple[list[Person], Place | None]:
        """Up to `size` people behind a place and the place to go on from, None at the end."""
        with self.lock:
            begin = bisect_right(self._order, place) if place != FIRST else 0
            places = self._order[begin : begin + size]
            more = begin + size < len(self._order)
            return [self.people[number] for _, number in places], places[-1] if more else None

    def add(self, person: Person, *, is_assigned: bool = False) -> None:
        """Somebody new, at the end of the listings unless `move` is called."""
        with self.lock:
            assert person.number not in self.people, f"there is a person {person.number} already"
            self.people[person.number] = person
            rank = max(self._order[-1].rank + 1 if self._order else 0, person.number)
            self._ranks[person.number] = rank
            self._by_address[person.address.casefold()] = person.number
            insort(self._order, Place(rank, person.number))
            if is_assigned:
                self.assigned[person.number] = Assignment.USER
            self._note(person.number, frozenset(Person.__dataclass_fields__))

    def change(self, number: int, **properties: object) -> Person:
        """Change fields of a person, now; what comes back is the person afterwards."""
        with self.lock:
            before = self.people[number]
            fields: Mapping[str, object] = {"changed_at": datetime.now(UTC), **properties}
            person: Person = replace(before, **fields)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
            self.people[number] = person
            self._by_address.pop(before.address.casefold(), None)
            self._by_address[person.address.casefold()] = number
            self._note(number, frozenset(properties))
            return person

    def disable(self, number: int) -> None:
        """Switch an account off, as one does with a leaver."""
        self.change(number, standing=Standing.DISABLED)

    def suspend(self, number: int) -> None:
        """Put an account on hold."""
        self.change(number, standing=Standing.SUSPENDED)

    def enable(self, number: int) -> None:
        """Switch an account on again."""
        self.change(number, standing=Standing.ACTIVE)

    def delete(self, number: int, *, at: datetime | None = None) -> None:
        """Delete a person, who can still be restored; `at` is when, UTC."""
        with self.lock:
            self._order.remove(self.place_of(number))
            person = self.people.pop(number)
            del self._ranks[number]
            self.assigned.pop(number, None)
            self.assignment_revision += 1
            self._by_address.pop(person.address.casefold(), None)
            self.deleted[number] = (person, at or datetime.now(UTC))
            self._note(number, frozenset({"deleted"}))

    def purge(self, number: int) -> None:
        """Delete a person for good."""
        with self.lock:
            if number in self.people:
                self.delete(number)
            del self.deleted[number]
            self.purged.add(number)
            self._note(number, frozenset({"purged"}))

    def restore(self, number: int) -> None:
        """Bring back somebody who was deleted."""
        with self.lock:
            person, _ = self.deleted.pop(number)
            self.add(person)

    def assign(self, number: int, how: Assignment = Assignment.USER) -> None:
        """Assign a person to the application."""
        with self.lock:
            self.assigned[number] = how
            self.assignment_revision += 1

    def unassign(self, number: int) -> None:
        """Take the application away from a person."""
        with self.lock:
            del self.assigned[number]
            self.assignment_revision += 1

    def move(self, number: int, *, to_end: bool) -> None:
        """Let a person stand somewhere else in the listings, although nothing about the person changed."""
        with self.lock:
            self._order.remove(self.place_of(number))
            rank = 0
            if self._order:
                rank = self._order[-1].rank + 1 if to_end else self._order[0].rank - 1
            self._ranks[number] = rank
            insort(self._order, Place(rank, number))

    def first(self) -> int:
        """The number of the person who is listed first."""
        return self._order[0].number

    def last(self) -> int:
        """The number of the person who is listed last."""
        return self._order[-1].number

    def changed_since(self, revision: int) -> dict[int, frozenset[str]]:
        """Who changed after a revision, and what of each."""
        with self.lock:
            found: dict[int, frozenset[str]] = {}
            for change in self.changes[bisect_right(self.changes, revision, key=lambda each: each.revision) :]:
                found[change.number] = found.get(change.number, frozenset()) | change.properties
            return found

    def _note(self, number: int, properties: frozenset[str]) -> None:
        self.revision += 1
        self.changes.append(Change(self.revision, number, properties))


def make_person(number: int, *, domain: str = DOMAIN) -> Person:
    """The person of this number, always the same one: `grace.kaur.17@people.example`."""
    given = GIVEN[number % len(GIVEN)]
    family = FAMILY[number // len(GIVEN) % len(FAMILY)]
    address = f"{given}.{family}.{number}@{domain}".lower()
    return Person(
        number=number,
        given=given,
        family=family,
        address=address,
        mail=address,
        employee=f"E{number:06d}",
        seen_at=BEGINNING + timedelta(minutes=number),
    )


def make_people(count: int, *, seed: int | None = None, domain: str = DOMAIN) -> Iterator[Person]:
    """People from number 0; with a seed some of them are staged, locked, suspended or switched off.

    About 10 % are switched off, 2 % suspended, 1 % locked, 1 % staged, 2 % have a date of leaving ahead.
    """
    rolls = random.Random(seed)
    for number in range(count):
        person = make_person(number, domain=domain)
        roll = 1.0 if seed is None else rolls.random()
        if roll < 0.10:
            person = replace(person, standing=Standing.DISABLED)
        elif roll < 0.12:
            person = replace(person, standing=Standing.SUSPENDED)
        elif roll < 0.13:
            person = replace(person, standing=Standing.LOCKED)
        elif roll < 0.14:
            person = replace(person, standing=Standing.STAGED, seen_at=None)
        elif roll < 0.16:
            person = replace(person, leaves_at=BEGINNING + timedelta(days=1200, minutes=number))
        yield person


def make_organisation(count: int, *, seed: int | None = None, domain: str = DOMAIN) -> Organisation:
    """An organisation of generated people, of whom every third is assigned to the application directly."""
    organisation = Organisation(make_people(count, seed=seed, domain=domain))
    organisation.assigned.update(dict.fromkeys(range(0, count, 3), Assignment.USER))
    return organisation
