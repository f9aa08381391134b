"""One pass, and a second one: what it does, what it leaves alone, and what it says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.passing import PassUnderWay
from axure_lifecycle.domain.places import NoticeState
from axure_lifecycle.domain.steps import StepState
from axure_lifecycle_tools.alone import LEASE_LASTS
from axure_lifecycle_tools.outbox import examine_outbox, list_notices
from axure_lifecycle_tools.passing import LEASE
from tests.notices.receivers import Answer, Drop, Receiver, receiving
from tests.passing.firm import Employee, Firm, Member, open_firm

OPENS = '[policy.run]\nopen = "at_last_day"\nowner = "kim@acme.example"\n'
PEOPLE = ("ana", "bo", "cy", "dee", "eve", "finn", "gus", "hal", "ida", "jo")


def employees(**changed: str) -> list[Employee]:
    """Everybody, some with another status than active."""
    return [Employee(f"k-{name}", f"{name}@acme.example", name, changed.get(name, "ACTIVE")) for name in PEOPLE]


def members(**changed: str) -> list[Member]:
    """Everybody as a member, some with another status than active."""
    return [Member(f"{name}@acme.example", name, status=changed.get(name, "Active")) for name in PEOPLE]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who takes notices."""
    with receiving() as found:
        yield found


def places(folder: Path, receiver: Receiver, more: str = "") -> str:
    """A place of Slack, at the receiver."""
    secret = folder / "slack-url"
    secret.write_text(f"{receiver.base}/hook", encoding="utf-8")
    secret.chmod(0o600)
    return f'{OPENS}{more}\n[[notices]]\nname = "slack"\nkind = "slack"\nurl = "file:{secret}"\n'


def tickets(folder: Path, receiver: Receiver) -> str:
    """A signed webhook at the receiver that takes tickets alone."""
    secret = folder / "secret"
    secret.write_text("0123456789abcdef" * 2, encoding="utf-8")
    secret.chmod(0o600)
    signed = f'kind = "webhook"\nsecret = "file:{secret}"\ntakes = ["tickets"]'
    return places(folder, receiver).replace('kind = "slack"', signed)


@pytest.fixture
def firm(tmp_path: Path, receiver: Receiver) -> Iterator[Firm]:
    """A firm of ten, who open cases by themselves and tell Slack."""
    with open_firm(tmp_path, places(tmp_path, receiver)) as found:
        yield found


def said(receiver: Receiver) -> list[str]:
    """The headlines that were taken."""
    return [call.json["text"] for call in receiver.taken]


def test_a_morning_reads_compares_opens_reminds_and_says_so(firm: Firm, receiver: Receiver) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED", bo="DISABLED"))
    firm.write_members(members())
    reply = firm.run()
    (case,) = firm.cases(CaseState.OPEN)
    assert (case.subject, case.owner, case.opened_by.client) == (
        "ana@acme.example",
        "kim@acme.example",
        "axure-lifecycle run",
    )
    assert "deprovisioned" in case.reason
    assert reply.opened == {"C-1": "ana@acme.example"}
    assert (reply.members, reply.leavers, reply.proposed, reply.needs["due"]) == (10, 2, 1, 1)
    assert reply.exit_code == 10
    assert (reply.queued, reply.sent, reply.waiting) == (2, 2, 0)
    assert said(receiver) == [
        "Acme, Axure access: 1 thing waits for kim@acme.example",
        "Acme, Axure access: 1 thing waits for pat@acme.example",  # Bo, whose account is only disabled
    ]
    bodies = "".join(call.body.decode() for call in receiver.calls)
    assert "ana@" not in bodies
    assert "bo@" not in bodies


