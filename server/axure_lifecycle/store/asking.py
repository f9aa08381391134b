"""Small indexed reads without a ceremony: the same statements, straight through the database's driver.

Looking one person up asks a dozen questions, each of which takes a database a few microseconds. What surrounds a
statement in SQLAlchemy costs ten times as much, every time. So a statement is compiled once and its text goes to the
driver; whenever the driver complains, it takes the ordinary way, where errors become refusals.

From a server each answer is also a way there and back, which takes longer than the answer. What will surely be asked is
asked for in one go before (`foresee`), and then lies ready until the transaction ends. A look may begin with that and
without a transaction (`glancing`): one statement sees one state, and mostly nothing else is asked. Whatever else is
asked begins a transaction, which must see the same state; if somebody wrote in between, `StateMoved` is raised, and
whoever looks begins again, with a transaction from the start.
"""

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from sqlalchemy import BindParameter, Boolean, Connection, Select
from sqlalchemy.dialects.sqlite import dialect as sqlite_dialect
from sqlalchemy.engine import Dialect

Statement = Select[*tuple[Any, ...]]
Question = tuple[Statement, Mapping[str, Any]]
_SQLITE: Final = sqlite_dialect()
_MOST_VALUES: Final = 64
"""Longer lists of values take the ordinary way: each length is a statement of its own."""


class _Plan(NamedTuple):
    sql: str
    names: tuple[str, ...]
    """SQLite's parameters in their order; those of a list are numbered. PostgreSQL's go by name."""
    constants: Mapping[str, Any]
    make: Callable[[Iterable[Any]], Any]
    """Makes a row of its cells, with the labels as attributes."""
    booleans: tuple[int, ...]


class StateMoved(Exception):
    """Somebody wrote between the first question of a look and its next."""


@contextmanager
def glancing(connection: Connection, witness: Question) -> Generator[None]:
    """Begin a look without a transaction, on a server. The answer to `witness` is another one in every other state."""
    connection.info[_GLANCE] = _Glance(witness)
    try:
        yield
    finally:
        del connection.info[_GLANCE]


def enter(connection: Connection) -> None:
    """Be in a transaction from here on, when the look began without. Raises `StateMoved`."""
    glance = _begun_without(connection)
    if glance is None:
        return
    glance.is_within = True
    statement, given = glance.witness
    if glance.seen is not None and ask(connection, statement, given) != glance.seen:
        raise StateMoved


@dataclass(slots=True)
class _Glance:
    """A look that began without a transaction."""

    witness: Question
    seen: Sequence[Any] | None = None
    """Its answer, when something was asked."""
    is_within: bool = False
    """Whether a transaction has begun."""


def _begun_without(connection: Connection) -> _Glance | None:
    """The look that goes on without a transaction, if one does."""
    glance = cast("_Glance | None", connection.info.get(_GLANCE))
    return None if glance is None or glance.is_within else glance


_GLANCE: Final = "a look that began without a transaction"


