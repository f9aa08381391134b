"""A read that lost too many people is held until a person confirms it, however often the product reads the same."""

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal

from axure_lifecycle.domain.organization import Deployment, Organization, SignIn
from axure_lifecycle_tools.confirming import ask_to_confirm_source, confirm_source
from tests.conversations.party import STAFF, Member, members_page, yes_at_terminal
from tests.mcp.offices import Bureau, open_bureau
from tests.mcp.test_syncing import configure

CROWD = tuple(Member(f"p{number:03}@heron.example", f"Person {number}") for number in range(96))
EVERYBODY = (*STAFF, *CROWD)
LEFT = EVERYBODY[:40]
GONE = CROWD[-1].address


class Files:
    """A directory that something else writes, and that is read by itself."""

    def __init__(self, bureau: Bureau, folder: Path) -> None:
        self.bureau, self.file = bureau, folder / "staff.csv"
        configure(bureau, f'[[directories]]\nname = "staff"\nkind = "file"\npath = "{self.file}"\n')
        bureau.bring("members", members_page(EVERYBODY))

    def read(self, members: Sequence[Member]) -> list[str]:
        """Ten minutes later: the file as of now, and what is said of its read."""
        self.bureau.clock.pass_by(minutes=10)
        self.file.write_text("Email,Status\n" + "".join(f"{one.address},active\n" for one in members), "utf-8")
        now = self.bureau.clock.now().timestamp()
        os.utime(self.file, (now, now))
        (one,) = self.bureau.assistant.call("sync_directory").data["directories"]
        assert one["outcome"] == "read", one["said"]
        said: list[str] = one["said"]
        return said

    def verdicts(self) -> dict[str, int]:
        """How many members have each."""
        counts: dict[str, int] = self.bureau.assistant.call("find_discrepancies").data["counts"]
        return {verdict: count for verdict, count in counts.items() if count}

    def held(self) -> list[str]:
        """The sources that are said to be held."""
        told = self.bureau.assistant.call("list_sources").data["sources"]
        held = [one["id"] for one in told if one["held"]]
        assert held == [one["id"] for one in told if "held until a person confirms it" in one["said"]]
        return held

    def confirm(self, source: str) -> None:
        """A person at a terminal looked into the directory, and says yes."""
        desk = self.bureau.office.terminal()
        question = ask_to_confirm_source(desk, source=source)
        assert question is not None
        assert "40 people where R-2" in question.text
        confirm_source(desk, source=source, answer=yes_at_terminal(question))
        assert ask_to_confirm_source(desk, source=source) is None


def test_no_number_of_reads_releases_the_brake_and_a_person_s_word_does(each_bureau: Bureau, tmp_path: Path) -> None:
    files = Files(each_bureau, tmp_path)
    files.read(EVERYBODY)
    assert files.verdicts() == {"active": 100}
    for source in ("R-3", "R-4", "R-5"):
        said = files.read(LEFT)
        assert said[1] == (
            f"No leaver is named: the newest read of the directory “staff” ({source}) has 40 people, the last one that "
            f"was not held (R-2) had 100. Retract {source} if it is partial; if it is right, a person confirms it "
            f"(`axure-lifecycle confirm {source}` at a terminal). Until then it is held, and so is every later read of "
            "that size."
        )
        assert files.verdicts() == {"active": 40, "withheld": 60}
    assert each_bureau.office.kinds().count("source.held") == 3
    assert each_bureau.office.last_payload("source.held")["measured_by"] == 2
    assert files.held() == ["R-5"]

    files.confirm("R-4")  # While somebody looks, a further read comes.
    assert (files.verdicts(), files.held()) == ({"active": 40, "leaver": 60}, [])
    assert len(files.read(LEFT)) == 1
    assert (files.verdicts(), files.held()) == ({"active": 40, "leaver": 60}, [])


def test_whoever_a_read_that_is_held_leaves_out_settles_no_step(
    tmp_path: Path, portal: BlockingPortal, organization: Organization
) -> None:
    on_premises: dict[str, Any] = {"deployment": Deployment.ON_PREMISES, "sign_in": SignIn.LDAP}
    with open_bureau(tmp_path, portal, replace(organization, host="axure.heron.example", **on_premises)) as bureau:
        files = Files(bureau, tmp_path)
        files.read(EVERYBODY)
        bureau.confirm_all(bureau.open_case(GONE))
        for _ in range(3):
            files.read(LEFT)
            assert bureau.states()["disable-in-directory"] == "confirmed"
        files.confirm("R-5")
        assert bureau.states()["disable-in-directory"] == "verified"


def test_the_directory_as_it_was_ends_the_brake_and_a_smaller_loss_never_begins_one(
    bureau: Bureau, tmp_path: Path
) -> None:
    files = Files(bureau, tmp_path)
    files.read(EVERYBODY)
    files.read(LEFT)
    assert len(files.read(EVERYBODY[:81])) == 1  # Measured by the hundred, and not by the forty before.
    assert files.verdicts() == {"active": 81, "leaver": 19}
    assert len(files.read(EVERYBODY[:65])) == 1
