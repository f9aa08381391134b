"""Erasing a person: what names them goes from every table, and what is proved without them stays proved."""

import io
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from axure_lifecycle.audit.verify_bundle import verify
from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.erasing import Erasure, Finder
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.rosters import Standing
from axure_lifecycle.domain.steps import Answer, Outcome
from axure_lifecycle.domain.verdicts import DecisionKind
from axure_lifecycle.store import erasing, schema
from tests.audit.conftest import ANA, BEN, House, open_case
from tests.audit.test_bundle import key_of, lines
from tests.store.desk import MEMBERS, OKTA, PAT, SEATS, member, person, seat
from tests.store.test_cases import plan

OLD, PRIVATE, KIM = Address("ana.old@acme.example"), Address("a.berg@mail.example"), Address("kim@acme.example")
SAM = Address("sam@acme.example")


def traces(house: House) -> dict[str, int]:
    """In which columns any address of Ana stands, and how often, as it is in the database."""
    found: dict[str, int] = {}
    with house.desk.store.database.writing() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    if any(one in str(value).lower() for one in (ANA, OLD, PRIVATE)):
                        name = f"{table.name}.{column}"
                        found[name] = found.get(name, 0) + 1
    return found


def live(house: House, *, acts: bool = True) -> None:
    """Ana comes, is named everywhere, and leaves: what a few years leave of somebody."""
    desk = house.desk
    desk.bring(OKTA, [person("1", OLD), person("2", BEN)])
    desk.clock.pass_by(minutes=1)
    desk.bring(OKTA, [person("1", ANA, PRIVATE), person("2", BEN)])
    desk.bring(SEATS, [seat("S-1", owner=BEN, assigned=ANA)])
    other = open_case(desk, SAM)
    with desk.store.writing(PAT) as change:
        change.decide(
            PRIVATE, DecisionKind.BELONGS_TO, belongs_to=ANA, reason="hers", until=None, assurance=Assurance.CONFIRMED
        )
        change.add_claim(
            change.case(other),
            "deactivate",
            outcome=Outcome.DONE,
            answer=Answer.ANSWERED,
            assurance=Assurance.CONFIRMED,
            question=f"Is {SAM} deactivated, and has Ana.Berg at\n{ANA.upper()} taken over?",
            question_digest="d" * 64,
            note=f"asked {ANA}.",
        )
        change.keep_answer("key-1", json.dumps({"person": ANA}))
        change.note("test.named", {"lines": {f"\n{ANA}": [1, f"“{PRIVATE}”"]}})
        change.assign_case(change.case(other), KIM)
        if acts:
            change.note("test.acted", {"owner": ANA})
        change.cancel_case(change.case(other), f"no, {OLD} does it")
    desk.clock.pass_by(minutes=1)
    desk.bring(OKTA, [person("1", ANA, PRIVATE, standing=Standing.DEPROVISIONED), person("2", BEN)])
    desk.bring(SEATS, [seat("S-1", owner=BEN)])
    desk.stage(MEMBERS, [member(ANA), member(KIM, line=3)])
    desk.clock.pass_by(minutes=1)
    desk.bring(MEMBERS, [member(BEN)])


def erase(house: House, *addresses: str) -> Erasure:
    """Erase somebody, as it is shown first."""
    rehearsed = house.desk.store.rehearse_erasure(PAT, addresses)
    with house.desk.store.writing(PAT) as change:
        erased = change.erase_person(addresses, pseudonym="erased-77", reason="HR-9")
    assert erased == rehearsed
    for _, digest in erased.files:
        assert house.archive.remove(digest)
    return erased


