"""What must hold in every store, whoever called whatever in whichever order."""

from collections import Counter

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle.domain.holdings import VOUCHED, Assurance
from axure_lifecycle.domain.steps import SETTLED, Answer, StepState
from axure_lifecycle.ports import CaseRecord, Page, StepRecord, View
from tests.conversations.party import Office


def check_truth(office: Office) -> None:
    """Nothing in the store says more than somebody said, or a roster showed."""
    with office.terminal().store.reading() as view:
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
        if source.assurance >= Assurance.CONFIRMED:
            stands = source.confirmed_by or source.brought_by
            assert stands.channel in VOUCHED, source.name


def check_case(case: CaseRecord) -> None:
    """A case is where its steps are."""
    for step in case.steps:
        check_step(step)
    if case.state in (CaseState.DONE, CaseState.VERIFIED):
        assert all(step.state in SETTLED for step in case.steps), case.name
    if case.state is CaseState.VERIFIED:
        assert any(step.state is StepState.VERIFIED for step in case.steps), case.name


def check_step(step: StepRecord) -> None:
    """A step is confirmed by a person's yes, verified by a source that may verify, and by nothing else."""
    standing = [claim for claim in step.claims if claim.retracted_at is None]
    said = [claim for claim in standing if claim.answer is Answer.ANSWERED]
    for claim in step.claims:
        if claim.assurance >= Assurance.CONFIRMED:
            assert claim.answer is Answer.ANSWERED
            assert claim.said_by.channel in VOUCHED
            assert claim.question_digest
    match step.state:
        case StepState.CONFIRMED | StepState.SKIPPED:
            assert any(claim.assurance >= Assurance.CONFIRMED for claim in said), step.step.key
        case StepState.VERIFIED | StepState.CONTRADICTED:
            assert any(check.source.can_verify for check in step.checks), step.step.key
        case StepState.REPORTED | StepState.SKIP_REPORTED:
            assert standing, step.step.key
        case StepState.TO_DO:
            pass
