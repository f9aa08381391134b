"""The archive of a home: `evidence/ab/abcdef…`, each file under the SHA-256 of its content."""

import os
import secrets
import stat
from collections.abc import Iterator
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Final

from axure_lifecycle.archive.reading import read_within
from axure_lifecycle.domain.evidence import (
    LONGEST_NAME,
    ArchiveUnusable,
    Evidence,
    EvidenceFile,
    EvidenceFolderNotAllowed,
    EvidenceLost,
    EvidenceMissing,
    EvidenceRules,
    EvidenceTooLarge,
    Keeping,
    identify,
)
from axure_lifecycle.domain.text import shown

FOLDER: Final = "evidence"

_BLOCK: Final = 1 << 20
_OWNER: Final = stat.S_IRWXU
_OWNER_READS: Final = stat.S_IRUSR | stat.S_IWUSR


class HomeArchive:
    """Implements `ports.EvidenceArchive`."""

    def __init__(self, home: Path, rules: EvidenceRules) -> None:
        self._folder = home / FOLDER
        self._rules = rules

    def read(self, path: str, *, is_anywhere_allowed: bool) -> EvidenceFile:
        """A file, read whole and checked. Writes nothing.

        Whether a path outside the allowed folders exists is never told. Raises `EvidenceFolderNotAllowed`,
        `EvidenceMissing`, `EvidenceUnreadable`, `EvidenceTooLarge`, `EvidenceTypeRefused`, `EvidenceChanged`.
        """
        name = os.path.basename(path) or path  # noqa: PTH119 - of a path that may be none
        found = _resolved(path)
        if found is None:
            raise EvidenceMissing(name) if is_anywhere_allowed else self._not_allowed(name)
        within = None if is_anywhere_allowed else self._folder_of(found)
        if within is None and not is_anywhere_allowed:
            raise self._not_allowed(name)
        content = read_within(within, found, name, self._rules.max_bytes)
        return EvidenceFile(shown(found.name, LONGEST_NAME), identify(found.name, content), content)

    def take(self, name: str, content: bytes) -> EvidenceFile:
        """A file that somebody sent, checked like one that lies somewhere. Writes nothing.

        A browser may send the folder too; only the name counts. Raises `EvidenceMissing`, `EvidenceTooLarge`,
        `EvidenceTypeRefused`.
        """
        bare = name.replace("\\", "/").rpartition("/")[2].strip()
        if not bare:
            raise EvidenceMissing(name)
        if len(content) > self._rules.max_bytes:
            raise EvidenceTooLarge(bare, self._rules.max_bytes)
        return EvidenceFile(shown(bare, LONGEST_NAME), identify(bare, content), content)

    def give(self, evidence: Evidence) -> bytes:
        """The content of an attached file, as it was attached. Raises `EvidenceLost`."""
        try:
            content = self.place_of(evidence.digest).read_bytes()
        except OSError:
            raise EvidenceLost(evidence, Keeping.MISSING) from None
        if sha256(content).hexdigest() != evidence.digest:
            raise EvidenceLost(evidence, Keeping.CHANGED)
        return content

    def keep(self, file: EvidenceFile) -> bool:
        """Keep a file lastingly, whole or not at all; the same content is kept once.

        Whether it had to be written: it was not there, or no longer whole. Raises `ArchiveUnusable`.
        """
        place = self.place_of(file.digest)
        try:
            if _holds(place, file):
                return False
            for folder in (self._folder, place.parent):
                folder.mkdir(mode=_OWNER, exist_ok=True)
                folder.chmod(_OWNER)  # the umask may have taken rights from the owner, or somebody given some away
            _write(place, file.content)
        except OSError as error:
            raise ArchiveUnusable(self._folder, (error.strerror or "the system refuses").lower()) from error
        return True

    def look_at(self, digest: str) -> Keeping:
        """How the file with this digest is kept, by its whole content."""
        try:
            with self.place_of(digest).open("rb") as stream:
                return Keeping.WHOLE if file_digest(stream, "sha256").hexdigest() == digest else Keeping.CHANGED
        except FileNotFoundError:
            return Keeping.MISSING
        except OSError:
            return Keeping.CHANGED

    def blocks(self, digest: str) -> Iterator[bytes]:
        """The kept file in parts."""
        with self.place_of(digest).open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block

    def remove(self, digest: str) -> bool:
        """Remove a kept file; whether it is not there any more."""
        try:
            self.place_of(digest).unlink(missing_ok=True)
        except OSError:
            return False
        return True

    def place_of(self, digest: str) -> Path:
        """Where the file with this digest lies, if it is kept."""
        return self._folder / digest[:2] / digest

    def _folder_of(self, found: Path) -> Path | None:
        """The allowed folder that a file lies in, links followed in both."""
        for folder in self._rules.folders:
            allowed = _resolved(str(folder))
            if allowed is not None and found.is_relative_to(allowed) and found != allowed:
                return allowed
        return None

    def _not_allowed(self, name: str) -> EvidenceFolderNotAllowed:
        return EvidenceFolderNotAllowed(name, self._rules.folders)


def _resolved(path: str) -> Path | None:
    """Where a path leads, every link followed; None where that cannot be told."""
    try:
        return Path(path).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):  # a user that does not exist, a ring of links, a NUL, too long a name
        return None


def _holds(place: Path, file: EvidenceFile) -> bool:
    """Whether the content is kept already, undamaged."""
    try:
        return place.read_bytes() == file.content
    except FileNotFoundError:
        return False


def _write(place: Path, content: bytes) -> None:
    """Write beside the place, then move there: nobody ever sees half a file under a digest."""
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), _OWNER_READS)
        with os.fdopen(descriptor, "wb") as stream:
            if os.name != "nt":
                os.fchmod(descriptor, _OWNER_READS)
            stream.write(content)
            stream.flush()
            os.fsync(descriptor)
        draft.replace(place)
    finally:
        draft.unlink(missing_ok=True)
    _make_lasting(place.parent, place.parent.parent)


def _make_lasting(*folders: Path) -> None:
    """Have new entries of folders survive a power cut, where the system lets a folder be opened."""
    if os.name == "nt":
        return
    for folder in folders:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
