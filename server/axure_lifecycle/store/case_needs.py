"""Open cases that wait for something: found among the open ones, by the states of their steps or by their days."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, or_, select

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.ports import CaseLine, CaseNeed, Page
from axure_lifecycle.store import case_list, schema
from axure_lifecycle.store.asking import ask
from axure_lifecycle.store.values import read_cursor

_c, _t = schema.case, schema.step


def _has_step_in(*states: StepState) -> ColumnElement[bool]:
    wanted = [state.value for state in states]
    return select(_t.c.case_id).where(_t.c.case_id == _c.c.id, _t.c.state.in_(wanted)).correlate(_c).exists()


_CONDITIONS: Final[Mapping[CaseNeed, ColumnElement[bool]]] = {
    CaseNeed.WORD: _has_step_in(StepState.REPORTED, StepState.SKIP_REPORTED),
    CaseNeed.CONTRADICTED: _has_step_in(StepState.CONTRADICTED),
    CaseNeed.OVERDUE: (_c.c.opened_at < bindparam("since"))
    & or_(_c.c.due_on.is_(None), _c.c.due_on < bindparam("day")),
}


def _select(condition: ColumnElement[bool]) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    wanted = (_c.c.state == CaseState.OPEN.value, condition)
    ids = select(_c.c.id).where(*wanted, _c.c.id < bindparam("after")).order_by(_c.c.id.desc()).limit(bindparam("most"))
    return ids, select(func.count().label("in_all")).select_from(_c).where(*wanted)


_STATEMENTS: Final = {need: _select(condition) for need, condition in _CONDITIONS.items()}


def listed(
    connection: Connection, need: CaseNeed, page: Page, since: datetime
) -> tuple[Sequence[CaseLine], str | None, int]:
    """Newest first; the cursor of the next part; how many there are."""
    part, how_many = _STATEMENTS[need]
    asked: dict[str, Any] = {"after": read_cursor(page.after), "most": page.most + 1}
    days = {"since": moment(since), "day": since.date().isoformat()} if need is CaseNeed.OVERDUE else {}
    ids = [row.id for row in ask(connection, part, asked | days)]
    found = case_list.lines_of(connection, ids[: page.most])
    cursor = str(found[-1].id) if len(ids) > page.most and found else None
    is_whole = page.after is None and cursor is None
    return found, cursor, len(ids) if is_whole else ask(connection, how_many, days)[0].in_all
