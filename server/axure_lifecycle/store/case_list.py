"""Cases in a list: a line for each, with how far it is, counted by the database."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select, true

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.steps import SETTLED, StepState
from axure_lifecycle.ports import CaseLine, Page
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import Question, ask
from axure_lifecycle.store.schema.columns import without_nul
from axure_lifecycle.store.values import read_cursor, read_moment

_c, _t, _p = schema.case, schema.step, schema.case_person
_IS_ABOUT: Final = (
    select(_p.c.case_id).where(_p.c.case_id == _c.c.id, _p.c.address == bindparam("subject")).correlate(_c).exists()
)
_LINES: Final = (
    select(
        _c.c.id,
        _c.c.operation,
        _c.c.subject,
        _c.c.state,
        _c.c.owner,
        _c.c.opened_at,
        _c.c.due_on,
        _c.c.lacks_approval,
        select(func.count()).where(_p.c.case_id == _c.c.id).correlate(_c).scalar_subquery().label("people"),
        func.count(_t.c.key).label("steps"),
        func.count(case((_t.c.state.in_([state.value for state in SETTLED]), 1))).label("settled"),
        func.count(case((_t.c.state == StepState.CONTRADICTED.value, 1))).label("contradicted"),
    )
    .select_from(_c.outerjoin(_t, _t.c.case_id == _c.c.id))
    .group_by(_c.c.id)
    .order_by(_c.c.id.desc())
)
_THESE: Final = _LINES.where(_c.c.id.in_(bindparam("ids", expanding=True)))
_HOW_MANY: Final = select(func.count().label("in_all")).select_from(_c)


def listed(
    connection: Connection,
    page: Page,
    states: Sequence[CaseState],
    subject: Address | None,
    owner: str | None,
    lacks_approval: bool,
) -> tuple[list[CaseLine], str | None, int]:
    """Newest first; the cursor of the next part; how many there are."""
    part, how_many = _list_by(bool(states), subject is not None, owner is not None, lacks_approval)
    asked = _asked(page, states, subject, owner)
    rows = ask(connection, part, asked)
    found = [_read(row) for row in rows[: page.most]]
    cursor = str(found[-1].id) if len(rows) > page.most and found else None
    is_whole = page.after is None and cursor is None
    return found, cursor, len(rows) if is_whole else ask(connection, how_many, asked)[0].in_all


def question(page: Page, states: Sequence[CaseState], subject: Address) -> Question:
    """What `listed` asks about a person."""
    part, _ = _list_by(bool(states), True, False, False)
    return part, _asked(page, states, subject, None)


def _asked(page: Page, states: Sequence[CaseState], subject: Address | None, owner: str | None) -> dict[str, Any]:
    asked: dict[str, Any] = {"after": read_cursor(page.after), "most": page.most + 1}
    if states:
        asked["states"] = [state.value for state in states]
    if subject is not None:
        asked["subject"] = subject
    if owner is not None:
        asked["owner"] = without_nul(owner)  # The short way knows no types of ours.
    return asked


def lines_of(connection: Connection, ids: Sequence[int]) -> list[CaseLine]:
    """These cases, newest first."""
    return [_read(row) for row in ask(connection, _THESE, {"ids": list(ids)})] if ids else []


def _read(row: Any) -> CaseLine:
    return CaseLine(
        id=row.id,
        operation=row.operation,
        subject=Address(row.subject),
        state=CaseState(row.state),
        owner=row.owner,
        opened_at=read_moment(row.opened_at),
        due_on=row.due_on,
        steps=row.steps,
        settled=row.settled,
        contradicted=row.contradicted,
        people=row.people,
        lacks_approval=bool(row.lacks_approval),
    )


@cache
def _list_by(
    has_states: bool,
    has_subject: bool,
    has_owner: bool,
    lacks_approval: bool,
) -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """The statements of a list and of its count, for the conditions that there are."""
    wanted: list[ColumnElement[bool]] = []
    if has_states:
        wanted.append(_c.c.state.in_(bindparam("states", expanding=True)))
    if has_subject:
        wanted.append(_IS_ABOUT)
    if has_owner:
        wanted.append(_c.c.owner == bindparam("owner"))
    if lacks_approval:
        wanted += [_c.c.lacks_approval.is_(true()), _c.c.state == CaseState.OPEN.value]
    lines = _LINES.where(_c.c.id < bindparam("after"), *wanted).limit(bindparam("most"))
    return lines, _HOW_MANY.where(*wanted)
