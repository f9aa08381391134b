"""Opening a review, deciding in it, and closing it with the digests that stay."""

from datetime import date

from sqlalchemy import func, literal, select, update

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.reviews import (
    Review,
    ReviewDecision,
    ReviewKind,
    ReviewState,
    digest_of_decisions,
    digest_of_members,
)
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.trail import moment
from axure_lifecycle.store import schema, sources
from axure_lifecycle.store.people import OFF
from axure_lifecycle.store.review_reading import DECISION, read_review_decision
from axure_lifecycle.store.values import (
    write_actor,
    write_day,
)
from axure_lifecycle.store.writing import Writing

_v, _p, _d, _m = schema.review, schema.review_person, schema.review_decision, schema.member_row


class ReviewChanging(Writing):
    """The part of `ports.Change` that is about reviews."""

    def open_review(self, title: str, source: Source, due_on: date | None) -> Review:
        """Everybody whom this members roster lists and does not show as deactivated."""
        now = self._clock.now()
        snapshot = sources.one(self._connection, source.id).snapshot
        here = (_m.c.snapshot_id == snapshot, func.coalesce(_m.c.status, "") != OFF)
        everybody = self._connection.execute(select(_m.c.address).where(*here).order_by(_m.c.address)).scalars()
        digest = digest_of_members(everybody)
        people = self._connection.execute(select(func.count()).select_from(_m).where(*here)).scalar_one()
        number = self._insert(
            _v,
            title=title,
            source_id=source.id,
            people=people,
            members_digest=digest,
            due_on=write_day(due_on),
            opened_by=write_actor(self._actor),
            opened_at=moment(now),
            state=ReviewState.OPEN.value,
        )
        self._connection.execute(
            _p.insert().from_select(["review_id", "address"], select(literal(number), _m.c.address).where(*here))
        )
        payload = {"review": number, "title": title, "source": source.id, "people": people, "members_digest": digest}
        self._append(now, "review.opened", payload | {"due_on": write_day(due_on)}, None)
        return self.review(number)

    def decide_in_review(
        self,
        review: Review,
        address: Address,
        kind: ReviewKind,
        *,
        role: str | None,
        reason: str,
        assurance: Assurance,
        question_digest: str,
        case_id: int | None,
    ) -> ReviewDecision:
        """Write down what somebody decided; it counts where it is confirmed."""
        now = self._clock.now()
        values = {
            "review_id": review.id,
            "address": address,
            "kind": kind.value,
            "role": role,
            "reason": reason,
            "assurance": assurance.value,
            "question_digest": question_digest,
            "case_id": case_id,
        }
        number = self._insert(_d, **values, decided_by=write_actor(self._actor), at=moment(now))
        if assurance >= Assurance.CONFIRMED:
            mine = (_p.c.review_id == review.id, _p.c.address == address)
            self._connection.execute(update(_p).where(*mine).values(decision_id=number))
        told = {"decision": number, "review": review.id, "decided": kind.value, **values}
        del told["review_id"], told["kind"]
        self._append(now, "review.decided", told, address)
        return read_review_decision(self._connection.execute(select(*DECISION).where(_d.c.id == number)).one())

    def close_review(self, review: Review, unfinished_because: str | None) -> Review:
        """End it, with the digest of every decision that counts."""
        now = self._clock.now()
        digest = digest_of_decisions(self.reviewed(review.id))
        self._connection.execute(
            update(_v)
            .where(_v.c.id == review.id)
            .values(
                state=ReviewState.CLOSED.value,
                closed_by=write_actor(self._actor),
                closed_at=moment(now),
                unfinished_because=unfinished_because,
                decisions_digest=digest,
            )
        )
        payload = {
            "review": review.id,
            "members_digest": review.members_digest,
            "decisions_digest": digest,
            "people": review.people,
            "kept": review.kept,
            "removed": review.removed,
            "changed": review.changed,
            "undecided": review.undecided,
            "unfinished_because": unfinished_because,
        }
        self._append(now, "review.closed", payload, None)
        return self.review(review.id)