def test_a_person_is_erased_from_every_table_and_the_trail_and_every_bundle_still_verify(each_house: House) -> None:
    house = each_house
    live(house)
    before, _ = house.bundle(date(2026, 11, 23), date(2026, 11, 25))
    with house.desk.store.reading() as view:
        held = view.verify_trail()
        found = view.traces_of([ANA])
    assert found.addresses == (ANA, PRIVATE, OLD)
    assert (found.active_in, found.open_cases) == ((), ())

    erased = erase(house, *found.addresses)

    # The directory in force lists her as deprovisioned; all that stays otherwise is what she did herself.
    standing = {f"directory_{table}" for table in ("account.address", "address.address", "alias.address")}
    assert set(traces(house)) == {*standing, "audit_payload.payload"}
    assert (erased.standing, erased.deeds, traces(house)["audit_payload.payload"]) == (("R-7",), 1, 1)
    assert erased.cases == (1,)
    assert [number for number, _ in erased.files] == [1]
    assert (erased.rosters_ready, erased.decisions, erased.answers) == (1, 1, 1)
    with house.desk.store.reading() as view:
        audit = view.verify_trail()
        assert audit.holds
        assert audit.erased == held.erased + erased.payloads_about + erased.payloads_naming
        tombstone = list(view.trail())[-1]
        case, _, _ = view.case(1), view.case(2), view.cases_about([BEN], "axure")
    assert (tombstone.kind, tombstone.at[:10]) == ("person.erased", "2026-11-25")
    assert json.loads(tombstone.payload or "")["reason"] == "HR-9"
    assert case.subject == "erased-77@erased.invalid" == case.people[0] == case.plan.subject
    assert [step.step.key for step in case.steps] == ["deactivate", "release-seat", "say-goodbye"]

    verify(io.BytesIO(before), key_of(house))
    after, made = house.bundle(date(2026, 11, 23), date(2026, 11, 25))
    verdict = verify(io.BytesIO(after), key_of(house))
    assert verdict.chain.erased == made.erased == audit.erased
    assert made.files == 1
    assert [row["erased_at"] is None for row in lines(after, "evidence.jsonl")] == [False, True]
    for name in ("trail/range.jsonl", "cases.jsonl", "claims.jsonl", "sources.jsonl"):
        told = [line for line in lines(after, name) if line.get("kind") != "test.acted"]
        assert ANA not in json.dumps(told).lower(), name


def test_a_newer_read_without_them_lets_the_last_rows_go(house: House) -> None:
    live(house)
    assert erase(house, ANA, PRIVATE, OLD).standing == ("R-7",)
    house.desk.clock.pass_by(minutes=1)
    house.desk.bring(OKTA, [person("2", BEN)])
    again = erase(house, ANA, PRIVATE, OLD)
    assert (again.standing, again.payloads_about, again.roster_rows) == ((), 0, 5)
    assert set(traces(house)) == {"audit_payload.payload"}


def test_nothing_that_was_erased_is_left_in_the_bytes_of_the_files(house: House, tmp_path: Path) -> None:
    live(house, acts=False)
    house.desk.bring(OKTA, [person("2", BEN)])
    named = [one.encode() for one in (ANA, OLD, PRIVATE)]
    assert all(one in (tmp_path / "store.sqlite").read_bytes() + _log(tmp_path) for one in named)

    erase(house, ANA, OLD, PRIVATE)

    assert house.desk.store.compact() is True
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert tmp_path / "store.sqlite" in files
    for file in files:
        content = file.read_bytes().lower()
        assert not any(one in content for one in named), file


def _log(folder: Path) -> bytes:
    log = folder / "store.sqlite-wal"
    return log.read_bytes() if log.exists() else b""


def test_who_else_is_named_keeps_their_records_and_a_shared_case_its_files(house: House) -> None:
    with house.desk.store.writing(PAT) as change:
        both = change.open_case(plan(KIM, "onboard"), [KIM, BEN], due_on=None, reason="", owner=None).id
        change.cancel_case(change.case(both), "over")
    digest = house.attach(both, b"\x89PNG\r\n\x1a\n both")
    erased = erase(house, KIM)
    assert (erased.shared_files, erased.files) == ((3,), ())
    assert house.archive.place_of(digest).exists()
    with house.desk.store.reading() as view:
        case = view.case(both)
    assert case.people == ("erased-77@erased.invalid", BEN)