def test_a_second_pass_changes_nothing_but_that_the_directory_was_read(firm: Firm, receiver: Receiver) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    first = firm.run()
    again = firm.run()
    assert set(firm.kinds(first.trail_records)) <= {"source.imported", "directory.read"}
    assert again.opened == {}
    assert len(receiver.calls) == 1
    firm.pass_by(hours=1)
    once_more = firm.run()
    assert set(firm.kinds(again.trail_records)) <= {"source.imported", "directory.read"}
    assert (once_more.leavers, once_more.needs) == (again.leavers, again.needs)


def test_without_a_directory_to_read_the_trail_of_a_second_pass_is_the_same_to_the_byte(
    firm: Firm, receiver: Receiver
) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    firm.run()
    config = firm.home / "config.toml"
    head, _, tail = config.read_text(encoding="utf-8").partition("[[directories]]")
    config.write_text(head + tail[tail.index("[policy]") :], encoding="utf-8")
    first = firm.run()
    assert first.trail_records == firm.run().trail_records
    assert len(receiver.calls) == 1


def test_the_same_days_lead_to_the_same_cases_and_words(tmp_path: Path, receiver: Receiver) -> None:
    told: list[list[object]] = []
    for run in ("one", "two"):
        (tmp_path / run).mkdir()
        with open_firm(tmp_path / run, places(tmp_path, receiver)) as firm:
            firm.write_staff(employees(ana="DEPROVISIONED", cy="DEPROVISIONED"))
            firm.write_members(members())
            replies = [firm.run(), firm.run()]
            told.append([reply.model_dump() for reply in replies])
            told[-1] += [(case.plan_digest, case.subject) for case in firm.cases(CaseState.OPEN)]
    assert told[0] == told[1]


def test_a_roster_from_the_folder_verifies_and_contradicts_what_was_said(firm: Firm, receiver: Receiver) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED", cy="DEPROVISIONED"))
    firm.write_members(members())
    firm.run()
    ana, cy = firm.cases(CaseState.OPEN)
    for case in (ana, cy):
        firm.say_done(case)
    assert [case.state for case in firm.cases()] == [CaseState.DONE, CaseState.DONE]
    firm.pass_by(days=1)
    firm.write_staff(employees(ana="DEPROVISIONED", cy="DEPROVISIONED"))
    firm.write_members(members(ana="Deactivated"), "members-2.csv")
    reply = firm.run()
    states = {str(case.subject): {step.step.key: step.state for step in case.steps} for case in firm.cases()}
    assert states["ana@acme.example"]["deactivate"] is StepState.VERIFIED
    assert states["cy@acme.example"]["deactivate"] is StepState.CONTRADICTED
    assert reply.needs["contradicted"] == 1
    assert "the opposite" in receiver.calls[-1].body.decode()
    assert reply.opened == {}


def test_a_roster_is_imported_once_and_never_again_when_it_was_taken_back(firm: Firm) -> None:
    firm.write_staff(employees())
    firm.write_members(members())
    firm.run()
    firm.pass_by(days=1)
    firm.write_members(members()[:9], "members-wrong.csv")
    reply = firm.run()
    assert any("R-" in line for part in reply.parts if part.part == "rosters" for line in part.said)
    with firm.workshop.store().writing(firm.desk().actor) as change:
        source = change.source_in_force(firm.desk().organization.cloud_for_business)
        assert source is not None
        change.retract_source(source.id, "a part")
    again = firm.run()
    assert [part.said for part in again.parts if part.part == "rosters"] == [[]]
    assert again.members == 10
    firm.pass_by(days=1)
    firm.write_members(members()[:9], "members-wrong.csv")  # the same rows, taken anew
    assert firm.run().members == 9


def test_a_file_that_cannot_be_read_as_a_roster_is_told_of_and_holds_nothing_up(firm: Firm, receiver: Receiver) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    firm.write(firm.rosters / "seats.csv", ["Subscription,Owner", "SUB-1,no address here"])
    reply = firm.run()
    (rosters,) = [part for part in reply.parts if part.part == "rosters"]
    assert rosters.outcome == "failed"
    assert "seats.csv" in rosters.said[-1]
    assert reply.exit_code == 11
    assert reply.opened == {"C-1": "ana@acme.example"}
    assert any("seats.csv was refused" in call.body.decode() for call in receiver.taken)


