"""Erasing a former person: what it would take away is shown exactly, and only a person at a terminal says yes."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydantic import Field

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.erasing import (
    Erasure,
    Finder,
    NamedReports,
    OperatorStays,
    ReasonNames,
    StillHere,
    Traces,
)
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import View
from axure_lifecycle_tools.arguments import address_of
from axure_lifecycle_tools.spec import Answered, Desk, Question, QuestionDrifted, Reply
from axure_lifecycle_tools.wording import plural

MOST_NAMED: Final = 12
_PSEUDONYM_BYTES: Final = 6


class ErasedPerson(Reply):
    """What was erased, and what stays."""

    erased: bool
    pseudonym: str | None = Field(description="What stands in their place where a row had to stay.")
    lines: list[str]
    leftovers: list[str] = Field(default=[], description="What could not be taken away, and what to do about it.")

    def text(self) -> str:
        """Line by line."""
        return "\n".join([*self.lines, *self.leftovers, *filter(None, [self.next])])


def look_for(desk: Desk, people: Sequence[str], reason: str, *, is_forced: bool) -> Traces:
    """Whoever is to be erased, by every address.

    Raises `NotAnAddress`, `OperatorStays`, `ReasonNames`, and `StillHere` unless it is forced.
    """
    asked = [address_of(person) for person in people]
    with desk.store.reading() as view:
        traces = view.traces_of(_known(desk, view, asked))
    if desk.organization.operator in traces.addresses:
        raise OperatorStays(desk.organization.operator)
    if Finder(traces.addresses, "").names(reason):
        raise ReasonNames
    reasons = [f"active in {place}" for place in traces.active_in]
    if traces.open_cases:
        reasons.append(f"{_named('C', traces.open_cases)} {'is' if len(traces.open_cases) == 1 else 'are'} not over")
    if traces.owned_cases:
        theirs = f"{_named('C', traces.owned_cases)} {'is' if len(traces.owned_cases) == 1 else 'are'} theirs to do"
        reasons.append(
            f"{theirs} (hand over first: `axure-lifecycle assign {_named('C', traces.owned_cases[:1])} OWNER`)"
        )
    settings = {"[policy.run] owner": desk.policy.run.owner, "[reminders] escalate_to": desk.reminders.escalate_to}
    reasons += [f"{name} names them" for name, who in settings.items() if who and who.lower() in traces.addresses]
    if traces.live_tokens:
        reasons.append(f"{plural(traces.live_tokens, 'token')} of this server would let them in")
    if reasons and not is_forced:
        raise StillHere(asked[0], reasons)
    return traces


def _known(desk: Desk, view: View, asked: Sequence[Address]) -> list[Address]:
    """The asked addresses, and what the sources in force and decisions say is the same person's."""
    found = dict.fromkeys(asked)
    for address in asked:
        found.update(dict.fromkeys(view.person(address, desk.now, desk.policy.non_personal).addresses))
    return list(found)


def ask_about_erasing(desk: Desk, traces: Traces, *, removes_reports: bool = False) -> tuple[Question, NamedReports]:
    """The question with everything that would go and stay, counted by doing it and undoing it.

    Reports in the home are read for their addresses. Raises `ReportUnreadable`.
    """
    erasure = desk.store.rehearse_erasure(desk.actor, traces.addresses)
    reports = NamedReports(tuple(desk.reports.naming(Finder(traces.addresses, ""))), removes_reports)
    return Question(_question(erasure, reports)), reports


def _question(erasure: Erasure, reports: NamedReports) -> str:
    return "\n".join(
        [
            f"Erase for good: {', '.join(shown(one, 320) for one in erasure.addresses)}.",
            *(f"- {line}" for line in _going(erasure, reports)),
            "What stays:",
            *(f"- {line}" for line in _staying(erasure, reports)),
            "Backups, exports and bundles that were made before hold what they hold. Shall all of this be erased?",
        ]
    )


