"""Calls two servers in turn by the SDK's client: `ask CALLS FOLDER SMALL_HOME SMALL_SIZE LARGE_HOME LARGE_SIZE`.

Each server is asked for a random person who exists, then for nothing. Writes the seconds of every call, what was said
about whom, and the peak memory of the servers.
"""

import asyncio
import json
import random
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from tests.benchmarks.people import SEED, address_of
from tests.benchmarks.processes import child, environment


class Asked:
    """One server, and what it took to answer."""

    def __init__(self, client: Client, size: int) -> None:
        self._client, self._size = client, size
        self._chosen = random.Random(SEED)
        self.checks: list[float] = []
        self.nothings: list[float] = []
        self.verdicts: dict[str, str] = {}

    async def check_somebody(self) -> None:
        """Ask for a person."""
        address = address_of(self._chosen.randrange(self._size))
        begun = perf_counter()
        result = await self._client.call_tool("check_user", {"person": address})
        self.checks.append(perf_counter() - begun)
        said = result.structured_content
        assert not result.is_error, result
        assert said is not None, result
        assert said["asked"] == address, said
        self.verdicts[address] = said["verdict"]

    async def do_nothing(self) -> None:
        """Ask for nothing."""
        begun = perf_counter()
        result = await self._client.call_tool("do_nothing", {})
        self.nothings.append(perf_counter() - begun)
        assert not result.is_error, result

    def forget(self) -> None:
        """What was timed so far was the warm-up."""
        self.checks.clear()
        self.nothings.clear()

    def as_data(self, report: Path) -> dict[str, Any]:
        """For the parent, once the server has ended."""
        peak = int(report.read_text("utf-8"))
        return {"checks": self.checks, "nothings": self.nothings, "verdicts": self.verdicts, "peak": peak}


def start(report: Path, home: str) -> StdioServerParameters:
    """How the client starts the server of a home."""
    command, *arguments = child("weigh", report, *child("server_beside", home))
    return StdioServerParameters(command=command, args=arguments, env=environment())


async def ask(
    calls: int, folder: Path, small_home: str, small_size: int, large_home: str, large_size: int
) -> dict[str, Any]:
    """The calls on both servers, in turn."""
    reports = folder / "small.peak", folder / "large.peak"
    async with Client(start(reports[0], small_home)) as first, Client(start(reports[1], large_home)) as second:
        small, large = Asked(first, small_size), Asked(second, large_size)
        warm_up = calls // 5
        for number in range(warm_up + calls):
            if number == warm_up:
                small.forget()
                large.forget()
            await small.check_somebody()
            await small.do_nothing()
            await large.check_somebody()
            await large.do_nothing()
    return {"small": small.as_data(reports[0]), "large": large.as_data(reports[1])}


if __name__ == "__main__":
    times, into, small_at, small_people, large_at, large_people = sys.argv[1:]
    asked = asyncio.run(ask(int(times), Path(into), small_at, int(small_people), large_at, int(large_people)))
    print(json.dumps(asked))
