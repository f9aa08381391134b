"""Reviews in the store: their people, their decisions, and the digests that stay."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, case, func, select

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.reviews import (
    Review,
    ReviewDecision,
    ReviewKind,
    ReviewState,
)
from axure_lifecycle.ports import Page, Reviewed
from axure_lifecycle.store import schema
from axure_lifecycle.store.refusals import ReviewUnknown
from axure_lifecycle.store.values import (
    read_actor,
    read_cursor,
    read_moment,
    read_moment_or_none,
)

_v, _p, _d, _m = schema.review, schema.review_person, schema.review_decision, schema.member_row
_AT_A_TIME: Final = 1000


def _how_many(kind: ReviewKind) -> Any:
    return func.count(case((_d.c.kind == kind.value, 1))).label(kind.value)


_REVIEWS: Final = (
    select(
        _v,
        func.count(case((and_(_p.c.address.is_not(None), _p.c.decision_id.is_(None)), 1))).label("undecided"),
        *(_how_many(kind) for kind in ReviewKind),
    )
    .select_from(_v.outerjoin(_p, _p.c.review_id == _v.c.id).outerjoin(_d, _d.c.id == _p.c.decision_id))
    .group_by(_v.c.id)
    .order_by(_v.c.id.desc())
)
DECISION: Final = [column.label(f"d_{column.name}") for column in _d.c]
_PEOPLE: Final = (
    select(_p.c.address, *DECISION)
    .select_from(_p.outerjoin(_d, _d.c.id == _p.c.decision_id))
    .where(_p.c.review_id == bindparam("review"))
    .order_by(_p.c.address)
)
_AMONG: Final = _PEOPLE.where(_p.c.address.in_(bindparam("addresses", expanding=True)))
_NEWEST: Final = (
    select(_p.c.address, *DECISION)
    .select_from(_p.join(_d, _d.c.id == _p.c.decision_id))
    .where(_p.c.address.in_(bindparam("addresses", expanding=True)))
    .order_by(_d.c.id)
)


class ReviewReading:
    """The part of `ports.View` that is about reviews."""

    _connection: Connection
    _streams: list[Iterator[Any]]

    def review(self, number: int) -> Review:
        """Raises `ReviewUnknown`."""
        row = self._connection.execute(_REVIEWS.where(_v.c.id == number)).first()
        if row is None:
            raise ReviewUnknown(number, self._connection.execute(select(func.max(_v.c.id))).scalar())
        return _read_review(row)

    def reviews(self, page: Page) -> tuple[Sequence[Review], str | None, int]:
        """Newest first; the cursor of the next part; how many there are."""
        wanted = _REVIEWS.where(_v.c.id < read_cursor(page.after)).limit(page.most + 1)
        rows = self._connection.execute(wanted).all()
        found = [_read_review(row) for row in rows[: page.most]]
        cursor = str(found[-1].id) if len(rows) > page.most and found else None
        return found, cursor, self._connection.execute(select(func.count()).select_from(_v)).scalar_one()

    def reviewed(
        self, number: int, *, after: Address | None = None, most: int | None = None, is_undecided: bool = False
    ) -> Iterator[Reviewed]:
        """The people of a review by address, streamed; only the undecided where that is asked."""
        wanted = _PEOPLE.limit(most)
        if after is not None:
            wanted = wanted.where(_p.c.address > after)
        if is_undecided:
            wanted = wanted.where(_p.c.decision_id.is_(None))
        stream = _stream(self._connection, wanted.execution_options(yield_per=_AT_A_TIME), number)
        self._streams.append(stream)
        return stream

    def reviewed_among(self, number: int, addresses: Sequence[Address]) -> Mapping[Address, ReviewDecision | None]:
        """Of these addresses those that stand in the review, with the decision that counts."""
        given = {"review": number, "addresses": list(addresses)}
        people = [_read_person(row) for row in self._connection.execute(_AMONG, given)]
        return {one.address: one.decision for one in people}

    def newest_decisions(self, addresses: Sequence[Address]) -> Mapping[Address, ReviewDecision]:
        """The newest decision that counts about each of these people, in any review."""
        people = [_read_person(row) for row in self._connection.execute(_NEWEST, {"addresses": list(addresses)})]
        return {one.address: one.decision for one in people if one.decision is not None}


def _stream(connection: Connection, wanted: Any, number: int) -> Iterator[Reviewed]:
    result = connection.execute(wanted, {"review": number})
    try:
        for row in result:
            yield _read_person(row)
    finally:
        result.close()


def _read_review(row: Any) -> Review:
    return Review(
        id=row.id,
        title=row.title,
        opened_by=read_actor(row.opened_by),
        opened_at=read_moment(row.opened_at),
        due_on=row.due_on,
        source_id=row.source_id,
        people=row.people,
        members_digest=row.members_digest,
        undecided=row.undecided,
        kept=row.keep,
        removed=row.remove,
        changed=row.change_role,
        state=ReviewState(row.state),
        closed_by=None if row.closed_by is None else read_actor(row.closed_by),
        closed_at=read_moment_or_none(row.closed_at),
        unfinished_because=row.unfinished_because,
        decisions_digest=row.decisions_digest,
    )


def _read_person(row: Any) -> Reviewed:
    return Reviewed(Address(row.address), None if row.d_id is None else read_review_decision(row))


def read_review_decision(row: Any) -> ReviewDecision:
    return ReviewDecision(
        id=row.d_id,
        review_id=row.d_review_id,
        address=Address(row.d_address),
        kind=ReviewKind(row.d_kind),
        role=row.d_role,
        reason=row.d_reason,
        decided_by=read_actor(row.d_decided_by),
        assurance=Assurance(row.d_assurance),
        at=read_moment(row.d_at),
        question_digest=row.d_question_digest,
        case_id=row.d_case_id,
    )
