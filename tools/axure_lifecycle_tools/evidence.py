"""Attaching a file to a step of a case."""

from typing import Annotated, Final

from pydantic import Field

from axure_lifecycle.domain.cases import CaseOver, CaseState
from axure_lifecycle.domain.evidence import EvidenceFile
from axure_lifecycle.domain.holdings import Channel, assurance_by
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import CaseRecord, StepRecord
from axure_lifecycle_tools.arguments import CaseName, number_of
from axure_lifecycle_tools.showing import LONGEST_NOTE, CaseReply, show_case
from axure_lifecycle_tools.spec import Desk, Toolset, Verb
from axure_lifecycle_tools.steps import find_step


def attach_evidence(
    desk: Desk,
    *,
    case: CaseName,
    step: Annotated[str, Field(description="The step's key, e.g. deactivate.", min_length=1, max_length=80)],
    path: Annotated[
        str,
        Field(
            description="The file's absolute path, in a folder that the configuration allows.",
            min_length=1,
            max_length=4096,
        ),
    ],
    note: Annotated[str, Field(description="What it shows.", max_length=LONGEST_NOTE)] = "",
) -> CaseReply:
    """Copy a file into the archive and attach it to a step of a case.

    At a terminal the person may name any file. Raises `CaseUnknown`, `StepUnknown`, `CaseOver` and the refusals of
    `EvidenceArchive`; a refused file leaves nothing behind.
    """
    with desk.store.reading() as view:
        _find(view.case(number_of(case)), step)
    file = desk.archive.read(path, is_anywhere_allowed=desk.actor.channel is Channel.TERMINAL)
    return attach_file(desk, case=case, step=step, file=file, note=note)


def attach_file(desk: Desk, *, case: str, step: str, file: EvidenceFile, note: str = "") -> CaseReply:
    """Keep a file that was read and checked, and attach it. Raises `CaseUnknown`, `StepUnknown`, `CaseOver`."""
    with desk.store.writing(desk.actor) as change:
        record = change.case(number_of(case))
        found = _find(record, step)
        assurance = assurance_by(desk.actor.channel)
        for one in record.evidence:
            if (one.step, one.digest) == (found.step.key, file.digest) and one.assurance >= assurance:
                was_lost = desk.archive.keep(file)
                again = f"the kept copy of {one.name} was lost or changed, and is whole again."
                same = f"nothing changed, {one.name} is the same file."
                return show_case(desk, record, [f"{record.name}: {again if was_lost else same}"])
        made = change.attach_evidence(
            record, found.step.key, file, note=shown(note.strip(), LONGEST_NOTE), assurance=assurance
        )
        # Before the transaction ends: no record without its file, whatever happens in between.
        desk.archive.keep(file)
        record = change.case(record.id)
    said = (
        f"{made.name} is attached to {record.name}, {made.step}: {made.file_name}, SHA-256 {made.digest}. The file was "
        "copied; it proves nothing by itself, and the step still needs somebody's word."
    )
    return show_case(desk, record, [said])


def _find(case: CaseRecord, key: str) -> StepRecord:
    if case.state is CaseState.CANCELLED:
        raise CaseOver(case.name, case.state, "added to")
    return find_step(case, key)


VERBS: Final = (
    Verb(
        name="attach_evidence",
        title="Attach evidence",
        toolset=Toolset.CASES,
        description=(
            "Attaches a file that shows what a step says, such as a screenshot, to a case: it is copied by its content "
            "and shown with the case. Only from folders that the configuration allows. It confirms nothing."
        ),
        reply=CaseReply,
        run=attach_evidence,
        reads_only=False,
        repeats_safely=True,
    ),
)
