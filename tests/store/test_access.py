"""Who comes in: what lets somebody in does so until its end, what may happen once happens once, and nothing is kept
with which anybody could come in.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from axure_lifecycle.domain.access import Role
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.ports import Change, FactorKind, FactorRecord, InvitationRecord, SessionRecord, TokenRecord, View
from axure_lifecycle.store.refusals import (
    FactorReplayed,
    FactorUnknown,
    InvitationUnusable,
    TokenRevokedAlready,
    TokenUnknown,
)
from tests.store.desk import PAT, START, Desk
from tests.store.statements import listening

ANA, BO = "ana@acme.example", "bo@acme.example"
ANA_AT_CONSOLE = Actor(ANA, Channel.CONSOLE, proof="token T-1")
ROLES = frozenset({Role.OPERATOR, Role.APPROVER})
TOKEN, COOKIE, CODE, ASKED = "a1" * 32, "b2" * 32, "c3" * 32, "d4" * 32
AT_ONCE = 4


def give_token(desk: Desk, digest: str = TOKEN, *, days: float = 30) -> TokenRecord:
    """A token for Ana."""
    with desk.store.writing(PAT) as change:
        return change.create_token(
            ANA, ROLES, digest, label="Claude", expires_at=desk.clock.now() + timedelta(days=days)
        )


def sign_in(desk: Desk, token: int | None, cookie: str = COOKIE, *, hours: float = 12) -> SessionRecord:
    """Ana at the console."""
    with desk.store.writing(ANA_AT_CONSOLE) as change:
        return change.begin_session(
            cookie,
            ANA,
            ROLES,
            proof="token T-1",
            token_id=token,
            expires_at=desk.clock.now() + timedelta(hours=hours),
        )


def invite(desk: Desk, code: str = CODE, *, hours: float = 24) -> InvitationRecord:
    """Leave for Ana to enrol a device."""
    with desk.store.writing(PAT) as change:
        return change.invite(ANA, code, expires_at=desk.clock.now() + timedelta(hours=hours))


def enrol(desk: Desk, kind: FactorKind = FactorKind.TOTP, *, code: str = CODE, counter: int = 0) -> FactorRecord:
    """Ana's device, with the invitation of that code."""
    with desk.store.writing(ANA_AT_CONSOLE) as change:
        return change.enrol_factor(code, ANA, kind, label="phone", credential="", material="sealed", counter=counter)


def ask_device(desk: Desk, *, minutes: float = 5) -> None:
    """Ask Ana's device to sign for a step."""
    expires_at = desk.clock.now() + timedelta(minutes=minutes)
    with desk.store.writing(ANA_AT_CONSOLE) as change:
        change.open_challenge(ASKED, COOKIE, purpose="confirm C-1 deactivate", expires_at=expires_at)


def answer(desk: Desk, *, session: str = COOKIE, purpose: str = "confirm C-1 deactivate") -> bool:
    """Whether its answer serves."""
    with desk.store.writing(ANA_AT_CONSOLE) as change:
        return change.use_challenge(ASKED, session, purpose=purpose)


def use_code(change: Change, step: int) -> int:
    """Ana's first device with the code of a time step."""
    return change.use_factor(1, step).counter


def kinds(desk: Desk) -> list[str]:
    """What the trail holds, whole."""
    with desk.store.reading() as view:
        assert view.verify_trail().holds
        return [record.kind for record in view.trail()]


def outcomes(desk: Desk, do: Callable[[Change], object]) -> Counter[str]:
    """What comes of the same thing in several transactions at once."""
    gate = Barrier(AT_ONCE)

    def run(_: int) -> str:
        gate.wait(timeout=30)
        try:
            with desk.store.writing(ANA_AT_CONSOLE) as change:
                return str(do(change))
        except LifecycleError as refusal:
            return refusal.code

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return Counter(threads.map(run, range(AT_ONCE)))


def test_a_token_is_found_by_its_digest_with_all_that_is_said_of_it(desk: Desk) -> None:
    given = give_token(desk)
    assert given == TokenRecord(1, ANA, ROLES, "Claude", PAT, START, START + timedelta(days=30), None, None)
    assert given.name == "T-1"
    with desk.store.reading() as view:
        assert view.token_by_digest(TOKEN) == view.token(1) == given
        assert view.token_by_digest("00" * 32) is None
        with pytest.raises(TokenUnknown, match="There is no token T-2: the newest is T-1"):
            view.token(2)
    assert kinds(desk) == ["token.created"]


def test_tokens_are_listed_newest_first_whether_they_count_or_not(desk: Desk) -> None:
    give_token(desk)
    give_token(desk, "e5" * 32, days=60)
    with desk.store.writing(PAT) as change:
        change.revoke_token(1, "lost")
    desk.clock.pass_by(days=45)
    with desk.store.reading() as view:
        found = view.tokens()
    assert [(token.name, token.counts(desk.clock.now())) for token in found] == [("T-2", True), ("T-1", False)]
    assert (found[1].revoked_at, found[1].revoked_because) == (START, "lost")


