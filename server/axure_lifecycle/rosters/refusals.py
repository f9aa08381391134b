"""Why a roster as a whole cannot be read.

Names of files and headers come from outside and are shown with their invisible characters visible. A path is named by
its last part only: folders are nobody's business but the person's who brought the file.
"""

from collections.abc import Sequence
from typing import Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.rosters import RosterKind
from axure_lifecycle.domain.text import shown

_MOST_HEADERS: Final = 12
_HEADER_SHOWN: Final = 40


class RosterMissing(LifecycleError):
    """There is no such file."""

    code = "roster_missing"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"No roster was read: there is no file {shown(name)}. Check the path; a relative one starts at the folder "
            "in which the program runs."
        )


class RosterUnreadable(LifecycleError):
    """What was brought cannot be read as text or as a workbook."""

    code = "roster_unreadable"

    def __init__(self, name: str, obstacle: str, remedy: str) -> None:
        self.name, self.obstacle, self.remedy = name, obstacle, remedy
        super().__init__(f"No roster was read from {shown(name)}: {obstacle}. {remedy}")


class RosterTooLarge(LifecycleError):
    """More than this program is willing to read at once."""

    code = "roster_too_large"

    def __init__(self, name: str, size: int, most: int) -> None:
        self.name, self.size, self.most = name, size, most
        super().__init__(
            f"No roster was read from {shown(name)}: it holds {_megabytes(size)}, and at most {_megabytes(most)} are "
            "read in this form. Save the table alone, as CSV."
        )


class RosterChanged(LifecycleError):
    """Somebody wrote to the file while it was being read."""

    code = "roster_changed"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"No roster was read from {shown(name)}: the file changed while it was being read. Wait until whatever "
            "writes it has finished, then bring it again."
        )


class RosterIncomplete(LifecycleError):
    """One page of several, which would make everybody on the other pages look gone."""

    code = "roster_incomplete"

    def __init__(self, name: str, sign: str) -> None:
        self.name, self.sign = name, sign
        super().__init__(
            f"No roster was read from {shown(name)}: it is one page of several ({sign} points to the next). Fetch all "
            "pages and bring them as one list."
        )


class NotARoster(LifecycleError):
    """It can be read, but no column holds what makes it a roster of this kind."""

    code = "not_a_roster"

    def __init__(self, name: str, kind: RosterKind, headers: Sequence[str]) -> None:
        self.name, self.kind, self.headers = name, kind, tuple(headers)
        lacking = (
            "no column names the subscriptions together with an owner, a manager or an assigned user"
            if kind is RosterKind.SEATS
            else "no column holds addresses"
        )
        field = "subscription" if kind is RosterKind.SEATS else "address"
        found = f" The headers found are: {_listed(headers)}." if headers else " No line of headers was found."
        super().__init__(
            f"No roster was read from {shown(name)}: {lacking}.{found} Put one line of headers above the table, or say "
            f'in config.toml, under [rosters.{kind}], which header means what: {field} = "the header in your file".'
        )


class WrongKind(LifecycleError):
    """A roster of one kind was brought as one of another."""

    code = "wrong_roster_kind"

    def __init__(self, name: str, asked: RosterKind, found: RosterKind, signs: Sequence[str]) -> None:
        self.name, self.asked, self.found, self.signs = name, asked, found, tuple(signs)
        super().__init__(
            f"No {_KIND_NAMES[asked]} was read from {shown(name)}: it looks like a {_KIND_NAMES[found]} "
            f"(by {_listed(signs)}). Import it as {found}, or bring the right file."
        )


class HeaderTwice(LifecycleError):
    """Two columns claim the same field, and nothing says which of them is meant."""

    code = "header_twice"

    def __init__(self, name: str, kind: RosterKind, field: str, headers: Sequence[str]) -> None:
        self.name, self.kind, self.field, self.headers = name, kind, field, tuple(headers)
        super().__init__(
            f"No roster was read from {shown(name)}: {len(headers)} columns could each be the {field} "
            f"({_listed(headers)}). Remove or rename all but one, or say in config.toml, under [rosters.{kind}]: "
            f'{field} = "the right header".'
        )


class UnknownField(LifecycleError):
    """The mapping names a field that no roster of this kind has."""

    code = "unknown_roster_field"

    def __init__(self, kind: RosterKind, unknown: Sequence[str], fields: Sequence[str]) -> None:
        self.kind, self.unknown, self.fields = kind, tuple(unknown), tuple(fields)
        super().__init__(
            f"No roster was read: the mapping for {kind} names {_listed(unknown)}, which it cannot hold. Use its "
            f"fields: {', '.join(fields)}."
        )


class ExtraMissing(LifecycleError):
    """A form that needs an optional package."""

    code = "extra_missing"

    def __init__(self, name: str, extra: str) -> None:
        self.name, self.extra = name, extra
        super().__init__(
            f"No roster was read from {shown(name)}: workbooks need the extra `{extra}`, which is not installed. "
            f"Install axure-lifecycle[{extra}], or save the sheet as CSV."
        )


_KIND_NAMES: Final = {
    RosterKind.MEMBERS: "members roster",
    RosterKind.SEATS: "licence list",
    RosterKind.DIRECTORY: "directory",
}


def _listed(headers: Sequence[str]) -> str:
    names = [shown(header, _HEADER_SHOWN) for header in headers[:_MOST_HEADERS]]
    more = len(headers) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.0f} MB" if size >= 1_000_000 else f"{size:,} bytes"