def _going(erasure: Erasure, reports: NamedReports) -> list[str]:
    naming = (
        f", and {plural(erasure.payloads_naming, 'payload')} about others that name them"
        if erasure.payloads_naming
        else ""
    )
    counted = (
        (erasure.roster_rows, "row", " of rosters and directory reads that are no longer in force"),
        (erasure.rosters_ready, "roster", " with them that lay ready and was not imported"),
        (erasure.wanted, "record", " of what an identity provider pushed about them"),
        (erasure.decisions, "decision", " about them"),
        (erasure.answers, "answer", " kept for a repeated call"),
        (erasure.access, "record", " of how they came in to this server"),
        (len(erasure.notices), "message", " that waited for them, which nobody gets now"),
    )
    lines = [f"{plural(erasure.payloads_about, 'payload')} of the trail about them{naming}."]
    lines += [f"{plural(count, noun)}{what}." for count, noun, what in counted if count]
    if erasure.cases:
        lines.append(f"Their name in {_named('C', erasure.cases)}: a pseudonym takes its place.")
    if erasure.texts:
        lines.append(f"Their address in the texts of {plural(erasure.texts, 'row')}: a pseudonym takes its place.")
    if erasure.files:
        lines.append(f"The attached files {_named('E', [number for number, _ in erasure.files])}.")
    if reports.names and reports.are_removed:
        lines.append(f"{_reports(reports)}, whole: `axure-lifecycle report` builds them anew, without them.")
    return lines


def _reports(reports: NamedReports) -> str:
    names = [shown(name, 120) for name in reports.names[:MOST_NAMED]]
    more = len(reports.names) - len(names)
    return f"Reports in the home that name them: {', '.join(names)}{f' and {more:,} more' if more else ''}"


def _staying(erasure: Erasure, reports: NamedReports) -> list[str]:
    lines = [
        "Of each record of the trail its number, moment, kind and digest: the chain still verifies.",
        "How many rows a roster had, its digest, and that a case was opened, done and verified.",
        "What texts say of them without their address, such as a name in somebody's note.",
    ]
    if erasure.standing:
        lines.append(
            f"Their rows in {', '.join(erasure.standing)}, which {'is' if len(erasure.standing) == 1 else 'are'} in "
            "force: erase again once a newer one without them is there."
        )
    if erasure.owned:
        lines.append(
            f"Whose {_named('C', erasure.owned)} {'is' if len(erasure.owned) == 1 else 'are'}: until handed over, "
            "messages go to them, and name them again."
        )
    if erasure.deeds:
        lines.append(
            f"{plural(erasure.deeds, 'payload')} in which they acted, or whose case it was: the trail's purpose."
        )
    if erasure.shared_files:
        lines.append(f"{_named('E', erasure.shared_files)}: attached to cases that are about others too.")
    if reports.names and not reports.are_removed:
        lines.append(f"{_reports(reports)}. Erase with --remove-reports, or remove them from the folder yourself.")
    return lines


def _named(letter: str, numbers: Sequence[int]) -> str:
    more = f" and {len(numbers) - MOST_NAMED:,} more" if len(numbers) > MOST_NAMED else ""
    return ", ".join(f"{letter}-{number}" for number in numbers[:MOST_NAMED]) + more


def erase(desk: Desk, traces: Traces, reason: str, answer: Answered, reports: NamedReports) -> ErasedPerson:
    """Erase for good what was shown, and nothing else. Raises `QuestionDrifted`.

    The answer is not written down: its question names whom it is about.
    """
    if not answer.yes:
        return ErasedPerson(erased=False, pseudonym=None, lines=["Nothing was erased: nobody said yes."])
    pseudonym = f"erased-{secrets.token_hex(_PSEUDONYM_BYTES)}"
    with desk.store.writing(replace(desk.actor, channel=answer.channel)) as change:
        erasure = change.erase_person(traces.addresses, pseudonym=pseudonym, reason=shown(reason, 1000))
        if _question(erasure, reports) != answer.question.text:
            raise QuestionDrifted("erasing")
    leftovers = [
        f"The file of E-{number} could not be removed from the home: remove evidence/{digest[:2]}/{digest} yourself."
        for number, digest in erasure.files
        if not desk.archive.remove(digest)
    ]
    leftovers += [
        f"reports/{shown(name, 120)} could not be removed from the home: remove it yourself."
        for name in (reports.names if reports.are_removed else ())
        if not desk.reports.remove(name)
    ]
    if not desk.store.compact():
        leftovers.append(
            "What was deleted may still lie in free parts of the database's own files until they are used again: "
            "somebody else is reading, there is no room, or it is a server. Let its administrator run VACUUM."
        )
    going, staying = _going(erasure, reports), _staying(erasure, reports)
    lines = [f"Erased; {pseudonym} stands in their place.", *going, "What stays:", *staying]
    return ErasedPerson(erased=True, pseudonym=pseudonym, lines=lines, leftovers=leftovers)
