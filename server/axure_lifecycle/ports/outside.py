"""A clock, the shipped knowledge, what somebody brings, and somebody who likes to see progress."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from axure_lifecycle.domain.applications import Application
from axure_lifecycle.domain.erasing import Finder
from axure_lifecycle.domain.evidence import Evidence, EvidenceFile, Keeping
from axure_lifecycle.domain.facts import Register
from axure_lifecycle.domain.playbooks import Playbook
from axure_lifecycle.domain.reports import KeptReport, Report, ReportFormat, Written
from axure_lifecycle.domain.rosters import RosterKind, Row, Totals


class Clock(Protocol):
    """Where moments come from."""

    def now(self) -> datetime:
        """The present moment, UTC, aware."""
        ...


class Knowledge(Protocol):
    """What the product ships about applications."""

    def register(self) -> Register:
        """The facts."""
        ...

    def application(self, id: str) -> Application:  # noqa: A002 - as its file calls it
        """What is managed by hand in it, and what it is called. Raises `ApplicationUnknown`."""
        ...

    def playbook(self, application: str, operation: str) -> Playbook:
        """How an operation is done. Raises `PlaybookMissing`."""
        ...


class Progress(Protocol):
    """Somebody who likes to know how far a long job is."""

    def __call__(self, done: int, total: int | None, what: str, /) -> None:
        """`done` of `total` (bytes or rows; None when nobody knows) of `what`."""
        ...


class Reading(Protocol):
    """A roster while it is read."""

    def batches(self) -> Iterator[list[Row]]:
        """Rows in the order of the roster, a few thousand at a time. Raises the refusals of the roster room."""
        ...

    def totals(self) -> Totals:
        """What is known at the end; only after `batches` is exhausted."""
        ...


class Material(Protocol):
    """What somebody brought, before it is read."""

    @property
    def label(self) -> str:
        """A file's name without its folder; `pasted text`; `rows`."""
        ...

    @property
    def written_at(self) -> datetime | None:
        """When the file was last written, UTC; None for text and rows."""
        ...

    @property
    def path(self) -> Path | None:
        """Where the file lies; None for text and rows."""
        ...

    def digest(self) -> str:
        """SHA-256 of the content, lower-case hexadecimal. Raises `RosterMissing`, `RosterUnreadable`."""
        ...


class EvidenceArchive(Protocol):
    """Where files are kept that were attached to cases, each under the digest of its content."""

    def read(self, path: str, *, is_anywhere_allowed: bool) -> EvidenceFile:
        """A file, read whole and checked: where it lies, its size, and that it is what its name says. Writes nothing.

        `is_anywhere_allowed`: a person named it at a terminal; otherwise it must lie in a folder that the
        configuration allows, after every link was followed. Raises `EvidenceFolderNotAllowed`, `EvidenceMissing`,
        `EvidenceUnreadable`, `EvidenceTooLarge`, `EvidenceTypeRefused`, `EvidenceChanged`.
        """
        ...

    def take(self, name: str, content: bytes) -> EvidenceFile:
        """A file that somebody sent, checked like one that lies somewhere. Writes nothing.

        Raises `EvidenceMissing` for one without a name, `EvidenceTooLarge`, `EvidenceTypeRefused`.
        """
        ...

    def give(self, evidence: Evidence) -> bytes:
        """The content of an attached file, as it was attached. Raises `EvidenceLost`."""
        ...

    def keep(self, file: EvidenceFile) -> bool:
        """Keep a file lastingly, whole or not at all; the same content is kept once.

        Whether it had to be written: it was not there, or no longer whole. Raises `ArchiveUnusable`.
        """
        ...

    def look_at(self, digest: str) -> Keeping:
        """How the file with this digest is kept, by its whole content."""
        ...

    def blocks(self, digest: str) -> Iterator[bytes]:
        """The kept file in parts; whoever reads compares its digest. Raises `OSError` where it cannot be read."""
        ...

    def remove(self, digest: str) -> bool:
        """Remove a kept file; whether it is not there any more."""
        ...


class ReportFiles(Protocol):
    """Where reports are written."""

    def keep(self, report: Report, form: ReportFormat, name: str | None = None) -> Written:
        """Write a report into the folder of the home, whole or not at all; one of the same name is replaced.

        `name`: of the file; by default its kind and moment. Raises `ReportUnwritable`.
        """
        ...

    def list(self) -> Sequence[KeptReport]:
        """What lies in the folder of the home, newest first. Raises `ReportUnreadable`."""
        ...

    def open(self, name: str) -> BinaryIO:
        """A file of the folder, to be read and closed. Raises `ReportUnknown`, `ReportUnreadable`."""
        ...

    def naming(self, finder: Finder) -> Sequence[str]:
        """The names of the files there that hold one of somebody's addresses, sorted. Raises `ReportUnreadable`."""
        ...

    def remove(self, name: str) -> bool:
        """Remove a file from the folder; False where it could not be. One that is gone already counts as removed."""
        ...

    def write(self, report: Report, form: ReportFormat, place: Path) -> Written:
        """Write a report to a file that a person named, whole or not at all. Raises `ReportUnwritable`."""
        ...

    def pour(self, report: Report, form: ReportFormat) -> Written:
        """Write a report to standard output."""
        ...


class RosterReader(Protocol):
    """The roster room's two doors."""

    def material(
        self,
        kind: RosterKind,
        *,
        path: str | None,
        text: str | None,
        rows: Sequence[Mapping[str, str | None]] | None,
    ) -> Material:
        """One of the three, as material. Raises `RosterMissing`."""
        ...

    def read(self, kind: RosterKind, material: Material, progress: Progress | None) -> Reading:
        """Begin to read. Raises the refusals of the roster room, here or while `batches` runs."""
        ...
