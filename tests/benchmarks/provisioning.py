"""The row about identity providers that push: an initial cycle beside the library's own store in memory.

The same storm goes through a real `serve` on SQLite, which keeps every change and its trail record on the disk before
it answers, and through the library's own application and its store in memory, which keeps nothing.
"""

import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.benchmarks.figures import Figure
from tests.benchmarks.over_http import held_by
from tests.benchmarks.places import Workplace
from tests.benchmarks.processes import ROOT, child, environment
from tests.scim.pushing import IDPS, give_scim_token
from tests.scim.storm import Pushee, Storm, Story, Weathered
from tests.web.conftest import make_home
from tests.web.serving import serve

MOST_PEOPLE = 20_000


def push(place: Workplace) -> list[Figure]:
    """Eight connections that push everybody, on each side in turn."""
    people = [
        Pushee(number, Story.LEAVES if number % 10 == 3 else Story.STAYS, is_plain=True)
        for number in range(min(place.size, MOST_PEOPLE))
    ]
    ours: list[Weathered] = []
    bare: list[Weathered] = []
    peak = 0
    for run in range(place.runs):
        home = place.folder / f"pushed-{run}"
        make_home(home, "tokens = true")
        file = home / "config.toml"
        text = file.read_text("utf-8").replace("# pushes_a_minute = 3000", "pushes_a_minute = 1000000")
        file.write_text(text + IDPS, "utf-8")
        token = give_scim_token(home, "entra")
        with serve(home) as served:
            ours.append(Storm(int(served.url.rpartition(":")[2]), token, people, run).rage())
            peak = max(peak, held_by(served.workers()[0]))
        place.tell(f"pushed, {ours[-1].requests / ours[-1].seconds:.0f} requests a second")
        with in_memory() as port:
            bare.append(Storm(port, "any", people, run, root="/v2").rage())
        place.tell(f"pushed, baseline {bare[-1].requests / bare[-1].seconds:.0f} requests a second")
    return [
        Figure(
            name=f"SCIM, {len(people):,} people pushed, a request",
            ours=[each.seconds / each.requests for each in ours],
            baseline=[each.seconds / each.requests for each in bare],
            allowed=None,
            peak=peak,
            outcome=sum(each.answers[201] for each in ours),
            agrees=not any(each.given_up or each.unanswered for each in (*ours, *bare)),
        )
    ]


@contextmanager
def in_memory() -> Generator[int]:
    """The library's own application with its store in memory; its port."""
    with subprocess.Popen(
        child("scim_in_memory", Path()), stdout=subprocess.PIPE, env=environment(), cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()
