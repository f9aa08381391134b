"""The trail, computed a second time with nothing but hashlib, and what nobody can do to it unseen."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from axure_lifecycle.domain.trail import (
    ORIGIN,
    Audit,
    Break,
    StoredRecord,
    canonical,
    chain,
    digest_of,
    hash_of,
    moment,
    verify,
)

AT = datetime(2026, 11, 23, 17, 55, tzinfo=UTC)
SALT = bytes(range(16))


def test_a_payload_has_one_text() -> None:
    assert canonical({"b": [1, True, None], "a": {"z": "Zoë", "y": ""}}) == '{"a":{"y":"","z":"Zoë"},"b":[1,true,null]}'
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


def test_a_number_that_json_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"share": float("nan")})


def test_a_moment_is_utc_with_microseconds() -> None:
    assert (
        moment(datetime(2026, 11, 23, 18, 55, 0, 7, tzinfo=timezone(timedelta(hours=1))))
        == "2026-11-23T17:55:00.000007Z"
    )


def test_digests_are_those_that_hashlib_gives() -> None:
    payload = '{"case":"C-1"}'
    of_payload = hashlib.sha256(b"axure-lifecycle/payload/v1\n" + SALT + b'{"case":"C-1"}').hexdigest()
    assert digest_of(SALT, payload) == of_payload
    by_hand = hashlib.sha256()
    by_hand.update(b"axure-lifecycle/record/v1\n")
    by_hand.update(b"1\n2026-11-23T17:55:00.000000Z\ncase.opened\n")
    by_hand.update(of_payload.encode() + b"\n" + b"0" * 64)
    assert hash_of(1, moment(AT), "case.opened", of_payload, "0" * 64) == by_hand.hexdigest()


def test_known_digests_stay_what_they_are() -> None:
    assert digest_of(SALT, '{"case":"C-1"}') == KNOWN_PAYLOAD
    assert chain(ORIGIN, 1, AT, "case.opened", KNOWN_PAYLOAD).hash == KNOWN_RECORD


KNOWN_PAYLOAD = "b7e416b0db02dc39082a030f4c298e80d0ff77cc5b269eaec6447796987bc482"
KNOWN_RECORD = "9e57fd591baf49c427c9372fe260d59057e18bd6af7a14aeedbf9940e9982c51"


def trail_of(payloads: list[str]) -> list[StoredRecord]:
    records: list[StoredRecord] = []
    previous = ORIGIN
    for seq, payload in enumerate(payloads, start=1):
        record = chain(previous, seq, AT + timedelta(seconds=seq), "case.opened", digest_of(SALT, payload))
        records.append(StoredRecord(*record, SALT, payload))
        previous = record.hash
    return records


def audit(records: list[StoredRecord], of: list[StoredRecord] | None = None) -> Audit:
    """Verify records against the note of the last record that belongs to `of`, by default the records themselves."""
    noted = records if of is None else of
    return verify(records, len(noted), noted[-1].hash if noted else ORIGIN)


PAYLOADS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=6)
SOME = PAYLOADS.filter(bool)


def test_an_empty_trail_holds() -> None:
    assert audit([]) == Audit(0, 0, ORIGIN, None)
    assert audit([]).holds


@given(PAYLOADS)
def test_a_trail_that_nobody_touched_holds(payloads: list[str]) -> None:
    records = trail_of(payloads)
    assert audit(records) == Audit(len(payloads), 0, records[-1].hash if records else ORIGIN, None)
    assert all(one.hash == other.previous for one, other in pairwise(records))


@given(SOME, st.data())
def test_an_erased_payload_breaks_nothing_and_is_counted(payloads: list[str], data: st.DataObject) -> None:
    records = trail_of(payloads)
    erased = data.draw(st.sets(st.integers(0, len(records) - 1)))
    left = [one._replace(salt=None, payload=None) if n in erased else one for n, one in enumerate(records)]
    assert audit(left) == Audit(len(payloads), len(erased), records[-1].hash, None)


@given(SOME, st.data())
def test_any_changed_field_is_found_at_its_record(payloads: list[str], data: st.DataObject) -> None:
    records = trail_of(payloads)
    place = data.draw(st.integers(0, len(records) - 1))
    one = records[place]
    changed = data.draw(
        st.sampled_from(
            [
                one._replace(payload=f"{one.payload}."),
                one._replace(salt=bytes(16)),
                one._replace(at=moment(AT)),
                one._replace(kind="case.cancelled"),
                one._replace(payload_digest="f" * 64),
                one._replace(payload_digest="f" * 64, salt=None, payload=None),
                one._replace(previous="f" * 64),
                one._replace(hash="f" * 64),
                one._replace(seq=one.seq + 1),
            ]
        )
    )
    found = audit([*records[:place], changed, *records[place + 1 :]], records)
    assert found.broken_at is not None
    assert not found.holds
    assert found.records == place


@given(SOME, st.data())
def test_a_record_forged_with_a_right_hash_breaks_the_next_or_the_note(
    payloads: list[str], data: st.DataObject
) -> None:
    records = trail_of(payloads)
    place = data.draw(st.integers(0, len(records) - 1))
    one = records[place]
    digest = digest_of(SALT, "forged")
    assume(digest != one.payload_digest)
    own = hash_of(one.seq, one.at, one.kind, digest, one.previous)
    forged = one._replace(payload="forged", payload_digest=digest, hash=own)
    assert not audit([*records[:place], forged, *records[place + 1 :]], records).holds


@given(SOME, st.data())
def test_a_record_that_was_taken_out_is_missed(payloads: list[str], data: st.DataObject) -> None:
    records = trail_of(payloads)
    place = data.draw(st.integers(0, len(records) - 1))
    found = audit(records[:place] + records[place + 1 :], records)
    assert found.broken_at is not None
    assert (found.records, found.broken_at.seq) == (place, place + 1)


@given(st.lists(st.text("ab", max_size=3), min_size=2, max_size=6), st.data())
def test_two_records_that_changed_places_are_found(payloads: list[str], data: st.DataObject) -> None:
    records = trail_of(payloads)
    place = data.draw(st.integers(0, len(records) - 2))
    records[place], records[place + 1] = records[place + 1], records[place]
    assert not audit(records, trail_of(payloads)).holds


def test_a_shortened_trail_is_known_by_the_note_of_its_last_record() -> None:
    records = trail_of(["a", "b", "c"])
    assert audit(records[:2], records).broken_at == Break(3, "the trail ends before record 3, its last one")


def test_a_trail_that_is_longer_than_its_note_does_not_hold() -> None:
    records = trail_of(["a", "b", "c"])
    found = audit(records, records[:2])
    assert found.broken_at == Break(
        3, "the note of the last record says that it is record 2, and the trail ends with another"
    )


def test_a_shortened_trail_with_a_shortened_note_holds_which_is_why_checkpoints_are_kept_elsewhere() -> None:
    assert audit(trail_of(["a", "b", "c"])[:2]).holds


def test_a_payload_never_passes_as_a_record() -> None:
    text = f"1\n{moment(AT)}\ncase.opened\n{'a' * 64}\n{ORIGIN}"
    assert digest_of(b"", text) != hash_of(1, moment(AT), "case.opened", "a" * 64, ORIGIN)
