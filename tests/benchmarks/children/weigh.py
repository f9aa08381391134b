"""Runs a command on its own standard streams and writes down its peak memory in bytes: `weigh FILE COMMAND…`.

A process of its own, because the client that talks to the server is bigger than the server may be.
"""

import subprocess
import sys
from pathlib import Path

from tests.benchmarks.processes import wait_for

if __name__ == "__main__":
    with subprocess.Popen(sys.argv[2:]) as process:
        peak = wait_for(process)
    Path(sys.argv[1]).write_text(str(peak), "utf-8")
    sys.exit(process.returncode)
