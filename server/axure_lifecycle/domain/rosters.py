"""What a roster says, row by row, before anybody believes it.

A roster is a table that a person or an assistant brings: the members page, the licence list, a directory as a plain
file. A field that a roster does not state is None: "not stated", which is never the same as "no".
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from axure_lifecycle.domain.addresses import Address


class RosterKind(StrEnum):
    """Which table a roster is."""

    MEMBERS = "members"
    SEATS = "seats"
    DIRECTORY = "directory"


class Standing(StrEnum):
    """What a directory says about a person, in the product's words; the directory's own word is kept beside it."""

    ACTIVE = "active"
    HOLD = "hold"
    DISABLED = "disabled"
    DEPROVISIONED = "deprovisioned"
    UNKNOWN = "unknown"


class MemberRow(NamedTuple):
    """One line of a members roster."""

    line: int
    """Where it stands in the file or the paste, counted from 1, header included."""
    address: Address
    shown_as: str
    """The address as the roster writes it, blanks and case included, control characters shown as such."""
    display_name: str | None = None
    role: str | None = None
    """In the application's own words ("Technical Admin")."""
    status: str | None = None
    """In the product's words: `active`, `deactivated`, `invited`; any other word of the roster is kept, lower-cased."""
    use_sso: bool | None = None
    flags: tuple[str, ...] = ()
    """What a person should see about this row: `look_alike`, `formula_disarmed`, `control_characters_shown`, …"""


class SeatRow(NamedTuple):
    """One subscription of a licence roster. Owner, manager and assigned user are three different holdings."""

    line: int
    subscription: str
    edition: str | None = None
    owner: Address | None = None
    managers: tuple[Address, ...] = ()
    assigned: Address | None = None
    """None when the subscription stands unassigned."""
    renews_on: date | None = None
    bought_by: str | None = None
    """In the product's words: `card`, `purchase_order`; any other word of the roster is kept, lower-cased."""
    flags: tuple[str, ...] = ()


class DirectoryRow(NamedTuple):
    """One person or account of a directory."""

    line: int
    key: str
    """What the directory itself identifies the person by; the address where it names nothing better."""
    address: Address
    display_name: str | None = None
    standing: Standing = Standing.UNKNOWN
    status: str | None = None
    """The directory's own word (`SUSPENDED`), kept even when it means nothing to us."""
    leave_at: datetime | None = None
    """The announced end of employment, UTC."""
    aliases: tuple[Address, ...] = ()
    """Every other address that the directory lists for this person, private ones included."""
    kind: str | None = None
    """`person`, or the directory's own word for what is none (`shared`, `service`, `mailbox`, …); None: not stated."""
    flags: tuple[str, ...] = ()


Row = MemberRow | SeatRow | DirectoryRow


class Removed(NamedTuple):
    """Somebody whom a directory says it no longer has, by the key under which it had them."""

    key: str


class Unaddressed(NamedTuple):
    """Somebody whom a directory lists without any address: no membership is theirs, and nobody who had one is gone."""

    key: str
    standing: Standing


class Assigned(NamedTuple):
    """Somebody whom a directory has assigned to the application, by their key; perhaps nobody of that key is read."""

    key: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why one line, or the file as a whole, is refused."""

    line: int | None
    """None when the file as a whole is meant."""
    reason: str
    """A sentence without the line number, in words for the person who brought the file."""
    code: str
    """Stable, for machines: `no_address`, `cell_too_large`, …"""


@dataclass(frozen=True, slots=True)
class Totals:
    """What is known about a roster once it has been read to its end."""

    rows: int
    stated_count: int | None
    """The number in the roster's own count line ("206 members"); None when it has none."""
    columns: tuple[str, ...]
    """The fields that the roster states at all, as names of the row type."""
    form: str
    """`csv`, `tsv`, `xlsx`, `html`, `pasted_page`, `addresses`, `okta_json`, `graph_json`, `rows`."""
    mistakes: tuple[Mistake, ...]
    """At most `MOST_MISTAKES`, in the order of their lines."""
    refused: int
    """Lines that carry a mistake, all of them counted."""
    notes: tuple[str, ...] = ()
    """What a person should know about the reading as a whole, as sentences: an encoding that was only guessed, …"""


MOST_MISTAKES: Final = 1000


def is_count_in_agreement(totals: Totals) -> bool | None:
    """Whether the roster's own count line agrees with its rows; None when it has no count line."""
    if totals.stated_count is None:
        return None
    return totals.stated_count == totals.rows + totals.refused
