"""What came of settling what identity providers want, and how a pass says it."""

from dataclasses import dataclass, field
from typing import Final

from axure_lifecycle.domain.wishes import Hold
from axure_lifecycle_tools.wording import plural

_NOT_SAID: Final = (Hold.BRAKE, Hold.CEILING, Hold.UNDER_WAY)
"""Of brakes the sentence says more; what is under way asks for nothing beyond its case."""


@dataclass
class Settling:
    """What came of it."""

    quiet: int = 0
    """How many wishes asked for nothing."""
    opened: dict[str, str] = field(default_factory=dict[str, str])
    """Case → operation and whom it is about."""
    cancelled: list[str] = field(default_factory=list[str])
    waits: dict[str, int] = field(default_factory=dict[str, int])
    """Code → how many wishes were found to wait."""
    held_back: list[str] = field(default_factory=list[str])
    """Sentences for the operator; they name nobody."""
    beyond_ceiling: int = 0
    """Departures that only the ceiling holds back; a person may let exactly these pass."""
    changes_beyond_ceiling: int = 0
    """Likewise, people who are to be let in or changed."""
    beyond_digest: str = ""
    """Which people all of them are, and what is wanted for each."""
    newly_held: bool = False
    """Whether a brake holds somebody back whom it did not hold before."""

    @property
    def waiting(self) -> int:
        """How many wishes wait for something else than a brake, and not only for a case of theirs to be done."""
        return sum(count for code, count in self.waits.items() if code not in _NOT_SAID)

    @property
    def asks(self) -> bool:
        """Whether a person should look."""
        return bool(self.held_back or self.waiting)

    @property
    def is_idle(self) -> bool:
        """Whether nothing was done, and nothing waits for anybody."""
        return not (self.quiet or self.opened or self.cancelled or self.asks)


def say_settled(done: Settling) -> list[str]:
    """What came of it, in sentences for whoever reads a pass."""
    said = [f"Opened {case}: {what}." for case, what in done.opened.items()]
    said += [f"Cancelled {case}: it is no longer wanted." for case in done.cancelled]
    if done.quiet:
        said.append(f"{plural(done.quiet, 'wish', 'wishes')} asked for nothing.")
    said += done.held_back
    if done.waiting:
        said.append(f"{plural(done.waiting, 'wish waits', 'wishes wait')}; find_discrepancies says for what.")
    return said