def test_an_address_that_moved_on_to_somebody_else_is_not_erased_with_the_first(house: House) -> None:
    support = Address("support@acme.example")
    house.desk.bring(OKTA, [person("1", ANA, support), person("2", BEN)])
    house.desk.clock.pass_by(days=1)
    house.desk.bring(OKTA, [person("2", BEN, support)])
    with house.desk.store.reading() as view:
        assert view.traces_of([ANA]).addresses == (ANA,)


def test_who_is_still_here_is_told_with_what_shows_it(house: House) -> None:
    with house.desk.store.reading() as view:
        found = view.traces_of([BEN])
    assert found.active_in == ("axure/cloud_for_business at acme.axure.cloud by R-3", "directory/okta by R-2")
    assert found.open_cases == (2,)


def test_whoever_can_come_in_is_still_here_and_their_token_ends_with_them(house: House) -> None:
    with house.desk.store.writing(PAT) as change:
        change.create_token(
            KIM, frozenset(), "a" * 64, label="kim's", expires_at=house.desk.clock.now() + timedelta(days=1)
        )
        assert change.traces_of([KIM]).live_tokens == 1
    assert erase(house, KIM).access == 1
    with house.desk.store.reading() as view:
        (token,) = view.tokens()
    assert (token.person, token.counts(house.desk.clock.now())) == ("erased-77@erased.invalid", False)


def test_every_column_that_can_name_somebody_is_read_cleared_or_said_to_stay() -> None:
    """A new table is read without anybody thinking of it; one that is not must be put among those by hand."""
    tables = {table.name for table in schema.metadata.sorted_tables}
    known = [table.name for table in (*erasing.ROWS_GO, *erasing.UNREAD, *erasing.SWEPT)]
    assert sorted(known) == sorted(tables)
    assert {table.name for table in erasing.UNREAD} == {
        *("audit_record", "audit_head", "checkpoint", "system", "role_count", "step", "step_check"),
        *("source_cursor", "factor_challenge", "signed_call", "lease", "scim_member"),
    }
    stays = {
        f"{table.name}.{column.name}"
        for table in erasing.SWEPT
        for column in table.columns
        if erasing.is_text(column) and column not in erasing.texts_of(table)
    }
    assert stays == {
        *("review.opened_by", "review.closed_by", "review_decision.decided_by"),
        *("access_token.created_by", "approval.approved_by", "case_.opened_by", "case_.owner", "case_part.opened_by"),
        *("claim.said_by", "evidence.attached_by", "local_fact.said_by", "screen_change.said_by"),
        *("source.brought_by", "source.confirmed_by", "subscription_row.subscription", "scim_token.created_by"),
        *("scim_user.id", "scim_group.id", "scim_hold.user_id"),
    }


@pytest.mark.parametrize(
    ("said", "is_named"),
    [
        ("ask Ana@ACME.example, please", True),
        ("(ana@acme.example)", True),
        ("It is ana@acme.example.", True),
        ("hanna@acme.example", False),
        ("ana@acme.example.org", False),
        ("x-ana@acme.example", False),
        ("ana@acme.example-corp.example", False),
    ],
)
def test_an_address_is_found_as_a_whole_and_whatever_its_capitals(said: str, is_named: bool) -> None:
    finder = Finder([ANA], "erased-1@erased.invalid")
    assert finder.names({"a": [said]}) is is_named
    assert (finder.without(said) != said) is is_named


def test_only_what_they_did_themselves_is_left_of_an_operator(house: House) -> None:
    with house.desk.store.writing(PAT) as change:
        before = change.verify_trail()
    erased = erase(house, PAT.name)
    assert erased.payloads_about == erased.payloads_naming == 0
    assert erased.deeds == before.records - before.erased
    with house.desk.store.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM claim WHERE said_by LIKE '%pat@%'")).scalar_one() == 5
