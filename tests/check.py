"""Every check, one after the other: format, lint, import rules, mypy, pyright, tests.

`uv run python tests/check.py [--only NAME]… [--fix]`. All of them run even when an early one fails, so that one run
shows everything; the last lines say which failed, and the exit code is then 1.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).resolve().parents[1]
SOURCES: Final = ("server", "tools", "tests")


class Check(NamedTuple):
    """One check, and the command that repairs what it finds, where there is one."""

    name: str
    command: tuple[str, ...]
    repair: tuple[str, ...] | None = None


def list_checks() -> tuple[Check, ...]:
    """The checks in their order, the cheap ones first."""
    run_module = (sys.executable, "-m")
    lint_imports = Path(sys.executable).with_name("lint-imports")
    processors = os.cpu_count() or 1
    # One more than there are processors, because tests wait for other processes, and for time to pass.
    workers = ("-n", str(min(processors + 1, 4)), "--dist", "loadfile") if processors > 1 else ()
    return (
        Check(
            "format", (*run_module, "ruff", "format", "--check", *SOURCES), (*run_module, "ruff", "format", *SOURCES)
        ),
        Check("lint", (*run_module, "ruff", "check", *SOURCES), (*run_module, "ruff", "check", "--fix", *SOURCES)),
        Check("imports", (str(lint_imports), "--no-logo")),
        Check("mypy", (*run_module, "mypy")),
        Check("pyright", (*run_module, "pyright", "--pythonpath", sys.executable)),
        Check("tests", (*run_module, "pytest", *workers)),
    )


def run_check(check: Check, *, repairs: bool) -> bool:
    """Announce a check, run it with its output passed through, say how long it took; whether it passed."""
    command = check.repair if repairs and check.repair else check.command
    shown = " ".join(Path(word).name if word in {sys.executable, command[0]} else word for word in command)
    print(f"── {check.name}: {shown}", flush=True)
    environment = {**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"}  # about newer versions of pyright
    begun = time.monotonic()
    is_passed = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
    print(f"── {check.name}: {'passed' if is_passed else 'FAILED'} in {time.monotonic() - begun:.1f} s\n", flush=True)
    return is_passed


def main() -> int:
    checks = list_checks()
    parser = argparse.ArgumentParser(description="Run every check of this project.")
    parser.add_argument(
        "--only", action="append", choices=[check.name for check in checks], help="run this check alone; repeatable"
    )
    parser.add_argument("--fix", action="store_true", help="let format and lint repair what they can")
    arguments = parser.parse_args()
    wanted = [check for check in checks if not arguments.only or check.name in arguments.only]
    failed = [check.name for check in wanted if not run_check(check, repairs=arguments.fix)]
    print(f"Failed: {', '.join(failed)}." if failed else f"All passed: {', '.join(check.name for check in wanted)}.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
