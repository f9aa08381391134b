"""The benchmarks: `uv run python tests/benchmarks/run.py [--size N] [--only NAME]… [--runs N] [--json]`.

Prints one table. Every figure is a ratio to a baseline that was measured in the same run, in turn with it; nothing is
asserted about times, because they belong to the machine. What each row means stands in docs/benchmarks.md.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from time import monotonic
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.figures import Figure, render_table
from tests.benchmarks.places import Workplace
from tests.benchmarks.rows import ROWS

STARTS_PER_RUN: Final = 4
CALLS_PER_RUN: Final = 60


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the product beside its baselines and print one table.")
    parser.add_argument("--size", type=int, default=1_000_000, help="people, and audit records; default 1000000")
    parser.add_argument("--only", action="append", choices=list(ROWS), help="measure this row alone; repeatable")
    parser.add_argument("--runs", type=int, default=5, help="how often each side runs; default 5")
    parser.add_argument("--json", action="store_true", help="print the figures for machines, in seconds and bytes")
    arguments = parser.parse_args()
    begun = monotonic()

    def tell(what: str) -> None:
        print(f"{monotonic() - begun:7.1f} s  {what}", file=sys.stderr, flush=True)

    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="axure-lifecycle-benchmarks-") as folder:
        place = Workplace(
            Path(folder),
            arguments.size,
            runs=arguments.runs,
            starts=STARTS_PER_RUN * arguments.runs,
            calls=CALLS_PER_RUN * arguments.runs,
            tell=tell,
        )
        for name, measure in ROWS.items():
            if not arguments.only or name in arguments.only:
                figures += measure(place)
    print(json.dumps([each.as_data() for each in figures], indent=1) if arguments.json else render_table(figures))


if __name__ == "__main__":
    main()
