"""The reports of a home: `reports/access-review-2026-11-29-175500.html`, readable by the owner alone."""

import os
import secrets
import stat
import sys
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from axure_lifecycle.domain.reports import Report, ReportFormat, ReportUnwritable, Written

FOLDER: Final = "reports"
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

    def keep(self, report: Report, form: ReportFormat) -> Written:
        """Write a report into the folder of the home; one of the same kind and moment is replaced."""
        try:
            self._folder.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
            self._folder.chmod(stat.S_IRWXU)
        except OSError as error:
            raise _unwritable(self._folder, error) from None
        return self.write(report, form, self._folder / f"{report.name}.{form.value}")

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


def _unwritable(place: Path, error: OSError) -> ReportUnwritable:
    return ReportUnwritable(str(place), (error.strerror or "the system refuses").lower())
