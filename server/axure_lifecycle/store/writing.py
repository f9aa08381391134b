"""What every change has: an actor, a trail to append to, and rows to insert."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert

from axure_lifecycle.domain.holdings import Actor
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.ports import Clock
from axure_lifecycle.store import sources
from axure_lifecycle.store.engine import Database
from axure_lifecycle.store.remembering import RoleCounts
from axure_lifecycle.store.sources import Standing
from axure_lifecycle.store.trail import Appender
from axure_lifecycle.store.values import actor_as_json
from axure_lifecycle.store.view import SqlView


def without(payload: Mapping[str, object], others: Sequence[str]) -> dict[str, object]:
    """A payload whose texts name the others of a case by their number: it is not erased with them.

    The subject is number 1. `case.is_about` says who each of them is, until they are erased.

    >>> without({"question": "Did you add ada@acme.example and bo@acme.example?"}, ["bo@acme.example"])
    {'question': 'Did you add ada@acme.example and ⟨person 2⟩?'}
    """
    numbers = {address: number for number, address in enumerate(others, 2)}
    longest_first = sorted(map(re.escape, numbers), key=len, reverse=True)
    named = re.compile(rf"(?<![\w.+-])(?:{'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)

    def number(found: re.Match[str]) -> str:
        return f"⟨person {numbers[found[0].lower()]}⟩"

    return {name: named.sub(number, value) if isinstance(value, str) else value for name, value in payload.items()}


class Writing(SqlView):
    """A view that can write, and that holds the trail's head meanwhile."""

    def __init__(self, database: Database, connection: Connection, clock: Clock, actor: Actor) -> None:
        super().__init__(database, connection, clock)
        self._actor = actor
        self._appender = Appender(connection)

    def _standing(self, as_of: datetime | None) -> Standing:
        """What is in force at a moment, looked up each time: this transaction may just have changed it."""
        return sources.stand(self._connection, as_of)

    def _role_counts(self) -> RoleCounts:
        """Nothing that lasts, for the same reason."""
        return {}

    def source_before(self, source: Source) -> Source | None:
        """What a source is measured by, looked up each time."""
        return sources.before(self._connection, [source])[source.id]

    def finish(self) -> None:
        """Write the trail records; the last thing before the transaction ends well."""
        self._appender.flush()

    def _append(
        self, at: datetime, kind: str, payload: Mapping[str, object], about: str | None, others: Sequence[str] = ()
    ) -> None:
        """Append a record that is erased with whoever it is about; `others` whom it names too stand in it by number."""
        told = without(payload, others) if others else payload
        self._appender.append(at, kind, {"by": actor_as_json(self._actor), **told}, about)

    def _insert(self, table: Table, **values: Any) -> int:
        key = self._connection.execute(insert(table).values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0])
