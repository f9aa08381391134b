"""Bringing sources, standing for them, and taking them back: each with its trail record."""

from hashlib import sha256
from typing import Final

from sqlalchemy import bindparam, select, update

from axure_lifecycle.domain.directories import Attempt
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.sources import AlreadyRetracted, Moments, Source, SourceState
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.store import attempts, schema, sources, staging
from axure_lifecycle.store.values import write_actor
from axure_lifecycle.store.writing import Writing

_s = schema.source
_SNAPSHOT_SYSTEM: Final = select(schema.snapshot.c.system_id, schema.snapshot.c.refused).where(
    schema.snapshot.c.id == bindparam("id")
)


class SourceChange(Writing):
    """The part of `ports.Change` that is about sources."""

    def import_snapshot(
        self, snapshot: int, moments: Moments, *, is_complete: bool | None, label: str, assurance: Assurance
    ) -> Source:
        """Make a roster that lies ready count. Raises `PreviewGone`.

        One of which lines were refused is never complete, whoever says so.
        """
        ready = staging.preview(self._connection, snapshot)
        row = self._connection.execute(_SNAPSHOT_SYSTEM, {"id": snapshot}).one()
        now = self._clock.now()
        source_id = self._insert(
            _s,
            snapshot_id=snapshot,
            system_id=row.system_id,
            taken_at=moment(moments.taken_at),
            is_moment_stated=moments.is_stated,
            horizon=moment(moments.horizon),
            received_at=moment(now),
            label=label,
            brought_by=write_actor(self._actor),
            assurance=assurance.value,
            is_complete=False if row.refused else is_complete,
            state=SourceState.IN_USE.value,
        )
        source = self.source(source_id)
        self._append(
            now,
            "source.imported",
            {
                "source": source_id,
                "system": sources.name_system(source.system),
                "roster": source.kind.value,
                "digest": source.digest,
                "rows": source.rows,
                "refused": ready.totals.refused,
                "taken_at": moment(moments.taken_at),
                "is_moment_stated": moments.is_stated,
                "horizon": moment(moments.horizon),
                "is_complete": source.is_complete,
                "assurance": assurance.value,
                "label": label,
            },
            None,
        )
        return source

    def keep_cursor(self, source_id: int, cursor: str, fingerprint: str) -> None:
        """Keep from where the next read may go on; the trail names its digest only. Raises `SourceUnknown`."""
        source = self.source(source_id)
        self._insert(schema.source_cursor, source_id=source.id, cursor=cursor, fingerprint=fingerprint)
        kept = {"source": source.id, "cursor_digest": sha256(cursor.encode()).hexdigest(), "fingerprint": fingerprint}
        self._append(self._clock.now(), "directory.cursor_kept", kept, None)

    def note_attempt(self, attempt: Attempt) -> None:
        """Write down what came of a try. The trail does without its sentence, which may name somebody."""
        number = self._insert(schema.sync_attempt, **attempts.write(attempt))
        told = {
            "attempt": number,
            "directory": attempt.directory,
            "begun_at": moment(attempt.begun_at),
            "ended_at": moment(attempt.ended_at),
            "source": attempt.source_id,
            "is_full": attempt.is_full,
            "changes": attempt.changes,
            "code": attempt.code,
            "scopes": attempt.scopes,
        }
        kind = "directory.read_failed" if attempt.source_id is None else "directory.read"
        self._append(self._clock.now(), kind, told, None)

    def confirm_source(self, source_id: int, question_digest: str) -> Source:
        """A person stands for a source that came as reported. Raises `SourceUnknown`, `AlreadyRetracted`."""
        now = self._clock.now()
        found = self.source(source_id)
        if found.state is SourceState.RETRACTED:
            raise AlreadyRetracted(found.name)
        self._connection.execute(
            update(_s)
            .where(_s.c.id == source_id)
            .values(
                assurance=Assurance.CONFIRMED.value,
                confirmed_by=write_actor(self._actor),
                confirmed_at=moment(now),
            )
        )
        self._append(now, "source.confirmed", {"source": source_id, "question_digest": question_digest}, None)
        return self.source(source_id)

    def hold_source(self, source_id: int) -> Source:
        """A read lost too much: no later one is measured by it until a person confirms it. Raises `SourceUnknown`."""
        source = self.source(source_id)
        self._connection.execute(update(_s).where(_s.c.id == source_id).values(is_held=True))
        before = self.source_before(source)
        held = {"source": source_id, "measured_by": None if before is None else before.id}
        self._append(self._clock.now(), "source.held", held, None)
        return self.source(source_id)

    def retract_source(self, source_id: int, reason: str) -> Source:
        """The source no longer counts; its rows stay. Raises `SourceUnknown`."""
        now = self._clock.now()
        source = self.source(source_id)
        if source.state is SourceState.RETRACTED:
            return source
        self._connection.execute(
            update(_s)
            .where(_s.c.id == source_id)
            .values(
                state=SourceState.RETRACTED.value,
                retracted_at=moment(now),
                retracted_because=reason,
            )
        )
        self._append(now, "source.retracted", {"source": source_id, "reason": reason}, None)
        return self.source(source_id)
