"""What a bundle holds, what it can be compared with, and that it is the same when nothing changed."""

import io
import json
from datetime import date
from typing import Any

import pytest

from axure_lifecycle.audit.bundle import Bundler, days_of, sign_head
from axure_lifecycle.audit.keys import SigningKey, make_home_key
from axure_lifecycle.audit.refusals import BundleUnsound, DaysAhead, DaysReversed, EvidenceNotWhole, NothingRecorded
from axure_lifecycle.audit.verify_bundle import FORMAT, Broken, Checkpoint, read_checkpoint, verify
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.checkpoints import Checkpoint as Signed
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.domain.trail import moment
from tests.audit.conftest import ACME, ANA, BEN, SECOND_DAY, House
from tests.audit.test_manipulations import describe_again, members_of, pack
from tests.store.desk import OKTA, PAT, person
from tests.store.test_cases import claim, plan

THIRD_DAY = date(2026, 11, 25)
KIM = Address("kim@acme.example")


def lines(content: bytes, name: str) -> list[Any]:
    """What stands in a member."""
    return [json.loads(line) for line in members_of(content)[name].splitlines()]


def key_of(house: House) -> list[bytes]:
    """The public key, as an auditor keeps it."""
    return [bytes.fromhex(house.key.public_key)]


def kept(point: Signed) -> Checkpoint:
    """A checkpoint, as an auditor keeps it."""
    return read_checkpoint(point.line.encode())


def test_a_bundle_holds_what_was_recorded_on_its_days_and_links_it_to_the_first_record(each_house: House) -> None:
    house = each_house
    content, made = house.bundle()
    records = lines(content, "trail/range.jsonl")
    with house.desk.store.reading() as view:
        trail = list(view.trail())
    of_the_day = [record.seq for record in trail if record.at.startswith("2026-11-24")]

    assert [record["seq"] for record in records] == of_the_day == list(range(made.first, made.last + 1))
    assert [record["payload"] for record in records] == [record.payload for record in trail if record.seq in of_the_day]
    assert sum(record["payload"] is None for record in records) == made.erased == 1
    assert len(lines(content, "trail/before.jsonl")) == made.first - 1
    assert len(lines(content, "trail/after.jsonl")) == trail[-1].seq - made.last
    assert [case["id"] for case in lines(content, "cases.jsonl")] == [1, 2]
    assert lines(content, "cases.jsonl")[0]["steps"][0]["key"] == "deactivate"
    assert [claim["id"] for claim in lines(content, "claims.jsonl")] == [1, 2, 3, 4, 5]
    assert {row["digest"] for row in lines(content, "evidence.jsonl")} == {
        name[9:] for name in members_of(content) if name.startswith("evidence/")
    }
    assert [source["id"] for source in lines(content, "sources.jsonl")] == [3]
    assert "ana@acme.example" not in members_of(content)["sources.jsonl"].decode()


def test_the_same_store_days_and_key_give_the_same_bytes(each_house: House) -> None:
    house = each_house
    first, _ = house.bundle()
    house.desk.clock.pass_by(hours=5)
    assert house.bundle()[0] == first


def test_checkpoints_that_were_kept_are_met_and_a_head_too(house: House) -> None:
    content, made = house.bundle()
    found = verify(io.BytesIO(content), key_of(house), [kept(house.first_point)], house.first_point.hash)
    assert (found.chain.kept_at, found.signed_checkpoints) == (house.first_point.seq, 2)
    assert found.newest_signed == kept(made.checkpoint)


def test_a_trail_that_its_owner_cut_off_is_known_by_a_checkpoint_that_was_kept(house: House) -> None:
    """Whoever holds the key can sign anything; only what was kept elsewhere speaks against them."""
    later = house.sign()
    with house.desk.store.database.writing() as connection:
        for table in ("checkpoint", "audit_payload", "audit_record"):
            connection.exec_driver_sql(f"DELETE FROM {table} WHERE seq > {later.seq - 2}")
        head = connection.exec_driver_sql("SELECT seq, hash FROM audit_record ORDER BY seq DESC LIMIT 1").one()
        connection.exec_driver_sql(f"UPDATE audit_head SET seq = {head[0]}, hash = '{head[1]}'")
        # Of the two records one was the cancelling: a table that still told of it would give them away.
        connection.exec_driver_sql("UPDATE case_ SET state = 'open' WHERE id = 1")
    content, _ = house.bundle()
    verify(io.BytesIO(content), key_of(house), [kept(house.first_point)])
    with pytest.raises(Broken, match=f"cut off: a checkpoint was signed for record {later.seq}"):
        verify(io.BytesIO(content), key_of(house), [kept(later)])
    with pytest.raises(Broken, match="the head that you kept is not in this trail"):
        verify(io.BytesIO(content), key_of(house), [], later.hash)


