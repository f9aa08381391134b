"""What an auditor's bundle is made of: rows as they stand, streamed."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar

from sqlalchemy import BindParameter, Connection, Executable, RowMapping, Table, bindparam, func, or_, select, union_all

from axure_lifecycle.domain.checkpoints import Checkpoint
from axure_lifecycle.domain.erasing import Traces
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports.auditing import Span, Told
from axure_lifecycle.store import erasing, schema

_Each = TypeVar("_Each")

_r, _h, _k = schema.audit_record, schema.audit_head, schema.checkpoint
_AT_A_TIME: Final = 200
AS_JSON: Final = frozenset(
    {"plan", "opened_by", "said_by", "approved_by", "attached_by", "brought_by", "confirmed_by", "decided_by"}
)
"""Columns that are read before they are told."""
_BEGIN: Final = bindparam("begin", type_=_r.c.at.type)
_END: Final = bindparam("end", type_=_r.c.at.type)
_SPAN: Final = select(
    select(func.min(_r.c.seq)).where(_r.c.at >= _BEGIN).scalar_subquery(),
    select(func.max(_r.c.seq)).where(_r.c.at < _END).scalar_subquery(),
    select(_r.c.at).order_by(_r.c.seq).limit(1).scalar_subquery(),
    select(_r.c.at).order_by(_r.c.seq.desc()).limit(1).scalar_subquery(),
)
_MOVED: Final = union_all(
    *(
        select(table.c[case]).where(table.c[column] >= _BEGIN, table.c[column] < _END)
        for table, case, columns in (
            (schema.case, "id", ["opened_at"]),
            (schema.case_part, "case_id", ["opened_at"]),
            (schema.claim, "case_id", ["at", "retracted_at"]),
            (schema.approval, "case_id", ["at", "retracted_at"]),
            (schema.evidence, "case_id", ["at", "retracted_at"]),
        )
        for column in columns
    )
)
_IDS: Final[BindParameter[int]] = bindparam("ids", expanding=True)
_BESIDE: Final = {
    "people": select(schema.case_person)
    .where(schema.case_person.c.case_id.in_(_IDS))
    .order_by(schema.case_person.c.case_id, schema.case_person.c.address),
    "steps": select(schema.step)
    .where(schema.step.c.case_id.in_(_IDS))
    .order_by(schema.step.c.case_id, schema.step.c.position),
    "parts": select(schema.case_part)
    .where(schema.case_part.c.case_id.in_(_IDS))
    .order_by(schema.case_part.c.case_id, schema.case_part.c.number),
    "checks": select(schema.step_check)
    .where(schema.step_check.c.case_id.in_(_IDS))
    .order_by(schema.step_check.c.case_id, schema.step_check.c.step_key, schema.step_check.c.source_id),
}
_s, _n, _y = schema.source, schema.snapshot, schema.system
_SOURCES: Final = (
    select(
        _s,
        _n.c.kind,
        _n.c.digest,
        _n.c.row_count.label("rows"),
        _n.c.refused,
        _n.c.form,
        _n.c.columns,
        _y.c.application,
        _y.c.name.label("system"),
        _y.c.host,
        _y.c.holds,
        or_(
            *((_s.c[at] >= _BEGIN) & (_s.c[at] < _END) for at in ("received_at", "confirmed_at", "retracted_at"))
        ).label("is_of_these_days"),
    )
    .select_from(_s.join(_n, _n.c.id == _s.c.snapshot_id).join(_y, _y.c.id == _s.c.system_id))
    .order_by(_s.c.id)
)


class AuditReading:
    """Implements `ports.AuditView`; a part of a view."""

    _connection: Connection

    def _lend(self, stream: Iterator[_Each]) -> Iterator[_Each]:
        raise NotImplementedError

    def trail_head(self) -> tuple[int, str]:
        """Number and hash of the last record."""
        seq, last = self._connection.execute(select(_h.c.seq, _h.c.hash)).one()
        return seq, last

    def trail_span(self, begin: datetime, end: datetime) -> Span:
        """The records from `begin` on and before `end`."""
        asked = {"begin": moment(begin), "end": moment(end)}
        return Span(*self._connection.execute(_SPAN, asked).one())

    def checkpoints(self, until: int) -> Iterator[Checkpoint]:
        """Those of heads up to this record, oldest first."""
        wanted = select(_k.c.seq, _k.c.hash, _k.c.at, _k.c.public_key, _k.c.signature).where(_k.c.seq <= until)
        rows = self._stream(wanted.order_by(_k.c.seq, _k.c.id))
        return (Checkpoint(**row) for row in rows)

    def cases_moved(self, begin: datetime, end: datetime) -> Iterator[int]:
        """Numbers of cases about which something was written in that time."""
        asked = {"begin": moment(begin), "end": moment(end)}
        return (number for row in self._stream(_MOVED, asked) for number in row.values())

    def told_cases(self, wanted: Collection[int]) -> Iterator[Told]:
        """These cases, by number."""
        return self._cases(wanted)

    def told_claims(self, wanted: Collection[int]) -> Iterator[Told]:
        """What was said about these cases, by number."""
        return self._of_cases(schema.claim, wanted)

    def told_approvals(self, wanted: Collection[int]) -> Iterator[Told]:
        """The approvals of these cases, by number."""
        return self._of_cases(schema.approval, wanted)

    def told_evidence(self, wanted: Collection[int]) -> Iterator[Told]:
        """What was attached to these cases, by number."""
        return self._of_cases(schema.evidence, wanted)

    def told_sources(self, begin: datetime, end: datetime, wanted: Collection[int]) -> Iterator[Told]:
        """The sources of that time, and these, by number."""
        rows = self._stream(_SOURCES, {"begin": moment(begin), "end": moment(end)})
        told = (tell(row) for row in rows if row["is_of_these_days"] or row["id"] in wanted)
        return ({name: each for name, each in one.items() if name != "is_of_these_days"} for one in told)

    def traces_of(self, addresses: Sequence[str]) -> Traces:
        """What stands in the way of erasing a person."""
        return erasing.traces_of(self._connection, addresses)

    def _of_cases(self, table: Table, wanted: Collection[int]) -> Iterator[Told]:
        rows = self._stream(select(table).order_by(table.c.id))
        return (tell(row) for row in rows if row["case_id"] in wanted)

    def _cases(self, wanted: Collection[int]) -> Iterator[Told]:
        numbers: list[int] = []
        for number in self._stream(select(schema.case.c.id).order_by(schema.case.c.id)):
            if number["id"] in wanted:
                numbers.append(number["id"])
            if len(numbers) == _AT_A_TIME:
                yield from self._some_cases(numbers)
                numbers = []
        if numbers:
            yield from self._some_cases(numbers)

    def _some_cases(self, numbers: Sequence[int]) -> Iterable[Told]:
        cases = select(schema.case).where(schema.case.c.id.in_(numbers)).order_by(schema.case.c.id)
        told = {row["id"]: tell(row) for row in self._connection.execute(cases).mappings()}
        for name, statement in _BESIDE.items():
            for one in told.values():
                one[name] = []
            for row in self._connection.execute(statement, {"ids": list(numbers)}).mappings():
                beside = tell(row)
                told[beside.pop("case_id")][name].append(beside)
        return told.values()

    def _stream(self, statement: Executable, asked: Mapping[str, Any] | None = None) -> Iterator[RowMapping]:
        return self._lend(self._rows(statement.execution_options(yield_per=_AT_A_TIME), asked or {}))

    def _rows(self, statement: Executable, asked: Mapping[str, Any]) -> Iterator[RowMapping]:
        with self._connection.execute(statement, asked) as found:
            yield from found.mappings()


def tell(row: RowMapping) -> dict[str, Any]:
    """A row by the names of its columns."""
    return {
        str(name): json.loads(value) if name in AS_JSON and value is not None else value for name, value in row.items()
    }
