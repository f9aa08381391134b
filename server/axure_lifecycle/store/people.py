"""Whoever an address leads to: memberships, seats and directory accounts, a few indexed reads in all.

An address leads to the directory person who lists it, and so to every other address of that person, in this directory
and, under those addresses, in the others. A decision that an address belongs to somebody counts like such a listing.
An address that several people list leads to each of their accounts and to no other address, and none of theirs leads
to it: nobody knows whose it is, until somebody decides. A decision stands above every listing: what belongs to one
person is no longer another's, whoever lists it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import product
from typing import Final

from sqlalchemy import Connection, bindparam, func, or_, select, union

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.roles import fold_role
from axure_lifecycle.domain.rosters import RosterKind, Standing
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.verdicts import DecisionKind, Facts, Sighting
from axure_lifecycle.ports import Decision, DirectoryRecord, MemberRecord, Person
from axure_lifecycle.store import decisions, rows, schema, sources
from axure_lifecycle.store.asking import Question, ask
from axure_lifecycle.store.remembering import RoleCounts
from axure_lifecycle.store.schema.columns import without_nul
from axure_lifecycle.store.sources import InForce
from axure_lifecycle.store.values import read_moment_or_none

OFF: Final = "deactivated"
"""The status of a membership that is switched off."""

_MOST_ROUNDS: Final = 4
"""How often addresses of addresses are followed; a person with more hops than that is a fault in the directories."""

_MOST_ROLES: Final = 200
_c = schema.role_count
_ROLES: Final = (
    select(_c.c.role, _c.c.people)
    .where(_c.c.snapshot_id == bindparam("snapshot"))
    .order_by(_c.c.role.not_in(bindparam("held", expanding=True)), _c.c.people.desc(), _c.c.role)
    .limit(_MOST_ROLES)
)


class _Followed:
    """What was found by following an address."""

    def __init__(self, asked: Address, snapshots: Sequence[int]) -> None:
        self.asked = asked
        self.snapshots = snapshots
        self.start: str = asked
        """The asked address, or the one that it was decided to belong to."""
        self.addresses: dict[str, None] = {asked: None}
        self.decisions: dict[str, Decision] = {}
        self.listings = rows.Listings()
        self._last_knowing: dict[tuple[int, tuple[str, ...]], Source | None] = {}

    def accounts(self, snapshot: int, address: str) -> list[rows.Account]:
        """The accounts of this directory that one of the addresses leads to, in the order of their keys.

        An address that was only found on the way leads to an account when it is that account's first address: two
        people of two directories who share an alias stay two people.
        """
        keys = self.listings.claimants.get((snapshot, address), [])
        found = [self.listings.accounts[snapshot, key] for key in keys]
        if address == self.start:
            return found
        is_theirs = len(found) == 1 and self._is_theirs(address)
        return [account for account in found if is_theirs and account.row.address == address]

    def take(self, decision: Decision) -> None:
        """Heed what was decided about an address, or about another one that belongs to it."""
        self.decisions[decision.address] = decision
        if decision.kind is not DecisionKind.BELONGS_TO or decision.belongs_to is None:
            return
        if decision.address == self.asked:
            self.start = decision.belongs_to
            self.addresses[decision.belongs_to] = None
        elif decision.belongs_to in self.addresses:
            self.addresses[decision.address] = None

    def last_knowing(self, connection: Connection, directory: Source, addresses: Sequence[str]) -> Source | None:
        """The last earlier read of this directory that lists one of the addresses."""
        asked = directory.id, tuple(addresses)
        if asked not in self._last_knowing:
            self._last_knowing[asked] = sources.last_knowing(connection, directory, addresses)
        return self._last_knowing[asked]

    def leave_out(self) -> None:
        """Take out the addresses that are somebody else's, or of which nobody knows whose they are."""
        kept = {self.asked, self.start}
        while others := [each for each in self.addresses if each not in kept and not self._is_theirs(each)]:
            for each in others:
                del self.addresses[each]

    def _is_theirs(self, address: str) -> bool:
        """Whether an address found on the way is the person's: by a decision, else as its directory's only claimant."""
        decision = self.decisions.get(address)
        if decision is not None and decision.kind is DecisionKind.BELONGS_TO and decision.belongs_to is not None:
            return decision.belongs_to in self.addresses
        return all(len(self.listings.claimants.get((each, address), ())) <= 1 for each in self.snapshots)

    def of_person(self, snapshot: int) -> list[rows.Account]:
        """Every account of this directory that the asked address leads to, in the order of their keys."""
        found = {account.row.key: account for each in self.addresses for account in self.accounts(snapshot, each)}
        return [found[key] for key in sorted(found)]


