"""The arguments that several verbs share: described once, read once, refused in one way."""

from datetime import date, datetime, time
from typing import Annotated, Final, Literal

from pydantic import Field

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.text import shown
from axure_lifecycle_tools.spec import Desk

LONGEST_REASON: Final = 1000
YEARS: Final = range(2000, 9999)
"""In which a day can mean anything here."""

Person = Annotated[
    str,
    Field(
        description="The person's e-mail address, e.g. ana@acme.example. Any address that a directory lists for them.",
        examples=["ana@acme.example"],
        min_length=1,
        max_length=320,
    ),
]
Day = Annotated[
    str | None,
    Field(description="A day, ISO 8601, e.g. 2026-11-23.", examples=["2026-11-23"], max_length=10),
]
Cursor = Annotated[
    str | None,
    Field(description="The `cursor` of the last answer, to go on there.", max_length=400),
]
Because = Annotated[
    str,
    Field(
        description="Why, in a sentence; kept in the trail.",
        examples=["HR-1142"],
        min_length=1,
        max_length=LONGEST_REASON,
    ),
]
RequestKey = Annotated[
    str | None,
    Field(
        description="Your own text, the same when you repeat this call: a repeat then gets the first answer.",
        max_length=100,
    ),
]
CaseName = Annotated[
    str, Field(description="A case, e.g. C-12.", examples=["C-12"], pattern=r"^[Cc]-?[0-9]{1,12}$", max_length=16)
]
VerdictName = Literal[
    "deactivated",
    "withheld",
    "ambiguous",
    "not_in_directory",
    "non_personal",
    "hold",
    "leaver",
    "leaving",
    "active",
]


class NotAnAddress(LifecycleError):
    """An address was needed, and something else was given."""

    code = "not_an_address"

    def __init__(self, given: str) -> None:
        super().__init__(
            f"“{shown(given, 80)}” is no e-mail address, and only an address names a person for certain. "
            "Call check_user with the name to see who may be meant, then use the address."
        )


class NotADay(LifecycleError):
    """A day was needed, and something else was given."""

    code = "not_a_day"

    def __init__(self, given: str) -> None:
        super().__init__(f"“{shown(given, 40)}” is no day. Write it as year, month and day: 2026-11-23.")


def address_of(person: str) -> Address:
    """The address that an argument names. Raises `NotAnAddress`."""
    address = normal(person)
    if address is None:
        raise NotAnAddress(person)
    return address


def day_of(text: str | None) -> date | None:
    """The day that an argument names. Raises `NotADay`."""
    if text is None:
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise NotADay(text) from None
    if day.year not in YEARS:
        raise NotADay(text)
    return day


def moment_of(as_of: str | None, desk: Desk) -> datetime:
    """The moment of a view: now, or the end of a day in the organisation's time zone. Raises `NotADay`."""
    day = day_of(as_of)
    return desk.now if day is None else datetime.combine(day, time.max, desk.organization.time_zone)


def number_of(name: str) -> int:
    """The number behind `C-12`, `R-7`, `K-31`, `F-3`, `S-3`, `E-3`."""
    return int(name.lstrip("CRKAFSEcrkafse-"))
