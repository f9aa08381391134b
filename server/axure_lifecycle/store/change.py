"""One transaction that writes: all of it and its trail records, or nothing."""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from sqlalchemy import insert, select, update

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.trail import Audit, StoredRecord, moment
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import Decision, Progress
from axure_lifecycle.store import decisions, schema
from axure_lifecycle.store.access_change import AccessChange
from axure_lifecycle.store.audit_change import AuditChanging
from axure_lifecycle.store.case_change import CaseChange
from axure_lifecycle.store.local_change import LocalChange
from axure_lifecycle.store.outbox_change import OutboxChanging
from axure_lifecycle.store.refusals import NoDecision
from axure_lifecycle.store.review_change import ReviewChanging
from axure_lifecycle.store.scim_change import ScimChanging
from axure_lifecycle.store.source_change import SourceChange
from axure_lifecycle.store.values import write_actor
from axure_lifecycle.store.wanted_change import WantedChanging

_d = schema.decision


class SqlChange(
    SourceChange,
    CaseChange,
    LocalChange,
    AccessChange,
    AuditChanging,
    OutboxChanging,
    ReviewChanging,
    ScimChanging,
    WantedChanging,
):
    """Implements `ports.Change`."""

    # -- decisions ----------------------------------------------------------------------------------------------------

    def decide(
        self,
        address: Address,
        kind: DecisionKind,
        *,
        belongs_to: Address | None,
        reason: str,
        until: str | None,
        assurance: Assurance,
    ) -> Decision:
        """Write down a decision; an earlier one about the address no longer counts."""
        now = self._clock.now()
        standing = (_d.c.address == address, _d.c.ended_at.is_(None))
        self._connection.execute(update(_d).where(*standing).values(ended_at=moment(now)))
        decision_id = self._insert(
            _d,
            address=address,
            kind=kind.value,
            belongs_to=belongs_to,
            reason=reason,
            until=until,
            decided_by=write_actor(self._actor),
            assurance=assurance.value,
            at=moment(now),
        )
        self._append(
            now,
            "decision.made",
            {
                "decision": decision_id,
                "address": address,
                "decided": kind.value,
                "belongs_to": belongs_to,
                "until": until,
                "assurance": assurance.value,
                "reason": reason,
            },
            address,
        )
        row = self._connection.execute(select(_d).where(_d.c.id == decision_id)).one()
        return decisions.read_decision(row)

    def withdraw_decision(self, address: Address, reason: str) -> Decision:
        """Take back the decision that stands about an address. Raises `NoDecision`."""
        row = self._connection.execute(select(_d).where(_d.c.address == address, _d.c.ended_at.is_(None))).first()
        if row is None:
            raise NoDecision(address)
        now = self._clock.now()
        self._connection.execute(update(_d).where(_d.c.id == row.id).values(ended_at=moment(now)))
        payload = {"decision": row.id, "address": address, "decided": row.kind, "reason": reason}
        self._append(now, "decision.withdrawn", payload, address)
        return decisions.read_decision(row)

    # -- the rest -----------------------------------------------------------------------------------------------------

    def keep_answer(self, request_key: str, answer: str) -> None:
        """Remember the answer (JSON) of this call for a repeat with the same key; the first answer stays."""
        if self.answer_to(request_key) is not None:
            return
        now = self._clock.now()
        values = {"request_key": request_key, "at": moment(now), "answer": answer}
        self._connection.execute(insert(schema.kept_answer), values)
        digest = sha256(answer.encode()).hexdigest()
        self._append(now, "answer.kept", {"request_key": request_key, "answer_digest": digest}, None)

    def note(self, kind: str, payload: Mapping[str, object], others: Sequence[Address] = ()) -> None:
        """Append a trail record of its own; it is about the payload's `address` or `subject`, if there is one."""
        about = payload.get("address", payload.get("subject"))
        self._append(self._clock.now(), kind, payload, about if isinstance(about, str) else None, others)

    def verify_trail(self, progress: Progress | None = None) -> Audit:
        """Walk the whole chain, what this transaction appended included."""
        self.finish()
        return super().verify_trail(progress)

    def trail(self, after_seq: int = 0, most: int | None = None) -> Iterator[StoredRecord]:
        """Records in order, what this transaction appended included."""
        self.finish()
        return super().trail(after_seq, most)
