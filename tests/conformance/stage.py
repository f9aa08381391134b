"""Our server over HTTP on this machine, for other people's tools: what `axure-lifecycle serve` serves, and how.

`python -m tests.conformance.stage [--fixtures] HOME`. The port that it got is the first line of standard output.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from axure_lifecycle.domain.serving import ServeSettings
from axure_lifecycle.web.application import Place, build_mcp, serve_house
from axure_lifecycle.web.opening import open_house
from axure_lifecycle.web.serving import listen, run
from tests.conformance import fixtures, rounds


def main() -> None:
    parser = argparse.ArgumentParser(description="Serve one home over HTTP on this machine.")
    parser.add_argument("home", type=Path)
    parser.add_argument("--fixtures", action="store_true", help="with what the conformance suite calls")
    arguments = parser.parse_args()
    settings = ServeSettings(port=0, calls_a_minute=1_000_000)
    listener = listen(settings)
    house = open_house(arguments.home, replace(settings, port=listener.getsockname()[1]))
    server = build_mcp(house)
    if arguments.fixtures:
        fixtures.register(server)
        rounds.register(server)
    place = Place()
    run(serve_house(house, server, place), [listener], place.stopping, lambda: print(house.settings.port, flush=True))


if __name__ == "__main__":
    main()