def ask(connection: Connection, statement: Statement, parameters: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement, each with its columns as attributes, in order."""
    is_near = connection.dialect.name == "sqlite"
    if not is_near and (ready := _lying_ready(connection).pop(_key(statement, parameters), None)) is not None:
        return ready
    enter(connection)
    lengths = _lengths(parameters)
    plan = _plan(statement, lengths, _SQLITE if is_near else connection.dialect)
    if plan is None:
        return connection.execute(statement, dict(parameters)).all()
    values = _values(plan, lengths, parameters)
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    try:
        given = [values[name] for name in plan.names] if plan.names else values
        found = driver.execute(plan.sql, given).fetchall()
    except _errors_of(connection.dialect):
        return connection.execute(statement, dict(parameters)).all()
    if not plan.booleans:
        return list(map(plan.make, found))
    return [plan.make(_with_booleans(row, plan.booleans)) for row in found]


def foresee(connection: Connection, questions: Iterable[Question]) -> None:
    """Have the answers to some questions ready, each for one asking; a file beside us is not asked.

    In a transaction that writes only what is asked at once. Only for what consists of texts, numbers, truth values and
    nothing: the answers come as JSON.
    """
    if connection.dialect.name == "sqlite":
        return
    asked: list[tuple[_Key, _Plan]] = []
    values: dict[str, Any] = {}
    for statement, parameters in questions:
        lengths = _lengths(parameters)
        plan = _plan(statement, lengths, connection.dialect)
        if plan is not None:
            own = _values(plan, lengths, parameters)
            values |= {f"q{len(asked)}_{name}": value for name, value in own.items()}
            asked.append((_key(statement, parameters), plan))
    glance = _begun_without(connection)
    witness = None if glance is None else _key(*glance.witness)
    is_alone = glance is not None and glance.seen is None and witness in {key for key, _ in asked}
    if not is_alone:
        enter(connection)
    together = _together(tuple(plan.sql for _, plan in asked))
    driver = connection.connection.driver_connection
    try:
        [answers] = _execute_alone(driver, together, values) if is_alone else _execute(driver, together, values)
    except _errors_of(connection.dialect):
        return  # Each question is then asked for itself, and told what is wrong.
    ready = _lying_ready(connection)
    ready |= {key: [plan.make(row.values()) for row in rows] for (key, plan), rows in zip(asked, answers, strict=True)}
    if is_alone:
        assert glance is not None
        assert witness is not None
        glance.seen = ready[witness]


def foreseen(connection: Connection, question: Question) -> Sequence[Any] | None:
    """The answer that lies ready to a question which is not asked otherwise; None where it was not foreseen."""
    return _lying_ready(connection).pop(_key(*question), None)


def _key(statement: Statement, parameters: Mapping[str, Any]) -> "_Key":
    given = sorted(parameters.items())
    return statement, tuple(
        [(name, tuple(cast("list[object]", value)) if isinstance(value, list) else value) for name, value in given]
    )


def _execute(driver: Any, statement: str, values: Mapping[str, Any]) -> list[Any]:
    """In a transaction, whose beginning goes with the first statement."""
    with nullcontext() if driver.info.transaction_status else driver.pipeline():
        found = driver.execute(statement, values)
    rows: list[Any] = found.fetchall()
    return rows


def _execute_alone(driver: Any, statement: str, values: Mapping[str, Any]) -> list[Any]:
    """Without a transaction."""
    driver.autocommit = True
    try:
        rows: list[Any] = driver.execute(statement, values).fetchall()
    finally:
        driver.autocommit = False
    return rows


_Key = tuple[Statement, tuple[tuple[str, Any], ...]]
_READY: Final = "answers that lie ready"
_PARAMETER: Final = re.compile(r"%\((\w+)\)s")
_ONE_VALUE: Final = -1


def _lying_ready(connection: Connection) -> dict[_Key, Sequence[Any]]:
    """The answers that were foreseen in this very transaction."""
    transaction, ready = connection.info.get(_READY, (None, {}))
    if transaction is not connection.get_transaction():
        ready = {}
        connection.info[_READY] = connection.get_transaction(), ready
    return cast("dict[_Key, Sequence[Any]]", ready)


@lru_cache(maxsize=512)
def _together(statements: tuple[str, ...]) -> str:
    """One statement whose cells are the answers to these, each as JSON."""
    named = [_PARAMETER.sub(rf"%(q{number}_\1)s", each) for number, each in enumerate(statements)]
    # Statements of ours, whose values go apart.
    parts = [f"(SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM ({each}) AS t)" for each in named]  # noqa: S608
    return f"SELECT {', '.join(parts)}"


def _lengths(parameters: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple([(name, _length(value)) for name, value in parameters.items()])


def _values(plan: _Plan, lengths: Iterable[tuple[str, int]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a statement, those of a list numbered."""
    values = {**plan.constants, **parameters}
    for name, length in lengths:
        if length > 0:
            for number, value in enumerate(parameters[name], 1):
                values[f"{name}_{number}"] = value
    return values


def _length(value: object) -> int:
    return len(cast("list[object]", value)) if isinstance(value, list) else _ONE_VALUE


def ask_first(connection: Connection, statement: Statement, parameters: Mapping[str, Any]) -> Any:
    """The first row, or None."""
    found = ask(connection, statement, parameters)
    return found[0] if found else None


def _with_booleans(row: Sequence[Any], places: Sequence[int]) -> list[Any]:
    cells = list(row)
    for place in places:
        cells[place] = None if cells[place] is None else bool(cells[place])
    return cells


def _constants(binds: Mapping[str, BindParameter[Any]]) -> Mapping[str, Any]:
    """The values that stand in the statement itself."""
    found: dict[str, Any] = {}
    for name, bind in binds.items():
        if bind.expanding:
            found.update((f"{name}_{number}", value) for number, value in enumerate(bind.value or (), 1))
        elif not bind.required:
            found[name] = bind.value
    return found


def _errors_of(dialect: Dialect) -> type[Exception]:
    """Those of the driver."""
    assert dialect.dbapi is not None
    return dialect.dbapi.Error


@lru_cache(maxsize=512)
def _plan(statement: Statement, lengths: tuple[tuple[str, int], ...], dialect: Dialect) -> _Plan | None:
    """The text of a statement for lists of these lengths; None where a list is empty or too long for that."""
    if any(length == 0 or length > _MOST_VALUES for _, length in lengths):
        return None
    filled = statement.params({name: [""] * length if length > 0 else "" for name, length in lengths})
    compiled = filled.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    columns = tuple(filled.selected_columns)
    labels: list[str] = [str(column.key) for column in columns]
    return _Plan(
        sql=str(compiled),
        names=tuple(compiled.positiontup or ()),
        constants=_constants(compiled.binds),
        make=_row_type(labels),
        booleans=tuple(place for place, column in enumerate(columns) if isinstance(column.type, Boolean)),
    )


def _row_type(labels: Sequence[str]) -> Callable[[Iterable[Any]], Any]:
    """Makes a row whose cells are attributes by their labels, and places too."""
    make_type: Any = namedtuple  # Its fields are known only now, which no checker can follow.
    return cast("Callable[[Iterable[Any]], Any]", make_type("Row", labels, rename=True)._make)
