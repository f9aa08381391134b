"""An organisation of any size, invented: who is a member, what the directory says, and what follows from it.

Everything depends on a person's number alone, so the same size always gives the same files. Of every two hundred
people, numbered from 0 within their block, each has the story below; the shares are those of a synthetic organisation
with an answer key, but for leavers who still have Axure, of whom a big one would not have as many.
"""

import csv
import random
from collections import Counter
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Final, TextIO

BLOCK: Final = 200
SEED: Final = 20261123


class Story(Enum):
    """What became of a member."""

    UNKNOWN = auto()
    """No directory ever knew the address."""
    GONE = auto()
    """Only the directory's earlier read knew the person."""
    DOUBLE = auto()
    """Two people of the directory claim the address."""
    SHARED = auto()
    """The directory calls it a shared account."""
    SERVICE = auto()
    """The configured pattern calls it a service account."""
    HOLD = auto()
    DEPROVISIONED = auto()
    DISABLED = auto()
    PAST = auto()
    """Active, but the announced last day has passed."""
    AHEAD = auto()
    """Active, and the announced last day lies ahead."""
    OFF = auto()
    """Deactivated in Axure and deprovisioned in the directory."""
    ALIAS = auto()
    """A member under an address that the directory lists as an alias."""
    ACTIVE = auto()


VERDICTS: Final = {
    Story.UNKNOWN: "not_in_directory",
    Story.GONE: "leaver",
    Story.DOUBLE: "ambiguous",
    Story.SHARED: "non_personal",
    Story.SERVICE: "non_personal",
    Story.HOLD: "hold",
    Story.DEPROVISIONED: "leaver",
    Story.DISABLED: "leaver",
    Story.PAST: "leaver",
    Story.AHEAD: "leaving",
    Story.OFF: "deactivated",
    Story.ALIAS: "active",
    Story.ACTIVE: "active",
}
_SHARES: Final = (
    (Story.UNKNOWN, 2),
    (Story.GONE, 1),
    (Story.DOUBLE, 1),
    (Story.SHARED, 1),
    (Story.SERVICE, 1),
    (Story.HOLD, 2),
    (Story.DEPROVISIONED, 3),
    (Story.DISABLED, 1),
    (Story.PAST, 1),
    (Story.AHEAD, 1),
    (Story.OFF, 10),
    (Story.ALIAS, 10),
)
_STORIES: Final = tuple(story for story, share in _SHARES for _ in range(share))
PATTERN: Final = "svc-*@*"
"""What the configuration of the benchmarks says about service accounts."""

_NAMES: Final = """
Ana, Bram, Carla, Dirk, Eva, Femke, Gerrit, Hanna, Ilse, Joris, Karin, Lars, Maud, Nico, Olga, Pim, Quinn, Rosa, Sven,
Tess, Umar, Vera, Wout, Xenia, Yara, Zaid, Zoë, René;
Aalders, de Boer, Cremers, van Dam, Evers, Faber, Groen, de Haan, Iding, Jansen, Kok, van Leeuwen, Mulder, Neumann,
Otten, Prins, Quist, de Ruiter, Smit, Timmer, Ubels, Visser, de Wit, Yilmaz, Zwart
"""
_FIRST, _LAST = (tuple(name.strip() for name in names.split(",")) for names in _NAMES.split(";"))
_PLAIN: Final = str.maketrans("ëé", "ee", " ")
_ROLES: Final = ("Guest", "Member", "Member", "Guest", "Member", "Member", "Member", "Member", "Member", "Admin")
_SHOUTED, _SPACED, _ACCENTED = BLOCK - 1, (BLOCK - 2, BLOCK - 3), BLOCK - 4
"""The ones of a block whose address the roster writes in capitals, between blanks, or with an accent."""
_STAYED: Final = (BLOCK - 5, BLOCK - 6)
"""The ones of a block whom the directory's earlier read knew as well."""

MEMBERS: Final = ("Name", "Email", "System Role", "Status", "Use SSO")
DIRECTORY: Final = ("id", "email", "display_name", "enabled", "status", "leave_date", "aliases", "kind")


