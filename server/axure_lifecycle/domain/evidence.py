"""Evidence: files that show what a step says, kept by their content.

A file proves nothing by itself: anybody can make a screenshot. It is kept under the SHA-256 of its bytes, so that it
can be shown later that it is the one that was attached, and the record says who attached it, when and on which
channel. What it is told to be (its suffix) and what it is (its first bytes) must agree, because somebody will open it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import PurePath
from typing import ClassVar, Final

from axure_lifecycle.domain.errors import LifecycleError
from axure_lifecycle.domain.holdings import Actor, Assurance
from axure_lifecycle.domain.text import shown

LONGEST_NAME: Final = 120
"""Characters of a file's name that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRules:
    """What may be attached, and from where."""

    folders: tuple[PurePath, ...] = ()
    """Absolute. Only files in them are taken where no person at a terminal names the file; by default none."""
    max_bytes: int = 10 * 1024 * 1024
    """Larger files are refused."""


class Keeping(StrEnum):
    """How the archive holds a file that was attached."""

    WHOLE = "whole"
    CHANGED = "changed"
    """Something else lies under its digest."""
    MISSING = "missing"


@dataclass(frozen=True)
class EvidenceFile:
    """A file as it was read, before it is kept."""

    name: str
    """Without its folder, control characters shown as such, at most `LONGEST_NAME` characters."""
    media_type: str
    content: bytes = field(repr=False)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content, lower-case hexadecimal."""
        return sha256(self.content).hexdigest()

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A file that was attached to a step of a case."""

    id: int
    case_id: int
    step: str
    """The step's key."""
    digest: str
    """SHA-256 of the file, lower-case hexadecimal."""
    file_name: str
    media_type: str
    size: int
    """Bytes."""
    note: str
    attached_by: Actor
    assurance: Assurance
    """REPORTED where an assistant or a script attached it, CONFIRMED where a person did."""
    at: datetime
    """UTC."""
    retracted_at: datetime | None = None
    retracted_because: str | None = None

    @property
    def name(self) -> str:
        """What people call it (`E-3`)."""
        return f"E-{self.id}"


# -- refusals ---------------------------------------------------------------------------------------------------------


class EvidenceFolderNotAllowed(LifecycleError):
    """The file lies where nobody allowed files to be taken from."""

    code: ClassVar[str] = "evidence_folder_not_allowed"

    def __init__(self, name: str, folders: tuple[PurePath, ...]) -> None:
        allowed = (
            f"only files in {', '.join(str(folder) for folder in folders)} are taken, links followed"
            if folders
            else "the configuration names no folder that evidence may be taken from"
        )
        super().__init__(
            f"“{shown(name, 60)}” was not attached: {allowed}. Put the file there, let a person name the folder in "
            "config.toml ([evidence] folders), or let them type `axure-lifecycle attach CASE STEP FILE` at a terminal."
        )


class EvidenceMissing(LifecycleError):
    """There is no such file."""

    code: ClassVar[str] = "evidence_missing"

    def __init__(self, name: str) -> None:
        super().__init__(f"“{shown(name, 60)}” was not attached: there is no such file. Check the path.")


class EvidenceUnreadable(LifecycleError):
    """There is something, but no file that can be read."""

    code: ClassVar[str] = "evidence_unreadable"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"“{shown(name, 60)}” was not attached: {why}. Name an ordinary file that this program may read."
        )


class EvidenceTooLarge(LifecycleError):
    """The file is larger than the configuration allows."""

    code: ClassVar[str] = "evidence_too_large"

    def __init__(self, name: str, max_bytes: int) -> None:
        super().__init__(
            f"“{shown(name, 60)}” was not attached: it is larger than {max_bytes:,} bytes. "
            "Attach the part that shows it, or let a person raise [evidence] max_bytes in config.toml."
        )


class EvidenceTypeRefused(LifecycleError):
    """A kind of file that is not taken, or another one than its name says."""

    code: ClassVar[str] = "evidence_type_refused"

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"“{shown(name, 60)}” was not attached: {why}. What is taken: {', '.join(SUFFIXES)}, with content that "
            "fits the name. A screenshot as .png, or the page printed to .pdf, will do."
        )


