"""The comparison as it goes out: one member at a time, however many there are."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import Any, Final, NamedTuple, TextIO

from axure_lifecycle.cli.terminal import strong, tell, wrapped
from axure_lifecycle.cli.wording import Shellwords
from axure_lifecycle.domain.costs import yearly
from axure_lifecycle.domain.text import shown
from axure_lifecycle.domain.verdicts import Judgement, Reason, Verdict
from axure_lifecycle_tools.comparison import RECLAIMABLE, Item, SeatFinding, Whole
from axure_lifecycle_tools.listing import NO_ROSTER
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import explain
from axure_lifecycle_tools.wording import at, cite, plural

_KEPT_IN_MEMORY: Final = 1 << 20
"""Bytes of one group of lines; longer groups wait in a temporary file."""
_MOST_SUBSCRIPTIONS: Final = 5

URGENT_FIRST: Final = (
    Verdict.LEAVER,
    Verdict.WITHHELD,
    Verdict.LEAVING,
    Verdict.AMBIGUOUS,
    Verdict.NOT_IN_DIRECTORY,
    Verdict.HOLD,
    Verdict.NON_PERSONAL,
    Verdict.DEACTIVATED,
    Verdict.ACTIVE,
)


class Seats:
    """Findings about seats as they pass, and what is known when all have passed."""

    def __init__(self, desk: Desk, findings: Iterable[SeatFinding]) -> None:
        self._desk = desk
        self._findings = findings
        self._editions: Counter[str | None] = Counter()
        self.counts: Counter[str] = Counter()

    def __iter__(self) -> Iterator[SeatFinding]:
        for finding in self._findings:
            self.counts[finding.finding] += 1
            if finding.finding in RECLAIMABLE:
                self._editions[finding.edition] += 1
            yield finding

    def cost(self) -> tuple[dict[str, str], int]:
        """What the reclaimable seats cost a year by currency, and how many have no configured price."""
        costs, unpriced = yearly(self._editions.elements(), self._desk.policy)
        return {code: f"{cost:.2f}" for code, cost in sorted(costs.items())}, unpriced


def write_json(desk: Desk, whole: Whole, as_of: datetime, verdict: str | None, words: Shellwords) -> None:
    """One JSON object on standard output, written as the comparison runs; members by address, then seats."""
    out = sys.stdout
    head = {
        "as_of": as_of.isoformat(timespec="seconds"),
        "source": cite(whole.source, desk) if whole.source else None,
        "withheld_because": [words.speak(brake.sentence) for brake in whole.brakes],
        "directories": [cite(directory, desk) for directory in whole.directories],
        "licences": cite(whole.licences, desk) if whole.licences else None,
        "not_stated": list(map(words.speak, whole.silences)),
        "cautions": list(map(words.speak, whole.cautions)),
        **({"wanted": list(map(words.speak, whole.wanted))} if whole.wanted else {}),
        "counts": whole.counts,
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1])
    _write_list(out, "items", (item.model_dump_json() for item in _only(whole.items, verdict)))
    seats = Seats(desk, whole.seats)
    _write_list(out, "seats", (finding.model_dump_json() for finding in seats))
    cost, unpriced = seats.cost()
    tail = {
        "seat_counts": dict(sorted(seats.counts.items())),
        "yearly_cost": cost,
        "seats_without_price": unpriced,
        "next": words.speak("" if whole.source else NO_ROSTER),
    }
    out.write(", " + json.dumps(tail, ensure_ascii=False)[1:] + "\n")


def _write_list(out: TextIO, name: str, entries: Iterable[str]) -> None:
    out.write(f', "{name}": [')
    separator = "\n"
    for entry in entries:
        out.write(separator + entry)
        separator = ",\n"
    out.write("]")


def _only(items: Iterable[Item], verdict: str | None) -> Iterator[Item]:
    return (item for item in items if verdict is None or item.verdict == verdict)


# -- for people -------------------------------------------------------------------------------------------------------


def print_for_people(desk: Desk, whole: Whole, as_of: datetime, verdict: str | None, words: Shellwords) -> None:
    """Counts, then the members by verdict, then seats and money, then what withholds and what to do."""
    if whole.source is None:
        tell(words.speak(NO_ROSTER))
        return
    tell(f"{desk.organization.name}, {desk.organization.host}, as of {at(as_of, desk.organization.time_zone)}")
    tell(f"By {cite(whole.source, desk)}: {plural(sum(whole.counts.values()), 'member')}.")
    for directory in whole.directories:
        tell(f"Beside the directory “{directory.system.name}”: {cite(directory, desk)}.")
    for one in URGENT_FIRST:
        if whole.counts[one.value]:
            settled = whole.settled[one.value]
            decided = f", {settled:,} of them decided" if settled else ""
            tell(f"  {whole.counts[one.value]:>9,}  {one.value.replace('_', ' ')}{decided}")
    everybody = next((brake for brake in whole.brakes if brake.holds_everything), None)
    folds = everybody is not None and verdict is None
    if folds and whole.counts[Verdict.WITHHELD.value]:
        # A list of everybody says nothing that the reason does not say.
        title = f"WITHHELD, {whole.counts[Verdict.WITHHELD.value]:,}"
        _tell_wrapped(f"\n{strong(title)}. {words.speak(everybody.sentence if everybody else '')}")
    items = (one for one in _only(whole.items, verdict) if not (folds and one.verdict == Verdict.WITHHELD))
    listed = _print_groups(items, words)
    if verdict is None:
        _print_seats(desk, whole, words, folds=folds)
    for brake in whole.brakes:
        if not folds or brake is not everybody:
            _tell_wrapped(f"\n{strong('Withheld.')} {words.speak(brake.sentence)}")
    for caution in whole.cautions:
        _tell_wrapped(f"\n{strong('Mind.')} {words.speak(caution)}")
    for wish in whole.wanted:
        _tell_wrapped(f"\n{strong('Wanted.')} {words.speak(wish)}")
    for silence in whole.silences:
        _tell_wrapped(f"\n{strong('Not stated.')} {words.speak(silence)}")
    _print_next(listed, words, folds=folds)


def _tell_wrapped(text: str) -> None:
    tell(wrapped(text, sys.stdout))


class _Group(NamedTuple):
    """Members who are told under one title."""

    verdict: Verdict
    reason: Reason | None
    is_settled: bool

    @property
    def order(self) -> tuple[bool, int, str]:
        """What is settled comes last."""
        return self.is_settled, URGENT_FIRST.index(self.verdict), self.reason or ""

    def title(self, count: int) -> str:
        """The verdict and how many."""
        return f"{self.verdict.value.replace('_', ' ').upper()}{' BUT DECIDED' if self.is_settled else ''}, {count:,}"

    def meaning(self) -> str:
        """What it means for whoever reads."""
        if self.is_settled:
            return "A person decided what is to become of it; nobody is asked while the decision counts."
        return explain(Judgement(self.verdict, self.reason))


def _print_groups(items: Iterable[Item], words: Shellwords) -> set[Verdict]:
    """Print the members; returns the verdicts that ask for something."""
    with ExitStack() as stack:
        groups: dict[_Group, SpooledTemporaryFile[str]] = {}
        counts: Counter[_Group] = Counter()
        for item in items:
            key = _Group(Verdict(item.verdict), Reason(item.reason) if item.reason else None, item.is_settled)
            if key not in groups:
                groups[key] = stack.enter_context(
                    SpooledTemporaryFile(_KEPT_IN_MEMORY, "w+", encoding="utf-8", errors="backslashreplace")
                )
            groups[key].write(_line(item) + "\n")
            counts[key] += 1
        for group in sorted(groups, key=lambda one: one.order):
            _tell_wrapped(f"\n{strong(group.title(counts[group]))}. {words.speak(group.meaning())}")
            groups[group].seek(0)
            for line in groups[group]:
                sys.stdout.write(line)
        return {group.verdict for group in groups if not group.is_settled}


def _line(item: Item) -> str:
    parts = [
        item.name,
        item.role,
        f"last day {item.leave_date}" if item.leave_date else None,
        "/".join(item.directory_status) or None,
        f"in the directory as {item.directory_email}" if item.directory_email not in (None, item.email) else None,
        f"claimed by {' and '.join(item.claimed_by)}" if item.claimed_by else None,
        f"{item.case} is under way" if item.case else None,
        f"wanted {item.wanted}" if item.wanted else None,
        f"claimed: {item.claimed}" if item.claimed else None,
        "the directories disagree" if item.directories_disagree else None,
        f"decided: {item.decided_in_words}" if item.decided else None,
        f"flagged: {', '.join(item.flags).replace('_', ' ')}" if item.flags else None,
    ]
    return f"  {shown(item.email):<40}  {'; '.join(part for part in parts if part)}".rstrip()


_SEATS: Final = {
    "unassigned": "assigned to nobody",
    "assigned_to_leaver": "assigned to somebody who left",
    "assigned_to_deactivated": "assigned to somebody who is deactivated",
    "assigned_without_membership": "assigned to somebody without a membership",
    "assigned_withheld": "assigned to somebody whose verdict is withheld",
    "owner_left": "owned by somebody who left",
    "owner_deactivated": "owned by somebody who is deactivated",
    "manager_left": "managed by somebody who left",
    "owner_withheld": "owned by somebody about whom the verdict is withheld",
    "manager_withheld": "managed by somebody about whom the verdict is withheld",
    "manager_deactivated": "managed by somebody who is deactivated",
}


_WITHHELD: Final = frozenset(name for name in _SEATS if name.endswith("_withheld"))


def _print_seats(desk: Desk, whole: Whole, words: Shellwords, *, folds: bool) -> None:
    tell(f"\n{strong('SEATS')}")
    if whole.licences is None:
        tell("  No licence list was imported, so nothing is known of seats and what they cost. Save the License")
        tell(f"  Portal's subscriptions as a file, then: {words.line('import seats FILE')}")
        return
    tell(f"  By {cite(whole.licences, desk)}.")
    seats = Seats(desk, whole.seats)
    lines: dict[str, list[str]] = {}
    for finding in seats:
        if not (folds and finding.finding in _WITHHELD):
            lines.setdefault(finding.finding, []).append(_seat_line(finding))
    withheld = sum(seats.counts[name] for name in _WITHHELD) if folds else 0
    if not lines and not withheld:
        tell("  Nothing about them asks for action.")
    for name, meaning in _SEATS.items():
        if name in lines:
            tell(f"  {seats.counts[name]:,} {meaning}:")
            for line in lines[name]:
                tell(f"    {line}")
    if withheld:
        tell(f"  {withheld:,} more of people whose verdict is withheld, as everybody's is.")
    cost, unpriced = seats.cost()
    if cost:
        tell("  Reclaimable: " + ", ".join(f"{amount} {code}" for code, amount in cost.items()) + " a year.")
    if unpriced:
        tell(f"  {plural(unpriced, 'reclaimable seat')} without a configured price ([[seat_prices]] in config.toml).")


def _seat_line(finding: SeatFinding) -> str:
    names = finding.subscriptions[:_MOST_SUBSCRIPTIONS]
    more = len(finding.subscriptions) - len(names)
    parts: list[Any] = [
        shown(finding.email) if finding.email else None,
        ", ".join(names) + (f" and {more:,} more" if more else ""),
        finding.edition,
        f"renews {finding.renews_on}" if finding.renews_on else None,
        f"by {finding.bought_by.replace('_', ' ')}" if finding.bought_by else None,
    ]
    return "; ".join(part for part in parts if part)


def _print_next(listed: set[Verdict], words: Shellwords, *, folds: bool) -> None:
    steps: list[str] = []
    if Verdict.LEAVER in listed:
        steps.append(f"Offboard one leaver: {words.line('plan offboard ADDRESS')}")
    if listed & {Verdict.AMBIGUOUS, Verdict.NOT_IN_DIRECTORY}:
        steps.append(f"Say who an address is: {words.line('decide ADDRESS belongs-to OTHER')}")
        steps.append(f"  or that it is nobody of yours: {words.line('decide ADDRESS external --until DATE')}")
    if listed:
        steps.append(f"Look at one person: {words.line('check ADDRESS')}")
    if folds:
        return
    tell("\n" + ("\n".join(steps) if steps else "Nothing here asks for action."))
