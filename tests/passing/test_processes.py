"""Passes as processes: what a timer sees of them, and what is left when one is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from axure_lifecycle.domain.cases import CaseState
from axure_lifecycle_tools.passing import LEASE
from tests.cli.processes import run
from tests.notices.receivers import Answer, Drip, Receiver, nobody_there, receiving
from tests.passing.firm import Firm, open_firm
from tests.passing.test_pass import OPENS, employees, members

QUICK = ("--patience", "0")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who takes notices."""
    with receiving() as found:
        yield found


def settle(folder: Path, url: str, more: str = "") -> Iterator[Firm]:
    """A firm of today, which tells Slack at an address."""
    secret = folder / "slack-url"
    secret.write_text(url, encoding="utf-8")
    secret.chmod(0o600)
    settings = f'{OPENS}{more}\n[[notices]]\nname = "slack"\nkind = "slack"\nurl = "file:{secret}"\n'
    with open_firm(folder, settings) as firm:
        firm.days.at = datetime.now(UTC) - timedelta(minutes=1)
        firm.write_staff(employees(ana="DEPROVISIONED"))
        firm.write_members(members())
        yield firm


@pytest.fixture
def firm(tmp_path: Path, receiver: Receiver) -> Iterator[Firm]:
    """A firm of today."""
    yield from settle(tmp_path, f"{receiver.base}/canary-of-a-webhook")


def start(firm: Firm, *arguments: str) -> "subprocess.Popen[str]":
    """A pass as a process of its own."""
    command = [sys.executable, "-m", "axure_lifecycle.cli", "run", "--home", str(firm.home), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_exit_codes_and_json_say_how_it_went(firm: Firm, receiver: Receiver) -> None:
    rehearsed = run("run", "--dry-run", "--json", home=firm.home)
    assert (rehearsed.code, rehearsed.answer["rehearsed"], receiver.calls) == (10, True, [])
    first = run("run", "--json", *QUICK, home=firm.home)
    assert first.code == first.answer["exit_code"] == 10
    assert first.answer["opened"] == {"C-1": "ana@acme.example"}
    assert (first.answer["sent"], len(receiver.taken)) == (1, 1)
    assert [part["part"] for part in first.answer["parts"]] == [
        "directories",
        "rosters",
        "departures",
        "reminders",
        "send",
        "report",
    ]
    written = sorted(file.name.partition("-20")[0] for file in (firm.home / "reports").iterdir())
    assert written == ["access-review", "leavers", "seats"]
    cancelled = run("cancel", "C-1", "--reason", "she stays", home=firm.home)
    assert cancelled.code == 0, cancelled
    firm.days.at = datetime.now(UTC)
    firm.write_members(members(ana="Deactivated"), "members-2.csv")
    idle = run("run", *QUICK, home=firm.home)
    firm.staff.unlink()
    assert run("run", *QUICK, home=firm.home).code == 11
    listed = run("notices", "list", home=firm.home)
    assert "N-1 digest for kim@acme.example to slack, 1 try, sent" in listed.out
    assert (idle.code, idle.out.splitlines()[-1]) == (0, "Nothing to do.")


def test_a_second_process_gives_way_while_the_first_lives(firm: Firm) -> None:
    desk = firm.desk()
    with desk.store.writing(desk.actor) as change:
        holder = f"{socket.gethostname()}/{os.getpid()}/1"
        change.take_lease(LEASE, holder, datetime.now(UTC) + timedelta(minutes=10))
    refused = run("run", "--json", *QUICK, home=firm.home)
    assert refused.code == 12
    assert refused.answer["error"]["code"] == "pass_under_way"


def test_a_pass_that_is_killed_half_way_goes_on_where_it_was(firm: Firm, receiver: Receiver) -> None:
    asked = threading.Event()
    receiver.always = Drip()
    with start(firm, "--json") as process:
        while not receiver.calls:  # it has opened the case and is telling its owner
            assert process.poll() is None, process.communicate()
            asked.wait(0.05)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    receiver.always = None
    again = run("run", "--json", *QUICK, home=firm.home)
    assert again.code == 10, again  # nobody holds it up: the machine says that the first one is gone
    assert (again.answer["opened"], again.answer["sent"], again.answer["waiting"]) == ({}, 0, 1)
    assert len(firm.cases(CaseState.OPEN)) == 1
    assert receiver.taken == []
    firm.days.at = datetime.now(UTC) + timedelta(minutes=6)  # the claim of the killed one is over
    late = firm.run()  # whether what the killed one had begun arrived, nobody knows
    assert (late.sent, late.unclear, late.waiting, receiver.taken) == (0, 1, 0, [])
    firm.pass_by(days=1)
    assert (firm.run().sent, len(receiver.taken)) == (1, 1)
    with firm.workshop.store().reading() as view:
        assert view.verify_trail().holds


def test_it_goes_on_for_ever_when_it_is_told_to_and_ends_when_it_is_told_to(firm: Firm, receiver: Receiver) -> None:
    with start(firm, "--every", "10s", "--json", *QUICK) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    assert told["opened"] == {"C-1": "ana@acme.example"}
    assert len(receiver.taken) == 1


def test_a_pass_that_is_refused_in_json_is_refused_in_json_while_it_goes_on(firm: Firm) -> None:
    desk = firm.desk()
    with desk.store.writing(desk.actor) as change:
        holder = f"{socket.gethostname()}/{os.getpid()}/1"
        change.take_lease(LEASE, holder, datetime.now(UTC) + timedelta(minutes=10))
    with start(firm, "--every", "10s", "--json", *QUICK) as process:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    assert told["error"]["code"] == "pass_under_way"


def test_a_place_where_nobody_is_holds_no_pass_up_and_no_address_is_told(tmp_path: Path) -> None:
    for firm in settle(tmp_path, f"{nobody_there()}/canary-of-a-webhook"):
        begun = datetime.now(UTC)
        ended = run("run", "--patience", "3", home=firm.home)
        assert ended.code == 11
        assert datetime.now(UTC) - begun < timedelta(seconds=60)
        told = [
            ended,
            run("notices", "list", "--json", home=firm.home),
            run("doctor", home=firm.home),
            run("audit", "export", "-", home=firm.home),
        ]
        assert "slack cannot be reached." in ended.out
        assert told[1].answer["notices"][0]["state"] == "waiting"
        assert "1 message waiting" in told[2].out
        everything = "".join(one.out + one.err for one in told)
        kept = b"".join(file.read_bytes() for file in firm.home.iterdir() if file.is_file())
        assert "canary" not in everything
        assert b"canary" not in kept


def test_a_place_that_asks_us_to_wait_is_not_asked_before(firm: Firm, receiver: Receiver) -> None:
    receiver.next = [Answer(429, (("retry-after", "2"),)), Answer(503), Answer(200)]
    begun = datetime.now(UTC)
    ended = run("run", "--json", "--patience", "60", home=firm.home)
    assert ended.answer["sent"] == 1
    assert len(receiver.calls) == 3
    assert len(receiver.taken) == 1
    assert datetime.now(UTC) - begun >= timedelta(seconds=2)


def test_a_ticket_is_linked_and_shown_with_its_case(firm: Firm) -> None:
    run("run", *QUICK, home=firm.home)
    assert run("ticket", "C-1", "HR-1142", home=firm.home).out == "C-1: ticket HR-1142.\n"
    assert "Ticket HR-1142." in run("case", "C-1", home=firm.home).out
    assert run("ticket", "C-1", "x" * 81, "--json", home=firm.home).code == 1
