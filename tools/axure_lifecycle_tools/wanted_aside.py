"""What identity providers pushed and nobody could read: kept aside, with the reason, and in nobody's way."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import Page
from axure_lifecycle.ports.wanted import KeptAside, PutAside
from axure_lifecycle_tools.spec import Desk, Reply, fit
from axure_lifecycle_tools.wording import plural, tamed

MOST_LISTED: Final = 200
MOST_BRIEF: Final = 5
"""Attributes of one person that an answer about them names; the list names all that are kept."""
_LONGEST_PATH: Final = 80
_LONGEST_REASON: Final = 100


class AsideEntry(BaseModel):
    """A person or a group of whom something is kept aside."""

    model_config = ConfigDict(extra="forbid")

    idp: str
    kind: str = Field(description="person or group.")
    name: str
    aside: list[str] = Field(description="The path of each attribute as it was pushed, and why it could not be read.")

    def line(self) -> str:
        """The same for a reader."""
        return f"{self.kind} “{tamed(self.name, 120)}” of {self.idp}: {'; '.join(self.aside)}"


class AsideList(Reply):
    """Everybody and every group of whom something is kept aside."""

    in_all: int
    kept: list[AsideEntry]
    cursor: str | None

    def text(self) -> str:
        """One line for each."""
        lines = [f"Of {plural(self.in_all, 'person or group', 'people and groups')} attributes are kept aside."]
        return "\n".join([*lines, *(f"- {one.line()}" for one in self.kept), *([self.next] if self.next else [])])


def list_aside(desk: Desk, *, cursor: str | None = None, most: int = MOST_LISTED) -> AsideList:
    """Groups, then people, by name."""
    with desk.store.reading() as view:
        found, rest, in_all = view.kept_aside(Page(most, cursor))

    def make(fitting: int) -> AsideList:
        more = len(found) > fitting or rest is not None
        goes_on = found[:fitting][-1].cursor if more else None
        told = f"More with the cursor “{shown(goes_on, 400)}”. " if goes_on else ""
        return AsideList(
            in_all=in_all,
            kept=[_entry(one) for one in found[:fitting]],
            cursor=goes_on,
            next=told + (_NEXT if in_all else "Nothing is kept aside."),
        )

    return fit(desk, make, most)


_NEXT: Final = (
    "Correct the attribute mapping of the identity provider; what can be read of the next push takes its place."
)


def _entry(one: KeptAside) -> AsideEntry:
    return AsideEntry(
        idp=shown(one.idp, 40),
        kind="group" if one.is_group else "person",
        name=shown(one.address or one.name, 120),
        aside=[say_aside(each) for each in one.aside],
    )


def say_aside(one: PutAside) -> str:
    """A path as it was pushed, and why it could not be read; both are text from outside."""
    return f"{shown(one.path, _LONGEST_PATH)} ({shown(one.because, _LONGEST_REASON).rstrip('.')})"


def say_brief(aside: Sequence[PutAside]) -> list[str]:
    """The first of them, and how many more there are and where."""
    told = [say_aside(one) for one in aside[:MOST_BRIEF]]
    left = len(aside) - len(told)
    return [*told, f"… and {left:,} more: `axure-lifecycle scim aside` names them all"] if left else told
