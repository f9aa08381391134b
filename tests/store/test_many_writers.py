"""Several processes on one store: nobody is refused, and whoever is killed takes nothing along."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

from sqlalchemy import func, select

from axure_lifecycle.store import open_store, schema
from tests.store.desk import SetClock

WRITER = Path(__file__).parent / "write_records.py"
WRITERS, EACH = 8, 1000
KILLS, AT_A_TIME = 100, 4


def start(url: str, name: str, count: int) -> subprocess.Popen[str]:
    """A writer in a process of its own."""
    command = [sys.executable, str(WRITER), url, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_eight_processes_write_a_thousand_records_each(url: str) -> None:
    writers = [start(url, f"writer-{number}", EACH) for number in range(WRITERS)]
    said = [writer.communicate(timeout=300) for writer in writers]
    assert [errors for _, errors in said] == [""] * WRITERS
    assert [len(out.splitlines()) for out, _ in said] == [EACH] * WRITERS
    with closing(open_store(url, SetClock())) as store, store.reading() as view:
        audit = view.verify_trail()
    assert (audit.holds, audit.records) == (True, WRITERS * EACH)


class Nursery:
    """Writers that are started and killed one by one; remembers what each said."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, str(WRITER), url]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.numbers: dict[str, int] = {}
        self.wrote: Counter[str] = Counter()
        self.heard = threading.Condition()
        self.listener = threading.Thread(target=self._listen)
        self.listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            name, what, number = line.split()
            with self.heard:
                if what == "is":
                    self.numbers[name] = int(number)
                else:
                    self.wrote[name] = int(number)
                self.heard.notify_all()

    def start(self, name: str) -> None:
        """A new writer."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()

    def kill(self, name: str, after_writes: int, and_seconds: float) -> None:
        """`kill -9`, some writes and a moment later."""
        with self.heard:
            is_there = self.heard.wait_for(
                lambda: name in self.numbers and self.wrote[name] >= after_writes, timeout=60
            )
            assert is_there, f"{name} does not write"
            self.heard.wait_for(lambda: False, timeout=and_seconds)
            os.kill(self.numbers[name], signal.SIGKILL)

    def end(self) -> str:
        """What anybody complained about."""
        assert self.process.stdin is not None
        assert self.process.stderr is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        complaints = self.process.stderr.read()
        self.listener.join()
        self.process.wait()
        self.process.stderr.close()
        self.process.stdout.close()
        return complaints


def test_whoever_is_killed_while_writing_leaves_every_acknowledged_write_whole(url: str) -> None:
    """A hundred times `kill -9` at random moments, the making of the store and the first commit included."""
    chance = random.Random(KILLS)
    nursery = Nursery(url)
    alive: list[str] = []
    for number in range(KILLS):
        while len(alive) < AT_A_TIME:
            alive.append(f"writer-{number}-{len(alive)}")
            nursery.start(alive[-1])
        victim = alive.pop(chance.randrange(AT_A_TIME))
        nursery.kill(victim, chance.randrange(4), chance.random() / 100)
    for name in alive:
        nursery.kill(name, 0, 0)
    assert nursery.end() == ""
    acknowledged = {
        f"{name}.{number}@acme.example" for name, count in nursery.wrote.items() for number in range(1, count + 1)
    }
    check_that_all_is_whole(url, acknowledged)


def check_that_all_is_whole(url: str, acknowledged: set[str]) -> None:
    """Every acknowledged case is there, and each case that is there is there with everything that belongs to it."""
    case, step, claim, payload = schema.case, schema.step, schema.claim, schema.audit_payload
    with closing(open_store(url, SetClock())) as store:
        with store.reading() as view:
            audit = view.verify_trail()
        with store.database.reading() as connection:
            subjects = set(connection.execute(select(case.c.subject)).scalars())
            versions = Counter(connection.execute(select(case.c.version)).scalars())
            steps = Counter(connection.execute(select(step.c.state)).scalars())
            claims = Counter(connection.execute(select(claim.c.case_id)).scalars())
            told = Counter(connection.execute(select(payload.c.about)).scalars())
            count = connection.execute(select(func.count()).select_from(case)).scalar_one()
    assert audit.holds
    assert audit.records == 3 * count
    assert acknowledged
    assert acknowledged <= subjects
    assert versions == {3: count}
    assert set(claims.values()) == {1}
    assert len(claims) == count
    assert steps == {"confirmed": count, "to_do": 2 * count}
    assert told == dict.fromkeys(subjects, 3)
