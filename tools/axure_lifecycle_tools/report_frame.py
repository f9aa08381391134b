"""What every report has: its moment, what it is made from, and what withholds."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.brakes import Brake
from axure_lifecycle.domain.holdings import Actor, Assurance
from axure_lifecycle.domain.reports import Column, Row, Tone
from axure_lifecycle.domain.sources import Source
from axure_lifecycle.domain.verdicts import Verdict
from axure_lifecycle.ports import View
from axure_lifecycle_tools.spec import Desk
from axure_lifecycle_tools.standing import directories_in_force
from axure_lifecycle_tools.wanted_words import differences, mark
from axure_lifecycle_tools.wording import by, cite

AT_A_TIME: Final = 500
"""People of whom everything else is looked up in one go."""

VERDICT_TONES: Final = {
    Verdict.LEAVER.value: Tone.BAD,
    Verdict.WITHHELD.value: Tone.WITHHELD,
    Verdict.LEAVING.value: Tone.NOTICE,
    Verdict.AMBIGUOUS.value: Tone.NOTICE,
    "not in directory": Tone.NOTICE,
    Verdict.HOLD.value: Tone.NOTICE,
    "non personal": Tone.PLAIN,
    Verdict.DEACTIVATED.value: Tone.PLAIN,
    Verdict.ACTIVE.value: Tone.GOOD,
}
ASSURANCE_TONES: Final = {
    Assurance.REPORTED.value: Tone.NOTICE,
    Assurance.CONFIRMED.value: Tone.PLAIN,
    Assurance.VERIFIED.value: Tone.GOOD,
}

_Each = TypeVar("_Each")


def in_words(name: str) -> str:
    """A word of ours for readers (`not in directory`)."""
    return name.replace("_", " ")


def say_who(actor: Actor, assurance: Assurance) -> str:
    """Who said something, by which channel, and what that is worth (`pat@acme.example at a terminal, confirmed`)."""
    return f"{by(actor)}, {assurance.value}"


def in_parts(rows: Iterable[_Each]) -> Iterator[list[_Each]]:
    """Rows, a few hundred at a time."""
    rows = iter(rows)
    while part := list(islice(rows, AT_A_TIME)):
        yield part


def sources_in_force(view: View, desk: Desk, as_of: datetime, *, licences: bool) -> tuple[str, ...]:
    """What a comparison leans on, one line each, and who brought it."""
    organization = desk.organization
    found: list[tuple[str, Source | None]] = [("Members", view.source_in_force(organization.cloud_for_business, as_of))]
    if licences:
        found.append(("Licences", view.source_in_force(organization.license_portal, as_of)))
    found += [(f"Directory “{one.system.name}”", one) for one in directories_in_force(view, as_of)]
    return tuple(f"{what}: {_say(source, desk)}" for what, source in found)


def _say(source: Source | None, desk: Desk) -> str:
    if source is None:
        return "none was brought."
    stands = source.confirmed_by or source.brought_by
    whole = {True: "complete", False: "a part", None: "not known to be complete"}[source.is_complete]
    return f"{cite(source, desk)}; {source.rows:,} rows, {whole}; {say_who(stands, source.assurance)}."


def say_brakes(brakes: Sequence[Brake]) -> tuple[str, ...]:
    """Why something is withheld, each reason once."""
    return tuple(dict.fromkeys(brake.sentence for brake in brakes))


WANTED: Final = Column("wanted", "Wanted", 0, is_beneath=True, before="wanted")
"""By identity providers; only where one is configured to push."""


def with_wanted(desk: Desk, columns: tuple[Column, ...], place: int) -> tuple[Column, ...]:
    """Columns with what is wanted beneath the one before `place`."""
    return (*columns[:place], WANTED, *columns[place:]) if desk.scim.idps else columns


def beside_wanted(
    view: View, desk: Desk, rows: Iterable[Row], about: Callable[[Row], object], place: int, *, is_now: bool
) -> Iterator[Row]:
    """Rows with what is wanted for whom each is about, by address; None for nobody in particular."""
    if not desk.scim.idps:
        yield from rows
        return
    for part in in_parts(rows):
        whom = [about(row) for row in part]
        wishes = mark(view, desk, {Address(str(one)) for one in whom if one is not None}, is_now=is_now)
        for row, one in zip(part, whom, strict=True):
            yield (*row[:place], None if one is None else wishes.get(Address(str(one))), *row[place:])


def is_of_now(desk: Desk, made_at: datetime) -> bool:
    """Whether a report speaks of the moment in which it is made: what was wanted earlier is not kept as such."""
    return desk.now == made_at


def say_wanted_now(view: View, desk: Desk, made_at: datetime) -> tuple[str, ...]:
    """Where what identity providers push differs from what is known."""
    return tuple(differences(view, desk)) if is_of_now(desk, made_at) else ()
