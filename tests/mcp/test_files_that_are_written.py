"""A file that somebody may still be writing is not read: whoever is not in it yet would look gone."""

import os
import time
from collections.abc import Sequence
from datetime import UTC
from pathlib import Path

import pytest

from axure_lifecycle.app import ConfiguredRosters
from axure_lifecycle.directories.file import FileDirectory
from axure_lifecycle.directories.refusals import DirectoryFileFresh, DirectoryFileUnended
from axure_lifecycle.domain.directories import FileSettings
from tests.conversations.party import Member, members_page
from tests.mcp.offices import Bureau
from tests.mcp.test_held_reads import EVERYBODY
from tests.mcp.test_syncing import configure


def lines(members: Sequence[Member]) -> str:
    return "Email,Status\n" + "".join(f"{one.address},active\n" for one in members)


def left_alone(file: Path, seconds: float) -> None:
    """The file was last changed so long ago."""
    at = time.time() - seconds
    os.utime(file, (at, at))


def test_a_writer_that_pauses_after_85_of_100_lines_makes_no_leaver(bureau: Bureau, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    configure(bureau, f'[[directories]]\nname = "staff"\nkind = "file"\npath = "{file}"\n')
    bureau.bring("members", members_page(EVERYBODY))

    def read() -> tuple[str | None, str]:
        bureau.clock.pass_by(minutes=10)
        (one,) = bureau.assistant.call("sync_directory").data["directories"]
        return one["code"], one["said"][0]

    file.write_text(lines(EVERYBODY), "utf-8")
    left_alone(file, 6)
    assert read()[0] is None
    with file.open("w", encoding="utf-8") as writer:
        writer.write(lines(EVERYBODY[:85]))
        writer.flush()
        code, said = read()
        assert code == "directory_file_fresh"
        assert "changed less than 5 seconds ago, and may still be written" in said
        assert "Sync again in 5 seconds." in said
        assert "`still_seconds = 0`" in said
        counts = bureau.assistant.call("find_discrepancies").data["counts"]
        assert (counts["active"], counts["leaver"]) == (100, 0)
        writer.write("".join(f"{one.address},active\n" for one in EVERYBODY[85:]))
    left_alone(file, 6)
    assert read()[0] is None
    assert bureau.assistant.call("find_discrepancies").data["counts"]["active"] == 100


def people_in(file: Path, still_seconds: int, now: float = 1_000_000_000) -> int:
    """How many a directory of this file lists, a billion seconds after 1970."""
    settings = FileSettings(name="staff", path=file, still_seconds=still_seconds)
    rosters = ConfiguredRosters({}, UTC)
    with FileDirectory(settings, rosters, wall=lambda: now).read(None, None, None) as reading:
        return sum(len(batch) for batch in reading.batches())


@pytest.mark.parametrize(
    ("age", "still_seconds", "is_read"),
    [(4.9, 5, False), (5.1, 5, True), (0, 0, True), (59, 60, False), (-2, 5, False), (-3600, 5, True)],
)
def test_a_file_must_have_lain_still_as_long_as_configured(
    tmp_path: Path, age: float, still_seconds: int, is_read: bool
) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(lines(EVERYBODY), "utf-8")
    os.utime(file, (1_000_000_000 - age, 1_000_000_000 - age))
    if is_read:
        assert people_in(file, still_seconds) == 100
    else:
        with pytest.raises(DirectoryFileFresh):
            people_in(file, still_seconds)


OBJECT = '{"id": "00u1", "status": "ACTIVE", "profile": {"login": "ana@heron.example", "email": "ana@heron.example"}}'


@pytest.mark.parametrize(
    ("content", "is_read"),
    [
        (b"Email,Status\nana@heron.example,active\nben@heron.example,act", False),
        (b"Email,Status\nana@heron.example,active\nben@heron.example,active", False),
        (b"Email,Status\r\nana@heron.example,active\r\n", True),
        ("\ufeffEmail\tStatus\nana@heron.example\tactive\n".encode("utf-16-le"), True),
        ("\ufeffEmail\tStatus\nana@heron.example\tact".encode("utf-16-le"), False),
        (f"[{OBJECT}]".encode(), True),
        (f"\ufeff[{OBJECT}]\n".encode(), True),
    ],
)
def test_a_table_that_ends_in_the_middle_of_a_line_is_half_written(
    tmp_path: Path, content: bytes, is_read: bool
) -> None:
    file = tmp_path / "staff"
    file.write_bytes(content)
    if is_read:
        assert people_in(file, 0) == 1
    else:
        with pytest.raises(DirectoryFileUnended):
            people_in(file, 0)
