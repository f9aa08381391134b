"""The same home, the same folders, the same day: two passes as processes say, send and write the same to the letter."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.notices.receivers import Receiver, receiving
from tests.passing.firm import Member, open_firm
from tests.passing.test_pass import OPENS, employees, members

MOMENT = re.compile(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?)?")
"""Days and moments: what two passes that come after one another cannot share."""


def without_moments(text: str) -> str:
    """The same, with a sign for every moment."""
    return MOMENT.sub("THEN", text)


def settings(folder: Path, receiver: Receiver) -> str:
    """Cases that are opened, of which one waits for a second person; two places, of which one is for machines."""
    for name, secret in (
        ("slack", f"{receiver.base}/slack"),
        ("desk", f"{receiver.base}/desk"),
        ("secret", "0123456789abcdef" * 2),
    ):
        (folder / name).write_text(secret, encoding="utf-8")
        (folder / name).chmod(0o600)
    return (
        f'{OPENS}reports = ["leavers.csv", "seats.json", "access-review.md", "cases.json"]\nweekly_reports = []\n'
        '[policy.approvals]\nreasons = ["super_admin"]\n[limits]\ndepartures_least = 6\n'
        f'[[notices]]\nname = "slack"\nkind = "slack"\nurl = "file:{folder}/slack"\n'
        f'[[notices]]\nname = "desk"\nkind = "webhook"\nurl = "file:{folder}/desk"\nsecret = "file:{folder}/secret"\n'
    )


def all_of_a_pass(home: Path, seed: str, receiver: Receiver) -> dict[str, Any]:
    """What a pass answers, sends and writes whose sets lie in an order that the seed says."""
    command = [sys.executable, "-m", "axure_lifecycle.cli", "run", "--home", str(home), "--json", "--patience", "0"]
    environment = {**os.environ, "PYTHONHASHSEED": seed}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (10, "")
    bodies = [(call.path, call.json) for call in receiver.calls]
    receiver.calls.clear()
    for path, body in bodies:
        if path == "/desk":
            body["data"].pop("id")  # made of the day, among others
    return {
        "answer": without_moments(done.stdout),
        "told": [without_moments(json.dumps(one)) for one in sorted(bodies, key=lambda one: one[0])],
        "reports": {
            without_moments(file.name): without_moments(file.read_text("utf-8"))
            for file in sorted((home / "reports").iterdir())
        },
    }


def test_the_same_input_leads_to_the_same_answer_the_same_messages_and_the_same_reports(tmp_path: Path) -> None:
    gone = dict.fromkeys(("bo", "cy", "eve", "gus", "jo"), "DEPROVISIONED")
    with receiving() as receiver, open_firm(tmp_path, settings(tmp_path, receiver)) as firm:
        firm.days.at = datetime.now(UTC) - timedelta(minutes=1)
        firm.write_staff([one for one in employees(**gone, hal="DISABLED") if not one.address.startswith("ida")])
        supers = [Member(f"{name}@acme.example", name, "Super Admin") for name in ("bo", "ana")]
        firm.write_members([*supers, *(one for one in members() if one.name not in ("bo", "ana"))])
        shutil.copytree(firm.home, tmp_path / "other")
        first = all_of_a_pass(firm.home, "0", receiver)
        second = all_of_a_pass(tmp_path / "other", "1", receiver)
    answer = json.loads(first["answer"])
    assert len(answer["opened"]) == 5, answer
    assert len(first["told"]) > 4
    assert len(first["reports"]) == 4
    assert first == second