def test_a_directory_that_is_away_fails_its_part_and_the_last_read_counts_on(firm: Firm) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    firm.run()
    firm.pass_by(days=1)
    firm.staff.unlink()
    reply = firm.run()
    assert (reply.exit_code, reply.leavers, reply.withheld) == (11, 1, 0)
    firm.pass_by(days=8)
    late = firm.run()
    assert (late.leavers, late.withheld) == (0, 10)
    assert late.opened == {}


def test_what_a_person_cancelled_no_pass_begins_again(firm: Firm) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    firm.run()
    with firm.workshop.store().writing(firm.desk().actor) as change:
        change.cancel_case(change.case(1), "she stays")
    firm.pass_by(days=1)
    firm.write_staff(employees(ana="DEPROVISIONED"))
    reply = firm.run()
    assert (reply.opened, reply.proposed) == ({}, 1)


def test_too_many_departures_wait_for_a_person(firm: Firm, receiver: Receiver) -> None:
    firm.write_staff(employees(**dict.fromkeys(PEOPLE[:4], "DEPROVISIONED")))
    firm.write_members(members())
    reply = firm.run()
    assert (reply.opened, reply.beyond_ceiling, reply.exit_code) == ({}, 4, 10)
    assert "4 departures of 10 members are more than the 3 that are usual" in receiver.taken[-1].body.decode()
    shown = reply.beyond_digest
    firm.write_staff(employees(**dict.fromkeys(PEOPLE[4:8], "DEPROVISIONED")))
    others = firm.run(let_pass=shown)  # as many, and others: nobody said yes to them
    assert (others.opened, others.beyond_ceiling) == ({}, 4)
    firm.write_staff(employees(**dict.fromkeys(PEOPLE[:4], "DEPROVISIONED")))
    assert sorted(firm.run(let_pass=shown).opened.values()) == [f"{name}@acme.example" for name in PEOPLE[:4]]


def test_a_rehearsal_writes_and_sends_nothing(firm: Firm, receiver: Receiver) -> None:
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    firm.run()
    firm.pass_by(days=2)
    firm.write_staff(employees(ana="DEPROVISIONED", cy="DEPROVISIONED"))
    firm.write_members(members(), "members-2.csv")
    before, calls = len(firm.kinds()), len(receiver.calls)
    reply = firm.run(rehearse=True)
    assert (len(firm.kinds()), len(receiver.calls)) == (before, calls)
    assert any("Would import members-2.csv" in line for part in reply.parts for line in part.said)


def test_only_one_pass_works_on_a_store(firm: Firm) -> None:
    firm.write_staff(employees())
    desk = firm.desk()
    with desk.store.writing(desk.actor) as change:
        change.take_lease(LEASE, "elsewhere.example/17/1", firm.days.at + LEASE_LASTS)
    with pytest.raises(PassUnderWay, match=r"one is under way \(elsewhere.example, process 17,"):
        firm.run()
    assert firm.kinds() == []
    firm.run(rehearse=True)  # whoever only looks disturbs nobody
    firm.pass_by(minutes=11)
    assert firm.run().exit_code in (0, 10, 11)
    assert firm.run().exit_code in (0, 10, 11)  # and it gives the lease back


def test_in_quiet_hours_nothing_is_said_and_afterwards_what_is_still_due(tmp_path: Path, receiver: Receiver) -> None:
    quiet = '[reminders]\nquiet_from = "20:00"\nquiet_until = "07:00"\nquiet_days = ["sat", "sun"]\n'
    with open_firm(tmp_path, places(tmp_path, receiver, quiet)) as firm:  # it is 6 o'clock
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        assert (firm.run().queued, receiver.calls) == (0, [])
        firm.pass_by(hours=1)
        assert firm.run().sent == 1
        firm.pass_by(days=4)  # a Saturday
        assert firm.run().sent == 0
        firm.pass_by(days=2)
        assert firm.run().sent > 0


