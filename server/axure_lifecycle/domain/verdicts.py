"""What a membership means, once every directory has been heard.

A verdict is made from what the roster and the directories state and from nothing else. The order in which the
questions are asked is the precedence of the verdicts:

1. Is the membership off already?                                  `deactivated`
2. May the directory be believed at all today?                     `withheld`
3. Do several people of one directory claim the address?           `ambiguous`
4. Does no snapshot in force, and did no complete one, know it?    `not_in_directory`
5. Is it nobody's own account?                                     `non_personal`
6. Is the person suspended?                                        `hold`
7. Has the person left, and may the sources be believed?           `leaver`, else `withheld`
8. Will the person leave on a known day?                           `leaving`
9. Otherwise                                                       `active`

With several directories, active anywhere wins, then leaving, then hold; the disagreement is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from axure_lifecycle.domain.rosters import Standing


class Verdict(StrEnum):
    """What a person should think of one membership."""

    DEACTIVATED = "deactivated"
    WITHHELD = "withheld"
    AMBIGUOUS = "ambiguous"
    NOT_IN_DIRECTORY = "not_in_directory"
    NON_PERSONAL = "non_personal"
    HOLD = "hold"
    LEAVER = "leaver"
    LEAVING = "leaving"
    ACTIVE = "active"


TO_ACT_ON: Final = frozenset(Verdict) - {Verdict.ACTIVE, Verdict.DEACTIVATED}
"""The verdicts that ask something of a person."""


class Reason(StrEnum):
    """Why somebody counts as a leaver."""

    DEPROVISIONED = "deprovisioned"
    DISABLED = "disabled"
    LEAVE_DATE_PASSED = "leave_date_passed"
    GONE_FROM_DIRECTORY = "gone_from_directory"


class DecisionKind(StrEnum):
    """What people can decide about an address, so that the same question does not come back every morning."""

    BELONGS_TO = "belongs_to"
    """The address is another address of this directory person."""
    EXTERNAL = "external"
    """Somebody outside the directory who may keep access until a date."""
    NON_PERSONAL = "non_personal"
    """A shared, service or mailbox account."""
    KEEP = "keep"
    """Keep as it is, for the reason given."""


class Sighting(NamedTuple):
    """What one directory's snapshot in force says about an address."""

    claimants: int
    """How many of its people list the address; 0 when it does not know it."""
    standing: Standing | None
    """Of the one claimant; None when there is none."""
    is_person: bool | None
    """False for a shared, service or mailbox account; None when the directory does not say."""
    leave_day: int
    """-1: the announced day has passed; 1: it lies ahead; 0: none is announced."""
    known_before: bool
    """Whether an earlier snapshot of the same directory knew the address, of nobody who is still listed by their id.

    Whoever has another address by now, or none, has not gone; unless the account is switched off as well.
    """
    is_complete: bool
    """Whether the snapshot in force is known to be complete: only then is somebody who is missing gone."""


class Facts(NamedTuple):
    """All that decides a verdict. Many members share one value: a comparison meets a few dozen of them."""

    is_off: bool
    sightings: tuple[Sighting, ...]
    """One per directory that has a snapshot in force, in the order of their names."""
    matches_non_personal_pattern: bool = False
    decision: DecisionKind | None = None
    """The decision in force for this address, if any."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reason."""

    verdict: Verdict
    reason: Reason | None = None
    """For a leaver, and for one withheld."""
    directories_disagree: bool = False
    """Whether another directory would have given another verdict."""
    is_decided: bool = False
    """Whether a person's decision stands that settles what to do about it."""


@dataclass(frozen=True, slots=True)
class Brakes:
    """Which sources may not be leaned on today."""

    roster_holds: bool
    """The members roster is stale or shrunken: it names no leaver."""
    directory_holds: bool
    """A directory snapshot is stale or missing: nothing that leans on it is said."""


def judge(facts: Facts, brakes: Brakes) -> Judgement:
    """The verdict on one membership."""
    if facts.is_off:
        return Judgement(Verdict.DEACTIVATED)
    if brakes.directory_holds:
        return Judgement(Verdict.WITHHELD)
    decided = facts.decision in (DecisionKind.KEEP, DecisionKind.EXTERNAL)
    if any(sighting.claimants > 1 for sighting in facts.sightings):
        return Judgement(Verdict.AMBIGUOUS, is_decided=decided)
    if facts.decision is DecisionKind.NON_PERSONAL:
        return Judgement(Verdict.NON_PERSONAL, is_decided=True)
    if not any(sighting.claimants or sighting.known_before for sighting in facts.sightings):
        return Judgement(Verdict.NOT_IN_DIRECTORY, is_decided=decided)
    if facts.matches_non_personal_pattern or any(sighting.is_person is False for sighting in facts.sightings):
        return Judgement(Verdict.NON_PERSONAL, is_decided=decided)
    best, disagree = _hear_all(facts.sightings)
    # "Keep as it is" was said of somebody who had not left; a departure asks anew. An external's day was said for it.
    decided = decided and not (best.reason is not None and facts.decision is DecisionKind.KEEP)
    if best.verdict is Verdict.LEAVER and brakes.roster_holds:
        return Judgement(Verdict.WITHHELD, best.reason, disagree, decided)
    return Judgement(best.verdict, best.reason, disagree, decided)


_KINDEST_FIRST: Final = (Verdict.ACTIVE, Verdict.LEAVING, Verdict.HOLD, Verdict.WITHHELD, Verdict.LEAVER)


def _hear_all(sightings: Sequence[Sighting]) -> tuple[Judgement, bool]:
    heard = [_hear(sighting) for sighting in sightings if sighting.claimants or sighting.known_before]
    best = min(heard, key=lambda judgement: _KINDEST_FIRST.index(judgement.verdict))
    return best, any(judgement.verdict is not best.verdict for judgement in heard)


def _hear(sighting: Sighting) -> Judgement:
    if not sighting.claimants:
        verdict = Verdict.LEAVER if sighting.is_complete else Verdict.WITHHELD
        return Judgement(verdict, Reason.GONE_FROM_DIRECTORY)
    match sighting.standing:
        case Standing.HOLD:
            return Judgement(Verdict.HOLD)
        case Standing.DEPROVISIONED:
            return Judgement(Verdict.LEAVER, Reason.DEPROVISIONED)
        case Standing.DISABLED:
            return Judgement(Verdict.LEAVER, Reason.DISABLED)
        case Standing.ACTIVE | Standing.UNKNOWN | None:
            # An unknown word of a directory is no departure: it is kept and shown beside the verdict.
            if sighting.leave_day < 0:
                return Judgement(Verdict.LEAVER, Reason.LEAVE_DATE_PASSED)
            return Judgement(Verdict.LEAVING if sighting.leave_day > 0 else Verdict.ACTIVE)
