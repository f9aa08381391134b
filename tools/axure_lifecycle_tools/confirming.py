"""A person stands for a roster that came as reported, or for a read that lost so many people that it is held."""

from dataclasses import replace

from axure_lifecycle.domain.brakes import lost_too_much
from axure_lifecycle.domain.holdings import Assurance, assurance_by
from axure_lifecycle.domain.sources import AlreadyRetracted, Source, SourceState
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Preview, View
from axure_lifecycle_tools.arguments import number_of
from axure_lifecycle_tools.demanding import too_weak, where_to_stand
from axure_lifecycle_tools.readying import PreviewUnknown
from axure_lifecycle_tools.roster_reply import ImportedRoster, reply_about
from axure_lifecycle_tools.settling import hear
from axure_lifecycle_tools.shrinking import doubt_of
from axure_lifecycle_tools.spec import Answer, Answered, Desk, NotAsked, Question, QuestionDrifted, note_answer
from axure_lifecycle_tools.wording import at, by, plural


def ask_to_confirm_source(desk: Desk, *, source: str) -> Question | None:
    """The question about a roster that came as reported, or that is held; None when nothing is left to ask."""
    with desk.store.reading() as view:
        found = view.source(number_of(source))
        if found.state is SourceState.RETRACTED:
            raise AlreadyRetracted(found.name)
        return _question_about(view, desk, found)


def _question_about(view: View, desk: Desk, source: Source) -> Question | None:
    before = view.source_before(source)
    if not source.can_verify:
        return _about_rows(desk, source, before)
    if source.is_read_here and before is not None and lost_too_much(source, before, desk.limits):
        return _about_size(desk, source, before)
    return None


def _about_size(desk: Desk, source: Source, before: Source) -> Question:
    return Question(
        f"{source.name}: a read of the directory “{source.system.name}” of "
        f"{at(source.taken_at, desk.organization.time_zone)}, made by the product itself, with "
        f"{plural(source.rows, 'person', 'people')} where {before.name} of "
        f"{at(before.taken_at, desk.organization.time_zone)} had {before.rows:,}. So many are missing that it is held "
        "and names no leaver. Did you look into the directory yourself, and is it right that all of them are gone? Yes "
        "lets whoever is missing from it count as gone, by this read and by later ones."
    )


def _about_rows(desk: Desk, source: Source, before: Source | None) -> Question:
    doubt = doubt_of(desk, before, source.rows)
    whole = {True: "said to be all of the page", False: "a part of the page", None: "perhaps a part of the page"}
    return Question(
        f"{source.name}: a {source.kind.value} roster of {source.system}, “{shown(source.label, 60)}” with "
        f"{plural(source.rows, 'row')}, {whole[source.is_complete]}, digest {source.digest}, of "
        f"{at(source.taken_at, desk.organization.time_zone)}, showing nothing newer than "
        f"{at(source.horizon, desk.organization.time_zone)}, brought {by(source.brought_by)}. "
        f"{doubt}{' ' if doubt else ''}"
        "Did you take these rows yourself, or compare them with the page yourself? Yes lets this roster verify and "
        "contradict what people said."
    )


def _preview_of(view: View, source: Source) -> Preview:
    found = view.snapshot_by_digest(source.system, source.kind, source.digest)
    if found is None:
        raise PreviewUnknown(source.digest)
    return view.preview(found)


def confirm_source(desk: Desk, *, source: str, answer: Answer) -> ImportedRoster:
    """A person stands for a roster that came as reported; it may verify from then on.

    A yes on a channel that is weaker than policy demands is written down, and changes nothing.
    """
    if not isinstance(answer, Answered) or not answer.yes:
        with desk.store.reading() as view:
            found = view.source(number_of(source))
            preview = _preview_of(view, found)
        said = ["Nothing changed: nobody said yes." if not isinstance(answer, NotAsked) else "It is confirmed already."]
        return reply_about(desk, found.kind, preview, "unchanged", said, source=found, next="")
    with desk.store.writing(replace(desk.actor, channel=answer.channel)) as change:
        found = change.source(number_of(source))
        if found.state is SourceState.RETRACTED:
            raise AlreadyRetracted(found.name)
        question = _question_about(change, desk, found)
        if question is None or question.digest != answer.question.digest:
            raise QuestionDrifted(found.name)
        preview = _preview_of(change, found)
        note_answer(change, found.name, answer)
        demanded = desk.policy.demands.of_roster
        if assurance_by(answer.channel, demanded) < Assurance.CONFIRMED:
            said = [f"Nothing changed: {too_weak(answer.channel, demanded)}. It counts {where_to_stand(desk, found)}."]
            return reply_about(desk, found.kind, preview, "unchanged", said, source=found, next="")
        confirmed = change.confirm_source(found.id, answer.question.digest)
        heard = hear(change, desk, confirmed)
    said = [f"{confirmed.name} now counts: {by(confirmed.confirmed_by or confirmed.brought_by)}."]
    return reply_about(desk, found.kind, preview, "imported", said, source=confirmed, heard=heard, next="")
