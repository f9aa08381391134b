"""User objects as directories return them, in a saved file as well as over the wire: both are read here, alike.

What the objects do not say stays unsaid: Okta's carry no leave date and no kind, Graph's no kind and no difference
between a hold and a disabled account.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final, cast

from axure_lifecycle.domain.addresses import LONGEST_ADDRESS, PLAIN_ADDRESS, Address, is_normal, normal
from axure_lifecycle.domain.cells import (
    CONTROLS_SHOWN,
    LONGEST_CELL,
    PLAIN_TEXT,
    TEXT_SHORTENED,
    CellMistake,
    address_flags,
    read_text,
    strip_scheme,
)
from axure_lifecycle.domain.dates import is_never, read_end
from axure_lifecycle.domain.rosters import DirectoryRow, Standing
from axure_lifecycle.domain.text import shown

JsonObject = Mapping[str, object]

ALIAS_IGNORED: Final = "alias_ignored"
NO_ADDRESS: Final = "no_address"
"""The code of the mistake that an object without any e-mail address is."""

OKTA_STANDINGS: Final[Mapping[str, Standing]] = {
    "ACTIVE": Standing.ACTIVE,
    "PROVISIONED": Standing.ACTIVE,
    "STAGED": Standing.ACTIVE,
    "RECOVERY": Standing.ACTIVE,
    "PASSWORD_EXPIRED": Standing.ACTIVE,
    "LOCKED_OUT": Standing.ACTIVE,
    "SUSPENDED": Standing.HOLD,
    "DEPROVISIONED": Standing.DEPROVISIONED,
}
"""Okta's user states; any other is unknown, and more may come."""
OKTA_FIELDS: Final = ("key", "address", "display_name", "standing", "status", "aliases")
"""What Okta's objects state, in the order of the row type."""

_GRAPH_KEYS: Final = frozenset({"userPrincipalName", "accountEnabled"})
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


def graph_fields(person: JsonObject) -> set[str]:
    """The fields of the row type that this Graph object states."""
    return {"address", *(field for field, key in _GRAPH_FIELDS if key in person)}


def okta_row(line: int, person: JsonObject) -> DirectoryRow:
    """An Okta user object. Raises CellMistake when it names no address."""
    profile = cast("JsonObject", person["profile"])
    name = text_of(profile.get("displayName"))
    if name is None:
        parts = (text_of(profile.get("firstName")), text_of(profile.get("lastName")))
        name = " ".join(part for part in parts if part) or None
    status = text_of(person.get("status"))
    standing = OKTA_STANDINGS.get(status or "", Standing.UNKNOWN)
    becoming = text_of(person.get("transitioningToStatus"))
    if status and becoming:  # until a deactivation is done, which takes a while; nothing has changed before
        status = f"{status} (becoming {becoming})"
    return row_of(
        line,
        key=text_of(person.get("id")),
        mailboxes=[profile.get("email"), profile.get("login"), profile.get("secondEmail")],
        name=name,
        standing=standing,
        status=status,
    )


def graph_row(line: int, person: JsonObject, zone: tzinfo = UTC) -> DirectoryRow:
    """A Microsoft Graph user object; a bare day ends in `zone`. Raises CellMistake when it names no address."""
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
    return row_of(
        line,
        key=text_of(person.get("id")),
        mailboxes=mailboxes,
        name=text_of(person.get("displayName")),
        standing=standing,
        status=status,
        leave_at=_moment(person.get("employeeLeaveDateTime"), zone),
    )


def row_of(
    line: int,
    *,
    key: str | None,
    mailboxes: Iterable[object],
    name: str | None,
    standing: Standing,
    status: str | None,
    leave_at: datetime | None = None,
) -> DirectoryRow:
    """A row of what an object says; the first of the mailboxes that is an address is the primary one.

    Raises CellMistake when none of them is, and for a key that nobody can keep.
    """
    addresses, flags = _addresses(mailboxes)
    if not addresses:
        who = f"The user object “{shown(key)}”" if key else "The user object"
        raise CellMistake(NO_ADDRESS, f"{who} names no e-mail address.")
    if (
        not flags
        and key is not None
        and _is_plain(key)
        and (name is None or _is_plain(name))
        and (status is None or _is_plain(status))
        and "".join(addresses).isascii()
    ):  # as nearly everybody is: there is nothing to look at twice
        return DirectoryRow(line, key, addresses[0], name, standing, status, leave_at, addresses[1:])
    visible: dict[str, None] = dict.fromkeys(address_flags(*addresses))
    kept, found = read_text(key) if key else (None, ())
    texts: dict[str, str | None] = {}
    visible.update(dict.fromkeys(found))
    for label, text in (("name", name), ("status", status)):
        texts[label], found = _legible(text) if text else (None, ())
        visible.update(dict.fromkeys(found))
    return DirectoryRow(
        line=line,
        key=kept or addresses[0],
        address=addresses[0],
        display_name=texts["name"],
        standing=standing,
        status=texts["status"],
        leave_at=leave_at,
        aliases=addresses[1:],
        flags=(*visible, *flags),
    )


_is_plain: Final = PLAIN_TEXT.fullmatch


def plain_row(line: int, key: Any, address: Any, name: Any, standing: Standing, status: str) -> DirectoryRow | None:
    """The row that `row_of` makes of somebody with one address, where nothing about it needs a closer look; else None.

    Nearly everybody is like that, and it takes a fraction of the time. `status` is a word of ours; the others may be
    anything.
    """
    try:
        told = "\n".join((key, name, address))
    except TypeError:  # not all of them are text
        return None
    if len(address) > LONGEST_ADDRESS or not _is_plain_person(told):
        return None
    return _make_row((line, key, address, name, standing, status, *_NOTHING_ELSE))


_make_row: Final = DirectoryRow._make
_NOTHING_ELSE: Final = (None, (), None, ())
"""What a directory row has besides: neither leave date, aliases, kind nor flags."""
_is_plain_person: Final = re.compile(f"{PLAIN_TEXT.pattern}\n{PLAIN_TEXT.pattern}\n{PLAIN_ADDRESS.pattern}").fullmatch


def text_of(value: object) -> str | None:
    """The value, if it is text."""
    return value if isinstance(value, str) else None


def _legible(text: str) -> tuple[str | None, tuple[str, ...]]:
    """A name or status, whatever it holds: people write their own names, and no name may keep everybody unread."""
    try:
        return read_text(text)
    except CellMistake:
        visible = shown(text[:LONGEST_CELL])
        return visible, (CONTROLS_SHOWN, TEXT_SHORTENED)


def _addresses(mailboxes: Iterable[object]) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    """The mailboxes, each once and in their order, and a flag when something among them was none."""
    found: dict[Address, None] = {}
    flags: tuple[str, ...] = ()
    for mailbox in mailboxes:
        if not isinstance(mailbox, str) or mailbox in found:  # most name their one address several times
            continue
        if is_normal(mailbox):
            found[mailbox] = None
            continue
        text = strip_scheme(mailbox) if ":" in mailbox else mailbox
        if not text or not text.strip():
            continue
        address = normal(text)
        if address is None:
            flags = (ALIAS_IGNORED,)
        else:
            found[address] = None
    return tuple(found), flags


def _moment(value: object, zone: tzinfo) -> datetime | None:
    text = text_of(value)
    if not text:
        return None
    moment = read_end(text.strip(), zone)
    return None if is_never(moment) else moment