def test_a_key_that_was_changed_leaves_what_the_old_one_signed(house: House, tmp_path: Any) -> None:
    old = house.key
    house.key = make_home_key(tmp_path / "home", replaces=True)
    content, _ = house.bundle()
    new_only = verify(io.BytesIO(content), key_of(house))
    both = verify(io.BytesIO(content), [*key_of(house), bytes.fromhex(old.public_key)], [kept(house.first_point)])
    assert (new_only.signed_checkpoints, both.signed_checkpoints, both.checkpoints) == (1, 2, 2)
    with pytest.raises(Broken, match="none of the keys that you gave"):
        verify(io.BytesIO(content), [bytes.fromhex(old.public_key)])


ANOTHER_CLAIM = """
INSERT INTO claim (id, case_id, step_key, at, outcome, answer, assurance, said_by, question, question_digest, note)
SELECT 999, case_id, step_key, at, outcome, answer, assurance, said_by, question, question_digest, note
FROM claim WHERE id = {}
"""


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE claim SET outcome = 'skipped' WHERE id = 3", "claims.jsonl says something else than record"),
        ("UPDATE claim SET assurance = 'verified' WHERE id = 2", "claims.jsonl says something else than record"),
        ("UPDATE evidence SET step_key = 'x' WHERE id = 2", "evidence.jsonl says something else than record"),
        ("UPDATE approval SET assurance = 'confirmed' WHERE id = 1", "approvals.jsonl says something else than record"),
        ("UPDATE snapshot SET digest = 'd' WHERE id = 3", "sources.jsonl says something else than record"),
        ("UPDATE claim SET said_by = replace(said_by, 'pat@', 'eve@') WHERE id = 2", "claims.jsonl says"),
        ("UPDATE claim SET question = 'Is nothing done?' WHERE id = 2", "claims.jsonl says something else than record"),
        ("UPDATE claim SET note = 'I did not' WHERE id = 3", "claims.jsonl says something else than record"),
        ("UPDATE claim SET was_approved = 1 WHERE id = 3", "claims.jsonl says something else than record"),
        ("UPDATE claim SET at = '2026-11-24T08:00:00.000001Z' WHERE id = 2", "claims.jsonl says something else than"),
        ("UPDATE claim SET at = '2026-11-20T08:00:00.000000Z' WHERE id = 5", "claims.jsonl says something of 2026"),
        ("UPDATE claim SET retracted_at = at, retracted_because = '' WHERE id = 2", "claims.jsonl says something of"),
        (ANOTHER_CLAIM.format(2), "claims.jsonl says something of 2026-11-24"),
        (ANOTHER_CLAIM.format(5), "claims.jsonl says something of 2026-11-25"),
        ("UPDATE approval SET approved_by = replace(approved_by, 'pat@', 'eve@') WHERE id = 1", "approvals.jsonl says"),
        ("UPDATE approval SET question = 'Half of it?' WHERE id = 2", "approvals.jsonl says something else than"),
        ("UPDATE evidence SET attached_by = replace(attached_by, 'pat@', 'eve@') WHERE id = 2", "evidence.jsonl says"),
        ("UPDATE evidence SET name = 'other.png' WHERE id = 2", "evidence.jsonl says something else than record"),
        ("UPDATE evidence SET erased_at = at, retracted_at = at WHERE id = 2", "that a file was erased at 2026-11-24"),
        ("UPDATE source SET assurance = 'reported' WHERE id = 3", "sources.jsonl says something else than record"),
        ("UPDATE source SET is_complete = NOT is_complete WHERE id = 3", "sources.jsonl says something else than"),
        ("UPDATE source SET brought_by = replace(brought_by, 'pat@', 'eve@') WHERE id = 3", "sources.jsonl says"),
        ("UPDATE source SET confirmed_at = received_at WHERE id = 3", "sources.jsonl says something of 2026-11-24"),
        ("UPDATE source SET state = 'retracted' WHERE id = 3", "two things of whether R-3 was taken back"),
        ("UPDATE case_ SET state = 'verified' WHERE id = 1", "something else than the trail of the state of C-1"),
        ("UPDATE case_ SET state = 'verified' WHERE id = 2", "something else than the trail of the state of C-2"),
        ("UPDATE case_ SET state = 'cancelled' WHERE id = 2", "something else than the trail of the state of C-2"),
        ("UPDATE case_ SET owner = 'eve@acme.example'", "something else than the trail of whose C-2 is"),
        ("UPDATE case_ SET opened_by = replace(opened_by, 'pat@', 'eve@')", "cases.jsonl says something else than"),
        ("UPDATE case_ SET reason = 'HR-7' WHERE id = 2", "cases.jsonl says something else than record"),
        ("UPDATE audit_payload SET payload = '{}' WHERE seq = 8", "the payload of record 8 was changed"),
        ("UPDATE audit_record SET kind = 'x' WHERE seq = 2", "the trail was written anew"),
    ],
)
def test_a_store_that_disagrees_with_its_trail_gives_no_bundle(house: House, statement: str, says: str) -> None:
    with house.desk.store.database.writing() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(BundleUnsound, match=says):
        house.bundle()


