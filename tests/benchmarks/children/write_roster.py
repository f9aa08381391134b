"""Writes one input file: `write_roster KIND SIZE FILE`."""

import sys
from pathlib import Path

from tests.benchmarks.people import write_directory, write_earlier_directory, write_members

if __name__ == "__main__":
    kind, size, file = sys.argv[1:]
    writers = {
        "members": write_members,
        "directory": write_directory,
        "earlier_directory": write_earlier_directory,
    }
    writers[kind](Path(file), int(size))
