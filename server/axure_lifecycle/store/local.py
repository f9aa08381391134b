"""What an organisation found out itself, and the files that were attached to its cases."""

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Connection, Table, bindparam, func, or_, select

from axure_lifecycle.domain.evidence import Evidence
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.local import LocalFact, ScreenChange
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.store import schema
from axure_lifecycle.store.refusals import EvidenceUnknown, LocalFactUnknown, ScreenChangeUnknown
from axure_lifecycle.store.values import read_actor, read_moment, read_moment_or_none

_f, _s, _e = schema.local_fact, schema.screen_change, schema.evidence

_FACTS: Final = (
    select(_f)
    .where(
        _f.c.at <= bindparam("as_of"),
        or_(_f.c.ended_at.is_(None), _f.c.ended_at > bindparam("as_of")),
    )
    .order_by(_f.c.fact, _f.c.id)
)
_CHANGES: Final = select(_s).where(_s.c.ended_at.is_(None)).order_by(_s.c.playbook, _s.c.step_key, _s.c.id)
_ALL_EVIDENCE: Final = select(_e).order_by(_e.c.id)
_OF_CASE: Final = _ALL_EVIDENCE.where(_e.c.case_id == bindparam("case"))


def facts(connection: Connection, as_of: datetime) -> list[LocalFact]:
    """The answers that were given and had not ended at a moment, by fact, then oldest first."""
    return [read_fact(row) for row in connection.execute(_FACTS, {"as_of": moment(as_of)})]


def changes(connection: Connection) -> list[ScreenChange]:
    """The changes that have not ended, by playbook and step, then oldest first."""
    return [read_change(row) for row in connection.execute(_CHANGES)]


def evidence_of(connection: Connection, case_id: int | None) -> list[Evidence]:
    """What was attached to a case, None for all of them, oldest first, what was taken back included."""
    asked = _ALL_EVIDENCE if case_id is None else _OF_CASE.params(case=case_id)
    return [read_evidence(row) for row in connection.execute(asked)]


def fact(connection: Connection, number: int) -> LocalFact:
    """Raises `LocalFactUnknown`."""
    row = _one(connection, _f, number)
    if row is None:
        raise LocalFactUnknown(number, _newest(connection, _f))
    return read_fact(row)


def change(connection: Connection, number: int) -> ScreenChange:
    """Raises `ScreenChangeUnknown`."""
    row = _one(connection, _s, number)
    if row is None:
        raise ScreenChangeUnknown(number, _newest(connection, _s))
    return read_change(row)


def evidence(connection: Connection, number: int) -> Evidence:
    """Raises `EvidenceUnknown`."""
    row = _one(connection, _e, number)
    if row is None:
        raise EvidenceUnknown(number, _newest(connection, _e))
    return read_evidence(row)


def _one(connection: Connection, table: Table, number: int) -> Any:
    return connection.execute(select(table).where(table.c.id == number)).first()


def _newest(connection: Connection, table: Table) -> int | None:
    return connection.execute(select(func.max(table.c.id))).scalar()


def read_fact(row: Any) -> LocalFact:
    """The answer of a row."""
    return LocalFact(
        id=row.id,
        fact=row.fact,
        answer=row.answer,
        evidence=row.evidence,
        said_by=read_actor(row.said_by),
        assurance=Assurance(row.assurance),
        at=read_moment(row.at),
        until=date.fromisoformat(row.until),
        ended_at=read_moment_or_none(row.ended_at),
        ended_because=row.ended_because,
    )


def read_change(row: Any) -> ScreenChange:
    """The changed screen of a row."""
    return ScreenChange(
        id=row.id,
        playbook=row.playbook,
        step=row.step_key,
        screens=row.screens,
        differs=row.differs,
        place=row.place,
        said_by=read_actor(row.said_by),
        assurance=Assurance(row.assurance),
        at=read_moment(row.at),
        ended_at=read_moment_or_none(row.ended_at),
        ended_because=row.ended_because,
    )


def read_evidence(row: Any) -> Evidence:
    """The evidence of a row."""
    return Evidence(
        id=row.id,
        case_id=row.case_id,
        step=row.step_key,
        digest=row.digest,
        file_name=row.name,
        media_type=row.media_type,
        size=row.size,
        note=row.note,
        attached_by=read_actor(row.attached_by),
        assurance=Assurance(row.assurance),
        at=read_moment(row.at),
        retracted_at=read_moment_or_none(row.retracted_at),
        retracted_because=row.retracted_because,
    )