def take_back(house: House) -> None:
    """A day on which much is taken back, confirmed, settled and given away, and a case is about two people."""
    desk = house.desk
    reported = desk.bring(OKTA, [person("1", ANA)], assurance=Assurance.REPORTED)
    desk.clock.pass_by(minutes=1)
    with desk.store.writing(PAT) as change:
        change.retract_claim(2, "mistyped")
        change.retract_approval(1, "too early")
        change.retract_evidence(2, "another page")
        change.confirm_source(reported.id, "c" * 64)
        both = change.open_case(plan(KIM, "onboard"), [KIM, BEN], due_on=None, reason=f"with {BEN}", owner=BEN)
        change.add_claim(
            both,
            "deactivate",
            outcome=Outcome.DONE,
            answer=Answer.ANSWERED,
            assurance=Assurance.CONFIRMED,
            question=f"Did you add {KIM} and {BEN.upper()}, too?",
            question_digest="d" * 64,
            note=f"{BEN}\0",
        )
        change.assign_case(change.case(2), "sam@acme.example")
        change.settle(change.case(2), {"deactivate": StepState.CONFIRMED}, CaseState.DONE)
    desk.clock.pass_by(minutes=1)
    with desk.store.writing(PAT) as change:
        change.confirm_source(reported.id, "d" * 64)
        change.retract_source(reported.id, "of another tenant")
        change.cancel_case(change.case(both.id), f"{BEN} is here")


def test_what_is_taken_back_or_confirmed_later_leaves_every_bundle_whole(each_house: House) -> None:
    """In that of the day before, too, which shows only that something came later; and once somebody is erased."""
    house = each_house
    take_back(house)
    days = [(SECOND_DAY, SECOND_DAY), (THIRD_DAY, THIRD_DAY), (date(2026, 11, 23), THIRD_DAY)]
    for first, last in days:
        verify(io.BytesIO(house.bundle(first, last)[0]), key_of(house))
    for number, address in enumerate((BEN, KIM), 7):
        with house.desk.store.writing(PAT) as change:
            erased = change.erase_person([address], pseudonym=f"erased-{number}", reason="HR-3")
        assert all(house.archive.remove(digest) for _, digest in erased.files)
        for first, last in days:
            verify(io.BytesIO(house.bundle(first, last)[0]), key_of(house))


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE claim SET retracted_at = NULL WHERE id = 2", "claims.jsonl says something else than record"),
        ("UPDATE claim SET retracted_because = 'wrong' WHERE id = 2", "claims.jsonl says something else than record"),
        ("UPDATE claim SET question = replace(question, 'BEN@', 'neither Ben nor ben@')", "claims.jsonl says"),
        ("UPDATE approval SET retracted_at = NULL WHERE id = 1", "approvals.jsonl says something else than record"),
        ("UPDATE evidence SET retracted_at = at WHERE id = 2", "evidence.jsonl says something else than record"),
        ("UPDATE source SET confirmed_at = NULL WHERE id = 4", "sources.jsonl says something else than record"),
        ("UPDATE source SET confirmed_by = replace(confirmed_by, 'pat@', 'eve@') WHERE id = 4", "sources.jsonl says"),
        ("UPDATE source SET retracted_because = '' WHERE id = 4", "sources.jsonl says something else than record"),
        ("UPDATE case_ SET state = 'verified' WHERE id = 2", "something else than the trail of the state of C-2"),
        ("UPDATE case_ SET state = 'open' WHERE id = 3", "something else than the trail of the state of C-3"),
        ("UPDATE case_ SET owner = 'eve@acme.example' WHERE id = 2", "something else than the trail of whose C-2 is"),
    ],
)
def test_what_was_taken_back_or_confirmed_is_held_against_its_record(house: House, statement: str, says: str) -> None:
    take_back(house)
    with house.desk.store.database.writing() as connection:
        connection.exec_driver_sql(statement)
    with pytest.raises(BundleUnsound, match=says):
        house.bundle(THIRD_DAY, THIRD_DAY)


