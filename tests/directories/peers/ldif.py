"""Entries and changes as LDIF (RFC 2849), the form that every directory's own programs read and write."""

import base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

Value: TypeAlias = str | bytes

_SAFE: Final = frozenset(range(0x20, 0x7F))
"""What stands as it is; RFC 2849 allows a little more, and base64 is allowed for everything."""


class Entry(NamedTuple):
    """One object of a directory; the case of an attribute's name means nothing to a server, so ask as you wrote it."""

    dn: str
    attributes: Mapping[str, Sequence[Value]]

    def text(self, name: str) -> str:
        """The one value of an attribute."""
        (value,) = self.attributes[name]
        return value if isinstance(value, str) else value.decode()


def write_entries(entries: Iterable[Entry]) -> Iterator[str]:
    """Each entry as a block that ends with an empty line."""
    for entry in entries:
        yield "".join(
            (
                _line("dn", entry.dn),
                *(_line(name, value) for name, values in entry.attributes.items() for value in values),
                "\n",
            )
        )


def replace(dn: str, **attributes: Sequence[Value]) -> str:
    """A change that gives an entry exactly these values; no values at all take an attribute away."""
    parts = [_line("dn", dn), "changetype: modify\n"]
    for name, values in attributes.items():
        parts += [f"replace: {name}\n", *(_line(name, value) for value in values), "-\n"]
    return "".join(parts) + "\n"


def add(entry: Entry) -> str:
    """A change that brings a new entry."""
    (written,) = write_entries([entry])
    return written.replace("\n", "\nchangetype: add\n", 1)


def delete(dn: str) -> str:
    """A change that takes an entry away."""
    return f"{_line('dn', dn)}changetype: delete\n\n"


def read_entries(text: str) -> list[Entry]:
    """What `ldapsearch -LLL -o ldif-wrap=no` printed, comments left out; a value that came as base64 is bytes."""
    entries: list[Entry] = []
    for block in text.split("\n\n"):
        dn = ""
        attributes: dict[str, list[Value]] = {}
        for line in block.splitlines():
            name, colon, rest = line.partition(":")
            if not colon or line.startswith("#"):
                continue
            value: Value = base64.b64decode(rest[1:]) if rest.startswith(":") else rest.removeprefix(" ")
            if name == "dn":
                dn = value if isinstance(value, str) else value.decode()
            else:
                attributes.setdefault(name, []).append(value)
        if attributes or dn:
            entries.append(Entry(dn, attributes))
    return entries


def _line(name: str, value: Value) -> str:
    raw = value.encode() if isinstance(value, str) else value
    if raw and raw[:1] not in {b" ", b":", b"<"} and raw[-1:] != b" " and _SAFE.issuperset(raw):
        return f"{name}: {raw.decode()}\n"
    return f"{name}:: {base64.b64encode(raw).decode()}\n"
