"""The applications whose people are managed by hand, as far as a plan has to know them.

What is known of one is data: its folder of playbooks says how things are done in it. An application that is gone stands
here too, with the sentence that says why there is nothing to plan, so that nobody looks for it again.
"""

from dataclasses import dataclass
from typing import ClassVar

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import HoldingKind, System
from axure_lifecycle.domain.text import shown


@dataclass(frozen=True, slots=True)
class Application:
    """One application."""

    id: str
    """As its folder is called: lower-case letters, digits and hyphens."""
    title: str
    """As people write it."""
    system: str
    """The name of the system that holds its memberships, as in `System`."""
    facts: tuple[str, ...]
    """Ids of the facts that say what it is."""
    host: str = ""
    """Where it answers, lower case, without scheme or path; empty where each customer has a host of their own, or
    nobody knows."""
    console: str = ""
    """Where its people are managed, as a path of clicks or an address; empty where nobody knows."""
    roles: tuple[str, ...] = ()
    """Its roles in its own words, from the most to the least; empty where nobody knows."""
    nothing_to_manage: str = ""
    """Why nobody can be managed in it, and what is left to do, as sentences; empty for an application that lives."""

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing to manage in it any more."""
        return bool(self.nothing_to_manage)

    @property
    def memberships(self) -> System:
        """The system whose rosters list its people, unless the organisation names one of its own."""
        return System(self.id, self.system, self.host, HoldingKind.MEMBERSHIP)


class ApplicationUnknown(LifecycleError):
    """Nothing is known about an application of that name."""

    code: ClassVar[str] = "application_unknown"

    def __init__(self, asked: str, existing: tuple[str, ...]) -> None:
        self.asked, self.existing = asked, existing
        super().__init__(
            f"Nothing was planned: no application is called “{shown(asked, 40)}” here. "
            f"There are: {', '.join(existing)}. Ask for one of these."
        )


class NothingToManage(LifecycleError):
    """The application is gone, and with it everything that could be planned."""

    code: ClassVar[str] = "nothing_to_manage"

    def __init__(self, application: Application) -> None:
        self.application = application
        super().__init__(f"Nothing was planned for {application.title}: {application.nothing_to_manage}")


def require_manageable(application: Application) -> None:
    """Raises `NothingToManage` for an application that is gone."""
    if application.is_gone:
        raise NothingToManage(application)
