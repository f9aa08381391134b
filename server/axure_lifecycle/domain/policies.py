"""What a pass may do by itself, as the organisation decided in advance."""

from dataclasses import dataclass
from enum import StrEnum


class Opening(StrEnum):
    """Whether a pass opens offboarding cases by itself."""

    NEVER = "never"
    """It only proposes."""
    AT_LAST_DAY = "at_last_day"
    """Once somebody's last day has come, or the directories show them gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPolicy:
    """`[policy.run]`."""

    opening: Opening = Opening.NEVER
    owner: str | None = None
    """Whose the cases are that a pass opens; None: the operator's."""