def test_an_approval_that_policy_asks_for_is_asked_for_a_case_that_a_pass_opens(
    tmp_path: Path, receiver: Receiver
) -> None:
    approvals = '[policy.approvals]\nreasons = ["super_admin"]\n'
    with open_firm(tmp_path, places(tmp_path, receiver, approvals)) as firm:
        firm.write_staff(employees(ana="DEPROVISIONED"))
        others = [one for one in members() if not one.address.startswith(("ana", "bo"))]
        admins = [Member(f"{name}@acme.example", name, "Super Admin") for name in ("ana", "bo")]
        firm.write_members([*admins, *others])
        reply = firm.run()
        assert reply.needs["waits_for_approval"] == 1
        assert firm.cases(CaseState.OPEN)[0].lacks_approval


def test_what_fails_today_is_sent_tomorrow_and_nothing_is_sent_twice(firm: Firm, receiver: Receiver) -> None:
    receiver.always = Answer(500)
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    down = firm.run()
    assert (down.sent, down.waiting, down.exit_code) == (0, 1, 11)
    receiver.always = None
    firm.pass_by(minutes=5)
    up = firm.run()
    assert (up.sent, up.waiting) == (1, 0)
    firm.pass_by(minutes=5)
    assert firm.run().sent == 0
    assert len(receiver.taken) == 1


def test_what_waited_gives_way_to_what_is_said_the_next_day(firm: Firm, receiver: Receiver) -> None:
    receiver.always = Answer(500)
    firm.write_staff(employees(ana="DEPROVISIONED"))
    firm.write_members(members())
    assert firm.run().waiting == 1
    firm.pass_by(days=1)
    receiver.always = None
    up = firm.run()
    assert (up.sent, up.waiting, len(receiver.taken)) == (1, 0, 1)
    assert [kind for kind in firm.kinds() if kind.startswith("notice.")] == [
        "notice.queued",
        "notice.queued",
        "notice.replaced",
        "notice.sent",
    ]


def test_what_may_have_arrived_is_not_sent_again_and_what_is_still_due_is_said_after_the_window(
    tmp_path: Path, receiver: Receiver
) -> None:
    with open_firm(tmp_path, places(tmp_path, receiver, "[reminders]\nevery_days = 2\n")) as firm:
        receiver.always = Drop()
        firm.write_staff(employees(ana="DEPROVISIONED", cy="DEPROVISIONED"))
        firm.write_members(members())
        lost = firm.run(patience=30.0)
        assert (lost.sent, lost.unclear, lost.waiting, lost.exit_code, len(receiver.calls)) == (0, 1, 0, 11, 1)
        assert any("may have arrived" in line for part in lost.parts for line in part.said)
        receiver.always = None
        with firm.workshop.store().writing(firm.desk().actor) as change:
            change.cancel_case(change.case(1), "she stays")
        firm.write_staff(employees(cy="DEPROVISIONED"))
        for _ in range(2):  # later that day, and the day after
            assert (firm.run().queued, len(receiver.calls)) == (0, 1)
            firm.pass_by(days=1)
        assert (firm.run().sent, len(receiver.calls)) == (1, 2)
        again = receiver.calls[1].body.decode()
        assert "C-2" in again
        assert "C-1" not in again  # only what is still due
        (found,) = [one for one in examine_outbox(firm.desk()) if one.about == "outbox"]
        assert (found.is_warning, "1 sent without an answer" in found.sentence) == (True, True)
        firm.pass_by(days=8)
        (found,) = [one for one in examine_outbox(firm.desk()) if one.about == "outbox"]
        assert (found.is_warning, "1 sent without an answer" in found.sentence) == (False, True)
        listed = list_notices(firm.desk(), state=NoticeState.UNCLEAR)
        assert "it may have arrived" in listed.notices[0].said


