"""A pass that is killed at any point leaves what the next one makes whole: the end is as if nobody had been killed."""

import json
import os
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from axure_lifecycle.domain.addresses import Address
from axure_lifecycle.domain.erasing import Finder
from axure_lifecycle.ports import Page
from tests.cli.processes import run
from tests.notices.receivers import Hold, Receiver, receiving
from tests.passing.dying import POINTS
from tests.passing.firm import Firm, open_firm
from tests.passing.test_pass import employees, members, places

REPORTS = 'reports = ["leavers.csv", "cases.json"]\nweekly_reports = []\n'


def come_to_work(folder: Path, receiver: Receiver, stack: ExitStack) -> Firm:
    """A firm in which three people are gone."""
    firm = stack.enter_context(open_firm(folder, places(folder, receiver, REPORTS)))
    firm.write_staff(employees(ana="DEPROVISIONED", cy="DEPROVISIONED", jo="DEPROVISIONED"))
    firm.write_members(members())
    return firm


def end_of(firm: Firm, receiver: Receiver) -> dict[str, Any]:
    """What two people would compare who looked at two firms."""
    with firm.workshop.store().reading() as view:
        assert view.verify_trail().holds
        sources = [one for one in view.sources(Page(100))[0] if one.label.endswith(".csv")]
        notices = [(one.kind, one.recipient, one.state) for one in view.notices(Page(100))[0]]
    folder = firm.home / "reports"
    return {
        "cases": [
            (case.name, case.subject, case.owner, case.state, case.reason, case.plan_digest, len(case.steps))
            for case in firm.cases()
        ],
        "rosters": [(one.label, one.rows, one.assurance, one.is_complete) for one in sources],
        "notices": notices,
        "told": sorted(json.dumps(call.json, sort_keys=True) for call in receiver.taken),
        "reports": {one.name: one.read_text("utf-8") for one in folder.iterdir() if not one.name.startswith(".")},
    }


@cache
def end_without_a_kill() -> dict[str, Any]:
    """Two passes of a morning that nobody disturbs."""
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving())
        firm = come_to_work(Path(stack.enter_context(TemporaryDirectory())), receiver, stack)
        assert len(firm.run().opened) == 3
        firm.run()
        return end_of(firm, receiver)


@pytest.mark.parametrize("point", POINTS)
def test_whoever_is_killed_is_followed_by_one_who_ends_where_they_would_have(point: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving())
        firm = come_to_work(tmp_path, receiver, stack)
        command = [sys.executable, "-m", "tests.passing.dying", str(firm.home), firm.days.at.isoformat(), point]
        killed = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (killed.returncode, killed.stderr) == (-9, "")
        assert {kind: firm.kinds().count(kind) for kind in ("source.imported", "case.opened", "notice.sent")} == {
            "within an import": {"source.imported": 1, "case.opened": 0, "notice.sent": 0},  # the directory's read
            "between two openings": {"source.imported": 2, "case.opened": 1, "notice.sent": 0},
            "within a report": {"source.imported": 2, "case.opened": 3, "notice.sent": 1},
        }[point]
        for _ in range(2):  # at once: the machine says that the first one is gone
            firm.run()
            assert end_of(firm, receiver) == end_without_a_kill()
        if point == "within a report":
            clear_away(firm)


def clear_away(firm: Firm) -> None:
    """Half of a report was left, which names people: erasing finds it, and in time a pass removes it."""
    folder = firm.home / "reports"
    (draft,) = [file for file in folder.iterdir() if file.name.startswith(".")]
    assert draft.stat().st_size > 65_536
    finder = Finder([Address("ana@acme.example")], "")
    assert draft.name in firm.desk().reports.naming(finder)
    firm.pass_by(days=1)
    firm.run()
    assert draft.exists()  # perhaps somebody is writing it
    an_hour_ago = time.time() - 3601
    os.utime(draft, (an_hour_ago, an_hour_ago))
    firm.pass_by(days=1)
    firm.run()
    assert not draft.exists()
    assert len(list(folder.iterdir())) == 6  # two reports of each of three days


def test_of_two_passes_at_once_one_does_everything_and_the_other_says_who_has_it(tmp_path: Path) -> None:
    told = threading.Event()
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving())
        stack.callback(told.set)
        receiver.always = Hold(told)
        firm = stack.enter_context(open_firm(tmp_path, places(tmp_path, receiver, REPORTS)))
        firm.days.at = datetime.now(UTC) - timedelta(minutes=1)
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        command = [sys.executable, "-m", "axure_lifecycle.cli", "run", "--home", str(firm.home), "--json"]
        first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        stack.enter_context(first)
        stack.callback(first.kill)
        waiting = threading.Event()
        while not receiver.calls:  # it has opened the case and is telling its owner
            assert first.poll() is None, first.communicate()
            waiting.wait(0.05)
        before = firm.kinds()
        second = run("run", "--json", home=firm.home)
        assert (second.code, second.answer["error"]["code"]) == (12, "pass_under_way")
        assert f"process {first.pid}" in second.answer["error"]["message"]
        assert (firm.kinds(), len(receiver.calls)) == (before, 1)
        told.set()
        out, err = first.communicate(timeout=60)
        assert (first.returncode, err) == (10, "")
        assert (json.loads(out)["opened"], json.loads(out)["sent"]) == ({"C-1": "ana@acme.example"}, 1)
        assert len(receiver.taken) == 1
