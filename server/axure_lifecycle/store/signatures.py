"""Everything that decides a verdict, packed into a few whole numbers in SQL.

A comparison groups a million members by what is known of them. Grouping by two small numbers costs a fraction of
grouping by a dozen columns, and the numbers are unpacked once for each of the few dozen groups.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Integer, and_, bindparam, case, cast, literal, or_

from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.verdicts import DecisionKind, Facts, Sighting

_STANDINGS: Final = tuple(Standing)
_DECISIONS: Final = tuple(DecisionKind)
_PERSON: Final = (None, False, True)
_ONE: Final = literal(1, Integer())

# The places of a sighting, from the lowest: known before (2), leave day (3), person (3), standing (6), claimants.
_KNOWN, _LEAVE, _KIND, _STANDING = 1, 2, 6, 18
_CLAIMANTS: Final = _STANDING * (len(_STANDINGS) + 1)
# The places of a base, from the lowest: decision, pattern (2), off (2).
_PATTERN: Final = len(_DECISIONS) + 1
_OFF: Final = _PATTERN * 2


def pack_sighting(
    listed: FromClause, account: FromClause, known_before: ColumnElement[bool] | None
) -> ColumnElement[int]:
    """What one directory says, as a number; `account` is joined for addresses with one claimant only."""
    unknown = literal(0, Integer()) if known_before is None else case((known_before, _KNOWN), else_=0)
    nobody = listed.c.claimants.is_(None)
    several = listed.c.claimants * _CLAIMANTS + _LEAVE
    leave = case((account.c.leave_at.is_(None), 1), (account.c.leave_at <= bindparam("as_of"), 0), else_=2)
    kind = case((account.c.kind.is_(None), 0), (account.c.kind == "person", 2), else_=1)
    standing = case(
        *((account.c.standing == value.value, number) for number, value in enumerate(_STANDINGS, 1)), else_=0
    )
    one = _CLAIMANTS + leave * _LEAVE + kind * _KIND + standing * _STANDING
    return case((nobody, unknown + _LEAVE), (listed.c.claimants > 1, several), else_=one)


def unpack_sighting(number: int, *, is_complete: bool) -> Sighting:
    """The sighting that a number stands for."""
    rest, known = divmod(number, _LEAVE)
    rest, leave = divmod(rest, 3)
    rest, kind = divmod(rest, 3)
    claimants, standing = divmod(rest, len(_STANDINGS) + 1)
    return Sighting(
        claimants=claimants,
        standing=_STANDINGS[standing - 1] if standing else None,
        is_person=_PERSON[kind],
        leave_day=leave - 1,
        known_before=bool(known),
        is_complete=is_complete,
    )


def pack_base(
    is_off: ColumnElement[bool] | None,
    address: ColumnElement[str],
    patterns: Sequence[str],
    decision: FromClause | None,
) -> ColumnElement[int]:
    """What is known without any directory, as a number."""
    parts: list[ColumnElement[int]] = []
    if is_off is not None:
        parts.append(case((is_off, _OFF), else_=0))
    if patterns:
        parts.append(case((or_(*(_like(address, pattern) for pattern in patterns)), _PATTERN), else_=0))
    if decision is not None:
        parts.append(
            case(*((decision.c.kind == kind.value, number) for number, kind in enumerate(_DECISIONS, 1)), else_=0)
        )
    total: ColumnElement[int] = literal(0, Integer())
    for part in parts:
        total = total + part
    return cast(total, Integer())


def unpack(base: int, sightings: Sequence[int], is_complete: Sequence[bool]) -> Facts:
    """The facts that the numbers of one row stand for."""
    return _unpack(base, tuple(sightings), tuple(is_complete))


@lru_cache(maxsize=4096)
def _unpack(base: int, sightings: tuple[int, ...], is_complete: tuple[bool, ...]) -> Facts:
    off, rest = divmod(base, _OFF)
    pattern, decision = divmod(rest, _PATTERN)
    return Facts(
        is_off=bool(off),
        sightings=tuple(
            unpack_sighting(number, is_complete=complete)
            for number, complete in zip(sightings, is_complete, strict=True)
        ),
        matches_non_personal_pattern=bool(pattern),
        decision=_DECISIONS[decision - 1] if decision else None,
    )


def pack(facts: Facts) -> tuple[int, ...]:
    """The numbers of these facts: the base, then one for each directory."""
    base = (
        _OFF * facts.is_off
        + _PATTERN * facts.matches_non_personal_pattern
        + (0 if facts.decision is None else _DECISIONS.index(facts.decision) + 1)
    )
    return base, *(_pack(sighting) for sighting in facts.sightings)


def _pack(sighting: Sighting) -> int:
    return (
        _KNOWN * sighting.known_before
        + _LEAVE * (sighting.leave_day + 1)
        + _KIND * _PERSON.index(sighting.is_person)
        + _STANDING * (0 if sighting.standing is None else _STANDINGS.index(sighting.standing) + 1)
        + _CLAIMANTS * sighting.claimants
    )


def _like(address: ColumnElement[str], pattern: str) -> ColumnElement[bool]:
    """Whether an address matches a pattern in which `*` stands for any characters and `?` for one."""
    parts = {"*": "%", "?": "_", "%": "\\%", "_": "\\_", "\\": "\\\\"}
    return address.like("".join(parts.get(character, character) for character in pattern.lower()), escape="\\")


def is_among(numbers: Sequence[ColumnElement[Any]], wanted: Sequence[Facts]) -> ColumnElement[bool]:
    """Whether the numbers of a row are those of some of these facts."""
    return or_(
        literal(value=False),
        *(and_(*(column == value for column, value in zip(numbers, pack(facts), strict=True))) for facts in wanted),
    )