def test_a_revoked_token_is_revoked_once(desk: Desk) -> None:
    give_token(desk)
    with desk.store.writing(PAT) as change:
        assert not change.revoke_token(1, "lost").counts(START)
    with pytest.raises(TokenRevokedAlready), desk.store.writing(PAT) as change:
        change.revoke_token(1, "lost again")
    with pytest.raises(TokenUnknown), desk.store.writing(PAT) as change:
        change.revoke_token(7, "lost")
    assert kinds(desk) == ["token.created", "token.revoked"]


def test_a_token_counts_until_the_moment_at_which_it_expires(desk: Desk) -> None:
    token = give_token(desk, days=1)
    assert token.counts(START + timedelta(days=1, microseconds=-1))
    assert not token.counts(START + timedelta(days=1))


def test_a_session_lasts_until_it_expires(desk: Desk) -> None:
    begun = sign_in(desk, None)
    assert begun == SessionRecord(COOKIE, ANA, ROLES, "token T-1", None, START, START + timedelta(hours=12))
    desk.clock.pass_by(hours=11, minutes=59)
    with desk.store.reading() as view:
        assert view.session(COOKIE) == begun
        assert view.session("00" * 32) is None
    desk.clock.pass_by(minutes=1)
    with desk.store.reading() as view:
        assert view.session(COOKIE) is None
    sign_in(desk, None, "f6" * 32)
    desk.clock.at = START  # Even a clock that is set back finds none of those that are over.
    with desk.store.reading() as view:
        assert view.session(COOKIE) is None
        assert view.session("f6" * 32) is not None


def test_a_session_ends_with_the_token_that_it_began_with(desk: Desk) -> None:
    give_token(desk, days=0.25)
    give_token(desk, "e5" * 32)
    sign_in(desk, 1)
    sign_in(desk, 2, "f6" * 32)
    desk.clock.pass_by(hours=5)
    with desk.store.reading() as view:
        assert view.session(COOKIE) is not None
    desk.clock.pass_by(hours=1)
    with desk.store.reading() as view:
        assert view.session(COOKIE) is None
        assert view.session("f6" * 32) is not None
    with desk.store.writing(PAT) as change:
        change.revoke_token(2, "left")
    with desk.store.reading() as view:
        assert view.session("f6" * 32) is None


def test_somebody_who_signs_out_is_out_and_a_second_time_is_nothing(desk: Desk) -> None:
    sign_in(desk, None)
    for _ in range(2):
        with desk.store.writing(ANA_AT_CONSOLE) as change:
            change.end_session(COOKIE)
    with desk.store.reading() as view:
        assert view.session(COOKIE) is None
    assert kinds(desk) == ["session.begun", "session.ended"]


def test_an_invitation_enrols_one_device_of_the_one_who_was_invited(desk: Desk) -> None:
    invited = invite(desk)
    assert invited == InvitationRecord(CODE, ANA, PAT, START, START + timedelta(hours=24), None)
    with desk.store.reading() as view:
        assert view.invitation(CODE) == invited
        assert view.open_invitations() == [invited]
    with pytest.raises(InvitationUnusable, match=BO), desk.store.writing(PAT) as change:
        change.enrol_factor(CODE, BO, FactorKind.TOTP, label="", credential="", material="s", counter=0)
    device = enrol(desk)
    assert device == FactorRecord(1, ANA, FactorKind.TOTP, "phone", "", "sealed", 0, START, None)
    with pytest.raises(InvitationUnusable):
        enrol(desk)
    with desk.store.reading() as view:
        assert view.factors_of(ANA) == [device]
        assert view.factors_of(BO) == []
        assert view.invitation(CODE) == invited._replace(used_at=START)
        assert view.open_invitations() == []
    assert kinds(desk) == ["factor.invited", "factor.enrolled"]


def test_an_invitation_that_is_over_or_was_never_given_enrols_nothing(desk: Desk) -> None:
    invite(desk)
    desk.clock.pass_by(hours=24)
    for code in (CODE, "00" * 32):
        with pytest.raises(InvitationUnusable):
            enrol(desk, code=code)
    with desk.store.reading() as view:
        assert (view.factors(), view.open_invitations()) == ([], [])


def test_a_removed_device_answers_no_more(desk: Desk) -> None:
    invite(desk)
    enrol(desk)
    with desk.store.writing(PAT) as change:
        removed = change.remove_factor(1, "stolen")
    assert removed.removed_at == START
    with pytest.raises(FactorUnknown), desk.store.writing(PAT) as change:
        change.use_factor(1, 5)
    with pytest.raises(FactorUnknown), desk.store.writing(PAT) as change:
        change.remove_factor(1, "again")
    with desk.store.reading() as view:
        assert (view.factors_of(ANA), view.factors()) == ([], [removed])
        with pytest.raises(FactorUnknown):
            view.factor(2)
    assert kinds(desk)[-1] == "factor.removed"


