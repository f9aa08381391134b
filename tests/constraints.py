"""Write the tested set of versions into pyproject.toml: `uv run python tests/constraints.py`.

uv.lock is not committed, because it records the addresses of registries. Names and versions say enough for a clone of
next year to resolve to what was tested. Run this, then every check, then commit both or neither.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import Final

PYPROJECT: Final = Path(__file__).resolve().parents[1] / "pyproject.toml"
BLOCK: Final = re.compile(r"constraint-dependencies = \[\n(?:    .*\n)*\]\n")
EXPORT: Final = (
    "uv",
    "export",
    "--quiet",
    "--all-extras",
    "--all-groups",
    "--no-hashes",
    "--no-emit-project",
    "--upgrade",
)


def main() -> int:
    """Resolve anew without the constraints, and keep what came out."""
    text = PYPROJECT.read_text("utf-8")
    free = BLOCK.sub("constraint-dependencies = [\n]\n", text)
    PYPROJECT.write_text(free, "utf-8")
    done = subprocess.run(EXPORT, cwd=PYPROJECT.parent, capture_output=True, text=True, check=False)
    if done.returncode:
        PYPROJECT.write_text(text, "utf-8")
        print(done.stderr, file=sys.stderr)
        return 1
    pins = sorted(line.strip() for line in done.stdout.splitlines() if line.strip() and line[0] not in "# -")
    listed = "".join(f"    {_quoted(pin)},\n" for pin in pins)
    PYPROJECT.write_text(
        free.replace(
            "constraint-dependencies = [\n]\n",
            f"constraint-dependencies = [\n{listed}]\n",
        ),
        "utf-8",
    )
    print(f"{len(pins)} versions written. Now run every check: uv run python tests/check.py")
    return 0


def _quoted(pin: str) -> str:
    return f'"{pin}"' if '"' not in pin else f"'{pin}'"


if __name__ == "__main__":
    sys.exit(main())
