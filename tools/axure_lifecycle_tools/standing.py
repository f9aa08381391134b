"""One person beside every source: the verdict, and each record with where it is known from."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Final

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import Brake, InForce, find_brakes, sum_up
from axure_lifecycle.domain.holdings import Assurance
from axure_lifecycle.domain.sources import Source, is_older_than
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import Facts, Judgement, Reason, Verdict, judge
from axure_lifecycle.ports import Person, View
from axure_lifecycle_tools.demanding import where_to_stand
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.wording import on_day

_EXPLANATIONS: Final = {
    Verdict.DEACTIVATED: "The membership is off already.",
    Verdict.WITHHELD: "No verdict: the sources are not good enough today.",
    Verdict.AMBIGUOUS: "Several people of one directory list this address: decide first whose it is (record_decision).",
    Verdict.NOT_IN_DIRECTORY: "No complete read of a directory knew this address: find out who it is, never offboard "
    "it by itself.",
    Verdict.NON_PERSONAL: "A shared, service or mailbox account: no single person's leaving ends it.",
    Verdict.HOLD: "The person is suspended in the directory. That is a hold, not a departure.",
    Verdict.LEAVING: "The directory announces a last day that lies ahead.",
    Verdict.ACTIVE: "The directory knows the person as active.",
}
_REASONS: Final = {
    Reason.DEPROVISIONED: "The directory has deprovisioned the person.",
    Reason.DISABLED: "The directory has disabled the account. Whether that is a departure or a hold it does not say.",
    Reason.LEAVE_DATE_PASSED: "The last day that the directory announced has passed.",
    Reason.GONE_FROM_DIRECTORY: "An earlier read of the directory knew the person; the newest one does not.",
}


_PERHAPS_A_PART: Final = (
    "No complete read of a directory knew this address, and the read in force may be a part: bring the whole directory "
    "first, or find out who it is; never offboard it by itself."
)


def explain(judgement: Judgement, facts: Facts | None = None) -> str:
    """A verdict in words for a person; with the facts behind it, also how far it may be wrong."""
    said = _REASONS[judgement.reason] if judgement.reason else _EXPLANATIONS[judgement.verdict]
    is_all_known = facts is None or all(sighting.is_complete for sighting in facts.sightings)
    if judgement.verdict is Verdict.NOT_IN_DIRECTORY and not is_all_known:
        said = _PERHAPS_A_PART
    if judgement.verdict is Verdict.WITHHELD and judgement.reason:
        said = f"Withheld. {said}"
    if judgement.directories_disagree:
        said += " The directories disagree."
    return said


def brakes_now(view: View, desk: Desk, as_of: datetime) -> tuple[Brake, ...]:
    """Every brake that is on."""
    members = view.source_in_force(desk.organization.cloud_for_business, as_of)
    directories = [InForce(one, view.source_before(one)) for one in directories_in_force(view, as_of)]
    roster = None if members is None else InForce(members, view.source_before(members))
    return find_brakes(roster, directories, desk.limits, as_of, partial(where_to_stand, desk))


def silences(view: View, desk: Desk, as_of: datetime) -> tuple[str, ...]:
    """What the sources in force do not state although a verdict could lean on it, one sentence each."""
    members = view.source_in_force(desk.organization.cloud_for_business, as_of)
    licences = view.source_in_force(desk.organization.license_portal, as_of)
    directories = directories_in_force(view, as_of)
    parts = [f"{_name(one)} {_PART}" for one in directories if not one.is_whole]
    return (
        *_missing_perhaps(view, members),
        *parts,
        *_doubts_about_licences(licences, desk, as_of),
        *(
            f"{_name(source)} {sentence}"
            for source, silent in [(members, _MEMBERS_SILENT), *((one, _DIRECTORY_SILENT) for one in directories)]
            if source is not None
            for column, sentence in silent.items()
            if column not in source.columns
        ),
    )


_PART: Final = (
    "is not known to be the whole directory: whoever it leaves out reads as not in directory although the directory "
    "may know them, and nobody counts as gone."
)


def _doubts_about_licences(licences: Source | None, desk: Desk, as_of: datetime) -> Iterator[str]:
    """Why the licence list in force may not be how it is today."""
    if licences is None:
        return
    if is_older_than(licences, desk.limits.members_roster_days, as_of):
        day = on_day(licences.taken_at, desk.organization.time_zone)
        yield (
            f"{_name(licences)}, the licence list, is of {day}, more than {desk.limits.members_roster_days} days old: "
            "whose the seats are may have changed since."
        )
    if licences.assurance < Assurance.CONFIRMED:
        yield f"{_name(licences)}, the licence list, is only reported: nobody stands for what is said of seats."


def waits(view: View, desk: Desk, as_of: datetime) -> tuple[str, ...]:
    """The directory reads that wait for a person, one sentence each."""
    told: list[str] = []
    for source in view.sources_waiting(as_of):
        newest = view.source_in_force(source.system, as_of)
        other = newest.name if newest is not None and newest.id != source.id else "the other directory"
        told.append(
            f"{_name(source)}, a read of the directory “{source.system.name}”, waits to be confirmed: an assistant "
            f"brought it, so {other} stays in force until a person stands for it: {where_to_stand(desk, source)}."
        )
    return tuple(told)


def directories_in_force(view: View, as_of: datetime) -> tuple[Source, ...]:
    """The reads of the directories that count, by the directory's name."""
    found = (view.source_in_force(system, as_of) for system in view.directories())
    return tuple(source for source in found if source is not None)


