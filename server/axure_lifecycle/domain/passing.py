"""What one pass may do without anybody: what it opens, what it only proposes, and what holds it back.

A pass proposes an offboarding for everybody whose last day has come and about whom no case stands. It opens cases only
where policy says so, and even then never under a brake, never beyond the ceiling on departures, and never for somebody
of whom the directories do not clearly say that they are gone: a disabled account may be a hold.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.organization import Limits
from axure_lifecycle.domain.policies import Opening
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.trail import canonical
from axure_lifecycle.domain.verdicts import Reason, Verdict


class Candidate(NamedTuple):
    """Somebody whom the comparison singles out and about whom no case stands."""

    address: Address
    verdict: Verdict
    reason: Reason | None
    leaves_on: date | None
    """The last day that a directory announces, where the organisation is."""
    directories_disagree: bool = False
    was_cancelled: bool = False
    """Whether a person cancelled the newest offboarding of them: what a person ended no pass begins again."""


CLEARLY_GONE: Final = frozenset({Reason.DEPROVISIONED, Reason.LEAVE_DATE_PASSED, Reason.GONE_FROM_DIRECTORY})
"""The reasons for which a case may be opened by itself. `disabled` is none: whether that is a departure or a hold, the
directory does not say, so a person is asked."""


def has_come(candidate: Candidate, today: date) -> bool:
    """Whether the last day of somebody has come, as far as anybody says.

    >>> ana = Candidate(Address("ana@acme.example"), Verdict.LEAVING, None, date(2026, 11, 30))
    >>> has_come(ana, date(2026, 11, 29)), has_come(ana, date(2026, 11, 30))
    (False, True)
    """
    if candidate.verdict is Verdict.LEAVING:
        return candidate.leaves_on is not None and candidate.leaves_on <= today
    return candidate.verdict is Verdict.LEAVER


def _is_clear(candidate: Candidate) -> bool:
    is_gone = candidate.verdict is Verdict.LEAVING or candidate.reason in CLEARLY_GONE
    return is_gone and not candidate.directories_disagree and not candidate.was_cancelled


@dataclass(frozen=True, slots=True)
class Openings:
    """What follows from the candidates."""

    to_open: tuple[Candidate, ...]
    proposed: tuple[Candidate, ...]
    """Whom a person decides about; those that are held back are among them."""
    held_back: str | None
    """Why nothing is opened although policy would, as a sentence."""
    beyond_ceiling: int = 0
    """How many are held back by the ceiling alone; a person may let exactly these pass."""
    beyond_digest: str = ""
    """Which people they are, as `digest_of_people` has it; empty where nobody is."""


def digest_of_people(names: Iterable[str]) -> str:
    """SHA-256, lower-case hexadecimal, of a set of people: a yes that was said about them counts for nobody else.

    >>> digest_of_people(["ana", "bo"]) == digest_of_people(["bo", "ana"]) != digest_of_people(["ana", "cy"])
    True
    """
    return sha256(canonical({"people": sorted(set(names))}).encode()).hexdigest()


def decide_openings(
    candidates: Sequence[Candidate],
    *,
    today: date,
    members: int,
    opened_of_late: int,
    brakes: Sequence[Brake],
    limits: Limits,
    opening: Opening,
    let_pass: str = "",
) -> Openings:
    """Whom a pass opens a case for, in the order given.

    `opened_of_late` are the cases that passes opened within the last 24 hours: several passes together open no more
    than one may. `let_pass`: the digest of those beyond the ceiling to whom a person said yes; no brake is lifted by
    it.
    """
    come = tuple(one for one in candidates if has_come(one, today))
    clear = tuple(one for one in come if _is_clear(one))
    if opening is Opening.NEVER or not clear:
        return Openings((), come, None)
    if brakes:
        return Openings((), come, f"No case is opened by itself while a brake is on. {brakes[0].sentence}")
    most = limits.allow_departures(members)
    digest = digest_of_people(one.address for one in clear)
    if len(clear) + opened_of_late > most and let_pass != digest:
        return Openings((), come, over_the_ceiling(len(clear), opened_of_late, members, most), len(clear), digest)
    return Openings(clear, tuple(one for one in come if not _is_clear(one)), None)


def over_the_ceiling(wanted: int, opened_of_late: int, members: int, most: int) -> str:
    """Why so many are not opened in one go, as a sentence."""
    before = f" beside the {opened_of_late:,} of the last 24 hours" if opened_of_late else ""
    return (
        f"No case is opened by itself: {wanted:,} departures{before} of {members:,} members are more than the "
        f"{most:,} that are usual. Look at the list first; a person lets them pass with `axure-lifecycle run` at a "
        "terminal."
    )


class PassUnderWay(LifecycleError):
    """Another pass works on this store."""

    code = "pass_under_way"

    def __init__(self, holder: str, since: str) -> None:
        self.holder = holder
        super().__init__(
            f"No pass was made: one is under way ({shown(holder, 80)}, since {since}). "
            "Wait until it has ended; one that was killed gives way by itself within minutes."
        )


class PassLost(LifecycleError):
    """The pass took so long that another one took over."""

    code = "pass_lost"

    def __init__(self) -> None:
        super().__init__(
            "The pass ended half-way: it was held up for so long that another pass may have taken its place. What it "
            "recorded stands; run it again, it goes on where it was."
        )


class PartOutcome(StrEnum):
    """What became of a part of a pass."""

    NOTHING = "nothing"
    DONE = "done"
    ATTENTION = "attention"
    """A person should look."""
    FAILED = "failed"


NOTHING_TO_DO: Final = 0
ATTENTION: Final = 10
PARTLY_FAILED: Final = 11
ALREADY_RUNNING: Final = 12


def exit_code(parts: Sequence[PartOutcome]) -> int:
    """What a pass ends with: 11 where a part of it failed, else 10 where a person should look, else 0.

    >>> exit_code([PartOutcome.DONE, PartOutcome.ATTENTION]), exit_code([PartOutcome.FAILED, PartOutcome.ATTENTION])
    (10, 11)
    """
    if PartOutcome.FAILED in parts:
        return PARTLY_FAILED
    return ATTENTION if PartOutcome.ATTENTION in parts else NOTHING_TO_DO
