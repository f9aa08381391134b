"""The trail in the store: every change leaves its record, and nothing can be done to it unseen."""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Table, select, text

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle.domain.trail import ORIGIN, Audit
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.ports import Change
from axure_lifecycle.store import schema, trail
from tests.store.desk import MEMBERS, PAT, ROBOT, START, Desk, Told, member
from tests.store.test_cases import claim, plan

ANA = Address("ana@acme.example")
RECORDS = 6


@contextmanager
def tampering(desk: Desk) -> Generator[Connection, None, None]:
    """A connection behind the store's back; what is done on it is undone."""
    with desk.store.writing(PAT) as change:
        have = change.verify_trail().records
        for number in range(have, RECORDS):
            change.note("test.written", {"number": number, "address": ANA, "text": "ä\u2028\x00"})
    database = desk.store.database
    with database.keeping() as connection, database.in_turn(connection) as transaction:
        yield connection
        transaction.rollback()


def audit(desk: Desk, connection: Connection) -> Audit:
    """What a verification finds on this connection."""
    return trail.verify(desk.store.database, connection, None)


def test_an_empty_trail_holds(desk: Desk) -> None:
    with desk.store.reading() as view:
        assert view.verify_trail() == Audit(0, 0, ORIGIN, None)
        assert list(view.trail()) == []


def test_records_come_in_order_and_in_parts(desk: Desk) -> None:
    with desk.store.writing(PAT) as change:
        for number in range(5):
            change.note("test.written", {"number": number})
        assert [record.seq for record in change.trail()] == [1, 2, 3, 4, 5]
    with desk.store.reading() as view:
        assert [record.seq for record in view.trail(after_seq=1, most=2)] == [2, 3]
        assert [record.seq for record in view.trail(after_seq=4)] == [5]
        (first,) = view.trail(most=1)
        two = [view.trail(), view.trail()]
        assert [next(each).seq for each in two] == [1, 1]
    assert (first.kind, first.at, first.previous) == ("test.written", "2026-11-23T08:00:00.000000Z", ORIGIN)
    assert json.loads(first.payload or "") == {
        "by": {"channel": "terminal", "client": None, "name": "pat@acme.example"},
        "number": 0,
    }


def test_the_same_payload_never_has_the_same_digest(desk: Desk) -> None:
    with desk.store.writing(PAT) as change:
        change.note("test.written", {})
        change.note("test.written", {})
        first, second = change.trail()
    assert first.payload == second.payload
    assert first.payload_digest != second.payload_digest
    assert isinstance(first.salt, bytes)
    assert len(first.salt) == 16


def test_a_verification_says_how_far_it_is(desk: Desk) -> None:
    with desk.store.writing(PAT) as change:
        for number in range(5):
            change.note("test.written", {"number": number})
    told = Told()
    with desk.store.reading() as view:
        view.verify_trail(told)
    assert told.steps[-1] == (5, 5, "records verified")


def test_an_erased_payload_is_counted_and_the_chain_holds(desk: Desk) -> None:
    with tampering(desk) as connection:
        gone = connection.execute(text("DELETE FROM audit_payload WHERE about = :who"), {"who": ANA})
        assert gone.rowcount == RECORDS
        found = audit(desk, connection)
        assert (found.holds, found.records, found.erased) == (True, RECORDS, RECORDS)


_COLUMNS: Sequence[tuple[Table, str]] = [
    *((schema.audit_record, name) for name in ("at", "kind", "payload_digest", "previous", "hash")),
    *((schema.audit_payload, name) for name in ("salt", "payload")),
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.sampled_from(_COLUMNS), seq=st.integers(1, RECORDS), place=st.integers(0, 200), bit=st.integers(0, 6))
def test_any_changed_character_is_found_where_it_was_changed(
    desk: Desk, where: tuple[Table, str], seq: int, place: int, bit: int
) -> None:
    table, name = where
    with tampering(desk) as connection:
        found: str | bytes = connection.execute(select(table.c[name]).where(table.c.seq == seq)).scalar_one()
        place %= len(found)
        if isinstance(found, bytes):
            changed: str | bytes = found[:place] + bytes([found[place] ^ 1 << bit]) + found[place + 1 :]
        else:
            other = chr(ord(found[place]) ^ 1 << bit)
            changed = found[:place] + (other if other not in "\x00\x7f" else "~") + found[place + 1 :]
        connection.execute(table.update().where(table.c.seq == seq).values({name: changed}))
        broken = audit(desk, connection).broken_at
        assert broken is not None
        # A record whose own hash was changed can only show at the one that names it, or at the note of the last.
        assert broken.seq == seq


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seq=st.integers(1, RECORDS))
def test_a_record_that_was_taken_out_is_missed(desk: Desk, seq: int) -> None:
    with tampering(desk) as connection:
        connection.execute(text("DELETE FROM audit_payload WHERE seq = :seq"), {"seq": seq})
        connection.execute(text("DELETE FROM audit_record WHERE seq = :seq"), {"seq": seq})
        broken = audit(desk, connection).broken_at
        assert broken is not None
        assert broken.seq == seq


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pair=st.lists(st.integers(1, RECORDS), min_size=2, max_size=2, unique=True))
def test_two_records_that_changed_places_are_found(desk: Desk, pair: list[int]) -> None:
    first, second = sorted(pair)
    with tampering(desk) as connection:
        connection.execute(text("DELETE FROM audit_payload"))
        for one, other in ((first, -1), (second, first), (-1, second)):
            connection.execute(
                text("UPDATE audit_record SET seq = :other WHERE seq = :one"), {"one": one, "other": other}
            )
        broken = audit(desk, connection).broken_at
        assert broken is not None
        assert broken.seq == first


