"""A storm of pushes, cut by kills: `uv run python tests/benchmarks/run_storm.py [--people N] [--kills K]`.

An initial cycle of so many people from eight connections, with retries, duplicates and another order, to a server that
is killed and started again in between. Says how it went; ends with 1 unless everybody is there exactly once, as they
are wanted, with a record for each change.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.benchmarks.over_http import postgres
from tests.scim.conftest import make_scim_home
from tests.scim.pushing import give_scim_token
from tests.scim.storm import Pushee, Storm
from tests.scim.test_storm import Struck, assert_everybody_is_there_once, free_port


def main() -> int:
    parser = argparse.ArgumentParser(description="Push many people to a server that is killed meanwhile.")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL of this run; default: SQLite")
    arguments = parser.parse_args()
    people = [Pushee(number) for number in range(arguments.people)]
    with tempfile.TemporaryDirectory(prefix="axure-lifecycle-storm-") as folder, ExitStack() as opened:
        store = opened.enter_context(postgres()) if arguments.postgres else None
        home = make_scim_home(Path(folder) / "home", store=store)
        file = home / "config.toml"
        text = file.read_text("utf-8").replace("# pushes_a_minute = 3000", "pushes_a_minute = 1000000")
        file.write_text(text, "utf-8")
        port, token = free_port(), give_scim_token(home, "entra")
        with ExitStack() as serving:
            struck = Struck(home, port, serving)
            parts = [(number + 1) / (arguments.kills + 1) for number in range(arguments.kills)]
            seen = Storm(port, token, people, seed=7).rage(dict.fromkeys(parts, struck.strike))
        print(f"{arguments.people:,} people, {seen.requests:,} requests answered in {seen.seconds:.0f} s")
        print(
            f"{seen.requests / seen.seconds:.0f} a second; answers {dict(seen.answers)}, "
            f"never answered {seen.unanswered}"
        )
        if seen.given_up:
            print(f"given up: {len(seen.given_up)}")
            return 1
        assert_everybody_is_there_once(home, people)
        print("everybody is there once, as they are wanted; the trail holds")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