class EvidenceChanged(LifecycleError):
    """The file became another one while it was read."""

    code: ClassVar[str] = "evidence_changed"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"“{shown(name, 60)}” was not attached: it changed while it was copied. "
            "Wait until whatever writes it has finished, then attach it again."
        )


class EvidenceLost(LifecycleError):
    """What was attached is no longer kept as it was."""

    code: ClassVar[str] = "evidence_lost"

    def __init__(self, evidence: Evidence, keeping: Keeping) -> None:
        super().__init__(
            f"{evidence.name} cannot be given back: its kept copy is {keeping.value}. Attach the original again, and "
            f"it is put right; its SHA-256 is {evidence.digest}."
        )


class ArchiveUnusable(LifecycleError):
    """The home cannot keep files."""

    code: ClassVar[str] = "archive_unusable"

    def __init__(self, folder: PurePath, why: str) -> None:
        super().__init__(
            f"Nothing was attached: {folder} cannot keep files: {why}. Make room or make it writable, then attach the "
            "file again."
        )


# -- what a file is ---------------------------------------------------------------------------------------------------


def identify(name: str, content: bytes) -> str:
    """The media type of a file, which its suffix and its content agree on. Raises `EvidenceTypeRefused`.

    >>> identify("page.PDF", b"%PDF-1.7 ...")
    'application/pdf'
    """
    suffix = PurePath(name).suffix.lower()
    kind = SUFFIXES.get(suffix)
    if not content:
        raise EvidenceTypeRefused(name, "the file is empty")
    if kind is None:
        raise EvidenceTypeRefused(name, f"{shown(suffix, 20)} files are not taken" if suffix else "it has no suffix")
    if not _IS[kind](content):
        raise EvidenceTypeRefused(name, f"its content is not what {suffix} says")
    return kind


SUFFIXES: Final[Mapping[str, str]] = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".csv": "text/csv",
    ".html": "text/html",
    ".htm": "text/html",
    ".json": "application/json",
    ".eml": "message/rfc822",
}
"""Suffix → media type of what is taken."""

_BOMS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_NEVER_IN_TEXT: Final = bytes({*range(32), 127} - set(b"\t\n\f\r"))
_HTML_STARTS: Final = ("<!doctype html", "<html", "<head", "<body", "<!--", "<meta", "<table", "<div", "<?xml")
_HEADERS: Final = frozenset({"from", "to", "date", "subject", "received", "message-id", "return-path", "mime-version"})
_FEWEST_HEADERS: Final = 2


def _text_of(content: bytes) -> str | None:
    """The content as text, in whatever encoding; None for anything else."""
    encoding = _BOMS.get(content[:2])
    if encoding is not None:
        try:
            text = content[2:].decode(encoding)
        except UnicodeDecodeError:
            return None
        return text if not text.encode("utf-8", "replace").translate(None, _PLAIN) else None
    if content.translate(None, _NEVER_IN_TEXT) != content:
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # of a single-byte encoding, whichever it is


_PLAIN: Final = bytes(byte for byte in range(256) if byte not in _NEVER_IN_TEXT)


def _is_text(content: bytes) -> bool:
    return _text_of(content) is not None


def _is_html(content: bytes) -> bool:
    text = _text_of(content)
    return text is not None and text[:2000].lstrip().lower().startswith(_HTML_STARTS)


def _is_json(content: bytes) -> bool:
    text = _text_of(content)
    if text is None:
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _is_mail(content: bytes) -> bool:
    text = _text_of(content)
    if text is None:
        return False
    head, _, _ = text.replace("\r\n", "\n").lstrip("\n").partition("\n\n")
    names = {line.partition(":")[0].lower() for line in head.split("\n") if line[:1] not in (" ", "\t")}
    return len(names & _HEADERS) >= _FEWEST_HEADERS


_IS: Final[Mapping[str, Callable[[bytes], bool]]] = {
    # The first bytes by which each format is known: RFC 2083 3.1, ITU T.81 B.1.1, GIF89a 17, RFC 9649 2.4, ISO 32000.
    "image/png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "image/gif": lambda content: content.startswith((b"GIF87a", b"GIF89a")),
    "image/webp": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    "application/pdf": lambda content: content.startswith(b"%PDF-"),
    "text/plain": _is_text,
    "text/csv": _is_text,
    "text/html": _is_html,
    "application/json": _is_json,
    "message/rfc822": _is_mail,
}