def test_what_is_written_while_a_bundle_is_made_is_no_part_of_it(house: House) -> None:
    with house.desk.store.reading() as view:
        seen = view.trail_head()
        with house.desk.store.writing(PAT) as change:
            claim(change, change.case(2))
        point = sign_head(house.desk.store, house.key, PAT, house.desk.clock.now(), seen)
        stream = io.BytesIO()
        days = days_of(SECOND_DAY, THIRD_DAY, THIRD_DAY, ACME)
        Bundler(view, house.archive, house.key, days, None).write(stream, point)
    assert (point.seq, point.hash) == seen
    assert [row["id"] for row in lines(stream.getvalue(), "claims.jsonl")] == [1, 2, 3, 4, 5]


def test_whoever_holds_the_key_cannot_add_a_claim_or_put_it_into_the_mouth_of_another(house: House) -> None:
    content, _ = house.bundle()
    rows = lines(content, "claims.jsonl")
    eve = {"name": "eve@acme.example", "channel": "terminal", "client": None}
    for forged in (
        [*rows, {**rows[-1], "id": 999}],
        [{**rows[0], "said_by": eve}, *rows[1:]],
        [*rows, rows[-1]],
        rows[1:],
    ):
        members = members_of(content)
        told = (json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for row in forged)
        members["claims.jsonl"] = "".join(told).encode()
        members = describe_again(members)
        signature = house.key.sign(FORMAT.encode() + b"\n" + members["manifest.json"])
        with pytest.raises(Broken, match=r"claims\.jsonl says something"):
            verify(io.BytesIO(pack({**members, "manifest.sig": f"{signature}\n".encode()})), key_of(house))


def test_a_file_that_is_missing_or_changed_is_named(house: House) -> None:
    with house.desk.store.reading() as view:
        first, second = view.evidence_of(None)
    house.archive.place_of(first.digest).write_bytes(b"other")
    with pytest.raises(EvidenceNotWhole, match=r"E-1 of C-1 is missing from the home or changed"):
        house.bundle()
    house.archive.place_of(second.digest).unlink()
    with pytest.raises(EvidenceNotWhole, match=r"E-1 of C-1, E-2 of C-2 are missing"):
        house.bundle()


def test_days_are_the_organizations(house: House) -> None:
    """At 23:30 UTC it is the next day in Amsterdam."""
    house.desk.clock.at = house.desk.clock.at.replace(hour=23, minute=30)
    with house.desk.store.writing(PAT) as change:
        change.note("test.written", {})
    house.desk.clock.pass_by(hours=2)
    _, made = house.bundle(date(2026, 11, 26), date(2026, 11, 26))
    assert made.first == made.last == made.checkpoint.seq


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (date(2026, 11, 25), date(2026, 11, 24), DaysReversed),
        (date(2026, 11, 24), date(2026, 11, 26), DaysAhead),
        (date(2026, 11, 1), date(2026, 11, 22), NothingRecorded),
    ],
)
def test_days_that_make_no_bundle(house: House, first: date, last: date, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        house.bundle(first, last)


def test_a_head_is_signed_once_by_each_key(house: House) -> None:
    first, again = house.sign(), house.sign()
    assert first == again
    house.desk.clock.pass_by(days=1)
    house.key = SigningKey(_another())
    other = house.sign()
    assert (other.seq, other.public_key != first.public_key) == (first.seq, True)
    assert other.at == moment(house.desk.clock.now())


def _another() -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes(32))


def test_days_of_the_first_record_need_nothing_before(house: House) -> None:
    content, made = house.bundle(date(2026, 11, 23), SECOND_DAY)
    assert (made.first, members_of(content)["trail/before.jsonl"]) == (1, b"")
