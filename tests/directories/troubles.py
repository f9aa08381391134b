"""A directory that changes between reads which meet faults: what may be in force afterwards, and nothing else.

Each trouble is a seed. Some people change; then the directory is read while faults strike at random requests and one
more person changes in the middle; then it is read once more in peace. The truth is the organisation itself, in the
words of this file, not of the readers.
"""

import random
import sqlite3
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import anyio.lowlevel

from axure_lifecycle.config import STORE_FILE
from axure_lifecycle.directories.pace import Pace
from tests.directories.product import Product, open_product, write_members
from tests.directories.rigs import ACTIVE, Judgement, Rig
from tests.directories.vendors.people import Organisation, Standing, make_organisation, make_person

GONE: Final = ("leaver", "gone_from_directory")
ASKED_BY_ADDRESS: Final = 100
"""People whom each check also asks for by the product's own door, beside those who changed."""


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

    def with_assignment(self, other: "Truth", address: str) -> "Truth":
        """The same, but for whether somebody who changed during the read is assigned: the other state says that.

        Who is assigned is a listing of its own, so a read has seen the person at two moments. Verdicts go by the first.
        """
        (word, _), (_, is_assigned) = self.accounts[address], other.accounts[address]
        return self._replace(accounts={**self.accounts, address: (word, is_assigned)})


@dataclass
class Beside:
    """The product beside a directory whose organisation changes."""

    rig: Rig
    product: Product
    members: Mapping[str, int]
    """Address → number; those who were there at the beginning."""
    next_number: int
    roll: random.Random
    touched: set[int] = field(default_factory=set[int])
    """Whoever was changed in the trouble that is under way."""
    outcomes: dict[str, int] = field(default_factory=dict[str, int])
    """How many attempts ended in which way."""

    def truth(self) -> Truth:
        """As the organisation is now."""
        rig, organisation = self.rig, self.rig.organisation
        with organisation.lock:
            kept = {each for each in Standing if rig.keeps_apps_of(each)}
            accounts = {
                person.address: (
                    rig.told[person.standing].word,
                    rig.unassigned
                    if rig.unassigned is None
                    else number in organisation.assigned and person.standing in kept,
                )
                for number, person in organisation.people.items()
            }
            verdicts = {
                address: rig.told[person.standing].judgement
                if (person := organisation.people.get(number)) is not None
                else GONE
                for address, number in self.members.items()
            }
            if (told := rig.told_of_deleted) is not None:
                for number, (person, _) in organisation.deleted.items():
                    accounts[person.address] = (told.word, None)
                    if self.members.get(person.address) == number:
                        verdicts[person.address] = told.judgement
        return Truth(accounts, verdicts)

    def in_force(self) -> Truth:
        """What the store says of everybody; and of some of them, that the product's own door says the same."""
        stored = read_accounts(self.product)
        known = self.rig.organisation.people
        numbers = [*self.touched, *self.roll.sample(sorted(known), min(ASKED_BY_ADDRESS, len(known)))]
        asked = {make_person(each).address for each in numbers}
        by_address = {
            str(each.address): (each.status or "", each.is_assigned) for each in self.product.accounts(sorted(asked))
        }
        assert by_address == {each: stored[each] for each in asked & stored.keys()}
        return Truth(stored, self._verdicts())

    def _verdicts(self) -> Mapping[str, Judgement]:
        """Of every member: whoever is not singled out is active, and there are exactly so many of each."""
        singled_out, counts = self.product.singled_out()
        verdicts = dict.fromkeys(self.members, ACTIVE) | singled_out
        told = dict.fromkeys(counts, 0)
        for verdict, _ in verdicts.values():
            told[verdict] += 1
        assert told == counts
        return verdicts

    def check(self, what: str, *allowed: Truth) -> int:
        """Which of the allowed states is in force, exactly."""
        found = self.in_force()
        assert found in allowed, "\nor ".join([what, *(describe_difference(found, each) for each in allowed)])
        return allowed.index(found)

    def _unseen(self, new: Truth, old: Truth) -> set[str]:
        """Whoever is new and fell out between two pages: no listing says so, and nobody knew whom to ask for.

        Nobody is a leaver by that; the next read brings them. Whoever was known before is asked for by id.
        """
        strangers = new.accounts.keys() - old.accounts.keys()
        return set(strangers) - read_accounts(self.product).keys()

    # --- what happens ---

    def meet(self, seed: int) -> None:
        """One trouble, from the changes to the read in peace."""
        roll = random.Random(f"trouble {seed}")
        rig, organisation = self.rig, self.rig.organisation
        old, before = self.truth(), self.product.source_in_force()
        touched = self.touched = self._change_some(roll)
        rig.publish()
        new = self.truth()

        late = roll.choice([each for each in organisation.people if each not in touched])
        came: list[Truth] = []

        def change_late() -> None:
            if organisation.people[late].standing is Standing.DISABLED:
                organisation.enable(late)
            else:
                organisation.disable(late)
            rig.publish()
            came.append(self.truth())

        planned = rig.plan(roll, change_late)
        records = self.product.trail().count("directory.read_failed")
        synced = self.product.sync(HASTY)
        rig.calm()
        touched.add(late)
        what = f"seed {seed}, {rig.name}: {planned.what}, of {late}"
        attempt = self.product.last_attempt()
        assert attempt.sentence.endswith((".", "?")), what
        if synced.outcome == "failed":
            assert synced.code == attempt.code, what
            assert self.product.trail().count("directory.read_failed") == records + 1, what
            assert self.product.source_in_force() == before, what
            state = self.check(what, old)
        else:
            assert attempt.code is None, what
            unseen = self._unseen(new, old) if planned.hides else set[str]()
            states = [each.without(unseen) for each in (new, *came)]
            apart = [
                each.with_assignment(other, make_person(late).address)
                for each, other in zip(states, reversed(states), strict=True)
            ]
            state = self.check(what, *states, *apart) % len(states)
        name = f"failed, {synced.code}" if synced.outcome == "failed" else "read, new" if state == 0 else "read, newest"
        self.outcomes[name] = self.outcomes.get(name, 0) + 1

        if not came:
            change_late()
        in_peace = self.product.sync()
        assert in_peace.outcome == "read", (what, in_peace.said)
        self.check(what, self.truth())

    def _change_some(self, roll: random.Random) -> set[int]:
        """Some are switched off, some on, held, deleted, assigned or new; and one comes back."""
        organisation = self.rig.organisation
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


