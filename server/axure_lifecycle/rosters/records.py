"""What the readers of the several forms have in common: chunks of lines, and a list of what was wrong with them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple, TextIO

from axure_lifecycle.domain.rosters import MOST_MISTAKES, Mistake

Progress = Callable[[int, int | None], None]
"""Called with how much was read and how much there is: bytes, characters or rows; None where nobody knows."""

CHUNK: Final = 5000
"""Lines that are read at a time."""
LONGEST_LIST: Final = 10_000
"""Characters of a cell that lists addresses."""
LONGEST_LINE: Final = 1 << 18
"""Characters of one physical line; what is longer is skipped without being held."""


class Chunk(NamedTuple):
    """Some lines of a table in the form of cells; both lists have the same length."""

    lines: list[int]
    cells: list[list[str]]


class LineTooLong(Exception):
    """A physical line was skipped because nobody should hold it in memory."""


@dataclass(slots=True)
class Findings:
    """What a reading finds out beside the rows."""

    form: str
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    refused: int = 0
    stated_count: int | None = None
    notes: list[str] = field(default_factory=list[str])

    def refuse(self, line: int, code: str, reason: str, lines: int = 1) -> None:
        """Count `lines` lines from this one on as refused, for one reason."""
        self.refused += lines
        if len(self.mistakes) < MOST_MISTAKES:
            self.mistakes.append(Mistake(line, reason, code))


class GuardedLines(Iterator[str]):
    """The lines of a text. A line above `LONGEST_LINE` is skipped to its end and raises LineTooLong in its place."""

    __slots__ = ("_read", "skipped")

    def __init__(self, text: TextIO) -> None:
        self._read = text.readline
        self.skipped = 0

    def __next__(self) -> str:
        line = self._read(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            while line and line[-1] not in "\r\n":
                line = self._read(LONGEST_LINE)
            self.skipped += 1
            raise LineTooLong
        return line