def test_a_trail_that_was_cut_off_is_known_by_its_head(desk: Desk) -> None:
    with tampering(desk) as connection:
        connection.execute(text("DELETE FROM audit_payload WHERE seq > 4"))
        connection.execute(text("DELETE FROM audit_record WHERE seq > 4"))
        broken = audit(desk, connection).broken_at
        assert broken is not None
        assert broken.what == f"the trail ends before record {RECORDS}, its last one"


# -- every change leaves its record -----------------------------------------------------------------------------------

_CHANGES: dict[str, Callable[[Change], object]] = {
    "source.confirmed": lambda change: change.confirm_source(1, "q" * 64),
    "source.held": lambda change: change.hold_source(1),
    "source.retracted": lambda change: change.retract_source(1, "wrong"),
    "case.opened": lambda change: change.open_case(plan(ANA, "x"), [ANA], due_on=None, reason="", owner=None),
    "claim.made": lambda change: claim(change, change.case(1)),
    "claim.retracted": lambda change: change.retract_claim(1, "wrong"),
    "step.checked": lambda change: change.add_check(
        change.case(1), "deactivate", change.source(1), shows=True, basis="status"
    ),
    "case.settled": lambda change: change.settle(change.case(1), {"deactivate": StepState.CONFIRMED}, CaseState.OPEN),
    "case.assigned": lambda change: change.assign_case(change.case(1), "kim@acme.example"),
    "case.cancelled": lambda change: change.cancel_case(change.case(1), "no"),
    "decision.made": lambda change: change.decide(
        ANA, DecisionKind.KEEP, belongs_to=None, reason="", until=None, assurance=Assurance.CONFIRMED
    ),
    "decision.withdrawn": lambda change: change.withdraw_decision(ANA, "wrong"),
    "answer.kept": lambda change: change.keep_answer("key", "{}"),
    "anything.noted": lambda change: change.note("anything.noted", {"address": ANA}),
}


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """A store with a source, a case, a claim and a decision."""
    desk.bring(MEMBERS, [member(ANA)])
    with desk.store.writing(PAT) as change:
        claim(change, change.open_case(plan(ANA), [ANA], due_on=None, reason="", owner=None))
        _CHANGES["decision.made"](change)
    desk.clock.pass_by(minutes=1)
    return desk


@pytest.mark.parametrize("kind", list(_CHANGES))
def test_every_change_leaves_one_record_of_who_did_it(busy: Desk, kind: str) -> None:
    with busy.store.reading() as view:
        before = view.verify_trail().records
    with busy.store.writing(ROBOT) as change:
        _CHANGES[kind](change)
    with busy.store.reading() as view:
        (record,) = view.trail(after_seq=before)
        assert view.verify_trail().holds
    said = json.loads(record.payload or "")
    assert (record.kind, record.at) == (kind, "2026-11-23T08:01:00.000000Z")
    assert said["by"] == {"channel": "assistant", "client": "some-client 1.0", "name": "pat@acme.example"}
    with busy.store.database.reading() as connection:
        about = connection.execute(schema.audit_payload.select().where(schema.audit_payload.c.seq == record.seq)).one()
    is_about_somebody = kind.split(".")[0] in ("case", "claim", "step", "decision", "anything")
    assert about.about == (ANA if is_about_somebody else None)


def test_an_import_leaves_a_record_of_what_counts_from_now_on(desk: Desk) -> None:
    source = desk.bring(MEMBERS, [member(ANA)], taken_at=START)
    with desk.store.reading() as view:
        (record,) = view.trail()
    assert record.kind == "source.imported"
    said = json.loads(record.payload or "")
    assert (said["source"], said["digest"], said["rows"], said["label"]) == (1, source.digest, 1, "roster.csv")
    assert (said["taken_at"], said["is_complete"]) == ("2026-11-23T08:00:00.000000Z", True)
