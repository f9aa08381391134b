"""Erasing somebody who owns cases: they are handed over first, and no message names the owner after it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from axure_lifecycle.domain.erasing import StillHere
from axure_lifecycle.domain.holdings import Channel
from axure_lifecycle.domain.places import NoticeState
from axure_lifecycle.store import SqlStore, schema
from axure_lifecycle_tools.erasing import ask_about_erasing, erase, look_for
from axure_lifecycle_tools.outbox import list_notices
from axure_lifecycle_tools.spec import Answered, Desk
from tests.notices.receivers import Answer, receiving
from tests.passing.firm import Firm, open_firm
from tests.passing.test_pass import employees, members, places

KIM, PAT = "kim@acme.example", "pat@acme.example"


def recipients(firm: Firm) -> Sequence[str]:
    """Whom the outbox names, oldest first."""
    store = firm.workshop.store()
    assert isinstance(store, SqlStore)
    with store.database.reading() as connection:
        return list(connection.execute(select(schema.notice.c.recipient).order_by(schema.notice.c.id)).scalars())


def erase_kim(desk: Desk, *, is_forced: bool = False) -> list[str]:
    """Erase the owner; what the question said."""
    traces = look_for(desk, [KIM], "HR-9", is_forced=is_forced)
    question, reports = ask_about_erasing(desk, traces)
    assert erase(desk, traces, "HR-9", Answered(True, "", question, Channel.TERMINAL), reports).erased
    return question.text.splitlines()


def test_an_owner_hands_over_first_and_what_waits_for_them_is_not_sent(tmp_path: Path) -> None:
    with receiving() as receiver, open_firm(tmp_path, places(tmp_path, receiver)) as firm:
        receiver.always = Answer(500)
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        assert firm.run().waiting == 1
        desk = firm.desk(Channel.TERMINAL)
        with pytest.raises(StillHere) as refused:
            look_for(desk, [KIM], "HR-9", is_forced=False)
        assert "C-1 is theirs to do (hand over first: `axure-lifecycle assign C-1 OWNER`)" in refused.value.sentence
        assert "[policy.run] owner names them" in refused.value.sentence

        with desk.store.writing(desk.actor) as change:
            change.assign_case(change.case(1), PAT)
        elsewhere = replace(desk, policy=replace(desk.policy, run=replace(desk.policy.run, owner=PAT)))
        assert "- 1 message that waited for them, which nobody gets now." in erase_kim(elsewhere)

        (ended,) = list_notices(firm.desk(), state=NoticeState.GIVEN_UP).notices
        assert "Whom it was for was erased." in ended.said
        receiver.always = None
        for _ in range(2):
            firm.run()
            firm.pass_by(days=1)
        assert [call.json["text"].rpartition(" ")[2] for call in receiver.taken] == [PAT, PAT]
        assert KIM not in recipients(firm)
        with firm.workshop.store().reading() as view:
            assert view.verify_trail().holds


def test_who_is_erased_by_force_is_shown_what_is_still_theirs(tmp_path: Path) -> None:
    with receiving() as receiver, open_firm(tmp_path, places(tmp_path, receiver)) as firm:
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        firm.run()
        said = erase_kim(firm.desk(Channel.TERMINAL), is_forced=True)
        assert "- Whose C-1 is: until handed over, messages go to them, and name them again." in said
