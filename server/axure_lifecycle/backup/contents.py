"""What is in a backup: a ZIP file with the files of a home as they lie there, and a list of them with their digests.

`manifest.json` is the list. It shows what was damaged by accident; it is no signature.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, cast

FORMAT: Final = "axure-lifecycle/backup/v1"
MANIFEST: Final = "manifest.json"
STORE: Final = "store.sqlite"
CONFIGURATION: Final = "config.toml"
EVIDENCE: Final = "evidence"
KEYS: Final = ("audit-key.pem", "serve.key")
LARGEST_MANIFEST: Final = 1 << 28
"""Bytes; a million attached files need less."""

_NAMES: Final = re.compile(
    "|".join([*map(re.escape, (CONFIGURATION, STORE, *KEYS)), rf"{EVIDENCE}/[0-9a-f]{{2}}/[0-9a-f]{{64}}"])
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the home."""

    name: str
    """Within the home, with `/`."""
    size: int
    """Bytes."""
    sha256: str
    """Lower-case hexadecimal."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The list of a backup."""

    made_at: datetime
    """UTC."""
    version: str
    """Of the program that wrote it."""
    entries: Sequence[Entry]

    def write(self) -> bytes:
        """As it stands in the backup."""
        told = {"format": FORMAT, "made_at": self.made_at.isoformat(), "version": self.version}
        return json.dumps(told | {"files": [asdict(one) for one in self.entries]}, indent=1).encode()

    @classmethod
    def read(cls, written: bytes) -> "Contents":
        """Raises `ValueError` with what is wrong."""
        told = _object(json.loads(written))
        if told.get("format") != FORMAT:
            raise ValueError(f"it is of the form {str(told.get('format'))[:80]}, not {FORMAT}")
        entries = [Entry(**_object(one)) for one in cast("list[Any]", told["files"])]
        for one in entries:
            if not _NAMES.fullmatch(one.name):
                raise ValueError(f"its list names {one.name[:80]!r}, which no home holds")
        if len({one.name for one in entries}) < len(entries):
            raise ValueError("its list names a file twice")
        return cls(datetime.fromisoformat(told["made_at"]), str(told["version"]), entries)


@dataclass(frozen=True, slots=True)
class Found:
    """A count of what a backup holds, for people."""

    has_store: bool
    store_size: int
    """Bytes."""
    keys: Sequence[str]
    attached: int
    """Files."""

    @classmethod
    def of(cls, contents: Contents) -> "Found":
        """What the list says."""
        by_name: Mapping[str, Entry] = {one.name: one for one in contents.entries}
        store = by_name.get(STORE)
        return cls(
            store is not None,
            0 if store is None else store.size,
            [key for key in KEYS if key in by_name],
            sum(name.startswith(f"{EVIDENCE}/") for name in by_name),
        )

    def tell(self) -> str:
        """In words.

        >>> Found(True, 20480, ["serve.key"], 1).tell()
        'the configuration, the store (20,480 bytes), serve.key, 1 attached file'
        """
        store = f"the store ({self.store_size:,} bytes)" if self.has_store else "no store, because there was none yet"
        files = f"{self.attached:,} attached file{'' if self.attached == 1 else 's'}"
        return ", ".join(["the configuration", store, *self.keys, files])


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("its list cannot be read")  # noqa: TRY004 - about what was read, not about our types
    return cast("dict[str, Any]", value)
