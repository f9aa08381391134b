"""User objects as Okta and Microsoft Graph return them.

What the objects do not say stays unsaid: Okta's carry no leave date and no kind, Graph's no kind and no difference
between a hold and a disabled account.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Final, cast

from axure_lifecycle.domain.addresses import Address, normal
from axure_lifecycle.domain.rosters import DirectoryRow, Row, Standing
from axure_lifecycle.domain.text import shown
from axure_lifecycle.rosters.dates import is_never, read_end
from axure_lifecycle.rosters.json_objects import JsonObject
from axure_lifecycle.rosters.records import CHUNK, CellMistake, Findings
from axure_lifecycle.rosters.values import address_flags, read_text, strip_scheme
from axure_lifecycle.rosters.words import OKTA_STANDINGS

ALIAS_IGNORED: Final = "alias_ignored"

_GRAPH_KEYS: Final = frozenset({"userPrincipalName", "accountEnabled"})
_OKTA_FIELDS: Final = ("key", "address", "display_name", "standing", "status", "aliases")
_GRAPH_FIELDS: Final = (
    ("key", "id"),
    ("display_name", "displayName"),
    ("standing", "accountEnabled"),
    ("status", "accountEnabled"),
    ("leave_at", "employeeLeaveDateTime"),
    ("aliases", "userPrincipalName"),
)
"""What Graph's objects state depends on what was selected; accountEnabled and the leave date are not by default."""


def is_okta(person: JsonObject) -> bool:
    """Whether this is an Okta user object."""
    return isinstance(person.get("profile"), dict)


def is_graph(person: JsonObject) -> bool:
    """Whether this is a Microsoft Graph user object."""
    return not _GRAPH_KEYS.isdisjoint(person)


class IdentityReader:
    """Reads user objects into rows; mistakes go to the findings."""

    def __init__(self, findings: Findings, zone: tzinfo) -> None:
        self._findings, self._zone = findings, zone
        self._stated: set[str] = set()

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that the objects stated so far, in the order of the row type."""
        return tuple(field for field in DirectoryRow._fields if field in self._stated)

    def batches(self, people: Iterable[JsonObject]) -> Iterator[list[Row]]:
        """The rows in batches; a line is the number of the object in its list, from 1."""
        rows: list[Row] = []
        for line, person in enumerate(people, start=1):
            try:
                rows.append(self._read_okta(line, person) if is_okta(person) else self._read_graph(line, person))
            except CellMistake as mistake:
                self._findings.refuse(line, mistake.code, mistake.reason)
            if len(rows) == CHUNK:
                yield rows
                rows = []
        if rows:
            yield rows

    def _read_okta(self, line: int, person: JsonObject) -> DirectoryRow:
        self._stated.update(_OKTA_FIELDS)
        profile = cast("JsonObject", person["profile"])
        name = _text(profile.get("displayName"))
        if name is None:
            parts = (_text(profile.get("firstName")), _text(profile.get("lastName")))
            name = " ".join(part for part in parts if part) or None
        status = _text(person.get("status"))
        return _row(
            line,
            key=_text(person.get("id")),
            mailboxes=[profile.get("email"), profile.get("login"), profile.get("secondEmail")],
            name=name,
            standing=OKTA_STANDINGS.get(status or "", Standing.UNKNOWN),
            status=status,
        )

    def _read_graph(self, line: int, person: JsonObject) -> DirectoryRow:
        self._stated.add("address")
        self._stated.update(field for field, key in _GRAPH_FIELDS if key in person)
        mailboxes = [person.get("mail"), person.get("userPrincipalName")]
        for key in ("otherMails", "proxyAddresses"):
            listed = person.get(key)
            if isinstance(listed, list):
                mailboxes += cast("list[object]", listed)
        enabled = person.get("accountEnabled")
        standing, status = Standing.UNKNOWN, None
        if isinstance(enabled, bool):
            standing = Standing.ACTIVE if enabled else Standing.DISABLED
            status = f"accountEnabled={str(enabled).lower()}"
        return _row(
            line,
            key=_text(person.get("id")),
            mailboxes=mailboxes,
            name=_text(person.get("displayName")),
            standing=standing,
            status=status,
            leave_at=_moment(person.get("employeeLeaveDateTime"), self._zone),
        )


def _row(
    line: int,
    *,
    key: str | None,
    mailboxes: Iterable[object],
    name: str | None,
    standing: Standing,
    status: str | None,
    leave_at: datetime | None = None,
) -> DirectoryRow:
    """Raises CellMistake when none of the mailboxes is an address."""
    addresses, flags = _addresses(mailboxes)
    if not addresses:
        who = f"The user object “{shown(key)}”" if key else "The user object"
        raise CellMistake("no_address", f"{who} names no e-mail address.")
    visible: dict[str, None] = dict.fromkeys(address_flags(*addresses))
    texts: dict[str, str | None] = {}
    for label, text in (("key", key), ("name", name), ("status", status)):
        texts[label], found = read_text(text) if text else (None, ())
        visible.update(dict.fromkeys(found))
    return DirectoryRow(
        line=line,
        key=texts["key"] or addresses[0],
        address=addresses[0],
        display_name=texts["name"],
        standing=standing,
        status=texts["status"],
        leave_at=leave_at,
        aliases=tuple(addresses[1:]),
        flags=(*visible, *flags),
    )


def _addresses(mailboxes: Iterable[object]) -> tuple[list[Address], tuple[str, ...]]:
    """The mailboxes, each once and in their order, and a flag when something among them was none."""
    found: dict[Address, None] = {}
    flags: tuple[str, ...] = ()
    for mailbox in mailboxes:
        text = strip_scheme(mailbox) if isinstance(mailbox, str) else None
        if not text or not text.strip():
            continue
        address = normal(text)
        if address is None:
            flags = (ALIAS_IGNORED,)
        else:
            found[address] = None
    return list(found), flags


def _moment(value: object, zone: tzinfo) -> datetime | None:
    text = _text(value)
    if not text:
        return None
    moment = read_end(text.strip(), zone)
    return None if is_never(moment) else moment


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
