"""What people decided about addresses."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, and_, bindparam, func, or_, select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import Decision, Page
from axure_lifecycle.store import schema
from axure_lifecycle.store.asking import Question, ask
from axure_lifecycle.store.values import read_actor, read_cursor, read_moment

_d = schema.decision


def counts(table: FromClause) -> ColumnElement[bool]:
    """Whether a decision stood at the moment `as_of`, on the day `day`."""
    return and_(
        table.c.at <= bindparam("as_of"),
        or_(table.c.ended_at.is_(None), table.c.ended_at > bindparam("as_of")),
        or_(table.c.until.is_(None), table.c.until >= bindparam("day")),
    )


def at_moment(as_of: datetime) -> dict[str, str]:
    """The parameters of `counts`. The day is the one of `as_of` in its own time zone."""
    return {"as_of": moment(as_of), "day": as_of.date().isoformat()}


_IN_FORCE: Final = select(_d).where(counts(_d))
_ABOUT: Final = _IN_FORCE.where(
    or_(
        _d.c.address.in_(bindparam("addresses", expanding=True)),
        _d.c.belongs_to.in_(bindparam("addresses", expanding=True)),
    )
).order_by(_d.c.id)
_ANY: Final = _IN_FORCE.with_only_columns(_d.c.id).limit(1)
_LIST: Final = _IN_FORCE.where(_d.c.id < bindparam("after")).order_by(_d.c.id.desc()).limit(bindparam("most"))
_HOW_MANY: Final = _IN_FORCE.with_only_columns(func.count())


def question(addresses: Sequence[str], as_of: datetime) -> Question:
    """What `about` asks."""
    return _ABOUT, {**at_moment(as_of), "addresses": list(addresses)}


def about(connection: Connection, addresses: Sequence[str], as_of: datetime) -> list[Decision]:
    """The decisions in force about any of the addresses, or that some other address belongs to one of them."""
    _, given = question(addresses, as_of)
    return [read_decision(row) for row in ask(connection, _ABOUT, given)]


def any_in_force(connection: Connection, as_of: datetime) -> bool:
    """Whether anything is decided at all."""
    return connection.execute(_ANY, at_moment(as_of)).first() is not None


def listed(connection: Connection, page: Page, now: datetime) -> tuple[list[Decision], str | None, int]:
    """Those in force, newest first; the cursor of the next part; how many there are."""
    after = read_cursor(page.after)
    rows = connection.execute(_LIST, {**at_moment(now), "after": after, "most": page.most + 1}).all()
    found = [read_decision(row) for row in rows[: page.most]]
    cursor = str(found[-1].id) if len(rows) > page.most and found else None
    return found, cursor, connection.execute(_HOW_MANY, at_moment(now)).scalar_one()


def read_decision(row: Any) -> Decision:
    """The decision of a row."""
    return Decision(
        id=row.id,
        address=Address(row.address),
        kind=DecisionKind(row.kind),
        belongs_to=None if row.belongs_to is None else Address(row.belongs_to),
        reason=row.reason,
        until=row.until,
        decided_by=read_actor(row.decided_by),
        at=read_moment(row.at),
        assurance=Assurance(row.assurance),
    )
