"""What must hold in every store, whoever called whatever in whichever order.

The truth is stated here a second time, by hand: a test that asks the product what settles a step agrees with anything.
"""

from collections import Counter
from typing import Final

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import Actor, Channel
from axure_lifecycle.domain.sources import Source, SourceState
from axure_lifecycle.domain.steps import Answer, Outcome, StepState
from axure_lifecycle.ports import CaseRecord, ClaimRecord, Page, StepRecord, View
from tests.conversations.party import Office

SETTLED: Final = ("confirmed", "skipped", "verified")


def check_truth(office: Office) -> None:
    """Nothing in the store of an office says more than somebody said, or a roster showed."""
    with office.terminal().store.reading() as view:
        check_store(view)


def check_store(view: View) -> None:
    """Nothing in a store says more than somebody said, or a roster showed."""
    audit = view.verify_trail()
    assert audit.holds
    lines, _, _ = view.cases(Page(1000))
    cases = [view.case(line.id) for line in lines]
    check_sources(view)
    for case in cases:
        check_case(case)
    wanted = Counter(
        (person, operation)
        for case in cases
        if case.state is CaseState.OPEN
        for person in case.people
        for operation in case.operations
    )
    assert all(count == 1 for count in wanted.values()), wanted


def check_sources(view: View) -> None:
    """Whatever counts as confirmed has somebody who stands for it."""
    sources, _, _ = view.sources(Page(1000))
    for source in sources:
        if source.assurance.value != "reported":
            assert can_vouch(source.confirmed_by or source.brought_by), source.name


def is_stood_for(source: Source) -> bool:
    """Whether a person, or a folder that a person trusts, brought it, and nobody took it back."""
    return source.state is SourceState.IN_USE and can_vouch(source.confirmed_by or source.brought_by)


def can_vouch(actor: Actor) -> bool:
    """Whether a person could speak there, or the directory itself, and no assistant."""
    return actor.channel in (
        Channel.CLIENT_FORM,
        Channel.CLIENT_PAGE,
        Channel.TERMINAL,
        Channel.CONSOLE,
        Channel.CONSOLE_SECOND_FACTOR,
        Channel.TRUSTED_FOLDER,
        Channel.DIRECTORY,
    )


def check_case(case: CaseRecord) -> None:
    """A case is where its steps are."""
    for step in case.steps:
        check_step(step)
    if case.state in (CaseState.DONE, CaseState.VERIFIED):
        assert all(step.state.value in SETTLED for step in case.steps), case.name
    if case.state is CaseState.VERIFIED:
        assert any(step.state is StepState.VERIFIED for step in case.steps), case.name
    check_approvals(case)


def check_approvals(case: CaseRecord) -> None:
    """Nobody is their own second person, and what needed one was done after one agreed, or says that none had.

    Only what had happened already is written down without: the end of an account.
    """
    for approval in case.approvals:
        assert approval.question_digest
        if approval.assurance.value != "reported":
            assert can_vouch(approval.approved_by)
            asked = [part.opened_by.name for part in case.parts if part.opened_at <= approval.at]
            assert approval.approved_by.name not in asked, approval.name
            said = [claim for step in case.steps for claim in step.claims if claim.at < approval.at]
            assert approval.approved_by.name not in [claim.said_by.name for claim in said], approval.name
    if not case.approval_for:
        return
    for step in case.steps:
        end = step.step.end
        is_an_end = end is not None and (end.holding.value, end.becomes) == ("membership", "deactivated")
        for claim in step.claims:
            if claim.was_approved is None:
                continue  # It takes a word back, or nobody had to agree when it was said.
            assert claim.was_approved == was_agreed_to(case, claim), f"{case.name} {step.step.key} K-{claim.id}"
            assert claim.was_approved or is_an_end, f"{case.name} {step.step.key} K-{claim.id}"
        needed_none = [claim for claim in step.claims if claim.was_approved is None]
        # A case may have needed nobody until another plan joined it; from then on every word for a step tells.
        since = max(part.opened_at for part in case.parts)
        assert not [
            claim
            for claim in needed_none
            if claim.at > since
            and claim.outcome is not Outcome.NOT_DONE
            and claim.answer in (Answer.ANSWERED, Answer.COULD_NOT_ASK)
        ], f"{case.name} {step.step.key}"


def was_agreed_to(case: CaseRecord, claim: ClaimRecord) -> bool:
    """Whether somebody else's approval of all plans that the case then had stood when something was said."""
    plans = [part for part in case.parts if part.opened_at <= claim.at]
    return any(
        approval.assurance.value != "reported"
        and approval.at <= claim.at
        and (approval.retracted_at is None or approval.retracted_at > claim.at)
        and all(part.opened_at <= approval.at for part in plans)
        and approval.approved_by.name != claim.said_by.name
        for approval in case.approvals
    )


def check_step(step: StepRecord) -> None:
    """A step is confirmed by a person's yes, verified by a source that may verify, and by nothing else."""
    standing = [claim for claim in step.claims if claim.retracted_at is None]
    said = {claim.outcome for claim in standing if claim.assurance.value == "confirmed"}
    for claim in step.claims:
        if claim.assurance.value != "reported":
            assert claim.answer is Answer.ANSWERED
            assert can_vouch(claim.said_by)
            assert claim.question_digest
    match step.state:
        case StepState.CONFIRMED:
            assert Outcome.DONE in said, step.step.key
        case StepState.SKIPPED:
            assert Outcome.SKIPPED in said, step.step.key
        case StepState.VERIFIED | StepState.CONTRADICTED:
            assert any(is_stood_for(check.source) for check in step.checks), step.step.key
        case StepState.REPORTED | StepState.SKIP_REPORTED:
            assert standing, step.step.key
        case StepState.TO_DO:
            pass