def test_a_code_of_a_device_serves_once_and_an_older_one_never(desk: Desk) -> None:
    invite(desk)
    enrol(desk)
    with desk.store.writing(ANA_AT_CONSOLE) as change:
        assert change.use_factor(1, 58_000_001).counter == 58_000_001
    for counter in (58_000_001, 58_000_000, 0):
        with pytest.raises(FactorReplayed), desk.store.writing(ANA_AT_CONSOLE) as change:
            change.use_factor(1, counter)
    with desk.store.writing(ANA_AT_CONSOLE) as change:
        assert change.use_factor(1, 58_000_002).counter == 58_000_002


def test_only_a_passkey_that_never_counted_may_stay_at_nothing(desk: Desk) -> None:
    def stay(kind: FactorKind, counter: int) -> str:
        code = f"{kind} {counter}"
        invite(desk, code)
        device = enrol(desk, kind, code=code, counter=counter)
        try:
            with desk.store.writing(ANA_AT_CONSOLE) as change:
                return str(change.use_factor(device.id, 0).counter)
        except FactorReplayed as refusal:
            return refusal.code

    assert stay(FactorKind.PASSKEY, 0) == "0"
    assert stay(FactorKind.PASSKEY, 3) == "factor_replayed"
    assert stay(FactorKind.TOTP, 0) == "factor_replayed"


def test_of_the_same_code_in_several_transactions_at_once_one_serves(desk: Desk) -> None:
    invite(desk)
    enrol(desk)
    for step in range(1, 6):
        found = outcomes(desk, partial(use_code, step=step))
        assert found == {str(step): 1, "factor_replayed": AT_ONCE - 1}


def test_of_the_same_answer_in_several_transactions_at_once_one_serves(desk: Desk) -> None:
    for _ in range(5):
        ask_device(desk)
        found = outcomes(desk, lambda change: change.use_challenge(ASKED, COOKIE, purpose="confirm C-1 deactivate"))
        assert found == {"True": 1, "False": AT_ONCE - 1}


def test_of_the_same_invitation_in_several_transactions_at_once_one_enrols(desk: Desk) -> None:
    invite(desk)
    found = outcomes(
        desk,
        lambda change: (
            change.enrol_factor(CODE, ANA, FactorKind.TOTP, label="", credential="", material="s", counter=0).kind
        ),
    )
    assert found == {"totp": 1, "invitation_unusable": AT_ONCE - 1}
    assert kinds(desk) == ["factor.invited", "factor.enrolled"]


def test_an_answer_serves_in_the_session_and_for_the_purpose_that_it_was_asked_for(desk: Desk) -> None:
    ask_device(desk)
    assert not answer(desk, session="00" * 32)
    assert not answer(desk, purpose="confirm C-2 deactivate")
    assert answer(desk)
    assert not answer(desk)


def test_an_answer_that_comes_too_late_does_not_serve(desk: Desk) -> None:
    ask_device(desk)
    desk.clock.pass_by(minutes=5)
    assert not answer(desk)
    ask_device(desk)  # What was asked before and is over is gone: the same can be asked anew.
    assert answer(desk)


def test_what_a_transaction_used_that_came_to_nothing_is_not_used_up(desk: Desk) -> None:
    ask_device(desk)

    def use_in_vain(change: Change) -> None:
        assert change.use_challenge(ASKED, COOKIE, purpose="confirm C-1 deactivate")
        change.revoke_token(9, "there is none")

    with pytest.raises(TokenUnknown), desk.store.writing(ANA_AT_CONSOLE) as change:
        use_in_vain(change)
    assert answer(desk)


def test_each_lookup_is_one_statement_that_an_index_answers(desk: Desk) -> None:
    looks: tuple[Callable[[View], object], ...] = (
        lambda view: view.token_by_digest(TOKEN),
        lambda view: view.token(1),
        lambda view: view.session(COOKIE),
        lambda view: view.factors_of(ANA),
        lambda view: view.invitation(CODE),
    )
    give_token(desk)
    sign_in(desk, 1)
    invite(desk)
    enrol(desk)
    if not desk.url.startswith("sqlite"):
        with desk.store.reading() as view, listening(desk) as heard:
            assert all(look(view) for look in looks)
        assert heard == []  # All went the short way; the same statements are counted on SQLite.
        return
    with desk.store.database.reading() as connection:
        driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    said: list[str] = []
    with desk.store.reading() as view:
        driver.set_trace_callback(said.append)
        assert all(look(view) for look in looks)
        driver.set_trace_callback(None)
    assert len(said) == len(looks)
    for statement in said:
        plan = [str(row[-1]) for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert plan, statement
        assert not [step for step in plan if not step.startswith("SEARCH ")], plan
