"""Secrets that must turn up nowhere, and how to look for any part of one that could be recognised."""

import base64
import json
import logging
import re
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

PART = 16
"""Characters in a row of a secret that could be recognised."""
_STEP = 8
_SIGNED = re.compile(rb"eyJ[A-Za-z0-9_-]{13}")
"""How every JSON web token begins, ours and theirs."""
_FRAME = re.compile(r"-----(?:BEGIN|END) [A-Z ]+-----")


@dataclass
class Canaries:
    """The secrets of a test by name, and everything that was said and written while they were there."""

    parts: dict[bytes, str] = field(default_factory=dict[bytes, str])
    crumbs: set[bytes] = field(default_factory=set[bytes])
    """Pieces of which every part holds one: quicker to look for."""
    said: list[tuple[str, bytes]] = field(default_factory=list[tuple[str, bytes]])

    def keep(self, name: str, secret: str) -> str:
        """A secret, plain, as JSON writes it and as base64 does; of a PEM file what stands between its frame."""
        bare = _FRAME.sub("", secret)
        forms = [*bare.split("\n"), json.dumps(bare)[1:-1], base64.b64encode(secret.encode()).decode()]
        for form in forms:
            raw = form.encode()
            for at in range(len(raw) - PART + 1):
                self.parts.setdefault(raw[at : at + PART], name)
                if at % _STEP == 0:
                    self.crumbs.add(raw[at : at + _STEP])
        return secret

    def hear(self, where: str, said: object) -> None:
        """Something that was said."""
        self.said.append((where, said if isinstance(said, bytes) else str(said).encode()))

    def hear_refusal(self, where: str, error: BaseException) -> None:
        """All that a trace of an error shows, whatever it hangs on."""
        self.hear(where, "".join(traceback.format_exception(error)))

    def hear_logs(self, records: Iterable[logging.LogRecord]) -> int:
        """Every record with all that it holds; how many there were."""
        count = 0
        for record in records:
            count += 1
            self.hear(f"log of {record.name}", record.getMessage())
            self.hear(f"log of {record.name}", repr(record.__dict__))
        return count

    def hear_files(self, folder: Path, besides: Iterable[Path] = ()) -> int:
        """Every byte of the files below a folder, besides those in which the secrets are kept; how many there were."""
        kept, count = set(besides), 0
        for file in folder.rglob("*"):
            if file.is_file() and file not in kept:
                count += 1
                self.hear(f"{file.name}, its name", str(file))
                self.hear(file.name, file.read_bytes())
        return count

    def found(self) -> Iterator[str]:
        """Where which secret turned up."""
        for where, text in self.said:
            if any(crumb in text for crumb in self.crumbs):
                for name in {name for part, name in self.parts.items() if part in text}:
                    yield f"{name} in {where}"
            if _SIGNED.search(text):
                yield f"a signed token in {where}"