def story_of(number: int) -> Story:
    """What became of this member."""
    place = number % BLOCK
    return _STORIES[place] if place < len(_STORIES) else Story.ACTIVE


def count_verdicts(size: int) -> dict[str, int]:
    """How many of so many members have each verdict; those that nobody has are left out."""
    return dict(Counter(VERDICTS[story_of(number)] for number in range(size)))


def address_of(number: int) -> str:
    """The member's address in its normal form."""
    if story_of(number) is Story.SERVICE:
        return f"svc-{number}@polder.example"
    local = f"{_FIRST[number % len(_FIRST)]}.{_LAST[number % len(_LAST)]}".lower().translate(_PLAIN)
    if number % BLOCK == _ACCENTED:
        local = f"ø.{local}"
    return f"{local}.{number}@{'studio' if number % 10 == 9 else 'polder'}.example"


def write_members(file: Path, size: int) -> None:
    """The members page as a CSV file, shuffled."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(MEMBERS)
        table.writerows(_member(number) for number in shuffled(size, SEED))


def write_directory(file: Path, size: int) -> None:
    """The directory as a CSV file of as many people, shuffled; who is no member fills it up."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        _write_people(stream, size)


def write_earlier_directory(file: Path, size: int) -> None:
    """What the directory's read of the day before held: a few of those who stayed, and everybody who is gone."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(DIRECTORY)
        for number in range(size):
            if story_of(number) is Story.GONE or number % BLOCK in _STAYED:
                table.writerow(_entry(number, address_of(number)))


def shuffled(size: int, seed: int) -> list[int]:
    """The numbers below a size in an order that is always the same."""
    numbers = list(range(size))
    random.Random(seed).shuffle(numbers)
    return numbers


def _member(number: int) -> tuple[str, ...]:
    place = number % BLOCK
    address = address_of(number)
    if place == _SHOUTED:
        address = address.upper()
    elif place in _SPACED:
        address = f" {address} "
    status = "Deactivated" if story_of(number) is Story.OFF else "Active"
    return _name(number), address, _ROLES[number // 7 % len(_ROLES)], status, "No" if number % 3 == 2 else "Yes"


def _name(number: int) -> str:
    return f"{_FIRST[number % len(_FIRST)]} {_LAST[number % len(_LAST)]}"


def _write_people(stream: TextIO, size: int) -> None:
    table = csv.writer(stream)
    table.writerow(DIRECTORY)
    written = 0
    for number in shuffled(size, SEED + 1):
        for entry in _entries(number):
            table.writerow(entry)
            written += 1
    for number in range(size, 2 * size - written):
        table.writerow(_entry(number, f"visitor.{number}@polder.example"))


def _entries(number: int) -> Iterator[tuple[str, ...]]:
    address = address_of(number)
    match story_of(number):
        case Story.UNKNOWN | Story.GONE:
            return
        case Story.DOUBLE:
            yield _entry(number, address)
            yield _entry(number, f"namesake.{number}@polder.example", key="11u", aliases=address)
        case Story.SHARED:
            yield _entry(number, address, kind="shared")
        case Story.HOLD:
            yield _entry(number, address, enabled="false", status="SUSPENDED")
        case Story.DEPROVISIONED | Story.OFF:
            yield _entry(number, address, enabled="false", status="DEPROVISIONED")
        case Story.DISABLED:
            yield _entry(number, address, enabled="false", status="")
        case Story.PAST:
            yield _entry(number, address, leave_date="2024-05-31")
        case Story.AHEAD:
            yield _entry(number, address, leave_date="2199-12-31")
        case Story.ALIAS:
            yield _entry(number, f"moved.{number}@polder.example", aliases=address)
        case Story.SERVICE | Story.ACTIVE:
            yield _entry(number, address)


def _entry(
    number: int,
    address: str,
    *,
    key: str = "00u",
    enabled: str = "true",
    status: str = "ACTIVE",
    leave_date: str = "",
    aliases: str = "",
    kind: str = "person",
) -> tuple[str, ...]:
    # A directory's own keys are in no order that an address has.
    key = f"{key}{number * 2654435761 % (1 << 32):08x}"
    return key, address, _name(number), enabled, status, leave_date, aliases, kind