def _name(source: Source) -> str:
    return f"{source.name} “{shown(source.label, 60)}”"


def _missing_perhaps(view: View, members: Source | None) -> tuple[str, ...]:
    """Whether a members roster that may be a part leaves out people of one that was whole."""
    before = view.source_before(members) if members is not None and not members.is_whole else None
    if members is None or before is None or not before.is_whole or members.rows >= before.rows:
        return ()
    return (
        f"{_name(members)} is not known to be the whole list, and has {members.rows} rows where {before.name} had all "
        f"{before.rows}: whoever is missing from it may still have access and is in no verdict here.",
    )


_MEMBERS_SILENT: Final = {
    "status": "states no status: somebody who is deactivated already reads as a member.",
}
_DIRECTORY_SILENT: Final = {
    "standing": "states no status: everybody in it reads as active, leavers too.",
    "leave_at": "states no leave date: somebody who is leaving reads as active.",
    "kind": "states no kind of account: a shared or service account reads as a person, unless a pattern in the "
    "configuration names it.",
}
"""Column → what its absence does to the verdicts."""


class Judge:
    """Verdicts under the brakes of one moment. Many members share their facts, so each is judged once."""

    def __init__(self, brakes: Sequence[Brake]) -> None:
        self.brakes = tuple(brakes)
        self._sum = sum_up(brakes)
        self._known: dict[Facts, Judgement] = {}

    @property
    def roster_holds(self) -> bool:
        """Whether a brake of the members roster is on."""
        return self._sum.roster_holds

    def __call__(self, facts: Facts) -> Judgement:
        """The verdict for these facts."""
        judgement = self._known.get(facts)
        if judgement is None:
            judgement = self._known[facts] = judge(facts, self._sum)
        return judgement


def look_up(view: View, desk: Desk, address: Address, as_of: datetime) -> Person:
    """Everything the sources in force say about whoever the address leads to."""
    return view.person(address, as_of, desk.policy.non_personal, desk.organization.cloud_for_business)


def sources_of(person: Person) -> Iterable[Source]:
    """Every source that says something about the person, each once."""
    seen: dict[int, Source] = {}
    for records in (person.members, person.seats, person.directory):
        for record in records:
            seen.setdefault(record.source.id, record.source)
    return seen.values()