def find_person(
    connection: Connection,
    asked: Address,
    as_of: datetime,
    patterns: Sequence[str],
    everywhere: Sequence[InForce],
    own: System | None,
    roles: RoleCounts,
) -> Person:
    """Everything that `everywhere`, the sources in force at a moment, says about whoever an address leads to.

    Facts and counts are about a membership in `own`; None: in any system. `roles`: what is known of rosters' roles
    already, by snapshot and the roles held; it is added to.
    """
    members_in = [each for each in everywhere if each.source.kind is RosterKind.MEMBERS]
    seats_in = [each for each in everywhere if each.source.kind is RosterKind.SEATS]
    directories = [each for each in everywhere if each.source.kind is RosterKind.DIRECTORY]
    followed = _follow(connection, asked, directories, as_of)
    addresses = list(followed.addresses)
    rank = {address: place for place, address in enumerate((asked, *sorted(set(addresses) - {asked})))}
    members = sorted(rows.members(connection, members_in, addresses), key=lambda member: rank[member.address])
    judged = [member for member in members if own is None or member.source.system == own]
    accounts: list[DirectoryRecord] = []
    gone_from: list[Source] = []
    for directory in directories:
        found = followed.of_person(directory.snapshot)
        accounts.extend(account.record(directory) for account in found)
        if not found and (last := followed.last_knowing(connection, directory.source, addresses)) is not None:
            gone_from.append(last)
    return Person(
        asked=asked,
        addresses=tuple(Address(address) for address in rank),
        members=tuple(members),
        seats=tuple(rows.seats(connection, seats_in, addresses)),
        directory=tuple(accounts),
        decision=followed.decisions.get(asked),
        facts=_facts(connection, judged[0], directories, followed, as_of, patterns) if judged else None,
        gone_from=tuple(gone_from),
        role_counts=_count_roles(connection, judged, members_in, roles),
    )


def questions(asked: Address, as_of: datetime, everywhere: Sequence[InForce]) -> list[Question]:
    """What `find_person` surely asks, of the sources in force at a moment."""
    return [decisions.question([asked], as_of), *rows.questions(everywhere, asked)]


def _follow(connection: Connection, asked: Address, directories: Sequence[InForce], as_of: datetime) -> _Followed:
    snapshots = [each.snapshot for each in directories]
    followed = _Followed(asked, snapshots)
    looked_up: set[str] = set()
    for hop in range(_MOST_ROUNDS + 1):
        frontier = [address for address in followed.addresses if address not in looked_up]
        if not frontier:
            break
        looked_up.update(frontier)
        for decision in decisions.about(connection, frontier, as_of):
            followed.take(decision)
        rows.list_accounts(connection, snapshots, frontier, followed.listings)
        for snapshot, address in product(snapshots, frontier):
            found = followed.accounts(snapshot, address)
            if len(found) == 1 and hop < _MOST_ROUNDS:
                followed.addresses.update(dict.fromkeys(sorted(found[0].addresses)))
    followed.leave_out()
    return followed


def _facts(
    connection: Connection,
    member: MemberRecord,
    directories: Iterable[InForce],
    followed: _Followed,
    as_of: datetime,
    patterns: Sequence[str],
) -> Facts:
    decision = followed.decisions.get(member.address)
    address = decision.belongs_to if decision is not None and decision.belongs_to is not None else member.address
    return Facts(
        is_off=member.status == OFF,
        sightings=tuple(_sight(connection, address, each, followed, as_of) for each in directories),
        matches_non_personal_pattern=any(as_expression(pattern).fullmatch(member.address) for pattern in patterns),
        decision=None if decision is None else decision.kind,
    )


