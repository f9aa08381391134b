"""The reports of a home: `reports/access-review-2026-11-29-175500.html`, readable by the owner alone."""

import os
import re
import secrets
import stat
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from axure_lifecycle.domain.erasing import Finder
from axure_lifecycle.domain.reports import (
    KeptReport,
    Report,
    ReportFormat,
    ReportUnknown,
    ReportUnreadable,
    ReportUnwritable,
    Written,
    read_report_name,
)

FOLDER: Final = "reports"
_DRAFT: Final = re.compile(r"\.(?P<name>.+)\.[0-9a-f]{16}")
"""A report that is being written; it stays where whoever wrote it was killed."""
_LEFT_BEHIND: Final = 3600.0
"""Seconds since a draft was last written to after which nobody writes it any more."""
_OWNER_ONLY: Final = stat.S_IRUSR | stat.S_IWUSR


class _Sink:
    """Text on its way into a file, counted and digested as bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._digest = sha256()
        self.size = 0

    def write(self, text: str) -> int:
        """Write as UTF-8; half a character, which no encoding has, is written out as its number."""
        content = text.encode("utf-8", "backslashreplace")
        self._digest.update(content)
        self.size += len(content)
        self._stream.write(content)
        return len(text)

    @property
    def digest(self) -> str:
        """SHA-256 of what was written, lower-case hexadecimal."""
        return self._digest.hexdigest()


class _Writer(Protocol):
    def __call__(self, report: Report, form: ReportFormat, out: _Sink, /) -> int: ...


class ReportFolder:
    """Implements `ports.ReportFiles`."""

    def __init__(self, home: Path, write_report: _Writer) -> None:
        self._folder = home / FOLDER
        self._write_report = write_report

    def keep(self, report: Report, form: ReportFormat, name: str | None = None) -> Written:
        """Write a report into the folder of the home; one of the same name is replaced."""
        try:
            self._folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
            self._folder.chmod(stat.S_IRWXU)
            self._clear_away()
        except OSError as error:
            raise _unwritable(self._folder, error) from None
        return self.write(report, form, self._folder / (name or f"{report.name}.{form.value}"))

    def _clear_away(self) -> None:
        """Remove what processes left behind that were killed while they wrote: it is half of a report."""
        for entry in self._folder.iterdir():
            if _report_in(entry) is None:
                continue
            with suppress(FileNotFoundError):  # Whoever writes it has just put it into its place.
                if time.time() - entry.lstat().st_mtime > _LEFT_BEHIND:
                    entry.unlink()

    def list(self) -> Sequence[KeptReport]:
        """What lies in the folder, newest first; files of other names are none of ours."""
        found: list[KeptReport] = []
        try:
            for entry in self._folder.iterdir() if self._folder.is_dir() else ():
                order = read_report_name(entry.name)
                if order is not None and entry.is_file():
                    known = entry.stat()
                    written = datetime.fromtimestamp(known.st_mtime, UTC)
                    found.append(KeptReport(entry.name, *order, written, known.st_size))
        except OSError as error:
            raise ReportUnreadable(str(self._folder), (error.strerror or "the system refuses").lower()) from None
        return sorted(found, key=lambda one: (one.written_at, one.name), reverse=True)

    def open(self, name: str) -> BinaryIO:
        """A report of the folder, to be read and closed; links are not followed out of it."""
        place = self._folder / name
        if read_report_name(name) is None or place.is_symlink() or not place.is_file():
            raise ReportUnknown(name)
        try:
            return place.open("rb")
        except OSError as error:
            raise ReportUnreadable(str(self._folder), (error.strerror or "the system refuses").lower()) from None

    def naming(self, finder: Finder) -> Sequence[str]:
        """The names of the files in the folder that hold one of somebody's addresses, sorted.

        Whatever ends like a report is read, by whichever name somebody keeps it, and what was left behind half
        written; a line at a time, as long as it is.
        """
        try:
            entries = sorted(self._folder.iterdir()) if self._folder.is_dir() else []
            return [
                entry.name
                for entry in entries
                if _form_of(entry) in tuple(ReportFormat) and entry.is_file() and _names(entry, finder)
            ]
        except OSError as error:
            raise ReportUnreadable(str(self._folder), (error.strerror or "the system refuses").lower()) from None

    def remove(self, name: str) -> bool:
        """Remove a file from the folder; False where it could not be."""
        try:
            (self._folder / Path(name).name).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def write(self, report: Report, form: ReportFormat, place: Path) -> Written:
        """Write a report beside its place, then move it there: nobody ever reads half of one."""
        if "\0" in str(place) or not place.name:
            raise ReportUnwritable(str(place), "no file can have that name")
        draft = place.with_name(f".{place.name[:100]}.{secrets.token_hex(8)}")
        try:
            if place.exists() and not place.is_file():
                raise ReportUnwritable(str(place), "it is no file")
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _OWNER_ONLY)
            try:
                with os.fdopen(descriptor, "wb") as stream:
                    sink = _Sink(stream)
                    rows = self._write_report(report, form, sink)
                    stream.flush()
                    os.fsync(descriptor)
                draft.replace(place)
            finally:
                draft.unlink(missing_ok=True)
        except OSError as error:
            raise _unwritable(place, error) from None
        return Written(place, sink.digest, sink.size, rows)

    def pour(self, report: Report, form: ReportFormat) -> Written:
        """Write a report to standard output, as UTF-8 whatever the terminal's own encoding."""
        sink = _Sink(sys.stdout.buffer)
        rows = self._write_report(report, form, sink)
        sys.stdout.buffer.flush()
        return Written(None, sink.digest, sink.size, rows)


def _report_in(draft: Path) -> Path | None:
    """The report that a draft was to become; None for whatever is no draft."""
    found = _DRAFT.fullmatch(draft.name)
    return None if found is None else draft.with_name(found["name"])


def _form_of(file: Path) -> str:
    """Of a report or a draft of one: `html`."""
    return (_report_in(file) or file).suffix.lower().removeprefix(".")


def _names(file: Path, finder: Finder) -> bool:
    read = _READ_AS.get(_form_of(file), str)
    with file.open(encoding="utf-8", errors="replace") as lines:
        return any(finder.may_name(line) and finder.names(line) for line in map(read, lines))


_MAY_BREAK: Final = "<wbr>"
"""Where an address of a page may break; it stands within it."""
_TAG: Final = re.compile(r"<[^<>]*>")
_READ_AS: Final[Mapping[str, Callable[[str], str]]] = {
    ReportFormat.HTML: lambda line: unescape(_TAG.sub(" ", line.replace(_MAY_BREAK, ""))),
    ReportFormat.MARKDOWN: lambda line: re.sub(r"\\(.)", r"\1", line),
}
"""How a line of a form is read as the text that it shows."""


def _unwritable(place: Path, error: OSError) -> ReportUnwritable:
    return ReportUnwritable(str(place), (error.strerror or "the system refuses").lower())
