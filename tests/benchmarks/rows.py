"""The rows of the table: each measures a piece of the product beside its baseline, in turn."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import IO, Any, Final

from tests.benchmarks.figures import MIB, Figure
from tests.benchmarks.places import Workplace, configure
from tests.benchmarks.processes import ROOT, Ended, alternate, environment, run_child, wait_for
from tests.benchmarks.reading import read, read_ldap

MCP: Final = (str(Path(sys.executable).with_name("axure-lifecycle-mcp")), "--home")
BARE: Final = (sys.executable, "-c", "from tests.benchmarks.children.bare_server import serve; serve()")


# -- start to tools/list ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A server that was started, asked for its tools, and ended."""

    seconds: float
    """From the start of the process to the list."""
    peak: int
    tools: int


def list_tools(command: Sequence[str]) -> Listed:
    """Start a server and ask for its tools, by a client that costs nothing itself."""
    greeting = {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "benchmark", "version": "1"},
    }
    begun = perf_counter()
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment(), cwd=ROOT
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        _send(process.stdin, {"id": 1, "method": "initialize", "params": greeting})
        _hear(process.stdout, 1)
        _send(process.stdin, {"method": "notifications/initialized"})
        _send(process.stdin, {"id": 2, "method": "tools/list"})
        answer = _hear(process.stdout, 2)
        seconds = perf_counter() - begun
        process.stdin.close()
        peak = wait_for(process)
    return Listed(seconds, peak, len(json.loads(answer)["result"]["tools"]))


