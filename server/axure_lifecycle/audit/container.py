"""Writing the container of a bundle, member by member, as the verifier derives it: stored, in order, without gaps."""

from binascii import crc32
from hashlib import sha256
from typing import BinaryIO, NamedTuple

from axure_lifecycle.audit.verify_bundle import central_entry, ending, local_header


class Written(NamedTuple):
    """A member that was written."""

    name: str
    size: int
    sha256: str


class Container:
    """Writes to a stream that can seek; nothing is held in memory but the names."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._entries: list[bytes] = []
        self._begin = self._size = self._crc = 0
        self._digest = sha256()
        self._name = ""
        self.members: list[Written] = []

    def begin(self, name: str) -> None:
        """Begin a member; its header is written again at its end, when its size is known."""
        self._name, self._size, self._crc, self._digest = name, 0, 0, sha256()
        self._begin = self._stream.tell()
        self._stream.write(local_header(name, 0, 0))

    def write(self, content: bytes) -> None:
        """Go on with the member."""
        self._stream.write(content)
        self._size += len(content)
        self._crc = crc32(content, self._crc)
        self._digest.update(content)

    def end(self) -> Written:
        """End the member."""
        self._stream.seek(self._begin)
        self._stream.write(local_header(self._name, self._size, self._crc))
        self._stream.seek(0, 2)
        self._entries.append(central_entry(self._name, self._size, self._crc, self._begin))
        self.members.append(Written(self._name, self._size, self._digest.hexdigest()))
        return self.members[-1]

    def add(self, name: str, content: bytes) -> Written:
        """A whole member."""
        self.begin(name)
        self.write(content)
        return self.end()

    def finish(self) -> None:
        """Write the central directory and what stands behind it."""
        offset, index = self._stream.tell(), b"".join(self._entries)
        self._stream.write(index + ending(len(self._entries), len(index), offset))
