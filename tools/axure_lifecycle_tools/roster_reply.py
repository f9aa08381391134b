"""What an import says: what happened, the numbers, and what the roster showed of open cases."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.sources import Moments, Source
from axure_lifecycle.domain.text import shown
from axure_lifecycle.ports import ChangedRow, Preview
from axure_lifecycle_tools.going_on import do_again
from axure_lifecycle_tools.settling import Heard
from axure_lifecycle_tools.spec import (
    Desk,
    Reply,
    fit,
)
from axure_lifecycle_tools.wording import at, cite, plural

MOST_SHOWN_MISTAKES: Final = 8
MOST_SHOWN_ROWS: Final = 10
"""Names of changed rows, and of rows that are gone."""


class ImportedRoster(Reply):
    """A preview, or what an import did."""

    stage: Literal["preview", "imported", "unchanged", "declined"]
    kind: str
    digest: str
    rows: int
    added: int
    changed: int
    gone: int
    unchanged: int
    compared_with: str | None
    first_changed: list[str] = Field(default=[], description="In a preview: the first of them, and what changes.")
    first_gone: list[str] = Field(default=[], description="In a preview: the first that this roster leaves out.")
    states: list[str] = Field(description="The fields that the roster states; any other is 'not stated'.")
    count_line: int | None = Field(description="The roster's own count; None when it has none.")
    refused: list[str] = Field(description="The first refused lines with their reasons.")
    refused_in_all: int
    source: str | None
    assurance: str | None
    taken_at: str | None
    complete: bool | None
    heard: list[str] = Field(
        description="Steps of cases that this roster verified or contradicted, and whether its bringer claimed them."
    )
    said: list[str]

    def text(self) -> str:
        """What happened, then the numbers."""
        numbers = (
            f"{plural(self.rows, 'row')}: {self.added:,} added, {self.changed:,} changed, {self.gone:,} gone, "
            f"{self.unchanged:,} as before"
            + (f" (compared with {self.compared_with})" if self.compared_with else " (nothing to compare with yet)")
        )
        return self._told([numbers])

    def text_without_numbers(self) -> str:
        """The same for somebody who was shown the numbers just now."""
        return self._told([])

    def _told(self, numbers: Sequence[str]) -> str:
        lines = [*self.said, *numbers]
        for word, first, in_all in (
            ("Changed", self.first_changed, self.changed),
            ("Gone", self.first_gone, self.gone),
        ):
            if first:
                more = f"; … and {in_all - len(first):,} more" if in_all > len(first) else ""
                lines.append(f"{word}: {'; '.join(first)}{more}.")
        if self.refused_in_all:
            lines += [f"{plural(self.refused_in_all, 'line')} refused:", *(f"- {one}" for one in self.refused)]
        lines += self.heard
        return "\n".join([*lines, self.next] if self.next else lines)


def reply_about(
    desk: Desk,
    kind: RosterKind,
    preview: Preview,
    stage: Literal["preview", "imported", "unchanged", "declined"],
    said: list[str],
    *,
    next: str,  # noqa: A002 - the field of the reply
    source: Source | None = None,
    heard: Sequence[Heard] = (),
    differing: tuple[Sequence[ChangedRow], Sequence[str]] | None = None,
) -> ImportedRoster:
    changed, gone = differing or ((), ())

    def make(most: int) -> ImportedRoster:
        return ImportedRoster(
            stage=stage,
            kind=kind.value,
            digest=preview.digest,
            rows=preview.totals.rows,
            added=preview.added,
            changed=preview.changed,
            gone=preview.gone,
            unchanged=preview.unchanged,
            compared_with=cite(preview.compared_with, desk) if preview.compared_with else None,
            first_changed=[_say_changed(row) for row in changed[:most]],
            first_gone=[shown(name, _LONGEST) for name in gone[:most]],
            states=list(preview.totals.columns),
            count_line=preview.totals.stated_count,
            refused=[
                f"line {mistake.line}: {mistake.reason}" if mistake.line else mistake.reason
                for mistake in preview.mistakes[: min(most, MOST_SHOWN_MISTAKES)]
            ],
            refused_in_all=preview.in_all_mistakes,
            source=source.name if source else None,
            assurance=source.assurance.value if source else None,
            taken_at=source.taken_at.isoformat(timespec="seconds") if source else None,
            complete=source.is_complete if source else None,
            heard=[say_heard(desk, one) for one in heard[:most]]
            + ([f"… and {len(heard) - most} more steps; list_cases shows the cases."] if len(heard) > most else []),
            said=said,
            next=next,
        )

    return fit(desk, make, 20)


_LONGEST: Final = 80
"""Characters of an address or a subscription."""


def _say_changed(row: ChangedRow) -> str:
    """What a row says otherwise now (`ana@acme.example (status active → deactivated)`)."""
    fields = [
        f"{field.replace('_', ' ')} {shown(was or 'not stated', 40)} → {shown(now or 'not stated', 40)}"
        for field, was, now in row.fields
    ]
    return f"{shown(row.name, _LONGEST)} ({', '.join(fields) or 'its people'})"


def say_heard(desk: Desk, heard: Heard) -> str:
    """What a source changed about a step, and what to do where it shows the opposite of what was said."""
    case, key = heard.case, heard.step.step.key
    where = f"{case.name} {case.subject}, step {key}"
    again = do_again(case, heard.step, heard.basis)
    if heard.too_early_until is not None:
        moment = at(heard.too_early_until, desk.organization.time_zone)
        return (
            f"{where}: shown otherwise by this roster ({heard.basis.replace('_', ' ')}), too early to contradict what "
            f"was said just before: bring one that is taken after {moment}."
        )
    same = ", brought by the one who made the claim" if heard.brought_by_claimer else ""
    if not heard.shows:
        return f"{where}: contradicted by this roster{same}; the case is {case.state.value}. It is {again}"
    return f"{where}: verified by this roster{same}; the case is {case.state.value}."


def page_of(desk: Desk, kind: RosterKind, directory: str) -> str:
    """Where the rows of a roster stand, in words for the person who took them from there."""
    match kind:
        case RosterKind.MEMBERS:
            return f"the members page of {desk.organization.host}"
        case RosterKind.SEATS:
            return "the License Portal"
        case RosterKind.DIRECTORY:
            return f"your directory “{directory}”"


def say_when(desk: Desk, when: Moments) -> list[str]:
    """Of when a roster speaks, in the same words before and after its import."""
    zone = desk.organization.time_zone
    counts = (
        f"It counts as of {at(when.taken_at, zone)}"
        if when.is_stated
        else "Nobody said when it was taken, so it counts as of now"
    )
    last = at(when.horizon, zone)
    if when.horizon < when.taken_at and last != at(when.taken_at, zone):
        return [f"{counts}; but the file was last changed {last}, and says nothing about what was claimed after that."]
    return [f"{counts}."]
