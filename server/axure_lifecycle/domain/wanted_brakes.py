"""Brakes on what pushes ask for: nobody at the identity provider knows how many people one click of theirs means here.

The identity provider is told nothing of it: its wish is stored, and waits until a person lets it pass.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.organization import Limits
from axure_lifecycle.domain.wishes import Hold, Wait

_OF_NO_MATTER: Final = "no_directory"
"""The brake that no push minds: whoever pushes is a directory."""
_PERHAPS_LISTED: Final = "roster_shrunken"
_PERHAPS_THERE: Final = frozenset({"roster_stale", _PERHAPS_LISTED})


class Held(NamedTuple):
    """What holds departures, or changes, back."""

    wait: Wait
    is_ceiling: bool
    """Whether a person may let them pass; no brake is lifted by that."""


def hold_departures(wanted: int, *, members: int, of_late: int, brakes: Sequence[Brake], limits: Limits) -> Held | None:
    """Why no offboarding is opened for any of so many who are wanted off; None where they may be.

    `of_late` are those that pushes opened within the last 24 hours.
    """
    if not wanted:
        return None
    if (held := hold_by_brakes(brakes)) is not None:
        return held
    most = limits.allow_departures(members)
    if wanted + of_late > most:
        said = _over_the_ceiling(wanted, "off", of_late, members, most)
        return Held(Wait(Hold.CEILING, said), is_ceiling=True)
    return None


def hold_changes(wanted: int, *, members: int, of_late: int, limits: Limits) -> Held | None:
    """Why no case is opened for any of so many who are to be let in or changed; None where they may be.

    `of_late` are the cases for that which pushes opened within the last 24 hours.
    """
    most = limits.allow_changes(members)
    if wanted and wanted + of_late > most:
        said = _over_the_ceiling(wanted, "let in or changed", of_late, members, most)
        return Held(Wait(Hold.CEILING, said), is_ceiling=True)
    return None


def hold_by_brakes(brakes: Sequence[Brake]) -> Held | None:
    """Why nobody may be taken to have left, however few are wanted off; None where no brake is on."""
    found = next((brake for brake in brakes if brake.code != _OF_NO_MATTER), None)
    return None if found is None else Held(Wait(Hold.BRAKE, _held_back(found)), is_ceiling=False)


def hold_arrivals(brakes: Sequence[Brake]) -> Wait | None:
    """Why nobody counts as new: a roster that lost many rows leaves out people who are there."""
    found = next((brake for brake in brakes if brake.code == _PERHAPS_LISTED), None)
    return None if found is None else Wait(Hold.BRAKE, _held_back(found))


def say_left_out(brakes: Sequence[Brake]) -> str | None:
    """Why somebody whom the members roster does not list may be there all the same, as a sentence.

    A shrunken one leaves people out; an old one says nothing of those who came since.
    """
    found = next((brake for brake in brakes if brake.code in _PERHAPS_THERE), None)
    return None if found is None else _held_back(found)


def _held_back(brake: Brake) -> str:
    return f"Held back: {brake.sentence}"


def _over_the_ceiling(wanted: int, what: str, of_late: int, members: int, most: int) -> str:
    before = f" beside the {of_late:,} of the last 24 hours" if of_late else ""
    return (
        f"Held back: pushes want {wanted:,} people {what}{before}, of {members:,} members; {most:,} are usual. The "
        "identity provider is told nothing of it. Look at the list first; a person lets them pass with "
        "`axure-lifecycle run` at a terminal."
    )