def test_a_signed_webhook_is_told_again_by_the_same_id_until_it_answers(tmp_path: Path, receiver: Receiver) -> None:
    secret = tmp_path / "secret"
    secret.write_text("0123456789abcdef" * 2, encoding="utf-8")
    slack = places(tmp_path, receiver)
    with open_firm(tmp_path, slack.replace('kind = "slack"', f'kind = "webhook"\nsecret = "file:{secret}"')) as firm:
        receiver.next = [Drop(), Drop()]
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        first = firm.run()
        assert (first.sent, first.unclear, first.waiting) == (0, 0, 2)
        firm.pass_by(minutes=5)
        second = firm.run()
        firm.pass_by(minutes=5)
        third = firm.run()
        assert (second.sent, third.sent, third.waiting) == (0, 2, 0)
        ids = [call.headers["webhook-id"] for call in receiver.calls]
        assert ids[0] == ids[1] == ids[2] != ids[3]
        assert len(receiver.taken) == 2


def test_a_ticket_that_was_given_up_is_opened_once_the_place_is_up_again(tmp_path: Path, receiver: Receiver) -> None:
    with open_firm(tmp_path, tickets(tmp_path, receiver)) as firm:
        receiver.always = Answer(503)
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        given_up = 0
        for _ in range(5):
            given_up += firm.run().given_up
            firm.pass_by(days=1)
        assert given_up == 1
        receiver.always = None
        firm.run()
        assert [call.json["type"] for call in receiver.taken] == ["ticket.open"]
        with firm.workshop.store().writing(firm.desk().actor) as change:
            change.cancel_case(change.case(1), "she stays")
        firm.write_staff(employees())
        firm.run()
        assert [call.json["type"] for call in receiver.taken] == ["ticket.open", "ticket.close"]


def test_no_ticket_is_closed_that_was_never_opened(tmp_path: Path, receiver: Receiver) -> None:
    with open_firm(tmp_path, tickets(tmp_path, receiver)) as firm:
        receiver.always = Answer(503)
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        firm.run()
        firm.pass_by(days=2)
        with firm.workshop.store().writing(firm.desk().actor) as change:
            change.cancel_case(change.case(1), "she stays")  # while the ticket's beginning waits
        for _ in range(2):
            firm.write_staff(employees())
            firm.run()
            firm.pass_by(days=1)
        receiver.always = None
        assert (firm.run().sent, receiver.taken) == (0, [])


def test_a_message_that_nobody_took_is_made_anew_before_the_window_is_over(tmp_path: Path, receiver: Receiver) -> None:
    with open_firm(tmp_path, places(tmp_path, receiver, "[reminders]\nevery_days = 7\n")) as firm:
        receiver.always = Answer(503)
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        days = [firm.run()]
        for _ in range(3):
            firm.pass_by(days=1)
            days.append(firm.run())
        assert [(day.queued, day.given_up) for day in days] == [(1, 0), (0, 0), (0, 0), (0, 1)]
        receiver.always = None
        firm.pass_by(days=1)
        up = firm.run()
        assert (up.queued, up.sent) == (1, 1)
        firm.pass_by(days=1)
        assert firm.run().queued == 0


def test_on_postgresql_it_is_the_same(tmp_path: Path, receiver: Receiver, fresh_postgres: str) -> None:
    with open_firm(tmp_path, places(tmp_path, receiver), store_url=fresh_postgres) as firm:
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        first, again = firm.run(), firm.run()
        assert (first.opened, first.sent, again.opened, again.sent) == ({"C-1": "ana@acme.example"}, 1, {}, 0)
        assert set(firm.kinds(first.trail_records)) <= {"source.imported", "directory.read"}
        desk = firm.desk()
        with desk.store.writing(desk.actor) as change:
            change.take_lease(LEASE, "elsewhere.example/17/1", firm.days.at + LEASE_LASTS)
        with pytest.raises(PassUnderWay):
            firm.run()