def _sight(
    connection: Connection, address: Address, directory: InForce, followed: _Followed, as_of: datetime
) -> Sighting:
    is_complete = directory.source.is_whole
    keys = followed.listings.claimants.get((directory.snapshot, address), [])
    if not keys:
        was_known = followed.last_knowing(connection, directory.source, [address]) is not None
        return Sighting(0, None, None, 0, was_known, is_complete)
    if len(keys) > 1:
        return Sighting(len(keys), None, None, 0, known_before=False, is_complete=is_complete)
    row = followed.listings.accounts[directory.snapshot, keys[0]].row
    leave_at = read_moment_or_none(row.leave_at)
    return Sighting(
        claimants=1,
        standing=Standing(row.standing),
        is_person=None if row.kind is None else row.kind == "person",
        leave_day=0 if leave_at is None else -1 if leave_at <= as_of else 1,
        known_before=False,
        is_complete=is_complete,
    )


def as_expression(pattern: str) -> re.Pattern[str]:
    """A pattern of addresses (`*` any characters, `?` one) as a regular expression for the whole address."""
    parts = {"*": ".*", "?": "."}
    return re.compile("".join(parts.get(character, re.escape(character)) for character in pattern.lower()), re.DOTALL)


def _count_roles(
    connection: Connection,
    members: Sequence[MemberRecord],
    members_in: Sequence[InForce],
    known: RoleCounts,
) -> dict[str, int]:
    first = members[0].source.id if members else None
    roster = next((each for each in members_in if first in (None, each.source.id)), None)
    if roster is None:
        return {}
    held = [member.role for member in members if member.role is not None] or [""]
    asked = roster.snapshot, tuple(held)
    if asked not in known:
        found = ask(connection, _ROLES, {"snapshot": roster.snapshot, "held": held})
        holders: Counter[str] = Counter()
        for row in found:
            holders[fold_role(row.role)] += row.people
        known[asked] = {row.role: holders[fold_role(row.role)] for row in found}
    return known[asked]


_m, _a = schema.member_row, schema.directory_account
_LIKES: Final = 6
_NAMED: Final = union(
    *(
        select(table.c.address, table.c.display_name).where(
            table.c.snapshot_id.in_(bindparam(snapshots, expanding=True)),
            or_(*(table.c.display_name.like(bindparam(f"like{number}"), escape="\\") for number in range(_LIKES))),
            table.c.display_name.is_not(None),
        )
        for table, snapshots in ((_m, "rosters"), (_a, "directories"))
    )
).subquery()
_FIRST_NAMED: Final = (
    select(_NAMED.c.address, func.min(_NAMED.c.display_name).label("display_name"))
    .group_by(_NAMED.c.address)
    .order_by(_NAMED.c.address)
    .limit(bindparam("most"))
)
_HOW_MANY_NAMED: Final = select(func.count(_NAMED.c.address.distinct()))


def names_like(connection: Connection, name: str, most: int) -> tuple[list[tuple[Address, str]], int]:
    """The first addresses with a name of which a word begins like this, sorted by address; how many there are."""
    everywhere, asked = sources.all_in_force(connection, None), without_nul(name)
    spelled = [re.sub(r"([\\%_])", r"\\\1", each) for each in (asked.lower(), asked.upper(), asked.title())]
    likes = [pattern for each in spelled for pattern in (f"{each}%", f"% {each}%")]
    given: dict[str, object] = {f"like{number}": like for number, like in enumerate(likes)}
    for parameter, kind in (("rosters", RosterKind.MEMBERS), ("directories", RosterKind.DIRECTORY)):
        given[parameter] = [each.snapshot for each in everywhere if each.source.kind is kind]
    found = connection.execute(_FIRST_NAMED, {**given, "most": most}).all()
    in_all = connection.execute(_HOW_MANY_NAMED, given).scalar_one() if len(found) == most else len(found)
    return [(Address(row.address), row.display_name) for row in found], in_all
