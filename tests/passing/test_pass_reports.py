"""The reports of a pass: which are written, once, and what happens where they cannot be."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from axure_lifecycle_tools.pass_reply import PassReply
from tests.passing.firm import Firm, open_firm
from tests.passing.test_pass import employees, members

SETTINGS = '[policy.run]\nreports = ["leavers.csv"]\nweekly_reports = ["seats.md", "leavers.csv"]\nweekly_on = "wed"\n'


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Firm]:
    """A firm of ten on a Tuesday, the first of September."""
    with open_firm(tmp_path, SETTINGS) as found:
        found.write_staff(employees())
        found.write_members(members())
        yield found


def written(firm: Firm) -> dict[str, bytes]:
    """The reports of the home."""
    folder = firm.home / "reports"
    return {file.name: file.read_bytes() for file in folder.iterdir()} if folder.is_dir() else {}


def outcome(reply: PassReply) -> str:
    """Of the part that writes reports."""
    return next(part.outcome for part in reply.parts if part.part == "report")


def test_the_first_pass_of_a_day_and_of_a_week_writes_what_is_named_and_a_second_one_nothing(firm: Firm) -> None:
    firm.run(rehearse=True)
    assert written(firm) == {}
    first = firm.run()
    assert outcome(first) == "done"
    # No pass came last Wednesday, so this one makes up for it.
    assert sorted(written(firm)) == ["leavers-2026-09-01.csv", "seats-2026-09-01.md"]
    before = written(firm)
    firm.pass_by(hours=3)
    assert outcome(firm.run()) == "nothing"
    assert written(firm) == before
    firm.pass_by(days=1)  # a Wednesday
    firm.run()
    assert sorted(written(firm).keys() - before.keys()) == ["leavers-2026-09-02.csv", "seats-2026-09-02.md"]
    firm.pass_by(days=9)  # nobody came on the Wednesday after; this is a Friday
    firm.write_staff(employees())
    firm.run()
    firm.pass_by(days=1)
    firm.run()
    assert [name for name in sorted(written(firm)) if name > "seats"] == [
        "seats-2026-09-01.md",
        "seats-2026-09-02.md",
        "seats-2026-09-11.md",
    ]


def test_a_report_that_was_removed_is_written_anew(firm: Firm) -> None:
    firm.run()
    (firm.home / "reports" / "leavers-2026-09-01.csv").unlink()
    firm.run()
    assert "leavers-2026-09-01.csv" in written(firm)


def test_where_reports_cannot_be_written_the_rest_of_the_pass_is_done(firm: Firm) -> None:
    (firm.home / "reports").write_text("no folder", "utf-8")
    reply = firm.run()
    assert (outcome(reply), reply.exit_code, reply.members) == ("failed", 11, 10)
    assert any("[report_unwritable]" in line for part in reply.parts for line in part.said)
