"""Keeping signed heads, and erasing a person with a record that does not say who it was."""

from collections.abc import Sequence

from sqlalchemy import insert

from axure_lifecycle.domain.checkpoints import Checkpoint
from axure_lifecycle.domain.erasing import RECIPIENT_ERASED, Erasure
from axure_lifecycle.store import schema
from axure_lifecycle.store.erasing import Eraser
from axure_lifecycle.store.writing import Writing


class AuditChanging(Writing):
    """The part of `ports.Change` that is about checkpoints and erasing."""

    def keep_checkpoint(self, checkpoint: Checkpoint) -> None:
        """Keep a signed head."""
        self._connection.execute(insert(schema.checkpoint).values(checkpoint._asdict()))

    def erase_person(self, addresses: Sequence[str], *, pseudonym: str, reason: str) -> Erasure:
        """Erase what names a person."""
        now = self._clock.now()
        if self._database.file is not None:
            self._connection.exec_driver_sql("PRAGMA secure_delete = ON")
        erased = Eraser(self._connection, addresses, pseudonym, now).erase()
        told = {
            "pseudonym": pseudonym,
            "addresses": len(erased.addresses),
            "payloads": erased.payloads_about + erased.payloads_naming,
            "roster_rows": erased.roster_rows,
            "decisions": erased.decisions,
            "cases": list(erased.cases),
            "texts": erased.texts,
            "files": [number for number, _ in erased.files],
            "reason": reason,
        }
        for one in erased.notices:
            gone = {"notice": one.id, "place": one.place, "attempts": one.attempts, "code": RECIPIENT_ERASED}
            self._append(now, "notice.given_up", gone, None)
        self._append(now, "person.erased", told, None)
        return erased