def read_accounts(product: Product) -> Mapping[str, tuple[str, bool | None]]:
    """Every account of the read in force, word for word, by a statement of our own: the door asks by address."""
    statement = """
        SELECT account.address, account.status, account.is_assigned FROM directory_account AS account
        JOIN source ON source.snapshot_id = account.snapshot_id WHERE source.id = ?
    """
    source = product.source_in_force()
    assert source is not None
    with closing(sqlite3.connect(f"file:{product.workshop.home / STORE_FILE}?mode=ro", uri=True)) as store:
        rows = store.execute(statement, (int(source.removeprefix("R-")),)).fetchall()
    found = {
        address: (status or "", None if is_assigned is None else bool(is_assigned))
        for address, status, is_assigned in rows
    }
    assert len(found) == len(rows), "two accounts have one address"
    return found


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
def begin_beside(
    open_rig: Callable[[Organisation], AbstractContextManager[Rig]], folder: Path, people: int, seed: int
) -> Generator[Beside]:
    """A directory of so many people, all of them members, read once in peace."""
    organisation = make_organisation(people, seed=seed)
    members = {person.address: number for number, person in organisation.people.items()}
    roster = write_members(folder.parent / "members.csv", members)
    with open_rig(organisation) as rig, open_product(folder, roster, rig.settings, rig.secret) as product:
        beside = Beside(rig, product, members, people, random.Random(f"asked {seed}"))
        first = product.sync()
        assert first.outcome == "read", first.said
        beside.check("first", beside.truth())
        yield beside
