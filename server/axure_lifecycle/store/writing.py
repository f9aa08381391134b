"""What every change has: an actor, a trail to append to, and rows to insert."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert

from axure_lifecycle.domain.holdings import Actor
from axure_lifecycle.ports import Clock
from axure_lifecycle.store import sources
from axure_lifecycle.store.engine import Database
from axure_lifecycle.store.sources import Standing
from axure_lifecycle.store.trail import Appender
from axure_lifecycle.store.values import actor_as_json
from axure_lifecycle.store.view import SqlView


class Writing(SqlView):
    """A view that can write, and that holds the trail's head meanwhile."""

    def __init__(self, database: Database, connection: Connection, clock: Clock, actor: Actor) -> None:
        super().__init__(database, connection, clock)
        self._actor = actor
        self._appender = Appender(connection)

    def _standing(self, as_of: datetime | None) -> Standing:
        """What is in force at a moment, looked up each time: this transaction may just have changed it."""
        return sources.stand(self._connection, as_of)

    def finish(self) -> None:
        """Write the trail records; the last thing before the transaction ends well."""
        self._appender.flush()

    def _append(self, at: datetime, kind: str, payload: Mapping[str, object], about: str | None) -> None:
        self._appender.append(at, kind, {"by": actor_as_json(self._actor), **payload}, about)

    def _insert(self, table: Table, **values: Any) -> int:
        key = self._connection.execute(insert(table).values(**values)).inserted_primary_key
        assert key is not None
        return int(key[0])
