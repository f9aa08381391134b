"""Members beside every directory: set operations in the database, streamed.

An address is looked up in each directory's snapshot in force; what nobody asks for is not joined. What decides the
verdicts comes back as a few numbers (`signatures`), so a million members are counted where they lie.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, Integer, Select, and_, func, literal_column, select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import System
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.verdicts import Facts
from axure_lifecycle.ports import Compared, Decision, Sifted, SiftedMember
from axure_lifecycle.store import decisions, schema, signatures, sources
from axure_lifecycle.store.decisions import read_decision
from axure_lifecycle.store.people import OFF
from axure_lifecycle.store.sources import InForce
from axure_lifecycle.store.values import read_moment_or_none, read_words

_AT_A_TIME: Final = 1000
_m = schema.member_row


class Heard(NamedTuple):
    """One directory, joined."""

    directory: InForce
    listed: FromClause
    account: FromClause
    packed: ColumnElement[int]


@dataclass(frozen=True, slots=True)
class Joined:
    """An address beside every directory, and what was decided about it."""

    source: FromClause
    address: ColumnElement[str]
    """The address that the directories were asked for."""
    decision: FromClause | None
    heard: tuple[Heard, ...]

    @property
    def is_complete(self) -> tuple[bool, ...]:
        """For each directory, whether its snapshot is known to be complete."""
        return tuple(each.directory.source.is_whole for each in self.heard)


def join_directories(connection: Connection, rows: FromClause, address: ColumnElement[str], as_of: datetime) -> Joined:
    """Rows with an address, joined with what was decided about it and with every directory in force."""
    decision = schema.decision.alias("decided") if decisions.any_in_force(connection, as_of) else None
    asked = address
    if decision is not None:
        rows = rows.outerjoin(decision, and_(decision.c.address == address, decisions.counts(decision)))
        asked = func.coalesce(decision.c.belongs_to, address)
    heard: list[Heard] = []
    for directory in sources.all_in_force(connection, as_of):
        if directory.source.kind is not RosterKind.DIRECTORY:
            continue
        number = len(heard)
        listed = schema.directory_address.alias(f"listed_{number}")
        account = schema.directory_account.alias(f"account_{number}")
        rows = rows.outerjoin(
            listed,
            and_(listed.c.snapshot_id == directory.snapshot, listed.c.nth == 0, listed.c.address == asked),
        ).outerjoin(
            account,
            and_(account.c.snapshot_id == directory.snapshot, account.c.key == listed.c.key, listed.c.claimants == 1),
        )
        known = _known_before(connection, directory, asked)
        packed = signatures.pack_sighting(listed, account, known).label(f"sighting_{number}")
        heard.append(Heard(directory, listed, account, packed))
    return Joined(rows, asked, decision, tuple(heard))


def _known_before(
    connection: Connection, directory: InForce, address: ColumnElement[str]
) -> ColumnElement[bool] | None:
    """Whether earlier reads knew the address, and none of those who had it is still here under another or without any.

    None where there is no earlier read.
    """
    earlier = sources.earlier_snapshots(connection, directory.source)
    if not earlier:
        return None
    known = schema.directory_address.alias()
    had = select(known.c.key).where(known.c.snapshot_id.in_(earlier), known.c.address == address)
    here = had.join(schema.directory_account, sources.is_here(known, directory.snapshot))
    return and_(
        had.correlate_except(known).exists(),
        ~here.correlate_except(known, schema.directory_account).exists(),
    )


def count(connection: Connection, members: System, as_of: datetime, patterns: Sequence[str]) -> list[tuple[Facts, int]]:
    """How many members share each value of `Facts`."""
    roster = sources.in_force(connection, members, as_of)
    if roster is None:
        return []
    joined = join_directories(connection, _m, _m.c.address, as_of)
    base = signatures.pack_base(_m.c.status == OFF, _m.c.address, patterns, joined.decision).label("base")
    packed = [base, *(each.packed for each in joined.heard)]
    grouped = (
        select(*packed, func.count())
        .select_from(joined.source)
        .where(_m.c.snapshot_id == roster.snapshot)
        .group_by(*(literal_column(str(number), Integer()) for number in range(1, len(packed) + 1)))
    )
    rows = connection.execute(grouped, decisions.at_moment(as_of))
    return [(signatures.unpack(row[0], row[1:-1], joined.is_complete), row[-1]) for row in rows]


def sift(
    connection: Connection,
    members: System,
    as_of: datetime,
    patterns: Sequence[str],
    is_wanted: Callable[[Facts], bool],
) -> Sifted:
    """How many members share each value of `Facts`, and who they are where somebody wants that.

    Joined once: the numbers of every member come out in no order, and nobody is kept but whoever is wanted.
    """
    roster = sources.in_force(connection, members, as_of)
    if roster is None:
        return Sifted((), ())
    joined = join_directories(connection, _m, _m.c.address, as_of)
    base = signatures.pack_base(_m.c.status == OFF, _m.c.address, patterns, joined.decision).label("base")
    packed = [base, *(each.packed for each in joined.heard)]
    leave = [each.account.c.leave_at.label(f"leave_{number}") for number, each in enumerate(joined.heard)]
    everybody = (
        select(*packed, _m.c.address, *leave).select_from(joined.source).where(_m.c.snapshot_id == roster.snapshot)
    )
    wide = len(packed)
    counts: dict[Sequence[int], int] = {}
    known: dict[Sequence[int], Facts] = {}
    wanted: set[Sequence[int]] = set()
    found: list[SiftedMember] = []
    for rows in stream(connection, everybody, as_of):
        for row in rows:
            numbers = row[:wide]
            if numbers not in counts:
                counts[numbers] = 0
                known[numbers] = signatures.unpack(numbers[0], numbers[1:], joined.is_complete)
                if is_wanted(known[numbers]):
                    wanted.add(numbers)
            counts[numbers] += 1
            if numbers in wanted:
                days = [day for day in row[wide + 1 :] if day is not None]
                leave_at = read_moment_or_none(min(days, default=None))
                found.append(SiftedMember(Address(row[wide]), known[numbers], leave_at))
    found.sort(key=lambda one: one.address)
    return Sifted([(known[numbers], count) for numbers, count in counts.items()], found)


def compare(
    connection: Connection,
    members: System,
    as_of: datetime,
    patterns: Sequence[str],
    *,
    after: Address | None,
    only: Collection[Facts] | None,
) -> Iterator[Compared]:
    """Every member, or those with certain facts, sorted by address; from `after` on, exclusive."""
    roster = sources.in_force(connection, members, as_of)
    if roster is None:
        return
    joined = join_directories(connection, _m, _m.c.address, as_of)
    base = signatures.pack_base(_m.c.status == OFF, _m.c.address, patterns, joined.decision).label("base")
    packed = [base, *(each.packed for each in joined.heard)]
    details: list[ColumnElement[Any]] = []
    for number, each in enumerate(joined.heard):
        details += [
            each.account.c.address.label(f"address_{number}"),
            each.account.c.status.label(f"status_{number}"),
            each.account.c.leave_at.label(f"leave_{number}"),
        ]
    wanted = (
        select(*packed, *details, _m, *_decision_columns(joined.decision), joined.address.label("asked"))
        .select_from(joined.source)
        .where(_m.c.snapshot_id == roster.snapshot)
        .order_by(_m.c.address)
    )
    if after is not None:
        wanted = wanted.where(_m.c.address > after)
    if only is not None:
        wanted = wanted.where(signatures.is_among([column.element for column in packed], tuple(only)))
    for rows in stream(connection, wanted, as_of):
        claimed = _claimants(connection, joined, rows)
        for row in rows:
            yield _read(row, joined, claimed)


def _decision_columns(decision: FromClause | None) -> list[ColumnElement[Any]]:
    return [] if decision is None else [column.label(f"decision_{column.name}") for column in decision.c]


def stream(connection: Connection, statement: Select[*tuple[Any, ...]], as_of: datetime) -> Iterator[Sequence[Any]]:
    """The rows of a statement, a thousand at a time."""
    result = connection.execute(
        statement.execution_options(stream_results=True, yield_per=_AT_A_TIME), decisions.at_moment(as_of)
    )
    try:
        yield from result.partitions()
    finally:
        result.close()


_Claimants = dict[tuple[int, str], list[tuple[str, str | None]]]
_listed, _account = schema.directory_address.alias("listed"), schema.directory_account.alias("account")


def _claimants(connection: Connection, joined: Joined, rows: Sequence[Any]) -> _Claimants:
    """Who claims the addresses that several people of one directory list: first address and status of each."""
    found: _Claimants = {}
    for number, each in enumerate(joined.heard):
        numbers = 1 + number
        asked = [row.asked for row in rows if signatures.unpack_sighting(row[numbers], is_complete=False).claimants > 1]
        if not asked:
            continue
        who = (
            select(_listed.c.address.label("listed"), _account.c.address, _account.c.status)
            .select_from(
                _listed.join(
                    _account,
                    and_(_account.c.snapshot_id == _listed.c.snapshot_id, _account.c.key == _listed.c.key),
                )
            )
            .where(_listed.c.snapshot_id == each.directory.snapshot, _listed.c.address.in_(asked))
            .order_by(_listed.c.address, _listed.c.nth)
        )
        for row in connection.execute(who):
            found.setdefault((number, row.listed), []).append((row.address, row.status))
    return found


def _read(row: Any, joined: Joined, claimed: _Claimants) -> Compared:
    heard = range(len(joined.heard))
    known: list[tuple[str, str | None]] = []
    leave_at: list[str] = []
    for number in heard:
        address, status, leaves = row[len(heard) + 1 + 3 * number : len(heard) + 4 + 3 * number]
        if address is not None:
            known.append((address, status))
        known.extend(claimed.get((number, row.asked), ()))
        if leaves is not None:
            leave_at.append(leaves)
    return Compared(
        address=Address(row.address),
        display_name=row.display_name,
        role=row.role,
        status=row.status,
        use_sso=row.use_sso,
        is_member=True,
        directory_addresses=tuple(Address(address) for address, _ in known),
        directory_statuses=tuple(status for _, status in known if status is not None),
        leave_at=read_moment_or_none(min(leave_at, default=None)),
        flags=read_words(row.flags),
        decision=_read_decision(row) if joined.decision is not None else None,
        facts=signatures.unpack(row[0], row[1 : 1 + len(heard)], joined.is_complete),
    )


class _DecisionRow:
    """The columns of a decision within a wider row, under their own names."""

    __slots__ = ("_row",)

    def __init__(self, row: Any) -> None:
        self._row = row

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, f"decision_{name}")


def _read_decision(row: Any) -> Decision | None:
    return None if row.decision_id is None else read_decision(_DecisionRow(row))