def _send(stream: IO[bytes], message: dict[str, Any]) -> None:
    stream.write(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    stream.flush()


def _hear(stream: IO[bytes], wanted: int) -> bytes:
    """The answer to a request, unread; only its number is looked for."""
    marks = b'"id":%d,' % wanted, b'"id":%d}' % wanted
    while line := stream.readline():
        if any(mark in line for mark in marks):
            return line
    raise EOFError("the server ended without an answer")


def start(place: Workplace) -> list[Figure]:
    """The product's server beside one of the SDK's with one tool that does nothing; both have their bytecode."""
    configured = configure(place.folder / "home-configured")
    nowhere = place.folder / "home-nowhere"
    figures: list[Figure] = []
    for command in ((*MCP, str(nowhere)), BARE):
        list_tools(command)  # Compiles what is not compiled yet.
    for name, home in (("start → tools/list, not configured", nowhere), ("start → tools/list, configured", configured)):
        place.tell(name)
        ours, bare = alternate(place.starts, partial(list_tools, (*MCP, str(home))), partial(list_tools, BARE))
        figures.append(
            Figure(
                name=name,
                ours=[each.seconds for each in ours],
                baseline=[each.seconds for each in bare],
                allowed=1.25,
                peak=max(each.peak for each in ours),
                outcome=(ours[0].tools, bare[0].tools),
            )
        )
    return figures


# -- one person -------------------------------------------------------------------------------------------------------


def check(place: Workplace) -> list[Figure]:
    """`check_user` beside a tool of the same server that does nothing, at two sizes."""
    homes = [place.home(size) for size in (place.small, place.size)]
    place.tell("check_user")
    sizes = [str(place.small), str(place.size)]
    said = run_child("ask", str(place.calls), place.folder, homes[0], sizes[0], homes[1], sizes[1]).said
    small, large = said["small"], said["large"]
    return [
        _check_beside(f"check_user at {place.small:,}", small, small["nothings"], 2),
        _check_beside(f"check_user at {place.size:,}", large, large["nothings"], 2),
        _check_beside(f"check_user at {place.size:,} against {place.small:,}", large, small["checks"], 1.2),
    ]


def _check_beside(name: str, asked: dict[str, Any], baseline: list[float], allowed: float) -> Figure:
    return Figure(
        name=name,
        ours=asked["checks"],
        baseline=baseline,
        allowed=allowed,
        peak=asked["peak"],
        outcome=asked["verdicts"],
    )


# -- the big ones -----------------------------------------------------------------------------------------------------


def bring(place: Workplace) -> list[Figure]:
    """Preview and import of a shuffled members file beside csv.reader and executemany; each starts from nothing."""
    roster = place.roster("members", place.size)
    home, database = place.folder / "home-bring", place.folder / "plain.sqlite"

    def ours() -> Ended:
        configure(home)
        ended = run_child("bring", home, f"members={roster}")
        shutil.rmtree(home)
        place.tell(f"import {ended.seconds:.1f} s")
        return ended

    def baseline() -> Ended:
        ended = run_child("plain_import", roster, database)
        database.unlink()
        place.tell(f"import, baseline {ended.seconds:.1f} s")
        return ended

    took, beside = alternate(place.runs, ours, baseline)
    return [
        Figure(
            name=f"import of {place.size:,} members",
            ours=[each.seconds for each in took],
            baseline=[each.seconds for each in beside],
            allowed=3,
            peak=max(each.peak for each in took),
            allowed_peak=250 * MIB,
            outcome=took[0].said,
            agrees=all(one.said == [["imported", other.said]] for one, other in zip(took, beside, strict=True)),
        )
    ]


def compare(place: Workplace) -> list[Figure]:
    """Members by verdict beside the same joins by hand, on the same store."""
    home, store = place.home(place.size), place.store(place.size)
    return [
        _timed_inside(place, f"comparison of {place.size:,} with {place.size:,}", "compare", home, "plain_joins", store)
    ]


def make_pass(place: Workplace) -> list[Figure]:
    """A whole pass with nothing changed beside the joins of its comparison by hand, on the same store."""
    home, store = place.home(place.size), place.store(place.size)
    return [_timed_inside(place, f"pass over {place.size:,}", "make_pass", home, "plain_joins", store)]


def verify(place: Workplace) -> list[Figure]:
    """A whole trail walked by the product beside a bare loop, on the same store."""
    home = configure(place.folder / "home-trail")
    place.tell(f"writing {place.size:,} audit records")
    run_child("write_trail", home, str(place.size))
    store = home / "store.sqlite"
    return [_timed_inside(place, f"verification of {place.size:,} records", "verify", home, "plain_loop", store)]


def bundle(place: Workplace) -> list[Figure]:
    """An auditor's bundle of a whole trail, written, signed and read again, beside its records as lines by hand."""
    home = configure(place.folder / "home-bundle")
    place.tell(f"writing {place.size:,} audit records")
    # Records that no table tells of a second time: there are no cases here for claims to be about.
    run_child("write_trail", home, str(place.size), "test.noted")
    store = home / "store.sqlite"
    figure = _timed_inside(place, f"bundle of {place.size:,} records", "bundle", home, "plain_bundle", store)
    return [replace(figure, allowed=BUNDLE_ALLOWED, allowed_peak=BUNDLE_PEAK)]


BUNDLE_ALLOWED: Final = 6
"""Times: it is written, signed, and read again link by link, as an auditor does."""
BUNDLE_PEAK: Final = 128 * MIB


def report(place: Workplace) -> list[Figure]:
    """The access review as HTML, of at most 100,000 people, beside reading its rows in SQL by hand."""
    size = min(place.size, MOST_REPORTED)
    home, store = place.home(size), place.store(size)
    name = f"access review of {size:,} as HTML"
    figure = _timed_inside(place, name, "build_report", home, "plain_rows", store)
    return [replace(figure, allowed=REPORT_ALLOWED, allowed_peak=REPORT_PEAK)]


MOST_REPORTED: Final = 100_000
REPORT_ALLOWED: Final = 20
"""Times: reading a row costs a microsecond, telling it some dozens of words."""
REPORT_PEAK: Final = 128 * MIB


def _timed_inside(place: Workplace, name: str, ours: str, home: Path, baseline: str, store: Path) -> Figure:
    """Two children that warm up, tell the seconds of a second time, and must find the same."""

    def run(child: str, on: Path) -> Ended:
        ended = run_child(child, on)
        place.tell(f"{child} {ended.said['seconds']:.2f} s")
        return ended

    took, beside = alternate(place.runs, lambda: run(ours, home), lambda: run(baseline, store))
    return Figure(
        name=name,
        ours=[each.said["seconds"] for each in took],
        baseline=[each.said["seconds"] for each in beside],
        allowed=2,
        peak=max(each.peak for each in took),
        outcome=took[0].said["outcome"],
        agrees=all(one.said["outcome"] == other.said["outcome"] for one, other in zip(took, beside, strict=True)),
    )


def _when_asked(module: str, name: str) -> Callable[[Workplace], list[Figure]]:
    """A row whose module brings half of the product along: imported once it is asked for, and not before, because a
    child is never said to hold less than the process that measures.
    """

    def measure(place: Workplace) -> list[Figure]:
        figures: list[Figure] = getattr(import_module(module), name)(place)
        return figures

    return measure


ROWS: Final[dict[str, Callable[[Workplace], list[Figure]]]] = {
    "start": start,
    "check": check,
    "import": bring,
    "compare": compare,
    "pass": make_pass,
    "verify": verify,
    "bundle": bundle,
    "report": report,
    "read": read,
    "read-ldap": read_ldap,
    "serve": _when_asked("tests.benchmarks.over_http", "call_over_http"),
    "push": _when_asked("tests.benchmarks.provisioning", "push"),
}
"""Name on the command line → what measures it."""
